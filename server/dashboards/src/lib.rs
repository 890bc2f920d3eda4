#![doc = include_str!("../README.md")]

mod actions;
mod document;
mod grafana;
mod kept;
mod port;
mod templates;

use access::{Access, Caller};
use database::{Database, DatabaseError};
use kubernetes::Kubernetes;
use model::{ConsoleError, System};
use prometheus::Prometheus;
use std::sync::Arc;

/// The dashboards that people keep. Cheap to clone.
#[derive(Clone)]
pub struct Dashboards {
    database: Database,
    kubernetes: Arc<Kubernetes>,
    prometheus: Arc<Prometheus>,
}

/// Dashboards as one caller may see and change them: the backend of the contract.
#[derive(Clone)]
pub struct ForCaller {
    database: Database,
    kubernetes: Arc<Kubernetes>,
    prometheus: prometheus::ForCaller,
    caller: Arc<Caller>,
}

impl Dashboards {
    /// Those in these tables, over what measures these clusters.
    pub fn new(database: Database, kubernetes: Arc<Kubernetes>, prometheus: Arc<Prometheus>) -> Self {
        Self { database, kubernetes, prometheus }
    }

    /// As this caller may see and change them.
    pub fn for_caller(&self, caller: Arc<Caller>) -> ForCaller {
        ForCaller {
            database: self.database.clone(),
            kubernetes: Arc::clone(&self.kubernetes),
            prometheus: self.prometheus.for_caller(Arc::clone(&caller)),
            caller,
        }
    }
}

impl ForCaller {
    fn access(&self) -> &Access {
        self.kubernetes.access()
    }
}

/// The tables failed.
fn failed(error: &DatabaseError) -> ConsoleError {
    tracing::error!(error = error as &dyn std::error::Error, "The console's tables failed");
    ConsoleError::Unavailable { system: System::Database, cause: error.to_string(), may_be_done: false }
}
