//! Objects as they can be made again: without what only the server writes, and without what named the cluster that was.

use crate::Served;
use crate::change::text::drop_server_fields;
use serde_json::{Map, Value};

/// Finalizers that say how an object was being deleted.
const OF_DELETION: [&str; 2] = ["foregroundDeletion", "orphan"];
/// Labels by which a job finds its pods; another one would find none by them.
const OF_JOB: [&str; 4] =
    ["batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name", "controller-uid", "job-name"];

/// The manifest by which an object can be made again.
pub(super) fn manifest(served: &Served, mut value: Value) -> Value {
    drop_server_fields(&mut value);
    if let Some(metadata) = value.get_mut("metadata").and_then(Value::as_object_mut) {
        // Owners are named by uids; with those of others, the new object would be collected at once.
        metadata.remove("ownerReferences");
        if let Some(finalizers) = metadata.get_mut("finalizers").and_then(Value::as_array_mut) {
            finalizers.retain(|name| !name.as_str().is_some_and(|name| OF_DELETION.contains(&name)));
        }
    }
    match (&*served.kind.group, &*served.kind.plural) {
        ("", "services") => service(&mut value),
        ("", "pods") => remove(&mut value, "/spec", &["nodeName", "ephemeralContainers"]),
        ("", "persistentvolumeclaims") => claim(&mut value),
        ("", "persistentvolumes") => remove(&mut value, "/spec", &["claimRef"]),
        ("", "secrets") => token(&mut value),
        ("batch", "jobs") => job(&mut value),
        _ => {}
    }
    value
}

fn map<'v>(value: &'v mut Value, path: &str) -> Option<&'v mut Map<String, Value>> {
    value.pointer_mut(path)?.as_object_mut()
}

fn remove(value: &mut Value, path: &str, keys: &[&str]) {
    if let Some(map) = map(value, path) {
        map.retain(|key, _| !keys.contains(&key.as_str()));
    }
}

/// Its address may be another service's by now. That it has none is no address.
fn service(value: &mut Value) {
    if value.pointer("/spec/clusterIP").and_then(Value::as_str) != Some("None") {
        remove(value, "/spec", &["clusterIP", "clusterIPs"]);
    }
    remove(value, "/spec", &["healthCheckNodePort"]);
}

/// Its volume went with it, or is kept for whoever looks after it; a claim on that one would wait for ever.
fn claim(value: &mut Value) {
    remove(value, "/spec", &["volumeName"]);
    if let Some(annotations) = map(value, "/metadata/annotations") {
        annotations.retain(|key, _| {
            !key.starts_with("pv.kubernetes.io/") && key != "volume.kubernetes.io/selected-node"
        });
    }
}

/// A token of an account is made anew by the cluster; the old one ended with the secret.
fn token(value: &mut Value) {
    if value["type"] == "kubernetes.io/service-account-token" {
        remove(value, "", &["data"]);
        remove(value, "/metadata/annotations", &["kubernetes.io/service-account.uid"]);
    }
}

/// What a job made up to find its pods, it makes up again.
fn job(value: &mut Value) {
    if value.pointer("/spec/manualSelector") == Some(&Value::Bool(true)) {
        return;
    }
    remove(value, "/spec", &["selector"]);
    remove(value, "/metadata/labels", &OF_JOB);
    remove(value, "/spec/template/metadata/labels", &OF_JOB);
}

/// In which order objects are made again: what others need comes first.
pub(super) fn rank(group: &str, plural: &str) -> u8 {
    match (group, plural) {
        ("", "serviceaccounts" | "secrets" | "configmaps") => 0,
        ("rbac.authorization.k8s.io", "roles") => 1,
        ("rbac.authorization.k8s.io", _) => 2,
        ("", "limitranges" | "resourcequotas" | "persistentvolumeclaims" | "services") => 3,
        ("apps" | "batch", _) => 5,
        ("", "pods") => 6,
        ("autoscaling" | "policy", _) => 7,
        _ => 4,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use serde_json::json;
    use std::sync::Arc;

    fn made_again(group: &str, plural: &str, object: Value) -> Value {
        let kind = Arc::clone(kinds::of_resource(group, plural).unwrap());
        let served = Served {
            kind,
            version: "v1".into(),
            verbs: Default::default(),
            subresources: Default::default(),
            described: false,
        };
        manifest(&served, object)
    }

    #[test]
    fn nothing_is_left_of_what_only_the_server_writes() {
        let object = json!({
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {
                "name": "web", "namespace": "shop", "uid": "u", "resourceVersion": "7", "generation": 2,
                "creationTimestamp": "x", "deletionTimestamp": "y", "deletionGracePeriodSeconds": 0,
                "managedFields": [{}], "ownerReferences": [{"uid": "gone"}],
                "finalizers": ["foregroundDeletion", "example.com/hold"], "labels": {"app": "web"},
            },
            "data": {"a": "b"}, "status": {"x": 1},
        });

        assert_eq!(
            made_again("", "configmaps", object),
            json!({
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": {
                    "name": "web", "namespace": "shop", "finalizers": ["example.com/hold"], "labels": {"app": "web"},
                },
                "data": {"a": "b"},
            })
        );
    }

    #[test]
    fn what_named_the_cluster_that_was_is_left_out() {
        let service = json!({"spec": {"clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.1"], "ports": []}});
        assert_eq!(made_again("", "services", service), json!({"spec": {"ports": []}}));
        let headless = json!({"spec": {"clusterIP": "None", "clusterIPs": ["None"]}});
        assert_eq!(made_again("", "services", headless.clone()), headless);

        let claim = json!({
            "metadata": {"annotations": {"pv.kubernetes.io/bind-completed": "yes", "team": "a"}},
            "spec": {"volumeName": "pv-1", "storageClassName": "fast"},
        });
        let expected =
            json!({"metadata": {"annotations": {"team": "a"}}, "spec": {"storageClassName": "fast"}});
        assert_eq!(made_again("", "persistentvolumeclaims", claim), expected);

        let job = json!({
            "metadata": {"labels": {"job-name": "x", "app": "x"}},
            "spec": {
                "selector": {"matchLabels": {"controller-uid": "u"}},
                "template": {"metadata": {"labels": {"batch.kubernetes.io/controller-uid": "u", "app": "x"}}},
            },
        });
        let expected = json!({
            "metadata": {"labels": {"app": "x"}},
            "spec": {"template": {"metadata": {"labels": {"app": "x"}}}},
        });
        assert_eq!(made_again("batch", "jobs", job), expected);

        let token = json!({"type": "kubernetes.io/service-account-token", "data": {"token": "old"}});
        assert_eq!(made_again("", "secrets", token), json!({"type": "kubernetes.io/service-account-token"}));
        let opaque = json!({"type": "Opaque", "data": {"password": "x"}});
        assert_eq!(made_again("", "secrets", opaque.clone()), opaque);
    }

    #[test]
    fn what_others_need_is_made_first() {
        let order = [
            ("", "secrets"),
            ("rbac.authorization.k8s.io", "roles"),
            ("rbac.authorization.k8s.io", "rolebindings"),
            ("", "services"),
            ("networking.k8s.io", "ingresses"),
            ("apps", "deployments"),
            ("", "pods"),
            ("autoscaling", "horizontalpodautoscalers"),
        ];
        let ranks: Vec<u8> = order.iter().map(|(group, plural)| rank(group, plural)).collect();
        assert!(ranks.is_sorted_by(|a, b| a < b), "{ranks:?}");
    }
}
