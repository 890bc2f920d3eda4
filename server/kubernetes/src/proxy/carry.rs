//! Brings a cluster's answer to the program that asked, for as long as it may.

use super::headers;
use super::meaning::{Pass, Way, is_of_namespaces};
use super::query::Query;
use super::said::Said;
use super::tape::Tape;
use super::tunnel::Tunnel;
use super::{ApiAnswer, ApiUpgrade, namespaces};
use crate::caller::ForCaller;
use crate::cluster::Cluster;
use crate::connection::Passed;
use crate::error::{ApiStatus, KubernetesError};
use crate::places::Place;
use crate::recheck::Recheck;
use access::{Granted, Scope};
use bytes::{Bytes, BytesMut};
use futures::{Stream, StreamExt, stream};
use http::header::{CONTENT_TYPE, SEC_WEBSOCKET_PROTOCOL, UPGRADE};
use http::{Response, StatusCode};
use http_body_util::BodyExt;
use kube::client::Body;
use model::ConsoleError;
use serde_json::json;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// How long an answer with an end may pause.
const PAUSE: Duration = Duration::from_secs(60);
/// Pieces of an answer that wait for a slow reader.
const WAITING: usize = 2;
/// The longest refusal that is read, in bytes.
const LONGEST_REFUSAL: usize = 1 << 20;

/// One request on its way, and where its answer goes.
pub(super) struct Carrier {
    pub caller: ForCaller,
    pub cluster: Arc<Cluster>,
    pub way: Way,
    pub passed: Passed,
    pub query: Query,
    pub stop: CancellationToken,
    pub tell: oneshot::Sender<ApiAnswer>,
    #[expect(dead_code, reason = "it is kept, not looked at")]
    pub place: Option<Place>,
}

impl Carrier {
    /// Sends what was granted, answers, and stays with the answer until it has ended: that is when the trail is told how
    /// it went.
    pub async fn carry(
        self,
        granted: Granted<Pass>,
        upgrade: Option<ApiUpgrade>,
    ) -> Result<(), ConsoleError> {
        if is_of_namespaces(&granted.action().need)
            && let Scope::NamespaceObjects(own) = granted.scope()
        {
            if self.way == Way::Events {
                return Err(namespaces::cannot_follow());
            }
            let found =
                namespaces::own(&self.caller, &self.cluster, own, &self.query, &self.passed.accept).await?;
            let _ = self.tell.send(found);
            return Ok(());
        }
        let spoken = self.passed.upgrade.as_ref().and_then(|asked| asked.get(UPGRADE));
        let is_web_socket = spoken.is_some_and(|spoken| spoken.as_bytes().eq_ignore_ascii_case(b"websocket"));
        match Tape::begin(&self.caller, &granted, &self.query, is_web_socket).await? {
            None => self.carry_on(granted, upgrade, None).await,
            Some(tape) => {
                let carried = self.carry_on(granted, upgrade, Some(Arc::clone(&tape))).await;
                tape.close(&carried).await;
                carried
            }
        }
    }

    async fn carry_on(
        self,
        granted: Granted<Pass>,
        upgrade: Option<ApiUpgrade>,
        tape: Option<Arc<Tape>>,
    ) -> Result<(), ConsoleError> {
        let connection = self.cluster.connection();
        let may_change = !granted.action().need.verb.is_read();
        let answer = connection.pass(&granted.identity(), self.passed.clone()).await?;
        match answer.status() {
            StatusCode::SWITCHING_PROTOCOLS => self.switch(granted, answer, upgrade, tape).await,
            status if status.is_informational() || status.is_redirection() => {
                let cause = "it leads elsewhere, which is not followed";
                Err(KubernetesError::unreadable(connection.cluster(), cause).into())
            }
            status if status.is_success() => self.bring(granted, answer).await,
            _ => self.refuse(answer, may_change).await,
        }
    }

