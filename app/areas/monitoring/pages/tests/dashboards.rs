//! The pages of dashboards that people keep, rendered as the server does, over a port that answers what the test says.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use async_trait::async_trait;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::server_fn::error::ServerFnUrlError;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use model::chart::{
    Chart, Frame, HeatMap, HeatOf, HeatRow, Mark, Scale, Series, State, StateRow, StateSpan, StateTimeline,
};
use model::{ClusterName, ConsoleError, FieldProblem, Level, Namespace, SentForm, Thing, Timestamp, Unit};
use monitoring_contract::*;
use monitoring_pages::{
    DashboardPage, DashboardsPage, EditDashboardPage, ImportDashboardPage, NewDashboardPage,
};
use std::sync::{Arc, Mutex};

#[derive(Clone, Default)]
struct Fake {
    list: DashboardList,
    open: Option<OpenedDashboard>,
    kept: Option<KeptDashboard>,
    /// A form that was refused.
    sent: Option<SentForm>,
    asked: Arc<Mutex<Vec<DashboardRequest>>>,
}

fn untold<T>() -> Result<T, ConsoleError> {
    Err(ConsoleError::unknown(Thing::Dashboard))
}

#[async_trait]
impl Dashboards for Fake {
    async fn dashboards(&self, _: ClusterName) -> Result<DashboardList, ConsoleError> {
        Ok(self.list.clone())
    }

    async fn open_dashboard(&self, request: DashboardRequest) -> Result<OpenedDashboard, ConsoleError> {
        self.asked.lock().unwrap().push(request);
        self.open.clone().map_or_else(untold, Ok)
    }

    async fn read_plan(&self, _: ClusterName, _: String) -> Result<KeptDashboard, ConsoleError> {
        self.kept.clone().map_or_else(untold, Ok)
    }

    async fn export_dashboard(&self, _: ClusterName, _: String) -> Result<(String, String), ConsoleError> {
        untold()
    }

    async fn save_dashboard(&self, _: DashboardFields) -> Result<String, ConsoleError> {
        untold()
    }

    async fn save_panel(&self, _: PanelFields) -> Result<(), ConsoleError> {
        untold()
    }

    async fn arrange_panel(&self, _: ArrangePanelFields) -> Result<(), ConsoleError> {
        untold()
    }

    async fn remove_dashboard(&self, _: RemoveDashboardFields) -> Result<(), ConsoleError> {
        untold()
    }

    async fn import_dashboard(&self, _: ImportFields) -> Result<String, ConsoleError> {
        untold()
    }
}

async fn render(address: &str, fake: Fake) -> String {
    rendering::render(&format!("/clusters/harbour/monitoring/dashboards{address}"), || {
        if let Some(sent) = fake.sent.clone() {
            provide_context(sent);
        }
        provide_context::<Arc<dyn Dashboards>>(Arc::new(fake));
        view! {
            <Router>
                <Routes fallback=|| "no such page">
                    <Route path=path!("/clusters/:cluster/monitoring/dashboards") view=DashboardsPage/>
                    <Route path=path!("/clusters/:cluster/monitoring/dashboards/new") view=NewDashboardPage/>
                    <Route path=path!("/clusters/:cluster/monitoring/dashboards/import") view=ImportDashboardPage/>
                    <Route path=path!("/clusters/:cluster/monitoring/dashboards/:id") view=DashboardPage/>
                    <Route path=path!("/clusters/:cluster/monitoring/dashboards/:id/edit") view=EditDashboardPage/>
                </Routes>
            </Router>
        }
    })
    .await
}

fn line(name: &str, namespace: Option<&str>, may_change: bool) -> DashboardLine {
    DashboardLine {
        id: format!("id-of-{}", name.len()),
        name: name.into(),
        namespace: namespace.map(|name| Namespace::parse(name).unwrap()),
        panels: 3,
        changed_by: "mara".into(),
        changed: Timestamp(1_795_405_680),
        may_change,
        may_share: may_change,
    }
}

