//! The WebSocket of a terminal: bytes both ways between a browser and `kubernetes`, which decides and talks to the
//! cluster. Here is what a browser may send, how much may wait for it, and how it is found out that it has gone.

use crate::asking::Asking;
use crate::console::Console;
use crate::listener::Seat;
use crate::routes::{preferences, problem};
use axum::Extension;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt, StreamExt};
use kubernetes::{ForCaller, LONGEST_TERMINAL_MESSAGE, Shown, TerminalEnds, TerminalPatience, Typed};
use model::terminal::{
    ImageName, NodeShell, Shell, TerminalPlace, TerminalRequest, TerminalSize, TerminalWish,
};
use model::{ClusterName, ConsoleError, InvalidName, KindSlug, Namespace, ObjectName, ResourceRef};
use serde::Deserialize;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

/// What may be sent and not drawn yet, in bytes: some screens full. More would only be more to wait for after Ctrl-C.
const WINDOW: usize = 256 << 10;
/// What may be typed ahead of a shell that does not read, in bytes: a long paste.
const TYPED_AHEAD: usize = 256 << 10;
/// Messages that wait in each direction inside the console.
const WAITING: usize = 2;
/// How often the browser is asked whether it is there, and how long it may be silent.
const PING: Duration = Duration::from_secs(15);
const SILENCE: Duration = Duration::from_secs(40);
/// How long saying goodbye may take.
const GOODBYE: Duration = Duration::from_secs(2);

/// The query of `/terminal`, see [`TerminalRequest::address`].
#[derive(Debug, Deserialize)]
pub struct TerminalQuery {
    cluster: String,
    namespace: Option<String>,
    pod: Option<String>,
    node: Option<String>,
    image: Option<String>,
    container: Option<String>,
    shell: Option<String>,
    debug: Option<String>,
    columns: Option<u16>,
    rows: Option<u16>,
}

impl TerminalQuery {
    /// Names that obey the rules, or none: nothing else becomes a path.
    fn read(self) -> Result<(TerminalPlace, TerminalSize), ConsoleError> {
        let usual = TerminalSize::USUAL;
        let size = TerminalSize {
            columns: self.columns.unwrap_or(usual.columns),
            rows: self.rows.unwrap_or(usual.rows),
        };
        let place = match &self.node {
            Some(node) => TerminalPlace::Node(NodeShell {
                // A namespace would make it a matter of that namespace's roles.
                node: self
                    .named("nodes", node)
                    .map(|node| ResourceRef { namespace: None, ..node })
                    .map_err(|error| invalid("node", &error))?,
                image: image(self.image.as_deref().unwrap_or_default(), "image")?,
            }),
            None => TerminalPlace::Container(TerminalRequest {
                pod: self
                    .named("pods", self.pod.as_deref().unwrap_or_default())
                    .map_err(|error| invalid("pod", &error))?,
                debug: self.debug.as_deref().map(|name| image(name, "debug")).transpose()?,
                shell: self.shell.as_deref().and_then(Shell::parse),
                container: self.container,
            }),
        };
        Ok((place, size.sensible()))
    }

    fn named(&self, kind: &str, name: &str) -> Result<ResourceRef, InvalidName> {
        Ok(ResourceRef {
            cluster: ClusterName::parse(&self.cluster)?,
            kind: KindSlug::parse(kind)?,
            namespace: self.namespace.as_deref().map(Namespace::parse).transpose()?,
            name: ObjectName::parse(name)?,
        })
    }
}

fn invalid(field: &str, error: &dyn std::error::Error) -> ConsoleError {
    ConsoleError::invalid(field, error.to_string())
}

fn image(name: &str, field: &str) -> Result<ImageName, ConsoleError> {
    ImageName::parse(name).map_err(|error| invalid(field, &error))
}

/// `GET /terminal?…`, see `model::terminal`. Whoever is not signed in, or comes from elsewhere, gets no WebSocket;
/// everything else is said on it, because browsers do not show pages the answer to a refused one.
pub async fn terminal(
    State(console): State<Console>,
    Extension(asking): Extension<Asking>,
    seat: Option<Extension<Seat>>,
    headers: HeaderMap,
    Query(query): Query<TerminalQuery>,
    upgrade: WebSocketUpgrade,
) -> Response {
    // `check_origin` has compared it; browsers send it with every WebSocket, so its absence is no browser.
    if !headers.contains_key(ORIGIN) {
        return (StatusCode::FORBIDDEN, "This request does not come from a page of this console.\n")
            .into_response();
    }
    let caller = match asking {
        Asking::Somebody(caller) => caller,
        Asking::Nobody => return problem(&ConsoleError::NotSignedIn),
        Asking::Unknown(error) => return problem(&error),
    };
    let (place, size) = match query.read() {
        Ok(read) => read,
        Err(error) => return problem(&error),
    };
    let language = preferences::from_headers(&headers).language;
    let caller = console.kubernetes().for_caller((*caller).clone(), language);
    let stop = console.stopping().begun.clone();
    upgrade
        .max_message_size(LONGEST_TERMINAL_MESSAGE)
        .max_frame_size(LONGEST_TERMINAL_MESSAGE)
        .write_buffer_size(0)
        .max_write_buffer_size(2 * WINDOW)
        .on_upgrade(async move |socket| {
            let _seat = seat;
            carry(socket, &caller, place, size, stop).await;
        })
}

