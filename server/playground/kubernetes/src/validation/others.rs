//! Services, configuration, claims, budgets and roles.

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::names::{CONFIG_KEY, is_config_key};
use super::{immutable, list, text};
use crate::quantity::Quantity;
use crate::status::Cause;

/// The most bytes all values of a configuration or a secret may have together.
const DATA_BYTES: usize = 1024 * 1024;

pub(crate) fn service(new: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    let spec = &new["spec"];
    let kinds = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
    let kind = text(spec, "/type");
    if !kinds.contains(&kind) {
        causes.push(Cause::not_supported("spec.type", &spec["type"], &kinds));
    }
    if kind == "ExternalName" {
        if text(spec, "/externalName").is_empty() {
            causes.push(Cause::required("spec.externalName", ""));
        }
    } else if list(spec, "/ports").is_empty() && spec["clusterIP"] != "None" {
        causes.push(Cause::required("spec.ports", ""));
    }
    service_ports(spec, causes);
    if let Some(old) = old {
        let before = &old["spec"];
        let same_kind = before["type"] != "ExternalName" && kind != "ExternalName";
        if same_kind && !text(before, "/clusterIP").is_empty() && before["clusterIP"] != spec["clusterIP"] {
            causes.push(Cause::invalid(
                "spec.clusterIPs[0]",
                &json!([spec["clusterIP"]]),
                "may not change once set",
            ));
        }
    }
}

fn service_ports(spec: &Value, causes: &mut Vec<Cause>) {
    let ports = list(spec, "/ports");
    let mut seen = HashSet::new();
    for (index, port) in ports.iter().enumerate() {
        let place = format!("spec.ports[{index}]");
        let name = text(port, "/name");
        if ports.len() > 1 && name.is_empty() {
            causes.push(Cause::required(format!("{place}.name"), ""));
        }
        if !name.is_empty() && !seen.insert(name) {
            causes.push(Cause::duplicate(format!("{place}.name"), &json!(name)));
        }
        let range = "must be between 1 and 65535, inclusive";
        if !port["port"].as_i64().is_some_and(|number| (1..=65535).contains(&number)) {
            causes.push(Cause::invalid(format!("{place}.port"), &port["port"], range));
        }
        if port["targetPort"].as_i64().is_some_and(|number| !(1..=65535).contains(&number)) {
            causes.push(Cause::invalid(format!("{place}.targetPort"), &port["targetPort"], range));
        }
        if !["TCP", "UDP", "SCTP"].contains(&text(port, "/protocol")) {
            let field = format!("{place}.protocol");
            causes.push(Cause::not_supported(field, &port["protocol"], &["SCTP", "TCP", "UDP"]));
        }
    }
}

fn keys(object: &Value, field: &str, causes: &mut Vec<Cause>) {
    for key in object[field].as_object().into_iter().flatten().map(|(key, _)| key) {
        if !is_config_key(key) {
            causes.push(Cause::invalid(format!("{field}[{key}]"), &json!(key), CONFIG_KEY));
        }
    }
}

fn frozen(new: &Value, old: Option<&Value>, fields: &[&str], causes: &mut Vec<Cause>) {
    let Some(old) = old.filter(|old| old["immutable"] == true) else { return };
    if new["immutable"] != true {
        causes.push(Cause::forbidden("immutable", "field is immutable when `immutable` is set"));
    }
    for field in fields.iter().filter(|field| old[**field] != new[**field]) {
        causes.push(Cause::forbidden(*field, "field is immutable when `immutable` is set"));
    }
}

/// The bytes of all values of a field, which are Base64 where `encoded`.
fn size(object: &Value, field: &str, encoded: bool) -> usize {
    let values = object[field].as_object().into_iter().flatten();
    let texts = values.filter_map(|(_, value)| value.as_str());
    texts
        .map(|text| {
            let padding = text.bytes().rev().take_while(|byte| *byte == b'=').count();
            if encoded { (text.len() / 4 * 3).saturating_sub(padding) } else { text.len() }
        })
        .sum()
}

