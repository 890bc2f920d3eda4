//! The pages of alerts on lists, rendered as the server does, over ports that answer what the test says.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use async_trait::async_trait;
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use model::{
    ClusterName, ConsoleError, KindSlug, Level, Namespace, ObjectName, ResourceRef, System, TableQuery,
    Thing, Timestamp,
};
use monitoring_contract::*;
use monitoring_pages::{AlertsPage, EditListAlertPage, FiringCard, ListAlertsPage, NewListAlertPage};
use std::sync::{Arc, Mutex};

#[derive(Clone, Default)]
struct Fake {
    book: Option<ListAlertBook>,
    plan: Option<ListAlertPlan>,
    opened: Option<OpenedListAlert>,
    asked: Arc<Mutex<Vec<TableQuery>>>,
}

fn untold<T>() -> Result<T, ConsoleError> {
    Err(ConsoleError::unknown(Thing::ListAlert))
}

#[async_trait]
impl ListAlerts for Fake {
    async fn list_alerts(&self, _: ClusterName) -> Result<ListAlertBook, ConsoleError> {
        self.book.clone().map_or_else(untold, Ok)
    }

    async fn plan_list_alert(&self, query: TableQuery) -> Result<ListAlertPlan, ConsoleError> {
        self.asked.lock().unwrap().push(query);
        self.plan.clone().map_or_else(untold, Ok)
    }

    async fn list_alert(&self, _: ClusterName, _: String) -> Result<OpenedListAlert, ConsoleError> {
        self.opened.clone().map_or_else(untold, Ok)
    }

    async fn save_list_alert(&self, _: ListAlertFields) -> Result<(), ConsoleError> {
        untold()
    }

    async fn remove_list_alert(&self, _: LookedAtListAlert) -> Result<(), ConsoleError> {
        untold()
    }

    async fn switch_list_alert(&self, _: LookedAtListAlert, _: bool) -> Result<(), ConsoleError> {
        untold()
    }
}

async fn render(address: &str, fake: Fake) -> String {
    rendering::render(&format!("/clusters/lantern/monitoring/list-alerts{address}"), || {
        provide_context::<Arc<dyn ListAlerts>>(Arc::new(fake));
        view! {
            <Router>
                <Routes fallback=|| "no such page">
                    <Route path=path!("/clusters/:cluster/monitoring/list-alerts") view=ListAlertsPage/>
                    <Route path=path!("/clusters/:cluster/monitoring/list-alerts/new") view=NewListAlertPage/>
                    <Route path=path!("/clusters/:cluster/monitoring/list-alerts/:id") view=EditListAlertPage/>
                </Routes>
            </Router>
        }
    })
    .await
}

fn lantern() -> ClusterName {
    ClusterName::parse("lantern").unwrap()
}

fn shop() -> Namespace {
    Namespace::parse("shop").unwrap()
}

fn failing_pods() -> TableQuery {
    let query = TableQuery::of(lantern(), KindSlug::parse("pods").unwrap());
    TableQuery { namespaces: vec![shop()], search: "status:failed".into(), ..query }
}

fn row(name: &str, standing: ListStanding, may_change: bool) -> ListAlertRow {
    ListAlertRow {
        id: "7".into(),
        name: name.into(),
        severity: Severity::Critical,
        hold_seconds: 300,
        least: 3,
        query: failing_pods(),
        written_by: "ada".into(),
        written: Timestamp(1_795_405_680),
        standing,
        may_change,
    }
}

fn state(matched: u64, firing: u64) -> ListState {
    let at = Timestamp(1_795_405_680);
    ListState { matched, firing, since: (matched > 0).then_some(at), looked: at }
}

fn book(alerts: Vec<ListAlertRow>) -> Fake {
    Fake { book: Some(ListAlertBook { alerts, may_make: true }), ..Fake::default() }
}

#[tokio::test]
async fn alerts_on_lists_stand_with_what_they_find_and_lead_to_the_list() {
    let unknown = ListStanding::Unknown { cause: "it does not <answer>".into(), last: Some(state(4, 4)) };
    let html = render(
        "",
        book(vec![
            row("Pods <that> fail", ListStanding::Known(state(12, 3)), true),
            row("May come", ListStanding::Known(state(1, 0)), false),
            row("Quiet one", ListStanding::Known(state(0, 0)), false),
            row("Down", unknown, false),
            row("Lost", ListStanding::Withdrawn, false),
            row("Other", ListStanding::Hidden, false),
            row("Fresh", ListStanding::New, false),
        ]),
    )
    .await;

    assert!(html.contains("Pods &lt;that&gt; fail"), "{html}");
    assert!(html.contains("Critical · after 5m · at least 3 objects"), "{html}");
    for words in ["Firing", "12 objects", "Pending", "1 object", "Quiet", "Not known", "Without rights"] {
        assert!(html.contains(words), "{words} in {html}");
    }
    assert!(html.contains("it does not &lt;answer&gt;") && html.contains("Last known: 4 objects"), "{html}");
    assert!(html.contains("Not shown") && html.contains("Not looked at yet"), "{html}");
    let list = "/clusters/lantern/pods?namespace=shop&amp;search=status%3Afailed";
    assert!(html.contains(list) && html.contains("pods namespace:shop status:failed"), "{html}");
    assert_eq!(html.matches("href=\"/clusters/lantern/monitoring/list-alerts/7\"").count(), 1, "{html}");
    assert!(html.contains("who has lost the right hears nothing more"), "{html}");
    assert!(html.contains("acknowledged and not silenced"), "{html}");
}

