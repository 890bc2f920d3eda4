//! The WebSocket that `exec` and `portforward` speak: every message begins with the number of its channel.

use super::{As, Call, Connection, unreachable};
use crate::KubernetesError;
use bytes::{BufMut, Bytes, BytesMut};
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt, StreamExt};
use http::header::{
    CONNECTION, HeaderMap, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::{Response, StatusCode};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use kube::client::Body;
use model::terminal::TerminalSize;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::{client::generate_key, derive_accept_key};
use tokio_tungstenite::tungstenite::protocol::{Message, Role, WebSocketConfig};

/// The protocols that are understood, the best first: the fifth can also close one channel, the fourth is what API
/// servers before 1.30 speak, and nodes where ports are forwarded.
const PROTOCOLS: [&str; 2] = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

/// The longest message that is read: kubelets send 32 KiB at a time.
const LONGEST_MESSAGE: usize = 1 << 20;
/// What may wait to be written before writing fails: one message and a few pongs, because each is waited for.
const LONGEST_QUEUE: usize = 256 << 10;

const INPUT: u8 = 0;
const OUTPUT: u8 = 1;
const ERRORS: u8 = 2;
const STATUS: u8 = 3;
const RESIZE: u8 = 4;
/// Says, in the fifth version of the protocol, that nothing more comes on the channel that the next byte names.
const CLOSE: u8 = 255;

/// A message of the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Channel {
    /// The command wrote this.
    Output(Bytes),
    /// The command wrote this to where errors go; with a terminal that is the same place.
    Errors(Bytes),
    /// The command has ended: a `Status` as JSON.
    Status(Bytes),
    /// A sign of life.
    Nothing,
}

type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// The two directions of a WebSocket to a cluster.
pub(crate) struct Channels {
    to: SplitSink<Socket, Message>,
    from: SplitStream<Socket>,
    cluster: String,
    can_end_input: bool,
}

/// What is sent to the cluster.
pub(crate) struct ToCluster {
    to: SplitSink<Socket, Message>,
    cluster: String,
    can_end_input: bool,
}

/// What the cluster sends.
pub(crate) struct FromCluster {
    from: SplitStream<Socket>,
    cluster: String,
}

/// Adds what asks for a WebSocket.
pub(super) fn ask_for(headers: &mut HeaderMap, key: &str) -> Result<(), KubernetesError> {
    let invalid = |_| KubernetesError::invalid("", "this key cannot be sent");
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    headers.insert(SEC_WEBSOCKET_KEY, HeaderValue::from_str(key).map_err(invalid)?);
    // One header with a list: some API servers read only the first of several.
    let protocols = HeaderValue::from_str(&PROTOCOLS.join(", ")).map_err(invalid)?;
    headers.insert(SEC_WEBSOCKET_PROTOCOL, protocols);
    Ok(())
}

impl Connection {
    /// Opens the WebSocket of an `exec` or `portforward` path. What was asked runs when this has returned.
    pub(crate) async fn channels(&self, speaker: As<'_>, path: String) -> Result<Channels, KubernetesError> {
        let key = generate_key();
        let answer = self.send_soon(speaker, &Call::upgrade(path, key.clone())).await?;
        let unreadable = |cause: &str| KubernetesError::unreadable(&self.cluster, cause);
        let can_end_input = check(&answer, &key).map_err(unreadable)? == PROTOCOLS[0];
        let upgraded = hyper::upgrade::on(answer).await;
        let upgraded = upgraded.map_err(|error| unreachable(&self.cluster, &error, false))?;
        let limits = WebSocketConfig::default()
            .max_message_size(Some(LONGEST_MESSAGE))
            .max_frame_size(Some(LONGEST_MESSAGE))
            .write_buffer_size(0)
            .max_write_buffer_size(LONGEST_QUEUE);
        let socket =
            WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Client, Some(limits)).await;
        let (to, from) = socket.split();
        Ok(Channels { to, from, cluster: self.cluster.clone(), can_end_input })
    }
}

/// The protocol of an answer that is the one that RFC 6455 wants: some proxies take that header away.
fn check(answer: &Response<Body>, key: &str) -> Result<&'static str, &'static str> {
    let header = |name| answer.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    if answer.status() != StatusCode::SWITCHING_PROTOCOLS
        || !header(UPGRADE).is_some_and(|value| value.eq_ignore_ascii_case("websocket"))
    {
        return Err("it does not switch to a WebSocket; a proxy in between may not let it");
    }
    if header(SEC_WEBSOCKET_ACCEPT) != Some(derive_accept_key(key.as_bytes()).as_str()) {
        return Err("its WebSocket is the answer to another request");
    }
    let Some(named) = header(SEC_WEBSOCKET_PROTOCOL) else {
        return Err(
            "it names no protocol for its WebSocket; a proxy in between may have taken the name away",
        );
    };
    let known = PROTOCOLS.into_iter().find(|protocol| *protocol == named);
    known.ok_or("it speaks another protocol on its WebSocket")
}

impl Channels {
    /// Both directions apart, for whoever waits for each by itself.
    pub fn split(self) -> (ToCluster, FromCluster) {
        let Self { to, from, cluster, can_end_input } = self;
        (ToCluster { to, cluster: cluster.clone(), can_end_input }, FromCluster { from, cluster })
    }
}

