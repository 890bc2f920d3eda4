//! What callers rely on, on both databases.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod acknowledgements;
mod audit;
mod budgets;
mod cluster_identities;
mod dashboards;
mod deleted_objects;
mod departments;
mod embeds;
mod kept_events;
mod limits;
mod list_alerts;
mod mail_servers;
mod notifications;
mod open_ports;
mod price_plans;
mod recordings;
mod requests;
mod saved_searches;
mod signing_in;
mod unsent_mails;

use crate::accounts::NewAccount;
use crate::audit::{AuditFilter, AuditScope, Decision, Outcome};
use crate::links::LinkPurpose;
use crate::members::{NewMember, Place};
use crate::sessions::{MAX_SESSIONS_PER_ACCOUNT, StoredSession};
use crate::workspaces::WorkspaceFacts;
use crate::{Address, Database, DatabaseError, now_milliseconds, now_seconds};
use model::{ClusterName, Namespace, PodSecurity, PodSecurityLevel, Tier, WorkspaceName};
use std::collections::BTreeSet;
use uuid::Uuid;

fn ada() -> NewAccount {
    NewAccount {
        name: "Ada".into(),
        role: "regular".into(),
        password_hash: Some("hash".into()),
        ..NewAccount::default()
    }
}

fn harbour() -> ClusterName {
    ClusterName::parse("harbour").unwrap()
}

async fn hold(database: &Database, account: Uuid, place: Place, role: &str) {
    let member = NewMember { account, place, role: role.into(), source: String::new() };
    database.set_member(&member).await.unwrap();
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
    assert_eq!((account.id, account.role.as_str(), account.is_enabled), (id, "regular", true));
    database.describe_account(id, "Ada Lovelace", "ada@example.org").await.unwrap();
    assert_eq!(database.account(id).await.unwrap().unwrap().full_name, "Ada Lovelace");
    assert_eq!(database.password_hash("ada").await.unwrap(), Some((id, "hash".into())));
    for nobody in ["ada\0", "a\0da", "\0"] {
        assert_eq!(database.account_named(nobody).await.unwrap(), None, "{nobody:?}");
        assert_eq!(database.password_hash(nobody).await.unwrap(), None, "{nobody:?}");
    }
    assert!(!database.has_administrator().await.unwrap());
    database.set_platform_role(id, "administrator").await.unwrap();
    assert!(database.has_administrator().await.unwrap());
    for last in [
        database.set_platform_role(id, "regular").await,
        database.set_enabled(id, false).await,
        database.remove_account(id).await,
    ] {
        assert!(matches!(last, Err(DatabaseError::LastAdministrator)), "{last:?}");
    }
    let bea = NewAccount { name: "Bea".into(), role: "administrator".into(), ..ada() };
    let bea = database.add_account(&bea).await.unwrap();
    database.remove_account(bea).await.unwrap();
    assert_eq!(database.account(bea).await.unwrap(), None);

    holds(database, id).await;
    requests::behaves(database, id).await;
    dashboards::behaves(database).await;
    departments::behaves(database).await;
    embeds::behaves(database).await;
    list_alerts::behaves(database).await;
    deleted_objects::behaves(database).await;
    notifications::behaves(database, id).await;
    mail_servers::behaves(database, id).await;
    price_plans::behaves(database).await;
    recordings::behaves(database).await;
    saved_searches::behaves(database).await;
    kept_events::behaves(database).await;
    acknowledgements::behaves(database).await;
    open_ports::behaves(database).await;
    unsent_mails::behaves(database).await;
    cluster_identities::behaves(database).await;
    budgets::behaves(database).await;

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
    let stays = NewAccount { name: "Stays".into(), role: "administrator".into(), ..ada() };
    let stays = database.add_account(&stays).await.unwrap();
    database.set_enabled(id, false).await.unwrap();
    assert_eq!(database.session("many-24").await.unwrap(), None, "a disabled account kept its session");
    assert_eq!(database.password_hash("ada").await.unwrap(), None);

    database.set_platform_role(id, "regular").await.unwrap();
    sqlx::query("UPDATE accounts SET password_hash = NULL WHERE id = $1")
        .bind(stays.to_string())
        .execute(database.readers())
        .await
        .unwrap();

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
    let verified = database.verify_audit().await.unwrap();
    assert_eq!((verified.rows, verified.before_the_chain, verified.broken), (2, 0, None));
    let filter = AuditFilter { text: "DEPLOY".into(), person: "nobody".into(), ..AuditFilter::default() };
    assert!(database.search_audit(&filter, 5).await.unwrap().is_empty());
    let places = |since| AuditScope::Places {
        clusters: vec![],
        projects: vec![("harbour".into(), "shop".into(), since)],
    };
    let nowhere = AuditScope::Places { clusters: vec![], projects: vec![] };
    let nowhere = AuditFilter { scope: nowhere, ..AuditFilter::default() };
    assert!(database.search_audit(&nowhere, 5).await.unwrap().is_empty(), "who may look nowhere was told");
    let filter = AuditFilter { action: "scale".into(), scope: places(0), ..AuditFilter::default() };
    assert!(database.search_audit(&filter, 5).await.unwrap().is_empty(), "a foreign place was told");
    let here =
        Decision { cluster: Some("harbour".into()), namespace: Some("shop".into()), ..decision.clone() };
    let here = database.record_decision(&here).await.unwrap();
    assert_eq!(database.search_audit(&filter, 5).await.unwrap()[0].id, here);
    let anew = AuditFilter { scope: places(now_milliseconds() + 60_000), ..filter };
    assert!(database.search_audit(&anew, 5).await.unwrap().is_empty(), "it was another project");
    for (after, found) in [(0, 1), (now_milliseconds() + 60_000, 0)] {
        let scope = AuditScope::Places { clusters: vec![("harbour".into(), after)], projects: vec![] };
        let filter = AuditFilter { action: "scale".into(), scope, ..AuditFilter::default() };
        assert_eq!(database.search_audit(&filter, 5).await.unwrap().len(), found, "after {after}");
    }
    assert_eq!(database.audit_actions().await.unwrap(), ["scale"]);
    for forgery in [
        "DELETE FROM audit_chain",
        "UPDATE audit SET reason = 'x'",
        "DELETE FROM audit_outcomes",
        "DELETE FROM audit",
    ] {
        let mut change = database.change().await.unwrap();
        let error = sqlx::query(forgery).execute(&mut *change).await.unwrap_err().to_string();
        assert!(error.contains("append-only"), "{forgery}: {error}");
    }

    signing_in::behaves(database).await;
    audit::behaves(database).await;
    limits::behaves(database).await;
}

