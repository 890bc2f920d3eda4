//! Why a pod is unwell.

use super::deletion::duration;
use super::{Finding, Related, images, quoted, scheduling};
use crate::builtin::{condition_state, counted, event_count, sentence};
use crate::exit::how_it_ended;
use crate::{Object, time};
use model::Level;
use std::collections::HashSet;

/// A kill for memory is worth a word for so long, though the container runs again.
const RECENT_SECONDS: i64 = 3600;

/// So many restarts, the last of them so lately, are a loop. The node waits five minutes at most between two.
const LOOP_RESTARTS: i64 = 3;
const LOOP_SECONDS: i64 = 600;

pub(crate) fn findings(pod: &Object<'_>, related: &Related<'_>) -> Vec<Finding> {
    if matches!(pod.text_at("/status/phase"), "Succeeded") {
        return Vec::new();
    }
    let mut findings: Vec<Finding> = Vec::new();
    findings.extend(unscheduled(pod));
    findings.extend(evicted(pod));
    for states in ["/status/initContainerStatuses", "/status/containerStatuses"] {
        for state in pod.items_at(states) {
            findings.extend(of_container(pod, state, related));
        }
    }
    if findings.is_empty() {
        findings.extend(held_up(pod, related));
    }
    findings
}

/// The findings of all related pods, equal ones once, with where to look.
pub(super) fn of_all(related: &Related<'_>) -> Vec<Finding> {
    let mut groups: Vec<(Finding, i64)> = Vec::new();
    // A pod may be given twice: once as owned, once as selected.
    let mut seen = HashSet::new();
    for pod in related.of("pods").filter(|pod| seen.insert((pod.namespace(), pod.name()))) {
        for finding in findings(pod, related) {
            match groups.iter_mut().find(|(known, _)| known.title == finding.title) {
                Some((_, more)) => *more += 1,
                None => groups.push((finding.at("pods", pod), 0)),
            }
        }
    }
    let tell = |(mut finding, more): (Finding, i64)| {
        if more > 0 {
            finding.detail.push_str(&format!(" The same holds for {}.", counted(more, "more pod")));
        }
        finding
    };
    groups.into_iter().map(tell).collect()
}

fn unscheduled(pod: &Object<'_>) -> Option<Finding> {
    let condition =
        pod.condition("PodScheduled").filter(|condition| condition.text_at("/status") == "False")?;
    (condition.text_at("/reason") == "Unschedulable")
        .then(|| scheduling::finding(pod, condition.text_at("/message")))
}

fn evicted(pod: &Object<'_>) -> Option<Finding> {
    let reason = pod.text_at("/status/reason");
    if pod.text_at("/status/phase") != "Failed" || reason.is_empty() {
        return None;
    }
    let message = sentence(pod.text_at("/status/message"));
    Some(match reason {
        "Evicted" => Finding::new(
            Level::Failed,
            "The node evicted it to protect itself",
            message,
            "Give it requests and limits that fit what it uses, so that it goes elsewhere in time. The pod itself can be deleted.",
        ),
        "DeadlineExceeded" => Finding::new(
            Level::Failed,
            "It ran longer than it may",
            message,
            "Raise activeDeadlineSeconds, or find out why it takes so long.",
        ),
        "NodeShutdown" | "Terminated" | "NodeAffinity" => Finding::new(
            Level::Failed,
            "Its node went away under it",
            message,
            "Its controller makes a new one. This one can be deleted.",
        ),
        reason => Finding::new(Level::Failed, reason, message, "Look at its node and its events."),
    })
}

