//! Series as heat: the buckets of histograms, or values row by row.

use super::panels::Answers;
use super::values::named;
use crate::answer::Measurement;
use crate::boards::rounded;
use model::chart::{Frame, HeatMap, HeatOf, HeatRow};
use monitoring_contract::{PANEL_STEPS, PanelPlan};

/// Rows of a heat map; more are higher than a screen.
const MOST_ROWS: usize = 24;
/// Columns of a heat map; more are narrower than anybody points at.
const MOST_COLUMNS: usize = 60;
/// The label by which a histogram tells its buckets apart: the bound up to which they count.
/// <https://prometheus.io/docs/concepts/metric_types/#histogram>
const BOUND: &str = "le";

/// Values at the points of a frame.
type Values = Vec<Option<f64>>;

/// The same stretch of time in fewer points, with steps that others share.
pub(super) fn columns(frame: Frame) -> Frame {
    frame.stepped(frame.step.max(1) * (frame.points().div_ceil(MOST_COLUMNS).max(1) as u32))
}

/// The same stretch of time with points no nearer to each other than a panel says, as far as some of them fit.
pub(super) fn paced(frame: Frame, seconds: u32) -> Frame {
    let longest = u32::try_from((frame.end - frame.start) / 2).unwrap_or(u32::MAX);
    let fits = PANEL_STEPS.into_iter().filter(|step| *step <= seconds.min(longest)).max().unwrap_or(0);
    if fits > frame.step { frame.stepped(fits) } else { frame }
}

/// The heat of all series; none where nothing was measured.
pub(super) fn heat_map(
    answers: &Answers<'_>,
    plan: &PanelPlan,
    frame: Frame,
    warnings: Vec<String>,
) -> Option<HeatMap> {
    let (rows, left_out) = match buckets(answers, frame) {
        Some(rows) => (rows, 0),
        None => by_name(answers, frame),
    };
    let measured = || rows.iter().flat_map(|row| &row.values).flatten().copied();
    let (low, high) =
        measured().fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)));
    if low > high {
        return None;
    }
    // A scale that does not begin at nothing makes much of little.
    let low = low.min(0.0);
    let mut heat =
        HeatMap { svg: String::new(), frame, unit: plan.unit, low, high, rows, left_out, warnings };
    heat.svg = charts::heat_map(&heat);
    Some(heat)
}

/// A row for each series, by name.
fn by_name(answers: &Answers<'_>, frame: Frame) -> (Vec<HeatRow>, u32) {
    let all = answers.iter().flat_map(|(query, answer)| named(query, answer).into_iter().zip(&answer.series));
    let mut all: Vec<(String, &Measurement)> = all.collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    let left_out = all.len().saturating_sub(MOST_ROWS) as u32;
    let row = |(name, series): (String, &Measurement)| HeatRow {
        of: HeatOf::Series(name),
        values: series.on(frame).into_iter().map(|value| value.map(rounded)).collect(),
    };
    (all.into_iter().take(MOST_ROWS).map(row).collect(), left_out)
}

/// A row for each bucket, if all series are buckets. Those of the same bound count together.
fn buckets(answers: &Answers<'_>, frame: Frame) -> Option<Vec<HeatRow>> {
    let mut by_bound: Vec<(f64, Values)> = Vec::new();
    for series in answers.iter().flat_map(|(_, answer)| &answer.series) {
        let bound: f64 = series.label(BOUND).parse().ok().filter(|bound: &f64| !bound.is_nan())?;
        let values = series.on(frame);
        match by_bound.iter_mut().find(|(known, _)| *known == bound) {
            Some((_, sum)) => sum.iter_mut().zip(values).for_each(|(sum, value)| *sum = add(*sum, value)),
            None => by_bound.push((bound, values)),
        }
    }
    by_bound.sort_by(|a, b| a.0.total_cmp(&b.0));
    thin(&mut by_bound);
    let mut rows = between(&by_bound);
    // Bounds far from everything that was observed say nothing.
    let is_empty = |row: &HeatRow| row.values.iter().flatten().all(|value| *value == 0.0);
    let kept = rows.iter().position(|row| !is_empty(row)).unwrap_or(0);
    rows.drain(..kept.saturating_sub(1));
    let kept = rows.iter().rposition(|row| !is_empty(row)).map_or(rows.len(), |last| last + 2);
    rows.truncate(kept);
    rows.reverse();
    Some(rows)
}

fn add(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a + b),
        (one, other) => one.or(other),
    }
}

/// Leaves every second bound out until the rest have room, but never the last, which counts everything: buckets count what
/// those before them do, so that their neighbours take over.
fn thin(by_bound: &mut Vec<(f64, Values)>) {
    while by_bound.len() > MOST_ROWS {
        let last = by_bound.len() - 1;
        let mut index = 0;
        by_bound.retain(|_| {
            let is_kept = (last - index).is_multiple_of(2);
            index += 1;
            is_kept
        });
    }
}

