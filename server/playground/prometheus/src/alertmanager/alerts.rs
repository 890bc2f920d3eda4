//! Alerts that fire, who is told, and who is not.

use std::collections::BTreeMap;

use axum::response::Response;
use http::StatusCode;
use playground_promql::Labels;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Alertmanager;
use super::configuration::{GROUPED_BY, holds_back, receiver};
use super::silences::filters;
use crate::api::{LabelsJson, Parameters, Refusal, json, text};
use crate::rules::State;
use crate::times::{read, written};

/// How long an alert counts as firing when nobody repeats it, in milliseconds.
const RESOLVE: i64 = 5 * 60_000;

/// An alert that somebody sent.
#[derive(Clone, Debug)]
pub(super) struct Posted {
    labels: Labels,
    annotations: BTreeMap<String, String>,
    starts: i64,
    ends: i64,
    updated: i64,
    url: String,
}

/// As it is sent.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    labels: BTreeMap<String, String>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
    #[serde(default)]
    starts_at: String,
    #[serde(default)]
    ends_at: String,
    #[serde(default, rename = "generatorURL")]
    generator_url: String,
}

/// An alert with what became of it.
struct Judged {
    alert: Posted,
    silenced_by: Vec<String>,
    inhibited_by: Vec<String>,
    receiver: &'static str,
}

impl Judged {
    fn json(&self) -> Value {
        let is_quiet = !self.silenced_by.is_empty() || !self.inhibited_by.is_empty();
        json!({
            "annotations": self.alert.annotations,
            "endsAt": written(self.alert.ends),
            "fingerprint": fingerprint(&self.alert.labels),
            "receivers": [{ "name": self.receiver }],
            "startsAt": written(self.alert.starts),
            "status": {
                "inhibitedBy": self.inhibited_by,
                "mutedBy": [],
                "silencedBy": self.silenced_by,
                "state": if is_quiet { "suppressed" } else { "active" },
            },
            "updatedAt": written(self.alert.updated),
            "generatorURL": self.alert.url,
            "labels": LabelsJson(&self.alert.labels),
        })
    }
}

