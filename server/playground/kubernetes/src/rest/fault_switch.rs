//! The switchboard of faults over HTTP, and what they do to answers.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::response::Response;
use bytes::Bytes;
use futures::{StreamExt, stream};
use http::header::DATE;
use serde_json::json;

use super::{Call, json_response};
use crate::Status;
use crate::cluster::Cluster;
use crate::write::skewed;

/// GET shows the faults, POST adds one, DELETE switches all off. Who may use the path is decided like for any other.
pub(crate) fn answer(cluster: &Cluster, call: &Call) -> Result<Response, Status> {
    match call.parts.method.as_str() {
        "GET" => {}
        "POST" => {
            let rule = serde_json::from_slice(&call.body)
                .map_err(|error| Status::bad_request(format!("this is no fault: {error}")))?;
            cluster.faults().add(rule);
        }
        "DELETE" => cluster.faults().clear(),
        _ => return Err(Status::method_not_allowed()),
    }
    Ok(json_response(200, &json!({"rules": cluster.faults().rules()})))
}

/// The same answer, trickling.
pub(crate) fn slow(response: Response, bytes_per_second: u64) -> Response {
    let pieces_per_second = 10;
    let size = usize::try_from((bytes_per_second / pieces_per_second).max(1)).unwrap_or(usize::MAX);
    let (parts, body) = response.into_parts();
    let pieces = body.into_data_stream().flat_map(move |chunk| {
        let chunk = chunk.unwrap_or_default();
        let pieces: Vec<Bytes> = (0..chunk.len())
            .step_by(size)
            .map(|start| chunk.slice(start..chunk.len().min(start.saturating_add(size))))
            .collect();
        stream::iter(pieces)
    });
    let slowly = pieces.then(move |piece| async move {
        tokio::time::sleep(Duration::from_millis(1000 / pieces_per_second)).await;
        Ok::<_, std::convert::Infallible>(piece)
    });
    Response::from_parts(parts, Body::from_stream(slowly))
}

/// The same answer, dated by a clock that is so far ahead.
pub(crate) fn date(mut response: Response, seconds: i64) -> Response {
    let date = skewed(seconds).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(date) = date.parse() {
        response.headers_mut().insert(DATE, date);
    }
    response
}

/// The first half of the same answer, and then nothing.
pub(crate) fn truncate(response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let half = stream::once(async move {
        let whole = to_bytes(body, usize::MAX).await.unwrap_or_default();
        Ok::<_, std::convert::Infallible>(whole.slice(..whole.len() / 2))
    });
    Response::from_parts(parts, Body::from_stream(half))
}
