//! Mappings: what values are called, in Grafana one for each value or range with a colour.

use super::thresholds::{Tone, is_good};
use super::{list, text};
use model::Level;
use monitoring_contract::{MOST_MAPPINGS, ValueMapping};
use serde_json::{Value, json};

/// The mappings of a panel, as far as they are about numbers.
pub fn read(panel: &Value, missing: &mut dyn FnMut(String)) -> Vec<ValueMapping> {
    let mut mappings = Vec::new();
    for one in list(panel, "/fieldConfig/defaults/mappings") {
        match one["type"].as_str() {
            Some("value") => mappings.extend(values(one, missing)),
            Some("range") => {
                let (from, to) = (one["options"]["from"].as_f64(), one["options"]["to"].as_f64());
                mappings.push(called(from, to, &one["options"]["result"]));
            }
            // What was written before there were words for sorts.
            None if one["type"] == 1 => {
                let value = number(&one["value"]);
                mappings.push(called(value, value, one));
            }
            None if one["type"] == 2 => mappings.push(called(number(&one["from"]), number(&one["to"]), one)),
            _ => missing("a mapping of values that is neither of a number nor of a range".into()),
        }
    }
    let all = mappings.len();
    mappings.retain(|mapping| mapping.fault().is_none());
    mappings.truncate(MOST_MAPPINGS);
    if mappings.len() < all {
        missing("some of its mappings of values".into());
    }
    mappings
}

/// Mappings of single values, which Grafana keeps by the value, with their order beside them.
fn values(one: &Value, missing: &mut dyn FnMut(String)) -> Vec<ValueMapping> {
    let Some(options) = one["options"].as_object() else { return Vec::new() };
    let mut options: Vec<(&String, &Value)> = options.iter().collect();
    options.sort_by_key(|(_, result)| result["index"].as_u64().unwrap_or_default());
    let mut mappings = Vec::new();
    for (key, result) in options {
        match key.parse::<f64>() {
            Ok(value) => {
                let mapping = called(Some(value), Some(value), result);
                let text = if mapping.text.is_empty() { key.clone() } else { mapping.text };
                mappings.push(ValueMapping { text, ..mapping });
            }
            Err(_) => missing(format!("its mapping of the text {key:?}")),
        }
    }
    mappings
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())
}

fn called(from: Option<f64>, to: Option<f64>, result: &Value) -> ValueMapping {
    let color = text(result, "/color");
    let level = match Tone::of(color) {
        Tone::Critical => Some(Level::Failed),
        Tone::Warning => Some(Level::Warning),
        Tone::Good => is_good(color).then_some(Level::Healthy),
    };
    ValueMapping { from, to, text: text(result, "/text").trim().to_owned(), level }
}

/// Mappings, in order.
pub fn write(mappings: &[ValueMapping]) -> Value {
    mappings.iter().enumerate().map(|(index, mapping)| one(index, mapping)).collect()
}

fn one(index: usize, mapping: &ValueMapping) -> Value {
    let mut result = json!({"index": index, "text": mapping.text});
    let color = match mapping.level {
        Some(Level::Failed) => Some("red"),
        Some(Level::Warning) => Some("orange"),
        Some(Level::Healthy) => Some("green"),
        _ => None,
    };
    if let Some(color) = color {
        result["color"] = color.into();
    }
    match (mapping.from, mapping.to) {
        (Some(value), Some(to)) if value == to => {
            json!({"type": "value", "options": {value.to_string(): result}})
        }
        (from, to) => json!({"type": "range", "options": {"from": from, "to": to, "result": result}}),
    }
}
