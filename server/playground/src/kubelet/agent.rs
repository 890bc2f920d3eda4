//! Runs the pods of all nodes and reports the nodes' health.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use playground_kubernetes::Status;
use serde_json::{Value, json};

use super::lifecycle::{self, Surroundings};
use super::{references, usage};
use crate::clock::seconds_between;
use crate::controllers::{Controller, Outcome, Watch};
use crate::objects::{
    Key, annotation, array, condition, controller_of, flag, hash, integer, is_condition_true, is_deleting,
    is_pod_finished, name, precise_time, set, set_condition, text, time_at, uid,
};
use crate::quantity;
use crate::site::Site;

/// Nodes carry no namespace, so their keys are told from pods' by this one, which no namespace can have.
const NODE: &str = "/node";

/// How often a node renews its lease.
const LEASE_ROUND: Duration = Duration::from_secs(10);

/// The same while a new world lives through its past: just often enough not to be taken for lost.
const PAST_LEASE_ROUND: Duration = Duration::from_secs(30);

/// How long a container takes to stop when it is asked to.
const STOP_SECONDS: f64 = 2.0;

/// A node that is to get into trouble does so after this time.
const UNTROUBLED_SECONDS: f64 = 420.0;

/// The pause between two events about the same failing probe.
const PROBE_SECONDS: f64 = 30.0;

/// The agents of all nodes.
#[derive(Default)]
pub struct Agent {
    /// When a pod was first seen on its way out.
    stopping: HashMap<String, Timestamp>,
    /// When a failing probe was last told of.
    complained: HashMap<String, Timestamp>,
}

impl Controller for Agent {
    fn name(&self) -> &'static str {
        "kubelet"
    }

    fn watches(&self) -> Vec<Watch> {
        vec![
            Watch::itself("pods"),
            Watch { kind: "nodes", keys: |_, node| vec![Key::new(NODE, name(node))] },
            Watch { kind: "configmaps", keys: waiting_in },
            Watch { kind: "secrets", keys: waiting_in },
        ]
    }

    fn reconcile(&mut self, site: &Site, key: &Key) -> Outcome {
        if key.namespace == NODE {
            return report(site, &key.name);
        }
        let Some(pod) = site.at("pods", key) else { return Ok(None) };
        if is_deleting(&pod) {
            return self.stop(site, key, &pod);
        }
        let node_name = text(&pod, "/spec/nodeName");
        if node_name.is_empty() || is_pod_finished(&pod) {
            return Ok(None);
        }
        let Some(node) = site.get("nodes", "", node_name) else { return Ok(None) };
        if has_lost_contact(site, &node) {
            return Ok(None);
        }
        self.advance(site, key, &pod, &node)
    }
}

/// Pods of the namespace that may have waited for this configuration.
fn waiting_in(site: &Site, source: &Value) -> Vec<Key> {
    let pods = site.list("pods", crate::objects::namespace(source));
    pods.iter().filter(|pod| text(pod, "/status/phase") == "Pending").map(|pod| Key::of(pod)).collect()
}

/// Whether a node is one of those whose agent falls silent some time after its first lease.
fn has_lost_contact(site: &Site, node: &Value) -> bool {
    annotation(node, "playground.orrery.dev/behaviour") == "lost-contact" && is_past_the_calm(site, node)
}

/// Whether the time without trouble is over for a node.
fn is_past_the_calm(site: &Site, node: &Value) -> bool {
    site.get("leases.coordination.k8s.io", "kube-node-lease", name(node))
        .and_then(|lease| time_at(&lease, "/spec/acquireTime"))
        .is_some_and(|first| seconds_between(first, site.clock.now()) > UNTROUBLED_SECONDS)
}

impl Agent {
    fn advance(&mut self, site: &Site, key: &Key, pod: &Value, node: &Value) -> Outcome {
        let node_address = node_address(node);
        let range = node_range(site, name(node));
        let pod_address = if flag(pod, "/spec/hostNetwork") {
            node_address.clone()
        } else {
            lifecycle::address(pod, range)
        };
        let missing_environment = |container: &Value| references::missing_environment(site, pod, container);
        let around = Surroundings {
            images: &site.images,
            now: site.clock.now(),
            node_address: &node_address,
            pod_address: &pod_address,
            missing_volume: references::missing_volume(site, pod),
            missing_environment: &missing_environment,
        };
        let step = lifecycle::advance(pod, &around);
        for notice in &step.events {
            let event_type = if notice.warning { "Warning" } else { "Normal" };
            site.event(pod, event_type, notice.reason, &notice.message, "kubelet");
        }
        if let Some(problem) = &step.unhealthy {
            self.complain(site, pod, problem);
        }
        if step.status != pod["status"] {
            site.update("pods", key, |pod| pod["status"] = step.status)?;
        }
        let now = site.clock.now();
        Ok(step.wake.map(|wake| Duration::from_secs_f64(seconds_between(now, wake).max(0.01))))
    }

