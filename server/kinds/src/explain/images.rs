//! Images that cannot be fetched.

use super::{Finding, Related, quoted};
use crate::Object;
use crate::builtin::last_seen;
use crate::said::{Said, say};
use model::Level;

/// The node looks for a pull secret with each attempt: what it said longer ago is past.
const RECENT_SECONDS: i64 = 900;

/// What a runtime's message means: a word in it, what is wrong, what to do.
static CAUSES: [(&[&str], &str, &str); 7] = [
    (
        &["toomanyrequests", "429 Too Many", "rate limit"],
        "finding.image.too-many.title",
        "finding.image.too-many.next",
    ),
    (
        &["unauthorized", "authentication required", "denied", "no basic auth", "403 Forbidden", "401 "],
        "finding.image.refused.title",
        "finding.image.refused.next",
    ),
    (
        &["no match for platform", "no matching manifest"],
        "finding.image.processor.title",
        "finding.image.processor.next",
    ),
    (
        &["not found", "manifest unknown", "NotFound", "does not exist"],
        "finding.image.missing.title",
        "finding.image.missing.next",
    ),
    (&["x509", "certificate"], "finding.image.untrusted.title", "finding.image.untrusted.next"),
    (
        &["no such host", "dial tcp", "i/o timeout", "connection refused", "TLS handshake timeout", "EOF"],
        "finding.image.unreachable.title",
        "finding.image.unreachable.next",
    ),
    (&["no space left"], "finding.image.disk.title", "finding.image.disk.next"),
];

/// Why the image of a waiting container cannot be fetched.
pub(super) fn finding(pod: &Object<'_>, state: &Object<'_>, related: &Related<'_>) -> Finding {
    let waiting = state.text_at("/state/waiting/message");
    let image = state.text_at("/image");
    // The back-off message of older kubelets says nothing; the event of the attempt does.
    let event =
        related.event(pod, &["Failed"], "pull").filter(|event| event.text_at("/message").contains(image));
    let said = event.map_or(waiting, |event| event.text_at("/message"));
    let container = state.text_at("/name");
    if state.text_at("/state/waiting/reason") == "InvalidImageName" {
        return Finding::new(
            Level::Failed,
            say("finding.image.name.title").with("image", quoted(image)),
            say("finding.image.name.detail").with("container", container),
            say("finding.image.name.next"),
        );
    }
    let cause = CAUSES.iter().find(|(words, ..)| words.iter().any(|word| said.contains(word)));
    let (title, next_step) = cause
        .map_or(("finding.image.title", "finding.image.next"), |(_, title, next_step)| (*title, *next_step));
    let needs = say("finding.image.detail").with("container", container).with("image", image);
    let detail = Said::from(needs).and(say("finding.node-says").with("said", quoted(said)));
    if matches!(title, "finding.image.refused.title" | "finding.image.title")
        && let Some(secrets) = missing_secrets(pod, related)
    {
        let title = say("finding.image.no-secret.title").with("secrets", secrets);
        return Finding::new(Level::Failed, title, detail, say("finding.image.no-secret.next"));
    }
    Finding::new(Level::Failed, say(title), detail, say(next_step))
}

/// The pull secrets that the node did not find, from `Unable to retrieve some image pull secrets (team, old); …`.
fn missing_secrets<'r>(pod: &Object<'_>, related: &Related<'r>) -> Option<&'r str> {
    let event = related.event(pod, &["FailedToRetrieveImagePullSecret"], "")?;
    let is_recent = last_seen(event).is_some_and(|at| related.now.0 - at < RECENT_SECONDS);
    let (_, named) = event.text_at("/message").split_once('(')?;
    named.split_once(')').map(|(secrets, _)| secrets).filter(|_| is_recent)
}
