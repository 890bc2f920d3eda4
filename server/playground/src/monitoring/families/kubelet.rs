//! The kubelets themselves, and the volumes they mount.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use playground_promql::NAME;

use super::{Ask, Family};
use crate::monitoring::facts::Node;
use crate::monitoring::inventory::Inventory;
use crate::monitoring::load::{noise, unit};
use crate::monitoring::series::{Curve, Rows, Target};
use crate::objects::{annotation, hash, integer, name, namespace, text, time_at, uid};
use crate::quantity;

pub static FAMILIES: &[Family] = &[
    Family::gauge("kubelet_volume_stats_capacity_bytes", "Capacity in bytes of the volume.", |ask, rows| {
        volumes(ask, rows, |volume, _| volume.capacity);
    }),
    Family::gauge("kubelet_volume_stats_used_bytes", "Number of used bytes in the volume.", |ask, rows| {
        volumes(ask, rows, Volume::used);
    }),
    Family::gauge(
        "kubelet_volume_stats_available_bytes",
        "Number of available bytes in the volume.",
        |ask, rows| {
            volumes(ask, rows, |volume, at| volume.capacity - volume.used(at));
        },
    ),
    Family::gauge("kubelet_volume_stats_inodes", "Maximum number of inodes in the volume.", |ask, rows| {
        volumes(ask, rows, |volume, _| volume.inodes());
    }),
    Family::gauge("kubelet_volume_stats_inodes_used", "Number of used inodes in the volume.", |ask, rows| {
        volumes(ask, rows, Volume::inodes_used);
    }),
    Family::gauge("kubelet_volume_stats_inodes_free", "Number of free inodes in the volume.", |ask, rows| {
        volumes(ask, rows, |volume, at| volume.inodes() - volume.inodes_used(at));
    }),
    Family::gauge("kubelet_running_pods", "Number of pods that have a running pod sandbox.", running_pods),
    Family::gauge(
        "kubelet_running_containers",
        "Number of containers currently running.",
        running_containers,
    ),
    Family::gauge("kubelet_node_name", "The node's name. The count is always 1.", |ask, rows| {
        each(ask, rows, &|node| vec![("node", node.name.clone())], |_| Box::new(|_| Some(1.0)));
    }),
    // Renewed after two thirds of its ninety days.
    Family::gauge(
        "kubelet_certificate_manager_client_ttl_seconds",
        "Gauge of the TTL (time-to-live) of the Kubelet's client certificate.",
        |ask, rows| {
            each(ask, rows, &|_| Vec::new(), |_| {
                Box::new(|at: i64| Some((7_776_000 - at.div_euclid(1000).rem_euclid(5_184_000)) as f64))
            });
        },
    ),
    Family::gauge("machine_cpu_cores", "Number of logical CPU cores.", |ask, rows| {
        each(ask, rows, &|_| Vec::new(), |node| constant(node.cores));
    }),
    Family::gauge("machine_memory_bytes", "Amount of memory installed on the machine.", |ask, rows| {
        each(ask, rows, &|_| Vec::new(), |node| constant(node.memory));
    }),
];

fn constant(value: f64) -> Curve {
    Box::new(move |_| Some(value))
}

/// The kubelets, as targets.
pub struct Kubelets {
    nodes: HashMap<String, Arc<Node>>,
}

/// How a series came through a kubelet: only while its node answered.
pub struct Via {
    pub target: Target,
    node: Arc<Node>,
}

impl Kubelets {
    pub fn new(inventory: &Inventory) -> Self {
        Self { nodes: inventory.nodes().into_iter().map(|node| (node.name.clone(), node)).collect() }
    }

    /// The kubelet of a node, asked at a path.
    pub fn of(&self, node: &str, path: &str) -> Option<Via> {
        let node = self.nodes.get(node)?.clone();
        Some(Via { target: target(&node, path), node })
    }
}

impl Via {
    /// A curve with gaps where the node did not answer.
    #[expect(clippy::unnecessary_wraps, reason = "it ends a chain of curves that may be none")]
    pub fn seen(&self, curve: Curve) -> Option<Curve> {
        let node = self.node.clone();
        Some(Box::new(move |at| if node.is_up(at) { curve(at) } else { None }))
    }
}

/// A kubelet as a target.
pub fn target(node: &Node, path: &str) -> Target {
    Target {
        namespace: "kube-system".to_owned(),
        service: "kubelet".to_owned(),
        endpoint: "https-metrics".to_owned(),
        node: node.name.clone(),
        metrics_path: path.to_owned(),
        ..Target::new("kubelet", &format!("{}:10250", node.address))
    }
}

