//! Lines on an axis on which equal factors are equally far apart.

use crate::axis::{Axis, Ends, axis_within};
use crate::draw::{DrawingError, lines};
use model::Unit;
use model::chart::{Frame, Scale, Series};

/// More labels than this are no help.
const MOST_POWERS: i32 = 6;
/// Every how many powers there may be a label.
const STRIDES: [i32; 11] = [1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 500];
/// How far a round value may be from the power that it is.
const ROUNDING: f64 = 1e-9;

/// Draws series over a frame as lines on a logarithmic axis with labels at powers of a base, whose ends may be said. Zero and
/// what is below it has no place there: it is a gap.
pub fn draw_logarithmic(
    frame: Frame,
    unit: Unit,
    base: u8,
    series: &[Series],
    ends: Ends,
) -> Result<(String, Scale), DrawingError> {
    let on_axis = |value: &Option<f64>| value.filter(|value| has_place(*value));
    let there = || series.iter().flat_map(|series| series.values.iter().filter_map(on_axis));
    let Axis { low, high, ticks } =
        axis(there().reduce(f64::min).zip(there().reduce(f64::max)), round_base(unit, base), unit, ends);
    let place = |value: &Option<f64>| on_axis(value).map(f64::log10);
    let placed: Vec<Series> = series
        .iter()
        .map(|series| Series { values: series.values.iter().map(place).collect(), ..series.clone() })
        .collect();
    let scale = Scale { frame, low, high, ticks, unit, is_stacked: false, is_logarithmic: true };
    let drawn = Scale {
        low: low.log10(),
        high: high.log10(),
        ticks: scale.ticks.iter().map(|tick| tick.log10()).collect(),
        ..scale.clone()
    };
    let limits = (ends != Ends::default()).then_some((drawn.low, drawn.high));
    Ok((lines(&drawn, &placed, limits)?, scale))
}

/// The base whose powers are round: bytes are written in powers of two, whatever base the axis was given. How lines look
/// does not depend on it.
fn round_base(unit: Unit, base: u8) -> f64 {
    match unit {
        Unit::Bytes | Unit::BytesPerSecond => 2.0,
        _ => f64::from(base),
    }
}

fn has_place(value: f64) -> bool {
    value.is_finite() && value > 0.0
}

/// The axis for values between two, with an end where one is said that has a place on it. Ends that leave no room between them
/// are none.
fn axis(values: Option<(f64, f64)>, base: f64, unit: Unit, ends: Ends) -> Axis {
    let (smallest, largest) = values.unwrap_or((1.0, base));
    let held = |value: f64| value.clamp(f64::MIN_POSITIVE, f64::MAX);
    let (low, high) =
        (held(base.powi(power_below(smallest, base))), held(base.powi(power_above(largest, base))));
    let own = (if low < high { low } else { high / base }, high);
    let said = |end: Option<f64>| end.filter(|end| has_place(*end));
    let ends = match (said(ends.low), said(ends.high)) {
        (Some(low), Some(high)) => (low, high),
        (Some(low), None) => (low, if low < own.1 { own.1 } else { held(low * base) }),
        (None, Some(high)) => (if own.0 < high { own.0 } else { held(high / base) }, high),
        (None, None) => own,
    };
    let (low, high) = if ends.0 < ends.1 { ends } else { own };
    Axis { low, high, ticks: ticks(low, high, base, unit) }
}

/// The largest power that is not above a value.
fn power_below(value: f64, base: f64) -> i32 {
    (value.log10() / base.log10() + ROUNDING).floor() as i32
}

/// The smallest power that is not below a value.
fn power_above(value: f64, base: f64) -> i32 {
    (value.log10() / base.log10() - ROUNDING).ceil() as i32
}

