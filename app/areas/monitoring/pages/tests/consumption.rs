//! The page of consumption, rendered as the server does, over a port that answers what the test says.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use async_trait::async_trait;
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use model::{
    ClusterName, ConsoleError, KindSlug, Namespace, ObjectName, ResourceRef, System, Timestamp, WorkspaceName,
};
use monitoring_contract::*;
use monitoring_pages::{BudgetCard, ConsumptionPage};
use std::sync::{Arc, Mutex};

type Answer = Result<Measured<Consumption>, ConsoleError>;

#[derive(Clone)]
struct Fake {
    answer: Answer,
    asked: Arc<Mutex<Vec<ConsumptionRequest>>>,
    budget: Option<BudgetView>,
    news: BudgetNews,
}

#[async_trait]
impl Metering for Fake {
    async fn consumption(&self, request: ConsumptionRequest) -> Answer {
        self.asked.lock().unwrap().push(request);
        self.answer.clone()
    }

    async fn bill(&self, request: BillRequest) -> Result<Bill, ConsoleError> {
        let row = |name: &str, came_to| BillRow { cluster: ClusterName::parse(name).unwrap(), came_to };
        let known = CameTo::Known { figures: figures(2_000_000, 70_000), is_whole: false };
        let rows = vec![row("harbour", known), row("quarry", CameTo::Unmeasured)];
        // Of a single cluster there is nothing to add up.
        let is_one = request.workspace.is_some_and(|name| name.as_str() == "alone");
        let rows = rows.into_iter().take(if is_one { 1 } else { 2 }).collect();
        Ok(Bill { rows, totals: figures(2_000_000, 70_000) })
    }

    async fn save_prices(&self, _: PriceFields) -> Result<PricePlan, ConsoleError> {
        Ok(plan())
    }

    async fn budget(&self, _: BudgetRequest) -> Result<Option<BudgetView>, ConsoleError> {
        Ok(self.budget.clone())
    }

    async fn budgets(&self) -> Result<BudgetNews, ConsoleError> {
        Ok(self.news.clone())
    }

    async fn set_budget(&self, _: BudgetFields) -> Result<Budget, ConsoleError> {
        Err(ConsoleError::NotSignedIn)
    }

    async fn remove_budget(&self, _: RemoveBudgetFields) -> Result<(), ConsoleError> {
        Ok(())
    }
}

async fn render(address: &str, answer: Answer) -> (String, Vec<ConsumptionRequest>) {
    let fake = Fake { answer, asked: Arc::default(), budget: None, news: BudgetNews::default() };
    let asked = Arc::clone(&fake.asked);
    let html = render_over(&format!("/consumption{address}"), fake).await;
    let asked = asked.lock().unwrap().clone();
    (html, asked)
}

async fn render_over(address: &str, fake: Fake) -> String {
    rendering::render(&format!("/clusters/harbour/monitoring{address}"), || {
        provide_context::<Arc<dyn Metering>>(Arc::new(fake));
        view! {
            <Router>
                <Routes fallback=|| "no such page">
                    <Route path=path!("/clusters/:cluster/monitoring/consumption") view=ConsumptionPage/>
                    <Route path=path!("/clusters/:cluster/monitoring/budgets") view=BudgetCard/>
                </Routes>
            </Router>
        }
    })
    .await
}

fn cluster() -> ClusterName {
    ClusterName::parse("harbour").unwrap()
}

fn eur() -> Currency {
    Currency::parse("EUR").unwrap()
}

fn figures(cpu: u64, millionths: i64) -> Figures {
    let mut amounts = Amounts::default();
    amounts.add(Measure::CpuBilled, cpu);
    Figures { amounts, costs: vec![Money { currency: eur(), millionths }] }
}

fn project(name: &str) -> Consumer {
    Consumer::Object(ResourceRef {
        cluster: cluster(),
        kind: KindSlug::parse("namespaces").unwrap(),
        namespace: None,
        name: ObjectName::parse(name).unwrap(),
    })
}

fn plan() -> PricePlan {
    let prices = ["0.031", "0", "0", "0", "0.000000001"].map(|text| Price::parse(text).unwrap());
    PricePlan { from: Day(20_758), currency: eur(), prices, made_by: "ada <x>".into() }
}

