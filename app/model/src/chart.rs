//! A chart as it travels: drawn, with the scale that a hover line needs and the values behind it.

mod heat;
mod states;

pub use heat::{HeatMap, HeatOf, HeatRow};
pub use states::{State, StateRow, StateSpan, StateTimeline};

use crate::{Timestamp, Unit};
use serde::{Deserialize, Serialize};

/// The points of time that a chart has: `start`, then every `step` seconds, until `end` inclusively. Ends stand on
/// multiples of the step, so that the same question is asked by everybody who looks within a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Frame {
    /// The first point, in seconds since 1970.
    pub start: i64,
    /// The last point.
    pub end: i64,
    /// Seconds between points.
    pub step: u32,
}

impl Frame {
    /// The same frame so many seconds earlier, as near as its step allows.
    #[must_use]
    pub fn earlier(self, seconds: u32) -> Self {
        let step = i64::from(self.step);
        let shift = (i64::from(seconds) + step / 2) / step * step;
        Self { start: self.start - shift, end: self.end - shift, step: self.step }
    }

    /// The same stretch of time with points so many seconds apart, on multiples of that.
    #[must_use]
    pub fn stepped(self, step: u32) -> Self {
        let long = i64::from(step.max(1));
        let end = self.end - self.end.rem_euclid(long);
        Self { start: end - (self.end - self.start) / long * long, end, step: step.max(1) }
    }

    /// How many points it has.
    pub fn points(self) -> usize {
        usize::try_from((self.end - self.start) / i64::from(self.step.max(1))).unwrap_or(0) + 1
    }

    /// The moment of a point.
    pub fn at(self, point: usize) -> Timestamp {
        Timestamp(self.start + point as i64 * i64::from(self.step))
    }

    /// How far right a moment stands, in hundredths of the width; `None` when it is outside.
    pub fn right(self, moment: i64) -> Option<f64> {
        let (start, end) = (self.start, self.end);
        (start..=end).contains(&moment).then(|| (moment - start) as f64 / (end - start).max(1) as f64 * 100.0)
    }

    /// The point that stands for a moment, if the moment is one of the frame's.
    pub fn point(self, moment: i64) -> Option<usize> {
        let offset = moment - self.start;
        let is_on_step = offset >= 0 && moment <= self.end && offset % i64::from(self.step.max(1)) == 0;
        is_on_step.then(|| (offset / i64::from(self.step.max(1))) as usize)
    }

    /// The point that is nearest to a moment, if the moment is within the frame.
    pub fn nearest(self, moment: i64) -> Option<usize> {
        let step = i64::from(self.step.max(1));
        let is_near = moment >= self.start - step / 2 && moment <= self.end + step / 2;
        let point = ((moment - self.start + step / 2).max(0) / step) as usize;
        is_near.then(|| point.min(self.points().saturating_sub(1)))
    }
}

/// A moment that is marked in charts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// When.
    pub at: Timestamp,
    /// What sort of thing happened.
    pub name: String,
    /// To what; may be empty.
    pub text: String,
}

/// A drawn chart with what stands behind it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Chart {
    /// The lines as an `<svg>` that fills its place; colours come from the page's style sheet.
    pub svg: String,
    /// Where what stands in it.
    pub scale: Scale,
    /// The lines, in the order in which they were drawn.
    pub series: Vec<Series>,
    /// How many lines there were beyond those.
    pub left_out: u32,
    /// What the monitoring warned of, such as that a part of the data is missing.
    pub warnings: Vec<String>,
}

/// What places in a chart mean.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scale {
    /// The points of time, from the left edge to the right.
    pub frame: Frame,
    /// The value at the bottom.
    pub low: f64,
    /// The value at the top.
    pub high: f64,
    /// Round values between, for labels and grid lines.
    pub ticks: Vec<f64>,
    /// What values count.
    pub unit: Unit,
    /// Whether lines stand on each other.
    pub is_stacked: bool,
    /// Whether equal factors are equally far apart, rather than equal differences. Zero and what is below it has no place then.
    #[serde(default)]
    pub is_logarithmic: bool,
}

impl Scale {
    /// How far down a value stands, in hundredths of the height; `None` when it is outside.
    pub fn down(&self, value: f64) -> Option<f64> {
        let on = |value: f64| if self.is_logarithmic { value.log10() } else { value };
        let share = (on(self.high) - on(value)) / (on(self.high) - on(self.low));
        (-0.001..=1.001).contains(&share).then(|| (share * 100.0).clamp(0.0, 100.0))
    }
}

/// One line of a chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Which text names it, such as `used`; empty when its labels do.
    pub key: String,
    /// The values of the labels by which it differs from others; empty when there is only one of its key.
    pub label: String,
    /// Which colour of the palette, counted from 0.
    pub color: u8,
    /// Whether it is from earlier, drawn for comparison.
    pub is_earlier: bool,
    /// A value for each point of the frame; a gap where nothing was measured.
    pub values: Vec<Option<f64>>,
}

/// A line in four figures. Gaps are left out of each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// The latest value.
    pub last: f64,
    /// The smallest.
    pub low: f64,
    /// The average.
    pub mean: f64,
    /// The largest.
    pub high: f64,
}

impl Series {
    /// The line in figures; `None` when it is nothing but a gap.
    pub fn summary(&self) -> Option<Summary> {
        Summary::of(&self.values)
    }
}

impl Summary {
    /// These values in figures; `None` when there is nothing but gaps.
    pub fn of(values: &[Option<f64>]) -> Option<Self> {
        let known = || values.iter().flatten().copied().filter(|value| value.is_finite());
        let last = known().next_back()?;
        let (mut low, mut high, mut sum, mut count) = (f64::INFINITY, f64::NEG_INFINITY, 0.0, 0.0);
        for value in known() {
            (low, high) = (low.min(value), high.max(value));
            (sum, count) = (sum + value, count + 1.0);
        }
        Some(Self { last, low, mean: sum / count, high })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_point_is_at_most_half_a_step_away() {
        let frame = Frame { start: 600, end: 900, step: 60 };

        let nearest = [569, 570, 600, 629, 630, 900, 930, 931].map(|moment| frame.nearest(moment));
        assert_eq!(nearest, [None, Some(0), Some(0), Some(0), Some(1), Some(5), Some(5), None]);
    }

    #[test]
    fn on_a_logarithmic_scale_equal_factors_are_equally_far_apart() {
        let frame = Frame { start: 600, end: 900, step: 60 };
        let ticks = vec![1.0, 10.0, 100.0];
        let linear = Scale {
            frame,
            low: 1.0,
            high: 100.0,
            ticks,
            unit: Unit::Count,
            is_stacked: false,
            is_logarithmic: false,
        };
        let logarithmic = Scale { is_logarithmic: true, ..linear.clone() };

        assert_eq!(logarithmic.down(10.0), Some(50.0));
        assert_eq!(linear.down(50.5), Some(50.0));
        assert_eq!([-1.0, 0.0, 0.5, 101.0].map(|value| logarithmic.down(value)), [None; 4]);
    }

    #[test]
    fn a_gap_is_no_zero_in_any_figure() {
        let values = vec![None, Some(2.0), None, Some(4.0), None];
        let series = Series { key: "used".into(), label: String::new(), color: 0, is_earlier: false, values };

        assert_eq!(series.summary(), Some(Summary { last: 4.0, low: 2.0, mean: 3.0, high: 4.0 }));
        assert_eq!(Series { values: vec![None, None], ..series }.summary(), None);
    }
}
