//! The whole way from what is typed to what comes back, over a simulated log store that speaks the real protocol.

use crate::client::Client;
use crate::direct::Direct;
use crate::error::ElasticsearchError;
use crate::fence::Fence;
use crate::pages::{Pages, whole};
use crate::search::{Span, fenced};
use crate::store::Store;
use crate::transport::{Ask, Transport};
use access::Scope;
use http::Method;
use model::fault::TermFault;
use model::{ClusterName, Namespace, Timestamp, Window};
use outbound::{Address, Proof};
use playground_elasticsearch::{Archive, Document, Version, Wanted, router, router_of};
use proptest::prelude::*;
use records_contract::{
    AroundRequest, FacetValue, Field, Found, KeptBy, Of, Query, Row, Rows, SearchRequest, Shortfall, Tail,
    TailRequest,
};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

mod stores;

use stores::{BURST, FAMILIES, IN_ONE_PLACE, InProcess, Shaky, Written, burst, past, shards, two_ways};

const NOW: i64 = 1_795_683_600_000;
const MINUTE: i64 = 60_000;
/// What nobody but its owners may ever see.
const CANARY: &str = "canary";

#[tokio::test]
async fn a_file_is_whole_although_points_in_time_end_and_there_is_no_room_at_times() {
    let (_, way) = store().await;
    let shaky = Shaky { way, parts: AtomicUsize::new(0) };
    let store = Arc::new(Store::learn(Client::new(Arc::new(shaky)), &BTreeMap::new()).await.unwrap());

    let mut seen = read_to_its_end(store, 100).await.unwrap();

    assert!(seen.is_sorted(), "they begin with their moment");
    let count = seen.len();
    seen.dedup();
    assert_eq!((seen.len(), count), (721, 721));
}

/// The ids of all lines, so many at a time.
async fn read_to_its_end(store: Arc<Store>, size: u32) -> Result<Vec<String>, ElasticsearchError> {
    let known = store.known(Of::Logs).unwrap();
    let window = request(Of::Logs, "").window;
    let query = fenced(&Query::default(), Span::of(window, NOW), &known, &everything()).unwrap();
    let mut pages = Pages::open(store, known, query, size).await?;
    let mut seen = Vec::new();
    while !pages.are_over() {
        seen.extend(pages.next().await?.into_iter().map(|hit| hit.id));
    }
    Ok(seen)
}

/// A log store that keeps no points in time.
async fn old_store(archive: Arc<dyn Archive>) -> (Arc<Store>, Arc<InProcess>) {
    let app = router_of(archive, Version::V7_4);
    let way = Arc::new(InProcess { app, asked: parking_lot::Mutex::default() });
    let store = Store::learn(Client::new(Arc::new(Arc::clone(&way))), &BTreeMap::new()).await.unwrap();
    (Arc::new(store), way)
}

#[tokio::test]
async fn a_file_is_whole_where_there_are_no_points_in_time_and_the_page_says_that_it_is_of_no_one_moment() {
    let (store, way) = old_store(Arc::new(Written(&FAMILIES, past))).await;

    let mut seen = read_to_its_end(Arc::clone(&store), 100).await.unwrap();
    let found = found(&store, &request(Of::Logs, ""), &everything()).await.unwrap();

    assert!(seen.is_sorted(), "they begin with their moment");
    let count = seen.len();
    seen.dedup();
    assert_eq!((seen.len(), count), (721, 721));
    assert!(!way.asked.lock().iter().any(|asked| asked.contains("pit")), "a point in time was asked for");
    assert!(matches!(found.kept_by, KeptBy::LogStore { is_of_one_moment: false, .. }), "{:?}", found.kept_by);
}

#[tokio::test]
async fn what_stands_in_one_place_of_several_shards_is_told_once_though_parts_end_there() {
    let (store, _) = old_store(Arc::new(shards())).await;

    let mut seen = read_to_its_end(Arc::clone(&store), IN_ONE_PLACE as u32 + 3).await.unwrap();

    let count = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!((seen.len(), count), (BURST, BURST));
    // What cannot be reached is no file that looks whole.
    let stuck = read_to_its_end(store, IN_ONE_PLACE as u32 - 1).await;
    assert!(matches!(stuck, Err(ElasticsearchError::Unreachable { .. })), "{stuck:?}");
}

