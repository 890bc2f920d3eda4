//! Deleting objects, and what a person should know before.

use crate::change::act::JSON;
use crate::change::bin::{Bin, gather};
use crate::change::echo::Echo;
use crate::change::grants::{Delete, Try};
use crate::change::live;
use crate::{As, Call, Cluster, KubernetesError};
use access::{Granted, Identity};
use http::Method;
use model::ConsoleError;
use resources_contract::{DeletePlan, DeleteWarning, Propagation, TreeNode};
use serde_json::{Value, json};

/// More objects than this are not deleted by one click.
const MOST_WITHOUT_TYPING: u64 = 10;

/// So many of what uses an object are named.
const MOST_NAMED: usize = 5;

/// Kinds whose deletion takes more along, or loses more, than can be seen.
const CONFIRMED_BY_NAME: &[&str] = &[
    "customresourcedefinitions.apiextensions.k8s.io",
    "customresourcedefinitions",
    "namespaces",
    "nodes",
    "persistentvolumeclaims",
    "persistentvolumes",
];

/// Deletes one object, as the caller, once it is kept where there is a bin. With the uid in the grant a namesake made
/// meanwhile stays. Says what a store will know of it.
pub(crate) async fn delete(
    cluster: &Cluster,
    bin: Option<&dyn Bin>,
    granted: &Granted<Delete>,
) -> Result<Option<Echo>, ConsoleError> {
    let (identity, deletion) = (granted.identity(), granted.action());
    let Some(bin) = bin else { return Ok(send(cluster, &identity, deletion, false).await?) };
    let kept = match gather(cluster, &identity, deletion, &granted.caller().responsible().1).await? {
        Some(deleted) => Some(bin.keep(deleted).await?),
        None => None,
    };
    let sent = send(cluster, &identity, deletion, false).await.map_err(ConsoleError::from);
    let is_still_there = matches!(&sent, Err(error) if !error.may_be_done());
    if let Some(kept) = kept.filter(|_| is_still_there) {
        bin.forget(kept).await;
    }
    sent
}

/// Asks the cluster whether it would delete one object, as the caller.
pub(crate) async fn try_out(
    cluster: &Cluster,
    granted: &Granted<Try<Delete>>,
) -> Result<(), KubernetesError> {
    send(cluster, &granted.identity(), &granted.action().0, true).await.map(drop)
}

async fn send(
    cluster: &Cluster,
    identity: &Identity,
    deletion: &Delete,
    is_trial: bool,
) -> Result<Option<Echo>, KubernetesError> {
    let Delete { served, target, propagation } = deletion;
    let path = live::path(served, &target.resource)?;
    let mut options = options(target.uid.as_deref(), *propagation);
    if is_trial {
        options["dryRun"] = json!(["All"]);
    }
    let call = Call::write(Method::DELETE, path, JSON, options.to_string().into());
    let answer = cluster.connection().call(As::Caller(identity), &call).await?;
    let deleted: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    Ok(Echo::of_deletion(&served.kind.slug, &deleted))
}

fn options(uid: Option<&str>, propagation: Propagation) -> Value {
    let policy = match propagation {
        Propagation::Background => "Background",
        Propagation::Foreground => "Foreground",
        Propagation::Orphan => "Orphan",
    };
    let mut options = json!({"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": policy});
    if let Some(uid) = uid {
        options["preconditions"] = json!({"uid": uid});
    }
    options
}

/// What is known about one of the targets besides its tree.
#[derive(Clone, Debug, Default)]
pub struct DeletionFacts {
    /// The target as people call it, such as "Pod web-0".
    pub title: String,
    /// Its finalizers.
    pub finalizers: Vec<String>,
    /// The controller that would make it again, as people call it.
    pub controller: Option<String>,
    /// Services that send traffic to it and to nothing else.
    pub services: Vec<String>,
    /// What names it, and needs it.
    pub users: Vec<String>,
}

/// What a deletion would do, from the trees of its targets and what is known about each.
pub fn plan(trees: Vec<TreeNode>, facts: &[DeletionFacts]) -> DeletePlan {
    let counts = counts(&trees);
    DeletePlan { warnings: warnings(facts), confirm_by_name: confirm_by_name(&trees), counts, trees }
}