fn list(dashboards: Vec<DashboardLine>, may_make: bool) -> Fake {
    let may_make_for = if may_make { vec![Namespace::parse("shop").unwrap()] } else { Vec::new() };
    let list = DashboardList { dashboards, may_make_for_cluster: false, may_make_for };
    Fake { list, ..Fake::default() }
}

#[tokio::test]
async fn the_list_stands_by_place_and_offers_what_the_reader_may() {
    let dashboards = vec![line("<All>", None, false), line("Shop pods", Some("shop"), true)];

    let html = render("", list(dashboards.clone(), true)).await;

    assert!(html.contains("Whole cluster") && html.contains("Project shop"), "{html}");
    assert!(html.contains("&lt;All&gt;") && html.contains("dashboards/id-of-5\""), "{html}");
    assert!(html.contains("dashboards/id-of-9/edit") && !html.contains("dashboards/id-of-5/edit"), "{html}");
    assert!(html.contains("dashboards/new") && html.contains("dashboards/import"), "{html}");
    let html = render("", list(dashboards, false)).await;
    assert!(!html.contains("dashboards/new") && !html.contains("dashboards/import"), "{html}");
}

#[tokio::test]
async fn headings_put_the_dashboards_of_each_place_in_another_order() {
    let old = DashboardLine { changed: Timestamp(0), ..line("Nodes", None, true) };
    let dashboards = vec![line("API", None, true), old, line("Shop", Some("shop"), true)];
    let names = |html: &str| {
        let mut names = ["API", "Nodes", "Shop"];
        names.sort_by_key(|name| html.find(&format!(">{name}<")).unwrap());
        names
    };

    let html = render("", list(dashboards.clone(), false)).await;
    assert_eq!(names(&html), ["API", "Nodes", "Shop"]);
    assert_eq!(html.matches("aria-sort=\"ascending\"").count(), 2, "{html}");
    assert!(html.contains("dashboards?sort=-name\"") && html.contains("dashboards?sort=changed\""), "{html}");

    let html = render("?sort=changed", list(dashboards, false)).await;
    assert_eq!(names(&html), ["Nodes", "API", "Shop"]);
}

#[tokio::test]
async fn where_there_is_none_the_page_says_what_one_is_for() {
    let html = render("", list(Vec::new(), true)).await;
    assert!(html.contains("No dashboards yet") && html.contains("dashboards/new"), "{html}");

    let html = render("", list(Vec::new(), false)).await;
    assert!(html.contains("No dashboards yet") && !html.contains("dashboards/new"), "{html}");
}

#[tokio::test]
async fn a_new_one_is_offered_for_the_places_of_the_right() {
    let html = render("/new?template=redis", list(Vec::new(), true)).await;
    assert!(html.contains("<option value=\"shop\"") && !html.contains("Whole cluster"), "{html}");
    assert!(html.contains("value=\"redis\" selected"), "{html}");

    for page in ["/new", "/import"] {
        let html = render(page, list(Vec::new(), false)).await;
        assert!(html.contains("Nowhere to make one") && !html.contains("<form"), "{html}");
    }
}

fn chart() -> Chart {
    let frame = Frame { start: 1_795_405_680, end: 1_795_409_280, step: 30 };
    let values = vec![Some(0.25); frame.points()];
    let series =
        vec![Series { key: String::new(), label: "<shop>".into(), color: 0, is_earlier: false, values }];
    let ticks = vec![0.0, 0.5];
    let scale = Scale {
        frame,
        low: 0.0,
        high: 0.5,
        ticks,
        unit: Unit::Cores,
        is_stacked: false,
        is_logarithmic: false,
    };
    Chart {
        svg: "<svg class=\"chart-drawing\"></svg>".into(),
        scale,
        series,
        left_out: 0,
        warnings: Vec::new(),
    }
}

