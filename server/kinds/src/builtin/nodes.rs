//! Nodes.

use super::shared::{digits, sentence, words};
use crate::column::{age, function, quantity_of, status, text};
use crate::said::{Said, say};
use crate::{Field, Health, Interner, Kind, Menu, Object, Relation, explain};
use model::{ActionKind, Level, Unit};

/// Conditions that are bad when true.
pub(crate) const PRESSURES: [&str; 4] =
    ["MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable"];

const ROLE: &str = "node-role.kubernetes.io/";

pub(super) fn nodes() -> Kind {
    Kind {
        namespaced: false,
        menu: Menu::Cluster,
        aliases: words(["no"]),
        status: Some(status_of),
        explain: Some(explain::nodes::node),
        columns: vec![
            status(),
            function("roles", roles),
            text("version", "/status/nodeInfo/kubeletVersion"),
            function("internal_ip", |node, _| address(node, "InternalIP")),
            function("external_ip", |node, _| address(node, "ExternalIP")).hidden(),
            quantity_of("cpu", "/status/allocatable/cpu", Unit::Cores),
            quantity_of("memory", "/status/allocatable/memory", Unit::Bytes),
            quantity_of("pods", "/status/allocatable/pods", Unit::Count),
            function("taints", taints),
            text("zone", "/metadata/labels/topology.kubernetes.io~1zone"),
            text("instance_type", "/metadata/labels/node.kubernetes.io~1instance-type").hidden(),
            text("os_image", "/status/nodeInfo/osImage").hidden(),
            text("kernel", "/status/nodeInfo/kernelVersion").hidden(),
            text("runtime", "/status/nodeInfo/containerRuntimeVersion").hidden(),
            text("architecture", "/status/nodeInfo/architecture").hidden(),
            function("kubelet_port", kubelet_port).hidden(),
            age(),
        ],
        actions: vec![
            ActionKind::Edit,
            ActionKind::Cordon,
            ActionKind::Uncordon,
            ActionKind::Drain,
            ActionKind::Taint,
            ActionKind::SetMetadata,
            ActionKind::Delete,
        ],
        relations: vec![Relation::Hosts { slug: "pods", column: "node" }],
        search: words(["/status/addresses/*/address", "/spec/providerID"]),
        ..Kind::plain("", "v1", "Node", "nodes")
    }
}

/// `Ready`, pressures and `SchedulingDisabled`, as far as they apply.
fn status_of(node: &Object<'_>) -> Health {
    let ready = node.condition("Ready");
    let is_ready = ready.is_some_and(|ready| ready.text_at("/status") == "True");
    let mut words = vec![if is_ready { "Ready" } else { "NotReady" }];
    let mut reasons = Said::nothing();
    let mut level = if is_ready { Level::Healthy } else { Level::Failed };
    if !is_ready {
        reasons = reasons.and(match ready {
            Some(ready) => Said::from(sentence(ready.text_at("/message"))),
            None => say("reason.node.silent").into(),
        });
    }
    for pressure in PRESSURES {
        if let Some(condition) = node.condition(pressure).filter(|it| it.text_at("/status") == "True") {
            words.push(pressure);
            reasons = reasons.and(sentence(condition.text_at("/message")));
            level = level.min(Level::Warning);
        }
    }
    if node.is_true("/spec/unschedulable") {
        words.push("SchedulingDisabled");
        reasons = reasons.and(say("reason.node.cordoned"));
        if level == Level::Healthy {
            level = Level::Inactive;
        }
    }
    Health::new(level, words.join(",")).because(reasons)
}

fn roles(node: &Object<'_>, interner: &mut Interner) -> Field {
    let labels = node.entries_at("/metadata/labels");
    interner.list_field(labels.iter().filter_map(|(key, _)| key.strip_prefix(ROLE)))
}

fn address(node: &Object<'_>, kind: &str) -> Field {
    let addresses = node.items_at("/status/addresses");
    addresses
        .iter()
        .find(|address| address.text_at("/type") == kind)
        .map_or(Field::None, |address| Field::Text(address.text_at("/address").into()))
}

fn kubelet_port(node: &Object<'_>, interner: &mut Interner) -> Field {
    digits(node, "/status/daemonEndpoints/kubeletEndpoint/Port", interner)
}

fn taints(node: &Object<'_>, interner: &mut Interner) -> Field {
    let text = |taint: &Object<'_>| {
        let (key, value, effect) = (taint.text_at("/key"), taint.text_at("/value"), taint.text_at("/effect"));
        if value.is_empty() { format!("{key}:{effect}") } else { format!("{key}={value}:{effect}") }
    };
    let texts: Vec<String> = node.items_at("/spec/taints").iter().map(text).collect();
    interner.list_field(texts.iter().map(String::as_str))
}
