//! The way to a Prometheus by its own address.

use crate::error::PrometheusError;
use crate::transport::Transport;
use async_trait::async_trait;
use bytes::Bytes;
use http::Method;
use model::Cause;
use model::cause::WayOutage;
use outbound::{Address, Limits, OutboundError, System};
use std::time::Duration;

/// An answer may take longer than the Prometheus itself may think about it.
const LIMITS: Limits = Limits { patience: Duration::from_secs(15), longest_answer: 32 << 20 };

/// A way to a Prometheus by its own address.
pub struct Direct(System);

impl Direct {
    /// Prepares the way; nothing is sent yet.
    pub fn new(address: Address) -> Result<Self, PrometheusError> {
        Ok(Self(System::new(address, LIMITS)?))
    }
}

fn unreachable(cause: impl Into<Cause>) -> PrometheusError {
    PrometheusError::Unreachable { cause: cause.into(), source: None }
}

impl From<OutboundError> for PrometheusError {
    fn from(error: OutboundError) -> Self {
        match error {
            OutboundError::Long { limit_bytes, .. } => Self::TooLarge { limit_bytes },
            error => unreachable(&error),
        }
    }
}

#[async_trait]
impl Transport for Direct {
    fn name(&self) -> String {
        self.0.url().to_owned()
    }

    async fn get(&self, path: &str) -> Result<Bytes, PrometheusError> {
        let (head, body) = self.0.ask(Method::GET, path, Bytes::new()).await?.into_parts();
        // Its refusals are JSON, whatever their status; anything else comes from a proxy before it.
        if head.status.is_success() || body.starts_with(b"{") {
            return Ok(body);
        }
        Err(unreachable(WayOutage::Answers { name: self.name(), status: head.status.to_string() }))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use outbound::Proof;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    /// A way to what answers one request with this.
    async fn answering(answer: &'static str) -> Direct {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 4096]).await.unwrap();
            stream.write_all(answer.as_bytes()).await.unwrap();
        });
        Direct::new(Address { url, proof: Proof::Nothing, authority: String::new() }).unwrap()
    }

    #[tokio::test]
    async fn a_refusal_in_json_is_an_answer_and_a_page_of_a_proxy_is_none() {
        let refusal = "HTTP/1.1 400 Bad Request\r\ncontent-length: 17\r\n\r\n{\"status\":\"error\"";
        assert!(answering(refusal).await.get("/x").await.is_ok());

        let page = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 6\r\n\r\n<html>";
        let error = answering(page).await.get("/x").await.unwrap_err();
        assert!(error.to_string().ends_with("answers 502 Bad Gateway"), "{error}");
    }
}
