//! Reading and writing Kubernetes objects as plain JSON: paths, owners, conditions, times.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// Namespace and name; the namespace is empty for cluster-wide objects.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    pub namespace: String,
    pub name: String,
}

impl Key {
    /// The key of an object.
    pub fn of(object: &Value) -> Self {
        Self { namespace: namespace(object).to_owned(), name: name(object).to_owned() }
    }

    /// A key from its two parts.
    pub fn new(namespace: &str, name: &str) -> Self {
        Self { namespace: namespace.to_owned(), name: name.to_owned() }
    }

    /// The namespace as the cluster's calls want it.
    pub fn namespace(&self) -> Option<&str> {
        (!self.namespace.is_empty()).then_some(self.namespace.as_str())
    }
}

/// The text at a JSON pointer, or the empty string.
pub fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    object.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The whole number at a JSON pointer.
pub fn integer(object: &Value, pointer: &str) -> Option<i64> {
    object.pointer(pointer).and_then(Value::as_i64)
}

/// Whether the value at a JSON pointer is `true`.
pub fn flag(object: &Value, pointer: &str) -> bool {
    object.pointer(pointer).and_then(Value::as_bool).unwrap_or_default()
}

/// The list at a JSON pointer, or an empty one.
pub fn array<'a>(object: &'a Value, pointer: &str) -> &'a [Value] {
    object.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The key-value pairs at a JSON pointer whose values are texts.
pub fn texts<'a>(object: &'a Value, pointer: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
    object
        .pointer(pointer)
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)))
}

/// Writes a value at a JSON pointer, making the objects on the way.
pub fn set(object: &mut Value, pointer: &str, value: Value) {
    let mut place = object;
    for part in pointer.split('/').skip(1) {
        let part = part.replace("~1", "/").replace("~0", "~");
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        place = place.as_object_mut().expect("made an object just above").entry(part).or_insert(Value::Null);
    }
    *place = value;
}

/// Removes one member of the object at a JSON pointer.
pub fn remove(object: &mut Value, pointer: &str, member: &str) {
    if let Some(map) = object.pointer_mut(pointer).and_then(Value::as_object_mut) {
        map.remove(member);
    }
}

pub fn name(object: &Value) -> &str {
    text(object, "/metadata/name")
}

pub fn namespace(object: &Value) -> &str {
    text(object, "/metadata/namespace")
}

pub fn uid(object: &Value) -> &str {
    text(object, "/metadata/uid")
}

/// The value of an annotation, or the empty string.
pub fn annotation<'a>(object: &'a Value, key: &str) -> &'a str {
    entry(object, "/metadata/annotations", key)
}

/// The value of a label, or the empty string.
pub fn label<'a>(object: &'a Value, key: &str) -> &'a str {
    entry(object, "/metadata/labels", key)
}

/// The text under a key that may hold slashes, in the pairs at a JSON pointer; or the empty string.
fn entry<'a>(object: &'a Value, pointer: &str, key: &str) -> &'a str {
    object.pointer(pointer).and_then(|all| all.get(key)).and_then(Value::as_str).unwrap_or_default()
}

/// Whether someone asked for the object's deletion.
pub fn is_deleting(object: &Value) -> bool {
    object.pointer("/metadata/deletionTimestamp").is_some_and(|time| !time.is_null())
}

/// The owner reference of the managing controller.
pub fn controller_of(object: &Value) -> Option<&Value> {
    array(object, "/metadata/ownerReferences").iter().find(|owner| flag(owner, "/controller"))
}

/// Whether `owner` manages `object`.
pub fn is_controlled_by(object: &Value, owner: &Value) -> bool {
    controller_of(object).is_some_and(|reference| text(reference, "/uid") == uid(owner))
}

/// The key of the managing controller when it is of this kind.
pub fn controller_key(object: &Value, kind: &str) -> Option<Key> {
    let owner = controller_of(object)?;
    (text(owner, "/kind") == kind).then(|| Key::new(namespace(object), text(owner, "/name")))
}

/// The reference that makes `owner` the managing controller of what carries it.
pub fn controller_reference(owner: &Value) -> Value {
    json!({
        "apiVersion": text(owner, "/apiVersion"), "kind": text(owner, "/kind"), "name": name(owner),
        "uid": uid(owner), "controller": true, "blockOwnerDeletion": true,
    })
}

/// The condition of this type.
pub fn condition<'a>(object: &'a Value, condition_type: &str) -> Option<&'a Value> {
    array(object, "/status/conditions").iter().find(|condition| text(condition, "/type") == condition_type)
}

/// Whether the condition of this type is "True".
pub fn is_condition_true(object: &Value, condition_type: &str) -> bool {
    condition(object, condition_type).is_some_and(|condition| text(condition, "/status") == "True")
}

/// Writes a condition into a status; the transition time moves only when the status does.
pub fn set_condition(
    status: &mut Value,
    condition_type: &str,
    value: &str,
    reason: &str,
    message: &str,
    now: Timestamp,
) {
    let mut written = json!({ "type": condition_type, "status": value, "lastTransitionTime": time(now) });
    if !reason.is_empty() {
        written["reason"] = reason.into();
    }
    if !message.is_empty() {
        written["message"] = message.into();
    }
    put_condition(status, written);
}

