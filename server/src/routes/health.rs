//! For whoever starts, stops and watches the console.

use crate::console::Console;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use std::time::Duration;
use tokio::time::timeout;

/// How long the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// What `/health/ready` tells.
#[derive(Debug, Serialize)]
pub struct Readiness {
    ready: bool,
    stopping: bool,
    database: &'static str,
}

/// The process answers: restarting it would not help.
pub async fn live() -> &'static str {
    "live\n"
}

/// The console can do its work. A cluster that cannot be reached does not count: the others can be worked with.
pub async fn ready(State(console): State<Console>) -> (StatusCode, Json<Readiness>) {
    let database = match timeout(PATIENCE, console.database().ping()).await {
        Ok(Ok(())) => "answers",
        Ok(Err(_)) => "fails",
        Err(_) => "does not answer",
    };
    let stopping = console.stopping().announced.is_cancelled();
    let ready = database == "answers" && !stopping;
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Readiness { ready, stopping, database }))
}
