//! Patches of every type.

use http::Method;

use crate::support::{Cluster, config_map, deployment, json, pick};

#[tokio::test]
async fn a_json_patch_is_done_whole_or_not_at_all() {
    let cluster = Cluster::open().await;
    cluster.post(&cluster.core("configmaps"), &config_map("a")).await.is(201);
    let path = cluster.core("configmaps/a");

    let done = json!([
        {"op": "test", "path": "/data/a", "value": "1"},
        {"op": "replace", "path": "/data/a", "value": "2"},
        {"op": "add", "path": "/data/b", "value": "3"},
        {"op": "copy", "from": "/data/b", "path": "/data/c"},
        {"op": "move", "from": "/data/a", "path": "/data/d"},
        {"op": "remove", "path": "/data/b"},
    ]);
    let done = cluster.json_patch(&path, &done).await.is(200);
    let half = json!([
        {"op": "add", "path": "/data/e", "value": "4"},
        {"op": "test", "path": "/data/d", "value": "9"},
    ]);
    let half = cluster.json_patch(&path, &half).await;
    let absent = cluster.json_patch(&path, &json!([{"op": "remove", "path": "/data/z"}])).await;

    assert_eq!(done["data"], json!({"c": "3", "d": "2"}));
    half.fails(422, "Invalid", "the server rejected our request due to an error in our request");
    absent.fails(422, "Invalid", "the server rejected our request due to an error in our request");
    assert_eq!(cluster.get(&path).await.is(200)["data"], json!({"c": "3", "d": "2"}));
    cluster.close().await;
}

#[tokio::test]
async fn a_merge_patch_replaces_lists_and_removes_by_null() {
    let cluster = Cluster::open().await;
    let mut made = deployment("web");
    made["metadata"]["labels"] = json!({"a": "1", "b": "2"});
    cluster.post(&cluster.group("apps/v1", "deployments"), &made).await.is(201);
    let path = cluster.group("apps/v1", "deployments/web");

    let change = json!({
        "metadata": {"labels": {"a": null, "c": "3"}},
        "spec": {"template": {"spec": {"containers": [{"name": "other", "image": "busybox:1"}]}}},
    });
    let merged = cluster.merge(&path, &change).await.is(200);

    assert_eq!(merged["metadata"]["labels"], json!({"b": "2", "c": "3"}));
    let containers = merged.pointer("/spec/template/spec/containers").unwrap().as_array().unwrap();
    assert_eq!(containers.len(), 1);
    assert_eq!(pick(&containers[0], &["/name", "/image"]), ["other", "busybox:1"]);
    cluster.close().await;
}

