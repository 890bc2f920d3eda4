//! The pages of the monitoring, rendered as the server does, over a port that answers what the test says.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use async_trait::async_trait;
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use model::chart::{Chart, Frame, Scale, Series};
use model::{
    ClusterName, ConsoleError, KindSlug, Namespace, ObjectName, ResourceRef, System, Timestamp, Unit,
};
use monitoring_contract::*;
use monitoring_pages::{
    AlertsPage, ExplorePage, FiringCard, MonitoringPage, RankingPage, RoutingPage, SilencePage, has_metrics,
};
use std::sync::{Arc, Mutex};

type Answer<T> = Result<Measured<T>, ConsoleError>;

#[derive(Clone, Default)]
struct Fake {
    board: Option<Answer<BoardView>>,
    ranking: Option<Answer<Ranking>>,
    explored: Option<Answer<Explored>>,
    alerts: Option<Answer<Alerts>>,
    firing: Vec<Firing>,
    routing: Option<Routing>,
    asked: Arc<Mutex<Vec<String>>>,
}

fn untold<T>() -> Answer<T> {
    Err(ConsoleError::Internal { reference: "this test does not ask for it".into() })
}

#[async_trait]
impl Monitoring for Fake {
    async fn past_alerts(&self, _: ResourceRef) -> Result<Option<Vec<PastAlert>>, ConsoleError> {
        Ok(None)
    }

    async fn board(&self, request: BoardRequest) -> Answer<BoardView> {
        self.asked
            .lock()
            .unwrap()
            .push(format!("{:?} {:?} {:?}", request.board, request.window, request.compare));
        self.board.clone().unwrap_or_else(untold)
    }

    async fn ranking(&self, request: RankingRequest) -> Answer<Ranking> {
        self.asked.lock().unwrap().push(format!("{:?} {:?} {:?}", request.of, request.search, request.sort));
        self.ranking.clone().unwrap_or_else(untold)
    }

    async fn alerts(&self, _: ClusterName) -> Answer<Alerts> {
        self.alerts.clone().unwrap_or_else(untold)
    }

    async fn firing(&self) -> Result<Vec<Firing>, ConsoleError> {
        Ok(self.firing.clone())
    }

    async fn routing(&self, _: ClusterName) -> Result<Option<Routing>, ConsoleError> {
        Ok(self.routing.clone())
    }

    async fn acknowledge(&self, _: AcknowledgeFields) -> Result<(), ConsoleError> {
        Ok(())
    }

    async fn withdraw_acknowledgement(&self, _: WithdrawFields) -> Result<(), ConsoleError> {
        Ok(())
    }

    async fn preview_silence(&self, _: ClusterName, matchers: String) -> Result<Vec<Alert>, ConsoleError> {
        self.asked.lock().unwrap().push(matchers);
        Ok(vec![alert("KubePodCrashLooping")])
    }

    async fn create_silence(&self, _: SilenceFields) -> Result<(), ConsoleError> {
        Ok(())
    }

    async fn end_silence(&self, _: EndSilenceFields) -> Result<(), ConsoleError> {
        Ok(())
    }

    async fn metric_names(&self, _: ClusterName) -> Result<Vec<String>, ConsoleError> {
        Ok(Vec::new())
    }

    async fn explore(&self, request: ExploreRequest) -> Answer<Explored> {
        self.asked.lock().unwrap().push(request.query);
        self.explored.clone().unwrap_or_else(untold)
    }
}

