//! Server-side apply and who owns which field.

use http::Method;

use crate::support::{Cluster, Value, config_map, deployment, json};

fn map(data: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": data})
}

/// Managers with their operation and what they own of `data`, in order.
fn owners(object: &Value) -> Vec<(String, String, Vec<String>)> {
    let entries = object["metadata"]["managedFields"].as_array().cloned().unwrap_or_default();
    let mut owners: Vec<_> = entries
        .iter()
        .map(|entry| {
            let fields = entry["fieldsV1"]["f:data"].as_object().cloned().unwrap_or_default();
            let fields = fields.keys().filter(|key| *key != ".").cloned().collect();
            let text = |name: &str| entry[name].as_str().unwrap().to_owned();
            (text("manager"), text("operation"), fields)
        })
        .collect();
    owners.sort();
    owners
}

fn owner(manager: &str, operation: &str, fields: &[&str]) -> (String, String, Vec<String>) {
    (manager.to_owned(), operation.to_owned(), fields.iter().map(|field| format!("f:{field}")).collect())
}

#[tokio::test]
async fn applying_creates_and_owns_what_it_names() {
    let cluster = Cluster::open().await;
    let path = cluster.core("configmaps/a");

    let made = cluster.apply(&path, "one", &map(&json!({"a": "1"}))).await.is(201);
    let same = cluster.apply(&path, "one", &map(&json!({"a": "1"}))).await.is(200);

    assert_eq!(same["metadata"]["resourceVersion"], made["metadata"]["resourceVersion"]);
    let entry = &made["metadata"]["managedFields"][0];
    assert_eq!(entry["fieldsV1"], json!({"f:data": {"f:a": {}}}));
    assert_eq!((&entry["fieldsType"], &entry["apiVersion"]), (&"FieldsV1".into(), &"v1".into()));
    assert_eq!(owners(&made), [owner("one", "Apply", &["a"])]);
    cluster.close().await;
}

#[tokio::test]
async fn what_is_no_longer_applied_goes_unless_somebody_else_wants_it() {
    let cluster = Cluster::open().await;
    let path = cluster.core("configmaps/a");
    cluster.apply(&path, "one", &map(&json!({"a": "1", "b": "1", "c": "1"}))).await.is(201);
    cluster.apply(&path, "two", &map(&json!({"b": "1"}))).await.is(200);

    let less = cluster.apply(&path, "one", &map(&json!({"a": "1"}))).await.is(200);

    assert_eq!(less["data"], json!({"a": "1", "b": "1"}));
    assert_eq!(owners(&less), [owner("one", "Apply", &["a"]), owner("two", "Apply", &["b"])]);
    cluster.close().await;
}

#[tokio::test]
async fn another_owners_field_is_a_conflict_unless_forced() {
    let cluster = Cluster::open().await;
    let path = cluster.core("configmaps/a");
    cluster.apply(&path, "one", &map(&json!({"a": "1", "b": "1"}))).await.is(201);

    let one = cluster.apply(&path, "two", &map(&json!({"a": "2"}))).await;
    let both = cluster.apply(&path, "two", &map(&json!({"a": "2", "b": "2"}))).await;
    let forced = cluster.apply(&format!("{path}?force=true"), "two", &map(&json!({"a": "2"}))).await.is(200);

    let status = one.fails(409, "Conflict", "Apply failed with 1 conflict: conflict with \"one\": .data.a");
    assert_eq!(
        status["details"],
        json!({"causes": [{"reason": "FieldManagerConflict", "message": "conflict with \"one\"", "field": ".data.a"}]})
    );
    both.fails(
        409,
        "Conflict",
        "Apply failed with 2 conflicts: conflicts with \"one\":\n- .data.a\n- .data.b",
    );
    assert_eq!(forced["data"], json!({"a": "2", "b": "1"}));
    assert_eq!(owners(&forced), [owner("one", "Apply", &["b"]), owner("two", "Apply", &["a"])]);
    cluster.close().await;
}

