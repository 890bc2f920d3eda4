//! Requests to providers: to nobody else, never longer or larger than they need to be.

use crate::providers::trust::{self, TrustError};
use bytes::Bytes;
use http::header::{LOCATION, USER_AGENT};
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use oauth2::AsyncHttpClient;
use providers_contract::is_secure_address;
use std::pin::Pin;
use std::time::Duration;
use tokio::time::timeout;

/// How long a provider may take to answer one request. Signing in needs up to four; who waits longer than this has given
/// up.
const PATIENCE: Duration = Duration::from_secs(5);

/// The longest answer: keys and groups of the largest companies are a tenth of it.
const LONGEST_ANSWER: usize = 1024 * 1024;

/// Why a provider gave no answer that can be used.
#[derive(Debug, thiserror::Error)]
pub enum OutboundError {
    /// Not with encryption, and not on this machine.
    #[error("{0} is neither https nor on this machine, so nothing is sent there")]
    Insecure(String),
    /// It took too long.
    #[error("{0} did not answer within {limit} s", limit = PATIENCE.as_secs())]
    Slow(String),
    /// It cannot be reached, or is not who it should be.
    #[error("{0} cannot be reached: {1}")]
    Unreachable(String, String),
    /// It sends to somewhere else.
    #[error("{0} answers with a redirect to {1}, which is not followed")]
    Redirect(String, String),
    /// It says more than is read.
    #[error("the answer of {0} is cut off or longer than 1 MiB")]
    Long(String),
    /// Its certificates cannot be used.
    #[error(transparent)]
    Trust(#[from] TrustError),
}

/// A way to one provider. Trusts whom the machine trusts, or only the given certificates.
#[derive(Clone)]
pub struct Outbound(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

impl std::fmt::Debug for Outbound {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Outbound")
    }
}

impl Outbound {
    /// A way that trusts these certificates; without any, whom the machine trusts.
    pub fn new(authority: &str) -> Result<Self, OutboundError> {
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(trust::client_config(authority)?)
            .https_or_http()
            .enable_http1()
            .build();
        Ok(Self(Client::builder(TokioExecutor::new()).pool_max_idle_per_host(2).build(connector)))
    }

    /// Sends a request and reads the answer. Redirects are not followed: whoever answers with one is not who was asked.
    pub async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, OutboundError> {
        let address = request.uri().to_string();
        let shown = address.split('?').next().unwrap_or_default().to_owned();
        if !is_secure_address(&address, "https://", "http://") {
            return Err(OutboundError::Insecure(shown));
        }
        match timeout(PATIENCE, self.exchange(request, &shown)).await {
            Ok(answer) => answer,
            Err(_) => Err(OutboundError::Slow(shown)),
        }
    }

    async fn exchange(
        &self,
        mut request: Request<Vec<u8>>,
        shown: &str,
    ) -> Result<Response<Vec<u8>>, OutboundError> {
        request.headers_mut().insert(USER_AGENT, HeaderValue::from_static("orrery"));
        let answer = self.0.request(request.map(|body| Full::new(Bytes::from(body)))).await;
        let answer =
            answer.map_err(|error| OutboundError::Unreachable(shown.to_owned(), innermost(&error)))?;
        if answer.status().is_redirection() {
            let target = answer.headers().get(LOCATION).and_then(|target| target.to_str().ok());
            let target = target.unwrap_or("nowhere").chars().take(200).collect();
            return Err(OutboundError::Redirect(shown.to_owned(), target));
        }
        let (head, body) = answer.into_parts();
        let body = Limited::new(body, LONGEST_ANSWER).collect().await;
        let body = body.map_err(|_| OutboundError::Long(shown.to_owned()))?.to_bytes();
        Ok(Response::from_parts(head, body.to_vec()))
    }
}

impl<'c> AsyncHttpClient<'c> for Outbound {
    type Error = OutboundError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Vec<u8>>, OutboundError>> + Send + 'c>>;

    fn call(&'c self, request: Request<Vec<u8>>) -> Self::Future {
        Box::pin(self.send(request))
    }
}

/// What the first cause says: it names what went wrong, where those around it only say that something did.
pub(crate) fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
