//! What the console keeps is answered as a log store answers, and to nobody who may not see it.

use super::Kept;
use crate::fence::Fence;
use crate::search::Span;
use access::Scope;
use database::Database;
use database::kept_events::KeptEvent;
use model::{ClusterName, Namespace, Timestamp, Window};
use records_contract::{Found, KeptBy, Of, Query, Row, Rows, SearchRequest, Shortfall, TailRequest};
use std::collections::BTreeMap;

const NOW: i64 = 1_795_683_600_000;
const MINUTE: i64 = 60_000;
/// What nobody but its owners may ever see.
const CANARY: &str = "canary";

fn cluster() -> ClusterName {
    ClusterName::parse("harbour").unwrap()
}

/// An event each minute for three hours, in turns of `shop`, `bank` and the cluster itself. What is not of `shop` holds the
/// canary, and so does what is older than two hours: then `shop` was somebody else's.
fn events() -> Vec<KeptEvent> {
    let event = |minute: i64| {
        let namespace = ["shop", "bank", ""][(minute % 3) as usize];
        let is_own = namespace == "shop" && minute <= 120;
        let word = if is_own { "order" } else { CANARY };
        KeptEvent {
            uid: format!("{word}-{minute}"),
            times: 1,
            at_milliseconds: NOW - minute * MINUTE,
            namespace: namespace.into(),
            kind: "Pod".into(),
            name: format!("{word}-0"),
            reason: format!("{word}ed"),
            sort: "Warning".into(),
            source: word.into(),
            message: format!("Back-off restarting {word}"),
        }
    };
    (1..180).map(event).collect()
}

/// Those events, kept since three hours ago until now.
async fn kept(events: &[KeptEvent]) -> Kept {
    let database = Database::in_memory().await.unwrap();
    for minutes in [180, 140, 100, 60, 20, 0] {
        database.keep_events(&cluster(), events, NOW - minutes * MINUTE).await.unwrap();
    }
    Kept::open(&database, &cluster()).await.unwrap().unwrap()
}

/// A member of `shop`, which was made two hours ago.
fn member() -> Fence {
    let name = |text: &str| Namespace::parse(text).unwrap();
    let births = [(name("shop"), NOW - 120 * MINUTE), (name("bank"), 0)].into();
    Fence::new(&Scope::Namespaces([name("shop")].into()), false, &births)
}

fn everything() -> Fence {
    Fence::new(&Scope::All, true, &BTreeMap::new())
}

fn request(query: &str) -> SearchRequest {
    let window = Window::Last(6 * 3600);
    SearchRequest { cluster: cluster(), of: Of::Events, query: query.into(), window, before: None }
}

async fn found(kept: &Kept, request: &SearchRequest, fence: &Fence) -> Found {
    let query = Query::parse(Of::Events, &request.query).unwrap();
    kept.search(request, &query, fence, NOW).await.unwrap()
}

#[tokio::test]
async fn events_of_another_project_are_never_answered() {
    let kept = kept(&events()).await;

    for typed in
        ["", "-reason:none", "namespace:bank", "reason:canary*", "canary", "name:canary-0 name:order-0"]
    {
        let found = found(&kept, &request(typed), &member()).await;
        let own = if typed.is_empty() || typed.contains("none") || typed.contains("order") { 40 } else { 0 };
        assert_eq!((found.rows.len() as u64, found.total), (own, own), "{typed}");
        assert_eq!(found.shortfall, [], "the tables themselves find nothing else: {typed}");
        let told = format!("{:?}{:?}", found.rows, found.facets);
        assert!(!told.contains(CANARY) && !told.contains("bank"), "{typed}: {told}");
    }
    let tail = TailRequest { cluster: cluster(), of: Of::Events, query: String::new(), since_ms: None };
    let tail = kept.tail(&tail, &Query::default(), &member(), NOW).await.unwrap();
    assert_eq!((tail.rows.len(), tail.shortfall.len()), (5, 0));
    assert!(!format!("{:?}", tail.rows).contains(CANARY));

    let span = Span::of(Window::Last(6 * 3600), NOW);
    let mut pages = kept.pages(&Query::default(), span, &member(), 7).unwrap();
    let mut rows = Vec::new();
    while !pages.are_over() {
        rows.extend(pages.next(&member()).await.unwrap().into_vec());
    }
    assert_eq!(rows.len(), 40);
    assert!(rows.is_sorted_by_key(Row::at_ms) && !format!("{rows:?}").contains(CANARY));
}

