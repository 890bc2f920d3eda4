//! Says that something is not there.

use std::collections::BTreeMap;

use promql_parser::label::{MatchOp, Matcher};
use promql_parser::parser::Expr;

use super::Arguments;
use crate::error::Problem;
use crate::labels::{Labels, NAME};
use crate::query::matchers;
use crate::value::{Row, Value};

/// `absent`: one where a vector is empty.
pub(super) fn now(arguments: &Arguments) -> Result<Value, Problem> {
    let rows = arguments.vector(0)?;
    absence(arguments, &rows)
}

/// `absent_over_time`: one where all windows are empty.
pub(super) fn over_time(arguments: &Arguments) -> Result<Value, Problem> {
    let windows = arguments.evaluation.windows(arguments.expression(0)?, arguments.grid)?;
    let rows = windows.rows(arguments.evaluation, Labels::clone, |_| Some(1.0))?;
    absence(arguments, &rows)
}

fn absence(arguments: &Arguments, rows: &[Row]) -> Result<Value, Problem> {
    let is_there = |index: usize| rows.iter().any(|row| row.points[index].is_some());
    let points: Vec<_> = (0..arguments.grid.count).map(|index| (!is_there(index)).then_some(1.0)).collect();
    let row = Row { labels: labels(arguments.expression(0)?), points };
    Ok(Value::Vector(if row.has_points() { vec![row] } else { Vec::new() }))
}

/// The labels that the missing series would have for certain: those that a selector demands exactly, once.
fn labels(expression: &Expr) -> Labels {
    let wanted: Vec<Matcher> = match expression {
        Expr::VectorSelector(selector) => matchers(selector),
        Expr::MatrixSelector(selector) => matchers(&selector.vs),
        _ => return Labels::default(),
    };
    let mut labels: BTreeMap<String, String> = BTreeMap::new();
    let mut seen = Vec::new();
    for matcher in wanted.into_iter().filter(|matcher| matcher.name != NAME) {
        if matcher.op == MatchOp::Equal && !seen.contains(&matcher.name) {
            seen.push(matcher.name.clone());
            labels.insert(matcher.name, matcher.value);
        } else {
            labels.remove(&matcher.name);
        }
    }
    Labels::new(labels)
}
