//! A provider that is asked again whether who signed in there still may.

use super::*;
use database::sessions::StoredSession;
use uuid::Uuid;

const GRACE: &str = "248289761001";

fn giving() -> Behaviour {
    Behaviour { gives_refresh: true, ..Behaviour::default() }
}

/// Grace has signed in with this many browsers, a while ago.
async fn signed_in(browsers: &[&str]) -> (World, Vec<Refresh>) {
    let world = World::new(Kind::OpenId).await;
    world.fake.behave(giving());
    let visitor = crate::Visitor { address: [127, 0, 0, 1].into(), request_id: "1".into() };
    let mut refreshes = Vec::new();
    for hash in browsers {
        let arrived = world.round(|_| ()).await.unwrap();
        let refresh = arrived.refresh.clone().unwrap();
        let entrance = world.registry.enter(&world.provider().await, arrived, "/", &visitor).await.unwrap();
        let Entrance::Account(account) = entrance else { panic!("{entrance:?}") };
        open_session(&world, hash, account).await;
        let sealed = refresh.sealed(&world.id, world.registry.seal());
        world.database.keep_refresh(hash, &sealed, now() - 3600).await.unwrap();
        refreshes.push(refresh);
    }
    (world, refreshes)
}

async fn open_session(world: &World, hash: &str, account: Uuid) {
    let session = StoredSession {
        id_hash: hash.into(),
        account_id: Some(account),
        data: "{}".into(),
        expires_at: now() + 600,
    };
    assert!(world.database.add_session(&session).await.unwrap());
    world.database.note_provider_session(hash, &world.id, GRACE, None).await.unwrap();
}

async fn due_again(world: &World, hash: &str) {
    let (sealed, _) = world.database.refresh_of(hash).await.unwrap().unwrap();
    world.database.keep_refresh(hash, &sealed, now() - 3600).await.unwrap();
}

async fn is_open(world: &World, hash: &str) -> bool {
    world.database.session(hash).await.unwrap().is_some()
}

async fn asked(world: &World) -> u64 {
    world.registry.call_the_roll().await.unwrap()
}

#[tokio::test]
async fn what_is_over_at_the_provider_is_over_here() {
    let (world, _) = signed_in(&["one", "two"]).await;
    let account = world.database.sessions_through(&world.id, GRACE).await.unwrap()[0].account_id;
    assert_eq!(asked(&world).await, 0);
    assert!(is_open(&world, "one").await && is_open(&world, "two").await);

    world.fake.disable();
    assert_eq!(asked(&world).await, 0, "they were asked about a moment ago");
    due_again(&world, "one").await;
    due_again(&world, "two").await;
    // The provider gave nothing for this one.
    open_session(&world, "three", account).await;

    assert_eq!(asked(&world).await, 3);
    for hash in ["one", "two", "three"] {
        assert!(!is_open(&world, hash).await, "{hash}");
    }
    let trail = world.database.audit_trail(1).await.unwrap();
    let decision = &trail[0].decision;
    assert_eq!(
        (decision.action.as_str(), decision.account_id, decision.name.as_deref()),
        ("over_at_provider", Some(account), Some("Company"))
    );
}

#[tokio::test]
async fn who_signs_out_there_in_one_browser_stays_in_the_other() {
    let (world, refreshes) = signed_in(&["one", "two"]).await;
    world.fake.end(&refreshes[0].token);

    assert_eq!(asked(&world).await, 1);

    assert!(!is_open(&world, "one").await && is_open(&world, "two").await);
}

#[tokio::test]
async fn a_token_that_works_once_is_followed_by_the_next_one() {
    let (world, _) = signed_in(&["one"]).await;
    for round in 1..=3 {
        assert_eq!(asked(&world).await, 0);
        assert_eq!(world.fake.refreshed(), round);
        due_again(&world, "one").await;
    }
    assert!(is_open(&world, "one").await);
    let (sealed, _) = world.database.refresh_of("one").await.unwrap().unwrap();
    assert!(!sealed.contains("refresh-"), "{sealed}");
}

#[tokio::test]
async fn a_provider_that_is_down_changes_nothing() {
    let (world, _) = signed_in(&["one"]).await;
    for (status, error) in [(503, "temporarily_unavailable"), (400, "invalid_client"), (500, "server_error")]
    {
        world.fake.behave(Behaviour { refuses_refresh: Some((status, error)), ..giving() });
        due_again(&world, "one").await;
        assert_eq!(asked(&world).await, 0);
        assert!(is_open(&world, "one").await, "{status} {error}");
    }
    // Nobody is there at all.
    let provider = world.provider().await;
    let mut settings = provider.settings.clone();
    if let System::OpenId(openid) = &mut settings.system {
        openid.issuer = "http://127.0.0.1:9".into();
    }
    assert!(world.registry.change(&world.id, provider.version, &settings, "").await.unwrap());
    due_again(&world, "one").await;
    assert_eq!(asked(&world).await, 0);
    assert!(is_open(&world, "one").await);
    let (_, asked_at) = world.database.refresh_of("one").await.unwrap().unwrap();
    assert!(asked_at < now() - 3000, "it is due in the next round");
}

