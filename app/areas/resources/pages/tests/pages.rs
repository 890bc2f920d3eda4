//! Every page in its four states, and what must work without scripts.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod support;

use model::live::{LogLines, LogSource, LoggedLine};
use model::{ConsoleError, Need, System, Table};
use resources_contract::{
    ActionKind, Base, DeletePlan, LogPage, Manifest, ObjectView, OfferedAction, SearchResults,
};
use std::sync::Arc;
use support::{Fake, crashing_pod, kind, pods, reference, render};

const LIST: &str = "/clusters/harbour/pods";
const POD: &str = "/clusters/harbour/pods/shop/checkout-7f9c";

fn list(names: &[&str]) -> Arc<Fake> {
    Arc::new(Fake { table: Ok(pods(names)), ..Fake::default() })
}

fn pod() -> Arc<Fake> {
    Arc::new(Fake { object: Ok(crashing_pod()), ..Fake::default() })
}

fn forbidden() -> ConsoleError {
    let need = Need {
        verb: "list".into(),
        resource: "pods".into(),
        cluster: Some("harbour".into()),
        namespace: None,
        granted_by: model::GrantedBy::Administrator,
    };
    ConsoleError::Forbidden { need, said: None }
}

fn unreachable() -> ConsoleError {
    let system = System::Cluster("harbour".into());
    ConsoleError::Unavailable { system, cause: "connection refused".into(), may_be_done: false }
}

#[tokio::test]
async fn a_list_shows_its_rows_and_how_well_they_are() {
    let html = render(LIST, &list(&["checkout-1", "checkout-2"])).await;

    assert!(html.contains("href=\"/clusters/harbour/pods/shop/checkout-1\""), "{html}");
    assert!(html.contains("CrashLoopBackOff"));
    assert!(html.contains("2 objects"));
    assert!(html.contains("search=status%3Afailed"), "levels lead to those rows");
}

#[tokio::test]
async fn a_list_asks_for_what_its_address_says() {
    let fake = list(&["checkout-1"]);
    render(&format!("{LIST}?namespace=shop&search=app%3Dweb+x&sort=-restarts&page=3"), &fake).await;

    let asked = fake.asked.lock().unwrap();
    let query = asked.first().unwrap();
    assert_eq!((query.search.as_str(), query.page), ("app=web x", 2));
    assert!(query.sort.as_ref().is_some_and(|sort| sort.column == "restarts" && sort.descending));
    assert_eq!(query.namespaces.len(), 1);
}

/// A second answer would be another: what the rows say and what the browser knows of them would differ, and revealing a
/// secret would be written down twice.
#[tokio::test]
async fn a_page_asks_once_for_each_thing_it_shows() {
    let cases = [
        (LIST.to_owned(), vec!["table"]),
        (format!("{LIST}?peek=shop/checkout-7f9c"), vec!["object", "table"]),
        (POD.to_owned(), vec!["object"]),
        (format!("{POD}?tab=yaml"), vec!["manifest", "object"]),
        (format!("{POD}?tab=logs"), vec!["log", "object"]),
        (format!("{POD}?tab=foreign"), vec!["foreign tab", "object"]),
        (format!("{POD}?do=delete"), vec!["object", "preview_delete"]),
        ("/search?q=checkout".to_owned(), vec!["search"]),
    ];
    for (address, expected) in cases {
        let manifest =
            Manifest { text: "kind: Pod".into(), base: base("pods", "checkout-7f9c"), hidden: false };
        let fake = Arc::new(Fake {
            table: Ok(pods(&["checkout-1"])),
            object: Ok(crashing_pod()),
            manifest: Ok(manifest),
            log: Ok(log_page(Some("checkout"), &["one"])),
            ..Fake::default()
        });

        render(&address, &fake).await;

        let mut calls = fake.calls.lock().unwrap().clone();
        calls.sort_unstable();
        assert_eq!(calls, expected, "{address}");
    }
}

#[tokio::test]
async fn headings_are_links_that_sort() {
    let html = render(&format!("{LIST}?sort=name"), &list(&["checkout-1"])).await;

    assert!(html.contains("href=\"/clusters/harbour/pods?sort=-name\""), "{html}");
    assert!(html.contains("href=\"/clusters/harbour/pods?sort=status\""), "{html}");
}

