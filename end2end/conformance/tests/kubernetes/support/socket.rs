//! The `WebSocket`s of pods, whose messages begin with the number of a channel.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use futures::{SinkExt, StreamExt};
use http::{HeaderMap, HeaderValue, Response, header};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use kube::client::Body;
use serde_json::Value;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::protocol::{Message, Role};

/// The channels of commands.
pub mod channel {
    /// What is typed.
    pub const STDIN: u8 = 0;
    /// What a command writes.
    pub const STDOUT: u8 = 1;
    /// What it writes where errors go.
    pub const STDERR: u8 = 2;
    /// How it ended.
    pub const ERROR: u8 = 3;
    /// How large the terminal is.
    pub const RESIZE: u8 = 4;
    /// That nothing more is sent on the channel that follows.
    pub const CLOSE: u8 = 255;
}

/// How long a message may take to come.
const PATIENCE: Duration = Duration::from_secs(30);

/// An open one.
pub struct Socket {
    stream: WebSocketStream<TokioIo<Upgraded>>,
    /// The protocol that the server chose.
    pub protocol: String,
}

impl Socket {
    /// Adds what asks for one.
    pub fn ask_for(headers: &mut HeaderMap, protocols: &str) {
        headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
        headers.insert(header::SEC_WEBSOCKET_KEY, generate_key().parse().unwrap());
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, protocols.parse().unwrap());
    }

    /// The one that an answer switches to.
    pub async fn of(response: Response<Body>) -> Self {
        let chosen = response.headers().get(header::SEC_WEBSOCKET_PROTOCOL);
        let protocol = chosen.map_or("", |protocol| protocol.to_str().unwrap()).to_owned();
        let upgraded = hyper::upgrade::on(response).await.unwrap();
        let stream = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Client, None).await;
        Self { stream, protocol }
    }

    /// Sends bytes on a channel.
    pub async fn send(&mut self, channel: u8, bytes: &[u8]) {
        let frame = [&[channel], bytes].concat();
        self.stream.send(Message::Binary(frame.into())).await.unwrap();
    }

    /// The next message and its channel; none when the server has ended it.
    pub async fn next(&mut self) -> Option<(u8, Bytes)> {
        loop {
            let message = timeout(PATIENCE, self.stream.next()).await.expect("a message is late")?;
            match message.unwrap() {
                Message::Binary(frame) => return Some((frame[0], frame.slice(1..))),
                Message::Close(_) => return None,
                _ => {}
            }
        }
    }

    /// Everything until the server ends it, by channel.
    pub async fn rest(mut self) -> Said {
        let mut said = Said::default();
        while let Some((channel, bytes)) = self.next().await {
            said.channels.entry(channel).or_default().extend_from_slice(&bytes);
        }
        said
    }
}

/// What was said on each channel.
#[derive(Debug, Default)]
pub struct Said {
    channels: BTreeMap<u8, Vec<u8>>,
}

impl Said {
    /// What was said on one.
    pub fn bytes(&self, channel: u8) -> &[u8] {
        self.channels.get(&channel).map(Vec::as_slice).unwrap_or_default()
    }

    /// The same as text.
    pub fn on(&self, channel: u8) -> &str {
        std::str::from_utf8(self.bytes(channel)).unwrap()
    }

    /// How the command ended.
    pub fn status(&self) -> Value {
        serde_json::from_str(self.on(channel::ERROR)).unwrap()
    }
}
