//! What a key of a config map holds, as a file: `/clusters/{cluster}/configmaps/{namespace}/{name}/value`, with the key in
//! the query of `resources_contract`'s address.

use super::files::disposition;
use super::knock::Called;
use crate::console::Console;
use crate::routes::{preferences, problem};
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use model::{ClusterName, ConsoleError, InvalidName, KindSlug, Namespace, ObjectName, ResourceRef};
use serde::Deserialize;

/// The query of a value.
#[derive(Debug, Deserialize)]
pub struct ValueQuery {
    key: String,
}

/// Where the config map is.
type Place = (String, String, String, String);

/// `GET …/value`.
pub async fn value(
    State(console): State<Console>,
    Called(caller): Called,
    headers: HeaderMap,
    Path(place): Path<Place>,
    Query(query): Query<ValueQuery>,
) -> Response {
    let map = match resource(&place) {
        Ok(map) => map,
        Err(error) => return problem(&ConsoleError::invalid("", error.to_string())),
    };
    let language = preferences::from_headers(&headers).language;
    match console.kubernetes().for_caller((*caller).clone(), language).config_value(map, &query.key).await {
        Ok(bytes) => kept(&query.key, bytes),
        Err(error) => problem(&error),
    }
}

/// The answer that a browser keeps as a file, whatever stands in it: no page of the console is made of a config map.
fn kept(key: &str, bytes: Vec<u8>) -> Response {
    let kind = "application/octet-stream".to_owned();
    ([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, disposition(key))], bytes).into_response()
}

/// Names that obey the rules, or none.
fn resource((cluster, kind, namespace, name): &Place) -> Result<ResourceRef, InvalidName> {
    Ok(ResourceRef {
        cluster: ClusterName::parse(cluster)?,
        kind: KindSlug::parse(kind)?,
        namespace: Some(Namespace::parse(namespace)?),
        name: ObjectName::parse(name)?,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn a_page_in_a_config_map_is_kept_as_a_file_and_never_shown() {
        let answer = kept("index.html", b"<script>alert(1)</script>".to_vec());

        assert_eq!(answer.headers()[CONTENT_TYPE], "application/octet-stream");
        let name = answer.headers()[CONTENT_DISPOSITION].to_str().unwrap();
        assert_eq!(name, "attachment; filename=\"index.html\"; filename*=UTF-8''index.html");
    }
}
