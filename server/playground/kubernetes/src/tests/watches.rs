use serde_json::json;

use super::{Client, MAPS, config_map};
use crate::{Cluster, ClusterSettings, Effect, FaultRule};

#[tokio::test]
async fn an_object_that_stops_matching_is_gone_for_the_watcher() {
    let client = Client::administrator();
    let mut events = client.watch(&format!("{MAPS}?watch=true&labelSelector=tier%3Dweb")).await;
    client.cluster.create(config_map("a")).unwrap();
    let set = |tier: &'static str| {
        client
            .cluster
            .update("configmaps", Some("default"), "a", |map| {
                map["metadata"]["labels"] = json!({"tier": tier});
            })
            .unwrap()
    };

    set("web");
    set("db");
    set("web");
    client.cluster.delete("configmaps", Some("default"), "a", Default::default()).unwrap();

    let mut versions = Vec::new();
    for expected in ["ADDED", "DELETED", "ADDED", "DELETED"] {
        let event = events.next().await.unwrap();
        let metadata = &event["object"]["metadata"];
        assert_eq!(event["type"], expected);
        assert_eq!(metadata["labels"]["tier"], "web", "an object goes as the watcher knew it");
        versions.push(metadata["resourceVersion"].as_str().unwrap().parse::<u64>().unwrap());
    }
    assert!(versions.is_sorted_by(|one, next| one < next), "{versions:?}");
}

#[tokio::test]
async fn a_watch_resumes_where_it_ended() {
    let client = Client::administrator();
    let version = client.cluster.create(config_map("a")).unwrap().resource_version();
    client.cluster.create(config_map("b")).unwrap();

    let mut events = client.watch(&format!("{MAPS}?watch=true&resourceVersion={version}")).await;

    assert_eq!(events.next_short().await, "ADDED b");
}

#[tokio::test]
async fn a_version_that_was_forgotten_is_an_error_event() {
    let client = Client::administrator();
    let version = client.cluster.create(config_map("a")).unwrap().resource_version();
    for number in 0..100 {
        client
            .cluster
            .update("configmaps", Some("default"), "a", |map| map["data"]["a"] = json!(number.to_string()))
            .unwrap();
    }

    let mut events = client.watch(&format!("{MAPS}?watch=true&resourceVersion={version}")).await;

    let event = events.next().await.unwrap();
    assert_eq!((&event["type"], &event["object"]["code"]), (&json!("ERROR"), &json!(410)));
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn large_objects_leave_a_shorter_past() {
    let settings = ClusterSettings { history: 64, history_bytes: 10_000, ..ClusterSettings::default() };
    let client = Client::of(Cluster::new(settings));
    let version = client.cluster.create(config_map("a")).unwrap().resource_version();
    let grow = |number: usize, bytes: usize| {
        let change = |map: &mut serde_json::Value| map["data"]["a"] = json!(format!("{number:0bytes$}"));
        client.cluster.update("configmaps", Some("default"), "a", change).unwrap().resource_version()
    };
    let newer: Vec<u64> = (0..6).map(|number| grow(number, 4000)).collect();

    let resume = async |version: u64| {
        client.watch(&format!("{MAPS}?watch=true&resourceVersion={version}")).await.next().await.unwrap()
    };

    assert_eq!(resume(version).await["object"]["code"], 410);
    assert_eq!(resume(newer[4]).await["type"], "MODIFIED");
    let huge = grow(7, 20_000);
    assert_eq!(resume(newer[5]).await["object"]["metadata"]["resourceVersion"], huge.to_string());
}

#[tokio::test]
async fn initial_events_end_with_a_bookmark() {
    let client = Client::administrator();
    client.cluster.create(config_map("a")).unwrap();

    let mut events = client
        .watch(&format!(
            "{MAPS}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
        ))
        .await;

    assert_eq!(events.next_short().await, "ADDED a");
    let bookmark = events.next().await.unwrap();
    assert_eq!(bookmark["type"], "BOOKMARK");
    assert_eq!(bookmark["object"]["metadata"]["annotations"]["k8s.io/initial-events-end"], "true");
}

#[tokio::test]
async fn a_watch_ends_after_its_time() {
    let client = Client::administrator();

    let mut events = client.watch(&format!("{MAPS}?watch=true&timeoutSeconds=1")).await;

    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn a_running_watch_can_be_told_to_fail() {
    let client = Client::administrator();
    let mut events = client.watch(&format!("{MAPS}?watch=true")).await;

    client.cluster.faults().add(FaultRule {
        resource: "configmaps".to_owned(),
        remaining: Some(1),
        effect: Effect::WatchGone,
        ..FaultRule::default()
    });

    assert_eq!(events.next().await.unwrap()["object"]["reason"], "Expired");
}

#[tokio::test]
async fn subscriptions_begin_with_what_is_there_and_lose_nothing() {
    let client = Client::administrator();
    client.cluster.create(config_map("a")).unwrap();
    let mut changes = client.cluster.subscribe("configmaps");
    for number in 0..500 {
        client
            .cluster
            .update("configmaps", Some("default"), "a", |map| map["data"]["a"] = json!(number.to_string()))
            .unwrap();
    }

    let mut versions = Vec::new();
    while let Some(change) = changes.try_next() {
        versions.push(change.object.resource_version());
    }

    assert_eq!(versions.len(), 501);
    assert!(versions.is_sorted());
}
