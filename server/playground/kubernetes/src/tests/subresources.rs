use serde_json::{Value, json};

use super::Client;

const POD: &str = "/api/v1/namespaces/default/pods/p";

fn add_pod(client: &Client) {
    let pod = json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": "p", "namespace": "default", "labels": {"app": "web"}},
        "spec": {"nodeName": "n", "containers": [{"name": "c", "image": "i"}]},
        "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]},
    });
    client.cluster.create(pod).unwrap();
}

#[tokio::test]
async fn a_part_takes_only_the_verbs_it_lists() {
    let client = Client::administrator();
    add_pod(&client);
    let deployment = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "default"},
        "spec": {
            "replicas": 2, "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "c", "image": "i"}]},
            },
        },
    });
    client.cluster.create(deployment).unwrap();
    let scale = "/apis/apps/v1/namespaces/default/deployments/web/scale";

    for method in ["GET", "PUT", "PATCH", "DELETE"] {
        assert_eq!(client.call(method, &format!("{POD}/eviction"), json!({})).await.0, 405, "{method}");
    }
    assert_eq!(client.call("POST", scale, json!({"spec": {"replicas": 7}})).await.0, 405);
    assert_eq!(client.call("DELETE", scale, Value::Null).await.0, 405);

    assert_eq!(client.get(POD).await.1["metadata"]["deletionTimestamp"], Value::Null);
    assert_eq!(client.get(scale).await.1["spec"]["replicas"], 2);
}

const BUDGETS: &str = "/apis/policy/v1/namespaces/default/poddisruptionbudgets";

fn add_budget(client: &Client, spec: &Value, allowed: i64, healthy: i64) {
    let mut budget = json!({
        "apiVersion": "policy/v1", "kind": "PodDisruptionBudget",
        "metadata": {"name": "web", "namespace": "default"}, "spec": spec,
        "status": {
            "observedGeneration": 1, "disruptionsAllowed": allowed, "currentHealthy": healthy,
            "desiredHealthy": 1, "expectedPods": 2,
        },
    });
    budget["spec"]["selector"] = json!({"matchLabels": {"app": "web"}});
    client.cluster.create(budget).unwrap();
}

fn fall_ill(client: &Client) {
    let ill = |pod: &mut Value| pod["status"]["conditions"][0]["status"] = json!("False");
    client.cluster.update("pods", Some("default"), "p", ill).unwrap();
}

async fn evict(client: &Client) -> (u16, Value) {
    client.call("POST", &format!("{POD}/eviction"), json!({})).await
}

#[test]
fn two_who_evict_a_pod_spend_one_disruption() {
    let client = Client::administrator();
    add_pod(&client);
    add_budget(&client, &json!({"minAvailable": 1}), 2, 3);
    let evict_now = || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(evict(&client)).0
    };

    let codes = std::thread::scope(|threads| {
        // Both are on their way before either may write.
        let writing = client.cluster.inner.writer.lock();
        let two = [threads.spawn(evict_now), threads.spawn(evict_now)];
        std::thread::sleep(std::time::Duration::from_millis(200));
        drop(writing);
        two.map(|one| one.join().unwrap())
    });

    assert_eq!(codes, [201, 201]);
    let budget = client.cluster.get("poddisruptionbudgets.policy", Some("default"), "web").unwrap().parse();
    assert_eq!(budget["status"]["disruptionsAllowed"], 1);
    assert!(budget["status"]["disruptedPods"]["p"].is_string());
}

#[tokio::test]
async fn an_eviction_is_of_the_pod_that_was_meant() {
    let client = Client::administrator();
    add_pod(&client);
    let of = |uid: &str| json!({"deleteOptions": {"preconditions": {"uid": uid}, "gracePeriodSeconds": 5}});
    let uid = client.cluster.get("pods", Some("default"), "p").unwrap().uid().to_owned();

    let (code, _) = client.call("POST", &format!("{POD}/eviction"), of("another")).await;
    assert_eq!(code, 409);
    assert_eq!(client.call("POST", &format!("{POD}/eviction"), of(&uid)).await.0, 201);

    assert_eq!(client.get(POD).await.1["metadata"]["deletionGracePeriodSeconds"], 5);
}