/// The way to a log store that keeps events, too.
pub(crate) fn way() -> Arc<dyn Transport> {
    Arc::new(in_process(Arc::new(Written(&FAMILIES, past))))
}

fn in_process(archive: Arc<dyn Archive>) -> Arc<InProcess> {
    Arc::new(InProcess { app: router(archive), asked: parking_lot::Mutex::default() })
}

async fn store() -> (Store, Arc<InProcess>) {
    store_of(Arc::new(Written(&FAMILIES, past))).await
}

async fn store_of(archive: Arc<dyn Archive>) -> (Store, Arc<InProcess>) {
    let way = in_process(archive);
    let store = Store::learn(Client::new(Arc::new(Arc::clone(&way))), &BTreeMap::new()).await.unwrap();
    (store, way)
}

fn cluster() -> ClusterName {
    ClusterName::parse("harbour").unwrap()
}

fn request(of: Of, query: &str) -> SearchRequest {
    let window = Window::Last(6 * 3600);
    SearchRequest { cluster: cluster(), of, query: query.into(), window, before: None }
}

/// A member of `shop`, which was made two hours ago.
fn member() -> Fence {
    let name = |text: &str| Namespace::parse(text).unwrap();
    let births = [(name("shop"), NOW - 120 * MINUTE), (name("blog"), 0), (name("kube-system"), 0)]
        .into_iter()
        .collect();
    Fence::new(&Scope::Namespaces([name("shop")].into()), false, &births)
}

fn everything() -> Fence {
    Fence::new(&Scope::All, true, &BTreeMap::new())
}

async fn found(store: &Store, request: &SearchRequest, fence: &Fence) -> Result<Found, ElasticsearchError> {
    let query = Query::parse(request.of, &request.query).unwrap();
    store.search(&store.known(request.of).unwrap(), request, &query, fence, NOW).await
}

async fn a_page_has_rows_with_marks_and_figures_of_all(store: &Store) {
    let found = found(store, &request(Of::Logs, "ord level:error pod:order-*"), &member()).await.unwrap();

    let Rows::Logs(rows) = &found.rows else { panic!("{found:?}") };
    assert_eq!((rows.len() as u64, found.total), (21, 21));
    assert!(rows.windows(2).all(|pair| pair[0].at_ms > pair[1].at_ms));
    assert!(rows[0].text.iter().any(|piece| piece.is_hit && piece.text == "order"), "{:?}", rows[0].text);
    assert_eq!(found.bars.iter().map(|bar| bar.failed).sum::<u64>(), 21);
    let value = FacetValue { value: "shop".to_owned(), name: None, count: 21 };
    assert_eq!(found.facets[0].values, [value]);
    assert_eq!(found.confined_to.as_deref(), Some(&["shop".to_owned()][..]));
}

/// The ids of all events, in the order of their pages, and how many pages there are.
async fn page_by_page(store: &Store) -> (Vec<String>, usize) {
    let mut request = request(Of::Events, "");
    let (mut seen, mut pages) = (Vec::new(), 0);
    loop {
        let found = found(store, &request, &everything()).await.unwrap();
        let Rows::Events(rows) = found.rows else { panic!() };
        seen.extend(rows.into_iter().map(|row| row.id));
        pages += 1;
        let Some(next) = found.next else { break };
        request.before = Some(next);
    }
    (seen, pages)
}

async fn pages_follow_each_other_to_the_end(store: &Store) {
    let (mut seen, pages) = page_by_page(store).await;

    let count = seen.len();
    seen.dedup();
    assert_eq!((seen.len(), count, pages), (721, 721, 8));
}

#[tokio::test]
async fn what_was_written_in_one_moment_is_on_one_page_each() {
    let (store, _) = store_of(Arc::new(burst())).await;

    let (mut seen, pages) = page_by_page(&store).await;

    seen.sort();
    seen.dedup();
    assert_eq!((seen.len(), pages), (BURST, 3));
}

