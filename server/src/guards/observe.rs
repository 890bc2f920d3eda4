//! A number for every request, by which its log lines, its audit rows and the reader's complaint find each other.

use super::Surroundings;
use crate::listener::Peer;
use crate::routes::FunctionPath;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use monitoring_contract::EMBED_PATH;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry_http::HeaderExtractor;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;
use tracing::{Instrument, Span, debug, info, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// The header that carries the number.
const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The number of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub Arc<str>);

/// Gives the request a number and a span, measures it, and turns a panic into an answer that quotes the number.
pub async fn observe(State(surroundings): State<Surroundings>, mut request: Request, next: Next) -> Response {
    let id: Arc<str> = format!("{:016x}", rand::random::<u64>()).into();
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = known(request.method());
    let route = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();
    // The path without its query: a query may hold what somebody searched for, or a one-time token.
    let path = told(request.uri().path());
    let is_probe = path.starts_with("/health/");
    let name = format!("{method} {route}");
    let span = info_span!("request", otel.name = name, otel.kind = "server", id = %id, method, path);
    if request.extensions().get().is_some_and(|peer: &Peer| surroundings.is_trusted_proxy(peer.0)) {
        continue_trace(&span, request.headers());
    }

    let start = Instant::now();
    let caught = AssertUnwindSafe(next.run(request)).catch_unwind().instrument(span.clone()).await;
    let mut response = caught.unwrap_or_else(|panic| {
        metrics::counter!("orrery_panics_total").increment(1);
        span.in_scope(|| tracing::error!(cause = message(&*panic), "A request panicked"));
        let sentence = format!("The console failed. Quote {id} when you report it.\n");
        (StatusCode::INTERNAL_SERVER_ERROR, sentence).into_response()
    });

    let (status, elapsed) = (response.status(), start.elapsed());
    // All server functions share a route; only those that exist have answered with their path.
    let route = response.extensions().get().map_or(route, |function: &FunctionPath| function.0.clone());
    let labels = [("route", route), ("method", method.to_owned()), ("status", status.as_u16().to_string())];
    metrics::counter!("orrery_http_requests_total", &labels).increment(1);
    metrics::histogram!("orrery_http_request_duration_seconds", &labels[..2]).record(elapsed.as_secs_f64());
    let (status, duration_ms) = (status.as_u16(), u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX));
    // Probes come every few seconds for as long as the console runs.
    if is_probe && status == 200 {
        span.in_scope(|| debug!(status, duration_ms, "Answered"));
    } else {
        span.in_scope(|| info!(status, duration_ms, "Answered"));
    }
    response
        .headers_mut()
        .insert(HEADER, HeaderValue::from_str(&id).expect("hexadecimal digits are a header"));
    response
}

/// A path as it may be written down: what opens a dashboard to whoever has it stands in the path itself.
fn told(path: &str) -> &str {
    let opens = path.strip_prefix(EMBED_PATH).is_some_and(|rest| rest.starts_with('/'));
    if opens { EMBED_PATH } else { path }
}

/// The method, if it is one that anybody uses: what is counted by it is kept for ever, and a client can make up words without
/// end.
fn known(method: &Method) -> &'static str {
    match method.as_str() {
        "CONNECT" => "CONNECT",
        "DELETE" => "DELETE",
        "GET" => "GET",
        "HEAD" => "HEAD",
        "OPTIONS" => "OPTIONS",
        "PATCH" => "PATCH",
        "POST" => "POST",
        "PUT" => "PUT",
        "TRACE" => "TRACE",
        _ => "other",
    }
}

/// Makes the span a part of the trace that a proxy in front has begun (W3C Trace Context). Anybody else could put requests
/// of others into a trace of their own.
fn continue_trace(span: &Span, headers: &HeaderMap) {
    let parent = TraceContextPropagator::new().extract(&HeaderExtractor(headers));
    // Without a collector there are no traces to be part of.
    let _ = span.set_parent(parent);
}

fn message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("unknown")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn nobody_makes_up_figures_of_their_own() {
        assert_eq!((known(&Method::GET), known(&Method::PATCH)), ("GET", "PATCH"));
        for made_up in ["BREW", "get", "A-1"] {
            assert_eq!(known(&Method::from_bytes(made_up.as_bytes()).unwrap()), "other");
        }
    }
}
