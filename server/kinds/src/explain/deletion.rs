//! Deletions that do not come to an end.

use super::{Finding, Related};
use crate::builtin::sentence;
use crate::said::{Said, Text, lasting, say};
use crate::{Object, time};
use model::Level;

/// How long a deletion may take before it is worth a word: controllers act within seconds.
const PATIENCE_SECONDS: i64 = 60;

pub(super) fn findings(object: &Object<'_>, related: &Related<'_>) -> Option<Finding> {
    let asked = time::seconds(object.text_at("/metadata/deletionTimestamp"))?;
    // The moment of a pod's deletion already includes its grace period.
    let seconds = related.now.0 - asked;
    if seconds < PATIENCE_SECONDS {
        return None;
    }
    let finalizers: Vec<&str> = object.each("/metadata/finalizers/*").filter_map(Object::text).collect();
    let waited = Said::from(say("finding.deletion.waited").with("ago", lasting(seconds)));
    if object.text_at("/kind") == "Namespace" {
        return Some(namespace(object, waited));
    }
    if let [first, ..] = finalizers.as_slice() {
        let all = finalizers.join(", ");
        return Some(Finding::new(
            Level::Warning,
            say("finding.deletion.title").with("finalizer", *first),
            waited.and(say("finding.deletion.detail").with("finalizers", all)),
            next_step(first),
        ));
    }
    (object.text_at("/kind") == "Pod").then(|| {
        Finding::new(
            Level::Warning,
            say("finding.deletion.node.title"),
            waited,
            say("finding.deletion.node.next"),
        )
    })
}

fn next_step(finalizer: &str) -> Text {
    match finalizer {
        "foregroundDeletion" => say("finding.deletion.owned.next"),
        "kubernetes.io/pvc-protection" => say("finding.deletion.claim.next"),
        "kubernetes.io/pv-protection" => say("finding.deletion.volume.next"),
        "service.kubernetes.io/load-balancer-cleanup" => say("finding.deletion.balancer.next"),
        _ => say("finding.deletion.next"),
    }
}

fn namespace(namespace: &Object<'_>, waited: Said) -> Finding {
    let conditions = namespace.items_at("/status/conditions").iter();
    let detail = conditions
        .filter(|condition| condition.text_at("/status") == "True")
        .fold(waited, |detail, condition| detail.and(sentence(condition.text_at("/message"))));
    let dead_api = namespace.condition("NamespaceDeletionDiscoveryFailure");
    let next_step = if dead_api.is_some_and(|condition| condition.text_at("/status") == "True") {
        say("finding.namespace.api.next")
    } else {
        say("finding.namespace.next")
    };
    Finding::new(Level::Warning, say("finding.namespace.title"), detail, next_step)
}
