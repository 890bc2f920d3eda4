//! The samples that expressions are asked of, for a simulator and a real Prometheus alike.
//!
//! They are written as in the test language of Prometheus: `name{label="value"} 0+10x5 _ 7`, one series a line.

use std::fmt::Write;

/// The moment of the first sample, in milliseconds since 1970: the fifth of January 2026, at midnight.
pub const START: i64 = 1_767_571_200_000;

/// How far samples are apart, in milliseconds.
pub const STEP: i64 = 30_000;

/// A series: its name, its labels as they are written, and its samples.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The metric.
    pub name: String,
    /// Labels and their values, in order.
    pub labels: Vec<(String, String)>,
    /// Times in milliseconds since 1970, and values.
    pub samples: Vec<(i64, f64)>,
}

/// All series.
pub fn series() -> Vec<Series> {
    let written = include_str!("../samples/prometheus.txt").lines();
    let lines = written.map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| Series::read(line).unwrap_or_else(|| panic!("this is no series: {line}"))).collect()
}

/// All series as text that `promtool tsdb create-blocks-from openmetrics` reads.
pub fn openmetrics() -> String {
    let mut text = String::new();
    for series in series() {
        let labels: Vec<String> =
            series.labels.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
        let labels = labels.join(",");
        for (at, value) in &series.samples {
            let value = if value.is_infinite() {
                if *value > 0.0 { "+Inf".to_owned() } else { "-Inf".to_owned() }
            } else {
                value.to_string()
            };
            let at = *at as f64 / 1000.0;
            writeln!(text, "{}{{{labels}}} {value} {at}", series.name).expect("a string takes everything");
        }
    }
    text.push_str("# EOF\n");
    text
}

impl Series {
    /// A line that begins with `~` is sampled unevenly.
    fn read(line: &str) -> Option<Self> {
        let (line, is_uneven) = line.strip_prefix('~').map_or((line, false), |line| (line, true));
        let (name, rest) = line.split_once('{')?;
        let (labels, values) = rest.split_once('}')?;
        let labels = labels.split("\",").filter(|label| !label.is_empty()).map(|label| {
            let (name, value) = label.split_once('=')?;
            Some((name.trim().to_owned(), value.trim().trim_matches('"').to_owned()))
        });
        let values = values.split_whitespace().map(expand).collect::<Option<Vec<_>>>()?;
        let mut samples = Vec::new();
        for (index, value) in (0..).zip(values.into_iter().flatten()) {
            let shift = if is_uneven { (index * index * 37 + index * 131) % 9_000 } else { 0 };
            samples.extend(value.map(|value| (START + index * STEP + shift, value)));
        }
        Some(Self { name: name.to_owned(), labels: labels.collect::<Option<_>>()?, samples })
    }
}

/// `_`, `_x3`, `5`, `5x3`, `5+2x3` or `5-2x3`: what is repeated is there once more than the number says, as in
/// Prometheus; only gaps are counted.
fn expand(text: &str) -> Option<Vec<Option<f64>>> {
    let (value, times) = match text.split_once('x') {
        Some((value, times)) => (value, Some(times.parse::<usize>().ok()?)),
        None => (text, None),
    };
    if value == "_" {
        return Some(vec![None; times.unwrap_or(1)]);
    }
    let Some(times) = times else { return Some(vec![Some(value.parse().ok()?)]) };
    let sign = value
        .char_indices()
        .skip(1)
        .find(|(place, sign)| matches!(sign, '+' | '-') && !value[..*place].ends_with('e'));
    let (first, step) = match sign {
        Some((place, _)) => (value[..place].parse().ok()?, value[place..].parse().ok()?),
        None => (value.parse::<f64>().ok()?, 0.0),
    };
    Some((0..=times).map(|turn| Some(first + step * turn as f64)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_briefly() {
        assert_eq!(expand("1+2x2"), Some(vec![Some(1.0), Some(3.0), Some(5.0)]));
        assert_eq!(expand("5-1x1"), Some(vec![Some(5.0), Some(4.0)]));
        assert_eq!(expand("_x2"), Some(vec![None, None]));
        assert_eq!(expand("7"), Some(vec![Some(7.0)]));
        assert_eq!(expand("seven"), None);
    }

    #[test]
    fn all_lines_are_series_in_order_of_time() {
        for series in series() {
            assert!(series.samples.windows(2).all(|pair| pair[0].0 < pair[1].0), "{series:?}");
            assert!(!series.samples.is_empty(), "{series:?}");
        }
    }
}
