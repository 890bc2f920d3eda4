//! A dashboard as it is kept.

use super::annotation::Annotation;
use super::axis::{PanelAxis, is_linear};
use super::color::SeriesColor;
use super::figure::{PanelFigure, is_latest};
use super::height::{PanelHeight, is_usual};
use super::mapping::ValueMapping;
use super::variable::Variable;
use model::{Level, Unit};
use serde::{Deserialize, Serialize};

/// Widths of panels, in columns of twelve.
pub const WIDTHS: [u8; 4] = [3, 4, 6, 12];
/// How far points of a panel may be told to be apart at least, in seconds; 0 for as fine as there is room.
pub const PANEL_STEPS: [u32; 15] =
    [0, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];
/// Panels of a dashboard: more are more than anybody looks at, and each asks the monitoring something. There can be as many
/// headings beside them.
pub const MOST_PANELS: usize = 40;
/// Queries of a panel.
pub const MOST_QUERIES: usize = 5;
/// The longest name of a dashboard and title of a panel, in characters.
pub const LONGEST_NAME: usize = 100;
/// The longest text of a panel and of a query, in characters.
pub const LONGEST_TEXT: usize = 4000;

/// What values count, with the word of each.
pub const UNITS: [(Unit, &str); 10] = [
    (Unit::Count, "Count"),
    (Unit::Ratio, "Ratio"),
    (Unit::Percent, "Percent"),
    (Unit::Bytes, "Bytes"),
    (Unit::BytesPerSecond, "BytesPerSecond"),
    (Unit::BitsPerSecond, "BitsPerSecond"),
    (Unit::PerSecond, "PerSecond"),
    (Unit::Seconds, "Seconds"),
    (Unit::Milliseconds, "Milliseconds"),
    (Unit::Cores, "Cores"),
];

/// The word of a unit in forms and texts.
pub fn unit_word(unit: Unit) -> &'static str {
    UNITS.into_iter().find(|(known, _)| *known == unit).map_or("Count", |(_, word)| word)
}

/// A dashboard: what stands in it, in order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// What people call it.
    pub name: String,
    /// What its readers choose.
    #[serde(default)]
    pub variables: Vec<Variable>,
    /// What is marked in its charts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub annotations: Vec<Annotation>,
    /// Its panels.
    #[serde(default)]
    pub panels: Vec<PanelPlan>,
}

/// One panel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PanelPlan {
    /// Tells it from the others of its dashboard, wherever it is moved and whatever it is called; 0 as long as it has none.
    #[serde(default)]
    pub id: u32,
    /// What it shows; may be empty for a text.
    pub title: String,
    /// How it shows it.
    pub kind: PanelKind,
    /// One of [`WIDTHS`].
    pub width: u8,
    /// How high it is, where that can be said.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub height: PanelHeight,
    /// What its values count.
    pub unit: Unit,
    /// In PromQL, or one search of logs; none in a text.
    #[serde(default)]
    pub queries: Vec<PanelQuery>,
    /// From where on values are bad.
    #[serde(default)]
    pub thresholds: Thresholds,
    /// One of [`PANEL_STEPS`].
    #[serde(default, skip_serializing_if = "is_fine")]
    pub step: u32,
    /// By which value of its time each series is shown, where it is shown by one.
    #[serde(default, skip_serializing_if = "is_latest")]
    pub figure: PanelFigure,
    /// Where a gauge, or the axis of a chart, begins and ends.
    #[serde(default, skip_serializing_if = "ValueRange::is_open")]
    pub range: ValueRange,
    /// How values stand on its axis, where that can be said.
    #[serde(default, skip_serializing_if = "is_linear")]
    pub axis: PanelAxis,
    /// What the states of a state timeline are called.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mappings: Vec<ValueMapping>,
    /// Which colours series of a chart have; the others have what is left.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub colors: Vec<SeriesColor>,
    /// The text, if it is one.
    #[serde(default)]
    pub text: String,
}

