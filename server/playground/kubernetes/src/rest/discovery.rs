//! What the server serves: groups, versions and kinds, in the aggregated and in the older form.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};

use super::aggregation::is_dead;
use super::request::accept;
use super::{Call, aggregation, json_response, no_page, no_service};
use crate::Status;
use crate::cluster::Cluster;
use crate::registry::{Kind, api_version};

/// The groups that come first, so that short names mean what people expect.
const ORDER: &[&str] = &[
    "",
    "apiregistration.k8s.io",
    "apps",
    "events.k8s.io",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "autoscaling",
    "batch",
    "certificates.k8s.io",
    "networking.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
    "storage.k8s.io",
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "scheduling.k8s.io",
    "coordination.k8s.io",
    "node.k8s.io",
    "discovery.k8s.io",
    "flowcontrol.apiserver.k8s.io",
];

/// A version and the kinds in it.
type Version = (String, Vec<Arc<Kind>>);

/// Every group with its versions, preferred first.
pub(crate) fn groups(cluster: &Cluster) -> Vec<(String, Vec<Version>)> {
    let registry = Arc::clone(&cluster.inner.state.read().registry);
    let mut groups: BTreeMap<String, BTreeMap<String, Vec<Arc<Kind>>>> = BTreeMap::new();
    for kind in registry.kinds() {
        for (group, version) in &kind.served {
            let kinds = groups.entry(group.clone()).or_default().entry(version.clone()).or_default();
            kinds.push(Arc::clone(kind));
        }
    }
    for (group, version) in aggregation::dead_groups(cluster) {
        groups.entry(group).or_default().entry(version).or_default();
    }
    let rank = |group: &str| ORDER.iter().position(|one| *one == group).unwrap_or(ORDER.len());
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by(|(one, _), (other, _)| {
        (rank(one), one == "metrics.k8s.io", one).cmp(&(rank(other), other == "metrics.k8s.io", other))
    });
    groups
        .into_iter()
        .map(|(group, versions)| {
            let mut versions: Vec<Version> = versions.into_iter().collect();
            versions.sort_by_key(|(version, _)| std::cmp::Reverse(version_rank(version)));
            (group, versions)
        })
        .collect()
}

/// Stable versions before beta before alpha, and later before earlier.
fn version_rank(version: &str) -> (u8, u32, u32) {
    let Some(rest) = version.strip_prefix('v') else { return (0, 0, 0) };
    let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>();
    let major = digits(rest);
    let tail = &rest[major.len()..];
    let number = |text: &str| text.parse().unwrap_or(0);
    match tail {
        "" => (3, number(&major), 0),
        _ if tail.starts_with("beta") => (2, number(&major), number(&tail[4..])),
        _ if tail.starts_with("alpha") => (1, number(&major), number(&tail[5..])),
        _ => (0, 0, 0),
    }
}

/// What the server says about its version.
pub(crate) fn version(cluster: &Cluster) -> Value {
    let (major, minor) = cluster.settings().version;
    json!({
        "major": major.to_string(), "minor": minor.to_string(), "gitVersion": format!("v{major}.{minor}.2"),
        "gitCommit": "0000000000000000000000000000000000000000", "gitTreeState": "clean",
        "buildDate": "2025-11-11T19:06:35Z", "goVersion": "go1.24.9", "compiler": "gc", "platform": "linux/amd64",
    })
}

/// Answers `/api`, `/apis` and what is below them.
pub(crate) fn answer(cluster: &Cluster, call: &Call) -> Result<Response, Status> {
    let segments: Vec<&str> = call.info.path.split('/').filter(|part| !part.is_empty()).collect();
    match segments[..] {
        ["api" | "apis"] if wants_aggregated(call).is_some() => {
            Ok(aggregated(cluster, call, segments[0] == "api"))
        }
        ["api"] => Ok(json_response(
            200,
            &json!({"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}),
        )),
        ["api", "v1"] => resources(cluster, "", "v1"),
        ["apis"] => {
            let groups: Vec<Value> =
                groups(cluster).iter().filter(|(group, _)| !group.is_empty()).map(group_json).collect();
            Ok(json_response(200, &json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups})))
        }
        ["apis", group] => {
            let groups = groups(cluster);
            let Some(found) = groups.iter().find(|(name, _)| name == group) else { return Ok(no_page()) };
            let mut group = group_json(found);
            group["kind"] = json!("APIGroup");
            group["apiVersion"] = json!("v1");
            Ok(json_response(200, &group))
        }
        ["apis", group, version] => resources(cluster, group, version),
        [] => {
            let paths: Vec<String> = groups(cluster)
                .iter()
                .map(|(group, _)| if group.is_empty() { "/api".to_owned() } else { format!("/apis/{group}") })
                .collect();
            Ok(json_response(200, &json!({"paths": paths})))
        }
        _ => Ok(no_page()),
    }
}

fn group_json((group, versions): &(String, Vec<Version>)) -> Value {
    let version =
        |(version, _): &Version| json!({"groupVersion": api_version(group, version), "version": version});
    json!({
        "name": group, "versions": versions.iter().map(version).collect::<Vec<_>>(),
        "preferredVersion": version(&versions[0]),
    })
}

