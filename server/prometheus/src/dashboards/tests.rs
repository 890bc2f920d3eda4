//! From a dashboard to what is sent, over the Prometheus made of a few lines.

use super::*;
use crate::tests::{Fake, NOW, cluster, shop, source};
use monitoring_contract::{
    PanelFigure, PanelKind, PanelPlan, PanelQuery, SeriesColor, ShownContent, Thresholds, Window,
};
use std::sync::Arc;

fn panel(kind: PanelKind, query: &str) -> PanelPlan {
    PanelPlan {
        title: "Up".into(),
        kind,
        queries: vec![PanelQuery { query: query.into(), legend: "{{pod}}".into() }],
        thresholds: Thresholds { warning: Some(1.0), critical: None },
        ..PanelPlan::default()
    }
}

fn plan(panels: Vec<PanelPlan>) -> Plan {
    let pod = Variable::parse("pod = label_values(kube_pod_info{namespace=\"$namespace\"}, pod)").unwrap();
    Plan { name: "Shop".into(), variables: vec![pod], annotations: Vec::new(), panels }
}

fn request(chosen: &[(&str, &str)]) -> DashboardRequest {
    DashboardRequest {
        cluster: cluster(),
        id: "1".into(),
        window: Window::default(),
        compare: None,
        chosen: chosen.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
    }
}

fn namespaces() -> Vec<Namespace> {
    ["blog", "shop"].map(|name| Namespace::parse(name).unwrap()).into()
}

fn every_kind() -> Plan {
    let query = r#"sum by (pod) (rate(up{pod="$pod",namespace=~"$namespace"}[5m])) / ignoring(x) topk(scalar(down), other)"#;
    plan(
        [
            PanelKind::Lines,
            PanelKind::Stacked,
            PanelKind::Bars,
            PanelKind::Value,
            PanelKind::Table,
            PanelKind::Gauge,
            PanelKind::StateTimeline,
            PanelKind::HeatMap,
        ]
        .map(|kind| panel(kind, query))
        .into(),
    )
}

