//! What goes to Grafana comes back as it was.

use super::super::import::Imported;
use super::super::*;
use model::Level;
use monitoring_contract::{
    Annotation, PANEL_STEPS, PanelAxis, PanelFigure, PanelHeight, PanelKind, PanelPlan, PanelQuery, Plan,
    SeriesColor, Thresholds, UNITS as OWN_UNITS, ValueMapping, ValueRange, Variable, WIDTHS,
};
use proptest::prelude::*;

#[test]
fn every_template_comes_back_as_it_went() {
    for plan in crate::templates::all() {
        assert_eq!(import(&export(&plan)).unwrap(), Imported { plan, left_out: vec![] });
    }
}

fn number() -> impl Strategy<Value = f64> {
    (-4000..4000_i32).prop_map(|halves| f64::from(halves) / 2.0)
}

fn thresholds() -> impl Strategy<Value = Thresholds> {
    (proptest::option::of(number()), proptest::option::of(number()))
        .prop_filter("they differ", |(warning, critical)| warning.is_none() || warning != critical)
        .prop_map(|(warning, critical)| Thresholds { warning, critical })
}

/// Queries that can stand in a dashboard with the variables `pod` and `job`.
const QUERIES: [&str; 5] = [
    "up",
    r#"sum by (pod) (rate(http_requests_total{pod=~"$pod",namespace="$namespace"}[5m]))"#,
    r#"label_replace(up{job="$job"}, "a", "$1", "b", "(.*)")"#,
    "histogram_quantile(0.99, sum by (le) (rate(x_bucket[5m])))\n  or vector(0)",
    r#"up{a=~"b$|[[:alpha:]]"}"#,
];

fn query() -> impl Strategy<Value = PanelQuery> {
    (0..QUERIES.len(), "(\\{\\{[a-z]{1,6}\\}\\}|[ -~]{0,10})")
        .prop_map(|(index, legend)| PanelQuery { query: QUERIES[index].into(), legend })
}

fn range() -> impl Strategy<Value = ValueRange> {
    (proptest::option::of(number()), proptest::option::of(1..4000_i32)).prop_map(|(min, length)| ValueRange {
        min,
        max: length.map(|length| min.unwrap_or(0.0) + f64::from(length) / 2.0),
    })
}

fn mapping() -> impl Strategy<Value = ValueMapping> {
    let level =
        proptest::option::of(prop_oneof![Just(Level::Failed), Just(Level::Warning), Just(Level::Healthy)]);
    let ends = prop_oneof![
        number().prop_map(|value| (Some(value), Some(value))),
        (number(), 0..99_u32).prop_map(|(from, length)| (Some(from), Some(from + f64::from(length)))),
        number().prop_map(|from| (Some(from), None)),
        number().prop_map(|to| (None, Some(to))),
    ];
    (ends, "[!-~]([ -~]{0,30}[!-~])?", level).prop_map(|((from, to), text, level)| ValueMapping {
        from,
        to,
        text,
        level,
    })
}

fn colors() -> impl Strategy<Value = Vec<SeriesColor>> {
    let some = proptest::sample::subsequence((0..12_u8).collect::<Vec<_>>(), 0..5);
    let named = |color, rest: &str| SeriesColor { name: format!("{color}{rest}"), color };
    (some, "([ -~]{0,10}[!-~])?")
        .prop_map(move |(some, rest)| some.into_iter().map(|color| named(color, &rest)).collect())
}

fn height() -> impl Strategy<Value = PanelHeight> {
    (0..PanelHeight::ALL.len()).prop_map(|height| PanelHeight::ALL[height])
}

