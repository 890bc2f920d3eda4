//! One kubeconfig for all clusters.

use base64::Engine as _;
use playground_kubernetes::Running;
use serde_json::{Value, json};

/// A kubeconfig whose contexts are the clusters by name; the first one is current. JSON is YAML, too, and needs no
/// second writer.
pub fn merged<'a>(clusters: impl Iterator<Item = (&'a str, &'a Running)>) -> String {
    let clusters: Vec<_> = clusters.collect();
    let each = |make: &dyn Fn(&str, &Running) -> Value| -> Vec<Value> {
        clusters.iter().map(|(name, running)| make(name, running)).collect()
    };
    let config = json!({
        "apiVersion": "v1", "kind": "Config",
        "current-context": clusters.first().map_or("", |(name, _)| name),
        "clusters": each(&|name, running| json!({ "name": name, "cluster": {
            "server": format!("https://{}", running.address),
            "certificate-authority-data": base64::engine::general_purpose::STANDARD.encode(&running.ca_pem),
        } })),
        "users": each(&|name, running| json!({ "name": name, "user": { "token": running.admin_token } })),
        "contexts": each(&|name, _| json!({ "name": name, "context": { "cluster": name, "user": name } })),
    });
    format!("{config:#}\n")
}
