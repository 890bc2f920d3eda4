//! Why a claim has no volume.

use super::{Finding, Related, quoted};
use crate::Object;
use crate::said::{Said, say};
use model::Level;

pub(crate) fn claim(claim: &Object<'_>, related: &Related<'_>) -> Vec<Finding> {
    match claim.text_at("/status/phase") {
        "Lost" => vec![Finding::new(
            Level::Failed,
            say("finding.claim.lost.title"),
            say("finding.claim.lost.detail").with("volume", claim.text_at("/spec/volumeName")),
            say("finding.claim.lost.next"),
        )],
        "Pending" => pending(claim, related),
        _ => Vec::new(),
    }
}

fn pending(claim: &Object<'_>, related: &Related<'_>) -> Vec<Finding> {
    let class = claim.at("/spec/storageClassName").and_then(Object::text);
    let known = related.of("storageclasses").find(|known| Some(known.name()) == class);
    if let (Some(class), None, true) =
        (class.filter(|class| !class.is_empty()), known, related.has_all("storageclasses"))
    {
        return vec![Finding::new(
            Level::Failed,
            say("finding.claim.no-class.title").with("class", class),
            say("finding.claim.no-class.detail"),
            say("finding.claim.no-class.next"),
        )];
    }
    if let Some(event) = related.event(claim, &["ProvisioningFailed"], "") {
        return vec![Finding::new(
            Level::Failed,
            say("finding.claim.failed.title"),
            say("finding.provisioner-says").with("said", quoted(event.text_at("/message"))),
            say("finding.claim.failed.next"),
        )];
    }
    if related.event(claim, &["WaitForFirstConsumer"], "").is_some()
        || known.is_some_and(|class| class.text_at("/volumeBindingMode") == "WaitForFirstConsumer")
    {
        return vec![Finding::new(
            Level::Progressing,
            say("finding.claim.first-pod.title"),
            say("finding.claim.first-pod.detail"),
            say("finding.claim.first-pod.next"),
        )];
    }
    let event = related.event(claim, &["FailedBinding", "ExternalProvisioning"], "");
    vec![match event {
        Some(event) if event.text_at("/reason") == "ExternalProvisioning" => Finding::new(
            Level::Warning,
            say("finding.claim.pending.title"),
            say("finding.controller-says").with("said", quoted(event.text_at("/message"))),
            say("finding.claim.pending.next"),
        ),
        event => Finding::new(
            Level::Warning,
            say("finding.claim.none-fits.title"),
            event.map_or(Said::nothing(), |event| {
                say("finding.controller-says").with("said", quoted(event.text_at("/message"))).into()
            }),
            say("finding.claim.none-fits.next"),
        ),
    }]
}