    fn complain(&mut self, site: &Site, pod: &Value, problem: &str) {
        let now = site.clock.now();
        let recently =
            self.complained.get(uid(pod)).is_some_and(|last| seconds_between(*last, now) < PROBE_SECONDS);
        if !recently {
            self.complained.insert(uid(pod).to_owned(), now);
            site.warning(pod, "Unhealthy", problem, "kubelet");
        }
    }

    /// Stops the containers of a pod that is to go, then lets it go.
    fn stop(&mut self, site: &Site, key: &Key, pod: &Value) -> Outcome {
        let node = site.get("nodes", "", text(pod, "/spec/nodeName"));
        if node.as_deref().is_some_and(|node| has_lost_contact(site, node)) {
            return Ok(None);
        }
        let now = site.clock.now();
        let first = !self.stopping.contains_key(uid(pod));
        let since = *self.stopping.entry(uid(pod).to_owned()).or_insert(now);
        let runs =
            array(pod, "/status/containerStatuses").iter().any(|one| one["state"].get("running").is_some());
        let grace = integer(pod, "/metadata/deletionGracePeriodSeconds").unwrap_or(30) as f64;
        let left = STOP_SECONDS.min(grace) - seconds_between(since, now);
        if runs && node.is_some() && left > 0.0 {
            if first {
                for container in array(pod, "/spec/containers") {
                    let message = format!("Stopping container {}", text(container, "/name"));
                    site.normal(pod, "Killing", &message, "kubelet");
                }
            }
            return Ok(Some(Duration::from_secs_f64(left)));
        }
        if array(pod, "/metadata/finalizers").is_empty() {
            self.stopping.remove(uid(pod));
            self.complained.remove(uid(pod));
        }
        site.delete_now("pods", key)?;
        Ok(None)
    }
}

/// Which part of the pods' network a node has.
fn node_range(site: &Site, node: &str) -> u8 {
    site.list_all("nodes").iter().position(|one| name(one) == node).unwrap_or(0).min(200) as u8
}

fn node_address(node: &Value) -> String {
    let addresses = array(node, "/status/addresses");
    let internal = addresses.iter().find(|address| text(address, "/type") == "InternalIP");
    internal.map_or_else(|| default_address(name(node)), |address| text(address, "/address").to_owned())
}

fn default_address(node: &str) -> String {
    format!("172.18.{}.{}", hash(node.as_bytes()) % 16, 10 + (hash(node.as_bytes()) >> 8) % 200)
}

/// One round of a node's agent: its lease, and its status where it changed.
fn report(site: &Site, node_name: &str) -> Outcome {
    let key = Key::new("", node_name);
    let Some(node) = site.at("nodes", &key) else {
        site.delete("leases.coordination.k8s.io", &Key::new("kube-node-lease", node_name))?;
        return Ok(None);
    };
    if has_lost_contact(site, &node) {
        return Ok(None);
    }
    renew_lease(site, &node)?;
    let mut status = node["status"].clone();
    complete_status(site, &node, &mut status);
    if status != node["status"] {
        site.write_status("nodes", &key, status)?;
    }
    let was_pressed = is_condition_true(&node, "MemoryPressure");
    if !was_pressed && site.at("nodes", &key).is_some_and(|node| is_condition_true(&node, "MemoryPressure")) {
        evict_largest(site, &node)?;
    }
    Ok(Some(if site.clock.is_catching_up() { PAST_LEASE_ROUND } else { LEASE_ROUND }))
}

/// Ends the pod that uses the most memory beyond its request, as agents do when memory runs short.
fn evict_largest(site: &Site, node: &Value) -> Result<(), Status> {
    let excess = |pod: &Value| {
        let used: f64 = usage::of_pod(site, pod).iter().map(usage::Used::memory_bytes).sum();
        used - quantity::of_pod(pod, "requests", "memory")
    };
    let pods = site.list_all("pods");
    let may_go = |pod: &&Arc<Value>| {
        text(pod, "/spec/nodeName") == name(node)
            && crate::objects::is_pod_active(pod)
            && controller_of(pod).is_some_and(|owner| text(owner, "/kind") == "ReplicaSet")
    };
    let Some(pod) = pods.iter().filter(may_go).max_by(|one, other| excess(one).total_cmp(&excess(other)))
    else {
        return Ok(());
    };
    let message = "The node was low on resource: memory. Threshold quantity: 100Mi, available: 71432Ki.";
    site.warning(pod, "Evicted", message, "kubelet");
    site.warning(node, "EvictionThresholdMet", "Attempting to reclaim memory", "kubelet");
    let now = site.clock.now();
    site.update("pods", &Key::of(pod), |pod| {
        let status = &mut pod["status"];
        set(status, "/phase", "Failed".into());
        set(status, "/reason", "Evicted".into());
        set(status, "/message", message.into());
        for condition in ["Ready", "ContainersReady"] {
            set_condition(status, condition, "False", "PodFailed", "", now);
        }
        set_condition(status, "DisruptionTarget", "True", "TerminationByKubelet", message, now);
        set(status, "/containerStatuses", json!([]));
    })
    .map(drop)
}

