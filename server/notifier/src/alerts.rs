//! What fires.

use async_trait::async_trait;
use database::DatabaseError;
use kubernetes::{Cluster, Kubernetes};
use list_alerts::ListAlerts;
use model::{ClusterName, ConsoleError};
use monitoring_contract::Alert;
use prometheus::Prometheus;
use std::sync::Arc;

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
    /// Finds out what the lists of all clusters hold. Only who tells receivers does.
    async fn look_at_lists(&self) -> Result<(), DatabaseError>;
    /// Waits until something should be looked at before its time.
    async fn changed(&self);
}

/// The clusters' own monitoring.
pub struct OfClusters {
    /// The clusters.
    pub kubernetes: Arc<Kubernetes>,
    /// What measures them.
    pub prometheus: Arc<Prometheus>,
    /// What warns without that.
    pub lists: ListAlerts,
}

impl OfClusters {
    fn cluster(&self, name: &ClusterName) -> Option<&Arc<Cluster>> {
        self.kubernetes.clusters().find(|known| known.name() == name)
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

    async fn look_at_lists(&self) -> Result<(), DatabaseError> {
        self.lists.look().await
    }

    async fn changed(&self) {
        self.lists.changed().await;
    }
}
