use serde_json::{Value, json};

use super::{Client, MAPS, config_map};
use crate::{Cluster, ClusterSettings};

#[tokio::test]
async fn an_outdated_version_is_a_conflict() {
    let client = Client::administrator();
    let (_, old) = client.call("POST", MAPS, config_map("a")).await;
    let mut newer = old.clone();
    newer["data"]["a"] = json!("2");
    assert_eq!(client.call("PUT", &format!("{MAPS}/a"), newer.clone()).await.0, 200);

    newer["data"]["a"] = json!("3");
    let (code, status) = client.call("PUT", &format!("{MAPS}/a"), newer).await;

    assert_eq!(code, 409);
    assert_eq!(
        status["message"],
        "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply your changes to the latest version and try again"
    );
}

#[tokio::test]
async fn a_dry_run_answers_and_changes_nothing() {
    let client = Client::administrator();

    let (code, answer) = client.call("POST", &format!("{MAPS}?dryRun=All"), config_map("a")).await;

    assert_eq!((code, &answer["data"]["a"]), (201, &json!("1")));
    assert_eq!(client.get(&format!("{MAPS}/a")).await.0, 404);
}

#[tokio::test]
async fn generated_names_begin_as_wished() {
    let client = Client::administrator();
    let mut map = config_map("");
    map["metadata"] = json!({"generateName": "run-"});

    let (_, one) = client.call("POST", MAPS, map.clone()).await;
    let (_, other) = client.call("POST", MAPS, map).await;

    assert!(one["metadata"]["name"].as_str().unwrap().starts_with("run-"));
    assert_ne!(one["metadata"]["name"], other["metadata"]["name"]);
}

#[tokio::test]
async fn unknown_fields_are_refused_warned_of_or_dropped() {
    let client = Client::administrator();
    let mut map = config_map("a");
    map["dato"] = json!({});

    let (code, status) = client.call("POST", &format!("{MAPS}?fieldValidation=Strict"), map.clone()).await;
    let warned = client.raw("POST", MAPS, &map).await;

    assert_eq!(code, 400);
    assert!(status["message"].as_str().unwrap().ends_with("strict decoding error: unknown field \"dato\""));
    assert_eq!(warned.headers()["warning"], "299 - \"unknown field \\\"dato\\\"\"");
    assert_eq!(client.get(&format!("{MAPS}/a")).await.1["dato"], Value::Null);
}

#[tokio::test]
async fn a_wrong_type_is_named() {
    let client = Client::administrator();
    let deployment = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"}, "spec": {"replicas": "two"},
    });

    let (code, status) =
        client.call("POST", "/apis/apps/v1/namespaces/default/deployments", deployment).await;

    assert_eq!(code, 400);
    assert!(status["message"].as_str().unwrap().ends_with(
        "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32"
    ));
}

#[tokio::test]
async fn writing_the_same_again_is_no_change() {
    let client = Client::administrator();
    let (_, first) = client.call("POST", MAPS, config_map("a")).await;

    let (_, second) = client.call("PUT", &format!("{MAPS}/a"), first.clone()).await;

    assert_eq!(first["metadata"]["resourceVersion"], second["metadata"]["resourceVersion"]);
}

#[tokio::test]
async fn repeated_keys_in_yaml_are_handled_with_care() {
    let client = Client::administrator();
    let repeated = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: '1'}\ndata: {x: '2'}\n";
    let send = async |query: &str| {
        let request = http::Request::post(format!("{MAPS}?{query}"))
            .header("authorization", format!("Bearer {}", client.token))
            .header("content-type", "application/yaml")
            .body(axum::body::Body::from(repeated))
            .unwrap();
        tower::ServiceExt::oneshot(client.router.clone(), request).await.unwrap()
    };

    assert_eq!(send("fieldValidation=Strict").await.status(), 400);
    let warned = send("fieldValidation=Warn").await;

    assert_eq!(warned.headers()["warning"], "299 - \"duplicate field \\\"data\\\"\"");
    assert_eq!(client.get(&format!("{MAPS}/a")).await.1["data"]["x"], "2");
}

#[tokio::test]
async fn status_and_the_rest_are_written_apart() {
    let client = Client::administrator();
    let namespace = json!({
        "apiVersion": "v1", "kind": "Node", "metadata": {"name": "n"}, "status": {"phase": "ignored"},
    });
    client.call("POST", "/api/v1/nodes", namespace).await;
    let patch = client.with("content-type", "application/merge-patch+json");

    let body = json!({"spec": {"unschedulable": true}, "status": {"phase": "Running"}});
    let (_, node) = patch.call("PATCH", "/api/v1/nodes/n/status", body).await;

    assert_eq!((&node["status"]["phase"], &node["spec"]["unschedulable"]), (&json!("Running"), &Value::Null));
}