async fn render(address: &str, fake: Fake) -> String {
    rendering::render(&format!("/clusters/harbour/monitoring{address}"), || {
        provide_context::<Arc<dyn Monitoring>>(Arc::new(fake));
        view! {
            <Router>
                <Routes fallback=|| "no such page">
                    <Route path=path!("/clusters/:cluster/monitoring") view=MonitoringPage/>
                    <Route path=path!("/clusters/:cluster/monitoring/alerts") view=AlertsPage/>
                    <Route path=path!("/clusters/:cluster/monitoring/alerts/routing") view=RoutingPage/>
                    <Route path=path!("/clusters/:cluster/monitoring/firing") view=FiringCard/>
                    <Route path=path!("/clusters/:cluster/monitoring/silences/new") view=SilencePage/>
                    <Route path=path!("/clusters/:cluster/monitoring/ranking") view=RankingPage/>
                    <Route path=path!("/clusters/:cluster/monitoring/explore") view=ExplorePage/>
                </Routes>
            </Router>
        }
    })
    .await
}

fn answered<T>(value: T) -> Option<Answer<T>> {
    Some(Ok(Measured::Answered(Box::new(value))))
}

fn frame() -> Frame {
    Frame { start: 1_795_405_680, end: 1_795_409_280, step: 30 }
}

fn chart() -> Chart {
    let mut values = vec![Some(0.25); frame().points()];
    values[7] = None;
    let line = |key: &str, label: &str, color| Series {
        key: key.into(),
        label: label.into(),
        color,
        is_earlier: false,
        values: values.clone(),
    };
    Chart {
        svg: "<svg class=\"chart-drawing\"></svg>".into(),
        scale: Scale {
            frame: frame(),
            low: 0.0,
            high: 0.5,
            ticks: vec![0.0, 0.25, 0.5],
            unit: Unit::Cores,
            is_stacked: false,
        },
        series: vec![line("", "<shop>", 0), line("requested", "", 1)],
        left_out: 3,
        warnings: vec!["one store is down".into()],
    }
}

fn board() -> BoardView {
    let panel = |card: &str, content| Panel {
        card: card.into(),
        unit: Unit::Cores,
        queries: vec!["up".into()],
        content,
    };
    let system = System::Monitoring("harbour".into());
    let broken =
        ConsoleError::Unavailable { system, cause: "no turn came within 10 s".into(), may_be_done: false };
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
    }
}

#[tokio::test]
async fn a_board_shows_charts_with_figures_and_one_dead_card_costs_one_card() {
    let html = render("", Fake { board: answered(board()), ..Fake::default() }).await;

    assert!(html.contains("chart-drawing") && html.contains("&lt;shop&gt;"), "{html}");
    assert!(html.contains("250m") && html.contains("3 smaller lines are not shown."), "{html}");
    assert!(html.contains("one store is down") && html.contains("no turn came within 10 s"), "{html}");
    assert!(html.contains("kube_pod_container_status_restarts_total"), "{html}");
    assert!(html.contains("monitoring/prometheus-k8s") && html.contains("every 30s"), "{html}");
    assert!(html.contains("/clusters/harbour/monitoring/explore?query=up"), "{html}");
}

#[tokio::test]
async fn the_address_says_which_board_and_when() {
    let fake = Fake { board: answered(board()), ..Fake::default() };

    render("?board=machines&from=6h&compare=86400", fake.clone()).await;

    assert_eq!(*fake.asked.lock().unwrap(), ["Machines Last(21600) Some(86400)"]);
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
    let need = model::Need {
        verb: "list".into(),
        resource: "pods.metrics.k8s.io".into(),
        cluster: Some("harbour".into()),
        namespace: None,
        granted_by: model::GrantedBy::Administrator,
    };
    let refused = Some(Err(ConsoleError::Forbidden { need, said: None }));
    let html = render("?board=usage", Fake { board: refused, ..Fake::default() }).await;

    assert!(html.contains("list pods.metrics.k8s.io") && html.contains("An administrator"), "{html}");
}

fn row(name: &str, cpu: Option<f64>) -> RankRow {
    let resource = ResourceRef {
        cluster: ClusterName::parse("harbour").unwrap(),
        kind: KindSlug::parse("pods").unwrap(),
        namespace: Some(Namespace::parse("shop").unwrap()),
        name: ObjectName::parse(name).unwrap(),
    };
    RankRow { name: name.into(), namespace: "shop".into(), resource: Some(resource), values: vec![cpu] }
}

