//! What is asked of the whole trail, however long it is.

use crate::accounts::NewAccount;
use crate::audit::{ACTIONS, AuditFilter, AuditScope, Decision, LAST_SIGN_INS, Outcome};
use crate::{Database, now_milliseconds};

/// Everything that both databases must do alike.
pub async fn behaves(database: &Database) {
    let wren = NewAccount { name: "Wren".into(), role: "regular".into(), ..NewAccount::default() };
    let wren = database.add_account(&wren).await.unwrap();
    assert_eq!(database.last_sign_ins().await.unwrap().get(&wren), None);
    let began = now_milliseconds();
    let done = [("sign_in", true), ("sign_in", false), ("delete", true), ("apply", true), ("delete", true)];
    for (action, is_allowed) in done {
        let action = action.into();
        let decision = Decision { account_id: Some(wren), action, is_allowed, ..Decision::default() };
        database.record_decision(&decision).await.unwrap();
    }

    let mut actions = database.audit_actions().await.unwrap();
    actions.retain(|action| ["apply", "delete", "sign_in"].contains(&action.as_str()));
    assert_eq!(actions, ["apply", "delete", "sign_in"], "each once");
    let allowed = AuditFilter {
        action: "sign_in".into(),
        is_allowed: Some(true),
        from_milliseconds: Some(began),
        ..AuditFilter::default()
    };
    let allowed = database.search_audit(&allowed, 5).await.unwrap();
    assert_eq!(allowed.len(), 1);
    let read =
        Decision { verb: "get".into(), action: "read".into(), is_allowed: true, ..Decision::default() };
    database.record_decision(&read).await.unwrap();
    let preview =
        Decision { verb: "patch".into(), action: "preview".into(), is_allowed: true, ..Decision::default() };
    database.record_decision(&preview).await.unwrap();
    let of = AuditFilter { from_milliseconds: Some(began), ..AuditFilter::default() };
    let changes = AuditFilter { only_changes: true, ..of.clone() };
    let (all, changes) =
        (database.search_audit(&of, 9).await.unwrap(), database.search_audit(&changes, 9).await.unwrap());
    assert_eq!(
        (all.len(), changes.len()),
        (done.len() + 2, done.len()),
        "a read is no change, and neither is a preview"
    );
    let last = database.last_sign_ins().await.unwrap();
    assert_eq!(last.get(&wren), Some(&allowed[0].at_milliseconds));
    whatever_is_said_is_kept(database).await;
    who_sees_many_projects_asks_all_the_same(database).await;
}

async fn whatever_is_said_is_kept(database: &Database) {
    let name = Some("a\0b".to_owned());
    let decision = Decision { name, reason: "/tmp/\0".into(), action: "read".into(), ..Decision::default() };
    let id = database.record_decision(&decision).await.unwrap();
    database.record_outcome(id, &Outcome::Failed("cat: \0".into())).await.unwrap();

    let filter = AuditFilter { object: "a\u{fffd}b".into(), ..AuditFilter::default() };
    let found = database.search_audit(&filter, 5).await.unwrap();

    assert_eq!(found.len(), 1);
    assert_eq!(found[0].decision.reason, "/tmp/\u{fffd}");
    assert_eq!(found[0].outcome, Some(Outcome::Failed("cat: \u{fffd}".into())));
    assert_eq!(database.verify_audit().await.unwrap().broken, None, "it is as it was written");
}

async fn who_sees_many_projects_asks_all_the_same(database: &Database) {
    let projects = (0..3_000).map(|number| ("harbour".to_owned(), format!("n{number}"), 0)).collect();
    let scope = AuditScope::Places { clusters: Vec::new(), projects };
    let filter = AuditFilter { scope, ..AuditFilter::default() };

    assert!(database.search_audit(&filter, 5).await.unwrap().is_empty());
}

#[tokio::test]
async fn pages_that_are_looked_at_all_day_do_not_read_the_whole_trail() {
    let database = Database::in_memory().await.unwrap();
    for question in [ACTIONS, LAST_SIGN_INS] {
        let plan = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {question}"));
        let plan: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(plan).fetch_all(database.readers()).await.unwrap();

        let of_trail = plan.iter().map(|(.., step)| step).filter(|step| step.contains(" audit"));
        let of_trail: Vec<&String> = of_trail.collect();
        assert!(!of_trail.is_empty(), "{plan:?}");
        assert!(
            of_trail.iter().all(|step| step.contains(" USING ") && step.starts_with("SEARCH")),
            "{plan:?}"
        );
    }
}
