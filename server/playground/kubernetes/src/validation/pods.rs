//! Pods and pod templates.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{list, names, text};
use crate::quantity::Quantity;
use crate::status::Cause;

pub(crate) fn pod(new: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    match old {
        None => specification(&new["spec"], "spec", causes),
        Some(old) => {
            changes(old, new, causes);
            if list(old, "/spec/containers") != list(new, "/spec/containers") {
                specification(&new["spec"], "spec", causes);
            }
        }
    }
}

/// A pod template in a workload's specification.
pub(super) fn template(template: &Value, path: &str, causes: &mut Vec<Cause>) {
    specification(&template["spec"], &format!("{path}.spec"), causes);
}

fn specification(spec: &Value, path: &str, causes: &mut Vec<Cause>) {
    let volumes = volumes(spec, path, causes);
    if list(spec, "/containers").is_empty() {
        causes.push(Cause::required(format!("{path}.containers"), ""));
    }
    let mut seen = HashSet::new();
    for field in ["containers", "initContainers"] {
        for (index, container) in list(spec, &format!("/{field}")).iter().enumerate() {
            let place = format!("{path}.{field}[{index}]");
            check_container(container, &place, &volumes, causes);
            let name = text(container, "/name");
            if !name.is_empty() && !seen.insert(name) {
                causes.push(Cause::duplicate(format!("{place}.name"), &json!(name)));
            }
        }
    }
    let policy = &spec["restartPolicy"];
    if policy.is_string() && !["Always", "OnFailure", "Never"].contains(&text(spec, "/restartPolicy")) {
        causes.push(Cause::not_supported(
            format!("{path}.restartPolicy"),
            policy,
            &["Always", "OnFailure", "Never"],
        ));
    }
    let grace = &spec["terminationGracePeriodSeconds"];
    if grace.as_i64().is_some_and(|seconds| seconds < 0) {
        let field = format!("{path}.terminationGracePeriodSeconds");
        causes.push(Cause::invalid(field, grace, "must be greater than or equal to 0"));
    }
}

fn volumes<'a>(spec: &'a Value, path: &str, causes: &mut Vec<Cause>) -> HashSet<&'a str> {
    let mut volumes = HashSet::new();
    for (index, volume) in list(spec, "/volumes").iter().enumerate() {
        let field = format!("{path}.volumes[{index}].name");
        let name = text(volume, "/name");
        if name.is_empty() {
            causes.push(Cause::required(field, ""));
        } else {
            names::label(&field, name, causes);
            if !volumes.insert(name) {
                causes.push(Cause::duplicate(field, &json!(name)));
            }
        }
    }
    volumes
}

fn check_container(container: &Value, path: &str, volumes: &HashSet<&str>, causes: &mut Vec<Cause>) {
    match text(container, "/name") {
        "" => causes.push(Cause::required(format!("{path}.name"), "")),
        name => names::label(&format!("{path}.name"), name, causes),
    }
    let image = text(container, "/image");
    if image.is_empty() {
        causes.push(Cause::required(format!("{path}.image"), ""));
    } else if image.trim() != image {
        causes.push(Cause::invalid(
            format!("{path}.image"),
            &container["image"],
            "must not have leading or trailing whitespace",
        ));
    }
    check_ports(container, path, causes);
    for (index, variable) in list(container, "/env").iter().enumerate() {
        if text(variable, "/name").is_empty() {
            causes.push(Cause::required(format!("{path}.env[{index}].name"), ""));
        }
    }
    let mut mounts = HashSet::new();
    for (index, mount) in list(container, "/volumeMounts").iter().enumerate() {
        let place = format!("{path}.volumeMounts[{index}]");
        let name = text(mount, "/name");
        if name.is_empty() {
            causes.push(Cause::required(format!("{place}.name"), ""));
        } else if !volumes.contains(name) {
            causes.push(Cause::not_found(format!("{place}.name"), &mount["name"]));
        }
        match text(mount, "/mountPath") {
            "" => causes.push(Cause::required(format!("{place}.mountPath"), "")),
            mount_path if !mounts.insert(mount_path) => {
                causes.push(Cause::invalid(
                    format!("{place}.mountPath"),
                    &mount["mountPath"],
                    "must be unique",
                ));
            }
            _ => {}
        }
    }
    let policies = ["Always", "IfNotPresent", "Never"];
    if container["imagePullPolicy"].is_string() && !policies.contains(&text(container, "/imagePullPolicy")) {
        causes.push(Cause::not_supported(
            format!("{path}.imagePullPolicy"),
            &container["imagePullPolicy"],
            &policies,
        ));
    }
    check_resources(&container["resources"], &format!("{path}.resources"), causes);
}

