//! The page, rendered as the server does, over a port that answers what the test says.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use async_trait::async_trait;
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use model::chart::Frame;
use model::{ClusterName, ConsoleError, KindSlug, Namespace, ObjectName, ResourceRef, System, Timestamp};
use records_contract::*;
use records_pages::RecordsPage;
use std::sync::{Arc, Mutex};

type Answer<T> = Result<Searched<T>, ConsoleError>;

#[derive(Clone, Default)]
struct Fake {
    found: Option<Answer<Found>>,
    tail: Option<Answer<Tail>>,
    around: Option<Answer<Around>>,
    asked: Arc<Mutex<Vec<String>>>,
}

fn untold<T>() -> Answer<T> {
    Err(ConsoleError::Internal { reference: "this test does not ask for it".into() })
}

#[async_trait]
impl Records for Fake {
    async fn search(&self, request: SearchRequest) -> Answer<Found> {
        let SearchRequest { of, query, window, before, .. } = request;
        self.asked.lock().unwrap().push(format!("{of:?} {query:?} {window:?} {before:?}"));
        self.found.clone().unwrap_or_else(untold)
    }

    async fn tail(&self, request: TailRequest) -> Answer<Tail> {
        let TailRequest { of, query, since_ms, .. } = request;
        self.asked.lock().unwrap().push(format!("{of:?} {query:?} {since_ms:?}"));
        self.tail.clone().unwrap_or_else(untold)
    }

    async fn around(&self, request: AroundRequest) -> Answer<Around> {
        self.asked.lock().unwrap().push(format!("{} {}", request.id, request.lines));
        self.around.clone().unwrap_or_else(untold)
    }

    async fn past_events(&self, _: ResourceRef) -> Result<Option<PastEvents>, ConsoleError> {
        Ok(None)
    }
}

async fn render(address: &str, fake: Fake) -> String {
    rendering::render(&format!("/clusters/harbour/logs{address}"), || {
        provide_context::<Arc<dyn Records>>(Arc::new(fake));
        view! {
            <Router>
                <Routes fallback=|| "no such page">
                    <Route path=path!("/clusters/:cluster/logs") view=RecordsPage/>
                    <Route path=path!("/clusters/:cluster/logs/:of") view=RecordsPage/>
                </Routes>
            </Router>
        }
    })
    .await
}

fn answered<T>(value: T) -> Option<Answer<T>> {
    Some(Ok(Searched::Answered(Box::new(value))))
}

fn pod(name: &str) -> Option<ResourceRef> {
    Some(ResourceRef {
        cluster: ClusterName::parse("harbour").unwrap(),
        kind: KindSlug::parse("pods").unwrap(),
        namespace: Some(Namespace::parse("shop").unwrap()),
        name: ObjectName::parse(name).unwrap(),
    })
}

fn pieces(before: &str, hit: &str) -> Vec<Piece> {
    let piece = |text: &str, is_hit| Piece { text: text.into(), is_hit };
    vec![piece(before, false), piece(hit, true)]
}

fn line(id: &str) -> LogRecord {
    LogRecord {
        id: id.into(),
        at_ms: 1_795_683_600_123,
        namespace: "shop".into(),
        pod: "web-0".into(),
        container: "web".into(),
        node: "worker-1".into(),
        text: pieces("level=error msg=\"<b>", "timeout"),
        is_cut: true,
        resource: pod("web-0"),
    }
}

fn found(rows: Rows) -> Found {
    let frame = Frame { start: 1_795_680_000, end: 1_795_683_600, step: 1800 };
    Found {
        rows,
        total: 1234,
        frame,
        bars: vec![
            Bar { total: 4, failed: 1, warned: 2 },
            Bar::default(),
            Bar { total: 2, failed: 0, warned: 0 },
        ],
        facets: vec![Facet {
            field: Field::Pod,
            values: vec![FacetValue { value: "web-0".into(), name: None, count: 6 }],
        }],
        next: Some(Cursor { at_ms: 1_795_683_600_000, place: 7, skip: 2 }),
        shortfall: vec![Shortfall::TimedOut],
        confined_to: Some(vec!["shop".into()]),
        kept_by: log_store(),
    }
}

