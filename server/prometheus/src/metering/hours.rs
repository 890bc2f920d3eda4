//! From the hours of a day to sums in whole numbers.

use crate::answer::Answer;
use model::chart::Frame;
use monitoring_contract::cards::POINTS_PER_HOUR;
use monitoring_contract::{DAY_SECONDS, Day, Measure};
use std::collections::BTreeMap;

/// Seconds of an hour.
const HOUR: i64 = 3600;
/// An hour is metered when it has been over for so long, in seconds: what was scraped at its end has been kept by then.
const SETTLES: i64 = 60;

/// The labels that name a series; empty where fewer do.
pub type Names = [String; 3];
/// What each series came to in a day.
pub type Sums = Vec<(Names, u64)>;

/// The hours of a day that are over, as the points of time at their ends.
pub fn hours_of(day: Day, now: i64) -> Option<Frame> {
    let start = day.start().0;
    let end = (now - SETTLES).div_euclid(HOUR).saturating_mul(HOUR).min(start + DAY_SECONDS);
    (end > start).then_some(Frame { start: start + HOUR, end, step: HOUR as u32 })
}

/// What the values of series are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Amounts of an hour: cores, or bytes.
    Amounts(Measure),
    /// At how many points of an hour something was measured.
    Points,
    /// Nothing: their labels are what counts.
    Labels,
}

impl Reading {
    /// A value as a whole number: each hour is rounded once, so days and rows add up exactly.
    fn whole(self, value: f64) -> u64 {
        let value = value.max(0.0);
        match self {
            Self::Amounts(measure) if measure.is_cpu() => (value * 1e6).round() as u64,
            Self::Amounts(_) => value.round() as u64,
            Self::Points => (value.round() as u64).min(POINTS_PER_HOUR.into()),
            Self::Labels => 0,
        }
    }
}

/// What each series came to in the hours of a frame. An hour without a sample adds nothing, and is no zero either: how many
/// hours were measured is asked for by itself.
pub fn summed(answer: &Answer, frame: Frame, reading: Reading, labels: [&str; 3]) -> Sums {
    let mut sums: BTreeMap<Names, u64> = BTreeMap::new();
    for series in &answer.series {
        let samples = series.samples.iter().filter(|(moment, _)| frame.point(*moment).is_some());
        let values: Vec<u64> = samples.map(|(_, value)| reading.whole(*value)).collect();
        if values.is_empty() {
            continue;
        }
        let names = labels.map(|label| series.label(label).to_owned());
        let sum = sums.entry(names).or_default();
        *sum = values.into_iter().fold(*sum, u64::saturating_add);
    }
    sums.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::Measurement;
    use proptest::prelude::*;

    const DAY: Day = Day(20_784);

    fn answer(series: &[(&str, Vec<(i64, f64)>)]) -> Answer {
        let series = series.iter().map(|(name, samples)| Measurement {
            labels: [("namespace".to_owned(), (*name).to_owned())].into(),
            samples: samples.clone(),
        });
        Answer { series: series.collect(), warnings: Vec::new() }
    }

    fn day() -> Frame {
        Frame { start: DAY.start().0 + HOUR, end: DAY.start().0 + DAY_SECONDS, step: 3600 }
    }

    #[test]
    fn only_hours_that_are_over_are_metered() {
        let at = |hours: i64, seconds: i64| hours_of(DAY, DAY.start().0 + hours * HOUR + seconds);

        assert_eq!(at(0, 600), None);
        assert_eq!(at(1, 59), None, "what was scraped at its end may not be kept yet");
        assert_eq!(at(1, 60).map(Frame::points), Some(1));
        assert_eq!(at(8, 1800).map(Frame::points), Some(8));
        assert_eq!(at(500, 0), Some(day()));
        assert_eq!(at(-40, 0), None);
    }

    #[test]
    fn a_gap_adds_nothing_and_what_lies_outside_the_day_neither() {
        let start = DAY.start().0;
        let samples =
            vec![(start, 9.0), (start + HOUR, 0.25), (start + 3 * HOUR, 0.5), (start + HOUR + 7, 9.0)];
        let sums = summed(
            &answer(&[("shop", samples), ("blog", Vec::new())]),
            day(),
            Reading::Amounts(Measure::CpuUsed),
            ["namespace", "", ""],
        );

        assert_eq!(sums, [(["shop", "", ""].map(str::to_owned), 750_000)]);
    }

    #[test]
    fn no_hour_is_measured_more_often_than_there_are_points_in_it() {
        let samples = vec![(DAY.start().0 + HOUR, 13.0), (DAY.start().0 + 2 * HOUR, 6.0)];

        let sums = summed(&answer(&[("", samples)]), day(), Reading::Points, ["", "", ""]);

        assert_eq!(sums[0].1, 18);
    }

    proptest! {
        #[test]
        fn the_parts_of_a_day_make_the_day(values in proptest::collection::vec(0.0_f64..1e9, 24), at in 1_usize..24) {
            let start = DAY.start().0;
            let samples: Vec<(i64, f64)> =
                values.iter().enumerate().map(|(hour, value)| (start + (hour as i64 + 1) * HOUR, *value)).collect();
            let reading = Reading::Amounts(Measure::MemoryUsed);
            let of = |samples: &[(i64, f64)]| {
                let sums = summed(&answer(&[("shop", samples.to_vec())]), day(), reading, ["namespace", "", ""]);
                sums.iter().map(|(_, sum)| *sum).sum::<u64>()
            };
            prop_assert_eq!(of(&samples), of(&samples[..at]) + of(&samples[at..]));
        }
    }
}
