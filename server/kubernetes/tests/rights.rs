//! Streams end when the right to them does, whatever they carry.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod support;

use futures::{Stream, StreamExt};
use kubernetes::{ForCaller, LiveEvent};
use model::live::{ContainerChoice, FeedRequest, LogTopic, Topic};
use model::{KindSlug, ResourceRef, TableQuery};
use playground_kubernetes::{Effect, FaultRule};
use resources_contract::{Action, Resources, Target};
use serde_json::{Value, json};
use std::pin::Pin;
use std::time::Duration;
use support::{Stage, harbour, pod};

type Events = Pin<Box<dyn Stream<Item = LiveEvent> + Send>>;

async fn stage() -> Stage {
    let stage = Stage::new().await;
    stage.bind_roles();
    let mut web = pod("shop", "web-0");
    web["spec"]["nodeName"] = json!("node-0");
    web["status"] = json!({"containerStatuses": [{"name": "main", "ready": true, "state": {"running": {}}}]});
    stage.cluster.create(web).unwrap();
    stage
}

fn resource(kind: &str, namespace: Option<&str>, name: &str) -> ResourceRef {
    ResourceRef {
        cluster: harbour(),
        kind: kind.parse().unwrap(),
        namespace: namespace.map(|name| name.parse().unwrap()),
        name: name.parse().unwrap(),
    }
}

fn follow(caller: &ForCaller, topic: Topic) -> Events {
    Box::pin(caller.follow(vec![FeedRequest { feed: 1, topic, from: None }], None).unwrap())
}

async fn next(events: &mut Events) -> Value {
    let event = tokio::time::timeout(Duration::from_secs(60), events.next()).await;
    let event = event.expect("no news within a minute").expect("the stream ended without a word");
    serde_json::from_str::<Value>(&event.data).unwrap()["news"].take()
}

/// Reads until the feed says why it ends.
async fn reason(events: &mut Events) -> Value {
    loop {
        let mut news = next(events).await;
        if news.get("ended").is_some() {
            return news["ended"].take();
        }
    }
}

fn topics_of_members() -> Vec<Topic> {
    vec![
        Topic::Table(TableQuery::of(harbour(), KindSlug::parse("pods").unwrap())),
        Topic::Object(resource("pods", Some("shop"), "web-0")),
        Topic::Cluster(harbour()),
        Topic::Log(LogTopic {
            of: resource("pods", Some("shop"), "web-0"),
            pod: None,
            containers: ContainerChoice::Usual,
            tail: 10,
        }),
    ]
}

#[tokio::test]
async fn every_topic_ends_with_the_reason_when_the_right_is_taken_away() {
    let stage = stage().await;
    for topic in topics_of_members() {
        let (id, editor) = stage.account("project-editor", &["shop", "bank"]).await;
        let mut events = follow(&editor, topic.clone());
        let first = next(&mut events).await;
        assert!(first.get("ended").is_none(), "{topic:?}: {first}");

        stage.take(id, "shop").await;

        let reason = reason(&mut events).await;
        assert!(reason.get("Forbidden").is_some(), "{topic:?}: {reason}");
    }
}

/// How many pods the card of a cluster counts.
fn pods_of(card: &Value) -> u64 {
    let levels = card["pods"].as_array().cloned().unwrap_or_default();
    levels.iter().filter_map(|level| level[1].as_u64()).sum()
}

#[tokio::test]
async fn all_clusters_are_told_of_in_one_feed_as_far_as_the_reader_may_see_them() {
    let stage = stage().await;
    let (id, editor) = stage.account("project-editor", &["shop"]).await;
    let mut events = follow(&editor, Topic::Fleet);
    let pods = |news: &Value| pods_of(&news["value"]["value"][0]);
    while pods(&next(&mut events).await) != 1 {}

    stage.cluster.create(pod("bank", "unseen")).unwrap();
    stage.cluster.create(pod("shop", "web-1")).unwrap();
    while pods(&next(&mut events).await) != 2 {}

    stage.take(id, "shop").await;
    stage.kubernetes.access().announce_change();
    stage.cluster.create(pod("shop", "web-2")).unwrap();
    while next(&mut events).await["value"]["value"] != json!([]) {}
}

#[tokio::test]
async fn a_card_that_comes_late_tells_what_its_reader_may_see_by_then() {
    for (taken, counted) in [(&["bank"][..], &[1_u64][..]), (&["shop", "bank"][..], &[][..])] {
        let stage = Stage::with(|cluster| {
            let (verbs, resource) = (vec!["list".into()], "jobs.batch".into());
            let late = FaultRule { verbs, resource, effect: Effect::HalfOpen, ..FaultRule::default() };
            cluster.faults().add(late);
            for (namespace, name) in [("shop", "web-0"), ("bank", "vault-0"), ("bank", "vault-1")] {
                cluster.create(pod(namespace, name)).unwrap();
            }
        })
        .await;
        let (id, member) = stage.account("project-editor", &["shop", "bank"]).await;
        let mut events = follow(&member, Topic::Fleet);
        // By then the card is asked for, and waits for the jobs.
        tokio::time::sleep(Duration::from_millis(500)).await;

        for namespace in taken {
            stage.take(id, namespace).await;
        }
        stage.kubernetes.access().announce_change();
        stage.cluster.faults().clear();

        let mut first = next(&mut events).await;
        let cards = first["value"]["value"].take();
        let cards: Vec<u64> = cards.as_array().unwrap().iter().map(pods_of).collect();
        assert_eq!(cards, counted, "without {taken:?}");
    }
}

#[tokio::test]
async fn every_topic_ends_at_once_when_the_account_is_disabled_here() {
    let stage = stage().await;
    for topic in topics_of_members().into_iter().chain([Topic::Fleet]) {
        let (id, editor) = stage.account("project-editor", &["shop"]).await;
        let mut events = follow(&editor, topic.clone());
        next(&mut events).await;

        stage.database.set_enabled(id, false).await.unwrap();
        stage.kubernetes.access().announce_change();

        assert_eq!(reason(&mut events).await, "NotSignedIn", "{topic:?}");
    }
}

#[tokio::test]
async fn a_jobs_progress_ends_with_the_right_of_who_started_it() {
    let stage = stage().await;
    stage
        .cluster
        .create(json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-1"}}))
        .unwrap();
    let mut held = pod("shop", "held");
    held["spec"]["nodeName"] = json!("node-1");
    held["metadata"]["finalizers"] = json!(["example.org/hold"]);
    stage.cluster.create(held).unwrap();
    let (id, administrator) = stage.account("administrator", &[]).await;
    let node = Target { resource: resource("nodes", None, "node-1"), uid: None };
    let drain = Action::Drain { delete_empty_dir_data: false, force: true };
    let job = administrator.act(vec![node], drain).await.unwrap().remove(0).job.unwrap();
    let mut events = follow(&administrator, Topic::Job(job));
    assert!(next(&mut events).await.get("value").is_some());

    stage.give(id, "project-viewer", &["shop"]).await;
    stage.database.set_platform_role(id, "regular").await.unwrap();

    let reason = reason(&mut events).await;
    assert!(reason.get("Forbidden").is_some(), "{reason}");
}