#[tokio::test]
async fn columns_are_shown_as_the_address_says() {
    let fake = list(&["checkout-1"]);

    assert!(!render(LIST, &fake).await.contains("10.0.0.7"));
    assert!(render(&format!("{LIST}?columns=ip"), &fake).await.contains("10.0.0.7"));
}

/// What an empty list says instead of rows.
fn hint(html: &str) -> &str {
    html.split_once("class=\"empty\"").map(|(_, hint)| hint).unwrap_or_default()
}

#[tokio::test]
async fn an_empty_list_says_what_to_do() {
    let fake = list(&[]);

    let empty = render(LIST, &fake).await;
    assert!(hint(&empty).contains("href=\"/clusters/harbour/new/pods\""), "{empty}");
    let filtered = render(&format!("{LIST}?search=nonsense"), &fake).await;
    assert!(filtered.contains("Nothing matches") && filtered.contains("Show all"), "{filtered}");
}

#[tokio::test]
async fn a_custom_kind_has_a_form_where_its_definition_describes_it() {
    let slug = "kilns.pots.example";
    let fake = |described| {
        let kinds = vec![kind(slug, "Kilns", true)];
        Arc::new(Fake { table: Ok(Table { described, ..pods(&["east"]) }), kinds, ..Fake::default() })
    };
    let list = format!("/clusters/harbour/{slug}?namespace=shop");
    let form = format!("href=\"/clusters/harbour/new/{slug}?namespace=shop\"");
    let by_hand = format!("href=\"/clusters/harbour/create?kind={slug}&amp;namespace=shop\"");

    let described = render(&list, &fake(true)).await;
    let free = render(&list, &fake(false)).await;

    assert!(described.contains(&form) && described.contains(&by_hand), "{described}");
    assert!(!free.contains(&form) && free.contains(&by_hand), "{free}");
}

#[tokio::test]
async fn an_empty_list_of_a_custom_kind_leads_to_where_its_create_button_leads() {
    let slug = "kilns.pots.example";
    let fake = |described| {
        let kinds = vec![kind(slug, "Kilns", true)];
        Arc::new(Fake { table: Ok(Table { described, ..pods(&[]) }), kinds, ..Fake::default() })
    };
    let list = format!("/clusters/harbour/{slug}");
    let form = format!("href=\"/clusters/harbour/new/{slug}\"");
    let by_hand = format!("href=\"/clusters/harbour/create?kind={slug}\"");

    let described = render(&list, &fake(true)).await;
    let free = render(&list, &fake(false)).await;

    assert!(hint(&described).contains(&form) && !hint(&described).contains(&by_hand), "{described}");
    assert!(hint(&free).contains(&by_hand) && !hint(&free).contains("/new/"), "{free}");
}

#[tokio::test]
async fn an_object_of_a_described_kind_is_edited_by_form_or_as_yaml() {
    let page = "/clusters/harbour/kilns.pots.example/shop/east";
    let fake = |described| {
        let edit = OfferedAction { action: ActionKind::Edit, missing: None, current: None };
        let pod = crashing_pod();
        let resource = reference("kilns.pots.example", Some("shop"), "east");
        Arc::new(Fake {
            object: Ok(ObjectView { described, resource, actions: vec![edit], ..pod }),
            ..Fake::default()
        })
    };
    let form = format!("href=\"{page}/form\"");

    let described = render(page, &fake(true)).await;
    let free = render(page, &fake(false)).await;

    assert!(described.contains(&form) && described.contains("?tab=yaml"), "{described}");
    assert!(!free.contains(&form) && free.contains("?tab=yaml"), "{free}");
}

#[tokio::test]
async fn creating_is_offered_only_where_the_reader_may_and_people_do() {
    let fake = |kinds| Arc::new(Fake { table: Ok(pods(&[])), kinds, ..Fake::default() });
    let refused = render(LIST, &fake(vec![kind("pods", "Pods", false)])).await;
    let made_by_the_cluster =
        render("/clusters/harbour/events", &fake(vec![kind("events", "Events", true)])).await;

    for html in [&refused, &made_by_the_cluster] {
        assert!(!html.contains("/create?"), "{html}");
    }
    assert!(made_by_the_cluster.contains("There are no Events yet"), "{made_by_the_cluster}");
}

