//! Tenants on a console whose only cluster does not answer: what the console itself decides.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use access::{Access, Need, Verb};
use database::Database;
use database::accounts::NewAccount;
use database::audit::Decision;
use database::members::{NewMember, Place};
use identity::Accounts;
use kubernetes::{Cluster, Connection, Kubernetes};
use model::{ClusterName, ConsoleError, Namespace, Tier, WorkspaceName};
use people_contract::{AuditQuery, People, PersonAct, PersonAction, PersonFields};
use provisioner::Provisioner;
use std::sync::Arc;
use tenants::{ForCaller, Tenants};
use uuid::Uuid;
use workspaces_contract::{
    MemberFields, MemberPlace, RemoveMemberFields, RoleFields, RolePlace, WorkspaceFields, Workspaces,
};

struct Stage {
    database: Database,
    tenants: Tenants,
}

fn harbour() -> ClusterName {
    ClusterName::parse("harbour").unwrap()
}

fn garden() -> WorkspaceName {
    WorkspaceName::parse("garden").unwrap()
}

impl Stage {
    async fn new() -> Self {
        // Nobody listens there.
        let config = kube::Config::new("https://127.0.0.1:1".parse().unwrap());
        let connection = Connection::new("harbour", config).unwrap();
        let cluster = Cluster::new(harbour(), connection.clone());
        let database = Database::in_memory().await.unwrap();
        let access = Access::new(database.clone());
        let provisioner = Provisioner::start(database.clone(), &access, [(Arc::clone(&cluster), connection)]);
        let kubernetes = Kubernetes::new(vec![cluster], access.clone());
        let accounts = Accounts::new(database.clone());
        let tenants = Tenants { database: database.clone(), access, provisioner, kubernetes, accounts };
        Self { database, tenants }
    }

    async fn account(&self, name: &str, role: &str) -> Uuid {
        let new = NewAccount { name: name.into(), role: role.into(), ..NewAccount::default() };
        let new = NewAccount { password_hash: Some("hash".into()), ..new };
        self.database.add_account(&new).await.unwrap()
    }

    async fn hold(&self, account: Uuid, place: Place, role: &str) {
        let member = NewMember { account, place, role: role.into(), source: String::new() };
        self.database.set_member(&member).await.unwrap();
    }

    async fn own_role(&self, tier: Tier, words: &str) -> String {
        self.database.add_role(tier, None, words, "", words).await.unwrap().to_string()
    }

    async fn as_(&self, account: Uuid) -> ForCaller {
        let account = self.database.account(account).await.unwrap().unwrap();
        let caller = self.tenants.access.caller(account, None, "test".into(), None).await.unwrap();
        self.tenants.for_caller(Arc::new(caller))
    }

    /// The garden, made by Ada who administers everything.
    async fn with_garden() -> (Self, Uuid, Place) {
        let stage = Self::new().await;
        let ada = stage.account("ada", "administrator").await;
        let fields =
            WorkspaceFields { name: "garden".into(), clusters: vec!["harbour".into()], ..Default::default() };
        stage.as_(ada).await.create_workspace(fields).await.unwrap();
        let workspace = stage.database.workspace(&garden()).await.unwrap().unwrap();
        (stage, ada, Place::Workspace(workspace.id))
    }
}

fn member(name: &str, role: &str) -> MemberFields {
    MemberFields { place: MemberPlace::Workspace(garden()), name: name.into(), role: role.into() }
}

/// What is wrong with which field.
fn at(error: ConsoleError) -> (String, String) {
    let ConsoleError::Invalid { problems } = error else { panic!("another error: {error}") };
    (problems[0].field.clone(), problems[0].message.clone())
}

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
    };
    assert_eq!(at(by_bea.save_role(role).await.unwrap_err()).0, "permissions");

    by_bea.set_member(member("cleo", "workspace-member")).await.unwrap();
    let held = stage.database.memberships_of(cleo).await.unwrap();
    assert_eq!((held[0].role.as_str(), &held[0].place), ("workspace-member", &place));
    assert!(stage.as_(ada).await.roles(RolePlace::Workspace(garden())).await.is_ok());
}

