//! A console's view of one simulated cluster.
#![allow(dead_code, reason = "each test file uses a part of it")]

pub mod plain;

use access::rights::Rights;
use access::roles::ADMINISTRATOR;
use access::{Access, Acting, Caller};
use database::Database;
use database::accounts::NewAccount;
use database::members::{NewMember, Place};
use kubernetes::{Connection, ForCaller, Keepers, Kubernetes};
use model::{ClusterName, Language, Namespace};
use playground_kubernetes::{Cluster, ClusterSettings, Kubelet, Running, SilentKubelet, serve};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// A cluster named `harbour` and a console that knows it.
pub struct Stage {
    pub cluster: Cluster,
    pub kubernetes: Arc<Kubernetes>,
    pub database: Database,
    running: Running,
}

impl Stage {
    pub async fn new() -> Self {
        Self::with(|_| ()).await
    }

    /// A stage whose cluster is prepared before the console knows it.
    pub async fn with(prepare: impl FnOnce(&Cluster)) -> Self {
        Self::made(Arc::new(SilentKubelet), prepare, |_, _| Keepers::default()).await
    }

    /// A stage whose pods are run by this agent.
    pub async fn run_by(kubelet: Arc<dyn Kubelet>) -> Self {
        Self::keeping(kubelet, |_, _| Keepers::default()).await
    }

    /// The same, where somebody keeps what would be gone.
    pub async fn keeping(
        kubelet: Arc<dyn Kubelet>,
        keepers: impl FnOnce(&Database, &Access) -> Keepers,
    ) -> Self {
        Self::made(kubelet, |_| (), keepers).await
    }

    async fn made(
        kubelet: Arc<dyn Kubelet>,
        prepare: impl FnOnce(&Cluster),
        keepers: impl FnOnce(&Database, &Access) -> Keepers,
    ) -> Self {
        let cluster = Cluster::new(ClusterSettings { name: "harbour".into(), ..ClusterSettings::default() });
        for namespace in ["shop", "bank"] {
            let made = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}});
            // Some settings bring namespaces of their own.
            let _ = cluster.create(made);
        }
        prepare(&cluster);
        let listen = "127.0.0.1:0".parse().unwrap();
        let running = serve(cluster.clone(), kubelet, listen).await.unwrap();
        let connection = Connection::new("harbour", config(&running).await).unwrap();
        let known = kubernetes::Cluster::new(harbour(), connection);
        let database = Database::in_memory().await.unwrap();
        let access = Access::new(database.clone());
        let keepers = keepers(&database, &access);
        let kubernetes = Kubernetes::keeping(vec![known], access, keepers);
        Self { cluster, kubernetes, database, running }
    }

    /// How the console reaches the cluster.
    pub async fn config(&self) -> kube::Config {
        config(&self.running).await
    }

    /// Somebody with an account of their own.
    pub async fn caller(&self, role: &str, namespaces: &[&str]) -> ForCaller {
        self.account(role, namespaces).await.1
    }

    /// A new account, and the clusters as it may see them.
    pub async fn account(&self, role: &str, namespaces: &[&str]) -> (Uuid, ForCaller) {
        let name = format!("ada-{}", Uuid::new_v4().simple());
        let new = NewAccount { name, role: "regular".into(), ..NewAccount::default() };
        let id = self.database.add_account(&new).await.unwrap();
        if namespaces.is_empty() {
            self.database.set_platform_role(id, role).await.unwrap();
        }
        self.give(id, role, namespaces).await;
        (id, self.again(id).await)
    }

    /// The clusters as an account may see them by now.
    pub async fn again(&self, account: Uuid) -> ForCaller {
        self.reading(account, Language::English).await
    }

    /// The clusters as somebody else may see them who acts as an account, and may only look.
    pub async fn looking_as(&self, account: Uuid) -> ForCaller {
        let new = NewAccount { name: "sue".into(), role: "regular".into(), ..NewAccount::default() };
        let sue = self.database.add_account(&new).await.unwrap();
        let acting = Acting { account_id: sue, name: "sue".into(), may_change: false, until: i64::MAX };
        let account = self.database.account(account).await.unwrap().unwrap();
        let caller = self.kubernetes.access().caller(account, None, "test".into(), None).await.unwrap();
        self.kubernetes.for_caller(Caller { acting: Some(acting), ..caller }, Language::English)
    }

    /// The same for somebody who reads another language.
    pub async fn reading(&self, account: Uuid, language: Language) -> ForCaller {
        let account = self.database.account(account).await.unwrap().unwrap();
        let caller = self.kubernetes.access().caller(account, None, "test".into(), None).await.unwrap();
        self.kubernetes.for_caller(caller, language)
    }

    /// A role in these namespaces, which the cluster knows too.
    pub async fn give(&self, account: Uuid, role: &str, namespaces: &[&str]) {
        for namespace in namespaces {
            let place = self.project(namespace).await;
            let Place::Project(project) = place else { unreachable!("a project") };
            let member = NewMember { account, place, role: role.into(), source: String::new() };
            self.database.set_member(&member).await.unwrap();
            let of_cluster = if role == "project-viewer" { "view" } else { "edit" };
            let binding = json!({
                "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
                "metadata": {"name": role, "namespace": namespace},
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": of_cluster},
                "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group",
                              "name": access::rights::project_group(project, role)}],
            });
            self.cluster.apply(binding).unwrap();
        }
    }

    /// What somebody holds there ends; another replica did it, so nobody tells this one.
    pub async fn take(&self, account: Uuid, namespace: &str) {
        assert!(self.database.remove_member(account, &self.project(namespace).await).await.unwrap());
    }

    async fn project(&self, namespace: &str) -> Place {
        let namespace = Namespace::parse(namespace).unwrap();
        Place::Project(self.database.ensure_project(&harbour(), &namespace).await.unwrap())
    }

    pub async fn administrator(&self) -> ForCaller {
        self.caller(ADMINISTRATOR, &[]).await
    }

    /// Gives administrators of the console the rights that they have in a cluster which it keeps.
    pub fn bind_roles(&self) {
        let binding = json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
            "metadata": {"name": "orrery:administrators"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
            "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "orrery:administrators"}],
        });
        self.cluster.apply(binding).unwrap();
    }

    pub fn add_pod(&self, namespace: &str, name: &str) {
        self.cluster.create(pod(namespace, name)).unwrap();
    }
}