fn consumption(rows: Vec<ConsumptionRow>) -> Consumption {
    Consumption {
        first: Day(20_758),
        last: Day(20_784),
        hours: 720,
        hours_of_usage: Some(590),
        hours_of_objects: Some(720),
        partial: Vec::new(),
        said: Vec::new(),
        lacking: Vec::new(),
        total: rows.len() as u64,
        rows,
        totals: figures(3_500_000, 1_230_000),
        chart: None,
        chart_currency: Some(eur()),
        prices: PriceBook { today: Day(20_784), plans: vec![plan()], may_change: false },
        source: "monitoring/prometheus-k8s".into(),
    }
}

fn answered(consumption: Consumption) -> Answer {
    Ok(Measured::Answered(Box::new(consumption)))
}

#[tokio::test]
async fn a_table_leads_into_its_rows_and_tells_what_was_not_measured() {
    let rows = vec![
        ConsumptionRow { of: project("shop"), figures: figures(1_496_000, 50_000) },
        ConsumptionRow { of: Consumer::Rest, figures: Figures::default() },
    ];

    let (html, asked) =
        render("?by=projects&period=last-month&sort=-cost", answered(consumption(rows))).await;

    assert_eq!(asked.last().unwrap().period, Period::LastMonth);
    assert!(html.contains("Usage was measured in 590 of 720 hours"), "{html}");
    assert!(html.contains("2026-11-01 to 2026-11-27"), "{html}");
    assert!(html.contains("by=workloads&amp;project=shop"), "{html}");
    assert!(html.contains("1.50") && html.contains("0.05 EUR") && html.contains("1.23 EUR"), "{html}");
    assert!(html.contains("class=\"nothing\""), "a zero was made up: {html}");
    assert!(html.contains("consumption.csv?period=last-month&amp;by=projects"), "{html}");
    assert!(html.contains("0.000000001") && html.contains("ada &lt;x&gt;"), "{html}");
    assert!(!html.contains("fields[from]"), "who may not set prices sees the form: {html}");
}

#[tokio::test]
async fn days_that_were_answered_in_part_are_named() {
    let rows = || vec![ConsumptionRow { of: project("shop"), figures: figures(1, 1) }];
    let said = vec!["no store for <b>".to_owned()];
    let two = Consumption { partial: vec![Day(20_760), Day(20_761)], said, ..consumption(rows()) };
    let many = Consumption { partial: (20_758..20_770).map(Day).collect(), ..two.clone() };

    let (whole, _) = render("", answered(consumption(rows()))).await;
    let (two, _) = render("", answered(two)).await;
    let (many, _) = render("", answered(many)).await;

    assert!(!whole.contains("Only a part"), "{whole}");
    assert!(two.contains("answered about 2026-11-03, 2026-11-04: more may"), "{two}");
    assert!(two.contains("It said: no store for &lt;b&gt;"), "{two}");
    assert!(many.contains("2026-11-07, …: more may") && !many.contains("2026-11-08,"), "{many}");
}

#[tokio::test]
async fn workspaces_lead_to_their_projects_and_who_may_sets_prices() {
    let rows = vec![
        ConsumptionRow {
            of: Consumer::Workspace(WorkspaceName::parse("retail").unwrap()),
            figures: figures(1, 1),
        },
        ConsumptionRow { of: Consumer::Rest, figures: figures(1, 1) },
    ];
    let (sorted, _) = render("?everywhere=1", answered(consumption(rows.clone()))).await;
    assert!(
        sorted.contains("sort=name&amp;everywhere=1"),
        "another order closes what is beside it: {sorted}"
    );
    let mut view = consumption(rows);
    view.prices.may_change = true;

    let (html, _) = render("", answered(view)).await;

    assert!(html.contains("workspace=retail") && html.contains("workspace=-"), "{html}");
    assert!(html.contains("fields[from]") && html.contains("value=\"2026-11-27\""), "{html}");
    assert!(html.contains("value=\"0.031\"") && html.contains("/api/monitoring/save-prices"), "{html}");
}

