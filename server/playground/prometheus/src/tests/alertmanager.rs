//! Alertmanager: who is told of what.

use serde_json::{Value, json};

use super::{MINUTE, START, get, monitoring, post, world};
use crate::times::written;

/// Names, severities and states of alerts.
fn seen(alerts: &Value) -> Vec<[String; 3]> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let each = alerts.as_array().unwrap().iter();
    each.map(|alert| {
        let labels = &alert["labels"];
        [text(&labels["alertname"]), text(&labels["severity"]), text(&alert["status"]["state"])]
    })
    .collect()
}

fn is(alerts: &Value, wanted: &[[&str; 3]]) {
    let wanted: Vec<[String; 3]> = wanted.iter().map(|one| one.map(str::to_owned)).collect();
    assert_eq!(seen(alerts), wanted);
}

#[tokio::test]
async fn what_fires_is_here_and_what_is_worse_keeps_the_rest_quiet() {
    let manager = monitoring(&world(50)).alertmanager;

    let (_, alerts) = get(&manager, "/api/v2/alerts").await;

    let all =
        [["Down", "critical", "active"], ["Down", "warning", "suppressed"], ["Watchdog", "none", "active"]];
    is(&alerts, &all);
    assert_eq!(alerts[1]["status"]["inhibitedBy"][0], alerts[0]["fingerprint"]);
    assert_eq!(alerts[0]["receivers"], json!([{ "name": "Critical" }]));
    assert_eq!(alerts[0]["labels"]["cluster"], "harbour");
    assert_eq!(alerts[0]["startsAt"], written(START + 35 * MINUTE));
    is(&get(&manager, "/api/v2/alerts?inhibited=false&filter=alertname%3D%22Down%22").await.1, &all[..1]);
}

#[tokio::test]
async fn a_silence_holds_until_its_end() {
    let world = world(50);
    let manager = monitoring(&world).alertmanager;
    let silence = json!({
        "matchers": [{ "name": "pod", "value": "a|x", "isRegex": true }],
        "startsAt": written(START + 50 * MINUTE), "endsAt": written(START + 54 * MINUTE),
        "createdBy": "ada", "comment": "We know.",
    });

    let (code, made) = post(&manager, "/api/v2/silences", &silence).await;
    assert_eq!(code, 200, "{made}");
    let id = made["silenceID"].as_str().unwrap();
    let (_, alerts) = get(&manager, "/api/v2/alerts?filter=severity%3Dcritical").await;
    is(&alerts, &[["Down", "critical", "suppressed"]]);
    assert_eq!(alerts[0]["status"]["silencedBy"], json!([id]));
    let (_, known) = get(&manager, &format!("/api/v2/silence/{id}")).await;
    assert_eq!(known["status"]["state"], "active");
    assert_eq!(
        known["matchers"],
        json!([{ "name": "pod", "value": "a|x", "isRegex": true, "isEqual": true }])
    );

    world.go_to(55);
    is(
        &get(&manager, "/api/v2/alerts?filter=severity%3Dcritical").await.1,
        &[["Down", "critical", "active"]],
    );
    assert_eq!(get(&manager, "/api/v2/silences").await.1[0]["status"]["state"], "expired");
}

#[tokio::test]
async fn a_silence_can_be_changed_and_ended() {
    let world = world(50);
    let manager = monitoring(&world).alertmanager;
    let mut silence = json!({
        "matchers": [{ "name": "alertname", "value": "Down", "isRegex": false, "isEqual": true }],
        "startsAt": written(START + 50 * MINUTE), "endsAt": written(START + 54 * MINUTE),
        "createdBy": "ada", "comment": "We know.",
    });
    let (_, made) = post(&manager, "/api/v2/silences", &silence).await;
    let id = made["silenceID"].as_str().unwrap().to_owned();

    silence["id"] = id.as_str().into();
    silence["endsAt"] = written(START + 80 * MINUTE).into();
    assert_eq!(post(&manager, "/api/v2/silences", &silence).await.1["silenceID"], id.as_str());
    silence["matchers"][0]["value"] = "Other".into();
    let (_, other) = post(&manager, "/api/v2/silences", &silence).await;
    assert_ne!(other["silenceID"], id.as_str());

    let path = format!("/api/v2/silence/{}", other["silenceID"].as_str().unwrap());
    let delete = http::Request::delete(&path).body(axum::body::Body::empty()).unwrap();
    assert_eq!(super::send(&manager, delete).await.0, 200);
    assert_eq!(get(&manager, &path).await.1["status"]["state"], "expired");
    assert_eq!(get(&manager, "/api/v2/silence/00000000-0000-4000-8000-000000000000").await.0, 404);
}

#[tokio::test]
async fn a_silence_about_everything_or_of_the_past_is_refused() {
    let manager = monitoring(&world(50)).alertmanager;
    let silence = |matchers: Value, end: i64| {
        json!({
            "matchers": matchers, "startsAt": written(START), "endsAt": written(START + end * MINUTE),
            "createdBy": "ada", "comment": "",
        })
    };
    let any = json!([{ "name": "a", "value": ".*", "isRegex": true }]);
    let one = json!([{ "name": "a", "value": "b" }]);

    for (wrong, why) in [
        (silence(any, 60), "must not match the empty string"),
        (silence(one.clone(), 40), "end time can't be in the past"),
        (silence(one, 0), "start time must be before end time"),
    ] {
        let (code, words) = post(&manager, "/api/v2/silences", &wrong).await;
        assert_eq!(code, 400);
        assert!(words.as_str().unwrap().contains(why), "{words}");
    }
    let (code, words) = post(&manager, "/api/v2/silences", &silence(json!([]), 60)).await;
    assert_eq!((code, &words["code"]), (422, &json!(612)));
}

#[tokio::test]
async fn alerts_are_told_in_groups_to_receivers() {
    let manager = monitoring(&world(50)).alertmanager;
    let (_, groups) = get(&manager, "/api/v2/alerts/groups").await;

    let told: Vec<(&str, usize)> = groups
        .as_array()
        .unwrap()
        .iter()
        .map(|group| (group["receiver"]["name"].as_str().unwrap(), group["alerts"].as_array().unwrap().len()))
        .collect();
    assert_eq!(told, [("Watchdog", 1), ("Critical", 1), ("Default", 1)]);
    let (_, receivers) = get(&manager, "/api/v2/receivers").await;
    assert!(receivers.as_array().unwrap().contains(&json!({ "name": "Default" })));
    assert_eq!(get(&manager, "/api/v2/status").await.1["cluster"]["status"], "ready");
}

#[tokio::test]
async fn others_can_send_alerts() {
    let world = world(10);
    let manager = monitoring(&world).alertmanager;
    let sent = json!([{ "labels": { "alertname": "Backup", "severity": "warning" }, "annotations": { "summary": "late" } }]);

    assert_eq!(post(&manager, "/api/v2/alerts", &sent).await.0, 200);
    let is_there = async || get(&manager, "/api/v2/alerts?filter=alertname%3DBackup").await.1;
    is(&is_there().await, &[["Backup", "warning", "active"]]);

    world.go_to(16);
    is(&is_there().await, &[]);
}
