//! Cells of nodes, roles, certificates, API services and events.

use serde_json::{Value, json};

use super::{NONE, age, condition, list, short_duration, text};

/// `Ready`, with the reasons a node takes no new pods.
pub(crate) fn node_status(node: &Value) -> Value {
    let mut words = vec![match condition(node, "Ready") {
        Some("True") => "Ready",
        Some(_) => "NotReady",
        None => "Unknown",
    }];
    if node["spec"]["unschedulable"] == true {
        words.push("SchedulingDisabled");
    }
    json!(words.join(","))
}

/// The roles in a node's labels.
pub(crate) fn node_roles(node: &Value) -> Value {
    let mut roles: Vec<&str> = Vec::new();
    for (key, value) in node["metadata"]["labels"].as_object().into_iter().flatten() {
        if let Some(role) = key.strip_prefix("node-role.kubernetes.io/").filter(|role| !role.is_empty()) {
            roles.push(role);
        } else if key == "kubernetes.io/role" {
            roles.push(value.as_str().unwrap_or_default());
        }
    }
    json!(if roles.is_empty() { NONE.to_owned() } else { roles.join(",") })
}

/// The first address of a type.
pub(crate) fn node_address(node: &Value, address_type: &str) -> Value {
    let address = list(node, "/status/addresses").iter().find(|address| address["type"] == address_type);
    json!(address.map_or(NONE, |address| text(address, "/address")))
}

/// The role of a binding.
pub(crate) fn role_reference(binding: &Value) -> Value {
    let role = &binding["roleRef"];
    json!(format!("{}/{}", text(role, "/kind"), text(role, "/name")))
}

/// The subjects of one kind in a binding.
pub(crate) fn subjects(binding: &Value, kind: &str) -> Value {
    let names: Vec<String> = list(binding, "/subjects")
        .iter()
        .filter(|subject| subject["kind"] == kind)
        .map(|subject| match subject["namespace"].as_str() {
            Some(namespace) if kind == "ServiceAccount" => format!("{namespace}/{}", text(subject, "/name")),
            _ => text(subject, "/name").to_owned(),
        })
        .collect();
    json!(names.join(", "))
}

/// The lifetime a certificate request asks for.
pub(crate) fn requested_duration(request: &Value) -> Value {
    let seconds = request["spec"]["expirationSeconds"].as_i64();
    json!(seconds.map_or(NONE.to_owned(), short_duration))
}

/// `Pending`, or what happened to a certificate request.
pub(crate) fn certificate_condition(request: &Value) -> Value {
    let mut words: Vec<&str> =
        list(request, "/status/conditions").iter().map(|one| text(one, "/type")).collect();
    if words.is_empty() {
        words.push("Pending");
    }
    if request["status"]["certificate"].is_string() {
        words.push("Issued");
    }
    json!(words.join(","))
}

/// Who answers for an API group.
pub(crate) fn api_service(service: &Value) -> Value {
    let behind = &service["spec"]["service"];
    json!(if behind.is_null() {
        "Local".to_owned()
    } else {
        format!("{}/{}", text(behind, "/namespace"), text(behind, "/name"))
    })
}

/// Whether an API group answers, and why not.
pub(crate) fn api_service_available(service: &Value) -> Value {
    let available = list(service, "/status/conditions").iter().find(|one| one["type"] == "Available");
    json!(available.map_or("Unknown".to_owned(), |one| match text(one, "/status") {
        "True" => "True".to_owned(),
        other => format!("{other} ({})", text(one, "/reason")),
    }))
}

/// When an event happened last.
pub(crate) fn event_last_seen(event: &Value) -> Value {
    let moments = ["/series/lastObservedTime", "/lastTimestamp", "/eventTime", "/metadata/creationTimestamp"];
    let last = moments.into_iter().map(|pointer| text(event, pointer)).find(|moment| !moment.is_empty());
    json!(last.and_then(age).unwrap_or_else(|| "<unknown>".to_owned()))
}

/// What an event is about.
pub(crate) fn event_object(event: &Value) -> Value {
    let involved = &event["involvedObject"];
    json!(format!("{}/{}", text(involved, "/kind").to_lowercase(), text(involved, "/name")))
}

/// Who says so.
pub(crate) fn event_source(event: &Value) -> Value {
    let component = Some(text(event, "/source/component")).filter(|text| !text.is_empty());
    let component = component.unwrap_or_else(|| text(event, "/reportingComponent"));
    let host = event["source"]["host"].as_str().map_or(String::new(), |host| format!(", {host}"));
    json!(format!("{component}{host}"))
}

/// How often it was said.
pub(crate) fn event_count(event: &Value) -> Value {
    json!(event["series"]["count"].as_i64().or_else(|| event["count"].as_i64()).unwrap_or(1))
}
