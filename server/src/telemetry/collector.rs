//! The way to the collector.

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use opentelemetry_http::{HttpClient, HttpError};
use outbound::{Limits, Outbound, OutboundError, Reach};
use std::time::Duration;
use tokio::runtime::Handle;

/// Collectors answer with a few bytes.
const LIMITS: Limits = Limits { patience: Duration::from_secs(10), longest_answer: 64 * 1024 };

/// Sends what the exporter wants to send. The exporter works in a thread of its own that knows nothing of the runtime,
/// so the work is handed over to it.
#[derive(Clone, Debug)]
pub struct Client {
    outbound: Outbound,
    runtime: Handle,
}

impl Client {
    /// A client on the present runtime, which trusts whom the machine trusts.
    pub fn new() -> Result<Self, OutboundError> {
        let outbound = Outbound::new(Reach::Anywhere, LIMITS, "")?;
        Ok(Self { outbound, runtime: Handle::current() })
    }
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let outbound = self.outbound.clone();
        // The clock of the limit is the runtime's too.
        Ok(self.runtime.spawn(async move { outbound.send(request).await }).await??)
    }
}
