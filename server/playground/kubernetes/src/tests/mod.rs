//! The protocol, spoken to the router without a network between.

#![allow(clippy::unwrap_used)]

mod access;
mod changes;
mod custom;
mod deletion;
mod faults;
mod lists;
mod ownership;
mod subresources;
mod watches;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::BoxStream;
use http::Request;
use serde_json::{Value, json};
use tokio::io::DuplexStream;
use tower::ServiceExt;

use crate::{Cluster, ClusterSettings, ExecExit, ExecIo, Identity, Kubelet, LogOptions, Status, rest};

/// How long an event may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A kubelet without pods.
struct NoKubelet;

#[async_trait]
impl Kubelet for NoKubelet {
    async fn logs(&self, _: &Value, _: &str, _: LogOptions) -> Result<BoxStream<'static, Bytes>, Status> {
        Err(Status::internal("no kubelet"))
    }

    async fn exec(&self, _: &Value, _: &str, _: Vec<String>, _: bool, _: ExecIo) -> ExecExit {
        ExecExit::Failed("no kubelet".to_owned())
    }

    async fn port_forward(&self, _: &Value, _: u16, _: DuplexStream) -> Result<(), String> {
        Err("no kubelet".to_owned())
    }
}

/// A cluster, and somebody who talks to it.
struct Client {
    cluster: Cluster,
    router: axum::Router,
    token: String,
    headers: Vec<(&'static str, String)>,
}

impl Client {
    /// The administrator of a new cluster.
    fn administrator() -> Self {
        Self::of(Cluster::new(ClusterSettings { history: 64, ..ClusterSettings::default() }))
    }

    fn of(cluster: Cluster) -> Self {
        let (token, _) = cluster.inner.tokens.issue(Identity::administrator(), None);
        let router = rest::router(cluster.clone(), Arc::new(NoKubelet));
        Self { cluster, router, token, headers: Vec::new() }
    }

    /// Somebody else on the same cluster.
    fn user(&self, name: &str, groups: &[&str]) -> Self {
        let (token, _) = self.cluster.inner.tokens.issue(Identity::new(name, groups), None);
        Self { cluster: self.cluster.clone(), router: self.router.clone(), token, headers: Vec::new() }
    }

    /// The same person with one more header.
    fn with(&self, name: &'static str, value: &str) -> Self {
        let mut headers = self.headers.clone();
        headers.push((name, value.to_owned()));
        Self {
            cluster: self.cluster.clone(),
            router: self.router.clone(),
            token: self.token.clone(),
            headers,
        }
    }

    async fn raw(&self, method: &str, path: &str, body: &Value) -> Response {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {}", self.token));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap()
    }

    /// The status code and the JSON of an answer.
    async fn call(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let response = self.raw(method, path, &body).await;
        let code = response.status().as_u16();
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (code, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        self.call("GET", path, Value::Null).await
    }

    /// Opens a watch.
    async fn watch(&self, path: &str) -> Events {
        let response = self.raw("GET", path, &Value::Null).await;
        assert_eq!(response.status(), 200);
        Events {
            path: path.to_owned(),
            pieces: response.into_body().into_data_stream().boxed(),
            text: Vec::new(),
        }
    }
}

/// The events of a watch, one after the other.
struct Events {
    path: String,
    pieces: BoxStream<'static, Result<Bytes, axum::Error>>,
    text: Vec<u8>,
}

impl Events {
    /// The next event; none at the end.
    async fn next(&mut self) -> Option<Value> {
        let waited = tokio::time::timeout(PATIENCE, self.read()).await;
        waited.unwrap_or_else(|_| panic!("no event of {} within {PATIENCE:?}", self.path))
    }

    async fn read(&mut self) -> Option<Value> {
        loop {
            if let Some(end) = self.text.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.text.drain(..=end).collect();
                return Some(serde_json::from_slice(&line).unwrap());
            }
            self.text.extend_from_slice(&self.pieces.next().await?.unwrap());
        }
    }

    /// The next event as `TYPE name`.
    async fn next_short(&mut self) -> String {
        let event = self.next().await.unwrap();
        let name = event["object"]["metadata"]["name"].as_str().unwrap_or_default();
        format!("{} {name}", event["type"].as_str().unwrap())
    }
}

fn config_map(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "default"}, "data": {"a": "1"}})
}

const MAPS: &str = "/api/v1/namespaces/default/configmaps";
