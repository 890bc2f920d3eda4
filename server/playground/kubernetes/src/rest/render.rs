//! Objects in the forms clients ask for: whole, metadata only, or as rows of a table.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};

use super::request::{Form, Include};
use crate::jsonpath;
use crate::object::{Object, head, serialise};
use crate::registry::cells::age;
use crate::registry::{Cell, Column, Kind, api_version};
use crate::schema::Schema;

/// A kind in the version of a request.
#[derive(Debug, Clone)]
pub(crate) struct Served {
    /// The kind, as the version shows it where a webhook converts.
    pub(crate) kind: Arc<Kind>,
    pub(crate) group: String,
    pub(crate) version: String,
    pub(crate) api_version: String,
    /// What this version of a custom kind knows, where that is something else than is stored.
    schema: Option<Arc<Schema>>,
    /// The kind as it is stored, where a webhook converts.
    pub(super) stored: Option<Arc<Kind>>,
}

impl Served {
    pub(crate) fn new(kind: Arc<Kind>, group: &str, version: &str) -> Self {
        let api_version = api_version(group, version);
        if let Some(view) = kind.views.get(version) {
            let (view, stored) = (Arc::clone(view), Some(kind));
            return Self {
                kind: view,
                group: group.to_owned(),
                version: version.to_owned(),
                api_version,
                schema: None,
                stored,
            };
        }
        let stored = kind.schemas.get(&kind.version);
        let schema = kind.schemas.get(version).filter(|schema| Some(*schema) != stored).cloned();
        Self { kind, group: group.to_owned(), version: version.to_owned(), api_version, schema, stored: None }
    }

    fn converts(&self) -> bool {
        self.schema.is_some() || self.kind.convert.is_some() && self.api_version != self.kind.api_version()
    }

    /// A stored object as the client's version shows it.
    pub(crate) fn value(&self, object: &Object) -> Value {
        let mut value = object.parse();
        self.convert(&mut value);
        value
    }

    /// Rewrites a stored object for the client's version.
    pub(crate) fn convert(&self, value: &mut Value) {
        if let Some(convert) = self.kind.convert.filter(|_| self.converts()) {
            convert(value, &self.api_version);
        }
        if let Some(schema) = &self.schema {
            schema.prune(value);
        }
        value["apiVersion"] = json!(self.api_version);
    }

    /// The whole object as bytes.
    pub(crate) fn full(&self, object: &Object) -> Bytes {
        if self.api_version == object.api_version() && !self.converts() {
            return object.json().clone();
        }
        if self.converts() {
            return serialise(&self.value(object), &self.kind.kind, &self.api_version, None).0;
        }
        let mut bytes = head(&self.kind.kind, &self.api_version).into_bytes();
        bytes.extend_from_slice(&object.body());
        bytes.into()
    }

    /// Writes an element of a list. Elements of built-in lists do not repeat their kind.
    pub(crate) fn write_item(&self, object: &Object, form: Form, out: &mut Vec<u8>) {
        match form {
            Form::Full if self.kind.custom => out.extend_from_slice(&self.full(object)),
            Form::Full if self.converts() => {
                let (json, start) = serialise(&self.value(object), &self.kind.kind, &self.api_version, None);
                out.push(b'{');
                out.extend_from_slice(&json[start..]);
            }
            Form::Full => {
                out.push(b'{');
                out.extend_from_slice(&object.body());
            }
            Form::Metadata => write(out, &partial(&object.parse())),
            Form::Table(include) => write(out, &self.row(object, include)),
        }
    }

    /// One object on its own.
    pub(crate) fn single(&self, object: &Object, form: Form) -> Bytes {
        match form {
            Form::Full => self.full(object),
            Form::Metadata => to_bytes(&partial(&object.parse())),
            Form::Table(include) => {
                let metadata = json!({"resourceVersion": object.resource_version().to_string()});
                to_bytes(&self.table(&metadata, &[self.row(object, include)]))
            }
        }
    }

    /// A table of one row for somebody who has seen the headings.
    pub(crate) fn further_row(&self, object: &Object, include: Include) -> Bytes {
        to_bytes(&json!({
            "kind": "Table", "apiVersion": "meta.k8s.io/v1", "columnDefinitions": null,
            "metadata": {"resourceVersion": object.resource_version().to_string()},
            "rows": [self.row(object, include)],
        }))
    }

    /// A table of some rows.
    pub(crate) fn table(&self, metadata: &Value, rows: &[Value]) -> Value {
        json!({
            "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata,
            "columnDefinitions": self.column_definitions(), "rows": rows,
        })
    }

    /// The headings of the table.
    pub(crate) fn column_definitions(&self) -> Value {
        let define = |column: &Column| {
            json!({
                "name": column.name, "type": column.kind, "format": column.format,
                "description": column.description, "priority": column.priority,
            })
        };
        self.kind.columns(&self.version).iter().map(define).collect()
    }

    fn row(&self, object: &Object, include: Include) -> Value {
        let value = object.parse();
        let cells: Vec<Value> =
            self.kind.columns(&self.version).iter().map(|column| cell(column, &value)).collect();
        match include {
            Include::Nothing => json!({"cells": cells}),
            Include::Metadata => json!({"cells": cells, "object": partial(&value)}),
            Include::Object => json!({"cells": cells, "object": self.value(object)}),
        }
    }
}

fn cell(column: &Column, object: &Value) -> Value {
    let shown = match &column.cell {
        Cell::At(pointer) => object.pointer(pointer).cloned().unwrap_or(Value::Null),
        Cell::Since(pointer) => {
            json!(
                object
                    .pointer(pointer)
                    .and_then(Value::as_str)
                    .and_then(age)
                    .unwrap_or("<unknown>".to_owned())
            )
        }
        Cell::With(compute) => compute(object),
        Cell::Path(path) => return custom_cell(column, path, object),
    };
    if shown.is_null() && column.kind == "string" { json!("") } else { shown }
}

fn custom_cell(column: &Column, path: &jsonpath::JsonPath, object: &Value) -> Value {
    let found = path.find(object);
    let Some(first) = found.first() else { return Value::Null };
    match column.kind.as_str() {
        "integer" => json!(first.as_i64()),
        "number" => json!(first.as_f64()),
        "boolean" => json!(first.as_bool()),
        "date" => json!(first.as_str().and_then(age)),
        _ => json!(jsonpath::text(&found)),
    }
}

fn partial(object: &Value) -> Value {
    json!({"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object["metadata"]})
}

fn write(out: &mut Vec<u8>, value: &Value) {
    serde_json::to_writer(out, value).expect("JSON can always be written to memory");
}

/// JSON as bytes.
pub(crate) fn to_bytes(value: &Value) -> Bytes {
    serde_json::to_vec(value).expect("JSON can always be written to memory").into()
}
