//! Somebody who can be asked: the simulator in this process, or a real Prometheus.

use std::env;

use axum::body::Body;
use http::{Method, Request, header};
use http_body_util::BodyExt;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use tower::ServiceExt;

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
pub enum Prometheus {
    Simulator(axum::Router),
    /// Host and port.
    Peer(String),
}

impl Prometheus {
    pub fn simulator() -> Self {
        Self::Simulator(world::monitoring().prometheus)
    }

    /// The one that the environment names.
    pub fn peer() -> Self {
        let address = env::var("ORRERY_PEER_PROMETHEUS").expect("ORRERY_PEER_PROMETHEUS names a Prometheus");
        Self::Peer(address.trim_start_matches("http://").trim_end_matches('/').to_owned())
    }

    pub async fn ask(&self, form: &Form) -> Answer {
        let request = form.request();
        let (parts, body) = match self {
            Self::Simulator(router) => {
                let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
                (parts, body.collect().await.unwrap().to_bytes())
            }
            Self::Peer(address) => {
                let connection = TokioIo::new(TcpStream::connect(address).await.unwrap());
                let (mut sender, connection) =
                    hyper::client::conn::http1::handshake(connection).await.unwrap();
                tokio::spawn(connection);
                let (parts, body) = sender.send_request(request).await.unwrap().into_parts();
                (parts, body.collect().await.unwrap().to_bytes())
            }
        };
        let body = serde_json::from_slice(&body)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&body).into_owned()));
        Answer { code: parts.status.as_u16(), body }
    }
}
