//! Images that cannot be fetched.

use super::{Finding, Related, quoted};
use crate::Object;
use model::Level;

/// What a runtime's message means: a word in it, what is wrong, what to do.
const CAUSES: [(&[&str], &str, &str); 7] = [
    (
        &["toomanyrequests", "429 Too Many", "rate limit"],
        "The registry refuses because of too many requests",
        "Wait, or sign in to the registry with a pull secret, or use a mirror.",
    ),
    (
        &["unauthorized", "authentication required", "denied", "no basic auth", "403 Forbidden", "401 "],
        "The registry does not let the cluster in",
        "Check the pull secret of the pod or of its service account: it must exist in this namespace and hold valid credentials for this registry. Some registries answer so for repositories that do not exist.",
    ),
    (
        &["no match for platform", "no matching manifest"],
        "The image does not exist for the node's processor",
        "Use an image that is built for this architecture, or send the pod to other nodes with a node selector.",
    ),
    (
        &["not found", "manifest unknown", "NotFound", "does not exist"],
        "The image or its tag does not exist",
        "Correct the image's name or tag, or push the image.",
    ),
    (
        &["x509", "certificate"],
        "The registry's certificate is not trusted by the node",
        "Install the registry's authority on the nodes, or use a registry with a public certificate.",
    ),
    (
        &["no such host", "dial tcp", "i/o timeout", "connection refused", "TLS handshake timeout", "EOF"],
        "The node cannot reach the registry",
        "Check the registry's name, and the network and proxy settings of the node.",
    ),
    (
        &["no space left"],
        "The node's disk is full",
        "Free space on the node, or move the pod to another one.",
    ),
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
            format!("{} is not a valid image name", quoted(image)),
            format!("Container {container} cannot start."),
            "Correct the image's name: registry, path in lower case, and a tag or digest.",
        );
    }
    let cause = CAUSES.iter().find(|(words, ..)| words.iter().any(|word| said.contains(word)));
    let (title, next_step) = cause.map_or(
        (
            "The image cannot be fetched",
            "Try to pull the image by hand, and check its name and the registry.",
        ),
        |(_, title, next_step)| (*title, *next_step),
    );
    let detail = format!("Container {container} needs {image}. The node says: {}.", quoted(said));
    Finding::new(Level::Failed, title, detail, next_step)
}
