//! `ControllerRevisions`: the remembered templates of `StatefulSets` and `DaemonSets`.

use playground_kubernetes::Status;
use serde_json::{Value, json};

use crate::objects::{Key, controller_reference, integer, is_controlled_by, name, namespace, template_hash};
use crate::site::Site;

/// The label that tells which template a pod was made from.
pub const REVISION_LABEL: &str = "controller-revision-hash";

/// Finds or makes the revision of the owner's present template, newest last; answers its name.
pub fn ensure(site: &Site, owner: &Value) -> Result<String, Status> {
    let data = json!({ "spec": { "template": marked(&owner["spec"]["template"]) } });
    let mut revisions = site.list("controllerrevisions.apps", namespace(owner));
    revisions.retain(|revision| is_controlled_by(revision, owner));
    revisions.sort_by_key(|revision| integer(revision, "/revision"));
    let newest = revisions.last().and_then(|revision| integer(revision, "/revision")).unwrap_or(0);
    if let Some(known) = revisions.iter().find(|revision| revision["data"] == data) {
        if integer(known, "/revision") != Some(newest) {
            site.update("controllerrevisions.apps", &Key::of(known), |revision| {
                revision["revision"] = (newest + 1).into();
            })?;
        }
        return Ok(name(known).to_owned());
    }
    let hash = &template_hash(&owner["spec"]["template"]);
    let mut labels = owner["spec"]["template"]["metadata"]["labels"].clone();
    labels[REVISION_LABEL] = hash.as_str().into();
    let revision_name = format!("{}-{hash}", name(owner));
    site.create(json!({
        "apiVersion": "apps/v1", "kind": "ControllerRevision",
        "metadata": {
            "name": revision_name, "namespace": namespace(owner), "labels": labels,
            "ownerReferences": [controller_reference(owner)],
        },
        "data": data, "revision": newest + 1,
    }))?;
    let kept = integer(owner, "/spec/revisionHistoryLimit").unwrap_or(10).max(0) as usize;
    for old in revisions.iter().take(revisions.len().saturating_sub(kept)) {
        site.delete("controllerrevisions.apps", &Key::of(old))?;
    }
    Ok(revision_name)
}

/// The label value for pods of a revision: a `StatefulSet`'s carries the whole name, a `DaemonSet`'s the hash.
pub fn hash_of(revision_name: &str) -> &str {
    revision_name.rsplit('-').next().unwrap_or(revision_name)
}

/// A rollback applies the data as a patch, which must replace the template, not merge into it.
fn marked(template: &Value) -> Value {
    let mut marked = template.clone();
    marked["$patch"] = "replace".into();
    marked
}
