#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use super::*;
use crate::plain::{Plain, Said};
use kinds::{Health, Kind, Object};
use model::Level;
use serde_json::json;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use tokio::time::{Instant, sleep};

fn pods() -> Arc<Served> {
    Arc::new(Served { verbs: ["list", "watch"].map(str::to_owned).into(), ..Served::built_in("pods") })
}

fn list(names: &[&str]) -> Said {
    page(names, "")
}

fn page(names: &[&str], next: &str) -> Said {
    let pod = |name: &&str| json!({"metadata": {"name": name, "namespace": "shop", "uid": name}});
    let items: Vec<_> = names.iter().map(pod).collect();
    Said::json(
        &json!({"kind": "PodList", "metadata": {"resourceVersion": "5", "continue": next}, "items": items}),
    )
}

fn follow(server: &Plain) -> Arc<Store> {
    Store::start(Connection::new("harbour", server.config()).unwrap(), pods())
}

async fn until(is_so: impl Fn() -> bool) {
    for _ in 0..600 {
        if is_so() {
            return;
        }
        sleep(Duration::from_millis(100)).await;
    }
    panic!("it never came true");
}

#[tokio::test]
async fn a_version_that_leads_nowhere_is_left_for_a_new_list() {
    let lists = AtomicUsize::new(0);
    let server = Plain::new(move |path, _| match path.contains("watch=true") {
        true => Said::code(200, "garbage\n"),
        false if lists.fetch_add(1, Ordering::Relaxed) == 0 => list(&["old"]),
        false => list(&["new"]),
    });
    let server = server.await;
    let store = follow(&server);

    until(|| store.read().find(Some("shop"), "new").is_some()).await;

    assert!(store.read().find(Some("shop"), "old").is_none());
}

/// What a fault of the console in reading an object would do, once.
fn stumble(object: &Object<'_>) -> Health {
    static HAS_STUMBLED: AtomicBool = AtomicBool::new(false);
    let stumbles = object.name() == "strange" && !HAS_STUMBLED.swap(true, Ordering::Relaxed);
    assert!(!stumbles, "a fault in reading {}", object.name());
    Health::new(Level::Healthy, "Running")
}

#[tokio::test]
async fn an_object_that_the_console_stumbles_over_does_not_end_the_watch_of_the_others() {
    let lists = Arc::new(AtomicUsize::new(0));
    let asked = Arc::clone(&lists);
    let strange = r#"{"type":"ADDED","object":{"kind":"Pod","metadata":{"name":"strange","namespace":"shop","uid":"strange","resourceVersion":"6"}}}"#;
    let server = Plain::new(move |path, _| match path.contains("watch=true") {
        true if asked.load(Ordering::Relaxed) == 1 => Said::code(200, &format!("{strange}\n")),
        true => Said { late: Duration::from_secs(60), ..Said::code(200, "") },
        false if asked.fetch_add(1, Ordering::Relaxed) == 0 => list(&["old"]),
        false => list(&["old", "strange", "new"]),
    });
    let server = server.await;
    let kind = Kind { status: Some(stumble), ..Kind::clone(&pods().kind) };
    let served = Arc::new(Served { kind: Arc::new(kind), ..Served::clone(&pods()) });
    let store = Store::start(Connection::new("harbour", server.config()).unwrap(), served);

    until(|| store.read().find(Some("shop"), "new").is_some()).await;

    assert!(store.read().find(Some("shop"), "strange").is_some());
    assert_eq!(lists.load(Ordering::Relaxed), 2);
    assert!(server.asked().iter().any(|path| path.contains("watch=true")));
}

#[tokio::test]
async fn a_cluster_that_wishes_to_be_left_alone_is_and_the_reader_is_told_for_how_long() {
    let server =
        Plain::new(|_, _| Said { headers: "retry-after: 70\r\n", ..Said::code(429, "slow down") }).await;
    let store = follow(&server);

    let error = store.wait_loaded(Duration::from_secs(60)).await.unwrap_err();

    assert_eq!(
        error.to_string(),
        "cluster harbour did not answer as it should: it is throttling requests: slow down; it asks to be left \
         alone for 70 s"
    );
    sleep(Duration::from_secs(2)).await;
    assert_eq!(server.asked().len(), 1, "{:?}", server.asked());
}

