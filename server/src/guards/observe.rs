//! A number for every request, by which its log lines, its audit rows and the reader's complaint find each other.

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;
use tracing::{Instrument, info, info_span};

/// The header that carries the number.
const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The number of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub Arc<str>);

/// Gives the request a number and a span, measures it, and turns a panic into an answer that quotes the number.
pub async fn observe(mut request: Request, next: Next) -> Response {
    let id: Arc<str> = format!("{:016x}", rand::random::<u64>()).into();
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();
    // The path without its query: a query may hold what somebody searched for, or a one-time token.
    let span = info_span!("request", id = %id, %method, path = request.uri().path());

    let start = Instant::now();
    let caught = AssertUnwindSafe(next.run(request)).catch_unwind().instrument(span.clone()).await;
    let mut response = caught.unwrap_or_else(|panic| {
        metrics::counter!("orrery_panics_total").increment(1);
        span.in_scope(|| tracing::error!(cause = message(&*panic), "A request panicked"));
        let sentence = format!("The console failed. Quote {id} when you report it.\n");
        (StatusCode::INTERNAL_SERVER_ERROR, sentence).into_response()
    });

    let (status, elapsed) = (response.status(), start.elapsed());
    let labels = [("route", route), ("method", method.to_string()), ("status", status.as_u16().to_string())];
    metrics::counter!("orrery_http_requests_total", &labels).increment(1);
    metrics::histogram!("orrery_http_request_duration_seconds", &labels[..2]).record(elapsed.as_secs_f64());
    span.in_scope(|| info!(status = status.as_u16(), duration_ms = elapsed.as_millis() as u64, "Answered"));
    response
        .headers_mut()
        .insert(HEADER, HeaderValue::from_str(&id).expect("hexadecimal digits are a header"));
    response
}

fn message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("unknown")
}
