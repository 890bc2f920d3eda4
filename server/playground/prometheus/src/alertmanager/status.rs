//! What this Alertmanager says about itself.

use axum::response::Response;
use http::StatusCode;
use serde_json::{Value, json};

use super::Alertmanager;
use super::configuration::{RECEIVERS, WRITTEN};
use crate::api::{Parameters, Refusal, json, text};
use crate::times::written;

/// `GET /api/v2/status`
pub(super) fn status(manager: &Alertmanager, _: &Parameters) -> Result<Response, Refusal> {
    Ok(json(
        StatusCode::OK,
        &json!({
            "cluster": { "name": "01PLAYGROUND", "peers": [], "status": "ready" },
            "config": { "original": WRITTEN },
            "uptime": written(manager.prometheus.source.started()),
            "versionInfo": {
                "branch": "HEAD",
                "buildDate": "20250115-14:10:33",
                "buildUser": "orrery",
                "goVersion": "go1.23.4",
                "revision": "playground",
                "version": "0.28.1",
            },
        }),
    ))
}

/// `GET /api/v2/receivers`
pub(super) fn receivers(_: &Alertmanager, _: &Parameters) -> Result<Response, Refusal> {
    let receivers: Vec<Value> = RECEIVERS.iter().map(|name| json!({ "name": name })).collect();
    Ok(json(StatusCode::OK, &receivers))
}

/// `GET /-/healthy` and `/-/ready`
pub(super) fn healthy(_: &Alertmanager, _: &Parameters) -> Result<Response, Refusal> {
    Ok(text(StatusCode::OK, "OK"))
}
