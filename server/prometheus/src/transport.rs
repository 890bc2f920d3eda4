//! The way to a Prometheus.

use crate::error::PrometheusError;
use async_trait::async_trait;
use bytes::Bytes;
use kubernetes::{As, Call, Connection, KubernetesError};
use std::fmt;
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

/// A port of a Service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceAddress {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The port's name, or its number when it has none.
    pub port: String,
    /// Whether the port speaks TLS.
    pub is_tls: bool,
    /// What stands before `/api/v1`; usually nothing.
    pub prefix: &'static str,
}

impl fmt::Display for ServiceAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.namespace, self.name)
    }
}

impl ServiceAddress {
    /// The path of a request through the API server.
    pub(crate) fn path(&self, path: &str) -> String {
        let scheme = if self.is_tls { "https:" } else { "" };
        let Self { namespace, name, port, prefix, .. } = self;
        format!("/api/v1/namespaces/{namespace}/services/{scheme}{name}:{port}/proxy{prefix}{path}")
    }
}

/// Through the API server's service proxy, as the console itself.
pub struct ThroughCluster {
    /// The cluster.
    pub connection: Connection,
    /// The Service in it.
    pub service: ServiceAddress,
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
        match self.connection.call(As::Console, &Call::get(self.service.path(path))).await {
            Ok(answer) => Ok(answer.body),
            // What the API server itself says has a reason; what came from behind it is passed on as it was.
            Err(KubernetesError::Answered { status, .. }) if is_own_words(&status.message) => {
                Ok(Bytes::from(status.message))
            }
            Err(KubernetesError::Answered { status, .. }) if status.code == 403 => {
                Err(PrometheusError::Unreachable {
                    cause: format!(
                        "the console's own account may not reach it through the API server: {}",
                        status.message
                    ),
                    source: None,
                })
            }
            Err(error) => {
                let cause = error.to_string();
                Err(PrometheusError::Unreachable { cause, source: Some(Arc::new(error)) })
            }
        }
    }
}

/// Whether a refusal is a Prometheus' own.
fn is_own_words(message: &str) -> bool {
    message.trim_start().starts_with('{') && message.contains("\"errorType\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_and_its_scheme_stand_in_the_path() {
        let service = ServiceAddress {
            namespace: "monitoring".into(),
            name: "prometheus-k8s".into(),
            port: "web".into(),
            is_tls: false,
            prefix: "",
        };
        assert_eq!(
            service.path("/api/v1/query?query=up"),
            "/api/v1/namespaces/monitoring/services/prometheus-k8s:web/proxy/api/v1/query?query=up"
        );
        let with_tls = ServiceAddress { is_tls: true, ..service };
        assert!(with_tls.path("/x").contains("/services/https:prometheus-k8s:web/proxy/x"));
    }
}
