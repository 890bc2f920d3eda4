//! Groups that are served by something else, as far as it answers.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value;

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

fn does_not_answer(service: &Value) -> bool {
    let conditions = service["status"]["conditions"].as_array();
    !service["spec"]["service"].is_null()
        && conditions.into_iter().flatten().any(|one| one["type"] == "Available" && one["status"] == "False")
}
