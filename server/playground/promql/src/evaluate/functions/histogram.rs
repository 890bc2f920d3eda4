//! Quantiles of histograms that are kept as one series per bucket.

use hashbrown::HashMap;

use crate::error::Problem;
use crate::labels::{Labels, NAME};
use crate::value::{Grid, Row, merged};

/// The label with a bucket's upper bound.
const BOUND: &str = "le";

/// A bucket: its upper bound, and how many observations are not above it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Bucket {
    bound: f64,
    count: f64,
}

/// A quantile of each histogram at each step.
pub(super) fn quantiles(wanted: &[f64], rows: Vec<Row>, grid: &Grid) -> Result<Vec<Row>, Problem> {
    let mut places: HashMap<Labels, usize> = HashMap::new();
    let mut histograms: Vec<(Labels, Vec<(f64, Row)>)> = Vec::new();
    for row in rows {
        let Some(bound) = bound(row.labels.get(BOUND)) else { continue };
        let labels = row.labels.filtered(|name| name != BOUND && name != NAME);
        let place = *places.entry(labels).or_insert_with_key(|labels| {
            histograms.push((labels.clone(), Vec::new()));
            histograms.len() - 1
        });
        histograms[place].1.push((bound, row));
    }
    let rows = histograms.into_iter().map(|(labels, buckets)| {
        let at = |index: usize| {
            let present = buckets
                .iter()
                .filter_map(|(bound, row)| row.points[index].map(|count| Bucket { bound: *bound, count }));
            let buckets: Vec<Bucket> = present.collect();
            (!buckets.is_empty()).then(|| quantile(wanted[index], buckets))
        };
        Row { points: (0..grid.count).map(at).collect(), labels }
    });
    merged(rows.collect())
}

fn bound(text: &str) -> Option<f64> {
    text.parse().ok()
}

fn quantile(quantile: f64, buckets: Vec<Bucket>) -> f64 {
    if quantile.is_nan() {
        return f64::NAN;
    }
    if quantile < 0.0 {
        return f64::NEG_INFINITY;
    }
    if quantile > 1.0 {
        return f64::INFINITY;
    }
    let buckets = in_order(buckets);
    let [.., before_last, last] = buckets[..] else { return f64::NAN };
    if last.bound != f64::INFINITY || last.count == 0.0 {
        return f64::NAN;
    }
    let mut rank = quantile * last.count;
    let found = buckets[..buckets.len() - 1].iter().position(|bucket| bucket.count >= rank);
    let Some(place) = found else { return before_last.bound };
    let bucket = buckets[place];
    if place == 0 && bucket.bound <= 0.0 {
        return bucket.bound;
    }
    let (mut start, mut count) = (0.0, bucket.count);
    if place > 0 {
        let below = buckets[place - 1];
        start = below.bound;
        count -= below.count;
        rank -= below.count;
    }
    start + (bucket.bound - start) * (rank / count)
}

/// Buckets by their bounds, those with equal bounds added up, and never fewer than in the one below: scrapes and
/// rounding can make that seem so.
fn in_order(mut buckets: Vec<Bucket>) -> Vec<Bucket> {
    buckets.sort_by(|one, other| one.bound.total_cmp(&other.bound));
    let mut ordered: Vec<Bucket> = Vec::with_capacity(buckets.len());
    for bucket in buckets {
        match ordered.last_mut() {
            Some(last) if last.bound == bucket.bound => last.count += bucket.count,
            _ => ordered.push(bucket),
        }
    }
    let mut most = f64::NEG_INFINITY;
    for bucket in &mut ordered {
        if bucket.count > most {
            most = bucket.count;
        } else if bucket.count < most {
            bucket.count = most;
        }
    }
    ordered
}