/// Like [`set_condition`], for kinds that also tell when the condition was last written.
pub fn set_updated_condition(
    status: &mut Value,
    condition_type: &str,
    value: &str,
    reason: &str,
    message: &str,
    now: Timestamp,
) {
    let conditions = array(status, "/conditions");
    let before = conditions.iter().find(|condition| text(condition, "/type") == condition_type);
    let same = before.is_some_and(|before| {
        text(before, "/status") == value
            && text(before, "/reason") == reason
            && text(before, "/message") == message
    });
    if same {
        return;
    }
    put_condition(
        status,
        json!({
            "type": condition_type, "status": value, "reason": reason, "message": message,
            "lastTransitionTime": time(now), "lastUpdateTime": time(now),
        }),
    );
}

fn put_condition(status: &mut Value, mut written: Value) {
    if !status.is_object() {
        *status = json!({});
    }
    let conditions = status
        .as_object_mut()
        .expect("made an object just above")
        .entry("conditions")
        .or_insert_with(|| json!([]));
    if !conditions.is_array() {
        *conditions = json!([]);
    }
    let conditions = conditions.as_array_mut().expect("made a list just above");
    match conditions.iter_mut().find(|before| before["type"] == written["type"]) {
        Some(before) => {
            if before["status"] == written["status"] {
                written["lastTransitionTime"] = before["lastTransitionTime"].clone();
            }
            *before = written;
        }
        None => conditions.push(written),
    }
}

/// Takes a condition away.
pub fn remove_condition(status: &mut Value, condition_type: &str) {
    if let Some(conditions) = status.pointer_mut("/conditions").and_then(Value::as_array_mut) {
        conditions.retain(|condition| text(condition, "/type") != condition_type);
    }
}

/// A time as Kubernetes writes it, to the second.
pub fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A time with microseconds, as leases and events want it.
pub fn precise_time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()
}

/// The time at a JSON pointer.
pub fn time_at(object: &Value, pointer: &str) -> Option<Timestamp> {
    text(object, pointer).parse().ok()
}

/// Whether a pod is ready to serve.
pub fn is_pod_ready(pod: &Value) -> bool {
    is_condition_true(pod, "Ready")
}

/// Whether a pod has ended, well or badly.
pub fn is_pod_finished(pod: &Value) -> bool {
    matches!(text(pod, "/status/phase"), "Succeeded" | "Failed")
}

/// Whether a pod counts for its controller: neither ended nor on its way out.
pub fn is_pod_active(pod: &Value) -> bool {
    !is_pod_finished(pod) && !is_deleting(pod)
}

/// A number that depends on the bytes only, the same on every run and machine (FNV-1a).
pub fn hash(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The letters Kubernetes uses in generated names: no vowels, so no words.
const SAFE_LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";

/// A generated name part of `length` letters that depends on `seed` only.
pub fn safe_suffix(seed: u64, length: usize) -> String {
    let mut rest = seed;
    (0..length)
        .map(|_| {
            let letter = SAFE_LETTERS[(rest % SAFE_LETTERS.len() as u64) as usize];
            rest = (rest / SAFE_LETTERS.len() as u64) ^ rest.rotate_left(23);
            char::from(letter)
        })
        .collect()
}

/// A short name for a pod template (or another piece of a spec): equal pieces, equal names.
pub fn template_hash(template: &Value) -> String {
    safe_suffix(hash(template.to_string().as_bytes()), 10)
}

/// `1 of 3` style sentences need plural forms; this is the only one Kubernetes knows.
pub fn joined<'a>(parts: impl IntoIterator<Item = &'a str>, separator: &str) -> String {
    parts.into_iter().fold(String::new(), |mut all, part| {
        let gap = if all.is_empty() { "" } else { separator };
        write!(all, "{gap}{part}").expect("writing to a string cannot fail");
        all
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_keeps_its_transition_time_while_its_status_stays() {
        let mut status = json!({});
        let first = "2026-01-01T00:00:00Z".parse().unwrap();
        let second = "2026-01-02T00:00:00Z".parse().unwrap();

        set_condition(&mut status, "Ready", "False", "ContainersNotReady", "", first);
        set_condition(&mut status, "Ready", "False", "Other", "", second);
        assert_eq!(text(&status, "/conditions/0/lastTransitionTime"), "2026-01-01T00:00:00Z");

        set_condition(&mut status, "Ready", "True", "", "", second);
        assert_eq!(text(&status, "/conditions/0/lastTransitionTime"), "2026-01-02T00:00:00Z");
    }

    #[test]
    fn equal_templates_have_equal_hashes() {
        let template = json!({"spec": {"containers": [{"name": "web", "image": "web:1"}]}});
        let other = json!({"spec": {"containers": [{"name": "web", "image": "web:2"}]}});

        assert_eq!(template_hash(&template), template_hash(&template.clone()));
        assert_ne!(template_hash(&template), template_hash(&other));
    }
}