/// Runs the terminal until either side has had enough.
async fn carry(
    socket: WebSocket,
    caller: &ForCaller,
    place: TerminalPlace,
    size: TerminalSize,
    stop: CancellationToken,
) {
    let (mut to, from) = socket.split();
    let (keys, typed) = mpsc::channel(WAITING);
    let (shown, mut showing) = mpsc::channel(WAITING);
    let window = Arc::new(Semaphore::new(WINDOW));
    let ends = TerminalEnds { typed, shown, stop };
    let terminal = caller.terminal(place, size, ends, TerminalPatience::default());
    let listened = listen(from, keys, &window);
    let carried = async {
        // The browser's end is the end of `typed`, on which the terminal ends by itself and is written down.
        tokio::join!(terminal, async {
            tokio::select! {
                () = write(&mut to, &mut showing, &window) => {}
                () = listened => {}
            }
            // Whatever is still shown has no reader any more.
            showing.close();
        })
    };
    carried.await;
    let _ = timeout(GOODBYE, to.close()).await;
}

/// Writes what is shown until there is no more, and asks now and then whether anybody is there.
async fn write(
    to: &mut SplitSink<WebSocket, Message>,
    showing: &mut mpsc::Receiver<Shown>,
    window: &Semaphore,
) {
    let mut pings = interval(PING);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let message = tokio::select! {
            shown = showing.recv() => match shown {
                Some(Shown::Bytes(bytes)) => {
                    let size = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
                    if !wait_for_room(to, &mut pings, window, size).await {
                        return;
                    }
                    Message::Binary(bytes)
                }
                Some(Shown::News(news)) => {
                    let json = serde_json::to_string(&news).expect("news hold only texts and numbers");
                    Message::Text(json.into())
                }
                None => return,
            },
            _ = pings.tick() => Message::Ping(Bytes::new()),
        };
        if to.send(message).await.is_err() {
            return;
        }
    }
}

/// Waits until the browser has drawn enough of what it was sent; it is asked meanwhile whether it is there.
async fn wait_for_room(
    to: &mut SplitSink<WebSocket, Message>,
    pings: &mut tokio::time::Interval,
    window: &Semaphore,
    size: u32,
) -> bool {
    loop {
        tokio::select! {
            room = window.acquire_many(size) => {
                let Ok(room) = room else { return false };
                // Given back when the browser says that it is drawn.
                room.forget();
                return true;
            }
            _ = pings.tick() => {
                if to.send(Message::Ping(Bytes::new())).await.is_err() {
                    return false;
                }
            }
        }
    }
}

/// Passes on what the browser sends, until it leaves, falls silent, or sends what no page of ours does. What was drawn is
/// heard even while nobody takes what was typed: a shell that cannot write does not read either.
async fn listen(mut from: SplitStream<WebSocket>, keys: mpsc::Sender<Typed>, window: &Semaphore) {
    let mut ahead = Ahead::default();
    loop {
        let message = tokio::select! {
            message = timeout(SILENCE, from.next()) => message,
            place = keys.reserve(), if !ahead.queue.is_empty() => {
                let typed = ahead.take();
                // Without a place the terminal has ended, and what was typed is for nobody.
                if let (Ok(place), Some(typed)) = (place, typed) {
                    place.send(typed);
                }
                continue;
            }
        };
        let Ok(Some(Ok(message))) = message else { return };
        match message {
            Message::Binary(bytes) if !bytes.is_empty() => {
                if !ahead.add(Typed::Bytes(bytes)) {
                    return;
                }
            }
            Message::Text(json) => match serde_json::from_str(&json) {
                Ok(TerminalWish::Resize(size)) => {
                    if !ahead.add(Typed::Resize(size)) {
                        return;
                    }
                }
                Ok(TerminalWish::Drawn(count)) => {
                    let missing = WINDOW.saturating_sub(window.available_permits());
                    window.add_permits(missing.min(count as usize));
                }
                Err(_) => return,
            },
            Message::Close(_) => return,
            Message::Binary(_) | Message::Ping(_) | Message::Pong(_) => {}
        }
    }
}

/// What was typed and not taken yet.
#[derive(Default)]
struct Ahead {
    queue: VecDeque<Typed>,
    bytes: usize,
}

impl Ahead {
    /// Whether there was room for it.
    fn add(&mut self, typed: Typed) -> bool {
        self.bytes += size(&typed);
        self.queue.push_back(typed);
        self.bytes <= TYPED_AHEAD
    }

    fn take(&mut self) -> Option<Typed> {
        let typed = self.queue.pop_front()?;
        self.bytes -= size(&typed);
        Some(typed)
    }
}

fn size(typed: &Typed) -> usize {
    match typed {
        Typed::Bytes(bytes) => bytes.len(),
        // Never free, or a flood of them would have no end.
        Typed::Resize(_) => 64,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests;
