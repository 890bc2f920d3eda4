//! The way to a Prometheus by its own address.

use crate::error::PrometheusError;
use crate::transport::Transport;
use async_trait::async_trait;
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, HeaderValue, USER_AGENT};
use http::{Request, Uri};
use http_body_util::{BodyExt, Empty, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// How long an answer may take: more than the Prometheus itself may think about it.
const PATIENCE: Duration = Duration::from_secs(15);
/// The longest answer, in bytes.
const LONGEST_ANSWER: usize = 32 << 20;

/// Where a Prometheus is, and what it wants to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// `https://prometheus.example.org/base`, without a slash at its end.
    pub url: String,
    /// What it wants to be shown.
    pub proof: Proof,
    /// The only authorities that are trusted, as PEM; empty for those that the machine trusts.
    pub authority: String,
}

/// What a Prometheus wants to be shown.
#[derive(Clone, PartialEq, Eq)]
pub enum Proof {
    /// Nothing.
    Nothing,
    /// A name and a password, as `name:password` in base64.
    Basic(String),
    /// The token in this file, which is read with each question: tokens are renewed.
    TokenFile(PathBuf),
}

impl std::fmt::Debug for Proof {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Nothing => "Nothing",
            Self::Basic(_) => "Basic(…)",
            Self::TokenFile(_) => "TokenFile(…)",
        })
    }
}

/// A way to a Prometheus by its own address.
pub struct Direct {
    address: Address,
    client: Client<HttpsConnector<HttpConnector>, Empty<Bytes>>,
}

impl Direct {
    /// Prepares the way; nothing is sent yet.
    pub fn new(address: Address) -> Result<Self, PrometheusError> {
        let unreachable = |cause: String| PrometheusError::Unreachable { cause, source: None };
        let builder = HttpsConnectorBuilder::new();
        let builder = match address.authority.as_str() {
            "" => builder.with_native_roots().map_err(|error| unreachable(error.to_string()))?,
            authority => builder.with_tls_config(trusting(authority).map_err(unreachable)?),
        };
        let connector = builder.https_or_http().enable_http1().build();
        let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(4).build(connector);
        Ok(Self { address, client })
    }

    async fn request(&self, path: &str) -> Result<Request<Empty<Bytes>>, PrometheusError> {
        let unreachable = |cause: String| PrometheusError::Unreachable { cause, source: None };
        let uri: Uri = format!("{}{path}", self.address.url)
            .parse()
            .map_err(|_| unreachable("this is not an address".into()))?;
        let mut request =
            Request::get(uri).body(Empty::new()).map_err(|error| unreachable(error.to_string()))?;
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, HeaderValue::from_static(concat!("orrery/", env!("CARGO_PKG_VERSION"))));
        let shown = match &self.address.proof {
            Proof::Nothing => return Ok(request),
            Proof::Basic(both) => format!("Basic {both}"),
            Proof::TokenFile(file) => {
                let token = tokio::fs::read_to_string(file).await;
                let token = token.map_err(|error| {
                    unreachable(format!("the token file {} cannot be read: {error}", file.display()))
                })?;
                format!("Bearer {}", token.trim())
            }
        };
        let mut shown = HeaderValue::from_str(&shown)
            .map_err(|_| unreachable("the credential holds what no header may".into()))?;
        shown.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, shown);
        Ok(request)
    }

    async fn exchange(&self, path: &str) -> Result<Bytes, PrometheusError> {
        let unreachable = |cause: String| PrometheusError::Unreachable { cause, source: None };
        let answer = self.client.request(self.request(path).await?).await;
        let answer = answer.map_err(|error| unreachable(innermost(&error)))?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), LONGEST_ANSWER).collect().await;
        let body = body.map_err(|_| PrometheusError::TooLarge { limit_bytes: LONGEST_ANSWER })?.to_bytes();
        // Its refusals are JSON, whatever their status; anything else comes from a proxy before it.
        if status.is_success() || body.starts_with(b"{") {
            return Ok(body);
        }
        Err(unreachable(format!("{} answers {status}", self.name())))
    }
}

#[async_trait]
impl Transport for Direct {
    fn name(&self) -> String {
        self.address.url.clone()
    }

    async fn get(&self, path: &str) -> Result<Bytes, PrometheusError> {
        match timeout(PATIENCE, self.exchange(path)).await {
            Ok(answer) => answer,
            Err(_) => Err(PrometheusError::Unreachable {
                cause: format!("no answer within {} s", PATIENCE.as_secs()),
                source: None,
            }),
        }
    }
}

/// TLS that trusts these authorities alone. There is no way to trust everybody.
fn trusting(authority: &str) -> Result<ClientConfig, String> {
    let unreadable = |error: String| format!("the certificate authority cannot be read: {error}");
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(authority.as_bytes()) {
        let certificate = certificate.map_err(|error| unreadable(error.to_string()))?;
        roots.add(certificate).map_err(|error| unreadable(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(unreadable("there is no certificate in it".into()));
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let versions = versions.map_err(|error| error.to_string())?;
    Ok(versions.with_root_certificates(roots).with_no_client_auth())
}

/// The innermost cause, which is the one that says something.
fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    /// Answers one request with this, and tells what it was.
    async fn answering(answer: &'static str) -> (String, tokio::task::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let heard = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut said = vec![0; 4096];
            let length = stream.read(&mut said).await.unwrap();
            stream.write_all(answer.as_bytes()).await.unwrap();
            String::from_utf8_lossy(&said[..length]).to_lowercase()
        });
        (url, heard)
    }

    fn direct(url: String, proof: Proof) -> Direct {
        Direct::new(Address { url, proof, authority: String::new() }).unwrap()
    }

    #[tokio::test]
    async fn it_shows_what_it_was_given_and_nothing_else() {
        let (url, heard) = answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await;

        let answer = direct(url, Proof::Basic("YTpi".into())).get("/api/v1/query?query=up").await.unwrap();

        let heard = heard.await.unwrap();
        assert_eq!(&answer[..], b"{}");
        assert!(
            heard.starts_with("get /api/v1/query?query=up http/1.1")
                && heard.contains("authorization: basic ytpi"),
            "{heard}"
        );
        assert!(!heard.contains("cookie") && !heard.contains("impersonate"), "{heard}");
    }

    #[tokio::test]
    async fn a_refusal_in_json_is_an_answer_and_a_page_of_a_proxy_is_none() {
        let (url, _heard) =
            answering("HTTP/1.1 400 Bad Request\r\ncontent-length: 17\r\n\r\n{\"status\":\"error\"").await;
        assert!(direct(url, Proof::Nothing).get("/x").await.is_ok());

        let (url, _heard) = answering("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 6\r\n\r\n<html>").await;
        let error = direct(url, Proof::Nothing).get("/x").await.unwrap_err();
        assert!(error.to_string().ends_with("answers 502 Bad Gateway"), "{error}");
    }

    #[tokio::test]
    async fn a_token_that_cannot_be_read_is_told() {
        let direct = direct("http://127.0.0.1:9".into(), Proof::TokenFile("/nowhere".into()));

        assert!(direct.get("/x").await.unwrap_err().to_string().contains("/nowhere"));
    }

    #[test]
    fn what_is_no_authority_is_refused() {
        let address = Address { url: "https://x".into(), proof: Proof::Nothing, authority: "hello".into() };

        assert!(Direct::new(address).is_err());
    }
}
