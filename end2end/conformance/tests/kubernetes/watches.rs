//! Watches.

use crate::custom::Trees;
use crate::support::{Cluster, Value, config_map, json, unique};

#[tokio::test]
async fn a_watch_goes_on_where_a_list_ended() {
    let cluster = Cluster::open().await;
    let path = cluster.core("configmaps");
    cluster.post(&path, &config_map("before")).await.is(201);
    let list = cluster.get(&path).await.is(200);
    let version = list["metadata"]["resourceVersion"].as_str().unwrap();
    let mut events = cluster.watch(&format!("{path}?watch=true&resourceVersion={version}")).await;

    cluster.post(&path, &config_map("a")).await.is(201);
    let changed = cluster.merge(&format!("{path}/a"), &json!({"data": {"a": "2"}})).await.is(200);
    cluster.delete(&format!("{path}/a"), &Value::Null).await.is(200);

    assert_eq!(events.short().await, "ADDED a");
    let modified = events.next().await.unwrap();
    assert_eq!((&modified["type"], &modified["object"]), (&"MODIFIED".into(), &changed));
    let deleted = events.next().await.unwrap();
    assert_eq!((&deleted["type"], &deleted["object"]["data"]), (&"DELETED".into(), &json!({"a": "2"})));
    assert_ne!(deleted["object"]["metadata"]["resourceVersion"], changed["metadata"]["resourceVersion"]);
    cluster.close().await;
}

#[tokio::test]
async fn without_a_version_what_exists_comes_first() {
    let cluster = Cluster::open().await;
    let path = cluster.core("configmaps");
    cluster.post(&path, &config_map("a")).await.is(201);

    let mut events =
        cluster.watch(&format!("{path}?watch=1&labelSelector=&fieldSelector=metadata.name%3Da")).await;

    assert_eq!(events.short().await, "ADDED a");
    cluster.delete(&format!("{path}/a"), &Value::Null).await.is(200);
    assert_eq!(events.short().await, "DELETED a");
    cluster.close().await;
}

#[tokio::test]
async fn a_streamed_list_ends_with_a_bookmark() {
    let cluster = Cluster::open().await;
    let path = cluster.core("configmaps");
    cluster.post(&path, &config_map("a")).await.is(201);
    let streamed =
        "watch=1&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan";

    let mut events = cluster.watch(&format!("{path}?{streamed}")).await;

    let mut seen = Vec::new();
    let bookmark = loop {
        let event = events.next().await.unwrap();
        if event["type"] == "BOOKMARK" {
            break event;
        }
        seen.push(event["object"]["metadata"]["name"].as_str().unwrap().to_owned());
    };
    seen.sort();
    assert_eq!(seen, ["a", "kube-root-ca.crt"]);
    let about = &bookmark["object"]["metadata"];
    assert_eq!(about["annotations"], json!({"k8s.io/initial-events-end": "true"}));
    assert_eq!((&bookmark["object"]["kind"], about.get("uid")), (&"ConfigMap".into(), None));
    cluster.post(&path, &config_map("b")).await.is(201);
    assert_eq!(events.short().await, "ADDED b");
    cluster.close().await;
}

#[tokio::test]
async fn options_of_streamed_lists_belong_together() {
    let cluster = Cluster::open().await;
    let path = cluster.core("configmaps");

    let alone = cluster.get(&format!("{path}?watch=1&sendInitialEvents=true")).await;
    let no_watch =
        cluster.get(&format!("{path}?sendInitialEvents=true&resourceVersionMatch=NotOlderThan")).await;

    alone.fails(
        422,
        "Invalid",
        "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires \
         setting resourceVersionMatch to NotOlderThan",
    );
    no_watch.fails(
        422,
        "Invalid",
        "ListOptions.meta.k8s.io \"\" is invalid: [resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden \
         unless resourceVersion is provided, sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list]",
    );
    cluster.close().await;
}

#[tokio::test]
async fn a_watch_ends_when_its_time_is_up() {
    let cluster = Cluster::open().await;
    let path = cluster.core("configmaps");
    let list = cluster.get(&path).await.is(200);
    let version = list["metadata"]["resourceVersion"].as_str().unwrap();

    let events = cluster
        .watch(&format!("{path}?watch=1&timeoutSeconds=4&allowWatchBookmarks=true&resourceVersion={version}"))
        .await
        .rest()
        .await;

    // Bookmarks are no promise: nothing may have happened that is worth one.
    for event in events {
        assert_eq!((&event["type"], &event["object"]["kind"]), (&"BOOKMARK".into(), &"ConfigMap".into()));
        let bookmark = event["object"]["metadata"]["resourceVersion"].as_str().unwrap();
        assert!(bookmark.parse::<u64>().unwrap() >= version.parse::<u64>().unwrap());
    }
    cluster.close().await;
}