    /// Carries bytes both ways, once the cluster has switched to the protocol that was asked for.
    async fn switch(
        self,
        granted: Granted<Pass>,
        answer: Response<Body>,
        upgrade: Option<ApiUpgrade>,
        tape: Option<Arc<Tape>>,
    ) -> Result<(), ConsoleError> {
        let cluster = self.cluster.connection().cluster();
        let asked = self.passed.upgrade.as_ref();
        let switched = asked.and_then(|asked| headers::switched(asked, answer.headers()));
        let (Some(told), Some(near)) = (switched, upgrade) else {
            let cause = "it switches to a protocol that was not asked for";
            return Err(KubernetesError::unreadable(cluster, cause).into());
        };
        let protocol = told.get(SEC_WEBSOCKET_PROTOCOL).and_then(|protocol| protocol.to_str().ok());
        let is_command = protocol.is_some_and(|protocol| protocol.ends_with(".channel.k8s.io"));
        let mut head = Response::new(stream::empty().boxed());
        *head.status_mut() = answer.status();
        *head.headers_mut() = told;
        let _ = self.tell.send(head);
        let recheck = Recheck::new(&self.caller, vec![Box::new(granted)]);
        Tunnel { near, far: answer, is_command, tape, recheck, stop: self.stop }.run(cluster).await
    }

    /// Brings an answer to its end, or for as long as the right lasts.
    async fn bring(self, granted: Granted<Pass>, answer: Response<Body>) -> Result<(), ConsoleError> {
        let (out, arriving) = mpsc::channel(WAITING);
        let (head, body) = answer.into_parts();
        let mut told = Response::new(received(arriving).boxed());
        *told.status_mut() = head.status;
        *told.headers_mut() = headers::answered(&head.headers);
        let form = told.headers().get(CONTENT_TYPE);
        let is_json = form.is_some_and(|form| form.as_bytes().starts_with(b"application/json"));
        if self.tell.send(told).is_err() {
            return Ok(());
        }
        let body = body.into_data_stream().map(|piece| piece.map_err(io::Error::other));
        let ending = match self.way {
            Way::Events if is_json => Ending::Event,
            Way::Log => Ending::Line,
            _ => Ending::Cut,
        };
        match self.way {
            Way::Events | Way::Log => {
                let recheck = Recheck::new(&self.caller, vec![Box::new(granted)]);
                flow(body, out, recheck, self.stop, ending).await
            }
            _ => pour(self.cluster.connection().cluster(), body, out).await,
        }
    }

    /// Passes a refusal of the cluster on in its own words.
    async fn refuse(self, answer: Response<Body>, may_change: bool) -> Result<(), ConsoleError> {
        let name = self.cluster.connection().cluster();
        let (status, told) = (answer.status(), headers::answered(answer.headers()));
        let body = read(name, answer, LONGEST_REFUSAL).await?;
        let error = refusal(name, status, &body, may_change).into();
        // That the console's own credential is bad says nothing about the token.
        if status != StatusCode::UNAUTHORIZED {
            let mut response = Response::new(stream::iter([Ok(body)]).boxed());
            *response.status_mut() = status;
            *response.headers_mut() = told;
            let _ = self.tell.send(response);
        }
        Err(error)
    }
}

/// The whole body of an answer, up to a limit.
pub(super) async fn read(
    cluster: &str,
    answer: Response<Body>,
    limit_bytes: usize,
) -> Result<Bytes, KubernetesError> {
    let mut body = answer.into_body().into_data_stream();
    let mut whole = BytesMut::new();
    while let Some(piece) = timeout(PAUSE, body.next()).await.ok().flatten() {
        let piece = piece.map_err(|error| KubernetesError::Unreachable {
            cluster: cluster.into(),
            cause: error.to_string(),
            may_be_done: false,
        })?;
        if whole.len() + piece.len() > limit_bytes {
            return Err(KubernetesError::TooLarge {
                cluster: cluster.into(),
                limit_bytes,
                may_be_done: false,
            });
        }
        whole.extend_from_slice(&piece);
    }
    Ok(whole.freeze())
}

/// What a refusal says.
pub(super) fn refusal(cluster: &str, status: StatusCode, body: &[u8], write: bool) -> KubernetesError {
    let mut said: ApiStatus = serde_json::from_slice(body).unwrap_or_default();
    said.code = status.as_u16();
    if said.message.is_empty() {
        said.message = status.canonical_reason().unwrap_or("it gave no reason").to_owned();
    }
    KubernetesError::Answered { cluster: cluster.into(), status: Box::new(said), write }
}

