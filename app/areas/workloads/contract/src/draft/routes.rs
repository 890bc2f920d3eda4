//! What holds between the fields of a route of the Gateway API, as its own validation says it.

use super::Draft;
use super::faults::{fault, is_empty};
use crate::field::Form;
use crate::forms;
use crate::place::{at, joined, set};
use crate::rule::{Fault, milliseconds};
use serde_json::{Map, Value};
use std::net::IpAddr;

/// The types of filters. What each says stands at a place of its own; when nothing does, its first field tells so, unless
/// some field of it must be filled in anyway. Some can be in a rule only once.
static FILTERS: [Filter; 7] = [
    Filter { kind: "RequestHeaderModifier", key: "requestHeaderModifier", first: "set", is_once: true },
    Filter { kind: "ResponseHeaderModifier", key: "responseHeaderModifier", first: "set", is_once: true },
    Filter { kind: REDIRECT, key: "requestRedirect", first: "scheme", is_once: true },
    Filter { kind: REWRITE, key: "urlRewrite", first: "hostname", is_once: true },
    Filter { kind: "CORS", key: "cors", first: "allowOrigins", is_once: true },
    Filter { kind: "RequestMirror", key: "requestMirror", first: "", is_once: false },
    Filter { kind: "ExtensionRef", key: "extensionRef", first: "", is_once: false },
];
const REDIRECT: &str = "RequestRedirect";
const REWRITE: &str = "URLRewrite";

struct Filter {
    kind: &'static str,
    key: &'static str,
    first: &'static str,
    is_once: bool,
}

/// Routes of connections, of which old versions take several rules, and no names of hosts.
const OF_CONNECTIONS: [&str; 2] =
    ["tlsroutes.gateway.networking.k8s.io", "tcproutes.gateway.networking.k8s.io"];
const OF_NAMED_CONNECTIONS: &str = OF_CONNECTIONS[0];
const OLD_VERSION: &str = "/v1alpha2";

/// A filter says what its type asks for, and nothing of another one.
pub(super) fn follow_type(object: &mut Value, path: &str) {
    let Some(filter) = path.strip_suffix("/type") else { return };
    if filter.rsplit('/').nth(1) != Some("filters") {
        return;
    }
    let kind = at(object, path).and_then(Value::as_str);
    let Some(wanted) = FILTERS.iter().find(|known| Some(known.kind) == kind) else { return };
    let others = |said: &Map<String, Value>| -> Vec<String> {
        said.keys().filter(|key| *key != "type" && *key != wanted.key).cloned().collect()
    };
    let others = at(object, filter).and_then(Value::as_object).map(others).unwrap_or_default();
    for key in others {
        set(object, &joined(filter, &key.replace('/', "~1")), None);
    }
}

impl Draft {
    /// What is wrong between the fields of a route; nothing for other kinds.
    pub(super) fn faults_of_route(&self, form: &Form) -> Vec<Fault> {
        let mut faults = Vec::new();
        if !forms::is_route(form.slug) {
            return faults;
        }
        check_parents(self.list("spec/parentRefs"), &mut faults);
        for (index, rule) in self.list("spec/rules").iter().enumerate() {
            check_rule(rule, &format!("0/spec/rules/{index}"), &mut faults);
        }
        if OF_CONNECTIONS.contains(&form.slug) {
            self.check_connections(form, &mut faults);
        }
        faults
    }

    fn check_connections(&self, form: &Form, faults: &mut Vec<Fault>) {
        let version = self.at(0, "apiVersion").and_then(Value::as_str).unwrap_or_default();
        if version.ends_with(OLD_VERSION) {
            return;
        }
        if self.list("spec/rules").len() > 1 {
            faults.push(fault("0/spec/rules", "fault.one-rule", ""));
        }
        if form.slug == OF_NAMED_CONNECTIONS {
            let hosts = self.list("spec/hostnames");
            let is_address = |host: &Value| host.as_str().is_some_and(|host| host.parse::<IpAddr>().is_ok());
            if hosts.is_empty() {
                faults.push(fault("0/spec/hostnames", "fault.required", ""));
            } else if hosts.iter().any(is_address) {
                faults.push(fault("0/spec/hostnames", "fault.host", ""));
            }
        }
    }
}

