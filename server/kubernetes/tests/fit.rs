//! On how many nodes a pod would fit, as stores know it.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod support;

use model::{ConsoleError, ResourceRef};
use resources_contract::{ObjectView, Resources};
use serde_json::{Value, json};
use support::{Stage, eventually, harbour, pod};
use workloads_contract::{Fit, Obstacle, Placement};

async fn stage() -> Stage {
    let node = |name: &str, spec: Value| {
        json!({
            "apiVersion": "v1", "kind": "Node", "metadata": {"name": name}, "spec": spec,
            "status": {"allocatable": {"cpu": "2", "memory": "4Gi", "pods": "110"}},
        })
    };
    let stage = Stage::with(|cluster| {
        cluster.create(node("a", json!({}))).unwrap();
        cluster.create(node("b", json!({}))).unwrap();
        cluster.create(node("c", json!({"unschedulable": true}))).unwrap();
        let mut busy = pod("bank", "busy");
        busy["spec"]["nodeName"] = json!("b");
        busy["spec"]["containers"][0]["resources"] = json!({"requests": {"cpu": "1500m"}});
        cluster.create(busy).unwrap();
    });
    stage.await
}

fn spec(cpu: &str) -> Value {
    json!({"containers": [{"name": "main", "resources": {"requests": {"cpu": cpu}}}]})
}

#[tokio::test]
async fn room_is_what_others_leave_also_those_that_one_does_not_see() {
    let stage = stage().await;
    let editor = stage.caller("project-editor", &["shop"]).await;

    let ask = || async { editor.fit(harbour(), spec("1")).await };
    let expected = Fit {
        nodes: 3,
        fitting: 1,
        obstacles: vec![(Obstacle::Cordoned, 1), (Obstacle::Short { resource: "cpu".into() }, 1)],
    };
    eventually(ask, |fit| *fit == Ok(expected.clone())).await.unwrap();
    assert_eq!(editor.fit(harbour(), spec("500m")).await.unwrap().fitting, 2);
    assert_eq!(editor.fit(harbour(), Value::Null).await.unwrap().fitting, 2, "a draft may hold nothing yet");

    let stranger = stage.caller("project-editor", &[]).await;
    assert!(matches!(stranger.fit(harbour(), spec("1")).await, Err(ConsoleError::NotFound { .. })));
}

#[tokio::test]
async fn labels_of_nodes_are_told_to_who_sees_the_nodes() {
    let stage = stage().await;
    let labels = json!({"topology.kubernetes.io/zone": "west"});
    let node =
        json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "d", "labels": labels}, "spec": {}});
    stage.cluster.create(node).unwrap();
    let editor = stage.caller("project-editor", &["shop"]).await;

    let ask = || async { editor.node_labels(harbour()).await.unwrap() };
    let zones = ["west".to_owned()];
    eventually(ask, |labels| {
        labels.get("topology.kubernetes.io/zone").is_some_and(|values| *values == zones)
    })
    .await;

    let stranger = stage.caller("project-editor", &[]).await;
    assert!(matches!(stranger.node_labels(harbour()).await, Err(ConsoleError::NotFound { .. })));
}

#[tokio::test]
async fn pools_of_addresses_are_told_where_there_are_any() {
    let none = stage().await.administrator().await.address_pools(harbour()).await;
    assert_eq!(none.unwrap(), [] as [&str; 0]);

    let stage = stage().await;
    let schema = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
    let definition = json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "ippools.crd.projectcalico.org"},
        "spec": {
            "group": "crd.projectcalico.org", "scope": "Cluster",
            "names": {"plural": "ippools", "singular": "ippool", "kind": "IPPool", "listKind": "IPPoolList"},
            "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": schema}}],
        },
    });
    stage.cluster.create(definition).unwrap();
    let pool =
        json!({"apiVersion": "crd.projectcalico.org/v1", "kind": "IPPool", "metadata": {"name": "pier"}});
    stage.cluster.create(pool).unwrap();

    let ada = stage.administrator().await;
    let ask = || async { ada.address_pools(harbour()).await.unwrap() };
    eventually(ask, |pools| *pools == ["pier"]).await;
    let editor = stage.caller("project-editor", &["shop"]).await;
    assert_eq!(editor.address_pools(harbour()).await.unwrap(), [] as [&str; 0], "it may not list them");
}

#[tokio::test]
async fn the_page_of_a_node_lists_the_pods_that_one_sees_and_counts_all() {
    let stage = stage().await;
    let mut own = pod("shop", "own");
    own["spec"]["nodeName"] = json!("b");
    own["status"] = json!({"podIP": "10.0.0.7"});
    stage.cluster.create(own).unwrap();
    let editor = stage.caller("project-editor", &["shop"]).await;
    let node = ResourceRef {
        cluster: harbour(),
        kind: "nodes".parse().unwrap(),
        namespace: None,
        name: "b".parse().unwrap(),
    };

    let is_whole = |view: &Result<ObjectView, ConsoleError>| {
        view.as_ref().is_ok_and(|view| !view.tree.is_empty() && view.requested.len() == 3)
    };
    let view = eventually(|| editor.object(node.clone()), is_whole).await.unwrap();

    let names: Vec<&str> = view.tree.iter().map(|pod| pod.resource.name.as_str()).collect();
    assert_eq!(names, ["own"]);
    let facts = view.tree[0].pod.as_ref().unwrap();
    assert_eq!((facts.node.as_ref().unwrap().as_str(), facts.address.as_str()), ("b", "10.0.0.7"));
    let amounts: Vec<(&str, f64, f64)> =
        view.requested.iter().map(|it| (it.what.as_str(), it.amount, it.of)).collect();
    let memory = 4.0 * 1024.0 * 1024.0 * 1024.0;
    assert_eq!(amounts, [("cpu", 1.5, 2.0), ("memory", 0.0, memory), ("pods", 2.0, 110.0)]);
}
