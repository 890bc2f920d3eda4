//! Aggregations: many series become one for each group.

use hashbrown::HashMap;
use promql_parser::parser::token::{
    T_AVG, T_BOTTOMK, T_COUNT, T_COUNT_VALUES, T_GROUP, T_MAX, T_MIN, T_QUANTILE, T_STDDEV, T_STDVAR, T_SUM,
    T_TOPK, TokenId,
};
use promql_parser::parser::{AggregateExpr, LabelModifier};

use super::{Evaluation, choose};
use crate::error::Problem;
use crate::labels::{Labels, NAME};
use crate::number;
use crate::value::{Grid, Points, Row};

/// Rows that are aggregated together.
pub(super) struct Group {
    pub(super) labels: Labels,
    pub(super) rows: Vec<Row>,
}

impl Evaluation<'_> {
    pub(super) fn aggregate(&self, aggregate: &AggregateExpr, grid: &Grid) -> Result<Vec<Row>, Problem> {
        let rows = self.vector(&aggregate.expr, grid)?;
        self.spend(rows.len().saturating_mul(grid.count))?;
        let parameter = || {
            let parameter = aggregate.param.as_deref();
            parameter.ok_or_else(|| Problem::execution("the aggregation lacks its parameter"))
        };
        let modifier = aggregate.modifier.as_ref();
        match aggregate.op.id() {
            operator @ (T_TOPK | T_BOTTOMK) => {
                let wanted = self.scalar(parameter()?, grid)?;
                choose::extremes(groups(rows, modifier), &wanted, operator == T_TOPK)
            }
            T_COUNT_VALUES => {
                let label = self.text(parameter()?, grid)?;
                choose::count_values(groups(rows, modifier), &label, grid)
            }
            T_QUANTILE => {
                let wanted = self.scalar(parameter()?, grid)?;
                let each = |values: &mut Vec<f64>, index: usize| number::quantile(wanted[index], values);
                Ok(groups(rows, modifier).into_iter().map(|group| reduced(&group, each)).collect())
            }
            operator => {
                let reduce = reduction(operator)?;
                let each = |values: &mut Vec<f64>, _| reduce(values);
                Ok(groups(rows, modifier).into_iter().map(|group| reduced(&group, each)).collect())
            }
        }
    }
}

/// Rows by the labels that they are grouped by, in the order in which each group is first met.
fn groups(rows: Vec<Row>, modifier: Option<&LabelModifier>) -> Vec<Group> {
    let mut places: HashMap<Labels, usize> = HashMap::new();
    let mut groups: Vec<Group> = Vec::new();
    for row in rows {
        let labels = match modifier {
            None => Labels::default(),
            Some(LabelModifier::Include(by)) => {
                row.labels.filtered(|name| by.labels.iter().any(|wanted| wanted == name))
            }
            Some(LabelModifier::Exclude(without)) => row
                .labels
                .filtered(|name| name != NAME && !without.labels.iter().any(|unwanted| unwanted == name)),
        };
        let place = *places.entry(labels).or_insert_with_key(|labels| {
            groups.push(Group { labels: labels.clone(), rows: Vec::new() });
            groups.len() - 1
        });
        groups[place].rows.push(row);
    }
    groups
}

/// One row for a group; where no series has a value there is none.
fn reduced(group: &Group, reduce: impl Fn(&mut Vec<f64>, usize) -> f64) -> Row {
    let steps = group.rows.first().map_or(0, |row| row.points.len());
    let mut values = Vec::with_capacity(group.rows.len());
    let mut points: Points = Vec::with_capacity(steps);
    for index in 0..steps {
        values.clear();
        values.extend(group.rows.iter().filter_map(|row| row.points[index]));
        points.push(if values.is_empty() { None } else { Some(reduce(&mut values, index)) });
    }
    Row { labels: group.labels.clone(), points }
}

fn reduction(operator: TokenId) -> Result<fn(&[f64]) -> f64, Problem> {
    Ok(match operator {
        T_SUM => |values| values.iter().sum(),
        T_AVG => mean,
        T_COUNT => |values| values.len() as f64,
        T_GROUP => |_| 1.0,
        T_MIN => |values| extreme(values, |one, other| one < other),
        T_MAX => |values| extreme(values, |one, other| one > other),
        T_STDDEV => |values| variance(values).sqrt(),
        T_STDVAR => variance,
        _ => return Err(Problem::execution("this aggregation is not known")),
    })
}

/// The mean, kept as a mean all the way so that large values do not overflow.
fn mean(values: &[f64]) -> f64 {
    let mut mean = 0.0f64;
    for (index, value) in values.iter().enumerate() {
        let count = (index + 1) as f64;
        if index == 0 {
            mean = *value;
            continue;
        }
        if mean.is_infinite() {
            let is_same_infinity = value.is_infinite() && (mean > 0.0) == (*value > 0.0);
            if is_same_infinity || value.is_finite() {
                continue;
            }
        }
        mean += value / count - mean / count;
    }
    mean
}

/// The first, unless another is better or the first is no number.
fn extreme(values: &[f64], is_better: fn(f64, f64) -> bool) -> f64 {
    let best = values
        .iter()
        .copied()
        .reduce(|best, value| if is_better(value, best) || best.is_nan() { value } else { best });
    best.unwrap_or(f64::NAN)
}

/// How far values are from their mean (Welford).
fn variance(values: &[f64]) -> f64 {
    let (mut mean, mut squares) = (values.first().copied().unwrap_or(f64::NAN), 0.0);
    for (index, value) in values.iter().enumerate().skip(1) {
        let delta = value - mean;
        mean += delta / (index + 1) as f64;
        squares += delta * (value - mean);
    }
    squares / values.len() as f64
}
