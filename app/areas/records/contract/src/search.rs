//! Searching.

use crate::field::{Field, Of};
use crate::record::Rows;
use leptos::prelude::*;
use model::chart::Frame;
use model::{Cause, ClusterName, ConsoleError, Timestamp, Window};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// What is found in a cluster's past.
#[server(endpoint = "records/search", input = Json)]
pub async fn search_records(
    /// What, where, when.
    request: SearchRequest,
) -> Result<Searched<Found>, ConsoleError> {
    model::port::<dyn crate::Records>()?.search(request).await
}

/// What is looked for, where, when.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SearchRequest {
    /// Where.
    pub cluster: ClusterName,
    /// What is searched.
    pub of: Of,
    /// What is looked for, as it was typed; [`crate::Query`] reads it.
    pub query: String,
    /// Which stretch of time.
    pub window: Window,
    /// The page that begins behind this; the newest when it is none.
    pub before: Option<Cursor>,
}

/// Where a page ends: at a moment, and at a place in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cursor {
    /// The moment, in milliseconds since 1970.
    pub at_ms: i64,
    /// The place in that moment, as the log store numbers what was written.
    pub place: i64,
    /// How many of that moment and place were shown: a store that consists of parts numbers each for itself.
    pub skip: u32,
}

impl Cursor {
    /// The most of one moment and place that can be passed over.
    pub const MOST_SKIPPED: u32 = 5_000;

    /// Reads what an address says.
    pub fn parse(text: &str) -> Option<Self> {
        let (at, rest) = text.split_once('.')?;
        let (place, skip) = rest.split_once('.')?;
        let cursor = Self { at_ms: at.parse().ok()?, place: place.parse().ok()?, skip: skip.parse().ok()? };
        let is_possible = cursor.skip <= Self::MOST_SKIPPED
            && cursor.place >= 0
            && (0..=253_402_300_799_999).contains(&cursor.at_ms);
        is_possible.then_some(cursor)
    }

    /// As it stands in an address.
    pub fn to_text(self) -> String {
        format!("{}.{}.{}", self.at_ms, self.place, self.skip)
    }
}

/// An answer, or why there can be none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Searched<T> {
    /// The cluster's log store has answered, or what the console keeps itself.
    Answered(Box<T>),
    /// No log store was found, or none that keeps this.
    Missing(Missing),
}

/// What was looked for in a cluster that seems to have no log store.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Missing {
    /// What is looked for.
    pub of: Of,
    /// The labels by which a Service would have been recognised, when none was.
    pub looked_for: Vec<String>,
    /// Services that were found and did not answer: what they are called, and what they said.
    pub silent: Vec<(String, Cause)>,
    /// The log store that was found and keeps nothing of it: what it is called, and the indices that were looked at.
    pub without: Option<(String, Vec<String>)>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// A page of it, the newest first.
    pub rows: Rows,
    /// How much there is in all.
    pub total: u64,
    /// The stretches of time of its bars, by when they begin.
    pub frame: Frame,
    /// How it is spread over time: a bar for each stretch.
    pub bars: Vec<Bar>,
    /// Which values some fields have most often.
    pub facets: Vec<Facet>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
    /// Why this may not be all.
    pub shortfall: Vec<Shortfall>,
    /// The namespaces to which the search was confined; `None` when it was not.
    pub confined_to: Option<Vec<String>>,
    /// What keeps it.
    pub kept_by: KeptBy,
}

/// What keeps what was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeptBy {
    /// A log store.
    LogStore {
        /// What it is called, for people: `logging/elasticsearch`.
        name: String,
        /// Whose way of writing the records was recognised, such as `Fluent Bit`.
        layout: String,
        /// Whether a file of everything holds what there was at one moment. Otherwise what is written or deleted while it is
        /// read may be in it or not.
        is_of_one_moment: bool,
    },
    /// The console itself, because no log store keeps the events of the cluster.
    Console {
        /// Since when.
        since: Timestamp,
    },
}

/// How much there is in a stretch of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bar {
    /// All of it.
    pub total: u64,
    /// Errors; requests that failed.
    pub failed: u64,
    /// Warnings; requests that were refused.
    pub warned: u64,
}

/// The most frequent values of a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facet {
    /// Which field.
    pub field: Field,
    /// Its values, the most frequent first.
    pub values: Vec<FacetValue>,
}

/// A value that a field has often.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FacetValue {
    /// The value, as searches know it.
    pub value: String,
    /// What people call it, where that is something else.
    pub name: Option<String>,
    /// How often it is there.
    pub count: u64,
}

/// Why an answer may not be all there is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shortfall {
    /// The log store gave up before it had looked at everything.
    TimedOut,
    /// Some parts of it did not answer: how many of how many, and what the first said.
    Shards(u32, u32, String),
    /// Something came back that the reader may not see, and was left out.
    Foreign(u32),
    /// Nothing was kept from a moment to another one.
    NotKept(Timestamp, Timestamp),
    /// What the reader may see is kept from a moment on, which is later than what was asked for begins.
    Since(Timestamp),
    /// Nothing that the reader may see was written since a moment.
    Silent(Timestamp),
    /// Nothing at all is kept of what the reader may see.
    Nothing,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_found_again_by_its_address() {
        let cursor = Cursor { at_ms: 1_795_405_680_123, place: 90_017, skip: 7 };

        assert_eq!(Cursor::parse(&cursor.to_text()), Some(cursor));
        for wrong in [
            "",
            "1",
            "1.7",
            "1.7.",
            "a.7.1",
            "-1.7.0",
            "1.-7.0",
            "1.7.99999999",
            "99999999999999999.7.1",
            "1.7.1.1",
        ] {
            assert_eq!(Cursor::parse(wrong), None, "{wrong}");
        }
    }
}
