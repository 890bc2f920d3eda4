//! The metadata that the server writes itself.

use jiff::{SignedDuration, Timestamp};
use rand::Rng;
use serde_json::{Value, json};

use crate::registry::Kind;

/// The present, as objects write it.
pub(crate) fn now() -> String {
    written(Timestamp::now())
}

pub(super) fn written(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The present by a clock that is so far ahead.
pub(crate) fn skewed(seconds: i64) -> Timestamp {
    Timestamp::now().saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}

/// Fills in uid, creation time and generation where they are missing.
pub(crate) fn complete_metadata(kind: &Kind, object: &mut Value) {
    if !object["metadata"].is_object() {
        object["metadata"] = json!({});
    }
    let metadata = object["metadata"].as_object_mut().expect("made an object above");
    metadata.remove("resourceVersion");
    metadata.remove("selfLink");
    metadata.entry("uid").or_insert_with(|| json!(uuid::Uuid::new_v4().to_string()));
    metadata.entry("creationTimestamp").or_insert_with(|| json!(now()));
    if !metadata.contains_key("name")
        && let Some(prefix) = metadata.get("generateName").and_then(Value::as_str)
    {
        let name = format!("{}{}", &prefix[..prefix.len().min(58)], random_suffix());
        metadata.insert("name".to_owned(), json!(name));
    }
    if kind.generation || kind.custom {
        metadata.entry("generation").or_insert(json!(1));
    }
}

/// Five letters that make no words.
fn random_suffix() -> String {
    const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let mut random = rand::rng();
    (0..5).map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())])).collect()
}

pub(super) fn reset_metadata(object: &mut Value) {
    if !object["metadata"].is_object() {
        object["metadata"] = json!({});
    }
    let metadata = object["metadata"].as_object_mut().expect("made an object above");
    for key in [
        "uid",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "generation",
        "selfLink",
    ] {
        metadata.remove(key);
    }
}
