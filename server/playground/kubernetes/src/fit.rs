//! Whether what is applied fits the schema of its kind, in the words of the real server's applier. Unlike what is created,
//! it is refused whatever `fieldValidation` says, and with 500: to the applier, a schema that it cannot read an object by is
//! a failure of its own.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::Status;
use crate::fields::{element_name, show};
use crate::openapi::{resolve, schema_of_stored};
use crate::rest::render::Served;
use crate::structure::{ListShape, Place};

/// What has any content.
const FREE: [&str; 2] = ["x-kubernetes-int-or-string", "x-kubernetes-preserve-unknown-fields"];
/// What every object has, whether its schema names it or not.
const OF_OBJECTS: [&str; 3] = ["apiVersion", "kind", "metadata"];

/// Refuses what does not fit.
pub(crate) fn check(served: &Served, name: &str, object: &Value) -> Result<(), Status> {
    let Some(schema) = schema_of_stored(served) else { return Ok(()) };
    let mut misfits = Misfits::default();
    misfits.look(schema, object, Place::root(&served.kind), true);
    let said = match &misfits.found[..] {
        [] => return Ok(()),
        [one] => one.clone(),
        many => format!("errors:\n  {}", many.join("\n  ")),
    };
    let namespace = object["metadata"]["namespace"].as_str().unwrap_or_default();
    let group = if served.api_version.contains('/') { "" } else { "/" };
    let (version, kind) = (&served.api_version, &served.kind.kind);
    Err(Status::new(
        500,
        "",
        format!(
            "failed to create typed patch object ({namespace}/{name}; {group}{version}, Kind={kind}): {said}"
        ),
    ))
}

/// What was found so far, and where the look is.
#[derive(Default)]
struct Misfits {
    found: Vec<String>,
    path: Vec<String>,
}

impl Misfits {
    fn say(&mut self, words: &str) {
        self.found.push(format!("{}: {words}", show(&self.path)));
    }

    fn below(&mut self, name: String, look: impl FnOnce(&mut Self)) {
        self.path.push(name);
        look(self);
        self.path.pop();
    }

    fn look(&mut self, schema: &Value, value: &Value, place: Place<'_>, is_object: bool) {
        let schema = resolve(schema);
        if value.is_null() || FREE.into_iter().any(|mark| schema[mark] == true) {
            return;
        }
        if let Some(words) = schema["type"].as_str().and_then(|wanted| mismatch(wanted, value)) {
            return self.say(&words);
        }
        match value {
            Value::Object(fields) => {
                let is_object = is_object || schema["x-kubernetes-embedded-resource"] == true;
                self.fields(schema, fields, place, is_object);
            }
            Value::Array(list) => self.items(&schema["items"], list, place),
            _ => {}
        }
    }

    /// The applier reads no further in a map in which it met a field that nobody declared.
    fn fields(&mut self, schema: &Value, fields: &Map<String, Value>, place: Place<'_>, is_object: bool) {
        let properties = schema["properties"].as_object();
        let others = &schema["additionalProperties"];
        if properties.is_none() && !others.is_object() {
            return;
        }
        for (name, value) in fields {
            let property = properties.and_then(|properties| properties.get(name));
            let property = property.or_else(|| others.is_object().then_some(others));
            match property {
                Some(property) => self.below(format!("f:{name}"), |misfits| {
                    misfits.look(property, value, place.field(name), false);
                }),
                None if is_object && OF_OBJECTS.contains(&name.as_str()) => {}
                None => {
                    return self.below(format!("f:{name}"), |misfits| {
                        misfits.say("field not declared in schema");
                    });
                }
            }
        }
    }

    fn items(&mut self, schema: &Value, list: &[Value], place: Place<'_>) {
        let shape = place.list();
        let mut known = HashSet::new();
        for (index, value) in list.iter().enumerate() {
            let name = match shape {
                ListShape::Map(_) => element_name(&shape, value),
                _ => format!("i:{index}"),
            };
            if !known.insert(name.clone()) {
                let key = show(&[name]);
                self.say(&format!("duplicate entries for key {key}"));
                continue;
            }
            self.below(name, |misfits| misfits.look(schema, value, place.item(), false));
        }
    }
}

/// Each sort of value is missed in words of its own, some with what Go prints of what is there.
fn mismatch(wanted: &str, value: &Value) -> Option<String> {
    let fits = match wanted {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" | "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    };
    let printed = printed(value);
    let words = match wanted {
        "string" => format!("expected string, got &value.valueUnstructured{{Value:{printed}}}"),
        "boolean" => format!("expected boolean, got &{{{printed}}}"),
        "array" => format!("expected list, got &{{{printed}}}"),
        "object" => format!("expected map, got &{{{printed}}}"),
        _ => format!("expected numeric (int or float), got {}", go_type(value)),
    };
    (!fits).then_some(words)
}

fn go_type(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "bool",
        Value::String(_) => "string",
        Value::Array(_) => "[]interface {}",
        _ => "map[string]interface {}",
    }
}

/// As Go's `%v` prints it.
fn printed(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => format!("[{}]", list.iter().map(printed).collect::<Vec<_>>().join(" ")),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| format!("{name}:{}", printed(value)));
            format!("map[{}]", fields.collect::<Vec<_>>().join(" "))
        }
        other => other.to_string(),
    }
}
