//! Earlier versions of a workload.

use super::owner_of;
use crate::change::difference;
use crate::parts::template_images;
use crate::tree::Gathered;
use kinds::Object;
use model::{ResourceRef, Timestamp};
use resources_contract::Revision;
use std::cmp::Reverse;

/// Where a `ReplicaSet` says which revision of its Deployment it is, and a Deployment which is in force.
const NUMBER: &str = "/metadata/annotations/deployment.kubernetes.io~1revision";

/// The label by which a Deployment tells its `ReplicaSet`s apart.
const TEMPLATE_HASH: &str = "pod-template-hash";

/// Earlier versions of a workload, newest first: `ReplicaSet`s of a Deployment, `ControllerRevision`s of others.
///
/// What is `shown` already is not compared again: a revision never changes, and pages are made anew all the time.
pub(super) fn revisions(
    resource: &ResourceRef,
    object: &Object<'_>,
    gathered: &Gathered,
    shown: &[Revision],
) -> Vec<Revision> {
    let mut revisions = match resource.kind.as_str() {
        "deployments" => of_deployment(object, &owned(object, gathered, "replicasets"), shown),
        "statefulsets" | "daemonsets" => {
            of_set(object, &owned(object, gathered, "controllerrevisions"), shown)
        }
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

fn of_deployment(deployment: &Object<'_>, sets: &[Object<'_>], shown: &[Revision]) -> Vec<Revision> {
    let current: Option<i64> = deployment.text_at(NUMBER).parse().ok();
    compared(sets.iter().filter_map(|set| kept_by_set(set, current)).collect(), shown)
}

fn kept_by_set<'k>(set: &Object<'k>, current: Option<i64>) -> Option<Kept<'k>> {
    let number = set.text_at(NUMBER).parse().ok()?;
    let pods =
        (set.number_at("/status/readyReplicas").unwrap_or(0), set.number_at("/spec/replicas").unwrap_or(0));
    let images = template_images(set, "/spec/template");
    Some(Kept {
        template: template(set, "/spec/template"),
        revision: Revision { pods, images, ..bare(number, Some(number) == current, set) },
    })
}

fn of_set(set: &Object<'_>, controller_revisions: &[Object<'_>], shown: &[Revision]) -> Vec<Revision> {
    let update = set.text_at("/status/updateRevision");
    let kept = controller_revisions.iter().filter_map(|keeper| kept_by_revision(keeper, update));
    let mut found = compared(kept.collect(), shown);
    // A DaemonSet does not say which it is at: the newest.
    if update.is_empty()
        && let Some(newest) = found.iter_mut().max_by_key(|revision| revision.number)
    {
        newest.current = true;
    }
    found
}

fn kept_by_revision<'k>(keeper: &Object<'k>, update: &str) -> Option<Kept<'k>> {
    let images = template_images(keeper, "/data/spec/template");
    let is_current = !update.is_empty() && keeper.name() == update;
    Some(Kept {
        template: template(keeper, "/data/spec/template"),
        revision: Revision { images, ..bare(keeper.number_at("/revision")?, is_current, keeper) },
    })
}

/// What every object that keeps a revision tells of it.
fn bare(number: i64, current: bool, keeper: &Object<'_>) -> Revision {
    Revision {
        number,
        current,
        created: created(keeper),
        images: Vec::new(),
        cause: cause(keeper),
        pods: (0, 0),
        before: None,
        diff: Vec::new(),
    }
}

/// A revision with what its pods are made from.
struct Kept<'k> {
    revision: Revision,
    template: Object<'k>,
}