#[tokio::test]
async fn two_replicas_that_ask_at_the_same_time_use_a_token_once() {
    let (world, _) = signed_in(&["one"]).await;
    world.fake.behave(Behaviour { delay: Duration::from_millis(400), ..giving() });

    let ended = tokio::join!(asked(&world), asked(&world));

    assert_eq!((ended, world.fake.refreshed()), ((0, 0), 1));
    assert!(is_open(&world, "one").await);
    world.fake.behave(giving());
    due_again(&world, "one").await;
    assert_eq!(
        (asked(&world).await, world.fake.refreshed()),
        (0, 2),
        "the next token is the one that was given"
    );
}

#[tokio::test]
async fn several_people_are_asked_about_at_the_same_time() {
    let browsers = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let (world, refreshes) = signed_in(&browsers).await;
    let account = world.database.sessions_through(&world.id, GRACE).await.unwrap()[0].account_id;
    world.database.end_sessions(&browsers.map(str::to_owned)).await.unwrap();
    for (index, refresh) in refreshes.iter().enumerate() {
        let hash = format!("of-{index}");
        let (account_id, data, expires_at) = (Some(account), "{}".to_owned(), now() + 600);
        let session = StoredSession { id_hash: hash.clone(), account_id, data, expires_at };
        assert!(world.database.add_session(&session).await.unwrap());
        let subject = format!("person-{index}");
        world.database.note_provider_session(&hash, &world.id, &subject, None).await.unwrap();
        let sealed = refresh.sealed(&world.id, world.registry.seal());
        world.database.keep_refresh(&hash, &sealed, now() - 3600).await.unwrap();
    }
    let delay = Duration::from_millis(400);
    world.fake.behave(Behaviour { no_id_token: true, delay, ..giving() });

    let begun = Instant::now();
    assert_eq!(asked(&world).await, 0);

    assert_eq!(world.fake.refreshed(), browsers.len());
    assert!(begun.elapsed() < delay * 8, "{:?}: one after another", begun.elapsed());
}

#[tokio::test]
async fn an_answer_about_somebody_else_ends_the_session() {
    for wrong in [json!({"nonce": "another"}), json!({"sub": "1"})] {
        let (world, _) = signed_in(&["one"]).await;
        world.fake.behave(Behaviour { gives_refresh: true, ..claims(wrong.clone()) });

        assert_eq!(asked(&world).await, 1, "{wrong}");
        assert!(!is_open(&world, "one").await, "{wrong}");
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_used_ends_nothing() {
    for wrong in [
        claims(json!({"exp": now() - 60})),
        claims(json!({"iss": "https://evil.example"})),
        Behaviour { signed: Signed::ByAnother, ..Behaviour::default() },
    ] {
        let (world, _) = signed_in(&["one"]).await;
        world.fake.behave(Behaviour { gives_refresh: true, ..wrong });

        assert_eq!(asked(&world).await, 0);
        assert!(is_open(&world, "one").await);
    }
    // Not every provider sends an ID token then.
    let (world, _) = signed_in(&["one"]).await;
    world.fake.behave(Behaviour { no_id_token: true, ..giving() });
    assert_eq!(asked(&world).await, 0);
    assert!(is_open(&world, "one").await);
}

#[tokio::test]
async fn who_is_never_asked_about_keeps_no_token() {
    let world = World::new(Kind::OpenId).await;
    world.fake.behave(giving());
    let Provider { mut settings, version, .. } = world.provider().await;
    if let System::OpenId(openid) = &mut settings.system {
        openid.asks_again = 0;
    }
    assert!(world.registry.change(&world.id, version, &settings, "").await.unwrap());

    let arrived = world.round(|_| ()).await.unwrap();

    assert_eq!(arrived.refresh, None);
    assert_eq!(asked(&world).await, 0);
}

#[test]
fn settings_from_before_are_asked_again_as_usual() {
    let mut settings = serde_json::to_value(Settings::draft(Kind::OpenId)).unwrap();
    settings["system"].as_object_mut().unwrap().remove("asks_again").unwrap();

    assert_eq!(serde_json::from_value::<Settings>(settings).unwrap(), Settings::draft(Kind::OpenId));
}

#[tokio::test]
async fn a_token_goes_along_when_somebody_acts_as_another_and_back() {
    use crate::sessions::{self, ActingAs, Beginning, Lifetime, Store, ThroughProvider};
    use tower_sessions::Session;
    let (world, refreshes) = signed_in(&["one"]).await;
    let account = world.database.sessions_through(&world.id, GRACE).await.unwrap()[0].account_id;
    let (database, seal) = (&world.database, world.registry.seal());
    let hours = Duration::from_secs(3600);
    let store = Store::new(database.clone(), Lifetime { idle: hours, absolute: hours });
    let session = Session::new(None, std::sync::Arc::new(store), None);
    let through = ThroughProvider {
        provider: world.id.clone(),
        subject: GRACE.into(),
        session_there: None,
        id_token: None,
    };
    sessions::begin_through(&session, account, &Beginning::default(), &through, database, seal)
        .await
        .unwrap();
    sessions::keep_refresh(&session, &world.id, &refreshes[0], database, seal).await.unwrap();
    let acting = ActingAs { account: Uuid::new_v4(), may_change: false, until: now() + 60 };

    sessions::act_as(&session, Some(&acting), database, seal).await.unwrap();
    sessions::act_as(&session, None, database, seal).await.unwrap();

    let open = database.sessions_through(&world.id, GRACE).await.unwrap();
    assert_eq!(open.iter().filter(|session| session.sealed_refresh.is_some()).count(), 2, "{open:?}");
}
