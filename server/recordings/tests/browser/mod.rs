//! A terminal as a browser has it open.

use crate::support::harbour;
use bytes::Bytes;
use kubernetes::{ForCaller, Shown, TerminalEnds, TerminalPatience, Typed};
use model::ResourceRef;
use model::terminal::{TerminalEnd, TerminalNews, TerminalPlace, TerminalRequest, TerminalSize};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// The browser's side of a terminal.
pub struct Browser {
    pub keys: mpsc::Sender<Typed>,
    showing: mpsc::Receiver<Shown>,
    pub stop: CancellationToken,
    pub screen: Vec<u8>,
}

pub fn open(caller: &ForCaller, namespace: &str) -> Browser {
    let pod = ResourceRef {
        cluster: harbour(),
        kind: "pods".parse().unwrap(),
        namespace: Some(namespace.parse().unwrap()),
        name: "web-0".parse().unwrap(),
    };
    open_at(
        caller,
        TerminalPlace::Container(TerminalRequest { pod, container: None, shell: None, debug: None }),
    )
}

pub fn open_at(caller: &ForCaller, place: TerminalPlace) -> Browser {
    let ((keys, typed), (shown, showing)) = (mpsc::channel(2), mpsc::channel(2));
    let stop = CancellationToken::new();
    let ends = TerminalEnds { typed, shown, stop: stop.clone() };
    let caller = caller.clone();
    let size = TerminalSize { columns: 100, rows: 30 };
    let patience = TerminalPatience { start: Duration::from_secs(20), ..TerminalPatience::default() };
    tokio::spawn(async move { caller.terminal(place, size, ends, patience).await });
    Browser { keys, showing, stop, screen: Vec::new() }
}

impl Browser {
    pub async fn type_in(&self, text: &'static str) {
        self.keys.send(Typed::Bytes(Bytes::from_static(text.as_bytes()))).await.unwrap();
    }

    pub async fn next(&mut self) -> Option<TerminalNews> {
        let shown = timeout(Duration::from_secs(60), self.showing.recv()).await;
        match shown.expect("nothing within a minute").expect("it ended without a word") {
            Shown::News(news) => Some(news),
            Shown::Bytes(bytes) => {
                self.screen.extend_from_slice(&bytes);
                None
            }
        }
    }

    pub async fn until(&mut self, words: &str) {
        while !String::from_utf8_lossy(&self.screen).contains(words) {
            self.next().await;
        }
    }

    /// Everything that the console said, to its end.
    pub async fn end(&mut self) -> (Vec<TerminalNews>, TerminalEnd) {
        let mut news = Vec::new();
        loop {
            match self.next().await {
                Some(TerminalNews::Ended(end)) => return (news, end),
                Some(other) => news.push(other),
                None => {}
            }
        }
    }
}
