use serde_json::{Value, json};

use super::Client;

const DEFINITIONS: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const BEDS: &str = "/apis/garden.example/v1/namespaces/default/beds";

/// Beds in two versions: the second, which is not stored, knows their colour.
fn definition() -> Value {
    let version = |name: &str, storage: bool, properties: Value| {
        json!({
            "name": name, "served": true, "storage": storage, "schema": {"openAPIV3Schema": {
                "type": "object", "properties": {"spec": {"type": "object", "properties": properties}},
            }},
        })
    };
    json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "beds.garden.example"},
        "spec": {
            "group": "garden.example", "scope": "Namespaced",
            "names": {"kind": "Bed", "plural": "beds", "singular": "bed", "listKind": "BedList"},
            "versions": [
                version("v1", true, json!({
                    "size": {"type": "integer", "maximum": 10}, "soil": {"type": "string", "default": "loam"},
                })),
                version("v2", false, json!({
                    "size": {"type": "integer", "maximum": 100}, "colour": {"type": "string"},
                })),
            ],
        },
    })
}

fn bed(version: &str, spec: &Value) -> Value {
    json!({
        "apiVersion": format!("garden.example/{version}"), "kind": "Bed", "metadata": {"name": "north"},
        "spec": spec,
    })
}

async fn gardener() -> Client {
    let client = Client::administrator();
    let (code, answer) = client.call("POST", DEFINITIONS, definition()).await;
    assert_eq!(code, 201, "{answer}");
    client
}

#[tokio::test]
async fn a_definition_waits_for_its_objects() {
    let client = gardener().await;
    let mut held = bed("v1", &json!({"size": 1}));
    held["metadata"]["finalizers"] = json!(["example.org/wait"]);
    client.call("POST", BEDS, held).await;
    let mut events = client.watch(&format!("{BEDS}?watch=true")).await;
    assert_eq!(events.next_short().await, "ADDED north");

    client.call("DELETE", &format!("{DEFINITIONS}/beds.garden.example"), Value::Null).await;

    let (_, waiting) = client.get(&format!("{DEFINITIONS}/beds.garden.example")).await;
    let conditions = waiting["status"]["conditions"].as_array().unwrap();
    assert_eq!(waiting["metadata"]["finalizers"], json!(["customresourcecleanup.apiextensions.k8s.io"]));
    assert!(conditions.iter().any(|one| one["type"] == "Terminating" && one["status"] == "True"));
    assert_eq!(events.next_short().await, "MODIFIED north");
    let (code, refusal) = client.call("POST", BEDS, bed("v1", &json!({}))).await;
    assert_eq!(code, 405);
    assert_eq!(refusal["message"], "create is not supported on resources of kind \"beds.garden.example\"");

    let release = client.with("content-type", "application/merge-patch+json");
    release.call("PATCH", &format!("{BEDS}/north"), json!({"metadata": {"finalizers": null}})).await;

    assert_eq!(events.next_short().await, "DELETED north");
    assert_eq!(events.next().await, None);
    assert_eq!(client.get(&format!("{DEFINITIONS}/beds.garden.example")).await.0, 404);
    assert_eq!(client.get(BEDS).await.0, 404);
}

#[tokio::test]
async fn objects_go_with_their_definition_and_take_what_they_own() {
    let client = gardener().await;
    let (_, north) = client.call("POST", BEDS, bed("v1", &json!({"size": 1}))).await;
    let mut map = super::config_map("owned");
    map["metadata"]["ownerReferences"] = json!([{
        "apiVersion": "garden.example/v1", "kind": "Bed", "name": "north", "uid": north["metadata"]["uid"],
    }]);
    client.cluster.create(map).unwrap();

    client.call("DELETE", &format!("{DEFINITIONS}/beds.garden.example"), Value::Null).await;

    assert_eq!(client.get(&format!("{}/owned", super::MAPS)).await.0, 404);
    assert_eq!(client.get(BEDS).await.0, 404);
}

#[tokio::test]
async fn a_version_that_is_dropped_is_no_longer_announced() {
    let client = gardener().await;
    let service = "/apis/apiregistration.k8s.io/v1/apiservices/v2.garden.example";
    assert_eq!(client.get(service).await.0, 200);

    let without = |definition: &mut Value| definition["spec"]["versions"][1]["served"] = json!(false);
    client
        .cluster
        .update("customresourcedefinitions.apiextensions.k8s.io", None, "beds.garden.example", without)
        .unwrap();

    assert_eq!(client.get(service).await.0, 404);
    assert_eq!(client.get("/apis/apiregistration.k8s.io/v1/apiservices/v1.garden.example").await.0, 200);
}

#[tokio::test]
async fn each_version_has_a_schema_of_its_own() {
    let client = gardener().await;
    let second = "/apis/garden.example/v2/namespaces/default/beds";

    let (code, _) = client.call("POST", BEDS, bed("v1", &json!({"size": 50}))).await;
    assert_eq!(code, 422, "the first version knows small beds only");
    let (code, made) = client.call("POST", second, bed("v2", &json!({"size": 50, "colour": "red"}))).await;

    assert_eq!(code, 201, "{made}");
    let (_, stored) = client.get(&format!("{BEDS}/north")).await;
    assert_eq!(stored["spec"], json!({"size": 50, "soil": "loam"}));
    let (_, newer) = client.get(&format!("{second}/north")).await;
    assert_eq!(newer["spec"], json!({"size": 50}));
    assert_eq!(newer["apiVersion"], "garden.example/v2");
    let (_, list) = client.get(second).await;
    assert_eq!(list["items"][0]["spec"], json!({"size": 50}));
}
