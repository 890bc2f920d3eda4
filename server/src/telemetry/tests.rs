//! With a collector that keeps what it gets.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use super::*;
use crate::guards::observe;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use bytes::Bytes;
use parking_lot::Mutex;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tower::ServiceExt;
use tracing::instrument::WithSubscriber;

/// The address of a collector, and the bodies that it is sent.
async fn collector() -> (String, mpsc::UnboundedReceiver<Bytes>) {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let (sender, bodies) = mpsc::unbounded_channel();
    let router = Router::new().route(
        "/v1/traces",
        post(move |body: Bytes| async move {
            sender.send(body).unwrap();
            StatusCode::OK
        }),
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, bodies)
}

fn contains(body: &[u8], part: &[u8]) -> bool {
    body.windows(part.len()).any(|window| window == part)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_becomes_a_span_in_the_trace_of_the_proxy_in_front() {
    let (address, mut bodies) = collector().await;
    let provider = provider(&address).unwrap();
    let surroundings = crate::guards::tests::behind_proxy("127.0.0.1");
    let router = Router::new()
        .route("/here", get(|| async { "here" }))
        .layer(from_fn_with_state(surroundings, observe));
    let request = |peer: [u8; 4], trace: &str| {
        let mut request = Request::get("/here").body(Body::empty()).unwrap();
        request
            .headers_mut()
            .insert("traceparent", format!("00-{trace}-00f067aa0ba902b7-01").parse().unwrap());
        request.extensions_mut().insert(crate::listener::Peer(peer.into()));
        request
    };

    for (peer, trace) in [
        ([127, 0, 0, 1], "4bf92f3577b34da6a3ce929d0e0e4736"),
        ([192, 0, 2, 1], "deadbeefdeadbeefdeadbeefdeadbeef"),
    ] {
        let answered = router.clone().oneshot(request(peer, trace));
        answered.with_subscriber(subscriber_of(&provider)).await.unwrap();
    }
    Telemetry(Some(provider)).finish().await;

    let body = tokio::time::timeout(Duration::from_secs(60), bodies.recv()).await.expect("traces").unwrap();
    assert!(contains(&body, b"orrery") && contains(&body, b"GET /here"), "{body:?}");
    assert!(contains(&body, &[0x4b, 0xf9, 0x2f, 0x35, 0x77, 0xb3, 0x4d, 0xa6]), "the proxy's trace goes on");
    assert!(!contains(&body, &[0xde, 0xad, 0xbe, 0xef]), "a stranger may not choose the trace");
}

fn subscriber_of(provider: &SdkTracerProvider) -> impl Subscriber + Send + Sync + use<> {
    tracing_subscriber::registry().with(traces(provider))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_is_not_there_does_not_keep_the_console_from_ending() {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let provider = provider("http://127.0.0.1:9").unwrap();
    let lost = async { tracing::info_span!("lost").in_scope(|| ()) };
    lost.with_subscriber(subscriber_of(&provider)).await;

    Telemetry(Some(provider)).finish().await;
}

/// What was logged.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_failed_connection_is_told_with_its_cluster_alone() {
    for (asked, lines_of_client) in [("info", 0), ("info,kube_client=debug", 1)] {
        let written = Written::default();
        let kept = written.clone();
        let lines = lines(LogFormat::Pretty, false, move || kept.clone());
        let subscriber = tracing_subscriber::registry().with(filter(asked).unwrap()).with(lines);

        tracing::subscriber::with_default(subscriber, || {
            tracing::error!(target: "kube_client::client::builder", "failed with error client error (Connect)");
            tracing::warn!(cluster = "harbour", "harbour does not say what it serves");
        });

        let text = String::from_utf8(written.0.lock().clone()).unwrap();
        assert_eq!(text.lines().count(), 1 + lines_of_client, "{asked}: {text}");
        assert!(text.contains("harbour does not say"), "{asked}: {text}");
    }
}

#[test]
fn whatever_is_logged_is_one_line_and_steers_no_terminal() {
    let forged = "no\r\n2026-01-01T00:00:00Z  INFO orrery: Signed in\u{1b}]0;title\u{7}";
    for format in [LogFormat::Pretty, LogFormat::Json] {
        let written = Written::default();
        let kept = written.clone();
        let subscriber = tracing_subscriber::registry().with(lines(format, false, move || kept.clone()));

        tracing::subscriber::with_default(subscriber, || {
            let error = io::Error::other(forged);
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, said = %forged, "It says: {forged}");
            tracing::info_span!("request", said = %forged).in_scope(|| tracing::info!("Answered"));
        });

        let text = String::from_utf8(written.0.lock().clone()).unwrap();
        assert_eq!(text.lines().count(), 2, "{format:?}: {text:?}");
        assert!(text.contains("Signed in"), "{format:?}: {text:?}");
        let mut characters = text.chars().filter(|character| *character != '\n');
        assert!(!characters.any(char::is_control), "{format:?}: {text:?}");
    }
}