#[tokio::test]
async fn an_alert_is_offered_on_what_a_list_is_narrowed_to_for_who_may_keep_one() {
    let fake = |may| {
        let kinds = vec![kind("pods", "Pods", may)];
        Arc::new(Fake { table: Ok(pods(&["checkout-1"])), kinds, ..Fake::default() })
    };
    let narrowed = format!("{LIST}?namespace=shop&search=status%3Afailed&sort=-restarts&page=2");

    let offered = render(&narrowed, &fake(true)).await;

    let href = "/clusters/harbour/monitoring/list-alerts/new?kind=pods&amp;namespace=shop&amp;search=status%3Afailed\"";
    assert!(offered.contains(href), "{offered}");
    for (address, may) in [(LIST, true), (narrowed.as_str(), false)] {
        let html = render(address, &fake(may)).await;
        assert!(!html.contains("list-alerts"), "{address}: {html}");
    }
}

#[tokio::test]
async fn the_kind_decides_about_the_namespace_column_and_names_the_table() {
    let fake = |kinds| Arc::new(Fake { table: Ok(pods(&["a"])), kinds, ..Fake::default() });

    let empty = Arc::new(Fake { table: Ok(pods(&[])), ..Fake::default() });
    assert!(!render(LIST, &empty).await.contains("<table"), "nothing to show");
    let pods = render(LIST, &fake(vec![kind("pods", "容器组", true)])).await;
    assert!(pods.contains("data-column=\"namespace\"") && pods.contains("aria-label=\"容器组\""), "{pods}");
    let nodes = render("/clusters/harbour/nodes", &fake(vec![kind("nodes", "Nodes", true)])).await;
    assert!(!nodes.contains("data-column=\"namespace\""), "{nodes}");
}

#[tokio::test]
async fn a_refused_list_names_the_right_and_a_broken_one_the_system() {
    let refused = Arc::new(Fake { table: Err(forbidden()), ..Fake::default() });
    let broken = Arc::new(Fake { table: Err(unreachable()), ..Fake::default() });

    assert!(render(LIST, &refused).await.contains("list pods"));
    let html = render(LIST, &broken).await;
    assert!(html.contains("cluster harbour") && html.contains("connection refused"), "{html}");
    assert!(html.contains("search-box"), "the rest of the page is there");
}

#[tokio::test]
async fn a_path_that_cannot_be_a_list_is_not_found() {
    let html = render("/clusters/harbour/..%2fsecrets", &list(&[])).await;

    assert!(html.contains("problem"), "{html}");
    assert!(!html.contains("search-box"));
}

#[tokio::test]
async fn hostile_names_stay_text() {
    let html = render(LIST, &list(&["<script>alert(1)<", "x\" onload=\"y"])).await;

    assert!(!html.contains("<script>alert"), "{html}");
    assert!(html.contains("title=\"x&quot; onload=&quot;y\""), "{html}");
}

#[tokio::test]
async fn rows_can_be_selected_and_deleted_without_scripts() {
    let plan = DeletePlan {
        trees: vec![],
        counts: vec![("Pod".into(), 2)],
        warnings: vec![],
        confirm_by_name: false,
    };
    let fake = Arc::new(Fake { table: Ok(pods(&["a", "b"])), plan: Ok(plan), ..Fake::default() });

    let html = render(LIST, &fake).await;
    assert!(html.contains("name=\"select\"") && html.contains("value=\"shop/a\""), "{html}");
    assert!(html.contains("name=\"do\"") && html.contains("value=\"delete\""), "{html}");

    let html = render(&format!("{LIST}?do=delete&select=shop/a&select=shop/b"), &fake).await;
    assert!(html.contains("action=\"/api/resources/delete-form\""), "{html}");
    assert!(html.contains("shop/a/\nshop/b/"), "{html}");
}

#[tokio::test]
async fn a_peek_shows_why_the_object_is_unwell() {
    let fake =
        Arc::new(Fake { table: Ok(pods(&["checkout-7f9c"])), object: Ok(crashing_pod()), ..Fake::default() });

    let html = render(&format!("{LIST}?peek=shop/checkout-7f9c"), &fake).await;

    assert!(html.contains("The container checkout keeps crashing"), "{html}");
    assert!(html.contains("href=\"/clusters/harbour/pods\""), "it can be closed");
}

