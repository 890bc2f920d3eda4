//! Dashboards as Grafana writes them: taken over, and given back.
//!
//! What Grafana can say and a dashboard here cannot is named, one by one, before anything is kept. What is about looking at
//! a dashboard rather than about what stands in it (times, refreshing, ids) is not part of it.

mod colors;
mod elements;
mod export;
mod import;
mod mappings;
mod panels;
mod thresholds;
mod variables;

pub use export::export;
pub use import::import;

use model::Unit;
use monitoring_contract::PanelFigure;
use serde_json::Value;

/// Grafana's words for units, the one that is written first, and what dashboards of `KubeSphere` call them behind.
const UNITS: [(Unit, &[&str]); 10] = [
    (Unit::Count, &["short", "none", "locale", "sishort", ""]),
    (Unit::Ratio, &["percentunit", "percent (0.0-1.0)"]),
    (Unit::Percent, &["percent", "percent (0-100)"]),
    (Unit::Bytes, &["bytes", "decbytes", "Byte"]),
    (Unit::BytesPerSecond, &["binBps", "Bps", "Byte/s"]),
    (Unit::BitsPerSecond, &["bps", "binbps", "bit/s"]),
    (Unit::Milliseconds, &["ms", "dtdurationms"]),
    (Unit::PerSecond, &["ops", "reqps", "rps", "cps", "wps", "iops", "pps", "eps"]),
    (Unit::Seconds, &["s", "dtdurations", "seconds"]),
    (Unit::Cores, &["suffix:cores"]),
];

/// Grafana's words for the value by which a series is shown, the one that is written first.
const FIGURES: [(PanelFigure, &[&str]); 4] = [
    (PanelFigure::Latest, &["lastNotNull", "last", "current", ""]),
    (PanelFigure::Mean, &["mean", "avg"]),
    (PanelFigure::Least, &["min"]),
    (PanelFigure::Most, &["max"]),
];

/// What searches of logs and events are asked of, in the console's own language.
const RECORDS: &str = "orrery-records";

/// Grafana's grid has twice as many columns.
const COLUMNS: u64 = 24;

/// How much of what is left out is told; the rest is counted.
const TOLD: usize = 25;

/// What is left out, in words for the form.
pub fn left_out_words(left_out: &[String]) -> String {
    let mut lines = vec!["Nothing is saved yet. This is not understood:".to_owned()];
    lines.extend(left_out.iter().take(TOLD).map(|one| format!("– {one}")));
    let more = left_out.len().saturating_sub(TOLD);
    if more > 0 {
        lines.push(format!("– and {more} more"));
    }
    lines.push("Choose to leave it out, or change the text.".to_owned());
    lines.join("\n")
}

/// A text at a path of names.
fn text<'v>(value: &'v Value, path: &str) -> &'v str {
    value.pointer(path).and_then(Value::as_str).unwrap_or_default()
}

/// A list at a path of names.
fn list<'v>(value: &'v Value, path: &str) -> &'v [Value] {
    value.pointer(path).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests;
