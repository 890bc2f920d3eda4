//! Whether a pod fits a node, and in which words it does not.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::objects::{array, flag, integer, is_condition_true, joined, label, name, namespace, text, texts};
use crate::quantity;
use crate::selector::{holds, selects};

/// A node and the pods that run on it.
pub struct NodeState {
    pub node: Arc<Value>,
    pub pods: Vec<Arc<Value>>,
    cores: f64,
    memory: f64,
}

impl NodeState {
    /// A node with these pods on it.
    pub fn new(node: Arc<Value>, pods: Vec<Arc<Value>>) -> Self {
        let sum = |resource| pods.iter().map(|pod| quantity::of_pod(pod, "requests", resource)).sum();
        Self { cores: sum("cpu"), memory: sum("memory"), node, pods }
    }

    /// What pods may ask for on this node.
    pub fn allocatable(&self, resource: &str) -> f64 {
        self.node.pointer("/status/allocatable").and_then(|all| all.get(resource)).map_or(0.0, quantity::of)
    }

    /// What its pods ask for.
    pub fn requested(&self, resource: &str) -> f64 {
        match resource {
            "cpu" => self.cores,
            "memory" => self.memory,
            other => self.pods.iter().map(|pod| quantity::of_pod(pod, "requests", other)).sum(),
        }
    }
}

/// Every reason against this node, in the scheduler's words; none when the pod fits. Like the real one it stops at
/// the first kind of reason, but names every resource that is short.
pub fn refusals(
    pod: &Value,
    state: &NodeState,
    volume_of: impl Fn(&str) -> Option<Arc<Value>>,
) -> Vec<String> {
    let node = &state.node;
    if flag(node, "/spec/unschedulable") && !tolerates(pod, &unschedulable_taint()) {
        return vec!["node(s) were unschedulable".to_owned()];
    }
    if let Some(taint) = untolerated_taint(pod, node) {
        let value = text(taint, "/value");
        return vec![format!("node(s) had untolerated taint {{{}: {value}}}", text(taint, "/key"))];
    }
    if !matches_node(pod, node) {
        return vec!["node(s) didn't match Pod's node affinity/selector".to_owned()];
    }
    if shares_port(pod, state) {
        return vec!["node(s) didn't have free ports for the requested pod ports".to_owned()];
    }
    let short = short_resources(pod, state);
    if !short.is_empty() {
        return short;
    }
    let elsewhere = super::claims(pod).filter_map(volume_of).any(|volume| !volume_reaches(&volume, node));
    if elsewhere {
        return vec!["node(s) had volume node affinity conflict".to_owned()];
    }
    if repelled(pod, state) {
        return vec!["node(s) didn't match pod anti-affinity rules".to_owned()];
    }
    Vec::new()
}

/// Whether pods with less priority could make the node fit.
pub fn is_about_room(reason: &str) -> bool {
    reason.starts_with("Insufficient") || reason == "Too many pods" || reason.contains("free ports")
}

/// `0/6 nodes are available: 2 Insufficient memory, ...`: how often each reason was given, sorted as text.
pub fn sentence(nodes: usize, refusals: &[String], preemptable: &[bool]) -> String {
    if nodes == 0 {
        return "no nodes available to schedule pods".to_owned();
    }
    let reasons = counted(refusals.iter().map(String::as_str));
    let victims = preemptable.iter().map(|possible| {
        if *possible {
            "No preemption victims found for incoming pod"
        } else {
            "Preemption is not helpful for scheduling"
        }
    });
    let preemption = counted(victims);
    format!(
        "0/{nodes} nodes are available: {reasons}. preemption: 0/{nodes} nodes are available: {preemption}."
    )
}

fn counted<'a>(reasons: impl Iterator<Item = &'a str>) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for reason in reasons {
        *counts.entry(reason).or_default() += 1;
    }
    let mut sentences: Vec<String> =
        counts.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
    sentences.sort();
    joined(sentences.iter().map(String::as_str), ", ")
}

fn unschedulable_taint() -> Value {
    json!({ "key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule" })
}

/// The first taint that keeps the pod away.
pub fn untolerated_taint<'a>(pod: &Value, node: &'a Value) -> Option<&'a Value> {
    array(node, "/spec/taints")
        .iter()
        .filter(|taint| matches!(text(taint, "/effect"), "NoSchedule" | "NoExecute"))
        .find(|taint| !tolerates(pod, taint))
}

/// Whether one of the pod's tolerations is about this taint.
pub fn tolerates(pod: &Value, taint: &Value) -> bool {
    toleration_for(pod, taint).is_some()
}

/// The toleration that matches a taint.
pub fn toleration_for<'a>(pod: &'a Value, taint: &Value) -> Option<&'a Value> {
    array(pod, "/spec/tolerations").iter().find(|toleration| {
        let (key, effect) = (text(toleration, "/key"), text(toleration, "/effect"));
        let exists = text(toleration, "/operator") == "Exists";
        (effect.is_empty() || effect == text(taint, "/effect"))
            && (key.is_empty() && exists || key == text(taint, "/key"))
            && (exists || text(toleration, "/value") == text(taint, "/value"))
    })
}

/// Whether the node has what the pod's node selector and required node affinity ask for.
pub fn matches_node(pod: &Value, node: &Value) -> bool {
    let selected = texts(pod, "/spec/nodeSelector").all(|(key, value)| label(node, key) == value);
    let required =
        "/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms";
    let terms = array(pod, required);
    let labels = node.pointer("/metadata/labels").unwrap_or(&Value::Null);
    selected && (terms.is_empty() || terms.iter().any(|term| term_matches(term, labels, name(node))))
}

