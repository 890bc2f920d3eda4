//! How values are written in the controls of a form, and read back from what is typed into them.

use crate::CORE_GROUP;
use crate::field::Control;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A number where the text is one.
pub fn to_number_or_text(text: &str) -> Value {
    text.trim().parse::<i64>().map_or_else(|_| Value::from(text.trim()), Value::from)
}

/// The text as it is.
pub fn to_text(text: &str) -> Value {
    Value::from(text)
}

/// A number, whole or not, where the text is one.
pub fn to_decimal(text: &str) -> Value {
    let text = text.trim();
    let whole = text.parse::<i64>().ok().map(Value::from);
    let decimal = || text.parse::<f64>().ok().filter(|number| number.is_finite()).map(Value::from);
    whole.or_else(decimal).unwrap_or_else(|| Value::from(text))
}

/// An API group, of which the core one has an empty name.
pub fn to_group(text: &str) -> Value {
    Value::from(if text.trim() == CORE_GROUP { "" } else { text })
}

/// What stands in a text field for a value.
pub fn text_of_value(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// A list as lines, an empty text among them as `empty`.
pub fn lines_of(value: Option<&Value>, empty: &str) -> String {
    let items = value.and_then(Value::as_array).into_iter().flatten().map(|item| text_of_value(Some(item)));
    let lines = items.map(|line| if line.is_empty() { empty.to_owned() } else { line });
    lines.collect::<Vec<_>>().join("\n")
}

/// The list that lines stand for; `None` for none.
pub fn read_lines(text: &str, read: fn(&str) -> Value) -> Option<Value> {
    let items: Vec<Value> = text.trim_end_matches('\n').split('\n').map(read).collect();
    (!text.trim().is_empty()).then_some(Value::Array(items))
}

/// What a word of a choice stands for.
pub fn read_choice(word: &str) -> Option<Value> {
    match word {
        "" => None,
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        word => Some(Value::from(word)),
    }
}

/// Keys and values as rows, without the keys that have fields of their `own`.
pub fn rows_of(value: Option<&Value>, own: &[&str]) -> Vec<(String, String)> {
    let pairs = value.and_then(Value::as_object).into_iter().flatten();
    let pairs = pairs.filter(|(key, _)| !own.contains(&key.as_str()));
    pairs.map(|(key, value)| (key.clone(), text_of_value(Some(value)))).collect()
}

/// The map that rows stand for, with what has fields of its own. Where nothing was typed the value is what it was, text or
/// number.
pub fn read_rows(
    rows: &[(String, String)],
    before: Option<&Value>,
    typed: fn(&str) -> Value,
    own: &[&str],
) -> Map<String, Value> {
    let value = |(key, text): (String, String)| {
        let same =
            before.and_then(|before| before.get(&key)).filter(|same| text_of_value(Some(same)) == text);
        let value = same.cloned().unwrap_or_else(|| typed(&text));
        (key, value)
    };
    let kept = before.and_then(Value::as_object).into_iter().flatten();
    let kept = kept.filter(|(key, _)| own.contains(&key.as_str()));
    let kept = kept.map(|(key, value)| (key.clone(), value.clone()));
    kept.chain(sorted_rows(rows, own).into_iter().map(value)).collect()
}

/// The rows that are pairs, as a map keeps them.
pub fn sorted_rows(rows: &[(String, String)], own: &[&str]) -> Vec<(String, String)> {
    let is_pair = |key: &str| !key.is_empty() && !own.contains(&key);
    let map: BTreeMap<&String, &String> =
        rows.iter().filter(|(key, _)| is_pair(key)).map(|(key, value)| (key, value)).collect();
    map.into_iter().map(|(key, value)| (key.clone(), value.clone())).collect()
}

impl Control {
    /// How what is typed into a line becomes a value, for controls that are a line.
    pub(crate) fn reads_line(&self) -> Option<fn(&str) -> Value> {
        match self {
            Self::Line
            | Self::Area
            | Self::Schedule
            | Self::TimeZone
            | Self::Image
            | Self::Names(_)
            | Self::Named { .. }
            | Self::NodeLabel
            | Self::ScaledName => Some(to_text),
            Self::Number | Self::NumberOrText => Some(to_number_or_text),
            Self::Decimal => Some(to_decimal),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_number_is_one_as_soon_as_it_reads_as_one() {
        assert_eq!(to_number_or_text(" 80 "), json!(80));
        assert_eq!(to_number_or_text("25%"), json!("25%"));
    }

    #[test]
    fn a_decimal_is_a_number_as_soon_as_it_reads_as_one() {
        assert_eq!(to_decimal(" 80 "), json!(80));
        assert_eq!(to_decimal("0.25"), json!(0.25));
        assert_eq!(to_decimal("1."), json!(1.0));
        assert_eq!(to_decimal("-"), json!("-"));
        assert_eq!(to_decimal("NaN"), json!("NaN"));
    }

    #[test]
    fn a_list_survives_being_lines() {
        let groups = json!(["", "apps"]);

        assert_eq!(lines_of(Some(&groups), CORE_GROUP), "\"\"\napps");
        assert_eq!(read_lines("\"\"\napps\n", to_group), Some(groups));
        assert_eq!(read_lines(" \n", to_text), None);
    }

    #[test]
    fn rows_without_a_key_are_not_pairs_yet() {
        let rows = [("b", "2"), ("", "x"), ("a", "1"), ("b", "3")]
            .map(|(key, value)| (key.to_owned(), value.to_owned()));

        assert_eq!(
            sorted_rows(&rows, &[]),
            [("a", "1"), ("b", "3")].map(|(key, value)| (key.to_owned(), value.to_owned()))
        );
        assert_eq!(rows_of(Some(&json!({"a": "1", "n": 2})), &[]).len(), 2);
    }

    #[test]
    fn what_was_not_typed_into_stays_what_it_was() {
        let before = json!({"count": 2, "text": "2", "cpu": "1"});
        let rows = [("count", "2"), ("text", "2"), ("cpu", "3"), ("new", "4")]
            .map(|(key, value)| (key.to_owned(), value.to_owned()));

        let of = |typed| Value::Object(read_rows(&rows, Some(&before), typed, &[]));

        assert_eq!(of(to_number_or_text), json!({"count": 2, "text": "2", "cpu": 3, "new": 4}));
        assert_eq!(of(to_text), json!({"count": 2, "text": "2", "cpu": "3", "new": "4"}));
    }

    #[test]
    fn what_has_a_field_of_its_own_is_kept_and_not_shown() {
        let before = json!({"cpu": 1, "nvidia.com/gpu": "1"});
        let rows =
            [("nvidia.com/gpu", "2"), ("cpu", "9")].map(|(key, value)| (key.to_owned(), value.to_owned()));

        assert_eq!(rows_of(Some(&before), &["cpu"]), [("nvidia.com/gpu".to_owned(), "1".to_owned())]);
        assert_eq!(sorted_rows(&rows, &["cpu"]).len(), 1);
        let written = read_rows(&rows, Some(&before), to_text, &["cpu"]);
        assert_eq!(Value::Object(written), json!({"cpu": 1, "nvidia.com/gpu": "2"}));
    }
}
