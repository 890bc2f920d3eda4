//! Series that are kept as lists of samples.

use std::sync::Arc;

use promql_parser::label::Matcher;

use crate::labels::Labels;
use crate::storage::{Sample, Series, Storage, matches};

/// A series with all its samples.
#[derive(Clone, Debug, PartialEq)]
pub struct MemorySeries {
    /// What it is called.
    pub labels: Labels,
    /// Its samples in order of time.
    pub samples: Vec<Sample>,
}

impl MemorySeries {
    fn between(&self, from: i64, to: i64) -> &[Sample] {
        let start = self.samples.partition_point(|sample| sample.at < from);
        let end = self.samples.partition_point(|sample| sample.at <= to);
        self.samples.get(start..end).unwrap_or_default()
    }
}

impl Series for MemorySeries {
    fn labels(&self) -> &Labels {
        &self.labels
    }

    fn read(&self, from: i64, to: i64, into: &mut Vec<Sample>) {
        into.extend_from_slice(self.between(from, to));
    }

    fn is_there(&self, from: i64, to: i64) -> bool {
        !self.between(from, to).is_empty()
    }

    fn latest(&self, from: i64, to: i64) -> Option<Sample> {
        self.between(from, to).last().copied()
    }
}

/// A store of such series.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    series: Vec<Arc<MemorySeries>>,
}

impl Memory {
    /// A store with these series.
    pub fn new(series: impl IntoIterator<Item = MemorySeries>) -> Self {
        Self { series: series.into_iter().map(Arc::new).collect() }
    }

    /// All of them.
    pub fn series(&self) -> &[Arc<MemorySeries>] {
        &self.series
    }
}

impl Storage for Memory {
    fn select(&self, matchers: &[Matcher], _from: i64, _to: i64) -> Vec<Arc<dyn Series>> {
        let chosen = self.series.iter().filter(|series| matches(&series.labels, matchers));
        chosen.map(|series| Arc::clone(series) as Arc<dyn Series>).collect()
    }
}
