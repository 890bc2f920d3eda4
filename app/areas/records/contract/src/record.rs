//! What is found.

use model::ResourceRef;
use serde::{Deserialize, Serialize};

/// A page of what was found, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rows {
    /// Lines of logs.
    Logs(Vec<LogRecord>),
    /// Events.
    Events(Vec<EventRecord>),
    /// What was done.
    Audit(Vec<AuditRecord>),
}

/// A part of a text, and whether it is what was looked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// The part.
    pub text: String,
    /// Whether it was looked for.
    pub is_hit: bool,
}

/// A line of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogRecord {
    /// What it is called in the log store.
    pub id: String,
    /// When it was written, in milliseconds since 1970.
    pub at_ms: i64,
    /// In which namespace.
    pub namespace: String,
    /// By which pod.
    pub pod: String,
    /// By which of its containers.
    pub container: String,
    /// On which node; empty when the log store does not say.
    pub node: String,
    /// The line.
    pub text: Vec<Piece>,
    /// Whether it was longer than what is shown.
    pub is_cut: bool,
    /// The pod, where its name is one.
    pub resource: Option<ResourceRef>,
}

/// An event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventRecord {
    /// What it is called in the log store.
    pub id: String,
    /// When it happened, in milliseconds since 1970.
    pub at_ms: i64,
    /// To an object in which namespace; empty for none.
    pub namespace: String,
    /// Of which kind.
    pub kind: String,
    /// Of which name.
    pub name: String,
    /// One word for machines.
    pub reason: String,
    /// Whether somebody should look at it.
    pub is_warning: bool,
    /// What happened.
    pub message: Vec<Piece>,
    /// How often it had happened by then.
    pub count: u64,
    /// What recorded it.
    pub source: String,
    /// The object, where the console knows its kind.
    pub resource: Option<ResourceRef>,
}

/// Something that was done at a cluster's API server. What was sent and answered is never shown: it may hold secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRecord {
    /// What it is called in the log store.
    pub id: String,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// Who did it: whom the request spoke for, where that was somebody else.
    pub user: String,
    /// Who that is in the console; `None` for those whom it does not know.
    #[serde(default)]
    pub person: Option<String>,
    /// Who spoke for them; empty when they spoke for themselves.
    pub by: String,
    /// What was done.
    pub verb: String,
    /// To which resource, with its part: `deployments/scale`.
    pub resource: String,
    /// In which namespace; empty for none.
    pub namespace: String,
    /// To which object; empty for none.
    pub name: String,
    /// The HTTP status of the answer.
    pub code: Option<u16>,
    /// Why it was refused or failed; empty when it did not.
    pub message: String,
    /// From where.
    pub addresses: Vec<String>,
    /// The id of the request: that of the console's own, where it was made for somebody who asked here. Empty where the
    /// log keeps none.
    #[serde(default)]
    pub request: String,
}

/// One of what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// A line of a log.
    Log(LogRecord),
    /// An event.
    Event(EventRecord),
    /// Something that was done.
    Audit(AuditRecord),
}

impl Row {
    /// What it is called in the log store.
    pub fn id(&self) -> &str {
        match self {
            Self::Log(row) => &row.id,
            Self::Event(row) => &row.id,
            Self::Audit(row) => &row.id,
        }
    }

    /// When it was, in milliseconds since 1970.
    pub fn at_ms(&self) -> i64 {
        match self {
            Self::Log(row) => row.at_ms,
            Self::Event(row) => row.at_ms,
            Self::Audit(row) => row.at_ms,
        }
    }
}

impl Rows {
    /// How many.
    pub fn len(&self) -> usize {
        match self {
            Self::Logs(rows) => rows.len(),
            Self::Events(rows) => rows.len(),
            Self::Audit(rows) => rows.len(),
        }
    }

    /// One by one.
    pub fn into_vec(self) -> Vec<Row> {
        match self {
            Self::Logs(rows) => rows.into_iter().map(Row::Log).collect(),
            Self::Events(rows) => rows.into_iter().map(Row::Event).collect(),
            Self::Audit(rows) => rows.into_iter().map(Row::Audit).collect(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