#[tokio::test]
async fn workloads_lead_to_their_pods_and_those_back_and_to_its_charts() {
    let object = |kind: &str, name: &str| {
        Consumer::Object(ResourceRef {
            cluster: cluster(),
            kind: KindSlug::parse(kind).unwrap(),
            namespace: Some(Namespace::parse("shop").unwrap()),
            name: ObjectName::parse(name).unwrap(),
        })
    };
    let row = |of| ConsumptionRow { of, figures: figures(1, 1) };
    let workloads = vec![
        row(object("deployments", "web")),
        row(object("persistentvolumeclaims", "data")),
        row(Consumer::Other("canary".into())),
        row(Consumer::Rest),
    ];

    let (html, _) = render("?by=workloads&project=shop", answered(consumption(workloads))).await;
    for workload in ["deployments%2Fweb", "canary", "-"] {
        let href = format!("by=pods&amp;project=shop&amp;workload={workload}\"");
        assert!(html.contains(&href), "{href}: {html}");
    }
    assert!(html.contains("/clusters/harbour/persistentvolumeclaims/shop/data?tab=metrics"), "{html}");

    let pods = vec![row(object("pods", "web-5d9-x"))];
    let (html, asked) =
        render("?by=pods&project=shop&workload=deployments/web", answered(consumption(pods))).await;
    assert!(matches!(&asked.last().unwrap().by, Breakdown::Pods(_, PodsOf::Workload(..))), "{asked:?}");
    assert!(html.contains("Pods of web (deployments) in project shop"), "{html}");
    assert!(html.contains("by=workloads&amp;project=shop\""), "{html}");
    assert!(html.contains("/clusters/harbour/deployments/shop/web?tab=metrics"), "{html}");
    assert!(html.contains("/clusters/harbour/pods/shop/web-5d9-x?tab=metrics"), "{html}");
    assert!(
        html.contains("consumption.csv?by=pods&amp;project=shop&amp;workload=deployments%2Fweb"),
        "{html}"
    );
}

#[tokio::test]
async fn without_rows_the_page_says_why_and_without_prices_it_shows_no_cost() {
    let mut early = consumption(Vec::new());
    (early.hours, early.hours_of_usage, early.hours_of_objects) = (0, Some(0), Some(0));
    early.totals = Figures::default();
    early.prices.plans.clear();

    let (html, _) = render("", answered(early.clone())).await;
    assert!(html.contains("Nothing to meter yet") && html.contains("No prices are set"), "{html}");

    let (html, _) = render("", answered(Consumption { hours: 24, ..early })).await;
    assert!(html.contains("Nothing was measured"), "{html}");
}

#[tokio::test]
async fn days_that_cannot_be_metered_are_told_and_a_week_is_shown() {
    let (html, asked) = render("?from=2026-11-02&to=2026-11-01", answered(consumption(Vec::new()))).await;

    assert!(html.contains("This ends before it begins; the last 7 days are shown instead"), "{html}");
    assert_eq!(asked.last().unwrap().period, Period::Week);
}

#[tokio::test]
async fn a_cluster_that_is_not_measured_and_a_system_that_is_down_say_so() {
    let missing = Missing { looked_for: vec!["operated-prometheus=true".into()], silent: Vec::new() };
    let (html, _) = render("", Ok(Measured::Missing(missing))).await;
    assert!(html.contains("operated-prometheus=true"), "{html}");

    let system = System::Monitoring("harbour".into());
    let down = ConsoleError::Unavailable { system, cause: "connection refused".into(), may_be_done: false };
    let (html, _) = render("", Err(down)).await;
    assert!(html.contains("connection refused"), "{html}");
}

