//! A simulated cluster, a console's tables, and people.

use list_alerts::{ForCaller, ListAlerts};
use model::ClusterName;
use monitoring_contract::{ListAlertFields, ListAlertRow, ListAlerts as _};
use playground_kubernetes::{Cluster, Running};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use test_stage::Console;

pub struct Stage {
    pub cluster: Cluster,
    pub console: Console,
    pub lists: ListAlerts,
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
        let (cluster, running) = test_stage::simulated("lantern", &["shop", "bank"]).await;
        let console = Console::new(&running.kubeconfig(), "lantern").await;
        let lists = ListAlerts::new(Arc::clone(&console.kubernetes), console.database.clone());
        Self { cluster, console, lists, _running: running }
    }

    /// Another console over the same tables, which has found out nothing itself.
    pub fn restarted(&self) -> ListAlerts {
        ListAlerts::new(Arc::clone(&self.console.kubernetes), self.console.database.clone())
    }

    /// Somebody with a role on the platform, and one in a place: a namespace, or `cluster`.
    pub async fn caller(&self, name: &str, role: &str, place: Option<(&str, &str)>) -> ForCaller {
        self.lists.for_caller(self.console.caller(name, role, place).await)
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
