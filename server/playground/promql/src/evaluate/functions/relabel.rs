//! Functions that change labels.

use promql_parser::parser::Expr;
use regex::Regex;

use super::Arguments;
use crate::error::Problem;
use crate::labels::is_label_name;
use crate::value::{Row, merged};

/// `label_replace`: a label made of the parts of another.
pub(super) fn replace(arguments: &Arguments) -> Result<Vec<Row>, Problem> {
    let target = arguments.text(1)?;
    let replacement = arguments.text(2)?;
    let source = arguments.text(3)?;
    let pattern = arguments.text(4)?;
    let pattern = Regex::new(&format!("^(?s:{pattern})$")).map_err(|_| {
        Problem::Execution(format!("invalid regular expression in label_replace(): {pattern}"))
    })?;
    if !is_label_name(&target) {
        return Err(Problem::Execution(format!(
            "invalid destination label name in label_replace(): {target}"
        )));
    }
    let rows = arguments.vector(0)?.into_iter().map(|row| {
        let Some(parts) = pattern.captures(row.labels.get(&source)) else { return row };
        let mut value = String::new();
        parts.expand(&replacement, &mut value);
        Row { labels: row.labels.with(&target, &value), points: row.points }
    });
    merged(rows.collect())
}

/// `label_join`: a label made of several others.
pub(super) fn join(arguments: &Arguments) -> Result<Vec<Row>, Problem> {
    let target = arguments.text(1)?;
    let separator = arguments.text(2)?;
    let mut sources = Vec::new();
    for place in 3..arguments.count() {
        let Expr::StringLiteral(_) = arguments.expression(place)? else {
            return Err(Problem::execution("label_join() takes names of labels"));
        };
        let source = arguments.text(place)?;
        if !is_label_name(&source) {
            return Err(Problem::Execution(format!("invalid source label name in label_join(): {source}")));
        }
        sources.push(source);
    }
    if !is_label_name(&target) {
        return Err(Problem::Execution(format!("invalid destination label name in label_join(): {target}")));
    }
    let rows = arguments.vector(0)?.into_iter().map(|row| {
        let values: Vec<&str> = sources.iter().map(|source| row.labels.get(source)).collect();
        let labels = row.labels.with(&target, &values.join(&separator));
        Row { labels, points: row.points }
    });
    merged(rows.collect())
}