#[tokio::test]
async fn what_a_workspace_used_is_added_up_over_clusters() {
    let all = |address: &'static str| async move { render(address, answered(consumption(vec![]))).await.0 };

    let unasked = all("").await;
    assert!(unasked.contains("everywhere=1") && !unasked.contains("In all clusters"), "{unasked}");
    let whole = all("?everywhere=1").await;
    assert!(
        whole.contains("In all clusters") && whole.contains("/clusters/quarry/monitoring/consumption"),
        "{whole}"
    );
    assert!(whole.contains("0.07 EUR") && whole.contains("A part was not measured."), "{whole}");
    assert!(whole.contains("Nothing measures this cluster."), "{whole}");
    assert!(whole.contains("/clusters/harbour/monitoring/bill.csv?by=workspaces"), "{whole}");
    let kept = "consumption?period=last-month&amp;by=workspaces&amp;everywhere=1";
    assert!(whole.contains(kept), "another period closes it: {whole}");
    assert!(whole.contains("name=\"everywhere\""), "other days close it: {whole}");
    assert!(!unasked.contains(kept) && !unasked.contains("name=\"everywhere\""), "{unasked}");
    let retail = all("?by=projects&workspace=retail&everywhere=1").await;
    assert!(retail.contains("Workspace retail in all clusters"), "{retail}");
    assert!(
        retail.contains("/clusters/quarry/monitoring/consumption?by=projects&amp;workspace=retail"),
        "{retail}"
    );
    for address in
        ["?by=projects&workspace=alone&everywhere=1", "?by=nodes&everywhere=1", "?by=projects&everywhere=1"]
    {
        assert!(!all(address).await.contains("in all clusters"), "{address}");
    }
}

fn money(units: i64) -> Money {
    Money { currency: eur(), millionths: units * 1_000_000 }
}

/// A budget of 250 EUR, of which so much is spent after ten days of November.
fn view(spent: Vec<Money>) -> BudgetView {
    let set_at = Timestamp(1_795_405_680);
    let budget = Budget { amount: money(250), set_by: "wes <x>".into(), set_at, edition: "e1".into() };
    let (first, last, hours) = (Day(20_758), Day(20_787), 240);
    let so_far = SoFar::Known(MonthSoFar { first, last, hours, priced_hours: hours, spent, is_whole: true });
    BudgetView { budget: Some(budget), so_far: Some(so_far), currency: Some(eur()), may_change: false }
}

async fn beside(address: &str, budget: BudgetView) -> String {
    let answer = answered(consumption(Vec::new()));
    let news = BudgetNews::default();
    render_over(address, Fake { answer, asked: Arc::default(), budget: Some(budget), news }).await
}

const OF_SHOP: &str = "/consumption?by=workloads&project=shop";

#[tokio::test]
async fn a_budget_tells_what_the_month_came_to_its_share_and_where_that_leads() {
    let html = beside(OF_SHOP, view(vec![money(100)])).await;

    assert!(html.contains("Budget of project shop") && html.contains("250.00 EUR a month"), "{html}");
    assert!(html.contains("by wes &lt;x&gt;") && html.contains("Within the budget"), "{html}");
    assert!(html.contains("100.00 EUR / 250.00 EUR") && html.contains("40 %"), "{html}");
    assert!(html.contains("100.00 EUR so far in the month from 2026-11-01 to 2026-11-30"), "{html}");
    assert!(html.contains("About 300.00 EUR by the end of the month"), "{html}");
    assert!(!html.contains("fields[amount]") && !html.contains("remove-budget"), "a form: {html}");

    let over = beside(OF_SHOP, view(vec![money(310)])).await;
    assert!(over.contains("Overspent") && over.contains("124 %"), "{over}");
    assert!(over.contains("width=\"100\"") && !over.contains("width=\"124\""), "{over}");
    let nearly = beside(OF_SHOP, view(vec![money(201)])).await;
    assert!(nearly.contains("More than 80 % used"), "{nearly}");
}

#[tokio::test]
async fn what_is_not_known_of_a_month_is_said_and_nothing_is_made_up() {
    let of = |change: fn(&mut MonthSoFar)| {
        let mut view = view(vec![money(100)]);
        let Some(SoFar::Known(month)) = &mut view.so_far else { panic!("{view:?}") };
        change(month);
        view
    };
    let young = beside(OF_SHOP, of(|month| (month.hours, month.priced_hours) = (71, 71))).await;
    assert!(young.contains("when three days") && !young.contains("by the end of the month"), "{young}");
    let part = beside(OF_SHOP, of(|month| month.is_whole = false)).await;
    assert!(part.contains("A part of these hours was not measured"), "{part}");

    let usd = Some(Currency::parse("USD").unwrap());
    let changed = beside(OF_SHOP, BudgetView { currency: usd, ..view(vec![money(100)]) }).await;
    assert!(changed.contains("Not comparable") && changed.contains("The budget is in EUR"), "{changed}");
    assert!(!changed.contains("40 %") && !changed.contains("by the end of the month"), "{changed}");

    for (so_far, words) in [
        (SoFar::Waiting, "still being added up"),
        (SoFar::Unmeasured, "so what this month has come to is not known"),
        (SoFar::Failed(ConsoleError::NotSignedIn), "is not known now"),
    ] {
        let html = beside(OF_SHOP, BudgetView { so_far: Some(so_far), ..view(Vec::new()) }).await;
        assert!(html.contains(words) && html.contains("250.00 EUR a month"), "{html}");
        assert!(!html.contains("0.00 EUR so far"), "a zero was made up: {html}");
    }
}

