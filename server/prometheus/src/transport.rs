//! The way to a Prometheus.

use crate::error::PrometheusError;
use async_trait::async_trait;
use bytes::Bytes;
use kubernetes::{As, Call, Connection, KubernetesError, ServiceAddress};
use model::cause::WayOutage;
use std::sync::Arc;

/// A way to a Prometheus. It only reads.
#[async_trait]
pub trait Transport: Send + Sync {
    /// What is at its end, for people: `monitoring/prometheus-k8s`.
    fn name(&self) -> String;
    /// In which namespace of the cluster that is, if it is in it.
    fn namespace(&self) -> Option<&str> {
        None
    }
    /// Asks; `path` begins with `/api/v1/` and holds the question. Refusals of the Prometheus are answers here: its JSON.
    async fn get(&self, path: &str) -> Result<Bytes, PrometheusError>;
}

/// Through the API server's service proxy, as the console itself.
pub struct ThroughCluster {
    /// The cluster.
    pub connection: Connection,
    /// The Service in it.
    pub service: ServiceAddress,
    /// Below which path it answers as a Prometheus does.
    pub below: &'static str,
}

#[async_trait]
impl Transport for ThroughCluster {
    fn name(&self) -> String {
        self.service.to_string()
    }

    fn namespace(&self) -> Option<&str> {
        Some(&self.service.namespace)
    }

    async fn get(&self, path: &str) -> Result<Bytes, PrometheusError> {
        let path = self.service.path(&format!("{}{path}", self.below));
        match self.connection.call(As::Console, &Call::get(path)).await {
            Ok(answer) => Ok(answer.body),
            // What the API server itself says has a reason; what came from behind it is passed on as it was.
            Err(KubernetesError::Answered { status, .. }) if is_own_words(&status.message) => {
                Ok(Bytes::from(status.message))
            }
            Err(KubernetesError::Answered { status, .. }) if status.code == 403 => {
                Err(PrometheusError::Unreachable {
                    cause: WayOutage::NotThroughCluster(status.message).into(),
                    source: None,
                })
            }
            Err(error) => {
                let cause = error.cause();
                Err(PrometheusError::Unreachable { cause, source: Some(Arc::new(error)) })
            }
        }
    }
}

/// Whether a refusal is a Prometheus' own.
fn is_own_words(message: &str) -> bool {
    message.trim_start().starts_with('{') && message.contains("\"errorType\"")
}
