//! Files of containers, out and in: `/clusters/{cluster}/pods/{namespace}/{name}/file` and `…/folder`, with the query of
//! `workloads_contract`'s addresses.

use super::knock::Called;
use crate::console::Console;
use crate::guards::paced;
use crate::routes::{preferences, problem};
use access::Caller;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::{Stream, StreamExt};
use kubernetes::{ForCaller, Upload};
use model::fault::FileFault;
use model::{ClusterName, ConsoleError, InvalidName, KindSlug, Namespace, ObjectName, ResourceRef, link};
use serde::Deserialize;
use workloads_contract::{FileName, FilePath, FilePlace};

/// What is sent and received: bytes of any kind, which no page can send to another site unasked.
const BYTES: &str = "application/octet-stream";
const ARCHIVE: &str = "application/x-tar";

/// The query of a file or folder.
#[derive(Debug, Deserialize)]
pub struct FileQuery {
    container: Option<String>,
    path: String,
    name: Option<String>,
    size: Option<u64>,
    replace: Option<String>,
}

/// Where the container is.
type Place = (String, String, String, String);

/// `GET …/file`.
pub async fn file(
    State(console): State<Console>,
    Called(caller): Called,
    headers: HeaderMap,
    Path(place): Path<Place>,
    Query(query): Query<FileQuery>,
) -> Response {
    let (caller, place) = match asked(&console, &caller, &headers, &place, &query) {
        Ok(asked) => asked,
        Err(answer) => return *answer,
    };
    let name = place.path.name().map_or_else(|| "file".to_owned(), |name| name.as_str().to_owned());
    kept(&name, BYTES, caller.download_file(place).await)
}

/// `GET …/folder`.
pub async fn folder(
    State(console): State<Console>,
    Called(caller): Called,
    headers: HeaderMap,
    Path(place): Path<Place>,
    Query(query): Query<FileQuery>,
) -> Response {
    let (caller, place) = match asked(&console, &caller, &headers, &place, &query) {
        Ok(asked) => asked,
        Err(answer) => return *answer,
    };
    let name = place.path.name().map_or_else(|| place.pod.name.to_string(), |name| name.as_str().to_owned());
    kept(&format!("{name}.tar"), ARCHIVE, caller.download_folder(place).await)
}

/// `POST …/file`, with the bytes of the file as the body. The answer comes when the file is there.
pub async fn upload(
    State(console): State<Console>,
    Called(caller): Called,
    headers: HeaderMap,
    Path(place): Path<Place>,
    Query(query): Query<FileQuery>,
    body: Body,
) -> Response {
    let (caller, folder) = match asked(&console, &caller, &headers, &place, &query) {
        Ok(asked) => asked,
        Err(answer) => return *answer,
    };
    if headers.get(CONTENT_TYPE).is_none_or(|kind| kind != BYTES) {
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, format!("Send the file as {BYTES}.\n")).into_response();
    }
    let upload = match to_send(folder, &query, &headers) {
        Ok(upload) => upload,
        Err(error) => return problem(&error),
    };
    let limit = usize::try_from(upload.size_bytes).unwrap_or(usize::MAX);
    let pieces = paced(body, limit).into_data_stream();
    let pieces = pieces.map(|piece| piece.map_err(|error| format!("the file stopped coming: {error}")));
    match caller.upload(upload, pieces.boxed()).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem(&error),
    }
}

/// Who asks, and for which place. A link on another site starts no program in a container.
fn asked(
    console: &Console,
    caller: &Caller,
    headers: &HeaderMap,
    place: &Place,
    query: &FileQuery,
) -> Result<(ForCaller, FilePlace), Box<Response>> {
    if headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none") {
        let words = "This request does not come from a page of this console.\n";
        return Err(Box::new((StatusCode::FORBIDDEN, words).into_response()));
    }
    let pod = pod(place).map_err(|error| Box::new(problem(&error)))?;
    let path = FilePath::parse(&query.path);
    let path = path.map_err(|_| Box::new(problem(&ConsoleError::refused("path", FileFault::Path))))?;
    let container = query.container.clone().filter(|name| !name.is_empty());
    let language = preferences::from_headers(headers).language;
    let caller = console.kubernetes().for_caller(caller.clone(), language);
    Ok((caller, FilePlace { pod, container, path }))
}

/// Names that obey the rules, or none. Only pods have files.
fn pod((cluster, kind, namespace, name): &Place) -> Result<ResourceRef, ConsoleError> {
    let parsed = || {
        let namespace = match namespace.as_str() {
            link::NO_NAMESPACE => None,
            namespace => Some(Namespace::parse(namespace)?),
        };
        let (cluster, kind) = (ClusterName::parse(cluster)?, KindSlug::parse(kind)?);
        Ok::<_, InvalidName>(ResourceRef { cluster, kind, namespace, name: ObjectName::parse(name)? })
    };
    let pod = parsed().map_err(|error| ConsoleError::invalid("", error.to_string()))?;
    if pod.kind.as_str() == "pods" { Ok(pod) } else { Err(ConsoleError::not_found(&pod)) }
}

/// The file that is to be sent: its size is said ahead, and is that of the body.
fn to_send(folder: FilePlace, query: &FileQuery, headers: &HeaderMap) -> Result<Upload, ConsoleError> {
    let name = FileName::parse(query.name.as_deref().unwrap_or_default());
    let name = name.map_err(|_| ConsoleError::refused("name", FileFault::Name))?;
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let size_bytes = query.size.or(length).filter(|size| length.is_none_or(|length| length == *size));
    let size_bytes = size_bytes.ok_or_else(|| ConsoleError::refused("size", FileFault::Size))?;
    Ok(Upload { folder, name, size_bytes, replace: query.replace.is_some() })
}

/// The answer that a browser keeps as a file of this name, whatever stands in it.
fn kept(
    name: &str,
    kind: &'static str,
    pieces: Result<impl Stream<Item = Result<Bytes, ConsoleError>> + Send + 'static, ConsoleError>,
) -> Response {
    match pieces {
        Ok(pieces) => {
            let headers = [(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, disposition(name))];
            (headers, Body::from_stream(pieces)).into_response()
        }
        Err(error) => problem(&error),
    }
}

/// The name twice (RFC 6266): for everybody in full, and for old browsers in signs that need no escaping.
pub(super) fn disposition(name: &str) -> String {
    let is_plain = |sign: char| sign.is_ascii_alphanumeric() || " ._-+()[]".contains(sign);
    let plain: String = name.chars().map(|sign| if is_plain(sign) { sign } else { '_' }).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", link::escape(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_name_is_kept_and_none_breaks_the_header() {
        assert_eq!(disposition("a.txt"), "attachment; filename=\"a.txt\"; filename*=UTF-8''a.txt");
        assert_eq!(
            disposition("店\"; x=\\\r\ny"),
            "attachment; filename=\"___ x____y\"; filename*=UTF-8''%E5%BA%97%22%3B%20x%3D%5C%0D%0Ay"
        );
    }

    #[test]
    fn only_pods_have_files() {
        let place = |kind: &str| ("harbour".into(), kind.into(), "shop".into(), "web-0".into());

        assert!(pod(&place("pods")).is_ok());
        assert!(pod(&place("deployments")).is_err());
    }
}
