//! Who somebody from a provider is here.

use super::*;
use crate::Visitor;
use database::accounts::NewAccount;
use database::members::{NewMember, Place};
use database::workspaces::WorkspaceFacts;
use model::{ClusterName, Namespace, WorkspaceName};
use providers_contract::Mapping;
use uuid::Uuid;
use workspaces_contract::MemberPlace;

fn visitor() -> Visitor {
    Visitor { address: [127, 0, 0, 1].into(), request_id: "1".into() }
}

fn arrived(subject: &str, name: &str, groups: &[&str]) -> Arrived {
    Arrived {
        person: database::identities::Person {
            issuer: "https://login.example".into(),
            subject: subject.into(),
        },
        name: name.into(),
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        session_there: None,
        id_token: None,
        refresh: None,
    }
}

async fn world(change: impl FnOnce(&mut Settings)) -> (Database, Registry, Provider) {
    let database = Database::in_memory().await.unwrap();
    let registry = Registry::new(database.clone(), Seal::random(), "http://console.example");
    let mut settings = settings(Kind::OpenId, "https://login.example");
    let place = |text: &str| MemberPlace::try_from(text.to_owned()).ok();
    settings.mappings = [
        ("admirals", "administrator", None),
        ("gardeners", "workspace-viewer", place("workspace/garden")),
        ("sailors", "project-editor", place("project/harbour/shop")),
        ("sailors", "project-editor", place("project/harbour/nowhere")),
    ]
    .map(|(group, role, place)| Mapping { group: group.into(), role: role.into(), place })
    .into();
    change(&mut settings);
    let id = registry.add(&settings, SECRET).await.unwrap();
    let provider = registry.enabled(&id).await.unwrap();
    (database, registry, provider)
}

async fn enter(registry: &Registry, provider: &Provider, arrived: Arrived) -> Result<Entrance, EntryRefused> {
    registry.enter(provider, arrived, "/", &visitor()).await
}

fn account(entrance: Entrance) -> Uuid {
    match entrance {
        Entrance::Account(account) => account,
        Entrance::ChooseName(newcomer) => panic!("{} is to choose a name", newcomer.name),
    }
}

async fn is_administrator(database: &Database, account: Uuid) -> bool {
    database.account(account).await.unwrap().unwrap().role == "administrator"
}

async fn add_ada(database: &Database) -> Uuid {
    let ada = NewAccount {
        name: "Ada".into(),
        role: "administrator".into(),
        password_hash: Some("x".into()),
        ..NewAccount::default()
    };
    database.add_account(&ada).await.unwrap()
}

#[tokio::test]
async fn the_same_person_is_the_same_account_under_any_name() {
    let (database, registry, provider) = world(|_| ()).await;

    let first = account(enter(&registry, &provider, arrived("1", "grace", &[])).await.unwrap());
    let again = account(enter(&registry, &provider, arrived("1", "renamed", &[])).await.unwrap());

    assert_eq!(first, again);
    assert_eq!(database.account(first).await.unwrap().unwrap().name, "grace");
    assert!(!is_administrator(&database, first).await);
}

#[tokio::test]
async fn somebody_with_the_name_of_another_gets_an_account_of_their_own() {
    let (database, registry, provider) = world(|_| ()).await;
    let ada = add_ada(&database).await;

    let entrance = enter(&registry, &provider, arrived("1", "ADA", &[])).await.unwrap();
    let Entrance::ChooseName(newcomer) = entrance else { panic!("ADA came in as {entrance:?}") };
    let newcomer = newcomer.arrived(&provider.settings);
    let taken = registry.enter_new(&provider, &newcomer, "ada ", &visitor()).await;
    assert!(matches!(taken, Err(EntryRefused::NameTaken)), "{taken:?}");
    let other = registry.enter_new(&provider, &newcomer, "ada two", &visitor()).await.unwrap();

    assert_ne!(other, ada);
    assert!(!is_administrator(&database, other).await);
    assert_eq!(account(enter(&registry, &provider, arrived("1", "ADA", &[])).await.unwrap()), other);
}

#[tokio::test]
async fn a_provider_that_makes_no_accounts_lets_in_who_is_linked() {
    let (database, registry, provider) = world(|settings| settings.makes_accounts = false).await;
    let ada = add_ada(&database).await;

    let stranger = enter(&registry, &provider, arrived("1", "grace", &[])).await;
    assert!(matches!(stranger, Err(EntryRefused::Stranger)), "{stranger:?}");
    let person = arrived("2", "ada", &[]).person;
    assert!(database.link_identity(&person, &provider.id, ada, "ada").await.unwrap());
    assert!(!database.link_identity(&person, &provider.id, ada, "ada").await.unwrap(), "linked twice");

    assert_eq!(account(enter(&registry, &provider, arrived("2", "ada", &[])).await.unwrap()), ada);
}

