//! The forms that make and change dashboards.

use super::annotation::annotation_problems;
use super::check::name_problems;
use super::variable::variable_problems;
use super::{
    Annotation, COLORS, MOST_QUERIES, PanelAxis, PanelFigure, PanelHeight, PanelKind, PanelPlan, PanelQuery,
    SeriesColor, Thresholds, ValueMapping, ValueRange, Variable,
};
use crate::plain;
use model::fault::{DashboardFault, PanelFault};
use model::{ClusterName, FieldProblem, Unit};
use serde::{Deserialize, Serialize};

/// The names of the fields of a panel's queries, as problems name them.
pub const QUERY_FIELDS: [&str; MOST_QUERIES] = ["query-1", "query-2", "query-3", "query-4", "query-5"];

/// The fields of the form of a dashboard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DashboardFields {
    /// Where.
    pub cluster: ClusterName,
    /// Which; empty for a new one.
    #[serde(default)]
    pub id: String,
    /// The version that was changed.
    #[serde(default)]
    pub version: i64,
    /// For which project a new one is; empty for the cluster as a whole.
    #[serde(default)]
    pub namespace: String,
    /// With which template a new one begins; empty for none.
    #[serde(default)]
    pub template: String,
    /// What it is called.
    #[serde(default)]
    pub name: String,
    /// Variables, one in a line.
    #[serde(default)]
    pub variables: String,
    /// Annotations, one in a line.
    #[serde(default)]
    pub annotations: String,
}

/// What stands in a field with one thing in each line.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

impl DashboardFields {
    /// The variables and annotations, or what is wrong at which field.
    pub fn check(&self) -> Result<(Vec<Variable>, Vec<Annotation>), Vec<FieldProblem>> {
        let mut problems = name_problems(&self.name);
        let mut variables = Vec::new();
        for line in lines(&self.variables) {
            match Variable::parse(line) {
                Some(variable) => variables.push(variable),
                None => {
                    problems.push(FieldProblem::of("variables", DashboardFault::NoVariable(line.to_owned())));
                }
            }
        }
        let mut annotations = Vec::new();
        for line in lines(&self.annotations) {
            match Annotation::parse(line) {
                Some(annotation) => annotations.push(annotation),
                None => {
                    problems
                        .push(FieldProblem::of("annotations", DashboardFault::NoAnnotation(line.to_owned())));
                }
            }
        }
        problems.extend(variable_problems(&variables));
        problems.extend(annotation_problems(&annotations));
        if problems.is_empty() { Ok((variables, annotations)) } else { Err(problems) }
    }
}

/// The fields of the form of a panel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PanelFields {
    /// Where.
    pub cluster: ClusterName,
    /// Of which dashboard.
    #[serde(default)]
    pub id: String,
    /// The version of the dashboard that was changed.
    #[serde(default)]
    pub version: i64,
    /// Which panel, counted from 0; empty for a new one.
    #[serde(default)]
    pub index: String,
    /// What it shows.
    #[serde(default)]
    pub title: String,
    /// How.
    #[serde(default)]
    pub kind: PanelKind,
    /// What its values count.
    pub unit: Unit,
    /// How wide it is, in columns of twelve.
    #[serde(default)]
    pub width: u8,
    /// How high it is, where that can be said.
    #[serde(default)]
    pub height: PanelHeight,
    /// How far its points are apart at least, in seconds; 0 for as fine as there is room.
    #[serde(default)]
    pub step: u32,
    /// By which value of its time each series is shown, where it is shown by one.
    #[serde(default)]
    pub figure: PanelFigure,
    /// What warns; empty for nothing.
    #[serde(default)]
    pub warning: String,
    /// What is critical; empty for nothing.
    #[serde(default)]
    pub critical: String,
    /// Where a gauge begins; empty for as the values say.
    #[serde(default)]
    pub min: String,
    /// Where a gauge ends; empty for as the values say.
    #[serde(default)]
    pub max: String,
    /// How values stand on its axis, where that can be said.
    #[serde(default)]
    pub axis: PanelAxis,
    /// What states are called, one in a line.
    #[serde(default)]
    pub mappings: String,
    /// Which colours series have, one in a line.
    #[serde(default)]
    pub colors: String,
    /// Its queries; empty ones do not count.
    #[serde(default)]
    pub queries: Vec<PanelQuery>,
    /// Its text.
    #[serde(default)]
    pub text: String,
}

