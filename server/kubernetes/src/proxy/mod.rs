//! The API of clusters for programs such as kubectl, through the console. A request is read into what it means, decided by
//! `access` like everything else, and sent anew as the owner of the token; nothing of it is passed on as it came.
//!
//! `target`, `query` and `headers` say what is read, `meaning` which right it needs, `carry` and `tunnel` bring the answer, `tape`
//! records what commands show.

mod carry;
mod frames;
mod headers;
mod meaning;
mod named;
mod namespaces;
mod query;
mod review;
mod said;
mod tape;
mod target;
mod tunnel;

use crate::caller::ForCaller;
use crate::connection::Passed;
use access::{Scope, decide};
use bytes::Bytes;
use carry::Carrier;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use http::{Method, Response};
use hyper::upgrade::OnUpgrade;
use meaning::{Pass, Way, meaning, somewhere};
use model::{ClusterName, ConsoleError};
use query::Query;
use said::Said;
use std::any::Any;
use std::io;
use target::Target;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

/// The most watches, logs and shells of one person at a time: what a controller on somebody's desk needs, and few enough
/// to notice a loop.
pub(crate) const MOST_STREAMS: u32 = 100;

/// A request of a program, as it came.
pub struct ApiRequest {
    /// The method.
    pub method: Method,
    /// The path after the cluster's name, as it was sent.
    pub path: String,
    /// What stands after the question mark.
    pub query: String,
    /// The headers; nothing of them is passed on as it is.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
    /// What becomes of the connection when it switches to another protocol.
    pub upgrade: Option<ApiUpgrade>,
    /// The console stops: streams end.
    pub stop: CancellationToken,
}

/// The reader's side of a connection that may switch to another protocol.
pub struct ApiUpgrade {
    /// The connection, once it has switched.
    pub connection: OnUpgrade,
    /// What is to be kept for as long as the connection lasts.
    pub seat: Box<dyn Any + Send>,
}

/// The answer.
pub type ApiAnswer = Response<BoxStream<'static, io::Result<Bytes>>>;

impl ForCaller {
    /// Answers a program's request to a cluster. What is refused is refused in the words of Kubernetes.
    pub async fn api(&self, cluster: &ClusterName, request: ApiRequest) -> ApiAnswer {
        self.try_api(cluster, request).await.unwrap_or_else(|said| answer(&said))
    }

    async fn try_api(&self, name: &ClusterName, request: ApiRequest) -> Result<ApiAnswer, Said> {
        headers::check_identity(&request.headers)?;
        let target = Target::read(&request.path)?;
        let query = Query::read(&request.query)?;
        let upgrade = headers::upgrade(&request.headers)?;
        let (pass, way) = meaning(name, &target, &request.method, &query, upgrade.is_some(), &request.body)?;
        let cluster = self.cluster(name).await.map_err(|error| Said::from(&error))?;
        if way == Way::Review {
            return review::review(&self.caller, name, &request.body);
        }
        let content_type =
            if request.body.is_empty() { None } else { Some(headers::content_type(&request.headers)?) };
        let place = match way {
            Way::Events | Way::Log | Way::Bytes => {
                let place = self.kubernetes.streams().take(self.caller.account_id);
                Some(place.ok_or_else(|| Said::too_many(MOST_STREAMS))?)
            }
            Way::Answer | Way::Review => None,
        };
        let passed = Passed {
            method: request.method,
            path: query.after(target.path()),
            accept: headers::accept(&request.headers),
            content_type,
            upgrade,
            body: request.body,
        };
        let (tell, told) = oneshot::channel();
        let caller = self.clone();
        let carrier = Carrier { caller, cluster, way, passed, query, stop: request.stop, tell, place };
        self.carried(pass, carrier, request.upgrade, told).await
    }

    /// Decides, writes down what has to be, and lets the carrier go on for as long as it takes; answers as soon as there
    /// is an answer.
    async fn carried(
        &self,
        pass: Pass,
        carrier: Carrier,
        upgrade: Option<ApiUpgrade>,
        mut told: oneshot::Receiver<ApiAnswer>,
    ) -> Result<ApiAnswer, Said> {
        let need = pass.need.clone();
        let work = move |granted| carrier.carry(granted, upgrade);
        let performing = self.kubernetes.access().perform(&self.caller, pass, work);
        let performed = tokio::select! {
            biased;
            Ok(answer) = &mut told => return Ok(answer),
            performed = performing => performed,
        };
        match (told.try_recv(), performed) {
            (Ok(answer), _) => Ok(answer),
            (Err(_), Err(error @ ConsoleError::Forbidden { .. })) => Err(self.with_advice(&error, &need)),
            (Err(_), Err(error)) => Err(Said::from(&error)),
            (Err(_), Ok(())) => {
                Err(Said::from(&ConsoleError::Internal { reference: self.caller.request_id.clone() }))
            }
        }
    }

    /// Who may not look everywhere at once is told where they may.
    fn with_advice(&self, error: &ConsoleError, need: &access::Need) -> Said {
        let mut said = Said::from(error);
        let seen = somewhere(need).and_then(|need| decide(&self.caller, &need).ok());
        if let Some(Scope::Namespaces(own)) = seen.filter(|_| !meaning::is_of_namespaces(need)) {
            said.add(&format!(" You may in {}: name one with -n.", listed(own.iter().map(AsRef::as_ref))));
        }
        said
    }
}

/// The first of some names, for a sentence.
fn listed<'n>(names: impl ExactSizeIterator<Item = &'n str>) -> String {
    const FIRST: usize = 10;
    let more = names.len().saturating_sub(FIRST);
    let first = names.take(FIRST).collect::<Vec<_>>().join(", ");
    if more == 0 { first } else { format!("{first} and {more} more") }
}

/// The answer to whoever gets no further than the console's own door.
pub fn api_refusal(error: &ConsoleError) -> ApiAnswer {
    answer(&Said::from(error))
}

/// What the console says by itself.
fn answer(said: &Said) -> ApiAnswer {
    let mut response = whole(said.body());
    *response.status_mut() = said.status();
    response
}

/// A whole body of JSON.
fn whole(body: Bytes) -> ApiAnswer {
    let mut response = Response::new(stream::iter([Ok(body)]).boxed());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
