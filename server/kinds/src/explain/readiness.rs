//! Pods whose containers run and that take no traffic all the same.

use super::{Finding, Related, quoted};
use crate::Object;
use crate::builtin::condition_state;
use crate::said::{Said, say};
use model::Level;

/// A pod of a node that is silent: what is known of its containers is what was known before.
pub(super) fn silent_node(pod: &Object<'_>, related: &Related<'_>) -> Option<Finding> {
    if !matches!(pod.text_at("/status/phase"), "Running" | "Pending") {
        return None;
    }
    let name = pod.text_at("/spec/nodeName");
    let node = related.of("nodes").find(|node| node.name() == name)?;
    (condition_state(node, "Ready") == "Unknown").then(|| {
        let finding = Finding::new(
            Level::Failed,
            say("finding.pod-node.title").with("node", name),
            say("finding.pod-node.detail"),
            say("finding.pod-node.next"),
        );
        finding.at("nodes", node)
    })
}

/// Conditions that others than its containers have to meet first.
pub(super) fn gates(pod: &Object<'_>) -> Option<Finding> {
    let is = |kind: &str| condition_state(pod, kind) == "True";
    if !is("ContainersReady") || is("Ready") || pod.at("/metadata/deletionTimestamp").is_some() {
        return None;
    }
    let gates = pod.each("/spec/readinessGates/*/conditionType").filter_map(Object::text);
    let closed: Vec<&str> = gates.filter(|gate| !is(gate)).collect();
    if closed.is_empty() {
        return None;
    }
    let mut messages = closed.iter().filter_map(|gate| Some(pod.condition(gate)?.text_at("/message")));
    let mut detail = Said::from(say("finding.gates.detail").with("gates", closed.join(", ")));
    if let Some(message) = messages.find(|message| !message.is_empty()) {
        detail = detail.and(say("finding.controller-says").with("said", quoted(message)));
    }
    Some(Finding::new(Level::Warning, say("finding.gates.title"), detail, say("finding.gates.next")))
}