impl PanelFields {
    /// The panel, or what is wrong at which field.
    pub fn check(&self) -> Result<PanelPlan, Vec<FieldProblem>> {
        let mut problems = Vec::new();
        let mut number = |field: &str, text: &str| match text.trim() {
            "" => None,
            text => match text.parse::<f64>() {
                Ok(value) if value.is_finite() => Some(value),
                _ => {
                    problems.push(FieldProblem::of(field, PanelFault::NoNumber(text.to_owned())));
                    None
                }
            },
        };
        let thresholds = Thresholds {
            warning: number("warning", &self.warning),
            critical: number("critical", &self.critical),
        };
        let range = ValueRange { min: number("min", &self.min), max: number("max", &self.max) };
        let mappings = self.read_mappings(&mut problems);
        let colors = self.read_colors(&mut problems);
        let is_empty = |query: &PanelQuery| query.query.trim().is_empty() && query.legend.trim().is_empty();
        let trimmed = |query: &PanelQuery| PanelQuery {
            query: plain(&query.query),
            legend: query.legend.trim().to_owned(),
        };
        let panel = PanelPlan {
            id: 0,
            title: self.title.trim().to_owned(),
            kind: self.kind,
            // It stands over all that is behind it.
            width: if self.kind == PanelKind::Heading { 12 } else { self.width },
            height: self.height,
            unit: self.unit,
            queries: self.queries.iter().filter(|query| !is_empty(query)).map(trimmed).collect(),
            thresholds,
            step: self.step,
            figure: self.figure,
            range,
            axis: self.axis,
            mappings,
            colors,
            text: plain(&self.text),
        };
        problems.extend(panel.problems());
        if problems.is_empty() { Ok(panel) } else { Err(problems) }
    }

    fn read_mappings(&self, problems: &mut Vec<FieldProblem>) -> Vec<ValueMapping> {
        let mut mappings = Vec::new();
        for line in lines(&self.mappings) {
            match ValueMapping::parse(line) {
                Some(mapping) => mappings.push(mapping),
                None => {
                    problems.push(FieldProblem::of("mappings", PanelFault::NoState(line.to_owned())));
                }
            }
        }
        mappings
    }

    fn read_colors(&self, problems: &mut Vec<FieldProblem>) -> Vec<SeriesColor> {
        let mut colors = Vec::new();
        for line in lines(&self.colors) {
            match SeriesColor::parse(line) {
                Some(color) => colors.push(color),
                None => {
                    let fault = PanelFault::NoColor { line: line.to_owned(), colors: COLORS.join(", ") };
                    problems.push(FieldProblem::of("colors", fault));
                }
            }
        }
        colors
    }
}

/// The fields of the form that removes a dashboard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveDashboardFields {
    /// Where.
    pub cluster: ClusterName,
    /// Which.
    #[serde(default)]
    pub id: String,
    /// The version that was looked at.
    #[serde(default)]
    pub version: i64,
}

