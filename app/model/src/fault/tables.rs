//! What can be wrong with how a list is asked for: what is searched, by what it is ordered, how much of it.

use serde::{Deserialize, Serialize};

/// What is wrong with a question to a list, as it is typed or stands in an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum TableFault {
    /// A search of more than this, in KiB.
    #[error("more than {0} KiB are too much")]
    Long(usize),
    /// More terms than this.
    #[error("more than {0} terms are too many")]
    ManyTerms(usize),
    /// A quotation mark is opened and not closed.
    #[error("a quotation mark is not closed")]
    Unclosed,
    /// A label that is not to have a value, written as others write it.
    #[error("write -{label}={value} instead")]
    NotEqual {
        /// The label.
        label: String,
        /// The value.
        value: String,
    },
    /// A field that the list does not have.
    #[error(
        "there is no field \"{field}\" here; there are {}. To find the text itself, put it in quotes: \"{text}\"",
        known.join(", ")
    )]
    NoField {
        /// The field.
        field: String,
        /// Those that there are.
        known: Vec<String>,
        /// What was typed.
        text: String,
    },
    /// An order by a column that the list does not have.
    #[error("there is no column \"{0}\" to sort by")]
    NoColumn(String),
    /// A page of no rows, or of more than this.
    #[error("a page has 1 to {0} rows")]
    Size(usize),
    /// A column that tells of objects which the caller may not see all of.
    #[error(
        "\"{column}\" tells of {kind}, which you may not list in all of this: choose projects where you may"
    )]
    Untold {
        /// The column.
        column: String,
        /// The kind of those objects.
        kind: String,
    },
    /// This person follows as many lists as one may.
    #[error("you follow {0} lists of this cluster already: close some of them")]
    ManyLists(usize),
}