fn of_container(pod: &Object<'_>, state: &Object<'_>, related: &Related<'_>) -> Option<Finding> {
    let container = state.text_at("/name");
    let waiting = state.text_at("/state/waiting/reason");
    let message = state.text_at("/state/waiting/message");
    match waiting {
        "ErrImagePull"
        | "ImagePullBackOff"
        | "InvalidImageName"
        | "ErrImageNeverPull"
        | "ImageInspectError"
        | "RegistryUnavailable" => return Some(images::finding(pod, state, related)),
        "CrashLoopBackOff" => return Some(crashing(pod, state, related)),
        "CreateContainerConfigError" => {
            return Some(Finding::new(
                Level::Failed,
                format!("Container {container} refers to something that does not exist"),
                format!("The node says: {}.", quoted(message)),
                "Create the config map, secret or key it names, or correct the reference. The pod starts by itself then.",
            ));
        }
        "CreateContainerError" | "RunContainerError" | "StartError" => {
            return Some(Finding::new(
                Level::Failed,
                format!("Container {container} cannot be started"),
                format!("The node says: {}.", quoted(message)),
                "Check its command, mounts and security settings.",
            ));
        }
        _ => {}
    }
    if let Some(end) = state.at("/state/terminated") {
        return (end.number_at("/exitCode") != Some(0)).then(|| ended(pod, container, end));
    }
    if state.at("/state/running").is_some() {
        return killed_for_memory(state, related)
            .or_else(|| crashed_lately(pod, state, related))
            .or_else(|| unready(pod, state, related));
    }
    None
}

/// What a probe said last, if it failed.
fn probe<'r>(
    pod: &Object<'_>,
    container: &str,
    which: &str,
    related: &Related<'r>,
) -> Option<(&'r str, i64)> {
    let events = related.events.iter().copied().filter(|event| {
        let field = event.text_at("/involvedObject/fieldPath");
        event.text_at("/reason") == "Unhealthy"
            && event.text_at("/message").starts_with(which)
            && super::is_about(event, pod)
            && (field.is_empty() || field.contains(&format!("{{{container}}}")))
    });
    let newest = events.max_by_key(|event| crate::builtin::last_seen(event))?;
    Some((newest.text_at("/message"), event_count(newest)))
}

fn crashing(pod: &Object<'_>, state: &Object<'_>, related: &Related<'_>) -> Finding {
    let container = state.text_at("/name");
    let end = state.at("/lastState/terminated");
    let restarts = state.number_at("/restartCount").unwrap_or_default();
    let code = end.and_then(|end| end.number_at("/exitCode")).unwrap_or_default();
    let reason = end.map_or("", |end| end.text_at("/reason"));
    let mut detail = end.map_or(String::new(), |end| format!("Last time it {}.", how_it_ended(end)));
    if let Some(message) = end.map(|end| end.text_at("/message")).filter(|message| !message.is_empty()) {
        detail.push_str(&format!(" Its last words: {}.", quoted(message)));
    }
    detail.push_str(&format!(
        " It was restarted {}; the node waits longer each time.",
        counted(restarts, "time")
    ));
    let (title, next_step) = match (reason, code) {
        ("OOMKilled", _) => (
            "runs out of memory again and again",
            "Raise its memory limit, or find out what fills the memory.",
        ),
        (_, 137 | 143) if probe(pod, container, "Liveness", related).is_some() => {
            let (said, times) = probe(pod, container, "Liveness", related).unwrap_or_default();
            detail.push_str(&format!(
                " Its liveness probe failed {}: {}.",
                counted(times, "time"),
                quoted(said)
            ));
            (
                "is killed again and again by its liveness probe",
                "Check the probe's path, port and delays; give a slow start a startup probe.",
            )
        }
        (_, 126 | 127) => {
            ("cannot run its command", "Check command and args against what the image contains.")
        }
        (_, 0) => (
            "ends at once although it should keep running",
            "If it is meant to end, run it as a job; otherwise check its command.",
        ),
        _ => (
            "crashes again and again",
            "Read the last lines of the log of its previous run; they usually name the cause.",
        ),
    };
    Finding::new(Level::Failed, format!("Container {container} {title}"), detail.trim(), next_step)
        .log(pod, container, true)
}

