//! Dashboards as they are looked at.

use super::{PanelHeight, Plan, Thresholds};
use crate::{Aged, Measured, Window};
use model::chart::{Chart, Frame, HeatMap, Mark, StateTimeline};
use model::{ClusterName, ConsoleError, Level, Namespace, Timestamp, Unit};
use serde::{Deserialize, Serialize};

/// Dashboards, and where the caller may make another one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DashboardList {
    /// Those of the cluster first, then by project and name.
    pub dashboards: Vec<DashboardLine>,
    /// Whether the caller may make one for the cluster as a whole.
    pub may_make_for_cluster: bool,
    /// The projects for which the caller may make one.
    pub may_make_for: Vec<Namespace>,
}

/// A dashboard in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DashboardLine {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Its project; none for the cluster as a whole.
    pub namespace: Option<Namespace>,
    /// How many panels it has.
    pub panels: u32,
    /// Who changed it last.
    pub changed_by: String,
    /// When.
    pub changed: Timestamp,
    /// Whether the caller may change it.
    pub may_change: bool,
    /// Whether the caller may make links by which others see it.
    pub may_share: bool,
}

/// A dashboard as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptDashboard {
    /// Its id.
    pub id: String,
    /// Its project; none for the cluster as a whole.
    pub namespace: Option<Namespace>,
    /// Counts its changes.
    pub version: i64,
    /// What stands in it.
    pub plan: Plan,
    /// By how many links pages of other sites show it now.
    pub embeds: u64,
}

/// Which dashboard, when, with what chosen.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DashboardRequest {
    /// Where.
    pub cluster: ClusterName,
    /// Which.
    pub id: String,
    /// Which stretch of time.
    pub window: Window,
    /// Draw also what was so many seconds earlier.
    pub compare: Option<u32>,
    /// What was chosen for variables, by name. What is not here, or empty, is every value.
    pub chosen: Vec<(String, String)>,
}

/// A dashboard that was looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenedDashboard {
    /// What is known of it.
    pub line: DashboardLine,
    /// Its panels, where something measures the cluster.
    pub view: Measured<DashboardView>,
}

/// A dashboard, answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DashboardView {
    /// The points of time of all its charts.
    pub frame: Frame,
    /// What answered, for people.
    pub source: String,
    /// What can be chosen.
    pub variables: Vec<VariableView>,
    /// What is marked in its charts.
    #[serde(default)]
    pub annotations: Vec<ShownAnnotation>,
    /// Its panels, in order.
    pub panels: Vec<ShownPanel>,
}

/// When something happened that is marked in charts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShownAnnotation {
    /// What it is called.
    pub name: String,
    /// Where it began, the earliest first.
    pub marks: Vec<Mark>,
    /// How many there were before those.
    pub left_out: u32,
    /// Why nothing is known of it, if nothing is.
    pub problem: Option<ConsoleError>,
}

/// A variable with what can be chosen for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VariableView {
    /// Its name.
    pub name: String,
    /// Its values, as far as the caller may see them.
    pub options: Vec<String>,
    /// What is chosen; empty for every value.
    pub chosen: String,
    /// Why its values are not known, if they are not.
    pub problem: Option<ConsoleError>,
}

/// A panel, answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShownPanel {
    /// What it shows.
    pub title: String,
    /// How wide it is, in columns of twelve.
    pub width: u8,
    /// How high it is, where that can be said.
    #[serde(default)]
    pub height: PanelHeight,
    /// What its values count.
    pub unit: Unit,
    /// From where on values are bad.
    pub thresholds: Thresholds,
    /// The queries as they were sent.
    pub queries: Vec<String>,
    /// What is to be shown.
    pub content: ShownContent,
    /// How old that is, where there is no newer answer.
    #[serde(default)]
    pub aged: Option<Aged>,
}

/// What a panel shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ShownContent {
    /// A chart.
    Chart(Box<Chart>),
    /// Values.
    Values(Vec<ShownValue>),
    /// Values within a range.
    Gauges(ShownGauges),
    /// States over time.
    StateTimeline(Box<StateTimeline>),
    /// How much of what over time.
    HeatMap(Box<HeatMap>),
    /// A table.
    Table(ShownTable),
    /// Lines of logs.
    Logs(ShownLogs),
    /// Nothing keeps the logs of the cluster.
    NoLogs,
    /// A text.
    Text(String),
    /// Nothing but its title.
    Heading,
    /// The monitoring has no such series at the moment.
    NoData,
    /// The question failed.
    Failed(ConsoleError),
}

/// A value with its name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShownValue {
    /// What it is called; empty when the panel's title says it.
    pub name: String,
    /// How much it is.
    pub figure: ShownFigure,
}

/// A number, as a panel shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShownFigure {
    /// The number.
    pub value: f64,
    /// What the panel says for it instead.
    #[serde(default)]
    pub text: Option<String>,
    /// How bad it is, if it is.
    pub level: Option<Level>,
}

/// Values within a range.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShownGauges {
    /// Where the range begins.
    pub min: f64,
    /// Where it ends.
    pub max: f64,
    /// What stands in it.
    pub gauges: Vec<ShownGauge>,
}

/// A value within a range.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShownGauge {
    /// The value, which may be outside.
    pub value: ShownValue,
    /// How far it has come, as an `<svg>`; colours come from the page's style sheet.
    pub svg: String,
}

/// The latest values of series, by their labels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShownTable {
    /// The labels by which rows differ.
    pub labels: Vec<String>,
    /// What the columns of values are called.
    pub columns: Vec<String>,
    /// At most [`ShownTable::MOST_ROWS`] rows.
    pub rows: Vec<ShownRow>,
    /// How many there were beyond those.
    pub left_out: u32,
}

impl ShownTable {
    /// The most rows that are sent.
    pub const MOST_ROWS: usize = 100;
}

/// The latest lines that a search found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShownLogs {
    /// The newest first, at most [`ShownLogs::MOST_LINES`].
    pub lines: Vec<ShownLine>,
    /// How many there are in all.
    pub total: u64,
}

impl ShownLogs {
    /// The most lines that are sent.
    pub const MOST_LINES: usize = 50;
    /// The longest line, in characters.
    pub const LONGEST_LINE: usize = 1000;
}

/// A line of a log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShownLine {
    /// When it was written, in milliseconds since 1970.
    pub at_ms: i64,
    /// Who wrote it: `namespace/pod/container`.
    pub origin: String,
    /// What it says.
    pub text: String,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShownRow {
    /// A value for each label.
    pub labels: Vec<String>,
    /// A value for each column; none where nothing was measured.
    pub values: Vec<Option<ShownFigure>>,
}
