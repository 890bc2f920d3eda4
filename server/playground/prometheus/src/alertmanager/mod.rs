//! The HTTP API of Alertmanager, version 2.

mod alerts;
mod configuration;
mod matcher;
mod silences;
mod status;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::get;
use parking_lot::Mutex;

use crate::api::{Parameters, Prometheus, Refusal};
use silences::Silences;

/// What handlers have at hand.
#[derive(Clone)]
struct Alertmanager {
    prometheus: Prometheus,
    silences: Arc<Mutex<Silences>>,
    posted: Arc<Mutex<Vec<alerts::Posted>>>,
}

type Handler = fn(&Alertmanager, &Parameters) -> Result<Response, Refusal>;

/// The whole API as a router.
pub(crate) fn router(prometheus: Prometheus) -> Router {
    let to = |handler: Handler| move |state, request| answered(handler, state, request);
    Router::new()
        .route("/api/v2/status", get(to(status::status)))
        .route("/api/v2/receivers", get(to(status::receivers)))
        .route("/api/v2/alerts", get(to(alerts::list)).post(to(alerts::post)))
        .route("/api/v2/alerts/groups", get(to(alerts::groups)))
        .route("/api/v2/silences", get(to(silences::list)).post(to(silences::post)))
        .route("/api/v2/silence/{id}", get(to(silences::one)).delete(to(silences::expire)))
        .route("/-/healthy", get(to(status::healthy)).head(to(status::healthy)))
        .route("/-/ready", get(to(status::healthy)).head(to(status::healthy)))
        .with_state(Alertmanager { prometheus, silences: Arc::default(), posted: Arc::default() })
}

async fn answered(handler: Handler, State(manager): State<Alertmanager>, request: Request) -> Response {
    let parameters = match Parameters::read(request).await {
        Ok(parameters) => parameters,
        Err(refusal) => return refusal.plain(),
    };
    let answered = tokio::task::spawn_blocking(move || handler(&manager, &parameters)).await;
    match answered {
        Ok(answer) => answer.unwrap_or_else(|refusal| refusal.plain()),
        Err(_) => Refusal::internal("the answer was given up").plain(),
    }
}
