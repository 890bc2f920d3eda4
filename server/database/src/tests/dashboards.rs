//! Dashboards, and who changes one first.

use super::harbour;
use crate::Database;
use crate::dashboards::{Changed, Dashboard, MOST_DASHBOARDS, NewDashboard};
use model::{ClusterName, Namespace};
use uuid::Uuid;

fn new(name: &str, project: Option<Uuid>) -> NewDashboard {
    NewDashboard { cluster: harbour(), project, name: name.into(), document: "{}".into() }
}

async fn find(database: &Database, id: Uuid) -> Option<Dashboard> {
    database.dashboard(&harbour(), id).await.unwrap()
}

/// What both databases must do alike.
pub(super) async fn behaves(database: &Database) {
    let harbour = harbour();
    let meadow = ClusterName::parse("meadow").unwrap();
    let shop = Namespace::parse("dashed").unwrap();
    let project = database.add_project(&harbour, &shop, None, "", "").await.unwrap();
    let wide = database.add_dashboard(&new("b", None), "Ada").await.unwrap().unwrap();
    let narrow = database.add_dashboard(&new("A", Some(project)), "Ada").await.unwrap().unwrap();

    let names: Vec<_> =
        database.dashboards(&harbour).await.unwrap().into_iter().map(|one| one.name).collect();
    assert_eq!(names, ["A", "b"]);
    assert!(database.dashboards(&meadow).await.unwrap().is_empty());
    assert_eq!(database.dashboard(&meadow, wide).await.unwrap(), None, "it was found in another cluster");
    assert_eq!(find(database, narrow).await.unwrap().namespace, Some(shop));
    assert_eq!(find(database, wide).await.unwrap().namespace, None);

    // Of several who change the same version one does.
    let tries = ["Ada", "Bea", "Cleo"]
        .map(|by| async move { database.change_dashboard(wide, 1, by, "{\"a\":1}", by).await.unwrap() });
    let changed = futures::future::join_all(tries).await;
    assert_eq!(changed.iter().filter(|changed| **changed == Changed::Done).count(), 1, "{changed:?}");
    let kept = find(database, wide).await.unwrap();
    assert_eq!((kept.version, &kept.name), (2, &kept.changed_by));
    assert!(changed.contains(&Changed::Newer(kept.changed_by.clone())));
    assert_eq!(
        database.remove_dashboard(wide, 1).await.unwrap(),
        Changed::Newer(kept.changed_by),
        "what somebody else changed was removed"
    );
    assert_eq!(database.remove_dashboard(wide, 2).await.unwrap(), Changed::Done);
    assert_eq!(database.remove_dashboard(wide, 2).await.unwrap(), Changed::Gone);
    assert_eq!(database.change_dashboard(wide, 2, "x", "{}", "Ada").await.unwrap(), Changed::Gone);

    // There is an end to it, for each place alone.
    for number in 1..MOST_DASHBOARDS {
        let name = number.to_string();
        assert!(database.add_dashboard(&new(&name, Some(project)), "Ada").await.unwrap().is_some());
    }
    assert_eq!(database.add_dashboard(&new("more", Some(project)), "Ada").await.unwrap(), None);
    assert!(database.add_dashboard(&new("other", None), "Ada").await.unwrap().is_some());

    // Who makes a namespace again under an old name finds nothing of who was there before.
    database.remove_project(project).await.unwrap();
    let left: Vec<_> = database.dashboards(&harbour).await.unwrap().into_iter().map(|one| one.name).collect();
    assert_eq!(left, ["other"]);
}