fn check_ports(container: &Value, path: &str, causes: &mut Vec<Cause>) {
    let mut seen = HashSet::new();
    for (index, port) in list(container, "/ports").iter().enumerate() {
        let place = format!("{path}.ports[{index}]");
        let number = &port["containerPort"];
        match number.as_i64() {
            None | Some(0) => causes.push(Cause::required(format!("{place}.containerPort"), "")),
            Some(1..=65535) => {}
            Some(_) => causes.push(Cause::invalid(
                format!("{place}.containerPort"),
                number,
                "must be between 1 and 65535, inclusive",
            )),
        }
        if port["protocol"].is_string() && !["TCP", "UDP", "SCTP"].contains(&text(port, "/protocol")) {
            let field = format!("{place}.protocol");
            causes.push(Cause::not_supported(field, &port["protocol"], &["SCTP", "TCP", "UDP"]));
        }
        let name = text(port, "/name");
        if !name.is_empty() && !seen.insert(name) {
            causes.push(Cause::duplicate(format!("{place}.name"), &json!(name)));
        }
    }
}

fn check_resources(resources: &Value, path: &str, causes: &mut Vec<Cause>) {
    for which in ["limits", "requests"] {
        for (resource, amount) in resources[which].as_object().into_iter().flatten() {
            let field = format!("{path}.{which}[{resource}]");
            let limit = &resources["limits"][resource];
            match (Quantity::from_json(amount), Quantity::from_json(limit)) {
                (None, _) => causes.push(Cause::invalid(
                    field,
                    amount,
                    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
                )),
                (Some(asked), _) if asked.thousandths < 0 => {
                    causes.push(Cause::invalid(field, amount, "must be greater than or equal to 0"));
                }
                (Some(asked), Some(most)) if which == "requests" && asked.thousandths > most.thousandths => {
                    let shown = limit.as_str().map_or_else(|| limit.to_string(), str::to_owned);
                    let why = format!("must be less than or equal to {resource} limit of {shown}");
                    causes.push(Cause::invalid(format!("{path}.requests"), amount, &why));
                }
                _ => {}
            }
        }
    }
}

/// A pod keeps its specification, except for the few fields below.
fn changes(old: &Value, new: &Value, causes: &mut Vec<Cause>) {
    let bare = |pod: &Value, was_bound: bool| {
        let mut spec = pod["spec"].clone();
        if let Some(fields) = spec.as_object_mut() {
            for key in
                ["activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "schedulingGates"]
            {
                fields.remove(key);
            }
            fields.remove("ephemeralContainers");
            if !was_bound {
                fields.remove("nodeName");
            }
        }
        for field in ["containers", "initContainers"] {
            for container in spec[field].as_array_mut().into_iter().flatten() {
                if let Some(fields) = container.as_object_mut() {
                    // The image and, by way of the resize sub-resource, the resources may change.
                    fields.remove("image");
                    fields.remove("imagePullPolicy");
                    fields.remove("resources");
                }
            }
        }
        spec
    };
    let was_bound = !text(old, "/spec/nodeName").is_empty();
    if bare(old, was_bound) != bare(new, was_bound) {
        causes.push(Cause::forbidden(
            "spec",
            "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
        ));
    }
}
