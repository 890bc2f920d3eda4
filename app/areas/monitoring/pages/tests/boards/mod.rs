//! Boards: charts, what is missing in their place, and where there are any.

use crate::support::{Fake, answered, chart, frame, pod, render};
use model::chart::Mark;
use model::{ConsoleError, GrantedBy, KindSlug, Need, ResourceRef, System, Timestamp, Unit};
use monitoring_contract::*;
use monitoring_pages::has_metrics;

fn board() -> BoardView {
    let panel = |card: &str, content| Panel {
        card: card.into(),
        unit: Unit::Cores,
        queries: vec!["up".into()],
        content,
        aged: None,
    };
    let system = System::Monitoring("harbour".into());
    let broken =
        ConsoleError::Unavailable { system, cause: "no turn came within 5 s".into(), may_be_done: false };
    BoardView {
        frame: frame(),
        panels: vec![
            panel("cpu-by-namespace", PanelContent::Chart(Box::new(chart()))),
            panel("memory-by-namespace", PanelContent::NoData),
            panel(
                "restarts-by-namespace",
                PanelContent::NotMeasured(vec!["kube_pod_container_status_restarts_total".into()]),
            ),
            panel("objects", PanelContent::Failed(broken)),
        ],
        source: "monitoring/prometheus-k8s".into(),
        rollouts: None,
    }
}

#[tokio::test]
async fn a_board_shows_charts_with_figures_and_one_dead_card_costs_one_card() {
    let html = render("", Fake { board: answered(board()), ..Fake::default() }).await;

    assert!(html.contains("chart-drawing") && html.contains("&lt;shop&gt;"), "{html}");
    assert!(html.contains("250m") && html.contains("3 smaller lines are not shown."), "{html}");
    assert!(html.contains("one store is down") && html.contains("no turn came within 5 s"), "{html}");
    assert!(html.contains("kube_pod_container_status_restarts_total"), "{html}");
    assert!(html.contains("monitoring/prometheus-k8s") && html.contains("every 30s"), "{html}");
    assert!(html.contains("/clusters/harbour/monitoring/explore?query=up"), "{html}");
}

#[tokio::test]
async fn what_was_rolled_out_is_marked_in_charts_and_told_above_them() {
    let with = |marks: Vec<Mark>| {
        let rollouts = ShownAnnotation { name: String::new(), marks, left_out: 0, problem: None };
        Fake { board: answered(BoardView { rollouts: Some(rollouts), ..board() }), ..Fake::default() }
    };
    let mark = Mark {
        at: frame().at(1),
        name: String::new(),
        text: "deployments/shop/web: registry.example/web:2".into(),
    };

    let html = render("", with(vec![mark])).await;

    assert!(html.contains("dashboard-marks") && html.contains("Rollouts"), "{html}");
    assert!(html.contains("deployments/shop/web: registry.example/web:2"), "{html}");
    assert!(html.contains("chart-moment"), "{html}");
    let none = render("", with(Vec::new())).await;
    assert!(!none.contains("Rollouts") && !none.contains("dashboard-marks"), "{none}");
}

#[tokio::test]
async fn what_is_not_of_now_says_of_when_it_is_and_why() {
    let mut view = board();
    view.panels.truncate(2);
    for panel in &mut view.panels {
        panel.aged = Some(Aged { at: Timestamp(1_795_405_680), cause: "connection <refused>".into() });
    }

    let html = render("", Fake { board: answered(view), ..Fake::default() }).await;

    assert_eq!(html.matches("datetime=\"2026-11-23T03:48:00Z\"").count(), 2, "{html}");
    assert!(html.contains("chart-drawing") && html.contains("connection &lt;refused&gt;"), "{html}");
    assert!(!render("", Fake { board: answered(board()), ..Fake::default() }).await.contains("Last answer"));
}

#[tokio::test]
async fn the_address_says_which_board_and_when() {
    let fake = Fake { board: answered(board()), ..Fake::default() };

    render("?board=machines&from=6h&compare=86400", fake.clone()).await;

    assert_eq!(*fake.asked.lock().unwrap(), ["Machines Last(21600) Some(86400)"]);
}

#[tokio::test]
async fn a_workspace_is_looked_at_by_itself_with_a_way_back() {
    let fake = Fake { board: answered(board()), ..Fake::default() };

    let html = render("?workspace=retail", fake.clone()).await;
    render("?workspace=retail&board=machines", fake.clone()).await;

    assert!(html.contains("Projects of workspace retail."), "{html}");
    assert!(html.contains("/clusters/harbour/monitoring?workspace=retail&amp;from=6h"), "{html}");
    let asked = fake.asked.lock().unwrap();
    assert_eq!(*asked, ["Applications Last(3600) None of retail", "Machines Last(3600) None"]);
}

#[tokio::test]
async fn a_stretch_of_time_that_is_none_is_told_where_it_is_chosen() {
    let html = render("?from=2000&to=1000", Fake { board: answered(board()), ..Fake::default() }).await;

    assert!(html.contains("This ends before it begins"), "{html}");
}

#[tokio::test]
async fn without_monitoring_the_page_says_what_was_looked_for_and_how_to_connect_one() {
    let missing = Missing {
        looked_for: vec!["operated-prometheus=true".into()],
        silent: vec![("monitoring/old".into(), "connection refused".into())],
    };
    let html = render("", Fake { board: Some(Ok(Measured::Missing(missing))), ..Fake::default() }).await;

    assert!(html.contains("Nothing measures harbour") && html.contains("operated-prometheus=true"), "{html}");
    assert!(html.contains("monitoring/old") && html.contains("connection refused"), "{html}");
    assert!(html.contains("--prometheus harbour=https://"), "{html}");
}

#[tokio::test]
async fn who_may_not_see_a_board_learns_which_right_is_missing() {
    let need = Need {
        verb: "list".into(),
        resource: "pods.metrics.k8s.io".into(),
        cluster: Some("harbour".into()),
        namespace: None,
        granted_by: GrantedBy::Administrator,
    };
    let refused = Some(Err(ConsoleError::Forbidden { need, said: None }));
    let html = render("?board=usage", Fake { board: refused, ..Fake::default() }).await;

    assert!(html.contains("list pods.metrics.k8s.io") && html.contains("An administrator"), "{html}");
}

#[test]
fn only_what_is_measured_has_the_tab() {
    let of = |kind: &str| has_metrics(&ResourceRef { kind: KindSlug::parse(kind).unwrap(), ..pod("web-0") });

    assert!(of("pods") && of("deployments") && of("nodes") && of("persistentvolumeclaims"));
    assert!(!of("configmaps") && !of("secrets"));
}
