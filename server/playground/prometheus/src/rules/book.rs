//! What the alert rules say now, and since when.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Instant;

use parking_lot::Mutex;
use playground_promql::{Labels, NAME, Range};

use super::definition::{Group, Kind, Rule};
use super::recorded::Ruled;
use super::template::{Words, expand};
use super::timeline::aligned;

/// How far back the first evaluation looks, in milliseconds, so that a new Prometheus knows what has been going on.
const BACK: i64 = 3 * 3_600_000;

/// How long resolved alerts are remembered, in milliseconds.
const REMEMBERED: i64 = 15 * 60_000;

/// How an alert stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    /// It is not so.
    Inactive,
    /// It is so, but not for long enough.
    Pending,
    /// It is so.
    Firing,
}

impl State {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Inactive => "inactive",
            Self::Pending => "pending",
            Self::Firing => "firing",
        }
    }
}

/// Something that is so now, or was until a moment ago.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Alert {
    /// Its labels, with its name and those of its rule.
    pub(crate) labels: Labels,
    /// Its texts.
    pub(crate) annotations: BTreeMap<String, String>,
    /// How it stands.
    pub(crate) state: State,
    /// Since when it has been so.
    pub(crate) active_at: i64,
    /// When it began to fire.
    pub(crate) fired_at: Option<i64>,
    /// When it ended.
    pub(crate) resolved_at: Option<i64>,
    /// What the expression says.
    pub(crate) value: f64,
}

/// A rule with what it says.
#[derive(Clone, Debug)]
pub(crate) struct Evaluated {
    pub(crate) rule: Arc<Rule>,
    /// When it was evaluated last, in milliseconds.
    pub(crate) at: i64,
    /// How many seconds that took.
    pub(crate) seconds: f64,
    /// Why it could not be evaluated.
    pub(crate) error: Option<String>,
    /// Active and just resolved.
    pub(crate) alerts: Vec<Alert>,
}

/// Keeps what rules said between questions.
#[derive(Default)]
pub(crate) struct Book {
    pages: Mutex<HashMap<String, Evaluated>>,
}

impl Book {
    /// Brings all rules of a group up to date.
    pub(crate) fn evaluated(&self, group: &Group, storage: &Ruled, now: i64) -> Vec<Evaluated> {
        let mut pages = self.pages.lock();
        let each = group.rules.iter().enumerate();
        each.map(|(place, rule)| {
            let key = format!("{}\n{}\n{place}\n{}\n{}", group.file, group.name, rule.name, rule.expression);
            let page = pages.entry(key).or_insert_with(|| Evaluated {
                rule: rule.clone(),
                at: aligned(now - BACK, group.interval),
                seconds: 0.0,
                error: None,
                alerts: Vec::new(),
            });
            page.rule = rule.clone();
            page.advance(storage, group.interval, now);
            page.clone()
        })
        .collect()
    }
}

impl Evaluated {
    /// Evaluates the rule at all times since the last.
    fn advance(&mut self, storage: &Ruled, interval: i64, now: i64) {
        let end = aligned(now, interval);
        let start = (self.at + interval).max(aligned(now - BACK, interval));
        if end < start {
            return;
        }
        let begin = Instant::now();
        let Kind::Alert { hold, .. } = self.rule.kind else {
            // What is recorded is computed when it is asked for; here only its health is of interest.
            let health = storage.instant(&self.rule, end);
            self.error = health.err().map(|problem| problem.to_string());
            self.at = end;
            self.seconds = begin.elapsed().as_secs_f64();
            return;
        };
        match storage.range(&self.rule, Range { start, end, step: interval }) {
            Ok(rows) => {
                self.error = None;
                let mut by_labels: HashMap<Labels, Vec<(i64, f64)>> = HashMap::new();
                for row in rows {
                    let value = row.samples.last().map_or(0.0, |last| last.value);
                    let labels = self.rule.alert_labels(&row.labels, value);
                    let seen = row.samples.iter().map(|sample| (sample.at, sample.value));
                    by_labels.entry(labels).or_default().extend(seen);
                }
                self.follow(by_labels, (start, end, interval), hold);
            }
            Err(problem) => self.error = Some(problem.to_string()),
        }
        self.at = end;
        self.seconds = begin.elapsed().as_secs_f64();
    }

    /// Brings alerts from the last evaluation to the present one.
    fn follow(
        &mut self,
        mut seen: HashMap<Labels, Vec<(i64, f64)>>,
        (start, end, step): (i64, i64, i64),
        hold: i64,
    ) {
        let mut known: Vec<Alert> = std::mem::take(&mut self.alerts);
        let fresh = seen.keys().filter(|labels| known.iter().all(|alert| alert.labels != **labels));
        let fresh: Vec<Labels> = fresh.cloned().collect();
        known.extend(fresh.into_iter().map(|labels| Alert {
            labels,
            annotations: BTreeMap::new(),
            state: State::Inactive,
            active_at: start,
            fired_at: None,
            resolved_at: None,
            value: 0.0,
        }));
        for alert in &mut known {
            let seen: HashMap<i64, f64> =
                seen.remove(&alert.labels).unwrap_or_default().into_iter().collect();
            for at in (start..=end).step_by(step.max(1) as usize) {
                alert.step(at, seen.get(&at).copied(), hold);
            }
            alert.annotations = self.rule.annotations(&alert.labels, alert.value);
        }
        known.retain(|alert| {
            alert.state != State::Inactive || alert.resolved_at.is_some_and(|at| end - at <= REMEMBERED)
        });
        known.sort_by(|one, other| one.labels.cmp(&other.labels));
        self.alerts = known;
    }

    /// How the rule stands: as the worst of its alerts.
    pub(crate) fn state(&self) -> State {
        self.alerts.iter().map(|alert| alert.state).max().unwrap_or(State::Inactive)
    }
}

impl Alert {
    /// One evaluation.
    fn step(&mut self, at: i64, value: Option<f64>, hold: i64) {
        match value {
            Some(value) => {
                self.value = value;
                if self.state == State::Inactive {
                    self.active_at = at;
                    self.state = State::Pending;
                    self.resolved_at = None;
                    self.fired_at = None;
                }
                if self.state == State::Pending && at - self.active_at >= hold {
                    self.state = State::Firing;
                    self.fired_at = Some(at);
                }
            }
            None => {
                if self.state == State::Firing {
                    self.resolved_at = Some(at);
                }
                self.state = State::Inactive;
            }
        }
    }
}

impl Rule {
    /// The labels of an alert that this rule makes of a series.
    pub(crate) fn alert_labels(&self, series: &Labels, value: f64) -> Labels {
        let words = Words { labels: series, value };
        let own = self.labels.iter().map(|(name, text)| (name.as_str(), expand(text, &words)));
        let labels = own.fold(series.nameless(), |labels, (name, text)| labels.with(name, &text));
        labels.with("alertname", &self.name).with(NAME, "")
    }

    fn annotations(&self, labels: &Labels, value: f64) -> BTreeMap<String, String> {
        let Kind::Alert { annotations, .. } = &self.kind else { return BTreeMap::new() };
        let words = Words { labels, value };
        annotations.iter().map(|(name, text)| (name.clone(), expand(text, &words))).collect()
    }
}
