//! `OpenAPI` v3: for `kubectl explain`, for editors, and for telling which fields a kind does not have.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::cluster::Cluster;
use crate::registry::{Kind, Source, Subresource, split_api_version};
use crate::rest::groups;
use crate::rest::render::{Served, to_bytes};

/// The schemas of the built-in kinds, by their full names.
static SCHEMAS: LazyLock<Map<String, Value>> = LazyLock::new(|| {
    serde_json::from_slice(include_bytes!(concat!(env!("OUT_DIR"), "/schemas.json")))
        .expect("the build script wrote JSON")
});

const REFERENCE: &str = "#/components/schemas/";
const METADATA: &str = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

/// A number that changes when the value does.
pub(crate) fn hash(value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.to_string().hash(&mut hasher);
    hasher.finish()
}

/// The full name of a built-in kind's schema.
fn schema_name(group: &str, version: &str, kind: &str) -> String {
    match group {
        "" => format!("io.k8s.api.core.{version}.{kind}"),
        "apiextensions.k8s.io" => {
            format!("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.{version}.{kind}")
        }
        "apiregistration.k8s.io" => {
            format!("io.k8s.kube-aggregator.pkg.apis.apiregistration.{version}.{kind}")
        }
        _ => format!("io.k8s.api.{}.{version}.{kind}", group.split('.').next().unwrap_or(group)),
    }
}

/// The schema of a custom kind gets its reversed group as a name.
fn custom_name(group: &str, version: &str, kind: &str) -> String {
    let reversed: Vec<&str> = group.rsplit('.').collect();
    format!("{}.{version}.{kind}", reversed.join("."))
}

/// The list of documents.
pub(crate) fn index(cluster: &Cluster) -> Value {
    let mut paths = Map::new();
    for (group, versions) in groups(cluster) {
        for (version, kinds) in versions {
            let path = document_path(&group, &version);
            let schemas: Vec<Value> = kinds
                .iter()
                .map(|kind| json!([kind.kind, kind.schemas.get(&version).map(|schema| schema.root())]))
                .collect();
            let hash = hash(&json!([cluster.settings().version.1, schemas]));
            let url = format!("/openapi/v3/{path}?hash={hash:016X}");
            paths.insert(path, json!({"serverRelativeURL": url}));
        }
    }
    json!({"paths": paths})
}

fn document_path(group: &str, version: &str) -> String {
    if group.is_empty() { format!("api/{version}") } else { format!("apis/{group}/{version}") }
}

/// The document of one group and version, by its path in the list.
pub(crate) fn document(cluster: &Cluster, path: &str) -> Option<Bytes> {
    let (group, version) = match path.split('/').collect::<Vec<_>>()[..] {
        ["api", version] => ("", version),
        ["apis", group, version] => (group, version),
        _ => return None,
    };
    let groups = groups(cluster);
    let (_, versions) = groups.iter().find(|(name, _)| name == group)?;
    let (_, kinds) = versions.iter().find(|(name, _)| name == version)?;
    let mut schemas = Map::new();
    let mut paths = Map::new();
    for kind in kinds {
        add_schema(&mut schemas, kind, group, version);
        add_paths(&mut paths, kind, group, version);
    }
    let (major, minor) = cluster.settings().version;
    Some(to_bytes(&json!({
        "openapi": "3.0.0", "info": {"title": "Kubernetes", "version": format!("v{major}.{minor}.2")},
        "paths": paths, "components": {"schemas": schemas},
    })))
}

fn add_schema(schemas: &mut Map<String, Value>, kind: &Arc<Kind>, group: &str, version: &str) {
    let (name, mut schema) = schema_of(kind, group, version);
    let identity = json!([{"group": group, "version": version, "kind": kind.kind}]);
    schema["x-kubernetes-group-version-kind"] = identity;
    add_references(schemas, &schema);
    schemas.insert(name, schema);
    for (group, version, part) in kind.subresources.iter().filter_map(|part| part.kind()) {
        let name = schema_name(group, version, part);
        if let Some(schema) = SCHEMAS.get(&name) {
            add_references(schemas, schema);
            let mut schema = schema.clone();
            schema["x-kubernetes-group-version-kind"] =
                json!([{"group": group, "version": version, "kind": part}]);
            schemas.insert(name, schema);
        }
    }
}

