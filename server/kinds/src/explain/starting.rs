//! Containers that are not started, and those that others wait for.

use super::{Finding, Related, quoted};
use crate::builtin::is_sidecar;
use crate::said::{Text, lasting, say};
use crate::{Object, time};
use model::Level;

/// An init container that runs longer is worth a word: it may wait for something that does not come.
const PATIENCE_SECONDS: i64 = 300;

/// What a runtime says when a program is built for another processor than the node's.
const OTHER_PROCESSOR: &str = "exec format error";

/// A container that the node cannot even describe to its runtime.
pub(super) fn not_configured(container: &str, message: &str) -> Finding {
    if message.contains("runAsNonRoot") {
        // Which number a name stands for is known in the image alone, and the node does not look there.
        let title = if message.contains("non-numeric user") {
            say("finding.non-root.named.title").with("container", container)
        } else {
            say("finding.non-root.title").with("container", container)
        };
        return said_by_node(title, message, say("finding.non-root.next"));
    }
    if message.contains("not found") || message.contains("couldn't find key") {
        let title = say("finding.reference.title").with("container", container);
        return said_by_node(title, message, say("finding.reference.next"));
    }
    not_started(container, message)
}

/// A container that the runtime could not start.
pub(super) fn not_started(container: &str, message: &str) -> Finding {
    if is_for_another_processor(message) {
        let (title, next_step) = another_processor(container);
        return said_by_node(title, message, next_step);
    }
    if message.contains("exec: \"") {
        let title = say("finding.crash.command.title").with("container", container);
        return said_by_node(title, message, say("finding.crash.command.next"));
    }
    let title = say("finding.not-started.title").with("container", container);
    said_by_node(title, message, say("finding.not-started.next"))
}

/// A container that is stopped because what should run after its start failed.
pub(super) fn hook_failed(container: &str, message: &str) -> Finding {
    let title = say("finding.hook.title").with("container", container);
    said_by_node(title, message, say("finding.hook.next"))
}

fn said_by_node(title: Text, message: &str, next_step: Text) -> Finding {
    Finding::new(Level::Failed, title, say("finding.node-says").with("said", quoted(message)), next_step)
}

/// Whether a message says that the program is for another processor.
pub(super) fn is_for_another_processor(message: &str) -> bool {
    message.contains(OTHER_PROCESSOR)
}

/// What is wrong with a program for another processor, and what to do.
pub(super) fn another_processor(container: &str) -> (Text, Text) {
    (say("finding.processor.title").with("container", container), say("finding.processor.next"))
}

/// An init container for whose end the others have waited long.
pub(super) fn preparing(pod: &Object<'_>, related: &Related<'_>) -> Option<Finding> {
    if pod.text_at("/status/phase") != "Pending" || pod.at("/metadata/deletionTimestamp").is_some() {
        return None;
    }
    let stays = |name: &str| {
        let specs = pod.items_at("/spec/initContainers");
        specs.iter().any(|container| container.text_at("/name") == name && is_sidecar(container))
    };
    let states = pod.items_at("/status/initContainerStatuses").iter();
    let mut running = states.filter(|state| state.at("/state/running").is_some());
    let state = running.find(|state| !stays(state.text_at("/name")))?;
    let seconds = related.now.0 - time::seconds(state.text_at("/state/running/startedAt"))?;
    (seconds >= PATIENCE_SECONDS).then(|| {
        let container = state.text_at("/name");
        let finding = Finding::new(
            Level::Progressing,
            say("finding.preparing.title").with("container", container),
            say("finding.preparing.detail").with("since", lasting(seconds)),
            say("finding.preparing.next"),
        );
        finding.log(pod, container, false)
    })
}