/// A series of each kubelet.
pub fn each(
    ask: &Ask,
    rows: &mut Rows,
    extra: &dyn Fn(&Node) -> Vec<(&'static str, String)>,
    curve: impl Fn(&Node) -> Curve,
) {
    let kubelets = Kubelets::new(ask.inventory);
    for node in kubelets.nodes.values() {
        let path = if ask.metric.starts_with("machine_") { "/metrics/cadvisor" } else { "/metrics" };
        let via = Via { target: target(node, path), node: node.clone() };
        let extra = extra(node);
        let mut labels = vec![(NAME, ask.metric)];
        labels.extend(extra.iter().map(|(name, value)| (*name, value.as_str())));
        rows.add(&via.target, &labels, || via.seen(curve(node)));
    }
}

fn running_pods(ask: &Ask, rows: &mut Rows) {
    count(ask, rows, |_| 1.0);
}

fn running_containers(ask: &Ask, rows: &mut Rows) {
    count(ask, rows, |containers| containers);
}

fn count(ask: &Ask, rows: &mut Rows, value: fn(f64) -> f64) {
    let all = Rows::everything();
    let pods = ask.inventory.pods(&all);
    let mut by_node: HashMap<&str, f64> = HashMap::new();
    for pod in pods.present().iter().filter(|pod| pod.phase == "Running") {
        let running = pod.containers.iter().filter(|container| container.run_at(i64::MAX).is_some()).count();
        *by_node.entry(&pod.node).or_default() += value(running as f64);
    }
    each(ask, rows, &|_| Vec::new(), |node| {
        constant(by_node.get(node.name.as_str()).copied().unwrap_or(0.0))
    });
}

/// How full a claim is, as a share, where a world says so.
const FULL: &str = "playground.orrery.dev/full";

/// A mounted claim.
#[derive(Clone, Copy)]
struct Volume {
    capacity: f64,
    /// How full it is, where its world says so.
    full: Option<f64>,
    /// Since when it has been filled, in milliseconds.
    created: i64,
    seed: u64,
}

impl Volume {
    /// A volume fills slowly and is tidied up now and then. One in eight is nearly full.
    fn used(&self, at: i64) -> f64 {
        let days = (at - self.created) as f64 / 86_400_000.0;
        let share = if self.seed.is_multiple_of(8) { 0.88 } else { 0.12 + 0.5 * unit(self.seed) };
        let growth = 0.05 * (days / (10.0 + days));
        let weekly = 0.035 * ((days / 7.0 + unit(self.seed ^ 3)).fract());
        let (wander, _) = noise(at as f64 / 5_400_000.0, self.seed);
        if let Some(share) = self.full {
            return (self.capacity * (share + 0.003 * wander).clamp(0.02, 0.985)).floor();
        }
        (self.capacity * (share + growth + weekly + 0.006 * wander).clamp(0.02, 0.985)).floor()
    }

    fn inodes(&self) -> f64 {
        (self.capacity / 16_384.0).floor()
    }

    fn inodes_used(&self, at: i64) -> f64 {
        (self.inodes() * 0.11 * self.used(at) / self.capacity).floor() + 11.0
    }
}

fn volumes(ask: &Ask, rows: &mut Rows, value: fn(&Volume, i64) -> f64) {
    let kubelets = Kubelets::new(ask.inventory);
    let claims: HashMap<(String, String), Volume> = ask
        .inventory
        .objects("persistentvolumeclaims", rows)
        .iter()
        .filter(|claim| text(claim, "/status/phase") == "Bound")
        .map(|claim| {
            let volume = Volume {
                capacity: claim.pointer("/status/capacity/storage").map_or(0.0, quantity::of),
                full: annotation(claim, FULL).parse().ok(),
                created: time_at(claim, "/metadata/creationTimestamp").map_or(0, Timestamp::as_millisecond),
                seed: hash(uid(claim).as_bytes()),
            };
            ((namespace(claim).to_owned(), name(claim).to_owned()), volume)
        })
        .collect();
    let pods = ask.inventory.pods(rows);
    let mut seen = Vec::new();
    for pod in pods.present().iter().filter(|pod| pod.phase == "Running") {
        let Some(via) = kubelets.of(&pod.node, "/metrics") else { continue };
        for (_, claim) in &pod.claims {
            let key = (pod.namespace.clone(), claim.clone());
            let Some(volume) = claims.get(&key).copied() else { continue };
            if seen.contains(&(key.clone(), pod.node.clone())) {
                continue;
            }
            seen.push((key, pod.node.clone()));
            let labels =
                [(NAME, ask.metric), ("namespace", &pod.namespace), ("persistentvolumeclaim", claim)];
            rows.add(&via.target, &labels, || {
                via.seen(Box::new(move |at| (at >= volume.created).then(|| value(&volume, at))))
            });
        }
    }
}

/// How many pods an object says there are, at a JSON pointer.
pub fn number(object: &serde_json::Value, pointer: &str) -> f64 {
    integer(object, pointer).unwrap_or_default() as f64
}
