//! The event stream of a tab. What flows in it is decided in `kubernetes`; this turns it into server-sent events that end
//! politely when the console stops.

use super::knock::Called;
use crate::console::Console;
use crate::routes::{preferences, problem};
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt};
use kubernetes::LiveEvent;
use model::ConsoleError;
use model::live::FeedRequest;
use serde::Deserialize;
use std::convert::Infallible;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often a silent stream says that it lives, so that proxies and browsers do not give it up.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// After how long browsers come back when the console stops: soon, but not while it is starting.
const COME_BACK: Duration = Duration::from_secs(2);

/// The query of `/live`.
#[derive(Debug, Deserialize)]
pub struct LiveQuery {
    feeds: String,
}

/// `GET /live?feeds=…`, see `model::live`.
pub async fn live(
    State(console): State<Console>,
    Called(caller): Called,
    headers: HeaderMap,
    Query(query): Query<LiveQuery>,
) -> Response {
    let feeds: Vec<FeedRequest> = match serde_json::from_str(&query.feeds) {
        Ok(feeds) => feeds,
        Err(error) => return problem(&ConsoleError::invalid("feeds", error.to_string())),
    };
    let language = preferences::from_headers(&headers).language;
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    match console.kubernetes().for_caller((*caller).clone(), language).follow(feeds, last) {
        // Proxies that gather answers before passing them on would make "live" mean "in a minute".
        Ok(messages) => ([("x-accel-buffering", "no")], events(messages, console.stopping().begun.clone()))
            .into_response(),
        Err(error) => problem(&error),
    }
}

/// Messages as server-sent events, until they end or the console stops.
fn events(
    messages: impl Stream<Item = LiveEvent> + Send + 'static,
    stop: CancellationToken,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let open = Open::new();
    let events = messages.map(move |event| {
        let _ = &open;
        Ok(Event::default().id(event.id).data(event.data))
    });
    // The browser comes back by itself and goes on where it was, here or on another replica.
    let farewell =
        futures::stream::iter([Ok(Event::default().retry(COME_BACK).comment("the console is stopping"))]);
    let stream = events.take_until(stop.cancelled_owned()).chain(farewell);
    Sse::new(stream).keep_alive(KeepAlive::new().interval(HEARTBEAT))
}

/// Counts a stream for as long as it is open.
struct Open;

impl Open {
    fn new() -> Self {
        metrics::gauge!("orrery_streams").increment(1);
        Self
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        metrics::gauge!("orrery_streams").decrement(1);
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use http_body_util::BodyExt;

    #[tokio::test]
    async fn an_event_carries_its_id_and_one_message() {
        let event = LiveEvent { id: "3=a-17".into(), data: r#"{"feed":3,"news":"fresh"}"#.into() };

        let body =
            events(futures::stream::iter([event]), CancellationToken::new()).into_response().into_body();
        let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();

        assert!(text.starts_with("id: 3=a-17\ndata: {\"feed\":3,\"news\":\"fresh\"}\n\n"), "{text}");
    }

    #[tokio::test]
    async fn a_stream_says_goodbye_when_the_console_stops() {
        let stop = CancellationToken::new();
        let body = events(futures::stream::pending(), stop.clone()).into_response().into_body();

        stop.cancel();
        let text = body.collect().await.unwrap().to_bytes();

        assert_eq!(text, "retry: 2000\n: the console is stopping\n\n");
    }
}
