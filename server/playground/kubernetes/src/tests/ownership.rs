use proptest::prelude::{Strategy, prop};
use proptest::{prop_assert_eq, proptest};
use serde_json::{Map, Value, json};

use super::{Client, MAPS, config_map};
use crate::managed::Apply;
use crate::registry::Registry;

async fn apply(client: &Client, manager: &str, force: bool, data: Value) -> (u16, Value) {
    let client = client.with("content-type", "application/apply-patch+yaml");
    let wish = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": data});
    client.call("PATCH", &format!("{MAPS}/a?fieldManager={manager}&force={force}"), wish).await
}

#[tokio::test]
async fn what_a_manager_no_longer_wishes_goes_and_the_rest_stays() {
    let client = Client::administrator();
    apply(&client, "one", false, json!({"x": "1", "y": "1"})).await;
    apply(&client, "two", false, json!({"z": "2"})).await;

    let (_, map) = apply(&client, "one", false, json!({"x": "1"})).await;

    assert_eq!(map["data"], json!({"x": "1", "z": "2"}));
}

#[tokio::test]
async fn another_value_for_somebody_elses_field_is_a_conflict_until_forced() {
    let client = Client::administrator();
    apply(&client, "one", false, json!({"x": "1"})).await;

    let (code, status) = apply(&client, "two", false, json!({"x": "2"})).await;
    assert_eq!(code, 409);
    assert_eq!(status["message"], "Apply failed with 1 conflict: conflict with \"one\": .data.x");
    assert_eq!(status["details"]["causes"][0]["reason"], "FieldManagerConflict");

    let (_, map) = apply(&client, "two", true, json!({"x": "2"})).await;
    assert_eq!(map["data"]["x"], "2");
    let (code, _) = apply(&client, "one", false, json!({"x": "1"})).await;
    assert_eq!(code, 409);
}

#[tokio::test]
async fn the_same_value_is_shared() {
    let client = Client::administrator();
    apply(&client, "one", false, json!({"x": "1"})).await;
    apply(&client, "two", false, json!({"x": "1"})).await;

    let (_, map) = apply(&client, "one", false, json!({"w": "1"})).await;

    assert_eq!(map["data"], json!({"w": "1", "x": "1"}));
}

#[tokio::test]
async fn nobody_owns_what_the_path_does_not_write() {
    let client = Client::administrator().with("content-type", "application/apply-patch+yaml");
    let web = "/apis/apps/v1/namespaces/default/deployments/web";
    let wish = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
        "spec": {
            "replicas": 2, "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "c", "image": "i"}]},
            },
        },
        "status": {"replicas": 5},
    });
    let owned = |object: &Value, manager: &str| {
        let entries = object["metadata"]["managedFields"].as_array().unwrap();
        let entry = entries.iter().find(|entry| entry["manager"] == manager).unwrap();
        entry["fieldsV1"].as_object().unwrap().keys().cloned().collect::<Vec<_>>()
    };

    let (_, created) = client.call("PATCH", &format!("{web}?fieldManager=new"), wish.clone()).await;
    let (_, applied) = client.call("PATCH", &format!("{web}?fieldManager=main"), wish.clone()).await;
    let mut status = wish;
    status["status"]["replicas"] = json!(6);
    let (code, reported) = client.call("PATCH", &format!("{web}/status?fieldManager=part"), status).await;

    assert_eq!(code, 200, "{reported}");
    assert_eq!(owned(&created, "new"), ["f:spec"]);
    assert_eq!(owned(&applied, "main"), ["f:spec"]);
    assert_eq!(owned(&reported, "part"), ["f:status"]);
    assert_eq!((&reported["status"]["replicas"], &created["status"]["replicas"]), (&json!(6), &Value::Null));
}

#[tokio::test]
async fn an_update_takes_over_what_it_changes() {
    let client = Client::administrator();
    client.with("user-agent", "editor/1.0").call("POST", MAPS, config_map("a")).await;
    let patch = client.with("content-type", "application/merge-patch+json").with("user-agent", "patcher/2");

    let (_, map) = patch.call("PATCH", &format!("{MAPS}/a"), json!({"data": {"a": "2", "b": "3"}})).await;

    let managed = map["metadata"]["managedFields"].as_array().unwrap();
    assert_eq!(managed[0]["manager"], "editor");
    assert_eq!(managed[0]["fieldsV1"], json!({"f:data": {}}));
    assert_eq!(managed[1]["manager"], "patcher");
    assert_eq!(managed[1]["fieldsV1"], json!({"f:data": {"f:a": {}, "f:b": {}}}));
}

fn data() -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::btree_map("[a-f]", "[0-9]", 0..5)
        .prop_map(|map| map.into_iter().map(|(key, value)| (key, Value::String(value))).collect())
}

proptest! {
    /// Whatever one manager applies, the fields only the other one owns keep their values.
    #[test]
    fn applying_leaves_the_fields_of_others_alone(first in data(), second in data(), third in data()) {
        let registry = Registry::built_in(34);
        let kind = registry.find("configmaps").expect("a built-in kind");
        let by = |manager| Apply { kind, manager, api_version: "v1", subresource: None, force: true };
        let wish = |data: &Map<String, Value>| json!({"metadata": {"name": "a"}, "data": data});

        let live = by("one").to(None, &wish(&first)).expect("no conflict with nobody");
        let live = by("two").to(Some(&live), &wish(&second)).expect("forced");
        let after = by("two").to(Some(&live), &wish(&third)).expect("forced");

        for (key, value) in first.iter().filter(|(key, _)| !second.contains_key(*key) && !third.contains_key(*key)) {
            prop_assert_eq!(&after["data"][key], value);
        }
        for (key, value) in &third {
            prop_assert_eq!(&after["data"][key], value);
        }
        for key in second.keys().filter(|key| !third.contains_key(*key) && !first.contains_key(*key)) {
            prop_assert_eq!(after["data"].get(key), None);
        }
    }
}
