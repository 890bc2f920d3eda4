//! Earlier versions of a workload.

use super::owner_of;
use crate::parts::template_images;
use crate::tree::Gathered;
use kinds::Object;
use model::{ResourceRef, Timestamp};
use resources_contract::Revision;
use std::cmp::Reverse;

/// Where a `ReplicaSet` says which revision of its Deployment it is, and a Deployment which is in force.
const NUMBER: &str = "/metadata/annotations/deployment.kubernetes.io~1revision";

/// Earlier versions of a workload, newest first: `ReplicaSet`s of a Deployment, `ControllerRevision`s of others.
pub(super) fn revisions(resource: &ResourceRef, object: &Object<'_>, gathered: &Gathered) -> Vec<Revision> {
    let mut revisions = match resource.kind.as_str() {
        "deployments" => of_deployment(object, &owned(object, gathered, "replicasets")),
        "statefulsets" | "daemonsets" => of_set(object, &owned(object, gathered, "controllerrevisions")),
        _ => Vec::new(),
    };
    revisions.sort_by_key(|revision| Reverse(revision.number));
    revisions
}

/// What was gathered of a kind and is the object's own.
fn owned<'g>(owner: &Object<'_>, gathered: &'g Gathered, slug: &str) -> Vec<Object<'g>> {
    let of_kind = gathered.objects.iter().filter(|(kind, _)| kind == slug);
    let parsed = of_kind.filter_map(|(_, json)| Object::parse(json).ok());
    parsed.filter(|owned| owner_of(owned).is_some_and(|(.., uid)| uid == owner.uid())).collect()
}

fn of_deployment(deployment: &Object<'_>, sets: &[Object<'_>]) -> Vec<Revision> {
    let current: Option<i64> = deployment.text_at(NUMBER).parse().ok();
    let revision = |set: &Object<'_>| {
        let number = set.text_at(NUMBER).parse().ok()?;
        Some(Revision {
            number,
            current: Some(number) == current,
            created: created(set),
            images: template_images(set, "/spec/template"),
            cause: cause(set),
            pods: (
                set.number_at("/status/readyReplicas").unwrap_or(0),
                set.number_at("/spec/replicas").unwrap_or(0),
            ),
        })
    };
    sets.iter().filter_map(revision).collect()
}

fn of_set(set: &Object<'_>, controller_revisions: &[Object<'_>]) -> Vec<Revision> {
    let update = set.text_at("/status/updateRevision");
    let revision = |kept: &Object<'_>| {
        Some(Revision {
            number: kept.number_at("/revision")?,
            current: !update.is_empty() && kept.name() == update,
            created: created(kept),
            images: template_images(kept, "/data/spec/template"),
            cause: cause(kept),
            pods: (0, 0),
        })
    };
    let mut found: Vec<Revision> = controller_revisions.iter().filter_map(revision).collect();
    // A DaemonSet does not say which it is at: the newest.
    if update.is_empty()
        && let Some(newest) = found.iter_mut().max_by_key(|revision| revision.number)
    {
        newest.current = true;
    }
    found
}

fn created(object: &Object<'_>) -> Option<Timestamp> {
    kinds::seconds(object.text_at("/metadata/creationTimestamp")).map(Timestamp)
}

fn cause(object: &Object<'_>) -> String {
    object.text_at("/metadata/annotations/kubernetes.io~1change-cause").to_owned()
}
