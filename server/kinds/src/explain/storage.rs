//! Why a claim has no volume or no larger one, a volume is of no use, and a snapshot is not taken.

use super::{Finding, Related, quoted};
use crate::Object;
use crate::builtin::{condition_state, sentence};
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
        "Bound" => growing(claim, related).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// What keeps a claim from the size that it should have.
fn growing(claim: &Object<'_>, related: &Related<'_>) -> Option<Finding> {
    let waits_for_pod = condition_state(claim, "FileSystemResizePending") == "True";
    let is_growing = waits_for_pod
        || condition_state(claim, "Resizing") == "True"
        || !claim.entries_at("/status/allocatedResourceStatuses").is_empty();
    let failed = related.event(claim, &["VolumeResizeFailed", "FileSystemResizeFailed"], "");
    if let Some(event) = failed.filter(|_| is_growing) {
        return Some(Finding::new(
            Level::Failed,
            say("finding.claim.not-enlarged.title"),
            say("finding.controller-says").with("said", quoted(event.text_at("/message"))),
            say("finding.claim.not-enlarged.next"),
        ));
    }
    waits_for_pod.then(|| {
        Finding::new(
            Level::Progressing,
            say("finding.claim.file-system.title"),
            say("finding.claim.file-system.detail"),
            say("finding.claim.file-system.next"),
        )
    })
}

/// Volumes whose claim is gone.
pub(crate) fn volume(volume: &Object<'_>, related: &Related<'_>) -> Vec<Finding> {
    let is_kept = volume.text_at("/spec/persistentVolumeReclaimPolicy") == "Retain";
    match volume.text_at("/status/phase") {
        "Released" if is_kept => vec![Finding::new(
            Level::Warning,
            say("finding.volume.kept.title"),
            say("finding.volume.kept.detail"),
            say("finding.volume.kept.next"),
        )],
        phase @ ("Released" | "Failed") => {
            let event = related.event(volume, &["VolumeFailedDelete", "VolumeFailedRecycle"], "");
            let detail = event.map_or_else(
                || Said::from(sentence(volume.text_at("/status/message"))),
                |event| say("finding.controller-says").with("said", quoted(event.text_at("/message"))).into(),
            );
            let level = if phase == "Failed" { Level::Failed } else { Level::Warning };
            let title = say("finding.volume.not-deleted.title");
            vec![Finding::new(level, title, detail, say("finding.volume.not-deleted.next"))]
        }
        _ => Vec::new(),
    }
}

/// Snapshots that the driver cannot take.
pub(crate) fn snapshot(snapshot: &Object<'_>, _: &Related<'_>) -> Vec<Finding> {
    let error = snapshot.at("/status/error").into_iter();
    let finding = |error: &Object<'_>| {
        Finding::new(
            Level::Failed,
            say("finding.snapshot.title"),
            say("finding.controller-says").with("said", quoted(error.text_at("/message"))),
            say("finding.snapshot.next"),
        )
    };
    error.map(finding).collect()
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
    let waits = related.event(claim, &["WaitForFirstConsumer", "WaitForPodScheduled"], "");
    if let Some(event) = waits.filter(|event| event.text_at("/reason") == "WaitForPodScheduled") {
        return vec![Finding::new(
            Level::Progressing,
            say("finding.claim.unplaced-pod.title"),
            say("finding.controller-says").with("said", quoted(event.text_at("/message"))),
            say("finding.claim.unplaced-pod.next"),
        )];
    }
    if waits.is_some()
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
