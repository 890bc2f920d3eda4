//! Two consoles on one database and one cluster, as behind a balancer that sends a browser now here, now there.

use super::*;
use crate::clusters;
use crate::settings::ClusterSource;
use database::Address;
use futures::StreamExt;
use http_body_util::BodyStream;
use playground::{Options, Playground};
use serde_json::{Value, json};
use std::time::Instant;
use tokio::time::timeout;

const LONG: Duration = Duration::from_secs(60);

async fn replica(address: Address, kubeconfig: &str, site: &std::path::Path) -> Console {
    let database = Database::open(address).await.unwrap();
    database.migrate().await.unwrap();
    let clusters = clusters::connect(&ClusterSource::Playground, Some(kubeconfig)).await.unwrap();
    Console::new(parts(database, reached_at("http://console.example"), site, clusters)).unwrap()
}

/// The list of all namespaces of a cluster, live.
fn live(cookie: &str, last_event_id: Option<&str>) -> Request<Body> {
    let feeds =
        json!([{"feed": 1, "topic": {"table": {"cluster": "harbour", "kind": "namespaces", "size": 100}}}]);
    let address = format!("/live?feeds={}", model::link::escape(&feeds.to_string()));
    let mut request = with(get(&address), COOKIE, cookie);
    if let Some(id) = last_event_id {
        request.headers_mut().insert("last-event-id", id.parse().unwrap());
    }
    request
}

/// The id and the news of the first event that says anything.
async fn first_news(console: &Console, request: Request<Body>) -> (String, Value) {
    let response = router(console).oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let mut body = BodyStream::new(response.into_body());
    let mut text = String::new();
    loop {
        let frame =
            timeout(LONG, body.next()).await.expect("an event in time").expect("an open stream").unwrap();
        text.push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap());
        let event = text.split("\n\n").find(|event| event.contains("data: ") && text.contains("\n\n"));
        if let Some(event) = event {
            let line =
                |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
            let message: Value = serde_json::from_str(&line("data: ")).unwrap();
            return (line("id: "), message["news"].clone());
        }
    }
}

fn make_namespace(playground: &Playground, name: &str) {
    let object = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
    playground.cluster("harbour").unwrap().create(object).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_can_be_sent_to_another_replica_at_any_moment() {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let folder = tempfile::tempdir().unwrap();
    let options = Options { past: Duration::ZERO, ..Options::default() };
    let playground = playground::start(options).await.unwrap();
    let address = Address::SqliteFile(folder.path().join("shared.db"));
    let here = replica(address.clone(), playground.kubeconfig(), folder.path()).await;
    let there = replica(address, playground.kubeconfig(), folder.path()).await;
    let world = World { console: here.clone(), _site: tempfile::tempdir().unwrap() };
    let cookie = world.signed_in().await;

    let (id, news) = first_news(&here, live(&cookie, None)).await;
    assert!(!news.to_string().contains("meanwhile"), "{news}");
    make_namespace(&playground, "meanwhile");

    // The other replica cannot know what was sent here, so it begins with everything rather than leave anything out.
    let begin = Instant::now();
    loop {
        let (_, news) = first_news(&there, live(&cookie, Some(&id))).await;
        assert!(news["snapshot"].is_object(), "{news}");
        if news["snapshot"].to_string().contains("meanwhile") {
            break;
        }
        assert!(begin.elapsed() < LONG, "the change is lost: {news}");
    }
    // And back: this one still knows.
    let begin = Instant::now();
    loop {
        let (_, news) = first_news(&here, live(&cookie, Some(&id))).await;
        if news.to_string().contains("meanwhile") {
            break;
        }
        assert!(begin.elapsed() < LONG, "the change is lost: {news}");
    }

    let signed_out = with(post("/sign-out", ""), COOKIE, &cookie);
    assert_eq!(world.send(signed_out).await.status(), StatusCode::SEE_OTHER);
    let after = router(&there).oneshot(live(&cookie, None)).await.unwrap();
    assert_eq!(after.status(), StatusCode::UNAUTHORIZED, "signed out here, but not there");
    playground.stop().await.unwrap();
}
