//! Where terminals are recorded.

use leptos::prelude::*;
use model::fault::RecordingFault;
use model::{ClusterName, ConsoleError};
use serde::{Deserialize, Serialize};

/// For how many days recordings are kept unless somebody says otherwise.
pub const KEPT_DAYS: u32 = 90;
/// The most.
pub const LONGEST_DAYS: u32 = 365;

/// For how many days recordings are kept; `None` where none are made.
pub type Days = Option<u32>;

/// What is recorded in a place, and what the reader may change of that.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyView {
    /// The project that this is about; none for the cluster as a whole.
    pub namespace: Option<String>,
    /// Terminals of that project, as it says itself.
    pub project: Days,
    /// Terminals of all namespaces of the cluster: no project can do less.
    pub projects: Days,
    /// Shells of the cluster's nodes.
    pub nodes: Days,
    /// Whether the reader may change it for the project.
    pub may_change_project: bool,
    /// Whether the reader may change it for the cluster.
    pub may_change_cluster: bool,
}

/// What a policy is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyOf {
    /// Terminals of one project.
    #[default]
    Project,
    /// Terminals of all namespaces of a cluster.
    Projects,
    /// Shells of a cluster's nodes.
    Nodes,
}

impl PolicyOf {
    /// Its word in forms.
    pub fn word(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Projects => "projects",
            Self::Nodes => "nodes",
        }
    }
}

/// The fields of the form that says whether terminals are recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyFields {
    /// Where.
    pub cluster: ClusterName,
    /// The project's namespace; empty for what is of the cluster.
    #[serde(default)]
    pub namespace: String,
    /// Which terminals.
    #[serde(default)]
    pub of: PolicyOf,
    /// Whether they are recorded.
    #[serde(default)]
    pub record: bool,
    /// For how many days that is kept, as it was typed.
    #[serde(default)]
    pub days: String,
}

/// A number of days, as it was typed.
pub fn read_days(text: &str) -> Result<u32, ConsoleError> {
    let days = text.trim().parse::<u32>().ok().filter(|days| (1..=LONGEST_DAYS).contains(days));
    days.ok_or_else(|| ConsoleError::refused("days", RecordingFault::Days(LONGEST_DAYS)))
}

/// Says whether terminals are recorded in a place, and for how long that is kept.
#[server(endpoint = "recordings/record")]
pub async fn record_terminals(
    /// The fields of the form.
    fields: PolicyFields,
) -> Result<(), ConsoleError> {
    let namespace = model::Namespace::parse(&fields.namespace).ok();
    let next = model::link::recordings(&fields.cluster, namespace.as_ref());
    model::port::<dyn crate::Recordings>()?.record(fields).await?;
    model::go_to(&next);
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn days_are_from_one_to_a_year() {
        assert_eq!(read_days(" 90 ").unwrap(), 90);
        for wrong in ["", "0", "366", "-1", "1.5", "many"] {
            assert!(read_days(wrong).is_err(), "{wrong:?} was taken");
        }
    }
}
