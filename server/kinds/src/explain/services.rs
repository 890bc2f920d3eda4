//! Why a service or ingress does not lead anywhere.

use super::{Finding, Related, certificates, pods, quoted};
use crate::builtin::{condition_state, counted, is_sidecar};
use crate::{Object, Selector, SelectorForm};
use model::Level;
use std::collections::BTreeSet;

pub(crate) fn service(service: &Object<'_>, related: &Related<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(selector) = service.at("/spec/selector").filter(|selector| !selector.entries().is_empty()) {
        let selector = Selector::read(selector, SelectorForm::Labels);
        let selected: Vec<&Object<'_>> = related.of("pods").collect();
        findings.extend(pods::of_all(related));
        if let Some(selector) = selector.filter(|_| related.has_all("pods")) {
            findings.extend(nobody(&selector, &selected));
        }
        findings.extend(missing_ports(service, &selected));
    }
    findings.extend(no_address(service, related));
    findings
}

fn nobody(selector: &Selector, selected: &[&Object<'_>]) -> Option<Finding> {
    let query = selector.to_query();
    if selected.is_empty() {
        return Some(Finding::new(
            Level::Failed,
            "Its selector matches no pod",
            format!("No pod of this namespace has the labels {query}, so connections are refused."),
            "Compare the selector with the labels of the pods it is meant for, and look whether they are scaled to zero.",
        ));
    }
    let ready = selected.iter().any(|pod| condition_state(pod, "Ready") == "True");
    (!ready).then(|| {
        Finding::new(
            Level::Failed,
            "None of its pods is ready",
            format!(
                "Of {} with the labels {query} none takes traffic.",
                counted(selected.len() as i64, "pod")
            ),
            "Find out why the pods are not ready.",
        )
    })
}

/// Named target ports must exist in the pods, among what their sidecars declare too. A number may be open without being
/// declared, so it only makes a warning, and only if the pods declare ports at all.
fn missing_ports(service: &Object<'_>, selected: &[&Object<'_>]) -> Option<Finding> {
    let pod = selected.first()?;
    let sidecars = pod.each("/spec/initContainers/*").filter(|container| is_sidecar(container));
    let containers = pod.each("/spec/containers/*").chain(sidecars);
    let declared: Vec<&Object<'_>> = containers.flat_map(|container| container.items_at("/ports")).collect();
    let protocol = |port: &Object<'_>| match port.text_at("/protocol") {
        "" => "TCP".to_owned(),
        protocol => protocol.to_owned(),
    };
    let names = || {
        let names = declared.iter().map(|port| {
            let number = port.number_at("/containerPort").unwrap_or_default();
            let name = port.text_at("/name");
            format!("{number}/{}{}{name}", protocol(port), if name.is_empty() { "" } else { " " })
        });
        // Once each: a sidecar may declare what its program does.
        names.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ")
    };
    for port in service.items_at("/spec/ports") {
        let number = port.number_at("/port").unwrap_or_default();
        match port.at("/targetPort") {
            Some(Object::Text(name)) if !declared.iter().any(|port| port.text_at("/name") == name) => {
                return Some(Finding::new(
                    Level::Failed,
                    format!("No container has the port {name} that port {number} leads to"),
                    format!("The pods declare: {}.", names()),
                    "Name the port in the container, or correct the target port.",
                ));
            }
            Some(Object::Number(target)) if !declared.is_empty() => {
                let known = |port: &&&Object<'_>| port.number_at("/containerPort") == target.as_i64();
                if !declared.iter().any(|port| known(&port)) {
                    return Some(Finding::new(
                        Level::Warning,
                        format!("Port {number} leads to {target}, which no container declares"),
                        format!("The pods declare: {}.", names()),
                        "Unless a container listens there without saying so, correct the target port.",
                    ));
                }
            }
            _ => {}
        }
    }
    None
}

