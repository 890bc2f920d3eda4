//! What an API server said.

use http::{HeaderMap, Response};
use http_body_util::BodyExt;
use kube::client::Body;
use serde_json::Value;

/// An answer with its body as it came.
#[derive(Debug)]
pub struct Answer {
    /// Of HTTP.
    pub code: u16,
    /// As they came.
    pub headers: HeaderMap,
    /// The body as text.
    pub text: String,
    /// The body, where it is JSON.
    pub body: Value,
    /// The request, for messages.
    pub request: String,
}

impl Answer {
    /// Reads an answer to its end.
    pub async fn read(request: String, response: Response<Body>) -> Self {
        let (head, body) = response.into_parts();
        let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        let body = serde_json::from_str(&text).unwrap_or_default();
        Self { code: head.status.as_u16(), headers: head.headers, text, body, request }
    }

    /// The body of an answer that is to be a success with this code.
    #[track_caller]
    pub fn is(self, code: u16) -> Value {
        assert_eq!(self.code, code, "{}: {}", self.request, self.text);
        self.body
    }

    /// The body of an answer that is to be any success.
    #[track_caller]
    pub fn succeeds(self) -> Value {
        assert!((200..300).contains(&self.code), "{}: {} {}", self.request, self.code, self.text);
        self.body
    }

    /// Compares a refusal to the letter; returns the rest of the status.
    #[track_caller]
    pub fn fails(self, code: u16, reason: &str, message: &str) -> Value {
        let said = self.body["message"].as_str().unwrap_or(&self.text);
        let why = self.body["reason"].as_str().unwrap_or_default();
        assert_eq!((self.code, why, said), (code, reason, message), "{}", self.request);
        assert_eq!(
            (&self.body["kind"], &self.body["status"], &self.body["code"]),
            (&"Status".into(), &"Failure".into(), &code.into()),
            "{}",
            self.request
        );
        self.body
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}
