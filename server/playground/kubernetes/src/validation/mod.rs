//! The rules of the built-in kinds, with the field and the words of the real server.

mod definitions;
mod names;
mod network_policies;
mod others;
mod pods;
mod workloads;

use serde_json::Value;

use crate::registry::Kind;
use crate::status::Cause;

pub(crate) use definitions::custom_resource_definition;
pub(crate) use network_policies::network_policy;
pub(crate) use others::{
    autoscaler, config_map, disruption_budget, ingress, persistent_volume_claim, role, role_binding, secret,
    service,
};
pub(crate) use pods::pod;
pub(crate) use workloads::{cron_job, daemon_set, deployment, job, replica_set, stateful_set};

/// The most bytes all annotations of an object may have together.
const ANNOTATION_BYTES: usize = 256 * 1024;

/// The text in a field.
fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    object.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The elements of a list.
fn list<'a>(object: &'a Value, pointer: &str) -> &'a [Value] {
    object.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A number that may not be negative.
fn not_negative(object: &Value, pointer: &str, causes: &mut Vec<Cause>) {
    if let Some(value) = object.pointer(pointer)
        && value.as_i64().is_some_and(|number| number < 0)
    {
        let field = pointer.trim_start_matches('/').replace('/', ".");
        causes.push(Cause::invalid(field, value, "must be greater than or equal to 0"));
    }
}

/// A field that keeps its value for ever.
fn immutable(new: &Value, old: &Value, pointer: &str, causes: &mut Vec<Cause>) {
    let (before, after) = (old.pointer(pointer), new.pointer(pointer));
    if before != after {
        let field = pointer.trim_start_matches('/').replace('/', ".");
        let value = after.unwrap_or(&Value::Null);
        let mut cause = Cause::invalid(field, value, "field is immutable");
        if value.is_object() || value.is_array() {
            cause.message = format!("Invalid value: {value}: field is immutable");
        }
        causes.push(cause);
    }
}

/// What every object has to fulfil.
pub(crate) fn metadata(kind: &Kind, new: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    let metadata = &new["metadata"];
    let name = text(metadata, "/name");
    if name.is_empty() {
        causes.push(Cause::required("metadata.name", "name or generateName is required"));
    } else if old.is_none() {
        names::check(kind, name, causes);
    }
    marks(metadata, causes);
    owners(metadata, causes);
    if let Some(old) = old
        && old["metadata"]["deletionTimestamp"].is_string()
    {
        let before = list(old, "/metadata/finalizers");
        let added: Vec<&Value> =
            list(metadata, "/finalizers").iter().filter(|one| !before.contains(one)).collect();
        if !added.is_empty() {
            let added: Vec<String> = added.into_iter().map(Value::to_string).collect();
            let why = format!(
                "no new finalizers can be added if the object is being deleted, found new finalizers []string{{{}}}",
                added.join(", ")
            );
            causes.push(Cause::forbidden("metadata.finalizers", &why));
        }
    }
}

/// What labels and annotations may be.
pub(crate) fn marks(metadata: &Value, causes: &mut Vec<Cause>) {
    for (key, value) in metadata["labels"].as_object().into_iter().flatten() {
        names::qualified("metadata.labels", key, causes);
        names::label_value("metadata.labels", value, causes);
    }
    let mut bytes = 0;
    for (key, value) in metadata["annotations"].as_object().into_iter().flatten() {
        names::qualified("metadata.annotations", &key.to_lowercase(), causes);
        bytes += key.len() + value.as_str().map_or(0, str::len);
    }
    if bytes > ANNOTATION_BYTES {
        causes.push(Cause::too_long("metadata.annotations", ANNOTATION_BYTES));
    }
}

fn owners(metadata: &Value, causes: &mut Vec<Cause>) {
    let mut controllers = 0;
    for (index, owner) in list(metadata, "/ownerReferences").iter().enumerate() {
        for key in ["apiVersion", "kind", "name", "uid"] {
            if text(owner, &format!("/{key}")).is_empty() {
                let field = format!("metadata.ownerReferences[{index}].{key}");
                causes.push(Cause::invalid(field, &Value::from(""), &format!("{key} must not be empty")));
            }
        }
        controllers += usize::from(owner["controller"] == true);
    }
    if controllers > 1 {
        causes.push(Cause::invalid(
            "metadata.ownerReferences",
            &metadata["ownerReferences"],
            "Only one reference can have Controller set to true",
        ));
    }
}
