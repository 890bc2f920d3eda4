//! The console that all of these tests play on.

use access::Access;
use database::accounts::NewAccount;
use database::members::{NewMember, Place};
use database::{Database, DatabaseError};
use identity::providers::Registry;
use identity::{Accounts, Seal};
use kubernetes::{Cluster, Connection, Kubernetes};
use model::{ClusterName, ConsoleError, Namespace, Tier, WorkspaceName};
use notifier::Notifier;
use prometheus::Prometheus;
use provisioner::Provisioner;
use std::sync::Arc;
use tenants::{ForCaller, Tenants};
use uuid::Uuid;
use workspaces_contract::{MemberFields, MemberPlace, WorkspaceFields, Workspaces};

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

    async fn births(&self, _: &ClusterName) -> Result<kubernetes::Births, ConsoleError> {
        Ok(kubernetes::Births::default())
    }

    async fn look_at_lists(&self) -> Result<(), DatabaseError> {
        Ok(())
    }

    async fn changed(&self) {
        std::future::pending::<()>().await;
    }
}

/// The console, with one cluster.
pub struct Stage {
    pub database: Database,
    pub tenants: Tenants,
}

pub fn harbour() -> ClusterName {
    ClusterName::parse("harbour").unwrap()
}

pub fn garden() -> WorkspaceName {
    WorkspaceName::parse("garden").unwrap()
}

/// A project of its own, without a workspace.
pub fn shop() -> MemberPlace {
    MemberPlace::Project(harbour(), Namespace::parse("shop").unwrap())
}

impl Stage {
    pub async fn new() -> Self {
        // Nobody listens there.
        Self::with_cluster(kube::Config::new("https://127.0.0.1:1".parse().unwrap())).await
    }

    /// The same, with a cluster that answers, perhaps.
    pub async fn with_cluster(config: kube::Config) -> Self {
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
            prometheus: Prometheus::new(Arc::clone(&kubernetes), database.clone(), Default::default()),
            kubernetes,
            accounts,
            registry,
            notifier: notifier.unwrap(),
            letters: None,
        };
        Self { database, tenants }
    }

    pub async fn account(&self, name: &str, role: &str) -> Uuid {
        let new = NewAccount { name: name.into(), role: role.into(), ..NewAccount::default() };
        let new = NewAccount { password_hash: Some("hash".into()), ..new };
        self.database.add_account(&new).await.unwrap()
    }

    pub async fn hold(&self, account: Uuid, place: Place, role: &str) {
        let member = NewMember { account, place, role: role.into(), source: String::new() };
        self.database.set_member(&member).await.unwrap();
    }

    pub async fn own_role(&self, tier: Tier, words: &str) -> String {
        self.database.add_role(tier, None, words, "", words).await.unwrap().to_string()
    }

    pub async fn as_(&self, account: Uuid) -> ForCaller {
        let account = self.database.account(account).await.unwrap().unwrap();
        let caller = self.tenants.access.caller(account, None, "test".into(), None).await.unwrap();
        self.tenants.for_caller(Arc::new(caller))
    }

    /// The garden, made by Ada who administers everything.
    pub async fn with_garden() -> (Self, Uuid, Place) {
        let stage = Self::new().await;
        let ada = stage.account("ada", "administrator").await;
        let fields =
            WorkspaceFields { name: "garden".into(), clusters: vec!["harbour".into()], ..Default::default() };
        stage.as_(ada).await.create_workspace(fields).await.unwrap();
        let workspace = stage.database.workspace(&garden()).await.unwrap().unwrap();
        (stage, ada, Place::Workspace(workspace.id))
    }

    /// The shop, with somebody who edits it and somebody who looks at it.
    pub async fn with_shop() -> (Self, ForCaller, ForCaller) {
        let stage = Self::new().await;
        let namespace = Namespace::parse("shop").unwrap();
        let shop = stage.database.ensure_project(&harbour(), &namespace).await.unwrap();
        let (editor, viewer) = (stage.account("eda", "regular").await, stage.account("vik", "regular").await);
        stage.hold(editor, Place::Project(shop), "project-editor").await;
        stage.hold(viewer, Place::Project(shop), "project-viewer").await;
        let both = (stage.as_(editor).await, stage.as_(viewer).await);
        (stage, both.0, both.1)
    }
}

pub fn member(name: &str, role: &str) -> MemberFields {
    let (place, name, role) = (MemberPlace::Workspace(garden()), name.into(), role.into());
    MemberFields { place, name, role, until: String::new() }
}

/// What is wrong with which field.
pub fn at(error: ConsoleError) -> (String, String) {
    let ConsoleError::Invalid { problems } = error else { panic!("another error: {error}") };
    (problems[0].field.clone(), problems[0].message.clone())
}
