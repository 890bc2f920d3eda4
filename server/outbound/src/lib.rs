#![doc = include_str!("../README.md")]

mod address;
mod dial;
mod line;
mod outage;
mod system;
mod trust;

pub use address::is_this_machine;
pub use line::Found;
pub use system::{Address, Proof, System};
pub use trust::{TrustError, client_config};

use address::host_of;
use bytes::Bytes;
use dial::Dial;
use http::header::{LOCATION, USER_AGENT};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use std::collections::BTreeSet;
use std::error::Error as StdError;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// What the console calls itself.
const AGENT: HeaderValue = HeaderValue::from_static(concat!("orrery/", env!("CARGO_PKG_VERSION")));
/// How many connections to one host are kept for the next request.
const KEPT_CONNECTIONS: usize = 4;
/// The longest address of a redirect that is told, in characters.
const LONGEST_TOLD: usize = 200;

/// How far requests may reach.
#[derive(Clone, Debug)]
pub enum Reach {
    /// Wherever an operator said.
    Anywhere,
    /// Anywhere with encryption; without it on this machine only.
    Encrypted,
    /// To the public internet with encryption, and to these hosts, in small letters, wherever they are.
    Public(Arc<BTreeSet<String>>),
}

/// How much an answer may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long it may take.
    pub patience: Duration,
    /// How long it may be, in bytes.
    pub longest_answer: usize,
}

/// Why there is no answer that can be used. Of an address only scheme and host are told: paths of webhooks are secrets.
#[derive(Debug, thiserror::Error)]
pub enum OutboundError {
    /// Without encryption, to where that is not allowed.
    #[error("{0} is without encryption, so nothing is sent there: write https://")]
    Insecure(String),
    /// It is not in the public internet.
    #[error(
        "{0} is not in the public internet, and no operator of this console allowed it, so nothing is sent there"
    )]
    Private(String),
    /// It took too long.
    #[error("{address} did not answer within {} s", after.as_secs())]
    Slow {
        /// Who.
        address: String,
        /// How long was waited.
        after: Duration,
    },
    /// It cannot be reached, or is not who it should be.
    #[error("{address} cannot be reached: {cause}")]
    Unreachable {
        /// Who.
        address: String,
        /// What the network said.
        cause: String,
    },
    /// It sends to somewhere else.
    #[error("{address} answers with a redirect to {target}, which is not followed")]
    Redirect {
        /// Who.
        address: String,
        /// Where to.
        target: String,
    },
    /// It says more than is read.
    #[error("the answer of {address} is cut off or longer than {limit_bytes} bytes")]
    Long {
        /// Who.
        address: String,
        /// What would have been read.
        limit_bytes: usize,
        /// The status of the answer, which came before.
        status: StatusCode,
    },
    /// What is to be shown cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Credential {
        /// The file that holds it.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The address is none, or the credential holds what no header may.
    #[error("the address or the credential holds what may not be sent")]
    Unsendable,
    /// Its certificates cannot be used.
    #[error(transparent)]
    Trust(#[from] TrustError),
}

type Http = Client<HttpsConnector<HttpConnector<Dial>>, Full<Bytes>>;

/// A way out. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Outbound {
    reach: Reach,
    limits: Limits,
    anywhere: Http,
    public: Http,
}

impl std::fmt::Debug for Outbound {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Outbound").field("reach", &self.reach).finish_non_exhaustive()
    }
}

impl Outbound {
    /// A way that trusts these certificates (PEM) alone; without any, whom the machine trusts.
    pub fn new(reach: Reach, limits: Limits, authority: &str) -> Result<Self, OutboundError> {
        let trusted = client_config(authority)?;
        let client = |dial: Dial| {
            let mut http = HttpConnector::new_with_resolver(dial);
            http.enforce_http(false);
            let builder = HttpsConnectorBuilder::new().with_tls_config(trusted.clone());
            let connector = builder.https_or_http().enable_http1().wrap_connector(http);
            Client::builder(TokioExecutor::new()).pool_max_idle_per_host(KEPT_CONNECTIONS).build(connector)
        };
        Ok(Self { reach, limits, anywhere: client(Dial::anywhere()), public: client(Dial::public()) })
    }

