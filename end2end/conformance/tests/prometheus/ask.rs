//! Somebody who can be asked: the simulator in this process, or a real Prometheus.

use std::env;

use axum::body::Body;
use http::{Method, Request, header};
use serde_json::Value;

use crate::asked::Asked;
use crate::world;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Form {
    pub path: String,
    method: Method,
    fields: Vec<(String, String)>,
}

impl Form {
    pub fn new(path: &str) -> Self {
        Self { path: path.to_owned(), method: Method::POST, fields: Vec::new() }
    }

    pub fn get(path: &str) -> Self {
        Self { method: Method::GET, ..Self::new(path) }
    }

    #[expect(clippy::needless_pass_by_value, reason = "callers write numbers and texts in place")]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.fields.push((name.to_owned(), value.to_string()));
        self
    }

    fn request(&self) -> Request<Body> {
        let fields = form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.fields).finish();
        let request = Request::builder().method(&self.method).header(header::HOST, "prometheus");
        if self.method == Method::GET {
            return request.uri(format!("{}?{fields}", self.path)).body(Body::empty()).unwrap();
        }
        let request =
            request.uri(&self.path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        request.body(Body::from(fields)).unwrap()
    }
}

/// What is answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub code: u16,
    pub body: Value,
}

/// Who is asked.
pub struct Prometheus(Asked);

impl Prometheus {
    pub fn simulator() -> Self {
        Self(Asked::Simulator(world::monitoring().prometheus))
    }

    /// The one that the environment names.
    pub fn peer() -> Self {
        let address = env::var("ORRERY_PEER_PROMETHEUS").expect("ORRERY_PEER_PROMETHEUS names a Prometheus");
        Self(Asked::at(&address))
    }

    pub async fn ask(&self, form: &Form) -> Answer {
        let (code, body) = self.0.send(form.request()).await;
        Answer { code: code.as_u16(), body }
    }
}