#[tokio::test]
async fn a_ranking_leads_to_the_measurements_of_each_and_knows_no_zero_for_nothing() {
    let ranking = Ranking {
        columns: vec![RankColumn { id: "cpu".into(), unit: Unit::Cores }],
        rows: vec![row("web-0", Some(1.5)), row("web-1", None)],
        total: 700,
        at: Timestamp(0),
    };
    let fake = Fake { ranking: answered(ranking), ..Fake::default() };

    let html = render("/ranking?of=pods&search=we&sort=-cpu", fake.clone()).await;

    assert!(html.contains("/clusters/harbour/pods/shop/web-0?tab=metrics"), "{html}");
    assert!(html.contains("1.5") && html.contains("–") && html.contains("The first 2 of 700"), "{html}");
    assert!(html.contains("/clusters/harbour/monitoring/ranking.csv?of=pods"), "{html}");
    assert!(fake.asked.lock().unwrap()[0].starts_with("Pods \"we\" Some(Sort"));
}

#[tokio::test]
async fn what_is_wrong_with_a_query_is_marked_where_it_is() {
    let fault = Some(QueryFault { message: "unclosed left parenthesis".into(), at: Some(6) });
    let explored = Explored { sent: String::new(), confined_to: None, chart: None, fault };

    let html =
        render("/explore?query=sum(up", Fake { explored: answered(explored), ..Fake::default() }).await;

    assert!(html.contains("unclosed left parenthesis") && html.contains("<mark>"), "{html}");
}

#[tokio::test]
async fn a_member_sees_to_what_a_query_was_confined() {
    let sent = "up{namespace=\"shop\"}".to_owned();
    let confined_to = Some(vec!["shop".to_owned()]);
    let explored = Explored { sent, confined_to, chart: Some(chart()), fault: None };

    let html = render("/explore?query=up", Fake { explored: answered(explored), ..Fake::default() }).await;

    assert!(html.contains("Confined to your projects (shop)") && html.contains("up{namespace="), "{html}");
}

fn alert(name: &str) -> Alert {
    let labels = vec![("namespace".into(), "shop".into())];
    Alert {
        summary: "Pod is <crash> looping.".into(),
        runbook: Some("https://runbooks.example/crash".into()),
        since: Some(Timestamp(1_795_405_680)),
        resource: row("web-0", None).resource,
        fingerprint: "f00d".into(),
        matchers: vec![Matcher::equal("alertname", name), Matcher::equal("namespace", "shop")],
        may_silence: true,
        ..Alert::firing(name, model::Level::Failed, "critical", labels)
    }
}

/// Alerts of which there are none.
fn quiet() -> Alerts {
    Alerts {
        alerts: vec![],
        rules: None,
        notifying: Notifying::Missing,
        unmeasured: None,
        unknown_lists: vec![],
    }
}

fn told(alerts: Vec<Alert>, notifying: Notifying) -> Fake {
    Fake { alerts: answered(Alerts { alerts, rules: None, notifying, ..quiet() }), ..Fake::default() }
}

#[tokio::test]
async fn an_alert_leads_to_a_silence_where_there_is_who_keeps_it_and_the_right() {
    let begin =
        "/clusters/harbour/monitoring/silences/new?matchers=alertname%3D%22Down%22%0Anamespace%3D%22shop%22";
    let mine = vec![alert("Down")];
    let foreign = vec![Alert { may_silence: false, ..alert("Down") }];

    let html = render("/alerts", told(mine.clone(), Notifying::Silences(Vec::new()))).await;
    assert!(html.contains(begin), "{html}");
    for fake in [told(mine, Notifying::Missing), told(foreign, Notifying::Silences(Vec::new()))] {
        assert!(!render("/alerts", fake).await.contains("silences/new"));
    }
}

