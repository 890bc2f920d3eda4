//! Why an extension of the API does not answer.

use super::{Finding, Related, quoted};
use crate::Object;
use crate::said::say;
use model::Level;

pub(crate) fn api_service(service: &Object<'_>, _: &Related<'_>) -> Vec<Finding> {
    let condition =
        service.condition("Available").filter(|condition| condition.text_at("/status") == "False");
    let Some(condition) = condition else { return Vec::new() };
    let behind =
        format!("{}/{}", service.text_at("/spec/service/namespace"), service.text_at("/spec/service/name"));
    let (title, next_step) = match condition.text_at("/reason") {
        "ServiceNotFound" => (say("finding.api.no-service.title"), say("finding.api.no-service.next")),
        "MissingEndpoints" | "EndpointsNotFound" => {
            (say("finding.api.no-pod.title"), say("finding.api.no-pod.next"))
        }
        "FailedDiscoveryCheck" => (say("finding.api.silent.title"), say("finding.api.silent.next")),
        _ => (say("finding.api.title"), say("finding.api.next")),
    };
    let detail =
        say("finding.api.detail").with("service", behind).with("said", quoted(condition.text_at("/message")));
    vec![Finding::new(Level::Failed, title, detail, next_step)]
}
