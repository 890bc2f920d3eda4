//! Tables as the wire carries them. A kind costs the browser nothing: the server turns objects into rows of a few
//! sorts of cell, and one component draws them.

use crate::{ClusterName, ConsoleError, KindSlug, Namespace, ObjectName, Sort, Status, Timestamp};
use serde::{Deserialize, Serialize};

/// Rows on a page when the address does not say otherwise.
pub const DEFAULT_PAGE_SIZE: u16 = 50;

/// The most rows one page may ask for: a feed compares two windows of this length.
pub const MAX_PAGE_SIZE: u16 = 200;

/// Which rows of which kind, in which order.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TableQuery {
    /// The cluster.
    pub cluster: ClusterName,
    /// The kind.
    pub kind: KindSlug,
    /// Only these namespaces; empty means all that the caller may see.
    #[serde(default)]
    pub namespaces: Vec<Namespace>,
    /// What was typed into the search box: words and `field:value` terms, see `docs/search.md`.
    #[serde(default)]
    pub search: String,
    /// The order; `None` is namespace, then name.
    #[serde(default)]
    pub sort: Option<Sort>,
    /// Page, counted from 0.
    #[serde(default)]
    pub page: u32,
    /// Rows on a page, at most [`MAX_PAGE_SIZE`].
    pub size: u16,
}

impl TableQuery {
    /// The first page of a kind in its usual order.
    pub fn of(cluster: ClusterName, kind: KindSlug) -> Self {
        Self {
            cluster,
            kind,
            namespaces: Vec::new(),
            search: String::new(),
            sort: None,
            page: 0,
            size: DEFAULT_PAGE_SIZE,
        }
    }
}

/// A column of a table. Its title arrives in the reader's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Stable id, used by sorting, searching (`id:value`) and remembered choices.
    pub id: String,
    /// Heading in the reader's language.
    pub title: String,
    /// Where its cells stand.
    pub align: Align,
    /// Shown unless the reader hides it; otherwise hidden unless the reader shows it.
    pub shown: bool,
}

/// Where the cells of a column stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Align {
    /// Text.
    Start,
    /// Numbers.
    End,
}

/// One object as a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The object's uid: its identity, and the row's key.
    pub uid: String,
    /// The object's namespace, if its kind has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Namespace>,
    /// The object's name.
    pub name: ObjectName,
    /// One cell for each column of the table, in that order.
    pub cells: Vec<Cell>,
}

/// What stands in one place of a table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Cell {
    /// Nothing is known or nothing applies.
    #[default]
    #[serde(rename = "-")]
    None,
    /// A text.
    #[serde(rename = "t")]
    Text(String),
    /// A whole number.
    #[serde(rename = "n")]
    Number(i64),
    /// So many of so many, such as ready of wanted replicas.
    #[serde(rename = "r")]
    Ratio(i64, i64),
    /// How well it is.
    #[serde(rename = "s")]
    Status(Status),
    /// An amount with a unit.
    #[serde(rename = "q")]
    Quantity(f64, Unit),
    /// A moment, shown as an age.
    #[serde(rename = "a")]
    Since(Timestamp),
    /// Several texts, such as images.
    #[serde(rename = "l")]
    List(Vec<String>),
    /// Keys and values.
    #[serde(rename = "m")]
    Labels(Vec<(String, String)>),
    /// Yes or no.
    #[serde(rename = "f")]
    Flag(bool),
    /// The name of another object of the same cluster: its kind, its namespace, its name.
    #[serde(rename = "o")]
    Object(KindSlug, Option<Namespace>, ObjectName),
    /// The objects of a kind and a namespace that use this one, and how many more of them there are than are named: of none it is
    /// known that nobody does.
    #[serde(rename = "u")]
    Users(KindSlug, Namespace, Vec<ObjectName>, u32),
    /// There is something to tell, which is not told.
    #[serde(rename = "x")]
    Untold(Untold),
}

/// Why something is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Untold {
    /// The reader has not the right to see all that would have to be looked at.
    #[serde(rename = "r")]
    Rights,
    /// What would have to be looked at could not be read so far.
    #[serde(rename = "y")]
    NotYet,
}

/// What an amount counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unit {
    /// CPU cores.
    Cores,
    /// Bytes, shown with binary prefixes.
    Bytes,
    /// Things.
    Count,
    /// A share of a whole, from 0 to 1, shown in percent.
    Ratio,
    /// Seconds, shown in the unit that fits.
    Seconds,
    /// Bytes in a second, shown with binary prefixes.
    BytesPerSecond,
    /// Events in a second.
    PerSecond,
    /// A share of a whole, from 0 to 100, shown in percent.
    Percent,
    /// Thousandths of seconds, shown in the unit that fits.
    Milliseconds,
    /// Bits in a second, shown with decimal prefixes, as lines are sold.
    BitsPerSecond,
}

/// A page of a kind's objects.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// The columns that rows have cells for.
    pub columns: Vec<Column>,
    /// This page's rows, in order.
    pub rows: Vec<Row>,
    /// How many objects match the search, on all pages.
    pub total: u64,
    /// How many of the matching objects are at each level, worst first; empty for kinds without a status.
    pub levels: Vec<(crate::Level, u64)>,
    /// Which state of the store this is; a feed continues from here.
    pub revision: String,
    /// Set when the cluster cannot be followed at the moment: rows are what was last known.
    pub stale: Option<Stale>,
    /// Whether the kind's definition says enough of its fields for a form.
    #[serde(default)]
    pub described: bool,
}

/// Why and since when rows are only what was last known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stale {
    /// When the cluster last answered.
    pub since: Timestamp,
    /// What is wrong.
    pub error: ConsoleError,
}
