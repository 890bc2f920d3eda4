//! Forms made from the schema of a kind, for kinds that nobody wrote a form for.

mod fields;
mod shown;
mod steps;
mod words;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

use crate::field::{Control, Field, Form};
use crate::forms::{METADATA, METADATA_OF_CLUSTER, basics};
use fields::Fields;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// What a cluster says of a kind's fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KindSchema {
    /// The group and version, as manifests say it.
    pub api_version: String,
    /// The kind, as manifests say it.
    pub kind: String,
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
    /// Its `OpenAPI` v3 schema, with what it refers to in `$defs`.
    pub schema: Value,
}

impl KindSchema {
    /// Whether a form can show any field besides the metadata that all objects have.
    pub fn has_form(&self) -> bool {
        is_described(&self.schema)
    }

    /// The form. It stays in memory as long as the program runs, as every form does: make it once, and in the browser only.
    pub fn form(&self, slug: &str) -> &'static Form {
        let fields = Fields { root: &self.schema };
        let metadata = if self.namespaced { METADATA } else { METADATA_OF_CLUSTER };
        let mut sections = vec![basics(metadata)];
        sections.extend(steps::steps(&fields));
        Box::leak(Box::new(Form {
            slug: kept(slug),
            begin: kept(&self.begin(&fields).to_string()),
            template: None,
            beside: None,
            follow_name: &[],
            sections: sections.leak(),
        }))
    }

    fn begin(&self, fields: &Fields<'_>) -> Value {
        let mut object =
            json!({"apiVersion": &self.api_version, "kind": &self.kind, "metadata": {"name": "NAME"}});
        if self.namespaced {
            object["metadata"]["namespace"] = "NAMESPACE".into();
        }
        let spec = fields.all(&self.schema).into_iter().find(|field| field.path == SPEC);
        if spec.is_some_and(|spec| matches!(spec.control, Control::Object(_))) {
            object[SPEC] = Value::Object(Map::new());
        }
        object
    }
}

/// Whether a kind's schema says enough for a form: of any field besides its metadata and its status.
pub fn is_described(schema: &Value) -> bool {
    shown::says_something(schema)
}

/// What people write of an object.
const SPEC: &str = "spec";
/// What every object has, or what only its controller writes.
const NOT_ASKED: [&str; 4] = ["apiVersion", "kind", "metadata", "status"];

/// A text for as long as the program runs.
fn kept(text: &str) -> &'static str {
    if text.is_empty() { "" } else { Box::leak(text.into()) }
}

/// How many things there are to fill in.
fn weight(field: &Field) -> usize {
    match field.control {
        Control::Object(fields) | Control::Items { fields, .. } => fields.iter().map(weight).sum(),
        Control::Yaml => 0,
        _ => 1,
    }
}