/// What people should know before they delete.
fn warnings(facts: &[DeletionFacts]) -> Vec<DeleteWarning> {
    let mut warnings = Vec::new();
    for DeletionFacts { title, finalizers, controller, services, users } in facts {
        let what = || title.clone();
        if let Some(controller) = controller.clone() {
            warnings.push(DeleteWarning::Again { what: what(), controller });
        }
        if !finalizers.is_empty() {
            warnings.push(DeleteWarning::Waits { what: what(), finalizers: finalizers.clone() });
        }
        if !services.is_empty() {
            warnings.push(DeleteWarning::Unanswered { what: what(), services: services.clone() });
        }
        if !users.is_empty() {
            let by = users.iter().take(MOST_NAMED).cloned().collect();
            let more = users.len().saturating_sub(MOST_NAMED);
            warnings.push(DeleteWarning::Used { what: what(), by, more });
        }
    }
    warnings
}

/// Whether the name must be typed: namespaces, nodes, definitions of kinds, volumes, or many objects at once.
fn confirm_by_name(trees: &[TreeNode]) -> bool {
    let is_grave = |tree: &TreeNode| CONFIRMED_BY_NAME.contains(&tree.resource.kind.as_str());
    let total: u64 = counts(trees).into_iter().map(|(_, count)| count).sum();
    trees.iter().any(is_grave) || total > MOST_WITHOUT_TYPING
}

/// How many objects of each kind go, in the order in which the kinds come up.
fn counts(trees: &[TreeNode]) -> Vec<(String, u64)> {
    let mut counts: Vec<(String, u64)> = Vec::new();
    let mut add = |title: &str, count: u64| match counts.iter_mut().find(|(known, _)| known == title) {
        Some((_, known)) => *known += count,
        None => counts.push((title.to_owned(), count)),
    };
    let mut waiting: Vec<&TreeNode> = trees.iter().rev().collect();
    while let Some(node) = waiting.pop() {
        add(&node.kind_title, 1);
        if node.more > 0 {
            // What is left out of a tree is of the kind of what is shown beside it.
            let title = node.children.last().map_or(&node.kind_title, |child| &child.kind_title);
            add(title, node.more.into());
        }
        waiting.extend(node.children.iter().rev());
    }
    counts
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use model::{ClusterName, KindSlug, ObjectName, ResourceRef};

    fn node(kind: &str, children: Vec<TreeNode>, more: u32) -> TreeNode {
        let resource = ResourceRef {
            cluster: ClusterName::parse("harbour").unwrap(),
            kind: KindSlug::parse(kind).unwrap(),
            namespace: None,
            name: ObjectName::parse("x").unwrap(),
        };
        TreeNode { resource, kind_title: kind.to_owned(), status: None, children, more, pod: None }
    }

    #[test]
    fn everything_that_goes_along_is_counted() {
        let pods = vec![node("pods", vec![], 0), node("pods", vec![], 0)];
        let tree = node("deployments", vec![node("replicasets", pods, 3)], 0);

        let expected = [("deployments", 1), ("replicasets", 1), ("pods", 5)];
        assert_eq!(counts(&[tree]), expected.map(|(title, count)| (title.to_owned(), count)));
    }

    #[test]
    fn grave_and_large_deletions_are_confirmed_by_name() {
        assert!(confirm_by_name(&[node("namespaces", vec![], 0)]));
        assert!(confirm_by_name(&[node("deployments", vec![node("pods", vec![], 0)], 20)]));
        assert!(!confirm_by_name(&[node("deployments", vec![node("pods", vec![], 0)], 2)]));
    }

    #[test]
    fn people_are_told_what_comes_back_what_blocks_and_what_breaks() {
        let facts = DeletionFacts {
            title: "Pod web-0".into(),
            finalizers: vec!["example.com/hold".into()],
            controller: Some("ReplicaSet web".into()),
            services: vec!["Service web".into()],
            users: (1..=7).map(|number| format!("Job {number}")).collect(),
        };

        let what = || "Pod web-0".to_owned();
        let expected = [
            DeleteWarning::Again { what: what(), controller: "ReplicaSet web".into() },
            DeleteWarning::Waits { what: what(), finalizers: vec!["example.com/hold".into()] },
            DeleteWarning::Unanswered { what: what(), services: vec!["Service web".into()] },
            DeleteWarning::Used {
                what: what(),
                by: (1..=5).map(|number| format!("Job {number}")).collect(),
                more: 2,
            },
        ];
        assert_eq!(warnings(&[facts, DeletionFacts::default()]), expected);
    }

    #[test]
    fn only_the_object_that_was_seen_is_deleted() {
        assert_eq!(options(Some("u1"), Propagation::Orphan)["preconditions"]["uid"], "u1");
        assert_eq!(options(None, Propagation::Background)["propagationPolicy"], "Background");
    }
}