#[tokio::test]
async fn an_administrator_is_made_and_unmade_only_by_administrators() {
    let stage = Stage::new().await;
    let ada = stage.account("ada", "administrator").await;
    let role = stage.own_role(Tier::Platform, "accounts.manage").await;
    let bea = stage.account("bea", &role).await;
    let by_bea = stage.as_(bea).await;
    let fields = |name: &str, role: &str| PersonFields {
        name: name.into(),
        role: role.into(),
        ..PersonFields::default()
    };

    assert_eq!(at(by_bea.create_person(fields("eve", "administrator")).await.unwrap_err()).0, "role");
    assert_eq!(at(by_bea.change_person(fields("bea", "administrator")).await.unwrap_err()).0, "role");
    assert_eq!(at(by_bea.change_person(fields("ada", "regular")).await.unwrap_err()).0, "name");
    assert_eq!(
        at(by_bea.new_link("ada".into()).await.unwrap_err()).0,
        "name",
        "a link is a way in as somebody"
    );
    by_bea.create_person(fields("eve", "regular")).await.unwrap();

    let by_ada = stage.as_(ada).await;
    let last = at(by_ada.change_person(fields("ada", "regular")).await.unwrap_err());
    assert!(last.1.contains("last administrator"), "{last:?}");
    let own = PersonAct { name: "ada".into(), act: PersonAction::Disable, confirm: String::new() };
    assert_eq!(at(by_ada.act_on_person(own).await.unwrap_err()).0, "name");
    let unconfirmed = PersonAct { name: "eve".into(), act: PersonAction::Remove, confirm: "Eve?".into() };
    assert_eq!(at(by_ada.act_on_person(unconfirmed).await.unwrap_err()).0, "confirm");
    assert!(stage.database.account_named("eve").await.unwrap().is_some());
}

#[tokio::test]
async fn people_and_their_trail_are_for_those_whose_role_says_so() {
    let stage = Stage::new().await;
    let (regular, auditor) = (stage.account("ada", "regular").await, stage.account("bea", "auditor").await);
    let keeper = stage.account("cleo", "regular").await;
    let shop = stage.database.ensure_project(&harbour(), &Namespace::parse("shop").unwrap()).await.unwrap();
    stage.hold(keeper, Place::Project(shop), "project-admin").await;
    for namespace in ["shop", "bank"] {
        let decision = Decision {
            action: "scale".into(),
            cluster: Some("harbour".into()),
            namespace: Some(namespace.into()),
            is_allowed: true,
            ..Decision::default()
        };
        stage.database.record_decision(&decision).await.unwrap();
    }
    let query = || AuditQuery { action: "scale".into(), ..AuditQuery::default() };

    let by_regular = stage.as_(regular).await;
    assert!(matches!(by_regular.people().await, Err(ConsoleError::Forbidden { .. })));
    assert!(matches!(by_regular.audit(query()).await, Err(ConsoleError::Forbidden { .. })));
    let by_auditor = stage.as_(auditor).await;
    assert_eq!(by_auditor.people().await.unwrap().people.len(), 3);
    assert!(by_auditor.people().await.unwrap().roles.is_empty(), "an auditor makes accounts");
    assert_eq!(by_auditor.audit(query()).await.unwrap().lines.len(), 2);
    let theirs = stage.as_(keeper).await.audit(query()).await.unwrap().lines;
    let places: Vec<_> = theirs.iter().filter_map(|line| line.namespace.as_deref()).collect();
    assert_eq!(places, ["shop"], "a foreign place was told");
    let nonsense = AuditQuery { from: "yesterday".into(), ..AuditQuery::default() };
    assert_eq!(at(by_auditor.audit(nonsense).await.unwrap_err()).0, "from");
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