fn no_address(service: &Object<'_>, related: &Related<'_>) -> Option<Finding> {
    let waits = service.text_at("/spec/type") == "LoadBalancer"
        && service.items_at("/status/loadBalancer/ingress").is_empty();
    if !waits {
        return None;
    }
    let failed = related.event(
        service,
        &["SyncLoadBalancerFailed", "CreatingLoadBalancerFailed", "AllocationFailed"],
        "",
    );
    Some(match failed {
        Some(event) => Finding::new(
            Level::Failed,
            "It gets no load balancer",
            format!("The controller says: {}.", quoted(event.text_at("/message"))),
            "Correct what the message names: quota, annotations or permissions at the provider.",
        ),
        None => Finding::new(
            Level::Warning,
            "No load balancer has given it an address yet",
            "Nobody has reported a failure either.",
            "If it stays so, the cluster probably has no load-balancer controller: install one, or use a node port or an ingress.",
        ),
    })
}

/// Ingresses: backends that do not exist, and certificates that are refused.
pub(crate) fn ingress(ingress: &Object<'_>, related: &Related<'_>) -> Vec<Finding> {
    let mut findings = backends(ingress, related);
    findings.extend(certificates::findings(ingress, related));
    findings
}

fn backends(ingress: &Object<'_>, related: &Related<'_>) -> Vec<Finding> {
    if !related.has_all("services") {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let backends = ["/spec/rules/*/http/paths/*/backend/service", "/spec/defaultBackend/service"];
    for backend in backends.iter().flat_map(|path| ingress.each(path)) {
        let name = backend.text_at("/name");
        let Some(service) = related.of("services").find(|service| service.name() == name) else {
            findings.push(Finding::new(
                Level::Failed,
                format!("The service {name} does not exist"),
                "Requests for its paths are answered with an error.",
                "Create the service in this namespace, or correct the backend.",
            ));
            continue;
        };
        let has = |port: &Object<'_>| match backend.number_at("/port/number") {
            Some(number) => port.number_at("/port") == Some(number),
            None => port.text_at("/name") == backend.text_at("/port/name"),
        };
        // A name elsewhere is asked at the port of the ingress.
        let is_elsewhere = service.text_at("/spec/type") == "ExternalName";
        if !is_elsewhere && !service.items_at("/spec/ports").iter().any(has) {
            let number = backend.number_at("/port/number").map(|number| number.to_string());
            let port = number.unwrap_or_else(|| backend.text_at("/port/name").to_owned());
            findings.push(
                Finding::new(
                    Level::Failed,
                    format!("The service {name} has no port {port}"),
                    "Requests for its paths are answered with an error.",
                    "Correct the backend's port, or add the port to the service.",
                )
                .at("services", service),
            );
        }
    }
    findings.dedup_by(|a, b| a.title == b.title);
    findings
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_port_that_only_a_sidecar_declares_is_there() {
        let port = |name: &str| json!([{"name": name, "containerPort": 8443}]);
        let pod = json!({"spec": {
            "containers": [{"name": "web"}],
            "initContainers": [
                {"name": "proxy", "restartPolicy": "Always", "ports": port("https")},
                {"name": "before", "ports": port("early")},
            ],
        }});
        let pod = pod.to_string();
        let pod = Object::parse(pod.as_bytes()).unwrap();
        let missing = |name: &str| {
            let service = json!({"spec": {"ports": [{"port": 443, "targetPort": name}]}}).to_string();
            missing_ports(&Object::parse(service.as_bytes()).unwrap(), &[&pod]).is_some()
        };

        assert!(!missing("https"));
        assert!(missing("early"), "what has ended answers no more");
    }

    #[test]
    fn a_name_elsewhere_needs_no_port_of_its_service() {
        let backend = json!({"service": {"name": "bank", "port": {"number": 443}}});
        let ingress = json!({"spec": {"defaultBackend": backend}}).to_string();
        let ingress = Object::parse(ingress.as_bytes()).unwrap();
        let found = |kind: &str| {
            let service = json!({"metadata": {"name": "bank"}, "spec": {"type": kind}}).to_string();
            let service = Object::parse(service.as_bytes()).unwrap();
            let related = Related {
                objects: vec![("services", &service)],
                looked_at: vec!["services"],
                ..Related::default()
            };
            super::ingress(&ingress, &related).len()
        };

        assert_eq!((found("ExternalName"), found("ClusterIP")), (0, 1));
    }
}
