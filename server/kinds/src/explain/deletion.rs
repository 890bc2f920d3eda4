//! Deletions that do not come to an end.

use super::{Finding, Related};
use crate::builtin::sentence;
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
    let waited = format!("It should have been gone {} ago.", duration(seconds));
    if object.text_at("/kind") == "Namespace" {
        return Some(namespace(object, &waited));
    }
    if let [first, ..] = finalizers.as_slice() {
        let all = finalizers.join(", ");
        return Some(Finding::new(
            Level::Warning,
            format!("Its deletion waits for {first}"),
            format!("{waited} It is kept until whoever set the finalizers {all} removes them."),
            next_step(first),
        ));
    }
    (object.text_at("/kind") == "Pod").then(|| {
        Finding::new(
            Level::Warning,
            "Its node does not confirm that it stopped",
            waited,
            "Look at its node. If the node is gone for good, delete the node object; its pods go with it.",
        )
    })
}

fn next_step(finalizer: &str) -> &'static str {
    match finalizer {
        "foregroundDeletion" => "What it owns goes first: look which of those objects remains.",
        "kubernetes.io/pvc-protection" => "Delete or move the pods that still use this claim.",
        "kubernetes.io/pv-protection" => "Delete the claim that is bound to this volume.",
        "service.kubernetes.io/load-balancer-cleanup" => {
            "The cloud controller has to give back the load balancer: look at this service's events and at that controller's log."
        }
        _ => {
            "Look whether the controller that owns the finalizer still runs. Remove the finalizer by hand only if it is gone for good, because then nothing cleans up."
        }
    }
}

fn namespace(namespace: &Object<'_>, waited: &str) -> Finding {
    let conditions = namespace.items_at("/status/conditions").iter();
    let open: Vec<String> = conditions
        .filter(|condition| condition.text_at("/status") == "True")
        .map(|condition| sentence(condition.text_at("/message")))
        .collect();
    let dead_api = namespace.condition("NamespaceDeletionDiscoveryFailure");
    let next_step = if dead_api.is_some_and(|condition| condition.text_at("/status") == "True") {
        "An API group does not answer, so its objects cannot be deleted: look at the API services that are not available."
    } else {
        "Look at the objects that remain: their finalizers name the controller that has to act."
    };
    Finding::new(
        Level::Warning,
        "The namespace cannot be emptied",
        format!("{waited} {}", open.join(" ")),
        next_step,
    )
}

/// Two units at most, as `3 h 12 min`.
pub(super) fn duration(seconds: i64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..86_400 => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
        _ => format!("{} d {} h", seconds / 86_400, seconds / 3600 % 24),
    }
}
