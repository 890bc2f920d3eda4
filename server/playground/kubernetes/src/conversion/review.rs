//! `ConversionReview`: what a webhook is asked, and which of its answers count.

use serde_json::{Map, Value, json};

use super::{Form, described};
use crate::status::Cause;
use crate::validation;

impl Form {
    fn api_version(self) -> &'static str {
        match self {
            Self::V1 => "apiextensions.k8s.io/v1",
            Self::V1Beta1 => "apiextensions.k8s.io/v1beta1",
        }
    }
}

/// The question.
pub(super) fn request(form: Form, uid: &str, api_version: &str, objects: &[Value]) -> Value {
    json!({
        "kind": "ConversionReview", "apiVersion": form.api_version(),
        "request": {"uid": uid, "desiredAPIVersion": api_version, "objects": objects},
    })
}

/// The objects in an answer, or why it is none.
pub(super) fn converted(form: Form, uid: &str, answer: &Value) -> Result<Vec<Value>, String> {
    // The older form never looked at these.
    if form == Form::V1 {
        let expected = json!({"apiVersion": form.api_version(), "kind": "ConversionReview"});
        if answer["apiVersion"] == Form::V1Beta1.api_version() && answer["kind"] == "ConversionReview" {
            return Err("converting (v1beta1.ConversionReview) to (v1.ConversionReview): unknown conversion"
                .to_owned());
        }
        if described(answer) != described(&expected) {
            return Err(format!(
                "expected webhook response of {}, got {}",
                described(&expected),
                described(answer)
            ));
        }
    }
    let response = &answer["response"];
    if response.is_null() {
        return Err("no response provided".to_owned());
    }
    let said = response["uid"].as_str().unwrap_or_default();
    if form == Form::V1 && said != uid {
        return Err(format!("expected response.uid=\"{uid}\", got \"{said}\""));
    }
    let status = response["result"]["status"].as_str().unwrap_or_default();
    if status != "Success" {
        let message = response["result"]["message"].as_str().filter(|message| !message.is_empty());
        let plain = || format!("response.result.status was '{status}', not 'Success'");
        return Err(message.map_or_else(plain, str::to_owned));
    }
    Ok(response["convertedObjects"].as_array().cloned().unwrap_or_default())
}

/// Takes over what a webhook made of an object, or says why not. Of the metadata a webhook writes labels and annotations;
/// the rest stays as it was.
pub(super) fn accept(original: &Value, mut converted: Value, api_version: &str) -> Result<Value, String> {
    let place = "returned invalid object at index 0";
    let received = converted["apiVersion"].as_str().unwrap_or_default();
    if received != api_version {
        return Err(format!("{place}: invalid groupVersion (expected {api_version}, received {received})"));
    }
    let text = |object: &Value, pointer: &str| {
        object.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let (before, after) = (text(original, "/kind"), text(&converted, "/kind"));
    if before != after {
        return Err(format!("{place}: invalid kind (expected {before}, received {after})"));
    }
    for (what, pointer) in
        [("name", "/metadata/name"), ("namespace", "/metadata/namespace"), ("UID", "/metadata/uid")]
    {
        let (before, after) = (text(original, pointer), text(&converted, pointer));
        if before != after {
            return Err(format!("returned invalid object: must have the same {what}: {before} != {after}"));
        }
    }
    let metadata = metadata(&original["metadata"], converted.get("metadata"))
        .map_err(|why| format!("returned invalid metadata: {why}"))?;
    converted["metadata"] = metadata;
    Ok(converted)
}

/// The metadata of before, with the labels and annotations of the answer.
fn metadata(original: &Value, answer: Option<&Value>) -> Result<Value, String> {
    let Some(answer) = answer else { return Err("missing metadata in converted object".to_owned()) };
    let mut metadata = original.as_object().cloned().unwrap_or_default();
    for field in ["labels", "annotations"] {
        match answer.get(field) {
            None | Some(Value::Null) => {
                metadata.remove(field);
            }
            Some(Value::Object(pairs)) => {
                if metadata.get(field).and_then(Value::as_object) != Some(pairs) {
                    check(field, pairs)?;
                }
                metadata.insert(field.to_owned(), Value::Object(pairs.clone()));
            }
            Some(other) => {
                let kind = go_type(other);
                return Err(format!("invalid metadata.{field} of type {kind} in converted object"));
            }
        }
    }
    Ok(Value::Object(metadata))
}

fn check(field: &str, pairs: &Map<String, Value>) -> Result<(), String> {
    if let Some((key, value)) = pairs.iter().find(|(_, value)| !value.is_string()) {
        return Err(format!(
            "metadata.{field}[{key}] must be a string, but is {} in converted object",
            go_type(value)
        ));
    }
    let mut causes = Vec::new();
    let key_values = Value::Object(pairs.clone());
    validation::marks(&json!({field: key_values}), &mut causes);
    let sentences: Vec<String> = causes.iter().map(Cause::sentence).collect();
    match sentences.as_slice() {
        [] => Ok(()),
        [one] => Err(one.clone()),
        several => Err(format!("[{}]", several.join(", "))),
    }
}

/// What the real server's language calls the type of a value.
fn go_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "<nil>",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float64",
        Value::Number(_) => "int64",
        Value::String(_) => "string",
        Value::Array(_) => "[]interface {}",
        Value::Object(_) => "map[string]interface {}",
    }
}
