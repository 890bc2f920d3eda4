//! Whether the namespaces of projects are still those that are meant: one that is made anew under a name, by whomever and with
//! whatever, is another one, and what people held in the one before is not theirs.

use crate::{Inner, ProvisionError, Target};
use database::audit::Decision;
use database::namespace_identities::Meant;
use model::{ClusterName, Namespace};
use std::collections::BTreeMap;
use uuid::Uuid;

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

impl Inner {
    /// Keeps what was learnt, and forgets projects that were other namespaces, with who held roles in them. Answers whether there
    /// were any: also where another replica was faster, what was read of them before does not hold any more.
    pub(crate) async fn settle(&self, cluster: &ClusterName, shown: &Shown) -> Result<bool, ProvisionError> {
        if !shown.learnt.is_empty() {
            self.database.learn_namespaces(&shown.learnt).await?;
        }
        let mut has_forgotten = false;
        for one in &shown.replaced {
            let Some(known) = &one.uid else { continue };
            self.write_down_replaced(cluster, one).await?;
            has_forgotten |= self.database.forget_replaced(one.project, known).await?;
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
    use crate::Provisioner;
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
        let provisioner = Provisioner::start(database.clone(), &Access::new(database.clone()), []);
        let replaced = vec![Meant { project, namespace, uid: Some("a".into()) }];
        assert!(database.forget_replaced(project, "a").await.unwrap());

        let shown = Shown { learnt: Vec::new(), replaced };

        assert!(provisioner.0.settle(&cluster, &shown).await.unwrap(), "bindings would be written for it");
        assert!(!provisioner.0.settle(&cluster, &Shown::default()).await.unwrap());
    }
}