#[tokio::test]
async fn an_object_page_begins_with_why_it_is_unwell() {
    let html = render(POD, &pod()).await;

    assert!(html.contains("The container checkout keeps crashing"), "{html}");
    assert!(html.contains("cannot reach db:5432") && html.contains("Correct the address of the database."));
    assert!(!html.contains("<script>alert"), "a log is text");
    let (finding, events) = (html.find("keeps crashing").unwrap(), html.find("Back-off restarting").unwrap());
    assert!(finding < events, "findings come first");
}

#[tokio::test]
async fn an_object_that_is_gone_or_refused_says_so() {
    let gone = Arc::new(Fake::default());
    let refused = Arc::new(Fake { object: Err(forbidden()), ..Fake::default() });

    assert!(render(POD, &gone).await.contains("what the test did not set"));
    assert!(render(POD, &refused).await.contains("An administrator"));
}

#[tokio::test]
async fn actions_without_the_right_say_which_is_missing() {
    let mut object = crashing_pod();
    let ConsoleError::Forbidden { need, .. } = forbidden() else { unreachable!() };
    object.actions = vec![OfferedAction { action: ActionKind::Restart, missing: Some(need), current: None }];
    let fake = Arc::new(Fake { object: Ok(object), ..Fake::default() });

    let html = render(POD, &fake).await;

    assert!(
        html.contains("Needs the right to list pods. An administrator of this console can grant it."),
        "{html}"
    );
    assert!(!html.contains("do=restart"), "{html}");
}

#[tokio::test]
async fn scaling_is_a_form_that_works_without_scripts() {
    let mut object = crashing_pod();
    object.actions = vec![OfferedAction { action: ActionKind::Scale, missing: None, current: Some(3) }];
    let fake = Arc::new(Fake { object: Ok(object), ..Fake::default() });

    let html = render(&format!("{POD}?do=scale"), &fake).await;

    assert!(html.contains("action=\"/api/resources/act-form\""), "{html}");
    assert!(html.contains("name=\"fields[replicas]\"") && html.contains("value=\"3\""), "{html}");
    assert!(html.contains("value=\"shop/checkout-7f9c/uid-checkout\""), "{html}");
}

#[tokio::test]
async fn a_dangerous_deletion_asks_for_the_name() {
    let plan = DeletePlan {
        trees: vec![],
        counts: vec![("Pod".into(), 1)],
        warnings: vec!["Nothing will recreate it.".into()],
        confirm_by_name: true,
    };
    let fake = Arc::new(Fake { object: Ok(crashing_pod()), plan: Ok(plan), ..Fake::default() });

    let html = render(&format!("{POD}?do=delete"), &fake).await;

    assert!(
        html.contains("Type checkout-7f9c to confirm") && html.contains("name=\"fields[confirm]\""),
        "{html}"
    );
    assert!(html.contains("Nothing will recreate it."));
}

#[tokio::test]
async fn yaml_can_be_edited_without_scripts() {
    let base = base("pods", "checkout-7f9c");
    let manifest = Manifest { text: "kind: Pod\n# </textarea><script>".into(), base, hidden: false };
    let fake = Arc::new(Fake { object: Ok(crashing_pod()), manifest: Ok(manifest), ..Fake::default() });

    let html = render(&format!("{POD}?tab=yaml"), &fake).await;

    assert!(html.contains("action=\"/api/resources/apply-form\""), "{html}");
    assert!(html.contains("name=\"fields[text]\"") && html.contains("name=\"fields[base]\""), "{html}");
    assert!(!html.contains("</textarea><script>"), "{html}");
}

#[tokio::test]
async fn a_hidden_secret_is_not_offered_for_editing() {
    let base = base("secrets", "db");
    let manifest = Manifest { text: "data:\n  password: \"***\"".into(), base, hidden: true };
    let fake = Arc::new(Fake { object: Ok(crashing_pod()), manifest: Ok(manifest), ..Fake::default() });

    let html = render("/clusters/harbour/secrets/shop/db?tab=yaml", &fake).await;

    assert!(!html.contains("apply-form"), "{html}");
    assert!(html.contains("tab=yaml&amp;reveal=1") || html.contains("tab=yaml&reveal=1"), "{html}");
}

#[tokio::test]
async fn a_log_offers_containers_and_the_run_before() {
    let page = log_page(Some("checkout"), &["starting", "\u{1b}[31mcannot reach <db>\u{1b}[0m"]);
    let fake = Arc::new(Fake { object: Ok(crashing_pod()), log: Ok(page), ..Fake::default() });

    let html = render(&format!("{POD}?tab=logs"), &fake).await;

    assert!(html.contains("cannot reach &lt;db&gt;"), "{html}");
    assert!(html.contains("value=\"proxy\"") && html.contains("name=\"previous\""), "{html}");
    assert!(html.contains("/log?") || html.contains("/log\""), "the whole log is a file: {html}");
}

