//! Acting as somebody else.

use super::*;
use people_contract::END_ACTING;
use uuid::Uuid;

/// Adds an account with this role on the platform.
async fn person(world: &World, name: &str, role: &str) -> Uuid {
    let new = NewAccount { name: name.into(), role: role.into(), ..NewAccount::default() };
    let new = NewAccount { password_hash: Some("hash".into()), ..new };
    world.console.database().add_account(&new).await.unwrap()
}

fn begin(name: &str, more: &str) -> Request<Body> {
    let request = post("/api/people/act-as", format!("fields[name]={name}&fields[reason]=ticket+7{more}"));
    with(request, "accept".parse().unwrap(), "application/json")
}

async fn me(world: &World, cookie: &str) -> model::Me {
    let answer = world.send(with(call("sign_in/me", "{}"), COOKIE, cookie)).await;
    assert_eq!(answer.status(), StatusCode::OK);
    serde_json::from_str(&text(answer).await).unwrap()
}

async fn status(world: &World, cookie: &str, request: Request<Body>) -> StatusCode {
    world.send(with(request, COOKIE, cookie)).await.status()
}

#[tokio::test]
async fn support_sees_what_somebody_sees_and_comes_back_to_themselves() {
    let world = World::new().await;
    let ada = world.signed_in().await;
    let ben = person(&world, "ben", "regular").await;

    let begun = world.send(with(begin("ben", ""), COOKIE, &ada)).await;

    assert_eq!(begun.status(), StatusCode::OK);
    let as_ben = cookie(&begun);
    assert_eq!(status(&world, &ada, get("/")).await, StatusCode::SEE_OTHER, "what was open as Ada has ended");
    let seen = me(&world, &as_ben).await;
    let acting = seen.acting.unwrap();
    assert_eq!((seen.name.as_str(), acting.name.as_str(), acting.may_change), ("ben", "Ada", false));
    assert!(!seen.may.contains("accounts.manage"));
    let page = text(world.send(with(get("/"), COOKIE, &as_ben)).await).await;
    assert!(page.contains("You act as ben.") && page.contains(END_ACTING), "{page}");
    let people = call("people/list", r#"{"query":{}}"#);
    assert_eq!(status(&world, &as_ben, people).await, StatusCode::FORBIDDEN, "Ada may, Ben may not");

    let back = world.send(with(post(END_ACTING, ""), COOKIE, &as_ben)).await;

    assert_eq!(back.headers()[LOCATION], "/people/ben");
    let own = me(&world, &cookie(&back)).await;
    assert_eq!((own.name.as_str(), own.acting), ("Ada", None));
    assert_eq!(
        status(&world, &as_ben, get("/")).await,
        StatusCode::SEE_OTHER,
        "what was open as Ben has ended"
    );

    let trail = world.console.database().audit_trail(20).await.unwrap();
    let of =
        |action: &str| trail.iter().find(|entry| entry.decision.action == action).unwrap().decision.clone();
    let refused = of("read accounts");
    assert_eq!((refused.account_name.as_str(), refused.is_allowed), ("Ada (acting as ben)", false));
    assert_ne!(refused.account_id, Some(ben), "Ada answers for it");
    assert_eq!(of("act as").reason, "ticket 7");
    assert_eq!(of("end acting").account_name, "Ada (acting as ben)");
    let told = &world.console.database().sign_ins(ben, 5).await.unwrap()[0];
    assert_eq!((told.action.as_str(), told.reason.as_str()), ("acted_as", "Ada: ticket 7"));
}

#[tokio::test]
async fn an_account_is_its_owners_alone() {
    let world = World::new().await;
    let ada = world.signed_in().await;
    person(&world, "ben", "regular").await;
    let as_ben = cookie(&world.send(with(begin("ben", "&fields[may_change]=on"), COOKIE, &ada)).await);
    assert!(me(&world, &as_ben).await.acting.unwrap().may_change);

    for (form, fields) in [
        (account_contract::path::PASSWORD, "old_password=x&password=abc&password_again=abc"),
        (account_contract::path::ADD_TOKEN, "name=mine&scope=full&days=30"),
        (account_contract::path::END_SESSION, "session="),
        (account_contract::path::END_PORT, "port=x"),
        (account_contract::path::BEGIN_FACTOR, ""),
        (account_contract::path::LINK, "do=yes"),
        (account_contract::path::KUBECONFIG, "cluster=x&kubectl_scope=full&kubectl_days=1"),
    ] {
        assert_eq!(status(&world, &as_ben, post(form, fields)).await, StatusCode::FORBIDDEN, "{form}");
    }
    assert_eq!(status(&world, &as_ben, call("account/read", "{}")).await, StatusCode::FORBIDDEN);
    assert_eq!(status(&world, &as_ben, begin("ben", "")).await, StatusCode::FORBIDDEN, "nor as a third");
}

#[tokio::test]
async fn nobody_begins_without_a_reason_or_as_an_administrator() {
    let world = World::new().await;
    let ada = world.signed_in().await;
    person(&world, "ben", "regular").await;
    person(&world, "cleo", "administrator").await;
    let no_reason = post("/api/people/act-as", "fields[name]=ben&fields[reason]=+");
    let no_reason = with(no_reason, "accept".parse().unwrap(), "application/json");

    for (request, field) in [(no_reason, "reason"), (begin("cleo", ""), "name"), (begin("Ada", ""), "name")] {
        let answer = world.send(with(request, COOKIE, &ada)).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let answer = text(answer).await;
        assert!(answer.contains(&format!("\"field\":\"{field}\"")), "{answer}");
    }
    assert_eq!(me(&world, &ada).await.acting, None);
}

#[tokio::test]
async fn who_may_no_longer_act_is_nobody_and_not_themselves() {
    let world = World::new().await;
    let ada = world.signed_in().await;
    let ben = person(&world, "ben", "regular").await;
    let as_ben = cookie(&world.send(with(begin("ben", ""), COOKIE, &ada)).await);
    let database = world.console.database();

    database.set_platform_role(ben, "administrator").await.unwrap();
    assert_eq!(status(&world, &as_ben, get("/")).await, StatusCode::SEE_OTHER, "Ben is more than before");
    database.set_platform_role(ben, "regular").await.unwrap();
    assert_eq!(status(&world, &as_ben, get("/")).await, StatusCode::OK);

    database.set_enabled(ben, false).await.unwrap();
    assert_eq!(status(&world, &as_ben, get("/")).await, StatusCode::SEE_OTHER, "Ben is kept out");
    database.set_enabled(ben, true).await.unwrap();

    person(&world, "cleo", "administrator").await;
    let own = database.account_named("ada").await.unwrap().unwrap();
    database.set_enabled(own.id, false).await.unwrap();
    assert_eq!(status(&world, &as_ben, get("/")).await, StatusCode::SEE_OTHER, "Ada is kept out");
}
