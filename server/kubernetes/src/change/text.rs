//! Objects as YAML text for people: without what the server writes itself, in an order that reads well, secret values
//! hidden.

use kinds::Object;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// What stands for a value that is not shown.
pub(crate) const HIDDEN: &str = "••••••••";
/// In a difference: the value before and after, where it differs.
const HIDDEN_BEFORE: &str = "•••••••• (before)";
const HIDDEN_AFTER: &str = "•••••••• (after)";

/// Where `kubectl apply` keeps a whole copy of the object, secret values included.
pub(crate) const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Metadata that only the server writes.
const SERVER_METADATA: &[&str] = &[
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "selfLink",
    "uid",
];

/// The keys with which an object begins, in this order; the others follow in their own.
const FIRST_KEYS: &[&str] =
    &["apiVersion", "kind", "metadata", "type", "immutable", "spec", "data", "stringData", "binaryData"];

/// Whether this is a Secret, whose values are hidden.
pub(crate) fn is_secret(object: &Object<'_>) -> bool {
    object.text_at("/kind") == "Secret" && object.text_at("/apiVersion") == "v1"
}

/// The object as a person edits it: no status, nothing that only the server writes, and of a Secret no copy of its
/// values in annotations.
pub(crate) fn editable(object: Object<'_>) -> Object<'_> {
    let secret = is_secret(&object);
    let Object::Map(mut pairs) = object else { return object };
    pairs.retain(|(key, _)| key != "status");
    for (key, value) in &mut pairs {
        if key == "metadata"
            && let Object::Map(metadata) = value
        {
            metadata.retain(|(key, _)| !SERVER_METADATA.contains(&&**key));
            if secret {
                drop_last_applied(metadata);
            }
        }
    }
    let place = |key: &str| FIRST_KEYS.iter().position(|first| *first == key).unwrap_or(FIRST_KEYS.len());
    pairs.sort_by_key(|(key, _)| place(key));
    Object::Map(pairs)
}

/// Takes out of an object what only the server writes: its status, and metadata such as its uid.
pub(crate) fn drop_server_fields(object: &mut Value) {
    if let Some(fields) = object.as_object_mut() {
        fields.remove("status");
    }
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.retain(|key, _| !SERVER_METADATA.contains(&key.as_str()));
    }
}

fn drop_last_applied(metadata: &mut Vec<(Cow<'_, str>, Object<'_>)>) {
    for (key, value) in metadata.iter_mut() {
        if key == "annotations"
            && let Object::Map(annotations) = value
        {
            annotations.retain(|(key, _)| key != LAST_APPLIED);
        }
    }
    metadata.retain(|(key, value)| key != "annotations" || !value.entries().is_empty());
}

/// The values of a Secret, by where they stand.
fn values<'o, 'a>(object: &'o mut Object<'a>) -> impl Iterator<Item = (String, &'o mut Object<'a>)> {
    let pairs = match object {
        Object::Map(pairs) => pairs.as_mut_slice(),
        _ => &mut [],
    };
    pairs.iter_mut().filter(|(key, _)| key == "data" || key == "stringData").flat_map(|(part, value)| {
        let entries = match value {
            Object::Map(entries) => entries.as_mut_slice(),
            _ => &mut [],
        };
        let part = part.to_string();
        entries.iter_mut().map(move |(key, value)| (format!("{part}.{key}"), value))
    })
}

/// Hides the values of a Secret.
pub(crate) fn hide(object: &mut Object<'_>) {
    values(object).for_each(|(_, value)| *value = Object::Text(HIDDEN.into()));
}

