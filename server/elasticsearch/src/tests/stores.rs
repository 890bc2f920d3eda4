//! Simulated log stores, and the ways to them.

use super::{CANARY, MINUTE, NOW};
use crate::error::ElasticsearchError;
use crate::transport::{Ask, Transport};
use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use bytes::Bytes;
use http::{Method, Request};
use playground_elasticsearch::{Archive, Document, Family, Kind, Wanted};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tower::ServiceExt;

const LOGSTASH: Family = Family {
    name: "logstash",
    time: "@timestamp",
    fields: &[
        ("@timestamp", Kind::Date),
        ("log", Kind::Text),
        ("kubernetes.namespace_name", Kind::Text),
        ("kubernetes.pod_name", Kind::Text),
        ("kubernetes.container_name", Kind::Text),
    ],
};

pub static FAMILIES: [Family; 3] = [
    LOGSTASH,
    Family {
        name: "kube-events",
        time: "@timestamp",
        fields: &[
            ("@timestamp", Kind::Date),
            ("message", Kind::Text),
            ("reason", Kind::Text),
            ("type", Kind::Text),
            ("count", Kind::Long),
            ("involvedObject.namespace", Kind::Text),
            ("involvedObject.kind", Kind::Text),
            ("involvedObject.name", Kind::Text),
        ],
    },
    Family {
        name: "kube-audit",
        time: "@timestamp",
        fields: &[
            ("@timestamp", Kind::Date),
            ("requestURI", Kind::Text),
            ("verb", Kind::Text),
            ("user.username", Kind::Text),
            ("impersonatedUser.username", Kind::Text),
            ("objectRef.namespace", Kind::Text),
            ("objectRef.resource", Kind::Text),
            ("objectRef.name", Kind::Text),
            ("responseStatus.code", Kind::Long),
            ("sourceIPs", Kind::Text),
        ],
    },
];

/// A log store of these families, whose documents are made when they are asked for.
pub struct Written<F>(pub &'static [Family], pub F);

impl<F> Archive for Written<F>
where
    F: Fn(&Family, &Wanted) -> Vec<Document> + Send + Sync,
{
    fn families(&self) -> &'static [Family] {
        self.0
    }

    fn now(&self) -> i64 {
        NOW
    }

    fn oldest(&self) -> i64 {
        NOW - 86_400_000
    }

    fn documents(&self, family: &Family, wanted: &Wanted) -> Vec<Document> {
        (self.1)(family, wanted)
    }
}

/// A record of each sort each half a minute, in turns of `shop`, `blog` and the cluster itself. What is not of `shop` holds
/// the canary, and so does what is older than two hours: then `shop` was somebody else's.
pub fn past(family: &Family, wanted: &Wanted) -> Vec<Document> {
    moments(wanted).map(|at| Document::new(at, 1, record(family, at))).collect()
}

/// Each half minute of what is wanted.
fn moments(wanted: &Wanted) -> impl Iterator<Item = i64> {
    let first = wanted.from.div_euclid(MINUTE / 2) * (MINUTE / 2);
    (first..=wanted.to).step_by(30_000).filter(move |at| *at >= wanted.from)
}

/// How much is written in the moment of [`burst`].
pub const BURST: usize = 250;

/// So much written in one moment that it fills several pages. Like a store whose copies take turns in answering, it has it in
/// another order each time.
pub fn burst() -> impl Archive {
    let turns = AtomicUsize::new(0);
    Written(&FAMILIES, move |family: &Family, wanted: &Wanted| {
        let at = NOW - MINUTE;
        if !(wanted.from..=wanted.to).contains(&at) {
            return Vec::new();
        }
        let document = |number: usize| Document::new(at, (number as u64) << 4, record(family, at));
        let mut documents: Vec<Document> = (1..=BURST).map(document).collect();
        documents.rotate_left(turns.fetch_add(37, Ordering::Relaxed) % BURST);
        documents
    })
}

/// How many shards have something in each place of the moment of [`shards`].
pub const IN_ONE_PLACE: usize = 10;

/// The same, of which so many shards have something in the same place.
pub fn shards() -> impl Archive {
    let turns = AtomicUsize::new(0);
    Written(&FAMILIES, move |family: &Family, wanted: &Wanted| {
        let at = NOW - MINUTE;
        if !(wanted.from..=wanted.to).contains(&at) {
            return Vec::new();
        }
        let document = |number: usize| {
            let (place, shard) = (number / IN_ONE_PLACE, number % IN_ONE_PLACE);
            Document::new(at, ((place << 4) | shard) as u64, record(family, at))
        };
        let mut documents: Vec<Document> = (0..BURST).map(document).collect();
        documents.rotate_left(turns.fetch_add(37, Ordering::Relaxed) % BURST);
        documents
    })
}