/// Powers of the base. Where there are few of them, also what is round between them.
fn ticks(low: f64, high: f64, base: f64, unit: Unit) -> Vec<f64> {
    let (first, last) = (power_above(low, base), power_below(high, base));
    let within = |ticks: Vec<f64>| -> Vec<f64> {
        ticks.into_iter().filter(|tick| (low..=high).contains(tick)).collect()
    };
    let is_few = last - first <= 1;
    let ticks = if is_few && base == 10.0 {
        let round = |power: i32| [1.0, 2.0, 5.0].map(|factor| factor * base.powi(power));
        within((first - 1..=last).flat_map(round).collect())
    } else {
        let count = |stride: i32| last.div_euclid(stride) - (first - 1).div_euclid(stride);
        let stride = STRIDES.into_iter().find(|stride| count(*stride) <= MOST_POWERS).unwrap_or(500);
        let powers = (first..=last).filter(|power| power.rem_euclid(stride) == 0);
        within(powers.map(|power| base.powi(power)).collect())
    };
    if ticks.len() > 1 {
        return ticks;
    }
    // Between two powers an axis is nearly even.
    axis_within(low, high, unit, Ends { low: Some(low), high: Some(high) }).ticks
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn series(values: &[Option<f64>]) -> Series {
        let values = values.to_vec();
        Series { key: String::new(), label: String::new(), color: 0, is_earlier: false, values }
    }

    fn frame(points: usize) -> Frame {
        Frame { start: 0, end: (points as i64 - 1) * 60, step: 60 }
    }

    fn ticks_of(smallest: f64, largest: f64, base: f64) -> Vec<f64> {
        axis(Some((smallest, largest)), base, Unit::Count, Ends::default()).ticks
    }

    #[test]
    fn an_axis_has_powers_and_what_is_round_between_few_of_them() {
        assert_eq!(ticks_of(3.0, 4e5, 10.0), [1.0, 100.0, 1e4, 1e6]);
        assert_eq!(ticks_of(2.0, 40.0, 10.0), [1.0, 10.0, 100.0]);
        assert_eq!(ticks_of(2.0, 7.0, 10.0), [1.0, 2.0, 5.0, 10.0]);
        assert_eq!(ticks_of(5.0, 60.0, 2.0), [4.0, 8.0, 16.0, 32.0, 64.0]);
        assert_eq!(ticks_of(1e3, 1e9, 2.0), [1024.0, 32_768.0, 1_048_576.0, 33_554_432.0, 1_073_741_824.0]);
    }

    #[test]
    fn bytes_have_labels_that_are_round_in_their_units() {
        let mebibyte = 1024.0 * 1024.0;
        let bytes = [series(&[Some(40.0 * mebibyte), Some(14_000.0 * mebibyte)])];

        let (_, scale) = draw_logarithmic(frame(2), Unit::Bytes, 10, &bytes, Ends::default()).unwrap();

        assert_eq!(scale.ticks, [64.0, 256.0, 1024.0, 4096.0, 16_384.0].map(|count| count * mebibyte));
    }

    #[test]
    fn an_axis_begins_and_ends_where_somebody_says_it() {
        let of = |low, high| {
            let Axis { low, high, ticks } = axis(Some((2.0, 300.0)), 10.0, Unit::Count, Ends { low, high });
            (low, high, ticks)
        };

        assert_eq!(of(Some(0.1), Some(50.0)), (0.1, 50.0, vec![0.1, 1.0, 10.0]));
        assert_eq!(of(Some(3.0), Some(7.0)).2, [3.0, 4.0, 5.0, 6.0, 7.0], "no power lies between");
        assert_eq!((of(Some(5e3), None).0, of(Some(5e3), None).1), (5e3, 5e4), "all values are below");
        assert_eq!(of(Some(0.0), Some(-1.0)), of(None, None), "there is no such place");
        assert_eq!(of(Some(7.0), Some(3.0)), of(None, None));
    }

    #[test]
    fn zero_and_what_is_below_is_a_gap_and_nothing_else_is_moved() {
        let all = [series(&[Some(1.0), Some(10.0), Some(0.0), Some(-5.0), Some(100.0), Some(10.0)])];

        let (svg, scale) = draw_logarithmic(frame(6), Unit::Count, 10, &all, Ends::default()).unwrap();

        assert_eq!((scale.low, scale.high, scale.is_logarithmic), (1.0, 100.0, true));
        assert_eq!(svg.matches("chart-line").count(), 2, "before the gap and behind it: {svg}");
        assert_eq!(svg.matches(",125").count(), 4, "ten is in the middle, as is its line of the grid: {svg}");
    }

    #[test]
    fn nothing_above_zero_is_an_empty_grid() {
        let nothing = [series(&[None, Some(0.0), Some(-1.0)])];

        let (svg, scale) = draw_logarithmic(frame(3), Unit::Bytes, 2, &nothing, Ends::default()).unwrap();

        assert_eq!((scale.low, scale.high), (1.0, 2.0));
        assert!(svg.contains("chart-grid") && !svg.contains("chart-line"), "{svg}");
    }

    proptest! {
        #[test]
        fn every_value_above_zero_is_on_its_axis(
            values in proptest::collection::vec(
                proptest::option::of(prop_oneof![any::<f64>(), 1e-6..1e12, Just(f64::NAN), Just(0.0)]), 1..40),
            is_binary in any::<bool>(),
        ) {
            let all = [series(&values)];

            let (_, scale) =
                draw_logarithmic(frame(values.len()), Unit::Count, if is_binary { 2 } else { 10 }, &all, Ends::default()).unwrap();

            prop_assert!(scale.low > 0.0 && scale.low < scale.high && scale.high.is_finite(), "{scale:?}");
            prop_assert!((2..=12).contains(&scale.ticks.len()), "{scale:?}");
            for value in values.into_iter().flatten().filter(|value| value.is_normal() && *value > 0.0) {
                prop_assert!(scale.down(value).is_some(), "{value} on {scale:?}");
            }
        }
    }
}
