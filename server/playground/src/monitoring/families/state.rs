//! How `kube-state-metrics` shows objects: a series for each, with the labels that name it.

use playground_promql::NAME;

use super::Ask;
use super::targets::state_metrics;
use crate::monitoring::series::{Curve, Rows, Target};

/// A value of an object.
pub enum Show {
    /// It is so as long as the object is there.
    Always(f64),
    /// It changes.
    Changing(Curve),
}

impl From<f64> for Show {
    fn from(value: f64) -> Self {
        Self::Always(value)
    }
}

impl From<bool> for Show {
    fn from(holds: bool) -> Self {
        Self::Always(f64::from(u8::from(holds)))
    }
}

impl Show {
    /// A value that changes.
    pub fn changing(curve: impl Fn(i64) -> Option<f64> + Send + Sync + 'static) -> Self {
        Self::Changing(Box::new(curve))
    }

    /// A value that was another one before a time.
    pub fn since(time: i64, before: f64, now: f64) -> Self {
        Self::changing(move |at| Some(if at < time { before } else { now }))
    }
}

/// Makes series of objects.
pub struct State<'a, 'r> {
    metric: &'static str,
    target: Target,
    rows: &'a mut Rows<'r>,
}

impl<'a, 'r> State<'a, 'r> {
    pub fn new(ask: &Ask, rows: &'a mut Rows<'r>) -> Self {
        Self { metric: ask.metric, target: state_metrics(ask), rows }
    }

    /// Adds a series that is there while `exists` says so.
    pub fn add(
        &mut self,
        labels: &[(&str, &str)],
        show: impl Into<Show>,
        exists: impl Fn(i64) -> bool + Send + Sync + 'static,
    ) {
        let named: Vec<(&str, &str)> = [(NAME, self.metric)].iter().chain(labels).copied().collect();
        let show = show.into();
        self.rows.add(&self.target, &named, move || {
            Some(match show {
                Show::Always(value) => Box::new(move |at| exists(at).then_some(value)),
                Show::Changing(curve) => Box::new(move |at| if exists(at) { curve(at) } else { None }),
            })
        });
    }
}

/// A label's name as Prometheus allows it.
pub fn label_name(name: &str) -> String {
    let letters = name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' });
    format!("label_{}", letters.collect::<String>())
}

/// Writes what is missing as kube-state-metrics does.
pub fn or_none(text: &str) -> &str {
    if text.is_empty() { "<none>" } else { text }
}
