//! Thresholds: here two numbers, in Grafana a colour for each step of values.

use super::{list, text};
use monitoring_contract::{PanelKind, Thresholds, ValueRange};
use serde_json::{Value, json};

/// What a colour says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Good,
    Warning,
    Critical,
}

impl Tone {
    pub fn of(color: &str) -> Self {
        if let Some([red, green, blue]) = parts(color) {
            return match (red, green, blue) {
                (151.., ..100, ..130) => Self::Critical,
                (181.., 100.., ..120) => Self::Warning,
                _ => Self::Good,
            };
        }
        match color {
            red if red.contains("red") => Self::Critical,
            warm if warm.contains("orange") || warm.contains("yellow") => Self::Warning,
            _ => Self::Good,
        }
    }
}

/// Whether a colour says that all is well, rather than nothing.
pub fn is_good(color: &str) -> bool {
    match parts(color) {
        Some([red, green, blue]) => green > 100 && green > red.max(blue),
        None => color.contains("green"),
    }
}

/// Red, green and blue of `#rrggbb`, `rgb(…)` and `rgba(…)`.
pub fn parts(color: &str) -> Option<[u8; 3]> {
    if let Some(hex) = color.strip_prefix('#').filter(|hex| hex.len() == 6) {
        let part = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
        return Some([part(0)?, part(2)?, part(4)?]);
    }
    let inside = color.strip_prefix("rgba(").or_else(|| color.strip_prefix("rgb("))?.strip_suffix(')')?;
    let mut numbers = inside.split(',').map(|number| number.trim().parse().ok());
    Some([numbers.next()??, numbers.next()??, numbers.next()??])
}

/// The thresholds of a panel, as far as two numbers can say them. Percents are those of its range.
pub fn read(
    panel: &Value,
    kind: PanelKind,
    range: ValueRange,
    missing: &mut dyn FnMut(String),
) -> Thresholds {
    let is_drawn = matches!(kind, PanelKind::Lines | PanelKind::Stacked | PanelKind::Bars);
    let style = text(panel, "/fieldConfig/defaults/custom/thresholdsStyle/mode");
    let steps = list(panel, "/fieldConfig/defaults/thresholds/steps");
    if is_drawn && !list(panel, "/thresholds").is_empty() {
        return of_graph(list(panel, "/thresholds"), missing);
    }
    if !is_drawn && !text(panel, "/thresholds").is_empty() {
        return of_singlestat(panel, missing);
    }
    // Charts have steps even where nobody asked for them.
    if steps.is_empty() || (is_drawn && matches!(style, "" | "off")) {
        return Thresholds::default();
    }
    let is_share = text(panel, "/fieldConfig/defaults/thresholds/mode") == "percentage";
    let within = match (range.min, range.max) {
        _ if !is_share => None,
        (Some(min), Some(max)) => Some((min, max)),
        _ => {
            missing("its thresholds in percent".into());
            return Thresholds::default();
        }
    };
    let at = |value: f64| within.map_or(value, |(min, max)| (min * (100.0 - value) + max * value) / 100.0);
    let steps: Vec<(Option<f64>, Tone)> =
        steps.iter().map(|step| (step["value"].as_f64().map(at), Tone::of(text(step, "/color")))).collect();
    of_steps(&steps).unwrap_or_else(|| {
        missing("its thresholds, of which not all can be said by two numbers".into());
        Thresholds::default()
    })
}

/// Steps as two numbers; none where they cannot be said so.
fn of_steps(steps: &[(Option<f64>, Tone)]) -> Option<Thresholds> {
    use Tone::{Critical, Good, Warning};
    match steps {
        [(_, Good)] => Some(Thresholds::default()),
        [(_, Good), (Some(value), Warning)] => Some(Thresholds { warning: Some(*value), critical: None }),
        [(_, Good), (Some(value), Critical)] => Some(Thresholds { warning: None, critical: Some(*value) }),
        [(_, Good), (Some(warning), Warning), (Some(critical), Critical)]
        | [(_, Critical), (Some(critical), Warning), (Some(warning), Good)] => {
            Some(Thresholds { warning: Some(*warning), critical: Some(*critical) })
        }
        _ => None,
    }
}

/// Those of old charts, one by one with what they mean.
fn of_graph(all: &[Value], missing: &mut dyn FnMut(String)) -> Thresholds {
    let mut thresholds = Thresholds::default();
    for one in all {
        let value = one["value"].as_f64();
        match (text(one, "/colorMode"), text(one, "/op"), value) {
            ("warning", "gt" | "", Some(_)) => thresholds.warning = value,
            ("critical", "gt" | "", Some(_)) => thresholds.critical = value,
            _ => missing("one of its thresholds".into()),
        }
    }
    thresholds
}

/// Those of old single values: two numbers with a comma between, with three colours beside them.
fn of_singlestat(panel: &Value, missing: &mut dyn FnMut(String)) -> Thresholds {
    let text = text(panel, "/thresholds");
    let tone = |color: &Value| color.as_str().map(Tone::of);
    let are_low_bad = match list(panel, "/colors") {
        [low, .., high] => (tone(low), tone(high)) == (Some(Tone::Critical), Some(Tone::Good)),
        _ => false,
    };
    let numbers: Vec<Option<f64>> = text.split(',').map(|number| number.trim().parse().ok()).collect();
    match numbers.as_slice() {
        [Some(critical), Some(warning)] if critical < warning && are_low_bad => {
            Thresholds { warning: Some(*warning), critical: Some(*critical) }
        }
        [Some(warning), Some(critical)] if warning < critical => {
            Thresholds { warning: Some(*warning), critical: Some(*critical) }
        }
        _ => {
            missing(format!("its thresholds {text}"));
            Thresholds::default()
        }
    }
}

/// Thresholds as steps.
pub fn write(thresholds: Thresholds) -> Value {
    let step = |color: &str, value: Option<f64>| json!({"color": color, "value": value});
    let steps = match (thresholds.warning, thresholds.critical) {
        (Some(warning), Some(critical)) if critical < warning => {
            vec![step("red", None), step("orange", Some(critical)), step("green", Some(warning))]
        }
        (warning, critical) => {
            let mut steps = vec![step("green", None)];
            steps.extend(warning.map(|value| step("orange", Some(value))));
            steps.extend(critical.map(|value| step("red", Some(value))));
            steps
        }
    };
    json!({"mode": "absolute", "steps": steps})
}
