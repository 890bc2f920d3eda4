//! Why a node is unwell.

use super::deletion::duration;
use super::{Finding, Related, quoted};
use crate::builtin::PRESSURES;
use crate::{Object, time};
use model::Level;

pub(crate) fn node(node: &Object<'_>, related: &Related<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = not_ready(node, related).into_iter().collect();
    for pressure in PRESSURES {
        let condition = node.condition(pressure).filter(|condition| condition.text_at("/status") == "True");
        findings.extend(condition.map(|condition| under_pressure(pressure, condition)));
    }
    findings
}

fn not_ready(node: &Object<'_>, related: &Related<'_>) -> Option<Finding> {
    let ready = node.condition("Ready").filter(|ready| ready.text_at("/status") != "True")?;
    let since = time::seconds(ready.text_at("/lastTransitionTime"));
    let since =
        since.map_or(String::new(), |since| format!(" for {}", duration((related.now.0 - since).max(0))));
    let message = ready.text_at("/message");
    Some(if ready.text_at("/status") == "Unknown" {
        Finding::new(
            Level::Failed,
            "The node does not answer",
            format!(
                "Its kubelet has reported nothing{since}. Its pods are replaced elsewhere after some minutes."
            ),
            "Check that the machine runs, that it reaches the API server, and that the kubelet is up.",
        )
    } else {
        let network = message.contains("cni") || message.contains("NetworkPluginNotReady");
        Finding::new(
            Level::Failed,
            if network { "The node has no pod network" } else { "The kubelet says that it is not ready" },
            format!("It says so{since}: {}", quoted(message)),
            if network {
                "Look at the network plugin's pod on this node."
            } else {
                "Look at the kubelet's and the container runtime's logs on the machine."
            },
        )
    })
}

fn under_pressure(pressure: &str, condition: &Object<'_>) -> Finding {
    let (title, next_step) = match pressure {
        "MemoryPressure" => (
            "The node runs out of memory",
            "Find the pods that use more than they requested, give them limits, or move some away.",
        ),
        "DiskPressure" => (
            "The node's disk is nearly full",
            "Remove unused images and logs, limit the pods' ephemeral storage, or enlarge the disk.",
        ),
        "PIDPressure" => {
            ("The node runs out of process ids", "Find the pod that starts so many processes, and limit it.")
        }
        _ => ("The node's network is not set up", "Look at the network plugin and the cloud's routes."),
    };
    let level = if pressure == "NetworkUnavailable" { Level::Failed } else { Level::Warning };
    let detail = format!(
        "It says: {}. It takes no new pods of low priority and may evict some.",
        quoted(condition.text_at("/message"))
    );
    Finding::new(level, title, detail, next_step)
}