#[tokio::test]
async fn who_may_sets_changes_and_removes_a_budget_and_without_prices_is_led_to_them() {
    let may_change = true;
    let set = beside(OF_SHOP, BudgetView { may_change, ..view(vec![money(100)]) }).await;
    assert!(set.contains("/api/monitoring/set-budget") && set.contains("value=\"250.00\""), "{set}");
    assert!(set.contains("Budget for a month, in EUR") && set.contains("Change budget"), "{set}");
    assert!(set.contains("/api/monitoring/remove-budget") && set.contains("value=\"project/shop\""), "{set}");
    assert!(
        set.contains("value=\"e1\"") && set.contains("fields[currency]"),
        "what was seen is not sent: {set}"
    );

    let none = BudgetView { budget: None, so_far: None, may_change, ..view(Vec::new()) };
    let retail = beside("/consumption?by=projects&workspace=retail", none.clone()).await;
    assert!(retail.contains("Budget of workspace retail") && retail.contains("No budget is set"), "{retail}");
    assert!(retail.contains("Set budget") && !retail.contains("remove-budget"), "{retail}");
    let unpriced = beside("/consumption", BudgetView { currency: None, ..none.clone() }).await;
    assert!(
        unpriced.contains("Budget of the cluster") && unpriced.contains("href=\"#prices\""),
        "{unpriced}"
    );
    assert!(!unpriced.contains("fields[amount]"), "{unpriced}");

    let only_looks = beside(OF_SHOP, BudgetView { may_change: false, ..none.clone() }).await;
    assert!(!only_looks.contains("id=\"budget\""), "{only_looks}");
    let pods = beside("/consumption?by=pods&project=shop&workload=-", none).await;
    assert!(!pods.contains("id=\"budget\""), "pods have no budget: {pods}");
}

#[tokio::test]
async fn budgets_that_are_nearly_used_up_are_news_and_lead_to_their_consumption() {
    let notice = |of: &str, spent, percent| BudgetNotice {
        cluster: cluster(),
        of: BudgetOf::try_from(of.to_owned()).unwrap(),
        budget: money(250),
        spent: money(spent),
        percent,
        is_over: percent > 100,
    };
    let notices = vec![notice("project/shop", 310, 124), notice("workspace/retail", 205, 82)];
    let unknown = vec![
        UnknownBudgets { cluster: ClusterName::parse("quarry").unwrap(), problem: None },
        UnknownBudgets { cluster: cluster(), problem: Some(ConsoleError::NotSignedIn) },
    ];
    let answer = answered(consumption(Vec::new()));
    let fake = Fake { answer, asked: Arc::default(), budget: None, news: BudgetNews::default() };
    let news = BudgetNews { notices, left_out: 3, unknown };

    let html = render_over("/budgets", Fake { news, ..fake.clone() }).await;

    assert!(html.contains("consumption?by=workloads&amp;project=shop"), "{html}");
    assert!(
        html.contains("Overspent") && html.contains("310.00 EUR of 250.00 EUR this month, 124 %"),
        "{html}"
    );
    assert!(html.contains("consumption?by=projects&amp;workspace=retail"), "{html}");
    assert!(html.contains("More than 80 % used") && html.contains("Workspace in harbour"), "{html}");
    assert!(html.contains("nearly used up or overspent: 3"), "{html}");
    assert!(html.contains("budgets in quarry stand is still being added up"), "{html}");
    assert!(html.contains("budgets in harbour stand is not known now"), "{html}");
    assert!(!render_over("/budgets", fake).await.contains("Budgets"), "a card of nothing");
}
