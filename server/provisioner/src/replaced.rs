//! Whether the namespaces of projects are still those that are meant: one that is made anew under a name, by whomever and with
//! whatever, is another one, and what people held in the one before is not theirs.

use crate::apply::namespaces;
use crate::{Inner, ProvisionError, Provisioner, Target, check_home, identity};
use database::DatabaseError;
use database::audit::Decision;
use database::namespace_identities::Meant;
use database::projects::Project;
use model::{ClusterName, Namespace};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::timeout;
use uuid::Uuid;

/// How long somebody who gives something waits for a cluster to say which namespace it has.
const LOOKING: Duration = Duration::from_secs(3);

/// What a cluster's namespaces say about its projects.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Shown {
    /// Which namespaces those projects are of which nobody knew it.
    learnt: Vec<(Uuid, String)>,
    /// Projects that were other namespaces of their names.
    replaced: Vec<Meant>,
}

impl Shown {
    /// Whether nothing follows from it.
    pub(crate) fn is_nothing(&self) -> bool {
        self.learnt.is_empty() && self.replaced.is_empty()
    }
}

/// What is shown by namespaces with these uids. One that is not there shows nothing: it may be made again from what is kept.
pub(crate) fn shown(meant: &[Meant], found: &BTreeMap<Namespace, String>) -> Shown {
    let mut shown = Shown::default();
    for one in meant {
        match (&one.uid, found.get(&one.namespace)) {
            (None, Some(found)) => shown.learnt.push((one.project, found.clone())),
            (Some(known), Some(found)) if known != found => shown.replaced.push(one.clone()),
            _ => {}
        }
    }
    shown
}

/// Whether something may follow from the namespaces of a cluster, by what its store says. That costs the cluster nothing; what
/// follows is decided by what the cluster itself says.
pub(crate) async fn is_worth_a_look(target: &Target, meant: &[Meant]) -> bool {
    if meant.is_empty() {
        return false;
    }
    let found = target.cluster.namespace_uids().await;
    found.is_some_and(|found| !shown(meant, &found).is_nothing())
}

impl Provisioner {
    /// Whether another namespace has the name of a project by now, or the project has ended: what is given to it would go with the
    /// one before. Such a project is forgotten with this call, as the next round would do it. A cluster that does not say in three
    /// seconds which namespace it has, or says that it has none of this name, has the one that was meant.
    pub async fn is_replaced(&self, project: &Project) -> Result<bool, DatabaseError> {
        let cluster = &project.cluster;
        match timeout(LOOKING, self.look_at(project)).await {
            Ok(Ok(is_replaced)) => Ok(is_replaced),
            Ok(Err(ProvisionError::Database(error))) => Err(error),
            Ok(Err(error)) => {
                let namespace = &project.namespace;
                tracing::debug!(%cluster, %namespace, %error, "Which namespace has a name is not known now");
                Ok(false)
            }
            Err(_) => Ok(false),
        }
    }

    async fn look_at(&self, project: &Project) -> Result<bool, ProvisionError> {
        let (inner, cluster) = (&self.0, &project.cluster);
        let target = self.target(cluster)?;
        let uid = inner.meet(cluster, target).await?;
        // Read before the cluster is asked, as in rounds.
        let meant = inner.database.meant_namespaces(cluster).await?;
        let Some(meant) = meant.into_iter().find(|one| one.project == project.id) else { return Ok(true) };
        let found = identity::uid_of(&target.connection, &project.namespace).await?;
        let found = found.map(|found| (project.namespace.clone(), found)).into_iter().collect();
        let shown = shown(&[meant], &found);
        if shown.is_nothing() {
            return Ok(false);
        }
        check_home(target, &uid).await?;
        inner.settle(cluster, &uid, &shown).await
    }
}

impl Inner {
    /// Keeps what was learnt and what was replaced of a cluster that could not be compared, if it says at least which namespaces it
    /// has: whatever else it refuses, nobody's rights outlive what they were held in.
    pub(crate) async fn settle_alone(
        &self,
        cluster: &ClusterName,
        target: &Target,
        cluster_uid: &str,
        meant: &[Meant],
    ) -> Result<(), ProvisionError> {
        let found = namespaces(&target.connection).await?.uids;
        if identity::is_of_another(&found, cluster_uid) {
            return Err(ProvisionError::Elsewhere);
        }
        let shown = shown(meant, &found);
        if shown.is_nothing() {
            return Ok(());
        }
        check_home(target, cluster_uid).await?;
        self.settle(cluster, cluster_uid, &shown).await.map(drop)
    }