async fn tail(store: &Store, of: Of, since_ms: Option<i64>, fence: &Fence) -> Tail {
    let request = TailRequest { cluster: cluster(), of, query: String::new(), since_ms };
    store.tail(&store.known(of).unwrap(), &request, &Query::default(), fence, NOW).await.unwrap()
}

async fn following_goes_on_shortly_before_where_it_was(store: &Store) {
    let moments = |tail: &Tail| {
        tail.rows.clone().into_vec().iter().map(|row| (NOW - row.at_ms()) / 1000).collect::<Vec<_>>()
    };

    let first = tail(store, Of::Logs, None, &everything()).await;
    let next = tail(store, Of::Logs, Some(NOW - MINUTE), &everything()).await;
    let own = tail(store, Of::Events, Some(NOW - 3 * MINUTE), &member()).await;
    let late = tail(store, Of::Audit, Some(NOW - 60 * MINUTE), &everything()).await;

    assert_eq!((moments(&first).len(), first.is_cut), (31, false));
    assert_eq!((moments(&next), next.is_cut), (vec![0, 30, 60, 90], false));
    assert!(matches!(&own.rows.clone().into_vec()[0], Row::Event(event) if event.namespace == "shop"));
    assert_eq!(own.rows.len(), 3, "a third of seven is shop's, or one more");
    assert_eq!((moments(&late).len(), late.is_cut), (31, true), "half an hour and more is not shown");
}

async fn who_did_it_is_whom_a_request_spoke_for(store: &Store) {
    let found = found(store, &request(Of::Audit, "user:order-ada code:4xx"), &everything()).await.unwrap();

    let Rows::Audit(rows) = &found.rows else { panic!() };
    assert_eq!(
        (rows[0].user.as_str(), rows[0].by.as_str(), rows[0].code),
        ("order-ada", "console", Some(403))
    );
    assert_eq!(found.bars.iter().map(|bar| bar.warned).sum::<u64>(), found.total);
}

async fn a_line_stands_among_its_neighbours(store: &Store) {
    let known = store.known(Of::Logs).unwrap();
    let found = found(store, &request(Of::Logs, ""), &member()).await.unwrap();
    let Rows::Logs(rows) = found.rows else { panic!() };
    let request = AroundRequest { cluster: cluster(), id: rows[10].id.clone(), lines: 4 };

    let around = store.around(&known, &request, &member()).await.unwrap().unwrap();

    let ids: Vec<&str> = around.lines.iter().map(|line| line.id.as_str()).collect();
    let expected: Vec<&str> = rows[6..=14].iter().rev().map(|row| row.id.as_str()).collect();
    assert_eq!((ids, around.at, around.more), (expected, 4, (true, true)));
}

#[tokio::test]
async fn a_line_of_a_moment_in_which_much_was_written_stands_among_its_neighbours() {
    let (store, _) = store_of(Arc::new(burst())).await;
    let known = store.known(Of::Logs).unwrap();
    let found = found(&store, &request(Of::Logs, ""), &everything()).await.unwrap();
    let Rows::Logs(rows) = found.rows else { panic!() };

    for place in [10, 50, 95] {
        let request = AroundRequest { cluster: cluster(), id: rows[place].id.clone(), lines: 4 };
        let around = store.around(&known, &request, &everything()).await.unwrap().unwrap();

        let ids: Vec<&str> = around.lines.iter().map(|line| line.id.as_str()).collect();
        let expected: Vec<&str> =
            rows[place - 4..=place + 4].iter().rev().map(|row| row.id.as_str()).collect();
        assert_eq!((ids, around.at, around.more), (expected, 4, (true, true)));
    }
}

async fn a_foreign_line_does_not_exist_by_its_name_either(store: &Store) {
    let known = store.known(Of::Logs).unwrap();
    let all = found(store, &request(Of::Logs, CANARY), &everything()).await.unwrap();
    let Rows::Logs(rows) = all.rows else { panic!() };

    for row in rows.iter().take(20) {
        let request = AroundRequest { cluster: cluster(), id: row.id.clone(), lines: 5 };
        assert!(store.around(&known, &request, &member()).await.unwrap().is_none());
    }
}