/// Hides the values of two states of a Secret such that it can be seen which differ.
pub(crate) fn hide_both(before: &mut Object<'_>, after: &mut Object<'_>) {
    let mut known: Vec<(String, &mut Object<'_>)> = values(before).collect();
    for (place, value) in values(after) {
        let other = known.iter_mut().find(|(other, _)| *other == place);
        let text = match other {
            Some((_, other)) if **other != *value => {
                **other = Object::Text(HIDDEN_BEFORE.into());
                HIDDEN_AFTER
            }
            _ => HIDDEN,
        };
        *value = Object::Text(text.into());
    }
    for (_, value) in known {
        if value.text() != Some(HIDDEN_BEFORE) {
            *value = Object::Text(HIDDEN.into());
        }
    }
}

/// Where in a Secret a hidden value stands in place of a real one, such as `data.password`.
pub(crate) fn hidden_values(object: &Value) -> Vec<String> {
    ["data", "stringData"]
        .into_iter()
        .flat_map(|part| {
            let values = object[part].as_object().into_iter().flatten();
            values
                .filter(|(_, value)| value.as_str().is_some_and(|text| text.contains(HIDDEN)))
                .map(move |(key, _)| format!("{part}.{key}"))
        })
        .collect()
}

/// Writes what a Secret is given as text where it is kept, as the API server does it: the owners of values are told apart
/// only there.
pub(crate) fn keep_texts(secret: &mut Value) {
    let Some(object) = secret.as_object_mut() else { return };
    let is_map = |part: Option<&Value>| part.is_none_or(Value::is_object);
    if !is_map(object.get("data")) || !object.get("stringData").is_some_and(Value::is_object) {
        // The API server says what is wrong with it.
        return;
    }
    let Some(Value::Object(texts)) = object.remove("stringData") else { return };
    let data = object.entry("data").or_insert_with(|| Value::Object(Default::default()));
    for (key, value) in texts {
        data[key] = match value {
            Value::String(text) => model::base64::encode(text.as_bytes()).into(),
            other => other,
        };
    }
}

/// Writes YAML as people write it: long lines stay whole, several lines become a block.
pub(crate) fn to_yaml(object: &Object<'_>) -> String {
    let options = serde_saphyr::ser_options! { min_fold_chars: usize::MAX, folded_wrap_chars: usize::MAX };
    serde_saphyr::to_string_with_options(object, options).expect("a JSON tree is always valid YAML")
}

/// Tells apart two states of what can be edited. Changes of the status alone do not change it.
pub(crate) fn fingerprint(editable: &Object<'_>) -> String {
    let mut json = Vec::new();
    editable.to_json(&mut json);
    Sha256::digest(&json).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use serde_json::json;

    const SECRET: &[u8] = br#"{"kind":"Secret","apiVersion":"v1","metadata":{"name":"db","namespace":"shop",
        "uid":"u","resourceVersion":"7","creationTimestamp":"2026-01-01T00:00:00Z","managedFields":[{"manager":"m"}],
        "annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"data\":{\"password\":\"c2VjcmV0\"}}"}},
        "data":{"password":"c2VjcmV0","user":"YWRtaW4="},"type":"Opaque","status":{"x":1}}"#;

    #[test]
    fn a_manifest_holds_what_can_be_edited_in_a_known_order() {
        let object = editable(Object::parse(SECRET).unwrap());

        assert_eq!(
            to_yaml(&object),
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n  namespace: shop\ntype: Opaque\ndata:\n  password: c2VjcmV0\n  user: YWRtaW4=\n"
        );
    }

    #[test]
    fn no_hidden_value_is_in_the_text() {
        let mut object = editable(Object::parse(SECRET).unwrap());
        hide(&mut object);
        let text = to_yaml(&object);

        assert!(!text.contains("c2VjcmV0") && text.contains("password"), "{text}");
    }

    #[test]
    fn a_changed_secret_value_is_seen_to_differ_and_not_readable() {
        let after = String::from_utf8(SECRET.to_vec())
            .unwrap()
            .replace(r#""password":"c2VjcmV0""#, r#""password":"bmV3""#);
        let mut before = editable(Object::parse(SECRET).unwrap());
        let mut after = editable(Object::parse(after.as_bytes()).unwrap());
        hide_both(&mut before, &mut after);

        assert_eq!(before.text_at("/data/user"), after.text_at("/data/user"));
        assert_ne!(before.text_at("/data/password"), after.text_at("/data/password"));
        for text in [to_yaml(&before), to_yaml(&after)] {
            assert!(
                !text.contains("c2VjcmV0") && !text.contains("bmV3") && !text.contains("YWRtaW4"),
                "{text}"
            );
        }
    }

    #[test]
    fn what_a_secret_is_given_as_text_is_kept_as_it_will_be() {
        let kept = |mut secret: Value| {
            keep_texts(&mut secret);
            secret
        };
        let secret =
            json!({"kind": "Secret", "data": {"a": "eA==", "b": "eQ=="}, "stringData": {"b": "z", "c": ""}});

        assert_eq!(kept(secret), json!({"kind": "Secret", "data": {"a": "eA==", "b": "eg==", "c": ""}}));
        assert_eq!(kept(json!({"stringData": {"a": "x"}})), json!({"data": {"a": "eA=="}}));
        for wrong in [json!({"stringData": 1}), json!({"data": [], "stringData": {}}), json!({"data": {}})] {
            assert_eq!(kept(wrong.clone()), wrong, "left for the API server to refuse");
        }
    }

    #[test]
    fn a_change_of_the_status_alone_keeps_the_fingerprint() {
        let other = String::from_utf8(SECRET.to_vec())
            .unwrap()
            .replace(r#"{"x":1}"#, r#"{"x":2}"#)
            .replace("\"7\"", "\"8\"");
        let of = |bytes: &[u8]| fingerprint(&editable(Object::parse(bytes).unwrap()));

        assert_eq!(of(SECRET), of(other.as_bytes()));
        assert_ne!(of(SECRET), of(other.replace("YWRtaW4=", "eA==").as_bytes()));
    }
}
