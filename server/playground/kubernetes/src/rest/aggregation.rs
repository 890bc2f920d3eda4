//! Groups that are served by something else, as far as it answers.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::cluster::Cluster;
use crate::storage::Store;

const SERVICES: &str = "apiservices.apiregistration.k8s.io";

/// The API services that do not answer, by name, and the version of the list they were found in.
#[derive(Debug, Default)]
pub(crate) struct DeadServices {
    made_from: u64,
    names: Arc<HashSet<String>>,
}

/// Whether a group is served by something that does not answer.
pub(crate) fn is_dead(cluster: &Cluster, group: &str, version: &str) -> bool {
    if cluster.faults().group_is_dead(group) {
        return true;
    }
    let dead = dead(cluster);
    !dead.is_empty() && dead.contains(&format!("{version}.{group}"))
}

fn dead(cluster: &Cluster) -> Arc<HashSet<String>> {
    let version = cluster.inner.state.read().store(SERVICES).map_or(0, Store::last_change);
    let mut known = cluster.inner.dead_services.lock();
    if known.made_from != version {
        let services = cluster.list(SERVICES, None);
        let names = services.iter().filter(|service| does_not_answer(&service.parse()));
        let names = Arc::new(names.map(|service| service.name().to_owned()).collect());
        *known = DeadServices { made_from: version, names };
    }
    Arc::clone(&known.names)
}

/// Groups and versions that something else should serve.
pub(crate) fn dead_groups(cluster: &Cluster) -> Vec<(String, String)> {
    let split = |name: &String| {
        let (version, group) = name.split_once('.')?;
        Some((group.to_owned(), version.to_owned()))
    };
    dead(cluster).iter().filter_map(split).collect()
}

/// Says in the status of a new API service whether the service behind it is there. Nothing ever answers behind it.
pub(crate) fn judge(cluster: &Cluster, service: &Value) {
    let behind = &service["spec"]["service"];
    if behind.is_null() || service["status"]["conditions"].is_array() {
        return;
    }
    let [name, namespace] = ["name", "namespace"].map(|key| behind[key].as_str().unwrap_or_default());
    let (reason, message) = if cluster.get("services", Some(namespace), name).is_none() {
        ("ServiceNotFound", format!("service/{name} in \"{namespace}\" is not present"))
    } else {
        let why = format!("endpoints for service/{name} in \"{namespace}\" have no addresses");
        ("MissingEndpoints", why)
    };
    let condition = json!({
        "type": "Available", "status": "False", "reason": reason, "message": message,
        "lastTransitionTime": crate::write::now(),
    });
    let own_name = service["metadata"]["name"].as_str().unwrap_or_default();
    let server = cluster.as_manager("kube-apiserver");
    let judged = server.update(SERVICES, None, own_name, |service| {
        service["status"]["conditions"] = json!([condition]);
    });
    if let Err(status) = judged {
        tracing::debug!(%status, "An API service could not be judged");
    }
}

fn does_not_answer(service: &Value) -> bool {
    let conditions = service["status"]["conditions"].as_array();
    !service["spec"]["service"].is_null()
        && conditions.into_iter().flatten().any(|one| one["type"] == "Available" && one["status"] == "False")
}