fn ending(rows: Rows) -> Tail {
    let shortfall = vec![Shortfall::TimedOut];
    Tail { rows, is_cut: true, shortfall, confined_to: Some(vec!["shop".into()]), kept_by: log_store() }
}

fn log_store() -> KeptBy {
    let (name, layout) = ("logging/elasticsearch".into(), "Fluent Bit".into());
    KeptBy::LogStore { name, layout, is_of_one_moment: true }
}

#[tokio::test]
async fn following_begins_with_the_newest_and_asks_for_no_figures() {
    let fake = Fake { tail: answered(ending(Rows::Logs(vec![line("a1")]))), ..Fake::default() };

    let html = render("?query=timeout&live=1", fake.clone()).await;

    assert_eq!(*fake.asked.lock().unwrap(), ["Logs \"timeout\" None"]);
    assert!(html.contains("<mark>") && html.contains("this is not all"), "{html}");
    assert!(html.contains("Searched in your projects only: shop.") && html.contains("Pause"), "{html}");
    assert!(!html.contains("More was written here"), "{html}");
    assert!(html.contains("name=\"live\" value=\"1\""), "a search goes on following: {html}");
}

#[tokio::test]
async fn following_what_is_not_written_yet_waits() {
    let fake = Fake { tail: answered(ending(Rows::Events(vec![]))), ..Fake::default() };

    let html = render("/events?live=1", fake).await;

    assert!(html.contains("What is written from now on appears here."), "{html}");
}

#[tokio::test]
async fn lines_are_text_with_marks_and_lead_on() {
    let fake = Fake { found: answered(found(Rows::Logs(vec![line("a1")]))), ..Fake::default() };

    let html = render("?query=timeout%20namespace:shop&from=6h", fake.clone()).await;

    assert_eq!(*fake.asked.lock().unwrap(), ["Logs \"timeout namespace:shop\" Last(21600) None"]);
    assert!(html.contains("&lt;b&gt;") && html.contains("<mark>") && !html.contains("<b>"), "{html}");
    assert!(html.contains("2026-11-26 09:00:00.123") && html.contains("data-level=\"error\""), "{html}");
    assert!(html.contains("cut: the line is longer") && html.contains("Lines: 1,234"), "{html}");
    for href in [
        "/clusters/harbour/pods/shop/web-0?tab=logs",
        "line=a1",
        "before=1795683600000.7.2",
        "query=timeout%20namespace%3Ashop%20pod%3Aweb-0",
        "/clusters/harbour/logs/file?of=logs",
        "from=1795680000&amp;to=1795681800",
    ] {
        assert!(html.contains(href), "{href} in {html}");
    }
    assert!(html.contains("Searched in your projects only: shop.") && html.contains("had to stop"), "{html}");
    assert!(html.contains("Kept by logging/elasticsearch, written by Fluent Bit."), "{html}");
}

#[tokio::test]
async fn what_is_wrong_with_a_search_is_told_at_the_field_and_nothing_is_asked() {
    let fake = Fake::default();

    let html = render("?query=level:loud", fake.clone()).await;

    assert!(html.contains("loud is no level") && html.contains("aria-invalid"), "{html}");
    assert!(fake.asked.lock().unwrap().is_empty());
    let html = render("?query=%22a", fake).await;
    assert!(html.contains("not closed"), "{html}");
}

#[tokio::test]
async fn a_stretch_of_time_that_is_none_is_told_where_it_is_chosen() {
    let fake = Fake { found: answered(found(Rows::Logs(vec![]))), ..Fake::default() };

    let html = render("?from=2000&to=1000", fake).await;

    assert!(html.contains("This ends before it begins."), "{html}");
    assert!(html.contains("No such lines") && html.contains("Look at the last 3h"), "{html}");
}