/// Renews the lease of a node whose agent is late, and answers whether it could. All agents live in this process: one
/// that is late has waited for a busy machine, or its world was restored from yesterday; only a silent one is lost.
pub fn catch_up(site: &Site, node: &Value) -> Result<bool, Status> {
    if has_lost_contact(site, node) {
        return Ok(false);
    }
    renew_lease(&site.written_by("kubelet"), node).map(|()| true)
}

fn renew_lease(site: &Site, node: &Value) -> Result<(), Status> {
    let key = Key::new("kube-node-lease", name(node));
    let now = precise_time(site.clock.now());
    if site.at("leases.coordination.k8s.io", &key).is_some() {
        return site
            .update("leases.coordination.k8s.io", &key, |lease| lease["spec"]["renewTime"] = now.into())
            .map(drop);
    }
    site.create(json!({
        "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
        "metadata": {
            "name": name(node), "namespace": "kube-node-lease",
            "ownerReferences": [{
                "apiVersion": "v1", "kind": "Node", "name": name(node), "uid": uid(node),
            }],
        },
        "spec": {
            "holderIdentity": name(node), "leaseDurationSeconds": 40, "acquireTime": now, "renewTime": now,
        },
    }))
    .map(drop)
}

fn complete_status(site: &Site, node: &Value, status: &mut Value) {
    let now = site.clock.now();
    if array(status, "/addresses").is_empty() {
        let addresses = json!([
            { "type": "InternalIP", "address": default_address(name(node)) },
            { "type": "Hostname", "address": name(node) },
        ]);
        set(status, "/addresses", addresses);
    }
    if status.get("nodeInfo").is_none() {
        set(status, "/nodeInfo", node_info(site, node));
    }
    set(status, "/daemonEndpoints", json!({ "kubeletEndpoint": { "Port": 10250 } }));
    let calm = !is_past_the_calm(site, node);
    let pressed = |kind: &str| !calm && annotation(node, "playground.orrery.dev/pressure") == kind;
    for (condition_type, kind, reason, message) in [
        ("MemoryPressure", "memory", "Memory", "memory available"),
        ("DiskPressure", "disk", "Disk", "disk pressure"),
        ("PIDPressure", "processes", "PID", "PID available"),
    ] {
        let (value, reason, message) = if pressed(kind) {
            ("True", format!("KubeletHasInsufficient{reason}"), format!("kubelet has insufficient {message}"))
        } else if kind == "disk" {
            ("False", "KubeletHasNoDiskPressure".to_owned(), format!("kubelet has no {message}"))
        } else {
            ("False", format!("KubeletHasSufficient{reason}"), format!("kubelet has sufficient {message}"))
        };
        set_condition(status, condition_type, value, &reason, &message, now);
    }
    set_condition(status, "Ready", "True", "KubeletReady", "kubelet is posting ready status", now);
    let became = condition(node, "Ready").is_none_or(|ready| text(ready, "/status") != "True");
    if became {
        site.normal(node, "NodeReady", &format!("Node {} status is now: NodeReady", name(node)), "kubelet");
    }
}

fn node_info(site: &Site, node: &Value) -> Value {
    let (major, minor) = site.cluster.settings().version;
    let seed = hash(name(node).as_bytes());
    let architecture = match crate::objects::label(node, "kubernetes.io/arch") {
        "" => "amd64",
        architecture => architecture,
    };
    json!({
        "architecture": architecture, "operatingSystem": "linux", "osImage": "Debian GNU/Linux 12 (bookworm)",
        "kernelVersion": "6.12.38", "containerRuntimeVersion": "containerd://2.1.3",
        "kubeletVersion": format!("v{major}.{minor}.{}", patch(minor)), "kubeProxyVersion": "",
        "machineID": format!("{seed:032x}"), "systemUUID": format!("{:032x}", seed.rotate_left(9)),
        "bootID": format!("{:032x}", seed.rotate_left(31)),
    })
}

/// The patch release nodes of a minor version run.
fn patch(minor: u32) -> u32 {
    34u32.saturating_sub(minor) * 3 + 1
}
