//! Workspaces, who is in them, and what their roles may be.

use crate::{Stage, at, garden, member};
use access::{Need, Verb};
use database::members::Place;
use model::{ConsoleError, Tier, Timestamp, WorkspaceName};
use people_contract::{People, PersonFields};
use workspaces_contract::{
    Amounts, MemberFields, MemberPlace, ProjectFields, RemoveMemberFields, RoleFields, RolePlace,
    WorkspaceFields, Workspaces,
};

#[tokio::test]
async fn a_workspace_is_unknown_to_who_is_not_in_it() {
    let (stage, ..) = Stage::with_garden().await;
    let eve = stage.account("eve", "regular").await;
    let eve = stage.as_(eve).await;

    let foreign = eve.workspace(garden()).await.unwrap_err();
    let missing = eve.workspace(WorkspaceName::parse("desert").unwrap()).await.unwrap_err();

    assert_eq!(foreign.to_string().replace("garden", "desert"), missing.to_string());
    assert!(eve.workspaces().await.unwrap().workspaces.is_empty());
    let members = eve.members(MemberPlace::Workspace(garden())).await.unwrap_err();
    assert!(matches!(members, ConsoleError::NotFound { .. }), "{members}");
    let fields = WorkspaceFields {
        name: "mine".into(),
        clusters: vec!["harbour".into()],
        ..WorkspaceFields::default()
    };
    let refused = eve.create_workspace(fields).await;
    assert!(matches!(refused, Err(ConsoleError::Forbidden { .. })));
    assert!(stage.database.workspace(&WorkspaceName::parse("mine").unwrap()).await.unwrap().is_none());
}

#[tokio::test]
async fn nobody_gives_takes_or_makes_more_than_they_have() {
    let (stage, ada, place) = Stage::with_garden().await;
    let (bea, cleo) = (stage.account("bea", "regular").await, stage.account("cleo", "regular").await);
    let keeper = stage.own_role(Tier::Workspace, "members.manage workspace.view roles.manage").await;
    stage.hold(bea, place.clone(), &keeper).await;
    let by_bea = stage.as_(bea).await;

    let (field, message) = at(by_bea.set_member(member("cleo", "workspace-admin")).await.unwrap_err());
    assert_eq!(field, "role");
    assert!(message.contains("projects.manage"), "{message}");
    let (field, _) = at(by_bea.set_member(member("ada", "workspace-member")).await.unwrap_err());
    assert_eq!(field, "name", "an administrator of the workspace was made less by who is less");
    let take = RemoveMemberFields { place: MemberPlace::Workspace(garden()), name: "ada".into() };
    assert_eq!(at(by_bea.remove_member(take).await.unwrap_err()).0, "name");
    let role = RoleFields {
        id: String::new(),
        workspace: "garden".into(),
        tier: Tier::Project,
        title: "Mighty".into(),
        description: String::new(),
        permissions: vec!["secrets.read".into()],
        seen: String::new(),
    };
    assert_eq!(at(by_bea.save_role(role).await.unwrap_err()).0, "permissions");

    by_bea.set_member(member("cleo", "workspace-member")).await.unwrap();
    let held = stage.database.memberships_of(cleo).await.unwrap();
    assert_eq!((held[0].role.as_str(), &held[0].place), ("workspace-member", &place));
    assert!(stage.as_(ada).await.roles(RolePlace::Workspace(garden())).await.is_ok());
}

#[tokio::test]
async fn a_workspace_is_not_told_how_many_hold_a_role_elsewhere() {
    let (stage, ada, place) = Stage::with_garden().await;
    let fields =
        WorkspaceFields { name: "orchard".into(), clusters: vec!["harbour".into()], ..Default::default() };
    stage.as_(ada).await.create_workspace(fields).await.unwrap();
    let orchard = WorkspaceName::parse("orchard").unwrap();
    let elsewhere = Place::Workspace(stage.database.workspace(&orchard).await.unwrap().unwrap().id);
    let (bea, cleo) = (stage.account("bea", "regular").await, stage.account("cleo", "regular").await);
    stage.hold(bea, elsewhere.clone(), "workspace-viewer").await;
    stage.hold(cleo, elsewhere, "workspace-viewer").await;
    stage.hold(cleo, place, "workspace-viewer").await;
    let by_ada = stage.as_(ada).await;

    let holders = async |place: RolePlace| {
        let roles = by_ada.roles(place).await.unwrap().roles;
        roles.into_iter().find(|role| role.summary.id == "workspace-viewer").unwrap().holders
    };
    assert_eq!(holders(RolePlace::Workspace(garden())).await, 1);
    assert_eq!(holders(RolePlace::Platform).await, 2, "who holds it twice is one person");
}