/// What lies between bounds, the smallest first: each counts all that is smaller too.
fn between(by_bound: &[(f64, Values)]) -> Vec<HeatRow> {
    let row = |index: usize| {
        let (bound, values) = &by_bound[index];
        let below = index.checked_sub(1).map(|before| &by_bound[before]);
        let own = values.iter().enumerate().map(|(point, value)| {
            let smaller = below.and_then(|(_, values)| values[point]).unwrap_or_default();
            // Two scrapes of one histogram may lie between its buckets.
            value.map(|value| rounded((value - smaller).max(0.0)))
        });
        let of = match below {
            Some((largest, _)) if bound.is_infinite() => HeatOf::Over(*largest),
            _ if bound.is_infinite() => HeatOf::Over(0.0),
            _ => HeatOf::UpTo(*bound),
        };
        HeatRow { of, values: own.collect() }
    };
    (0..by_bound.len()).map(row).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::answer::Answer;
    use monitoring_contract::PanelQuery;
    use std::sync::Arc;

    const FRAME: Frame = Frame { start: 0, end: 60, step: 60 };

    /// The labels of a series, and its two values.
    type Two<'s> = (&'s [(&'s str, &'s str)], [f64; 2]);

    fn heat(series: &[Two<'_>]) -> Option<HeatMap> {
        let query = PanelQuery { query: "x".into(), legend: String::new() };
        let series = series.iter().map(|(labels, values)| Measurement {
            labels: labels.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
            samples: vec![(0, values[0]), (60, values[1])],
        });
        let answer = Answer { series: series.collect(), warnings: Vec::new() };
        heat_map(&[(&query, Arc::new(answer))], &PanelPlan::default(), FRAME, Vec::new())
    }

    fn rows(heat: &HeatMap) -> Vec<(HeatOf, Vec<f64>)> {
        heat.rows.iter().map(|row| (row.of.clone(), row.values.iter().flatten().copied().collect())).collect()
    }

    #[test]
    fn buckets_count_what_lies_between_their_bounds_with_the_largest_on_top() {
        let heat = heat(&[
            (&[("le", "+Inf")], [9.0, 9.0]),
            (&[("le", "0.5")], [4.0, 6.0]),
            (&[("le", "1")], [8.0, 5.0]),
        ]);

        assert_eq!(
            rows(&heat.unwrap()),
            [
                (HeatOf::Over(1.0), vec![1.0, 4.0]),
                (HeatOf::UpTo(1.0), vec![4.0, 0.0]),
                (HeatOf::UpTo(0.5), vec![4.0, 6.0])
            ],
            "never less than nothing"
        );
    }

    #[test]
    fn buckets_of_several_histograms_count_together() {
        let heat =
            heat(&[(&[("le", "1"), ("pod", "a")], [1.0, 1.0]), (&[("le", "1"), ("pod", "b")], [2.0, 3.0])]);

        assert_eq!(rows(&heat.unwrap()), [(HeatOf::UpTo(1.0), vec![3.0, 4.0])]);
    }

    #[test]
    fn many_buckets_are_joined_and_count_as_much() {
        let bounds: Vec<String> = (1..=40).map(|bound| bound.to_string()).chain(["+Inf".into()]).collect();
        let labels: Vec<[(&str, &str); 1]> = bounds.iter().map(|bound| [("le", bound.as_str())]).collect();
        let series: Vec<Two<'_>> =
            labels.iter().enumerate().map(|(index, labels)| (&labels[..], [index as f64 + 1.0; 2])).collect();

        let heat = heat(&series).unwrap();

        let first: f64 = heat.rows.iter().filter_map(|row| row.values[0]).sum();
        assert!(heat.rows.len() <= MOST_ROWS, "{}", heat.rows.len());
        assert_eq!(first, 41.0);
    }

    #[test]
    fn what_is_no_histogram_has_a_row_for_each_series() {
        let heat = heat(&[(&[("node", "b")], [0.5, 0.7]), (&[("node", "a")], [0.1, 0.2])]).unwrap();

        assert_eq!(
            rows(&heat),
            [
                (HeatOf::Series("{node=\"a\"}".into()), vec![0.1, 0.2]),
                (HeatOf::Series("{node=\"b\"}".into()), vec![0.5, 0.7])
            ]
        );
        assert_eq!((heat.low, heat.high), (0.0, 0.7));
    }

    #[test]
    fn bounds_far_from_everything_are_left_out() {
        let heat = heat(&[
            (&[("le", "1")], [0.0, 0.0]),
            (&[("le", "2")], [0.0, 0.0]),
            (&[("le", "4")], [3.0, 3.0]),
            (&[("le", "8")], [3.0, 3.0]),
            (&[("le", "+Inf")], [3.0, 3.0]),
        ]);

        let of: Vec<HeatOf> = heat.unwrap().rows.into_iter().map(|row| row.of).collect();
        assert_eq!(of, [HeatOf::UpTo(8.0), HeatOf::UpTo(4.0), HeatOf::UpTo(2.0)]);
    }

    #[test]
    fn nothing_is_no_heat_and_columns_are_few() {
        assert_eq!(heat(&[]), None);
        let frame = columns(Frame { start: 600, end: 600 + 179 * 20, step: 20 });
        assert!(frame.points() <= MOST_COLUMNS && frame.step == 60 && frame.end % 60 == 0, "{frame:?}");
        let few = Frame { start: 600, end: 1200, step: 60 };
        assert_eq!(columns(few), few);
    }

    #[test]
    fn points_are_as_far_apart_as_a_panel_says_and_some_of_them_fit() {
        let hour = Frame { start: 7_200_000, end: 7_203_600, step: 30 };

        assert_eq!(paced(hour, 0), hour);
        assert_eq!(paced(hour, 300), Frame { step: 300, ..hour });
        assert_eq!(paced(hour, 86_400), Frame { step: 1800, ..hour }, "a day does not fit an hour");
        assert_eq!(paced(Frame { step: 600, ..hour }, 300).step, 600);
        let late = Frame { start: 7_200_090, end: 7_203_690, step: 30 };
        assert_eq!(paced(late, 300), Frame { step: 300, ..hour });
    }
}