fn term_matches(term: &Value, labels: &Value, node: &str) -> bool {
    let fields = json!({ "metadata.name": node });
    let (expressions, match_fields) = (array(term, "/matchExpressions"), array(term, "/matchFields"));
    (!expressions.is_empty() || !match_fields.is_empty())
        && expressions.iter().all(|requirement| holds(requirement, labels))
        && match_fields.iter().all(|requirement| holds(requirement, &fields))
}

fn volume_reaches(volume: &Value, node: &Value) -> bool {
    let terms = array(volume, "/spec/nodeAffinity/required/nodeSelectorTerms");
    let labels = node.pointer("/metadata/labels").unwrap_or(&Value::Null);
    terms.is_empty() || terms.iter().any(|term| term_matches(term, labels, name(node)))
}

fn short_resources(pod: &Value, state: &NodeState) -> Vec<String> {
    let mut short = Vec::new();
    if state.pods.len() as f64 >= state.allocatable("pods") {
        short.push("Too many pods".to_owned());
    }
    let mut resources: Vec<&str> = array(pod, "/spec/containers")
        .iter()
        .chain(array(pod, "/spec/initContainers"))
        .filter_map(|container| container.pointer("/resources/requests")?.as_object())
        .flat_map(|requests| requests.keys().map(String::as_str))
        .collect();
    resources.sort_unstable();
    resources.dedup();
    for resource in resources {
        let asked = quantity::of_pod(pod, "requests", resource);
        if asked > 0.0 && state.requested(resource) + asked > state.allocatable(resource) + 1e-9 {
            short.push(format!("Insufficient {resource}"));
        }
    }
    short
}

fn host_ports(pod: &Value) -> impl Iterator<Item = i64> {
    array(pod, "/spec/containers")
        .iter()
        .flat_map(|container| array(container, "/ports"))
        .filter_map(|port| integer(port, "/hostPort"))
}

fn shares_port(pod: &Value, state: &NodeState) -> bool {
    host_ports(pod).any(|port| state.pods.iter().any(|other| host_ports(other).any(|taken| taken == port)))
}

/// Required anti-affinity on the host name: the pod does not share a node with what it names.
fn repelled(pod: &Value, state: &NodeState) -> bool {
    array(pod, "/spec/affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution")
        .iter()
        .filter(|term| text(term, "/topologyKey") == "kubernetes.io/hostname")
        .any(|term| {
            let here = state.pods.iter().filter(|other| namespace(other) == namespace(pod));
            here.into_iter().any(|other| selects(&term["labelSelector"], other))
        })
}

/// Whether the node's agent reports in.
pub fn is_node_ready(node: &Value) -> bool {
    is_condition_true(node, "Ready")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(node_name: &str, memory: &str, taint: Option<Value>) -> NodeState {
        let node = json!({
            "metadata": { "name": node_name, "labels": { "kubernetes.io/hostname": node_name } },
            "spec": { "taints": taint.into_iter().collect::<Vec<_>>() },
            "status": { "allocatable": { "cpu": "2", "memory": memory, "pods": "110" } },
        });
        NodeState::new(Arc::new(node), Vec::new())
    }

    fn pod(memory: &str) -> Value {
        json!({ "metadata": {"namespace": "shop"}, "spec": { "containers": [
            { "name": "main", "resources": { "requests": { "memory": memory, "cpu": "500m" } } },
        ] } })
    }

    fn explain(pod: &Value, nodes: &[NodeState]) -> String {
        let each: Vec<Vec<String>> = nodes.iter().map(|state| refusals(pod, state, |_| None)).collect();
        let room: Vec<bool> =
            each.iter().map(|reasons| reasons.iter().all(|reason| is_about_room(reason))).collect();
        sentence(nodes.len(), &each.concat(), &room)
    }

    #[test]
    fn the_sentence_counts_each_reason_over_all_nodes() {
        let taint = json!({ "key": "dedicated", "value": "batch", "effect": "NoSchedule" });
        let nodes = [node("a", "4Gi", None), node("b", "4Gi", None), node("c", "64Gi", Some(taint))];

        assert_eq!(
            explain(&pod("16Gi"), &nodes),
            "0/3 nodes are available: 1 node(s) had untolerated taint {dedicated: batch}, 2 Insufficient memory. \
             preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, \
             2 No preemption victims found for incoming pod."
        );
    }

    #[test]
    fn a_toleration_opens_a_tainted_node() {
        let taint = json!({ "key": "dedicated", "value": "batch", "effect": "NoSchedule" });
        let state = node("c", "64Gi", Some(taint));
        let mut tolerant = pod("16Gi");
        tolerant["spec"]["tolerations"] =
            json!([{ "key": "dedicated", "operator": "Equal", "value": "batch" }]);

        assert_eq!(refusals(&pod("16Gi"), &state, |_| None).len(), 1);
        assert!(refusals(&tolerant, &state, |_| None).is_empty());
    }

    #[test]
    fn a_selector_and_a_cordon_keep_pods_away() {
        let mut picky = pod("1Gi");
        picky["spec"]["nodeSelector"] = json!({ "disk": "fast" });
        let plain = node("a", "4Gi", None);
        let mut cordoned = (*node("b", "4Gi", None).node).clone();
        cordoned["spec"]["unschedulable"] = true.into();
        let cordoned = NodeState::new(Arc::new(cordoned), Vec::new());

        assert_eq!(refusals(&picky, &plain, |_| None), ["node(s) didn't match Pod's node affinity/selector"]);
        assert_eq!(refusals(&pod("1Gi"), &cordoned, |_| None), ["node(s) were unschedulable"]);
    }
}
