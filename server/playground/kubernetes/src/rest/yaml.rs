//! Bodies and answers in YAML.

use axum::body::{Body, to_bytes};
use axum::response::Response;
use http::HeaderValue;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_saphyr::options::DuplicateKeyPolicy;

use crate::Status;

/// Reads YAML, of which JSON is a part. Aliases are followed, as far as they do not swell the document beyond measure;
/// of repeated keys the last one counts.
pub(crate) fn read(body: &[u8]) -> Result<Value, Status> {
    read_as(body)
}

/// Reads YAML into something that is told of every key, repeated ones included.
pub(crate) fn read_as<T: DeserializeOwned>(body: &[u8]) -> Result<T, Status> {
    let text = std::str::from_utf8(body).map_err(|error| Status::bad_request(error.to_string()))?;
    let options = serde_saphyr::options! { duplicate_keys: DuplicateKeyPolicy::PassThrough };
    serde_saphyr::from_str_with_options(text, options)
        .map_err(|error| Status::bad_request(format!("error decoding YAML: {error}")))
}

/// The same answer in YAML, if it is JSON.
pub(crate) async fn answer(response: Response) -> Response {
    let json = HeaderValue::from_static("application/json");
    if response.headers().get(CONTENT_TYPE) != Some(&json) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    // The bodies of this server are made in memory and do not fail.
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let yaml =
        serde_json::from_slice::<Value>(&bytes).ok().and_then(|value| serde_saphyr::to_string(&value).ok());
    let Some(yaml) = yaml else { return Response::from_parts(parts, Body::from(bytes)) };
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/yaml"));
    Response::from_parts(parts, Body::from(yaml))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::read;

    #[test]
    fn aliases_are_followed_and_the_last_of_repeated_keys_counts() {
        let object = read(b"one: &same {a: 1}\ntwo: *same\nthree: 3\nthree: 4\n").unwrap();

        assert_eq!(object, json!({"one": {"a": 1}, "two": {"a": 1}, "three": 4}));
    }

    #[test]
    fn aliases_of_aliases_without_end_are_refused() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let before = format!("*a{}, ", level - 1).repeat(9);
            bomb.push_str(&format!("a{level}: &a{level} [{}]\n", before.trim_end_matches(", ")));
        }

        assert_eq!(read(bomb.as_bytes()).unwrap_err().code, 400);
    }
}
