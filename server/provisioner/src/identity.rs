//! Whether what answers under a cluster's name is the cluster that is meant.

use crate::{Inner, ProvisionError, Target};
use access::{Another, Standing};
use database::audit::Decision;
use database::{DatabaseError, now_seconds};
use kubernetes::{As, Call, Connection, KubernetesError};
use model::{ClusterName, Namespace};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The namespace that every cluster has from its first moment to its last: its uid is the cluster's own.
const HOME: &str = "/api/v1/namespaces/kube-system";
const HOME_NAME: &str = "kube-system";

#[derive(Deserialize)]
struct Home {
    metadata: Metadata,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    uid: String,
    deletion_timestamp: Option<String>,
}

/// Who answers here.
pub(crate) async fn uid(connection: &Connection) -> Result<String, KubernetesError> {
    let answer = connection.call(As::Console, &Call::get(HOME.into())).await?;
    let home: Home = connection.read_json(&answer.body)?;
    Ok(home.metadata.uid)
}

/// Which namespace has a name. One that is on its way out has it no more.
pub(crate) async fn uid_of(
    connection: &Connection,
    namespace: &Namespace,
) -> Result<Option<String>, KubernetesError> {
    let path = format!("/api/v1/namespaces/{namespace}");
    let answer = match connection.call(As::Console, &Call::get(path)).await {
        Err(error) if error.code() == Some(404) => return Ok(None),
        answer => answer?,
    };
    let found: Home = connection.read_json(&answer.body)?;
    let is_leaving = found.metadata.deletion_timestamp.is_some();
    Ok((!is_leaving).then_some(found.metadata.uid))
}

/// Whether these namespaces, with their uids, are those of another cluster than the one of this uid: an address may lead to
/// another one between two questions.
pub(crate) fn is_of_another(namespaces: &BTreeMap<Namespace, String>, uid: &str) -> bool {
    namespaces.iter().any(|(name, found)| name.as_str() == HOME_NAME && found != uid)
}

impl Inner {
    /// Finds out who answers under a cluster's name, and notes it for everybody on this replica. Another cluster than the one
    /// that is meant gets nobody's rights, and what people hold does not count there.
    pub(crate) async fn meet(&self, name: &ClusterName, target: &Target) -> Result<String, ProvisionError> {
        let identities = self.access.identities();
        let found = match uid(target.cluster.connection()).await {
            Ok(found) => found,
            Err(error) => {
                identities.note(name, Standing::Silent);
                return Err(error.into());
            }
        };
        let known = self.database.meet_cluster(name, &found).await?;
        if known == found {
            if identities.note(name, Standing::Itself) {
                self.access.announce_change();
                self.tell_other_names(name, &found).await?;
            }
            return Ok(found);
        }
        let another = Another { known, found, since: now_seconds() };
        if identities.note(name, Standing::Another(another.clone())) {
            tracing::error!(cluster = %name, known = another.known, found = another.found, "Another cluster answers under this name");
            self.access.announce_change();
            self.write_down(name, &another).await?;
        }
        Err(ProvisionError::Another)
    }

    /// Says in the log when a cluster was known by a name that nothing here has any more: what people hold under that one is there
    /// and counts nowhere, which nobody would find out otherwise. And when it has another name here too, which is seldom meant.
    async fn tell_other_names(&self, name: &ClusterName, uid: &str) -> Result<(), DatabaseError> {
        let names = self.database.other_names_of(name, uid).await?;
        let is_here = |other: &String| self.clusters.keys().any(|known| known.as_str() == other);
        let (here, lost): (Vec<String>, Vec<String>) = names.into_iter().partition(is_here);
        if !here.is_empty() {
            let also = here.join(", ");
            tracing::warn!(cluster = %name, also, "Two contexts lead to this cluster, which counts as two: leave one of them out, or choose contexts with --context");
        }
        if !lost.is_empty() {
            let before = lost.join(", ");
            tracing::warn!(cluster = %name, before, "This cluster had another name: what people hold under that one counts again when its context is called so");
        }
        Ok(())
    }

    async fn write_down(&self, name: &ClusterName, another: &Another) -> Result<(), DatabaseError> {
        let decision = Decision {
            action: "another_cluster_answers".into(),
            verb: "get".into(),
            resource: "clusters.console.orrery".into(),
            cluster: Some(name.to_string()),
            is_allowed: false,
            reason: format!(
                "it was {}, and {} answers: what people hold does not count there",
                another.known, another.found
            ),
            ..Decision::default()
        };
        self.database.record_decision(&decision).await?;
        Ok(())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn namespaces_are_of_the_cluster_whose_home_is_among_them() {
        let of = |home: &str| -> BTreeMap<Namespace, String> {
            let all = [("shop", "a"), (home, "one")];
            all.map(|(name, uid)| (Namespace::parse(name).unwrap(), uid.to_owned())).into()
        };

        assert!(!is_of_another(&of("kube-system"), "one"));
        assert!(is_of_another(&of("kube-system"), "two"));
        assert!(!is_of_another(&of("bank"), "two"), "who may not see it is asked for it by its name");
    }
}