async fn a_point_in_time_is_read_to_its_end(store: &Store) {
    let known = store.known(Of::Logs).unwrap();
    let point = store.client.open_point(&known.index, store.is_opensearch).await.unwrap();
    let window = request(Of::Logs, "").window;
    let query = fenced(&Query::default(), Span::of(window, NOW), &known, &everything()).unwrap();
    let mut search = whole(query, &known, store.is_opensearch, Some(point.clone()), 100);
    let mut seen = Vec::new();
    loop {
        let answer = store.client.search_point(&search).await.unwrap();
        let Some(last) = answer.hits.hits.last() else { break };
        search.search_after = Some(last.sort.clone());
        seen.extend(answer.hits.hits.into_iter().map(|hit| hit.id));
    }

    let count = seen.len();
    seen.dedup();
    assert_eq!((seen.len(), count), (721, 721));
    store.client.close_point(&point, store.is_opensearch).await.unwrap();
    assert!(store.client.search_point(&search).await.is_err(), "it is over");
}

macro_rules! checked {
    ($($check:ident),* $(,)?) => {
        /// What must hold of any log store.
        async fn everything_holds(store: &Store) {
            $($check(store).await;)*
        }

        mod in_process {
            $(#[tokio::test]
            async fn $check() {
                super::$check(&super::store().await.0).await;
            })*
        }
    };
}

checked!(
    a_page_has_rows_with_marks_and_figures_of_all,
    pages_follow_each_other_to_the_end,
    following_goes_on_shortly_before_where_it_was,
    who_did_it_is_whom_a_request_spoke_for,
    a_line_stands_among_its_neighbours,
    a_foreign_line_does_not_exist_by_its_name_either,
    a_point_in_time_is_read_to_its_end,
);

/// The same against a real OpenSearch, which `cargo xtask test --peers` starts: empty, without a password.
#[tokio::test]
#[ignore = "needs a real OpenSearch"]
async fn everything_works_on_opensearch() {
    let url = std::env::var("ORRERY_PEER_OPENSEARCH").expect("ORRERY_PEER_OPENSEARCH names an OpenSearch");
    let way = Direct::new(Address { url, proof: Proof::Nothing, authority: String::new() }).unwrap();
    for family in &FAMILIES {
        let wanted = Wanted { from: NOW - 86_400_000, to: NOW, ..Wanted::default() };
        let mut lines = String::new();
        for Document { id, at, mut source } in past(family, &wanted) {
            source["@timestamp"] = format!("{:.3}", jiff::Timestamp::from_millisecond(at).unwrap()).into();
            let action = json!({"index": {"_index": format!("{}-2026.11.26", family.name), "_id": id}});
            lines.push_str(&format!("{action}\n{source}\n"));
        }
        let ask = Ask { method: Method::POST, path: "/_bulk?refresh=true".into(), body: lines.into() };
        let said = way.ask(&ask).await.unwrap();
        assert!(String::from_utf8_lossy(&said).contains("\"errors\":false"), "{said:?}");
    }
    let store = Store::learn(Client::new(Arc::new(way)), &BTreeMap::new()).await.unwrap();

    assert!(store.is_opensearch);
    everything_holds(&store).await;
}

#[tokio::test]
async fn a_page_and_its_figures_are_one_question() {
    let (store, way) = store().await;
    let before = way.asked.lock().len();

    let _ = found(&store, &request(Of::Logs, "a"), &member()).await.unwrap();

    assert_eq!(way.asked.lock().len() - before, 1);
}

#[tokio::test]
async fn why_a_stretch_of_time_is_empty_is_told_by_what_the_reader_may_see() {
    let (store, way) = store().await;
    let over_days = SearchRequest { window: Window::Last(3 * 86_400), ..request(Of::Events, "") };
    let known = store.known(Of::Events).unwrap();
    let told = async |request: &SearchRequest, fence: &Fence| {
        let bars = found(&store, request, fence).await.unwrap().bars;
        store.edges(&known, request, &bars, fence, NOW).await
    };
    let nobodys = Scope::Namespaces([Namespace::parse("gone").unwrap()].into());

    let of_all = told(&over_days, &everything()).await;
    let of_member = told(&over_days, &member()).await;
    let of_nobody = told(&over_days, &Fence::new(&nobodys, false, &BTreeMap::new())).await;

    assert_eq!(of_all, [Shortfall::Since(Timestamp((NOW - 86_400_000) / 1000))]);
    let born = NOW / 1000 - 120 * 60;
    assert!(
        matches!(of_member[..], [Shortfall::Since(at)] if (born..born + 90).contains(&at.0)),
        "{of_member:?}"
    );
    assert_eq!(of_nobody, [Shortfall::Nothing]);
    let before = way.asked.lock().len();
    assert_eq!(told(&request(Of::Events, ""), &everything()).await, []);
    assert_eq!(way.asked.lock().len() - before, 1, "nothing is empty there");
}

