//! The scheduler's arithmetic, retold.

use super::{Finding, quoted};
use crate::Object;
use crate::builtin::{is_sidecar, without_preemption};
use crate::said::{Said, Text, say};
use model::Level;

/// Why no node takes a pod.
pub(super) fn finding(pod: &Object<'_>, message: &str) -> Finding {
    let (nodes, reasons) = read(message);
    let title = match nodes {
        Some(0) => say("finding.unscheduled.no-nodes.title"),
        Some(1) => say("finding.unscheduled.one-node.title"),
        Some(nodes) => say("finding.unscheduled.nodes.title").with("nodes", nodes),
        None => say("finding.unscheduled.title"),
    };
    // What holds for the pod wherever it would go has no number.
    let is_counted = nodes.is_some() && reasons.iter().any(|(number, _)| number.is_some());
    let mut detail = Said::from(if is_counted {
        let retold = reasons.iter().map(|(number, reason)| retell(*number, reason)).collect();
        say("finding.unscheduled.nodes.detail").with("reasons", Said::Listed(retold))
    } else {
        say("finding.scheduler-says").with("said", quoted(of_nodes(message)))
    });
    if reasons.iter().any(|(_, reason)| reason.starts_with("Insufficient")) {
        detail = detail.and(requests(pod));
    }
    Finding::new(Level::Warning, title, detail, next_step(&reasons))
}

/// A pod that the scheduler does not look at yet.
pub(super) fn gated(pod: &Object<'_>) -> Finding {
    let gates: Vec<&str> = pod.each("/spec/schedulingGates/*/name").filter_map(Object::text).collect();
    Finding::new(
        Level::Inactive,
        say("finding.gated.title"),
        say("finding.gated.detail").with("gates", gates.join(", ")),
        say("finding.gated.next"),
    )
}

fn of_nodes(message: &str) -> &str {
    without_preemption(message).trim_end_matches(['.', ' '])
}

/// The number of nodes, and how many of them refuse for which reason.
fn read(message: &str) -> (Option<i64>, Vec<(Option<i64>, &str)>) {
    let message = of_nodes(message);
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

/// Reasons of the scheduler, and the texts that say of how many nodes they are true.
static REASONS: [(&str, &str); 17] = [
    ("were unschedulable", "finding.nodes.cordoned"),
    ("didn't match Pod's node affinity/selector", "finding.nodes.selector"),
    ("didn't match pod anti-affinity rules", "finding.nodes.anti-affinity"),
    ("didn't satisfy existing pods anti-affinity rules", "finding.nodes.anti-affinity"),
    ("didn't match pod affinity rules", "finding.nodes.affinity"),
    ("didn't match pod topology spread constraints", "finding.nodes.spread"),
    ("had volume node affinity conflict", "finding.nodes.volume"),
    ("didn't match PersistentVolume's node affinity", "finding.nodes.volume"),
    ("did not have enough free storage", "finding.nodes.storage"),
    ("bound to non-existent pv", "finding.nodes.lost-volume"),
    ("had no available volume zone", "finding.nodes.zone"),
    ("exceed max volume count", "finding.nodes.volumes"),
    ("didn't have free ports", "finding.nodes.port"),
    ("Too many pods", "finding.nodes.pods"),
    ("didn't find available persistent volumes to bind", "finding.nodes.no-volume"),
    ("unbound immediate PersistentVolumeClaims", "finding.nodes.unbound"),
    ("had untolerated taint", "finding.nodes.some-taint"),
];

fn retell(number: Option<i64>, reason: &str) -> Said {
    let Some(number) = number else { return reason.into() };
    if let Some(resource) = reason.strip_prefix("Insufficient ") {
        return say("finding.nodes.insufficient").with("count", number).with("resource", resource).into();
    }
    let taint = reason.split_once("taint").and_then(|(_, rest)| rest.split_once('{')?.1.split_once('}'));
    if let Some((taint, _)) = taint {
        let taint = taint.trim_end_matches([':', ' ']).replace(": ", "=");
        return say("finding.nodes.taint").with("count", number).with("taint", taint).into();
    }
    match REASONS.iter().find(|(words, _)| reason.contains(words)) {
        Some((_, key)) => say(key).with("count", number).into(),
        None => format!("{number} {reason}").into(),
    }
}

fn next_step(reasons: &[(Option<i64>, &str)]) -> Text {
    let any = |word: &str| reasons.iter().any(|(_, reason)| reason.contains(word));
    if any("PersistentVolumeClaim") || any("persistentvolumeclaim") || any("pvc(s)") {
        say("finding.unscheduled.claims.next")
    } else if any("Insufficient") || any("Too many pods") {
        say("finding.unscheduled.room.next")
    } else if any("volume") || any("PersistentVolume's") || any("free storage") {
        say("finding.unscheduled.volume.next")
    } else if any("affinity") || any("selector") || any("topology") {
        say("finding.unscheduled.labels.next")
    } else if any("unschedulable") {
        say("finding.unscheduled.cordoned.next")
    } else if any("taint") {
        say("finding.unscheduled.taint.next")
    } else {
        say("finding.unscheduled.next")
    }
}

/// What the containers ask for, as written: `cpu 2, memory 48Gi`, container by container if there are several.
fn requests(pod: &Object<'_>) -> Text {
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
    if texts.is_empty() {
        say("finding.unscheduled.asks-nothing")
    } else {
        say("finding.unscheduled.asks").with("requests", texts.join(" + "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Language;

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
            let said = retell(reasons[0].0, reasons[0].1);
            assert_eq!(said.in_language(Language::English), retold);
        }
    }

    #[test]
    fn what_stands_between_nodes_and_preemption_is_no_reason() {
        let message = "0/2 nodes are available: 1 node(s) had untolerated taint(s), 1 Insufficient memory. \
                       no new claims to deallocate, preemption: 0/2 nodes are available.";

        let (nodes, reasons) = read(message);

        assert_eq!(nodes, Some(2));
        assert_eq!(
            reasons,
            [(Some(1), "node(s) had untolerated taint(s)"), (Some(1), "Insufficient memory")]
        );
    }

    #[test]
    fn a_volume_that_ties_a_pod_to_nodes_is_what_to_look_at() {
        for reason in [
            "node(s) had volume node affinity conflict",
            "node(s) didn't match PersistentVolume's node affinity",
        ] {
            assert_eq!(next_step(&[(Some(1), reason)]), say("finding.unscheduled.volume.next"));
        }
    }

    #[test]
    fn a_message_of_another_form_is_quoted() {
        let (nodes, reasons) = read("persistentvolumeclaim \"data\" not found");

        assert_eq!((nodes, reasons), (None, vec![(None, "persistentvolumeclaim \"data\" not found")]));
    }

    #[test]
    fn every_reason_is_said_of_one_node_and_of_several() {
        for (words, key) in REASONS {
            for language in Language::ALL {
                let [one, two] = [1, 2].map(|number| retell(Some(number), words).in_language(language));

                assert!(one.starts_with('1') && two.starts_with('2'), "{key} in {language:?}: {one}");
                assert!(!one.contains(words), "{key} is not written in {language:?}");
            }
        }
    }
}