async fn config(running: &Running) -> kube::Config {
    let kubeconfig = kube::config::Kubeconfig::from_yaml(&running.kubeconfig()).unwrap();
    kube::Config::from_custom_kubeconfig(kubeconfig, &Default::default()).await.unwrap()
}

/// An administrator of a console that reaches `harbour` in this way.
pub async fn administrator_by(config: kube::Config) -> ForCaller {
    administrator_of(vec![("harbour", config)]).await
}

/// An administrator of a console that reaches clusters of these names in these ways.
pub async fn administrator_of(clusters: Vec<(&str, kube::Config)>) -> ForCaller {
    let known = clusters.into_iter().map(|(name, config)| {
        let connection = Connection::new(name, config).unwrap();
        kubernetes::Cluster::new(ClusterName::parse(name).unwrap(), connection)
    });
    let database = Database::in_memory().await.unwrap();
    let new = NewAccount { name: "ada".into(), role: ADMINISTRATOR.into(), ..NewAccount::default() };
    let account_id = database.add_account(&new).await.unwrap();
    let kubernetes = Kubernetes::new(known.collect(), Access::new(database));
    let caller = Caller {
        account_id,
        name: "ada".into(),
        rights: Arc::new(Rights { role: ADMINISTRATOR.into(), ..Rights::default() }),
        session_hash: None,
        request_id: "test".into(),
        address: None,
        acting: None,
        known_at: Instant::now(),
    };
    kubernetes.for_caller(caller, Language::English)
}

/// A member of one project of a console that reaches `harbour` in this way.
pub async fn member_by(config: kube::Config, namespace: &str) -> ForCaller {
    let connection = Connection::new("harbour", config).unwrap();
    let database = Database::in_memory().await.unwrap();
    let access = Access::new(database.clone());
    let kubernetes = Kubernetes::new(vec![kubernetes::Cluster::new(harbour(), connection)], access);
    let new = NewAccount { name: "bob".into(), role: "regular".into(), ..NewAccount::default() };
    let account = database.add_account(&new).await.unwrap();
    let namespace = Namespace::parse(namespace).unwrap();
    let place = Place::Project(database.ensure_project(&harbour(), &namespace).await.unwrap());
    let member = NewMember { account, place, role: "project-editor".into(), source: String::new() };
    database.set_member(&member).await.unwrap();
    let account = database.account(account).await.unwrap().unwrap();
    let caller = kubernetes.access().caller(account, None, "test".into(), None).await.unwrap();
    kubernetes.for_caller(caller, Language::English)
}

pub fn harbour() -> ClusterName {
    ClusterName::parse("harbour").unwrap()
}

pub fn pod(namespace: &str, name: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"namespace": namespace, "name": name, "labels": {"app": "web"}},
        "spec": {"containers": [{"name": "main", "image": "registry.example/web:1"}]},
    })
}

/// Asks again until the answer is the wished one; a store learns of changes some milliseconds later.
pub async fn eventually<T, F, A>(mut ask: A, is_wished: impl Fn(&T) -> bool) -> T
where
    F: Future<Output = T>,
    A: FnMut() -> F,
    T: std::fmt::Debug,
{
    let until = Instant::now() + Duration::from_secs(60);
    while Instant::now() < until {
        let answer = ask().await;
        if is_wished(&answer) {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it never came true: {:?}", ask().await);
}