fn received(mut arriving: mpsc::Receiver<io::Result<Bytes>>) -> impl Stream<Item = io::Result<Bytes>> {
    stream::poll_fn(move |context| arriving.poll_recv(context))
}

/// Passes on an answer that has an end.
async fn pour(
    cluster: &str,
    mut body: impl Stream<Item = io::Result<Bytes>> + Unpin,
    out: mpsc::Sender<io::Result<Bytes>>,
) -> Result<(), ConsoleError> {
    loop {
        let piece = match timeout(PAUSE, body.next()).await {
            Ok(None) => return Ok(()),
            Ok(Some(piece)) => piece,
            Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, "it pauses for too long")),
        };
        let cause = piece.as_ref().err().map(ToString::to_string);
        if out.send(piece).await.is_err() {
            return Ok(());
        }
        if let Some(cause) = cause {
            let cluster = cluster.into();
            return Err(KubernetesError::Unreachable { cluster, cause, may_be_done: false }.into());
        }
    }
}

/// How a stream is told that it ends before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// By an event of the type `ERROR`.
    Event,
    /// By a line of text.
    Line,
    /// By being cut.
    Cut,
}

/// Passes on an answer without an end, while the right lasts and the console runs.
async fn flow(
    mut body: impl Stream<Item = io::Result<Bytes>> + Unpin,
    out: mpsc::Sender<io::Result<Bytes>>,
    mut recheck: Recheck,
    stop: CancellationToken,
    ending: Ending,
) -> Result<(), ConsoleError> {
    let mut is_at_start = true;
    let mut flowing = Box::pin(async {
        while let Some(piece) = body.next().await {
            let last = piece.as_ref().ok().and_then(|bytes| bytes.last().copied());
            is_at_start = last.map_or(is_at_start, |byte| byte == b'\n');
            let is_broken = piece.is_err();
            if out.send(piece).await.is_err() || is_broken {
                return;
            }
        }
    });
    let error = tokio::select! {
        () = &mut flowing => return Ok(()),
        () = out.closed() => return Ok(()),
        error = recheck.refused() => Some(error),
        () = stop.cancelled() => None,
    };
    drop(flowing);
    if let Some(last) = last_words(error.as_ref(), ending, is_at_start) {
        // A reader that has gone needs none.
        let _ = timeout(PAUSE, out.send(last)).await;
    }
    error.map_or(Ok(()), Err)
}

/// What a reader is told at last; nothing when they will ask again by themselves.
fn last_words(error: Option<&ConsoleError>, ending: Ending, is_at_start: bool) -> Option<io::Result<Bytes>> {
    let cut = || Some(Err(io::Error::new(io::ErrorKind::ConnectionAborted, "the right has ended")));
    match (error, ending) {
        (None, Ending::Event) => None,
        (None, _) => cut(),
        (Some(error), Ending::Event) if is_at_start => {
            let event = json!({"type": "ERROR", "object": Said::from(error).json()});
            Some(Ok(format!("{event}\n").into()))
        }
        (Some(error), Ending::Line) => {
            let gap = if is_at_start { "" } else { "\n" };
            Some(Ok(format!("{gap}error: {}\n", Said::from(error).message()).into()))
        }
        (Some(_), _) => cut(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn a_stream_that_ends_before_its_time_says_why_where_it_can() {
        let error = ConsoleError::NotSignedIn;
        let text = |ending, is_at_start| {
            let last = last_words(Some(&error), ending, is_at_start).unwrap();
            last.map(|bytes| String::from_utf8(bytes.to_vec()).unwrap())
        };

        let event: serde_json::Value = serde_json::from_str(&text(Ending::Event, true).unwrap()).unwrap();
        assert_eq!((&event["type"], &event["object"]["code"]), (&json!("ERROR"), &json!(401)));
        assert!(text(Ending::Event, false).is_err(), "half an event is followed by none");
        assert_eq!(text(Ending::Line, false).unwrap(), "\nerror: You are not signed in.\n");
        assert!(last_words(None, Ending::Event, true).is_none());
        assert!(last_words(None, Ending::Line, true).unwrap().is_err());
    }
}
