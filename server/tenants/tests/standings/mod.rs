//! How projects are, where their cluster says nothing.

use crate::{Stage, garden, harbour};
use database::members::Place;
use model::{ConsoleError, Namespace};
use workspaces_contract::{Amounts, ProjectLimitFields, Use, Workspaces};

#[tokio::test]
async fn of_a_cluster_that_does_not_answer_nothing_is_made_up() {
    let (stage, ada, place) = Stage::with_garden().await;
    let Place::Workspace(workspace) = place else { unreachable!() };
    let shop = Namespace::parse("shop").unwrap();
    stage.database.add_project(&harbour(), &shop, Some(workspace), "", "").await.unwrap();
    let by_ada = stage.as_(ada).await;
    let limits = ProjectLimitFields {
        workspace: garden(),
        cluster: harbour(),
        namespace: shop,
        quota: [("limits.cpu".to_owned(), "4".to_owned())].into(),
        defaults: Amounts::new(),
    };
    by_ada.limit_project(limits).await.unwrap();

    let standings = by_ada.standings(garden()).await.unwrap();

    let [shop] = standings.projects.as_slice() else { panic!("{standings:?}") };
    assert_eq!((&shop.status, shop.workloads), (&None, None));
    assert_eq!(shop.cpu, Use { measured: None, quota: Some(4.0) }, "the console knows its own quotas");
    assert_eq!(shop.memory, Use::default());
    assert_eq!(standings.silent.len(), 1, "{standings:?}");
}

#[tokio::test]
async fn who_may_not_see_a_workspace_learns_nothing_of_its_projects() {
    let (stage, _, place) = Stage::with_garden().await;
    let Place::Workspace(workspace) = place else { unreachable!() };
    let (shop, bank) = (Namespace::parse("shop").unwrap(), Namespace::parse("bank").unwrap());
    for namespace in [&shop, &bank] {
        stage.database.add_project(&harbour(), namespace, Some(workspace), "", "").await.unwrap();
    }
    let eve = stage.account("eve", "regular").await;
    let refused = stage.as_(eve).await.standings(garden()).await.unwrap_err();
    assert!(matches!(refused, ConsoleError::NotFound { .. }), "{refused}");

    // A member of one project who may look at the workspace sees that one.
    let project = stage.database.project(&harbour(), &shop).await.unwrap().unwrap();
    stage.hold(eve, Place::Project(project.id), "project-viewer").await;
    stage.hold(eve, place, "workspace-member").await;
    let seen = stage.as_(eve).await.standings(garden()).await.unwrap();
    let names: Vec<&str> = seen.projects.iter().map(|one| one.namespace.as_str()).collect();
    assert_eq!(names, ["shop"]);
}
