//! Pods: how well one is, in the words of `kubectl get pods`, and why.

use super::shared::{condition_state, sentence, waits_for_finalizers};
use crate::exit::how_it_ended;
use crate::said::{Said, say};
use crate::{Health, Object};
use model::Level;

/// An init container that keeps running beside the others.
pub(crate) fn is_sidecar(container: &Object<'_>) -> bool {
    container.text_at("/restartPolicy") == "Always"
}

pub(crate) fn status_of(pod: &Object<'_>) -> Health {
    let phase = pod.text_at("/status/phase");
    if pod.at("/metadata/deletionTimestamp").is_some() {
        if pod.text_at("/status/reason") == "NodeLost" {
            return Health::new(Level::Unknown, "Unknown").because(say("reason.pod.node-silent"));
        }
        if !matches!(phase, "Succeeded" | "Failed") {
            return terminating(pod);
        }
    }
    let before = initializing(pod);
    let containers = match condition_state(pod, "Initialized") {
        // What stays beside the others may be in trouble when they are not.
        "True" => trouble(pod).or_else(|| before.filter(|_| phase == "Running")),
        _ => before.or_else(|| trouble(pod)),
    };
    containers.unwrap_or_else(|| by_phase(pod, phase))
}

fn terminating(pod: &Object<'_>) -> Health {
    let reason = waits_for_finalizers(pod).unwrap_or_else(|| say("reason.pod.stopping"));
    Health::new(Level::Progressing, "Terminating").because(reason)
}

/// The first init container that has not done its part.
fn initializing(pod: &Object<'_>) -> Option<Health> {
    let specs = pod.items_at("/spec/initContainers");
    let states = pod.items_at("/status/initContainerStatuses");
    for (index, state) in states.iter().enumerate() {
        let name = state.text_at("/name");
        let sidecar = specs.iter().any(|spec| spec.text_at("/name") == name && is_sidecar(spec));
        if sidecar && state.is_true("/started") {
            continue;
        }
        if let Some(end) = state.at("/state/terminated") {
            if end.number_at("/exitCode") == Some(0) {
                continue;
            }
            return Some(
                Health::new(Level::Failed, format!("Init:{}", end_word(end))).because(end_reason(name, end)),
            );
        }
        if let Some(waiting) = state.at("/state/waiting") {
            let word = waiting.text_at("/reason");
            if !matches!(word, "" | "PodInitializing") {
                return Some(waits(state, waiting, "Init:"));
            }
        }
        let word = format!("Init:{index}/{}", specs.len());
        let reason = match sidecar {
            true => say("reason.pod.sidecar-first").with("container", name),
            false => say("reason.pod.init-first").with("container", name),
        };
        return Some(Health::new(Level::Progressing, word).because(reason));
    }
    None
}

/// The trouble of the first container that has some, as `kubectl` chooses it.
fn trouble(pod: &Object<'_>) -> Option<Health> {
    let states = pod.items_at("/status/containerStatuses");
    let mut found = None;
    let mut some_run = false;
    for state in states.iter().rev() {
        if let Some(waiting) =
            state.at("/state/waiting").filter(|waiting| !waiting.text_at("/reason").is_empty())
        {
            found = Some(waits(state, waiting, ""));
        } else if let Some(end) = state.at("/state/terminated") {
            let name = state.text_at("/name");
            found = Some(if end_word(end) == "Completed" {
                Health::new(Level::Finished, "Completed")
            } else {
                Health::new(Level::Failed, end_word(end)).because(end_reason(name, end))
            });
        } else if state.is_true("/ready") && state.at("/state/running").is_some() {
            some_run = true;
        }
    }
    // A helper that is done does not make the whole pod done.
    let done_beside_running = some_run && found.as_ref().is_some_and(|status| status.word == "Completed");
    if done_beside_running {
        let is_ready = condition_state(pod, "Ready") == "True";
        return Some(if is_ready {
            Health::new(Level::Healthy, "Running")
        } else {
            not_ready(pod, "NotReady")
        });
    }
    found
}

fn by_phase(pod: &Object<'_>, phase: &str) -> Health {
    let message = sentence(pod.text_at("/status/message"));
    match (phase, pod.text_at("/status/reason")) {
        ("Failed", "") => Health::new(Level::Failed, "Failed").because(message),
        ("Failed", reason) => Health::new(Level::Failed, reason).because(message),
        ("Succeeded", _) => Health::new(Level::Finished, "Completed"),
        ("Running", _) if condition_state(pod, "Ready") == "True" => Health::new(Level::Healthy, "Running"),
        ("Running", _) => not_ready(pod, "Running"),
        ("Pending", _) => pending(pod),
        ("", _) => Health::new(Level::Unknown, "Unknown").because(say("reason.pod.unheard-of")),
        (phase, _) => Health::new(Level::Unknown, phase).because(message),
    }
}

fn pending(pod: &Object<'_>) -> Health {
    let Some(scheduled) = pod.condition("PodScheduled") else {
        return Health::new(Level::Progressing, "Pending").because(say("reason.pod.unscheduled"));
    };
    match (scheduled.text_at("/status"), scheduled.text_at("/reason")) {
        ("True", _) => Health::new(Level::Progressing, "Pending").because(say("reason.pod.prepared")),
        (_, "SchedulingGated") => {
            Health::new(Level::Inactive, "SchedulingGated").because(say("reason.pod.gated"))
        }
        _ => {
            let message = without_preemption(scheduled.text_at("/message"));
            Health::new(Level::Warning, "Pending").because(sentence(message))
        }
    }
}

