//! Requests of programs that speak the API themselves, sent on as their owner.

use super::request::{AGENT, speak_for};
use super::{Connection, LIST_PATIENCE, is_before_sending, unreachable};
use crate::KubernetesError;
use access::Identity;
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue, USER_AGENT};
use http::{Method, Request, Response};
use kube::client::Body;
use tokio::time::timeout;

/// A request that was read and is written anew: nothing in it is as it came.
#[derive(Clone, Debug)]
pub(crate) struct Passed {
    pub method: Method,
    /// The path with its query, made of what was understood.
    pub path: String,
    pub accept: HeaderValue,
    pub content_type: Option<HeaderValue>,
    /// What asks for another protocol.
    pub upgrade: Option<HeaderMap>,
    pub body: Bytes,
}

impl Passed {
    /// A read of this path.
    pub fn get(path: String, accept: HeaderValue) -> Self {
        Self { method: Method::GET, path, accept, content_type: None, upgrade: None, body: Bytes::new() }
    }
}

impl Connection {
    /// Sends a request on, once, and answers with what comes back, whatever it says. Only the head of the answer is
    /// waited for with a limit.
    pub(crate) async fn pass(
        &self,
        identity: &Identity,
        passed: Passed,
    ) -> Result<Response<Body>, KubernetesError> {
        let may_change = passed.method != Method::GET;
        let sent = timeout(LIST_PATIENCE, self.dispatch(written(identity, passed)?)).await;
        let sent = sent.map_err(|_| self.late(LIST_PATIENCE, may_change))?;
        sent.map_err(|error| unreachable(&self.cluster, &error, may_change && !is_before_sending(&error)))
    }
}

fn written(identity: &Identity, passed: Passed) -> Result<Request<Body>, KubernetesError> {
    let mut request = Request::new(Body::from(passed.body));
    *request.method_mut() = passed.method;
    *request.uri_mut() =
        passed.path.parse().map_err(|_| KubernetesError::invalid("", "this is not an address"))?;
    let headers = request.headers_mut();
    *headers = passed.upgrade.unwrap_or_default();
    headers.insert(ACCEPT, passed.accept);
    headers.insert(USER_AGENT, AGENT);
    if let Some(content_type) = passed.content_type {
        headers.insert(CONTENT_TYPE, content_type);
    }
    speak_for(headers, identity)?;
    Ok(request)
}
