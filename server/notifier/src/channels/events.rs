//! Messages to programs.

use crate::message::{Rendering, Told, one_line, shortened};
use model::{Level, Timestamp};
use notifications_contract::Reason;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// PagerDuty takes 1,024 characters.
const SUMMARY_BYTES: usize = 1_000;

fn has_ended(reason: Reason) -> bool {
    reason == Reason::Resolved
}

fn labels(said: &Rendering<'_>, told: &Told) -> BTreeMap<String, String> {
    let mut labels: BTreeMap<String, String> = told.alert.labels.iter().cloned().collect();
    labels.insert("alertname".into(), told.alert.name.clone());
    if !told.alert.severity.is_empty() {
        labels.insert("severity".into(), told.alert.severity.clone());
    }
    // Whoever hears several clusters has to tell them apart.
    if let Some(cluster) = &said.message.cluster {
        labels.entry("cluster".into()).or_insert_with(|| cluster.to_string());
    }
    labels
}

/// As webhooks of Alertmanager look, version 4
/// (<https://prometheus.io/docs/alerting/latest/configuration/#webhook_config>).
pub fn webhook(said: &Rendering<'_>) -> Value {
    let message = said.message;
    let status = if has_ended(said.reason) { "resolved" } else { "firing" };
    let group: BTreeMap<&str, String> =
        message.cluster.iter().map(|cluster| ("cluster", cluster.to_string())).collect();
    let alerts: Vec<Value> = message.alerts.iter().map(|told| alert(said, told, status)).collect();
    json!({
        "version": "4",
        "groupKey": format!("{}:{}", said.receiver.id, group.get("cluster").map_or("", String::as_str)),
        "truncatedAlerts": message.total - message.alerts.len(),
        "status": status,
        "receiver": said.receiver.name,
        "groupLabels": group,
        "commonLabels": group,
        "commonAnnotations": if message.cluster.is_none() {
            json!({ "summary": said.text(SUMMARY_BYTES) })
        } else {
            json!({})
        },
        "externalURL": said.public_url,
        "alerts": alerts,
    })
}

fn alert(said: &Rendering<'_>, told: &Told, status: &str) -> Value {
    let alert = &told.alert;
    let line = said.line(alert);
    let annotations = [
        ("summary", line.as_str()),
        ("description", alert.description.as_str()),
        ("runbook_url", alert.runbook.as_deref().unwrap_or_default()),
    ];
    let annotations: BTreeMap<&str, &str> =
        annotations.into_iter().filter(|(_, text)| !text.is_empty()).collect();
    let ended = has_ended(said.reason).then_some(said.message.at);
    json!({
        "status": status,
        "labels": labels(said, told),
        "annotations": annotations,
        "startsAt": alert.since.unwrap_or(said.message.at).to_rfc3339(),
        "endsAt": ended.map_or("0001-01-01T00:00:00Z".to_owned(), Timestamp::to_rfc3339),
        "generatorURL": said.address(alert),
        "fingerprint": told.fingerprint,
    })
}

/// Events for PagerDuty, one for each alert; PagerDuty itself knows by `dedup_key` which belong together
/// (<https://developer.pagerduty.com/docs/events-api-v2-overview>).
pub fn pagerduty(said: &Rendering<'_>, key: &str) -> Vec<Value> {
    let message = said.message;
    if message.cluster.is_none() {
        return vec![json!({
            "routing_key": key, "event_action": "trigger", "dedup_key": said.receiver.id,
            "payload": { "summary": said.subject(), "source": "orrery", "severity": "info" },
        })];
    }
    message.alerts.iter().map(|told| event(said, told, key)).collect()
}

fn event(said: &Rendering<'_>, told: &Told, key: &str) -> Value {
    let cluster = said.message.cluster.as_ref().map(ToString::to_string).unwrap_or_default();
    let dedup_key = format!("{}/{cluster}/{}", said.receiver.id, told.fingerprint);
    if has_ended(said.reason) {
        return json!({ "routing_key": key, "event_action": "resolve", "dedup_key": dedup_key });
    }
    let alert = &told.alert;
    let what = alert.resource.as_ref().map(|resource| format!(" · {resource}")).unwrap_or_default();
    let summary = format!("{cluster} · {}{what} · {}", alert.name, one_line(&said.line(alert)));
    let severity = match alert.level {
        Level::Failed => "critical",
        Level::Warning => "warning",
        _ => "info",
    };
    let address = said.address(alert);
    json!({
        "routing_key": key,
        "event_action": "trigger",
        "dedup_key": dedup_key,
        "payload": {
            "summary": shortened(&summary, SUMMARY_BYTES),
            "source": cluster,
            "severity": severity,
            "timestamp": alert.since.unwrap_or(said.message.at).to_rfc3339(),
            "custom_details": labels(said, told),
        },
        "links": address.map(|href| vec![json!({ "href": href, "text": "Orrery" })]).unwrap_or_default(),
    })
}
