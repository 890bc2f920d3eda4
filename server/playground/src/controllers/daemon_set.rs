//! One pod on every node that takes it.

use std::sync::Arc;

use playground_kubernetes::Status;
use serde_json::{Value, json};

use super::deployment::count_or_percent;
use super::replica_set::{is_available, owned_pods, set_generation};
use super::revision::{self, REVISION_LABEL};
use super::template::{create_pod, delete_pod, pod_from};
use super::{Controller, Outcome, Watch};
use crate::objects::{
    Key, array, controller_key, integer, is_deleting, is_pod_finished, is_pod_ready, label, name, set, text,
};
use crate::scheduler::fit;
use crate::site::Site;

const COMPONENT: &str = "daemonset-controller";

/// The taints every daemon pod tolerates, so that it stays on a node in trouble.
const TOLERATED: [(&str, &str); 5] = [
    ("node.kubernetes.io/not-ready", "NoExecute"),
    ("node.kubernetes.io/unreachable", "NoExecute"),
    ("node.kubernetes.io/disk-pressure", "NoSchedule"),
    ("node.kubernetes.io/memory-pressure", "NoSchedule"),
    ("node.kubernetes.io/unschedulable", "NoSchedule"),
];

/// The controller of `DaemonSets`.
pub struct DaemonSets;

impl Controller for DaemonSets {
    fn name(&self) -> &'static str {
        COMPONENT
    }

    fn watches(&self) -> Vec<Watch> {
        vec![
            Watch::itself("daemonsets.apps"),
            Watch { kind: "pods", keys: |_, pod| controller_key(pod, "DaemonSet").into_iter().collect() },
            Watch {
                kind: "nodes",
                keys: |site, _| site.list_all("daemonsets.apps").iter().map(|set| Key::of(set)).collect(),
            },
        ]
    }

    fn reconcile(&mut self, site: &Site, key: &Key) -> Outcome {
        let Some(set) = site.at("daemonsets.apps", key) else { return Ok(None) };
        if is_deleting(&set) {
            return Ok(None);
        }
        let revision = revision::ensure(site, &set)?;
        let nodes = wanted_nodes(site, &set);
        let result = spread(site, &set, &nodes, revision::hash_of(&revision));
        write_status(site, &set, &nodes, revision::hash_of(&revision))?;
        result.map(|()| None)
    }
}

/// The pod for a node, which the scheduler will bring there and nowhere else.
fn daemon_pod(set: &Value, node: &str, hash: &str) -> Value {
    let mut pod = pod_from(&set["spec"]["template"], set);
    pod["metadata"]["labels"][REVISION_LABEL] = hash.into();
    let affinity =
        "/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms";
    let field = json!([{ "key": "metadata.name", "operator": "In", "values": [node] }]);
    let terms: Vec<Value> = match array(&pod, affinity) {
        [] => vec![json!({ "matchFields": field })],
        terms => terms
            .iter()
            .map(|term| {
                let mut term = term.clone();
                term["matchFields"] = field.clone();
                term
            })
            .collect(),
    };
    self::set(&mut pod, affinity, terms.into());
    let mut tolerations = array(&pod, "/spec/tolerations").to_vec();
    tolerations.extend(
        TOLERATED.iter().map(|(key, effect)| json!({ "key": key, "operator": "Exists", "effect": effect })),
    );
    self::set(&mut pod, "/spec/tolerations", tolerations.into());
    pod
}

/// The node a daemon pod is for, assigned or not.
fn node_of(pod: &Value) -> &str {
    match text(pod, "/spec/nodeName") {
        "" => text(
            pod,
            "/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution\
             /nodeSelectorTerms/0/matchFields/0/values/0",
        ),
        node => node,
    }
}

fn wanted_nodes(site: &Site, set: &Value) -> Vec<Arc<Value>> {
    let mut nodes = site.list_all("nodes");
    nodes.retain(|node| {
        let pod = daemon_pod(set, name(node), "");
        fit::matches_node(&pod, node) && fit::untolerated_taint(&pod, node).is_none()
    });
    nodes
}

fn spread(site: &Site, set: &Value, nodes: &[Arc<Value>], hash: &str) -> Result<(), Status> {
    let pods = owned_pods(site, set);
    let wanted = |pod: &Value| nodes.iter().any(|node| name(node) == node_of(pod));
    for pod in pods.iter().filter(|pod| !is_deleting(pod)) {
        if is_pod_finished(pod) || !wanted(pod) {
            delete_pod(site, pod, set, COMPONENT)?;
        }
    }
    for node in nodes {
        if !pods.iter().any(|pod| node_of(pod) == name(node)) {
            create_pod(site, daemon_pod(set, name(node), hash), set, COMPONENT)?;
        }
    }
    update(site, set, &pods, nodes.len() as i64, hash)
}

/// Replaces pods of older templates, not more at a time than may be missing.
fn update(site: &Site, set: &Value, pods: &[Arc<Value>], wanted: i64, hash: &str) -> Result<(), Status> {
    if text(set, "/spec/updateStrategy/type") == "OnDelete" {
        return Ok(());
    }
    let limit = set.pointer("/spec/updateStrategy/rollingUpdate/maxUnavailable");
    let limit = count_or_percent(limit, wanted, "1", true).max(1);
    let ready = pods.iter().filter(|pod| is_pod_ready(pod) && !is_deleting(pod)).count() as i64;
    let mut allowed = limit - (wanted - ready).max(0);
    for pod in pods.iter().filter(|pod| !is_deleting(pod) && label(pod, REVISION_LABEL) != hash) {
        // A pod that does not work anyway can be replaced without loss.
        if is_pod_ready(pod) {
            if allowed <= 0 {
                continue;
            }
            allowed -= 1;
        }
        delete_pod(site, pod, set, COMPONENT)?;
    }
    Ok(())
}

fn write_status(site: &Site, set: &Value, nodes: &[Arc<Value>], hash: &str) -> Result<(), Status> {
    let pods = owned_pods(site, set);
    let minimum_ready = integer(set, "/spec/minReadySeconds").unwrap_or(0);
    let on_wanted = |test: &dyn Fn(&Value) -> bool| {
        let holds = |node: &Arc<Value>| pods.iter().any(|pod| node_of(pod) == name(node) && test(pod));
        nodes.iter().filter(|node| holds(node)).count()
    };
    let available = on_wanted(&|pod| is_available(site, pod, minimum_ready));
    let astray = pods.iter().filter(|pod| !nodes.iter().any(|node| name(node) == node_of(pod))).count();
    let mut status = set["status"].clone();
    for (field, number) in [
        ("desiredNumberScheduled", nodes.len()),
        ("currentNumberScheduled", on_wanted(&|_| true)),
        ("numberMisscheduled", astray),
        ("numberReady", on_wanted(&is_pod_ready)),
        ("numberAvailable", available),
        ("numberUnavailable", nodes.len() - available),
        ("updatedNumberScheduled", on_wanted(&|pod| label(pod, REVISION_LABEL) == hash)),
    ] {
        self::set(&mut status, &format!("/{field}"), number.into());
    }
    set_generation(&mut status, set);
    site.write_status("daemonsets.apps", &Key::of(set), status)
}
