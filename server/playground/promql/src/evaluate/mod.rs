//! Evaluates expressions for all steps at once: each part of an expression comes to rows with a value per step, so that
//! labels are looked at once per series and not once per step.

mod aggregate;
mod binary;
mod choose;
mod functions;
mod matching;
mod operate;
mod select;
mod windows;

use std::cell::Cell;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use promql_parser::parser::{AtModifier, Expr, Offset};

use crate::engine::Engine;
use crate::error::Problem;
use crate::memory::MemorySeries;
use crate::storage::Storage;
use crate::value::{Grid, Row, Value, distinct};

/// The evaluation of one query.
pub(crate) struct Evaluation<'a> {
    storage: &'a dyn Storage,
    engine: Engine,
    /// The times of the whole query, which `start()` and `end()` mean.
    outer: Grid,
    deadline: Instant,
    spent: Cell<u64>,
}

impl<'a> Evaluation<'a> {
    pub(crate) fn new(storage: &'a dyn Storage, engine: Engine, outer: Grid, deadline: Instant) -> Self {
        Self { storage, engine, outer, deadline, spent: Cell::new(0) }
    }

    /// What an expression comes to at each time of a grid.
    pub(crate) fn value(&self, expression: &Expr, grid: &Grid) -> Result<Value, Problem> {
        match expression {
            Expr::NumberLiteral(literal) => Ok(Value::Scalar(vec![literal.val; grid.count])),
            Expr::StringLiteral(literal) => Ok(Value::Text(literal.val.clone())),
            Expr::Paren(paren) => self.value(&paren.expr, grid),
            Expr::VectorSelector(selector) => self.selected(selector, grid).map(Value::Vector),
            Expr::Unary(unary) => negated(self.value(&unary.expr, grid)?),
            Expr::Binary(binary) => self.binary(binary, grid),
            Expr::Aggregate(aggregate) => self.aggregate(aggregate, grid).map(Value::Vector),
            Expr::Call(call) => self.call(call, grid),
            Expr::MatrixSelector(_) | Expr::Subquery(_) | Expr::Extension(_) => {
                Err(Problem::execution("a range vector has no value at one time"))
            }
        }
    }

    /// The samples of a range vector at the first time of a grid.
    pub(crate) fn matrix(&self, expression: &Expr, grid: &Grid) -> Result<Vec<MemorySeries>, Problem> {
        let windows = self.windows(expression, grid)?;
        let mut found = Vec::new();
        windows.each_first(self, |labels, samples| {
            found.push(MemorySeries { labels: labels.clone(), samples: samples.to_vec() });
        })?;
        Ok(found)
    }

    fn vector(&self, expression: &Expr, grid: &Grid) -> Result<Vec<Row>, Problem> {
        match self.value(expression, grid)? {
            Value::Vector(rows) => Ok(rows),
            _ => Err(Problem::execution("expected an instant vector")),
        }
    }

    fn scalar(&self, expression: &Expr, grid: &Grid) -> Result<Vec<f64>, Problem> {
        match self.value(expression, grid)? {
            Value::Scalar(values) => Ok(values),
            _ => Err(Problem::execution("expected a scalar")),
        }
    }

    fn text(&self, expression: &Expr, grid: &Grid) -> Result<String, Problem> {
        match self.value(expression, grid)? {
            Value::Text(text) => Ok(text),
            _ => Err(Problem::execution("expected a string")),
        }
    }

    /// Counts samples that are read or made, and looks at the clock.
    fn spend(&self, samples: usize) -> Result<(), Problem> {
        let spent = self.spent.get().saturating_add(samples as u64);
        self.spent.set(spent);
        if spent > self.engine.max_samples {
            return Err(Problem::TooManySamples);
        }
        if Instant::now() > self.deadline { Err(Problem::Timeout) } else { Ok(()) }
    }

    /// Which time a selector means instead of each step's own.
    fn timing(&self, at: Option<&AtModifier>, offset: Option<&Offset>) -> Timing {
        let at = at.map(|at| match at {
            AtModifier::Start => self.outer.start,
            AtModifier::End => self.outer.end(),
            AtModifier::At(time) => milliseconds(*time),
        });
        let offset = offset.map_or(0, |offset| match offset {
            Offset::Pos(span) => i64::try_from(span.as_millis()).unwrap_or(i64::MAX / 4),
            Offset::Neg(span) => -i64::try_from(span.as_millis()).unwrap_or(i64::MAX / 4),
        });
        Timing { at, offset }
    }
}

/// `offset` and `@`.
#[derive(Clone, Copy, Debug)]
struct Timing {
    at: Option<i64>,
    offset: i64,
}

impl Timing {
    /// The time that is meant at a step.
    fn reference(self, step: i64) -> i64 {
        self.at.unwrap_or(step).saturating_sub(self.offset)
    }

    /// Whether all steps mean the same time.
    fn is_fixed(self) -> bool {
        self.at.is_some()
    }
}

fn milliseconds(time: SystemTime) -> i64 {
    let span = |span: std::time::Duration| i64::try_from(span.as_millis()).unwrap_or(i64::MAX / 4);
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => span(after),
        Err(before) => -span(before.duration()),
    }
}

fn negated(value: Value) -> Result<Value, Problem> {
    Ok(match value {
        Value::Scalar(values) => Value::Scalar(values.into_iter().map(|value| -value).collect()),
        Value::Vector(rows) => {
            let negated = rows.into_iter().map(|row| Row {
                labels: row.labels.nameless(),
                points: row.points.into_iter().map(|point| point.map(|value| -value)).collect(),
            });
            Value::Vector(distinct(negated.collect())?)
        }
        Value::Text(_) => return Err(Problem::execution("a string has no sign")),
    })
}