/// Between two crashes of a loop it runs, and looks well: what is known of the last end is true all the same.
fn crashed_lately(pod: &Object<'_>, state: &Object<'_>, related: &Related<'_>) -> Option<Finding> {
    let end = state.at("/lastState/terminated")?;
    let ago = related.now.0 - time::seconds(end.text_at("/finishedAt"))?;
    let is_loop = state.number_at("/restartCount").unwrap_or_default() >= LOOP_RESTARTS;
    (is_loop && (0..LOOP_SECONDS).contains(&ago)).then(|| {
        let mut finding = crashing(pod, state, related);
        finding.level = Level::Warning;
        finding.detail.push_str(&format!(" At this moment it runs: the last end was {} ago.", duration(ago)));
        finding
    })
}

fn ended(pod: &Object<'_>, container: &str, end: &Object<'_>) -> Finding {
    let mut detail = format!("It {}.", how_it_ended(end));
    if !end.text_at("/message").is_empty() {
        detail.push_str(&format!(" Its last words: {}.", quoted(end.text_at("/message"))));
    }
    let (title, next_step) = match end.text_at("/reason") {
        "OOMKilled" => (
            format!("Container {container} ran out of memory"),
            "Raise its memory limit, or find out what fills the memory.",
        ),
        _ => (format!("Container {container} failed"), "Read the last lines of its log."),
    };
    Finding::new(Level::Failed, title, detail, next_step).log(pod, container, false)
}

fn killed_for_memory(state: &Object<'_>, related: &Related<'_>) -> Option<Finding> {
    let end = state.at("/lastState/terminated").filter(|end| end.text_at("/reason") == "OOMKilled")?;
    let ago = related.now.0 - time::seconds(end.text_at("/finishedAt"))?;
    (0..RECENT_SECONDS).contains(&ago).then(|| {
        let container = state.text_at("/name");
        Finding::new(
            Level::Warning,
            format!("Container {container} ran out of memory not long ago"),
            format!(
                "It was killed {} ago because it used more than its memory limit, and runs again.",
                duration(ago)
            ),
            "Raise its memory limit, or find out what fills the memory, before it happens again.",
        )
    })
}

fn unready(pod: &Object<'_>, state: &Object<'_>, related: &Related<'_>) -> Option<Finding> {
    if state.is_true("/ready") || pod.at("/metadata/deletionTimestamp").is_some() {
        return None;
    }
    let container = state.text_at("/name");
    let (which, said, times) = ["Readiness", "Startup"]
        .into_iter()
        .find_map(|which| probe(pod, container, which, related).map(|(said, times)| (which, said, times)))?;
    let said = said.split_once(": ").map_or(said, |(_, said)| said);
    let finding = Finding::new(
        Level::Warning,
        format!("Container {container} runs, but its {} probe fails", which.to_lowercase()),
        format!(
            "It failed {}; it said {}. Until it succeeds, services send the pod no traffic.",
            counted(times, "time"),
            quoted(said)
        ),
        "Read its log; check that the program listens where the probe asks and that what it depends on answers.",
    );
    Some(finding.log(pod, container, false))
}

/// What keeps a pod from starting on its node.
fn held_up(pod: &Object<'_>, related: &Related<'_>) -> Option<Finding> {
    if pod.text_at("/status/phase") != "Pending" || condition_state(pod, "PodScheduled") != "True" {
        return None;
    }
    if let Some(event) = related.event(pod, &["FailedMount", "FailedAttachVolume"], "") {
        return Some(Finding::new(
            Level::Failed,
            "A volume cannot be mounted",
            format!("The node says: {}.", quoted(event.text_at("/message"))),
            "Check that the claim, config map or secret exists and that no other node still holds the volume.",
        ));
    }
    let event = related.event(pod, &["FailedCreatePodSandBox"], "")?;
    Some(Finding::new(
        Level::Failed,
        "The node cannot set up the pod's network",
        format!("The node says: {}.", quoted(event.text_at("/message"))),
        "Look at the network plugin's pod on this node.",
    ))
}
