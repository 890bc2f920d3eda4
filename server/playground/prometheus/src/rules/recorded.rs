//! The series that rules make, computed from their expressions when they are asked for. What alert rules have said is kept.

use std::sync::Arc;

use playground_promql::{
    Answer, Engine, Labels, Matcher, MemorySeries, NAME, Problem, Range, Sample, Series, Storage, matches,
};

use super::definition::{Group, Kind, Rule};
use super::remembered::Remembered;
use super::timeline::{aligned, runs};

/// Rules that use what other rules record, which use yet others: so far and no further.
const DEEPEST: u8 = 3;

/// Long spans are evaluated at so many times at most; between them the value is held.
const MOST_EVALUATIONS: i64 = 1_500;

/// A store with what its rules make of it.
#[derive(Clone)]
pub(crate) struct Ruled {
    base: Arc<dyn Storage>,
    groups: Arc<[Group]>,
    engine: Engine,
    remembered: Arc<Remembered>,
    now: i64,
    depth: u8,
}

impl Ruled {
    pub(crate) fn new(
        base: Arc<dyn Storage>,
        groups: Arc<[Group]>,
        engine: Engine,
        remembered: Arc<Remembered>,
        now: i64,
    ) -> Self {
        Self { base, groups, engine, remembered, now, depth: 0 }
    }

    /// What rules see: everything but alerts.
    pub(crate) fn below(&self) -> Self {
        Self { depth: self.depth + 1, ..self.clone() }
    }

    /// What a rule's expression says at some times.
    pub(super) fn range(&self, rule: &Rule, range: Range) -> Result<Vec<MemorySeries>, Problem> {
        self.engine.range(&self.below(), &rule.query, range)
    }

    /// What a rule's expression says at one time.
    pub(super) fn instant(&self, rule: &Rule, at: i64) -> Result<Answer, Problem> {
        self.engine.instant(&self.below(), &rule.query, at)
    }

    fn recorded(&self, rule: &Rule, interval: i64, matchers: &[Matcher], span: (i64, i64)) -> Vec<Held> {
        let range = evaluations(interval, span.0, span.1);
        let step = range.step;
        let rows = self.range(rule, range).unwrap_or_default();
        let named = rows.into_iter().map(|row| {
            let labels = rule
                .labels
                .iter()
                .fold(row.labels.with(NAME, &rule.name), |labels, (name, value)| labels.with(name, value));
            Held { labels, samples: row.samples, step, interval }
        });
        named.filter(|row| matches(&row.labels, matchers)).collect()
    }

    /// The series `ALERTS` and `ALERTS_FOR_STATE` of a rule.
    fn alerts(
        &self,
        rule: &Rule,
        hold: i64,
        interval: i64,
        matchers: &[Matcher],
        span: (i64, i64),
    ) -> Vec<Held> {
        // Who has been active for all of `hold` at the beginning fires there, whenever it began.
        let range = evaluations(interval, span.0.saturating_sub(hold + interval), span.1);
        let step = range.step;
        let evaluate = |range| self.range(rule, range);
        let rows = self.remembered.range(&rule.expression, range, self.now, evaluate).unwrap_or_default();
        let mut found = Vec::new();
        for row in rows {
            let labels = rule.alert_labels(&row.labels, row.samples.last().map_or(0.0, |last| last.value));
            let named = |name: &str, state: &str| labels.with(NAME, name).with("alertstate", state);
            let [mut pending, mut firing, mut since] = [const { Vec::new() }; 3];
            for run in runs(row.samples.iter().map(|sample| sample.at), step) {
                for at in (run.since..=run.until).step_by(step.max(1) as usize) {
                    let place = if at - run.since >= hold { &mut firing } else { &mut pending };
                    place.push(Sample { at, value: 1.0 });
                    since.push(Sample { at, value: (run.since / 1000) as f64 });
                }
            }
            let series = [
                (named("ALERTS", "pending"), pending),
                (named("ALERTS", "firing"), firing),
                (labels.with(NAME, "ALERTS_FOR_STATE"), since),
            ];
            found.extend(series.map(|(labels, samples)| Held { labels, samples, step, interval }));
        }
        found.retain(|series| !series.samples.is_empty() && matches(&series.labels, matchers));
        found
    }
}

/// When a rule is evaluated in a span, as far as it is looked at.
fn evaluations(interval: i64, from: i64, to: i64) -> Range {
    let interval = interval.max(1);
    let stretch = ((to - from) / interval / MOST_EVALUATIONS).max(0) + 1;
    let step = interval * stretch;
    Range { start: aligned(from, step), end: to, step }
}

impl Storage for Ruled {
    fn select(&self, matchers: &[Matcher], from: i64, to: i64) -> Vec<Arc<dyn Series>> {
        let mut found = self.base.select(matchers, from, to);
        if self.depth >= DEEPEST {
            return found;
        }
        let can_be = |label: &str, value: &str| {
            matchers.iter().filter(|matcher| matcher.name == label).all(|matcher| matcher.is_match(value))
        };
        for group in &*self.groups {
            for rule in &group.rules {
                let made = match &rule.kind {
                    Kind::Record if can_be(NAME, &rule.name) => {
                        self.recorded(rule, group.interval, matchers, (from, to))
                    }
                    Kind::Alert { hold, .. }
                        if self.depth == 0
                            && (can_be(NAME, "ALERTS") || can_be(NAME, "ALERTS_FOR_STATE"))
                            && can_be("alertname", &rule.name) =>
                    {
                        self.alerts(rule, *hold, group.interval, matchers, (from, to))
                    }
                    _ => Vec::new(),
                };
                found.extend(made.into_iter().map(|series| Arc::new(series) as Arc<dyn Series>));
            }
        }
        found
    }
}

/// A series of which only some samples are known; between them the last is repeated. It ends one step after its last.
struct Held {
    labels: Labels,
    samples: Vec<Sample>,
    step: i64,
    interval: i64,
}

impl Held {
    /// The known sample that holds at a time.
    fn at(&self, at: i64) -> Option<f64> {
        let place = self.samples.partition_point(|sample| sample.at <= at).checked_sub(1)?;
        let sample = self.samples.get(place)?;
        (at - sample.at < self.step).then_some(sample.value)
    }
}

impl Series for Held {
    fn labels(&self) -> &Labels {
        &self.labels
    }

    fn read(&self, from: i64, to: i64, into: &mut Vec<Sample>) {
        let interval = self.interval.max(1);
        let mut at = aligned(from.saturating_add(interval - 1), interval);
        while at <= to {
            if let Some(value) = self.at(at) {
                into.push(Sample { at, value });
            }
            at += interval;
        }
    }

    fn latest(&self, from: i64, to: i64) -> Option<Sample> {
        // A series that is not there at the last evaluation has ended, as if it had been marked.
        let at = aligned(to, self.interval.max(1));
        (at >= from).then(|| self.at(at)).flatten().map(|value| Sample { at, value })
    }
}
