//! Aggregations that keep series or make them from values.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::aggregate::Group;
use crate::error::Problem;
use crate::labels::{Labels, is_label_name};
use crate::number::{format_go, format_number};
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
            let value = |place: &usize| group.rows[*place].points[index].unwrap_or(f64::NAN);
            let present = (0..group.rows.len()).filter(|place| group.rows[*place].points[index].is_some());
            order = best(present, wanted, |one, other| is_worse(value(one), value(other), largest));
            order.sort_by(|one, other| compare(value(one), value(other), largest));
            for place in &order {
                kept[*place][index] = Some(value(place));
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
        let written = format_go(wanted);
        return Err(Problem::Execution(format!("Scalar value {written} overflows int64")));
    }
    Ok(if wanted < 1.0 { 0 } else { wanted as usize })
}

/// Whether one is to go before another is.
fn is_worse(one: f64, other: f64, largest: bool) -> bool {
    one.is_nan() || if largest { one < other } else { one > other }
}

/// So many of the best. Of equals some have to go; a heap like Go's, worst on top, decides which, as in Prometheus.
fn best(
    places: impl Iterator<Item = usize>,
    wanted: usize,
    is_worse: impl Fn(&usize, &usize) -> bool,
) -> Vec<usize> {
    let mut heap: Vec<usize> = Vec::new();
    for place in places {
        if heap.len() < wanted {
            heap.push(place);
            let mut child = heap.len() - 1;
            while child > 0 && is_worse(&heap[child], &heap[(child - 1) / 2]) {
                heap.swap(child, (child - 1) / 2);
                child = (child - 1) / 2;
            }
        } else if heap.first().is_some_and(|worst| is_worse(worst, &place) && !is_worse(&place, worst)) {
            heap[0] = place;
            sink(&mut heap, &is_worse);
        }
    }
    heap
}

/// Lets the top of a heap sink to its place.
fn sink(heap: &mut [usize], is_worse: &impl Fn(&usize, &usize) -> bool) {
    let mut parent = 0;
    loop {
        let left = 2 * parent + 1;
        if left >= heap.len() {
            return;
        }
        let right = left + 1;
        let child = if right < heap.len() && is_worse(&heap[right], &heap[left]) { right } else { left };
        if !is_worse(&heap[child], &heap[parent]) {
            return;
        }
        heap.swap(parent, child);
        parent = child;
    }
}

/// Best first; what is no number is worst.
fn compare(one: f64, other: f64, largest: bool) -> Ordering {
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