/// Of one gateway there may be several listeners, each named and each once.
fn check_parents(parents: &[Value], faults: &mut Vec<Fault>) {
    for (index, parent) in parents.iter().enumerate() {
        let is_alike = |other: &Value, keys: &[&str]| keys.iter().all(|key| parent[*key] == other[*key]);
        let is_same = |other: &&Value| is_alike(other, &["group", "kind", "namespace", "name"]);
        let mut before = parents[..index].iter().filter(is_same);
        let is_again = before.any(|other| is_alike(other, &["sectionName", "port"]));
        let has_named = parents.iter().filter(is_same).any(|other| !is_empty(&other["sectionName"]));
        let place = format!("0/spec/parentRefs/{index}");
        if is_again {
            let name = parent["name"].as_str().unwrap_or_default();
            faults.push(fault(&format!("{place}/name"), "fault.twice", name));
        } else if has_named && is_empty(&parent["sectionName"]) {
            faults.push(fault(&format!("{place}/sectionName"), "fault.required", ""));
        }
    }
}

fn check_rule(rule: &Value, place: &str, faults: &mut Vec<Fault>) {
    for (index, matched) in items(rule, "matches").iter().enumerate() {
        if matched["path"]["value"] == "" {
            faults.push(fault(&format!("{place}/matches/{index}/path/value"), "fault.required", ""));
        }
        let call = &matched["method"];
        if call.is_object() && is_empty(&call["service"]) && is_empty(&call["method"]) {
            faults.push(fault(&format!("{place}/matches/{index}/method/service"), "fault.required", ""));
        }
    }
    let filters = items(rule, "filters");
    for (index, filter) in filters.iter().enumerate() {
        check_filter(filter, &filters[..index], &format!("{place}/filters/{index}"), rule, faults);
    }
    let time = |key: &str| rule["timeouts"][key].as_str().and_then(milliseconds);
    if let (Some(whole), Some(each)) = (time("request"), time("backendRequest"))
        && whole != 0
        && each > whole
    {
        faults.push(fault(&format!("{place}/timeouts/backendRequest"), "fault.longer-than-whole", ""));
    }
}

fn check_filter(filter: &Value, before: &[Value], place: &str, rule: &Value, faults: &mut Vec<Fault>) {
    let Some(kind) = filter["type"].as_str() else { return };
    let Some(known) = FILTERS.iter().find(|known| known.kind == kind) else { return };
    let said = &filter[known.key];
    let mut tell = |path: &str, text| faults.push(fault(&format!("{place}/{path}"), text, kind));
    let has_before = |kind: &str| before.iter().any(|filter| filter["type"] == kind);
    if known.is_once && has_before(kind) {
        tell("type", "fault.twice");
    }
    if kind == REDIRECT && has_before(REWRITE) || kind == REWRITE && has_before(REDIRECT) {
        tell("type", "fault.redirect-and-rewrite");
    }
    if kind == REDIRECT && !items(rule, "backendRefs").is_empty() {
        tell("type", "fault.redirect-and-backends");
    }
    if said.is_null() && !known.first.is_empty() {
        tell(&joined(known.key, known.first), "fault.nothing-said");
    }
    if said["path"]["type"] == "ReplacePrefixMatch" && !matches_one_prefix(rule) {
        tell(&format!("{}/path/type", known.key), "fault.no-prefix");
    }
    let mirror = &said["backendRef"];
    let is_service = is_empty(&mirror["kind"]) || mirror["kind"] == "Service";
    if mirror.is_object() && is_service && mirror["port"].is_null() {
        tell(&format!("{}/backendRef/port", known.key), "fault.required");
    }
}

/// Whether a rule is about one beginning of paths. That is also what is meant where nothing is said.
fn matches_one_prefix(rule: &Value) -> bool {
    let is_prefix = |matched: &Value| {
        let kind = &matched["path"]["type"];
        kind.is_null() || kind == "PathPrefix"
    };
    rule["matches"].is_null() || matches!(items(rule, "matches"), [only] if is_prefix(only))
}

/// The list at a key.
fn items<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map_or(&[][..], Vec::as_slice)
}

#[cfg(test)]
mod tests;
