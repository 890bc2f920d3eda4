//! Why a gateway does not take a route.

use super::{Finding, Related, quoted};
use crate::Object;
use crate::said::say;
use model::Level;

/// Reasons of the Gateway API, what each means, what to do.
static CAUSES: [(&str, &str, &str); 6] = [
    ("BackendNotFound", "finding.route.no-backend.title", "finding.route.no-backend.next"),
    ("InvalidKind", "finding.route.kind.title", "finding.route.kind.next"),
    ("NoMatchingListenerHostname", "finding.route.hostname.title", "finding.route.hostname.next"),
    ("NoMatchingParent", "finding.route.listener.title", "finding.route.listener.next"),
    ("NotAllowedByListeners", "finding.route.namespace.title", "finding.route.namespace.next"),
    ("RefNotPermitted", "finding.route.grant.title", "finding.route.grant.next"),
];

/// Routes: what each of its gateways refuses.
pub(crate) fn route(route: &Object<'_>, _: &Related<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for parent in route.items_at("/status/parents") {
        let gateway = parent.text_at("/parentRef/name");
        for condition in parent.items_at("/conditions") {
            let is_refusal = matches!(condition.text_at("/type"), "Accepted" | "ResolvedRefs")
                && condition.text_at("/status") == "False";
            let known = CAUSES.iter().find(|(reason, ..)| *reason == condition.text_at("/reason"));
            let Some((_, title, next_step)) = known.filter(|_| is_refusal) else { continue };
            let said = say("finding.gateway-says")
                .with("gateway", gateway)
                .with("said", quoted(condition.text_at("/message")));
            findings.push(Finding::new(Level::Failed, say(title), said, say(next_step)));
        }
    }
    findings
}
