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
mod sort;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod text;

use std::sync::Arc;

use axum::Router;

pub use archive::{Archive, Family, Kind, Wanted};
pub use document::Document;

/// The version whose behaviour this is.
pub const VERSION: &str = "8.17.0";

/// The API of an Elasticsearch over an archive, as it would answer on port 9200.
pub fn router(archive: Arc<dyn Archive>) -> Router {
    api::router(archive)
}
