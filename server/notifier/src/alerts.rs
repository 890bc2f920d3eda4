//! What fires.

use async_trait::async_trait;
use kubernetes::Kubernetes;
use model::{ClusterName, ConsoleError};
use monitoring_contract::Alert;
use prometheus::Prometheus;
use std::sync::Arc;

/// Where alerts come from.
#[async_trait]
pub trait Alerts: Send + Sync {
    /// The clusters that can be asked.
    fn clusters(&self) -> Vec<ClusterName>;
    /// What fires in one of them, with what keeps people from being told of it; `None` where nothing measures it.
    async fn firing(&self, cluster: &ClusterName) -> Result<Option<Vec<Alert>>, ConsoleError>;
}

/// The clusters' own monitoring.
pub struct OfClusters {
    /// The clusters.
    pub kubernetes: Arc<Kubernetes>,
    /// What measures them.
    pub prometheus: Arc<Prometheus>,
}

#[async_trait]
impl Alerts for OfClusters {
    fn clusters(&self) -> Vec<ClusterName> {
        self.kubernetes.clusters().map(|cluster| cluster.name().clone()).collect()
    }

    async fn firing(&self, cluster: &ClusterName) -> Result<Option<Vec<Alert>>, ConsoleError> {
        match self.kubernetes.clusters().find(|known| known.name() == cluster) {
            Some(cluster) => self.prometheus.firing(cluster).await,
            None => Ok(None),
        }
    }
}
