//! Budgets, who changes one first, and with what they go, on both databases.

use crate::Database;
use crate::accounts::NewAccount;
use crate::budgets::{Budget, BudgetPlace, NewBudget};
use crate::workspaces::WorkspaceFacts;
use model::{ClusterName, Namespace, WorkspaceName};

fn new(millionths: i64, by: &str) -> NewBudget {
    NewBudget { currency: "EUR".into(), millionths, set_by: by.into() }
}

async fn of(database: &Database, cluster: &ClusterName) -> Vec<Budget> {
    let all = database.budgets().await.unwrap();
    all.into_iter().filter(|budget| budget.cluster == *cluster).collect()
}

/// Everything that both databases must do alike.
pub(super) async fn behaves(database: &Database) {
    let (mint, forge) = (ClusterName::parse("mint").unwrap(), ClusterName::parse("forge").unwrap());
    let coiner = NewAccount { name: "Coiner".into(), role: "regular".into(), ..NewAccount::default() };
    let coiner = database.add_account(&coiner).await.unwrap();
    let facts = WorkspaceFacts { clusters: [mint.clone()].into(), ..WorkspaceFacts::default() };
    let guild = WorkspaceName::parse("guild").unwrap();
    let guild = database.add_workspace(&guild, &facts, coiner).await.unwrap();
    let dies = Namespace::parse("dies").unwrap();
    let dies = database.add_project(&mint, &dies, Some(guild), "", "").await.unwrap();
    let places = [BudgetPlace::Cluster, BudgetPlace::Workspace(guild), BudgetPlace::Project(dies)];

    for place in places {
        let kept = database.set_budget(&mint, place, &new(i64::MAX, "Ada"), None).await.unwrap().unwrap();
        assert!(of(database, &mint).await.contains(&kept), "another one was answered than is kept: {kept:?}");
        let late = database.set_budget(&mint, place, &new(1, "Bea"), None).await.unwrap();
        assert_eq!(late, None, "one was not seen");
    }
    assert!(database.set_budget(&forge, BudgetPlace::Cluster, &new(7, "Bea"), None).await.unwrap().is_some());

    let set = of(database, &mint).await;
    assert_eq!(set.len(), 3);
    assert!(places.iter().all(|place| set.iter().any(|budget| budget.place == *place)), "{set:?}");
    assert!(set.iter().all(|budget| budget.millionths == i64::MAX && budget.set_by == "Ada"), "{set:?}");

    // Of several who saw the same one changes it, and who saw the old one removes nothing.
    let seen = set[0].edition.clone();
    let tries = ["Ada", "Bea", "Cleo"].map(|by| {
        let (mint, seen, place) = (mint.clone(), seen.clone(), set[0].place);
        async move { database.set_budget(&mint, place, &new(5, by), Some(&seen)).await.unwrap() }
    });
    let changed = futures::future::join_all(tries).await;
    assert_eq!(changed.iter().flatten().count(), 1, "{changed:?}");
    assert!(!database.remove_budget(&mint, set[0].place, &seen).await.unwrap());
    let now = of(database, &mint).await;
    assert_eq!(now[0].millionths, 5);
    assert!(database.remove_budget(&mint, now[0].place, &now[0].edition).await.unwrap());
    assert!(database.set_budget(&mint, now[0].place, &new(6, "Ada"), None).await.unwrap().is_some());

    // They go with what they are of.
    database.remove_project(dies).await.unwrap();
    assert_eq!(of(database, &mint).await.len(), 2);
    database.remove_workspace(guild).await.unwrap();
    let left: Vec<BudgetPlace> = of(database, &mint).await.into_iter().map(|budget| budget.place).collect();
    assert_eq!(left, [BudgetPlace::Cluster]);
    database.meet_cluster(&mint, "old").await.unwrap();
    assert!(database.accept_cluster(&mint, "old", "new", false).await.unwrap());
    assert!(of(database, &mint).await.is_empty(), "the budget of another cluster of its name is left");
    assert_eq!(of(database, &forge).await.len(), 1);
    database.remove_account(coiner).await.unwrap();
}
