//! Functions that say how fast something changes.

use crate::evaluate::windows::Window;
use crate::number::Sum;
use crate::storage::Sample;

type OfWindow = fn(&Window) -> Option<f64>;

/// The function of this name, if it needs nothing but the window.
pub(super) fn by_name(name: &str) -> Option<OfWindow> {
    Some(match name {
        "rate" => {
            |window| extrapolated(window, true).map(|increase| increase / seconds(window.to - window.from))
        }
        "increase" => |window| extrapolated(window, true),
        "delta" => |window| extrapolated(window, false),
        "irate" => |window| last_two(window, true),
        "idelta" => |window| last_two(window, false),
        "deriv" => |window| {
            let first = window.samples.first()?.at;
            Some(regression(window, first)?.0)
        },
        _ => return None,
    })
}

fn seconds(milliseconds: i64) -> f64 {
    milliseconds as f64 / 1000.0
}

/// The change over the whole window, of which the samples show only a part. Prometheus extends it to the ends of the
/// window where samples come near them, by half a gap where they do not, and never below zero for a counter.
fn extrapolated(window: &Window, is_counter: bool) -> Option<f64> {
    let [first, .., last] = window.samples else { return None };
    let mut change = last.value - first.value;
    if is_counter {
        let resets = window.samples.windows(2).filter(|pair| pair[1].value < pair[0].value);
        change += resets.map(|pair| pair[0].value).sum::<f64>();
    }
    let sampled = seconds(last.at - first.at);
    let gap = sampled / (window.samples.len() - 1) as f64;
    let mut to_start = seconds(first.at - window.from);
    let to_end = seconds(window.to - last.at);
    if is_counter && change > 0.0 && first.value >= 0.0 {
        to_start = to_start.min(sampled * (first.value / change));
    }
    let extension = |distance: f64| if distance < gap * 1.1 { distance } else { gap / 2.0 };
    Some(change * ((sampled + extension(to_start) + extension(to_end)) / sampled))
}

/// The change between the last two samples; for a rate, per second and with resets.
fn last_two(window: &Window, is_rate: bool) -> Option<f64> {
    let [.., before, last] = window.samples else { return None };
    if !is_rate {
        return Some(last.value - before.value);
    }
    let is_reset = last.value < before.value;
    let change = if is_reset { last.value } else { last.value - before.value };
    let span = last.at - before.at;
    (span != 0).then(|| change / seconds(span))
}

/// Where the line through the samples will be in so many seconds.
pub(super) fn predict(window: &Window, ahead: f64) -> Option<f64> {
    let (slope, value) = regression(window, window.at)?;
    Some(slope * ahead + value)
}

/// The slope of the line through the samples, and its value at a time (least squares).
fn regression(window: &Window, at: i64) -> Option<(f64, f64)> {
    let samples: &[Sample] = window.samples;
    let [first, _, ..] = samples else { return None };
    if samples.iter().all(|sample| sample.value == first.value) {
        return Some(if first.value.is_infinite() { (f64::NAN, f64::NAN) } else { (0.0, first.value) });
    }
    let count = samples.len() as f64;
    let [mut times, mut values, mut products, mut squares] = [Sum::default(); 4];
    for sample in samples {
        let time = seconds(sample.at - at);
        times.add(time);
        values.add(sample.value);
        products.add(time * sample.value);
        squares.add(time * time);
    }
    let [times, values, products, squares] = [times, values, products, squares].map(Sum::total);
    let covariance = products - times * values / count;
    let variance = squares - times * times / count;
    let slope = covariance / variance;
    Some((slope, values / count - slope * times / count))
}