#[tokio::test]
async fn an_alert_says_who_looks_after_it_and_leads_to_saying_so_only_where_one_may() {
    let note = "<waiting> for a disk".to_owned();
    let made = Acknowledged { by: "mara".into(), note, at: Timestamp(1_795_405_680) };
    let taken = Alert { acknowledged: Some(made), ..alert("Down") };
    let foreign = Alert { may_silence: false, ..alert("Down") };
    let shown = async |address: &str, alert: &Alert| {
        render(address, told(vec![alert.clone()], Notifying::Missing)).await
    };

    let html = shown("/alerts", &alert("Down")).await;
    assert!(html.contains("alerts?acknowledge=f00d") && !html.contains("looks after it"), "{html}");
    let html = shown("/alerts", &taken).await;
    assert!(html.contains("mara looks after it") && html.contains("&lt;waiting&gt; for a disk"), "{html}");
    let html = shown("/alerts?acknowledge=f00d", &taken).await;
    assert!(html.contains("Acknowledge Down") && html.contains("Nobody looks after it any more"), "{html}");
    let html = shown("/alerts?acknowledge=f00d", &foreign).await;
    assert!(!html.contains("alert[note]") && !html.contains("acknowledge=f00d"), "{html}");
}

#[tokio::test]
async fn a_silenced_alert_says_by_whom_and_why_and_only_who_may_ends_it() {
    let silence = |may_end| Silence {
        id: "5f1c".into(),
        matchers: vec![Matcher::equal("alertname", "<Down>")],
        starts: Timestamp(1_795_405_680),
        ends: Timestamp(1_795_412_880),
        created_by: "mara".into(),
        reason: "a new disk is on its way".into(),
        is_active: true,
        may_end,
    };
    let silenced = Alert { silenced_by: vec!["5f1c".into()], ..alert("Down") };

    let html =
        render("/alerts", told(vec![silenced.clone()], Notifying::Silences(vec![silence(true)]))).await;
    assert!(html.contains("Silenced by mara: a new disk is on its way"), "{html}");
    assert!(html.contains("alertname=\"&lt;Down&gt;\"") && html.contains("value=\"5f1c\""), "{html}");
    assert!(!html.contains("silences/new"));

    let html = render("/alerts", told(vec![silenced], Notifying::Silences(vec![silence(false)]))).await;
    assert!(!html.contains("value=\"5f1c\""), "{html}");
}

#[tokio::test]
async fn what_fires_is_told_for_each_cluster_and_so_is_that_it_is_not_known() {
    let firing = |name: &str, alerts: Vec<Alert>, problem| Firing {
        cluster: ClusterName::parse(name).unwrap(),
        total: alerts.len() as u32 * 3,
        alerts,
        problem,
    };
    let system = System::Monitoring("quarry".into());
    let broken =
        ConsoleError::Unavailable { system, cause: "no answer within 4 s".into(), may_be_done: false };
    let both = vec![firing("harbour", vec![alert("Down")], None), firing("quarry", vec![], Some(broken))];

    let html = render("/firing", Fake { firing: both, ..Fake::default() }).await;
    assert!(html.contains("harbour / shop") && html.contains("Pod is &lt;crash&gt; looping."), "{html}");
    assert!(html.contains("2 more in harbour") && html.contains("no answer within 4 s"), "{html}");

    let quiet = Fake { firing: vec![firing("harbour", vec![], None)], ..Fake::default() };
    assert!(render("/firing", quiet).await.contains("Nothing warns"));
    assert!(!render("/firing", Fake::default()).await.contains("Alerts that fire"));
}

#[tokio::test]
async fn the_form_of_a_silence_shows_what_it_would_be_about() {
    let fake = Fake::default();

    let html = render("/silences/new?matchers=alertname%3D%22Down%22", fake.clone()).await;

    assert_eq!(*fake.asked.lock().unwrap(), ["alertname=\"Down\""]);
    assert!(html.contains("KubePodCrashLooping") && html.contains("pods/shop/web-0"), "{html}");
    assert!(html.contains("alertname=\"Down\"</textarea>"), "{html}");
}

