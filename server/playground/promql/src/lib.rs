#![doc = include_str!("../README.md")]

mod engine;
mod error;
mod evaluate;
mod labels;
mod memory;
mod number;
mod query;
mod storage;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod value;

pub use engine::{Answer, Engine, Range};
pub use error::Problem;
pub use labels::{Labels, NAME, is_label_name};
pub use memory::{Memory, MemorySeries};
pub use number::{duration, format_duration, format_go, format_number, format_scientific};
pub use promql_parser::label::{MatchOp, Matcher};
pub use query::{Query, selector};
pub use storage::{STALE, Sample, Series, Storage, is_stale, matches};
pub use value::Points;