fn measuring() -> impl Strategy<Value = PanelPlan> {
    let kind = (0..PanelKind::ALL.len() - 3).prop_map(|kind| PanelKind::ALL[kind]);
    let queries = proptest::collection::vec(query(), 1..=5);
    let mappings = proptest::collection::vec(mapping(), 0..6);
    let axis = (0..PanelAxis::ALL.len()).prop_map(|axis| PanelAxis::ALL[axis]);
    let figure = (0..PanelFigure::ALL.len()).prop_map(|figure| PanelFigure::ALL[figure]);
    let look =
        ("[!-~]\\PC{0,20}[!-~]", 0..WIDTHS.len(), 0..OWN_UNITS.len(), 0..PANEL_STEPS.len(), figure, height());
    (kind, look, queries, thresholds(), (axis, range()), mappings, colors()).prop_map(
        |(kind, look, queries, thresholds, (axis, range), mappings, colors)| {
            let (title, width, unit, step, figure, height) = look;
            let axis = if kind.has_axis() { axis } else { PanelAxis::Linear };
            let there = |end: Option<f64>| end.filter(|end| axis == PanelAxis::Linear || *end > 0.0);
            let range = ValueRange { min: there(range.min), max: there(range.max) };
            PanelPlan {
                title,
                kind,
                width: WIDTHS[width],
                unit: OWN_UNITS[unit].0,
                queries,
                thresholds: if kind == PanelKind::HeatMap { Thresholds::default() } else { thresholds },
                height: if kind.has_height() { height } else { PanelHeight::Usual },
                figure: if kind.has_figure() { figure } else { PanelFigure::Latest },
                step: if kind.is_over_time() { PANEL_STEPS[step] } else { 0 },
                range: if kind.has_range() { range } else { ValueRange::default() },
                axis,
                mappings: if kind.has_mappings() { mappings } else { Vec::new() },
                colors: if kind.has_colors() { colors } else { Vec::new() },
                ..PanelPlan::default()
            }
        },
    )
}

fn searching() -> impl Strategy<Value = PanelPlan> {
    let searches = ["", "level:error", "namespace:$namespace pod:$pod* -\"a \\\"b\\\"\"", "refused"];
    let search = (1..searches.len()).prop_map(move |index| searches[index]);
    ("[!-~]{1,20}", 0..WIDTHS.len(), search).prop_map(|(title, width, search)| PanelPlan {
        title,
        kind: PanelKind::Logs,
        width: WIDTHS[width],
        queries: vec![PanelQuery { query: search.into(), legend: String::new() }],
        ..PanelPlan::default()
    })
}

fn writing() -> impl Strategy<Value = PanelPlan> {
    ("([!-~]{1,20})?", 0..WIDTHS.len(), "\\PC{0,40}[!-~]\n?").prop_map(|(title, width, text)| PanelPlan {
        title,
        kind: PanelKind::Text,
        width: WIDTHS[width],
        text,
        ..PanelPlan::default()
    })
}

fn heading() -> impl Strategy<Value = PanelPlan> {
    "[!-~](\\PC{0,20}[!-~])?".prop_map(|title| PanelPlan {
        title,
        kind: PanelKind::Heading,
        width: 12,
        ..PanelPlan::default()
    })
}

fn plan() -> impl Strategy<Value = Plan> {
    let variables = [
        "pod = label_values(kube_pod_info{namespace=\"$namespace\"}, pod)",
        "job = label_values(job)",
        "stage = values(test, live b)",
    ];
    let variables: Vec<Variable> = variables.iter().map(|line| Variable::parse(line).unwrap()).collect();
    let panels = proptest::collection::vec(prop_oneof![measuring(), searching(), writing(), heading()], 0..9);
    let annotations = proptest::collection::vec(
        (0..QUERIES.len()).prop_filter("one line", |index| !QUERIES[*index].contains('\n')),
        0..4,
    );
    ("[!-~]\\PC{0,20}[!-~]", panels, annotations).prop_map(move |(name, panels, queries)| {
        let named = queries.into_iter().enumerate();
        let annotations = named.map(|(index, query)| Annotation {
            name: format!("Mark {index}"),
            query: match index {
                1 => "rollouts: namespace:$namespace workload:web".into(),
                2 => "events: reason:BackOff namespace:$namespace".into(),
                _ => QUERIES[query].into(),
            },
        });
        Plan { name, variables: variables.clone(), annotations: annotations.collect(), panels }
    })
}

proptest! {
    /// Whatever can stand in a dashboard comes back from Grafana as it went.
    #[test]
    fn what_is_exported_is_imported_as_it_was(plan in plan()) {
        prop_assert_eq!(plan.problems(), []);
        let imported = import(&export(&plan)).unwrap();
        prop_assert_eq!(imported.left_out, Vec::<String>::new());
        prop_assert_eq!(imported.plan, plan);
    }
}