#[tokio::test]
async fn a_snapshot_brings_everything_back() {
    let client = Client::administrator();
    client.cluster.create(config_map("a")).unwrap();
    let definition = include_str!("../../tests/data/orchards.yaml");
    client.cluster.create(serde_saphyr::from_str(definition).unwrap()).unwrap();
    client
        .cluster
        .create(json!({
            "apiVersion": "farm.example/v1", "kind": "Orchard",
            "metadata": {"name": "north", "namespace": "default"}, "spec": {"trees": 3},
        }))
        .unwrap();

    let other = Cluster::new(ClusterSettings::default());
    other.restore(&client.cluster.snapshot()).unwrap();

    let strip = |cluster: &Cluster, resource: &str, name: &str| {
        let mut object = cluster.get(resource, Some("default"), name).unwrap().parse();
        object["metadata"]["resourceVersion"] = Value::Null;
        object
    };
    for (resource, name) in [("configmaps", "a"), ("orchards.farm.example", "north")] {
        assert_eq!(strip(&client.cluster, resource, name), strip(&other, resource, name));
    }
    assert!(other.resource_version() >= client.cluster.resource_version());
    assert!(other.restore(b"something else").is_err());
}

#[tokio::test]
async fn an_event_said_again_is_counted() {
    let client = Client::administrator();
    let map = client.cluster.create(config_map("a")).unwrap().parse();
    for _ in 0..3 {
        client.cluster.record_event(&map, "Warning", "Failed", "It failed", "tester");
    }

    let (_, core) = client.get("/api/v1/namespaces/default/events").await;
    let (_, new) = client.get("/apis/events.k8s.io/v1/namespaces/default/events").await;

    assert_eq!((core["items"].as_array().unwrap().len(), &core["items"][0]["count"]), (1, &json!(3)));
    assert_eq!(new["items"][0]["note"], "It failed");
    assert_eq!(new["items"][0]["regarding"]["name"], "a");
}

#[tokio::test]
async fn data_has_a_limit() {
    let client = Client::administrator();
    let mut map = config_map("a");
    map["data"]["a"] = json!("x".repeat(1024 * 1024));
    assert_eq!(client.call("POST", MAPS, map.clone()).await.0, 201);
    map["metadata"]["name"] = json!("b");
    map["binaryData"] = json!({"b": "eA=="});

    let (code, status) = client.call("POST", MAPS, map).await;
    let secret = json!({"metadata": {"name": "s"}, "stringData": {"a": "x".repeat(1024 * 1024 + 1)}});
    let (_, hidden) = client.call("POST", "/api/v1/namespaces/default/secrets", secret).await;

    assert_eq!(code, 422);
    assert_eq!(
        status["message"],
        "ConfigMap \"b\" is invalid: []: Too long: may not be more than 1048576 bytes"
    );
    assert_eq!(
        hidden["message"],
        "Secret \"s\" is invalid: data: Too long: may not be more than 1048576 bytes"
    );
}

#[tokio::test]
async fn an_object_larger_than_the_store_takes_is_refused_and_changes_nothing() {
    let client = Client::administrator();
    let event = |bytes: usize| {
        json!({
            "metadata": {"name": "e"}, "involvedObject": {"namespace": "default"}, "message": "x".repeat(bytes),
        })
    };
    let events = "/api/v1/namespaces/default/events";
    let before = client.cluster.resource_version();

    let (code, status) = client.call("POST", events, event(1600 * 1024)).await;

    assert_eq!((code, &status["reason"]), (500, &Value::Null));
    assert_eq!(status["message"], "etcdserver: request is too large");
    assert_eq!(client.cluster.resource_version(), before);
    assert_eq!(client.call("POST", events, event(1400 * 1024)).await.0, 201);
    assert_eq!(client.call("POST", events, event(4 * 1024 * 1024)).await.0, 413);
}

#[tokio::test]
async fn keys_that_occur_twice_are_refused_or_warned_of() {
    let client = Client::administrator();
    let twice = r#"{"metadata": {"name": "a", "name": "b"}, "data": {"x": "1", "x": "2"}}"#;
    let send = async |query: &str| {
        let request = http::Request::post(format!("{MAPS}?{query}"))
            .header("authorization", format!("Bearer {}", client.token))
            .body(axum::body::Body::from(twice))
            .unwrap();
        let answer = tower::ServiceExt::oneshot(client.router.clone(), request).await.unwrap();
        let warnings = answer.headers().get_all("warning").iter().count();
        let status = answer.status().as_u16();
        let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        (status, warnings, serde_json::from_slice::<Value>(&body).unwrap())
    };

    let (code, _, refusal) = send("fieldValidation=Strict").await;
    let (warned, warnings, map) = send("").await;

    assert_eq!(code, 400);
    assert!(
        refusal["message"].as_str().unwrap().ends_with(
            "strict decoding error: duplicate field \"metadata.name\", duplicate field \"data.x\""
        ),
        "{refusal}"
    );
    assert_eq!((warned, warnings, &map["data"]["x"]), (201, 2, &json!("2")));
}