pub(crate) fn config_map(new: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    keys(new, "data", causes);
    keys(new, "binaryData", causes);
    if size(new, "data", false) + size(new, "binaryData", true) > DATA_BYTES {
        // The real server means the whole object, and writes an empty path like this.
        causes.push(Cause::too_long("[]", DATA_BYTES));
    }
    frozen(new, old, &["data", "binaryData"], causes);
}

pub(crate) fn secret(new: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    keys(new, "data", causes);
    if size(new, "data", true) > DATA_BYTES {
        causes.push(Cause::too_long("data", DATA_BYTES));
    }
    for (key, value) in new["data"].as_object().into_iter().flatten() {
        if STANDARD.decode(value.as_str().unwrap_or_default()).is_err() {
            causes.push(Cause::invalid(
                format!("data[{key}]"),
                &json!("<secret contents redacted>"),
                "illegal base64 data",
            ));
        }
    }
    let required: &[&str] = match text(new, "/type") {
        "kubernetes.io/tls" => &["tls.crt", "tls.key"],
        "kubernetes.io/dockerconfigjson" => &[".dockerconfigjson"],
        "kubernetes.io/ssh-auth" => &["ssh-privatekey"],
        _ => &[],
    };
    for key in required.iter().filter(|key| new["data"][**key].is_null()) {
        causes.push(Cause::required(format!("data[{key}]"), ""));
    }
    if let Some(old) = old {
        immutable(new, old, "/type", causes);
    }
    frozen(new, old, &["data"], causes);
}

pub(crate) fn persistent_volume_claim(new: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    if list(new, "/spec/accessModes").is_empty() {
        causes.push(Cause::required("spec.accessModes", "at least 1 access mode is required"));
    }
    let asked = Quantity::from_json(&new["spec"]["resources"]["requests"]["storage"]);
    if asked.is_none() {
        causes.push(Cause::required("spec.resources[storage]", ""));
    }
    let Some(old) = old else { return };
    let bare = |claim: &Value| {
        let mut spec = claim["spec"].clone();
        if let Some(fields) = spec.as_object_mut() {
            // The binder enters the volume; growing and another attributes class are allowed.
            for key in ["resources", "volumeAttributesClassName"] {
                fields.remove(key);
            }
            if text(claim, "/spec/volumeName").is_empty() || text(old, "/spec/volumeName").is_empty() {
                fields.remove("volumeName");
            }
            if text(old, "/spec/storageClassName").is_empty() {
                fields.remove("storageClassName");
            }
        }
        spec
    };
    if bare(old) != bare(new) {
        causes.push(Cause::forbidden(
            "spec",
            "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims",
        ));
    }
    let before = Quantity::from_json(&old["spec"]["resources"]["requests"]["storage"]);
    if let (Some(before), Some(asked)) = (before, asked)
        && asked.thousandths < before.thousandths
    {
        causes.push(Cause::forbidden(
            "spec.resources.requests.storage",
            "field can not be less than status.capacity",
        ));
    }
}

pub(crate) fn autoscaler(new: &Value, _old: Option<&Value>, causes: &mut Vec<Cause>) {
    let spec = &new["spec"];
    for key in ["kind", "name"] {
        if text(spec, &format!("/scaleTargetRef/{key}")).is_empty() {
            causes.push(Cause::required(format!("spec.scaleTargetRef.{key}"), ""));
        }
    }
    let (least, most) =
        (spec["minReplicas"].as_i64().unwrap_or(1), spec["maxReplicas"].as_i64().unwrap_or(0));
    if most < 1 {
        causes.push(Cause::invalid("spec.maxReplicas", &spec["maxReplicas"], "must be greater than 0"));
    } else if most < least {
        let why = "must be greater than or equal to `minReplicas`";
        causes.push(Cause::invalid("spec.maxReplicas", &spec["maxReplicas"], why));
    }
}

