#![doc = include_str!("../README.md")]
#![expect(clippy::unwrap_used, reason = "a test whose stage does not stand should panic")]

use access::{Access, Caller};
use database::Database;
use database::accounts::NewAccount;
use database::members::{NewMember, Place};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kubernetes::{Connection, Keepers, Kubernetes};
use model::{ClusterName, Namespace};
use playground_kubernetes::{Cluster, ClusterSettings, Running, SilentKubelet, serve};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

/// The cluster that most tests are about.
pub fn harbour() -> ClusterName {
    ClusterName::parse("harbour").unwrap()
}

/// A simulated cluster with these namespaces whose pods nobody runs, and its server, which answers until it is dropped.
pub async fn simulated(name: &str, namespaces: &[&str]) -> (Cluster, Running) {
    let cluster = Cluster::new(ClusterSettings { name: name.into(), ..ClusterSettings::default() });
    for namespace in namespaces {
        let made = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}});
        cluster.create(made).unwrap();
    }
    let listen = "127.0.0.1:0".parse().unwrap();
    let running = serve(cluster.clone(), Arc::new(SilentKubelet), listen).await.unwrap();
    (cluster, running)
}

/// How the cluster is reached that a kubeconfig knows by this name.
pub async fn config(kubeconfig: &str, cluster: &str) -> kube::Config {
    let kubeconfig = Kubeconfig::from_yaml(kubeconfig).unwrap();
    let options = KubeConfigOptions { context: Some(cluster.into()), ..KubeConfigOptions::default() };
    kube::Config::from_custom_kubeconfig(kubeconfig, &options).await.unwrap()
}

/// A console that knows one cluster.
pub struct Console {
    /// Its tables.
    pub database: Database,
    /// Who decides.
    pub access: Access,
    /// Its clusters, which are one.
    pub kubernetes: Arc<Kubernetes>,
}

impl Console {
    /// A console with empty tables, and the cluster that a kubeconfig knows by this name.
    pub async fn new(kubeconfig: &str, cluster: &str) -> Self {
        let database = Database::in_memory().await.unwrap();
        Self::keeping(kubeconfig, cluster, database, Keepers::default()).await
    }

    /// The same over these tables, with somebody who keeps what would be gone.
    pub async fn keeping(kubeconfig: &str, cluster: &str, database: Database, keepers: Keepers) -> Self {
        let connection = Connection::new(cluster, config(kubeconfig, cluster).await).unwrap();
        let known = kubernetes::Cluster::new(ClusterName::parse(cluster).unwrap(), connection);
        let access = Access::new(database.clone());
        let kubernetes = Kubernetes::keeping(vec![known], access.clone(), keepers);
        Self { database, access, kubernetes }
    }

    /// The cluster.
    pub fn cluster(&self) -> &Arc<kubernetes::Cluster> {
        self.kubernetes.clusters().next().unwrap()
    }

    /// Somebody new with a role on the platform, and perhaps one in a place: a namespace, or `cluster`.
    pub async fn caller(&self, name: &str, role: &str, place: Option<(&str, &str)>) -> Arc<Caller> {
        let new = NewAccount { name: name.into(), role: role.into(), ..NewAccount::default() };
        self.database.add_account(&new).await.unwrap();
        if let Some((place, role)) = place {
            self.join(name, place, role).await;
        }
        self.again(name).await
    }

    /// The same person, with what they hold by now.
    pub async fn again(&self, name: &str) -> Arc<Caller> {
        let account = self.database.account_named(name).await.unwrap().unwrap();
        Arc::new(self.access.caller(account, None, "test".into(), None).await.unwrap())
    }

    /// Gives somebody a role in a place: a namespace, or `cluster`.
    pub async fn join(&self, name: &str, place: &str, role: &str) {
        let (account, place) = (self.account(name).await, self.place(place).await);
        let member = NewMember { account, place, role: role.into(), source: String::new() };
        self.database.set_member(&member).await.unwrap();
    }

    /// Takes it from them.
    pub async fn leave(&self, name: &str, place: &str) {
        let (account, place) = (self.account(name).await, self.place(place).await);
        assert!(self.database.remove_member(account, &place).await.unwrap());
    }

    /// Lets somebody sign in no more.
    pub async fn disable(&self, name: &str) {
        self.database.set_enabled(self.account(name).await, false).await.unwrap();
    }

    /// The project of a namespace, which is made if there is none.
    pub async fn project(&self, namespace: &str) -> Uuid {
        let namespace = Namespace::parse(namespace).unwrap();
        self.database.ensure_project(self.cluster().name(), &namespace).await.unwrap()
    }

    /// What the audit trail says last, the newest first: who did what, and whether they were allowed to.
    pub async fn trail(&self, count: u32) -> Vec<(String, String, bool)> {
        let entries = self.database.audit_trail(count).await.unwrap();
        let told = entries.into_iter().map(|entry| entry.decision);
        told.map(|decision| (decision.account_name, decision.action, decision.is_allowed)).collect()
    }

    async fn account(&self, name: &str) -> Uuid {
        self.database.account_named(name).await.unwrap().unwrap().id
    }

    async fn place(&self, place: &str) -> Place {
        match place {
            "cluster" => Place::Cluster(self.cluster().name().clone()),
            namespace => Place::Project(self.project(namespace).await),
        }
    }
}
