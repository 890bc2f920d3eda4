use super::*;
use access::Scope;
use kinds::Object;
use model::{ClusterName, KindSlug, Sort};
use proptest::prelude::*;

fn pod(n: u8, restarts: u8) -> Vec<u8> {
    serde_json::json!({
        "kind": "Pod",
        "metadata": {"namespace": format!("ns-{}", n % 3), "name": format!("pod-{n}"), "uid": n.to_string()},
        "spec": {"containers": [{"name": "main", "image": "web:1"}]},
        "status": {"phase": if restarts == 3 { "Failed" } else { "Running" }, "containerStatuses": [
            {"name": "main", "ready": restarts < 3, "restartCount": restarts, "image": "web:1", "state": {"running": {}}}]},
    })
    .to_string()
    .into_bytes()
}

fn state() -> State {
    State::new(Arc::clone(kinds::find("pods").expect("pods are built in")))
}

fn view(search: &str, sort: Option<Sort>, page: u32) -> View {
    let mut query =
        TableQuery::of(ClusterName::parse("c").expect("a name"), KindSlug::parse("pods").expect("a kind"));
    query.search = search.into();
    query.sort = sort;
    query.page = page;
    query.size = 4;
    View::new(&query, Sight::of_objects(Scope::All), kinds::find("pods").expect("built in"), now())
        .expect("a good query")
}

fn put(state: &mut State, json: &[u8]) {
    state.put(&Object::parse(json).expect("the test's own JSON"), None);
}

#[test]
fn what_is_not_on_the_page_is_silence() {
    let mut state = state();
    (0..20).for_each(|n| put(&mut state, &pod(n, 0)));
    let mut follower = Follower::new(view("", None, 0), &state);

    put(&mut state, &pod(17, 1));

    assert!(follower.advance(&state).is_none());
}

#[test]
fn a_row_that_changes_is_put_and_one_that_goes_is_gone() {
    let mut state = state();
    (0..6).for_each(|n| put(&mut state, &pod(n, 0)));
    let mut follower = Follower::new(view("", None, 0), &state);

    put(&mut state, &pod(0, 2));
    let difference = follower.advance(&state).expect("a change");
    assert_eq!((difference.put.len(), difference.gone.len(), difference.order), (1, 0, None));

    state.remove("0");
    let difference = follower.advance(&state).expect("a change");
    assert_eq!(difference.gone, ["0"]);
    assert_eq!(difference.order.expect("a new order").len(), 4);
}

#[derive(Clone, Debug)]
enum Step {
    Put(u8, u8),
    Remove(u8),
    Look,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..16_u8, 0..4_u8).prop_map(|(n, restarts)| Step::Put(n, restarts)),
        1 => (0..16_u8).prop_map(Step::Remove),
        3 => Just(Step::Look),
    ]
}

/// What a browser does with a difference.
fn replay(shown: &mut Vec<Arc<RowData>>, difference: &Difference) {
    shown.retain(|row| !difference.gone.iter().any(|uid| **uid == *row.uid));
    for row in &difference.put {
        match shown.iter_mut().find(|known| known.uid == row.uid) {
            Some(known) => *known = Arc::clone(row),
            None => shown.push(Arc::clone(row)),
        }
    }
    if let Some(order) = &difference.order {
        shown.sort_by_key(|row| order.iter().position(|uid| **uid == *row.uid));
    }
}

proptest! {
    #[test]
    fn replaying_any_differences_gives_the_page_as_it_is(
        steps in prop::collection::vec(step(), 0..80),
        search in prop::sample::select(vec![
            "", "status:failed", "restarts>1", "namespace:ns-1", ".status.phase:failed", "-.status.phase:failed",
        ]),
        column in prop::sample::select(vec![None, Some("restarts"), Some("status"), Some("name")]),
        descending: bool,
        page in 0..3_u32,
    ) {
        let view = || view(search, column.map(|column| Sort { column: column.into(), descending }), page);
        let mut state = state();
        let mut follower = Follower::new(view(), &state);
        let mut shown = follower.page.rows.clone();
        for step in steps.into_iter().chain([Step::Look]) {
            match step {
                Step::Put(n, restarts) => put(&mut state, &pod(n, restarts)),
                Step::Remove(n) => state.remove(&n.to_string()),
                Step::Look => {
                    if let Some(difference) = follower.advance(&state) {
                        replay(&mut shown, &difference);
                    }
                    let expected = view().page(&state);
                    prop_assert_eq!(&shown, &expected.rows);
                    prop_assert_eq!(follower.page.total, expected.total);
                    prop_assert_eq!(follower.page.levels, expected.levels);
                }
            }
        }
    }
}

