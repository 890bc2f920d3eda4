//! Aggregations that keep series or make them from values.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::aggregate::Group;
use crate::error::Problem;
use crate::labels::{Labels, is_label_name};
use crate::number::format_number;
use crate::value::{Grid, Points, Row};

/// `topk` and `bottomk`: so many of each group at each step, with all their labels.
pub(super) fn extremes(groups: Vec<Group>, wanted: &[f64], largest: bool) -> Result<Vec<Row>, Problem> {
    let mut chosen = Vec::new();
    for group in groups {
        let steps = group.rows.first().map_or(0, |row| row.points.len());
        let mut kept: Vec<Points> = vec![vec![None; steps]; group.rows.len()];
        let mut order: Vec<usize> = Vec::new();
        for (index, wanted) in wanted.iter().enumerate().take(steps) {
            let wanted = count(*wanted)?;
            let value = |place: &usize| group.rows[*place].points[index];
            order = (0..group.rows.len()).filter(|place| value(place).is_some()).collect();
            order.sort_by(|one, other| compare(value(one), value(other), largest));
            order.truncate(wanted);
            for place in &order {
                kept[*place][index] = value(place);
            }
        }
        if steps == 1 {
            // At a single time the best come first.
            chosen.extend(order.iter().map(|place| Row {
                labels: group.rows[*place].labels.clone(),
                points: std::mem::take(&mut kept[*place]),
            }));
        } else {
            let rows = group.rows.into_iter().zip(kept);
            let rows = rows.map(|(row, points)| Row { labels: row.labels, points });
            chosen.extend(rows.filter(Row::has_points));
        }
    }
    Ok(chosen)
}

/// How many are wanted; none for less than one.
fn count(wanted: f64) -> Result<usize, Problem> {
    if !(wanted <= i64::MAX as f64 && wanted >= i64::MIN as f64) {
        let written = format_number(wanted);
        return Err(Problem::Execution(format!("Scalar value {written} overflows int64")));
    }
    Ok(if wanted < 1.0 { 0 } else { wanted as usize })
}

/// Best first; what is no number is worst.
fn compare(one: Option<f64>, other: Option<f64>, largest: bool) -> Ordering {
    let (one, other) = (one.unwrap_or(f64::NAN), other.unwrap_or(f64::NAN));
    match (one.is_nan(), other.is_nan()) {
        (true, true) => Ordering::Equal,
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) if largest => other.partial_cmp(&one).unwrap_or(Ordering::Equal),
        (false, false) => one.partial_cmp(&other).unwrap_or(Ordering::Equal),
    }
}

/// `count_values`: a series for each value, that says how many have it.
pub(super) fn count_values(groups: Vec<Group>, label: &str, grid: &Grid) -> Result<Vec<Row>, Problem> {
    if !is_label_name(label) {
        return Err(Problem::Execution(format!("invalid label name {label:?}")));
    }
    let mut counted: BTreeMap<Labels, Points> = BTreeMap::new();
    for row in groups
        .into_iter()
        .flat_map(|group| group.rows.into_iter().map(move |row| (group.labels.clone(), row)))
    {
        let (labels, row) = row;
        for (index, value) in row.points.iter().enumerate() {
            let Some(value) = value else { continue };
            let labels = labels.with(label, &format_number(*value));
            let points = counted.entry(labels).or_insert_with(|| vec![None; grid.count]);
            points[index] = Some(points[index].unwrap_or(0.0) + 1.0);
        }
    }
    Ok(counted.into_iter().map(|(labels, points)| Row { labels, points }).collect())
}
