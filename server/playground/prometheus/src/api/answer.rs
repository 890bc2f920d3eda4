//! The frame of every answer.

use axum::body::Body;
use axum::response::Response;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use playground_promql::Problem;
use serde::Serialize;

/// A refusal: its status, its kind and its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    status: StatusCode,
    kind: &'static str,
    message: String,
    /// The number that a check of a schema has.
    code: Option<u16>,
}

impl Refusal {
    /// What was asked makes no sense.
    pub(crate) fn bad_data(message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, kind: "bad_data", message: message.into(), code: None }
    }

    /// A parameter makes no sense.
    pub(crate) fn parameter(name: &str, reason: impl std::fmt::Display) -> Self {
        Self::bad_data(format!("invalid parameter \"{name}\": {reason}"))
    }

    /// Our own failure.
    pub(crate) fn internal(message: &str) -> Self {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Self { status, kind: "internal", message: message.to_owned(), code: None }
    }

    /// Words with a status, for APIs that answer so.
    pub(crate) fn words(status: StatusCode, message: &str) -> Self {
        Self { status, kind: "words", message: message.to_owned(), code: None }
    }

    /// What the schema of Alertmanager's API finds wrong.
    pub(crate) fn schema(code: u16, message: &str) -> Self {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Self { status, kind: "schema", message: message.to_owned(), code: Some(code) }
    }

    /// The refusal as Alertmanager writes it: a text alone, as JSON, or what its schema says.
    pub(crate) fn plain(&self) -> Response {
        match self.code {
            Some(code) => json(self.status, &serde_json::json!({ "code": code, "message": self.message })),
            None => json(self.status, &self.message),
        }
    }

    /// What became of a query.
    pub(crate) fn of_query(problem: &Problem) -> Self {
        let with = |status, kind| Self { status, kind, message: problem.to_string(), code: None };
        match problem {
            Problem::Parse(_) => Self::parameter("query", problem),
            Problem::Unfit(_) => Self::bad_data(problem.to_string()),
            Problem::Execution(_) | Problem::TooManySamples => {
                with(StatusCode::UNPROCESSABLE_ENTITY, "execution")
            }
            Problem::Timeout => with(StatusCode::SERVICE_UNAVAILABLE, "timeout"),
        }
    }

    /// The refusal as a response.
    pub(crate) fn response(&self) -> Response {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Frame<'a> {
            status: &'static str,
            error_type: &'static str,
            error: &'a str,
        }
        json(self.status, &Frame { status: "error", error_type: self.kind, error: &self.message })
    }
}

/// An answer.
pub(crate) fn success(data: &impl Serialize) -> Response {
    #[derive(Serialize)]
    struct Frame<'a, T> {
        status: &'static str,
        data: &'a T,
    }
    json(StatusCode::OK, &Frame { status: "success", data })
}

/// Words instead of an object.
pub(crate) fn text(status: StatusCode, words: impl Into<Body>) -> Response {
    with_type(status, "text/plain; charset=utf-8", words.into())
}

pub(crate) async fn no_page() -> Response {
    text(StatusCode::NOT_FOUND, "404 page not found\n")
}

/// Any object as JSON.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(bytes) => with_type(status, "application/json", bytes.into()),
        Err(_) => text(StatusCode::INTERNAL_SERVER_ERROR, "the answer cannot be written\n"),
    }
}

fn with_type(status: StatusCode, media_type: &'static str, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}