#[tokio::test]
async fn what_the_tables_find_beyond_the_fence_is_left_out_and_counted() {
    let kept = kept(&[]).await;

    let (rows, foreign) = kept.rows(&events(), &Query::default(), &member());

    assert_eq!((rows.len(), foreign), (40, 139));
    assert!(!format!("{rows:?}").contains(CANARY), "{rows:?}");
}

#[tokio::test]
async fn a_page_has_rows_with_marks_and_figures_of_all() {
    let kept = kept(&events()).await;

    let found = found(&kept, &request("back-off type:Warning"), &everything()).await;

    assert_eq!((found.rows.len(), found.total), (100, 179));
    assert_eq!(found.bars.iter().map(|bar| bar.warned).sum::<u64>(), 179);
    let values: Vec<(&str, u64)> =
        found.facets[0].values.iter().map(|value| (value.value.as_str(), value.count)).collect();
    assert_eq!(values, [("bank", 60), ("shop", 59)], "what is in no project is none");
    let Some(Row::Event(first)) = found.rows.clone().into_vec().into_iter().next() else { panic!() };
    assert!(first.message[0].is_hit && first.message[0].text == "Back-off", "{:?}", first.message);
    assert_eq!(first.resource.unwrap().kind.as_str(), "pods");
    assert_eq!(found.kept_by, KeptBy::Console { since: Timestamp((NOW - 180 * MINUTE) / 1000) });
}

#[tokio::test]
async fn the_newest_are_those_of_the_first_page_for_everybody() {
    let ids = |rows: Rows| rows.into_vec().iter().map(|row| row.id().to_owned()).collect::<Vec<_>>();
    let kept = kept(&events()).await;
    let (request, query) = (request(""), Query::default());

    for (fence, is_more) in [(member(), false), (everything(), true)] {
        let first = found(&kept, &request, &fence).await;
        let (rows, is_cut) = kept.newest(&request, &query, &fence, NOW).await.unwrap();
        assert_eq!((ids(rows), is_cut), (ids(first.rows), is_more));
    }
}

#[tokio::test]
async fn pages_follow_each_other_through_one_moment() {
    let event = |number: i64| KeptEvent {
        uid: format!("u{number}"),
        times: 1,
        at_milliseconds: NOW - MINUTE,
        ..KeptEvent::default()
    };
    let kept = kept(&(0..250).map(event).collect::<Vec<_>>()).await;
    let (mut request, mut seen, mut pages) = (request(""), Vec::new(), 0);

    loop {
        let found = found(&kept, &request, &everything()).await;
        seen.extend(found.rows.into_vec().iter().map(|row| row.id().to_owned()));
        pages += 1;
        let Some(next) = found.next else { break };
        request.before = Some(next);
    }

    seen.sort();
    seen.dedup();
    assert_eq!((seen.len(), pages), (250, 3));
}

#[tokio::test]
async fn when_nothing_was_kept_is_told_where_it_matters() {
    let database = Database::in_memory().await.unwrap();
    assert!(Kept::open(&database, &cluster()).await.unwrap().is_none());
    for minutes in [300, 180, 150, 20] {
        database.keep_events(&cluster(), &[], NOW - minutes * MINUTE).await.unwrap();
    }
    let kept = Kept::open(&database, &cluster()).await.unwrap().unwrap();
    let at = |minutes: i64| Timestamp((NOW - minutes * MINUTE) / 1000);

    let all = found(&kept, &request(""), &everything()).await;
    let last = SearchRequest { window: Window::Last(600), ..request("") };
    let last = found(&kept, &last, &everything()).await;

    let gaps = [(300, 180), (150, 20), (20, 0)];
    assert_eq!(all.shortfall, gaps.map(|(from, to)| Shortfall::NotKept(at(from), at(to))));
    assert_eq!(last.shortfall, [Shortfall::NotKept(at(20), at(0))], "and nobody keeps now");
}
