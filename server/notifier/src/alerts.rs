//! What fires.

use async_trait::async_trait;
use database::DatabaseError;
use kubernetes::{Births, Cluster, Kubernetes};
use list_alerts::ListAlerts;
use model::{ClusterName, ConsoleError};
use monitoring_contract::Alert;
use prometheus::Prometheus;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Where alerts come from.
#[async_trait]
pub trait Alerts: Send + Sync {
    /// The clusters that can be asked.
    fn clusters(&self) -> Vec<ClusterName>;
    /// What fires of the rules of one of them, with what keeps people from being told of it; `None` where nothing measures
    /// it.
    async fn firing(&self, cluster: &ClusterName) -> Result<Option<Vec<Alert>>, ConsoleError>;
    /// What fires of its lists, in the same way.
    async fn firing_lists(&self, cluster: &ClusterName) -> Result<Vec<Alert>, ConsoleError>;
    /// Since when each of its namespaces is there, in milliseconds since 1970: what began before belongs to another one of
    /// that name.
    async fn births(&self, cluster: &ClusterName) -> Result<Births, ConsoleError>;
    /// Finds out what the lists of all clusters hold. Only who tells receivers does.
    async fn look_at_lists(&self) -> Result<(), DatabaseError>;
    /// Waits until something should be looked at before its time.
    async fn changed(&self);
}

/// The clusters' own monitoring.
pub struct OfClusters {
    kubernetes: Arc<Kubernetes>,
    prometheus: Arc<Prometheus>,
    lists: ListAlerts,
    /// The namespaces of each cluster as it last told of them.
    births: Mutex<BTreeMap<ClusterName, Births>>,
}

impl OfClusters {
    /// These clusters, with what measures them and what warns without that.
    pub fn new(kubernetes: Arc<Kubernetes>, prometheus: Arc<Prometheus>, lists: ListAlerts) -> Self {
        Self { kubernetes, prometheus, lists, births: Mutex::default() }
    }

    fn cluster(&self, name: &ClusterName) -> Option<&Arc<Cluster>> {
        self.kubernetes.clusters().find(|known| known.name() == name)
    }

    fn last_told(&self) -> MutexGuard<'_, BTreeMap<ClusterName, Births>> {
        self.births.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Alerts for OfClusters {
    fn clusters(&self) -> Vec<ClusterName> {
        self.kubernetes.clusters().map(|cluster| cluster.name().clone()).collect()
    }

    async fn firing(&self, cluster: &ClusterName) -> Result<Option<Vec<Alert>>, ConsoleError> {
        match self.cluster(cluster) {
            Some(cluster) => self.prometheus.firing(cluster).await,
            None => Ok(None),
        }
    }

    async fn firing_lists(&self, cluster: &ClusterName) -> Result<Vec<Alert>, ConsoleError> {
        match self.cluster(cluster) {
            Some(cluster) => self.prometheus.firing_lists(cluster).await,
            None => Ok(Vec::new()),
        }
    }

    /// Of a cluster that does not answer it is what it last told: that its API is down is what people have to hear of, and
    /// nobody makes a namespace anew there meanwhile.
    async fn births(&self, name: &ClusterName) -> Result<Births, ConsoleError> {
        let Some(cluster) = self.cluster(name) else { return Ok(Births::default()) };
        match cluster.births().await {
            Ok(births) => {
                self.last_told().insert(name.clone(), Arc::clone(&births));
                Ok(births)
            }
            Err(error) => self.last_told().get(name).cloned().ok_or_else(|| error.into()),
        }
    }

    async fn look_at_lists(&self) -> Result<(), DatabaseError> {
        self.lists.look().await
    }

    async fn changed(&self) {
        self.lists.changed().await;
    }
}
