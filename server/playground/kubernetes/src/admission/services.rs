//! Addresses and node ports of services.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Value, json};

use crate::cluster::Cluster;

/// The ports nodes open for services.
const NODE_PORTS: std::ops::Range<u64> = 30_000..32_768;

/// A service keeps its addresses as long as its type allows.
pub(crate) fn keep_addresses(old: &Value, new: &mut Value) {
    if new["spec"]["type"] == "ExternalName" {
        return;
    }
    for key in ["clusterIP", "clusterIPs"] {
        if new["spec"][key].is_null() && !old["spec"][key].is_null() {
            new["spec"][key] = old["spec"][key].clone();
        }
    }
    let before = old["spec"]["ports"].as_array().cloned().unwrap_or_default();
    if !wants_node_ports(new) {
        return;
    }
    for port in new["spec"]["ports"].as_array_mut().into_iter().flatten() {
        let same =
            before.iter().find(|one| one["port"] == port["port"] && one["protocol"] == port["protocol"]);
        if let Some(known) = same.filter(|_| port["nodePort"].is_null()).map(|one| one["nodePort"].clone())
            && !known.is_null()
        {
            port["nodePort"] = known;
        }
    }
}

/// Gives a service the address and the node ports it lacks.
pub(crate) fn allocate(cluster: &Cluster, service: &mut Value) {
    let has_address = !service["spec"]["clusterIP"].as_str().unwrap_or_default().is_empty();
    let lacks_port = |port: &Value| port["nodePort"].as_u64().unwrap_or(0) == 0;
    let lacks_ports = wants_node_ports(service)
        && service["spec"]["ports"].as_array().is_some_and(|ports| ports.iter().any(lacks_port));
    if service["spec"]["type"] == "ExternalName" || (has_address && !lacks_ports) {
        return;
    }
    let taken = Taken::read(cluster);
    let mut hasher = DefaultHasher::new();
    service["metadata"]["uid"].as_str().hash(&mut hasher);
    let start = hasher.finish();
    if !has_address {
        let is_first =
            service["metadata"]["name"] == "kubernetes" && service["metadata"]["namespace"] == "default";
        let (a, b) = cluster.settings().service_network;
        // Address 10 belongs to the name server by convention and is given to nobody else.
        let candidates = (0..60_000).map(|offset| (start.wrapping_add(offset) % 60_000) + 256);
        let address = |number: u64| format!("{a}.{b}.{}.{}", number >> 8 & 0xff, number & 0xff);
        let chosen = if is_first { Some(1) } else { None }
            .into_iter()
            .chain(candidates)
            .map(address)
            .find(|address| !taken.addresses.contains(address));
        if let Some(chosen) = chosen {
            service["spec"]["clusterIP"] = json!(chosen);
        }
    }
    service["spec"]["clusterIPs"] = json!([service["spec"]["clusterIP"]]);
    if !lacks_ports {
        return;
    }
    let mut used = taken.ports;
    for port in service["spec"]["ports"].as_array_mut().into_iter().flatten() {
        if port["nodePort"].as_u64().unwrap_or(0) == 0 {
            let span = NODE_PORTS.end - NODE_PORTS.start;
            let free = (0..span).map(|offset| NODE_PORTS.start + start.wrapping_add(offset) % span);
            if let Some(free) = free.into_iter().find(|port| !used.contains(port)) {
                port["nodePort"] = json!(free);
                used.insert(free);
            }
        }
    }
}

fn wants_node_ports(service: &Value) -> bool {
    service["spec"]["type"] == "NodePort"
        || (service["spec"]["type"] == "LoadBalancer"
            && service["spec"]["allocateLoadBalancerNodePorts"] != false)
}

/// What other services have.
struct Taken {
    addresses: HashSet<String>,
    ports: HashSet<u64>,
}

impl Taken {
    fn read(cluster: &Cluster) -> Self {
        let mut taken = Self { addresses: HashSet::new(), ports: HashSet::new() };
        for service in cluster.list("services", None) {
            let service = service.parse();
            taken.addresses.extend(service["spec"]["clusterIP"].as_str().map(str::to_owned));
            let ports = service["spec"]["ports"].as_array().into_iter().flatten();
            taken.ports.extend(ports.filter_map(|port| port["nodePort"].as_u64()));
        }
        taken
    }
}
