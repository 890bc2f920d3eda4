#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use super::*;
use crate::Address;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// Tells the copy of this test program which statement to stop at, and on which file.
const STOP_AT: &str = "ORRERY_MIGRATION_TEST_STOP_AT";
const FILE: &str = "ORRERY_MIGRATION_TEST_FILE";

async fn open(path: &std::path::Path) -> Database {
    Database::open(Address::SqliteFile(path.into())).await.unwrap()
}

fn statement_count() -> usize {
    MIGRATIONS.iter().map(|migration| statements(migration.sqlite).count()).sum()
}

/// Not a test by itself: the copy that is killed. It stops after a statement and waits for its end.
#[tokio::test]
async fn a_copy_that_waits_to_be_killed() {
    let (Ok(stop_at), Ok(file)) = (std::env::var(STOP_AT), std::env::var(FILE)) else { return };
    let stop_at: usize = stop_at.parse().unwrap();
    let database = open(file.as_ref()).await;
    let stop = move |count| {
        if count == stop_at {
            println!("\nreached");
            loop {
                std::thread::park();
            }
        }
    };
    database.migrate_steps(MIGRATIONS, stop).await.unwrap();
}

#[tokio::test]
async fn a_migration_killed_at_any_statement_leaves_nothing_and_can_be_repeated() {
    let directory = tempfile::tempdir().unwrap();
    for stop_at in 1..=statement_count() {
        let file = directory.path().join(format!("killed-at-{stop_at}.db"));
        let mut copy = Command::new(std::env::current_exe().unwrap())
            .args(["migrations::tests::a_copy_that_waits_to_be_killed", "--exact", "--nocapture"])
            .env(STOP_AT, stop_at.to_string())
            .env(FILE, &file)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(copy.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap() == "reached"), "statement {stop_at} was not reached");
        copy.kill().unwrap();
        copy.wait().unwrap();

        let database = open(&file).await;
        let tables: (i64,) =
            sqlx::query_as("SELECT COUNT(*) FROM sqlite_master").fetch_one(database.readers()).await.unwrap();
        assert_eq!(tables.0, 0, "something of a migration killed at statement {stop_at} stayed");
        let migrated = database.migrate().await.unwrap();
        assert_eq!(migrated.steps.len(), MIGRATIONS.len());
        database.close().await;
    }
}

#[tokio::test]
async fn who_was_an_editor_of_a_namespace_holds_that_role_in_its_project_afterwards() {
    let database = Database::open(Address::SqliteMemory).await.unwrap();
    database.migrate_steps(&MIGRATIONS[..3], |_| ()).await.unwrap();
    let (ada, bea) = (uuid::Uuid::new_v4(), uuid::Uuid::new_v4());
    for (id, persona) in [(ada, "editor"), (bea, "administrator")] {
        for statement in [
            format!(
                "INSERT INTO accounts VALUES ('{id}', '{persona}', '{persona}', '{persona}', NULL, 0, NULL)"
            ),
            format!("INSERT INTO memberships VALUES ('{id}', 'harbour', 'shop')"),
        ] {
            sqlx::query(sqlx::AssertSqlSafe(statement)).execute(database.readers()).await.unwrap();
        }
    }

    database.migrate().await.unwrap();

    let rights = database.rights(ada).await.unwrap();
    assert_eq!((rights.role.as_str(), rights.project_roles[0].role.as_str()), ("regular", "project-editor"));
    assert_eq!(rights.projects[0].namespace.as_str(), "shop");
    let rights = database.rights(bea).await.unwrap();
    assert_eq!((rights.role.as_str(), rights.project_roles.len()), ("administrator", 0));
}

#[tokio::test]
async fn of_two_that_migrate_at_once_one_does_the_work() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("shared.db");
    let mut databases = Vec::new();
    for _ in 0..8 {
        databases.push(open(&path).await);
    }

    let done = futures::future::join_all(databases.iter().map(Database::migrate)).await;

    let steps: Vec<usize> = done.into_iter().map(|migrated| migrated.unwrap().steps.len()).collect();
    assert_eq!(steps.iter().filter(|count| **count == MIGRATIONS.len()).count(), 1, "{steps:?}");
    assert_eq!(steps.iter().sum::<usize>(), MIGRATIONS.len(), "{steps:?}");
}

#[tokio::test]
async fn a_newer_database_is_refused_and_left_alone() {
    let database = Database::in_memory().await.unwrap();
    sqlx::query("INSERT INTO migrations (version, name, digest, done_at) VALUES (9999, 'x', 'y', 0)")
        .execute(database.readers())
        .await
        .unwrap();

    let error = database.migrate().await.unwrap_err();

    assert!(matches!(error, DatabaseError::Newer { found: 9999, .. }));
    assert!(error.to_string().contains("start the newer program"), "{error}");
}

#[tokio::test]
async fn a_step_that_differs_is_refused() {
    let database = Database::in_memory().await.unwrap();
    sqlx::query("UPDATE migrations SET digest = 'x' WHERE version = 2")
        .execute(database.readers())
        .await
        .unwrap();

    assert!(matches!(database.migrate().await, Err(DatabaseError::Different { version: 2, .. })));
}

#[test]
fn steps_are_numbered_in_order_and_named_after_their_number() {
    assert!(MIGRATIONS.is_sorted_by(|one, next| one.version < next.version));
    for migration in MIGRATIONS {
        assert!(migration.name.starts_with(&format!("{:04}_", migration.version)), "{}", migration.name);
    }
}