#[tokio::test]
async fn every_question_about_records_carries_the_fence() {
    let (store, way) = store().await;
    for of in Of::ALL {
        let nothing = found(&store, &request(of, "a b"), &member()).await.unwrap();
        let known = store.known(of).unwrap();
        let _ = store.edges(&known, &request(of, "a b"), &nothing.bars, &member(), NOW).await;
        let _ = tail(&store, of, None, &member()).await;
        let query = Query::default();
        store.newest(&known, &request(of, ""), &query, &member(), NOW).await.unwrap();
    }
    let line = AroundRequest { cluster: cluster(), id: "x".into(), lines: 5 };
    let _ = store.around(&store.known(Of::Logs).unwrap(), &line, &member()).await.unwrap();

    let asked = way.asked.lock();
    let searches: Vec<&String> = asked.iter().filter(|asked| asked.contains("_search")).collect();
    assert_eq!(searches.len(), 16);
    assert!(searches.iter().all(|search| search.contains("\"shop\"")), "{searches:?}");
    assert!(searches.iter().all(|search| !search.contains("requestObject")));
}

#[tokio::test]
async fn the_newest_are_those_of_the_first_page_and_nothing_is_counted_for_them() {
    let (store, way) = store().await;
    let known = store.known(Of::Events).unwrap();
    let ids = |rows: Rows| rows.into_vec().iter().map(|row| row.id().to_owned()).collect::<Vec<_>>();

    for (fence, is_more) in [(member(), false), (everything(), true)] {
        let request = request(Of::Events, "");
        let first = found(&store, &request, &fence).await.unwrap();
        let (rows, is_cut) = store.newest(&known, &request, &Query::default(), &fence, NOW).await.unwrap();
        assert_eq!((ids(rows), is_cut), (ids(first.rows), is_more));
    }

    let asked = way.asked.lock();
    let counts: Vec<bool> = asked
        .iter()
        .filter(|asked| asked.contains("_search"))
        .map(|search| search.contains("\"aggs\""))
        .collect();
    assert_eq!(counts, [true, false, true, false]);
}

#[tokio::test]
async fn logs_that_are_written_in_two_ways_are_searched_as_one() {
    let (store, way) = store_of(Arc::new(two_ways())).await;
    let one_way = found(&self::store().await.0, &request(Of::Logs, "order"), &member()).await.unwrap();

    let both = found(&store, &request(Of::Logs, "order"), &member()).await.unwrap();
    let beats = found(&store, &request(Of::Logs, "order pod:beats-*"), &member()).await.unwrap();

    assert_eq!(store.known(Of::Logs).unwrap().name(), "Fluent Bit + Filebeat (ECS)");
    assert_eq!((both.total, beats.total), (2 * one_way.total, one_way.total));
    let Rows::Logs(rows) = &both.rows else { panic!("{both:?}") };
    let of_beats = rows.iter().filter(|row| row.pod.starts_with("beats-")).count();
    assert!(of_beats > 0 && of_beats < rows.len(), "{rows:?}");
    assert!(rows.iter().all(|row| row.namespace == "shop" && row.text.iter().any(|piece| piece.is_hit)));
    assert!(!format!("{both:?}").contains(CANARY) && both.shortfall.is_empty(), "{both:?}");
    let value = FacetValue { value: "shop".to_owned(), name: None, count: both.total };
    assert_eq!(both.facets[0].values, [value]);

    let line = AroundRequest { cluster: cluster(), id: rows[0].id.clone(), lines: 5 };
    let around = store.around(&store.known(Of::Logs).unwrap(), &line, &member()).await.unwrap().unwrap();
    assert!(around.lines.len() > 1 && around.lines.iter().all(|line| line.pod == rows[0].pod), "{around:?}");
    let asked = way.asked.lock();
    let mut searches = asked.iter().filter(|asked| asked.contains("_search"));
    assert!(
        searches.all(|search| search.contains("kubernetes.namespace_name") && search.contains("\"shop\""))
    );
}

