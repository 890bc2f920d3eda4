//! Why a service or ingress does not lead anywhere.

use super::{Finding, Related, certificates, pods, quoted};
use crate::builtin::{condition_state, is_sidecar};
use crate::said::say;
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
            let takes_unready = service.is_true("/spec/publishNotReadyAddresses");
            findings.extend(nobody(&selector, &selected, takes_unready));
        }
        findings.extend(missing_ports(service, &selected));
    }
    findings.extend(no_address(service, related));
    findings
}

/// Nobody who answers. Some services lead to pods that are not ready, too.
fn nobody(selector: &Selector, selected: &[&Object<'_>], takes_unready: bool) -> Option<Finding> {
    let query = selector.to_query();
    if selected.is_empty() {
        return Some(Finding::new(
            Level::Failed,
            say("finding.service.no-pod.title"),
            say("finding.service.no-pod.detail").with("labels", query),
            say("finding.service.no-pod.next"),
        ));
    }
    let ready = selected.iter().any(|pod| condition_state(pod, "Ready") == "True");
    (!ready && !takes_unready).then(|| {
        Finding::new(
            Level::Failed,
            say("finding.service.none-ready.title"),
            say("finding.service.none-ready.detail")
                .with("count", selected.len() as i64)
                .with("labels", query),
            say("finding.service.none-ready.next"),
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
                    say("finding.service.no-port.title").with("name", &**name).with("port", number),
                    say("finding.service.ports").with("ports", names()),
                    say("finding.service.no-port.next"),
                ));
            }
            Some(Object::Number(target)) if !declared.is_empty() => {
                let known = |port: &&&Object<'_>| port.number_at("/containerPort") == target.as_i64();
                if !declared.iter().any(|port| known(&port)) {
                    return Some(Finding::new(
                        Level::Warning,
                        say("finding.service.undeclared.title")
                            .with("port", number)
                            .with("target", target.to_string()),
                        say("finding.service.ports").with("ports", names()),
                        say("finding.service.undeclared.next"),
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
            say("finding.balancer.failed.title"),
            say("finding.controller-says").with("said", quoted(event.text_at("/message"))),
            say("finding.balancer.failed.next"),
        ),
        None => Finding::new(
            Level::Warning,
            say("finding.balancer.pending.title"),
            say("finding.balancer.pending.detail"),
            say("finding.balancer.pending.next"),
        ),
    })
}

/// Ingresses: classes and backends that do not exist, and certificates that are refused.
pub(crate) fn ingress(ingress: &Object<'_>, related: &Related<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = class(ingress, related).into_iter().collect();
    findings.extend(backends(ingress, related));
    findings.extend(certificates::findings(ingress, related));
    findings
}

/// Nobody who serves it. Where it has an address all the same, somebody does.
fn class(ingress: &Object<'_>, related: &Related<'_>) -> Option<Finding> {
    let has_address = !ingress.items_at("/status/loadBalancer/ingress").is_empty();
    let named = ingress.text_at("/spec/ingressClassName");
    if !named.is_empty() {
        let is_known = related.of("ingressclasses").any(|class| class.name() == named);
        return (related.has_all("ingressclasses") && !is_known).then(|| {
            Finding::new(
                if has_address { Level::Warning } else { Level::Failed },
                say("finding.ingress.no-class.title").with("class", named),
                say("finding.ingress.no-class.detail"),
                say("finding.ingress.no-class.next"),
            )
        });
    }
    let named_as_before = ingress.at("/metadata/annotations/kubernetes.io~1ingress.class").is_some();
    (!has_address && !named_as_before).then(|| {
        Finding::new(
            Level::Warning,
            say("finding.ingress.unnamed.title"),
            say("finding.ingress.unnamed.detail"),
            say("finding.ingress.unnamed.next"),
        )
    })
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
                say("finding.backend.missing.title").with("service", name),
                say("finding.backend.detail"),
                say("finding.backend.missing.next"),
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
                    say("finding.backend.no-port.title").with("service", name).with("port", port),
                    say("finding.backend.detail"),
                    say("finding.backend.no-port.next"),
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
    fn a_service_that_leads_to_pods_that_are_not_ready_answers() {
        let pod = json!({"metadata": {"name": "db-0"}}).to_string();
        let pod = Object::parse(pod.as_bytes()).unwrap();
        let found = |takes_unready: bool| {
            let spec = json!({"selector": {"app": "db"}, "publishNotReadyAddresses": takes_unready});
            let service = json!({"spec": spec}).to_string();
            let service = Object::parse(service.as_bytes()).unwrap();
            let related =
                Related { objects: vec![("pods", &pod)], looked_at: vec!["pods"], ..Related::default() };
            super::service(&service, &related).len()
        };

        assert_eq!((found(true), found(false)), (0, 1));
    }

    #[test]
    fn a_class_that_is_named_as_before_is_named() {
        let found = |annotations: &serde_json::Value| {
            let ingress = json!({"metadata": {"annotations": annotations}}).to_string();
            super::ingress(&Object::parse(ingress.as_bytes()).unwrap(), &Related::default()).len()
        };

        assert_eq!(found(&json!({"kubernetes.io/ingress.class": "nginx"})), 0);
        assert_eq!(found(&json!({})), 1);
    }

    #[test]
    fn a_name_elsewhere_needs_no_port_of_its_service() {
        let backend = json!({"service": {"name": "bank", "port": {"number": 443}}});
        let ingress = json!({"spec": {"ingressClassName": "edge", "defaultBackend": backend}}).to_string();
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
