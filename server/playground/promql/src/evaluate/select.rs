//! Instant vectors: what each series said last.

use std::sync::Arc;

use promql_parser::parser::VectorSelector;

use super::{Evaluation, Timing};
use crate::error::Problem;
use crate::query::matchers;
use crate::storage::{Sample, Series, is_stale};
use crate::value::{Grid, Row};

impl Evaluation<'_> {
    /// The values of a selector.
    pub(super) fn selected(&self, selector: &VectorSelector, grid: &Grid) -> Result<Vec<Row>, Problem> {
        self.each_sample(selector, grid, |_, sample| sample.value)
    }

    /// When each series was sampled, in seconds.
    pub(super) fn sampled_at(&self, selector: &VectorSelector, grid: &Grid) -> Result<Vec<Row>, Problem> {
        self.each_sample(selector, grid, |_, sample| sample.at as f64 / 1000.0)
    }

    fn each_sample(
        &self,
        selector: &VectorSelector,
        grid: &Grid,
        value: impl Fn(i64, Sample) -> f64,
    ) -> Result<Vec<Row>, Problem> {
        let timing = self.timing(selector.at.as_ref(), selector.offset.as_ref());
        let (first, last) = (timing.reference(grid.start), timing.reference(grid.end()));
        let from = first.saturating_sub(self.engine.lookback);
        let mut rows = Vec::new();
        for series in self.storage.select(&matchers(selector), from, last) {
            self.spend(grid.count)?;
            let points = self.points(&series, grid, timing).into_iter().zip(grid.times());
            let points = points.map(|(sample, at)| sample.map(|sample| value(at, sample))).collect();
            let row = Row { labels: series.labels().clone(), points };
            if row.has_points() {
                rows.push(row);
            }
        }
        rows.sort_by(|one, other| one.labels.cmp(&other.labels));
        Ok(rows)
    }

    fn points(&self, series: &Arc<dyn Series>, grid: &Grid, timing: Timing) -> Vec<Option<Sample>> {
        let at = |step: i64| {
            let reference = timing.reference(step);
            let sample = series.latest(reference.saturating_sub(self.engine.lookback), reference)?;
            (!is_stale(sample.value)).then_some(sample)
        };
        if timing.is_fixed() { vec![at(grid.start); grid.count] } else { grid.times().map(at).collect() }
    }
}