#[tokio::test]
async fn a_disabled_account_stays_out_through_its_provider_too() {
    let (database, registry, provider) = world(|_| ()).await;
    let grace = account(enter(&registry, &provider, arrived("1", "grace", &[])).await.unwrap());

    database.set_enabled(grace, false).await.unwrap();

    let refused = enter(&registry, &provider, arrived("1", "grace", &[])).await;
    assert!(matches!(refused, Err(EntryRefused::Disabled)), "{refused:?}");
}

#[tokio::test]
async fn a_group_gives_a_role_and_takes_back_what_it_gave() {
    let (database, registry, provider) = world(|_| ()).await;

    let grace = account(enter(&registry, &provider, arrived("1", "grace", &["admirals"])).await.unwrap());
    assert!(is_administrator(&database, grace).await);
    enter(&registry, &provider, arrived("1", "grace", &["admirals"])).await.unwrap();
    enter(&registry, &provider, arrived("1", "grace", &["sailors"])).await.unwrap();

    assert!(!is_administrator(&database, grace).await);
}

#[tokio::test]
async fn a_group_does_not_take_back_what_somebody_here_gave() {
    let (database, registry, provider) = world(|_| ()).await;
    let ada = add_ada(&database).await;
    database.link_identity(&arrived("1", "ada", &[]).person, &provider.id, ada, "ada").await.unwrap();

    for groups in [&["admirals"][..], &[], &["admirals"], &[]] {
        enter(&registry, &provider, arrived("1", "ada", groups)).await.unwrap();
        assert!(is_administrator(&database, ada).await, "{groups:?}");
    }
}

#[tokio::test]
async fn groups_give_roles_in_places_and_take_back_only_those() {
    let (database, registry, provider) = world(|_| ()).await;
    let ada = add_ada(&database).await;
    let name = WorkspaceName::parse("garden").unwrap();
    let facts = WorkspaceFacts::default();
    let garden = Place::Workspace(database.add_workspace(&name, &facts, ada).await.unwrap());
    let harbour = ClusterName::parse("harbour").unwrap();
    let shop = database.ensure_project(&harbour, &Namespace::parse("shop").unwrap()).await.unwrap();
    let shop = Place::Project(shop);

    let grace = enter(&registry, &provider, arrived("1", "grace", &["gardeners", "sailors"])).await.unwrap();
    let grace = account(grace);
    let by_hand =
        NewMember { account: grace, place: shop.clone(), role: "project-admin".into(), source: "".into() };
    database.set_member(&by_hand).await.unwrap();
    let held = database.memberships_of(grace).await.unwrap();
    assert_eq!(held.len(), 3, "two by groups, one by hand, none in a place that is not there: {held:?}");
    enter(&registry, &provider, arrived("1", "grace", &["gardeners"])).await.unwrap();

    let held = database.memberships_of(grace).await.unwrap();
    let left: Vec<_> = held.iter().map(|one| (&one.place, one.role.as_str(), one.source.as_str())).collect();
    let expected = [(&shop, "project-admin", ""), (&garden, "workspace-viewer", provider.id.as_str())];
    assert_eq!(left, expected);
    database.remove_provider(&provider.id).await.unwrap();
    assert_eq!(database.memberships_of(grace).await.unwrap().len(), 1, "a provider that is gone still gives");
}

#[tokio::test]
async fn groups_give_nothing_in_another_place_of_the_name_until_the_provider_is_saved_again() {
    let (database, registry, provider) = world(|_| ()).await;
    let ada = add_ada(&database).await;
    let (name, facts) = (WorkspaceName::parse("garden").unwrap(), WorkspaceFacts::default());
    let (harbour, shop) = (ClusterName::parse("harbour").unwrap(), Namespace::parse("shop").unwrap());
    let make = async || {
        let project = database.ensure_project(&harbour, &shop).await.unwrap();
        (project, database.add_workspace(&name, &facts, ada).await.unwrap())
    };
    let come = async || {
        let grace = enter(&registry, &provider, arrived("1", "grace", &["gardeners", "sailors"])).await;
        let held = database.memberships_of(account(grace.unwrap())).await.unwrap();
        held.into_iter().map(|member| member.place).collect::<Vec<_>>()
    };
    let (project, workspace) = make().await;
    assert_eq!(come().await, [Place::Project(project), Place::Workspace(workspace)]);

    database.remove_project(project).await.unwrap();
    database.remove_workspace(workspace).await.unwrap();
    let (project, workspace) = make().await;
    assert!(come().await.is_empty(), "what is somebody else's now is given by its name");

    let provider = registry.enabled(&provider.id).await.unwrap();
    assert!(registry.change(&provider.id, provider.version, &provider.settings, "").await.unwrap());
    assert_eq!(come().await, [Place::Project(project), Place::Workspace(workspace)]);
}

