//! The part of the query language that is used, as types.
//! <https://www.elastic.co/guide/en/elasticsearch/reference/8.17/query-dsl.html>

use crate::fence::Fenced;
use serde::Serialize;
use std::collections::BTreeMap;

/// A condition.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Query {
    /// Several conditions.
    Bool(Bool),
    /// A field that is just this.
    Term(BTreeMap<String, String>),
    /// A field that is one of these.
    Terms(BTreeMap<String, Vec<String>>),
    /// A field that begins so.
    Prefix(BTreeMap<String, String>),
    /// A field that matches a pattern from its beginning to its end.
    Regexp(BTreeMap<String, String>),
    /// A moment or number between two others.
    Range(BTreeMap<String, Range>),
    /// A text with one of these words.
    Match(BTreeMap<String, String>),
    /// A text with these words, one behind the other.
    MatchPhrase(BTreeMap<String, String>),
    /// The same, of which the last word may go on.
    MatchPhrasePrefix(BTreeMap<String, String>),
    /// Documents by what they are called.
    Ids(Ids),
    /// Nothing at all.
    MatchNone(Nothing),
}

/// `{}`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Nothing {}

/// Documents by what they are called.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ids {
    pub values: Vec<String>,
}

/// Several conditions: all of `filter`, one of `should` if there are any, none of `must_not`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Bool {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub filter: Vec<Query>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub should: Vec<Query>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub must_not: Vec<Query>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum_should_match: Option<u8>,
}

/// Between two values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Range {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gte: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lte: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lt: Option<i64>,
    /// How moments are written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<&'static str>,
}

impl Query {
    pub fn all(filter: Vec<Self>) -> Self {
        Self::Bool(Bool { filter, ..Bool::default() })
    }

    pub fn any(should: Vec<Self>) -> Self {
        Self::Bool(Bool { should, minimum_should_match: Some(1), ..Bool::default() })
    }

    pub fn nothing() -> Self {
        Self::MatchNone(Nothing {})
    }

    pub fn term(field: &str, value: &str) -> Self {
        Self::Term(one(field, value.to_owned()))
    }

    pub fn moments(field: &str, from_ms: Option<i64>, to: Option<Until>) -> Self {
        let (lte, lt) = match to {
            Some(Until::Including(at)) => (Some(at), None),
            Some(Until::Before(at)) => (None, Some(at)),
            None => (None, None),
        };
        Self::Range(one(field, Range { gte: from_ms, lte, lt, format: Some("epoch_millis") }))
    }
}

/// Behind the place of a page's last row, when the newest come first. What was written later into that moment is before it.
pub fn behind(time: &str, at_ms: i64, place: i64) -> Query {
    let up_to = Range { lte: Some(place), ..Range::default() };
    Query::all(vec![
        Query::moments(time, None, Some(Until::Including(at_ms))),
        Query::any(vec![
            Query::moments(time, None, Some(Until::Before(at_ms))),
            Query::Range(one(PLACE, up_to)),
        ]),
    ])
}

/// From a place on, when the oldest come first.
pub fn ahead(time: &str, at_ms: i64, place: i64) -> Query {
    let onwards = Range { gte: Some(place), ..Range::default() };
    Query::all(vec![
        Query::moments(time, Some(at_ms), None),
        Query::any(vec![
            Query::moments(time, Some(at_ms.saturating_add(1)), None),
            Query::Range(one(PLACE, onwards)),
        ]),
    ])
}

/// Where a stretch of time ends, in milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    Including(i64),
    Before(i64),
}

/// What tells documents of one moment apart: the number that each had in its shard when it was written, which all copies of
/// the shard keep. Elasticsearch does not order by `_id`, and by `_shard_doc` only at a point in time.
pub const PLACE: &str = "_seq_no";

pub fn one<V>(field: &str, value: V) -> BTreeMap<String, V> {
    [(field.to_owned(), value)].into()
}

