//! How people come to what they hold: by departments, invitations, and what is known of them elsewhere.

use crate::{Stage, at, garden};
use database::accounts::NewAccount;
use identity::{Token, Visitor};
use model::{ConsoleError, Tier};
use people_contract::{People, PersonLinkFields};
use providers_contract::{Kind, Settings};
use tenants::{AcceptRefused, Guest};
use workspaces_contract::{
    DepartmentFields, DepartmentMemberFields, DepartmentRoleFields, InvitationFields, MemberPlace,
    RemoveDepartmentFields, RemoveInvitationFields, RolePlace, Workspaces,
};

#[tokio::test]
async fn whoever_is_in_a_department_holds_what_it_and_those_above_it_hold() {
    let (stage, ada, place) = Stage::with_garden().await;
    let bea = stage.account("bea", "regular").await;
    let by_ada = stage.as_(ada).await;
    let make = |title: &str, parent: &str| DepartmentFields {
        workspace: "garden".into(),
        title: title.into(),
        parent: parent.into(),
        ..DepartmentFields::default()
    };
    let above = by_ada.save_department(make("Gardeners", "")).await.unwrap();
    let below = by_ada.save_department(make("Roses", &above)).await.unwrap();
    let give = |id: &str, role: &str| DepartmentRoleFields {
        workspace: "garden".into(),
        id: id.into(),
        place: MemberPlace::Workspace(garden()),
        role: role.into(),
    };
    by_ada.set_department_role(give(&above, "workspace-viewer")).await.unwrap();
    let join = |leaves| DepartmentMemberFields {
        workspace: "garden".into(),
        id: below.clone(),
        name: "bea".into(),
        leaves,
    };
    by_ada.set_department_member(join(false)).await.unwrap();

    let held = stage.database.memberships_of(bea).await.unwrap();
    assert_eq!((held.len(), held[0].role.as_str(), &held[0].place), (1, "workspace-viewer", &place));
    assert!(stage.as_(bea).await.workspace(garden()).await.is_ok());
    let members = by_ada.members(MemberPlace::Workspace(garden())).await.unwrap();
    let bea_row = members.inherited.iter().find(|row| row.name == "bea").unwrap();
    assert_eq!(bea_row.department.as_deref(), Some("Gardeners"));
    let shown = by_ada.departments(RolePlace::Workspace(garden()), Some(below.clone())).await.unwrap();
    assert_eq!(shown.departments.iter().map(|row| row.depth).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(shown.departments[0].people, 1, "people below count above");
    assert_eq!(shown.chosen.unwrap().inherited[0].0, "Gardeners");
    let circle = DepartmentFields { id: above.clone(), ..make("Gardeners", &below) };
    assert_eq!(at(by_ada.save_department(circle).await.unwrap_err()).0, "parent");
    let remove = RemoveDepartmentFields { workspace: "garden".into(), id: above };
    assert_eq!(at(by_ada.remove_department(remove).await.unwrap_err()).0, "id");

    by_ada.set_department_member(join(true)).await.unwrap();
    assert!(stage.database.memberships_of(bea).await.unwrap().is_empty());
    assert!(stage.as_(bea).await.workspace(garden()).await.is_err());
}

#[tokio::test]
async fn nobody_gives_by_a_department_what_they_do_not_have() {
    let (stage, ada, place) = Stage::with_garden().await;
    let bea = stage.account("bea", "regular").await;
    stage.account("cleo", "regular").await;
    let keeper = stage.own_role(Tier::Workspace, "members.manage workspace.view").await;
    stage.hold(bea, place, &keeper).await;
    let (by_ada, by_bea) = (stage.as_(ada).await, stage.as_(bea).await);
    let fields = |title: &str, parent: String| DepartmentFields {
        workspace: "garden".into(),
        title: title.into(),
        parent,
        ..DepartmentFields::default()
    };
    let mighty = by_ada.save_department(fields("Mighty", String::new())).await.unwrap();
    let role = |id: &str| DepartmentRoleFields {
        workspace: "garden".into(),
        id: id.into(),
        place: MemberPlace::Workspace(garden()),
        role: "workspace-admin".into(),
    };
    by_ada.set_department_role(role(&mighty)).await.unwrap();
    let plain = by_bea.save_department(fields("Plain", String::new())).await.unwrap();
    let join = |id: &str, name: &str| DepartmentMemberFields {
        workspace: "garden".into(),
        id: id.into(),
        name: name.into(),
        leaves: false,
    };

    assert_eq!(at(by_bea.set_department_role(role(&plain)).await.unwrap_err()).0, "role");
    assert_eq!(at(by_bea.set_department_member(join(&mighty, "bea")).await.unwrap_err()).0, "name");
    by_bea.set_department_member(join(&plain, "cleo")).await.unwrap();
    let under = DepartmentFields { id: plain.clone(), ..fields("Plain", mighty.clone()) };
    assert_eq!(at(by_bea.save_department(under).await.unwrap_err()).0, "parent");
    let remove = RemoveDepartmentFields { workspace: "garden".into(), id: mighty };
    assert_eq!(at(by_bea.remove_department(remove).await.unwrap_err()).0, "id");
    let elsewhere = DepartmentFields { workspace: String::new(), ..fields("Everywhere", String::new()) };
    let refused = by_bea.save_department(elsewhere).await;
    assert!(matches!(refused, Err(ConsoleError::Forbidden { .. })), "{refused:?}");
}

fn visitor() -> Visitor {
    Visitor { address: [127, 0, 0, 1].into(), request_id: "test".into() }
}

fn invitation(role: &str) -> InvitationFields {
    let place = MemberPlace::Workspace(garden());
    InvitationFields { place, role: role.into(), note: "for the new one".into(), days: 7 }
}

#[tokio::test]
async fn an_invitation_gives_its_role_once() {
    let (stage, ada, place) = Stage::with_garden().await;
    let (bea, cleo) = (stage.account("bea", "regular").await, stage.account("cleo", "regular").await);
    let by_ada = stage.as_(ada).await;
    let token = by_ada.invite(invitation("workspace-viewer")).await.unwrap();
    let token = Token::presented(&token);
    let offer = stage.tenants.offer(&token).await.unwrap().unwrap();
    assert_eq!((offer.invited_by.as_str(), offer.role.id.as_str()), ("ada", "workspace-viewer"));

    let twice = stage.tenants.accept(&token, Guest::Account(ada), &visitor()).await;
    assert!(matches!(twice, Err(AcceptRefused::HoldsRole)), "{twice:?}");
    let taken = NewAccount { name: "BEA".into(), role: "regular".into(), ..NewAccount::default() };
    let taken = stage.tenants.accept(&token, Guest::New(taken), &visitor()).await;
    assert!(matches!(taken, Err(AcceptRefused::NameTaken)), "{taken:?}");
    stage.tenants.accept(&token, Guest::Account(bea), &visitor()).await.unwrap();
    let late = stage.tenants.accept(&token, Guest::Account(cleo), &visitor()).await;

    assert!(matches!(late, Err(AcceptRefused::Gone)), "{late:?}");
    let held = stage.database.memberships_of(bea).await.unwrap();
    assert_eq!((held[0].role.as_str(), &held[0].place), ("workspace-viewer", &place));
    assert!(stage.database.memberships_of(cleo).await.unwrap().is_empty());
    let new = by_ada.invite(invitation("workspace-member")).await.unwrap();
    let dora = NewAccount { name: "dora".into(), role: "regular".into(), ..NewAccount::default() };
    let (dora, _) =
        stage.tenants.accept(&Token::presented(&new), Guest::New(dora), &visitor()).await.unwrap();
    assert_eq!(stage.database.memberships_of(dora).await.unwrap()[0].role, "workspace-member");
}

#[tokio::test]
async fn an_invitation_ends_with_the_right_to_invite_and_when_it_is_taken_back() {
    let (stage, ada, place) = Stage::with_garden().await;
    let bea = stage.account("bea", "regular").await;
    stage.hold(bea, place.clone(), "workspace-admin").await;
    let by_bea = stage.as_(bea).await;
    let token = Token::presented(&by_bea.invite(invitation("workspace-admin")).await.unwrap());
    assert!(stage.tenants.offer(&token).await.unwrap().is_some());

    stage.hold(bea, place.clone(), "workspace-member").await;
    assert!(stage.tenants.offer(&token).await.unwrap().is_none(), "who may not invite any more still does");
    let refused = stage.as_(bea).await.invite(invitation("workspace-member")).await;
    assert!(matches!(refused, Err(ConsoleError::Forbidden { .. })), "{refused:?}");

    let by_ada = stage.as_(ada).await;
    let token = Token::presented(&by_ada.invite(invitation("workspace-viewer")).await.unwrap());
    let here = MemberPlace::Workspace(garden());
    let open = by_ada.members(here.clone()).await.unwrap().invitations;
    let newest = open.iter().find(|one| one.invited_by == "ada").unwrap();
    by_ada.remove_invitation(RemoveInvitationFields { place: here, id: newest.id.clone() }).await.unwrap();
    assert!(stage.tenants.offer(&token).await.unwrap().is_none());
    let nonsense = InvitationFields { days: 0, ..invitation("project-admin") };
    let ConsoleError::Invalid { problems } = by_ada.invite(nonsense).await.unwrap_err() else { panic!() };
    assert_eq!(problems.iter().map(|one| one.field.as_str()).collect::<Vec<_>>(), ["days", "role"]);
}

#[tokio::test]
async fn an_invitation_ends_with_the_account_of_who_made_it() {
    let (stage, ada, _) = Stage::with_garden().await;
    let other = stage.account("bea", "administrator").await;
    let token = stage.as_(other).await.invite(invitation("workspace-viewer")).await.unwrap();
    let token = Token::presented(&token);
    assert!(stage.tenants.offer(&token).await.unwrap().is_some());

    stage.database.set_enabled(other, false).await.unwrap();

    assert!(stage.tenants.offer(&token).await.unwrap().is_none());
    let accepted = stage.tenants.accept(&token, Guest::Account(ada), &visitor()).await;
    assert!(matches!(accepted, Err(AcceptRefused::Gone)), "{accepted:?}");
}

#[tokio::test]
async fn who_somebody_is_elsewhere_is_said_by_administrators_alone() {
    let stage = Stage::new().await;
    let ada = stage.account("ada", "administrator").await;
    let role = stage.own_role(Tier::Platform, "accounts.manage").await;
    let bea = stage.account("bea", &role).await;
    let settings = Settings::draft(Kind::OpenId);
    stage.tenants.registry.add_as("company", &settings, "").await.unwrap();
    let fields = |name: &str, unlink| PersonLinkFields {
        name: name.into(),
        provider: "company".into(),
        subject: "0042".into(),
        unlink,
    };

    let refused = stage.as_(bea).await.link_person(fields("bea", false)).await;
    assert!(matches!(refused, Err(ConsoleError::Forbidden { .. })), "{refused:?}");
    let by_ada = stage.as_(ada).await;
    by_ada.link_person(fields("bea", false)).await.unwrap();
    assert_eq!(at(by_ada.link_person(fields("ada", false)).await.unwrap_err()).0, "subject", "two accounts");

    let shown = by_ada.person("bea".into()).await.unwrap();
    assert_eq!(shown.links.iter().map(|link| link.subject.as_str()).collect::<Vec<_>>(), ["0042"]);
    by_ada.link_person(fields("bea", true)).await.unwrap();
    assert!(by_ada.person("bea".into()).await.unwrap().links.is_empty());
}
