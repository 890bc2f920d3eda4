//! Queries of one's own.

use crate::{Explained, Measured, Window};
use leptos::prelude::*;
use model::chart::Chart;
use model::{ClusterName, ConsoleError};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// The answers to queries of one's own.
#[server(endpoint = "monitoring/explore", input = Json)]
pub async fn run_query(
    /// The queries, where, when.
    request: ExploreRequest,
) -> Result<Measured<Explored>, ConsoleError> {
    model::port::<dyn crate::Monitoring>()?.explore(request).await
}

/// The names of the metrics that the caller may ask for, for completion.
#[server(endpoint = "monitoring/names", input = Json)]
pub async fn read_metric_names(
    /// Where.
    cluster: ClusterName,
) -> Result<Vec<String>, ConsoleError> {
    model::port::<dyn crate::Monitoring>()?.metric_names(cluster).await
}

/// The names of the labels of a metric, or the values of one of them, for completion: of what the caller may see.
#[server(endpoint = "monitoring/labels", input = Json)]
pub async fn read_labels(
    /// Where.
    cluster: ClusterName,
    /// The metric.
    metric: String,
    /// Whose values; empty for the names of labels.
    label: String,
) -> Result<Vec<String>, ConsoleError> {
    model::port::<dyn crate::Monitoring>()?.labels(cluster, metric, label).await
}

/// What queries that are asked at once are called. There are no more of them.
pub const QUERY_LETTERS: [&str; 5] = ["A", "B", "C", "D", "E"];

/// Queries, where, when.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ExploreRequest {
    /// Where.
    pub cluster: ClusterName,
    /// In PromQL, one for each letter; an empty one asks nothing.
    pub queries: [String; QUERY_LETTERS.len()],
    /// Which stretch of time.
    pub window: Window,
}

impl ExploreRequest {
    /// A single query.
    pub fn one(cluster: ClusterName, query: &str, window: Window) -> Self {
        let mut queries = <[String; QUERY_LETTERS.len()]>::default();
        if let Some(first) = queries.first_mut() {
            query.clone_into(first);
        }
        Self { cluster, queries, window }
    }
}

/// What queries gave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Explored {
    /// The namespaces to which the queries were confined; `None` when they were not.
    pub confined_to: Option<Vec<String>>,
    /// Each query that asks something.
    pub queries: Vec<ExploredQuery>,
    /// What those gave that can be run, on one chart; `None` when none can. Where several were asked, the key of each line is
    /// the letter of its query.
    pub chart: Option<Chart>,
}

/// What became of a query.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ExploredQuery {
    /// What it is called.
    pub letter: String,
    /// The query as it was sent: with what the reader may see forced on every selector.
    pub sent: String,
    /// What is wrong with it, when something is.
    pub fault: Option<QueryFault>,
    /// What it asks, part by part, when nothing is.
    pub explained: Option<Explained>,
}

/// What is wrong with a query, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueryFault {
    /// What is wrong.
    pub message: String,
    /// Where, in characters from the beginning, when that is known.
    pub at: Option<u32>,
}
