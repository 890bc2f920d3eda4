//! A dashboard as it is kept.

use super::variable::{Variable, variable_problems};
use model::{FieldProblem, Level, Unit};
use serde::{Deserialize, Serialize};

/// Widths of panels, in columns of twelve.
pub const WIDTHS: [u8; 4] = [3, 4, 6, 12];
/// Panels of a dashboard: more are more than anybody looks at, and each asks the monitoring something.
pub const MOST_PANELS: usize = 40;
/// Queries of a panel.
pub const MOST_QUERIES: usize = 5;
/// The longest name of a dashboard and title of a panel, in characters.
pub const LONGEST_NAME: usize = 100;
/// The longest text of a panel and of a query, in characters.
pub const LONGEST_TEXT: usize = 4000;

/// What values count, with the word of each.
pub const UNITS: [(Unit, &str); 7] = [
    (Unit::Count, "Count"),
    (Unit::Ratio, "Ratio"),
    (Unit::Bytes, "Bytes"),
    (Unit::BytesPerSecond, "BytesPerSecond"),
    (Unit::PerSecond, "PerSecond"),
    (Unit::Seconds, "Seconds"),
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
    /// What its values count.
    pub unit: Unit,
    /// In PromQL; none in a text.
    #[serde(default)]
    pub queries: Vec<PanelQuery>,
    /// From where on values are bad.
    #[serde(default)]
    pub thresholds: Thresholds,
    /// The text, if it is one.
    #[serde(default)]
    pub text: String,
}

/// How a panel shows what it shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PanelKind {
    /// Lines over time.
    #[default]
    Lines,
    /// Filled lines that stand on each other.
    Stacked,
    /// The latest value of each series, large.
    Value,
    /// The latest values in a table.
    Table,
    /// A text.
    Text,
}

/// A query with a name for what it gives.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PanelQuery {
    /// In PromQL.
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

impl PanelKind {
    /// All of them, in order.
    pub const ALL: [Self; 5] = [Self::Lines, Self::Stacked, Self::Value, Self::Table, Self::Text];

    /// Its word in forms and texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Lines => "Lines",
            Self::Stacked => "Stacked",
            Self::Value => "Value",
            Self::Table => "Table",
            Self::Text => "Text",
        }
    }
}

impl Thresholds {
    /// How bad a value is, if it is.
    pub fn level(self, value: f64) -> Option<Level> {
        let is_low_bad =
            matches!((self.warning, self.critical), (Some(warning), Some(critical)) if critical < warning);
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

impl Plan {
    /// Everything that is wrong with it, apart from its queries, which only the server can read.
    pub fn problems(&self) -> Vec<FieldProblem> {
        let mut problems = name_problems(&self.name);
        problems.extend(variable_problems(&self.variables));
        if self.panels.len() > MOST_PANELS {
            problems.push(FieldProblem::new("", format!("a dashboard has at most {MOST_PANELS} panels")));
        }
        problems.extend(self.panels.iter().flat_map(PanelPlan::problems));
        problems
    }
}

pub(super) fn name_problems(name: &str) -> Vec<FieldProblem> {
    let problem = if name.trim().is_empty() {
        "say what it is called".to_owned()
    } else if name.chars().count() > LONGEST_NAME {
        format!("at most {LONGEST_NAME} characters")
    } else {
        return Vec::new();
    };
    vec![FieldProblem::new("name", problem)]
}

impl PanelPlan {
    /// Everything that is wrong with it, field by field, apart from what only the server can read.
    pub fn problems(&self) -> Vec<FieldProblem> {
        let mut problems = Vec::new();
        let mut wrong = |field: &str, words: String| problems.push(FieldProblem::new(field, words));
        let is_text = self.kind == PanelKind::Text;
        if self.title.trim().is_empty() && !is_text {
            wrong("title", "say what it shows".into());
        }
        if self.title.chars().count() > LONGEST_NAME {
            wrong("title", format!("at most {LONGEST_NAME} characters"));
        }
        if !WIDTHS.contains(&self.width) {
            wrong("width", "choose one of the widths".into());
        }
        if is_text && self.text.trim().is_empty() {
            wrong("text", "write the text".into());
        }
        if !is_text && !self.text.trim().is_empty() {
            wrong("text", "only a panel that shows a text has one: choose that, or leave this empty".into());
        }
        if self.text.chars().count() > LONGEST_TEXT {
            wrong("text", format!("at most {LONGEST_TEXT} characters"));
        }
        if is_text && !self.queries.is_empty() {
            wrong("query-1", "a text asks nothing: leave this empty, or choose another kind".into());
        }
        if !is_text && self.queries.is_empty() {
            wrong("query-1", "write at least one query".into());
        }
        if self.queries.len() > MOST_QUERIES {
            wrong("query-1", format!("at most {MOST_QUERIES} queries"));
        }
        for (field, query) in super::QUERY_FIELDS.into_iter().zip(&self.queries) {
            if query.query.trim().is_empty() {
                wrong(field, "a name without a query: write the query, or leave both empty".into());
            }
            if query.query.chars().count() > LONGEST_TEXT || query.legend.chars().count() > LONGEST_NAME {
                wrong(
                    field,
                    format!("at most {LONGEST_TEXT} characters, and {LONGEST_NAME} for what it is called"),
                );
            }
        }
        let Thresholds { warning, critical } = self.thresholds;
        if let (Some(warning), Some(critical)) = (warning, critical)
            && warning == critical
        {
            wrong("critical", "must differ from what warns".into());
        }
        if [warning, critical].into_iter().flatten().any(|value| !value.is_finite()) {
            wrong("warning", "must be a number".into());
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel(kind: PanelKind) -> PanelPlan {
        let queries = vec![PanelQuery { query: "up".into(), legend: String::new() }];
        PanelPlan {
            id: 0,
            title: "Up".into(),
            kind,
            width: 6,
            unit: Unit::Count,
            queries,
            thresholds: Thresholds::default(),
            text: String::new(),
        }
    }

    fn fields(problems: &[FieldProblem]) -> Vec<&str> {
        problems.iter().map(|problem| problem.field.as_str()).collect()
    }

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

    #[test]
    fn each_field_of_a_panel_says_what_is_wrong_with_it() {
        assert!(panel(PanelKind::Lines).problems().is_empty());
        let nothing =
            PanelPlan { title: " ".into(), width: 5, queries: Vec::new(), ..panel(PanelKind::Value) };
        assert_eq!(fields(&nothing.problems()), ["title", "width", "query-1"]);
        assert_eq!(fields(&panel(PanelKind::Text).problems()), ["text", "query-1"]);
        let text = PanelPlan { text: "hello".into(), ..panel(PanelKind::Lines) };
        assert_eq!(fields(&text.problems()), ["text"]);
        let same = Thresholds { warning: Some(1.0), critical: Some(1.0) };
        assert_eq!(
            fields(&PanelPlan { thresholds: same, ..panel(PanelKind::Lines) }.problems()),
            ["critical"]
        );
    }

    #[test]
    fn a_dashboard_has_a_name_and_not_too_much_in_it() {
        let plan =
            Plan { name: String::new(), variables: Vec::new(), panels: vec![panel(PanelKind::Lines); 41] };

        assert_eq!(fields(&plan.problems()), ["name", ""]);
    }
}