fn happened(
    name: &str,
    moments: Vec<Timestamp>,
    left_out: u32,
    problem: Option<ConsoleError>,
) -> ShownAnnotation {
    let mark = |at| Mark { at, name: name.into(), text: "web-<0>".into() };
    ShownAnnotation { name: name.into(), marks: moments.into_iter().map(mark).collect(), left_out, problem }
}

fn heat() -> HeatMap {
    let row = |of, values: [Option<f64>; 2]| HeatRow { of, values: values.to_vec() };
    HeatMap {
        svg: "<svg class=\"heat-drawing\"></svg>".into(),
        frame: Frame { start: 1_795_405_680, end: 1_795_405_740, step: 60 },
        unit: Unit::Seconds,
        low: 0.0,
        high: 40.0,
        rows: vec![
            row(HeatOf::Over(2.5), [None, Some(1.0)]),
            row(HeatOf::UpTo(2.5), [Some(40.0), Some(20.0)]),
        ],
        left_out: 0,
        warnings: Vec::new(),
    }
}

fn timeline() -> StateTimeline {
    let state = |text: &str, value, level| State { text: text.into(), value, level, color: 0 };
    let span = |first, last, state| StateSpan { first, last, state };
    StateTimeline {
        svg: "<svg class=\"chart-drawing state-drawing\"></svg>".into(),
        frame: chart().scale.frame,
        unit: Unit::Count,
        states: vec![state("Down & out", 0.0, Some(Level::Failed)), state("", 7.0, None)],
        rows: vec![StateRow { name: "web-<2>".into(), spans: vec![span(0, 1, 1), span(20, 120, 0)] }],
        left_out: 3,
        warnings: vec!["half of it".into()],
    }
}

fn opened(may_change: bool) -> Fake {
    let panel = |title: &str, content| ShownPanel {
        title: title.into(),
        width: 4,
        height: PanelHeight::Tall,
        unit: Unit::Ratio,
        thresholds: Thresholds { warning: Some(0.25), critical: Some(9.0) },
        queries: vec!["up{pod=\"a\"}".into()],
        content,
        aged: None,
    };
    let value = ShownValue {
        name: "web-<0>".into(),
        figure: ShownFigure { value: 0.5, text: None, level: Some(Level::Failed) },
    };
    let gauge = ShownGauge {
        value: ShownValue {
            name: "disk-<1>".into(),
            figure: ShownFigure { value: 0.93, text: None, level: Some(Level::Warning) },
        },
        svg: "<svg class=\"gauge-drawing\"></svg>".into(),
    };
    let gauges = ShownGauges { min: 0.0, max: 1.0, gauges: vec![gauge] };
    let row = |pod: &str, value| ShownRow { labels: vec![pod.into()], values: vec![value] };
    let said = ShownLine {
        at_ms: 1_795_405_740_123,
        origin: "shop/web-0/main".into(),
        text: "level=error <b> failed".into(),
    };
    let said = ShownLogs { lines: vec![said], total: 42 };
    let table = ShownTable {
        labels: vec!["pod".into()],
        columns: vec![String::new()],
        rows: vec![
            row(
                "web-1",
                Some(ShownFigure {
                    value: 0.75,
                    text: Some("Nearly <full>".into()),
                    level: Some(Level::Warning),
                }),
            ),
            row("web-2", None),
        ],
        left_out: 7,
    };
    let view = DashboardView {
        frame: chart().scale.frame,
        source: "monitoring/prometheus-k8s".into(),
        variables: vec![VariableView {
            name: "pod".into(),
            options: vec!["web-\"0".into()],
            chosen: "web-\"0".into(),
            problem: None,
        }],
        annotations: vec![
            happened("Restarts", vec![Timestamp(1_795_405_740)], 3, None),
            happened("Down", Vec::new(), 0, None),
            happened("Odd", Vec::new(), 0, Some(ConsoleError::invalid("query", "no variable called $y"))),
        ],
        panels: vec![
            panel("Used", ShownContent::Chart(Box::new(chart()))),
            panel("Now", ShownContent::Values(vec![value])),
            panel("States", ShownContent::StateTimeline(Box::new(timeline()))),
            panel("Heat", ShownContent::HeatMap(Box::new(heat()))),
            panel("Full", ShownContent::Gauges(gauges)),
            panel("All", ShownContent::Table(table)),
            panel("Said", ShownContent::Logs(said)),
            panel("Unsaid", ShownContent::Logs(ShownLogs { lines: Vec::new(), total: 0 })),
            panel("Unkept", ShownContent::NoLogs),
            panel("", ShownContent::Text("read <this>\nfirst".into())),
            panel("What is <gone>", ShownContent::Heading),
            panel("Gone", ShownContent::NoData),
            panel("Wrong", ShownContent::Failed(ConsoleError::invalid("query", "no variable called $x"))),
        ],
    };
    let open = OpenedDashboard {
        line: line("Shop & pods", Some("shop"), may_change),
        view: Measured::Answered(Box::new(view)),
    };
    Fake { open: Some(open), ..Fake::default() }
}