/// The name and schema of a kind.
fn schema_of(kind: &Kind, group: &str, version: &str) -> (String, Value) {
    if kind.custom {
        let mut schema = kind
            .schemas
            .get(version)
            .map_or_else(|| json!({"type": "object"}), |schema| schema.root().clone());
        let text = |words: &str| json!({"type": "string", "description": words});
        let properties = &mut schema["properties"];
        properties["apiVersion"] = text("The group and version of the object.");
        properties["kind"] = text("What the object is.");
        properties["metadata"] = json!({
            "description": "Standard object's metadata.", "allOf": [{"$ref": format!("{REFERENCE}{METADATA}")}],
        });
        return (custom_name(group, version, &kind.kind), schema);
    }
    let name = schema_name(group, version, &kind.kind);
    let schema = SCHEMAS.get(&name).cloned().unwrap_or_else(|| {
        json!({
            "type": "object", "description": format!("{} is measured by the node agents.", kind.kind),
            "x-kubernetes-preserve-unknown-fields": true,
            "properties": {"metadata": {"allOf": [{"$ref": format!("{REFERENCE}{METADATA}")}]}},
        })
    });
    (name, schema)
}

/// Adds everything a schema refers to.
fn add_references(schemas: &mut Map<String, Value>, schema: &Value) {
    let mut names = BTreeSet::new();
    collect_references(schema, &mut names);
    for name in names {
        if !schemas.contains_key(name)
            && let Some(referred) = SCHEMAS.get(name)
        {
            schemas.insert(name.to_owned(), referred.clone());
            add_references(schemas, referred);
        }
    }
}

fn collect_references<'a>(schema: &'a Value, names: &mut BTreeSet<&'a str>) {
    match schema {
        Value::Object(fields) => {
            if let Some(name) =
                fields.get("$ref").and_then(Value::as_str).and_then(|one| one.strip_prefix(REFERENCE))
            {
                names.insert(name);
            }
            fields.values().for_each(|value| collect_references(value, names));
        }
        Value::Array(list) => list.iter().for_each(|value| collect_references(value, names)),
        _ => {}
    }
}

fn add_paths(paths: &mut Map<String, Value>, kind: &Kind, group: &str, version: &str) {
    let root = format!("/{}", document_path(group, version));
    let place = if kind.namespaced { "/namespaces/{namespace}" } else { "" };
    let all = format!("{root}{place}/{}", kind.plural);
    let identity = json!({"group": group, "version": version, "kind": kind.kind});
    let name = if kind.custom {
        custom_name(group, version, &kind.kind)
    } else {
        schema_name(group, version, &kind.kind)
    };
    let operation = |action: &str, with_body: bool| {
        let content = json!({"application/json": {"schema": {"$ref": format!("{REFERENCE}{name}")}}});
        let mut operation = json!({
            "x-kubernetes-action": action, "x-kubernetes-group-version-kind": identity,
            "responses": {"200": {"description": "OK", "content": content}},
        });
        if with_body {
            operation["requestBody"] = json!({"content": content});
            operation["parameters"] =
                ["dryRun", "fieldManager", "fieldValidation"].map(query_parameter).into();
        }
        operation
    };
    if kind.source == Source::Review {
        paths.insert(all, json!({"post": operation("post", true)}));
        return;
    }
    let mut one = json!({"get": operation("get", false)});
    let mut many = json!({"get": operation("list", false)});
    if kind.source == Source::Stored {
        many["post"] = operation("post", true);
        many["delete"] = operation("deletecollection", false);
        one["put"] = operation("put", true);
        one["delete"] = operation("delete", false);
        one["patch"] = operation("patch", true);
        let media =
            ["application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json"];
        let bodies: Map<String, Value> = media
            .into_iter()
            .map(|media| (media.to_owned(), json!({"schema": {"type": "object"}})))
            .collect();
        one["patch"]["requestBody"] = json!({"content": bodies});
    }
    for part in &kind.subresources {
        if matches!(part, Subresource::Status | Subresource::Scale) {
            paths.insert(format!("{all}/{{name}}/{}", part.path()), json!({"get": operation("get", false)}));
        }
    }
    paths.insert(format!("{all}/{{name}}"), one);
    if kind.namespaced {
        paths.insert(format!("{root}/{}", kind.plural), json!({"get": operation("list", false)}));
    }
    paths.insert(all, many);
}

fn query_parameter(name: &str) -> Value {
    json!({"name": name, "in": "query", "schema": {"type": "string", "uniqueItems": true}})
}

/// What a schema finds fault with in an object.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Findings {
    /// Fields the kind does not have. They have been removed.
    pub(crate) unknown: Vec<String>,
    /// The first field of a wrong type, with the words of the JSON reader.
    pub(crate) mismatch: Option<String>,
}

/// Removes the fields a kind does not have, and tells about them.
pub(crate) fn prune(served: &Served, object: &mut Value) -> Findings {
    let mut findings = Findings::default();
    if served.kind.custom {
        if let Some(schema) = served.kind.schemas.get(&served.version) {
            findings.unknown = schema.unknown_fields(object);
        }
        return findings;
    }
    if let Some(schema) = schema_of_stored(served) {
        let root = Spot { owner: &served.kind.kind, fields: String::new() };
        walk(schema, object, "", &root, &mut findings);
    }
    findings
}

