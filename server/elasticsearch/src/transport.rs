//! The way to a log store.

use crate::error::ElasticsearchError;
use async_trait::async_trait;
use bytes::Bytes;
use http::Method;
use kubernetes::{As, Call, Connection, KubernetesError, ServiceAddress};
use model::cause::WayOutage;
use std::sync::Arc;

/// A question, before it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// `GET`, or `POST` and `DELETE` for points in time.
    pub method: Method,
    /// The path with its parameters.
    pub path: String,
    /// JSON; empty for none.
    pub body: Bytes,
}

/// A way to a log store.
#[async_trait]
pub trait Transport: Send + Sync {
    /// What is at its end, for people: `logging/elasticsearch`.
    fn name(&self) -> String;
    /// Asks. Refusals of the log store are answers here: its JSON.
    async fn ask(&self, ask: &Ask) -> Result<Bytes, ElasticsearchError>;
}

/// Through the API server's service proxy, as the console itself. Searches are sent by `GET`, so the right to
/// `get services/proxy` is enough for them; points in time need `create` too.
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

    async fn ask(&self, ask: &Ask) -> Result<Bytes, ElasticsearchError> {
        let path = self.service.path(&ask.path);
        let call = match ask.body.is_empty() && ask.method == Method::GET {
            true => Call::get(path),
            false => Call::write(ask.method.clone(), path, "application/json", ask.body.clone()),
        };
        match self.connection.call(As::Console, &call).await {
            Ok(answer) => Ok(answer.body),
            // What the API server itself says has a reason; what came from behind it is passed on as it was.
            Err(KubernetesError::Answered { status, .. }) if is_own_words(&status.message) => {
                Ok(Bytes::from(status.message))
            }
            Err(KubernetesError::Answered { status, .. }) if status.code == 401 => {
                Err(ElasticsearchError::Closed(WayOutage::WantsLogin))
            }
            Err(KubernetesError::Answered { status, .. }) if status.code == 403 => {
                Err(ElasticsearchError::unreachable(WayOutage::NotThroughCluster(status.message)))
            }
            Err(error) => {
                let cause = error.cause();
                Err(ElasticsearchError::Unreachable { cause, source: Some(Arc::new(error)) })
            }
        }
    }
}

/// Whether a refusal is a log store's own.
fn is_own_words(message: &str) -> bool {
    message.trim_start().starts_with('{') && message.contains("\"error\"")
}