/// Sixteen letters that are the same for the same labels.
fn fingerprint(labels: &Labels) -> String {
    let bytes = labels.iter().flat_map(|(name, value)| [name.as_bytes(), &[0xff], value.as_bytes(), &[0xff]]);
    let sum = bytes
        .flatten()
        .fold(0xcbf2_9ce4_8422_2325u64, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{sum:016x}")
}

impl Alertmanager {
    /// Everything that fires: what Prometheus finds, and what others sent.
    fn firing(&self) -> Vec<Posted> {
        let source = &self.prometheus.source;
        let now = source.now();
        let external = source.external_labels();
        let mut firing = Vec::new();
        for (group, rules) in self.prometheus.evaluated() {
            for rule in rules {
                let alerts = rule.alerts.iter().filter(|alert| alert.state == State::Firing);
                firing.extend(alerts.map(|alert| Posted {
                    labels: external.iter().fold(alert.labels.clone(), |labels, (name, value)| {
                        if labels.get(name).is_empty() { labels.with(name, value) } else { labels }
                    }),
                    annotations: alert.annotations.clone(),
                    starts: alert.fired_at.unwrap_or(alert.active_at),
                    // Prometheus repeats what fires; four evaluations without it, and it is over.
                    ends: rule.at + 4 * group.interval.max(60_000),
                    updated: rule.at,
                    url: format!(
                        "http://prometheus-k8s.monitoring.svc:9090/graph?g0.expr={}&g0.tab=1",
                        form_urlencoded::byte_serialize(rule.rule.expression.as_bytes()).collect::<String>()
                    ),
                }));
            }
        }
        let mut posted = self.posted.lock();
        posted.retain(|alert| alert.ends > now);
        firing.extend(posted.iter().cloned());
        firing
    }

    fn judged(&self) -> Vec<Judged> {
        let now = self.prometheus.source.now();
        let firing = self.firing();
        let silences = self.silences.lock();
        let mut judged: Vec<Judged> = firing
            .iter()
            .map(|alert| Judged {
                silenced_by: silences.of(&alert.labels, now),
                inhibited_by: firing
                    .iter()
                    .filter(|other| holds_back(&other.labels, &alert.labels))
                    .map(|other| fingerprint(&other.labels))
                    .collect(),
                receiver: receiver(&alert.labels),
                alert: alert.clone(),
            })
            .collect();
        judged.sort_by(|one, other| one.alert.labels.cmp(&other.alert.labels));
        judged
    }

    /// The alerts that a request asks for.
    fn wanted(&self, parameters: &Parameters) -> Result<Vec<Judged>, Refusal> {
        let filters = filters(parameters)?;
        let receiver =
            regex::Regex::new(&format!("^(?:{})$", parameters.get("receiver"))).map_err(|error| {
                Refusal::words(StatusCode::BAD_REQUEST, &format!("failed to parse receiver param: {error}"))
            })?;
        let shows = |name: &str| parameters.get(name) != "false";
        let mut judged = self.judged();
        judged.retain(|one| {
            let (is_silenced, is_inhibited) = (!one.silenced_by.is_empty(), !one.inhibited_by.is_empty());
            filters.iter().all(|filter| filter.fits(&one.alert.labels))
                && (parameters.get("receiver").is_empty() || receiver.is_match(one.receiver))
                && (shows("silenced") || !is_silenced)
                && (shows("inhibited") || !is_inhibited)
                && (shows("active") || is_silenced || is_inhibited)
        });
        Ok(judged)
    }
}

/// `GET /api/v2/alerts`
pub(super) fn list(manager: &Alertmanager, parameters: &Parameters) -> Result<Response, Refusal> {
    let alerts: Vec<Value> = manager.wanted(parameters)?.iter().map(Judged::json).collect();
    Ok(json(StatusCode::OK, &alerts))
}

/// `GET /api/v2/alerts/groups`
pub(super) fn groups(manager: &Alertmanager, parameters: &Parameters) -> Result<Response, Refusal> {
    let mut groups: BTreeMap<(String, &'static str), Vec<Value>> = BTreeMap::new();
    for judged in manager.wanted(parameters)? {
        let key = (judged.alert.labels.get(GROUPED_BY).to_owned(), judged.receiver);
        groups.entry(key).or_default().push(judged.json());
    }
    let groups: Vec<Value> = groups
        .into_iter()
        .map(|((namespace, receiver), alerts)| {
            let labels = Labels::new([(GROUPED_BY, namespace.as_str())]);
            json!({ "alerts": alerts, "labels": LabelsJson(&labels), "receiver": { "name": receiver } })
        })
        .collect();
    Ok(json(StatusCode::OK, &groups))
}

/// `POST /api/v2/alerts`
pub(super) fn post(manager: &Alertmanager, parameters: &Parameters) -> Result<Response, Refusal> {
    let sent: Vec<Sent> = serde_json::from_slice(&parameters.body).map_err(|error| {
        Refusal::words(StatusCode::BAD_REQUEST, &format!("parsing alerts body failed: {error}"))
    })?;
    let now = manager.prometheus.source.now();
    let mut posted = manager.posted.lock();
    for sent in sent {
        let labels = Labels::new(sent.labels);
        if labels.is_empty() {
            return Err(Refusal::words(StatusCode::BAD_REQUEST, "at least one label pair required"));
        }
        posted.retain(|alert| alert.labels != labels);
        posted.push(Posted {
            labels,
            annotations: sent.annotations,
            starts: read(&sent.starts_at).unwrap_or(now),
            ends: read(&sent.ends_at).unwrap_or(now + RESOLVE),
            updated: now,
            url: sent.generator_url,
        });
    }
    Ok(text(StatusCode::OK, ""))
}
