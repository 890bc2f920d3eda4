//! How alerts are grouped, held back and sent on: the configuration that kube-prometheus ships.

use playground_promql::Labels;

/// Who is told, in the order of the configuration.
pub(super) const RECEIVERS: [&str; 4] = ["Default", "Watchdog", "Critical", "null"];

/// Labels by which alerts are told together.
pub(super) const GROUPED_BY: &str = "namespace";

/// A severity that keeps lesser ones about the same quiet.
const HELD_BACK: [(&str, &[&str]); 2] = [("critical", &["warning", "info"]), ("warning", &["info"])];

/// What must be equal for that.
const SAME: [&str; 2] = ["namespace", "alertname"];

/// The same as text.
pub(super) const WRITTEN: &str = include_str!("alertmanager.yaml");

/// Who is told of an alert.
pub(super) fn receiver(labels: &Labels) -> &'static str {
    match (labels.get("alertname"), labels.get("severity")) {
        ("Watchdog", _) => "Watchdog",
        ("InfoInhibitor", _) => "null",
        (_, "critical") => "Critical",
        _ => "Default",
    }
}

/// Whether one alert keeps another quiet.
pub(super) fn holds_back(source: &Labels, target: &Labels) -> bool {
    let is_lesser = HELD_BACK.iter().any(|(severity, lesser)| {
        source.get("severity") == *severity && lesser.contains(&target.get("severity"))
    });
    is_lesser && SAME.iter().all(|label| source.get(label) == target.get(label))
}
