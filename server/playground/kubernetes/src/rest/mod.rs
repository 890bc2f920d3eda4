//! The API over HTTP.

pub(crate) mod aggregation;
pub(crate) mod authenticate;
mod discovery;
mod duplicates;
mod eviction;
mod fault_switch;
mod health;
mod logs;
mod measured;
mod modify;
mod patch;
pub(crate) mod proxy;
mod read;
mod remove;
pub(crate) mod render;
pub(crate) mod request;
mod reviews;
mod streams;
mod subresources;
mod upgrade;
mod versions;
mod watch;
mod yaml;

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::request::Parts;
use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::Value;
use uuid::Uuid;

use crate::cluster::Cluster;
use crate::faults::{Effect, SWITCHBOARD};
use crate::identity::Identity;
use crate::kubelet::Kubelet;
use crate::registry::{Source, Subresource};
use crate::trail::Draft;
use crate::{Status, openapi, rbac};
use render::Served;
use request::{Form, Parameters, RequestInfo};

pub(crate) use aggregation::judge as judge_service;
pub(crate) use discovery::groups;

/// The largest body the server reads, as the real one's.
const LARGEST_BODY: usize = 3 * 1024 * 1024;

/// What a request handler has at hand.
pub(crate) struct Api {
    pub(crate) cluster: Cluster,
    pub(crate) kubelet: Arc<dyn Kubelet>,
}

/// Marks an answer that is to be replaced by a closed connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HangUp;

/// The whole API as a service.
pub(crate) fn router(cluster: Cluster, kubelet: Arc<dyn Kubelet>) -> axum::Router {
    axum::Router::new().fallback(entry).with_state(Arc::new(Api { cluster, kubelet }))
}

/// A request with everything known about it.
pub(crate) struct Call {
    pub(crate) parts: Parts,
    pub(crate) query: Parameters,
    pub(crate) info: RequestInfo,
    pub(crate) identity: Identity,
    pub(crate) body: Bytes,
    /// How far the server's clock is ahead for this request.
    pub(crate) skew_seconds: i64,
}

impl Call {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Result<Value, Status> {
        request::read_body(&self.parts.headers, &self.body)
    }
}

/// What names a request in the audit log. Whoever asks may say it, and hears it with the answer.
const AUDIT_ID: HeaderName = HeaderName::from_static("audit-id");

async fn entry(State(api): State<Arc<Api>>, request: Request) -> Response {
    let said = request.headers().get(AUDIT_ID).filter(|id| !id.is_empty()).cloned();
    let id = said.or_else(|| HeaderValue::from_str(&Uuid::new_v4().to_string()).ok());
    let words = id.as_ref().and_then(|id| id.to_str().ok()).unwrap_or_default().to_owned();
    let mut response = answer(&api, request, &words).await.unwrap_or_else(|status| refuse(&status));
    if let Some(id) = id {
        response.headers_mut().insert(AUDIT_ID, id);
    }
    response
}

async fn answer(api: &Api, request: Request, id: &str) -> Result<Response, Status> {
    let (parts, body) = request.into_parts();
    let query = Parameters::parse(&parts)?;
    let info = RequestInfo::parse(&parts, &query);
    let faults = api.cluster.faults();
    let switched = *faults.changes().borrow();
    let effect = faults.on_request(&info);
    if effect == Effect::HalfOpen {
        faults.off_after(switched).await;
    }
    if let Some(early) = before(&effect).await {
        return early;
    }
    let identity = authenticate::identify(&api.cluster, &parts)?;
    let trail = &api.cluster.inner.trail;
    let draft = Draft::of(&info, &identity, authenticate::speaker(&api.cluster, &parts), &parts, id);
    if let Err(refusal) = rbac::authorize(&api.cluster, &identity, &info) {
        trail.keep(draft, refusal.code, Some(&refusal));
        return Err(refusal);
    }
    let body = to_bytes(body, LARGEST_BODY).await.map_err(|_| {
        Status::new(
            413,
            "RequestEntityTooLarge",
            format!("Request entity too large: limit is {LARGEST_BODY}"),
        )
    })?;
    let skew_seconds = if let Effect::ClockSkew { seconds } = effect { seconds } else { 0 };
    let call = Call { parts, query, info, identity, body, skew_seconds };
    let yaml = request::wants_yaml(&call.parts.headers, &call.query);
    let mut answer = dispatch(api, call).await;
    let code = answer.as_ref().map_or_else(|refusal| refusal.code, |response| response.status().as_u16());
    trail.keep(draft, code, answer.as_ref().err());
    if yaml {
        answer = Ok(yaml::answer(answer.unwrap_or_else(|status| refuse(&status))).await);
    }
    after(&effect, answer)
}

async fn before(effect: &Effect) -> Option<Result<Response, Status>> {
    match effect {
        Effect::Delay { milliseconds } => {
            tokio::time::sleep(Duration::from_millis(*milliseconds)).await;
            None
        }
        Effect::Drop => {
            let mut response = Response::new(Body::empty());
            response.extensions_mut().insert(HangUp);
            Some(Ok(response))
        }
        Effect::Gone => Some(Err(Status::expired("too old resource version: 1 (2)"))),
        Effect::TooManyRequests { retry_after_seconds } => {
            let mut status = Status::new(
                429,
                "TooManyRequests",
                "the server has received too many requests and has asked us to try again later",
            );
            status.retry_after_seconds = Some(*retry_after_seconds);
            Some(Err(status))
        }
        Effect::Unavailable => Some(Err(unavailable())),
        Effect::Unauthorized => Some(Err(Status::unauthorized())),
        _ => None,
    }
}

