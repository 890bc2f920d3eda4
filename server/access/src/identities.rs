//! Whether what answers under a cluster's name is the cluster that is meant by it.

use crate::rights::Rights;
use model::ClusterName;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

/// How long somebody waits for a cluster that was not asked yet who it is.
const PATIENCE: Duration = Duration::from_secs(2);

/// What answers under a cluster's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It was not asked yet.
    Unasked,
    /// Nothing that says who it is, at the moment.
    Silent,
    /// The cluster that is meant.
    Itself,
    /// Another one.
    Another(Another),
}

/// Another cluster that answers under a cluster's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Another {
    /// By which uid the name is known.
    pub known: String,
    /// Which uid answers.
    pub found: String,
    /// Since when, in seconds since 1970.
    pub since: i64,
}

/// What answers under the names of clusters, as this replica has found out. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Identities(watch::Sender<BTreeMap<ClusterName, Standing>>);

impl Identities {
    /// Somebody will find out who this cluster is: until then people wait for a moment.
    pub fn expect(&self, cluster: &ClusterName) {
        self.0.send_if_modified(|all| {
            let is_new = !all.contains_key(cluster);
            all.entry(cluster.clone()).or_insert(Standing::Unasked);
            is_new
        });
    }

    /// Notes who answers; answers whether what people hold counts otherwise than before. A cluster that is silent is still what
    /// it was.
    pub fn note(&self, cluster: &ClusterName, standing: Standing) -> bool {
        let mut is_otherwise = false;
        self.0.send_if_modified(|all| {
            let before = all.get(cluster);
            let stays = match (before, &standing) {
                (Some(Standing::Itself | Standing::Another(_)), Standing::Silent) => true,
                (Some(Standing::Another(before)), Standing::Another(now)) => before.found == now.found,
                (before, now) => before == Some(now),
            };
            if stays {
                return false;
            }
            let was_another = matches!(before, Some(Standing::Another(_)));
            is_otherwise = was_another || matches!(standing, Standing::Another(_));
            all.insert(cluster.clone(), standing);
            true
        });
        is_otherwise
    }

    /// The other cluster that answers under this name, if one does.
    pub fn another(&self, cluster: &ClusterName) -> Option<Another> {
        match self.0.borrow().get(cluster) {
            Some(Standing::Another(another)) => Some(another.clone()),
            _ => None,
        }
    }

    /// Waits until a cluster was asked who it is, for a moment.
    pub async fn asked(&self, cluster: &ClusterName) {
        let mut all = self.0.subscribe();
        let is_asked = |all: &BTreeMap<ClusterName, Standing>| all.get(cluster) != Some(&Standing::Unasked);
        // Whoever has waited for so long is answered by what was known.
        let _ = timeout(PATIENCE, all.wait_for(is_asked)).await;
    }

    /// Waits until each cluster was asked in which these rights are held, for a moment: before that nobody knows whether they count.
    /// An administrator's count wherever they lead.
    pub(crate) async fn all_asked(&self, rights: &Rights) {
        if rights.is_administrator() {
            return;
        }
        let mut all = self.0.subscribe();
        let are_asked = |all: &BTreeMap<ClusterName, Standing>| {
            !all.iter().any(|(name, standing)| *standing == Standing::Unasked && rights.is_in(name))
        };
        // Whoever has waited for so long is answered by what was known.
        let _ = timeout(PATIENCE, all.wait_for(are_asked)).await;
    }

    /// What is left of rights: nothing in clusters under whose name another one answers. An administrator may look at those.
    pub(crate) fn holding(&self, mut rights: Rights) -> Rights {
        let all = self.0.borrow();
        let is_another = |name: &ClusterName| matches!(all.get(name), Some(Standing::Another(_)));
        rights.clusters.retain(|name, _| !is_another(name));
        rights.projects.retain(|(name, _), _| !is_another(name));
        rights
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use database::rights::{StoredHold, StoredRights};

    fn cluster(name: &str) -> ClusterName {
        ClusterName::parse(name).unwrap()
    }

    fn another(found: &str) -> Standing {
        Standing::Another(Another { known: "one".into(), found: found.into(), since: 1 })
    }

    #[test]
    fn what_is_held_in_a_cluster_is_not_held_in_another_one_that_answers_under_its_name() {
        let hold = |name| StoredHold { place: cluster(name), role: "cluster-admin".into(), own: None };
        let stored =
            StoredRights { clusters: vec![hold("harbour"), hold("meadow")], ..StoredRights::default() };
        let rights = || Rights::from_stored(&stored);
        let identities = Identities::default();
        assert!(identities.holding(rights()).is_in(&cluster("harbour")));

        assert!(identities.note(&cluster("harbour"), another("two")));
        let left = identities.holding(rights());
        assert!(!left.is_in(&cluster("harbour")) && left.is_in(&cluster("meadow")));

        assert!(!identities.note(&cluster("harbour"), Standing::Silent), "it may still be the other one");
        assert!(!identities.holding(rights()).is_in(&cluster("harbour")));
        assert!(identities.note(&cluster("harbour"), Standing::Itself));
        assert!(identities.holding(rights()).is_in(&cluster("harbour")));
    }

    #[tokio::test]
    async fn people_wait_until_a_cluster_was_asked() {
        let identities = Identities::default();
        identities.asked(&cluster("harbour")).await;
        identities.expect(&cluster("harbour"));
        let harbour = cluster("harbour");
        let mut asked = std::pin::pin!(identities.asked(&harbour));
        assert!(futures::poll!(&mut asked).is_pending(), "nobody has asked yet");

        identities.note(&harbour, Standing::Silent);
        asked.await;
    }

    #[tokio::test]
    async fn what_people_hold_is_known_when_the_clusters_were_asked_in_which_they_hold_it() {
        let hold = StoredHold { place: cluster("harbour"), role: "cluster-admin".into(), own: None };
        let rights = Rights::from_stored(&StoredRights { clusters: vec![hold], ..StoredRights::default() });
        let identities = Identities::default();
        identities.expect(&cluster("meadow"));
        identities.all_asked(&rights).await;

        identities.expect(&cluster("harbour"));
        let mut asked = std::pin::pin!(identities.all_asked(&rights));
        assert!(futures::poll!(&mut asked).is_pending(), "nobody knows whether they hold it in this one");

        identities.note(&cluster("harbour"), another("two"));
        asked.await;
    }
}
