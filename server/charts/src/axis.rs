//! Round values for the vertical axis.

use model::Unit;

/// What an axis needs: the values at both ends, and round ones between, both ends included.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// At the bottom.
    pub low: f64,
    /// At the top.
    pub high: f64,
    /// From low to high.
    pub ticks: Vec<f64>,
}

/// Where an axis begins and ends, as far as somebody says it. The rest follows from the values.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ends {
    /// At the bottom.
    pub low: Option<f64>,
    /// At the top.
    pub high: Option<f64>,
}

/// How many steps an axis has at most.
const MOST_STEPS: f64 = 5.0;

/// The axis for values between these. Zero is always on it: a difference should look as large as it is.
pub fn axis(smallest: f64, largest: f64, unit: Unit) -> Axis {
    let (low, high) = (finite(smallest).min(0.0), finite(largest).max(0.0));
    let spread = match high - low {
        0.0 => smallest_spread(unit),
        spread => spread,
    };
    let step = step(spread / MOST_STEPS, unit);
    let (first, mut last) = ((low / step).floor(), (high / step).ceil());
    if last <= first {
        last = first + 1.0;
    }
    let ticks: Vec<f64> =
        (0..=(last - first) as u32).map(|index| (first + f64::from(index)) * step).collect();
    Axis { low: first * step, high: last * step, ticks }
}

/// The axis for values between these, with an end where one is said: values beyond it are not on it. Ends that leave no room
/// between them are none.
pub fn axis_within(smallest: f64, largest: f64, unit: Unit, ends: Ends) -> Axis {
    let own = axis(smallest, largest, unit);
    let room = smallest_spread(unit);
    let (low, high) = match (ends.low, ends.high) {
        (None, None) => return own,
        (Some(low), Some(high)) => (low, high),
        (Some(low), None) => (low, if own.high > low { own.high } else { low + room }),
        (None, Some(high)) => (if own.low < high { own.low } else { high - room }, high),
    };
    let spread = high - low;
    if !spread.is_finite() || spread <= 0.0 {
        return own;
    }
    let step = step(spread / MOST_STEPS, unit);
    let (first, last) = ((low / step).ceil(), (high / step).floor());
    let ticks = (0..=(last - first).max(0.0) as u32).map(|index| (first + f64::from(index)) * step);
    Axis { low, high, ticks: ticks.filter(|tick| (low..=high).contains(tick)).collect() }
}

fn finite(value: f64) -> f64 {
    if value.is_finite() { value } else { 0.0 }
}

/// What an axis spans when all values are zero.
fn smallest_spread(unit: Unit) -> f64 {
    match unit {
        Unit::Bytes | Unit::BytesPerSecond => 1024.0,
        Unit::BitsPerSecond => 1000.0,
        Unit::Milliseconds => 100.0,
        Unit::Cores | Unit::Seconds => 0.1,
        Unit::Ratio | Unit::Count | Unit::PerSecond | Unit::Percent => 1.0,
    }
}

