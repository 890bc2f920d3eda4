//! A program that answers by HTTP: a simulator in this process, or a real one.

use axum::body::Body;
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use tower::ServiceExt;

pub enum Asked {
    Simulator(axum::Router),
    /// Host and port.
    Peer(String),
}

impl Asked {
    /// A real one, by the address that the environment names.
    pub fn at(address: &str) -> Self {
        Self::Peer(address.trim_start_matches("http://").trim_end_matches('/').to_owned())
    }

    /// What it answers; what is no JSON is a text.
    pub async fn send(&self, request: Request<Body>) -> (StatusCode, Value) {
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
        let text = || Value::String(String::from_utf8_lossy(&body).into_owned());
        (parts.status, serde_json::from_slice(&body).unwrap_or_else(|_| text()))
    }
}