/// The schema of a kind that is stored, in the version it is served in; nothing where nobody has said one.
pub(crate) fn schema_of_stored(served: &Served) -> Option<&Value> {
    if served.kind.custom {
        return served.kind.schemas.get(&served.version).map(|schema| schema.root());
    }
    let (group, version) = split_api_version(&served.api_version);
    SCHEMAS.get(&schema_name(group, version, &served.kind.kind))
}

/// Follows references to the schema that says something.
pub(crate) fn resolve(schema: &Value) -> &Value {
    let reference = schema["$ref"].as_str().or_else(|| schema["allOf"][0]["$ref"].as_str());
    reference.and_then(|name| SCHEMAS.get(name.strip_prefix(REFERENCE)?)).map_or(schema, resolve)
}

/// Where a value is in the terms of the real server's reader: the Go type whose field it is, and the fields on the way
/// there. Maps and lists are no fields.
struct Spot<'a> {
    owner: &'a str,
    fields: String,
}

impl<'a> Spot<'a> {
    fn field(&self, owner: &'a str, name: &str) -> Self {
        let joint = if self.fields.is_empty() { "" } else { "." };
        Self { owner, fields: format!("{}{joint}{name}", self.fields) }
    }
}

/// The name of the Go type that a schema refers to.
fn go_type(schema: &Value) -> Option<&str> {
    let reference = schema["$ref"].as_str().or_else(|| schema["allOf"][0]["$ref"].as_str());
    reference?.rsplit('.').next()
}

fn walk(schema: &Value, value: &mut Value, path: &str, spot: &Spot<'_>, findings: &mut Findings) {
    let own_type = go_type(schema);
    let schema = resolve(schema);
    let free = ["x-kubernetes-int-or-string", "x-kubernetes-preserve-unknown-fields"];
    if value.is_null() || free.into_iter().any(|mark| schema[mark] == true) {
        return;
    }
    if findings.mismatch.is_none() {
        findings.mismatch = mismatch(schema, value, spot);
    }
    match value {
        Value::Object(fields) => {
            let properties = schema["properties"].as_object();
            let additional = schema.get("additionalProperties").filter(|one| one.is_object());
            let free = properties.is_none() && additional.is_none();
            fields.retain(|key, value| {
                let inner = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                let property = properties.and_then(|properties| properties.get(key));
                match (property, additional) {
                    (Some(property), _) => {
                        let spot = spot.field(own_type.unwrap_or(spot.owner), key);
                        walk(property, value, &inner, &spot, findings);
                    }
                    (None, Some(property)) => walk(property, value, &inner, spot, findings),
                    (None, None) if free => {}
                    (None, None) => {
                        findings.unknown.push(inner);
                        return false;
                    }
                }
                true
            });
        }
        Value::Array(list) => {
            for (index, value) in list.iter_mut().enumerate() {
                walk(&schema["items"], value, &format!("{path}[{index}]"), spot, findings);
            }
        }
        _ => {}
    }
}

fn mismatch(schema: &Value, value: &Value, spot: &Spot<'_>) -> Option<String> {
    let wanted = schema["type"].as_str()?;
    let (actual, fits) = match value {
        Value::Bool(_) => ("bool", wanted == "boolean"),
        Value::Number(number) => ("number", wanted == "number" || (wanted == "integer" && !number.is_f64())),
        Value::String(_) => ("string", wanted == "string"),
        Value::Array(_) => ("array", wanted == "array"),
        Value::Object(_) => ("object", wanted == "object"),
        Value::Null => ("null", true),
    };
    let go = match (wanted, schema["format"].as_str()) {
        ("integer", format) => format.unwrap_or("int64"),
        ("boolean", _) => "bool",
        ("array", _) => "[]",
        ("object", _) => "map[string]",
        (other, _) => other,
    };
    let Spot { owner, fields } = spot;
    (!fits).then(|| {
        format!("json: cannot unmarshal {actual} into Go struct field {owner}.{fields} of type {go}")
    })
}

#[cfg(test)]
mod tests {
    use super::{SCHEMAS, schema_name};
    use crate::registry::{Registry, Source};

    #[test]
    fn every_stored_built_in_kind_has_a_schema() {
        for kind in Registry::built_in(34).kinds().filter(|kind| kind.source == Source::Stored) {
            for (group, version) in &kind.served {
                let name = schema_name(group, version, &kind.kind);
                assert!(SCHEMAS.contains_key(&name), "{name}");
            }
        }
    }
}