#[tokio::test]
async fn whoever_writes_owns_and_conflicts_name_the_operation() {
    let cluster = Cluster::open().await;
    let path = cluster.core("configmaps/a");
    cluster.post(&cluster.core("configmaps?fieldManager=maker"), &config_map("a")).await.is(201);
    let changed =
        cluster.merge(&format!("{path}?fieldManager=changer"), &json!({"data": {"b": "1"}})).await.is(200);

    let conflict = cluster.apply(&path, "one", &map(&json!({"a": "2", "b": "1"}))).await;
    let agreed = cluster.apply(&path, "one", &map(&json!({"b": "1"}))).await.is(200);

    assert_eq!(owners(&changed), [owner("changer", "Update", &["b"]), owner("maker", "Update", &["a"])]);
    conflict.fails(
        409,
        "Conflict",
        "Apply failed with 1 conflict: conflict with \"maker\" using v1: .data.a",
    );
    assert_eq!(
        owners(&agreed),
        [owner("changer", "Update", &["b"]), owner("maker", "Update", &["a"]), owner("one", "Apply", &["b"])]
    );
    cluster.close().await;
}

#[tokio::test]
async fn without_a_name_the_client_is_the_manager() {
    let cluster = Cluster::open().await;
    let client = cluster.with("user-agent", "orrery/1.2 (test)");

    let made = client.post(&cluster.core("configmaps"), &config_map("a")).await.is(201);
    let body = map(&json!({})).to_string().into_bytes();
    let path = cluster.core("configmaps/a");
    let unnamed = cluster.send(Method::PATCH, &path, "application/apply-patch+yaml", body).await;

    assert_eq!(owners(&made), [owner("orrery", "Update", &["a"])]);
    unnamed.fails(
        422,
        "Invalid",
        "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch",
    );
    cluster.close().await;
}

