//! What can be told without a real Prometheus. What expressions come to is held against one by `end2end/conformance`.

mod limits;
mod properties;
mod staleness;

use crate::{Answer, Engine, Labels, Memory, MemorySeries, NAME, Problem, Query, Sample};

/// A series with samples half a minute apart.
fn series(labels: &[(&str, &str)], values: &[f64]) -> MemorySeries {
    let samples = values.iter().enumerate();
    let samples = samples.map(|(index, value)| Sample { at: index as i64 * 30_000, value: *value }).collect();
    MemorySeries { labels: Labels::new(labels.iter().copied()), samples }
}

fn named(name: &str, values: &[f64]) -> MemorySeries {
    series(&[(NAME, name)], values)
}

fn ask(storage: &Memory, expression: &str, at: i64) -> Result<Answer, Problem> {
    Engine::default().instant(storage, &Query::parse(expression)?, at)
}

/// The values of a vector.
fn values(storage: &Memory, expression: &str, at: i64) -> Vec<f64> {
    match ask(storage, expression, at).unwrap() {
        Answer::Vector(rows) => rows.into_iter().map(|(_, sample)| sample.value).collect(),
        other => panic!("no vector: {other:?}"),
    }
}