#[tokio::test]
async fn what_happened_is_marked_in_every_chart_and_told_in_words() {
    let html = render("/one", opened(false)).await;

    // The chart, the timeline and the heat map.
    assert_eq!(html.matches("class=\"chart-moment\"").count(), 3, "{html}");
    assert!(html.contains("web-&lt;0&gt;") && html.contains("3 earlier moments are not marked"), "{html}");
    assert!(html.contains("Down: not once in this time"), "{html}");
    assert!(html.contains("“Odd” cannot be marked:") && html.contains("no variable called $y"), "{html}");
}

#[tokio::test]
async fn a_dashboard_shows_each_panel_in_its_way_and_one_wrong_query_costs_one_panel() {
    let html = render("/one", opened(true)).await;

    assert!(
        html.contains("Shop &amp; pods") && html.contains("data-width=\"4\" data-height=\"Tall\""),
        "{html}"
    );
    assert!(html.contains("chart-drawing") && html.contains("&lt;shop&gt;"), "{html}");
    // One threshold is within the scale and one is not.
    assert_eq!(html.matches("class=\"chart-mark\"").count(), 1, "{html}");
    assert!(html.contains("web-&lt;0&gt;") && html.contains("50 %") && html.contains("Critical"), "{html}");
    assert!(html.contains("gauge-drawing") && html.contains("disk-&lt;1&gt;"), "{html}");
    assert!(html.contains("tabindex=\"0\" role=\"region\" aria-label=\"All\""), "{html}");
    assert!(html.contains("93 %") && html.contains("of 0 % to 100 %"), "{html}");
    assert!(html.contains("Warning from 25 %") && html.contains("Critical from 900 %"), "{html}");
    assert!(
        html.contains("Nearly &lt;full&gt;") && html.contains('–') && html.contains("7 more rows"),
        "{html}"
    );
    assert!(
        html.contains("heat-drawing") && html.contains("≤ 2.5 s") && html.contains("&gt; 2.5 s"),
        "{html}"
    );
    assert!(
        html.contains("<td>20<!></td><td>20<!></td><td>30<!></td><td>40<!></td>"),
        "latest, least, mean and most: {html}"
    );
    assert!(html.contains("read &lt;this&gt;"), "{html}");
    assert!(html.contains("dashboard-heading\">What is &lt;gone&gt;"), "{html}");
    assert!(html.contains("Nothing was measured") && html.contains("no variable called $x"), "{html}");
    assert!(html.contains("monitoring/prometheus-k8s") && html.contains("every 30s"), "{html}");
    assert!(html.contains("/clusters/harbour/monitoring/explore?query=up"), "{html}");
    assert!(html.contains("dashboards/id-of-11/file"), "{html}");
}

