//! Requests to one cluster. Every request is built here, from nothing: its headers are the ones this file names, its
//! path is made of names that have passed their rules, and whom it speaks for is said on each.

mod channels;
mod passed;

pub(crate) use channels::{Channel, FromCluster, ToCluster};
pub(crate) use passed::Passed;

use crate::KubernetesError;
use crate::error::ApiStatus;
use access::Identity;
use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, USER_AGENT};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::BodyExt;
use kube::client::Body;
use kube::config::AuthInfo;
use std::error::Error as StdError;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// How long a person waits for an answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long a page of a long list may take: the API server itself promises 30 s.
const LIST_PATIENCE: Duration = Duration::from_secs(60);
/// The longest answer that is read, in bytes: 500 objects of an everyday size fit many times.
const LONGEST_ANSWER: usize = 64 << 20;
/// Reads are tried again at most so often, and only while the sum of waits stays below the budget.
const READ_TRIES: u32 = 3;
const RETRY_BUDGET: Duration = Duration::from_secs(5);
/// What the console calls itself.
const AGENT: HeaderValue = HeaderValue::from_static(concat!("orrery/", env!("CARGO_PKG_VERSION")));
/// `Retry-After` above this is not waited for: the reader is told instead.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(10);

/// As whom a request is made.
#[derive(Clone, Copy, Debug)]
pub enum As<'a> {
    /// The console's own account, which only reads: discovery and stores.
    Console,
    /// A caller, by impersonation.
    Caller(&'a Identity),
}

/// A connection to one cluster's API server.
#[derive(Clone)]
pub struct Connection {
    cluster: String,
    client: kube::Client,
}

/// A request, before it is sent.
#[derive(Clone, Debug)]
pub struct Call {
    method: Method,
    path: String,
    accept: &'static str,
    content_type: Option<&'static str>,
    body: Bytes,
    /// The key of the WebSocket that it asks for.
    upgrade: Option<String>,
}

impl Call {
    /// A read. `path` comes from [`crate::Served::path`] and the like, with its query.
    pub fn get(path: String) -> Self {
        Self {
            method: Method::GET,
            path,
            accept: "application/json",
            content_type: None,
            body: Bytes::new(),
            upgrade: None,
        }
    }

    /// A change with a body of this type.
    pub fn write(method: Method, path: String, content_type: &'static str, body: Bytes) -> Self {
        let content_type = Some(content_type);
        Self { method, path, accept: "application/json", content_type, body, upgrade: None }
    }

    /// Asks for another form of the answer.
    #[must_use]
    pub fn accepting(mut self, accept: &'static str) -> Self {
        self.accept = accept;
        self
    }

    fn is_read(&self) -> bool {
        self.method == Method::GET
    }
}

/// An answer, whole.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The body.
    pub body: Bytes,
    /// `Warning` headers: what the API server wants people to know.
    pub warnings: Vec<String>,
}

impl Connection {
    /// Prepares a connection; nothing is sent yet. Whatever identity the configuration impersonates is dropped.
    pub fn new(cluster: &str, mut config: kube::Config) -> Result<Self, KubernetesError> {
        config.default_retry = false;
        config.connect_timeout = Some(Duration::from_secs(5));
        config.headers.clear();
        config.auth_info = AuthInfo { impersonate: None, impersonate_groups: None, ..config.auth_info };
        let client = kube::Client::try_from(config).map_err(|error| KubernetesError::Unreachable {
            cluster: cluster.into(),
            cause: sentence(&error),
            may_be_done: false,
        })?;
        Ok(Self { cluster: cluster.into(), client })
    }

    /// The cluster's name.
    pub fn cluster(&self) -> &str {
        &self.cluster
    }

    /// Sends a request and reads the whole answer. Reads that fail for a passing reason are tried again within five
    /// seconds; a change is sent once and never again.
    pub async fn call(&self, speaker: As<'_>, call: &Call) -> Result<Answer, KubernetesError> {
        self.call_within(speaker, call, PATIENCE).await
    }

    /// As [`Connection::call`], for pages of lists, which may take longer.
    pub async fn call_patiently(&self, speaker: As<'_>, call: &Call) -> Result<Answer, KubernetesError> {
        self.call_within(speaker, call, LIST_PATIENCE).await
    }

