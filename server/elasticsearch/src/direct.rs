//! The way to a log store by its own address.

use crate::error::ElasticsearchError;
use crate::transport::{Ask, Transport};
use async_trait::async_trait;
use bytes::Bytes;
use http::StatusCode;
use model::cause::WayOutage;
use outbound::{Address, Limits, OutboundError, System};
use std::time::Duration;

/// An answer may take longer than the log store itself may think about it.
const LIMITS: Limits = Limits { patience: Duration::from_secs(15), longest_answer: 32 << 20 };

/// A way to a log store by its own address.
pub struct Direct(System);

impl Direct {
    /// Prepares the way; nothing is sent yet.
    pub fn new(address: Address) -> Result<Self, ElasticsearchError> {
        Ok(Self(System::new(address, LIMITS)?))
    }
}

impl From<OutboundError> for ElasticsearchError {
    fn from(error: OutboundError) -> Self {
        match error {
            OutboundError::Long { limit_bytes, .. } => Self::TooLarge { limit_bytes },
            error => Self::unreachable(&error),
        }
    }
}

#[async_trait]
impl Transport for Direct {
    fn name(&self) -> String {
        self.0.url().to_owned()
    }

    async fn ask(&self, ask: &Ask) -> Result<Bytes, ElasticsearchError> {
        let (head, body) = self.0.ask(ask.method.clone(), &ask.path, ask.body.clone()).await?.into_parts();
        // Its refusals are JSON, whatever their status; anything else comes from a proxy before it.
        if head.status.is_success() || body.starts_with(b"{") {
            return Ok(body);
        }
        if head.status == StatusCode::UNAUTHORIZED {
            return Err(ElasticsearchError::Closed(WayOutage::WrongLogin));
        }
        let (name, status) = (self.name(), head.status.to_string());
        Err(ElasticsearchError::unreachable(WayOutage::Answers { name, status }))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use http::Method;
    use outbound::Proof;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    /// What comes of a question that is answered with this.
    async fn answered(answer: &'static str) -> Result<Bytes, ElasticsearchError> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 4096]).await.unwrap();
            stream.write_all(answer.as_bytes()).await.unwrap();
        });
        let way = Direct::new(Address { url, proof: Proof::Nothing, authority: String::new() }).unwrap();
        way.ask(&Ask { method: Method::GET, path: "/logs-*/_search".into(), body: Bytes::from_static(b"{}") })
            .await
    }

    #[tokio::test]
    async fn its_own_refusals_are_answers_and_those_of_proxies_are_errors() {
        let refusal = "HTTP/1.1 400 Bad Request\r\ncontent-length: 24\r\n\r\n{\"error\":{},\"status\":400}";
        assert!(answered(refusal).await.is_ok());

        let page = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 2\r\n\r\nno";
        let error = answered(page).await.unwrap_err();
        assert!(error.to_string().contains("502"), "{error}");

        let unknown = "HTTP/1.1 401 Unauthorized\r\ncontent-length: 2\r\n\r\nno";
        assert!(answered(unknown).await.unwrap_err().wants_proof());
    }
}
