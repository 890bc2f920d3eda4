//! The APIs over a world of a few series.

mod alertmanager;
mod prometheus;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::Body;
use http::{Request, header};
use http_body_util::BodyExt;
use playground_promql::{Labels, Memory, MemorySeries, NAME, Sample, Storage};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{Group, Metadata, Monitoring, Source, Target};

const START: i64 = 1_767_571_200_000;
const MINUTE: i64 = 60_000;

/// A job that is up for half an hour, down for half an hour, and up again for as long.
struct World {
    now: AtomicI64,
    series: Arc<Memory>,
    rules: Value,
}

/// A world at a time, in minutes after its beginning.
fn world(minutes: i64) -> Arc<World> {
    let up = (0..180).map(|step| Sample {
        at: START + step * 30_000,
        value: if (60..120).contains(&step) { 0.0 } else { 1.0 },
    });
    let series = |pod: &str, samples: Vec<Sample>| {
        let labels = [(NAME, "up"), ("job", "shop"), ("namespace", "shop"), ("pod", pod)];
        MemorySeries { labels: Labels::new(labels), samples }
    };
    let steady = (0..180).map(|step| Sample { at: START + step * 30_000, value: 1.0 });
    let all = [series("a", up.collect()), series("b", steady.collect())];
    let rules = json!({
        "metadata": { "namespace": "monitoring", "name": "rules", "uid": "1" },
        "spec": { "groups": [{ "name": "shop", "interval": "1m", "rules": [
            {
                "alert": "Down", "expr": "up == 0", "for": "5m",
                "labels": { "severity": "critical", "tier": "{{ $labels.job }}" },
                "annotations": { "summary": "{{ $labels.pod }} is {{ $value }}" },
            },
            { "alert": "Down", "expr": "up == 0", "labels": { "severity": "warning" } },
            { "alert": "Watchdog", "expr": "vector(1)", "labels": { "severity": "none" } },
            { "record": "job:up:sum", "expr": "sum by (job) (up)", "labels": { "kind": "recorded" } },
        ] }] },
    });
    let now = AtomicI64::new(START + minutes * MINUTE);
    Arc::new(World { now, series: Arc::new(Memory::new(all)), rules })
}

impl World {
    fn go_to(&self, minutes: i64) {
        self.now.store(START + minutes * MINUTE, Ordering::Relaxed);
    }
}

impl Source for World {
    fn now(&self) -> i64 {
        self.now.load(Ordering::Relaxed)
    }

    fn started(&self) -> i64 {
        START
    }

    fn oldest(&self) -> i64 {
        START
    }

    fn storage(&self) -> Arc<dyn Storage> {
        self.series.clone()
    }

    fn metadata(&self) -> Vec<Metadata> {
        vec![Metadata { metric: "up", kind: "gauge", help: "Whether it is." }]
    }

    fn targets(&self) -> Vec<Target> {
        let labels = Labels::new([("job", "shop")]);
        vec![Target {
            discovered: labels.clone(),
            labels,
            pool: "shop".to_owned(),
            url: "http://a:80/metrics".to_owned(),
            error: "it is down".to_owned(),
            last_scrape: self.now(),
            seconds: 0.5,
        }]
    }

    fn rules(&self) -> Vec<Group> {
        Group::of_object(&self.rules).unwrap()
    }

    fn configuration(&self) -> String {
        "global: {}\n".to_owned()
    }

    fn external_labels(&self) -> Labels {
        Labels::new([("cluster", "harbour")])
    }
}

async fn send(router: &Router, request: Request<Body>) -> (u16, Value) {
    let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let text = || Value::String(String::from_utf8_lossy(&body).into_owned());
    (parts.status.as_u16(), serde_json::from_slice(&body).unwrap_or_else(|_| text()))
}

async fn get(router: &Router, path: &str) -> (u16, Value) {
    send(router, Request::get(path).body(Body::empty()).unwrap()).await
}

async fn post(router: &Router, path: &str, body: &Value) -> (u16, Value) {
    let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
    send(router, request.body(Body::from(body.to_string())).unwrap()).await
}

fn monitoring(world: &Arc<World>) -> Monitoring {
    Monitoring::new(world.clone())
}