    /// Keeps what was learnt, and forgets projects that were other namespaces, with who held roles in them. Answers whether there
    /// were any: also where another replica was faster, what was read of them before does not hold any more.
    ///
    /// What the cluster of another uid than the one that is meant has said is nothing: somebody has accepted another one since it
    /// was asked.
    pub(crate) async fn settle(
        &self,
        cluster: &ClusterName,
        cluster_uid: &str,
        shown: &Shown,
    ) -> Result<bool, ProvisionError> {
        if !self.database.learn_namespaces_of(cluster, cluster_uid, &shown.learnt).await? {
            return Err(ProvisionError::Another);
        }
        let mut has_forgotten = false;
        for one in &shown.replaced {
            let Some(known) = &one.uid else { continue };
            self.write_down_replaced(cluster, one).await?;
            has_forgotten |=
                self.database.forget_replaced((cluster, cluster_uid), one.project, known).await?;
        }
        if has_forgotten {
            self.access.announce_change();
        }
        Ok(!shown.replaced.is_empty())
    }

    /// Written down first, as everything is.
    async fn write_down_replaced(&self, cluster: &ClusterName, one: &Meant) -> Result<(), ProvisionError> {
        tracing::warn!(%cluster, namespace = %one.namespace, "A namespace was made anew: what people held in the one before ends");
        let decision = Decision {
            action: "namespace_made_anew".into(),
            verb: "delete".into(),
            resource: "projects.console.orrery".into(),
            cluster: Some(cluster.to_string()),
            namespace: Some(one.namespace.to_string()),
            name: Some(one.namespace.to_string()),
            is_allowed: true,
            reason: "another namespace has this name: what people held in the one before ends".into(),
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
    use access::Access;
    use database::Database;

    #[test]
    fn a_namespace_of_another_uid_is_another_one_and_one_that_is_not_there_says_nothing() {
        let name = |name: &str| Namespace::parse(name).unwrap();
        let meant = |number: u128, namespace: &str, uid: Option<&str>| Meant {
            project: Uuid::from_u128(number),
            namespace: name(namespace),
            uid: uid.map(str::to_owned),
        };
        let all = [
            meant(1, "shop", Some("a")),
            meant(2, "bank", Some("b")),
            meant(3, "new", None),
            meant(4, "gone", Some("d")),
            meant(5, "unseen", None),
        ];
        let found = [("shop", "a"), ("bank", "z"), ("new", "c"), ("foreign", "f")];
        let found = found.map(|(namespace, uid)| (name(namespace), uid.to_owned())).into();

        let shown = shown(&all, &found);

        assert_eq!(shown.learnt, [(Uuid::from_u128(3), "c".to_owned())]);
        assert_eq!(shown.replaced, [all[1].clone()]);
    }

    #[tokio::test]
    async fn what_another_replica_has_forgotten_first_is_read_again() {
        let database = Database::in_memory().await.unwrap();
        let cluster = ClusterName::parse("harbour").unwrap();
        let namespace = Namespace::parse("shop").unwrap();
        let project = database.add_project(&cluster, &namespace, None, "", "").await.unwrap();
        database.learn_namespaces(&[(project, "a".into())]).await.unwrap();
        database.meet_cluster(&cluster, "one").await.unwrap();
        let provisioner = Provisioner::start(database.clone(), &Access::new(database.clone()), []);
        let replaced = vec![Meant { project, namespace, uid: Some("a".into()) }];
        assert!(database.forget_replaced((&cluster, "one"), project, "a").await.unwrap());

        let shown = Shown { learnt: Vec::new(), replaced };

        let settle = async |shown: &Shown| provisioner.0.settle(&cluster, "one", shown).await.unwrap();
        assert!(settle(&shown).await, "bindings would be written for it");
        assert!(!settle(&Shown::default()).await);
    }

    #[tokio::test]
    async fn what_a_cluster_said_that_is_not_meant_any_more_is_not_learnt() {
        let database = Database::in_memory().await.unwrap();
        let cluster = ClusterName::parse("harbour").unwrap();
        let [shop, bank] = ["shop", "bank"].map(|name| Namespace::parse(name).unwrap());
        let new = database.add_project(&cluster, &shop, None, "", "").await.unwrap();
        let known = database.add_project(&cluster, &bank, None, "", "").await.unwrap();
        database.learn_namespaces(&[(known, "b".into())]).await.unwrap();
        database.meet_cluster(&cluster, "one").await.unwrap();
        let provisioner = Provisioner::start(database.clone(), &Access::new(database.clone()), []);
        let replaced = vec![Meant { project: known, namespace: bank, uid: Some("b".into()) }];
        let shown = Shown { learnt: vec![(new, "of one".into())], replaced };

        // While a round asks the first one, an administrator accepts the second one.
        assert!(database.accept_cluster(&cluster, "one", "two", true).await.unwrap());
        let settled = provisioner.0.settle(&cluster, "one", &shown).await;

        assert!(matches!(settled, Err(ProvisionError::Another)), "{settled:?}");
        let meant = database.meant_namespaces(&cluster).await.unwrap();
        assert_eq!(meant.iter().map(|one| one.uid.clone()).collect::<Vec<_>>(), [None, None]);
    }
}
