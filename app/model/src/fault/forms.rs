//! What can be wrong with the forms in which something is done with objects, and with their texts.

use crate::ConsoleError;
use serde::{Deserialize, Serialize};

/// What is wrong with a field of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum FormFault {
    /// Not a number of replicas.
    #[error("must be a whole number, 0 or more")]
    Replicas,
    /// Not a revision.
    #[error("must be one of the revisions")]
    Revision,
    /// No key of a taint.
    #[error("must be a key, such as dedicated")]
    TaintKey,
    /// A line, counted from 1, has no `=`.
    #[error("line {0}: write key=value")]
    NoValue(usize),
    /// A line, counted from 1, has quotes that are not closed.
    #[error("line {0}: close the quotes; inside them write \\\" and \\n")]
    OpenQuotes(usize),
    /// The form is not as the page made it.
    #[error("is not what the page made: reload it")]
    Foreign,
    /// A text of more than fits a form.
    #[error("is longer than the console reads at once")]
    LongForm,
}

impl FormFault {
    /// The error of a field.
    pub fn at(self, field: &str) -> ConsoleError {
        ConsoleError::refused(field, self)
    }
}

/// What is wrong with objects that are written as YAML.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum YamlFault {
    /// More than is read, in MiB.
    #[error("is longer than {0} MiB")]
    Long(usize),
    /// There is no document.
    #[error("holds no object")]
    Empty,
    /// A document is a text, a number or a list.
    #[error("this document is not an object: it needs keys and values")]
    NoObject,
    /// It is not there, or no text.
    #[error("must be given as a text")]
    NoText,
    /// This key is there already.
    #[error("the key {0} stands here a second time")]
    SameKey(String),
    /// A key, whichever, is there already.
    #[error("a key stands here a second time")]
    Same,
    /// More than is read.
    #[error("goes too far: at most {documents} documents, {levels} levels and {values} values")]
    Far {
        /// How many documents are read.
        documents: usize,
        /// How deep they may be.
        levels: usize,
        /// How many values they may hold.
        values: usize,
    },
    /// A short text that stands for a very long one.
    #[error("the aliases repeat too much")]
    Aliases,
}
