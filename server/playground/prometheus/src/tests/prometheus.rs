//! Prometheus: what rules say, and when.

use serde_json::{Value, json};

use super::{MINUTE, START, get, monitoring, world};

/// The states and since when, of the alerts of a rule in the answer to `rules`.
fn alerts(rules: &Value, place: usize) -> Vec<(String, String)> {
    let alerts = rules["data"]["groups"][0]["rules"][place]["alerts"].as_array().unwrap();
    let text = |alert: &Value, key: &str| alert[key].as_str().unwrap().to_owned();
    alerts.iter().map(|alert| (text(alert, "state"), text(alert, "activeAt"))).collect()
}

#[tokio::test]
async fn an_alert_is_pending_then_firing_then_over() {
    let world = world(29);
    let prometheus = monitoring(&world).prometheus;
    let rules = async || get(&prometheus, "/api/v1/rules?type=alert").await.1;

    assert_eq!(alerts(&rules().await, 0), []);

    world.go_to(32);
    let since = ("2026-01-05T00:30:00.000Z".to_owned(), "2026-01-05T00:30:00.000Z".to_owned()).0;
    assert_eq!(alerts(&rules().await, 0), [("pending".to_owned(), since.clone())]);
    assert_eq!(alerts(&rules().await, 1), [("firing".to_owned(), since.clone())]);

    world.go_to(36);
    assert_eq!(alerts(&rules().await, 0), [("firing".to_owned(), since)]);

    world.go_to(62);
    assert_eq!(alerts(&rules().await, 0), []);
}

#[tokio::test]
async fn who_comes_late_learns_since_when() {
    let prometheus = monitoring(&world(50)).prometheus;

    let (_, rules) = get(&prometheus, "/api/v1/rules").await;

    assert_eq!(alerts(&rules, 0), [("firing".to_owned(), "2026-01-05T00:30:00.000Z".to_owned())]);
    let alert = &rules["data"]["groups"][0]["rules"][0]["alerts"][0];
    assert_eq!(alert["labels"]["tier"], "shop");
    assert_eq!(alert["annotations"]["summary"], "a is 0");
    assert_eq!(alert["value"], "0e+00");
}

#[tokio::test]
async fn alerts_of_the_past_are_series() {
    let prometheus = monitoring(&world(89)).prometheus;
    let state = async |minutes: i64| {
        let at = (START + minutes * MINUTE) / 1000;
        let path = format!("/api/v1/query?query=ALERTS%7Bseverity%3D%22critical%22%7D&time={at}");
        let (_, answer) = get(&prometheus, &path).await;
        let rows = answer["data"]["result"].as_array().unwrap().iter();
        rows.map(|row| row["metric"]["alertstate"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };

    assert_eq!(state(29).await, Vec::<String>::new());
    assert_eq!(state(33).await, ["pending"]);
    assert_eq!(state(40).await, ["firing"]);
    assert_eq!(state(61).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_recorded_can_be_asked_for() {
    let prometheus = monitoring(&world(40)).prometheus;

    let (_, answer) = get(&prometheus, "/api/v1/query?query=job:up:sum").await;

    let row = &answer["data"]["result"][0];
    assert_eq!(row["metric"], json!({ "__name__": "job:up:sum", "job": "shop", "kind": "recorded" }));
    assert_eq!(row["value"][1], "1");
}

#[tokio::test]
async fn an_instance_says_what_it_is_and_what_it_scrapes() {
    let prometheus = monitoring(&world(40)).prometheus;

    assert_eq!(get(&prometheus, "/-/ready").await, (200, "Prometheus Server is Ready.\n".into()));
    assert_eq!(get(&prometheus, "/api/v1/status/buildinfo").await.1["data"]["version"], "2.42.0");
    assert_eq!(get(&prometheus, "/api/v1/status/config").await.1["data"]["yaml"], "global: {}\n");
    assert_eq!(get(&prometheus, "/api/v1/metadata?metric=up").await.1["data"]["up"][0]["type"], "gauge");
    let (_, targets) = get(&prometheus, "/api/v1/targets?state=active").await;
    assert_eq!(targets["data"]["activeTargets"][0]["health"], "down");
    assert_eq!(get(&prometheus, "/api/v1/nothing").await.0, 404);
}