#[tokio::test]
async fn lines_of_logs_say_when_and_by_whom_and_lead_to_the_search() {
    let html = render("/one", opened(false)).await;

    assert!(html.contains("level=error &lt;b&gt; failed") && html.contains("shop/web-0/main"), "{html}");
    assert!(html.contains("2026-11-23 03:49:00.123") && html.contains("data-level=\"error\""), "{html}");
    assert!(html.contains("41 more lines") && html.contains("No line was found in this time"), "{html}");
    assert!(html.contains("Nothing keeps the logs of this cluster"), "{html}");
    assert!(html.contains("href=\"/clusters/harbour/logs?query=up"), "{html}");
    assert!(html.contains("aria-label=\"Search: Said\""), "{html}");
}

#[tokio::test]
async fn a_state_timeline_says_in_words_what_was_when() {
    let html = render("/one", opened(false)).await;

    assert!(html.contains("aria-label=\"States: web-&lt;2&gt; Down &amp; out\""), "{html}");
    assert!(html.contains("state-drawing") && html.contains("title=\"web-&lt;2&gt;\""), "{html}");
    // The short span has no room for its word, which stands in the legend and in the table.
    let labels = html.split_once("state-labels").unwrap().1.split_once("</figure>").unwrap().0;
    assert_eq!(labels.matches("<text").count() - labels.matches("y=\"12\"").count(), 1, "{labels}");
    assert!(html.contains("98.1 %") && html.contains("1.94 %"), "{html}");
    assert!(html.contains("2026-11-23 03:58") && html.contains("half of it"), "{html}");
    assert!(html.contains("3 more rows are not shown"), "{html}");
}

#[tokio::test]
async fn only_who_may_change_it_is_led_to_its_forms() {
    let html = render("/one?from=6h&var-pod=web-1", opened(true)).await;
    assert!(html.contains("dashboards/id-of-11/edit"), "{html}");
    assert!(html.contains("dashboards/id-of-11/embed?var-pod=web-1&amp;from=6h"), "{html}");
    let html = render("/one", opened(false)).await;
    assert!(!html.contains("id-of-11/edit") && !html.contains("id-of-11/embed"), "{html}");
}

#[tokio::test]
async fn the_address_says_when_and_what_is_chosen() {
    let fake = opened(false);

    let html = render("/one?from=6h&compare=86400&var-pod=web-%220&var-node=&other=x", fake.clone()).await;

    let asked = fake.asked.lock().unwrap();
    let request = asked.first().unwrap();
    assert_eq!(
        (request.id.as_str(), request.window, request.compare),
        ("one", Window::Last(21_600), Some(86_400))
    );
    assert_eq!(request.chosen, [("pod".to_owned(), "web-\"0".to_owned())]);
    assert!(html.contains("name=\"var-pod\"") && html.contains("value=\"web-&quot;0\" selected"), "{html}");
    // Another stretch of time keeps what is chosen, and another choice the stretch of time.
    assert!(
        html.contains("var-pod=web-%220&amp;from=24h") || html.contains("var-pod=web-%220&amp;from=1d"),
        "{html}"
    );
    assert!(html.contains("<input type=\"hidden\" name=\"from\" value=\"6h\""), "{html}");
}

#[tokio::test]
async fn without_monitoring_the_dashboard_is_still_there() {
    let missing = Missing { looked_for: vec!["operated-prometheus=true".into()], silent: Vec::new() };
    let open = OpenedDashboard { line: line("Shop", None, true), view: Measured::Missing(missing) };

    let html = render("/one", Fake { open: Some(open), ..Fake::default() }).await;

    assert!(html.contains("Nothing measures harbour") && html.contains("id-of-4/edit"), "{html}");
}

