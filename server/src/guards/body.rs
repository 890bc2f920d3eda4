//! What may be sent, how much and how slowly.

use super::refuse;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::error::Error;
use std::time::Duration;
use tower_http::timeout::TimeoutBody;

/// Bytes of a form.
pub const SMALL_BODY: usize = 64 * 1024;

/// Bytes of a server function's arguments. The largest object that Kubernetes stores has 1.5 MiB; as a text inside JSON
/// it can grow to twice that, and some manifests hold a few.
pub const LARGE_BODY: usize = 8 * 1024 * 1024;

const TOO_LONG: &str = "This is more than the console reads at once.\n";

/// How long a body may pause.
const BODY_IDLE: Duration = Duration::from_secs(30);

/// Bytes of a form with a file.
pub const FILE_BODY: usize = 4 * 1024 * 1024;

/// Refuses bodies of other types than ours and larger than the limit, and gives up on those that stop coming.
pub async fn limit_body(State(limit): State<usize>, request: Request, next: Next) -> Response {
    limit_to(&OURS, limit, request, next).await
}

/// The same for the one sort of form that carries a file. Where it comes from is looked at as with every form.
pub async fn limit_file(request: Request, next: Next) -> Response {
    limit_to(&["multipart/form-data"], FILE_BODY, request, next).await
}

async fn limit_to(types: &[&str], limit: usize, request: Request, next: Next) -> Response {
    if has_body(request.headers()) {
        if !is_one_of(types, request.headers()) {
            return refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Send a form or JSON.\n");
        }
        let length =
            request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        if length.is_some_and(|length: usize| length > limit) {
            return refuse(StatusCode::PAYLOAD_TOO_LARGE, TOO_LONG);
        }
    }
    next.run(request.map(|body| paced(body, limit))).await
}

/// A whole body, unless it is larger than the limit or stops coming.
pub async fn read_whole(body: Body, limit: usize) -> Option<Bytes> {
    Some(paced(body, limit).collect().await.ok()?.to_bytes())
}

/// A body that has its limit already, when all of it has come; or what is answered to who sends more, or stops.
pub async fn hear_out(body: Body) -> Result<Bytes, Response> {
    match body.collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if is_too_long(&error) => Err(refuse(StatusCode::PAYLOAD_TOO_LARGE, TOO_LONG)),
        Err(_) => Err(refuse(StatusCode::REQUEST_TIMEOUT, "What was sent stopped coming.\n")),
    }
}

fn is_too_long(error: &axum::Error) -> bool {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(found) = cause {
        if found.is::<LengthLimitError>() {
            return true;
        }
        cause = found.source();
    }
    false
}

/// The body, which ends with an error when it is longer than the limit or stops coming.
pub fn paced(body: Body, limit: usize) -> Body {
    Body::new(TimeoutBody::new(BODY_IDLE, Body::new(Limited::new(body, limit))))
}

fn has_body(headers: &HeaderMap) -> bool {
    headers.contains_key(TRANSFER_ENCODING) || headers.get(CONTENT_LENGTH).is_some_and(|length| length != "0")
}

/// The two types that our pages send. Others (`text/plain`, `multipart/form-data`) are what a foreign page can send
/// without asking.
const OURS: [&str; 2] = ["application/json", "application/x-www-form-urlencoded"];

fn is_one_of(types: &[&str], headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|text| text.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    types.iter().any(|one| essence.eq_ignore_ascii_case(one))
}
