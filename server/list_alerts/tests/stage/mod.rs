//! A simulated cluster, a console's tables, and people.

use access::{Access, Caller};
use database::Database;
use database::accounts::NewAccount;
use database::members::{NewMember, Place};
use kubernetes::{Connection, Kubernetes};
use list_alerts::{ForCaller, ListAlerts};
use model::{ClusterName, Namespace};
use monitoring_contract::{ListAlertFields, ListAlertRow, ListAlerts as _};
use playground_kubernetes::{Cluster, ClusterSettings, Running, SilentKubelet, serve};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;

pub struct Stage {
    pub cluster: Cluster,
    pub database: Database,
    pub lists: ListAlerts,
    access: Access,
    kubernetes: Arc<Kubernetes>,
    _running: Running,
}

pub fn lantern() -> ClusterName {
    ClusterName::parse("lantern").unwrap()
}

pub fn note(namespace: &str, name: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"namespace": namespace, "name": name, "labels": {"app": "web"}},
    })
}

/// A form for an alert on notes that begin with `bad`, at once.
pub fn on_bad_notes(name: &str, namespaces: &str) -> ListAlertFields {
    ListAlertFields {
        cluster: lantern(),
        id: String::new(),
        version: 0,
        kind: "configmaps".into(),
        search: "name:bad".into(),
        namespaces: namespaces.into(),
        name: name.into(),
        severity: "warning".into(),
        hold: "0s".into(),
        least: "1".into(),
    }
}

impl Stage {
    /// A cluster `lantern` with the projects `shop` and `bank`.
    pub async fn new() -> Self {
        let cluster = Cluster::new(ClusterSettings { name: "lantern".into(), ..ClusterSettings::default() });
        for namespace in ["shop", "bank"] {
            let made = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}});
            cluster.create(made).unwrap();
        }
        let listen = "127.0.0.1:0".parse().unwrap();
        let running = serve(cluster.clone(), Arc::new(SilentKubelet), listen).await.unwrap();
        let kubeconfig = kube::config::Kubeconfig::from_yaml(&running.kubeconfig()).unwrap();
        let config = kube::Config::from_custom_kubeconfig(kubeconfig, &Default::default()).await.unwrap();
        let known = kubernetes::Cluster::new(lantern(), Connection::new("lantern", config).unwrap());
        let database = Database::in_memory().await.unwrap();
        let access = Access::new(database.clone());
        let kubernetes = Kubernetes::new(vec![known], access.clone());
        let lists = ListAlerts::new(Arc::clone(&kubernetes), database.clone());
        Self { cluster, database, lists, access, kubernetes, _running: running }
    }

    /// Another console over the same tables, which has found out nothing itself.
    pub fn restarted(&self) -> ListAlerts {
        ListAlerts::new(Arc::clone(&self.kubernetes), self.database.clone())
    }

    /// Somebody with a role on the platform, and one in a place: a namespace, or `cluster`.
    pub async fn caller(&self, name: &str, role: &str, place: Option<(&str, &str)>) -> ForCaller {
        let new = NewAccount { name: name.into(), role: role.into(), ..NewAccount::default() };
        self.database.add_account(&new).await.unwrap();
        if let Some((place, role)) = place {
            self.join(name, place, role).await;
        }
        self.again(name).await
    }

    /// The same person, with what they may by now.
    pub async fn again(&self, name: &str) -> ForCaller {
        let account = self.database.account_named(name).await.unwrap().unwrap();
        let caller: Caller = self.access.caller(account, None, "test".into(), None).await.unwrap();
        self.lists.for_caller(Arc::new(caller))
    }

    pub async fn account(&self, name: &str) -> Uuid {
        self.database.account_named(name).await.unwrap().unwrap().id
    }

    async fn place(&self, place: &str) -> Place {
        match place {
            "cluster" => Place::Cluster(lantern()),
            namespace => {
                let namespace = Namespace::parse(namespace).unwrap();
                Place::Project(self.database.ensure_project(&lantern(), &namespace).await.unwrap())
            }
        }
    }

    pub async fn join(&self, name: &str, place: &str, role: &str) {
        let (account, place) = (self.account(name).await, self.place(place).await);
        let member = NewMember { account, place, role: role.into(), source: String::new() };
        self.database.set_member(&member).await.unwrap();
    }

    pub async fn leave(&self, name: &str, place: &str) {
        let (account, place) = (self.account(name).await, self.place(place).await);
        assert!(self.database.remove_member(account, &place).await.unwrap());
    }

    pub fn add(&self, namespace: &str, name: &str) {
        self.cluster.create(note(namespace, name)).unwrap();
    }

    pub fn delete(&self, namespace: &str, name: &str) {
        self.cluster.delete("configmaps", Some(namespace), name, Default::default()).unwrap();
    }

    /// Looks until what fires is this, by namespace and name; a store learns of changes some milliseconds later.
    pub async fn fires(&self, wanted: &[&str]) {
        let mut last = Vec::new();
        let until = Instant::now() + Duration::from_secs(60);
        while Instant::now() < until {
            self.lists.look().await.unwrap();
            last = names(&self.lists.firing(&lantern()).await.unwrap());
            if last == wanted {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{last:?} fires, and not {wanted:?}");
    }

    /// How often somebody did something, or was refused, by what the audit trail says of it.
    pub async fn trail(&self, count: u32) -> Vec<(String, String, bool)> {
        let entries = self.database.audit_trail(count).await.unwrap();
        let told = entries.into_iter().map(|entry| entry.decision);
        told.map(|decision| (decision.account_name, decision.action, decision.is_allowed)).collect()
    }
}

/// What alerts are about, in order.
pub fn names(alerts: &[monitoring_contract::Alert]) -> Vec<String> {
    let about = |alert: &monitoring_contract::Alert| match (&alert.resource, &alert.list) {
        (Some(resource), _) => {
            let namespace = resource.namespace.as_ref().map(ToString::to_string).unwrap_or_default();
            format!("{namespace}/{}", resource.name)
        }
        (None, Some(list)) => format!("{} more", list.more.unwrap_or_default()),
        (None, None) => String::new(),
    };
    let mut names: Vec<String> = alerts.iter().map(about).collect();
    names.sort();
    names
}

/// The rows that somebody is shown.
pub async fn rows(who: &ForCaller) -> Vec<ListAlertRow> {
    who.list_alerts(lantern()).await.unwrap().alerts
}
