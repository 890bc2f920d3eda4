//! What can be wrong with what is looked for in logs, events and audit logs.

use serde::{Deserialize, Serialize};

/// What is wrong with a search as it is typed, or with asking for it where it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum TermFault {
    /// A quotation mark is opened and not closed.
    #[error("a quotation mark is not closed")]
    Unclosed,
    /// A field without a value.
    #[error("{0}: needs a value behind it")]
    NoValue(String),
    /// `*` stands elsewhere than at the end.
    #[error("{0:?}: * may only stand at the end")]
    Inside(String),
    /// There is no such level.
    #[error("{0:?} is no level; there are error, warning, info and debug")]
    NoLevel(String),
    /// This is no HTTP status, nor `4xx`.
    #[error("{0:?} is neither an HTTP status nor 4xx or 5xx")]
    NoCode(String),
    /// More than is read.
    #[error("longer than {bytes} bytes or {terms} terms")]
    TooLong {
        /// How many bytes are read.
        bytes: usize,
        /// How many terms are.
        terms: usize,
    },
    /// A field that events do not have.
    #[error("events have no {0:?}")]
    NotOfEvents(String),
    /// A field that is not kept in a way in which it can be searched.
    #[error("the records of {layout} do not keep {field:?} so that it can be compared")]
    NotKept {
        /// How the records are written.
        layout: String,
        /// The field.
        field: String,
    },
    /// Nothing that makes pods can be called so.
    #[error("{0:?} is no name of a workload")]
    NoWorkload(String),
    /// A variable that the dashboard does not have.
    #[error("there is no variable ${0}")]
    NoVariable(String),
}
