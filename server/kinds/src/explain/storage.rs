//! Why a claim has no volume.

use super::{Finding, Related, quoted};
use crate::Object;
use model::Level;

pub(crate) fn claim(claim: &Object<'_>, related: &Related<'_>) -> Vec<Finding> {
    match claim.text_at("/status/phase") {
        "Lost" => vec![Finding::new(
            Level::Failed,
            "Its volume is gone",
            format!(
                "The volume {} does not exist any more; pods cannot use the claim.",
                claim.text_at("/spec/volumeName")
            ),
            "Restore the volume from a snapshot or backup. If the data is not needed, delete the claim and make it again.",
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
            format!("The storage class {class} does not exist"),
            "Nobody makes volumes for it, so the claim waits for ever unless somebody makes a fitting volume by hand.",
            "Make the claim again with a storage class that exists: the class of a claim cannot be changed.",
        )];
    }
    if let Some(event) = related.event(claim, &["ProvisioningFailed"], "") {
        return vec![Finding::new(
            Level::Failed,
            "The volume cannot be made",
            format!("The provisioner says: {}.", quoted(event.text_at("/message"))),
            "Correct what the message names: size, zone, quota at the provider, or parameters of the storage class.",
        )];
    }
    if related.event(claim, &["WaitForFirstConsumer"], "").is_some()
        || known.is_some_and(|class| class.text_at("/volumeBindingMode") == "WaitForFirstConsumer")
    {
        return vec![Finding::new(
            Level::Progressing,
            "It waits for the first pod that uses it",
            "The storage class makes volumes only where a pod needs them.",
            "Nothing is wrong: start a pod that uses it.",
        )];
    }
    let event = related.event(claim, &["FailedBinding", "ExternalProvisioning"], "");
    vec![match event {
        Some(event) if event.text_at("/reason") == "ExternalProvisioning" => Finding::new(
            Level::Warning,
            "Its provisioner has not made the volume yet",
            format!("The controller says: {}.", quoted(event.text_at("/message"))),
            "If it stays so, look whether the driver's controller runs.",
        ),
        event => Finding::new(
            Level::Warning,
            "No volume fits it",
            event.map_or(String::new(), |event| {
                format!("The controller says: {}.", quoted(event.text_at("/message")))
            }),
            "Make a volume of at least this size with these access modes, or name a storage class that makes volumes.",
        ),
    }]
}