    async fn call_within(
        &self,
        speaker: As<'_>,
        call: &Call,
        patience: Duration,
    ) -> Result<Answer, KubernetesError> {
        let began = Instant::now();
        let mut tries = 0;
        loop {
            tries += 1;
            let once = timeout(patience, self.once(speaker, call)).await;
            let error = match once {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(failure)) => failure,
                Err(_) => Failure::from(KubernetesError::TimedOut {
                    cluster: self.cluster.clone(),
                    after: patience,
                    may_be_done: !call.is_read(),
                }),
            };
            match error.try_again_after {
                Some(pause)
                    if call.is_read()
                        && tries < READ_TRIES
                        && pause <= LONGEST_RETRY_AFTER
                        && began.elapsed() + pause <= RETRY_BUDGET =>
                {
                    sleep(pause).await;
                }
                _ => return Err(error.error),
            }
        }
    }

    async fn once(&self, speaker: As<'_>, call: &Call) -> Result<Answer, Failure> {
        let response = self.send(speaker, call).await?;
        let warnings = warnings(&response);
        let body = self.read(response.into_body(), call).await?;
        Ok(Answer { body, warnings })
    }

    /// Sends a read and answers with the stream of its bytes: watches and logs. Only the head of the answer is waited
    /// for with a limit; how long silence may last is up to whoever reads.
    pub async fn stream(
        &self,
        speaker: As<'_>,
        call: &Call,
    ) -> Result<
        impl futures::Stream<Item = Result<Bytes, KubernetesError>> + Send + Unpin + use<>,
        KubernetesError,
    > {
        let response = timeout(PATIENCE, self.send(speaker, call)).await.map_err(|_| {
            KubernetesError::TimedOut { cluster: self.cluster.clone(), after: PATIENCE, may_be_done: false }
        })?;
        let cluster = self.cluster.clone();
        let body = response.map_err(|failure| failure.error)?.into_body();
        Ok(body.into_data_stream().map(move |chunk| {
            chunk.map_err(|error| KubernetesError::Unreachable {
                cluster: cluster.clone(),
                cause: sentence(&error),
                may_be_done: false,
            })
        }))
    }

    async fn send(&self, speaker: As<'_>, call: &Call) -> Result<Response<Body>, Failure> {
        let request = self.request(speaker, call)?;
        let mut measured = Measured {
            cluster: &self.cluster,
            method: &call.method,
            began: Instant::now(),
            outcome: "abandoned",
        };
        let sent = self.client.send(request).await;
        measured.outcome = sent.as_ref().map_or("unreachable", |response| outcome(response.status()));
        drop(measured);
        let response = sent.map_err(|error| Failure {
            error: KubernetesError::Unreachable {
                cluster: self.cluster.clone(),
                cause: sentence(&error),
                may_be_done: !call.is_read() && !is_before_sending(&error),
            },
            try_again_after: Some(Duration::from_millis(250)),
        })?;
        let is_upgraded = call.upgrade.is_some() && response.status() == StatusCode::SWITCHING_PROTOCOLS;
        if response.status().is_success() || is_upgraded {
            return Ok(response);
        }
        Err(self.refusal(response, call).await)
    }

    fn request(&self, speaker: As<'_>, call: &Call) -> Result<Request<Body>, KubernetesError> {
        let mut request = Request::new(Body::from(call.body.clone()));
        *request.method_mut() = call.method.clone();
        *request.uri_mut() =
            call.path.parse().map_err(|_| KubernetesError::invalid("", "this is not an address"))?;
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static(call.accept));
        headers.insert(USER_AGENT, AGENT);
        if let Some(content_type) = call.content_type {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        if let Some(key) = &call.upgrade {
            channels::ask_for(headers, key)?;
        }
        if let As::Caller(identity) = speaker {
            speak_for(headers, identity)?;
        }
        Ok(request)
    }

    async fn refusal(&self, response: Response<Body>, call: &Call) -> Failure {
        let code = response.status();
        let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let retry_after = retry_after.and_then(|text| seconds_until(text, jiff::Timestamp::now()));
        let body = match self.read(response.into_body(), call).await {
            Ok(body) => body,
            Err(error) => return error.into(),
        };
        let mut status: ApiStatus = serde_json::from_slice(&body).unwrap_or_default();
        status.code = code.as_u16();
        if let Some(seconds) = retry_after {
            status.details.get_or_insert_default().retry_after_seconds = seconds;
        }
        if status.message.is_empty() {
            let text = String::from_utf8_lossy(&body);
            status.message = match text.trim() {
                "" => code.canonical_reason().unwrap_or("it gave no reason").to_owned(),
                text => text.to_owned(),
            };
        }
        let passing = matches!(
            code,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT
        );
        let pause = Duration::from_secs(retry_after.unwrap_or(0)).max(Duration::from_millis(250));
        Failure {
            error: KubernetesError::Answered {
                cluster: self.cluster.clone(),
                status: Box::new(status),
                write: !call.is_read(),
            },
            try_again_after: passing.then_some(pause),
        }
    }

    async fn read(&self, body: Body, call: &Call) -> Result<Bytes, KubernetesError> {
        let mut stream = body.into_data_stream();
        let mut whole = BytesMut::new();
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|error| KubernetesError::Unreachable {
                cluster: self.cluster.clone(),
                cause: sentence(&error),
                may_be_done: !call.is_read(),
            })?;
            if whole.len() + chunk.len() > LONGEST_ANSWER {
                return Err(KubernetesError::TooLarge {
                    cluster: self.cluster.clone(),
                    limit_bytes: LONGEST_ANSWER,
                });
            }
            whole.extend_from_slice(&chunk);
        }
        Ok(whole.freeze())
    }
}

