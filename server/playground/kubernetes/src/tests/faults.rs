use serde_json::{Value, json};

use super::{Client, MAPS, config_map};
use crate::{Effect, FaultRule};

fn rule(verb: &str, effect: Effect) -> FaultRule {
    FaultRule { verbs: vec![verb.to_owned()], remaining: Some(1), effect, ..FaultRule::default() }
}

#[tokio::test]
async fn too_many_requests_say_when_to_come_back() {
    let client = Client::administrator();
    client.cluster.faults().add(rule("list", Effect::TooManyRequests { retry_after_seconds: 7 }));

    let response = client.raw("GET", MAPS, &Value::Null).await;

    assert_eq!((response.status().as_u16(), response.headers()["retry-after"].to_str().unwrap()), (429, "7"));
    assert_eq!(client.get(MAPS).await.0, 200);
}

#[tokio::test]
async fn unavailable_may_come_after_the_deed() {
    let client = Client::administrator();
    client.cluster.faults().add(rule("create", Effect::UnavailableAfterwards));

    assert_eq!(client.call("POST", MAPS, config_map("a")).await.0, 503);

    assert_eq!(client.get(&format!("{MAPS}/a")).await.0, 200);
}

#[tokio::test]
async fn a_dead_aggregated_group_leaves_the_others_alive() {
    let client = Client::administrator();
    let dead = json!({"pathPrefix": "/apis/metrics.k8s.io", "effect": {"type": "unavailable"}});
    assert_eq!(client.call("POST", "/playground/faults", dead).await.0, 200);

    let accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    let (_, groups) = client.with("accept", accept).get("/apis").await;

    let freshness = |name: &str| {
        let group =
            groups["items"].as_array().unwrap().iter().find(|group| group["metadata"]["name"] == name);
        group.unwrap()["versions"][0]["freshness"].clone()
    };
    assert_eq!((freshness("metrics.k8s.io"), freshness("apps")), (json!("Stale"), json!("Current")));
    assert_eq!(client.get("/apis/metrics.k8s.io/v1beta1/nodes").await.0, 503);
    assert_eq!(client.call("DELETE", "/playground/faults", Value::Null).await.0, 200);
    assert_eq!(client.get("/apis/metrics.k8s.io/v1beta1/nodes").await.0, 200);
}

#[tokio::test]
async fn the_switchboard_cannot_lock_itself_out() {
    let client = Client::administrator();
    let everything = json!({"effect": {"type": "unavailable"}});
    assert_eq!(client.call("POST", "/playground/faults", everything).await.0, 200);
    assert_eq!(client.get(MAPS).await.0, 503);

    assert_eq!(client.call("DELETE", "/playground/faults", Value::Null).await.0, 200);

    assert_eq!(client.get(MAPS).await.0, 200);
}

#[tokio::test]
async fn answers_can_end_in_the_middle() {
    let client = Client::administrator();
    client.cluster.create(config_map("a")).unwrap();
    client.cluster.faults().add(rule("get", Effect::Truncated));

    assert_eq!(client.get(&format!("{MAPS}/a")).await, (200, Value::Null));
}

#[tokio::test]
async fn only_an_administrator_reaches_the_switches() {
    let client = Client::administrator().user("jo", &[]);

    assert_eq!(client.get("/playground/faults").await.0, 403);
}
