//! What rules say.

use axum::response::Response;
use playground_promql::{Labels, format_scientific};
use serde_json::{Value, json};

use super::Prometheus;
use super::answer::{Refusal, success};
use super::json::LabelsJson;
use super::parameters::Parameters;
use crate::rules::{Alert, Evaluated, Group, Kind, Ruled, State};
use crate::times::written;

impl Prometheus {
    /// Everything that can be asked for: the world's series and what rules make of them.
    pub(crate) fn storage(&self) -> std::sync::Arc<Ruled> {
        let groups = self.source.rules().into();
        let (remembered, now) = (self.remembered.clone(), self.source.now());
        std::sync::Arc::new(Ruled::new(self.source.storage(), groups, self.engine, remembered, now))
    }

    /// All groups with what their rules say now.
    pub(crate) fn evaluated(&self) -> Vec<(Group, Vec<Evaluated>)> {
        let now = self.source.now();
        let storage = self.storage();
        let groups = self.source.rules().into_iter();
        groups
            .map(|group| {
                let rules = self.book.evaluated(&group, &storage, now);
                (group, rules)
            })
            .collect()
    }
}

/// `GET /api/v1/rules`
pub(crate) fn rules(prometheus: &Prometheus, parameters: &Parameters) -> Result<Response, Refusal> {
    let wanted = parameters.get("type");
    if !matches!(wanted, "" | "alert" | "record") {
        return Err(Refusal::parameter("type", format!("not supported value {wanted:?}")));
    }
    let groups: Vec<Value> = prometheus
        .evaluated()
        .iter()
        .map(|(group, rules)| {
            let is_wanted = |rule: &&Evaluated| match rule.rule.kind {
                Kind::Record => wanted != "alert",
                Kind::Alert { .. } => wanted != "record",
            };
            json!({
                "name": group.name,
                "file": group.file,
                "rules": rules.iter().filter(is_wanted).map(rule).collect::<Vec<_>>(),
                "interval": seconds(group.interval),
                "limit": 0,
                "evaluationTime": rules.iter().map(|rule| rule.seconds).sum::<f64>(),
                "lastEvaluation": written(rules.iter().map(|rule| rule.at).max().unwrap_or_default()),
            })
        })
        .collect();
    Ok(success(&json!({ "groups": groups })))
}

fn rule(evaluated: &Evaluated) -> Value {
    let rule = &evaluated.rule;
    let labels = Labels::new(rule.labels.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let mut said = json!({
        "name": rule.name,
        "query": rule.expression,
        "labels": LabelsJson(&labels),
        "health": if evaluated.error.is_some() { "err" } else { "ok" },
        "evaluationTime": evaluated.seconds,
        "lastEvaluation": written(evaluated.at),
        "type": if matches!(rule.kind, Kind::Record) { "recording" } else { "alerting" },
    });
    if let Some(error) = &evaluated.error {
        said["lastError"] = error.as_str().into();
    }
    if let Kind::Alert { hold, annotations } = &rule.kind {
        said["state"] = evaluated.state().name().into();
        said["duration"] = seconds(*hold);
        said["keepFiringFor"] = 0.into();
        said["annotations"] = annotations
            .iter()
            .map(|(name, text)| (name.clone(), text.clone().into()))
            .collect::<serde_json::Map<_, _>>()
            .into();
        said["alerts"] = evaluated.alerts.iter().filter(is_active).map(alert).collect();
    }
    said
}

/// `GET /api/v1/alerts`
pub(crate) fn alerts(prometheus: &Prometheus, _: &Parameters) -> Result<Response, Refusal> {
    let groups = prometheus.evaluated();
    let rules = groups.iter().flat_map(|(_, rules)| rules);
    let alerts: Vec<Value> = rules.flat_map(|rule| rule.alerts.iter().filter(is_active)).map(alert).collect();
    Ok(success(&json!({ "alerts": alerts })))
}

fn is_active(alert: &&Alert) -> bool {
    alert.state != State::Inactive
}

fn alert(alert: &Alert) -> Value {
    json!({
        "labels": LabelsJson(&alert.labels),
        "annotations": alert.annotations,
        "state": alert.state.name(),
        "activeAt": written(alert.active_at),
        "value": format_scientific(alert.value),
    })
}

/// Whole seconds without a fraction, as Go writes them.
fn seconds(milliseconds: i64) -> Value {
    if milliseconds % 1000 == 0 {
        (milliseconds / 1000).into()
    } else {
        (milliseconds as f64 / 1000.0).into()
    }
}
