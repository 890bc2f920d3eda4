#![doc = include_str!("../README.md")]

mod alertmanager;
mod api;
mod rules;
mod source;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod times;

use std::sync::Arc;

use axum::Router;
use playground_promql::Engine;

pub use rules::{Group, Rule, RuleError};
pub use source::{Metadata, Source, Target};

/// The version whose behaviour this is.
pub const VERSION: &str = "2.42.0";

/// Targets are scraped this often, in seconds.
pub const SCRAPE_SECONDS: i64 = 15;

/// How many days samples are kept.
pub const DAYS_KEPT: i64 = 30;

/// The APIs of a Prometheus and of the Alertmanager that it tells, over one world.
pub struct Monitoring {
    /// Prometheus, as it would answer on port 9090.
    pub prometheus: Router,
    /// Alertmanager, as it would answer on port 9093.
    pub alertmanager: Router,
}

impl Monitoring {
    /// Both, for a world. Nothing runs by itself: rules are evaluated when somebody asks what they say.
    pub fn new(source: Arc<dyn Source>) -> Self {
        let book = Arc::new(rules::Book::default());
        let remembered = Arc::default();
        let prometheus = api::Prometheus { source, book, remembered, engine: Engine::default() };
        let alertmanager = alertmanager::router(prometheus.clone());
        Self { prometheus: api::router(prometheus), alertmanager }
    }
}
