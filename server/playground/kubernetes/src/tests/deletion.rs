use serde_json::{Value, json};

use super::{Client, MAPS, config_map};
use crate::{Cluster, DeleteOptions, Propagation};

/// A map that owns another one.
fn family(cluster: &Cluster) {
    let owner = cluster.create(config_map("owner")).unwrap();
    let mut child = config_map("child");
    child["metadata"]["ownerReferences"] = json!([{
        "apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": owner.uid(), "blockOwnerDeletion": true,
    }]);
    child["metadata"]["finalizers"] = json!(["example.org/wait"]);
    cluster.create(child).unwrap();
}

fn delete(cluster: &Cluster, propagation: Propagation) {
    let options = DeleteOptions { propagation: Some(propagation), ..DeleteOptions::default() };
    cluster.delete("configmaps", Some("default"), "owner", options).unwrap();
}

fn map(cluster: &Cluster, name: &str) -> Option<Value> {
    cluster.get("configmaps", Some("default"), name).map(|object| object.parse())
}

fn release(cluster: &Cluster) {
    cluster
        .update("configmaps", Some("default"), "child", |child| child["metadata"]["finalizers"] = json!([]))
        .unwrap();
}

#[test]
fn in_the_background_the_owner_goes_first() {
    let client = Client::administrator();
    family(&client.cluster);

    delete(&client.cluster, Propagation::Background);

    assert!(map(&client.cluster, "owner").is_none());
    assert!(map(&client.cluster, "child").unwrap()["metadata"]["deletionTimestamp"].is_string());
    release(&client.cluster);
    assert!(map(&client.cluster, "child").is_none());
}

#[test]
fn in_the_foreground_the_owner_waits() {
    let client = Client::administrator();
    family(&client.cluster);

    delete(&client.cluster, Propagation::Foreground);

    assert_eq!(
        map(&client.cluster, "owner").unwrap()["metadata"]["finalizers"],
        json!(["foregroundDeletion"])
    );
    release(&client.cluster);
    assert!(map(&client.cluster, "child").is_none());
    assert!(map(&client.cluster, "owner").is_none());
}

#[test]
fn orphans_stay_and_forget_their_owner() {
    let client = Client::administrator();
    family(&client.cluster);

    delete(&client.cluster, Propagation::Orphan);

    assert!(map(&client.cluster, "owner").is_none());
    assert_eq!(map(&client.cluster, "child").unwrap()["metadata"]["ownerReferences"], Value::Null);
}

#[test]
fn orphans_stay_however_long_their_owner_is_held() {
    let client = Client::administrator();
    family(&client.cluster);
    let hold = |finalizers: Value| {
        client
            .cluster
            .update("configmaps", Some("default"), "owner", |owner| {
                owner["metadata"]["finalizers"] = finalizers;
            })
            .unwrap()
    };
    hold(json!(["example.org/hold"]));

    delete(&client.cluster, Propagation::Orphan);
    assert_eq!(map(&client.cluster, "owner").unwrap()["metadata"]["finalizers"], json!(["example.org/hold"]));
    hold(json!([]));

    assert!(map(&client.cluster, "owner").is_none());
    let child = map(&client.cluster, "child").unwrap();
    assert_eq!(child["metadata"]["ownerReferences"], Value::Null);
    assert_eq!(child["metadata"]["deletionTimestamp"], Value::Null);
}

#[tokio::test]
async fn a_pod_on_a_node_gets_its_grace() {
    let client = Client::administrator();
    let pod = json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "default"},
        "spec": {"nodeName": "n", "containers": [{"name": "c", "image": "i"}]},
    });
    client.cluster.create(pod).unwrap();

    let path = "/api/v1/namespaces/default/pods/p";
    let (_, answer) = client.call("DELETE", path, Value::Null).await;
    assert_eq!(answer["metadata"]["deletionGracePeriodSeconds"], 30);
    client.call("DELETE", path, json!({"gracePeriodSeconds": 0})).await;

    assert_eq!(client.get(path).await.0, 404);
}

#[tokio::test]
async fn a_namespace_goes_when_it_is_finalized_and_takes_nothing_new_before() {
    let client = Client::administrator();
    let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}});
    client.call("POST", "/api/v1/namespaces", namespace).await;
    client.call("DELETE", "/api/v1/namespaces/shop", Value::Null).await;

    let (code, status) =
        client.call("POST", "/api/v1/namespaces/shop/configmaps", json!({"metadata": {"name": "a"}})).await;
    assert_eq!(code, 403);
    assert_eq!(status["details"]["causes"][0]["reason"], "NamespaceTerminating");
    client.call("PUT", "/api/v1/namespaces/shop/finalize", json!({"spec": {"finalizers": []}})).await;

    assert_eq!(client.get("/api/v1/namespaces/shop").await.0, 404);
}

#[tokio::test]
async fn collections_and_preconditions() {
    let client = Client::administrator();
    let kept = client.cluster.create(config_map("kept")).unwrap();
    let mut other = config_map("other");
    other["metadata"]["labels"] = json!({"old": "yes"});
    client.cluster.create(other).unwrap();

    client.call("DELETE", &format!("{MAPS}?labelSelector=old%3Dyes"), Value::Null).await;
    let wrong = json!({"preconditions": {"uid": "another"}});
    let (code, _) = client.call("DELETE", &format!("{MAPS}/kept"), wrong).await;

    assert_eq!(code, 409);
    assert!(map(&client.cluster, "other").is_none());
    assert_eq!(map(&client.cluster, "kept").unwrap()["metadata"]["uid"], kept.uid());
}
