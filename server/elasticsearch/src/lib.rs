#![doc = include_str!("../README.md")]

mod answer;
mod around;
mod client;
mod compile;
mod direct;
mod discovery;
mod dsl;
mod edges;
mod error;
mod export;
mod fence;
mod kept;
mod layout;
mod level;
mod pages;
mod past;
mod people;
mod reads;
mod rows;
mod saved;
mod search;
mod service;
mod store;
mod tail;
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests;
mod transport;

pub use direct::Direct;
pub use error::ElasticsearchError;
pub use kept::{KeptLimits, keep_events};
pub use layout::Pattern;
pub use reads::ReadRecords;
pub use service::{Elasticsearch, ForCaller, Named};
pub use transport::{Ask, ThroughCluster, Transport};
