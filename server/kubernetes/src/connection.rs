//! Requests to one cluster: sent, waited for with a limit, tried again where that does no harm, and read as a whole.

mod channels;
mod failure;
mod measured;
mod passed;
mod request;

pub(crate) use channels::{Channel, FromCluster, ToCluster};
pub(crate) use passed::Passed;
pub use request::{As, Call};

use crate::KubernetesError;
use bytes::{Bytes, BytesMut};
use failure::{Failure, is_before_sending, unreachable};
use futures::StreamExt;
use http::header::WARNING;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::BodyExt;
use kube::client::Body;
use kube::config::AuthInfo;
use measured::Measured;
use serde::de::DeserializeOwned;
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
/// `Retry-After` above this is not waited for: the reader is told instead.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(10);

/// A connection to one cluster's API server.
#[derive(Clone)]
pub struct Connection {
    cluster: String,
    client: kube::Client,
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
        let client = kube::Client::try_from(config).map_err(|error| unreachable(cluster, &error, false))?;
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
            let failure = match timeout(patience, self.once(speaker, call)).await {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(failure)) => failure,
                Err(_) => self.late(patience, !call.is_read()).into(),
            };
            match failure.try_again_after {
                Some(pause)
                    if call.is_read()
                        && tries < READ_TRIES
                        && pause <= LONGEST_RETRY_AFTER
                        && began.elapsed() + pause <= RETRY_BUDGET =>
                {
                    sleep(pause).await;
                }
                _ => return Err(failure.error),
            }
        }
    }

    async fn once(&self, speaker: As<'_>, call: &Call) -> Result<Answer, Failure> {
        let response = self.send(speaker, call).await?;
        let warnings = warnings(response.headers());
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
        let body = self.send_soon(speaker, call).await?.into_body();
        let cluster = self.cluster.clone();
        Ok(body
            .into_data_stream()
            .map(move |chunk| chunk.map_err(|error| unreachable(&cluster, &error, false))))
    }

    /// Waits for the head of an answer for as long as a person does. For requests that change nothing by themselves.
    async fn send_soon(&self, speaker: As<'_>, call: &Call) -> Result<Response<Body>, KubernetesError> {
        let sent = timeout(PATIENCE, self.send(speaker, call)).await;
        sent.map_err(|_| self.late(PATIENCE, false))?.map_err(|failure| failure.error)
    }

    async fn send(&self, speaker: As<'_>, call: &Call) -> Result<Response<Body>, Failure> {
        let sent = self.dispatch(call.request(speaker)?).await;
        let response = sent.map_err(|error| {
            let may_be_done = !call.is_read() && !is_before_sending(&error);
            Failure::passing(unreachable(&self.cluster, &error, may_be_done))
        })?;
        let is_upgraded = call.is_upgrade() && response.status() == StatusCode::SWITCHING_PROTOCOLS;
        if response.status().is_success() || is_upgraded {
            return Ok(response);
        }
        let (head, body) = response.into_parts();
        // That it refused is known, also where its words cannot be read.
        let body = self.read(body, call).await.unwrap_or_default();
        Err(Failure::answered(&self.cluster, &head, &body, !call.is_read()))
    }

    /// Sends a request as it stands and waits for the head of its answer, which is measured.
    async fn dispatch(&self, request: Request<Body>) -> Result<Response<Body>, kube::Error> {
        let measured = Measured::begin(&self.cluster, request.method().clone());
        let sent = self.client.send(request).await;
        measured.end(sent.as_ref().ok().map(Response::status));
        sent
    }

    async fn read(&self, body: Body, call: &Call) -> Result<Bytes, KubernetesError> {
        let mut stream = body.into_data_stream();
        let mut whole = BytesMut::new();
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|error| unreachable(&self.cluster, &error, !call.is_read()))?;
            if whole.len() + chunk.len() > LONGEST_ANSWER {
                return Err(KubernetesError::TooLarge {
                    cluster: self.cluster.clone(),
                    limit_bytes: LONGEST_ANSWER,
                    may_be_done: !call.is_read(),
                });
            }
            whole.extend_from_slice(&chunk);
        }
        Ok(whole.freeze())
    }

    /// Reads the body of an answer as JSON. The error names the cluster.
    pub fn read_json<T: DeserializeOwned>(&self, body: &[u8]) -> Result<T, KubernetesError> {
        serde_json::from_slice(body)
            .map_err(|error| KubernetesError::unreadable(&self.cluster, error.to_string()))
    }

    /// No answer came in time.
    pub(crate) fn late(&self, after: Duration, may_be_done: bool) -> KubernetesError {
        KubernetesError::TimedOut { cluster: self.cluster.clone(), after, may_be_done }
    }
}

/// RFC 7234's `299 - "text"`, unquoted.
fn warnings(headers: &HeaderMap) -> Vec<String> {
    let values = headers.get_all(WARNING).iter().filter_map(|value| value.to_str().ok());
    values
        .map(|value| {
            let text = value.split_once('"').map_or(value, |(_, rest)| rest.trim_end_matches('"'));
            text.replace("\\\"", "\"")
        })
        .collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::figures::Figures;
    use crate::plain::{Plain, Said};

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

    #[tokio::test]
    async fn a_change_whose_answer_is_too_long_to_be_read_may_be_done_and_one_that_was_refused_is_not() {
        let server = Plain::new(|path, _| {
            Said::code(if path == "/taken" { 200 } else { 409 }, &" ".repeat(LONGEST_ANSWER + 1))
        });
        let server = server.await;
        let connection = Connection::new("harbour", server.config()).unwrap();
        let mut errors = Vec::new();

        for path in ["/taken", "/refused"] {
            let call = Call::write(http::Method::DELETE, path.into(), "application/json", Bytes::new());
            let error = connection.call(As::Console, &call).await.unwrap_err();
            errors.push(model::ConsoleError::from(error));
        }

        assert!(errors[0].may_be_done(), "{:?}", errors[0]);
        assert!(!errors[1].may_be_done(), "{:?}", errors[1]);
        assert!(matches!(errors[1], model::ConsoleError::Conflict { .. }), "{:?}", errors[1]);
    }
}
