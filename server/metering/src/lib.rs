#![doc = include_str!("../README.md")]

mod actions;
mod budgets;
mod chart;
mod csv;
mod months;
mod port;
mod prices;
mod table;

pub use months::Months;

use access::{Access, Caller};
use database::Database;
use kubernetes::Kubernetes;
use model::{ClusterName, ConsoleError, Thing};
use prometheus::Prometheus;
use std::sync::Arc;

/// What was used in clusters and what it costs. Cheap to clone.
#[derive(Clone)]
pub struct Metering {
    /// Where prices and budgets are kept, and which project belongs to whom.
    pub database: Database,
    /// The clusters.
    pub kubernetes: Arc<Kubernetes>,
    /// What measures them.
    pub prometheus: Arc<Prometheus>,
    /// What the present month has come to.
    pub months: Arc<Months>,
}

/// The same as one caller may see and change it: the backend of the contract.
#[derive(Clone)]
pub struct ForCaller {
    database: Database,
    kubernetes: Arc<Kubernetes>,
    prometheus: prometheus::ForCaller,
    /// What measures all of a cluster, whoever looks: for budgets.
    measuring: Arc<Prometheus>,
    months: Arc<Months>,
    caller: Arc<Caller>,
}

impl Metering {
    /// As this caller may see and change it.
    pub fn for_caller(&self, caller: Arc<Caller>) -> ForCaller {
        ForCaller {
            database: self.database.clone(),
            kubernetes: Arc::clone(&self.kubernetes),
            prometheus: self.prometheus.for_caller(Arc::clone(&caller)),
            measuring: Arc::clone(&self.prometheus),
            months: Arc::clone(&self.months),
            caller,
        }
    }
}

impl ForCaller {
    fn access(&self) -> &Access {
        self.kubernetes.access()
    }

    /// Nothing, where the caller may know of the cluster.
    fn known(&self, cluster: &ClusterName) -> Result<(), ConsoleError> {
        let is_there = self.kubernetes.clusters().any(|known| known.name() == cluster);
        // Whoever may not see a cluster learns the same as if there were none.
        if is_there && self.caller.may_see_cluster(cluster) {
            return Ok(());
        }
        Err(ConsoleError::unknown(Thing::Cluster(cluster.to_string())))
    }
}