fn after(effect: &Effect, answer: Result<Response, Status>) -> Result<Response, Status> {
    match effect {
        Effect::UnavailableAfterwards => Err(unavailable()),
        Effect::SlowBytes { bytes_per_second } => {
            answer.map(|response| fault_switch::slow(response, *bytes_per_second))
        }
        Effect::Truncated => answer.map(fault_switch::truncate),
        Effect::ClockSkew { seconds } => {
            let response = answer.unwrap_or_else(|status| refuse(&status));
            Ok(fault_switch::date(response, *seconds))
        }
        _ => answer,
    }
}

/// 503, as from an aggregated API that does not answer.
pub(crate) fn unavailable() -> Status {
    Status::new(503, "ServiceUnavailable", "the server is currently unable to handle the request")
}

async fn dispatch(api: &Api, call: Call) -> Result<Response, Status> {
    if !call.info.is_resource {
        return other_path(api, &call);
    }
    let (group, version) = (&call.info.group, &call.info.version);
    if aggregation::is_dead(&api.cluster, group, version) {
        return Ok(no_service());
    }
    let registry = Arc::clone(&api.cluster.inner.state.read().registry);
    let Some(kind) = registry.served(group, version, &call.info.resource) else {
        let is_known = registry.kinds().any(|kind| kind.served.contains(&(group.clone(), version.clone())));
        return if is_known { Err(Status::no_such_path()) } else { Ok(no_page()) };
    };
    let served = Served::new(Arc::clone(kind), group, version);
    let warning = kind.warnings.get(version).cloned();
    let answer = about_kind(api, call, &served).await;
    match warning {
        Some(warning) => answer.map(|answer| modify::warn(answer, &[warning])),
        None => answer,
    }
}

/// Answers a request about a kind that exists.
async fn about_kind(api: &Api, call: Call, served: &Served) -> Result<Response, Status> {
    let kind = &served.kind;
    if kind.namespaced
        && call.info.namespace.is_none()
        && (call.info.name.is_some() || call.info.verb == "create")
    {
        return Err(if kind.source == Source::Review {
            Status::no_such_path()
        } else {
            Status::method_not_allowed()
        });
    }
    if !kind.namespaced && call.info.namespace.is_some() {
        return Err(Status::no_such_path());
    }
    if !call.info.subresource.is_empty() {
        let part = Subresource::parse(&call.info.subresource).filter(|part| kind.has(*part));
        return subresources::dispatch(api, call, served, part.ok_or_else(Status::no_such_path)?).await;
    }
    match kind.source {
        Source::Review => reviews::answer(api, &call, served),
        Source::Measured => measured::answer(api, &call, served),
        Source::Stored => stored(api, &call, served).await,
    }
}

async fn stored(api: &Api, call: &Call, served: &Served) -> Result<Response, Status> {
    let form = Form::negotiate(&call.parts.headers, &call.query)?;
    let (cluster, info, query) = (&api.cluster, &call.info, &call.query);
    match info.verb.as_str() {
        "get" => read::get(cluster, served, info, form).await,
        "list" => read::list(cluster, served, info, query, form).await,
        "watch" => watch::watch(cluster, served, info, query, form),
        "create" => modify::create(cluster, call, served, form).await,
        "update" => modify::update(cluster, call, served, None, form).await,
        "patch" => patch::patch(cluster, call, served, None, form).await,
        "delete" => remove::delete(cluster, call, served, form).await,
        "deletecollection" => remove::delete_collection(cluster, call, served).await,
        _ => Err(Status::method_not_allowed()),
    }
}

fn other_path(api: &Api, call: &Call) -> Result<Response, Status> {
    let path = call.info.path.trim_end_matches('/');
    if let Some(answer) = health::answer(path, &call.query) {
        return answer;
    }
    match path {
        "/version" => Ok(json_response(200, &discovery::version(&api.cluster))),
        "/openapi/v3" => Ok(json_response(200, &openapi::index(&api.cluster))),
        SWITCHBOARD => fault_switch::answer(&api.cluster, call),
        _ if path.starts_with("/openapi/v3/") => {
            openapi::document(&api.cluster, &path["/openapi/v3/".len()..])
                .map(|document| respond(200, json_body(document)))
                .ok_or_else(Status::no_such_path)
        }
        _ => discovery::answer(&api.cluster, call),
    }
}

/// A response with JSON in it.
pub(crate) fn json_response(code: u16, value: &Value) -> Response {
    respond(code, json_body(render::to_bytes(value)))
}

pub(crate) fn json_body(bytes: Bytes) -> Body {
    Body::from(bytes)
}

/// A response whose body is JSON.
pub(crate) fn respond(code: u16, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(code).expect("only known codes are used");
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn plain(text: impl Into<Body>) -> Response {
    let mut response = Response::new(text.into());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

/// What stands in front of an aggregated API says when that does not answer. It is no object of Kubernetes.
pub(crate) fn no_service() -> Response {
    let mut response = plain("service unavailable\n");
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    response
}

/// Nobody knows the path. This, too, is no object.
pub(crate) fn no_page() -> Response {
    let mut response = plain("404 page not found\n");
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

/// A refusal as a response.
pub(crate) fn refuse(status: &Status) -> Response {
    let mut response = json_response(status.code, &status.to_json());
    if let Some(seconds) = status.retry_after_seconds {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
