//! Providers, identities, tokens and second factors, on both databases.

use super::session;
use crate::accounts::NewAccount;
use crate::identities::Person;
use crate::members::Place;
use crate::passkeys::{MAX_PASSKEYS_PER_ACCOUNT, PasskeyAdded, StoredPasskey};
use crate::tokens::{StoredToken, TokenPlace, TokenReach, TokenScope, read_handle};
use crate::workspaces::WorkspaceFacts;
use crate::{Database, DatabaseError, now_seconds};
use model::{ClusterName, Namespace, WorkspaceName};
use uuid::Uuid;

fn person(subject: &str) -> Person {
    Person { issuer: "https://login.example".into(), subject: subject.into() }
}

fn account(name: &str) -> NewAccount {
    NewAccount { name: name.into(), role: "regular".into(), ..NewAccount::default() }
}

/// Everything that both databases must do alike.
pub async fn behaves(database: &Database) {
    providers(database).await;
    let grace = identities(database).await;
    roll_call(database, grace).await;
    sessions(database, grace).await;
    tokens(database, grace).await;
    groups(database, grace).await;
    factors(database, grace).await;
    passkeys(database, grace).await;
    familiar_networks(database, grace).await;

    assert!(database.remove_provider("one").await.unwrap());
    assert!(database.identities_of(grace).await.unwrap().is_empty());
}

async fn providers(database: &Database) {
    for id in ["one", "two", "three"] {
        database.add_provider(id, "{}", Some("sealed")).await.unwrap();
    }
    let order = async || database.providers().await.unwrap().into_iter().map(|provider| provider.id);
    database.move_provider("three", true).await.unwrap();
    database.move_provider("one", true).await.unwrap();
    assert_eq!(order().await.collect::<Vec<_>>(), ["one", "three", "two"]);

    assert!(database.change_provider("one", 1, "{\"a\":1}", None).await.unwrap());
    assert!(!database.change_provider("one", 1, "{}", None).await.unwrap(), "an old version was changed");
    let one = database.provider("one").await.unwrap().unwrap();
    assert_eq!(
        (one.settings.as_str(), one.sealed_secret.as_deref(), one.version),
        ("{\"a\":1}", Some("sealed"), 2)
    );
    assert!(database.enable_provider("one", false).await.unwrap());
    assert!(!database.provider("one").await.unwrap().unwrap().is_enabled);
    database.enable_provider("one", true).await.unwrap();
    assert!(!database.enable_provider("none", true).await.unwrap());
}

async fn familiar_networks(database: &Database, grace: Uuid) {
    database.note_familiar_network(grace, "192.0.2.7").await.unwrap();
    database.note_familiar_network(grace, "192.0.2.7").await.unwrap();

    for (name, network, expected) in
        [("grace", "192.0.2.7", true), ("Grace", "192.0.2.8", false), ("nobody", "192.0.2.7", false)]
    {
        assert_eq!(database.is_familiar_network(name, network).await.unwrap(), expected, "{name} {network}");
    }
}

async fn identities(database: &Database) -> Uuid {
    let grace = database.add_account_for(&person("1"), "one", &account("Grace"), "grace").await.unwrap();
    let taken = database.add_account_for(&person("2"), "one", &account("GRACE"), "grace").await;
    assert!(matches!(taken, Err(DatabaseError::NameTaken)), "{taken:?}");
    let twice = database.add_account_for(&person("1"), "one", &account("Other"), "grace").await;
    assert!(matches!(twice, Err(DatabaseError::NameTaken)), "{twice:?}");
    assert_eq!(database.account_named("other").await.unwrap(), None, "an account without a person stayed");

    database.use_identity(&person("1"), "grace h.", Some("administrator")).await.unwrap();
    let known = database.identity(&person("1")).await.unwrap().unwrap();
    assert_eq!((known.account_id, known.name_there.as_str()), (grace, "grace h."));
    assert_eq!(known.given_role.as_deref(), Some("administrator"));
    let used = database.provider_use("one").await.unwrap();
    assert_eq!((used.accounts, used.last_used_at.is_some()), (1, true));
    assert_eq!(database.provider_use("two").await.unwrap(), crate::providers::ProviderUse::default());

    assert!(database.link_identity(&person("3"), "one", grace, "third").await.unwrap());
    assert!(!database.link_identity(&person("3"), "one", grace, "third").await.unwrap());
    assert!(database.unlink_identity(grace, &person("3")).await.unwrap());
    assert!(!database.unlink_identity(grace, &person("1")).await.unwrap(), "the last way in was unlinked");
    grace
}