#[tokio::test]
async fn alerts_lead_to_their_object_and_rules_are_shown_to_who_may_see_all() {
    let rule = Rule {
        group: "apps".into(),
        name: "KubePodCrashLooping".into(),
        query: "x > 0".into(),
        severity: "warning".into(),
        holds_seconds: 900,
        state: RuleState::Broken("many-to-many matching".into()),
    };
    let whole = Alerts { alerts: vec![alert("KubePodCrashLooping")], rules: Some(vec![rule]), ..quiet() };
    let html = render("/alerts", Fake { alerts: answered(whole), ..Fake::default() }).await;

    assert!(
        html.contains("/clusters/harbour/pods/shop/web-0?tab=metrics") && html.contains("&lt;crash&gt;"),
        "{html}"
    );
    assert!(html.contains("many-to-many matching") && html.contains("15m"), "{html}");
    assert!(html.contains("aria-label=\"Rules\""), "{html}");
    assert!(html.contains("/clusters/harbour/monitoring/explore?query=x%20%3E%200"), "{html}");

    let none = quiet();
    let html = render("/alerts", Fake { alerts: answered(none), ..Fake::default() }).await;
    assert!(html.contains("Nothing warns") && !html.contains("aria-label=\"Rules\""), "{html}");
}

#[test]
fn only_what_is_measured_has_the_tab() {
    let of = |kind: &str| {
        let pod = row("web-0", None).resource.unwrap();
        has_metrics(&ResourceRef { kind: KindSlug::parse(kind).unwrap(), ..pod })
    };

    assert!(of("pods") && of("deployments") && of("nodes") && of("persistentvolumeclaims"));
    assert!(!of("configmaps") && !of("secrets"));
}

fn way(conditions: &[&str], receiver: &str, firing: Option<u32>, routes: Vec<Route>) -> Route {
    Route {
        conditions: conditions.iter().map(|text| (*text).to_owned()).collect(),
        receiver: receiver.into(),
        goes_on: receiver == "archive",
        grouped_by: vec!["namespace".into()],
        repeats_after: "12h".into(),
        muted: vec!["weekends".into()],
        active: Vec::new(),
        firing,
        routes,
    }
}

#[tokio::test]
async fn where_alerts_go_is_a_tree_with_what_goes_there_now() {
    let below = vec![
        way(&["severity=\"<critical>\""], "pager", Some(2), Vec::new()),
        way(&[], "archive", Some(1), Vec::new()),
    ];
    let routing = Routing {
        source: "monitoring/alertmanager-main".into(),
        root: way(&[], "default", Some(0), below),
        inhibitions: vec![Inhibition {
            source: vec!["severity=\"critical\"".into()],
            target: vec!["severity=\"warning\"".into()],
            equal: vec!["namespace".into()],
        }],
        firing: Some(3),
    };
    let html = render("/alerts/routing", Fake { routing: Some(routing.clone()), ..Fake::default() }).await;
    assert!(html.contains("3 alerts fire now") && html.contains("monitoring/alertmanager-main"), "{html}");
    assert!(
        html.contains("&lt;critical&gt;") && html.contains("2 now") && html.contains("All of these"),
        "{html}"
    );
    assert!(
        html.contains("one message for each namespace · again after 12h · not during weekends"),
        "{html}"
    );
    assert!(html.contains("held against the next ways too") && html.contains("While this fires"), "{html}");

    let uncounted = Routing { root: way(&[], "default", None, Vec::new()), firing: None, ..routing };
    let html = render("/alerts/routing", Fake { routing: Some(uncounted), ..Fake::default() }).await;
    assert!(html.contains("is not known") && !html.contains(" now<"), "{html}");
    assert!(render("/alerts/routing", Fake::default()).await.contains("No Alertmanager was found"));
}
