//! The HTTP API of Prometheus, version 1.

mod answer;
mod json;
mod parameters;
mod query;
mod rules;
mod series;
mod status;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::get;
use playground_promql::Engine;

use crate::rules::{Book, Remembered};
use crate::source::Source;
pub(crate) use answer::{Refusal, json, text};
pub(crate) use json::LabelsJson;
pub(crate) use parameters::Parameters;

/// What handlers have at hand.
#[derive(Clone)]
pub(crate) struct Prometheus {
    pub(crate) source: Arc<dyn Source>,
    pub(crate) book: Arc<Book>,
    pub(crate) remembered: Arc<Remembered>,
    pub(crate) engine: Engine,
}

type Handler = fn(&Prometheus, &Parameters) -> Result<Response, Refusal>;

/// The whole API as a router.
pub(crate) fn router(prometheus: Prometheus) -> Router {
    let read = |handler: Handler| get(move |state, request| answered(handler, state, request));
    let both = |handler: Handler| read(handler).post(move |state, request| answered(handler, state, request));
    Router::new()
        .route("/api/v1/query", both(query::instant))
        .route("/api/v1/query_range", both(query::range))
        .route("/api/v1/query_exemplars", both(query::exemplars))
        .route("/api/v1/series", both(series::series))
        .route("/api/v1/labels", both(series::labels))
        .route("/api/v1/label/{name}/values", read(series::values))
        .route("/api/v1/metadata", read(status::metadata))
        .route("/api/v1/targets", read(status::targets))
        .route("/api/v1/rules", read(rules::rules))
        .route("/api/v1/alerts", read(rules::alerts))
        .route("/api/v1/alertmanagers", read(status::alertmanagers))
        .route("/api/v1/status/buildinfo", read(status::build))
        .route("/api/v1/status/runtimeinfo", read(status::runtime))
        .route("/api/v1/status/config", read(status::configuration))
        .route("/api/v1/status/flags", read(status::flags))
        .route("/-/healthy", read(status::healthy))
        .route("/-/ready", read(status::ready))
        .fallback(answer::no_page)
        .with_state(prometheus)
}

/// Reads the request and answers it where waiting for a processor holds up nobody else.
async fn answered(handler: Handler, State(prometheus): State<Prometheus>, request: Request) -> Response {
    let parameters = match Parameters::read(request).await {
        Ok(parameters) => parameters,
        Err(refusal) => return refusal.response(),
    };
    let evaluated = tokio::task::spawn_blocking(move || handler(&prometheus, &parameters)).await;
    match evaluated {
        Ok(answer) => answer.unwrap_or_else(|refusal| refusal.response()),
        Err(_) => Refusal::internal("the evaluation was given up").response(),
    }
}
