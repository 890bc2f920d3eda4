//! Asks questions of a store.

use std::time::{Duration, Instant};

use promql_parser::parser::value::ValueType;

use crate::error::Problem;
use crate::evaluate::Evaluation;
use crate::labels::Labels;
use crate::memory::MemorySeries;
use crate::query::Query;
use crate::storage::{Sample, Storage};
use crate::value::{Grid, Value};

/// What a query is answered with.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// A number.
    Scalar(Sample),
    /// Series with one sample each.
    Vector(Vec<(Labels, Sample)>),
    /// Series with their samples.
    Matrix(Vec<MemorySeries>),
    /// A text, and the time it was asked for in milliseconds.
    Text(i64, String),
}

/// Times to evaluate at, in milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The first.
    pub start: i64,
    /// The last is not after this.
    pub end: i64,
    /// How far they are apart; more than zero.
    pub step: i64,
}

/// How queries are evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Engine {
    /// For how many milliseconds a sample is what a series says.
    pub lookback: i64,
    /// The step of sub-queries that name none, in milliseconds.
    pub subquery_step: i64,
    /// How many samples one query may read and make.
    pub max_samples: u64,
    /// How long one query may take.
    pub timeout: Duration,
}

impl Default for Engine {
    fn default() -> Self {
        Self {
            lookback: 5 * 60_000,
            subquery_step: 60_000,
            max_samples: 200_000_000,
            timeout: Duration::from_secs(120),
        }
    }
}

impl Engine {
    /// The value of an expression at one time, in milliseconds since 1970.
    ///
    /// # Errors
    /// [`Problem`] says what the expression met.
    pub fn instant(&self, storage: &dyn Storage, query: &Query, at: i64) -> Result<Answer, Problem> {
        let grid = Grid::moment(at);
        let evaluation = self.evaluation(storage, grid);
        if query.expression.value_type() == ValueType::Matrix {
            return evaluation.matrix(&query.expression, &grid).map(Answer::Matrix);
        }
        Ok(match evaluation.value(&query.expression, &grid)? {
            Value::Scalar(values) => {
                Answer::Scalar(Sample { at, value: values.first().copied().unwrap_or(f64::NAN) })
            }
            Value::Text(text) => Answer::Text(at, text),
            Value::Vector(rows) => {
                let one = |value: f64| Sample { at, value };
                let first = |points: &[Option<f64>]| points.first().copied().flatten();
                let rows = rows.into_iter();
                Answer::Vector(rows.filter_map(|row| Some((row.labels, one(first(&row.points)?)))).collect())
            }
        })
    }

    /// The values of an expression at many times, always as a matrix sorted by labels.
    ///
    /// # Errors
    /// [`Problem`] says what the expression met, or that it has no value that can be had at many times.
    pub fn range(
        &self,
        storage: &dyn Storage,
        query: &Query,
        range: Range,
    ) -> Result<Vec<MemorySeries>, Problem> {
        let of_type = query.expression.value_type();
        if !matches!(of_type, ValueType::Scalar | ValueType::Vector) {
            let named = if of_type == ValueType::Matrix { "range vector" } else { "string" };
            return Err(Problem::Unfit(format!(
                "invalid expression type \"{named}\" for range query, must be Scalar or instant Vector"
            )));
        }
        if range.step <= 0 || range.end < range.start {
            return Err(Problem::Unfit("a range query needs an end after its start, and a step".to_owned()));
        }
        let count = (range.end - range.start) / range.step + 1;
        if count as u64 > self.max_samples {
            return Err(Problem::TooManySamples);
        }
        let grid = Grid { start: range.start, step: range.step, count: count as usize };
        let rows = match self.evaluation(storage, grid).value(&query.expression, &grid)? {
            Value::Vector(rows) => {
                rows.into_iter().map(|row| series(row.labels, &row.points, &grid)).collect()
            }
            Value::Scalar(values) => {
                let points: Vec<_> = values.into_iter().map(Some).collect();
                vec![series(Labels::default(), &points, &grid)]
            }
            Value::Text(_) => Vec::new(),
        };
        let mut rows: Vec<MemorySeries> = rows.into_iter().filter(|row| !row.samples.is_empty()).collect();
        rows.sort_by(|one, other| one.labels.cmp(&other.labels));
        Ok(rows)
    }

    fn evaluation<'a>(&self, storage: &'a dyn Storage, grid: Grid) -> Evaluation<'a> {
        Evaluation::new(storage, *self, grid, Instant::now() + self.timeout)
    }
}

fn series(labels: Labels, points: &[Option<f64>], grid: &Grid) -> MemorySeries {
    let samples = grid.times().zip(points);
    let samples = samples.filter_map(|(at, value)| value.map(|value| Sample { at, value }));
    MemorySeries { labels, samples: samples.collect() }
}