#[tokio::test]
async fn without_any_it_says_how_one_is_made() {
    let html = render("", book(vec![])).await;
    assert!(html.contains("No alerts on lists yet") && html.contains("Alert on this"), "{html}");

    let others = Fake { book: Some(ListAlertBook::default()), ..Fake::default() };
    let html = render("", others).await;
    assert!(html.contains("needs the right to write alert rules"), "{html}");
    assert!(render("", Fake::default()).await.contains("the alert on a list"));
}

#[tokio::test]
async fn a_form_keeps_the_list_and_asks_for_the_rest() {
    let plan = ListAlertPlan { places: vec![vec![shop()]], matched: Ok(2) };
    let fake = Fake { plan: Some(plan), ..Fake::default() };

    let html = render("/new?kind=pods&search=status%3Afailed&namespace=shop", fake.clone()).await;

    assert_eq!(*fake.asked.lock().unwrap(), [failing_pods()]);
    assert!(html.contains("action=\"/api/monitoring/save-list-alert\""), "works without scripts: {html}");
    for hidden in [
        "name=\"fields[cluster]\" value=\"lantern\"",
        "name=\"fields[kind]\" value=\"pods\"",
        "name=\"fields[search]\" value=\"status:failed\"",
    ] {
        assert!(html.contains(hidden), "{hidden} in {html}");
    }
    for field in ["name", "namespaces", "severity", "hold", "least"] {
        assert!(html.contains(&format!("name=\"fields[{field}]\"")), "{field} in {html}");
    }
    assert!(html.contains("Now: 2 objects.") && html.contains("may see at each moment"), "{html}");
}