async fn roll_call(database: &Database, grace: Uuid) {
    database.add_session(&session("r1", grace)).await.unwrap();
    database.note_provider_session("r1", "one", "1", None).await.unwrap();
    database.add_session(&session("r2", grace)).await.unwrap();
    let enrolled = async || database.enrolled("one").await.unwrap().remove(0);
    let there = enrolled().await;
    assert_eq!((there.subject.as_str(), there.account_id, there.sessions), ("1", grace, 1));
    assert!(there.is_only_way && !there.is_gone);

    database.note_departure("one", &there).await.unwrap();
    let account = database.account(grace).await.unwrap().unwrap();
    assert!(account.is_gone && !account.is_enabled && enrolled().await.is_gone);
    assert_eq!(database.sessions_of(grace).await.unwrap(), []);

    database.note_return(grace).await.unwrap();
    let account = database.account(grace).await.unwrap().unwrap();
    assert!(!account.is_gone && account.is_enabled);
}

async fn sessions(database: &Database, grace: Uuid) {
    for (hash, there) in [("p1", Some("a")), ("p2", Some("b")), ("p3", None)] {
        database.add_session(&session(hash, grace)).await.unwrap();
        database.note_provider_session(hash, "one", "1", there).await.unwrap();
    }
    assert_eq!(database.sessions_of(grace).await.unwrap().len(), 3);
    let later = now_seconds() + 60;
    let end = async |subject, there, token| {
        database.end_provider_sessions("one", subject, there, (token, later)).await.unwrap()
    };
    assert_eq!(end(None, Some("a"), "t1").await, Some(1));
    assert_eq!(end(None, Some("a"), "t1").await, None, "a token was heard twice");
    assert_eq!(end(Some("nobody"), None, "t2").await, Some(0));
    assert_eq!(end(Some("1"), Some("a"), "t3").await, Some(0));
    assert!(!database.end_session_of(Uuid::new_v4(), "p2").await.unwrap(), "somebody else ended it");
    assert_eq!(end(Some("1"), None, "t4").await, Some(2));
    for hash in ["q1", "q2", "q3"] {
        database.add_session(&session(hash, grace)).await.unwrap();
    }
    assert_eq!(database.end_other_sessions(grace, "q2").await.unwrap(), 2);
    assert!(!database.change_password(grace, "none", "new", Some("q2")).await.unwrap());
    assert!(!database.ask_for_password(grace).await.unwrap(), "there is none");
    assert!(database.is_open("q2").await.unwrap() && !database.is_password_due(grace).await.unwrap());
    let hash = Some("old".to_owned());
    let hal = NewAccount {
        password_hash: hash,
        name: "Hal".into(),
        role: "regular".into(),
        ..NewAccount::default()
    };
    let hal = database.add_account(&hal).await.unwrap();
    database.add_session(&session("h1", hal)).await.unwrap();
    assert!(database.ask_for_password(hal).await.unwrap());
    assert!(database.is_password_due(hal).await.unwrap() && !database.is_open("h1").await.unwrap());
    assert!(database.change_password(hal, "old", "new", None).await.unwrap());
    assert!(!database.is_password_due(hal).await.unwrap());
    database.remove_account(hal).await.unwrap();
}

