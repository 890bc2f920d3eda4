//! Schemas of kinds, for completion in the editor.

use crate::{As, Call, Cluster, KubernetesError, Served};
use model::{KindSlug, Thing};
use parking_lot::Mutex;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::Arc;

/// References are followed so many times; what is deeper may be anything.
const DEEPEST: usize = 12;
/// A schema is kept for each kind that somebody has edited; a fleet of clusters serves the same ones.
const MOST_KEPT: usize = 256;

/// Schemas that have been read, by the content of the document they come from.
#[derive(Debug, Default)]
pub struct Schemas {
    kept: Mutex<HashMap<(String, KindSlug), Arc<str>>>,
}

impl Schemas {
    /// The JSON schema of a kind as JSON text, with what it refers to in `$defs`. Public knowledge about the cluster, so
    /// it is read as the console.
    pub async fn read(&self, cluster: &Cluster, kind: &KindSlug) -> Result<Arc<str>, KubernetesError> {
        let served = cluster.served(kind).await?;
        let address = address(cluster, &served).await?;
        // The address holds a hash of the document, so equal addresses mean equal documents.
        let key = (address, kind.clone());
        if let Some(known) = self.kept.lock().get(&key) {
            return Ok(Arc::clone(known));
        }
        let document = get(cluster, key.0.clone()).await?;
        let schema = extract(&document, &served).ok_or_else(|| KubernetesError::Unknown {
            what: Thing::Schema { of: kind.to_string(), cluster: cluster.name().to_string() },
        })?;
        let schema: Arc<str> = schema.to_string().into();
        let mut kept = self.kept.lock();
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        kept.insert(key, Arc::clone(&schema));
        Ok(schema)
    }
}

/// Where the group's document is now.
async fn address(cluster: &Cluster, served: &Served) -> Result<String, KubernetesError> {
    let index = get(cluster, "/openapi/v3".into()).await?;
    let root = served.root();
    let address = index["paths"][root.trim_start_matches('/')]["serverRelativeURL"].as_str();
    match address {
        Some(address) if address.starts_with("/openapi/v3/") => Ok(address.to_owned()),
        _ => Err(KubernetesError::Unknown {
            what: Thing::Schema { of: root.to_string(), cluster: cluster.name().to_string() },
        }),
    }
}

async fn get(cluster: &Cluster, path: String) -> Result<Value, KubernetesError> {
    let answer = cluster.connection().call_patiently(As::Console, &Call::get(path)).await?;
    cluster.connection().read_json(&answer.body)
}

/// The schema of a kind, with everything that it refers to.
fn extract(document: &Value, served: &Served) -> Option<Value> {
    let schemas = document.pointer("/components/schemas")?.as_object()?;
    let is_it = |schema: &Value| {
        let kinds = schema["x-kubernetes-group-version-kind"].as_array().into_iter().flatten();
        kinds.into_iter().any(|kind| {
            kind["group"] == *served.kind.group
                && kind["version"] == *served.version
                && kind["kind"] == *served.kind.kind
        })
    };
    let root = schemas.values().find(|schema| is_it(schema))?;
    let mut definitions = Map::new();
    let mut waiting = Vec::new();
    let mut schema = rewritten(root, &mut waiting);
    for _ in 0..DEEPEST {
        for name in std::mem::take(&mut waiting) {
            if !definitions.contains_key(&name) {
                let found = schemas.get(&name).map(|schema| rewritten(schema, &mut waiting));
                definitions.insert(name, found.unwrap_or_else(|| json!({})));
            }
        }
    }
    for name in waiting {
        definitions.entry(name).or_insert_with(|| json!({}));
    }
    schema["$defs"] = Value::Object(definitions);
    Some(schema)
}

/// What Kubernetes adds to schemas that editors and forms make use of.
const EXTENSIONS: [&str; 6] = [
    "x-kubernetes-embedded-resource",
    "x-kubernetes-int-or-string",
    "x-kubernetes-list-map-keys",
    "x-kubernetes-list-type",
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-validations",
];

/// The same schema with references into `$defs`; their names are collected. Of Kubernetes' own extensions only those are kept
/// that say something about values.
fn rewritten(schema: &Value, references: &mut Vec<String>) -> Value {
    match schema {
        Value::Object(fields) => {
            let kept = fields
                .iter()
                .filter(|(key, _)| !key.starts_with("x-kubernetes-") || EXTENSIONS.contains(&key.as_str()));
            let fields = kept.map(|(key, value)| {
                let name = value.as_str().and_then(|text| text.strip_prefix("#/components/schemas/"));
                match name.filter(|_| key == "$ref") {
                    Some(name) => {
                        references.push(name.to_owned());
                        (key.clone(), json!(format!("#/$defs/{name}")))
                    }
                    None => (key.clone(), rewritten(value, references)),
                }
            });
            Value::Object(fields.collect())
        }
        Value::Array(items) => items.iter().map(|item| rewritten(item, references)).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn a_kinds_schema_comes_with_what_it_refers_to_and_nothing_else() {
        let document = json!({"components": {"schemas": {
            "Deployment": {
                "x-kubernetes-group-version-kind": [{"group": "apps", "version": "v1", "kind": "Deployment"}],
                "properties": {"spec": {"allOf": [{"$ref": "#/components/schemas/Spec"}]}},
            },
            "Spec": {"x-kubernetes-preserve-unknown-fields": true, "properties": {"self": {"$ref": "#/components/schemas/Spec"}, "lost": {"$ref": "#/components/schemas/Lost"}}},
            "Unrelated": {"type": "string"},
        }}});

        let schema = extract(&document, &Served::built_in("deployments")).unwrap();
        assert_eq!(schema["properties"]["spec"]["allOf"][0]["$ref"], "#/$defs/Spec");
        let names: Vec<&String> = schema["$defs"].as_object().unwrap().keys().collect();
        assert_eq!(names, ["Lost", "Spec"]);
        assert_eq!(schema["$defs"]["Spec"]["x-kubernetes-preserve-unknown-fields"], true);
        assert!(!schema.to_string().contains("x-kubernetes-group"));
    }
}
