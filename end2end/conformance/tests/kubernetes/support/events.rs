//! The events of a watch.

use futures::StreamExt;
use futures::stream::BoxStream;
use http_body_util::BodyExt;
use kube::client::Body;
use serde_json::Value;

/// Events, one after the other.
pub struct Events {
    pieces: BoxStream<'static, Result<Vec<u8>, String>>,
    text: Vec<u8>,
}

impl Events {
    /// The events in the body of an answer.
    pub fn of(body: Body) -> Self {
        let pieces = body.into_data_stream();
        let pieces = pieces.map(|piece| piece.map(|bytes| bytes.to_vec()).map_err(|error| error.to_string()));
        Self { pieces: pieces.boxed(), text: Vec::new() }
    }

    /// The next event; none at the end.
    pub async fn next(&mut self) -> Option<Value> {
        loop {
            if let Some(end) = self.text.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.text.drain(..=end).collect();
                return Some(serde_json::from_slice(&line).unwrap());
            }
            self.text.extend_from_slice(&self.pieces.next().await?.unwrap());
        }
    }

    /// The next event as `TYPE name`; bookmarks are left out.
    pub async fn short(&mut self) -> String {
        loop {
            let event = self.next().await.expect("the watch goes on");
            let kind = event["type"].as_str().unwrap();
            if kind != "BOOKMARK" {
                let name = event["object"]["metadata"]["name"].as_str().unwrap_or_default();
                return format!("{kind} {name}");
            }
        }
    }

    /// Everything up to the end.
    pub async fn rest(mut self) -> Vec<Value> {
        let mut events = Vec::new();
        while let Some(event) = self.next().await {
            events.push(event);
        }
        events
    }
}
