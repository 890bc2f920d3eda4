//! Lists: their rows, what an empty one says, and what is offered above them.

use crate::support::{Fake, crashing_pod, kind, pods, render};
use crate::{LIST, forbidden, unreachable};
use model::Table;
use resources_contract::DeletePlan;
use std::sync::Arc;

fn list(names: &[&str]) -> Arc<Fake> {
    Arc::new(Fake { table: Ok(pods(names)), ..Fake::default() })
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
async fn work_on_many_objects_begins_with_trying_it_out_unless_something_is_typed() {
    let fake = list(&["a", "b"]);
    let first = |html: &str| {
        let (_, rest) = html.split_once("data-first").unwrap_or_default();
        rest.split_once("</").unwrap_or_default().0.to_owned()
    };

    let restart = render(&format!("{LIST}?do=restart&all=2"), &fake).await;
    let scale = render(&format!("{LIST}?do=scale&all=2"), &fake).await;

    assert!(first(&restart).contains("Try it out"), "{restart}");
    assert!(!scale.contains("data-first") && scale.contains("fields[replicas]"), "{scale}");
}

#[tokio::test]
async fn a_peek_shows_why_the_object_is_unwell() {
    let fake =
        Arc::new(Fake { table: Ok(pods(&["checkout-7f9c"])), object: Ok(crashing_pod()), ..Fake::default() });

    let html = render(&format!("{LIST}?peek=shop/checkout-7f9c"), &fake).await;

    assert!(html.contains("The container checkout keeps crashing"), "{html}");
    assert!(html.contains("href=\"/clusters/harbour/pods\""), "it can be closed");
}
