//! What workspaces and projects may use, and what is closed to them.

use crate::{Stage, at, garden, harbour};
use database::members::Place;
use model::{ConsoleError, Namespace, PodSecurityLevel, WorkspaceName};
use workspaces_contract::{
    Amounts, IsolationFields, MoveProjectFields, PodSecurityFields, ProjectFields, ProjectLimitFields,
    StorageClassFields, WorkspaceFields, WorkspaceLimitFields, Workspaces,
};

/// A project of the garden that is not there yet, whose pods keep to this level.
fn one_more(enforce: &str) -> ProjectFields {
    ProjectFields {
        workspace: garden(),
        cluster: "harbour".into(),
        namespace: "more".into(),
        existing: vec![],
        title: String::new(),
        description: String::new(),
        quota: Amounts::new(),
        enforce: enforce.into(),
        warn: String::new(),
    }
}

#[tokio::test]
async fn quotas_of_projects_keep_to_the_limit_of_their_workspace() {
    let (stage, ada, place) = Stage::with_garden().await;
    let Place::Workspace(workspace) = place else { unreachable!() };
    let name = |name: &str| Namespace::parse(name).unwrap();
    for namespace in ["shop", "bank"] {
        stage.database.add_project(&harbour(), &name(namespace), Some(workspace), "", "").await.unwrap();
    }
    stage.database.add_project(&harbour(), &name("alone"), None, "", "").await.unwrap();
    let by_ada = stage.as_(ada).await;
    let pods = |amount: &str| -> Amounts { [("pods".to_owned(), amount.to_owned())].into() };
    let limit =
        |amount: &str| WorkspaceLimitFields { workspace: garden(), cluster: harbour(), limits: pods(amount) };
    let quota = |namespace: &str, amount: &str| ProjectLimitFields {
        workspace: garden(),
        cluster: harbour(),
        namespace: name(namespace),
        quota: pods(amount),
        defaults: Amounts::new(),
    };

    let (field, message) = at(by_ada.limit_workspace(limit("10")).await.unwrap_err());
    assert!(field == "pods" && message.contains("bank, shop"), "without quotas anything goes: {message}");
    by_ada.limit_project(quota("shop", "6")).await.unwrap();
    by_ada.limit_project(quota("bank", "4")).await.unwrap();
    by_ada.limit_workspace(limit("10")).await.unwrap();
    assert_eq!(at(by_ada.limit_project(quota("bank", "5")).await.unwrap_err()).0, "pods");
    assert_eq!(at(by_ada.limit_project(quota("bank", "")).await.unwrap_err()).0, "pods");
    assert_eq!(at(by_ada.limit_workspace(limit("9")).await.unwrap_err()).0, "pods");
    assert_eq!(at(by_ada.create_project(one_more("")).await.unwrap_err()).0, "pods");
    let other =
        WorkspaceFields { name: "yard".into(), clusters: vec!["harbour".into()], ..Default::default() };
    by_ada.create_workspace(other).await.unwrap();
    let yard = WorkspaceName::parse("yard").unwrap();
    let id = stage.database.workspace(&yard).await.unwrap().unwrap().id;
    stage.database.add_project(&harbour(), &name("shed"), Some(id), "", "").await.unwrap();
    let moving = MoveProjectFields {
        workspace: yard,
        cluster: harbour(),
        namespace: name("shed"),
        to: "garden".into(),
    };
    assert_eq!(at(by_ada.move_project(moving).await.unwrap_err()).0, "to");

    let shown = by_ada.quotas(garden()).await.unwrap();
    let line = &shown.clusters[0].lines[0];
    assert_eq!((line.given, line.used, line.limit.as_deref()), (10.0, None, Some("10")));
    assert!(shown.clusters[0].problem.is_some(), "nobody listens there, and that is said");
    let shed = stage.database.project(&harbour(), &name("shed")).await.unwrap().unwrap();
    assert_eq!(shed.workspace, Some(id), "a project that did not fit was moved all the same");
}

