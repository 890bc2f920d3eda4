//! How much there was of what, over time.

use super::Frame;
use crate::Unit;
use serde::{Deserialize, Serialize};

/// A drawn heat map with what stands behind it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeatMap {
    /// The cells as an `<svg>` that fills its place; colours come from the page's style sheet.
    pub svg: String,
    /// The points of time, a column each.
    pub frame: Frame,
    /// What the values of series count, and the bounds of buckets.
    pub unit: Unit,
    /// What the palest colour stands for.
    pub low: f64,
    /// What the strongest colour stands for.
    pub high: f64,
    /// From top to bottom: buckets with the largest first, or series by name.
    pub rows: Vec<HeatRow>,
    /// How many rows there were beyond those.
    pub left_out: u32,
    /// What the monitoring warned of, such as that a part of the data is missing.
    pub warnings: Vec<String>,
}

/// A row of a heat map.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeatRow {
    /// What it is of.
    pub of: HeatOf,
    /// One for each point of the frame; none where nothing was measured.
    pub values: Vec<Option<f64>>,
}

/// What a row of a heat map is of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum HeatOf {
    /// The values of a series that is called so.
    Series(String),
    /// How many observations of a histogram were as large as this, and larger than the bound of the row below.
    UpTo(f64),
    /// How many were larger than all bounds but this, the largest.
    Over(f64),
}

/// How many colours there are.
const COLORS: u8 = 9;

impl HeatMap {
    /// The colour of a value, from 0 for the palest to 8. Observations gather in few buckets, so that theirs grow with the
    /// root: what is rare is still seen.
    pub fn color(&self, value: f64) -> u8 {
        let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        let share = if self.has_buckets() { share.sqrt() } else { share };
        // Not a number, where low and high are the same.
        if share.is_nan() { 0 } else { (share * f64::from(COLORS - 1)).round() as u8 }
    }

    /// The values for which the colours stand, from the palest on.
    pub fn legend(&self) -> [f64; 9] {
        std::array::from_fn(|index| {
            let share = index as f64 / f64::from(COLORS - 1);
            let share = if self.has_buckets() { share * share } else { share };
            self.low + share * (self.high - self.low)
        })
    }

    /// Whether its rows are buckets of a histogram, so that its values are counts.
    pub fn has_buckets(&self) -> bool {
        self.rows.iter().any(|row| !matches!(row.of, HeatOf::Series(_)))
    }

    /// What its values count.
    pub fn value_unit(&self) -> Unit {
        if self.has_buckets() { Unit::Count } else { self.unit }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(of: HeatOf, high: f64) -> HeatMap {
        HeatMap {
            svg: String::new(),
            frame: Frame { start: 0, end: 60, step: 60 },
            unit: Unit::Seconds,
            low: 0.0,
            high,
            rows: vec![HeatRow { of, values: vec![Some(0.0), None] }],
            left_out: 0,
            warnings: Vec::new(),
        }
    }

    #[test]
    fn colours_grow_with_values_and_rare_observations_are_seen() {
        let series = map(HeatOf::Series("web-0".into()), 8.0);
        let buckets = map(HeatOf::UpTo(0.5), 8.0);

        assert_eq!([0.0, 1.0, 4.0, 8.0, 9.0].map(|value| series.color(value)), [0, 1, 4, 8, 8]);
        assert_eq!([0.0, 0.125, 2.0, 8.0].map(|value| buckets.color(value)), [0, 1, 4, 8]);
        assert_eq!((series.value_unit(), buckets.value_unit()), (Unit::Seconds, Unit::Count));
    }

    #[test]
    fn the_legend_says_what_each_colour_stands_for() {
        for heat in [map(HeatOf::Series(String::new()), 8.0), map(HeatOf::Over(1.0), 50.0)] {
            let colors = heat.legend().map(|value| heat.color(value));
            assert_eq!(colors, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
        }
        assert_eq!(map(HeatOf::UpTo(1.0), 0.0).color(0.0), 0, "nothing was observed");
    }
}
