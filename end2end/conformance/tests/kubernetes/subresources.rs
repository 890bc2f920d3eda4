//! Status, scale, eviction, binding, tokens.

use crate::support::{Cluster, Value, deployment, json, pick, pod};

#[tokio::test]
async fn the_status_is_written_through_its_own_door() {
    let cluster = Cluster::open().await;
    let path = cluster.core("pods/a");
    cluster.post(&cluster.core("pods"), &pod("a")).await.is(201);

    let spec = json!({"spec": {"activeDeadlineSeconds": 5}, "status": {"reason": "Testing"}});
    let status = cluster.merge(&format!("{path}/status"), &spec).await.is(200);
    let object = cluster.merge(&path, &json!({"status": {"reason": "Other"}})).await.is(200);

    assert_eq!(
        pick(&status, &["/spec/activeDeadlineSeconds", "/status/reason"]),
        [Value::Null, "Testing".into()]
    );
    assert_eq!(object["status"]["reason"], "Testing");
    assert_eq!(cluster.get(&format!("{path}/status")).await.is(200)["kind"], "Pod");
    cluster.close().await;
}

#[tokio::test]
async fn replicas_are_read_and_written_as_a_scale() {
    let cluster = Cluster::open().await;
    let path = cluster.group("apps/v1", "deployments/web/scale");
    let mut paused = deployment("web");
    paused["spec"]["paused"] = true.into();
    let made = cluster.post(&cluster.group("apps/v1", "deployments"), &paused).await.is(201);

    let scale = cluster.get(&path).await.is(200);
    let more = cluster.merge(&path, &json!({"spec": {"replicas": 3}})).await.is(200);
    let mut fewer = more.clone();
    fewer["spec"]["replicas"] = 2.into();
    // The controller may have written in between.
    fewer["metadata"]["resourceVersion"] = Value::Null;
    let fewer = cluster.put(&path, &fewer).await.is(200);
    let negative = cluster.merge(&path, &json!({"spec": {"replicas": -1}})).await;

    assert_eq!(pick(&scale, &["/kind", "/apiVersion"]), ["Scale", "autoscaling/v1"]);
    assert_eq!(
        pick(&scale, &["/metadata/name", "/metadata/uid"]),
        pick(&made, &["/metadata/name", "/metadata/uid"])
    );
    assert_eq!(pick(&scale, &["/spec", "/status/selector"]), [json!({}), json!("app=web")]);
    assert_eq!(more["spec"]["replicas"], 3);
    assert_eq!(fewer["spec"]["replicas"], 2);
    negative.fails(
        422,
        "Invalid",
        "Scale.autoscaling \"web\" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0",
    );
    let deployment = cluster.get(&cluster.group("apps/v1", "deployments/web")).await.is(200);
    assert_eq!(deployment["spec"]["replicas"], 2);
    assert_eq!(deployment["metadata"]["generation"], 3);
    cluster.close().await;
}

#[tokio::test]
async fn a_pod_is_bound_once() {
    let cluster = Cluster::open().await;
    cluster.post(&cluster.core("pods"), &pod("a")).await.is(201);
    let path = cluster.core("pods/a/binding");
    let binding = |node: &str| {
        json!({
            "apiVersion": "v1", "kind": "Binding", "metadata": {"name": "a"},
            "target": {"apiVersion": "v1", "kind": "Node", "name": node},
        })
    };

    let bound = cluster.post(&path, &binding("conformance-node")).await.is(201);
    let again = cluster.post(&path, &binding("other")).await;

    assert_eq!(pick(&bound, &["/kind", "/status"]), ["Status", "Success"]);
    let pod = cluster.get(&cluster.core("pods/a")).await.is(200);
    assert_eq!(pod["spec"]["nodeName"], "conformance-node");
    let scheduled =
        pod["status"]["conditions"].as_array().unwrap().iter().find(|one| one["type"] == "PodScheduled");
    assert_eq!(scheduled.unwrap()["status"], "True");
    again.fails(
        409,
        "Conflict",
        "Operation cannot be fulfilled on pods/binding \"a\": pod a is already assigned to node \"conformance-node\"",
    );
    let gone = json!({"gracePeriodSeconds": 0});
    cluster.delete(&cluster.core("pods/a"), &gone).await.succeeds();
    cluster.close().await;
}

fn eviction(name: &str) -> Value {
    json!({"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name}})
}

#[tokio::test]
async fn an_eviction_respects_the_budget() {
    let cluster = Cluster::open().await;
    let budget = json!({
        "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "budget"},
        "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "a"}}},
    });
    cluster.post(&cluster.group("policy/v1", "poddisruptionbudgets"), &budget).await.is(201);
    let mut running = pod("a");
    running["spec"].as_object_mut().unwrap().remove("schedulerName");
    cluster.post(&cluster.core("pods"), &running).await.is(201);
    cluster.post(&cluster.core("pods"), &pod("free")).await.is(201);
    cluster
        .eventually("a healthy pod", async || {
            let budget =
                cluster.get(&cluster.group("policy/v1", "poddisruptionbudgets/budget")).await.is(200);
            (budget["status"]["currentHealthy"] == 1).then_some(())
        })
        .await;

    let kept = cluster.post(&cluster.core("pods/a/eviction"), &eviction("a")).await;
    let evicted = cluster.post(&cluster.core("pods/free/eviction"), &eviction("free")).await.is(201);

    let status = kept.fails(
        429,
        "TooManyRequests",
        "Cannot evict pod as it would violate the pod's disruption budget.",
    );
    assert_eq!(
        status["details"]["causes"],
        json!([{
            "reason": "DisruptionBudget",
            "message": "The disruption budget budget needs 1 healthy pods and has 1 currently",
        }])
    );
    assert_eq!(pick(&evicted, &["/kind", "/status"]), ["Status", "Success"]);
    cluster.until_gone(&cluster.core("pods/free")).await;
    cluster.close().await;
}

#[tokio::test]
async fn a_token_of_an_account_gets_in_as_that_account() {
    let cluster = Cluster::open().await;
    let request = json!({
        "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
        "spec": {"expirationSeconds": 3600},
    });

    let made = cluster.post(&cluster.core("serviceaccounts/default/token"), &request).await.is(201);
    let short = json!({"spec": {"expirationSeconds": 60}});
    let short = cluster.post(&cluster.core("serviceaccounts/default/token"), &short).await;

    let token = made["status"]["token"].as_str().unwrap();
    assert!(made["status"]["expirationTimestamp"].is_string());
    let review = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"});
    let account = cluster.bearing(Some(token));
    let who = account.post("/apis/authentication.k8s.io/v1/selfsubjectreviews", &review).await.is(201);
    let user = &who["status"]["userInfo"];
    assert_eq!(user["username"], format!("system:serviceaccount:{}:default", cluster.namespace));
    assert_eq!(
        user["groups"],
        json!([
            "system:serviceaccounts",
            format!("system:serviceaccounts:{}", cluster.namespace),
            "system:authenticated"
        ])
    );
    short.fails(
        422,
        "Invalid",
        "TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid value: 60: may not \
         specify a duration less than 10 minutes",
    );
    cluster.close().await;
}
