//! Functions that gather all samples of a window into one number.

use crate::evaluate::windows::Window;
use crate::number::Sum;
use crate::storage::Sample;

type OfWindow = fn(&Window) -> Option<f64>;

/// The function of this name, if it needs nothing but the window.
pub(super) fn by_name(name: &str) -> Option<OfWindow> {
    Some(match name {
        "sum_over_time" => |window| Some(sum(window.samples)),
        "avg_over_time" => |window| Some(average(window.samples)),
        "count_over_time" => |window| Some(window.samples.len() as f64),
        "min_over_time" => |window| extreme(window.samples, |one, other| one < other),
        "max_over_time" => |window| extreme(window.samples, |one, other| one > other),
        "stddev_over_time" => |window| Some(variance(window.samples).sqrt()),
        "stdvar_over_time" => |window| Some(variance(window.samples)),
        "present_over_time" => |_| Some(1.0),
        "changes" => |window| {
            Some(count_pairs(window.samples, |before, after| {
                before != after && !(before.is_nan() && after.is_nan())
            }))
        },
        "resets" => |window| Some(count_pairs(window.samples, |before, after| after < before)),
        _ => return None,
    })
}

fn sum(samples: &[Sample]) -> f64 {
    let mut sum = Sum::default();
    samples.iter().for_each(|sample| sum.add(sample.value));
    sum.total()
}

/// The mean, kept as a mean all the way so that large values do not overflow.
fn average(samples: &[Sample]) -> f64 {
    let mut mean = Sum::default();
    let mut count = 0.0;
    for value in samples.iter().map(|sample| sample.value) {
        count += 1.0;
        if mean.sum.is_infinite() {
            let is_same_infinity = value.is_infinite() && (mean.sum > 0.0) == (value > 0.0);
            if is_same_infinity || value.is_finite() {
                continue;
            }
        }
        mean.add(value / count - mean.sum / count);
    }
    mean.total()
}

fn extreme(samples: &[Sample], is_better: fn(f64, f64) -> bool) -> Option<f64> {
    let values = samples.iter().map(|sample| sample.value);
    values.reduce(|best, value| if is_better(value, best) || best.is_nan() { value } else { best })
}

/// How far values are from their mean (Welford).
fn variance(samples: &[Sample]) -> f64 {
    let (mut mean, mut squares) = (Sum::default(), Sum::default());
    let mut count = 0.0;
    for value in samples.iter().map(|sample| sample.value) {
        count += 1.0;
        let delta = value - mean.total();
        mean.add(delta / count);
        squares.add(delta * (value - mean.total()));
    }
    squares.total() / count
}

fn count_pairs(samples: &[Sample], counts: fn(f64, f64) -> bool) -> f64 {
    samples.windows(2).filter(|pair| counts(pair[0].value, pair[1].value)).count() as f64
}

/// A value that follows its series slowly, with its trend (Holt and Winters).
pub(super) fn smoothed(samples: &[Sample], smoothing: f64, trend_factor: f64) -> Option<f64> {
    let [first, second, ..] = samples else { return None };
    let (mut before, mut now) = (0.0, first.value);
    let mut trend = second.value - first.value;
    for (index, sample) in samples.iter().enumerate().skip(1) {
        if index > 1 {
            trend = trend_factor * (now - before) + (1.0 - trend_factor) * trend;
        }
        let next = smoothing * sample.value + (1.0 - smoothing) * (now + trend);
        (before, now) = (now, next);
    }
    Some(now)
}
