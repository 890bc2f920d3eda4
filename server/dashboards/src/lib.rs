#![doc = include_str!("../README.md")]

mod actions;
mod document;
mod embeds;
mod grafana;
mod kept;
mod kubesphere;
mod port;
mod records;
mod rollouts;
mod shown;
mod templates;

pub use embeds::Followed;
pub use shown::Shown;

use access::{Access, Caller};
use database::Database;
use elasticsearch::Elasticsearch;
use identity::Seal;
use kubernetes::Kubernetes;
use monitoring_contract::OpenedDashboard;
use prometheus::Prometheus;
use std::sync::Arc;

/// The dashboards that people keep. Cheap to clone.
#[derive(Clone)]
pub struct Dashboards {
    /// Where they are kept.
    pub database: Database,
    /// The clusters that they are of.
    pub kubernetes: Arc<Kubernetes>,
    /// What answers their queries.
    pub prometheus: Arc<Prometheus>,
    /// What answers their searches of logs.
    pub elasticsearch: Arc<Elasticsearch>,
    /// With what the addresses of links are sealed.
    pub seal: Seal,
    /// Where browsers find the console, without a slash at the end.
    pub public_url: Arc<str>,
    /// What links showed a moment ago.
    pub shown: Shown<OpenedDashboard>,
}

/// Dashboards as one caller may see and change them: the backend of the contracts.
#[derive(Clone)]
pub struct ForCaller {
    database: Database,
    kubernetes: Arc<Kubernetes>,
    prometheus: prometheus::ForCaller,
    elasticsearch: elasticsearch::ForCaller,
    seal: Seal,
    public_url: Arc<str>,
    caller: Arc<Caller>,
}

impl Dashboards {
    /// As this caller may see and change them.
    pub fn for_caller(&self, caller: Arc<Caller>) -> ForCaller {
        ForCaller {
            database: self.database.clone(),
            kubernetes: Arc::clone(&self.kubernetes),
            prometheus: self.prometheus.for_caller(Arc::clone(&caller)),
            elasticsearch: self.elasticsearch.for_caller(Arc::clone(&caller)),
            seal: self.seal.clone(),
            public_url: Arc::clone(&self.public_url),
            caller,
        }
    }
}

impl ForCaller {
    fn access(&self) -> &Access {
        self.kubernetes.access()
    }
}
