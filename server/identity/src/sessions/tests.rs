//! Sessions as they begin, are used, change hands and end.

use super::*;
use database::accounts::NewAccount;
use std::sync::Arc;

const LIFETIME: Lifetime =
    Lifetime { idle: Duration::from_secs(8 * 3600), absolute: Duration::from_secs(24 * 3600) };

async fn signed_in(database: &Database) -> (Session, Uuid) {
    let account = NewAccount { name: "Ada".into(), role: "administrator".into(), ..NewAccount::default() };
    let account = database.add_account(&account).await.unwrap();
    let session = Session::new(None, Arc::new(Store::new(database.clone(), LIFETIME)), None);
    begin(&session, account, &Beginning::default()).await.unwrap();
    session.save().await.unwrap();
    (session, account)
}

/// Somebody whom the provider `company` calls `ada`.
async fn signed_in_through_a_provider(database: &Database, seal: &Seal) -> (Session, Uuid) {
    let (session, ada) = signed_in(database).await;
    database.add_provider("company", "{}", None).await.unwrap();
    let through = ThroughProvider {
        provider: "company".into(),
        subject: "ada".into(),
        session_there: None,
        id_token: None,
    };
    begin_through(&session, ada, &Beginning::default(), &through, database, seal).await.unwrap();
    (session, ada)
}

fn same(session: &Session, database: &Database, lifetime: Lifetime) -> Session {
    Session::new(session.id(), Arc::new(Store::new(database.clone(), lifetime)), None)
}

#[tokio::test]
async fn a_session_is_found_by_its_id_and_not_by_what_the_table_holds() {
    let database = Database::in_memory().await.unwrap();
    let (session, ada) = signed_in(&database).await;

    let found = whose(&same(&session, &database, LIFETIME)).await.unwrap().unwrap();

    assert_eq!((found.account, found.acting), (ada, None));
    let id_hash = found.id_hash;
    assert_ne!(id_hash, session.id().unwrap().to_string());
    assert!(id_hash.parse::<Id>().is_err(), "what the table holds can be used as a cookie");
}

#[tokio::test]
async fn signing_in_makes_a_new_id_and_the_old_one_is_dead() {
    let database = Database::in_memory().await.unwrap();
    let (session, ada) = signed_in(&database).await;
    let before = same(&session, &database, LIFETIME);

    begin(&session, ada, &Beginning::default()).await.unwrap();
    session.save().await.unwrap();

    assert_ne!(session.id(), before.id());
    assert_eq!(whose(&before).await.unwrap(), None);
}

#[tokio::test]
async fn a_person_sees_where_their_sessions_began() {
    let database = Database::in_memory().await.unwrap();
    let (session, ada) = signed_in(&database).await;
    let beginning =
        Beginning { address: "192.0.2.7".into(), agent: "x".repeat(5000), way: "password".into() };

    begin(&session, ada, &beginning).await.unwrap();
    session.save().await.unwrap();

    let open = open_sessions(&database, ada).await.unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!(
        (open[0].beginning.address.as_str(), open[0].beginning.way.as_str()),
        ("192.0.2.7", "password")
    );
    assert_eq!(open[0].beginning.agent.len(), MAX_AGENT_BYTES);
    assert!(open[0].signed_in_at > 0 && open[0].seen_at >= open[0].signed_in_at);
}

#[tokio::test]
async fn a_session_that_was_ended_stays_ended_when_a_late_request_saves_it() {
    let database = Database::in_memory().await.unwrap();
    let (session, _) = signed_in(&database).await;
    let late = same(&session, &database, LIFETIME);
    assert!(whose(&late).await.unwrap().is_some());

    end(&session).await.unwrap();
    late.insert("anything", 1).await.unwrap();
    late.save().await.unwrap();

    assert_eq!(whose(&same(&late, &database, LIFETIME)).await.unwrap(), None);
}

#[tokio::test]
async fn a_session_ends_after_its_absolute_lifetime_however_much_it_is_used() {
    let database = Database::in_memory().await.unwrap();
    let (session, _) = signed_in(&database).await;
    let id_hash = whose(&session).await.unwrap().unwrap().id_hash;
    assert!(database.session(&id_hash).await.unwrap().is_some());

    session.insert(SIGNED_IN_AT, now_seconds() - 24 * 3600 - 1).await.unwrap();
    session.save().await.unwrap();

    assert_eq!(whose(&same(&session, &database, LIFETIME)).await.unwrap(), None);
    assert!(database.session(&id_hash).await.unwrap().is_none(), "open streams ask the table alone");
}

#[tokio::test]
async fn the_use_of_a_session_is_noted_long_before_it_would_end_without() {
    let database = Database::in_memory().await.unwrap();
    let (session, _) = signed_in(&database).await;
    session.insert(SEEN_AT, now_seconds() - 60).await.unwrap();
    session.save().await.unwrap();
    let ending_after = |idle: i64| {
        let store = Arc::new(Store::new(database.clone(), LIFETIME));
        Session::new(session.id(), store, Some(Expiry::OnInactivity(time::Duration::seconds(idle))))
    };

    for (idle, is_noted) in [(90, true), (300, true), (8 * 3600, false)] {
        let used = ending_after(idle);
        assert!(whose(&used).await.unwrap().is_some());
        assert_eq!(used.is_modified(), is_noted, "{idle} s");
    }
}