pub(crate) fn disruption_budget(new: &Value, _old: Option<&Value>, causes: &mut Vec<Cause>) {
    let spec = &new["spec"];
    if !spec["minAvailable"].is_null() && !spec["maxUnavailable"].is_null() {
        causes.push(Cause::invalid("spec", spec, "minAvailable and maxUnavailable cannot be both set"));
    }
    let policies = ["AlwaysAllow", "IfHealthyBudget"];
    let policy = &spec["unhealthyPodEvictionPolicy"];
    if policy.as_str().is_some_and(|policy| !policies.contains(&policy)) {
        causes.push(Cause::not_supported("spec.unhealthyPodEvictionPolicy", policy, &policies));
    }
}

pub(crate) fn ingress(new: &Value, _old: Option<&Value>, causes: &mut Vec<Cause>) {
    let spec = &new["spec"];
    if list(spec, "/rules").is_empty() && spec["defaultBackend"].is_null() {
        causes.push(Cause::invalid("spec", spec, "either `defaultBackend` or `rules` must be specified"));
    }
    for (number, rule) in list(spec, "/rules").iter().enumerate() {
        for (index, path) in list(rule, "/http/paths").iter().enumerate() {
            let place = format!("spec.rules[{number}].http.paths[{index}]");
            let kinds = ["Exact", "ImplementationSpecific", "Prefix"];
            if path["pathType"].is_null() {
                causes.push(Cause::required(format!("{place}.pathType"), "pathType must be specified"));
            } else if !kinds.contains(&text(path, "/pathType")) {
                causes.push(Cause::not_supported(format!("{place}.pathType"), &path["pathType"], &kinds));
            }
            let backend = &path["backend"];
            if backend["resource"].is_null() && text(backend, "/service/name").is_empty() {
                causes.push(Cause::required(format!("{place}.backend.service.name"), ""));
            }
        }
    }
}

pub(crate) fn role(new: &Value, _old: Option<&Value>, causes: &mut Vec<Cause>) {
    for (index, rule) in list(new, "/rules").iter().enumerate() {
        let empty = |key: &str| list(rule, &format!("/{key}")).is_empty();
        if empty("verbs") {
            causes.push(Cause::required(
                format!("rules[{index}].verbs"),
                "verbs must contain at least one value",
            ));
        }
        if empty("nonResourceURLs") {
            let words = "resource rules must supply at least one";
            if empty("apiGroups") {
                causes.push(Cause::required(
                    format!("rules[{index}].apiGroups"),
                    &format!("{words} api group"),
                ));
            }
            if empty("resources") {
                causes
                    .push(Cause::required(format!("rules[{index}].resources"), &format!("{words} resource")));
            }
        }
    }
}

pub(crate) fn role_binding(new: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    let kind = text(new, "/roleRef/kind");
    if !["Role", "ClusterRole"].contains(&kind) {
        causes.push(Cause::not_supported("roleRef.kind", &new["roleRef"]["kind"], &["Role", "ClusterRole"]));
    }
    if text(new, "/roleRef/name").is_empty() {
        causes.push(Cause::required("roleRef.name", ""));
    }
    for (index, subject) in list(new, "/subjects").iter().enumerate() {
        let kinds = ["ServiceAccount", "User", "Group"];
        if !kinds.contains(&text(subject, "/kind")) {
            causes.push(Cause::not_supported(format!("subjects[{index}].kind"), &subject["kind"], &kinds));
        }
        if text(subject, "/name").is_empty() {
            causes.push(Cause::required(format!("subjects[{index}].name"), ""));
        }
    }
    if let Some(old) = old
        && old["roleRef"] != new["roleRef"]
    {
        let mut cause = Cause::invalid("roleRef", &new["roleRef"], "cannot change roleRef");
        cause.message = format!("Invalid value: {}: cannot change roleRef", new["roleRef"]);
        causes.push(cause);
    }
}
