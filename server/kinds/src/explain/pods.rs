//! Why a pod is unwell.

use super::{Finding, Related, images, quoted, readiness, scheduling, starting};
use crate::builtin::{condition_state, event_count, last_seen, sentence};
use crate::exit::how_it_ended;
use crate::said::{Said, lasting, say};
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
    findings.extend(readiness::silent_node(pod, related));
    for states in ["/status/initContainerStatuses", "/status/containerStatuses"] {
        for state in pod.items_at(states) {
            findings.extend(of_container(pod, state, related));
        }
    }
    if findings.is_empty() {
        let others = held_up(pod, related).or_else(|| starting::preparing(pod, related));
        findings.extend(others.or_else(|| readiness::gates(pod)));
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
            finding.detail = finding.detail.and(say("finding.more-pods").with("count", more));
        }
        finding
    };
    groups.into_iter().map(tell).collect()
}

fn unscheduled(pod: &Object<'_>) -> Option<Finding> {
    let condition =
        pod.condition("PodScheduled").filter(|condition| condition.text_at("/status") == "False")?;
    match condition.text_at("/reason") {
        "Unschedulable" => Some(scheduling::finding(pod, condition.text_at("/message"))),
        "SchedulingGated" => Some(scheduling::gated(pod)),
        _ => None,
    }
}

