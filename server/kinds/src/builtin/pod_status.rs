//! Pods: how well one is, in the words of `kubectl get pods`, and why.

use super::shared::{condition_state, counted, sentence};
use crate::Object;
use crate::exit::how_it_ended;
use model::{Language, Level, Status};

/// An init container that keeps running beside the others.
pub(crate) fn is_sidecar(container: &Object<'_>) -> bool {
    container.text_at("/restartPolicy") == "Always"
}

pub(crate) fn status_of(pod: &Object<'_>) -> Status {
    let phase = pod.text_at("/status/phase");
    if pod.at("/metadata/deletionTimestamp").is_some() {
        if pod.text_at("/status/reason") == "NodeLost" {
            return Status::new(Level::Unknown, "Unknown")
                .because("Its node does not answer, so nobody knows whether it still runs.");
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

fn terminating(pod: &Object<'_>) -> Status {
    let finalizers: Vec<&str> = pod.each("/metadata/finalizers/*").filter_map(Object::text).collect();
    let reason = match finalizers.as_slice() {
        [] => "Its containers are being stopped.".to_owned(),
        finalizers => format!("Its deletion waits for {}.", finalizers.join(", ")),
    };
    Status::new(Level::Progressing, "Terminating").because(reason)
}

/// The first init container that has not done its part.
fn initializing(pod: &Object<'_>) -> Option<Status> {
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
                Status::new(Level::Failed, format!("Init:{}", end_word(end))).because(end_reason(name, end)),
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
            true => format!("Sidecar {name} has to start first."),
            false => format!("Init container {name} has to finish first."),
        };
        return Some(Status::new(Level::Progressing, word).because(reason));
    }
    None
}

/// The trouble of the first container that has some, as `kubectl` chooses it.
fn trouble(pod: &Object<'_>) -> Option<Status> {
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
                Status::new(Level::Finished, "Completed")
            } else {
                Status::new(Level::Failed, end_word(end)).because(end_reason(name, end))
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
            Status::new(Level::Healthy, "Running")
        } else {
            not_ready(pod, "NotReady")
        });
    }
    found
}

fn by_phase(pod: &Object<'_>, phase: &str) -> Status {
    let message = sentence(pod.text_at("/status/message"));
    match (phase, pod.text_at("/status/reason")) {
        ("Failed", "") => Status::new(Level::Failed, "Failed").because(message),
        ("Failed", reason) => Status::new(Level::Failed, reason).because(message),
        ("Succeeded", _) => Status::new(Level::Finished, "Completed"),
        ("Running", _) if condition_state(pod, "Ready") == "True" => Status::new(Level::Healthy, "Running"),
        ("Running", _) => not_ready(pod, "Running"),
        ("Pending", _) => pending(pod),
        ("", _) => {
            Status::new(Level::Unknown, "Unknown").because("The cluster has said nothing about it yet.")
        }
        (phase, _) => Status::new(Level::Unknown, phase).because(message),
    }
}

fn pending(pod: &Object<'_>) -> Status {
    let Some(scheduled) = pod.condition("PodScheduled") else {
        return Status::new(Level::Progressing, "Pending").because("The scheduler has not looked at it yet.");
    };
    match (scheduled.text_at("/status"), scheduled.text_at("/reason")) {
        ("True", _) => Status::new(Level::Progressing, "Pending").because("Its node is preparing it."),
        (_, "SchedulingGated") => {
            Status::new(Level::Inactive, "SchedulingGated").because("Scheduling is held back by its gates.")
        }
        _ => {
            let message = without_preemption(scheduled.text_at("/message"));
            Status::new(Level::Warning, "Pending").because(sentence(message))
        }
    }
}

/// What the scheduler says of the nodes, without what it says of preemption behind that, and of claims of devices between
/// the two: `0/3 nodes are available: 3 Insufficient cpu. no new claims to deallocate, preemption: …`.
pub(crate) fn without_preemption(message: &str) -> &str {
    let Some((nodes, _)) = message.split_once(" preemption:") else { return message };
    nodes.split_once(". ").map_or(nodes, |(nodes, _)| nodes)
}

fn not_ready(pod: &Object<'_>, word: &str) -> Status {
    let states = pod.items_at("/status/containerStatuses");
    let waiting: Vec<&Object<'_>> = states.iter().filter(|state| !state.is_true("/ready")).collect();
    let starting = waiting.iter().any(|state| state.at("/started").and_then(Object::flag) == Some(false));
    let names: Vec<&str> = waiting.iter().map(|state| state.text_at("/name")).collect();
    let reason = match names.as_slice() {
        [] => sentence(pod.condition("Ready").map_or("", |ready| ready.text_at("/message"))),
        [name] => format!("Container {name} runs but is not ready."),
        names => format!("Containers {} run but are not ready.", names.join(", ")),
    };
    Status::new(if starting { Level::Progressing } else { Level::Warning }, word).because(reason)
}

/// The status of a container that waits, with the end of its last run if that is why.
fn waits(state: &Object<'_>, waiting: &Object<'_>, prefix: &str) -> Status {
    let word = waiting.text_at("/reason");
    let name = state.text_at("/name");
    let level = match word {
        "ContainerCreating" | "PodInitializing" => Level::Progressing,
        _ => Level::Failed,
    };
    let reason = match (word, state.at("/lastState/terminated")) {
        ("ContainerCreating", _) => "Images are fetched and volumes mounted.".to_owned(),
        ("PodInitializing", _) => "Its containers are about to start.".to_owned(),
        (_, Some(end)) => {
            let restarts = counted(state.number_at("/restartCount").unwrap_or_default(), "time");
            format!("{} It was restarted {restarts}.", end_reason(name, end))
        }
        _ => sentence(waiting.text_at("/message")),
    };
    Status::new(level, format!("{prefix}{word}")).because(reason)
}

fn end_word(end: &Object<'_>) -> String {
    match (end.text_at("/reason"), end.number_at("/signal"), end.number_at("/exitCode")) {
        ("", Some(signal), _) if signal != 0 => format!("Signal:{signal}"),
        ("", _, code) => format!("ExitCode:{}", code.unwrap_or_default()),
        (reason, ..) => reason.to_owned(),
    }
}

fn end_reason(container: &str, end: &Object<'_>) -> String {
    // A row is kept once for the readers of all languages.
    let how = format!("Container {container} {}.", how_it_ended(end).in_language(Language::English));
    match end.text_at("/message") {
        "" => how,
        message => format!("{how} {}", sentence(message)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pod whose only container of its own runs, with what is said of its sidecar.
    fn status(initialized: &str, sidecar: &str) -> Status {
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
        assert!(crashing.reason.contains("logs-data"), "{}", crashing.reason);
        assert_eq!((unready.level, &*unready.word), (Level::Warning, "Running"));
        assert!(unready.reason.contains("[logs-data]"), "{}", unready.reason);
    }

    #[test]
    fn the_others_wait_for_a_sidecar_to_start_and_not_to_end() {
        let starting = status("False", r#""started":false,"state":{"running":{}}"#);

        assert_eq!(starting.word, "Init:0/1");
        assert_eq!(starting.reason, "Sidecar logs-data has to start first.");
    }
}