/// Says in a request whom it is made for, and for which request of theirs.
fn speak_for(headers: &mut HeaderMap, identity: &Identity) -> Result<(), KubernetesError> {
    let value = |text: &str| {
        HeaderValue::from_str(text).map_err(|_| KubernetesError::invalid("", "this identity cannot be named"))
    };
    headers.insert(HeaderName::from_static("impersonate-user"), value(&identity.user)?);
    for group in &identity.groups {
        headers.append(HeaderName::from_static("impersonate-group"), value(group)?);
    }
    // An API server takes it as the id of the entry in its audit log and makes one up only where there is none.
    if !identity.request_id.is_empty() {
        headers.insert(HeaderName::from_static("audit-id"), value(&identity.request_id)?);
    }
    Ok(())
}

/// The time until an answer begins. One that nobody waited for to the end is measured too.
struct Measured<'c> {
    cluster: &'c str,
    method: &'c Method,
    began: Instant,
    outcome: &'static str,
}

impl Drop for Measured<'_> {
    fn drop(&mut self) {
        let labels = [
            ("cluster", self.cluster.to_owned()),
            ("verb", self.method.to_string()),
            ("outcome", self.outcome.to_owned()),
        ];
        metrics::histogram!("orrery_upstream_duration_seconds", &labels)
            .record(self.began.elapsed().as_secs_f64());
    }
}

fn outcome(status: StatusCode) -> &'static str {
    match status.as_u16() {
        101 | 200..=299 => "ok",
        429 => "throttled",
        500..=599 => "failed",
        _ => "refused",
    }
}

struct Failure {
    error: KubernetesError,
    /// Set when the reason may pass.
    try_again_after: Option<Duration>,
}

impl From<KubernetesError> for Failure {
    fn from(error: KubernetesError) -> Self {
        Self { error, try_again_after: None }
    }
}

/// What `Retry-After` says (RFC 9110, section 10.2.3): seconds, or a date.
fn seconds_until(text: &str, now: jiff::Timestamp) -> Option<u64> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(seconds);
    }
    let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text.trim()).ok()?;
    Some(u64::try_from(date.as_second() - now.as_second()).unwrap_or(0))
}

/// RFC 7234's `299 - "text"`, unquoted.
fn warnings(response: &Response<Body>) -> Vec<String> {
    let values =
        response.headers().get_all(http::header::WARNING).iter().filter_map(|value| value.to_str().ok());
    values
        .map(|value| {
            let text = value.split_once('"').map_or(value, |(_, rest)| rest.trim_end_matches('"'));
            text.replace("\\\"", "\"")
        })
        .collect()
}

