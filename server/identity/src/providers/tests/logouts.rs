//! A provider that says who signed out there.

use super::*;
use database::sessions::StoredSession;

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

async fn world() -> World {
    let world = World::new(Kind::OpenId).await;
    let visitor = crate::Visitor { address: [127, 0, 0, 1].into(), request_id: "1".into() };
    let arrived = world.round(|_| ()).await.unwrap();
    let entrance = world.registry.enter(&world.provider().await, arrived, "/", &visitor).await.unwrap();
    let Entrance::Account(account) = entrance else { panic!("{entrance:?}") };
    for (hash, there) in [("one", "session-there"), ("two", "another")] {
        let session = StoredSession {
            id_hash: hash.into(),
            account_id: Some(account),
            data: "{}".into(),
            expires_at: now() + 60,
        };
        world.database.add_session(&session).await.unwrap();
        let database = &world.database;
        database.note_provider_session(hash, &world.id, "248289761001", Some(there)).await.unwrap();
    }
    world
}

fn said(world: &World, changes: Value) -> Value {
    let mut said = object(json!({
        "iss": world.fake.issuer(),
        "aud": CLIENT,
        "iat": now(),
        "exp": now() + 60,
        "jti": format!("token-{}", rand::random::<u32>()),
        "events": {EVENT: {}},
        "sub": "248289761001",
    }));
    for (name, value) in object(changes) {
        if value.is_null() {
            said.remove(&name);
        } else {
            said.insert(name, value);
        }
    }
    Value::Object(said)
}

async fn open(world: &World) -> Vec<&'static str> {
    let mut open = Vec::new();
    for hash in ["one", "two"] {
        if world.database.session(hash).await.unwrap().is_some() {
            open.push(hash);
        }
    }
    open
}

#[tokio::test]
async fn signing_out_there_ends_all_sessions_here_or_the_one_that_is_named() {
    let world = world().await;
    let one = world.fake.sign("logout+jwt", &said(&world, json!({"sid": "session-there", "sub": null})));
    let all = world.fake.sign("logout+jwt", &said(&world, json!({})));

    assert_eq!(world.registry.sign_out_by(&world.id, &one).await.unwrap(), 1);
    assert_eq!(open(&world).await, ["two"]);
    assert_eq!(world.registry.sign_out_by(&world.id, &all).await.unwrap(), 1);
    assert!(open(&world).await.is_empty());
    let again = world.registry.sign_out_by(&world.id, &all).await;
    assert!(matches!(again, Err(LogoutRefused::Used)), "{again:?}");
}

#[tokio::test]
async fn a_token_may_end_as_late_as_numbers_go() {
    let world = world().await;
    let all = world.fake.sign("logout+jwt", &said(&world, json!({"exp": i64::MAX})));

    assert_eq!(world.registry.sign_out_by(&world.id, &all).await.unwrap(), 2);
    let again = world.registry.sign_out_by(&world.id, &all).await;
    assert!(matches!(again, Err(LogoutRefused::Used)), "{again:?}");
}

#[tokio::test]
async fn nobody_else_can_sign_people_out() {
    let world = world().await;
    for (what, changes, signed) in [
        ("issuer", json!({"iss": "https://evil.example"}), Signed::Well),
        ("audience", json!({"aud": "another"}), Signed::Well),
        ("expired", json!({"exp": now() - 12}), Signed::Well),
        ("old", json!({"exp": null, "iat": now() - 3600}), Signed::Well),
        ("from the future", json!({"iat": now() + 60}), Signed::Well),
        ("another event", json!({"events": {"https://example.org/other": {}}}), Signed::Well),
        ("an ID token", json!({"nonce": "x"}), Signed::Well),
        ("nobody", json!({"sub": null}), Signed::Well),
        ("no id", json!({"jti": ""}), Signed::Well),
        ("not signed", json!({}), Signed::None),
        ("signed with our secret", json!({}), Signed::WithSecret),
        ("signed by another", json!({}), Signed::ByAnother),
    ] {
        world.fake.behave(Behaviour { signed, ..Behaviour::default() });
        let token = world.fake.sign("logout+jwt", &said(&world, changes));
        let refused = world.registry.sign_out_by(&world.id, &token).await;
        assert!(refused.is_err(), "{what}: {refused:?}");
    }
    world.fake.behave(Behaviour::default());
    for nonsense in ["", "a.b", "a.b.c", "....", &"x".repeat(100_000)] {
        assert!(world.registry.sign_out_by(&world.id, nonsense).await.is_err());
    }
    assert_eq!(open(&world).await, ["one", "two"]);
}
