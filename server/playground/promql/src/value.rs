//! What expressions come to.

use hashbrown::{HashMap, HashSet};

use crate::error::Problem;
use crate::labels::Labels;

/// A value for each step of an evaluation; none where there is no sample.
pub type Points = Vec<Option<f64>>;

/// The times at which an expression is evaluated: `count` of them, `step` milliseconds apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Grid {
    pub(crate) start: i64,
    pub(crate) step: i64,
    pub(crate) count: usize,
}

impl Grid {
    /// A single moment.
    pub(crate) fn moment(at: i64) -> Self {
        Self { start: at, step: 1, count: 1 }
    }

    pub(crate) fn at(&self, index: usize) -> i64 {
        self.start + self.step * index as i64
    }

    pub(crate) fn times(&self) -> impl Iterator<Item = i64> + use<> {
        let grid = *self;
        (0..grid.count).map(move |index| grid.at(index))
    }

    pub(crate) fn end(&self) -> i64 {
        self.at(self.count.saturating_sub(1))
    }
}

/// A series of results.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) labels: Labels,
    pub(crate) points: Points,
}

impl Row {
    pub(crate) fn has_points(&self) -> bool {
        self.points.iter().any(Option::is_some)
    }

    /// Takes values where it has none.
    pub(crate) fn fill(&mut self, points: Points) {
        for (kept, new) in self.points.iter_mut().zip(points) {
            *kept = kept.or(new);
        }
    }
}

/// What an expression comes to, at all steps.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Scalar(Vec<f64>),
    Vector(Vec<Row>),
    Text(String),
}

/// Joins rows of the same name that do not overlap. Two values of one series at one time are an error, as in
/// Prometheus; there the message is this one.
pub(crate) fn merged(rows: Vec<Row>) -> Result<Vec<Row>, Problem> {
    let mut places: HashMap<Labels, usize> = HashMap::with_capacity(rows.len());
    let mut merged: Vec<Row> = Vec::with_capacity(rows.len());
    for row in rows.into_iter().filter(Row::has_points) {
        let Some(place) = places.get(&row.labels) else {
            places.insert(row.labels.clone(), merged.len());
            merged.push(row);
            continue;
        };
        for (kept, new) in merged[*place].points.iter_mut().zip(row.points) {
            if new.is_some() && kept.is_some() {
                return Err(same_labels());
            }
            *kept = kept.or(new);
        }
    }
    Ok(merged)
}

/// Refuses rows of the same name, overlapping or not.
pub(crate) fn distinct(rows: Vec<Row>) -> Result<Vec<Row>, Problem> {
    let rows: Vec<Row> = rows.into_iter().filter(Row::has_points).collect();
    let mut seen = HashSet::with_capacity(rows.len());
    let are_distinct = rows.iter().all(|row| seen.insert(&row.labels));
    drop(seen);
    if are_distinct { Ok(rows) } else { Err(same_labels()) }
}

fn same_labels() -> Problem {
    Problem::execution("vector cannot contain metrics with the same labelset")
}