/// Workspaces, projects, roles and who holds them.
async fn holds(database: &Database, ada: Uuid) {
    let garden = WorkspaceName::parse("garden").unwrap();
    let facts =
        WorkspaceFacts { title: " The garden ".into(), clusters: [harbour()].into(), ..Default::default() };
    let workspace = database.add_workspace(&garden, &facts, ada).await.unwrap();
    let taken = database.add_workspace(&garden, &facts, ada).await;
    assert!(matches!(taken, Err(DatabaseError::NameTaken)), "{taken:?}");
    let found = database.workspace(&garden).await.unwrap().unwrap();
    assert_eq!((found.id, found.title.as_str(), &found.clusters), (workspace, "The garden", &facts.clusters));
    assert_eq!(database.workspaces().await.unwrap(), [found]);

    let closed = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    database.close_storage_classes(workspace, &harbour(), &closed(&["gold", "slow"])).await.unwrap();
    database.close_storage_classes(workspace, &harbour(), &closed(&["gold"])).await.unwrap();
    let limits = database.limits().await.unwrap();
    assert_eq!(limits.closed_classes, [((workspace, harbour()), closed(&["gold"]))].into());

    let shop = Namespace::parse("shop").unwrap();
    let asked = PodSecurity { enforce: Some(PodSecurityLevel::Baseline), warn: None };
    let project =
        database.add_secured_project(&harbour(), &shop, Some(workspace), "Shop", "", asked).await.unwrap();
    assert_eq!(database.limits().await.unwrap().pod_security, [(project, asked)].into());
    let warn = Some(PodSecurityLevel::Restricted);
    database.set_pod_security_warning(project, warn).await.unwrap();
    let warned = PodSecurity { warn, ..asked };
    assert_eq!(database.limits().await.unwrap().pod_security, [(project, warned)].into());
    database.set_pod_security(project, PodSecurity::default()).await.unwrap();
    assert!(database.limits().await.unwrap().pod_security.is_empty());
    assert_eq!(database.ensure_project(&harbour(), &shop).await.unwrap(), project);
    let none = WorkspaceFacts::default();
    for in_use in
        [database.change_workspace(workspace, &none).await, database.remove_workspace(workspace).await]
    {
        assert!(matches!(in_use, Err(DatabaseError::InUse)), "{in_use:?}");
    }
    let rights = database.rights(ada).await.unwrap();
    assert_eq!(rights.workspaces[0].role, "workspace-admin", "who makes a workspace is its first member");
    assert_eq!(rights.projects.iter().map(|project| project.id).collect::<Vec<_>>(), [project]);

    let role = database.add_role(Tier::Project, Some(workspace), "Looks", "", "project.view").await.unwrap();
    hold(database, ada, Place::Project(project), &role.to_string()).await;
    assert_eq!(database.rights(ada).await.unwrap().project_roles[0].own.as_deref(), Some("project.view"));
    let in_use = database.remove_role(role).await;
    assert!(matches!(in_use, Err(DatabaseError::InUse)), "{in_use:?}");
    hold(database, ada, Place::Project(project), "project-viewer").await;
    database.remove_role(role).await.unwrap();
    hold(database, ada, Place::Cluster(harbour()), "cluster-viewer").await;
    assert_eq!(database.memberships_of(ada).await.unwrap().len(), 3);
    assert_eq!(database.members_of(&Place::Project(project)).await.unwrap()[0].role, "project-viewer");

    database.move_project(project, None).await.unwrap();
    database.remove_workspace(workspace).await.unwrap();
    assert!(database.rights(ada).await.unwrap().workspaces.is_empty());
    database.remove_project(project).await.unwrap();
    assert!(database.remove_member(ada, &Place::Cluster(harbour())).await.unwrap());
    assert!(database.members().await.unwrap().is_empty(), "somebody still holds what is gone");
    assert_eq!(database.console_id().await.unwrap(), database.console_id().await.unwrap());
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
    let worked = migrated.into_iter().filter(|migrated| !migrated.as_ref().unwrap().steps.is_empty());
    assert_eq!(worked.count(), 1, "two instances did the work more than once");
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

#[tokio::test]
async fn a_row_of_the_trail_that_was_changed_taken_out_or_put_in_is_found() {
    let directory = tempfile::tempdir().unwrap();
    let database = Database::open(Address::SqliteFile(directory.path().join("trail.db"))).await.unwrap();
    database.migrate().await.unwrap();
    let mut ids = Vec::new();
    for action in ["one", "two", "three", "four"] {
        let decision = Decision { action: action.into(), is_allowed: true, ..Decision::default() };
        ids.push(database.record_decision(&decision).await.unwrap());
    }
    database.record_outcome(ids[3], &Outcome::Done).await.unwrap();
    assert_eq!(database.verify_audit().await.unwrap().rows, 5);

    // Whoever owns the file can take the triggers away.
    for trigger in [
        "audit_is_not_changed",
        "audit_is_not_deleted",
        "audit_chain_is_not_deleted",
        "audit_outcomes_are_not_changed",
    ] {
        let drop = sqlx::AssertSqlSafe(format!("DROP TRIGGER {trigger}"));
        sqlx::query(drop).execute(database.readers()).await.unwrap();
    }
    let forgeries = [
        (
            format!("UPDATE audit SET action = 'nothing' WHERE id = '{}'", ids[2]),
            3,
            "is not as it was written",
        ),
        (
            format!("UPDATE audit_outcomes SET outcome = 'failed' WHERE audit_id = '{}'", ids[3]),
            5,
            "is not as it was",
        ),
        ("DELETE FROM audit_chain WHERE sequence = 2".into(), 3, "rows 2 to 2 are missing"),
        (format!("DELETE FROM audit WHERE id = '{}'", ids[0]), 1, "is missing"),
    ];
    for (forgery, sequence, how) in forgeries {
        let mut change = database.change().await.unwrap();
        sqlx::query(sqlx::AssertSqlSafe(forgery)).execute(&mut *change).await.unwrap();
        change.commit().await.unwrap();

        let broken = database.verify_audit().await.unwrap().broken.unwrap();
        assert!(broken.sequence <= sequence && broken.how.contains(how), "{broken:?}");
    }
}

#[tokio::test]
async fn a_row_that_was_put_into_the_trail_beside_the_chain_is_found() {
    for (forgery, how) in [
        (
            "INSERT INTO audit SELECT 'ea5e0000-0000-4000-8000-000000000000', at_milliseconds + 1, request_id, account_id, \
             'eve', session_hash, address, action, verb, resource, cluster, namespace, name, decision, reason FROM audit \
             LIMIT 1",
            "decision ea5e0000",
        ),
        (
            "INSERT INTO audit_outcomes SELECT id, at_milliseconds + 1, 'done', '' FROM audit LIMIT 1",
            "the outcome of decision",
        ),
    ] {
        let database = Database::in_memory().await.unwrap();
        let decision = Decision { action: "one".into(), is_allowed: true, ..Decision::default() };
        database.record_decision(&decision).await.unwrap();
        assert_eq!(database.verify_audit().await.unwrap().broken, None);

        // Adding is all that nobody has to take a trigger away for.
        let mut change = database.change().await.unwrap();
        sqlx::query(forgery).execute(&mut *change).await.unwrap();
        change.commit().await.unwrap();

        let broken = database.verify_audit().await.unwrap().broken.unwrap();
        assert!(broken.sequence == 2 && broken.how.starts_with(how), "{broken:?}");
    }
}

#[tokio::test]
async fn a_row_of_the_trail_that_was_taken_out_is_found_although_the_others_were_counted_anew() {
    let directory = tempfile::tempdir().unwrap();
    let database = Database::open(Address::SqliteFile(directory.path().join("trail.db"))).await.unwrap();
    database.migrate().await.unwrap();
    for action in ["one", "two", "three"] {
        let decision = Decision { action: action.into(), ..Decision::default() };
        database.record_decision(&decision).await.unwrap();
    }
    let mut change = database.change().await.unwrap();
    for forgery in [
        "DROP TRIGGER audit_chain_is_not_deleted",
        "DROP TRIGGER audit_chain_is_not_changed",
        "DELETE FROM audit_chain WHERE sequence = 2",
        "UPDATE audit_chain SET sequence = 2 WHERE sequence = 3",
    ] {
        sqlx::query(forgery).execute(&mut *change).await.unwrap();
    }
    change.commit().await.unwrap();

    let broken = database.verify_audit().await.unwrap().broken.unwrap();

    assert!(broken.sequence == 2 && broken.how.contains("is not as it was written"), "{broken:?}");
}
