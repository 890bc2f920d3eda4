//! Range vectors: the samples of each series in a window that moves from step to step.

use std::sync::Arc;

use promql_parser::parser::{Expr, MatrixSelector, SubqueryExpr};

use super::{Evaluation, Timing};
use crate::error::Problem;
use crate::labels::Labels;
use crate::memory::MemorySeries;
use crate::query::matchers;
use crate::storage::{Sample, Series, is_stale};
use crate::value::{Grid, Points, Row};

/// The samples of one series at one step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window<'a> {
    /// At least one, in order of time.
    pub(super) samples: &'a [Sample],
    /// Where the window begins and ends, in milliseconds.
    pub(super) from: i64,
    pub(super) to: i64,
    /// The time of the step.
    pub(super) at: i64,
    /// Which step.
    pub(super) index: usize,
}

/// Series to look at through windows.
pub(super) struct Windows {
    series: Vec<Arc<dyn Series>>,
    range: i64,
    timing: Timing,
    grid: Grid,
}

impl Evaluation<'_> {
    /// The series of a range vector.
    pub(super) fn windows(&self, expression: &Expr, grid: &Grid) -> Result<Windows, Problem> {
        match expression {
            Expr::Paren(paren) => self.windows(&paren.expr, grid),
            Expr::MatrixSelector(selector) => Ok(self.selected_windows(selector, grid)),
            Expr::Subquery(subquery) => self.subquery_windows(subquery, grid),
            _ => Err(Problem::execution("expected a range vector")),
        }
    }

    fn selected_windows(&self, selector: &MatrixSelector, grid: &Grid) -> Windows {
        let timing = self.timing(selector.vs.at.as_ref(), selector.vs.offset.as_ref());
        let range = milliseconds(selector.range);
        let from = timing.reference(grid.start).saturating_sub(range);
        let mut series = self.storage.select(&matchers(&selector.vs), from, timing.reference(grid.end()));
        series.sort_by(|one, other| one.labels().cmp(other.labels()));
        Windows { series, range, timing, grid: *grid }
    }

    /// Evaluates the inner expression at all multiples of the step that any window reaches.
    fn subquery_windows(&self, subquery: &SubqueryExpr, grid: &Grid) -> Result<Windows, Problem> {
        let timing = self.timing(subquery.at.as_ref(), subquery.offset.as_ref());
        let range = milliseconds(subquery.range);
        let step = subquery.step.map_or(self.engine.subquery_step, milliseconds).max(1);
        let from = timing.reference(grid.start).saturating_sub(range);
        let to = timing.reference(grid.end());
        let mut start = (from / step).saturating_mul(step);
        if start < from {
            start = start.saturating_add(step);
        }
        let count = if to < start { 0 } else { (to.saturating_sub(start) / step).saturating_add(1) };
        self.spend(usize::try_from(count).unwrap_or(usize::MAX))?;
        let mut series: Vec<Arc<dyn Series>> = Vec::new();
        if count > 0 {
            let inner = Grid { start, step, count: count as usize };
            for row in self.vector(&subquery.expr, &inner)? {
                let samples = inner.times().zip(row.points);
                let samples = samples.filter_map(|(at, value)| value.map(|value| Sample { at, value }));
                series.push(Arc::new(MemorySeries { labels: row.labels, samples: samples.collect() }));
            }
        }
        Ok(Windows { series, range, timing, grid: *grid })
    }
}

impl Windows {
    /// Calls a function with the labels and samples of each series at the first step.
    pub(super) fn each_first(
        &self,
        evaluation: &Evaluation,
        mut tell: impl FnMut(&Labels, &[Sample]),
    ) -> Result<(), Problem> {
        let to = self.timing.reference(self.grid.start);
        for series in &self.series {
            let samples = read(series, to.saturating_sub(self.range), to);
            evaluation.spend(samples.len())?;
            if !samples.is_empty() {
                tell(series.labels(), &samples);
            }
        }
        Ok(())
    }

    /// A row for each series: what a function says to each of its windows that is not empty.
    pub(super) fn rows(
        &self,
        evaluation: &Evaluation,
        name: impl Fn(&Labels) -> Labels,
        mut say: impl FnMut(Window) -> Option<f64>,
    ) -> Result<Vec<Row>, Problem> {
        let mut rows = Vec::with_capacity(self.series.len());
        for series in &self.series {
            let points = self.points(evaluation, series, &mut say)?;
            rows.push(Row { labels: name(series.labels()), points });
        }
        Ok(rows)
    }

    /// Moves the window over one series. Each sample is read once, however many windows it is in.
    fn points(
        &self,
        evaluation: &Evaluation,
        series: &Arc<dyn Series>,
        say: &mut impl FnMut(Window) -> Option<f64>,
    ) -> Result<Points, Problem> {
        let mut points = Vec::with_capacity(self.grid.count);
        let mut samples: Vec<Sample> = Vec::new();
        let mut head = 0;
        let mut known_to = i64::MIN;
        for (index, at) in self.grid.times().enumerate() {
            let to = self.timing.reference(at);
            let from = to.saturating_sub(self.range);
            if to > known_to {
                let unknown = from.max(known_to.saturating_add(1));
                samples.drain(..head);
                let fresh = read(series, unknown, to);
                evaluation.spend(fresh.len() + 1)?;
                samples.extend(fresh);
                known_to = to;
                head = samples.partition_point(|sample| sample.at < from);
            }
            let seen = &samples[head..];
            let window = Window { samples: seen, from, to, at, index };
            points.push(if seen.is_empty() { None } else { say(window) });
        }
        Ok(points)
    }
}

/// Samples but the marks of an end.
fn read(series: &Arc<dyn Series>, from: i64, to: i64) -> Vec<Sample> {
    let mut samples = Vec::new();
    series.read(from, to, &mut samples);
    samples.retain(|sample| !is_stale(sample.value));
    samples
}

fn milliseconds(span: std::time::Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX / 4)
}