#[tokio::test]
async fn a_workspace_does_not_limit_itself_and_projects_are_limited_by_who_may() {
    let (stage, ada, place) = Stage::with_garden().await;
    let Place::Workspace(workspace) = place.clone() else { unreachable!() };
    let shop = Namespace::parse("shop").unwrap();
    stage.database.add_project(&harbour(), &shop, Some(workspace), "", "").await.unwrap();
    let (bea, cleo) = (stage.account("bea", "regular").await, stage.account("cleo", "regular").await);
    stage.hold(bea, place.clone(), "workspace-admin").await;
    stage.hold(cleo, place, "workspace-viewer").await;
    let (by_bea, by_cleo) = (stage.as_(bea).await, stage.as_(cleo).await);
    let limits: Amounts = [("pods".to_owned(), "5".to_owned())].into();
    let own = WorkspaceLimitFields { workspace: garden(), cluster: harbour(), limits: limits.clone() };
    let quota = ProjectLimitFields {
        workspace: garden(),
        cluster: harbour(),
        namespace: shop,
        quota: limits,
        defaults: [("requests.cpu".to_owned(), "2".to_owned()), ("limits.cpu".to_owned(), "500m".to_owned())]
            .into(),
    };
    let isolation =
        |project: &str| IsolationFields { workspace: garden(), project: project.into(), isolated: true };

    let classes = StorageClassFields {
        workspace: garden(),
        cluster: harbour(),
        known: vec!["gold".into(), "slow".into()],
        open: vec!["slow".into()],
    };
    assert!(matches!(by_bea.limit_workspace(own).await, Err(ConsoleError::Forbidden { .. })));
    let opened = by_bea.open_storage_classes(classes.clone()).await;
    assert!(matches!(opened, Err(ConsoleError::Forbidden { .. })));
    let by_ada = stage.as_(ada).await;
    let wrong = StorageClassFields { known: vec!["../gold".into()], ..classes.clone() };
    assert_eq!(at(by_ada.open_storage_classes(wrong).await.unwrap_err()).0, "known");
    by_ada.open_storage_classes(classes).await.unwrap();
    let shown = by_bea.quotas(garden()).await.unwrap();
    assert_eq!(shown.clusters[0].classes.closed, ["gold".to_owned()].into());
    assert_eq!(at(by_bea.limit_project(quota.clone()).await.unwrap_err()).0, "default.requests.cpu");
    let quota = ProjectLimitFields { defaults: Amounts::new(), ..quota };
    assert!(matches!(by_cleo.limit_project(quota.clone()).await, Err(ConsoleError::Forbidden { .. })));
    assert!(matches!(by_cleo.isolate(isolation("")).await, Err(ConsoleError::Forbidden { .. })));
    by_bea.limit_project(quota).await.unwrap();
    by_bea.isolate(isolation("")).await.unwrap();
    by_bea.isolate(isolation("harbour/shop")).await.unwrap();
    let refused = by_bea.isolate(isolation("harbour/elsewhere")).await;
    assert!(matches!(refused, Err(ConsoleError::NotFound { .. })), "{refused:?}");

    let limits = stage.database.limits().await.unwrap();
    assert_eq!((limits.isolated_workspaces.len(), limits.isolated_projects.len()), (1, 1));
    assert!(by_cleo.quotas(garden()).await.unwrap().is_isolated);
}

#[tokio::test]
async fn who_manages_projects_says_what_their_pods_may_and_opens_no_nodes() {
    let (stage, ada, place) = Stage::with_garden().await;
    let Place::Workspace(workspace) = place.clone() else { unreachable!() };
    let shop = Namespace::parse("shop").unwrap();
    let project = stage.database.add_project(&harbour(), &shop, Some(workspace), "", "").await.unwrap();
    let bea = stage.account("bea", "regular").await;
    stage.hold(bea, place, "workspace-admin").await;
    let cleo = stage.account("cleo", "regular").await;
    stage.hold(cleo, Place::Project(project), "project-admin").await;
    let (by_ada, by_bea, by_cleo) = (stage.as_(ada).await, stage.as_(bea).await, stage.as_(cleo).await);
    let enforced = |level: &str| PodSecurityFields {
        workspace: garden(),
        cluster: harbour(),
        namespace: shop.clone(),
        enforce: level.into(),
        warn: "restricted".into(),
    };
    let level = async || {
        let limits = stage.database.limits().await.unwrap();
        limits.pod_security.get(&project).and_then(|asked| asked.enforce)
    };

    by_bea.secure_pods(enforced("baseline")).await.unwrap();
    assert_eq!(level().await, Some(PodSecurityLevel::Baseline));
    let shown = by_bea.workspace(garden()).await.unwrap();
    assert_eq!(shown.projects[0].pod_security.warn, Some(PodSecurityLevel::Restricted));

    assert!(by_cleo.secure_pods(enforced("")).await.is_err(), "who holds the project lifts nothing");
    assert_eq!(at(by_bea.secure_pods(enforced("strict")).await.unwrap_err()).0, "enforce");
    let refused = by_bea.secure_pods(enforced("privileged")).await;
    assert!(matches!(refused, Err(ConsoleError::Forbidden { .. })), "{refused:?}");
    assert!(matches!(
        by_bea.create_project(one_more("privileged")).await,
        Err(ConsoleError::Forbidden { .. })
    ));
    assert_eq!(level().await, Some(PodSecurityLevel::Baseline));
    by_ada.secure_pods(enforced("privileged")).await.unwrap();
    assert_eq!(level().await, Some(PodSecurityLevel::Privileged));

    let warned = PodSecurityFields { warn: "baseline".into(), ..enforced("privileged") };
    by_bea.secure_pods(warned).await.unwrap();
    let shown = by_bea.workspace(garden()).await.unwrap().projects[0].pod_security;
    assert_eq!(shown.enforce, Some(PodSecurityLevel::Privileged), "who leaves it opens nothing");
    assert_eq!(shown.warn, Some(PodSecurityLevel::Baseline));
    by_bea.secure_pods(enforced("baseline")).await.unwrap();
    let refused = by_bea.secure_pods(enforced("privileged")).await;
    assert!(matches!(refused, Err(ConsoleError::Forbidden { .. })), "closed is closed: {refused:?}");
    assert_eq!(level().await, Some(PodSecurityLevel::Baseline));
}