#[tokio::test]
async fn a_budget_nobody_has_counted_yet_allows_nothing() {
    let client = Client::administrator();
    add_pod(&client);
    add_budget(&client, &json!({"minAvailable": 1}), 2, 3);
    let stricter = |budget: &mut Value| budget["spec"]["minAvailable"] = json!(3);
    client.cluster.update("poddisruptionbudgets.policy", Some("default"), "web", stricter).unwrap();

    let (code, status) = evict(&client).await;

    assert_eq!(code, 429);
    assert_eq!(status["details"]["retryAfterSeconds"], 10);
    assert_eq!(
        status["details"]["causes"][0]["message"],
        "The disruption budget web is still being processed by the server."
    );
}

#[tokio::test]
async fn an_unhealthy_pod_may_go_when_its_budget_is_healthy_without_it() {
    for (policy, healthy, expected) in [
        (Value::Null, 0, 429),
        (Value::Null, 1, 201),
        (json!("IfHealthyBudget"), 0, 429),
        (json!("AlwaysAllow"), 0, 201),
    ] {
        let client = Client::administrator();
        add_pod(&client);
        fall_ill(&client);
        add_budget(&client, &json!({"minAvailable": 1, "unhealthyPodEvictionPolicy": policy}), 0, healthy);

        assert_eq!(evict(&client).await.0, expected, "{policy} with {healthy} healthy");

        let (_, budget) = client.get(&format!("{BUDGETS}/web")).await;
        assert_eq!(budget["status"]["disruptedPods"], Value::Null);
    }
}

#[tokio::test]
async fn an_unknown_eviction_policy_is_refused() {
    let client = Client::administrator();
    let budget = json!({"metadata": {"name": "web"}, "spec": {"unhealthyPodEvictionPolicy": "Perhaps"}});

    let (code, status) = client.call("POST", BUDGETS, budget).await;

    assert_eq!((code, &status["details"]["causes"][0]["reason"]), (422, &json!("FieldValueNotSupported")));
}

/// A service with one port, and something that answers behind it.
fn add_service(client: &Client, addresses: &Value) {
    let service = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "default"},
        "spec": {"selector": {"app": "web"}, "ports": [{"name": "http", "port": 80, "targetPort": 8080}]},
    });
    let endpoints = json!({
        "apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": "web", "namespace": "default"},
        "subsets": [{"addresses": addresses, "ports": [{"name": "http", "port": 8080}]}],
    });
    client.cluster.create(service).unwrap();
    client.cluster.create(endpoints).unwrap();
}

const SERVICES: &str = "/api/v1/namespaces/default/services";

#[tokio::test]
async fn the_proxy_leads_to_what_answers_behind_a_service() {
    let client = Client::administrator();
    add_service(&client, &json!([{"ip": "10.0.0.7"}]));
    let echo = |request: axum::extract::Request| async move {
        let has_secret = request.headers().contains_key("authorization");
        axum::Json(json!({"uri": request.uri().to_string(), "secret": has_secret}))
    };
    client.cluster.answer_behind("default", "web", 80, axum::Router::new().fallback(echo));

    for name in ["web:http", "web:80", "http:web:80"] {
        let (code, answer) = client.get(&format!("{SERVICES}/{name}/proxy/a/b?c=d")).await;
        assert_eq!((code, answer), (200, json!({"uri": "/a/b?c=d", "secret": false})), "{name}");
    }
    assert_eq!(client.get(&format!("{SERVICES}/web:http/proxy")).await.0, 301);
    assert_eq!(client.get(&format!("{SERVICES}/web:81/proxy/")).await.0, 503);
    assert_eq!(client.get(&format!("{SERVICES}/other:80/proxy/")).await.0, 404);
    assert_eq!(client.get(&format!("{SERVICES}/other/proxy/")).await.0, 503);
    let stranger = client.user("stranger", &[]);
    assert_eq!(stranger.get(&format!("{SERVICES}/web:http/proxy/")).await.0, 403);
}

#[tokio::test]
async fn a_service_without_endpoints_or_listeners_is_unavailable() {
    let client = Client::administrator();
    add_service(&client, &json!([]));

    let (code, status) = client.get(&format!("{SERVICES}/web:http/proxy/")).await;
    assert_eq!((code, &status["message"]), (503, &json!("no endpoints available for service \"web\"")));

    let other = Client::administrator();
    add_service(&other, &json!([{"ip": "10.0.0.7"}]));
    let (code, status) = other.get(&format!("{SERVICES}/web:http/proxy/")).await;
    assert_eq!(code, 503);
    assert!(
        status["message"].as_str().unwrap().ends_with("10.0.0.7:8080: connect: connection refused"),
        "{status}"
    );
}