#[test]
fn feeds_are_counted_by_cluster_for_as_long_as_they_are_there() {
    let figures = crate::figures::Figures::default();
    let _here = metrics::set_default_local_recorder(&figures);
    let feeds = || figures.get("orrery_feeds cluster=harbour");

    let (one, other) = (Counted::new("harbour"), Counted::new("harbour"));
    assert_eq!(feeds(), Some(2.0));

    drop((one, other));
    assert_eq!(feeds(), Some(0.0));
}

/// A store that nobody fills but the test.
async fn store() -> (crate::plain::Plain, Arc<Store>) {
    let server = crate::plain::Plain::new(|_, _| crate::plain::Said::code(503, "not now")).await;
    let connection = crate::Connection::new("harbour", server.config()).expect("a connection");
    (server, Store::start(connection, Arc::new(crate::Served::built_in("pods"))))
}

fn query(page: usize) -> TableQuery {
    let (cluster, kind) = (ClusterName::parse("harbour"), KindSlug::parse("pods"));
    let mut query = TableQuery::of(cluster.expect("a name"), kind.expect("a kind"));
    query.page = page as u32;
    query
}

fn followed(store: &Arc<Store>) -> Arc<Feed> {
    let sight = Sight::of_objects(Scope::All);
    Feeds::default().follow(store, &query(0), &sight, (Uuid::from_u128(1), Language::English)).expect("room")
}

#[tokio::test]
async fn what_changes_before_a_follower_gets_its_turn_is_told() {
    let (_server, store) = store().await;
    let feed = followed(&store);

    // Nothing else has had a turn since.
    store.change(|state| put(state, &pod(1, 0)));

    let (_, mut news) = feed.subscribe(None).expect("it is alive");
    let told = tokio::time::timeout(Duration::from_secs(20), news.recv()).await.expect("it is not told");
    let (_, text) = told.expect("it is alive");
    assert!(text.contains("pod-1"), "{text}");
}

#[tokio::test]
async fn a_page_that_was_drawn_a_moment_ago_is_not_led_back_to_what_was_before() {
    let (_server, store) = store().await;
    let feed = followed(&store);
    store.change(|state| put(state, &pod(1, 0)));
    let drawn = store.revision_text(store.read().revision());

    let (missed, _) = feed.subscribe(Some(&drawn)).expect("it is alive");

    assert!(missed.is_empty(), "{missed:?}");
}

#[tokio::test]
async fn readers_of_two_languages_are_told_of_one_page_each_in_theirs() {
    let (_server, store) = store().await;
    store.change(|state| put(state, &pod(1, 4)));
    let (feeds, sight) = (Feeds::default(), Sight::of_objects(Scope::All));

    for (language, why) in [
        (Language::English, "Container main runs but is not ready."),
        (Language::Chinese, "容器 main 正在运行，但尚未就绪。"),
    ] {
        let feed = feeds.follow(&store, &query(0), &sight, (Uuid::from_u128(1), language)).expect("room");
        let (told, _) = feed.subscribe(None).expect("it is alive");

        assert!(told[0].1.contains(why), "{told:?}");
    }
}

#[tokio::test]
async fn one_person_follows_so_many_pages_and_those_they_left_make_room() {
    let (_server, store) = store().await;
    let feeds = Feeds::default();
    let (ada, bob) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let follow = |page: usize, account| {
        feeds.follow(&store, &query(page), &Sight::of_objects(Scope::All), (account, Language::English))
    };
    let readers: Vec<_> = (0..MOST_OF_ONE)
        .map(|page| follow(page, ada).expect("room").subscribe(None).expect("it is alive"))
        .collect();

    let error = follow(MOST_OF_ONE, ada).err().expect("too many").to_string();
    assert!(error.contains("close some"), "{error}");
    assert!(follow(MOST_OF_ONE, bob).is_ok(), "others have room of their own");
    assert!(follow(0, ada).is_ok(), "what is followed already is no further page");

    drop(readers);
    assert!(follow(MOST_OF_ONE + 1, ada).is_ok());
}
