//! Keeps the addresses behind each service.

use std::collections::BTreeMap;
use std::sync::Arc;

use playground_kubernetes::Status;
use serde_json::{Map, Value, json};

use super::{Controller, Outcome, Watch};
use crate::objects::{
    Key, array, controller_reference, flag, hash, integer, is_deleting, is_pod_finished, is_pod_ready, label,
    name, namespace, safe_suffix, text, uid,
};
use crate::selector::map_selects;
use crate::site::Site;

const SERVICE_NAME: &str = "kubernetes.io/service-name";

/// The controller of Endpoints and `EndpointSlices`.
pub struct Endpoints;

impl Controller for Endpoints {
    fn name(&self) -> &'static str {
        "endpoint-controller"
    }

    fn watches(&self) -> Vec<Watch> {
        vec![
            Watch::itself("services"),
            Watch { kind: "pods", keys: concerned },
            Watch {
                kind: "endpointslices.discovery.k8s.io",
                keys: |_, slice| vec![Key::new(namespace(slice), label(slice, SERVICE_NAME))],
            },
        ]
    }

    fn reconcile(&mut self, site: &Site, key: &Key) -> Outcome {
        let Some(service) = site.at("services", key) else {
            site.delete("endpoints", key)?;
            return Ok(None);
        };
        let has_selector =
            service.pointer("/spec/selector").and_then(Value::as_object).is_some_and(|map| !map.is_empty());
        if is_deleting(&service) || !has_selector || text(&service, "/spec/type") == "ExternalName" {
            return Ok(None);
        }
        let mut pods = site.list("pods", &key.namespace);
        pods.retain(|pod| {
            map_selects(&service["spec"]["selector"], pod)
                && !text(pod, "/status/podIP").is_empty()
                && !is_pod_finished(pod)
        });
        write_endpoints(site, &service, &pods)?;
        write_slice(site, &service, &pods)?;
        Ok(None)
    }
}

/// The services that select a pod, and those that lead to it though it has lost the label.
fn concerned(site: &Site, pod: &Value) -> Vec<Key> {
    let lists = |service: &Value| {
        site.at("endpoints", &Key::of(service)).is_some_and(|endpoints| {
            let subsets = array(&endpoints, "/subsets").iter();
            let addresses = subsets.flat_map(|subset| {
                array(subset, "/addresses").iter().chain(array(subset, "/notReadyAddresses"))
            });
            addresses.into_iter().any(|address| text(address, "/targetRef/uid") == uid(pod))
        })
    };
    let services = site.list("services", namespace(pod));
    let about =
        services.iter().filter(|service| map_selects(&service["spec"]["selector"], pod) || lists(service));
    about.map(|service| Key::of(service)).collect()
}

/// The ports of a service as numbers on this pod; a name the pod does not have is left out.
fn ports_on(service: &Value, pod: &Value) -> Vec<Value> {
    array(service, "/spec/ports")
        .iter()
        .filter_map(|port| {
            let target = port.get("targetPort").filter(|target| !target.is_null()).unwrap_or(&port["port"]);
            let number = match target.as_str() {
                Some(named) => array(pod, "/spec/containers")
                    .iter()
                    .flat_map(|container| array(container, "/ports"))
                    .find(|port| text(port, "/name") == named)
                    .and_then(|port| integer(port, "/containerPort"))?,
                None => target.as_i64()?,
            };
            let mut found =
                json!({ "port": number, "protocol": port.get("protocol").cloned().unwrap_or(json!("TCP")) });
            if let Some(port_name) = port.get("name").filter(|name| !name.is_null()) {
                found["name"] = port_name.clone();
            }
            Some(found)
        })
        .collect()
}

fn target(pod: &Value) -> Value {
    json!({ "kind": "Pod", "name": name(pod), "namespace": namespace(pod), "uid": uid(pod) })
}

/// Whether a pod may receive traffic.
fn serves(service: &Value, pod: &Value) -> bool {
    (is_pod_ready(pod) || flag(service, "/spec/publishNotReadyAddresses")) && !is_deleting(pod)
}

/// Addresses that share the same ports.
#[derive(Default)]
struct Subset {
    ready: Vec<Value>,
    waiting: Vec<Value>,
    ports: Vec<Value>,
}