fn kept() -> Fake {
    let panel = |title: &str| PanelPlan {
        title: title.into(),
        unit: Unit::Bytes,
        queries: vec![PanelQuery { query: "sum(up < 1)".into(), legend: "{{pod}}".into() }],
        thresholds: Thresholds { warning: Some(0.5), critical: None },
        ..PanelPlan::default()
    };
    let plan = Plan {
        name: "Shop".into(),
        variables: vec![Variable::parse("pod = label_values(up, pod)").unwrap()],
        annotations: vec![Annotation::parse("Down = up == 0").unwrap()],
        panels: vec![panel("First"), panel("Last")],
    };
    let kept = KeptDashboard { id: "one".into(), namespace: None, version: 4, plan, embeds: 0 };
    Fake { kept: Some(kept), ..Fake::default() }
}

#[tokio::test]
async fn the_forms_of_a_dashboard_name_the_version_that_is_looked_at() {
    let html = render("/one/edit", kept()).await;

    assert!(html.contains("pod = label_values(up, pod)</textarea>"), "{html}");
    assert!(html.contains("Down = up == 0</textarea>"), "{html}");
    let forms = html.matches("<form").count();
    assert_eq!(html.matches("name=\"fields[version]\" value=\"4\"").count(), forms, "{html}");
    // The first goes down, the last up, and both away.
    let acts = |act: &str| html.matches(&format!("name=\"fields[act]\" value=\"{act}\"")).count();
    assert_eq!((acts("Up"), acts("Down"), acts("Remove")), (1, 1, 2), "{html}");
    assert_eq!((acts("Copy"), acts("To")), (2, 0), "of two each is next to the other: {html}");
    assert!(html.contains("edit?panel=1") && html.contains("edit?panel=new"), "{html}");
}

#[tokio::test]
async fn a_dashboard_is_removed_after_a_question_that_says_what_goes_with_it() {
    let html = render("/one/edit", kept()).await;
    assert!(html.contains("edit?remove=yes#remove\"") && !html.contains(RemoveDashboard::PATH), "{html}");

    let html = render("/one/edit?remove=yes", kept()).await;
    assert!(html.contains(RemoveDashboard::PATH) && html.contains("Its panels go with it: 2."), "{html}");
    assert!(html.contains("Remove Shop?") && html.contains("dashboards/one/edit\""), "{html}");
    assert!(!html.contains("other sites"), "{html}");
    let mut shared = kept();
    shared.kept.as_mut().unwrap().embeds = 3;
    let html = render("/one/edit?remove=yes", shared).await;
    assert!(html.contains("3 links by which pages of other sites show it stop working."), "{html}");
    let mut empty = kept();
    empty.kept.as_mut().unwrap().plan.panels.clear();
    let html = render("/one/edit?remove=yes", empty).await;
    assert!(html.contains("Remove Shop?") && !html.contains("Its panels go with it"), "{html}");
}

#[tokio::test]
async fn panels_stand_in_a_grid_where_scripts_can_move_them() {
    let mut fake = kept();
    let last = fake.kept.as_mut().unwrap().plan.panels.last_mut().unwrap();
    (last.width, last.height) = (12, PanelHeight::Tall);

    let html = render("/one/edit", fake.clone()).await;

    let grid = html.split("class=\"panel-grid\"").nth(1).unwrap().split("</ol>").next().unwrap();
    assert_eq!(grid.matches("<li").count(), 2, "{grid}");
    assert!(grid.contains("data-width=\"6\"") && grid.contains("data-height=\"Usual\""), "{grid}");
    assert!(grid.contains("data-width=\"12\"") && grid.contains("data-height=\"Tall\""), "{grid}");
    assert_eq!(grid.matches("aria-pressed=\"false\"").count(), 2, "{grid}");
    assert!(grid.find("First") < grid.find("Last"), "{grid}");
    assert!(!grid.contains("style="), "styles in the page would be refused by its policy: {grid}");
    fake.kept.as_mut().unwrap().plan.panels.clear();
    assert!(!render("/one/edit", fake).await.contains("panel-grid"), "there is nothing to move");
}

