//! What callers rely on, on both databases.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use crate::accounts::NewAccount;
use crate::audit::{Decision, Outcome};
use crate::links::LinkPurpose;
use crate::sessions::{MAX_SESSIONS_PER_ACCOUNT, StoredSession};
use crate::{Address, Database, DatabaseError, now_seconds};
use model::{ClusterName, Namespace, Persona};
use uuid::Uuid;

fn ada() -> NewAccount {
    NewAccount {
        name: "Ada".into(),
        persona: Persona::Editor,
        memberships: [(ClusterName::parse("harbour").unwrap(), Namespace::parse("shop").unwrap())].into(),
        password_hash: Some("hash".into()),
    }
}

fn session(id: &str, account: Uuid) -> StoredSession {
    let expires_at = now_seconds() + 60;
    StoredSession { id_hash: id.into(), account_id: Some(account), data: "{}".into(), expires_at }
}

/// Everything that both databases must do alike.
async fn behaves(database: &Database) {
    // Accounts.
    let id = database.add_account(&ada()).await.unwrap();
    let taken = database.add_account(&NewAccount { name: " ADA ".into(), ..ada() }).await.unwrap_err();
    assert!(matches!(taken, DatabaseError::NameTaken), "{taken:?}");
    let account = database.account_named("aDa").await.unwrap().unwrap();
    assert_eq!((account.id, account.persona, account.memberships.len()), (id, Persona::Editor, 1));
    assert_eq!(database.password_hash("ada").await.unwrap(), Some((id, "hash".into())));
    assert!(!database.has_administrator().await.unwrap());
    database.set_rights(id, Persona::Administrator, &Default::default()).await.unwrap();
    assert!(database.has_administrator().await.unwrap());
    assert!(database.account(id).await.unwrap().unwrap().memberships.is_empty());

    // Sessions.
    assert!(database.add_session(&session("one", id)).await.unwrap());
    assert!(!database.add_session(&session("one", id)).await.unwrap(), "an id was used twice");
    assert_eq!(database.session("one").await.unwrap(), Some(session("one", id)));
    assert!(!database.update_session(&session("ended", id)).await.unwrap());
    let expired = StoredSession { expires_at: now_seconds() - 1, ..session("old", id) };
    database.add_session(&expired).await.unwrap();
    assert_eq!(database.session("old").await.unwrap(), None);
    assert_eq!(database.remove_expired().await.unwrap(), 1);
    for number in 0..MAX_SESSIONS_PER_ACCOUNT + 5 {
        database.add_session(&session(&format!("many-{number}"), id)).await.unwrap();
    }
    let mut kept = 0;
    for number in 0..MAX_SESSIONS_PER_ACCOUNT + 5 {
        kept += i64::from(database.session(&format!("many-{number}")).await.unwrap().is_some());
    }
    assert!(kept <= MAX_SESSIONS_PER_ACCOUNT + 1, "{kept} sessions of one account");
    database.set_enabled(id, false).await.unwrap();
    assert_eq!(database.session("many-24").await.unwrap(), None, "a disabled account kept its session");
    assert_eq!(database.password_hash("ada").await.unwrap(), None);

    // One-time links.
    let later = now_seconds() + 60;
    database.add_link("first", None, later).await.unwrap();
    database.add_link("second", None, later).await.unwrap();
    assert_eq!(database.link_purpose("first").await.unwrap(), Some(LinkPurpose::FirstAdministrator));
    assert_eq!(database.link_purpose("second").await.unwrap(), Some(LinkPurpose::FirstAdministrator));
    database.add_link("older", Some(id), later).await.unwrap();
    database.add_link("newer", Some(id), later).await.unwrap();
    assert_eq!(database.link_purpose("older").await.unwrap(), None, "a newer link replaces the older");
    assert_eq!(database.use_link_for_administrator("newer", "Eve", "x").await.unwrap(), None);
    assert_eq!(database.use_link_for_password("second", "x").await.unwrap(), None);
    database.add_link("past", Some(id), now_seconds() - 1).await.unwrap();
    assert_eq!(database.use_link_for_password("past", "x").await.unwrap(), None);
    assert_eq!(
        database.use_link_for_administrator("second", "ada", "x").await.unwrap_err().to_string(),
        DatabaseError::NameTaken.to_string()
    );
    assert!(database.link_purpose("second").await.unwrap().is_some(), "a failed use used the link up");
    let tries = [("first", "Bea"), ("second", "Cleo"), ("second", "Dora")];
    let tries = tries.map(|(link, name)| database.use_link_for_administrator(link, name, "x"));
    let used = futures::future::join_all(tries).await;
    assert_eq!(used.iter().filter(|used| matches!(used, Ok(Some(_)))).count(), 1, "{used:?}");
    database.add_link("late", None, later).await.unwrap();
    let late = database.use_link_for_administrator("late", "Eve", "x").await.unwrap();
    assert_eq!(late, None, "there is an administrator already");

    // The audit trail.
    let decision =
        Decision { account_id: Some(id), is_allowed: true, action: "scale".into(), ..Decision::default() };
    let recorded = database.record_decision(&decision).await.unwrap();
    database.record_outcome(recorded, &Outcome::Unknown("hung up".into())).await.unwrap();
    let trail = database.audit_trail(5).await.unwrap();
    assert_eq!(trail[0].decision, decision);
    assert_eq!(trail[0].outcome, Some(Outcome::Unknown("hung up".into())));
    for forgery in ["UPDATE audit SET reason = 'x'", "DELETE FROM audit_outcomes", "DELETE FROM audit"] {
        let mut change = database.change().await.unwrap();
        let error = sqlx::query(forgery).execute(&mut *change).await.unwrap_err().to_string();
        assert!(error.contains("append-only"), "{forgery}: {error}");
    }
}