fn write_endpoints(site: &Site, service: &Value, pods: &[Arc<Value>]) -> Result<(), Status> {
    let mut by_ports: BTreeMap<String, Subset> = BTreeMap::new();
    for pod in pods.iter().filter(|pod| !is_deleting(pod)) {
        let ports = ports_on(service, pod);
        let group = by_ports.entry(Value::from(ports.clone()).to_string()).or_default();
        group.ports = ports;
        let address = json!({
            "ip": text(pod, "/status/podIP"), "nodeName": text(pod, "/spec/nodeName"), "targetRef": target(pod),
        });
        if serves(service, pod) { group.ready.push(address) } else { group.waiting.push(address) }
    }
    let subsets: Vec<Value> = by_ports
        .into_values()
        .map(|group| {
            let mut subset = Map::new();
            for (field, values) in
                [("addresses", group.ready), ("notReadyAddresses", group.waiting), ("ports", group.ports)]
            {
                if !values.is_empty() {
                    subset.insert(field.to_owned(), values.into());
                }
            }
            Value::Object(subset)
        })
        .collect();
    let key = Key::of(service);
    if site.at("endpoints", &key).is_none() {
        let labels = service["metadata"].get("labels").cloned().unwrap_or_else(|| json!({}));
        site.create(json!({
            "apiVersion": "v1", "kind": "Endpoints",
            "metadata": { "name": key.name, "namespace": key.namespace, "labels": labels },
            "subsets": subsets,
        }))?;
        return Ok(());
    }
    site.update("endpoints", &key, |endpoints| endpoints["subsets"] = subsets.into()).map(drop)
}

fn write_slice(site: &Site, service: &Value, pods: &[Arc<Value>]) -> Result<(), Status> {
    let ports =
        pods.iter().map(|pod| ports_on(service, pod)).find(|ports| !ports.is_empty()).unwrap_or_default();
    let endpoints: Vec<Value> = pods.iter().map(|pod| endpoint(site, service, pod)).collect();
    let slice_name = format!("{}-{}", name(service), safe_suffix(hash(uid(service).as_bytes()), 5));
    let key = Key::new(namespace(service), &slice_name);
    if site.at("endpointslices.discovery.k8s.io", &key).is_some() {
        return site
            .update("endpointslices.discovery.k8s.io", &key, |slice| {
                slice["endpoints"] = endpoints.into();
                slice["ports"] = ports.into();
            })
            .map(drop);
    }
    let mut labels = service["metadata"].get("labels").cloned().unwrap_or_else(|| json!({}));
    labels[SERVICE_NAME] = name(service).into();
    labels["endpointslice.kubernetes.io/managed-by"] = "endpointslice-controller.k8s.io".into();
    site.create(json!({
        "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
        "metadata": {
            "name": slice_name, "namespace": namespace(service), "labels": labels,
            "ownerReferences": [controller_reference(service)],
        },
        "endpoints": endpoints, "ports": ports,
    }))
    .map(drop)
}

fn endpoint(site: &Site, service: &Value, pod: &Value) -> Value {
    let ready = serves(service, pod);
    let node = site.get("nodes", "", text(pod, "/spec/nodeName"));
    let zone = node.as_deref().map_or("", |node| label(node, "topology.kubernetes.io/zone"));
    let mut endpoint = json!({
        "addresses": [text(pod, "/status/podIP")],
        "conditions": { "ready": ready, "serving": is_pod_ready(pod), "terminating": is_deleting(pod) },
        "nodeName": text(pod, "/spec/nodeName"), "targetRef": target(pod),
    });
    if !zone.is_empty() {
        endpoint["zone"] = zone.into();
    }
    endpoint
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_name_the_pod_lacks_leads_nowhere() {
        let service = json!({ "spec": { "ports": [
            { "name": "web", "port": 80, "targetPort": "http" }, { "name": "other", "port": 81, "targetPort": "nowhere" },
        ] } });
        let pod =
            json!({ "spec": { "containers": [{ "ports": [{ "name": "http", "containerPort": 8080 }] }] } });

        assert_eq!(ports_on(&service, &pod), [json!({ "name": "web", "port": 8080, "protocol": "TCP" })]);
    }
}
