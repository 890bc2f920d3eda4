//! The metrics API, measured by the kubelets, and the old component statuses.

use axum::response::Response;
use serde_json::{Value, json};

use super::read::selectors;
use super::render::Served;
use super::{Api, Call, json_response};
use crate::Status;
use crate::kubelet::Usage;
use crate::object::Object;
use crate::write::now;

pub(crate) fn answer(api: &Api, call: &Call, served: &Served) -> Result<Response, Status> {
    if served.kind.kind == "ComponentStatus" {
        return component_statuses(call, served);
    }
    let measure: fn(&Api, &Object) -> Option<Value> =
        if served.kind.kind == "NodeMetrics" { node } else { pod };
    let stored = if served.kind.kind == "NodeMetrics" { "nodes" } else { "pods" };
    let namespace = call.info.namespace.as_deref();
    match (call.info.verb.as_str(), &call.info.name) {
        ("get", Some(name)) => {
            let found = api.cluster.get(stored, namespace, name);
            let metrics = found.as_ref().map(|object| measure(api, object));
            match (metrics, namespace) {
                (Some(Some(metrics)), _) => Ok(json_response(200, &metrics)),
                (None, None) => Err(Status::not_found("node", name)),
                (None, Some(_)) => Err(Status::not_found("pods", name)),
                (Some(None), None) => Err(Status::not_found("nodemetrics.metrics.k8s.io", name)),
                (Some(None), Some(namespace)) => {
                    Err(Status::not_found("podmetrics.metrics.k8s.io", &format!("{namespace}/{name}")))
                }
            }
        }
        ("list", None) => {
            let selectors = selectors(served, &call.query)?;
            let objects = api.cluster.list(stored, namespace);
            let chosen = objects.iter().filter(|object| selectors.matches(object));
            let items: Vec<Value> = chosen.filter_map(|object| measure(api, object)).collect();
            Ok(json_response(200, &list(served, &items)))
        }
        _ => Err(Status::method_not_allowed()),
    }
}

/// What is in a list does not say again what it is.
fn list(served: &Served, items: &[Value]) -> Value {
    let mut items = items.to_vec();
    for fields in items.iter_mut().filter_map(Value::as_object_mut) {
        fields.remove("kind");
        fields.remove("apiVersion");
    }
    json!({
        "kind": served.kind.list_kind, "apiVersion": served.api_version, "metadata": {}, "items": items,
    })
}

fn usage(usage: Usage) -> Value {
    json!({"cpu": format!("{}n", usage.cpu_nanocores), "memory": format!("{}Ki", usage.memory_bytes / 1024)})
}

fn metadata(object: &Value) -> Value {
    let mut metadata = json!({"name": object["metadata"]["name"], "creationTimestamp": now()});
    for key in ["namespace", "labels"] {
        if let Some(value) = object["metadata"].get(key) {
            metadata[key] = value.clone();
        }
    }
    metadata
}

fn node(api: &Api, object: &Object) -> Option<Value> {
    let node = object.parse();
    let measured = api.kubelet.node_metrics(&node)?;
    Some(json!({
        "kind": "NodeMetrics", "apiVersion": "metrics.k8s.io/v1beta1", "metadata": metadata(&node),
        "timestamp": now(), "window": "20s", "usage": usage(measured),
    }))
}

fn pod(api: &Api, object: &Object) -> Option<Value> {
    let pod = object.parse();
    let containers: Vec<Value> = api
        .kubelet
        .pod_metrics(&pod)?
        .into_iter()
        .map(|one| json!({"name": one.container, "usage": usage(one.usage)}))
        .collect();
    Some(json!({
        "kind": "PodMetrics", "apiVersion": "metrics.k8s.io/v1beta1", "metadata": metadata(&pod),
        "timestamp": now(), "window": "15s", "containers": containers,
    }))
}

fn component_statuses(call: &Call, served: &Served) -> Result<Response, Status> {
    let one = |name: &str| {
        json!({
            "kind": "ComponentStatus", "apiVersion": "v1", "metadata": {"name": name},
            "conditions": [{"type": "Healthy", "status": "True", "message": "ok"}],
        })
    };
    let names = ["scheduler", "controller-manager", "etcd-0"];
    match &call.info.name {
        Some(name) if names.contains(&name.as_str()) => Ok(json_response(200, &one(name))),
        Some(name) => Err(Status::not_found("componentstatuses", name)),
        None => Ok(json_response(200, &list(served, &names.map(one)))),
    }
}