#[tokio::test]
async fn an_invitation_lets_a_stranger_in_where_no_accounts_are_made() {
    let (database, registry, provider) = world(|settings| settings.makes_accounts = false).await;
    let ada = add_ada(&database).await;
    let token = crate::Token::random();
    let offer = database::invitations::NewInvitation {
        place: Place::Cluster(ClusterName::parse("harbour").unwrap()),
        role: "cluster-viewer".into(),
        note: String::new(),
        invited_by: ada,
        expires_at: now() + 60,
    };
    database.add_invitation(&token.hash(), &offer).await.unwrap();
    let invited = format!("/invitation?token={}", token.reveal());

    let stranger =
        registry.enter(&provider, arrived("1", "grace", &[]), "/invitation?token=x", &visitor()).await;
    assert!(matches!(stranger, Err(EntryRefused::Stranger)), "{stranger:?}");
    let guest = registry.enter(&provider, arrived("1", "grace", &[]), &invited, &visitor()).await.unwrap();

    assert!(database.memberships_of(account(guest)).await.unwrap().is_empty(), "nobody accepted it yet");
}

#[tokio::test]
async fn the_last_way_in_cannot_be_unlinked() {
    let (database, registry, provider) = world(|_| ()).await;
    let grace = account(enter(&registry, &provider, arrived("1", "grace", &[])).await.unwrap());
    let (first, second) = (arrived("1", "", &[]).person, arrived("2", "", &[]).person);

    assert!(!database.unlink_identity(grace, &first).await.unwrap());
    database.link_identity(&second, &provider.id, grace, "grace two").await.unwrap();
    assert!(database.unlink_identity(grace, &first).await.unwrap());
    assert!(!database.unlink_identity(grace, &second).await.unwrap());
}

#[tokio::test]
async fn a_link_waits_for_the_word_of_the_account_in_its_session() {
    let (_, registry, provider) = world(|_| ()).await;
    let (ada, eve) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let pending = PendingLink::new(&provider, &arrived("1", "grace", &[]), ada, "session");
    let cookie = pending.to_cookie(registry.seal());

    assert!(PendingLink::from_cookie(&cookie, registry.seal(), ada, Some("session")).is_some());
    assert!(PendingLink::from_cookie(&cookie, registry.seal(), eve, Some("session")).is_none());
    assert!(PendingLink::from_cookie(&cookie, registry.seal(), ada, Some("another")).is_none());
    assert!(PendingLink::from_cookie(&cookie, registry.seal(), ada, None).is_none());
}

#[tokio::test]
async fn removing_a_provider_ends_what_it_began() {
    let (database, registry, provider) = world(|_| ()).await;
    let grace = account(enter(&registry, &provider, arrived("1", "grace", &[])).await.unwrap());
    let session = database::sessions::StoredSession {
        id_hash: "here".into(),
        account_id: Some(grace),
        data: "{}".into(),
        expires_at: now() + 60,
    };
    database.add_session(&session).await.unwrap();
    database.note_provider_session("here", &provider.id, "1", None).await.unwrap();

    assert!(database.remove_provider(&provider.id).await.unwrap());

    assert_eq!(database.session("here").await.unwrap(), None);
    assert!(database.identities_of(grace).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_newcomer_fits_into_a_cookie_with_all_that_their_groups_give() {
    let long = |index: usize| format!("CN=group-{index:03},{}", "OU=department,".repeat(35));
    let (database, registry, provider) = world(|settings| {
        let mapping = |index| Mapping { group: long(index), role: "administrator".into(), place: None };
        settings.mappings = (0..60).map(mapping).collect();
    })
    .await;
    add_ada(&database).await;
    let groups: Vec<String> = (0..60).map(long).collect();
    let mut who = arrived("7", "Ada", &groups.iter().map(String::as_str).collect::<Vec<_>>());
    who.session_there = Some("s".repeat(255));
    let next = format!("/clusters/harbour/pods?search={}", "x".repeat(2000));

    let entrance = registry.enter(&provider, who, &next, &visitor()).await.unwrap();

    let Entrance::ChooseName(newcomer) = entrance else { panic!("{entrance:?}") };
    let cookie = newcomer.to_cookie(registry.seal());
    assert!(cookie.len() < 3900, "{} bytes", cookie.len());
    let back = Newcomer::from_cookie(&cookie, registry.seal()).unwrap();
    assert_eq!(back.next, "/");
    let back = back.arrived(&provider.settings);
    assert_eq!(back.groups, groups[..40], "their names are known again");
    let account = registry.enter_new(&provider, &back, "Ada two", &visitor()).await.unwrap();
    assert!(is_administrator(&database, account).await);
}