/// What the scheduler says of the nodes, without what it says of preemption behind that, and of claims of devices between
/// the two: `0/3 nodes are available: 3 Insufficient cpu. no new claims to deallocate, preemption: …`.
pub(crate) fn without_preemption(message: &str) -> &str {
    let Some((nodes, _)) = message.split_once(" preemption:") else { return message };
    nodes.split_once(". ").map_or(nodes, |(nodes, _)| nodes)
}

fn not_ready(pod: &Object<'_>, word: &str) -> Health {
    let states = pod.items_at("/status/containerStatuses");
    let waiting: Vec<&Object<'_>> = states.iter().filter(|state| !state.is_true("/ready")).collect();
    let starting = waiting.iter().any(|state| state.at("/started").and_then(Object::flag) == Some(false));
    let names: Vec<&str> = waiting.iter().map(|state| state.text_at("/name")).collect();
    let reason = match names.as_slice() {
        [] => Said::from(sentence(pod.condition("Ready").map_or("", |ready| ready.text_at("/message")))),
        [name] => say("reason.pod.container-not-ready").with("container", *name).into(),
        names => say("reason.pod.containers-not-ready").with("containers", names.join(", ")).into(),
    };
    Health::new(if starting { Level::Progressing } else { Level::Warning }, word).because(reason)
}

/// The status of a container that waits, with the end of its last run if that is why.
fn waits(state: &Object<'_>, waiting: &Object<'_>, prefix: &str) -> Health {
    let word = waiting.text_at("/reason");
    let name = state.text_at("/name");
    let level = match word {
        "ContainerCreating" | "PodInitializing" => Level::Progressing,
        _ => Level::Failed,
    };
    let reason = match (word, state.at("/lastState/terminated")) {
        ("ContainerCreating", _) => Said::from(say("reason.pod.creating")),
        ("PodInitializing", _) => say("reason.pod.about-to-start").into(),
        (_, Some(end)) => {
            let restarts = state.number_at("/restartCount").unwrap_or_default();
            end_reason(name, end).and(say("reason.pod.restarted").with("count", restarts))
        }
        _ => sentence(waiting.text_at("/message")).into(),
    };
    Health::new(level, format!("{prefix}{word}")).because(reason)
}

fn end_word(end: &Object<'_>) -> String {
    match (end.text_at("/reason"), end.number_at("/signal"), end.number_at("/exitCode")) {
        ("", Some(signal), _) if signal != 0 => format!("Signal:{signal}"),
        ("", _, code) => format!("ExitCode:{}", code.unwrap_or_default()),
        (reason, ..) => reason.to_owned(),
    }
}

fn end_reason(container: &str, end: &Object<'_>) -> Said {
    let ended = say("reason.pod.ended").with("container", container).with("how", how_it_ended(end));
    match end.text_at("/message") {
        "" => ended.into(),
        message => Said::from(ended).and(sentence(message)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Language;

    /// A pod whose only container of its own runs, with what is said of its sidecar.
    fn status(initialized: &str, sidecar: &str) -> Health {
        let json = format!(
            r#"{{"spec":{{"initContainers":[{{"name":"logs-data","restartPolicy":"Always"}}],"containers":[{{"name":"web"}}]}},
                "status":{{"phase":"Running","conditions":[
                    {{"type":"Initialized","status":"{initialized}"}},
                    {{"type":"Ready","status":"False","message":"containers with unready status: [logs-data]"}}],
                "initContainerStatuses":[{{"name":"logs-data",{sidecar}}}],
                "containerStatuses":[{{"name":"web","ready":true,"started":true,"state":{{"running":{{}}}}}}]}}}}"#
        );
        status_of(&Object::parse(json.as_bytes()).expect("the test's own JSON"))
    }

    #[test]
    fn a_sidecar_in_trouble_is_told_of_while_the_others_run() {
        let crashing = r#""started":false,"state":{"waiting":{"reason":"CrashLoopBackOff"}},"restartCount":3,
            "lastState":{"terminated":{"exitCode":1,"reason":"Error"}}"#;

        let crashing = status("True", crashing);
        let unready = status("True", r#""started":true,"ready":false,"state":{"running":{}}"#);

        assert_eq!((crashing.level, &*crashing.word), (Level::Failed, "Init:CrashLoopBackOff"));
        let told = |health: &Health| health.reason.in_language(Language::English);
        assert!(told(&crashing).contains("logs-data"), "{crashing:?}");
        assert_eq!((unready.level, &*unready.word), (Level::Warning, "Running"));
        assert!(told(&unready).contains("[logs-data]"), "{unready:?}");
    }

    #[test]
    fn the_others_wait_for_a_sidecar_to_start_and_not_to_end() {
        let starting = status("False", r#""started":false,"state":{"running":{}}"#);

        assert_eq!(starting.word, "Init:0/1");
        assert_eq!(starting.reason.in_language(Language::English), "Sidecar logs-data has to start first.");
    }
}
