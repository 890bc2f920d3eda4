//! Roles, and who holds them.

use super::{Sample, sample};
use crate::support::{Value, json};

pub fn access() -> Vec<Sample> {
    let permission = json!({
        "apiGroups": ["", "apps"], "resources": ["pods", "pods/log"], "verbs": ["get", "list"],
        "resourceNames": ["web"],
    });
    let of_addresses = json!({"nonResourceURLs": ["/metrics", "/healthz/*"], "verbs": ["get"]});
    vec![
        sample("roles", [("rules", json!([permission]))]),
        sample("clusterroles", [("rules", json!([permission, of_addresses]))]),
        sample("rolebindings", [("roleRef/name", json!("view")), ("subjects", subjects())]),
        sample(
            "rolebindings",
            [("roleRef/kind", json!("Role")), ("roleRef/name", json!("local")), ("subjects", subjects())],
        ),
        sample("clusterrolebindings", [("roleRef/name", json!("view")), ("subjects", subjects())]),
    ]
}

/// One of each kind; the API server adds their groups.
fn subjects() -> Value {
    json!([
        {"kind": "ServiceAccount", "name": "robot", "namespace": "default"},
        {"kind": "User", "name": "robot"},
        {"kind": "Group", "name": "robots"},
    ])
}