/// Each with what it has otherwise than the one before it.
fn compared(mut kept: Vec<Kept<'_>>, shown: &[Revision]) -> Vec<Revision> {
    kept.sort_by_key(|kept| kept.revision.number);
    let mut revisions: Vec<Revision> = Vec::new();
    let mut before: Option<(i64, Object<'_>)> = None;
    for Kept { mut revision, template } in kept {
        if let Some((number, earlier)) = &before {
            let now = (revision.number, Some(*number), revision.created);
            let known = shown.iter().find(|shown| (shown.number, shown.before, shown.created) == now);
            revision.before = Some(*number);
            revision.diff = known.map_or_else(|| difference(earlier, &template), |shown| shown.diff.clone());
        }
        before = Some((revision.number, template));
        revisions.push(revision);
    }
    revisions
}

/// A pod template without what controllers write into it.
fn template<'k>(keeper: &Object<'k>, path: &str) -> Object<'k> {
    let mut template = keeper.at(path).cloned().unwrap_or_default();
    let Object::Map(fields) = &mut template else { return template };
    fields.retain(|(key, _)| key != "$patch");
    let metadata = fields.iter_mut().find(|(key, _)| key == "metadata");
    if let Some((_, Object::Map(metadata))) = metadata {
        metadata.retain(|(key, _)| key != "creationTimestamp");
        for (_, labels) in metadata.iter_mut().filter(|(key, _)| key == "labels") {
            if let Object::Map(labels) = labels {
                labels.retain(|(key, _)| key != TEMPLATE_HASH);
            }
        }
    }
    template
}

fn created(object: &Object<'_>) -> Option<Timestamp> {
    kinds::seconds(object.text_at("/metadata/creationTimestamp")).map(Timestamp)
}

fn cause(object: &Object<'_>) -> String {
    object.text_at("/metadata/annotations/kubernetes.io~1change-cause").to_owned()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use resources_contract::DiffLine;

    fn changed(revision: &Revision) -> Vec<String> {
        let line = |line: &DiffLine| match line {
            DiffLine::Added(text) => Some(format!("+{}", text.trim())),
            DiffLine::Removed(text) => Some(format!("-{}", text.trim())),
            DiffLine::Same(_) | DiffLine::Gap(_) => None,
        };
        revision.diff.iter().filter_map(line).collect()
    }

    fn replica_set(number: i64, hash: &str, image: &str) -> String {
        format!(
            r#"{{"metadata":{{"annotations":{{"deployment.kubernetes.io/revision":"{number}"}}}},
                "spec":{{"replicas":2,"template":{{"metadata":{{"labels":{{"app":"web","pod-template-hash":"{hash}"}}}},
                "spec":{{"containers":[{{"name":"web","image":"{image}"}}]}}}}}}}}"#
        )
    }

    #[test]
    fn each_revision_says_what_it_has_otherwise_than_the_one_before() {
        let texts = [replica_set(4, "b", "web:2"), replica_set(2, "a", "web:1")];
        let sets: Vec<Object<'_>> =
            texts.iter().map(|text| Object::parse(text.as_bytes()).unwrap()).collect();
        let deployment = br#"{"metadata":{"annotations":{"deployment.kubernetes.io/revision":"4"}}}"#;

        let found = of_deployment(&Object::parse(deployment).unwrap(), &sets, &[]);

        let told: Vec<_> = found.iter().map(|it| (it.number, it.current, it.before)).collect();
        assert_eq!(told, [(2, false, None), (4, true, Some(2))]);
        assert_eq!(changed(&found[0]), Vec::<String>::new(), "nothing is kept from before it");
        assert_eq!(changed(&found[1]), ["-image: web:1", "+image: web:2"], "a hash is no change");
    }

    #[test]
    fn what_a_controller_revision_wraps_its_template_in_is_no_change() {
        let kept = |number: i64, image: &str| {
            format!(
                r#"{{"metadata":{{"name":"db-{number}"}},"revision":{number},"data":{{"spec":{{"template":{{"$patch":"replace",
                    "spec":{{"containers":[{{"name":"db","image":"{image}"}}]}}}}}}}}}}"#
            )
        };
        let texts = [kept(1, "db:1"), kept(2, "db:2")];
        let all: Vec<Object<'_>> = texts.iter().map(|text| Object::parse(text.as_bytes()).unwrap()).collect();

        let found = of_set(&Object::Null, &all, &[]);

        assert!(found[1].current && found[1].diff.iter().all(|line| !format!("{line:?}").contains("$patch")));
        assert_eq!(changed(&found[1]), ["-image: db:1", "+image: db:2"]);
    }
}