#[tokio::test]
async fn a_line_stands_among_its_neighbours() {
    let around = Around {
        lines: vec![line("a0"), line("a1"), line("a2")],
        at: 1,
        more: (true, false),
        source: "logging/elasticsearch".into(),
    };
    let fake = Fake { around: answered(around), ..Fake::default() };

    let html = render("?query=timeout&line=a1", fake.clone()).await;

    assert_eq!(*fake.asked.lock().unwrap(), ["a1 25"]);
    assert_eq!(html.matches("aria-current=\"true\"").count(), 1, "{html}");
    assert!(
        html.contains("line=a1&amp;lines=100") && html.contains("/clusters/harbour/logs?query=timeout\""),
        "{html}"
    );
}

#[tokio::test]
async fn events_and_requests_lead_to_their_objects_and_people() {
    let event = EventRecord {
        id: "e".into(),
        at_ms: 0,
        namespace: "shop".into(),
        kind: "Pod".into(),
        name: "web-0".into(),
        reason: "BackOff".into(),
        is_warning: true,
        message: pieces("Back-off ", "restarting"),
        count: 12,
        source: "kubelet".into(),
        resource: pod("web-0"),
    };
    let fake = Fake { found: answered(found(Rows::Events(vec![event]))), ..Fake::default() };
    let html = render("/events", fake).await;
    assert!(html.contains("/clusters/harbour/pods/shop/web-0") && html.contains("BackOff"), "{html}");

    let record = AuditRecord {
        id: "r".into(),
        at_ms: 0,
        user: "orrery:u:1".into(),
        person: Some("Grace".into()),
        by: "orrery".into(),
        verb: "delete".into(),
        resource: "pods".into(),
        namespace: "shop".into(),
        name: "web-0".into(),
        code: Some(403),
        message: "forbidden".into(),
        addresses: vec!["10.0.0.1".into()],
        request: "0123456789abcdef".into(),
    };
    let other = AuditRecord { request: "2bb0d1ef-5f0b-4a25-9d19-2b3a1a2b3c4d".into(), ..record.clone() };
    let fake = Fake { found: answered(found(Rows::Audit(vec![record, other]))), ..Fake::default() };
    let html = render("/audit", fake).await;
    assert!(html.contains("user%3Aorrery%3Au%3A1") && html.contains("by way of orrery"), "{html}");
    assert!(html.contains(">Grace<") && html.contains("title=\"orrery:u:1\""), "{html}");
    assert!(
        html.contains("403") && html.contains("address%3A10.0.0.1") && html.contains(">10.0.0.1<"),
        "{html}"
    );
    assert_eq!(
        html.matches("/audit?text=").count(),
        1,
        "only what was asked for here is in the trail: {html}"
    );
    assert!(html.contains("/audit?text=0123456789abcdef"), "{html}");
}

#[tokio::test]
async fn without_a_log_store_the_page_says_what_was_looked_for_and_how_to_connect_one() {
    let looked = Missing {
        looked_for: vec!["app=elasticsearch".into()],
        silent: vec![("logging/old".into(), "it wants to know who asks".into())],
        ..Missing::default()
    };
    let html = render("", Fake { found: Some(Ok(Searched::Missing(looked))), ..Fake::default() }).await;
    assert!(
        html.contains("Nothing keeps the logs of harbour") && html.contains("app=elasticsearch"),
        "{html}"
    );
    assert!(html.contains("logging/old") && html.contains("--elasticsearch harbour=https://"), "{html}");

    let without = Some(("logging/elasticsearch".into(), vec!["kube-audit-*".into()]));
    let looked = Missing { of: Of::Audit, without, ..Missing::default() };
    let html = render("/audit", Fake { found: Some(Ok(Searched::Missing(looked))), ..Fake::default() }).await;
    assert!(html.contains("kube-audit-*") && html.contains("--elasticsearch-index harbour=audit:"), "{html}");
}

