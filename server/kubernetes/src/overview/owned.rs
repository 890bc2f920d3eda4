//! Where the trouble of an object is told: at what makes it, if that is told of.

use crate::cluster::Cluster;
use crate::object::owner_of;
use crate::state::RowData;
use crate::store::Store;
use kinds::Object;

/// Kinds that are workloads only where nothing makes them: most replica sets are a deployment's.
const MADE: [&str; 2] = ["replicasets", "replicationcontrollers"];

/// Whether an object is a part of something else, and no workload by itself.
pub(super) fn is_made(store: &Store, row: &RowData) -> bool {
    row.owner.is_some() && MADE.contains(&&*store.served().kind.slug)
}

/// Whether the trouble of a pod shows at a workload: not that of a node's own pods, nor of those that an operator keeps.
pub(super) fn is_told_by_owner(cluster: &Cluster, pod: &[u8]) -> bool {
    is_told(pod, |slug, uid| is_set_told(cluster, slug, uid))
}

/// `of_set` says of a set, by its kind and its uid, whether its trouble is told; nothing when the set is not known.
fn is_told(pod: &[u8], of_set: impl Fn(&str, &str) -> Option<bool>) -> bool {
    let owner = Object::parse(pod).ok().and_then(|pod| owner_of(&pod));
    let Some((group, kind, _, uid)) = owner else { return false };
    match (group.as_str(), kind.as_str()) {
        ("apps", "StatefulSet" | "DaemonSet") | ("batch", "Job") => true,
        ("apps", "ReplicaSet") => of_set("replicasets", &uid).unwrap_or(true),
        ("", "ReplicationController") => of_set("replicationcontrollers", &uid).unwrap_or(false),
        _ => false,
    }
}

/// At itself, or at the deployment that makes it.
fn is_set_told(cluster: &Cluster, slug: &str, uid: &str) -> Option<bool> {
    let store = cluster.running(slug)?;
    let state = store.read();
    if state.find_uid(uid)?.owner.is_none() {
        return Some(true);
    }
    state.read(uid, |set| {
        let owner = Object::parse(set).ok().and_then(|set| owner_of(&set));
        owner.is_some_and(|(group, kind, ..)| group == "apps" && kind == "Deployment")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn pods_of_nodes_and_operators_stand_for_themselves() {
        let told = |version: &str, kind: &str, of_set: Option<bool>| {
            let owner =
                json!({"apiVersion": version, "kind": kind, "name": "a", "uid": "u", "controller": true});
            let pod = json!({"metadata": {"ownerReferences": [owner]}}).to_string();
            is_told(pod.as_bytes(), |_, uid| of_set.filter(|_| uid == "u"))
        };

        assert!(told("batch/v1", "Job", None) && told("apps/v1", "StatefulSet", None));
        assert!(!told("v1", "Node", None) && !told("postgresql.cnpg.io/v1", "Cluster", None));
        assert!(told("apps/v1", "ReplicaSet", None), "most are a deployment's");
        assert!(!told("v1", "ReplicationController", None), "most are of something that is not told of");
        for is_set_told in [true, false] {
            assert_eq!(told("apps/v1", "ReplicaSet", Some(is_set_told)), is_set_told);
            assert_eq!(told("v1", "ReplicationController", Some(is_set_told)), is_set_told);
        }
    }
}