#[tokio::test]
async fn nobody_takes_from_a_role_what_they_do_not_have() {
    let (stage, ada, place) = Stage::with_garden().await;
    let bea = stage.account("bea", "regular").await;
    let keeper = stage.own_role(Tier::Workspace, "workspace.view roles.manage").await;
    stage.hold(bea, place, &keeper).await;
    let mighty = |id: String, permissions: &[&str]| RoleFields {
        id,
        workspace: "garden".into(),
        tier: Tier::Workspace,
        title: "Mighty".into(),
        description: String::new(),
        permissions: permissions.iter().map(|word| (*word).to_owned()).collect(),
        seen: String::new(),
    };
    let made = mighty(String::new(), &["workspace.view", "projects.manage"]);
    stage.as_(ada).await.save_role(made).await.unwrap();
    let roles = stage.database.own_roles().await.unwrap();
    let id = roles.into_iter().find(|role| role.title == "Mighty").unwrap().id.to_string();

    let refused = stage.as_(bea).await.save_role(mighty(id, &["workspace.view"])).await.unwrap_err();

    assert_eq!(at(refused).0, "permissions");
}

#[tokio::test]
async fn what_somebody_took_from_a_role_does_not_come_back_with_an_older_form() {
    let (stage, ada, _) = Stage::with_garden().await;
    let by_ada = stage.as_(ada).await;
    let form = |id: &str, permissions: &[&str], seen: &str| RoleFields {
        id: id.into(),
        workspace: "garden".into(),
        tier: Tier::Workspace,
        title: "Keepers".into(),
        description: String::new(),
        permissions: permissions.iter().map(|word| (*word).to_owned()).collect(),
        seen: seen.into(),
    };
    by_ada.save_role(form("", &["workspace.view", "roles.manage"], "")).await.unwrap();
    let roles = async || {
        let roles = by_ada.roles(RolePlace::Workspace(garden())).await.unwrap().roles;
        roles.into_iter().find(|role| role.summary.title.as_deref() == Some("Keepers")).unwrap()
    };
    let shown = roles().await;
    let id = shown.summary.id.clone();

    by_ada.save_role(form(&id, &["workspace.view"], &shown.seen())).await.unwrap();
    let late = form(&id, &["workspace.view", "roles.manage"], &shown.seen());
    assert_eq!(at(by_ada.save_role(late).await.unwrap_err()).0, "permissions");

    assert_eq!(roles().await.permissions, ["workspace.view"]);
}

#[tokio::test]
async fn a_role_given_for_a_time_stands_instead_of_the_one_for_good_and_has_its_end() {
    let (stage, ada, place) = Stage::with_garden().await;
    let bea = stage.account("bea", "regular").await;
    stage.hold(bea, place.clone(), "workspace-admin").await;
    let by_ada = stage.as_(ada).await;
    let until = |until: &str| MemberFields { until: until.into(), ..member("bea", "workspace-viewer") };
    let held = async || {
        let members = stage.database.memberships_of(bea).await.unwrap();
        members.into_iter().map(|member| (member.role, member.ends_at)).collect::<Vec<_>>()
    };

    for wrong in ["tomorrow", "2020-01-01T00:00", "2200-01-01T00:00"] {
        assert_eq!(at(by_ada.set_member(until(wrong)).await.unwrap_err()).0, "until", "{wrong}");
    }
    assert_eq!(held().await, [("workspace-admin".to_owned(), None)], "a wrong end changes nothing");

    let end = Timestamp(database::now_seconds() + 7200);
    by_ada.set_member(until(&end.to_minutes())).await.unwrap();
    assert_eq!(held().await, [("workspace-viewer".to_owned(), Some(end.0 - end.0 % 60))]);
    let shown = by_ada.members(MemberPlace::Workspace(garden())).await.unwrap();
    let shown = shown.members.iter().find(|member| member.name == "bea").unwrap();
    assert_eq!(shown.until, Some(Timestamp(end.0 - end.0 % 60)));

    by_ada.set_member(until("")).await.unwrap();
    assert_eq!(held().await, [("workspace-viewer".to_owned(), None)]);
}

#[tokio::test]
async fn a_namespace_of_the_cluster_itself_becomes_nobodys_project() {
    let (stage, ada, _) = Stage::with_garden().await;
    let by_ada = stage.as_(ada).await;

    for namespace in ["default", "kube-system", "kube-something"] {
        let fields = ProjectFields {
            workspace: garden(),
            cluster: "harbour".into(),
            namespace: namespace.into(),
            existing: Vec::new(),
            title: String::new(),
            description: String::new(),
            quota: Amounts::default(),
            enforce: String::new(),
            warn: String::new(),
        };
        let (field, message) = at(by_ada.create_project(fields).await.unwrap_err());
        assert_eq!(field, "namespace", "{namespace}: {message}");
    }
}

#[tokio::test]
async fn a_refused_command_changes_nothing_and_stands_in_the_trail() {
    let (stage, ..) = Stage::with_garden().await;
    let eve = stage.account("eve", "regular").await;

    let by_eve = stage.as_(eve).await;
    let fields = PersonFields { name: "x".into(), ..PersonFields::default() };
    assert!(by_eve.create_person(fields).await.is_err());
    let place = MemberPlace::Workspace(garden());
    assert!(by_eve.set_member(member("eve", "workspace-admin")).await.is_err());

    assert!(stage.database.account_named("x").await.unwrap().is_none());
    assert!(stage.database.memberships_of(eve).await.unwrap().is_empty(), "{place}");
    let rights = stage.database.rights(eve).await.unwrap();
    assert!(rights.workspaces.is_empty());
    let need = Need::platform(Verb::Create, "accounts");
    assert!(need.is_recorded(), "changes of accounts leave a trace");
}
