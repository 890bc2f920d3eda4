#![doc = include_str!("../README.md")]

mod kept;
mod look;
mod port;
mod rounds;
mod told;
mod views;

pub use told::MOST_TOLD;

use crate::kept::Kept;
use access::{Access, Caller, Scope};
use database::Database;
use kubernetes::{Asked, Kubernetes};
use model::{ClusterName, ConsoleError, Language};
use monitoring_contract::{Alert, UnknownList};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Notify;
use uuid::Uuid;

/// Alerts on lists. Cheap to clone.
#[derive(Clone)]
pub struct ListAlerts {
    database: Database,
    kubernetes: Arc<Kubernetes>,
    /// Said when one was made or changed: it should be looked at soon.
    changed: Arc<Notify>,
    /// What was learned of each list when it was asked last.
    asked: Arc<Mutex<HashMap<Uuid, Asked>>>,
}

/// What is known of the alerts on a cluster's lists.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KnownAlerts {
    /// Those that fire, and those that may come to.
    pub alerts: Vec<Alert>,
    /// Those of which nothing new is known.
    pub unknown: Vec<UnknownList>,
}

/// Alerts on lists as one caller may see and change them: the backend of the contract.
#[derive(Clone)]
pub struct ForCaller {
    lists: ListAlerts,
    kubernetes: kubernetes::ForCaller,
    caller: Arc<Caller>,
}

impl ListAlerts {
    /// Those that are kept in this database, of these clusters.
    pub fn new(kubernetes: Arc<Kubernetes>, database: Database) -> Self {
        Self { database, kubernetes, changed: Arc::default(), asked: Arc::default() }
    }

    /// As this caller may see and change them.
    pub fn for_caller(&self, caller: Arc<Caller>) -> ForCaller {
        // Titles of columns are in some language; nothing here shows any.
        let kubernetes = self.kubernetes.for_caller(Caller::clone(&caller), Language::default());
        ForCaller { lists: self.clone(), kubernetes, caller }
    }

    /// Waits until one was made or changed by way of this clone or another one.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }

    /// What fires of a cluster's lists, for who tells receivers: of all objects that the writers of the alerts may see.
    pub async fn firing(&self, cluster: &ClusterName) -> Result<Vec<Alert>, ConsoleError> {
        let objects = self.database.listed(cluster).await?;
        let mut firing = Vec::new();
        for kept in self.of_cluster(cluster).await? {
            if let Some(objects) = objects.get(&kept.id) {
                firing.extend(told::alerts(&kept, objects, &Scope::All));
            }
        }
        firing.retain(|alert| alert.is_firing);
        Ok(firing)
    }

    /// Those of a cluster that are on and can be read.
    async fn of_cluster(&self, cluster: &ClusterName) -> Result<Vec<Kept>, ConsoleError> {
        let rows = self.database.list_alerts(cluster).await?;
        Ok(rows.iter().filter(|row| row.off_at.is_none()).filter_map(kept::readable).collect())
    }
}

impl ForCaller {
    fn access(&self) -> &Access {
        self.lists.kubernetes.access()
    }

    /// What is known of a cluster's lists, of the objects that the caller may see.
    pub async fn known(&self, cluster: &ClusterName) -> Result<KnownAlerts, ConsoleError> {
        let objects = self.lists.database.listed(cluster).await?;
        let mut known = KnownAlerts::default();
        for kept in self.lists.of_cluster(cluster).await? {
            // What is not known of the cluster is not told: it might be more than the caller may see.
            let Ok(Some(scope)) = self.kubernetes.sees(cluster, &kept.query.kind).await else { continue };
            if let Some(objects) = objects.get(&kept.id) {
                known.alerts.extend(told::alerts(&kept, objects, &scope));
            }
            if kept.found.standing == kept::UNKNOWN && port::covers(&scope, &kept.query) {
                known.unknown.push(UnknownList { name: kept.name, cause: kept.found.cause });
            }
        }
        Ok(known)
    }
}