#[tokio::test]
async fn every_selector_of_every_panel_is_confined_whatever_is_chosen() {
    for chosen in [&[][..], &[("namespace", "bank"), ("pod", "vault-0")]] {
        let fake = Arc::<Fake>::default();

        source(&fake).dashboard(&every_kind(), &request(chosen), &shop(), &namespaces(), NOW).await;

        let asked = fake.asked.lock();
        assert!(asked.len() >= 2, "{asked:?}");
        for query in asked.iter() {
            let selectors = query.matches('{').count();
            assert_eq!(query.matches(r#"namespace="shop""#).count(), selectors, "{query}");
        }
        assert!(fake.selectors.lock().iter().all(|selector| selector.contains(r#"namespace="shop""#)));
    }
}

#[tokio::test]
async fn readers_share_their_questions() {
    let fake = Arc::<Fake>::default();
    let source = source(&fake);
    let (plan, request) = (every_kind(), request(&[]));

    for viewer in 0..10 {
        source.dashboard(&plan, &request, &Seen::All, &namespaces(), NOW + viewer).await;
    }

    // One over time, one in the fewer columns of a heat map, one for a moment, however many panels and readers.
    let asked = fake.asked.lock().clone();
    assert_eq!(asked.len(), 3, "{asked:?}");
    assert_eq!(fake.selectors.lock().len(), 1);
}

#[tokio::test]
async fn the_latest_value_of_a_long_time_is_of_its_end() {
    let fake = Arc::<Fake>::default();
    let plan = plan(vec![panel(PanelKind::Value, "up")]);
    let of = |window| DashboardRequest { window, ..request(&[]) };
    let (month, now) = (30 * 86_400, NOW + 3_000);
    let past = Window::Between(Timestamp(NOW - month), Timestamp(NOW - 600));

    source(&fake).dashboard(&plan, &of(Window::Last(2_592_000)), &Seen::All, &namespaces(), now).await;
    source(&fake).dashboard(&plan, &of(past), &Seen::All, &namespaces(), now).await;

    assert_eq!(*fake.moments.lock(), [now, NOW - 600]);
}

#[tokio::test]
async fn what_is_chosen_stands_in_the_queries_and_in_the_selectors_of_later_variables() {
    let fake = Arc::<Fake>::default();
    let plan = plan(vec![panel(PanelKind::Lines, r#"up{pod="$pod"}"#)]);
    let chosen = request(&[("namespace", "blog"), ("pod", "web-\"0")]);

    let view = source(&fake).dashboard(&plan, &chosen, &Seen::All, &namespaces(), NOW).await;

    assert_eq!(*fake.asked.lock(), [r#"up{pod="web-\"0"}"#]);
    assert_eq!(*fake.selectors.lock(), [r#"kube_pod_info{namespace="blog"}"#]);
    let names: Vec<_> = view.variables.iter().map(|one| (one.name.as_str(), one.chosen.as_str())).collect();
    assert_eq!(names, [("namespace", "blog"), ("pod", "web-\"0")]);
    assert_eq!(view.variables[0].options, ["blog", "shop"]);
}

#[tokio::test]
async fn each_kind_shows_what_it_is_for() {
    let fake = Arc::<Fake>::default();
    let mut plan = every_kind();
    plan.panels.push(PanelPlan { text: "hello".into(), queries: vec![], ..panel(PanelKind::Text, "") });

    let view = source(&fake).dashboard(&plan, &request(&[]), &Seen::All, &namespaces(), NOW).await;

    let contents: Vec<&ShownContent> = view.panels.iter().map(|panel| &panel.content).collect();
    let [
        ShownContent::Chart(lines),
        ShownContent::Chart(stacked),
        ShownContent::Chart(bars),
        ShownContent::Values(values),
        ShownContent::Table(table),
        ShownContent::Gauges(gauges),
        ShownContent::StateTimeline(timeline),
        ShownContent::HeatMap(heat),
        ShownContent::Text(text),
    ] = contents.as_slice()
    else {
        panic!("{contents:?}")
    };
    let labels: Vec<_> = lines.series.iter().map(|series| series.label.as_str()).collect();
    assert_eq!(labels, ["blog-0", "shop-0"]);
    assert!(stacked.scale.is_stacked && !lines.scale.is_stacked);
    assert!(bars.scale.is_stacked && bars.scale.frame.points() < lines.scale.frame.points());
    assert!(bars.svg.contains("<polygon") && !lines.svg.contains("<polygon"), "{}", bars.svg);
    assert_eq!((values[0].name.as_str(), values[0].figure.value), ("web-0", 2.0));
    assert_eq!(values[0].figure.level, Some(model::Level::Warning));
    assert_eq!((table.labels.len(), table.rows.len()), (2, 1));
    assert_eq!((gauges.min, gauges.gauges[0].value.figure.value), (0.0, 2.0));
    assert!(gauges.gauges[0].svg.contains("data-level=\"warning\""), "{gauges:?}");
    let names: Vec<_> = timeline.rows.iter().map(|row| (row.name.as_str(), row.spans.len())).collect();
    assert_eq!(names, [("blog-0", 1), ("shop-0", 1)]);
    assert!(heat.rows.len() == 2 && heat.frame.points() <= 60, "{heat:?}");
    assert_eq!(text, "hello");
}

#[tokio::test]
async fn series_are_drawn_in_the_colours_that_a_panel_says() {
    let fake = Arc::<Fake>::default();
    let colors = vec![SeriesColor::parse("red = shop-0").unwrap()];
    let plan = plan(vec![PanelPlan { colors, ..panel(PanelKind::Lines, "up") }]);

    let view = source(&fake).dashboard(&plan, &request(&[]), &Seen::All, &namespaces(), NOW).await;

    let ShownContent::Chart(chart) = &view.panels[0].content else { panic!("{:?}", view.panels[0]) };
    let colors: Vec<_> = chart.series.iter().map(|series| (series.label.as_str(), series.color)).collect();
    assert_eq!(colors, [("blog-0", 0), ("shop-0", 8)]);
    assert!(
        chart.svg.contains("data-series=\"8\"") && !chart.svg.contains("data-series=\"1\""),
        "{}",
        chart.svg
    );
}

#[tokio::test]
async fn an_axis_begins_and_ends_where_a_panel_says_it() {
    let fake = Arc::<Fake>::default();
    let range = monitoring_contract::ValueRange { min: Some(-1.0), max: Some(4.0) };
    let ended = |kind| PanelPlan { range, ..panel(kind, "up") };
    let plan = plan([PanelKind::Lines, PanelKind::Stacked, PanelKind::Bars].map(ended).into());

    let view = source(&fake).dashboard(&plan, &request(&[]), &Seen::All, &namespaces(), NOW).await;

    for shown in view.panels {
        let ShownContent::Chart(chart) = &shown.content else { panic!("{shown:?}") };
        assert_eq!((chart.scale.low, chart.scale.high), (-1.0, 4.0));
    }
}

#[tokio::test]
async fn lines_stand_on_a_logarithmic_axis_where_a_panel_says_it() {
    let fake = Arc::<Fake>::default();
    let axis = monitoring_contract::PanelAxis::Log10;
    let plan = plan(vec![PanelPlan { axis, ..panel(PanelKind::Lines, "up") }]);

    let view = source(&fake).dashboard(&plan, &request(&[]), &Seen::All, &namespaces(), NOW).await;

    let ShownContent::Chart(chart) = &view.panels[0].content else { panic!("{:?}", view.panels[0]) };
    assert!(chart.scale.is_logarithmic);
    assert_eq!((chart.scale.low, chart.scale.high), (0.1, 1.0), "around a half");
}

#[tokio::test]
async fn the_mean_of_a_series_is_asked_over_all_its_time() {
    let fake = Arc::<Fake>::default();
    let mean = |kind| PanelPlan { figure: PanelFigure::Mean, ..panel(kind, "up") };
    let plan = plan([PanelKind::Value, PanelKind::Gauge].map(mean).into());

    let view = source(&fake).dashboard(&plan, &request(&[]), &Seen::All, &namespaces(), NOW).await;

    assert!(matches!(view.panels[0].content, ShownContent::Values(_)), "{:?}", view.panels[0]);
    assert!(matches!(view.panels[1].content, ShownContent::Gauges(_)), "{:?}", view.panels[1]);
    let begins = fake.begins.lock();
    assert!(!begins.is_empty() && begins.iter().all(|(_, start)| *start == view.frame.start), "{begins:?}");
}

#[tokio::test]
async fn a_query_that_cannot_be_read_any_more_costs_its_panel() {
    let fake = Arc::<Fake>::default();
    let plan = plan(vec![panel(PanelKind::Lines, r#"up{a="$gone"}"#), panel(PanelKind::Lines, "up")]);

    let view = source(&fake).dashboard(&plan, &request(&[]), &Seen::All, &namespaces(), NOW).await;

    let ShownContent::Failed(error) = &view.panels[0].content else { panic!("{:?}", view.panels[0]) };
    assert!(error.to_string().contains("$gone"), "{error}");
    assert!(matches!(view.panels[1].content, ShownContent::Chart(_)));
}

#[test]
fn a_query_is_checked_with_the_variables_that_there_are() {
    let variables = plan(Vec::new()).variables;

    assert_eq!(query_fault(r#"up{pod="$pod",namespace="$namespace"}"#, &variables), None);
    let fault = query_fault(r#"up{pod="$container"}"#, &variables).unwrap();
    assert!(fault.message.contains("$container") && fault.at == Some(8), "{fault:?}");
    assert!(query_fault("sum(up", &variables).is_some());
}

#[test]
fn the_series_of_a_variable_are_a_selector_with_variables_before_it() {
    let fault = |lines: &[&str]| {
        let variables: Vec<Variable> = lines.iter().map(|line| Variable::parse(line).unwrap()).collect();
        variables_fault(&variables)
    };

    let job = "job = label_values(job)";
    assert_eq!(fault(&[job, "pod = label_values(up{job=\"$job\",namespace=\"$namespace\"}, pod)"]), None);
    assert!(fault(&["pod = label_values(up{job=\"$job\"}, pod)", job]).unwrap().starts_with("pod: "));
    assert!(fault(&["pod = label_values(sum(up), pod)"]).unwrap().contains("selector"));
    assert!(fault(&["pod = label_values(up{, pod)"]).is_some());
}