    /// Sends a request and reads its answer, whatever its status. Redirects are not followed: whoever answers with one is
    /// not who was asked.
    pub async fn send(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, OutboundError> {
        request.headers_mut().insert(USER_AGENT, AGENT);
        let address = told(&request);
        let client = self.client_for(&request, &address)?;
        let after = self.limits.patience;
        match timeout(after, self.exchange(client, request, &address)).await {
            Ok(answer) => answer,
            Err(_) => Err(OutboundError::Slow { address, after }),
        }
    }

    fn client_for(&self, request: &Request<Bytes>, address: &str) -> Result<&Http, OutboundError> {
        let host = host_of(request.uri()).unwrap_or_default();
        let is_encrypted = request.uri().scheme_str() == Some("https");
        match way(&self.reach, &host, is_encrypted, address)? {
            Way::Anywhere => Ok(&self.anywhere),
            Way::Public => Ok(&self.public),
        }
    }

    async fn exchange(
        &self,
        client: &Http,
        request: Request<Bytes>,
        address: &str,
    ) -> Result<Response<Bytes>, OutboundError> {
        let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
        let again = is_read.then(|| request.clone());
        let mut answer = client.request(request.map(Full::new)).await;
        if let (Err(error), Some(again)) = (&answer, again)
            && was_closed(error)
        {
            answer = client.request(again.map(Full::new)).await;
        }
        let answer = answer.map_err(|error| unreachable(address, &error))?;
        if answer.status().is_redirection() {
            let target = answer.headers().get(LOCATION).and_then(|target| target.to_str().ok());
            let target = target.unwrap_or("nowhere").chars().take(LONGEST_TOLD).collect();
            return Err(OutboundError::Redirect { address: address.to_owned(), target });
        }
        let (head, body) = answer.into_parts();
        let limit_bytes = self.limits.longest_answer;
        let body = Limited::new(body, limit_bytes).collect().await;
        let long = |_| OutboundError::Long { address: address.to_owned(), limit_bytes, status: head.status };
        let body = body.map_err(long)?.to_bytes();
        Ok(Response::from_parts(head, body))
    }
}

/// To which addresses a way may lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Anywhere,
    Public,
}

/// The way to a host, which is in small letters, if there may be one. `address` is what it is called where there may not.
fn way(reach: &Reach, host: &str, is_encrypted: bool, address: &str) -> Result<Way, OutboundError> {
    match reach {
        Reach::Anywhere => Ok(Way::Anywhere),
        Reach::Encrypted if is_encrypted || is_this_machine(host) => Ok(Way::Anywhere),
        Reach::Public(allowed) if allowed.contains(host) => Ok(Way::Anywhere),
        // Names are checked when they are looked up; what is an address already is never looked up.
        Reach::Public(_) if is_encrypted => match host.parse() {
            Ok(ip) if !address::is_public(ip) => Err(OutboundError::Private(address.to_owned())),
            _ => Ok(Way::Public),
        },
        Reach::Encrypted | Reach::Public(_) => Err(OutboundError::Insecure(address.to_owned())),
    }
}

/// The address of a request without what is behind the host.
fn told(request: &Request<Bytes>) -> String {
    let uri = request.uri();
    match (uri.scheme_str(), uri.authority()) {
        (Some(scheme), Some(authority)) => {
            let host = authority.as_str().rsplit('@').next().unwrap_or_default();
            format!("{scheme}://{host}")
        }
        _ => "what is no address".to_owned(),
    }
}

fn unreachable(address: &str, error: &(dyn StdError + 'static)) -> OutboundError {
    if causes(error).any(|cause| cause.downcast_ref().is_some_and(dial::is_refusal)) {
        return OutboundError::Private(address.to_owned());
    }
    OutboundError::Unreachable { address: address.to_owned(), cause: innermost(error) }
}

/// What the first cause of an error says: it names what went wrong, where those around it only say that something did. What is
/// wrong with a certificate is said in words.
pub fn innermost(error: &(dyn StdError + 'static)) -> String {
    if let Some(words) = causes(error).find_map(trust::in_words) {
        return words.to_owned();
    }
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}

/// Whether the other side closed the connection instead of answering.
fn was_closed(error: &(dyn StdError + 'static)) -> bool {
    causes(error).any(|cause| {
        let by_http = cause.downcast_ref::<hyper::Error>();
        let by_network = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        by_http.is_some_and(|error| error.is_incomplete_message() || error.is_closed())
            || matches!(by_network, Some(io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe))
    })
}

/// An error and everything behind it, the first cause last.
fn causes<'e>(error: &'e (dyn StdError + 'static)) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error: &&'e (dyn StdError + 'static)| error.source())
}

#[cfg(test)]
mod tests;