/// A search. Its query is behind a fence; the rest cannot widen it.
#[derive(Clone, Debug, Serialize)]
pub struct Search {
    query: Fenced,
    pub size: u32,
    #[serde(skip_serializing_if = "is_zero")]
    pub from: u32,
    pub sort: Vec<BTreeMap<String, Sort>>,
    #[serde(rename = "_source")]
    pub source: Vec<String>,
    pub track_total_hits: bool,
    /// How long it may think.
    pub timeout: &'static str,
    /// A condition for hits, which figures do not heed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_filter: Option<Query>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub aggs: BTreeMap<String, Aggregation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub highlight: Option<Highlight>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pit: Option<Pit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search_after: Option<Vec<serde_json::Value>>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Search {
    /// The newest of what a query finds, or the oldest; of one moment, what was written last, or first.
    pub fn new(query: Fenced, time: &str, order: Order, size: u32) -> Self {
        Self {
            query,
            size,
            from: 0,
            sort: vec![one(time, Sort::of_moments(order)), one(PLACE, Sort::plain(order))],
            source: Vec::new(),
            track_total_hits: false,
            timeout: "10s",
            post_filter: None,
            aggs: BTreeMap::new(),
            highlight: None,
            pit: None,
            search_after: None,
        }
    }
}

/// Which come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    Asc,
    Desc,
}

/// How hits are ordered by a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sort {
    pub order: Order,
    /// Makes nanoseconds of some indices and milliseconds of others one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub numeric_type: Option<&'static str>,
    /// An index without the field is no error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unmapped_type: Option<&'static str>,
}

impl Sort {
    fn of_moments(order: Order) -> Self {
        Self { order, numeric_type: Some("date"), unmapped_type: Some("date") }
    }

    pub fn plain(order: Order) -> Self {
        Self { order, numeric_type: None, unmapped_type: None }
    }
}

/// Figures about all that is found.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Aggregation {
    /// The most frequent values.
    Terms { field: String, size: u32 },
    /// How many in each stretch of time.
    #[serde(untagged)]
    Bars(Bars),
}

/// How many in each stretch of time, and how many of them are of some sorts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bars {
    pub date_histogram: DateHistogram,
    pub aggs: BTreeMap<String, Shades>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DateHistogram {
    pub field: String,
    pub fixed_interval: String,
    pub min_doc_count: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shades {
    pub filters: Filters,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Filters {
    pub filters: BTreeMap<String, Query>,
}

/// Marks what was looked for in texts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Highlight {
    pub pre_tags: [&'static str; 1],
    pub post_tags: [&'static str; 1],
    /// The whole text, not pieces of it.
    pub number_of_fragments: u32,
    pub fields: BTreeMap<String, Nothing>,
    pub highlight_query: Query,
}

/// A state of the log store that stays while it is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pit {
    pub id: String,
    pub keep_alive: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(value: &impl Serialize) -> String {
        serde_json::to_string(value).unwrap_or_default()
    }

    #[test]
    fn conditions_are_written_as_the_documentation_writes_them() {
        let query = Query::all(vec![
            Query::term("a.keyword", "x\"y"),
            Query::moments("t", Some(1), Some(Until::Before(2))),
            Query::any(vec![Query::MatchPhrase(one("log", "b c".into())), Query::nothing()]),
        ]);

        assert_eq!(
            json(&query),
            r#"{"bool":{"filter":[{"term":{"a.keyword":"x\"y"}},{"range":{"t":{"gte":1,"lt":2,"format":"epoch_millis"}}},{"bool":{"should":[{"match_phrase":{"log":"b c"}},{"match_none":{}}],"minimum_should_match":1}}]}}"#
        );
    }

    #[test]
    fn figures_are_written_as_the_documentation_writes_them() {
        let date_histogram =
            DateHistogram { field: "t".into(), fixed_interval: "60s".into(), min_doc_count: 1 };
        let shades = Shades { filters: Filters { filters: one("failed", Query::term("a", "b")) } };
        let bars = Aggregation::Bars(Bars { date_histogram, aggs: one("shades", shades) });

        assert_eq!(
            json(&Aggregation::Terms { field: "a".into(), size: 8 }),
            r#"{"terms":{"field":"a","size":8}}"#
        );
        assert_eq!(
            json(&bars),
            r#"{"date_histogram":{"field":"t","fixed_interval":"60s","min_doc_count":1},"aggs":{"shades":{"filters":{"filters":{"failed":{"term":{"a":"b"}}}}}}}"#
        );
    }
}
