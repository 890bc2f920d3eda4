//! What a Prometheus of the playground knows about its world.

use std::sync::Arc;

use playground_promql::{Labels, Storage};

use crate::rules::Group;

/// The world behind a Prometheus.
pub trait Source: Send + Sync + 'static {
    /// The present, in milliseconds since 1970.
    fn now(&self) -> i64;

    /// When this Prometheus started, in milliseconds since 1970.
    fn started(&self) -> i64;

    /// From when there are samples, in milliseconds since 1970.
    fn oldest(&self) -> i64;

    /// All series, as they are described at this moment.
    fn storage(&self) -> Arc<dyn Storage>;

    /// What each metric means.
    fn metadata(&self) -> Vec<Metadata>;

    /// What is scraped.
    fn targets(&self) -> Vec<Target>;

    /// The rules to evaluate.
    fn rules(&self) -> Vec<Group>;

    /// The configuration file.
    fn configuration(&self) -> String;

    /// Labels that leave with each alert.
    fn external_labels(&self) -> Labels;
}

/// What a metric means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// The metric's name.
    pub metric: &'static str,
    /// `counter`, `gauge`, `histogram`, `summary` or `unknown`.
    pub kind: &'static str,
    /// One sentence.
    pub help: &'static str,
}

/// Something that is scraped.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// The labels that its series carry.
    pub labels: Labels,
    /// What service discovery says about it.
    pub discovered: Labels,
    /// The scrape configuration that found it.
    pub pool: String,
    /// Where it is scraped.
    pub url: String,
    /// Why the last scrape failed; empty if it did not.
    pub error: String,
    /// When it was scraped last, in milliseconds since 1970.
    pub last_scrape: i64,
    /// How many seconds that took.
    pub seconds: f64,
}
