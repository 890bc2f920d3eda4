//! What the console itself answers to programs: a `Status`, which they know how to show.

use bytes::Bytes;
use http::StatusCode;
use model::ConsoleError;
use serde_json::json;

/// An answer of the console in a cluster's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    /// The HTTP status.
    pub code: u16,
    /// One of the words that programs know.
    reason: &'static str,
    /// A sentence for people.
    message: String,
}

impl Said {
    /// The request makes no sense.
    pub fn bad(message: impl Into<String>) -> Self {
        Self { code: 400, reason: "BadRequest", message: message.into() }
    }

    /// Nobody may do this here, whatever they hold.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self { code: 403, reason: "Forbidden", message: message.into() }
    }

    /// The path is none of those that are passed on.
    pub fn no_such_path() -> Self {
        let message = "this path is not one that the console passes on to clusters".into();
        Self { code: 404, reason: "NotFound", message }
    }

    /// The path leads through the API server to something behind it.
    pub fn closed() -> Self {
        Self::forbidden(
            "the console passes nothing through the API server to what runs behind it; use port-forward instead",
        )
    }

    /// The method is none for this path.
    pub fn wrong_method() -> Self {
        let message = "this method is not allowed here".into();
        Self { code: 405, reason: "MethodNotAllowed", message }
    }

    /// The body is in no form that is known.
    pub fn unknown_form() -> Self {
        let message =
            "a body is JSON, YAML, CBOR, protobuf, or a patch in a form that Kubernetes knows".into();
        Self { code: 415, reason: "UnsupportedMediaType", message }
    }

    /// One person has too much open at the same time.
    pub fn too_many(limit: u32) -> Self {
        let message = format!("you have {limit} streams open already; end some of them");
        Self { code: 429, reason: "TooManyRequests", message }
    }

    /// Adds a sentence.
    pub fn add(&mut self, sentence: &str) {
        self.message.push_str(sentence);
    }

    /// The sentence for people.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The `Status` object.
    /// <https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/>
    pub fn json(&self) -> serde_json::Value {
        json!({
            "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "reason": self.reason, "message": self.message, "code": self.code,
        })
    }

    /// The `Status` object as the body of an answer.
    pub fn body(&self) -> Bytes {
        self.json().to_string().into()
    }
}

impl From<&ConsoleError> for Said {
    fn from(error: &ConsoleError) -> Self {
        let (code, reason) = match error.status_code() {
            401 => (401, "Unauthorized"),
            403 => (403, "Forbidden"),
            404 => (404, "NotFound"),
            409 => (409, "Conflict"),
            400 | 422 => (400, "BadRequest"),
            503 => (503, "ServiceUnavailable"),
            _ => (500, "InternalError"),
        };
        Self { code, reason, message: error.to_string() }
    }
}
