//! The samples as a world for the simulator.

use std::sync::Arc;

use conformance::samples::{START, series};
use playground_prometheus::{Group, Metadata, Monitoring, Source, Target};
use playground_promql::{Labels, Memory, MemorySeries, NAME, Sample, Storage};

struct World(Arc<Memory>);

/// A Prometheus with all samples.
pub fn monitoring() -> Monitoring {
    let series = series().into_iter().map(|series| {
        let labels = series.labels.into_iter().chain([(NAME.to_owned(), series.name)]);
        let samples = series.samples.into_iter().map(|(at, value)| Sample { at, value });
        MemorySeries { labels: Labels::new(labels), samples: samples.collect() }
    });
    Monitoring::new(Arc::new(World(Arc::new(Memory::new(series)))))
}

impl Source for World {
    fn now(&self) -> i64 {
        START + 3_600_000
    }

    fn started(&self) -> i64 {
        START
    }

    fn oldest(&self) -> i64 {
        START
    }

    fn storage(&self) -> Arc<dyn Storage> {
        self.0.clone()
    }

    fn metadata(&self) -> Vec<Metadata> {
        Vec::new()
    }

    fn targets(&self) -> Vec<Target> {
        Vec::new()
    }

    fn rules(&self) -> Vec<Group> {
        Vec::new()
    }

    fn configuration(&self) -> String {
        String::new()
    }

    fn external_labels(&self) -> Labels {
        Labels::default()
    }
}