fn record(family: &Family, at: i64) -> serde_json::Value {
    let turn = at / (MINUTE / 2);
    let namespace = ["shop", "blog", "kube-system"][turn.rem_euclid(3) as usize];
    let is_own = namespace == "shop" && at >= NOW - 120 * MINUTE;
    let word = if is_own { "order" } else { CANARY };
    let level = if turn % 4 == 0 { "error" } else { "info" };
    match family.name {
        "logstash" => json!({
            "log": format!("level={level} msg=\"{word} accepted\" turn={turn}"),
            "kubernetes": {"namespace_name": namespace, "pod_name": format!("{word}-7d9c5b6f4-x2k9q"), "container_name": word},
        }),
        "kube-events" => json!({
            "message": format!("Back-off restarting {word}"), "reason": word, "type": "Warning", "count": turn % 5 + 1,
            "involvedObject": {"namespace": namespace, "kind": "Pod", "name": format!("{word}-0")},
        }),
        _ => json!({
            "requestURI": format!("/api/v1/namespaces/{namespace}/pods/{word}"), "verb": "delete",
            "user": {"username": "console"}, "impersonatedUser": {"username": format!("{word}-ada")},
            "objectRef": {"namespace": namespace, "resource": "pods", "name": word},
            "responseStatus": {"code": if turn % 4 == 0 { 403 } else { 200 }},
            "requestObject": {"data": "never read"},
            "sourceIPs": [format!("10.0.0.{}", turn.rem_euclid(3)), "192.0.2.1"],
        }),
    }
}

/// Asks in process, and keeps what was asked.
pub struct InProcess {
    pub app: Router,
    pub asked: parking_lot::Mutex<Vec<String>>,
}

#[async_trait]
impl Transport for Arc<InProcess> {
    fn name(&self) -> String {
        "logging/elasticsearch".into()
    }

    async fn ask(&self, ask: &Ask) -> Result<Bytes, ElasticsearchError> {
        self.asked.lock().push(format!("{} {} {}", ask.method, ask.path, String::from_utf8_lossy(&ask.body)));
        let request =
            Request::builder().method(&ask.method).uri(&ask.path).body(Body::from(ask.body.clone()));
        let response = self.app.clone().oneshot(request.unwrap()).await.unwrap();
        Ok(to_bytes(response.into_body(), usize::MAX).await.unwrap())
    }
}

/// Forgets the point in time at every fourth part of what it is asked for, and has no room for every fourth.
pub struct Shaky {
    pub way: Arc<InProcess>,
    pub parts: AtomicUsize,
}

const FULL: &str = r#"{"error":{"root_cause":[{"type":"es_rejected_execution_exception","reason":"no room"}],"type":"search_phase_execution_exception","reason":"all shards failed"},"status":429}"#;

#[async_trait]
impl Transport for Shaky {
    fn name(&self) -> String {
        self.way.name()
    }

    async fn ask(&self, ask: &Ask) -> Result<Bytes, ElasticsearchError> {
        if ask.path == "/_search" {
            match self.parts.fetch_add(1, Ordering::Relaxed) % 4 {
                1 => {
                    let body: serde_json::Value = serde_json::from_slice(&ask.body).unwrap();
                    let body = json!({"id": body["pit"]["id"]}).to_string().into();
                    self.way.ask(&Ask { method: Method::DELETE, path: "/_pit".into(), body }).await?;
                }
                3 => return Ok(Bytes::from_static(FULL.as_bytes())),
                _ => {}
            }
        }
        self.way.ask(ask).await
    }
}

static TWO_WAYS: [Family; 2] = [
    LOGSTASH,
    Family {
        name: "filebeat",
        time: "@timestamp",
        fields: &[
            ("@timestamp", Kind::Date),
            ("message", Kind::Text),
            ("kubernetes.namespace", Kind::Text),
            ("kubernetes.pod.name", Kind::Text),
            ("kubernetes.container.name", Kind::Text),
        ],
    },
];

/// The same lines, and others of another program, which it writes in its own words.
pub fn two_ways() -> impl Archive {
    Written(&TWO_WAYS, |family: &Family, wanted: &Wanted| {
        let number = if family.name == LOGSTASH.name { 1 } else { 2 };
        moments(wanted).map(|at| Document::new(at, number, in_own_words(family, at))).collect()
    })
}

fn in_own_words(family: &Family, at: i64) -> serde_json::Value {
    let line = record(&LOGSTASH, at);
    if family.name == LOGSTASH.name {
        return line;
    }
    let of = &line["kubernetes"];
    let pod = format!("beats-{}", of["pod_name"].as_str().unwrap_or_default());
    json!({
        "message": line["log"],
        "kubernetes": {
            "namespace": of["namespace_name"], "pod": {"name": pod}, "container": {"name": of["container_name"]},
        },
    })
}