#[tokio::test]
async fn requests_are_found_by_where_they_came_from() {
    let (store, _) = store().await;
    let total =
        async |query: &str| found(&store, &request(Of::Audit, query), &everything()).await.unwrap().total;

    let all = total("").await;
    assert_eq!(total("address:192.0.2.1").await, all);
    let third = total("address:10.0.0.1").await;
    assert!((all / 3..=all / 3 + 1).contains(&third), "{third} of {all}");
    assert_eq!(total("address:10.0.0.*").await, all);
    assert_eq!(total("address:10.0.0.9").await, 0);
}

#[tokio::test]
async fn a_field_that_is_not_kept_is_told_at_the_field() {
    let (store, _) = store().await;

    let error = found(&store, &request(Of::Logs, "node:worker-1"), &everything()).await.unwrap_err();

    let is_told =
        matches!(&error, ElasticsearchError::Query(TermFault::NotKept { field, .. }) if field == "node");
    assert!(is_told, "{error}");
}

/// What an attacker types: fields and their values, wildcards, quotation marks, query strings, JSON.
fn typed() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just(CANARY.to_owned()),
        Just("accepted".to_owned()),
        Just("*".to_owned()),
        Just("namespace:blog".to_owned()),
        Just("namespace:*".to_owned()),
        Just("-namespace:shop".to_owned()),
        Just("namespace:shop namespace:blog".to_owned()),
        Just("project:kube-system".to_owned()),
        Just("pod:canary-*".to_owned()),
        Just("workload:canary".to_owned()),
        Just("name:canary-0".to_owned()),
        Just("user:canary-ada".to_owned()),
        Just("\"} OR kubernetes.namespace_name:blog".to_owned()),
        Just(r#""},{"match_all":{}},{"x":""#.to_owned()),
        Just("_exists_:log".to_owned()),
        Just("/.*/".to_owned()),
        Just("level:error".to_owned()),
        ".{0,24}",
    ];
    prop::collection::vec(word, 0..6).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Attack A58: whatever is typed, nothing of others comes back, in rows, figures, values or a file.
    #[test]
    fn nothing_foreign_ever_comes_back(text in typed(), hours in 1_u32..24, of in prop::sample::select(Of::ALL.to_vec())) {
        let Ok(query) = Query::parse(of, &text) else { return Ok(()) };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (store, _) = store().await;
            let known = store.known(of).unwrap();
            let request = SearchRequest { window: Window::Last(hours * 3600), ..request(of, &text) };
            let Ok(found) = store.search(&known, &request, &query, &member(), NOW).await else { return };
            let following = TailRequest { cluster: cluster(), of, query: text.clone(), since_ms: None };
            let tail = store.tail(&known, &following, &query, &member(), NOW).await.unwrap();
            assert!(!format!("{:?}", tail.rows).contains(CANARY), "{text:?}");
            assert!(tail.shortfall.is_empty(), "{text:?}: {:?}", tail.shortfall);

            // 240 records of the last two hours, of which every third is shop's.
            assert!(found.total <= 81, "{} found by {text:?}", found.total);
            assert!(!format!("{:?}", found.rows).contains(CANARY), "{text:?}");
            assert!(found.shortfall.is_empty(), "{text:?}: {:?}", found.shortfall);
            for facet in found.facets {
                let is_own = |value: &str| !value.contains(CANARY) && (facet.field != Field::Namespace || value == "shop");
                assert!(facet.values.iter().all(|value| is_own(&value.value)), "{text:?}");
            }
            let bars = request.window.frame(Timestamp(NOW / 1000), 60);
            assert_eq!(found.bars.len(), bars.points());
        });
    }
}
