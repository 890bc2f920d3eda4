use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::{Client, MAPS, config_map};

async fn three_maps() -> Client {
    let client = Client::administrator();
    for name in ["a", "b", "c"] {
        client.cluster.create(config_map(name)).unwrap();
    }
    client
}

fn names(list: &serde_json::Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["metadata"]["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn pages_come_from_the_state_of_the_first() {
    let client = three_maps().await;

    let (_, first) = client.get(&format!("{MAPS}?limit=2")).await;
    client.cluster.delete("configmaps", Some("default"), "c", Default::default()).unwrap();
    let token = first["metadata"]["continue"].as_str().unwrap();
    let (_, second) = client.get(&format!("{MAPS}?limit=2&continue={token}")).await;

    assert_eq!((names(&first), names(&second)), (vec!["a", "b"], vec!["c"]));
    assert_eq!(first["metadata"]["remainingItemCount"], 1);
    assert_eq!(first["metadata"]["resourceVersion"], second["metadata"]["resourceVersion"]);
}

#[tokio::test]
async fn a_list_that_goes_on_has_its_version_already() {
    let client = three_maps().await;
    let (_, first) = client.get(&format!("{MAPS}?limit=2")).await;
    let token = first["metadata"]["continue"].as_str().unwrap();
    let version = first["metadata"]["resourceVersion"].as_str().unwrap();

    let (code, status) = client.get(&format!("{MAPS}?continue={token}&resourceVersion={version}")).await;

    assert_eq!(code, 400);
    assert_eq!(status["message"], "specifying resource version is not allowed when using continue");
    assert_eq!(client.get(&format!("{MAPS}?continue={token}&resourceVersion=0")).await.0, 200);
}

#[tokio::test(start_paused = true)]
async fn a_list_nobody_reads_to_its_end_is_forgotten() {
    let client = three_maps().await;
    client.get(&format!("{MAPS}?limit=2")).await;
    let held = client.cluster.get("configmaps", Some("default"), "c").unwrap();
    assert_eq!(Arc::strong_count(&held), 4, "the store, its past, the list and this test hold it");

    tokio::time::sleep(Duration::from_secs(301)).await;

    assert_eq!(Arc::strong_count(&held), 3);
}

#[tokio::test]
async fn an_expired_page_says_how_to_go_on() {
    let client = three_maps().await;
    let (_, first) = client.get(&format!("{MAPS}?limit=2")).await;
    client.cluster.expire();
    let token = first["metadata"]["continue"].as_str().unwrap();

    let (code, status) = client.get(&format!("{MAPS}?limit=2&continue={token}")).await;

    assert_eq!((code, &status["reason"]), (410, &json!("Expired")));
    let token = status["metadata"]["continue"].as_str().unwrap();
    let (_, rest) = client.get(&format!("{MAPS}?continue={token}")).await;
    assert_eq!(names(&rest), ["c"]);
}

#[tokio::test]
async fn tables_and_bare_metadata_are_sent_on_request() {
    let client = three_maps().await;

    let (_, table) = client.with("accept", "application/json;as=Table;v=v1;g=meta.k8s.io").get(MAPS).await;
    let accept = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";
    let (_, partial) = client.with("accept", accept).get(MAPS).await;

    assert_eq!(table["rows"][0]["cells"].as_array().unwrap()[..2], [json!("a"), json!(1)]);
    assert_eq!(table["rows"][0]["object"]["kind"], "PartialObjectMetadata");
    assert_eq!(partial["items"][0].as_object().unwrap().len(), 3);
}

#[tokio::test]
async fn a_label_nobody_supports_is_refused_by_name() {
    let client = Client::administrator();

    let (code, status) = client.get(&format!("{MAPS}?fieldSelector=spec.colour%3Dred")).await;

    let why = "\"spec.colour\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"";
    assert_eq!((code, &status["message"]), (400, &json!(why)));
}

#[tokio::test]
async fn many_pods_are_listed_page_by_page() {
    let client = Client::administrator();
    let pods = (0..10_000).map(|number| {
        json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": format!("pod-{number}"), "namespace": format!("team-{}", number % 100)},
            "spec": {"containers": [{"name": "c", "image": "i"}]},
        })
    });
    client.cluster.insert_bulk(pods);

    let (_, page) = client.get("/api/v1/pods?limit=500").await;
    let (_, team) = client.get("/api/v1/namespaces/team-7/pods").await;

    assert_eq!(page["metadata"]["remainingItemCount"], 9_500);
    assert_eq!(team["items"].as_array().unwrap().len(), 100);
}

#[tokio::test]
async fn answers_are_yaml_for_those_who_ask() {
    let client = three_maps().await.with("accept", "application/yaml");
    let mut odd = config_map("odd");
    odd["data"]["a"] = json!("yes");
    client.cluster.create(odd).unwrap();
    let text = async |path: &str| {
        let response = client.raw("GET", path, &serde_json::Value::Null).await;
        let media = response.headers()["content-type"].to_str().unwrap().to_owned();
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (media, String::from_utf8(body.to_vec()).unwrap())
    };

    let (media, map) = text(&format!("{MAPS}/odd")).await;
    assert_eq!(media, "application/yaml");
    assert!(map.contains("kind: ConfigMap\n") && map.contains("a: \"yes\"\n"), "{map}");
    let (_, list) = text(MAPS).await;
    assert_eq!(names(&serde_saphyr::from_str(&list).unwrap()), ["a", "b", "c", "odd"]);
    let (media, refusal) = text(&format!("{MAPS}/missing")).await;
    assert_eq!(media, "application/yaml");
    assert!(refusal.contains("reason: NotFound"), "{refusal}");

    let (code, _) = client.get(&format!("{MAPS}?watch=true")).await;
    assert_eq!(code, 406, "changes come as JSON");
    let either = three_maps().await.with("accept", "application/yaml, application/json");
    either.watch(&format!("{MAPS}?watch=true")).await;
}
