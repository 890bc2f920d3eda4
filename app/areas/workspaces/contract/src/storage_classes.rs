//! Which storage classes the projects of a workspace may make claims of.

use leptos::prelude::*;
use model::{ClusterName, ConsoleError, WorkspaceName};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The storage classes of a cluster, for a workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorageClasses {
    /// Those that its projects may make claims of; empty also where the cluster does not say which it has.
    pub open: BTreeSet<String>,
    /// Those that they may not, whether the cluster has them at this moment or not.
    pub closed: BTreeSet<String>,
}

/// The fields of the form that says which storage classes a workspace may use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorageClassFields {
    /// The workspace.
    pub workspace: WorkspaceName,
    /// The cluster.
    pub cluster: ClusterName,
    /// The classes that the form was about: what is said of others stays.
    #[serde(default)]
    pub known: Vec<String>,
    /// Those of them that may be used.
    #[serde(default)]
    pub open: Vec<String>,
}

impl StorageClassFields {
    /// Which classes are closed, of those that were closed before.
    pub fn closed(&self, before: &BTreeSet<String>) -> BTreeSet<String> {
        let of_form = self.known.iter().filter(|class| !self.open.contains(class));
        before.iter().filter(|class| !self.known.contains(class)).chain(of_form).cloned().collect()
    }
}

/// Says which storage classes the projects of a workspace may make claims of in a cluster.
#[server(endpoint = "workspaces/open-storage-classes")]
pub async fn open_storage_classes(
    /// The fields of the form.
    fields: StorageClassFields,
) -> Result<(), ConsoleError> {
    let next = model::link::workspace_tab(&fields.workspace, "quotas");
    model::port::<dyn crate::Workspaces>()?.open_storage_classes(fields).await?;
    model::go_to(&next);
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn a_form_says_nothing_of_classes_that_it_did_not_show() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let fields = StorageClassFields {
            workspace: WorkspaceName::parse("garden").unwrap(),
            cluster: ClusterName::parse("harbour").unwrap(),
            known: names(&["fast", "slow", "gold"]),
            open: names(&["slow", "made-up"]),
        };

        let closed = fields.closed(&["gone", "slow"].map(str::to_owned).into());

        assert_eq!(closed, ["fast", "gold", "gone"].map(str::to_owned).into());
    }
}
