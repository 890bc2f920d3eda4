//! The way to a log store by its own address.

use crate::error::ElasticsearchError;
use crate::transport::{Ask, Transport};
use async_trait::async_trait;
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, USER_AGENT};
use http::{Request, StatusCode, Uri};
use http_body_util::{BodyExt, Full, Limited};
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

/// How long an answer may take: more than the log store itself may think about it.
const PATIENCE: Duration = Duration::from_secs(15);
/// The longest answer, in bytes.
const LONGEST_ANSWER: usize = 32 << 20;

/// Where a log store is, and what it wants to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// `https://logs.example.org/base`, without a slash at its end.
    pub url: String,
    /// What it wants to be shown.
    pub proof: Proof,
    /// The only authorities that are trusted, as PEM; empty for those that the machine trusts.
    pub authority: String,
}

/// What a log store wants to be shown.
#[derive(Clone, PartialEq, Eq)]
pub enum Proof {
    /// Nothing.
    Nothing,
    /// A name and a password, as `name:password` in base64.
    Basic(String),
    /// What stands in this file, which is read with each question: an API key as Elasticsearch shows it, or `Bearer` and
    /// a token.
    KeyFile(PathBuf),
}

impl std::fmt::Debug for Proof {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Nothing => "Nothing",
            Self::Basic(_) => "Basic(…)",
            Self::KeyFile(_) => "KeyFile(…)",
        })
    }
}

/// A way to a log store by its own address.
pub struct Direct {
    address: Address,
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

impl Direct {
    /// Prepares the way; nothing is sent yet.
    pub fn new(address: Address) -> Result<Self, ElasticsearchError> {
        let builder = HttpsConnectorBuilder::new();
        let builder = match address.authority.as_str() {
            "" => builder.with_native_roots().map_err(|error| unreachable(&error))?,
            authority => {
                builder.with_tls_config(trusting(authority).map_err(ElasticsearchError::unreachable)?)
            }
        };
        let connector = builder.https_or_http().enable_http1().build();
        let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(4).build(connector);
        Ok(Self { address, client })
    }

    async fn request(&self, ask: &Ask) -> Result<Request<Full<Bytes>>, ElasticsearchError> {
        let uri: Uri = format!("{}{}", self.address.url, ask.path)
            .parse()
            .map_err(|_| ElasticsearchError::unreachable("this is not an address"))?;
        let mut request = Request::new(Full::new(ask.body.clone()));
        *request.method_mut() = ask.method.clone();
        *request.uri_mut() = uri;
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, HeaderValue::from_static(concat!("orrery/", env!("CARGO_PKG_VERSION"))));
        if !ask.body.is_empty() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let shown = match &self.address.proof {
            Proof::Nothing => return Ok(request),
            Proof::Basic(both) => format!("Basic {both}"),
            Proof::KeyFile(file) => {
                let key = tokio::fs::read_to_string(file).await.map_err(|error| {
                    let file = file.display();
                    ElasticsearchError::unreachable(format!("the key file {file} cannot be read: {error}"))
                })?;
                match key.trim() {
                    key if key.starts_with("Bearer ") || key.starts_with("ApiKey ") => key.to_owned(),
                    key => format!("ApiKey {key}"),
                }
            }
        };
        let mut shown = HeaderValue::from_str(&shown)
            .map_err(|_| ElasticsearchError::unreachable("the credential holds what no header may"))?;
        shown.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, shown);
        Ok(request)
    }

    async fn exchange(&self, ask: &Ask) -> Result<Bytes, ElasticsearchError> {
        let answer = self.client.request(self.request(ask).await?).await;
        let answer = answer.map_err(|error| unreachable(&error))?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), LONGEST_ANSWER).collect().await;
        let body = body.map_err(|_| ElasticsearchError::TooLarge { limit_bytes: LONGEST_ANSWER })?.to_bytes();
        // Its refusals are JSON, whatever their status; anything else comes from a proxy before it.
        if status.is_success() || body.starts_with(b"{") {
            return Ok(body);
        }
        if status == StatusCode::UNAUTHORIZED {
            let reason = "it does not accept the name and password or key of the settings".to_owned();
            return Err(ElasticsearchError::Refused { kind: "unauthorized".into(), reason, status: 401 });
        }
        Err(ElasticsearchError::unreachable(format!("{} answers {status}", self.name())))
    }
}

#[async_trait]
impl Transport for Direct {
    fn name(&self) -> String {
        self.address.url.clone()
    }

    async fn ask(&self, ask: &Ask) -> Result<Bytes, ElasticsearchError> {
        match timeout(PATIENCE, self.exchange(ask)).await {
            Ok(answer) => answer,
            Err(_) => {
                Err(ElasticsearchError::unreachable(format!("no answer within {} s", PATIENCE.as_secs())))
            }
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
fn unreachable(error: &(dyn std::error::Error + 'static)) -> ElasticsearchError {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    ElasticsearchError::unreachable(error.to_string())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use http::Method;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    /// Answers one request with this, and tells what it was.
    async fn answering(answer: &'static str) -> (String, tokio::task::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/base", listener.local_addr().unwrap());
        let heard = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut bytes = vec![0; 4096];
            let length = stream.read(&mut bytes).await.unwrap();
            stream.write_all(answer.as_bytes()).await.unwrap();
            String::from_utf8_lossy(&bytes[..length]).into_owned()
        });
        (url, heard)
    }

    fn way(url: String, proof: Proof) -> Direct {
        Direct::new(Address { url, proof, authority: String::new() }).unwrap()
    }

    fn question() -> Ask {
        Ask { method: Method::GET, path: "/logs-*/_search".into(), body: Bytes::from_static(b"{\"size\":0}") }
    }

    #[tokio::test]
    async fn a_question_is_sent_with_its_body_and_with_what_is_to_be_shown() {
        let (url, heard) = answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await;

        let answer = way(url, Proof::Basic("YTpi".into())).ask(&question()).await.unwrap();

        let heard = heard.await.unwrap();
        assert_eq!(answer, Bytes::from_static(b"{}"));
        assert!(heard.starts_with("GET /base/logs-*/_search HTTP/1.1"), "{heard}");
        assert!(heard.contains("authorization: Basic YTpi") && heard.contains("{\"size\":0}"), "{heard}");
    }

    #[tokio::test]
    async fn its_own_refusals_are_answers_and_those_of_proxies_are_errors() {
        let refusal = "HTTP/1.1 400 Bad Request\r\ncontent-length: 24\r\n\r\n{\"error\":{},\"status\":400}";
        let (url, _heard) = answering(refusal).await;
        assert!(way(url, Proof::Nothing).ask(&question()).await.is_ok());

        let (url, _heard) = answering("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 2\r\n\r\nno").await;
        let error = way(url, Proof::Nothing).ask(&question()).await.unwrap_err();
        assert!(error.to_string().contains("502"), "{error}");
    }

    #[tokio::test]
    async fn a_key_file_that_is_missing_is_named() {
        let way = way("http://127.0.0.1:9".into(), Proof::KeyFile("/nowhere/key".into()));

        assert!(way.ask(&question()).await.unwrap_err().to_string().contains("/nowhere/key"));
    }
}