#[tokio::test]
async fn events_that_the_console_keeps_itself_say_since_when_and_when_not() {
    let kept_by = KeptBy::Console { since: Timestamp(1_795_683_600) };
    let shortfall = vec![Shortfall::NotKept(Timestamp(1_795_687_200), Timestamp(1_795_690_800))];
    let own = Found { kept_by: kept_by.clone(), shortfall, ..found(Rows::Events(vec![])) };
    let html = render("/events", Fake { found: answered(own), ..Fake::default() }).await;
    assert!(html.contains("Kept by Orrery since 2026-11-26 09:00,"), "{html}");
    assert!(html.contains("from 2026-11-26 10:00 to 2026-11-26 11:00"), "{html}");

    let tail = Tail { kept_by, ..ending(Rows::Events(vec![])) };
    let html = render("/events?live=1", Fake { tail: answered(tail), ..Fake::default() }).await;
    assert!(html.contains("Kept by Orrery since 2026-11-26 09:00,"), "{html}");
}

#[tokio::test]
async fn a_file_that_is_of_no_one_moment_is_offered_with_that_said() {
    let page = |is_of_one_moment, lines: Vec<LogRecord>| {
        let (name, layout) = ("logging/elasticsearch".into(), "Fluent Bit".into());
        let kept_by = KeptBy::LogStore { name, layout, is_of_one_moment };
        Fake { found: answered(Found { kept_by, ..found(Rows::Logs(lines)) }), ..Fake::default() }
    };
    const SAID: &str = "A file from this log store is not of one moment";

    let html = render("", page(false, vec![line("a")])).await;
    assert!(html.contains(SAID) && html.contains("/logs/file"), "{html}");
    assert!(!render("", page(true, vec![line("a")])).await.contains(SAID));
    assert!(!render("", page(false, Vec::new())).await.contains(SAID), "there is no file of nothing");
}

#[tokio::test]
async fn a_stretch_of_time_says_from_when_and_until_when_something_is_kept() {
    let shortfall =
        vec![Shortfall::Since(Timestamp(1_795_683_600)), Shortfall::Silent(Timestamp(1_795_687_200))];
    let page = Found { shortfall, ..found(Rows::Logs(vec![line("a")])) };

    let html = render("", Fake { found: answered(page), ..Fake::default() }).await;

    assert!(html.contains("is kept from 2026-11-26 09:00 on"), "{html}");
    assert!(html.contains("is from 2026-11-26 10:00. If more was written"), "{html}");
    let page = Found { shortfall: vec![Shortfall::Nothing], ..found(Rows::Logs(vec![])) };
    let html = render("", Fake { found: answered(page), ..Fake::default() }).await;
    assert!(html.contains("Nothing at all is kept of what you may see here"), "{html}");
}

#[tokio::test]
async fn without_a_log_store_the_page_of_events_says_that_orrery_can_keep_them() {
    let looked =
        Missing { of: Of::Events, looked_for: vec!["app=elasticsearch".into()], ..Missing::default() };
    let html =
        render("/events", Fake { found: Some(Ok(Searched::Missing(looked))), ..Fake::default() }).await;
    assert!(html.contains("Nothing keeps the events of harbour yet"), "{html}");
    assert!(html.contains("--kept-events-days 7"), "{html}");
    let looked = Missing { looked_for: vec!["app=elasticsearch".into()], ..Missing::default() };
    let html = render("", Fake { found: Some(Ok(Searched::Missing(looked))), ..Fake::default() }).await;
    assert!(!html.contains("--kept-events-days"), "{html}");
}

#[tokio::test]
async fn who_may_not_read_and_what_is_broken_are_told() {
    let need = model::Need {
        verb: "get".into(),
        resource: "pods/log".into(),
        cluster: Some("harbour".into()),
        namespace: Some("payments".into()),
        granted_by: model::GrantedBy::Administrator,
    };
    let refused = Some(Err(ConsoleError::Forbidden { need, said: None }));
    let html = render("?query=namespace:payments", Fake { found: refused, ..Fake::default() }).await;
    assert!(html.contains("get pods/log") && html.contains("harbour / payments"), "{html}");

    let system = System::Records("harbour".into());
    let broken = ConsoleError::Unavailable { system, cause: "connection refused".into(), may_be_done: false };
    let html = render("", Fake { found: Some(Err(broken)), ..Fake::default() }).await;
    assert!(
        html.contains("the log store of cluster harbour") && html.contains("connection refused"),
        "{html}"
    );
}
