//! How objects end, and what ends with them.

use crate::support::{Cluster, Value, config_map, json, names, pick, pod};

#[tokio::test]
async fn deleting_answers_with_what_was_deleted() {
    let cluster = Cluster::open().await;
    let path = cluster.core("configmaps");
    let made = cluster.post(&path, &config_map("a")).await.is(201);

    let status = cluster.delete(&format!("{path}/a"), &Value::Null).await.is(200);
    let again = cluster.delete(&format!("{path}/a"), &Value::Null).await;

    assert_eq!(pick(&status, &["/kind", "/status"]), ["Status", "Success"]);
    assert_eq!(status["details"], json!({"name": "a", "kind": "configmaps", "uid": made["metadata"]["uid"]}));
    again.fails(404, "NotFound", r#"configmaps "a" not found"#);
    cluster.close().await;
}

#[tokio::test]
async fn a_finalizer_keeps_an_object_until_it_is_taken_away() {
    let cluster = Cluster::open().await;
    let path = cluster.core("configmaps");
    let mut map = config_map("a");
    map["metadata"]["finalizers"] = json!(["orrery.dev/wait"]);
    cluster.post(&path, &map).await.is(201);
    let path = format!("{path}/a");

    let deleted = cluster.delete(&path, &Value::Null).await.is(200);
    let again = cluster.delete(&path, &Value::Null).await.is(200);
    let changed = cluster.merge(&path, &json!({"data": {"a": "2"}})).await.is(200);
    let more =
        cluster.merge(&path, &json!({"metadata": {"finalizers": ["orrery.dev/wait", "orrery.dev/b"]}})).await;
    cluster.merge(&path, &json!({"metadata": {"finalizers": null}})).await.is(200);

    assert_eq!(deleted["kind"], "ConfigMap");
    assert!(deleted["metadata"]["deletionTimestamp"].is_string());
    assert_eq!(deleted["metadata"]["deletionGracePeriodSeconds"], 0);
    assert_eq!(again["metadata"]["deletionTimestamp"], deleted["metadata"]["deletionTimestamp"]);
    assert_eq!(changed["data"]["a"], "2");
    more.fails(
        422,
        "Invalid",
        "ConfigMap \"a\" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the object is \
         being deleted, found new finalizers []string{\"orrery.dev/b\"}",
    );
    assert_eq!(cluster.get(&path).await.code, 404);
    cluster.close().await;
}

#[tokio::test]
async fn a_deletion_may_insist_on_what_it_deletes() {
    let cluster = Cluster::open().await;
    let made = cluster.post(&cluster.core("configmaps"), &config_map("a")).await.is(201);
    let path = cluster.core("configmaps/a");
    let uid = made["metadata"]["uid"].as_str().unwrap();
    let version = made["metadata"]["resourceVersion"].as_str().unwrap();
    cluster.merge(&path, &json!({"data": {"a": "2"}})).await.is(200);
    let other = "11111111-1111-1111-1111-111111111111";

    let other_uid = cluster.delete(&path, &json!({"preconditions": {"uid": other}})).await;
    let other_version = cluster.delete(&path, &json!({"preconditions": {"resourceVersion": version}})).await;
    let right = cluster.delete(&path, &json!({"preconditions": {"uid": uid}})).await;

    other_uid.fails(
        409,
        "Conflict",
        &format!(
            "Operation cannot be fulfilled on ConfigMap \"a\": the UID in the precondition ({other}) does not match \
             the UID in record ({uid}). The object might have been deleted and then recreated"
        ),
    );
    let now = other_version.body["message"].as_str().unwrap().to_owned();
    assert!(
        now.starts_with(&format!(
            "Operation cannot be fulfilled on ConfigMap \"a\": the ResourceVersion in the precondition ({version}) \
             does not match the ResourceVersion in record ("
        )),
        "{now}"
    );
    assert_eq!(other_version.code, 409);
    right.is(200);
    cluster.close().await;
}

/// A map that belongs to another one.
fn owned(name: &str, owner: &Value, blocks: bool) -> Value {
    let mut map = config_map(name);
    map["metadata"]["ownerReferences"] = json!([{
        "apiVersion": "v1", "kind": "ConfigMap", "name": owner["metadata"]["name"], "uid": owner["metadata"]["uid"],
        "blockOwnerDeletion": blocks,
    }]);
    map
}

#[tokio::test]
async fn what_belongs_to_an_object_goes_with_it() {
    let cluster = Cluster::open().await;
    let path = cluster.core("configmaps");
    let owner = cluster.post(&path, &config_map("owner")).await.is(201);
    let child = cluster.post(&path, &owned("child", &owner, false)).await.is(201);
    cluster.post(&path, &owned("grandchild", &child, false)).await.is(201);

    cluster.delete(&format!("{path}/owner?propagationPolicy=Background"), &Value::Null).await.is(200);

    assert_eq!(cluster.get(&format!("{path}/owner")).await.code, 404);
    cluster.until_gone(&format!("{path}/child")).await;
    cluster.until_gone(&format!("{path}/grandchild")).await;
    cluster.close().await;
}

#[tokio::test]
async fn what_belongs_to_an_object_can_be_left() {
    let cluster = Cluster::open().await;
    let path = cluster.core("configmaps");
    let owner = cluster.post(&path, &config_map("owner")).await.is(201);
    cluster.post(&path, &owned("child", &owner, false)).await.is(201);

    cluster.delete(&format!("{path}/owner"), &json!({"propagationPolicy": "Orphan"})).await.is(200);

    cluster.until_gone(&format!("{path}/owner")).await;
    let child = cluster.get(&format!("{path}/child")).await.is(200);
    assert_eq!(child["metadata"].get("ownerReferences"), None);
    cluster.close().await;
}

#[tokio::test]
async fn an_owner_can_wait_for_what_belongs_to_it() {
    let cluster = Cluster::open().await;
    let path = cluster.core("configmaps");
    let owner = cluster.post(&path, &config_map("owner")).await.is(201);
    let mut child = owned("child", &owner, true);
    child["metadata"]["finalizers"] = json!(["orrery.dev/wait"]);
    cluster.post(&path, &child).await.is(201);

    let deleted =
        cluster.delete(&format!("{path}/owner"), &json!({"propagationPolicy": "Foreground"})).await.is(200);
    cluster
        .eventually("the child's deletion", async || {
            let child = cluster.get(&format!("{path}/child")).await.is(200);
            child["metadata"]["deletionTimestamp"].is_string().then_some(())
        })
        .await;
    let waiting = cluster.get(&format!("{path}/owner")).await.is(200);
    cluster.merge(&format!("{path}/child"), &json!({"metadata": {"finalizers": null}})).await.is(200);

    assert_eq!(deleted["metadata"]["finalizers"], json!(["foregroundDeletion"]));
    assert!(waiting["metadata"]["deletionTimestamp"].is_string());
    cluster.until_gone(&format!("{path}/child")).await;
    cluster.until_gone(&format!("{path}/owner")).await;
    cluster.close().await;
}

#[tokio::test]
async fn a_pod_that_nobody_runs_ends_at_once() {
    let cluster = Cluster::open().await;
    let path = cluster.core("pods");
    cluster.post(&path, &pod("a")).await.is(201);

    let deleted = cluster.delete(&format!("{path}/a"), &Value::Null).await.is(200);

    assert_eq!(deleted["kind"], "Pod");
    assert_eq!(cluster.get(&format!("{path}/a")).await.code, 404);
    cluster.close().await;
}

#[tokio::test]
async fn a_pod_on_a_node_gets_time_to_end() {
    let cluster = Cluster::open().await;
    let path = cluster.core("pods");
    let mut running = pod("a");
    running["metadata"]["finalizers"] = json!(["orrery.dev/wait"]);
    running["spec"].as_object_mut().unwrap().remove("schedulerName");
    cluster.post(&path, &running).await.is(201);
    let path = format!("{path}/a");
    cluster
        .eventually("a running pod", async || {
            let pod = cluster.get(&path).await.is(200);
            (pod["status"]["phase"] == "Running").then_some(())
        })
        .await;

    let deleted = cluster.delete(&path, &json!({"gracePeriodSeconds": 7})).await.is(200);

    assert_eq!(deleted["metadata"]["deletionGracePeriodSeconds"], 7);
    cluster.merge(&path, &json!({"metadata": {"finalizers": null}})).await.succeeds();
    cluster.until_gone(&path).await;
    cluster.close().await;
}

#[tokio::test]
async fn a_selection_can_be_deleted() {
    let cluster = Cluster::open().await;
    let path = cluster.core("configmaps");
    for (name, tier) in [("a", "front"), ("b", "back")] {
        let mut map = config_map(name);
        map["metadata"]["labels"] = json!({"tier": tier});
        cluster.post(&path, &map).await.is(201);
    }

    let deleted = cluster.delete(&format!("{path}?labelSelector=tier%3Dfront"), &Value::Null).await.is(200);

    assert_eq!(deleted["kind"], "ConfigMapList");
    assert_eq!(names(&deleted), ["a"]);
    assert_eq!(names(&cluster.get(&format!("{path}?labelSelector=tier")).await.is(200)), ["b"]);
    cluster.close().await;
}

#[tokio::test]
async fn a_namespace_ends_with_everything_in_it() {
    let cluster = Cluster::open().await;
    let path = cluster.core("configmaps");
    let mut map = config_map("a");
    map["metadata"]["finalizers"] = json!(["orrery.dev/wait"]);
    cluster.post(&path, &map).await.is(201);
    let namespace = format!("/api/v1/namespaces/{}", cluster.namespace);

    let deleted = cluster.delete(&namespace, &Value::Null).await.is(200);
    let late = cluster.post(&path, &config_map("late")).await;
    let remaining = cluster
        .eventually_or("what remains is named", async || {
            let namespace = cluster.get(&namespace).await.is(200);
            let conditions = namespace["status"]["conditions"].as_array().cloned().unwrap_or_default();
            let names_it =
                |one: &Value| one["type"] == "NamespaceFinalizersRemaining" && one["status"] == "True";
            let found = conditions.into_iter().find(names_it);
            found.ok_or_else(|| namespace["status"].to_string())
        })
        .await;
    cluster.merge(&format!("{path}/a"), &json!({"metadata": {"finalizers": null}})).await.is(200);

    assert_eq!(deleted["status"]["phase"], "Terminating");
    let status = late.fails(
        403,
        "Forbidden",
        &format!(
            "configmaps \"late\" is forbidden: unable to create new content in namespace {} because it is being \
             terminated",
            cluster.namespace
        ),
    );
    assert_eq!(status["details"]["causes"][0]["reason"], "NamespaceTerminating");
    assert_eq!(
        pick(&remaining, &["/reason", "/message"]),
        [
            "SomeFinalizersRemain",
            "Some content in the namespace has finalizers remaining: orrery.dev/wait in 1 resource instances"
        ]
    );
    cluster.until_gone(&namespace).await;
}
