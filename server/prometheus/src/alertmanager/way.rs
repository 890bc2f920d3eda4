//! The ways to an Alertmanager: through the API server of its cluster, or to an address of its own.

use crate::error::PrometheusError;
use bytes::Bytes;
use http::{Method, StatusCode};
use kubernetes::{As, Call, Connection, KubernetesError, ServiceAddress};
use model::cause::WayOutage;
use model::{Cause, ClusterName, ConsoleError, System as Failing};
use outbound::{Address, Limits, OutboundError, System};
use serde::Deserialize;
use std::time::Duration;

/// What is told of alerts is asked with pages that are about more.
const LIMITS: Limits = Limits { patience: Duration::from_secs(10), longest_answer: 32 << 20 };
/// The longest sentence of its own that is told, in characters: what stands before it may answer with a page.
const LONGEST_TOLD: usize = 300;

/// An Alertmanager that is named with its address.
#[derive(Clone, Debug)]
pub struct DirectAlertmanager(System);

impl DirectAlertmanager {
    /// Prepares the way; nothing is sent yet.
    pub fn new(address: Address) -> Result<Self, PrometheusError> {
        Ok(Self(System::new(address, LIMITS)?))
    }
}

/// A way to the Alertmanager of a cluster.
pub(super) struct Way {
    /// The cluster whose alerts it tells of.
    cluster: String,
    to: To,
}

enum To {
    Service(Connection, ServiceAddress),
    Own(Box<DirectAlertmanager>),
}

impl Way {
    /// Through the API server's service proxy, as the console itself.
    pub(super) fn through_cluster(connection: Connection, service: ServiceAddress) -> Self {
        Self { cluster: connection.cluster().to_owned(), to: To::Service(connection, service) }
    }

    /// To its own address.
    pub(super) fn direct(cluster: &ClusterName, manager: DirectAlertmanager) -> Self {
        Self { cluster: cluster.to_string(), to: To::Own(Box::new(manager)) }
    }

    /// What is at its end, for people.
    pub(super) fn name(&self) -> String {
        match &self.to {
            To::Service(_, service) => service.to_string(),
            To::Own(manager) => manager.0.url().to_owned(),
        }
    }

    /// Asks, or writes JSON, at a path below that of its API.
    pub(super) async fn call(&self, method: Method, path: &str, body: Bytes) -> Result<Bytes, ConsoleError> {
        let path = format!("/api/v2{path}");
        let is_write = method != Method::GET;
        match &self.to {
            To::Service(connection, service) => {
                let path = service.path(&path);
                let call = match is_write {
                    true => Call::write(method, path, "application/json", body),
                    false => Call::get(path),
                };
                let answer = connection.call(As::Console, &call).await;
                answer.map(|answer| answer.body).map_err(|error| self.refused_by_cluster(error))
            }
            To::Own(manager) => {
                let answer = manager.0.ask(method, &path, body).await;
                let (head, body) = answer.map_err(|error| self.not_reached(&error, is_write))?.into_parts();
                match head.status.is_success() {
                    true => Ok(body),
                    false => Err(self.answered(head.status, &String::from_utf8_lossy(&body), is_write)),
                }
            }
        }
    }

    /// What did not work, and whether it may have been done all the same.
    pub(super) fn unavailable(&self, cause: impl Into<Cause>, may_be_done: bool) -> ConsoleError {
        let system = Failing::Monitoring(self.cluster.clone());
        ConsoleError::Unavailable { system, cause: cause.into(), may_be_done }
    }

    fn refused_by_cluster(&self, error: KubernetesError) -> ConsoleError {
        let KubernetesError::Answered { status, write, .. } = &error else { return error.into() };
        if status.code == 403 {
            return self.unavailable(WayOutage::NotThroughCluster(own_words(&status.message)), false);
        }
        match StatusCode::from_u16(status.code) {
            Ok(code) => self.answered(code, &status.message, *write),
            Err(_) => error.into(),
        }
    }