#[tokio::test]
async fn a_strategic_patch_knows_the_keys_of_lists() {
    let cluster = Cluster::open().await;
    let mut made = deployment("web");
    made["spec"]["template"]["spec"]["containers"] = json!([
        {"name": "main", "image": "nginx:1.27", "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]},
        {"name": "side", "image": "busybox:1"},
    ]);
    cluster.post(&cluster.group("apps/v1", "deployments"), &made).await.is(201);
    let path = cluster.group("apps/v1", "deployments/web");
    let containers = |containers| json!({"spec": {"template": {"spec": {"containers": containers}}}});
    let names = |object: &serde_json::Value| -> Vec<String> {
        let list = object.pointer("/spec/template/spec/containers").unwrap().as_array().unwrap();
        list.iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    };

    let merged = containers(json!([
        {"name": "main", "image": "nginx:1.28", "env": [{"name": "B", "$patch": "delete"}, {"name": "C", "value": "3"}]},
    ]));
    let merged = cluster.strategic(&path, &merged).await.is(200);
    let new = cluster.strategic(&path, &containers(json!([{"name": "new", "image": "a:1"}]))).await.is(200);
    let deleted =
        cluster.strategic(&path, &containers(json!([{"name": "side", "$patch": "delete"}]))).await.is(200);
    let replaced = json!([{"name": "only", "image": "b:1"}, {"$patch": "replace"}]);
    let replaced = cluster.strategic(&path, &containers(replaced)).await.is(200);

    let main = merged.pointer("/spec/template/spec/containers/0").unwrap();
    assert_eq!(main["image"], "nginx:1.28");
    let env = main["env"].as_array().unwrap();
    let mut env: Vec<_> = env.iter().map(|entry| entry["name"].as_str().unwrap()).collect();
    env.sort_unstable();
    assert_eq!(env, ["A", "C"]);
    assert_eq!(names(&merged), ["main", "side"]);
    assert_eq!(names(&new), ["new", "main", "side"]);
    assert_eq!(names(&deleted), ["new", "main"]);
    assert_eq!(names(&replaced), ["only"]);
    cluster.close().await;
}

#[tokio::test]
async fn a_strategic_patch_orders_and_keeps_as_it_is_told() {
    let cluster = Cluster::open().await;
    let mut made = deployment("web");
    made["spec"]["template"]["spec"]["containers"] =
        json!([{"name": "a", "image": "a:1"}, {"name": "b", "image": "b:1"}]);
    made["spec"]["template"]["spec"]["volumes"] = json!([{"name": "v", "emptyDir": {}}]);
    cluster.post(&cluster.group("apps/v1", "deployments"), &made).await.is(201);
    let path = cluster.group("apps/v1", "deployments/web");

    let ordered = json!({"spec": {"template": {"spec": {
        "$setElementOrder/containers": [{"name": "b"}, {"name": "a"}],
        "containers": [{"name": "a", "image": "a:2"}],
    }}}});
    let ordered = cluster.strategic(&path, &ordered).await.is(200);
    let kept = json!({"spec": {"template": {"spec": {
        "volumes": [{"$retainKeys": ["name", "configMap"], "name": "v", "configMap": {"name": "x"}}],
    }}}});
    let kept = cluster.strategic(&path, &kept).await.is(200);
    let strategy = json!({"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}});
    let strategy = cluster.strategic(&path, &strategy).await.is(200);

    let list = ordered.pointer("/spec/template/spec/containers").unwrap();
    assert_eq!(pick(list, &["/0/name", "/1/name", "/1/image"]), ["b", "a", "a:2"]);
    let volume = kept.pointer("/spec/template/spec/volumes/0").unwrap();
    assert_eq!((volume.get("emptyDir"), &volume["configMap"]["name"]), (None, &"x".into()));
    assert_eq!(strategy["spec"]["strategy"], json!({"type": "Recreate"}));
    cluster.close().await;
}

#[tokio::test]
async fn a_patch_of_an_unknown_type_is_refused() {
    let cluster = Cluster::open().await;
    cluster.post(&cluster.core("configmaps"), &config_map("a")).await.is(201);
    let path = cluster.core("configmaps/a");

    let plain = cluster.send(Method::PATCH, &path, "application/json", b"{}".to_vec()).await;
    let broken = cluster.send(Method::PATCH, &path, "application/merge-patch+json", b"{".to_vec()).await;

    plain.fails(415, "UnsupportedMediaType", "415: Unsupported Media Type");
    assert_eq!((broken.code, &broken.body["reason"]), (400, &"BadRequest".into()), "{}", broken.text);
    cluster.close().await;
}

#[tokio::test]
async fn a_patch_may_ask_for_the_version_it_was_made_for() {
    let cluster = Cluster::open().await;
    let made = cluster.post(&cluster.core("configmaps"), &config_map("a")).await.is(201);
    let path = cluster.core("configmaps/a");
    let version = &made["metadata"]["resourceVersion"];
    let change = json!({"metadata": {"resourceVersion": version}, "data": {"a": "2"}});

    cluster.merge(&path, &change).await.is(200);
    let late =
        cluster.merge(&path, &json!({"metadata": {"resourceVersion": version}, "data": {"a": "3"}})).await;

    late.fails(
        409,
        "Conflict",
        "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply your changes \
         to the latest version and try again",
    );
    cluster.close().await;
}

#[tokio::test]
async fn what_the_server_keeps_cannot_be_patched() {
    let cluster = Cluster::open().await;
    let made = cluster.post(&cluster.group("apps/v1", "deployments"), &deployment("web")).await.is(201);
    let path = cluster.group("apps/v1", "deployments/web");

    let kept = json!({
        "metadata": {"creationTimestamp": "2000-01-01T00:00:00Z", "generation": 40},
        "status": {"readyReplicas": 7},
    });
    let kept = cluster.merge(&path, &kept).await.is(200);
    let renamed = cluster.merge(&path, &json!({"metadata": {"name": "other"}})).await;
    let selector = cluster.merge(&path, &json!({"spec": {"selector": {"matchLabels": {"app": "x"}}}})).await;

    let pointers = ["/metadata/creationTimestamp", "/metadata/generation"];
    assert_eq!(pick(&kept, &pointers), pick(&made, &pointers));
    assert_ne!(kept["status"]["readyReplicas"], 7);
    renamed.fails(
        400,
        "BadRequest",
        "the name of the object (other) does not match the name on the URL (web)",
    );
    selector.fails(
        422,
        "Invalid",
        "Deployment.apps \"web\" is invalid: [spec.template.metadata.labels: Invalid value: {\"app\":\"web\"}: \
         `selector` does not match template `labels`, spec.selector: Invalid value: {\"matchLabels\":{\"app\":\"x\"}}: \
         field is immutable]",
    );
    cluster.close().await;
}