/// The fields of the form that takes a dashboard over from Grafana.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFields {
    /// Where.
    pub cluster: ClusterName,
    /// For which project; empty for the cluster as a whole.
    #[serde(default)]
    pub namespace: String,
    /// What it is called; empty for as the text says.
    #[serde(default)]
    pub name: String,
    /// Grafana's JSON.
    #[serde(default)]
    pub text: String,
    /// Whether what is not understood is left out.
    #[serde(default)]
    pub leave_out: bool,
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn harbour() -> ClusterName {
        ClusterName::parse("harbour").unwrap()
    }

    fn fields() -> PanelFields {
        PanelFields {
            cluster: harbour(),
            id: String::new(),
            version: 1,
            index: String::new(),
            title: " Load ".into(),
            kind: PanelKind::Lines,
            unit: Unit::Count,
            width: 6,
            height: PanelHeight::Tall,
            step: 300,
            figure: PanelFigure::Latest,
            warning: String::new(),
            critical: " 4.5".into(),
            min: String::new(),
            max: String::new(),
            axis: PanelAxis::Linear,
            mappings: String::new(),
            colors: String::new(),
            queries: vec![
                PanelQuery { query: "sum(\r\n node_load1)".into(), legend: String::new() },
                PanelQuery::default(),
            ],
            text: String::new(),
        }
    }

    #[test]
    fn a_form_becomes_a_panel() {
        let panel = fields().check().unwrap();

        assert_eq!((panel.title.as_str(), panel.queries.len()), ("Load", 1), "empty queries do not count");
        assert_eq!(panel.queries[0].query, "sum(\n node_load1)");
        assert_eq!(panel.thresholds, Thresholds { warning: None, critical: Some(4.5) });
        assert_eq!((panel.step, panel.height), (300, PanelHeight::Tall));
    }

    #[test]
    fn what_is_no_number_and_what_is_half_a_query_is_told_at_its_field() {
        let legend = PanelQuery { query: String::new(), legend: "{{pod}}".into() };
        let wrong = PanelFields { warning: "much".into(), queries: vec![legend], ..fields() };

        let problems = wrong.check().unwrap_err();

        let at: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(at, ["warning", "query-1"]);
        assert!(PanelFields { critical: "inf".into(), ..fields() }.check().is_err());
    }

    #[test]
    fn a_gauge_has_its_range() {
        let gauge = PanelFields {
            kind: PanelKind::Gauge,
            step: 0,
            figure: PanelFigure::Most,
            height: PanelHeight::Usual,
            min: "-5".into(),
            max: " 1e3 ".into(),
            ..fields()
        };

        assert_eq!(gauge.check().unwrap().figure, PanelFigure::Most);
        assert_eq!(gauge.check().unwrap().range, ValueRange { min: Some(-5.0), max: Some(1000.0) });
        let problems = PanelFields { max: "full".into(), ..gauge }.check().unwrap_err();
        assert!(problems[0].field == "max" && problems[0].message.contains("\"full\""), "{problems:?}");
    }

    #[test]
    fn the_states_of_a_timeline_stand_in_lines() {
        let states = |lines: &str| PanelFields {
            kind: PanelKind::StateTimeline,
            height: PanelHeight::Usual,
            mappings: lines.into(),
            ..fields()
        };

        let panel = states("critical 0 = Down\r\n\r\n ok 1 = Up").check().unwrap();
        let written: Vec<String> = panel.mappings.iter().map(ToString::to_string).collect();
        assert_eq!(written, ["critical 0 = Down", "ok 1 = Up"]);
        let problems = states("zero = Down").check().unwrap_err();
        assert!(problems[0].field == "mappings" && problems[0].message.contains("\"zero = Down\""));
        let problems = PanelFields { kind: PanelKind::Lines, ..states("0 = Down") }.check().unwrap_err();
        assert_eq!(problems[0].field, "mappings");
    }

    #[test]
    fn the_colours_of_series_stand_in_lines() {
        let colored = |lines: &str| PanelFields { colors: lines.into(), ..fields() };

        let panel = colored("orange = web-0\r\n\r\n blue = web-1").check().unwrap();
        let written: Vec<String> = panel.colors.iter().map(ToString::to_string).collect();
        assert_eq!(written, ["orange = web-0", "blue = web-1"]);
        let problems = colored("mauve = web-0").check().unwrap_err();
        assert!(problems[0].field == "colors" && problems[0].message.contains("\"mauve = web-0\""));
        let problems = colored("blue = a\nblue = b").check().unwrap_err();
        assert_eq!(problems[0].field, "colors");
    }

    #[test]
    fn the_form_of_a_dashboard_names_the_line_that_is_no_variable() {
        let fields = |variables: &str| DashboardFields {
            cluster: harbour(),
            id: String::new(),
            version: 0,
            namespace: String::new(),
            template: String::new(),
            name: "Shop".into(),
            variables: variables.into(),
            annotations: String::new(),
        };

        assert_eq!(fields("pod = label_values(up, pod)\r\n\r\n").check().unwrap().0.len(), 1);
        let problems = fields("pod = up").check().unwrap_err();
        assert!(problems[0].field == "variables" && problems[0].message.contains("\"pod = up\""));
        let marked = |lines: &str| DashboardFields { annotations: lines.into(), ..fields("") }.check();
        assert_eq!(marked("Down = up == 0\r\n\r\n").unwrap().1.len(), 1);
        let problems = marked("up == 0").unwrap_err();
        assert!(problems[0].field == "annotations" && problems[0].message.contains("\"up == 0\""));
    }
}
