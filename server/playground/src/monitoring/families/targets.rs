//! What is scraped, and whether that works.

use std::sync::Arc;

use playground_promql::NAME;

use super::kubelet::target as kubelet;
use super::{Ask, Family};
use crate::monitoring::facts::{Node, Pod};
use crate::monitoring::inventory::Inventory;
use crate::monitoring::series::{INTERVAL, Rows, Target};

pub static FAMILIES: &[Family] = &[
    Family::gauge("up", "Whether the last scrape worked.", |ask, rows| {
        each(ask, rows, |scraped, at| f64::from(u8::from(scraped.is_up(at))));
    }),
    Family::gauge("scrape_duration_seconds", "How long the last scrape took.", |ask, rows| {
        each(ask, rows, Scraped::seconds);
    }),
    Family::gauge("scrape_samples_scraped", "How many samples the last scrape found.", |ask, rows| {
        each(ask, rows, |scraped, at| if scraped.is_up(at) { scraped.samples } else { 0.0 });
    }),
];

/// A target with what decides whether it answers.
#[derive(Clone)]
pub struct Scraped {
    pub target: Target,
    pub url: String,
    samples: f64,
    node: Option<Arc<Node>>,
    pod: Option<Arc<Pod>>,
}

impl Scraped {
    /// Whether a scrape at a time works: its node has to be there, and its container to run.
    pub fn is_up(&self, at: i64) -> bool {
        let runs = |pod: &Arc<Pod>| pod.containers.iter().any(|container| container.run_at(at).is_some());
        self.node.as_ref().is_none_or(|node| node.is_up(at))
            // What was there before the pod was like it.
            && self.pod.as_ref().is_none_or(|pod| at < pod.created || runs(pod))
    }

    /// When it was scraped last before a time, in milliseconds since 1970.
    pub fn last(&self, at: i64) -> i64 {
        (at - self.target.phase).div_euclid(INTERVAL) * INTERVAL + self.target.phase
    }

    /// When its pod was made, in milliseconds since 1970.
    pub fn created(&self) -> i64 {
        self.pod.as_ref().map_or(0, |pod| pod.created)
    }

    /// How long a scrape takes.
    pub fn seconds(&self, at: i64) -> f64 {
        if !self.is_up(at) {
            return 10.0;
        }
        let (wander, _) = crate::monitoring::load::noise(at as f64 / 40_000.0, self.target.phase as u64);
        0.004 + self.samples * 6e-6 * (1.0 + 0.4 * wander)
    }
}

fn each(ask: &Ask, rows: &mut Rows, value: fn(&Scraped, i64) -> f64) {
    for scraped in ask.targets() {
        let (target, scraped) = (scraped.target.clone(), scraped.clone());
        rows.add(&target, &[(NAME, ask.metric)], || Some(Box::new(move |at| Some(value(&scraped, at)))));
    }
}

/// Everything that is scraped.
pub fn all(inventory: &Inventory) -> Vec<Scraped> {
    let mut found = Vec::new();
    let nodes = inventory.nodes();
    for node in &nodes {
        for (path, samples) in [("/metrics", 2_400.0), ("/metrics/cadvisor", 1_900.0)] {
            let target = kubelet(node, path);
            let url = format!("https://{}{path}", target.instance);
            found.push(Scraped { target, url, samples, node: Some(node.clone()), pod: None });
        }
    }
    for pod in &inventory.pods_of(&["kube-system", "monitoring"]) {
        let Some((job, port, path, samples)) = scraped_as(pod) else { continue };
        let node = nodes.iter().find(|node| node.name == pod.node).cloned();
        let target = of_pod(pod, job, port);
        let scheme = if port > 10_000 || port == 6443 { "https" } else { "http" };
        let url = format!("{scheme}://{}{path}", target.instance);
        found.push(Scraped { target, url, samples, node, pod: Some(pod.clone()) });
    }
    found
}

/// As what a pod is scraped: its job, port, path, and how many samples it shows.
fn scraped_as(pod: &Pod) -> Option<(&'static str, u16, &'static str, f64)> {
    if pod.phase != "Running" {
        return None;
    }
    let component = pod.labels.iter().find(|(name, _)| name == "component").map(|(_, value)| value.as_str());
    match (pod.namespace.as_str(), component, pod.workload.as_str()) {
        ("kube-system", Some("kube-apiserver"), _) => Some(("apiserver", 6443, "/metrics", 9_800.0)),
        ("kube-system", Some("etcd"), _) => Some(("etcd", 2381, "/metrics", 1_400.0)),
        ("kube-system", Some("kube-scheduler"), _) => Some(("kube-scheduler", 10259, "/metrics", 1_200.0)),
        ("kube-system", Some("kube-controller-manager"), _) => {
            Some(("kube-controller-manager", 10257, "/metrics", 3_100.0))
        }
        ("kube-system", _, "coredns") => Some(("coredns", 9153, "/metrics", 310.0)),
        ("monitoring", _, "node-exporter") => Some(("node-exporter", 9100, "/metrics", 1_050.0)),
        ("monitoring", _, "kube-state-metrics") => Some(("kube-state-metrics", 8443, "/metrics", 4_200.0)),
        ("monitoring", _, "prometheus-k8s") => Some(("prometheus-k8s", 9090, "/metrics", 760.0)),
        ("monitoring", _, "alertmanager-main") => Some(("alertmanager-main", 9093, "/metrics", 330.0)),
        _ => None,
    }
}

/// A pod as a target.
pub fn of_pod(pod: &Pod, job: &str, port: u16) -> Target {
    let address = if pod.host_network { &pod.host_ip } else { &pod.ip };
    let container = pod.containers.iter().find(|container| !container.is_init);
    Target {
        namespace: pod.namespace.clone(),
        pod: pod.name.clone(),
        service: job.to_owned(),
        endpoint: if port > 10_000 { "https-metrics" } else { "metrics" }.to_owned(),
        container: container.map(|container| container.name.clone()).unwrap_or_default(),
        ..Target::new(job, &format!("{address}:{port}"))
    }
}

/// The targets of a job.
pub fn of_job<'a>(ask: &'a Ask, job: &'a str) -> impl Iterator<Item = &'a Scraped> {
    ask.targets().iter().filter(move |scraped| scraped.target.job == job)
}

/// `kube-state-metrics`, which speaks of all other objects.
pub fn state_metrics(ask: &Ask) -> Target {
    let now = ask.inventory.now();
    let answers = of_job(ask, "kube-state-metrics").find(|scraped| scraped.is_up(now));
    answers.map_or_else(
        || Target::new("kube-state-metrics", "kube-state-metrics:8443"),
        |scraped| scraped.target.clone(),
    )
}