impl ToCluster {
    /// Passes on what was typed; waits while the cluster does not take it.
    pub async fn type_in(&mut self, bytes: &[u8]) -> Result<(), KubernetesError> {
        self.send(INPUT, bytes).await
    }

    /// Says how large the terminal is.
    pub async fn resize(&mut self, size: TerminalSize) -> Result<(), KubernetesError> {
        let json = serde_json::json!({ "Width": size.columns, "Height": size.rows }).to_string();
        self.send(RESIZE, json.as_bytes()).await
    }

    /// Whether the cluster can be told that nothing more is typed: API servers before 1.30 cannot.
    pub fn can_end_input(&self) -> bool {
        self.can_end_input
    }

    /// Says that nothing more is typed.
    pub async fn end_input(&mut self) -> Result<(), KubernetesError> {
        self.send(CLOSE, &[INPUT]).await
    }

    /// Keeps balancers from taking a quiet connection for a dead one.
    pub async fn ping(&mut self) -> Result<(), KubernetesError> {
        self.to.send(Message::Ping(Bytes::new())).await.map_err(|error| broken(&self.cluster, &error))
    }

    /// Says goodbye, as far as anybody listens.
    pub async fn close(&mut self) {
        let _ = self.to.close().await;
    }

    /// Sends bytes on a channel; waits while the cluster does not take them.
    pub async fn send(&mut self, channel: u8, bytes: &[u8]) -> Result<(), KubernetesError> {
        let mut frame = BytesMut::with_capacity(bytes.len() + 1);
        frame.put_u8(channel);
        frame.put_slice(bytes);
        let sent = self.to.send(Message::Binary(frame.freeze())).await;
        sent.map_err(|error| broken(&self.cluster, &error))
    }
}

impl FromCluster {
    /// The next message; `None` when the connection has ended.
    pub async fn next(&mut self) -> Option<Result<Channel, KubernetesError>> {
        match self.from.next().await? {
            Ok(Message::Binary(frame)) => Some(Ok(read(&frame))),
            Ok(Message::Text(frame)) => Some(Ok(read(&Bytes::copy_from_slice(frame.as_bytes())))),
            Ok(Message::Close(_)) => None,
            Ok(_) => Some(Ok(Channel::Nothing)),
            Err(error) => Some(Err(broken(&self.cluster, &error))),
        }
    }
}

impl FromCluster {
    /// The next message as it came, with the number of its channel: `None` within for a sign of life, and in all when the
    /// connection has ended.
    pub async fn next_frame(&mut self) -> Option<Result<Option<(u8, Bytes)>, KubernetesError>> {
        match self.from.next().await? {
            Ok(Message::Binary(frame)) => Some(Ok(frame.first().map(|channel| (*channel, frame.slice(1..))))),
            Ok(Message::Close(_)) => None,
            Ok(_) => Some(Ok(None)),
            Err(error) => Some(Err(broken(&self.cluster, &error))),
        }
    }
}

fn read(frame: &Bytes) -> Channel {
    match frame.first() {
        Some(&OUTPUT) if frame.len() > 1 => Channel::Output(frame.slice(1..)),
        Some(&ERRORS) if frame.len() > 1 => Channel::Errors(frame.slice(1..)),
        Some(&STATUS) => Channel::Status(frame.slice(1..)),
        _ => Channel::Nothing,
    }
}

fn broken(cluster: &str, error: &tokio_tungstenite::tungstenite::Error) -> KubernetesError {
    unreachable(cluster, error, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(headers: &[(&'static str, &str)]) -> Response<Body> {
        let mut response = Response::builder().status(StatusCode::SWITCHING_PROTOCOLS);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        response.body(Body::empty()).expect("the test's headers are good")
    }

    #[test]
    fn only_an_answer_to_this_request_in_a_known_protocol_is_taken() {
        let (key, accept) = ("dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        let good = [("upgrade", "WebSocket"), ("sec-websocket-accept", accept)];
        let with = |protocol| {
            let protocol = ("sec-websocket-protocol", protocol);
            check(&answer(&[good[0], good[1], protocol]), key)
        };

        for protocol in PROTOCOLS {
            assert_eq!(with(protocol), Ok(protocol));
        }
        assert!(with("channel.k8s.io").is_err_and(|cause| cause.contains("another protocol")));
        assert!(check(&answer(&good), key).is_err_and(|cause| cause.contains("proxy")));
        assert!(check(&answer(&good), "another").is_err_and(|cause| cause.contains("another request")));
        assert!(check(&answer(&good[1..]), key).is_err());
    }

    #[test]
    fn a_frame_begins_with_its_channel() {
        let frame = |bytes: &'static [u8]| read(&Bytes::from_static(bytes));

        assert_eq!(frame(b"\x01ls"), Channel::Output(Bytes::from_static(b"ls")));
        assert_eq!(frame(b"\x02no"), Channel::Errors(Bytes::from_static(b"no")));
        assert_eq!(frame(b"\x03{}"), Channel::Status(Bytes::from_static(b"{}")));
        for quiet in [&b""[..], b"\x01", b"\x09x"] {
            assert_eq!(read(&Bytes::copy_from_slice(quiet)), Channel::Nothing);
        }
    }
}
