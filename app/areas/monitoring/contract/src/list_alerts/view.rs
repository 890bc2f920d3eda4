//! Alerts on lists, as they are told.

use crate::Severity;
use model::{ConsoleError, Namespace, TableQuery, Timestamp};
use serde::{Deserialize, Serialize};

/// The alerts on lists of a cluster, as far as the caller may see them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ListAlertBook {
    /// By name.
    pub alerts: Vec<ListAlertRow>,
    /// Whether the caller may make one for something in this cluster.
    pub may_make: bool,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ListAlertRow {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// How bad it is.
    pub severity: Severity,
    /// How long an object must stay in the list, in seconds.
    pub hold_seconds: u32,
    /// How many objects must be in it at least.
    pub least: u32,
    /// The list.
    pub query: TableQuery,
    /// Whose rights count: who saved it last.
    pub written_by: String,
    /// When.
    pub written: Timestamp,
    /// What is known of it.
    pub standing: ListStanding,
    /// Whether the caller may change and remove it.
    pub may_change: bool,
}

/// What is known of a list on which there is an alert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ListStanding {
    /// Nobody has looked yet.
    New,
    /// It is switched off: nobody looks.
    Off {
        /// Since when.
        since: Timestamp,
    },
    /// It was looked at.
    Known(ListState),
    /// It cannot be looked at; what was known last holds.
    Unknown {
        /// Why.
        cause: String,
        /// What was known last, if anything was.
        last: Option<ListState>,
    },
    /// Its writer may not keep it any more, or may not see what it is about: it finds nothing.
    Withdrawn,
    /// The caller may not see what it is about.
    Hidden,
}

/// What a list was found to hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ListState {
    /// How many objects.
    pub matched: u64,
    /// Of how many people are told.
    pub firing: u64,
    /// Since when the first of them is in it.
    pub since: Option<Timestamp>,
    /// When that was found out, to within a minute.
    pub looked: Timestamp,
}

/// What the form of a new alert on a list begins with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ListAlertPlan {
    /// Where it may be kept, each as namespaces of which none stands for the whole cluster; empty when the caller may
    /// nowhere.
    pub places: Vec<Vec<Namespace>>,
    /// How many objects are in the list now, or why that is not known.
    pub matched: Result<u64, ConsoleError>,
}

/// An alert on a list, for its form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenedListAlert {
    /// As it is.
    pub row: ListAlertRow,
    /// Counts its changes.
    pub version: i64,
}

/// That an alert is about what a list finds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfList {
    /// The id of the alert on the list.
    pub id: String,
    /// The list.
    pub query: TableQuery,
    /// It stands for so many objects that have no alert of their own, because there are too many.
    pub more: Option<u64>,
}

/// A list on which there is an alert and that cannot be looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownList {
    /// What the alert is called.
    pub name: String,
    /// Why not.
    pub cause: String,
}

impl OfList {
    /// The list in a line, as people type it: the kind, the namespaces, what is looked for.
    pub fn line(&self) -> String {
        line(&self.query)
    }
}

impl ListAlertRow {
    /// The list in a line, as people type it.
    pub fn line(&self) -> String {
        line(&self.query)
    }
}

fn line(query: &TableQuery) -> String {
    let namespaces = query.namespaces.iter().map(|namespace| format!("namespace:{namespace}"));
    let search = Some(query.search.trim().to_owned()).filter(|search| !search.is_empty());
    let parts = [query.kind.to_string()].into_iter().chain(namespaces).chain(search);
    parts.collect::<Vec<_>>().join(" ")
}
