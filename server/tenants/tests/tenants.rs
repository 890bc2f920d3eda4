//! Tenants on a console whose only cluster does not answer: what the console itself decides.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod joining;
mod receivers;
mod requests;
mod rights;

use access::{Access, Need, Verb};
use database::accounts::NewAccount;
use database::audit::Decision;
use database::members::{NewMember, Place};
use database::{Database, DatabaseError};
use identity::providers::Registry;
use identity::{Accounts, Seal};
use kubernetes::{Cluster, Connection, Kubernetes};
use model::{ClusterName, ConsoleError, Namespace, Tier, Timestamp, WorkspaceName};
use notifier::Notifier;
use people_contract::{AuditQuery, People, PersonAct, PersonAction, PersonFields};
use provisioner::Provisioner;
use std::sync::Arc;
use tenants::{ForCaller, Tenants};
use uuid::Uuid;
use workspaces_contract::{
    Amounts, IsolationFields, MemberFields, MemberPlace, MoveProjectFields, ProjectFields,
    ProjectLimitFields, RemoveMemberFields, RoleFields, RolePlace, StorageClassFields, WorkspaceFields,
    WorkspaceLimitFields, Workspaces,
};

/// Nothing fires.
struct Quiet;

#[async_trait::async_trait]
impl notifier::Alerts for Quiet {
    fn clusters(&self) -> Vec<ClusterName> {
        Vec::new()
    }

    async fn firing(&self, _: &ClusterName) -> Result<Option<Vec<monitoring_contract::Alert>>, ConsoleError> {
        Ok(None)
    }

    async fn firing_lists(&self, _: &ClusterName) -> Result<Vec<monitoring_contract::Alert>, ConsoleError> {
        Ok(Vec::new())
    }

    async fn look_at_lists(&self) -> Result<(), DatabaseError> {
        Ok(())
    }

    async fn changed(&self) {
        std::future::pending::<()>().await;
    }
}

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
        let registry = Registry::new(database.clone(), Seal::random(), "http://console.example");
        let notifier = Notifier::start(notifier::Parts {
            database: database.clone(),
            seal: Seal::random(),
            alerts: Arc::new(Quiet),
            public_url: "http://console.example".into(),
            hosts: Default::default(),
            mailer: None,
            bases: Default::default(),
        });
        let tenants = Tenants {
            database: database.clone(),
            access,
            provisioner,
            kubernetes,
            accounts,
            registry,
            notifier: notifier.unwrap(),
        };
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
    let (place, name, role) = (MemberPlace::Workspace(garden()), name.into(), role.into());
    MemberFields { place, name, role, until: String::new() }
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
    };
    let made = mighty(String::new(), &["workspace.view", "projects.manage"]);
    stage.as_(ada).await.save_role(made).await.unwrap();
    let roles = stage.database.own_roles().await.unwrap();
    let id = roles.into_iter().find(|role| role.title == "Mighty").unwrap().id.to_string();

    let refused = stage.as_(bea).await.save_role(mighty(id, &["workspace.view"])).await.unwrap_err();

    assert_eq!(at(refused).0, "permissions");
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
async fn what_was_done_to_an_object_is_told_to_who_may_see_the_trail_of_its_place() {
    let stage = Stage::new().await;
    let (regular, auditor) = (stage.account("ada", "regular").await, stage.account("bea", "auditor").await);
    let (keeper, banker) = (stage.account("cleo", "regular").await, stage.account("dan", "regular").await);
    for (who, namespace) in [(keeper, "shop"), (banker, "bank")] {
        let namespace = Namespace::parse(namespace).unwrap();
        let project = stage.database.ensure_project(&harbour(), &namespace).await.unwrap();
        stage.hold(who, Place::Project(project), "project-admin").await;
    }
    for (action, resource, namespace, name) in [
        ("scale", "deployments.apps/scale", "shop", "web"),
        ("delete", "pods", "shop", "web"),
        ("restart", "deployments.apps", "shop", "web-2"),
        ("pause", "deployments.apps", "bank", "web"),
    ] {
        let decision = Decision {
            action: action.into(),
            resource: resource.into(),
            cluster: Some("harbour".into()),
            namespace: Some(namespace.into()),
            name: Some(name.into()),
            is_allowed: true,
            ..Decision::default()
        };
        stage.database.record_decision(&decision).await.unwrap();
    }
    let web = model::ResourceRef {
        cluster: harbour(),
        kind: model::KindSlug::parse("deployments").unwrap(),
        namespace: Some(Namespace::parse("shop").unwrap()),
        name: model::ObjectName::parse("web").unwrap(),
    };

    let before = stage.database.audit_trail(100).await.unwrap().len();
    for (who, told) in [(auditor, Some(1)), (keeper, Some(1)), (banker, None), (regular, None)] {
        let lines = stage.as_(who).await.changes_of(web.clone()).await.unwrap();
        assert_eq!(lines.as_ref().map(Vec::len), told);
        assert!(lines.unwrap_or_default().iter().all(|line| line.action == "scale"));
    }
    assert_eq!(stage.database.audit_trail(100).await.unwrap().len(), before, "nobody asked to see the trail");
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
    let new = ProjectFields {
        workspace: garden(),
        cluster: "harbour".into(),
        namespace: "more".into(),
        existing: vec![],
        title: String::new(),
        description: String::new(),
        quota: Amounts::new(),
    };
    assert_eq!(at(by_ada.create_project(new).await.unwrap_err()).0, "pods");
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
async fn a_second_factor_is_reset_by_who_manages_accounts_and_by_nobody_for_themselves() {
    let (stage, ada, _) = Stage::with_garden().await;
    let role = stage.own_role(Tier::Platform, "accounts.manage").await;
    let bea = stage.account("bea", &role).await;
    let cleo = stage.account("cleo", "regular").await;
    let dan = stage.account("dan", "regular").await;
    for account in [ada, bea, cleo] {
        stage.database.begin_factor(account, "sealed").await.unwrap();
        stage.database.confirm_factor(account, 1, &["code".into()]).await.unwrap();
    }
    let reset =
        |name: &str| PersonAct { name: name.into(), act: PersonAction::Forget, confirm: String::new() };

    let refused = stage.as_(dan).await.act_on_person(reset("cleo")).await.unwrap_err();
    assert!(matches!(refused, ConsoleError::Forbidden { .. }), "{refused}");
    assert_eq!(at(stage.as_(bea).await.act_on_person(reset("ada")).await.unwrap_err()).0, "name", "upwards");
    assert_eq!(
        at(stage.as_(bea).await.act_on_person(reset("bea")).await.unwrap_err()).0,
        "name",
        "one's own"
    );
    for account in [ada, bea, cleo] {
        assert!(stage.database.factor(account).await.unwrap().is_some());
    }
    stage.as_(bea).await.act_on_person(reset("cleo")).await.unwrap();

    assert!(stage.database.factor(cleo).await.unwrap().is_none());
    assert_eq!(stage.database.recovery_codes_left(cleo).await.unwrap(), 0);
    let trail = stage.database.audit_trail(1).await.unwrap();
    assert_eq!(
        (trail[0].decision.action.as_str(), trail[0].decision.name.as_deref()),
        ("reset second factor", Some("cleo"))
    );
}
