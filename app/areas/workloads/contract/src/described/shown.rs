//! How a value is shown that a schema describes.

use super::NOT_ASKED;
use serde_json::{Map, Value};

/// So many references in a row are followed.
const REFERENCES: usize = 8;
/// Objects in objects: what is deeper is written as YAML.
pub(super) const DEEPEST: usize = 5;

/// A number, or a text where it is none, such as a port or its name.
const INT_OR_STRING: &str = "x-kubernetes-int-or-string";
/// A whole object of any kind.
const EMBEDDED: &str = "x-kubernetes-embedded-resource";

/// How a value is shown.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shown<'s> {
    Line,
    Whole,
    Decimal,
    NumberOrText,
    Truth,
    Choice(Vec<&'s str>),
    Ticks(Vec<&'s str>),
    /// The schema of each.
    Lines(&'s Value),
    Numbers(&'s Value),
    Pairs,
    /// The schema of each value.
    NumberPairs(&'s Value),
    /// Its properties.
    Object(&'s Map<String, Value>),
    /// The schema of each.
    Items(&'s Value),
    /// Nothing else can show it.
    Yaml,
}

/// The schema that another refers to, or the schema itself.
pub(super) fn resolved<'s>(root: &'s Value, schema: &'s Value) -> &'s Value {
    let mut schema = schema;
    for _ in 0..REFERENCES {
        // A reference that has words or a default beside it stands alone in `allOf`.
        let only = schema["allOf"].as_array().filter(|all| all.len() == 1).map(|all| &all[0]["$ref"]);
        let name = schema["$ref"].as_str().or_else(|| only.and_then(Value::as_str));
        let Some(name) = name.and_then(|name| name.strip_prefix("#/$defs/")) else { break };
        schema = &root["$defs"][name];
    }
    schema
}

/// How a value with this schema is shown; `depth` says how many objects it is in.
pub(super) fn shown<'s>(root: &'s Value, schema: &'s Value, depth: usize) -> Shown<'s> {
    let schema = resolved(root, schema);
    if schema[EMBEDDED] == true {
        return Shown::Yaml;
    }
    if schema[INT_OR_STRING] == true {
        return Shown::NumberOrText;
    }
    match schema["type"].as_str() {
        Some("string") => words(schema).map_or(Shown::Line, Shown::Choice),
        Some("boolean") => Shown::Truth,
        Some("integer") => Shown::Whole,
        Some("number") => Shown::Decimal,
        Some("array") => list(root, resolved(root, &schema["items"]), depth),
        Some("object") | None => object(root, schema, depth),
        Some(_) => Shown::Yaml,
    }
}

fn list<'s>(root: &'s Value, items: &'s Value, depth: usize) -> Shown<'s> {
    match shown(root, items, depth + 1) {
        Shown::Choice(words) => Shown::Ticks(words),
        Shown::Line => Shown::Lines(items),
        Shown::Whole | Shown::NumberOrText => Shown::Numbers(items),
        Shown::Object(_) => Shown::Items(items),
        _ => Shown::Yaml,
    }
}

fn object<'s>(root: &'s Value, schema: &'s Value, depth: usize) -> Shown<'s> {
    if let Some(properties) = schema["properties"].as_object().filter(|properties| !properties.is_empty()) {
        return if depth < DEEPEST { Shown::Object(properties) } else { Shown::Yaml };
    }
    let Some(values) = schema.get("additionalProperties").filter(|values| values.is_object()) else {
        return Shown::Yaml;
    };
    let values = resolved(root, values);
    match shown(root, values, depth + 1) {
        Shown::Line | Shown::Choice(_) => Shown::Pairs,
        Shown::Whole | Shown::NumberOrText => Shown::NumberPairs(values),
        _ => Shown::Yaml,
    }
}

/// The words that a text must be one of, where a choice can show them: it takes `true` for a truth and nothing for none.
fn words(schema: &Value) -> Option<Vec<&str>> {
    let words = schema["enum"].as_array().filter(|words| !words.is_empty())?;
    let words: Vec<&str> = words.iter().map(Value::as_str).collect::<Option<_>>()?;
    (!words.iter().any(|word| matches!(*word, "true" | "false"))).then_some(words)
}

/// Whether anything of an object is shown besides what every object has.
pub(super) fn says_something(schema: &Value) -> bool {
    asked(resolved(schema, schema)).any(|(_, property)| is_shown(schema, property, 1))
}

/// The properties of an object that people fill in.
pub(super) fn asked(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties.filter(|(name, _)| !NOT_ASKED.contains(&name.as_str()))
}

fn is_shown(root: &Value, schema: &Value, depth: usize) -> bool {
    match shown(root, schema, depth) {
        Shown::Yaml => false,
        Shown::Object(properties) => properties.values().any(|schema| is_shown(root, schema, depth + 1)),
        _ => true,
    }
}