fn resources(cluster: &Cluster, group: &str, version: &str) -> Result<Response, Status> {
    if is_dead(cluster, group, version) {
        return Ok(no_service());
    }
    let groups = groups(cluster);
    let versions = groups.iter().find(|(name, _)| name == group).map(|(_, versions)| versions);
    let kinds = versions.and_then(|versions| versions.iter().find(|(name, _)| name == version));
    let Some((_, kinds)) = kinds else { return Ok(no_page()) };
    let mut resources = Vec::new();
    for kind in kinds {
        resources.push(resource_json(kind));
        for part in &kind.subresources {
            let mut entry = json!({
                "name": format!("{}/{}", kind.plural, part.path()), "singularName": "",
                "namespaced": kind.namespaced, "kind": kind.kind, "verbs": part.verbs(),
            });
            if let Some((group, version, name)) = part.kind() {
                entry["group"] = json!(group);
                entry["version"] = json!(version);
                entry["kind"] = json!(name);
            }
            resources.push(entry);
        }
    }
    Ok(json_response(
        200,
        &json!({
            "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": api_version(group, version),
            "resources": resources,
        }),
    ))
}

fn resource_json(kind: &Kind) -> Value {
    let mut entry = json!({
        "name": kind.plural, "singularName": kind.singular, "namespaced": kind.namespaced,
        "kind": kind.kind, "verbs": kind.verbs(),
    });
    if !kind.short.is_empty() {
        entry["shortNames"] = json!(kind.short);
    }
    if !kind.categories.is_empty() {
        entry["categories"] = json!(kind.categories);
    }
    entry
}

/// The version of the aggregated form the client wants, if any.
fn wants_aggregated(call: &Call) -> Option<&'static str> {
    let accept = accept(&call.parts.headers);
    if !accept.contains("as=APIGroupDiscoveryList") {
        return None;
    }
    let wants = |version: &str| {
        accept.split(',').any(|one| {
            one.contains("APIGroupDiscoveryList") && one.split(';').any(|part| part.trim() == version)
        })
    };
    if wants("v=v2") { Some("v2") } else { wants("v=v2beta1").then_some("v2beta1") }
}

fn aggregated(cluster: &Cluster, call: &Call, core: bool) -> Response {
    let form = wants_aggregated(call).unwrap_or("v2");
    let items: Vec<Value> = groups(cluster)
        .iter()
        .filter(|(group, _)| group.is_empty() == core)
        .map(|(group, versions)| {
            let versions = versions.iter().map(|(version, kinds)| {
                if is_dead(cluster, group, version) {
                    return json!({"version": version, "freshness": "Stale"});
                }
                let resources: Vec<Value> =
                    kinds.iter().map(|kind| aggregated_kind(kind, group, version)).collect();
                json!({"version": version, "resources": resources, "freshness": "Current"})
            });
            let versions: Vec<Value> = versions.collect();
            json!({"metadata": {"name": group, "creationTimestamp": null}, "versions": versions})
        })
        .collect();
    let list = json!({
        "kind": "APIGroupDiscoveryList", "apiVersion": format!("apidiscovery.k8s.io/{form}"),
        "metadata": {}, "items": items,
    });
    let mut response = json_response(200, &list);
    let media = format!("application/json;g=apidiscovery.k8s.io;v={form};as=APIGroupDiscoveryList");
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_str(&media).expect("made of plain letters"));
    let tag = format!("\"{:016X}\"", crate::openapi::hash(&list));
    if call.parts.headers.get(IF_NONE_MATCH).is_some_and(|known| known == tag.as_str()) {
        return not_modified(&tag);
    }
    headers.insert(ETAG, HeaderValue::from_str(&tag).expect("made of hexadecimal digits"));
    headers.insert("vary", HeaderValue::from_static("Accept"));
    response
}

/// The core group's kinds come without their version, as the real server leaves it out.
fn response_kind(group: &str, version: &str, kind: &str) -> Value {
    let version = if group.is_empty() { "" } else { version };
    json!({"group": group, "version": version, "kind": kind})
}

fn not_modified(tag: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    let tag = HeaderValue::from_str(tag).expect("made of hexadecimal digits");
    response.headers_mut().insert(ETAG, tag);
    response
}

fn aggregated_kind(kind: &Kind, group: &str, version: &str) -> Value {
    let mut entry = json!({
        "resource": kind.plural, "responseKind": response_kind(group, version, &kind.kind),
        "scope": if kind.namespaced { "Namespaced" } else { "Cluster" },
        "singularResource": kind.singular, "verbs": kind.verbs(),
    });
    if !kind.short.is_empty() {
        entry["shortNames"] = json!(kind.short);
    }
    if !kind.categories.is_empty() {
        entry["categories"] = json!(kind.categories);
    }
    let parts: Vec<Value> = kind
        .subresources
        .iter()
        .map(|part| {
            let (group, version, name) = part.kind().unwrap_or((group, version, kind.kind.as_str()));
            json!({
                "subresource": part.path(), "verbs": part.verbs(),
                "responseKind": response_kind(group, version, name),
            })
        })
        .collect();
    if !parts.is_empty() {
        entry["subresources"] = json!(parts);
    }
    entry
}

#[cfg(test)]
mod tests {
    use super::version_rank;

    #[test]
    fn stable_versions_come_first() {
        let mut versions = ["v1alpha1", "v1", "v2beta2", "v2", "v1beta1"];
        versions.sort_by_key(|version| std::cmp::Reverse(version_rank(version)));

        assert_eq!(versions, ["v2", "v1", "v2beta2", "v1beta1", "v1alpha1"]);
    }
}
