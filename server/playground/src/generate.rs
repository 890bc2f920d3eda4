//! A cluster of any size, always the same for the same seed, and changes in it.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use playground_kubernetes::Cluster;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

mod pods;

use crate::objects::{safe_suffix, time};
use pods::Workload;

/// The moment generated objects are dated from, so that the same seed gives the same bytes on any day.
const EPOCH_SECONDS: i64 = 1_790_000_000;

/// How much to generate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// Nodes the pods are spread over.
    pub nodes: usize,
    /// All pods of all deployments together.
    pub pods: usize,
    /// Namespaces the deployments are spread over.
    pub namespaces: usize,
    /// Deployments, each with its `ReplicaSet`.
    pub deployments: usize,
}

impl Default for Scale {
    fn default() -> Self {
        Self { nodes: 5_000, pods: 100_000, namespaces: 200, deployments: 4_000 }
    }
}

impl Scale {
    /// A cluster of so many pods, with everything else in proportion.
    pub fn of_pods(pods: usize) -> Self {
        Self {
            nodes: (pods / 20).max(1),
            pods,
            namespaces: (pods / 500).max(1),
            deployments: (pods / 25).max(1),
        }
    }
}

/// Fills a cluster with nodes, namespaces, deployments, `ReplicaSets` and pods. No controller is meant to look after
/// them: they stay as they are until someone changes them.
pub fn generate(cluster: &Cluster, scale: Scale, seed: u64) {
    let mut random = SmallRng::seed_from_u64(seed);
    let now = Timestamp::from_second(EPOCH_SECONDS).expect("the constant is a valid time");
    let namespaces = scale.namespaces.max(1);
    cluster.insert_bulk((0..namespaces).map(|index| namespace(index, now)));
    cluster.insert_bulk((0..scale.nodes).map(|index| node(index, now)));
    let deployments = scale.deployments.max(1);
    let workloads: Vec<Workload> =
        (0..deployments).map(|index| Workload::new(index, index % namespaces, now, &mut random)).collect();
    let replicas = |index: usize| scale.pods / deployments + usize::from(index < scale.pods % deployments);
    cluster.insert_bulk(
        workloads.iter().enumerate().map(|(index, workload)| workload.deployment(replicas(index))),
    );
    cluster.insert_bulk(
        workloads.iter().enumerate().map(|(index, workload)| workload.replica_set(replicas(index))),
    );
    let nodes = scale.nodes.max(1);
    let pods = workloads
        .iter()
        .enumerate()
        .flat_map(|(index, workload)| (0..replicas(index)).map(move |replica| (workload, replica)));
    cluster.insert_bulk(pods.map(|(workload, replica)| {
        let node = random.random_range(0..nodes);
        workload.pod(replica, &node_name(node), node, &mut random)
    }));
}

fn namespace_name(index: usize) -> String {
    const TEAMS: [&str; 8] = ["atlas", "basil", "cedar", "delta", "ember", "fjord", "grove", "hazel"];
    const STAGES: [&str; 5] = ["production", "staging", "test", "preview", "batch"];
    let (team, rest) = (TEAMS[index % 8], index / 8);
    let (stage, turn) = (STAGES[rest % 5], rest / 5);
    if turn == 0 { format!("{team}-{stage}") } else { format!("{team}-{stage}-{turn}") }
}

fn namespace(index: usize, now: Timestamp) -> Value {
    let name = namespace_name(index);
    json!({
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": {
            "name": name, "uid": identity("namespace", index),
            "creationTimestamp": time(now - SignedDuration::from_hours(24 * 90)),
            "labels": { "kubernetes.io/metadata.name": name, "team": name.split('-').next().unwrap_or_default() },
        },
        "spec": { "finalizers": ["kubernetes"] }, "status": { "phase": "Active" },
    })
}

fn node_name(index: usize) -> String {
    format!("worker-{:02}-{:03}", index / 250, index % 250)
}