#[tokio::test]
async fn lists_are_owned_by_their_keys() {
    let cluster = Cluster::open().await;
    let path = cluster.group("apps/v1", "deployments/web");
    cluster.apply(&path, "one", &deployment("web")).await.is(201);
    let side = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
        "spec": {"template": {"spec": {"containers": [{"name": "side", "image": "busybox:1"}]}}},
    });

    let both = cluster.apply(&path, "two", &side).await.is(200);
    let mut changed = deployment("web");
    changed["spec"]["template"]["spec"]["containers"][0] = json!({"name": "side", "image": "busybox:2"});
    let conflict = cluster.apply(&path, "one", &changed).await;

    let containers = both.pointer("/spec/template/spec/containers").unwrap().as_array().unwrap();
    let names: Vec<_> = containers.iter().map(|container| container["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["main", "side"]);
    conflict.fails(
        409,
        "Conflict",
        "Apply failed with 1 conflict: conflict with \"two\": .spec.template.spec.containers[name=\"side\"].image",
    );
    cluster.close().await;
}

#[tokio::test]
async fn what_is_applied_fits_its_schema_whatever_is_asked_for() {
    let cluster = Cluster::open().await;
    let path = cluster.group("apps/v1", "deployments/web");
    let with = |pointer: &str, value: Value| {
        let mut object = deployment("web");
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        object.pointer_mut(parent).unwrap()[field] = value;
        object
    };
    let container = "/spec/template/spec/containers/0";

    for (pointer, value, said) in [
        ("/spec/replica", json!(2), ".spec.replica: field not declared in schema"),
        ("/spec/replicas", json!("two"), ".spec.replicas: expected numeric (int or float), got string"),
        ("/spec/paused", json!("no"), ".spec.paused: expected boolean, got &{no}"),
        (
            "/metadata/labels",
            json!({"tier": 1}),
            ".metadata.labels.tier: expected string, got &value.valueUnstructured{Value:1}",
        ),
        (
            "/spec/template/spec/nodeSelector",
            json!("a"),
            ".spec.template.spec.nodeSelector: expected map, got &{a}",
        ),
        (
            "/spec/template/spec/tolerations",
            json!([{"kee": "a"}]),
            ".spec.template.spec.tolerations[0].kee: field not declared in schema",
        ),
        (
            &format!("{container}/ports"),
            json!([{"containerPort": 80, "nme": "http"}]),
            ".spec.template.spec.containers[name=\"main\"].ports[containerPort=80,protocol=\"TCP\"].nme: field not \
             declared in schema",
        ),
        (
            &format!("{container}/ports"),
            json!([{"containerPort": 80}, {"containerPort": 80}]),
            ".spec.template.spec.containers[name=\"main\"].ports: duplicate entries for key \
             [containerPort=80,protocol=\"TCP\"]",
        ),
    ] {
        let refused =
            cluster.apply(&format!("{path}?fieldValidation=Ignore"), "one", &with(pointer, value)).await;
        refused.fails(
            500,
            "",
            &format!("failed to create typed patch object (/web; apps/v1, Kind=Deployment): {said}"),
        );
    }
    let several = json!({"a": 1, "b": true});
    let several = cluster.apply(&cluster.core("configmaps/a"), "one", &map(&several)).await;
    assert_eq!(several.code, 500, "{}", several.text);
    assert!(several.text.contains("(/a; /v1, Kind=ConfigMap): errors:\\n  .data."), "{}", several.text);
    let mut whole = with(&format!("{container}/resources"), json!({"requests": {"cpu": 1, "memory": "1Gi"}}));
    whole["spec"]["strategy"] = json!({"rollingUpdate": {"maxSurge": 1, "maxUnavailable": "25%"}});
    cluster.apply(&path, "one", &whole).await.is(201);
    cluster.close().await;
}

#[tokio::test]
async fn an_applied_object_names_its_kind_and_no_managers() {
    let cluster = Cluster::open().await;
    let path = cluster.core("configmaps/a");
    cluster.apply(&path, "one", &map(&json!({"a": "1"}))).await.is(201);

    let untyped = cluster.apply(&path, "one", &json!({"metadata": {"name": "a"}})).await;
    let mut managed = map(&json!({}));
    managed["metadata"]["managedFields"] = json!([{
        "manager": "x", "operation": "Apply", "apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": {}
    }]);
    let managed = cluster.apply(&path, "one", &managed).await;

    assert_eq!(untyped.code, 400, "{}", untyped.text);
    managed.fails(400, "BadRequest", "metadata.managedFields must be nil");
    cluster.close().await;
}

#[tokio::test]
async fn a_conflict_of_a_dry_run_is_one_too() {
    let cluster = Cluster::open().await;
    let path = cluster.core("configmaps/a");
    cluster.apply(&path, "one", &map(&json!({"a": "1"}))).await.is(201);

    let conflict = cluster.apply(&format!("{path}?dryRun=All"), "two", &map(&json!({"a": "2"}))).await;
    let forced =
        cluster.apply(&format!("{path}?dryRun=All&force=true"), "two", &map(&json!({"a": "2"}))).await;

    conflict.fails(409, "Conflict", "Apply failed with 1 conflict: conflict with \"one\": .data.a");
    assert_eq!(forced.is(200)["data"], json!({"a": "2"}));
    assert_eq!(cluster.get(&path).await.is(200)["data"], json!({"a": "1"}));
    cluster.close().await;
}

#[tokio::test]
async fn managers_can_be_forgotten() {
    let cluster = Cluster::open().await;
    let path = cluster.core("configmaps/a");
    cluster.apply(&path, "one", &map(&json!({"a": "1"}))).await.is(201);

    let cleared = cluster.merge(&path, &json!({"metadata": {"managedFields": [{}]}})).await.is(200);

    assert_eq!(cleared["metadata"].get("managedFields"), None);
    cluster.close().await;
}
