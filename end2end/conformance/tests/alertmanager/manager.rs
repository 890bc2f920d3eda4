//! Somebody who can be told: the simulator in this process, or a real Alertmanager.

use std::env;
use std::sync::Arc;

use axum::body::Body;
use http::{Method, Request, StatusCode, header};
use playground_prometheus::{Group, Metadata, Monitoring, Source, Target};
use playground_promql::{Labels, Memory, Storage};
use serde_json::{Value, json};

use crate::asked::Asked;

/// Who is told.
pub struct Manager(Asked);

/// A world without a rule, at the present time.
struct Now;

impl Source for Now {
    fn now(&self) -> i64 {
        jiff::Timestamp::now().as_millisecond()
    }

    fn started(&self) -> i64 {
        self.now()
    }

    fn oldest(&self) -> i64 {
        self.now()
    }

    fn storage(&self) -> Arc<dyn Storage> {
        Arc::new(Memory::new([]))
    }

    fn metadata(&self) -> Vec<Metadata> {
        Vec::new()
    }

    fn targets(&self) -> Vec<Target> {
        Vec::new()
    }

    fn rules(&self) -> Vec<Group> {
        Vec::new()
    }

    fn configuration(&self) -> String {
        String::new()
    }

    fn external_labels(&self) -> Labels {
        Labels::default()
    }
}

/// The moment so many seconds from now, as RFC 3339 writes it.
pub fn in_seconds(seconds: i64) -> String {
    let at = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(seconds);
    at.to_string()
}

impl Manager {
    /// The one that the environment names, else the simulator.
    pub fn here() -> Self {
        match env::var("ORRERY_PEER_ALERTMANAGER") {
            Ok(address) => Self(Asked::at(&address)),
            Err(_) => Self(Asked::Simulator(Monitoring::new(Arc::new(Now)).alertmanager)),
        }
    }

    pub async fn get(&self, path: &str) -> (StatusCode, Value) {
        self.send(Method::GET, path, None).await
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> (StatusCode, Value) {
        let request = Request::builder().method(method).uri(path).header(header::HOST, "alertmanager");
        let request = match body {
            Some(body) => {
                request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string()))
            }
            None => request.body(Body::empty()),
        };
        self.0.send(request.unwrap()).await
    }

    /// Tells of an alert with a label that only the case knows.
    pub async fn tell(&self, mine: &str, severity: &str) {
        let alert = json!([{
            "labels": { "alertname": "Down", "namespace": mine, "shop": mine, "severity": severity },
            "annotations": { "summary": "It is down." },
        }]);
        let (code, words) = self.send(Method::POST, "/api/v2/alerts", Some(&alert)).await;
        assert_eq!(code, StatusCode::OK, "{words}");
    }

    /// The alert as it is told.
    pub async fn alert(&self, mine: &str, severity: &str) -> Value {
        let filter = format!("shop=\"{mine}\"");
        let filter: String = form_urlencoded::byte_serialize(filter.as_bytes()).collect();
        let alerts = self.get(&format!("/api/v2/alerts?filter={filter}")).await.1;
        let mut alerts = alerts.as_array().unwrap().iter();
        alerts.find(|alert| alert["labels"]["severity"] == severity).cloned().unwrap_or_default()
    }
}
