//! Rules: expressions that are recorded, or that make alerts.

mod book;
mod definition;
mod recorded;
mod remembered;
mod template;
mod timeline;

pub(crate) use book::{Alert, Book, Evaluated, State};
pub(crate) use definition::Kind;
pub use definition::{Group, Rule, RuleError};
pub(crate) use recorded::Ruled;
pub(crate) use remembered::Remembered;
