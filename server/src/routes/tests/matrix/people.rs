//! Everybody who has something to do with two tenants, and what they hold there.

use super::super::*;
use super::addresses::{Ask, RECEIVERS};
use super::contents::{mail_server, receiver};
use super::world::lantern;
use database::access_requests::{Asked, NewAccessRequest};
use database::members::{NewMember, Place};
use database::tokens::TokenScope;
use database::workspaces::WorkspaceFacts;
use model::{Namespace, Tier, WorkspaceName};
use uuid::Uuid;

/// Somebody, and what a person who knows the product says that they may see and change.
pub struct Person {
    pub name: &'static str,
    pub sees: &'static [&'static str],
    pub changes: &'static [&'static str],
    pub by: By,
}

pub enum By {
    Nothing,
    Cookie(String),
    Token(String),
}

const EVERYTHING: &[&str] =
    &["shop", "bank", "secrets of shop", "secrets of bank", "garden", "vault", "people"];

/// Name, role on the platform, roles elsewhere, what they may see, what they may change some of.
type Written = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static [&'static str],
    &'static [&'static str],
);

const PEOPLE: &[Written] = &[
    ("disabled", "regular", &[("shop", "project-admin"), ("bank", "project-admin")], &[], &[]),
    ("regular", "regular", &[], &[], &[]),
    ("creator", "creator", &[], &[], &["platform"]),
    ("auditor", "auditor", &[], &["garden", "vault", "people"], &[]),
    (
        "administrator",
        "administrator",
        &[],
        EVERYTHING,
        &["shop", "bank", "garden", "vault", "cluster", "platform"],
    ),
    ("cluster-viewer", "regular", &[("cluster", "cluster-viewer")], &["shop", "bank"], &[]),
    (
        "cluster-admin",
        "regular",
        &[("cluster", "cluster-admin")],
        &["shop", "bank", "secrets of shop", "secrets of bank"],
        &["shop", "bank", "cluster"],
    ),
    ("garden-viewer", "regular", &[("garden", "workspace-viewer")], &["garden", "shop"], &[]),
    (
        "garden-admin",
        "regular",
        &[("garden", "workspace-admin")],
        &["garden", "shop", "secrets of shop"],
        &["garden", "shop"],
    ),
    ("shop-viewer", "regular", &[("shop", "project-viewer")], &["shop"], &[]),
    ("shop-editor", "regular", &[("shop", "project-editor")], &["shop", "secrets of shop"], &["shop"]),
    ("shop-admin", "regular", &[("shop", "project-admin")], &["shop", "secrets of shop"], &["shop"]),
    (
        "vault-admin",
        "regular",
        &[("vault", "workspace-admin")],
        &["vault", "bank", "secrets of bank"],
        &["vault", "bank"],
    ),
];

/// Whose API tokens are tried too, and of which sort.
const TOKENS: &[(&str, &str, TokenScope)] = &[
    ("token of shop-editor", "shop-editor", TokenScope::Full),
    ("reading token of garden-admin", "garden-admin", TokenScope::Read),
    ("token of vault-admin", "vault-admin", TokenScope::Full),
];

/// API tokens of the administrator, each for one place: what they see and change there, and nothing else.
const PLACED: &[(&str, &str, &[&str], &[&str])] = &[
    (
        "token for lantern",
        "cluster",
        &["shop", "bank", "secrets of shop", "secrets of bank"],
        &["shop", "bank", "cluster"],
    ),
    ("token for vault", "vault", &["vault", "bank", "secrets of bank"], &["vault", "bank"]),
    ("token for shop", "shop", &["shop", "secrets of shop"], &["shop"]),
];

impl Person {
    /// Whether they are not signed in, or not any more.
    pub fn is_nobody(&self) -> bool {
        matches!(self.by, By::Nothing) || self.name == "disabled"
    }

    /// Tokens open no pages.
    pub fn can_send(&self, ask: &Ask) -> bool {
        match self.by {
            By::Token(_) => ask.takes_tokens(),
            By::Cookie(_) | By::Nothing => !ask.is_of_a_cluster(),
        }
    }
}