#[tokio::test]
async fn acting_as_somebody_has_an_end_and_then_nobody_is_signed_in() {
    let database = Database::in_memory().await.unwrap();
    let seal = Seal::random();
    let (session, ada) = signed_in(&database).await;
    let before = same(&session, &database, LIFETIME);
    let until = now_seconds() + 60;
    let as_ben = ActingAs { account: Uuid::new_v4(), may_change: false, until };

    act_as(&session, Some(&as_ben), &database, &seal).await.unwrap();

    assert_eq!(whose(&before).await.unwrap(), None, "what was open as Ada has ended");
    let found = whose(&same(&session, &database, LIFETIME)).await.unwrap().unwrap();
    assert_eq!((found.account, found.acting.as_ref()), (ada, Some(&as_ben)));
    let stored = database.session(&found.id_hash).await.unwrap().unwrap();
    assert_eq!(stored.expires_at, until, "however much it is used");

    act_as(&session, None, &database, &seal).await.unwrap();
    let found = whose(&same(&session, &database, LIFETIME)).await.unwrap().unwrap();
    assert_eq!((found.account, found.acting), (ada, None));
    assert!(database.session(&found.id_hash).await.unwrap().unwrap().expires_at > until);

    let over = ActingAs { until: now_seconds() - 1, ..as_ben };
    act_as(&session, Some(&over), &database, &seal).await.unwrap();
    assert_eq!(whose(&same(&session, &database, LIFETIME)).await.unwrap(), None, "nobody, not Ada");
}

#[tokio::test]
async fn a_provider_still_ends_the_session_of_somebody_who_acts() {
    let database = Database::in_memory().await.unwrap();
    let seal = Seal::random();
    let (session, _) = signed_in_through_a_provider(&database, &seal).await;
    let until = now_seconds() + 60;
    let as_ben = ActingAs { account: Uuid::new_v4(), may_change: false, until };

    act_as(&session, Some(&as_ben), &database, &seal).await.unwrap();
    let token = ("token-1", i64::MAX);
    let ended = database.end_provider_sessions("company", Some("ada"), None, token).await.unwrap();

    assert_eq!(ended, Some(1));
    assert_eq!(whose(&same(&session, &database, LIFETIME)).await.unwrap(), None);
}

#[tokio::test]
async fn what_a_provider_is_asked_again_with_is_found_while_a_session_gets_its_new_id() {
    let database = Database::in_memory().await.unwrap();
    let seal = Seal::random();
    let (session, ada) = signed_in_through_a_provider(&database, &seal).await;
    let id_hash = |session: &Session| hash(session.id().unwrap());
    database.keep_refresh(&id_hash(&session), "first", 100).await.unwrap();

    // The provider is asked with the first token, and answers between two steps and after them.
    let aside = database.set_aside(&id_hash(&session)).await.unwrap().unwrap();
    database.renew_refresh("first", "second", 200).await.unwrap();
    assert_eq!(database.sessions_through("company", "ada").await.unwrap(), [], "nobody asks meanwhile");
    let next = StoredSession {
        id_hash: "next".into(),
        account_id: Some(ada),
        data: "{}".into(),
        expires_at: now_seconds() + 60,
    };
    assert!(database.add_session(&next).await.unwrap());
    assert!(database.take_up(&aside, "next").await.unwrap());
    database.renew_refresh("second", "third", 300).await.unwrap();

    assert_eq!(database.refresh_of("next").await.unwrap(), Some(("third".to_owned(), 300)));
    assert_eq!(database.set_aside("nothing").await.unwrap(), None);
}

#[tokio::test]
async fn acting_as_somebody_keeps_what_the_provider_is_asked_again_with() {
    let database = Database::in_memory().await.unwrap();
    let seal = Seal::random();
    let (session, ada) = signed_in_through_a_provider(&database, &seal).await;
    let before = hash(session.id().unwrap());
    database.keep_refresh(&before, "first", 100).await.unwrap();
    let until = now_seconds() + 60;
    let as_ben = ActingAs { account: Uuid::new_v4(), may_change: false, until };

    act_as(&session, Some(&as_ben), &database, &seal).await.unwrap();
    // Asked with the token that it had under its id of before.
    database.renew_refresh("first", "second", 200).await.unwrap();

    let now = hash(session.id().unwrap());
    assert_eq!(database.refresh_of(&before).await.unwrap(), None);
    assert_eq!(database.refresh_of(&now).await.unwrap(), Some(("second".to_owned(), 200)));
    assert_eq!(database.sessions_of(ada).await.unwrap().len(), 1);
}
