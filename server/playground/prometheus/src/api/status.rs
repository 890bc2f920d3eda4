//! What this Prometheus says about itself.

use std::collections::BTreeMap;

use axum::response::Response;
use http::StatusCode;
use serde_json::{Value, json};

use super::Prometheus;
use super::answer::{Refusal, success, text};
use super::json::LabelsJson;
use super::parameters::Parameters;
use crate::times::written;
use crate::{DAYS_KEPT, SCRAPE_SECONDS, VERSION};

/// `GET /api/v1/metadata`
pub(crate) fn metadata(prometheus: &Prometheus, parameters: &Parameters) -> Result<Response, Refusal> {
    let limit = match parameters.get("limit") {
        "" => usize::MAX,
        limit => limit.parse().map_err(|_| Refusal::bad_data("limit must be a number"))?,
    };
    let wanted = parameters.get("metric");
    let known = prometheus.source.metadata();
    let chosen = known.iter().filter(|one| wanted.is_empty() || one.metric == wanted).take(limit);
    let by_name: BTreeMap<&str, Value> =
        chosen.map(|one| (one.metric, json!([{ "type": one.kind, "help": one.help, "unit": "" }]))).collect();
    Ok(success(&by_name))
}

/// `GET /api/v1/targets`
pub(crate) fn targets(prometheus: &Prometheus, parameters: &Parameters) -> Result<Response, Refusal> {
    let pool = parameters.get("scrapePool");
    let targets = prometheus.source.targets();
    let chosen = targets.iter().filter(|target| pool.is_empty() || target.pool == pool);
    let active: Vec<Value> = match parameters.get("state") {
        "dropped" => Vec::new(),
        _ => chosen
            .map(|target| {
                json!({
                    "discoveredLabels": LabelsJson(&target.discovered),
                    "labels": LabelsJson(&target.labels),
                    "scrapePool": target.pool,
                    "scrapeUrl": target.url,
                    "globalUrl": target.url,
                    "lastError": target.error,
                    "lastScrape": written(target.last_scrape),
                    "lastScrapeDuration": target.seconds,
                    "health": if target.error.is_empty() { "up" } else { "down" },
                    "scrapeInterval": format!("{SCRAPE_SECONDS}s"),
                    "scrapeTimeout": "10s",
                })
            })
            .collect(),
    };
    Ok(success(&json!({ "activeTargets": active, "droppedTargets": [] })))
}

/// `GET /api/v1/alertmanagers`
pub(crate) fn alertmanagers(_: &Prometheus, _: &Parameters) -> Result<Response, Refusal> {
    let url = "http://alertmanager-main.monitoring.svc:9093/api/v2/alerts";
    Ok(success(&json!({ "activeAlertmanagers": [{ "url": url }], "droppedAlertmanagers": [] })))
}

/// `GET /api/v1/status/buildinfo`
pub(crate) fn build(_: &Prometheus, _: &Parameters) -> Result<Response, Refusal> {
    Ok(success(&json!({
        "version": VERSION,
        "revision": "playground",
        "branch": "HEAD",
        "buildUser": "orrery",
        "buildDate": "20230131-12:00:00",
        "goVersion": "go1.19.5",
    })))
}

/// `GET /api/v1/status/runtimeinfo`
pub(crate) fn runtime(prometheus: &Prometheus, _: &Parameters) -> Result<Response, Refusal> {
    Ok(success(&json!({
        "startTime": written(prometheus.source.started()),
        "CWD": "/prometheus",
        "reloadConfigSuccess": true,
        "lastConfigTime": written(prometheus.source.started()),
        "corruptionCount": 0,
        "goroutineCount": 48,
        "GOMAXPROCS": 2,
        "GOMEMLIMIT": i64::MAX,
        "GOGC": "",
        "GODEBUG": "",
        "storageRetention": format!("{DAYS_KEPT}d"),
    })))
}

/// `GET /api/v1/status/config`
pub(crate) fn configuration(prometheus: &Prometheus, _: &Parameters) -> Result<Response, Refusal> {
    Ok(success(&json!({ "yaml": prometheus.source.configuration() })))
}

/// `GET /api/v1/status/flags`
pub(crate) fn flags(prometheus: &Prometheus, _: &Parameters) -> Result<Response, Refusal> {
    Ok(success(&json!({
        "query.lookback-delta": format!("{}m", prometheus.engine.lookback / 60_000),
        "query.max-samples": prometheus.engine.max_samples.to_string(),
        "query.timeout": format!("{}m", prometheus.engine.timeout.as_secs() / 60),
        "storage.tsdb.retention.time": format!("{DAYS_KEPT}d"),
        "web.enable-admin-api": "false",
        "web.enable-lifecycle": "false",
    })))
}

/// `GET /-/healthy`
pub(crate) fn healthy(_: &Prometheus, _: &Parameters) -> Result<Response, Refusal> {
    Ok(text(StatusCode::OK, "Prometheus Server is Healthy.\n"))
}

/// `GET /-/ready`
pub(crate) fn ready(_: &Prometheus, _: &Parameters) -> Result<Response, Refusal> {
    Ok(text(StatusCode::OK, "Prometheus Server is Ready.\n"))
}
