//! What Alertmanager's API does with alerts and silences.
//!
//! Against the simulator; with `ORRERY_PEER_ALERTMANAGER` against a real one, which keeps what earlier runs left there:
//! every case has a label of its own.

#![allow(clippy::unwrap_used)]

#[path = "../asked/mod.rs"]
mod asked;
mod manager;

use http::{Method, StatusCode};
use manager::{Manager, in_seconds};
use serde_json::{Value, json};
use uuid::Uuid;

/// Something that only this case speaks of.
fn mine() -> String {
    Uuid::new_v4().simple().to_string()
}

fn silence(matchers: &Value, ends: i64) -> Value {
    json!({ "matchers": matchers, "startsAt": in_seconds(0), "endsAt": in_seconds(ends),
            "createdBy": "ada", "comment": "a new disk is on its way" })
}

fn equal(name: &str, value: &str) -> Value {
    json!({ "name": name, "value": value, "isRegex": false, "isEqual": true })
}

#[tokio::test]
async fn an_alert_that_was_told_is_active_and_says_to_whom_it_goes() {
    let (manager, mine) = (Manager::here(), mine());
    manager.tell(&mine, "critical").await;

    let alert = manager.alert(&mine, "critical").await;

    assert_eq!(
        alert["status"],
        json!({ "inhibitedBy": [], "mutedBy": [], "silencedBy": [], "state": "active" })
    );
    assert_eq!(alert["receivers"], json!([{ "name": "Critical" }]));
    assert_eq!(alert["annotations"], json!({ "summary": "It is down." }));
    assert_eq!(alert["fingerprint"].as_str().map(str::len), Some(16));
}

#[tokio::test]
async fn a_worse_alert_holds_a_lesser_one_back() {
    let (manager, mine) = (Manager::here(), mine());
    manager.tell(&mine, "critical").await;
    manager.tell(&mine, "warning").await;

    let (worse, lesser) = (manager.alert(&mine, "critical").await, manager.alert(&mine, "warning").await);

    assert_eq!(lesser["status"]["state"], "suppressed");
    assert_eq!(lesser["status"]["inhibitedBy"], json!([worse["fingerprint"]]));
    assert_eq!(worse["status"]["state"], "active");
}

