//! The scheduler's arithmetic, retold.

use super::Finding;
use crate::Object;
use crate::builtin::{is_sidecar, sentence};
use model::Level;

/// Why no node takes a pod.
pub(super) fn finding(pod: &Object<'_>, message: &str) -> Finding {
    let (nodes, reasons) = read(message);
    let retold: Vec<String> = reasons.iter().map(|(number, reason)| retell(*number, reason)).collect();
    let title = match nodes {
        Some(0) => "The cluster has no nodes".to_owned(),
        Some(1) => "The only node cannot take this pod".to_owned(),
        Some(nodes) => format!("None of the {nodes} nodes can take this pod"),
        None => "No node can take this pod".to_owned(),
    };
    let mut detail = if retold.is_empty() {
        sentence(message)
    } else {
        sentence(&format!("Of these, {}", retold.join("; ")))
    };
    if reasons.iter().any(|(_, reason)| reason.starts_with("Insufficient")) {
        detail.push_str(&format!(" The pod asks for {}.", requests(pod)));
    }
    Finding::new(Level::Warning, title, detail, next_step(&reasons))
}

/// The number of nodes, and how many of them refuse for which reason.
fn read(message: &str) -> (Option<i64>, Vec<(Option<i64>, &str)>) {
    let message = message.split(" preemption:").next().unwrap_or_default().trim_end_matches(['.', ' ']);
    let Some((start, rest)) = message.split_once(" nodes are available: ") else {
        return (None, vec![(None, message)]);
    };
    let nodes = start.rsplit('/').next().and_then(|number| number.parse().ok());
    let part = |part| match str::split_once(part, ' ') {
        Some((number, reason)) if number.parse::<i64>().is_ok() => (number.parse().ok(), reason),
        _ => (None, part),
    };
    (nodes, rest.split(", ").map(part).collect())
}

/// Reasons of the scheduler and how they continue "2 nodes ...".
const REASONS: [(&str, &str, &str); 13] = [
    ("were unschedulable", "are cordoned", "is cordoned"),
    (
        "didn't match Pod's node affinity/selector",
        "do not match its node selector or affinity",
        "does not match its node selector or affinity",
    ),
    (
        "didn't match pod anti-affinity rules",
        "already run a pod it must not share a node with",
        "already runs a pod it must not share a node with",
    ),
    (
        "didn't match pod affinity rules",
        "do not run the pods it wants to be with",
        "does not run the pods it wants to be with",
    ),
    (
        "didn't match pod topology spread constraints",
        "would spread its pods unevenly",
        "would spread its pods unevenly",
    ),
    ("had volume node affinity conflict", "cannot reach its volume", "cannot reach its volume"),
    (
        "had no available volume zone",
        "are in another zone than its volume",
        "is in another zone than its volume",
    ),
    ("exceed max volume count", "cannot take more volumes", "cannot take more volumes"),
    ("didn't have free ports", "have the wanted host port in use", "has the wanted host port in use"),
    ("Too many pods", "already run as many pods as they may", "already runs as many pods as it may"),
    (
        "didn't find available persistent volumes to bind",
        "have no volume for its claim",
        "has no volume for its claim",
    ),
    (
        "unbound immediate PersistentVolumeClaims",
        "wait until its claim has a volume",
        "waits until its claim has a volume",
    ),
    (
        "had untolerated taint",
        "carry a taint that it does not tolerate",
        "carries a taint that it does not tolerate",
    ),
];

fn retell(number: Option<i64>, reason: &str) -> String {
    let Some(number) = number else { return reason.to_owned() };
    let one = number == 1;
    let who = if one { "1 node".to_owned() } else { format!("{number} nodes") };
    if let Some(resource) = reason.strip_prefix("Insufficient ") {
        let has = if one { "has" } else { "have" };
        return format!("{who} {has} too little free {resource}");
    }
    let taint = reason.split_once("taint").and_then(|(_, rest)| rest.split_once('{')?.1.split_once('}'));
    if let Some((taint, _)) = taint {
        let carry = if one { "carries" } else { "carry" };
        let taint = taint.trim_end_matches([':', ' ']).replace(": ", "=");
        return format!("{who} {carry} the taint {taint}, which it does not tolerate");
    }
    match REASONS.iter().find(|(words, ..)| reason.contains(words)) {
        Some((_, _, singular)) if one => format!("{who} {singular}"),
        Some((_, plural, _)) => format!("{who} {plural}"),
        None => format!("{number} {reason}"),
    }
}

fn next_step(reasons: &[(Option<i64>, &str)]) -> &'static str {
    let any = |word: &str| reasons.iter().any(|(_, reason)| reason.contains(word));
    if any("PersistentVolumeClaim") || any("persistentvolumeclaim") {
        "Look at its volume claims: they have to be bound first."
    } else if any("Insufficient") || any("Too many pods") {
        "Lower its requests, scale something else down, or add a node with room for it."
    } else if any("volume") {
        "Its volume ties it to certain nodes or zones: make room there, or move the data."
    } else if any("affinity") || any("selector") || any("topology") {
        "Compare its node selector, affinity and spread constraints with the labels of the nodes."
    } else if any("unschedulable") {
        "Uncordon a node, or add one."
    } else if any("taint") {
        "Give it a toleration for one of these taints, or remove the taint from a node."
    } else {
        "Compare what the pod wants with what the nodes offer."
    }
}

/// What the containers ask for, as written: `cpu 2, memory 48Gi`, container by container if there are several.
fn requests(pod: &Object<'_>) -> String {
    let sidecars = pod.items_at("/spec/initContainers").iter().filter(|container| is_sidecar(container));
    let texts: Vec<String> = pod
        .items_at("/spec/containers")
        .iter()
        .chain(sidecars)
        .filter_map(|container| {
            let requests = container.entries_at("/resources/requests").iter();
            let texts: Vec<String> = requests
                .map(|(resource, amount)| format!("{resource} {}", amount.text().unwrap_or("?")))
                .collect();
            (!texts.is_empty()).then(|| texts.join(", "))
        })
        .collect();
    if texts.is_empty() { "nothing in particular".to_owned() } else { texts.join(" plus ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schedulers_reasons_are_retold_with_their_numbers() {
        for (reason, retold) in [
            ("3 Insufficient memory", "3 nodes have too little free memory"),
            ("1 Insufficient nvidia.com/gpu", "1 node has too little free nvidia.com/gpu"),
            (
                "2 node(s) had untolerated taint {dedicated: gpu}",
                "2 nodes carry the taint dedicated=gpu, which it does not tolerate",
            ),
            (
                "1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }",
                "1 node carries the taint node-role.kubernetes.io/control-plane, which it does not tolerate",
            ),
            ("4 node(s) were unschedulable", "4 nodes are cordoned"),
            (
                "1 node(s) didn't match Pod's node affinity/selector",
                "1 node does not match its node selector or affinity",
            ),
            ("2 Too many pods", "2 nodes already run as many pods as they may"),
            ("5 something new", "5 something new"),
        ] {
            let message = format!("0/9 nodes are available: {reason}. preemption: 0/9 nodes are available.");
            let (nodes, reasons) = read(&message);
            assert_eq!(nodes, Some(9));
            assert_eq!(retell(reasons[0].0, reasons[0].1), retold);
        }
    }

    #[test]
    fn a_message_of_another_form_is_quoted() {
        let (nodes, reasons) = read("persistentvolumeclaim \"data\" not found");

        assert_eq!((nodes, reasons), (None, vec![(None, "persistentvolumeclaim \"data\" not found")]));
    }
}
