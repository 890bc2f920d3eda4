//! The console's own figures, for Prometheus, on a listener of their own.

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use std::time::Duration;

/// Bounds of the buckets of durations, in seconds: from an answer out of memory to one that a reader gives up on.
const DURATIONS: [f64; 13] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// How often what was measured is added up.
const ADD_UP: Duration = Duration::from_secs(5);

/// Starts counting. Only once per process.
pub fn install() -> Result<PrometheusHandle, BuildError> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_duration_seconds".into()), &DURATIONS)?
        .install_recorder()?;
    metrics::describe_counter!("orrery_http_requests_total", "Requests by route, method and status");
    metrics::describe_histogram!("orrery_http_request_duration_seconds", "Time until the answer begins");
    metrics::describe_counter!(
        "orrery_panics_total",
        "Requests, and rounds of background work, that ended in a panic"
    );
    metrics::describe_gauge!("orrery_connections", "Open connections");
    metrics::describe_counter!("orrery_connections_refused_total", "Connections turned away at a cap");
    Ok(handle)
}

/// Adds up what was measured, again and again: until then each measurement is kept by itself, also where nobody ever asks.
pub async fn add_up(handle: PrometheusHandle) {
    loop {
        tokio::time::sleep(ADD_UP).await;
        handle.run_upkeep();
    }
}

/// `GET /metrics`.
pub fn router(handle: PrometheusHandle) -> Router {
    Router::new().route(
        "/metrics",
        get(move || {
            let handle = handle.clone();
            async move {
                handle.run_upkeep();
                ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], handle.render())
            }
        }),
    )
}