fn evicted(pod: &Object<'_>) -> Option<Finding> {
    let reason = pod.text_at("/status/reason");
    if pod.text_at("/status/phase") != "Failed" || reason.is_empty() {
        return None;
    }
    let message = sentence(pod.text_at("/status/message"));
    Some(match reason {
        "Evicted" => {
            Finding::new(Level::Failed, say("finding.evicted.title"), message, say("finding.evicted.next"))
        }
        "DeadlineExceeded" => Finding::new(
            Level::Failed,
            say("finding.pod-deadline.title"),
            message,
            say("finding.pod-deadline.next"),
        ),
        "NodeShutdown" | "Terminated" | "NodeAffinity" => Finding::new(
            Level::Failed,
            say("finding.node-gone.title"),
            message,
            say("finding.node-gone.next"),
        ),
        // `OutOfcpu`, `OutOfmemory`, `OutOfpods` and whatever else a node may have too little of.
        reason if reason.starts_with("OutOf") => {
            Finding::new(Level::Failed, say("finding.no-room.title"), message, say("finding.no-room.next"))
        }
        reason => Finding::new(Level::Failed, reason, message, say("finding.pod-failed.next")),
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
        "CreateContainerConfigError" => return Some(starting::not_configured(container, message)),
        "CreateContainerError" | "RunContainerError" | "StartError" => {
            return Some(starting::not_started(container, message));
        }
        "PostStartHookError" => return Some(starting::hook_failed(container, message)),
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
    let newest = events.max_by_key(|event| last_seen(event))?;
    Some((newest.text_at("/message"), event_count(newest)))
}

fn crashing(pod: &Object<'_>, state: &Object<'_>, related: &Related<'_>) -> Finding {
    let container = state.text_at("/name");
    let end = state.at("/lastState/terminated");
    let restarts = state.number_at("/restartCount").unwrap_or_default();
    let code = end.and_then(|end| end.number_at("/exitCode")).unwrap_or_default();
    let reason = end.map_or("", |end| end.text_at("/reason"));
    let killed = probe(pod, container, "Liveness", related).filter(|_| matches!(code, 137 | 143));
    let (title, next_step) = match (reason, code) {
        ("OOMKilled", _) => {
            (say("finding.crash.memory.title").with("container", container), say("finding.memory.next"))
        }
        _ if end.is_some_and(|end| starting::is_for_another_processor(end.text_at("/message"))) => {
            starting::another_processor(container)
        }
        _ if killed.is_some() => {
            (say("finding.crash.probe.title").with("container", container), say("finding.crash.probe.next"))
        }
        (_, 126 | 127) => (
            say("finding.crash.command.title").with("container", container),
            say("finding.crash.command.next"),
        ),
        (_, 0) => {
            (say("finding.crash.done.title").with("container", container), say("finding.crash.done.next"))
        }
        _ => (say("finding.crash.title").with("container", container), say("finding.crash.next")),
    };
    let mut detail = Said::nothing();
    if let Some(end) = end {
        detail = detail.and(say("finding.crash.last-time").with("how", how_it_ended(end)));
        detail = with_last_words(detail, end);
    }
    detail = detail.and(say("finding.crash.restarts").with("count", restarts));
    if let Some((said, times)) = killed.filter(|_| reason != "OOMKilled") {
        let said = say("finding.crash.probe.detail").with("count", times).with("said", quoted(said));
        detail = detail.and(said);
    }
    Finding::new(Level::Failed, title, detail, next_step).log(pod, container, true)
}

/// What a container said last, if it left a word.
fn with_last_words(detail: Said, end: &Object<'_>) -> Said {
    match end.text_at("/message") {
        "" => detail,
        words => detail.and(say("finding.last-words").with("said", quoted(words))),
    }
}

/// Between two crashes of a loop it runs, and looks well: what is known of the last end is true all the same.
fn crashed_lately(pod: &Object<'_>, state: &Object<'_>, related: &Related<'_>) -> Option<Finding> {
    let end = state.at("/lastState/terminated")?;
    let ago = related.now.0 - time::seconds(end.text_at("/finishedAt"))?;
    let is_loop = state.number_at("/restartCount").unwrap_or_default() >= LOOP_RESTARTS;
    (is_loop && (0..LOOP_SECONDS).contains(&ago)).then(|| {
        let mut finding = crashing(pod, state, related);
        finding.level = Level::Warning;
        finding.detail = finding.detail.and(say("finding.crash.runs-now").with("ago", lasting(ago)));
        finding
    })
}

fn ended(pod: &Object<'_>, container: &str, end: &Object<'_>) -> Finding {
    let how = Said::from(say("finding.ended.detail").with("how", how_it_ended(end)));
    let (title, next_step) = match end.text_at("/reason") {
        "OOMKilled" => (say("finding.memory.title").with("container", container), say("finding.memory.next")),
        _ => (say("finding.ended.title").with("container", container), say("finding.ended.next")),
    };
    Finding::new(Level::Failed, title, with_last_words(how, end), next_step).log(pod, container, false)
}

fn killed_for_memory(state: &Object<'_>, related: &Related<'_>) -> Option<Finding> {
    let end = state.at("/lastState/terminated").filter(|end| end.text_at("/reason") == "OOMKilled")?;
    let ago = related.now.0 - time::seconds(end.text_at("/finishedAt"))?;
    (0..RECENT_SECONDS).contains(&ago).then(|| {
        let container = state.text_at("/name");
        Finding::new(
            Level::Warning,
            say("finding.memory-lately.title").with("container", container),
            say("finding.memory-lately.detail").with("ago", lasting(ago)),
            say("finding.memory-lately.next"),
        )
    })
}

fn unready(pod: &Object<'_>, state: &Object<'_>, related: &Related<'_>) -> Option<Finding> {
    if state.is_true("/ready") || pod.at("/metadata/deletionTimestamp").is_some() {
        return None;
    }
    let container = state.text_at("/name");
    let asked = |which| probe(pod, container, which, related);
    let (title, (said, times)) = asked("Readiness")
        .map(|answer| (say("finding.readiness.title").with("container", container), answer))
        .or_else(|| {
            asked("Startup").map(|answer| (say("finding.startup.title").with("container", container), answer))
        })?;
    let said = said.split_once(": ").map_or(said, |(_, said)| said);
    let finding = Finding::new(
        Level::Warning,
        title,
        say("finding.unready.detail").with("count", times).with("said", quoted(said)),
        say("finding.unready.next"),
    );
    Some(finding.log(pod, container, false))
}

/// What keeps a pod from starting on its node.
fn held_up(pod: &Object<'_>, related: &Related<'_>) -> Option<Finding> {
    if pod.text_at("/status/phase") != "Pending" || condition_state(pod, "PodScheduled") != "True" {
        return None;
    }
    // It fetches images and starts containers once the pod has its volumes and its network: what it said before is past.
    let begun = related.event(pod, &["Pulling", "Pulled", "Created", "Started"], "").and_then(last_seen);
    let newest = |reasons: &[&str]| {
        related.event(pod, reasons, "").filter(|event| begun.is_none() || last_seen(event) > begun)
    };
    let attached = newest(&["FailedAttachVolume", "SuccessfulAttachVolume"]);
    if let Some(event) = attached.filter(|event| event.text_at("/message").contains("Multi-Attach")) {
        return Some(Finding::new(
            Level::Failed,
            say("finding.mount.elsewhere.title"),
            say("finding.controller-says").with("said", quoted(event.text_at("/message"))),
            say("finding.mount.elsewhere.next"),
        ));
    }
    if let Some(event) = newest(&["FailedMount", "FailedAttachVolume"]) {
        return Some(Finding::new(
            Level::Failed,
            say("finding.mount.title"),
            say("finding.node-says").with("said", quoted(event.text_at("/message"))),
            say("finding.mount.next"),
        ));
    }
    let event = newest(&["FailedCreatePodSandBox"])?;
    Some(Finding::new(
        Level::Failed,
        say("finding.pod-network.title"),
        say("finding.node-says").with("said", quoted(event.text_at("/message"))),
        say("finding.network-plugin.next"),
    ))
}