    fn not_reached(&self, error: &OutboundError, is_write: bool) -> ConsoleError {
        use OutboundError::{Long, Slow, Unreachable};
        // These may come after it was sent.
        let was_sent = matches!(error, Slow { .. } | Long { .. } | Unreachable { .. });
        self.unavailable(error, is_write && was_sent)
    }

    fn answered(&self, status: StatusCode, message: &str, is_write: bool) -> ConsoleError {
        let words: String = own_words(message).chars().take(LONGEST_TOLD).collect();
        if is_write && matches!(status, StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY) {
            return ConsoleError::invalid("matchers", words);
        }
        let outage = WayOutage::Alertmanager { name: self.name(), code: status.as_u16(), said: words };
        self.unavailable(outage, is_write && status.is_server_error())
    }
}

/// Its sentences come as JSON texts, with quotes around them, or beside the number of what its schema excludes.
fn own_words(message: &str) -> String {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Words {
        Alone(String),
        Numbered { message: String },
    }
    match serde_json::from_str(message.trim()) {
        Ok(Words::Alone(words) | Words::Numbered { message: words }) => words,
        Err(_) => message.trim().to_owned(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use outbound::Proof;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio::sync::oneshot;

    #[test]
    fn its_sentences_are_told_without_quotes() {
        assert_eq!(own_words("\"end time can't be in the past\"\n"), "end time can't be in the past");
        assert_eq!(
            own_words(r#"{"code":602,"message":"comment in body is required"}"#),
            "comment in body is required"
        );
        assert_eq!(own_words("404 page not found"), "404 page not found");
    }

    /// Sends to what answers one request with this; what it was asked, and what came of it.
    async fn sent(
        method: Method,
        body: &'static str,
        answer: &'static str,
    ) -> (String, Result<Bytes, ConsoleError>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/manager", listener.local_addr().unwrap());
        let (tell, asked) = oneshot::channel();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut question = vec![0; 4096];
            let length = stream.read(&mut question).await.unwrap();
            let _ = tell.send(String::from_utf8_lossy(&question[..length]).into_owned());
            stream.write_all(answer.as_bytes()).await.unwrap();
        });
        let address = Address { url, proof: Proof::Basic("YWRhOng=".into()), authority: String::new() };
        let harbour = ClusterName::parse("harbour").unwrap();
        let way = Way::direct(&harbour, DirectAlertmanager::new(address).unwrap());
        let outcome = way.call(method, "/silences", Bytes::from_static(body.as_bytes())).await;
        (asked.await.unwrap(), outcome)
    }

    #[tokio::test]
    async fn one_with_an_address_of_its_own_is_asked_there_with_what_it_wants_to_see() {
        let answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]";

        let (asked, outcome) = sent(Method::GET, "", answer).await;

        assert_eq!(outcome, Ok(Bytes::from_static(b"[]")));
        assert!(asked.starts_with("GET /manager/api/v2/silences HTTP/1.1\r\n"), "{asked}");
        assert!(asked.contains("authorization: Basic YWRhOng="), "{asked}");
    }

    #[tokio::test]
    async fn what_it_refuses_is_told_where_it_was_typed_and_what_failed_may_have_been_done() {
        let refused = "HTTP/1.1 400 Bad Request\r\ncontent-length: 15\r\n\r\n\"no such thing\"";
        let failed = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 6\r\n\r\n<html>";

        let (_, outcome) = sent(Method::POST, "{}", refused).await;
        assert_eq!(outcome, Err(ConsoleError::invalid("matchers", "no such thing")));

        let (_, outcome) = sent(Method::POST, "{}", failed).await;
        let Err(ConsoleError::Unavailable { cause, may_be_done, .. }) = outcome else {
            panic!("{outcome:?}")
        };
        assert!(may_be_done && cause.words.ends_with("/manager answers 502: <html>"), "{cause}");
    }
}