async fn tokens(database: &Database, grace: Uuid) {
    let token = StoredToken {
        id: Uuid::new_v4(),
        account_id: grace,
        name: "deploy".into(),
        scope: TokenScope::Read,
        place: None,
        created_at: now_seconds(),
        expires_at: now_seconds() + 60,
        last_used_at: None,
        last_address: None,
    };
    assert!(database.add_token(&token, "hash").await.unwrap());
    assert_eq!(database.use_token("hash", Some("192.0.2.1")).await.unwrap(), Some(token.clone()));
    let used = &database.tokens_of(grace).await.unwrap()[0].token;
    assert_eq!((used.last_address.as_deref(), used.last_used_at.is_some()), (Some("192.0.2.1"), true));
    assert_eq!(database.use_token("other", None).await.unwrap(), None);
    assert_eq!(read_handle(&token.handle()), Some((TokenScope::Read, token.id)));
    assert!(database.is_open(&token.handle()).await.unwrap());
    assert!(database.is_open("q2").await.unwrap() && !database.is_open("q1").await.unwrap());
    assert!(database.revoke_token(grace, token.id).await.unwrap());
    assert!(!database.is_open(&token.handle()).await.unwrap());

    assert!(database.add_token(&token, "hash").await.unwrap());
    database.sign_out_everywhere(Uuid::new_v4()).await.unwrap();
    assert!(database.is_open("q2").await.unwrap() && database.is_open(&token.handle()).await.unwrap());
    database.sign_out_everywhere(grace).await.unwrap();
    assert!(!database.is_open("q2").await.unwrap() && !database.is_open(&token.handle()).await.unwrap());
    reaches(database, &token).await;
}

async fn reaches(database: &Database, token: &StoredToken) {
    let harbour = ClusterName::parse("harbour").unwrap();
    let namespace = |name| Namespace::parse(name).unwrap();
    let name = WorkspaceName::parse("reached").unwrap();
    let facts = WorkspaceFacts { clusters: [harbour.clone()].into(), ..WorkspaceFacts::default() };
    let workspace = database.add_workspace(&name, &facts, token.account_id).await.unwrap();
    let project =
        database.add_project(&harbour, &namespace("reached"), Some(workspace), "", "").await.unwrap();
    let other = database.add_project(&harbour, &namespace("unreached"), None, "", "").await.unwrap();
    let mut ids = Vec::new();
    for place in [Place::Cluster(harbour.clone()), Place::Workspace(workspace), Place::Project(project)] {
        let placed = StoredToken { id: Uuid::new_v4(), place: Some(place), ..token.clone() };
        let hash = placed.id.to_string();
        assert!(database.add_token(&placed, &hash).await.unwrap());
        assert_eq!(database.use_token(&hash, None).await.unwrap(), Some(placed.clone()));
        // As programs look for it that would take it for a key that counts everywhere.
        let found: Option<(String,)> = sqlx::query_as("SELECT id FROM api_tokens WHERE token_hash = $1")
            .bind(&hash)
            .fetch_optional(database.readers())
            .await
            .unwrap();
        assert_eq!(found, None);
        ids.push(placed.id);
    }
    let reach = async |index: usize| database.reach_of_token(ids[index]).await.unwrap();
    let places = async || {
        let listed = database.tokens_of(token.account_id).await.unwrap();
        let mine = ids.iter().map(|id| listed.iter().find(|listed| listed.token.id == *id).unwrap());
        mine.map(|listed| listed.place.clone()).collect::<Vec<_>>()
    };
    let of_cluster = TokenPlace::Cluster(harbour.clone());
    let of_project = TokenPlace::Project(harbour.clone(), namespace("reached"));
    assert_eq!(places().await, [of_cluster.clone(), TokenPlace::Workspace(name.clone()), of_project]);
    let found = database.project(&harbour, &namespace("reached")).await.unwrap().unwrap();
    assert_eq!(reach(0).await, TokenReach::Cluster(harbour.clone()));
    let all = TokenReach::Workspace { id: workspace, name, projects: vec![found.clone()] };
    assert_eq!(reach(1).await, all);
    assert_eq!(reach(2).await, TokenReach::Project(found));
    assert_eq!(database.reach_of_token(Uuid::new_v4()).await.unwrap(), TokenReach::Nowhere);

    // A namespace that is made a project again is another project, and no key counts there.
    database.remove_project(project).await.unwrap();
    let again = database.add_project(&harbour, &namespace("reached"), None, "", "").await.unwrap();
    assert_eq!(reach(2).await, TokenReach::Nowhere);
    database.remove_workspace(workspace).await.unwrap();
    assert_eq!(reach(1).await, TokenReach::Nowhere);
    assert_eq!(places().await, [of_cluster, TokenPlace::Gone, TokenPlace::Gone]);
    for left in [other, again] {
        database.remove_project(left).await.unwrap();
    }
    database.sign_out_everywhere(token.account_id).await.unwrap();
}