#[tokio::test]
async fn where_there_are_many_panels_each_can_go_to_any_place() {
    let mut fake = kept();
    let plan = &mut fake.kept.as_mut().unwrap().plan;
    plan.panels.extend(plan.panels.clone());

    let html = render("/one/edit", fake).await;

    assert_eq!(html.matches("name=\"fields[act]\" value=\"To\"").count(), 4, "{html}");
    assert_eq!(html.matches("name=\"fields[to]\"").count(), 4, "{html}");
    assert_eq!(html.matches("value=\"3\" selected").count(), 1, "{html}");
    let forms = html.matches("<form").count();
    assert_eq!(html.matches("name=\"fields[version]\" value=\"4\"").count(), forms, "{html}");
}

#[tokio::test]
async fn the_form_of_a_panel_holds_it_and_room_for_another_query() {
    let html = render("/one/edit?panel=1", kept()).await;

    assert!(html.contains("value=\"Last\"") && html.contains("sum(up &lt; 1)</textarea>"), "{html}");
    assert!(html.contains("value=\"Bytes\" selected") && html.contains("value=\"0.5\""), "{html}");
    assert!(html.contains("name=\"fields[index]\" value=\"1\""), "{html}");
    assert!(
        html.contains("fields[queries][1][query]") && !html.contains("fields[queries][2][query]"),
        "{html}"
    );

    for field in ["min", "max", "mappings", "colors"] {
        assert!(html.contains(&format!("name=\"fields[{field}]\"")), "{field}: {html}");
    }

    assert!(html.contains("data-kinds=\"Value Gauge\"") && html.contains("data-kinds=\"Text\""), "{html}");
    let style = include_str!("../../../../../style/areas/monitoring/panel_form.css");
    for kind in PanelKind::ALL {
        let chosen =
            format!("option[value=\"{0}\"]:checked) .panel-part:not([data-kinds~=\"{0}\"]", kind.word());
        assert!(style.contains(&chosen), "{chosen}");
    }

    let html = render("/one/edit?panel=9", kept()).await;
    assert!(html.contains("this panel") && !html.contains("<form"), "{html}");
}

#[tokio::test]
async fn a_panel_that_was_refused_holds_what_was_typed_and_another_one_does_not() {
    let typed = [
        ("fields[cluster]", "harbour"),
        ("fields[id]", "one"),
        ("fields[version]", "3"),
        ("fields[index]", "1"),
        ("fields[title]", "Memory"),
        ("fields[width]", "12"),
        ("fields[queries][0][query]", "sum(("),
        ("fields[warning]", "hot"),
    ];
    let typed = typed.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let fake = Fake { sent: Some(SentForm::new(SavePanel::PATH, typed)), ..kept() };
    let problems = vec![FieldProblem::new("query-1", "a bracket is open")];
    let error = ServerFnUrlError::new(SavePanel::PATH, ConsoleError::Invalid { problems });
    let error = error.to_url("http://console.test/").unwrap();
    let address = |panel: &str| format!("/one/edit?panel={panel}&{}", error.query().unwrap());

    let html = render(&address("1"), fake.clone()).await;

    assert!(html.contains("a bracket is open"), "{html}");
    assert!(html.contains("value=\"Memory\"") && html.contains("value=\"hot\""), "{html}");
    assert!(html.contains("sum((</textarea>") && html.contains("value=\"12\" selected"), "{html}");
    assert!(html.contains("name=\"fields[version]\" value=\"3\""), "it is about what was looked at: {html}");

    let html = render(&address("0"), fake).await;
    assert!(html.contains("value=\"First\"") && !html.contains("value=\"Memory\""), "{html}");
}

#[tokio::test]
async fn a_dashboard_that_is_not_there_says_so() {
    for page in ["/one", "/one/edit"] {
        assert!(render(page, Fake::default()).await.contains("the dashboard"), "{page}");
    }
}
