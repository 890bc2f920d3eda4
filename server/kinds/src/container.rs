//! How well one container of a pod is, and how it ended.

use crate::said::{Said, say};
use crate::{Health, Object};
use model::Level;

/// How well a container is, by its state in the status of its pod. `says_ready` tells whether it is meant to be called ready
/// while it runs.
pub fn container_health(state: &Object<'_>, says_ready: bool) -> Health {
    if let Some(waiting) = state.at("/state/waiting") {
        let reason = waiting.text_at("/reason");
        // Kubernetes' reasons for waiting that do not pass by themselves.
        let is_failure = ["BackOff", "Err", "Error", "Invalid"].iter().any(|word| reason.contains(word));
        let level = if is_failure { Level::Failed } else { Level::Progressing };
        let word = if reason.is_empty() { "Waiting" } else { reason };
        return Health::new(level, word).because(waiting.text_at("/message"));
    }
    if let Some(ended) = state.at("/state/terminated") {
        let is_good = ended.number_at("/exitCode") == Some(0);
        let reason = ended.text_at("/reason");
        let word = if reason.is_empty() { "Terminated" } else { reason };
        let level = if is_good { Level::Finished } else { Level::Failed };
        return Health::new(level, word).because(container_end(ended));
    }
    match (state.at("/state/running").is_some(), state.is_true("/ready") || !says_ready) {
        (true, true) => Health::new(Level::Healthy, "Running"),
        (true, false) => Health::new(Level::Warning, "Not ready").because(say("reason.container.not-ready")),
        (false, _) => Health::new(Level::Progressing, "Waiting"),
    }
}

/// How a run of a container ended: `OOMKilled, exit code 137: message`.
pub fn container_end(ended: &Object<'_>) -> Said {
    let how: Said = match (ended.text_at("/reason"), ended.number_at("/exitCode")) {
        ("", None) => return ended.text_at("/message").trim().into(),
        ("", Some(code)) => say("reason.container.exit-code").with("code", code).into(),
        (reason, None) => Said::from(reason),
        (reason, Some(code)) => {
            say("reason.container.ended").with("reason", reason).with("code", code).into()
        }
    };
    match ended.text_at("/message").trim() {
        "" => how,
        message => say("reason.container.said").with("how", how).with("message", message).into(),
    }
}
