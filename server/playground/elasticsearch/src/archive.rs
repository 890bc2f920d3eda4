//! Where documents come from.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::Document;

/// What has been written.
pub trait Archive: Send + Sync {
    /// The families of indices, one index for each day.
    fn families(&self) -> &'static [Family];
    /// The present, in milliseconds since 1970.
    fn now(&self) -> i64;
    /// The oldest moment that is kept.
    fn oldest(&self) -> i64;
    /// The documents of a family that may be wanted, in any order. It may give more than are wanted, never fewer.
    fn documents(&self, family: &Family, wanted: &Wanted) -> Vec<Document>;
}

/// Indices of the same sort.
#[derive(Debug)]
pub struct Family {
    /// What their names begin with: `logstash` of `logstash-2026.11.26`.
    pub name: &'static str,
    /// The field by which documents belong to a day.
    pub time: &'static str,
    /// The fields of documents and what they are.
    pub fields: &'static [(&'static str, Kind)],
}

/// What a field is, after the rules by which fields are mapped when nobody has said how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A moment.
    Date,
    /// A text, and as a whole below `.keyword`.
    Text,
    /// A number.
    Long,
}

/// What a search can still want, by its conditions that are easily told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The first moment, in milliseconds since 1970.
    pub from: i64,
    /// The last moment.
    pub to: i64,
    /// Fields that must be one of these, by their paths.
    pub only: BTreeMap<String, BTreeSet<String>>,
}

impl Wanted {
    /// Whether a field may have this value.
    pub fn admits(&self, path: &str, value: &str) -> bool {
        self.only.get(path).is_none_or(|values| values.contains(value))
    }
}

impl Family {
    /// What a field is; a field below `.keyword` is a text's whole.
    pub(crate) fn kind(&self, path: &str) -> Option<Kind> {
        self.fields.iter().find(|(name, _)| *name == path).map(|(_, kind)| *kind)
    }

    /// Whether documents can be compared and counted by this name, and by which path.
    pub(crate) fn whole<'p>(&self, name: &'p str) -> Option<&'p str> {
        match name.strip_suffix(".keyword") {
            Some(path) => (self.kind(path) == Some(Kind::Text)).then_some(path),
            None => (self.kind(name).is_some_and(|kind| kind != Kind::Text)).then_some(name),
        }
    }
}
