//! What is wrong with a dashboard, before anybody asks it anything.

use super::annotation::annotation_problems;
use super::variable::variable_problems;
use super::{
    LONGEST_NAME, LONGEST_TEXT, MOST_PANELS, MOST_QUERIES, PANEL_STEPS, PanelFigure, PanelHeight, PanelKind,
    PanelPlan, Plan, Thresholds, ValueRange, WIDTHS,
};
use model::FieldProblem;

impl Plan {
    /// Everything that is wrong with it, apart from its queries, which only the server can read.
    pub fn problems(&self) -> Vec<FieldProblem> {
        let mut problems = name_problems(&self.name);
        problems.extend(variable_problems(&self.variables));
        problems.extend(annotation_problems(&self.annotations));
        let headings = self.panels.iter().filter(|panel| panel.kind == PanelKind::Heading).count();
        if headings > MOST_PANELS || self.panels.len() - headings > MOST_PANELS {
            let words = format!("a dashboard has at most {MOST_PANELS} panels, and as many headings");
            problems.push(FieldProblem::new("", words));
        }
        problems.extend(self.panels.iter().flat_map(PanelPlan::problems));
        problems
    }
}

/// What is wrong with the name of a dashboard.
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
        if self.title.trim().is_empty() && self.kind != PanelKind::Text {
            wrong("title", "say what it shows".into());
        }
        if self.title.chars().count() > LONGEST_NAME {
            wrong("title", format!("at most {LONGEST_NAME} characters"));
        }
        if !WIDTHS.contains(&self.width) {
            wrong("width", "choose one of the widths".into());
        }
        if !PANEL_STEPS.contains(&self.step) {
            wrong("step", "choose one of the distances".into());
        } else if self.step > 0 && !self.kind.is_over_time() {
            wrong(
                "step",
                "only what is drawn over time has points: choose the first, or another kind".into(),
            );
        }
        if self.height != PanelHeight::Usual && !self.kind.has_height() {
            let words =
                "only lines, areas, bars and logs are higher or lower: choose the usual, or one of them";
            wrong("height", words.into());
        }
        if self.figure != PanelFigure::Latest && !self.kind.has_figure() {
            let words =
                "only single values and gauges show one value of a time: choose the first, or one of them";
            wrong("figure", words.into());
        }
        self.text_problems(&mut wrong);
        self.query_problems(&mut wrong);
        self.threshold_problems(&mut wrong);
        self.range_problems(&mut wrong);
        self.axis_problems(&mut wrong);
        self.mapping_problems(&mut wrong);
        self.color_problems(&mut wrong);
        problems
    }

    fn text_problems(&self, wrong: &mut impl FnMut(&str, String)) {
        let is_text = self.kind == PanelKind::Text;
        if is_text && self.text.trim().is_empty() {
            wrong("text", "write the text".into());
        }
        if !is_text && !self.text.trim().is_empty() {
            wrong("text", "only a panel that shows a text has one: choose that, or leave this empty".into());
        }
        if self.text.chars().count() > LONGEST_TEXT {
            wrong("text", format!("at most {LONGEST_TEXT} characters"));
        }
    }

    fn query_problems(&self, wrong: &mut impl FnMut(&str, String)) {
        let is_words = self.kind.is_words();
        if is_words && !self.queries.is_empty() {
            wrong("query-1", "words ask nothing: leave this empty, or choose another kind".into());
        }
        if !is_words && self.queries.is_empty() {
            wrong("query-1", "write at least one query".into());
        }
        if self.queries.len() > MOST_QUERIES {
            wrong("query-1", format!("at most {MOST_QUERIES} queries"));
        }
        if self.kind == PanelKind::Logs && self.queries.len() > 1 {
            wrong("query-2", "logs are searched once: leave this empty, or make another panel".into());
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
    }

    fn threshold_problems(&self, wrong: &mut impl FnMut(&str, String)) {
        let Thresholds { warning, critical } = self.thresholds;
        let none = match self.kind {
            PanelKind::HeatMap => "a heat map says how much by its colours: leave this empty",
            PanelKind::Logs => "lines of logs are no values: leave this empty",
            PanelKind::Heading => "a heading has no values: leave this empty",
            _ => "",
        };
        let said =
            [("warning", warning), ("critical", critical)].into_iter().filter(|(_, said)| said.is_some());
        for (field, _) in said.filter(|_| !none.is_empty()) {
            wrong(field, none.into());
        }
        if let (Some(warning), Some(critical)) = (warning, critical)
            && warning == critical
        {
            wrong("critical", "must differ from what warns".into());
        }
        if [warning, critical].into_iter().flatten().any(|value| !value.is_finite()) {
            wrong("warning", "must be a number".into());
        }
    }

    fn range_problems(&self, wrong: &mut impl FnMut(&str, String)) {
        let ValueRange { min, max } = self.range;
        if !self.kind.has_range() {
            for (field, _) in [("min", min), ("max", max)].into_iter().filter(|(_, said)| said.is_some()) {
                let words =
                    "only gauges, lines, areas and bars have ends: choose one of them, or leave this empty";
                wrong(field, words.into());
            }
            return;
        }
        if [min, max].into_iter().flatten().any(|value| !value.is_finite()) {
            wrong("min", "must be a number".into());
        }
        if let (Some(min), Some(max)) = (min, max)
            && min >= max
        {
            wrong("max", "must be more than where it begins".into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::PanelQuery;
    use super::*;

    fn panel(kind: PanelKind) -> PanelPlan {
        let queries = vec![PanelQuery { query: "up".into(), legend: String::new() }];
        PanelPlan { title: "Up".into(), kind, queries, ..PanelPlan::default() }
    }

    fn fields(problems: &[FieldProblem]) -> Vec<&str> {
        problems.iter().map(|problem| problem.field.as_str()).collect()
    }

    #[test]
    fn each_field_of_a_panel_says_what_is_wrong_with_it() {
        assert!(panel(PanelKind::Lines).problems().is_empty());
        let nothing =
            PanelPlan { title: " ".into(), width: 5, queries: Vec::new(), ..panel(PanelKind::Value) };
        assert_eq!(fields(&nothing.problems()), ["title", "width", "query-1"]);
        assert_eq!(fields(&panel(PanelKind::Text).problems()), ["text", "query-1"]);
        let heading = PanelPlan { title: String::new(), ..panel(PanelKind::Heading) };
        assert_eq!(fields(&heading.problems()), ["title", "query-1"]);
        let heading = PanelPlan { title: "Pods".into(), queries: Vec::new(), ..heading };
        assert!(heading.problems().is_empty());
        let many = |panels| Plan { name: "Shop".into(), panels, ..Plan::default() }.problems();
        let both = [vec![heading.clone(); 40], vec![panel(PanelKind::Lines); 40]].concat();
        assert!(many(both).is_empty());
        assert_eq!(fields(&many(vec![heading; 41])), [""]);
        assert_eq!(fields(&many(vec![panel(PanelKind::Lines); 41])), [""]);
        let text = PanelPlan { text: "hello".into(), ..panel(PanelKind::Lines) };
        assert_eq!(fields(&text.problems()), ["text"]);
        let figure = |kind| PanelPlan { figure: PanelFigure::Mean, ..panel(kind) }.problems();
        assert_eq!(fields(&figure(PanelKind::Table)), ["figure"]);
        assert!(figure(PanelKind::Value).is_empty() && figure(PanelKind::Gauge).is_empty());
        let tall = |kind| PanelPlan { height: PanelHeight::Tall, ..panel(kind) }.problems();
        assert_eq!(fields(&tall(PanelKind::Table)), ["height"]);
        assert!(tall(PanelKind::Bars).is_empty() && tall(PanelKind::Logs).is_empty());
        let same = Thresholds { warning: Some(1.0), critical: Some(1.0) };
        assert_eq!(
            fields(&PanelPlan { thresholds: same, ..panel(PanelKind::Lines) }.problems()),
            ["critical"]
        );
    }

    #[test]
    fn gauges_and_axes_have_a_range_that_begins_before_it_ends() {
        let with = |kind, min, max| PanelPlan { range: ValueRange { min, max }, ..panel(kind) }.problems();

        assert_eq!(with(PanelKind::Gauge, Some(0.0), Some(1.0)), []);
        assert_eq!(with(PanelKind::Gauge, None, Some(-1.0)), []);
        assert_eq!(fields(&with(PanelKind::Gauge, Some(1.0), Some(1.0))), ["max"]);
        assert_eq!(with(PanelKind::Stacked, Some(0.0), None), []);
        assert_eq!(fields(&with(PanelKind::Lines, Some(2.0), Some(1.0))), ["max"]);
        assert_eq!(fields(&with(PanelKind::Value, Some(0.0), Some(1.0))), ["min", "max"]);
    }

    #[test]
    fn a_heat_map_has_no_thresholds() {
        let with = |kind, critical| {
            let thresholds = Thresholds { warning: None, critical };
            PanelPlan { thresholds, ..panel(kind) }.problems()
        };

        assert_eq!(with(PanelKind::HeatMap, None), []);
        assert_eq!(fields(&with(PanelKind::HeatMap, Some(1.0))), ["critical"]);
    }

    #[test]
    fn logs_are_searched_once_and_have_no_thresholds() {
        let search = |queries| {
            let query = |query: &str| PanelQuery { query: query.into(), legend: String::new() };
            let queries = std::iter::repeat_n(query("level:error"), queries).collect();
            PanelPlan { queries, ..panel(PanelKind::Logs) }
        };
        let thresholds = Thresholds { warning: Some(1.0), critical: None };

        assert_eq!(search(1).problems(), []);
        assert_eq!(fields(&search(0).problems()), ["query-1"]);
        assert_eq!(fields(&search(2).problems()), ["query-2"]);
        assert_eq!(fields(&PanelPlan { thresholds, ..search(1) }.problems()), ["warning"]);
    }

    #[test]
    fn a_dashboard_has_a_name_and_not_too_much_in_it() {
        let plan = Plan { panels: vec![panel(PanelKind::Lines); 41], ..Plan::default() };

        assert_eq!(fields(&plan.problems()), ["name", ""]);
    }
}
