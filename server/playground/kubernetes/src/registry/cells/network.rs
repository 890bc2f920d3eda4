//! Cells of services, their addresses, and ingresses.

use serde_json::{Value, json};

use super::{NONE, UNSET, list, or, text};

/// Where a service can be reached from outside.
pub(crate) fn service_external(service: &Value) -> Value {
    let external: Vec<&str> = list(service, "/spec/externalIPs").iter().filter_map(Value::as_str).collect();
    let balancer = addresses(service);
    json!(match text(service, "/spec/type") {
        "ExternalName" => text(service, "/spec/externalName").to_owned(),
        "LoadBalancer" if balancer.is_empty() && external.is_empty() => "<pending>".to_owned(),
        "LoadBalancer" => balancer.into_iter().chain(external).collect::<Vec<_>>().join(","),
        _ if external.is_empty() => NONE.to_owned(),
        _ => external.join(","),
    })
}

fn addresses(object: &Value) -> Vec<&str> {
    list(object, "/status/loadBalancer/ingress")
        .iter()
        .filter_map(|one| one["ip"].as_str().or_else(|| one["hostname"].as_str()))
        .collect()
}

/// The addresses of the load balancer.
pub(crate) fn load_balancer_addresses(object: &Value) -> Value {
    json!(addresses(object).join(","))
}

/// `80:30080/TCP`.
pub(crate) fn service_ports(service: &Value) -> Value {
    let ports: Vec<String> = list(service, "/spec/ports")
        .iter()
        .map(|port| {
            let node_port = port["nodePort"].as_i64().filter(|port| *port > 0);
            let node_port = node_port.map_or(String::new(), |port| format!(":{port}"));
            format!("{}{node_port}/{}", port["port"], port["protocol"].as_str().unwrap_or("TCP"))
        })
        .collect();
    json!(if ports.is_empty() { NONE.to_owned() } else { ports.join(",") })
}

fn first_three(all: &[String]) -> Value {
    json!(match all.len() {
        0 => NONE.to_owned(),
        1..=3 => all.join(","),
        more => format!("{} + {} more...", all[..3].join(","), more - 3),
    })
}

/// The first addresses behind a service.
pub(crate) fn endpoints(endpoints: &Value) -> Value {
    let mut all = Vec::new();
    for subset in list(endpoints, "/subsets") {
        for address in list(subset, "/addresses") {
            let ports = list(subset, "/ports");
            if ports.is_empty() {
                all.push(text(address, "/ip").to_owned());
            }
            all.extend(ports.iter().map(|port| format!("{}:{}", text(address, "/ip"), port["port"])));
        }
    }
    first_three(&all)
}

/// The ports of a slice.
pub(crate) fn slice_ports(slice: &Value) -> Value {
    let ports: Vec<String> = list(slice, "/ports")
        .iter()
        .map(|port| or(port, "/port", "*").as_str().unwrap_or("*").to_owned())
        .collect();
    if ports.is_empty() { json!(UNSET) } else { first_three(&ports) }
}

/// The first addresses of a slice.
pub(crate) fn slice_endpoints(slice: &Value) -> Value {
    let all: Vec<String> = list(slice, "/endpoints")
        .iter()
        .flat_map(|endpoint| list(endpoint, "/addresses"))
        .filter_map(|address| address.as_str().map(str::to_owned))
        .collect();
    if all.is_empty() { json!(UNSET) } else { first_three(&all) }
}

/// The hosts of an ingress.
pub(crate) fn ingress_hosts(ingress: &Value) -> Value {
    let hosts: Vec<String> = list(ingress, "/spec/rules")
        .iter()
        .map(|rule| text(rule, "/host"))
        .filter(|host| !host.is_empty())
        .map(str::to_owned)
        .collect();
    if hosts.is_empty() { json!("*") } else { first_three(&hosts) }
}

/// `80` or `80, 443`.
pub(crate) fn ingress_ports(ingress: &Value) -> Value {
    json!(if list(ingress, "/spec/tls").is_empty() { "80" } else { "80, 443" })
}

/// What an ingress class refers to.
pub(crate) fn ingress_parameters(class: &Value) -> Value {
    let parameters = &class["spec"]["parameters"];
    if parameters.is_null() {
        return json!(NONE);
    }
    let group = parameters["apiGroup"].as_str().map_or(String::new(), |group| format!(".{group}"));
    json!(format!("{}{group}/{}", text(parameters, "/kind"), text(parameters, "/name")))
}

/// What an address belongs to.
pub(crate) fn parent_reference(address: &Value) -> Value {
    let parent = &address["spec"]["parentRef"];
    json!(format!("{}/{}/{}", text(parent, "/resource"), text(parent, "/namespace"), text(parent, "/name")))
}