#[tokio::test]
async fn the_logs_of_a_workload_say_who_wrote_each_line_and_which_are_not_shown() {
    let mut page = log_page(None, &["one", "{\"level\":\"error\",\"msg\":\"lost\",\"order\":17}"]);
    page.left_out = 3;
    let fake = Arc::new(Fake { object: Ok(crashing_pod()), log: Ok(page), ..Fake::default() });

    let html = render("/clusters/harbour/deployments/shop/checkout?tab=logs", &fake).await;

    assert!(html.contains("checkout-1/checkout"), "{html}");
    assert!(html.contains("data-level=\"error\"") && html.contains("log-key\">order"), "{html}");
    assert!(html.contains("name=\"pod\"") && html.contains("3 more containers"), "{html}");
}

fn base(kind: &str, name: &str) -> Base {
    Base {
        resource: reference(kind, Some("shop"), name),
        uid: "uid-checkout".into(),
        resource_version: "42".into(),
    }
}

fn log_page(container: Option<&str>, lines: &[&str]) -> LogPage {
    let pod: model::ObjectName = "checkout-1".parse().unwrap();
    let line = |text: &&str| LoggedLine { source: 0, at_nanoseconds: 1, text: (*text).to_owned() };
    LogPage {
        container: container.map(str::to_owned),
        containers: vec!["checkout".into(), "proxy".into()],
        pods: vec![pod.clone()],
        lines: LogLines {
            sources: vec![LogSource { pod, container: "checkout".into() }],
            lines: lines.iter().map(line).collect(),
            gap: false,
        },
        revision: None,
        more: true,
        unread: None,
        left_out: 0,
    }
}

#[tokio::test]
async fn creating_begins_with_an_example_of_the_kind() {
    let html =
        render("/clusters/harbour/create?kind=cronjobs&namespace=shop", &Arc::new(Fake::default())).await;

    assert!(html.contains("kind: CronJob") && html.contains("namespace: shop"), "{html}");
}

#[tokio::test]
async fn a_search_says_where_it_could_not_look() {
    let found = SearchResults {
        groups: vec![],
        missing: vec![(System::Cluster("quarry".into()), "connection refused".into())],
    };
    let fake = Arc::new(Fake { found: Ok(found), ..Fake::default() });

    let html = render("/search?q=web", &fake).await;

    assert!(html.contains("cluster quarry could not be searched: connection refused"), "{html}");
    assert!(html.contains("Nothing matches"));
}

#[tokio::test]
async fn an_error_of_a_form_sent_without_scripts_is_shown_at_the_form() {
    let mut object = crashing_pod();
    object.actions = vec![OfferedAction { action: ActionKind::Scale, missing: None, current: Some(3) }];
    let fake = Arc::new(Fake { object: Ok(object), ..Fake::default() });
    let error = unreachable();
    let error = leptos::server_fn::error::ServerFnUrlError::new("/api/resources/act-form", error);
    let address = error.to_url(&format!("http://console.test{POD}?do=scale")).unwrap();

    let html = render(&format!("{}?{}", address.path(), address.query().unwrap()), &fake).await;

    assert!(html.contains("connection refused"), "{html}");
}

#[tokio::test]
async fn a_timeline_tells_what_is_known_even_where_the_trail_cannot_be_read() {
    let html = render(&format!("{POD}?tab=timeline"), &pod()).await;

    let event = crashing_pod().events.remove(0);
    assert!(html.contains(&event.reason) && html.contains("class=\"timeline\""), "{html}");
    assert!(html.contains("of=events"), "who tells can be chosen without scripts");
    assert!(html.contains("class=\"problem"), "that the trail is missing is said: {html}");
    let events = render(&format!("{POD}?tab=events"), &pod()).await;
    assert!(!events.contains("class=\"problem"), "nothing is missing elsewhere: {events}");

    let nobody = render(&format!("{POD}?tab=timeline&of=people"), &pod()).await;
    assert!(
        !nobody.contains("class=\"timeline\"") && nobody.contains("Nothing is known of this time"),
        "{nobody}"
    );
}
