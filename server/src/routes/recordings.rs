//! What a terminal showed, as a file: `/clusters/{cluster}/recordings/{id}/file`. The player of the page reads it too.

use super::knock::Called;
use crate::console::Console;
use crate::routes::problem;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use model::{ClusterName, ConsoleError, Thing};
use std::sync::Arc;

/// `GET …/file`. A link on another site shows nothing and leaves nothing in the audit trail.
pub async fn file(
    State(console): State<Console>,
    Called(caller): Called,
    headers: HeaderMap,
    Path((cluster, id)): Path<(String, String)>,
) -> Response {
    if headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none") {
        let words = "This request does not come from a page of this console.\n";
        return (StatusCode::FORBIDDEN, words).into_response();
    }
    let Ok(cluster) = ClusterName::parse(&cluster) else {
        return problem(&ConsoleError::unknown(Thing::Cluster(cluster)));
    };
    let reader = console.recordings().for_caller(caller, Arc::clone(console.kubernetes()));
    match reader.file(&cluster, &id).await {
        Ok(recordings::File { name, parts }) => {
            let disposition = format!("attachment; filename=\"{name}\"");
            let headers = [
                (CONTENT_TYPE, "application/x-asciicast".to_owned()),
                (CONTENT_DISPOSITION, disposition),
                (CACHE_CONTROL, "no-store".to_owned()),
            ];
            let parts = parts.map(move |part| {
                // A body that has begun has no other way to say why it ends.
                part.map(Bytes::from).inspect_err(|error| tracing::warn!(%error, id, "A recording broke off"))
            });
            let body = Body::from_stream(parts);
            (headers, body).into_response()
        }
        Err(error) => problem(&error),
    }
}
