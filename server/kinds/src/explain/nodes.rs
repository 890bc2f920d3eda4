//! Why a node is unwell.

use super::{Finding, Related, quoted};
use crate::builtin::PRESSURES;
use crate::said::{Said, lasting, say};
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
    let since = since.map(|since| lasting((related.now.0 - since).max(0)));
    if ready.text_at("/status") == "Unknown" {
        let silent = match since {
            Some(since) => say("finding.node.silent.since").with("since", since),
            None => say("finding.node.silent.detail"),
        };
        return Some(Finding::new(
            Level::Failed,
            say("finding.node.silent.title"),
            silent,
            say("finding.node.silent.next"),
        ));
    }
    let message = ready.text_at("/message");
    let said = match since {
        Some(since) => say("finding.node.says.since").with("since", since).with("said", quoted(message)),
        None => say("finding.node.says.detail").with("said", quoted(message)),
    };
    let (title, next_step) = if message.contains("cni") || message.contains("NetworkPluginNotReady") {
        (say("finding.node.network.title"), say("finding.network-plugin.next"))
    } else {
        (say("finding.node.kubelet.title"), say("finding.node.kubelet.next"))
    };
    Some(Finding::new(Level::Failed, title, said, next_step))
}

fn under_pressure(pressure: &str, condition: &Object<'_>) -> Finding {
    let (title, follows, next_step) = match pressure {
        "MemoryPressure" => (
            say("finding.node.memory.title"),
            say("finding.node.memory.follows"),
            say("finding.node.memory.next"),
        ),
        "DiskPressure" => {
            (say("finding.node.disk.title"), say("finding.node.full.follows"), say("finding.node.disk.next"))
        }
        "PIDPressure" => (
            say("finding.node.processes.title"),
            say("finding.node.full.follows"),
            say("finding.node.processes.next"),
        ),
        _ => (
            say("finding.node.routes.title"),
            say("finding.node.routes.follows"),
            say("finding.node.routes.next"),
        ),
    };
    let level = if pressure == "NetworkUnavailable" { Level::Failed } else { Level::Warning };
    let said = say("finding.node.pressure.detail").with("said", quoted(condition.text_at("/message")));
    Finding::new(level, title, Said::from(said).and(follows), next_step)
}
