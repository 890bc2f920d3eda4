//! Series as states over time.

use super::panels::Answers;
use super::values::named;
use crate::answer::Measurement;
use crate::boards::rounded;
use model::chart::{Frame, State, StateRow, StateSpan, StateTimeline};
use monitoring_contract::{PanelPlan, mapped};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// Rows of a timeline; more are higher than a screen.
const MOST_ROWS: usize = 24;
/// Colours of the palette.
const COLORS: usize = 12;

/// What tells a state from others: its mapping, or its value behind all mappings.
#[derive(Clone, Copy)]
struct Key(usize, f64);

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0).then_with(|| self.1.total_cmp(&other.1))
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Key {}

/// The states of all series; none where nothing was measured.
pub(super) fn timeline(
    answers: &Answers<'_>,
    plan: &PanelPlan,
    frame: Frame,
    warnings: Vec<String>,
) -> Option<StateTimeline> {
    let mut all: Vec<(String, &Measurement)> = answers
        .iter()
        .flat_map(|(query, answer)| named(query, answer).into_iter().zip(&answer.series))
        .collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    let left_out = all.len().saturating_sub(MOST_ROWS) as u32;
    all.truncate(MOST_ROWS);
    let keys: Vec<Vec<Option<Key>>> = all.iter().map(|(_, series)| keys(series, plan, frame)).collect();
    let mut states: BTreeMap<Key, State> =
        keys.iter().flatten().flatten().map(|key| (*key, state(*key, plan))).collect();
    if states.is_empty() {
        return None;
    }
    for (color, state) in states.values_mut().filter(|state| state.level.is_none()).enumerate() {
        state.color = (color % COLORS) as u8;
    }
    let places: BTreeMap<Key, u32> = states.keys().copied().zip(0..).collect();
    let row = |((name, _), keys): ((String, &Measurement), Vec<Option<Key>>)| StateRow {
        name,
        spans: spans(keys.into_iter().map(|key| places.get(&key?).copied())),
    };
    let rows = all.into_iter().zip(keys).map(row).collect();
    let states = states.into_values().collect();
    let mut timeline =
        StateTimeline { svg: String::new(), frame, unit: plan.unit, states, rows, left_out, warnings };
    timeline.svg = charts::state_timeline(&timeline);
    Some(timeline)
}

fn keys(series: &Measurement, plan: &PanelPlan, frame: Frame) -> Vec<Option<Key>> {
    let key = |value: f64| match mapped(&plan.mappings, value) {
        Some((_, first)) => {
            // What is called alike and is as bad is one state, whatever it was measured as.
            let same =
                plan.mappings.iter().position(|one| one.text == first.text && one.level == first.level);
            Key(same.unwrap_or_default(), 0.0)
        }
        // Zero has two signs.
        None => Key(plan.mappings.len(), rounded(value) + 0.0),
    };
    series.on(frame).into_iter().map(|value| value.map(key)).collect()
}

fn state(Key(place, value): Key, plan: &PanelPlan) -> State {
    match plan.mappings.get(place) {
        Some(mapping) => State {
            text: mapping.text.clone(),
            value: mapping.from.or(mapping.to).unwrap_or_default(),
            level: mapping.level,
            color: 0,
        },
        None => State { text: String::new(), value, level: plan.thresholds.level(value), color: 0 },
    }
}

/// Equal states beside each other are one span; a gap is none.
fn spans(states: impl Iterator<Item = Option<u32>>) -> Vec<StateSpan> {
    let mut spans: Vec<StateSpan> = Vec::new();
    for (point, state) in (0..).zip(states) {
        let Some(state) = state else { continue };
        match spans.last_mut() {
            Some(span) if span.state == state && span.last + 1 == point => span.last = point,
            _ => spans.push(StateSpan { first: point, last: point, state }),
        }
    }
    spans
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::answer::Answer;
    use model::Level;
    use monitoring_contract::{PanelKind, PanelQuery, Thresholds, ValueMapping};
    use std::sync::Arc;

    fn series(pod: &str, values: &[Option<f64>]) -> Measurement {
        let samples = (0..).zip(values).filter_map(|(at, value)| Some((at, (*value)?))).collect();
        Measurement { labels: [("pod".to_owned(), pod.to_owned())].into(), samples }
    }

    fn shown(lines: &[&str], all: Vec<Measurement>) -> Option<StateTimeline> {
        let query = PanelQuery { query: "up".into(), legend: "{{pod}}".into() };
        let plan = PanelPlan {
            kind: PanelKind::StateTimeline,
            mappings: lines.iter().map(|line| ValueMapping::parse(line).unwrap()).collect(),
            thresholds: Thresholds { warning: Some(5.0), critical: Some(9.0) },
            ..PanelPlan::default()
        };
        let answers = [(&query, Arc::new(Answer { series: all, warnings: Vec::new() }))];
        timeline(&answers, &plan, Frame { start: 0, end: 5, step: 1 }, Vec::new())
    }

    fn words(timeline: &StateTimeline, row: usize) -> Vec<(u32, u32, String)> {
        let word = |span: &StateSpan| {
            let state = timeline.state(*span).unwrap();
            let text = if state.text.is_empty() { state.value.to_string() } else { state.text.clone() };
            (span.first, span.last, text)
        };
        timeline.rows[row].spans.iter().map(word).collect()
    }

    #[test]
    fn equal_values_are_spans_and_gaps_are_gaps() {
        let values = [Some(1.0), Some(1.0), None, Some(1.0), Some(7.0), Some(9.0)];
        let timeline = shown(&[], vec![series("b", &values), series("a", &[Some(-0.0), Some(0.0)])]).unwrap();

        assert_eq!(words(&timeline, 0), [(0, 1, "0".into())], "rows stand by name, and zero is zero");
        let spans = [(0, 1, "1".into()), (3, 3, "1".into()), (4, 4, "7".into()), (5, 5, "9".into())];
        assert_eq!(words(&timeline, 1), spans);
        let looks: Vec<_> = timeline.states.iter().map(|state| (state.level, state.color)).collect();
        assert_eq!(looks, [(None, 0), (None, 1), (Some(Level::Warning), 0), (Some(Level::Failed), 0)]);
        assert!(timeline.svg.contains("data-level=\"failed\""), "{}", timeline.svg);
    }

    #[test]
    fn values_that_are_called_alike_are_one_state() {
        let lines = ["critical 0 = Down", "ok 1..3 = Up", "ok 4 = Up", "warning 4 = Never"];
        let values = [Some(0.0), Some(1.0), Some(2.5), Some(4.0), Some(6.0), None];
        let timeline = shown(&lines, vec![series("a", &values)]).unwrap();

        assert_eq!(words(&timeline, 0), [(0, 0, "Down".into()), (1, 3, "Up".into()), (4, 4, "6".into())]);
        let levels: Vec<_> = timeline.states.iter().map(|state| state.level).collect();
        assert_eq!(levels, [Some(Level::Failed), Some(Level::Healthy), Some(Level::Warning)]);
    }

    #[test]
    fn many_rows_are_counted_and_nothing_is_nothing() {
        let all = (0..30).map(|number| series(&format!("web-{number:02}"), &[Some(1.0)])).collect();

        let timeline = shown(&[], all).unwrap();

        assert_eq!((timeline.rows.len(), timeline.left_out), (24, 6));
        assert_eq!(shown(&[], vec![series("a", &[None])]), None);
        assert_eq!(shown(&[], Vec::new()), None);
    }
}
