//! Whether two answers say the same.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::ask::Answer;

/// How far two numbers may be apart, as a part of the larger.
const TOLERANCE: f64 = 1e-9;

/// What is different; nothing if the answers say the same.
pub fn differences(expression: &str, answer: &Answer, wanted: &Answer) -> Vec<String> {
    let mut found = Vec::new();
    let mut tell = |what: String| found.push(format!("{expression}: {what}"));
    if answer.code != wanted.code {
        tell(format!("{} {} instead of {} {}", answer.code, answer.body, wanted.code, wanted.body));
        return found;
    }
    if wanted.code != 200 {
        let (kind, message) = (&answer.body["errorType"], &answer.body["error"]);
        // Where a text is no expression, the reasons are the parser's own.
        let is_own = message.as_str().is_some_and(|message| message.contains("parse error"));
        if *kind != wanted.body["errorType"] || (!is_own && !is_same_message(message, &wanted.body["error"]))
        {
            tell(format!("{kind} {message} instead of {}", wanted.body));
        }
        return found;
    }
    let (data, wanted) = (&answer.body["data"], &wanted.body["data"]);
    if data["resultType"] != wanted["resultType"] {
        tell(format!("{} instead of {}", data["resultType"], wanted["resultType"]));
        return found;
    }
    if !matches!(data["resultType"].as_str(), Some("vector" | "matrix")) {
        if !is_same_point(&data["result"], &wanted["result"]) {
            tell(format!("{} instead of {}", data["result"], wanted["result"]));
        }
        return found;
    }
    let (rows, wanted_rows) = (rows(&data["result"]), rows(&wanted["result"]));
    for (metric, points) in &wanted_rows {
        match rows.get(metric) {
            None => tell(format!("{metric} is missing")),
            Some(actual) => {
                if let Some(difference) = of_points(actual, points) {
                    tell(format!("{metric}: {difference}"));
                }
            }
        }
    }
    for metric in rows.keys().filter(|metric| !wanted_rows.contains_key(*metric)) {
        tell(format!("{metric} should not be there"));
    }
    if is_ordered(expression) && order(&data["result"]) != order(&wanted["result"]) {
        tell(format!("the order is {:?} instead of {:?}", order(&data["result"]), order(&wanted["result"])));
    }
    found
}

/// The order of a vector says something only where somebody asked for one.
fn is_ordered(expression: &str) -> bool {
    expression.starts_with("sort(temp") || expression.starts_with("sort_desc(temp")
}

fn order(result: &Value) -> Vec<String> {
    result.as_array().into_iter().flatten().map(|row| row["metric"].to_string()).collect()
}

/// Which of two series is named first is up to the order in which they are met.
fn is_same_message(message: &Value, wanted: &Value) -> bool {
    let upto = |message: &Value| {
        let text = message.as_str().unwrap_or_default().to_owned();
        text.split("for the match group").next().unwrap_or_default().to_owned()
    };
    upto(message) == upto(wanted)
}

fn rows(result: &Value) -> BTreeMap<String, Vec<Value>> {
    let rows = result.as_array().into_iter().flatten();
    rows.map(|row| {
        let points = match &row["values"] {
            Value::Array(points) => points.clone(),
            _ => vec![row["value"].clone()],
        };
        let labels: BTreeMap<String, Value> =
            row["metric"].as_object().unwrap().clone().into_iter().collect();
        (serde_json::to_string(&labels).unwrap(), points)
    })
    .collect()
}

fn of_points(actual: &[Value], wanted: &[Value]) -> Option<String> {
    if actual.len() != wanted.len() {
        return Some(format!("{} points instead of {}", actual.len(), wanted.len()));
    }
    let pair = actual.iter().zip(wanted).find(|(actual, wanted)| !is_same_point(actual, wanted));
    pair.map(|(actual, wanted)| format!("{actual} instead of {wanted}"))
}

fn is_same_point(actual: &Value, wanted: &Value) -> bool {
    let time = |point: &Value| point[0].as_f64();
    let (value, wanted_value) = (text(actual), text(wanted));
    time(actual) == time(wanted)
        && (value == wanted_value || is_close(value.parse().ok(), wanted_value.parse().ok()))
}

fn text(point: &Value) -> &str {
    point[1].as_str().unwrap_or_default()
}

fn is_close(actual: Option<f64>, wanted: Option<f64>) -> bool {
    let (Some(actual), Some(wanted)) = (actual, wanted) else { return false };
    (actual - wanted).abs() <= TOLERANCE * actual.abs().max(wanted.abs()).max(1e-9)
}
