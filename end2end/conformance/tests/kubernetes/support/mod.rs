//! The cluster that a case runs on, and how it is spoken to.

mod answer;
mod cluster;
mod events;
mod simulator;
mod socket;
mod visitors;
mod webhook;

pub use answer::Answer;
pub use cluster::{Cluster, unique};
pub use events::Events;
pub use serde_json::{Value, json};
#[allow(unused_imports, reason = "Helm's suite asks both")]
pub use simulator::Simulator;
pub use socket::{Said, Socket, channel};
pub use visitors::visitor;
pub use webhook::Webhook;

/// A configuration map with one entry.
pub fn config_map(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"a": "1"}})
}

/// A pod with one container that no scheduler touches.
pub fn pod(name: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"app": name}},
        "spec": {
            "schedulerName": "nobody",
            "containers": [{"name": "main", "image": "nginx:1.27"}],
        },
    })
}

/// A pod that is scheduled and runs, with ports that answer.
pub fn running_pod(name: &str) -> Value {
    let mut pod = pod(name);
    pod["spec"]["schedulerName"] = Value::Null;
    pod["spec"]["containers"][0]["ports"] = json!([{"containerPort": 8080}, {"containerPort": 8081}]);
    pod
}

/// A deployment without pods.
pub fn deployment(name: &str) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name},
        "spec": {
            "replicas": 0,
            "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": {"app": name}},
                "spec": {"containers": [{"name": "main", "image": "nginx:1.27"}]},
            },
        },
    })
}

/// The parts of an object that a case is about; what is absent is null.
pub fn pick(object: &Value, pointers: &[&str]) -> Vec<Value> {
    pointers.iter().map(|pointer| object.pointer(pointer).cloned().unwrap_or_default()).collect()
}

/// The names of the items of a list, in order.
pub fn names(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    items.iter().map(|item| item["metadata"]["name"].as_str().unwrap_or_default()).collect()
}
