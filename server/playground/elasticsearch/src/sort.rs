//! In which order documents come.

use std::cmp::Ordering;

use serde_json::{Value, json};

use crate::answer::Refusal;
use crate::archive::Family;
use crate::document::Look;

/// One order after another: the first that differs decides.
#[derive(Clone, Debug)]
pub(crate) struct Sort(Vec<By>);

#[derive(Clone, Debug)]
struct By {
    field: String,
    is_descending: bool,
}

/// By what a document is put in order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    Number(i64),
    Text(String),
    Missing,
}

/// What stands for the place of a document in its index.
const PLACE: [&str; 2] = ["_shard_doc", "_doc"];
/// The number that a document had when it was written.
pub(crate) const NUMBER: &str = "_seq_no";

impl Sort {
    /// Reads an order. A point in time adds the documents' places, so that no two are alike.
    pub(crate) fn read(value: &Value, is_of_point: bool) -> Result<Self, Refusal> {
        let all = match value {
            Value::Null => Vec::new(),
            Value::Array(all) => all.iter().collect(),
            one => vec![one],
        };
        let mut sort = Vec::new();
        for one in all {
            sort.extend(match one {
                Value::String(field) => vec![By { field: field.clone(), is_descending: false }],
                Value::Object(fields) => {
                    let by = |(field, how): (&String, &Value)| {
                        let order = how.as_str().or(how["order"].as_str()).unwrap_or("asc");
                        By { field: field.clone(), is_descending: order == "desc" }
                    };
                    fields.iter().map(by).collect()
                }
                _ => return Err(Refusal::argument("malformed sort format")),
            });
        }
        let has_place = sort.iter().any(|by| PLACE.contains(&by.field.as_str()));
        if is_of_point && !has_place {
            sort.push(By { field: PLACE[0].to_owned(), is_descending: false });
        }
        Ok(Self(sort))
    }

    /// Whether there is no order.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Refuses what a family cannot be ordered by.
    pub(crate) fn check(&self, family: &Family) -> Result<(), Refusal> {
        let is_known = |by: &By| {
            let own = PLACE.contains(&by.field.as_str()) || by.field == "_id" || by.field == NUMBER;
            own || family.whole(&by.field).is_some()
        };
        match self.0.iter().find(|by| !is_known(by)) {
            Some(By { field, .. }) => Err(Refusal {
                status: 400,
                kind: "query_shard_exception",
                reason: format!("No mapping found for [{field}] in order to sort on"),
            }),
            None => Ok(()),
        }
    }

    /// Whether it is first of all by a family's time, and whether the newest come first then.
    pub(crate) fn by_time(&self, family: &Family) -> Option<bool> {
        self.0.first().filter(|by| by.field == family.time).map(|by| by.is_descending)
    }

    /// By what a document is put in order.
    pub(crate) fn keys(&self, look: &Look<'_>) -> Vec<Key> {
        let key = |by: &By| match by.field.as_str() {
            "_id" => Key::Text(look.document.id.clone()),
            field if PLACE.contains(&field) || field == NUMBER => Key::Number(place(&look.document.id)),
            field if field == look.family.time => Key::Number(look.document.at),
            field => {
                let path = look.family.whole(field).unwrap_or(field);
                match look.values(path).first() {
                    Some(Value::Number(number)) => number.as_i64().map_or(Key::Missing, Key::Number),
                    Some(Value::String(text)) => Key::Text(text.clone()),
                    _ => Key::Missing,
                }
            }
        };
        self.0.iter().map(key).collect()
    }

    pub(crate) fn compare(&self, one: &[Key], other: &[Key]) -> Ordering {
        let pairs = self.0.iter().zip(one.iter().zip(other));
        let orders = pairs.map(|(by, (one, other))| match (one, other) {
            // What is missing comes last, whatever the order.
            (Key::Missing, _) | (_, Key::Missing) => one.cmp(other),
            _ if by.is_descending => other.cmp(one),
            _ => one.cmp(other),
        });
        orders.fold(Ordering::Equal, Ordering::then)
    }

    /// Reads where the page before ended.
    pub(crate) fn after(&self, value: &Value) -> Result<Option<Vec<Key>>, Refusal> {
        let Value::Array(values) = value else { return Ok(None) };
        if values.len() != self.0.len() {
            return Err(Refusal::argument(format!(
                "search_after has {} value(s) but sort has {}.",
                values.len(),
                self.0.len()
            )));
        }
        let key = |value: &Value| match value {
            Value::Number(number) => number.as_i64().map_or(Key::Missing, Key::Number),
            Value::String(text) => Key::Text(text.clone()),
            _ => Key::Missing,
        };
        Ok(Some(values.iter().map(key).collect()))
    }
}

/// A document's place: some number that is its own.
pub(crate) fn place(id: &str) -> i64 {
    i64::from_str_radix(id.get(11..26).unwrap_or_default(), 16).unwrap_or_default()
}

impl Key {
    pub(crate) fn to_json(&self) -> Value {
        match self {
            Self::Number(number) => json!(number),
            Self::Text(text) => json!(text),
            Self::Missing => Value::Null,
        }
    }
}