async fn groups(database: &Database, grace: Uuid) {
    let role = |name: &str| {
        let cluster = ClusterName::parse(name).unwrap();
        (Place::Cluster(cluster), "cluster-viewer".to_owned())
    };
    let holds = ["harbour1", "harbour-2"].map(role);

    assert!(database.set_members_by(grace, "one", &holds).await.unwrap());
    assert!(
        !database.set_members_by(grace, "one", &holds).await.unwrap(),
        "it is as it was, in whatever order"
    );
    assert!(database.set_members_by(grace, "one", &[]).await.unwrap());
}

async fn factors(database: &Database, grace: Uuid) {
    assert!(database.begin_factor(grace, "sealed").await.unwrap());
    assert!(database.begin_factor(grace, "sealed again").await.unwrap());
    assert!(database.confirm_factor(grace, 7, &["a".into(), "b".into()]).await.unwrap());
    assert!(!database.confirm_factor(grace, 8, &[]).await.unwrap());
    assert!(!database.begin_factor(grace, "another").await.unwrap(), "a factor in use was replaced");
    assert_eq!(database.factor(grace).await.unwrap().unwrap().sealed_secret, "sealed again");
    assert!(!database.use_step(grace, 7).await.unwrap() && database.use_step(grace, 8).await.unwrap());
    assert!(database.count_code(grace, 1).await.unwrap() && !database.count_code(grace, 1).await.unwrap());
    assert!(database.use_recovery_code(grace, "a").await.unwrap());
    assert!(database.count_code(grace, 1).await.unwrap(), "a recovery code forgives");
    assert!(!database.use_recovery_code(grace, "a").await.unwrap());
    assert!(!database.count_code(grace, 1).await.unwrap(), "one that is none forgives nothing");
    assert!(database.use_step(grace, 9).await.unwrap() && database.count_code(grace, 1).await.unwrap());
    assert_eq!(database.recovery_codes_left(grace).await.unwrap(), 1);
    assert!(database.remove_factor(grace).await.unwrap() && !database.remove_factor(grace).await.unwrap());
    assert_eq!(database.recovery_codes_left(grace).await.unwrap(), 0);
}

async fn passkeys(database: &Database, grace: Uuid) {
    let passkey = |credential_id: &str| StoredPasskey {
        id: Uuid::new_v4(),
        account_id: grace,
        credential_id: credential_id.into(),
        host: "console.example".into(),
        name: "Laptop".into(),
        credential: "{}".into(),
        created_at: now_seconds(),
        last_used_at: None,
    };
    let (first, ends) = (passkey("a"), now_seconds() + 60);
    assert_eq!(database.add_passkey(&first).await.unwrap(), PasskeyAdded::Done);
    assert_eq!(database.add_passkey(&passkey("a")).await.unwrap(), PasskeyAdded::Known);
    assert_eq!(database.passkeys_of(grace).await.unwrap(), std::slice::from_ref(&first));
    assert_eq!(database.passkey("b").await.unwrap(), None);

    assert!(database.use_passkey(first.id, "{\"counter\":1}", "challenge", ends).await.unwrap());
    let used = database.passkey("a").await.unwrap().unwrap();
    assert!(used.credential.contains("counter") && used.last_used_at.is_some());
    assert!(!database.use_passkey(first.id, "{}", "challenge", ends).await.unwrap(), "answered twice");
    assert_eq!(database.passkey("a").await.unwrap(), Some(used), "an answer that was refused was kept");
    assert!(!database.use_passkey(Uuid::new_v4(), "{}", "another", ends).await.unwrap());

    for index in 1..MAX_PASSKEYS_PER_ACCOUNT {
        assert_eq!(database.add_passkey(&passkey(&index.to_string())).await.unwrap(), PasskeyAdded::Done);
    }
    assert_eq!(database.add_passkey(&passkey("more")).await.unwrap(), PasskeyAdded::Full);
    assert!(!database.remove_passkey(Uuid::new_v4(), first.id).await.unwrap(), "somebody else's");
    assert!(database.remove_passkey(grace, first.id).await.unwrap());
    assert!(database.forget_proofs(grace).await.unwrap() && !database.forget_proofs(grace).await.unwrap());
    assert_eq!(database.passkeys_of(grace).await.unwrap(), []);
}
