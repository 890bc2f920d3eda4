//! The HTTP API of Alertmanager, version 2.

use axum::Router;

use crate::api::Prometheus;

/// The whole API as a router.
pub(crate) fn router(prometheus: Prometheus) -> Router {
    Router::new().with_state(prometheus)
}