impl Default for PanelPlan {
    /// A panel to begin with.
    fn default() -> Self {
        Self {
            id: 0,
            title: String::new(),
            kind: PanelKind::default(),
            width: 6,
            height: PanelHeight::Usual,
            unit: Unit::Count,
            queries: Vec::new(),
            thresholds: Thresholds::default(),
            step: 0,
            figure: PanelFigure::Latest,
            range: ValueRange::default(),
            axis: PanelAxis::Linear,
            mappings: Vec::new(),
            colors: Vec::new(),
            text: String::new(),
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks")]
fn is_fine(step: &u32) -> bool {
    *step == 0
}

/// How a panel shows what it shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PanelKind {
    /// Lines over time.
    #[default]
    Lines,
    /// Filled lines that stand on each other.
    Stacked,
    /// A bar at each point of time, in which the series stand on each other.
    Bars,
    /// A value of each series, large.
    Value,
    /// A value of each series, as how far it has come within a range.
    Gauge,
    /// A row for each series, in which equal values are spans of time.
    StateTimeline,
    /// A row for each bucket of a histogram, or for each series, in which colours say how much.
    HeatMap,
    /// The latest values in a table.
    Table,
    /// The latest lines of logs that a search finds.
    Logs,
    /// A text.
    Text,
    /// A heading over the panels behind it.
    Heading,
}

impl PanelKind {
    /// Whether values can be called something else in it.
    pub fn has_mappings(self) -> bool {
        matches!(self, Self::StateTimeline | Self::Value | Self::Table)
    }

    /// Whether it can be said how high it is; others are as high as what they show.
    pub fn has_height(self) -> bool {
        matches!(self, Self::Lines | Self::Stacked | Self::Bars | Self::Logs)
    }

    /// Whether each series is shown by one value, so that it can be said which.
    pub fn has_figure(self) -> bool {
        matches!(self, Self::Value | Self::Gauge)
    }

    /// Whether series can have colours of their own in it.
    pub fn has_colors(self) -> bool {
        matches!(self, Self::Lines | Self::Stacked | Self::Bars)
    }

    /// Whether it can be said where it begins and ends.
    pub fn has_range(self) -> bool {
        matches!(self, Self::Gauge | Self::Lines | Self::Stacked | Self::Bars)
    }

    /// Whether it shows more than one moment, so that points can be near to each other or far apart.
    pub fn is_over_time(self) -> bool {
        matches!(self, Self::Lines | Self::Stacked | Self::Bars | Self::StateTimeline | Self::HeatMap)
    }
}

/// A query with a name for what it gives.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PanelQuery {
    /// In PromQL, or as logs are searched.
    #[serde(default)]
    pub query: String,
    /// What its series are called, with labels in double braces: `{{pod}}`. Empty: by the labels that differ.
    #[serde(default)]
    pub legend: String,
}

/// From where on values are bad. Where critical values are smaller than those that warn, small ones are bad.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Thresholds {
    /// What warns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<f64>,
    /// What is critical.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub critical: Option<f64>,
}

/// Where a gauge or an axis begins and ends. What is not said follows from what there is to show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ValueRange {
    /// Where it begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// Where it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
}

impl ValueRange {
    /// Whether nothing is said.
    pub fn is_open(&self) -> bool {
        self.min.is_none() && self.max.is_none()
    }
}

impl PanelKind {
    /// All of them, in order.
    pub const ALL: [Self; 11] = [
        Self::Lines,
        Self::Stacked,
        Self::Bars,
        Self::Value,
        Self::Gauge,
        Self::StateTimeline,
        Self::HeatMap,
        Self::Table,
        Self::Logs,
        Self::Text,
        Self::Heading,
    ];

    /// Its word in forms and texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Lines => "Lines",
            Self::Stacked => "Stacked",
            Self::Bars => "Bars",
            Self::Value => "Value",
            Self::Gauge => "Gauge",
            Self::StateTimeline => "StateTimeline",
            Self::HeatMap => "HeatMap",
            Self::Table => "Table",
            Self::Logs => "Logs",
            Self::Text => "Text",
            Self::Heading => "Heading",
        }
    }

    /// Whether it asks nobody anything.
    pub fn is_words(self) -> bool {
        matches!(self, Self::Text | Self::Heading)
    }

    /// Whether its queries are for the monitoring.
    pub fn asks_monitoring(self) -> bool {
        self != Self::Logs && !self.is_words()
    }
}

impl Thresholds {
    /// Whether small values are bad, rather than large ones.
    pub fn are_low_bad(self) -> bool {
        matches!((self.warning, self.critical), (Some(warning), Some(critical)) if critical < warning)
    }

    /// How bad a value is, if it is.
    pub fn level(self, value: f64) -> Option<Level> {
        let is_low_bad = self.are_low_bad();
        let is_beyond = |threshold: Option<f64>| {
            threshold
                .is_some_and(|threshold| if is_low_bad { value <= threshold } else { value >= threshold })
        };
        if is_beyond(self.critical) {
            return Some(Level::Failed);
        }
        is_beyond(self.warning).then_some(Level::Warning)
    }

    /// What there is, with its level.
    pub fn marks(self) -> Vec<(f64, Level)> {
        let warning = self.warning.map(|value| (value, Level::Warning));
        warning.into_iter().chain(self.critical.map(|value| (value, Level::Failed))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_bad_beyond_a_threshold_on_the_side_where_critical_is() {
        let both = |warning, critical| Thresholds { warning: Some(warning), critical: Some(critical) };

        assert_eq!(both(0.8, 0.9).level(0.79), None);
        assert_eq!(both(0.8, 0.9).level(0.8), Some(Level::Warning));
        assert_eq!(both(0.8, 0.9).level(2.0), Some(Level::Failed));
        assert_eq!(both(10.0, 5.0).level(11.0), None);
        assert_eq!(both(10.0, 5.0).level(7.0), Some(Level::Warning));
        assert_eq!(both(10.0, 5.0).level(1.0), Some(Level::Failed));
        assert_eq!(Thresholds { warning: None, critical: Some(1.0) }.level(1.0), Some(Level::Failed));
        assert_eq!(Thresholds::default().level(f64::MAX), None);
    }
}
