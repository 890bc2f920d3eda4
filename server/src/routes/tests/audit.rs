//! The audit trail as a file.

use super::*;
use axum::http::header::CONTENT_DISPOSITION;
use database::audit::Decision;
use std::collections::BTreeSet;

async fn with_lines(count: usize) -> (World, String) {
    let world = World::new().await;
    let cookie = world.signed_in().await;
    for index in 0..count {
        let decision = Decision {
            action: "scale".into(),
            account_name: if index == 0 { "=cmd()".into() } else { "bea".into() },
            name: Some(format!("web-{index}")),
            is_allowed: true,
            ..Decision::default()
        };
        world.console.database().record_decision(&decision).await.unwrap();
    }
    (world, cookie)
}

#[tokio::test]
async fn a_file_has_every_line_that_the_question_finds_beyond_one_page() {
    let (world, cookie) = with_lines(1100).await;

    let answer = world.send(with(get("/audit/trail.csv?action=scale"), COOKIE, &cookie)).await;
    let file = answer.headers()[CONTENT_DISPOSITION].to_str().unwrap().to_owned();
    let csv = text(answer).await;
    let json = text(world.send(with(get("/audit/trail.json?action=scale"), COOKIE, &cookie)).await).await;

    assert_eq!((file.as_str(), csv.lines().count()), ("attachment; filename=\"audit.csv\"", 1101));
    assert!(csv.starts_with("time,person,") && csv.contains(",'=cmd(),"), "a formula is none");
    let lines: serde_json::Value = serde_json::from_str(&json).unwrap();
    let lines = lines.as_array().unwrap();
    let at = |line: &serde_json::Value| line["at"].as_i64().unwrap();
    assert!(lines.is_sorted_by(|newer, older| at(newer) >= at(older)), "the newest line comes first");
    // Lines of one millisecond stand in any order.
    let names: BTreeSet<&str> = lines.iter().filter_map(|line| line["name"].as_str()).collect();
    assert_eq!((lines.len(), names.len()), (1100, 1100));
    assert!(names.contains("web-0") && names.contains("web-1099"), "{names:?}");
}

#[tokio::test]
async fn a_file_is_refused_whole_to_who_may_not_see_the_trail() {
    let (world, _) = with_lines(1).await;
    let nobody = world.send(get("/audit/trail.csv")).await;
    assert_eq!(nobody.headers()[LOCATION], "/sign-in");

    let new = NewAccount { name: "eve".into(), role: "regular".into(), ..NewAccount::default() };
    let eve = world.console.database().add_account(&new).await.unwrap();
    let token = world.console.accounts().issue_link(Some(eve)).await.unwrap();
    let password = model::link::escape(PASSWORD);
    let form = format!("token={}&password={password}&password_again={password}", token.reveal());
    let cookie = cookie(&world.send(post("/setup", form)).await);
    let refused = world.send(with(get("/audit/trail.json"), COOKIE, &cookie)).await;

    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    assert!(!text(refused).await.contains("scale"));
}