#[tokio::test]
async fn a_silence_holds_what_meets_all_its_conditions_until_it_is_ended() {
    let (manager, mine) = (Manager::here(), mine());
    manager.tell(&mine, "critical").await;
    let matchers = json!([equal("shop", &mine), { "name": "severity", "value": "crit.*", "isRegex": true, "isEqual": true }]);
    let (code, made) = manager.send(Method::POST, "/api/v2/silences", Some(&silence(&matchers, 3600))).await;
    assert_eq!(code, StatusCode::OK, "{made}");
    let id = made["silenceID"].as_str().unwrap().to_owned();

    assert_eq!(manager.alert(&mine, "critical").await["status"]["silencedBy"], json!([id]));
    let kept = manager.get(&format!("/api/v2/silence/{id}")).await.1;
    assert_eq!(kept["status"]["state"], "active");
    assert_eq!((&kept["createdBy"], &kept["comment"]), (&json!("ada"), &json!("a new disk is on its way")));
    assert_eq!(kept["matchers"], matchers);

    let path = format!("/api/v2/silence/{id}");
    assert_eq!(manager.send(Method::DELETE, &path, None).await.0, StatusCode::OK);
    assert_eq!(manager.alert(&mine, "critical").await["status"]["state"], "active");
    assert_eq!(manager.get(&path).await.1["status"]["state"], "expired");
    // What has ended ends again without a word.
    assert_eq!(manager.send(Method::DELETE, &path, None).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_silence_that_is_sent_again_is_changed_in_place_or_takes_the_place_of_another() {
    let (manager, mine) = (Manager::here(), mine());
    let send = async |body: Value| {
        let (code, made) = manager.send(Method::POST, "/api/v2/silences", Some(&body)).await;
        assert_eq!(code, StatusCode::OK, "{made}");
        made["silenceID"].as_str().unwrap().to_owned()
    };
    let with_id = |id: &str, mut body: Value| {
        body["id"] = json!(id);
        body
    };
    let first = send(silence(&json!([equal("shop", &mine)]), 3600)).await;

    let longer = send(with_id(&first, silence(&json!([equal("shop", &mine)]), 7200))).await;
    let other = send(with_id(&first, silence(&json!([equal("shop", "else")]), 3600))).await;

    assert_eq!(longer, first);
    assert_ne!(other, first);
    assert_eq!(manager.get(&format!("/api/v2/silence/{first}")).await.1["status"]["state"], "expired");
}

#[tokio::test]
async fn silences_are_found_by_the_conditions_they_have() {
    let (manager, mine) = (Manager::here(), mine());
    let pattern = json!({ "name": "severity", "value": "crit.*", "isRegex": true, "isEqual": true });
    let matchers = json!([equal("shop", &mine), pattern]);
    manager.send(Method::POST, "/api/v2/silences", Some(&silence(&matchers, 3600))).await;

    let found = async |filters: &[&str]| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(filters.iter().map(|filter| ("filter", filter)));
        manager.get(&format!("/api/v2/silences?{}", query.finish())).await.1.as_array().unwrap().len()
    };
    let shop = format!("shop=\"{mine}\"");

    assert_eq!(found(&[&shop]).await, 1);
    assert_eq!(found(&[&shop, "severity=~\"crit.*\""]).await, 1);
    // What a condition would allow does not meet it, nor does another kind of condition.
    assert_eq!(found(&[&shop, "severity=\"critical\""]).await, 0);
    assert_eq!(found(&[&format!("shop=~\"{}.*\"", &mine[..8])]).await, 0);
    assert_eq!(manager.get("/api/v2/silences?filter=shop").await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_silence_that_makes_no_sense_is_refused_with_a_sentence() {
    let manager = Manager::here();
    let refused = async |body: Value| {
        let (code, words) = manager.send(Method::POST, "/api/v2/silences", Some(&body)).await;
        (code.as_u16(), words.as_str().map_or_else(|| words.to_string(), str::to_owned))
    };
    let of = |matcher: Value| silence(&json!([matcher]), 60);
    let past = "Failed to create silence: start time must be before end time";
    let empty = "invalid silence: at least one matcher must not match the empty string";
    let expression =
        "invalid silence: invalid label matcher 0: invalid regular expression \"(\": error parsing regexp";

    for (body, words) in [
        (silence(&json!([equal("shop", "a")]), -60), past),
        (of(equal("shop", "")), empty),
        (of(json!({ "name": "a", "value": ".*", "isRegex": true, "isEqual": true })), empty),
        (of(json!({ "name": "a", "value": "(", "isRegex": true, "isEqual": true })), expression),
    ] {
        let (code, told) = refused(body.clone()).await;
        assert!(code == 400 && told.starts_with(words), "{body}: {code} {told}");
    }
    for (body, words) in [
        (
            silence(&json!([]), 60),
            r#"{"code":612,"message":"matchers in body should have at least 1 items"}"#,
        ),
        (json!({ "matchers": [equal("a", "b")] }), r#"{"code":602,"message":"comment in body is required"}"#),
    ] {
        assert_eq!(refused(body.clone()).await, (422, words.to_owned()), "{body}");
    }
}

#[tokio::test]
async fn what_is_not_there_and_what_is_no_id_are_told_apart() {
    let manager = Manager::here();

    assert_eq!(manager.get(&format!("/api/v2/silence/{}", Uuid::nil())).await.0, StatusCode::NOT_FOUND);
    assert_eq!(manager.get("/api/v2/silence/none").await.0, StatusCode::UNPROCESSABLE_ENTITY);
}
