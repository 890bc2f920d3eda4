#![doc = include_str!("../README.md")]

mod aggregate;
mod answer;
mod api;
mod archive;
mod document;
mod highlight;
mod index;
mod points;
mod query;
mod search;
mod slices;
mod sort;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod text;

use std::sync::Arc;

use axum::Router;

pub use archive::{Archive, Family, Kind, Wanted};
pub use document::Document;

/// The versions whose behaviour this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// 7.4, which keeps no points in time.
    V7_4,
    /// 8.17.
    V8_17,
}

/// The API of an Elasticsearch over an archive, as it would answer on port 9200.
pub fn router(archive: Arc<dyn Archive>) -> Router {
    router_of(archive, Version::V8_17)
}

/// The same of a certain version.
pub fn router_of(archive: Arc<dyn Archive>, version: Version) -> Router {
    api::router(archive, version)
}