fn node(index: usize, now: Timestamp) -> Value {
    let name = node_name(index);
    let zone = format!("coast-{}", ["a", "b", "c"][index % 3]);
    let address = format!("172.{}.{}.{}", 16 + index / 62_500, index / 250 % 250, 2 + index % 250);
    let heartbeat = time(now);
    let condition = |kind: &str, status: &str, reason: &str, message: &str| {
        json!({
            "type": kind, "status": status, "reason": reason, "message": message,
            "lastHeartbeatTime": heartbeat, "lastTransitionTime": time(now - SignedDuration::from_hours(900)),
        })
    };
    let ready = index % 97 != 96;
    let resources = json!({ "cpu": "32", "memory": "131072Mi", "pods": "110", "ephemeral-storage": "400Gi" });
    json!({
        "apiVersion": "v1", "kind": "Node",
        "metadata": {
            "name": name, "uid": identity("node", index),
            "creationTimestamp": time(now - SignedDuration::from_hours(24 * 40 + (index % 700) as i64)),
            "labels": {
                "kubernetes.io/hostname": name, "kubernetes.io/arch": "amd64", "kubernetes.io/os": "linux",
                "topology.kubernetes.io/zone": zone, "topology.kubernetes.io/region": "coast",
                "node.kubernetes.io/instance-type": (["standard-16", "standard-32", "memory-32"][index % 3]),
            },
        },
        "spec": { "podCIDR": format!("10.{}.{}.0/24", 100 + index / 250, index % 250) },
        "status": {
            "capacity": resources, "allocatable": resources,
            "addresses": [
                { "type": "InternalIP", "address": address }, { "type": "Hostname", "address": name },
            ],
            "conditions": [
                condition("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
                condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
                condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
                if ready {
                    condition("Ready", "True", "KubeletReady", "kubelet is posting ready status")
                } else {
                    condition("Ready", "Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.")
                },
            ],
            "nodeInfo": {
                "architecture": "amd64", "operatingSystem": "linux", "osImage": "Debian GNU/Linux 12 (bookworm)",
                "kernelVersion": "6.12.38", "containerRuntimeVersion": "containerd://2.1.3",
                "kubeletVersion": "v1.34.1", "kubeProxyVersion": "", "machineID": identity("machine", index),
                "systemUUID": identity("system", index), "bootID": identity("boot", index),
            },
        },
    })
}

/// A uid that depends on what it identifies only.
fn identity(what: &str, index: usize) -> String {
    let one = crate::objects::hash(format!("{what}{index}").as_bytes());
    let two = crate::objects::hash(format!("{index}{what}").as_bytes());
    format!(
        "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
        one as u32,
        (one >> 32) as u16,
        (one >> 48) & 0xfff,
        two & 0xfff,
        (two >> 12) & 0xffff_ffff_ffff
    )
}

/// Changes so many pods each second, for ever: restarts, and readiness that comes and goes.
pub async fn churn(cluster: &Cluster, changes_per_second: u32) {
    const STEP: Duration = Duration::from_millis(20);
    let names: Vec<(String, String)> = cluster
        .list("pods", None)
        .iter()
        .map(|pod| (pod.namespace().unwrap_or_default().to_owned(), pod.name().to_owned()))
        .collect();
    if names.is_empty() || changes_per_second == 0 {
        return;
    }
    let mut random = SmallRng::seed_from_u64(7);
    let mut ticks = tokio::time::interval(STEP);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Burst);
    let mut owed = 0.0;
    loop {
        ticks.tick().await;
        owed += f64::from(changes_per_second) * STEP.as_secs_f64();
        while owed >= 1.0 {
            owed -= 1.0;
            let (namespace, name) = &names[random.random_range(0..names.len())];
            // A pod that somebody deleted is no longer there to change.
            cluster.change_bulk("pods", Some(namespace), name, |pod| pods::change(pod, Timestamp::now()));
        }
    }
}

fn suffix(seed: &str, length: usize) -> String {
    safe_suffix(crate::objects::hash(seed.as_bytes()), length)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use playground_kubernetes::{ClusterSettings, DeleteOptions};

    use super::*;

    const SMALL: Scale = Scale { nodes: 10, pods: 103, namespaces: 4, deployments: 8 };

    fn bytes(seed: u64) -> Vec<String> {
        let cluster = Cluster::new(ClusterSettings::default());
        generate(&cluster, SMALL, seed);
        let version = |object: &Value| {
            let mut object = object.clone();
            object["metadata"]["resourceVersion"] = Value::Null;
            object.to_string()
        };
        cluster.list("pods", None).iter().map(|pod| version(&pod.parse())).collect()
    }

    #[test]
    fn the_same_seed_gives_the_same_cluster() {
        assert_eq!(bytes(1), bytes(1));
        assert_ne!(bytes(1), bytes(2));
    }

    #[test]
    fn a_generated_cluster_has_the_size_asked_for_and_pods_of_realistic_size() {
        let cluster = Cluster::new(ClusterSettings::default());
        generate(&cluster, SMALL, 1);

        let pods = cluster.list("pods", None);
        let average = pods.iter().map(|pod| pod.json().len()).sum::<usize>() / pods.len();
        assert_eq!((pods.len(), cluster.list("nodes", None).len()), (103, 10));
        assert_eq!(cluster.list("replicasets.apps", None).len(), 8);
        assert!((6_000..8_500).contains(&average), "{average} bytes per pod");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn churn_is_in_nobodys_way() {
        let cluster = Cluster::new(ClusterSettings::default());
        generate(&cluster, Scale { nodes: 1, pods: 8, namespaces: 1, deployments: 1 }, 1);
        let pods = cluster.list("pods", None);
        let (deleted, edited) = pods.split_at(4);
        let churning = tokio::spawn({
            let cluster = cluster.clone();
            async move { churn(&cluster, 400).await }
        });

        for round in 0..100 {
            for pod in edited {
                let edit = |pod: &mut Value| pod["metadata"]["labels"]["round"] = json!(round.to_string());
                cluster.update("pods", pod.namespace(), pod.name(), edit).unwrap();
            }
            if let Some(pod) = deleted.get(round) {
                let at_once = DeleteOptions { grace_period_seconds: Some(0), ..DeleteOptions::default() };
                cluster.delete("pods", pod.namespace(), pod.name(), at_once).unwrap();
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        churning.abort();

        let left = cluster.list("pods", None);
        assert_eq!(left.len(), 4);
        assert!(left.iter().all(|pod| pod.label("round") == Some("99")));
    }

    #[tokio::test(start_paused = true)]
    async fn churn_changes_as_many_pods_as_asked() {
        let cluster = Cluster::new(ClusterSettings::default());
        generate(&cluster, SMALL, 1);
        let before = cluster.resource_version();

        let _ = tokio::time::timeout(Duration::from_millis(1005), churn(&cluster, 100)).await;

        assert!((100..=104).contains(&(cluster.resource_version() - before)));
    }
}
