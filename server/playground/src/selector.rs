//! Label selectors.

use serde_json::Value;

use crate::objects::{array, text, texts};

/// Whether a `LabelSelector` (`matchLabels` and `matchExpressions`) selects the object. An empty one selects everything.
pub fn selects(selector: &Value, object: &Value) -> bool {
    selects_labels(selector, object.pointer("/metadata/labels").unwrap_or(&Value::Null))
}

/// Whether a `LabelSelector` selects these labels.
pub fn selects_labels(selector: &Value, labels: &Value) -> bool {
    texts(selector, "/matchLabels").all(|(key, value)| labels.get(key).and_then(Value::as_str) == Some(value))
        && array(selector, "/matchExpressions").iter().all(|requirement| holds(requirement, labels))
}

/// Whether one requirement (key, operator, values) holds for these labels.
pub fn holds(requirement: &Value, labels: &Value) -> bool {
    let value = labels.get(text(requirement, "/key")).and_then(Value::as_str);
    let listed = || value.is_some_and(|value| array(requirement, "/values").iter().any(|one| one == value));
    let compared = |wanted: fn(&i64, &i64) -> bool| {
        let bound =
            array(requirement, "/values").first().and_then(Value::as_str).and_then(|text| text.parse().ok());
        let value = value.and_then(|text| text.parse().ok());
        value.zip(bound).is_some_and(|(value, bound)| wanted(&value, &bound))
    };
    match text(requirement, "/operator") {
        "In" => listed(),
        "NotIn" => !listed(),
        "Exists" => value.is_some(),
        "DoesNotExist" => value.is_none(),
        "Gt" => compared(i64::gt),
        "Lt" => compared(i64::lt),
        _ => false,
    }
}

/// Whether a plain map of labels (a service's selector) selects the object. An empty one selects nothing.
pub fn map_selects(selector: &Value, object: &Value) -> bool {
    let mut wanted = texts(selector, "").peekable();
    wanted.peek().is_some() && wanted.all(|(key, value)| crate::objects::label(object, key) == value)
}