#[tokio::test]
async fn a_form_says_where_none_can_be_kept_and_what_is_not_known() {
    let nowhere = ListAlertPlan { places: vec![], matched: Ok(2) };
    let html = render("/new?kind=pods", Fake { plan: Some(nowhere), ..Fake::default() }).await;
    assert!(html.contains("Nowhere to keep one") && !html.contains("<form"), "{html}");

    let down = ConsoleError::Unavailable {
        system: System::Cluster("lantern".into()),
        cause: "it is down".into(),
        may_be_done: false,
    };
    let plan = ListAlertPlan { places: vec![vec![], vec![shop()]], matched: Err(down) };
    let html = render("/new?kind=pods", Fake { plan: Some(plan), ..Fake::default() }).await;
    assert!(html.contains("The whole cluster") && html.contains("it is down"), "{html}");
    let fake = Fake::default();
    assert!(render("/new?kind=..%2F", fake.clone()).await.contains("../"));
    assert!(render("/new", fake.clone()).await.contains("Which list?"));
    assert!(fake.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn one_that_there_is_can_be_changed_and_removed() {
    let opened = OpenedListAlert { row: row("Pods that fail", ListStanding::Withdrawn, true), version: 4 };
    let html = render("/7", Fake { opened: Some(opened), ..Fake::default() }).await;

    assert!(html.contains("value=\"Pods that fail\"") && html.contains("value=\"3\""), "{html}");
    assert!(html.contains("name=\"fields[version]\" value=\"4\""), "{html}");
    assert!(!html.contains("fields[search]"), "another list is another alert: {html}");
    assert!(html.contains("action=\"/api/monitoring/remove-list-alert\""), "{html}");
    assert!(html.contains("Save it again to let it find what you may see"), "{html}");
    assert!(render("/7", Fake::default()).await.contains("the alert on a list"));
}

#[tokio::test]
async fn one_that_is_off_says_so_is_found_by_that_and_can_be_switched_on() {
    let off = row("Noisy", ListStanding::Off { since: Timestamp(1_795_405_680) }, true);
    let alerts = vec![row("Loud", ListStanding::Known(state(12, 3)), true), off.clone()];

    let html = render("?search=state:off", book(alerts.clone())).await;
    assert!(html.contains("Noisy") && !html.contains("Loud") && html.contains(">Off<"), "{html}");
    assert!(html.contains("Nobody looks at the list"), "{html}");
    let html = render("?search=noisy%20severity:info", book(alerts)).await;
    assert!(html.contains("No alert on a list is like that"), "{html}");

    let switched = async |row: ListAlertRow| {
        let opened = OpenedListAlert { row, version: 4 };
        render("/7", Fake { opened: Some(opened), ..Fake::default() }).await
    };
    let html = switched(off).await;
    assert!(html.contains("action=\"/api/monitoring/switch-list-alert\""), "works without scripts: {html}");
    assert!(html.contains("name=\"on\" value=\"true\""), "{html}");
    let html = switched(row("Loud", ListStanding::New, true)).await;
    assert!(html.contains("name=\"on\" value=\"false\""), "{html}");
}

/// What is asked about alerts, over what lists found.
struct Watching(Measured<Alerts>);

#[async_trait]
impl Monitoring for Watching {
    async fn alerts(&self, _: ClusterName) -> Result<Measured<Alerts>, ConsoleError> {
        Ok(self.0.clone())
    }

    async fn firing(&self) -> Result<Vec<Firing>, ConsoleError> {
        let Measured::Answered(alerts) = &self.0 else { return Ok(vec![]) };
        let (alerts, total) = (alerts.alerts.clone(), alerts.alerts.len() as u32);
        Ok(vec![Firing { cluster: lantern(), alerts, total, problem: None }])
    }

    async fn soon(&self) -> Result<SoonList, ConsoleError> {
        untold()
    }

    async fn board(&self, _: BoardRequest) -> Result<Measured<BoardView>, ConsoleError> {
        untold()
    }

    async fn ranking(&self, _: RankingRequest) -> Result<Measured<Ranking>, ConsoleError> {
        untold()
    }

    async fn routing(&self, _: ClusterName) -> Result<Option<Routing>, ConsoleError> {
        untold()
    }

    async fn past_alerts(
        &self,
        _: ResourceRef,
        _: LookedBack,
    ) -> Result<Option<Vec<PastAlert>>, ConsoleError> {
        untold()
    }

    async fn fired(&self, _: ClusterName, _: Window) -> Result<Measured<Fired>, ConsoleError> {
        untold()
    }

    async fn acknowledge(&self, _: AcknowledgeFields) -> Result<(), ConsoleError> {
        untold()
    }

    async fn withdraw_acknowledgement(&self, _: WithdrawFields) -> Result<(), ConsoleError> {
        untold()
    }

    async fn preview_silence(&self, _: ClusterName, _: String) -> Result<Vec<Alert>, ConsoleError> {
        untold()
    }

    async fn create_silence(&self, _: SilenceFields) -> Result<(), ConsoleError> {
        untold()
    }

    async fn end_silence(&self, _: EndSilenceFields) -> Result<(), ConsoleError> {
        untold()
    }

    async fn labels(&self, _: ClusterName, _: String, _: String) -> Result<Vec<String>, ConsoleError> {
        untold()
    }

    async fn metric_names(&self, _: ClusterName) -> Result<Vec<String>, ConsoleError> {
        untold()
    }

    async fn explore(&self, _: ExploreRequest) -> Result<Measured<Explored>, ConsoleError> {
        untold()
    }
}

async fn watch(address: &str, answer: Measured<Alerts>) -> String {
    rendering::render(&format!("/clusters/lantern/monitoring{address}"), || {
        provide_context::<Arc<dyn Monitoring>>(Arc::new(Watching(answer)));
        view! {
            <Router>
                <Routes fallback=|| "no such page">
                    <Route path=path!("/clusters/:cluster/monitoring/alerts") view=AlertsPage/>
                    <Route path=path!("/clusters/:cluster/monitoring/firing") view=FiringCard/>
                </Routes>
            </Router>
        }
    })
    .await
}

fn listed(name: &str, more: Option<u64>) -> Alert {
    let resource = ResourceRef {
        cluster: lantern(),
        kind: KindSlug::parse("configmaps").unwrap(),
        namespace: Some(shop()),
        name: ObjectName::parse("settings").unwrap(),
    };
    Alert {
        resource: more.is_none().then_some(resource),
        fingerprint: format!("f{}", more.unwrap_or_default()),
        may_silence: true,
        list: Some(OfList { id: "7".into(), query: failing_pods(), more }),
        ..Alert::firing(name, Level::Failed, "critical", vec![])
    }
}

#[tokio::test]
async fn a_cluster_that_nothing_measures_shows_what_its_lists_warn_of() {
    let alerts = Alerts {
        alerts: vec![listed("Pods that fail", None), listed("Pods that fail", Some(30))],
        rules: None,
        notifying: Notifying::Missing,
        unmeasured: Some(Unmeasured::Missing(Missing::default())),
        unknown_lists: vec![UnknownList { name: "Nodes".into(), cause: "it is down".into() }],
    };
    let answer = Measured::Answered(Box::new(alerts));

    let html = watch("/alerts", answer.clone()).await;
    assert!(html.contains("Nothing measures this cluster"), "{html}");
    // An object without measurements is looked at itself.
    assert!(html.contains("href=\"/clusters/lantern/configmaps/shop/settings\""), "{html}");
    assert!(html.contains("And 30 more objects in the list"), "{html}");
    assert!(html.contains("/clusters/lantern/pods?namespace=shop&amp;search=status%3Afailed"), "{html}");
    assert!(html.contains("?acknowledge=f0") && !html.contains("/silences/new"), "{html}");
    assert!(html.contains("Nothing new is known of “Nodes”") && html.contains("it is down"), "{html}");

    let html = watch("/firing", answer).await;
    assert!(html.contains("Pods that fail") && html.contains(">settings<"), "{html}");
    let html = watch("/alerts", Measured::Missing(Missing::default())).await;
    assert!(html.contains("/clusters/lantern/monitoring/list-alerts"), "{html}");
}