#[tokio::test]
async fn a_list_that_is_forgotten_after_its_first_page_is_not_begun_again_without_a_pause() {
    let server = Plain::new(|path, _| match path {
        path if path.contains("watch=true") => Said { late: Duration::from_secs(60), ..Said::code(200, "") },
        path if path.contains("continue=") => Said::code(410, r#"{"code":410,"reason":"Expired"}"#),
        _ => page(&["first"], "next"),
    });
    let server = server.await;
    let _store = follow(&server);

    until(|| server.asked().iter().any(|path| path.contains("continue="))).await;
    sleep(Duration::from_secs(2)).await;

    let asked = server.asked();
    let lists = asked.iter().filter(|path| !path.contains("watch=true") && !path.contains("continue="));
    assert!(lists.count() < 10, "{} requests in two seconds", asked.len());
}

#[tokio::test]
async fn a_list_that_is_too_large_for_one_answer_comes_in_smaller_pages() {
    let server = Plain::new(|path, _| match path.contains("limit=500") {
        true => Said::code(200, &" ".repeat(65 << 20)),
        false => list(&["large"]),
    });
    let server = server.await;
    let store = follow(&server);

    store.wait_loaded(Duration::from_secs(60)).await.unwrap();

    assert!(store.read().find(Some("shop"), "large").is_some());
}

#[tokio::test]
async fn a_list_that_takes_longer_than_the_server_remembers_is_followed_all_the_same() {
    let began = Instant::now();
    let is_remembered = move || began.elapsed() < Duration::from_secs(2);
    let made = r#"{"type":"ADDED","object":{"kind":"Pod","metadata":{"name":"made","namespace":"shop","uid":"made","resourceVersion":"6"}}}"#;
    let deleted = r#"{"type":"DELETED","object":{"kind":"Pod","metadata":{"name":"late","namespace":"shop","uid":"late","resourceVersion":"7"}}}"#;
    let server = Plain::new(move |path, _| match path {
        path if path.contains("watch=true&allow") && path.contains("Version=5") && is_remembered() => {
            Said::code(200, &format!("{made}\n{deleted}\n"))
        }
        path if path.contains("watch=true") && path.contains("Version=7") => {
            Said { late: Duration::from_secs(60), ..Said::code(200, "") }
        }
        path if path.contains("watch=true") => Said::code(410, r#"{"code":410,"reason":"Expired"}"#),
        path if path.contains("continue=") => {
            Said { late: Duration::from_secs(3), ..list(&["late", "kept"]) }
        }
        _ => page(&["early"], "more"),
    });
    let server = server.await;
    let store = follow(&server);

    store.wait_loaded(Duration::from_secs(60)).await.unwrap();

    let state = store.read();
    let names: Vec<_> = state.rows().map(|row| &*row.name).collect();
    assert_eq!(names, ["early", "kept", "made"], "what the watch said is newer than the list");
    assert_eq!(server.asked().iter().filter(|path| path.contains("limit=")).count(), 2, "one list");
}

#[tokio::test]
async fn a_long_list_is_shown_also_where_it_cannot_be_followed() {
    let server = Plain::new(|path, _| match path {
        path if path.contains("watch=true") => Said::code(403, "no"),
        path if path.contains("continue=") => Said { late: Duration::from_secs(4), ..list(&["late"]) },
        _ => page(&["early"], "more"),
    });
    let server = server.await;
    let store = follow(&server);

    store.wait_loaded(Duration::from_secs(60)).await.unwrap();

    assert!(store.read().find(Some("shop"), "late").is_some());
}

#[tokio::test]
async fn figures_of_a_store_that_is_let_go_are_zero() {
    let figures = crate::figures::Figures::default();
    let _here = metrics::set_default_local_recorder(&figures);
    let server = Plain::new(|_, _| list(&["web-0", "web-1"])).await;
    let store = follow(&server);
    store.wait_loaded(Duration::from_secs(60)).await.unwrap();
    let objects = || figures.get("orrery_store_objects cluster=harbour kind=pods");

    store.measure();
    assert_eq!(objects(), Some(2.0));

    drop(store);
    until(|| objects() == Some(0.0)).await;
}