/// Whether the connection failed before anything was sent.
fn is_before_sending(error: &(dyn StdError + 'static)) -> bool {
    chain(error).any(|cause| {
        cause
            .downcast_ref::<hyper_util::client::legacy::Error>()
            .is_some_and(hyper_util::client::legacy::Error::is_connect)
    })
}

/// The innermost cause, which is the one that says something: "connection refused", "certificate expired".
fn sentence(error: &(dyn StdError + 'static)) -> String {
    chain(error).last().map_or_else(|| error.to_string(), ToString::to_string)
}

fn chain<'e>(error: &'e (dyn StdError + 'static)) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let error = next?;
        next = error.source();
        Some(error)
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::figures::Figures;
    use crate::plain::{Plain, Said};

    fn connection() -> Connection {
        let mut config = kube::Config::new("https://127.0.0.1:9".parse().unwrap());
        config.headers.push((HeaderName::from_static("impersonate-user"), HeaderValue::from_static("root")));
        config.auth_info.impersonate = Some("system:admin".into());
        Connection::new("harbour", config).unwrap()
    }

    #[tokio::test]
    async fn a_request_carries_the_headers_that_are_named_here_and_no_others() {
        let identity = Identity {
            user: "orrery:u:1".into(),
            groups: vec!["orrery:viewers".into(), "g".into()],
            request_id: "1f".into(),
        };

        let request = connection().request(As::Caller(&identity), &Call::get("/api/v1/pods".into())).unwrap();

        let mut names: Vec<_> = request.headers().keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["accept", "audit-id", "impersonate-group", "impersonate-user", "user-agent"]);
        assert_eq!(request.headers()["audit-id"], "1f");
        let users: Vec<_> = request.headers().get_all("impersonate-user").iter().collect();
        assert_eq!(users, ["orrery:u:1"]);
        assert_eq!(request.headers().get_all("impersonate-group").iter().count(), 2);
    }

    #[tokio::test]
    async fn the_console_itself_impersonates_nobody() {
        let request = connection().request(As::Console, &Call::get("/api/v1/pods".into())).unwrap();

        assert!(request.headers().keys().all(|name| !name.as_str().starts_with("impersonate")));
    }

    #[tokio::test]
    async fn an_identity_with_a_line_break_is_refused() {
        let identity = Identity {
            user: "a\r\nImpersonate-User: root".into(),
            groups: Vec::new(),
            request_id: String::new(),
        };

        assert!(connection().request(As::Caller(&identity), &Call::get("/version".into())).is_err());
    }

    #[tokio::test]
    async fn each_request_is_measured_with_its_outcome() {
        let figures = Figures::default();
        let _here = metrics::set_default_local_recorder(&figures);
        let server = Plain::new(|path, _| match path {
            "/ok" => Said::code(200, "{}"),
            "/refused" => Said::code(403, "no"),
            _ => Said { late: Duration::from_secs(600), ..Said::code(200, "") },
        });
        let server = server.await;
        let connection = Connection::new("harbour", server.config()).unwrap();

        for path in ["/ok", "/refused", "/never"] {
            let call = Call::get(path.into());
            let _ = timeout(Duration::from_millis(500), connection.call(As::Console, &call)).await;
        }

        for outcome in ["ok", "refused", "abandoned"] {
            let name = format!("orrery_upstream_duration_seconds cluster=harbour verb=GET outcome={outcome}");
            assert!(figures.get(&name).is_some(), "{name} of {figures:?}");
        }
    }

    #[tokio::test]
    async fn an_answer_without_end_is_refused_with_the_limit() {
        let server = Plain::new(|_, _| Said::code(200, &" ".repeat(LONGEST_ANSWER + 1))).await;
        let connection = Connection::new("harbour", server.config()).unwrap();

        let error = connection.call(As::Console, &Call::get("/x".into())).await.unwrap_err();

        let message = model::ConsoleError::from(error).to_string();
        assert_eq!(message, "cluster harbour did not answer as it should: the answer is longer than 64 MiB");
    }

    #[test]
    fn a_cluster_may_name_seconds_or_a_date_to_come_back_at() {
        let now: jiff::Timestamp = "2026-11-26T07:28:00Z".parse().unwrap();

        assert_eq!(seconds_until("120", now), Some(120));
        assert_eq!(seconds_until("Thu, 26 Nov 2026 07:28:30 GMT", now), Some(30));
        assert_eq!(seconds_until("Thu, 26 Nov 2026 07:00:00 GMT", now), Some(0));
        assert_eq!(seconds_until("soon", now), None);
    }

    #[tokio::test]
    async fn a_path_with_a_space_or_line_break_is_no_address() {
        for path in ["/api/v1/pods/a b", "/api/v1/pods/a\r\nX: y"] {
            assert!(connection().request(As::Console, &Call::get(path.into())).is_err(), "{path:?}");
        }
    }
}
