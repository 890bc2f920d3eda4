//! What is wrong with a dashboard, before anybody asks it anything.

use super::annotation::annotation_problems;
use super::variable::variable_problems;
use super::{
    LONGEST_NAME, LONGEST_TEXT, MOST_PANELS, MOST_QUERIES, PANEL_STEPS, PanelFigure, PanelHeight, PanelKind,
    PanelPlan, Plan, Thresholds, ValueRange, WIDTHS,
};
use model::fault::{DashboardFault, EntryFault, PanelFault};
use model::{Fault, FieldProblem};

impl Plan {
    /// Everything that is wrong with it, apart from its queries, which only the server can read.
    pub fn problems(&self) -> Vec<FieldProblem> {
        let mut problems = name_problems(&self.name);
        problems.extend(variable_problems(&self.variables));
        problems.extend(annotation_problems(&self.annotations));
        let headings = self.panels.iter().filter(|panel| panel.kind == PanelKind::Heading).count();
        if headings > MOST_PANELS || self.panels.len() - headings > MOST_PANELS {
            problems.push(FieldProblem::of("", DashboardFault::ManyPanels(MOST_PANELS)));
        }
        problems.extend(self.panels.iter().flat_map(PanelPlan::problems));
        problems
    }
}

/// What is wrong with the name of a dashboard.
pub(super) fn name_problems(name: &str) -> Vec<FieldProblem> {
    let fault = if name.trim().is_empty() {
        Fault::from(DashboardFault::Nameless)
    } else if name.chars().count() > LONGEST_NAME {
        Fault::from(EntryFault::Longest(LONGEST_NAME))
    } else {
        return Vec::new();
    };
    vec![FieldProblem::of("name", fault)]
}

impl PanelPlan {
    /// Everything that is wrong with it, field by field, apart from what only the server can read.
    pub fn problems(&self) -> Vec<FieldProblem> {
        let mut problems = Vec::new();
        let mut wrong = |field: &str, fault: Fault| problems.push(FieldProblem::of(field, fault));
        if self.title.trim().is_empty() && self.kind != PanelKind::Text {
            wrong("title", PanelFault::Nameless.into());
        }
        if self.title.chars().count() > LONGEST_NAME {
            wrong("title", EntryFault::Longest(LONGEST_NAME).into());
        }
        if !WIDTHS.contains(&self.width) {
            wrong("width", PanelFault::Width.into());
        }
        if !PANEL_STEPS.contains(&self.step) {
            wrong("step", PanelFault::Step.into());
        } else if self.step > 0 && !self.kind.is_over_time() {
            wrong("step", PanelFault::NoPoints.into());
        }
        if self.height != PanelHeight::Usual && !self.kind.has_height() {
            wrong("height", PanelFault::NoHeight.into());
        }
        if self.figure != PanelFigure::Latest && !self.kind.has_figure() {
            wrong("figure", PanelFault::NoFigure.into());
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

    fn text_problems(&self, wrong: &mut impl FnMut(&str, Fault)) {
        let is_text = self.kind == PanelKind::Text;
        if is_text && self.text.trim().is_empty() {
            wrong("text", PanelFault::NoText.into());
        }
        if !is_text && !self.text.trim().is_empty() {
            wrong("text", PanelFault::TextElsewhere.into());
        }
        if self.text.chars().count() > LONGEST_TEXT {
            wrong("text", EntryFault::Longest(LONGEST_TEXT).into());
        }
    }

    fn query_problems(&self, wrong: &mut impl FnMut(&str, Fault)) {
        let is_words = self.kind.is_words();
        if is_words && !self.queries.is_empty() {
            wrong("query-1", PanelFault::QueryOfWords.into());
        }
        if !is_words && self.queries.is_empty() {
            wrong("query-1", PanelFault::NoQuery.into());
        }
        if self.queries.len() > MOST_QUERIES {
            wrong("query-1", PanelFault::ManyQueries(MOST_QUERIES).into());
        }
        if self.kind == PanelKind::Logs && self.queries.len() > 1 {
            wrong("query-2", PanelFault::TwoSearches.into());
        }
        for (field, query) in super::QUERY_FIELDS.into_iter().zip(&self.queries) {
            if query.query.trim().is_empty() {
                wrong(field, PanelFault::NameAlone.into());
            }
            if query.query.chars().count() > LONGEST_TEXT || query.legend.chars().count() > LONGEST_NAME {
                wrong(field, PanelFault::LongQuery { longest: LONGEST_TEXT, name: LONGEST_NAME }.into());
            }
        }
    }

    fn threshold_problems(&self, wrong: &mut impl FnMut(&str, Fault)) {
        let Thresholds { warning, critical } = self.thresholds;
        let none = match self.kind {
            PanelKind::HeatMap => Some(PanelFault::HeatMapThreshold),
            PanelKind::Logs => Some(PanelFault::LogsThreshold),
            PanelKind::Heading => Some(PanelFault::HeadingThreshold),
            _ => None,
        };
        let said =
            [("warning", warning), ("critical", critical)].into_iter().filter(|(_, said)| said.is_some());
        for ((field, _), fault) in said.filter_map(|said| Some((said, none.clone()?))) {
            wrong(field, fault.into());
        }
        if let (Some(warning), Some(critical)) = (warning, critical)
            && warning == critical
        {
            wrong("critical", PanelFault::SameThresholds.into());
        }
        if [warning, critical].into_iter().flatten().any(|value| !value.is_finite()) {
            wrong("warning", PanelFault::NotFinite.into());
        }
    }

    fn range_problems(&self, wrong: &mut impl FnMut(&str, Fault)) {
        let ValueRange { min, max } = self.range;
        if !self.kind.has_range() {
            for (field, _) in [("min", min), ("max", max)].into_iter().filter(|(_, said)| said.is_some()) {
                wrong(field, PanelFault::NoRange.into());
            }
            return;
        }
        if [min, max].into_iter().flatten().any(|value| !value.is_finite()) {
            wrong("min", PanelFault::NotFinite.into());
        }
        if let (Some(min), Some(max)) = (min, max)
            && min >= max
        {
            wrong("max", PanelFault::RangeEnd.into());
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
