//! What a write leaves as it was, and whether it changes anything.

use serde_json::{Map, Value, json};

use super::Write;
use crate::managed;
use crate::registry::{Kind, Subresource};

/// The parts of an object other than its metadata and status.
fn wish(object: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let skip = ["metadata", "status", "kind", "apiVersion"];
    object.as_object().into_iter().flatten().filter(move |(key, _)| !skip.contains(&key.as_str()))
}

fn set_or_remove(fields: &mut Map<String, Value>, key: &str, value: Option<&Value>) {
    match value {
        Some(value) => fields.insert(key.to_owned(), value.clone()),
        None => fields.remove(key),
    };
}

/// Fields of the metadata that only the server writes.
pub(super) fn keep_system_metadata(old: &Value, new: &mut Value) {
    if let Some(metadata) = new["metadata"].as_object_mut() {
        for key in [
            "uid",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "generation",
            "namespace",
            "resourceVersion",
            "selfLink",
        ] {
            set_or_remove(metadata, key, old["metadata"].get(key));
        }
    }
}

/// A write to a sub-resource changes that part only; a write to the object leaves its status alone.
pub(super) fn keep_other_parts(kind: &Kind, old: &Value, new: &mut Value, write: &Write) {
    let Some(fields) = new.as_object_mut() else { return };
    match write.subresource {
        Some(Subresource::Status) => {
            let status = fields.get("status").cloned();
            let managed = fields["metadata"].get("managedFields").cloned();
            let mut metadata = old["metadata"].clone();
            if let Some(changed) = fields.get("metadata") {
                for key in ["labels", "annotations"] {
                    if let Some(metadata) = metadata.as_object_mut() {
                        set_or_remove(metadata, key, changed.get(key));
                    }
                }
            }
            *fields = old.as_object().cloned().unwrap_or_default();
            set_or_remove(fields, "status", status.as_ref());
            fields.insert("metadata".to_owned(), metadata);
            if let (Some(managed), Some(metadata)) = (managed, fields["metadata"].as_object_mut()) {
                metadata.insert("managedFields".to_owned(), managed);
            }
        }
        _ if kind.has(Subresource::Status) && !write.internal => {
            set_or_remove(fields, "status", old.get("status"));
        }
        _ => {}
    }
}

pub(super) fn count_generation(kind: &Kind, old: &Value, new: &mut Value) {
    if (kind.generation || kind.custom) && !wish(old).eq(wish(new)) {
        let generation = old["metadata"]["generation"].as_i64().unwrap_or(1);
        new["metadata"]["generation"] = json!(generation + 1);
    }
}

/// Whether nothing but the book-keeping differs.
pub(crate) fn same(old: &Value, new: &Value) -> bool {
    let parts = |object: &Value| -> Vec<(String, Value)> {
        let fields = object["metadata"].as_object().into_iter().flatten();
        let fields = fields.filter(|(key, _)| *key != "resourceVersion" && *key != "managedFields");
        fields.map(|(key, value)| (key.clone(), value.clone())).collect()
    };
    wish(old).eq(wish(new))
        && old.get("status") == new.get("status")
        && parts(old) == parts(new)
        && managed::same_but_for_time(&old["metadata"]["managedFields"], &new["metadata"]["managedFields"])
}