#[tokio::test]
async fn an_object_enters_and_leaves_a_selected_watch() {
    let cluster = Cluster::open().await;
    let path = cluster.core("configmaps");
    let list = cluster.get(&path).await.is(200);
    let version = list["metadata"]["resourceVersion"].as_str().unwrap();
    let mut events =
        cluster.watch(&format!("{path}?watch=1&labelSelector=tier%3Dfront&resourceVersion={version}")).await;

    cluster.post(&path, &config_map("a")).await.is(201);
    for tier in ["front", "back", "front"] {
        let labels = json!({"metadata": {"labels": {"tier": tier}}});
        cluster.merge(&format!("{path}/a"), &labels).await.is(200);
    }
    cluster.delete(&format!("{path}/a"), &Value::Null).await.is(200);

    let entered = events.next().await.unwrap();
    let left = events.next().await.unwrap();
    assert_eq!((&entered["type"], &left["type"]), (&"ADDED".into(), &"DELETED".into()));
    // What left is shown as it was while it was in.
    assert_eq!(left["object"]["metadata"]["labels"]["tier"], "front");
    assert_eq!([events.short().await, events.short().await], ["ADDED a", "DELETED a"]);
    cluster.close().await;
}

#[tokio::test]
async fn a_past_that_is_forgotten_cannot_be_watched_from() {
    let cluster = Cluster::with_own_past().await;
    // What was before a kind is known of by no server, however young it is.
    let trees = Trees::defined(&cluster).await;
    cluster.forget();

    let mut events = cluster.watch(&format!("{}?watch=1&resourceVersion=1", trees.all("v1"))).await;

    let event = events.next().await.unwrap();
    assert_eq!(event["type"], "ERROR");
    let status = &event["object"];
    assert_eq!(
        (&status["kind"], &status["code"], &status["reason"]),
        (&"Status".into(), &410.into(), &"Expired".into())
    );
    let message = status["message"].as_str().unwrap();
    assert!(message.starts_with("too old resource version: 1 ("), "{message}");
    assert_eq!(events.next().await, None);
    cluster.close().await;
}

#[tokio::test]
async fn versions_have_to_be_numbers() {
    let cluster = Cluster::open().await;

    let watch = cluster.get(&cluster.core("configmaps?watch=1&resourceVersion=abc")).await;
    let list = cluster.get(&cluster.core("configmaps?resourceVersion=abc")).await;

    let problem =
        "resourceVersion: Invalid value: \"abc\": strconv.ParseUint: parsing \"abc\": invalid syntax";
    watch.fails(500, "", problem);
    list.fails(400, "BadRequest", &format!("invalid resource version: {problem}"));
    cluster.close().await;
}

#[tokio::test]
async fn tables_and_metadata_can_be_watched() {
    let cluster = Cluster::open().await;
    let path = cluster.core("configmaps");
    cluster.post(&path, &config_map("a")).await.is(201);
    let watched = format!("{path}?watch=1&fieldSelector=metadata.name%3Da");
    let tables = cluster.with("accept", "application/json;as=Table;v=v1;g=meta.k8s.io");
    let metadata = cluster.with("accept", "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io");

    let mut tables = tables.watch(&watched).await;
    let mut metadata = metadata.watch(&watched).await;
    let first = tables.next().await.unwrap();
    cluster.merge(&format!("{path}/a"), &json!({"data": {"b": "2"}})).await.is(200);
    let second = tables.next().await.unwrap();

    let first = &first["object"];
    assert_eq!((&first["kind"], &first["rows"][0]["cells"][0]), (&"Table".into(), &"a".into()));
    assert_eq!(first["columnDefinitions"][1]["name"], "Data");
    // Only the first event says what the columns are.
    assert_eq!(second["object"]["columnDefinitions"], Value::Null);
    assert_eq!(second["object"]["rows"][0]["cells"][1], 2);
    let event = metadata.next().await.unwrap();
    assert_eq!(
        (&event["object"]["kind"], event["object"].get("data")),
        (&"PartialObjectMetadata".into(), None)
    );
    cluster.close().await;
}

#[tokio::test]
async fn all_namespaces_can_be_watched_at_once() {
    let cluster = Cluster::open().await;
    let label = unique();
    let list = cluster.get("/api/v1/configmaps?limit=1").await.is(200);
    let version = list["metadata"]["resourceVersion"].as_str().unwrap();
    let mut events = cluster
        .watch(&format!("/api/v1/configmaps?watch=1&labelSelector=run%3D{label}&resourceVersion={version}"))
        .await;

    let mut map = config_map("a");
    map["metadata"]["labels"] = json!({"run": label});
    cluster.post(&cluster.core("configmaps"), &map).await.is(201);

    let event = events.next().await.unwrap();
    assert_eq!(event["object"]["metadata"]["namespace"], cluster.namespace.as_str());
    cluster.close().await;
}