/// Workspaces, what is in them, and everybody. Answers departments, roles and requests.
pub async fn fill(console: &Console, people: &mut Vec<Person>) -> ([Uuid; 2], [Uuid; 2], [Uuid; 2]) {
    let database = console.database();
    let zed = NewAccount {
        name: "zed".into(),
        email: "canaryplum@example.org".into(),
        role: "regular".into(),
        ..NewAccount::default()
    };
    let zed = database.add_account(&zed).await.unwrap();
    let (mut workspaces, mut requests) = (Vec::new(), Vec::new());
    for (name, namespace, word) in [("garden", "shop", "canarypear"), ("vault", "bank", "canaryfig")] {
        let facts = WorkspaceFacts {
            title: format!("The {word}"),
            description: word.into(),
            clusters: [lantern()].into(),
        };
        database.add_workspace(&WorkspaceName::parse(name).unwrap(), &facts, zed).await.unwrap();
        let workspace = database.workspace(&WorkspaceName::parse(name).unwrap()).await.unwrap().unwrap().id;
        let around = Place::Workspace(workspace);
        assert!(database.set_mail_server(&around, "", &mail_server(word)).await.unwrap());
        let namespace = Namespace::parse(namespace).unwrap();
        let project = database.add_project(&lantern(), &namespace, Some(workspace), "", "").await.unwrap();
        let department = database.add_department(Some(workspace), None, word).await.unwrap();
        let role =
            database.add_role(Tier::Workspace, Some(workspace), word, word, "workspace.view").await.unwrap();
        workspaces.push((workspace, project, department, role));
        let hidden = if name == "garden" { "canaryquince" } else { "canarymedlar" };
        let new = NewAccessRequest {
            account: zed,
            place: format!("project/lantern/{namespace}"),
            role: "project-viewer".into(),
            reason: hidden.into(),
            hours: Some(1),
        };
        let Asked::Done(request) = database.add_access_request(&new).await.unwrap() else { unreachable!() };
        requests.push(request);
        let (_, id) = RECEIVERS.into_iter().find(|(own, _)| *own == namespace.as_str()).unwrap();
        database.add_receiver(id, &receiver(Place::Project(project), hidden)).await.unwrap();
    }
    let placed = |place: &str| match place {
        "cluster" => Place::Cluster(lantern()),
        "garden" => Place::Workspace(workspaces[0].0),
        "vault" => Place::Workspace(workspaces[1].0),
        "shop" => Place::Project(workspaces[0].1),
        _ => Place::Project(workspaces[1].1),
    };
    for (name, role, held, sees, changes) in PEOPLE {
        let new = NewAccount { name: (*name).into(), role: (*role).into(), ..NewAccount::default() };
        let account = database.add_account(&new).await.unwrap();
        for (place, role) in *held {
            let place = placed(place);
            let member = NewMember { account, place, role: (*role).into(), source: String::new() };
            database.set_member(&member).await.unwrap();
        }
        let by = By::Cookie(sign_in(console, account, name).await);
        people.push(Person { name, sees, changes, by });
        if *name == "disabled" {
            database.set_enabled(account, false).await.unwrap();
        }
    }
    for (name, owner, scope) in TOKENS {
        let (sees, changes) =
            people.iter().find(|person| person.name == *owner).map(|one| (one.sees, one.changes)).unwrap();
        let account = database.account_named(owner).await.unwrap().unwrap().id;
        let token = identity::api_tokens::issue(database, account, "t", *scope, 1).await.unwrap();
        let changes = if *scope == TokenScope::Read { &[] } else { changes };
        people.push(Person { name, sees, changes, by: By::Token(token) });
    }
    let administrator = database.account_named("administrator").await.unwrap().unwrap().id;
    for (name, place, sees, changes) in PLACED {
        let (scope, place) = (TokenScope::Full, Some(placed(place)));
        let token = identity::api_tokens::issue_for(database, administrator, "t", scope, place, 1).await;
        people.push(Person { name, sees, changes, by: By::Token(token.unwrap()) });
    }
    let pair = |of: fn(&(Uuid, Uuid, Uuid, Uuid)) -> Uuid| [of(&workspaces[0]), of(&workspaces[1])];
    (pair(|one| one.2), pair(|one| one.3), [requests[0], requests[1]])
}

async fn sign_in(console: &Console, account: Uuid, name: &str) -> String {
    let link = console.accounts().issue_link(Some(account)).await.unwrap();
    let password = model::link::escape(PASSWORD);
    let form = format!("token={}&name={name}&password={password}&password_again={password}", link.reveal());
    let response = router(console).oneshot(post("/setup", form)).await.unwrap();
    assert_eq!(response.headers()[LOCATION], "/", "{name} cannot sign in");
    cookie(&response)
}
