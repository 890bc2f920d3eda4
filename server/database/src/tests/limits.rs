//! Limits that are changed while projects go from one workspace to another.

use super::harbour;
use crate::Database;
use crate::accounts::NewAccount;
use crate::limits::{Amounts, LimitChange, ProjectLimits};
use crate::workspaces::WorkspaceFacts;
use model::{Namespace, WorkspaceName};
use std::time::Duration;

/// So long a move is under way in which limits are changed.
const UNDER_WAY: Duration = Duration::from_millis(300);

pub(super) async fn behaves(database: &Database) {
    let miller = NewAccount { name: "Miller".into(), role: "regular".into(), ..NewAccount::default() };
    let miller = database.add_account(&miller).await.unwrap();
    let facts = WorkspaceFacts { clusters: [harbour()].into(), ..WorkspaceFacts::default() };
    let mut workspaces = Vec::new();
    for name in ["wide", "narrow"] {
        let name = WorkspaceName::parse(name).unwrap();
        workspaces.push(database.add_workspace(&name, &facts, miller).await.unwrap());
    }
    let (wide, narrow) = (workspaces[0], workspaces[1]);
    let mill = Namespace::parse("mill").unwrap();
    let mill = database.add_project(&harbour(), &mill, Some(wide), "Mill", "").await.unwrap();
    let pods = |amount: &str| Amounts::from([("pods".to_owned(), amount.to_owned())]);
    let narrow_limit = LimitChange::Workspace(narrow, harbour(), pods("5"));
    assert_eq!(database.change_limits(&narrow_limit).await.unwrap(), []);
    let quota = |amount: &str| {
        LimitChange::Project(mill, ProjectLimits { quota: pods(amount), ..ProjectLimits::default() })
    };
    assert_eq!(database.change_limits(&quota("5")).await.unwrap(), []);

    // It goes to where there is less while it is given more.
    let mut moving = database.change().await.unwrap();
    crate::projects::put_into(&mut moving, mill, Some(narrow)).await.unwrap();
    let goes = async {
        tokio::time::sleep(UNDER_WAY).await;
        moving.commit().await.unwrap();
    };
    let more = quota("50");
    let (exceeded, ()) = futures::future::join(database.change_limits(&more), goes).await;

    let exceeded = exceeded.unwrap();
    assert_eq!(exceeded.iter().map(|one| one.resource.as_str()).collect::<Vec<_>>(), ["pods"]);
    assert_eq!(database.limits().await.unwrap().projects[&mill].quota, pods("5"));
}