#[tokio::test]
async fn everything_works_on_sqlite() {
    behaves(&Database::in_memory().await.unwrap()).await;
}

#[tokio::test]
#[ignore = "needs a PostgreSQL server: set ORRERY_TEST_POSTGRES to its URL and pass --include-ignored"]
async fn everything_works_on_postgresql() {
    use sqlx::Connection;
    let server = std::env::var("ORRERY_TEST_POSTGRES").expect("ORRERY_TEST_POSTGRES is the URL of a server");
    sqlx::any::install_default_drivers();
    let mut connection = sqlx::AnyConnection::connect(&server).await.unwrap();
    let name = format!("orrery_test_{}", Uuid::new_v4().simple());
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .execute(&mut connection)
        .await
        .unwrap();
    let base = server.rsplit_once('/').unwrap().0;
    let address = Address::parse(&format!("{base}/{name}")).unwrap();

    let databases =
        [Database::open(address.clone()).await.unwrap(), Database::open(address.clone()).await.unwrap()];
    let migrated = futures::future::join_all(databases.iter().map(Database::migrate)).await;
    let steps: usize = migrated.into_iter().map(|migrated| migrated.unwrap().steps.len()).sum();
    assert_eq!(steps, 3, "two instances did the work more than once");
    behaves(&databases[0]).await;

    for database in &databases {
        database.close().await;
    }
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("DROP DATABASE {name}")))
        .execute(&mut connection)
        .await
        .unwrap();
}

#[tokio::test]
async fn two_hundred_writers_queue_and_none_fails() {
    let directory = tempfile::tempdir().unwrap();
    let database = Database::open(Address::SqliteFile(directory.path().join("busy.db"))).await.unwrap();
    database.migrate().await.unwrap();
    let id = database.add_account(&ada()).await.unwrap();

    let writers = (0..200).map(|number| {
        let database = database.clone();
        async move {
            database.session("nothing").await?;
            database.add_session(&session(&number.to_string(), id)).await
        }
    });
    let results = futures::future::join_all(writers).await;

    let failures: Vec<_> = results.into_iter().filter_map(Result::err).collect();
    assert!(failures.is_empty(), "{failures:?}");
}
