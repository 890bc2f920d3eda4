//! What the definition of a custom resource says of its kind.

use super::Cluster;
use crate::connection::{As, Call};
use crate::discovery::Served;
use kinds::{Discovered, Kind, PrintColumn};
use serde::Deserialize;
use std::sync::Arc;

impl Cluster {
    /// A kind that somebody defined is known for what its definition says: whether a form can be made from it and, for a kind
    /// that was only discovered, its columns.
    pub(super) async fn as_defined(&self, served: Arc<Served>) -> Arc<Served> {
        let kind = &served.kind;
        let is_discovered = kinds::of_resource(&kind.group, &kind.plural).is_none();
        let needs_form = kind.slug.contains('.') && !model::link::WITH_FORM.contains(&&*kind.slug);
        if !is_discovered && !needs_form {
            return served;
        }
        let path = format!(
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{}.{}",
            kind.plural,
            model::link::escape(&kind.group)
        );
        // Without its definition (an aggregated API, or no right to read it) the kind still has name, age and manifest.
        let Ok(answer) = self.connection.call(As::Console, &Call::get(path)).await else { return served };
        let Ok(definition) = serde_json::from_slice::<Definition>(&answer.body) else { return served };
        let version = definition.spec.versions.into_iter().find(|version| version.name == served.version);
        let Some(DefinitionVersion { columns, schema, .. }) = version else { return served };
        let defined = if is_discovered { with_columns(&served, columns) } else { Arc::clone(kind) };
        let described = workloads_contract::is_described(&schema.fields);
        Arc::new(Served { kind: defined, described, ..Served::clone(&served) })
    }
}

/// A discovered kind with the columns that its definition names.
fn with_columns(served: &Served, columns: Vec<DefinitionColumn>) -> Arc<Kind> {
    let kind = &served.kind;
    Arc::new(Kind::discovered(Discovered {
        group: kind.group.to_string(),
        version: served.version.clone(),
        kind: kind.kind.to_string(),
        plural: kind.plural.to_string(),
        namespaced: kind.namespaced,
        short_names: kind.aliases.iter().map(ToString::to_string).collect(),
        columns: columns.into_iter().map(PrintColumn::from).collect(),
    }))
}

#[derive(Deserialize)]
struct Definition {
    spec: DefinitionSpec,
}

#[derive(Deserialize)]
struct DefinitionSpec {
    #[serde(default)]
    versions: Vec<DefinitionVersion>,
}

#[derive(Deserialize)]
struct DefinitionVersion {
    name: String,
    #[serde(default, rename = "additionalPrinterColumns")]
    columns: Vec<DefinitionColumn>,
    #[serde(default)]
    schema: DefinitionSchema,
}

#[derive(Default, Deserialize)]
struct DefinitionSchema {
    #[serde(default, rename = "openAPIV3Schema")]
    fields: serde_json::Value,
}

#[derive(Deserialize)]
struct DefinitionColumn {
    name: String,
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    priority: i64,
    #[serde(default, rename = "jsonPath")]
    json_path: Option<String>,
}

impl From<DefinitionColumn> for PrintColumn {
    fn from(column: DefinitionColumn) -> Self {
        Self { name: column.name, kind: column.kind, priority: column.priority, json_path: column.json_path }
    }
}
