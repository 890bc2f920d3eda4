//! Whole clusters in process, with time running faster.

mod checkout;
mod nodes;
mod storage;
mod workloads;
mod worlds;

use std::sync::Arc;
use std::time::Duration;

use playground_kubernetes::{Cluster, ClusterSettings, Subscription};
use serde_json::{Value, json};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::images::Images;
use crate::objects::{array, text};
use crate::site::Site;
use crate::{controllers, world};

/// How much faster than the wall the laboratory's time runs.
const SPEED: f64 = 60.0;

/// How long to wait, on the wall clock, for something that is to come: far longer than it takes, because the machine
/// may be busy with other things.
const PATIENCE: Duration = Duration::from_secs(120);

/// A small cluster with everything running.
struct Laboratory {
    site: Site,
    stop: CancellationToken,
}

impl Drop for Laboratory {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Laboratory {
    /// A cluster with so many equal nodes.
    fn new(nodes: usize) -> Self {
        let laboratory = Self::around(Cluster::new(ClusterSettings::default()));
        for index in 0..nodes {
            laboratory.add(&format!(
                "apiVersion: v1\nkind: Node\nmetadata: {{ name: node-{index} }}\nstatus:\n  allocatable: &all \
                 {{ cpu: '4', memory: 8Gi, pods: '110' }}\n  capacity: *all\n"
            ));
        }
        laboratory.add("apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n");
        laboratory.run();
        laboratory
    }

    /// A cluster in which nothing runs yet.
    fn around(cluster: Cluster) -> Self {
        let site = Site::new(cluster, Clock::running(SPEED), Arc::new(Images::built_in()));
        Self { site, stop: CancellationToken::new() }
    }

    fn run(&self) {
        tokio::spawn(controllers::run(controllers::all("CA"), self.site.clone(), self.stop.clone()));
    }

    /// Applies a manifest.
    fn add(&self, manifest: &str) {
        world::apply(&self.site.cluster, "test", manifest).unwrap();
    }

    fn get(&self, kind: &str, name: &str) -> Arc<Value> {
        self.site.get(kind, "shop", name).unwrap_or_else(|| panic!("no {kind} {name}"))
    }

    fn pods(&self) -> Vec<Arc<Value>> {
        self.site.list("pods", "shop")
    }

    fn change(&self, kind: &str, name: &str, change: impl FnOnce(&mut Value)) {
        self.site.cluster.update(kind, Some("shop"), name, change).unwrap();
    }

    /// Waits until something is so.
    async fn until(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        self.until_some(what, |laboratory| holds(laboratory).then_some(())).await;
    }

    /// Waits until there is something to find, and answers it: it may be gone a moment later.
    async fn until_some<T>(&self, what: &str, find: impl Fn(&Self) -> Option<T>) -> T {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            if let Some(found) = find(self) {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let pods: Vec<String> = self.pods().iter().map(|pod| format!("{:#}", pod["status"])).collect();
        panic!("never came true: {what}\n{}", pods.join("\n"));
    }

    /// Follows a kind through every state it goes through, until one of them is as wished. Not one is missed, however
    /// short it lasts.
    async fn follow(what: &str, changes: &mut Subscription, holds: impl Fn(&Value) -> bool) {
        let found = async {
            while let Some(change) = changes.next().await {
                if holds(&change.object.parse()) {
                    return;
                }
            }
            panic!("the cluster is gone before: {what}");
        };
        let in_time = tokio::time::timeout(PATIENCE, found).await;
        in_time.unwrap_or_else(|_| panic!("never came true: {what}"));
    }

    /// The messages of all events with this reason.
    fn events(&self, reason: &str) -> Vec<String> {
        let core = self.site.list("events", "shop");
        let messages = core.iter().filter(|event| text(event, "/reason") == reason).map(|event| {
            let message = text(event, "/message");
            if message.is_empty() { text(event, "/note").to_owned() } else { message.to_owned() }
        });
        messages.collect()
    }
}

/// A deployment of one of the shop's programs.
fn deployment(name: &str, image: &str, replicas: usize) -> String {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": name, "namespace": "shop" },
        "spec": {
            "replicas": replicas, "selector": { "matchLabels": { "app": name } },
            "template": {
                "metadata": { "labels": { "app": name } },
                "spec": { "containers": [{
                    "name": "main", "image": image, "ports": [{ "name": "http", "containerPort": 8080 }],
                    "readinessProbe": { "httpGet": { "path": "/readyz", "port": "http" } },
                    "resources": { "requests": { "cpu": "100m", "memory": "64Mi" } },
                }] },
            },
        },
    })
    .to_string()
}

fn images_of(pod: &Value) -> &str {
    text(&array(pod, "/spec/containers")[0], "/image")
}
