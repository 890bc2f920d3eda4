//! Queries of one's own.

use crate::{Explained, Measured, Window};
use leptos::prelude::*;
use model::chart::Chart;
use model::{ClusterName, ConsoleError};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// The answer to a query of one's own.
#[server(endpoint = "monitoring/explore", input = Json)]
pub async fn run_query(
    /// The query, where, when.
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

/// A query, where, when.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ExploreRequest {
    /// Where.
    pub cluster: ClusterName,
    /// In PromQL; empty asks nothing.
    pub query: String,
    /// Which stretch of time.
    pub window: Window,
}

/// What a query gave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Explored {
    /// The query as it was sent: with what the reader may see forced on every selector.
    pub sent: String,
    /// The namespaces to which the query was confined; `None` when it was not.
    pub confined_to: Option<Vec<String>>,
    /// The chart, when there is one.
    pub chart: Option<Chart>,
    /// What is wrong with the query, when something is.
    pub fault: Option<QueryFault>,
    /// What the query asks, part by part, when nothing is.
    #[serde(default)]
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
