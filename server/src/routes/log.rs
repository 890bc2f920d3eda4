//! Logs as a file, from their beginning: `/clusters/{cluster}/{kind}/{namespace}/{name}/log`, with the query of the page
//! they belong to.

use super::knock::Called;
use crate::console::Console;
use crate::routes::{preferences, problem};
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use model::live::ContainerChoice;
use model::{ClusterName, ConsoleError, InvalidName, KindSlug, Namespace, ObjectName, ResourceRef};
use resources_contract::LogRequest;
use serde::Deserialize;

/// The query of a log file.
#[derive(Debug, Deserialize)]
pub struct LogQuery {
    pod: Option<String>,
    container: Option<String>,
    previous: Option<String>,
    since: Option<u32>,
}

/// Where the log's object is.
type Place = (String, String, String, String);

/// `GET …/log`.
pub async fn log(
    State(console): State<Console>,
    Called(caller): Called,
    headers: HeaderMap,
    Path(place): Path<Place>,
    Query(query): Query<LogQuery>,
) -> Response {
    let request = match request(&place, query) {
        Ok(request) => request,
        Err(error) => return problem(&ConsoleError::invalid("", error.to_string())),
    };
    let language = preferences::from_headers(&headers).language;
    let file = format!("attachment; filename=\"{}.log\"", request.of.name.as_str().replace(['"', '\\'], "_"));
    match console.kubernetes().for_caller((*caller).clone(), language).whole_log(request).await {
        Ok(pieces) => {
            let headers =
                [(CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, file)];
            (headers, Body::from_stream(pieces)).into_response()
        }
        Err(error) => problem(&error),
    }
}

/// Names that obey the rules, or none.
fn request((cluster, kind, namespace, name): &Place, query: LogQuery) -> Result<LogRequest, InvalidName> {
    let namespace = match namespace.as_str() {
        model::link::NO_NAMESPACE => None,
        namespace => Some(Namespace::parse(namespace)?),
    };
    let of = ResourceRef {
        cluster: ClusterName::parse(cluster)?,
        kind: KindSlug::parse(kind)?,
        namespace,
        name: ObjectName::parse(name)?,
    };
    let containers = match query.container.as_deref() {
        None | Some("") => ContainerChoice::Usual,
        Some("*") => ContainerChoice::All,
        Some(name) => ContainerChoice::Named(name.to_owned()),
    };
    Ok(LogRequest {
        of,
        pod: query.pod.filter(|pod| !pod.is_empty()).map(|pod| ObjectName::parse(&pod)).transpose()?,
        containers,
        previous: query.previous.is_some(),
        tail: 1,
        since_seconds: query.since,
        around_nanoseconds: None,
    })
}