/// The smallest round step that is not below `wanted`.
fn step(wanted: f64, unit: Unit) -> f64 {
    let is_bytes = matches!(unit, Unit::Bytes | Unit::BytesPerSecond) && wanted > 1.0;
    if is_bytes {
        let base = 1024_f64.powf(wanted.log(1024.0).floor());
        // 1023.99 of a unit must not become 1024 of it.
        return (0..=10)
            .map(|power| base * 2_f64.powi(power))
            .find(|step| *step >= wanted)
            .unwrap_or(base * 1024.0);
    }
    let base = 10_f64.powf(wanted.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * base)
        .find(|step| *step >= wanted * 0.999_999);
    let step = step.unwrap_or(base * 10.0);
    // Half a thing is none.
    if unit == Unit::Count && step < 1.0 && wanted * MOST_STEPS >= 1.0 { step.max(0.5) } else { step }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const UNITS: [Unit; 10] = [
        Unit::Cores,
        Unit::Bytes,
        Unit::Count,
        Unit::Ratio,
        Unit::Seconds,
        Unit::BytesPerSecond,
        Unit::PerSecond,
        Unit::Percent,
        Unit::Milliseconds,
        Unit::BitsPerSecond,
    ];

    #[test]
    fn bytes_have_binary_steps_and_others_decimal_ones() {
        let mebibytes = 1024.0 * 1024.0;

        let bytes = axis(0.0, 700.0 * mebibytes, Unit::Bytes);
        assert_eq!(bytes.ticks, [0.0, 256.0 * mebibytes, 512.0 * mebibytes, 768.0 * mebibytes]);
        assert_eq!(axis(0.0, 0.93, Unit::Ratio).ticks, [0.0, 0.2, 0.4, 0.600_000_000_000_000_1, 0.8, 1.0]);
        assert_eq!(axis(0.0, 3.0, Unit::Count).high, 3.0);
    }

    #[test]
    fn nothing_still_has_an_axis() {
        for unit in UNITS {
            let Axis { low, high, ticks } = axis(0.0, 0.0, unit);
            assert!(low == 0.0 && high > 0.0 && ticks.len() >= 2, "{unit:?}");
        }
    }

    #[test]
    fn an_axis_begins_and_ends_where_somebody_says_it() {
        let of = |low, high| axis_within(2.0, 37.0, Unit::Count, Ends { low, high });

        assert_eq!(of(None, None), axis(2.0, 37.0, Unit::Count));
        assert_eq!(of(Some(0.0), Some(100.0)).ticks, [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        let narrow = of(Some(3.0), Some(14.0));
        assert_eq!((narrow.low, narrow.high, narrow.ticks), (3.0, 14.0, vec![5.0, 7.5, 10.0, 12.5]));
        assert_eq!((of(Some(-5.0), None).low, of(Some(-5.0), None).high), (-5.0, 40.0));
        assert_eq!(
            (of(Some(90.0), None).low, of(Some(90.0), None).high),
            (90.0, 91.0),
            "all values are below"
        );
        assert_eq!((of(None, Some(-3.0)).low, of(None, Some(-3.0)).high), (-4.0, -3.0));
        for (low, high) in [(5.0, 5.0), (6.0, 5.0), (f64::NAN, 5.0), (f64::MIN, f64::MAX)] {
            assert_eq!(of(Some(low), Some(high)), of(None, None));
        }
    }

    proptest! {
        #[test]
        fn ends_that_are_said_do_no_harm(low in -1e15_f64..1e15, spread in 0.0_f64..1e15, scale in -12_i32..3, unit in 0..7_usize) {
            let factor = 10_f64.powi(scale);
            let ends = Ends { low: Some(low * factor), high: Some((low + spread) * factor) };

            let axis = axis_within(0.0, 1.0, UNITS[unit], ends);

            prop_assert!(axis.low < axis.high && axis.ticks.len() <= 8, "{axis:?}");
            prop_assert!(axis.ticks.iter().all(|tick| (axis.low..=axis.high).contains(tick)), "{axis:?}");
        }

        #[test]
        fn every_value_is_on_its_axis(low in -1e15_f64..1e15, spread in 0.0_f64..1e15, scale in -12_i32..3, unit in 0..7_usize) {
            let factor = 10_f64.powi(scale);
            let (low, high) = (low * factor, (low + spread) * factor);

            let axis = axis(low, high, UNITS[unit]);

            let room = (axis.high - axis.low) * 1e-6;
            prop_assert!(axis.low <= low + room && axis.high >= high - room, "{axis:?}");
            prop_assert!((2..=8).contains(&axis.ticks.len()), "{axis:?}");
        }

        #[test]
        fn what_is_no_number_does_no_harm(text in "NaN|inf|-inf|0|7") {
            let value: f64 = text.parse().unwrap_or_default();
            let axis = axis(value, value, Unit::Cores);
            prop_assert!(axis.low.is_finite() && axis.high.is_finite() && axis.high > axis.low);
        }
    }
}
