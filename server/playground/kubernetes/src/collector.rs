//! Deletion: finalizers, grace periods, and what happens to owned objects.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::cluster::{Cluster, DeleteOptions, Propagation};
use crate::object::Object;
use crate::registry::Kind;
use crate::storage::Location;

const FOREGROUND: &str = "foregroundDeletion";
const ORPHAN: &str = "orphan";

/// Enters the deletion in the object's metadata.
pub(crate) fn mark(kind: &Kind, object: &mut Value, options: &DeleteOptions) {
    let grace = grace_period(kind, object, options);
    let is_first = object["metadata"]["deletionTimestamp"].is_null();
    if is_first && crate::custom::is_definition(kind) {
        crate::custom::hold(object);
    }
    let metadata = &mut object["metadata"];
    if is_first || metadata["deletionGracePeriodSeconds"].as_i64() > Some(grace) {
        let end = Timestamp::now() + SignedDuration::from_secs(grace);
        metadata["deletionTimestamp"] = json!(end.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
        metadata["deletionGracePeriodSeconds"] = json!(grace);
    }
    if let Some(propagation) = options.propagation {
        remember_propagation(metadata, propagation);
    }
    if kind.kind == "Namespace" {
        object["status"]["phase"] = json!("Terminating");
    }
}

/// Says by a finalizer what is to happen to owned objects, however long other finalizers hold their owner.
fn remember_propagation(metadata: &mut Value, propagation: Propagation) {
    let mut finalizers = metadata["finalizers"].as_array().cloned().unwrap_or_default();
    finalizers.retain(|one| one != FOREGROUND && one != ORPHAN);
    match propagation {
        Propagation::Background => {}
        Propagation::Foreground => finalizers.push(json!(FOREGROUND)),
        Propagation::Orphan => finalizers.push(json!(ORPHAN)),
    }
    if !finalizers.is_empty() || metadata["finalizers"].is_array() {
        metadata["finalizers"] = Value::Array(finalizers);
    }
}

fn grace_period(kind: &Kind, object: &Value, options: &DeleteOptions) -> i64 {
    if kind.kind != "Pod" || kind.custom {
        return 0;
    }
    let unscheduled = object["spec"]["nodeName"].as_str().unwrap_or_default().is_empty();
    let ended = matches!(object["status"]["phase"].as_str(), Some("Succeeded" | "Failed"));
    if unscheduled || ended {
        return 0;
    }
    let wished = object["spec"]["terminationGracePeriodSeconds"].as_i64().unwrap_or(30);
    options.grace_period_seconds.unwrap_or(wished).max(0)
}

/// Whether nothing holds an object that is being deleted.
pub(crate) fn may_go(kind: &Kind, object: &Value) -> bool {
    let metadata = &object["metadata"];
    let empty = |list: &Value| list.as_array().is_none_or(Vec::is_empty);
    !metadata["deletionTimestamp"].is_null()
        && empty(&metadata["finalizers"])
        && metadata["deletionGracePeriodSeconds"].as_i64().unwrap_or(0) == 0
        && (kind.kind != "Namespace" || empty(&object["spec"]["finalizers"]))
}

/// Removes the object for good, and lets go or deletes what it owned.
pub(crate) fn finish(cluster: &Cluster, kind: &Arc<Kind>, key: &str) -> Option<Arc<Object>> {
    let gone = cluster.inner.state.write().remove(kind, key)?;
    if crate::custom::is_definition(kind) {
        crate::custom::withdraw(cluster, gone.name());
    }
    if kind.custom {
        crate::custom::let_go(cluster, &kind.resource());
    }
    let dependents = cluster.inner.state.read().dependents(gone.uid());
    for dependent in dependents {
        lose_owner(cluster, &dependent, gone.uid());
    }
    for owner in gone.owners() {
        continue_foreground(cluster, owner);
    }
    Some(gone)
}

/// After an object was marked: foreground deletion begins with what it owns, orphaning lets it go.
pub(crate) fn after_mark(cluster: &Cluster, kind: &Arc<Kind>, object: &Arc<Object>) {
    let value = object.parse();
    let finalizers = value["metadata"]["finalizers"].as_array().cloned().unwrap_or_default();
    if finalizers.iter().any(|one| one == ORPHAN) {
        orphan(cluster, object.uid());
        drop_finalizer(cluster, kind, object, ORPHAN);
    }
    if crate::custom::is_definition(kind) {
        crate::custom::clean_up(cluster, object.name());
    }
    if finalizers.iter().any(|one| one == FOREGROUND) {
        for dependent in blocking_dependents(cluster, object.uid()) {
            delete_at(cluster, &dependent, Propagation::Foreground);
        }
        continue_foreground(cluster, object.uid());
    }
}

/// An object created for an owner that is gone already goes too.
pub(crate) fn after_create(cluster: &Cluster, kind: &Arc<Kind>, object: &Object) {
    if object.owners().is_empty() {
        return;
    }
    let state = cluster.inner.state.read();
    let orphaned = object.owners().iter().all(|owner| state.find_uid(owner).is_none());
    drop(state);
    if orphaned {
        let options =
            DeleteOptions { propagation: Some(Propagation::Background), ..DeleteOptions::default() };
        // It may have gone by itself in the meantime.
        cluster.remove(kind, object.namespace(), object.name(), &options).ok();
    }
}

/// Takes the owner out of everything it owns.
fn orphan(cluster: &Cluster, owner: &str) {
    let dependents = cluster.inner.state.read().dependents(owner);
    for dependent in dependents {
        remove_reference(cluster, &dependent, owner);
    }
}

fn lose_owner(cluster: &Cluster, dependent: &Location, owner: &str) {
    let state = cluster.inner.state.read();
    let Some(object) = state.at(dependent) else { return };
    let others = object.owners().iter().any(|other| &**other != owner && state.find_uid(other).is_some());
    drop(state);
    if others {
        remove_reference(cluster, dependent, owner);
    } else {
        delete_at(cluster, dependent, Propagation::Background);
    }
}

fn remove_reference(cluster: &Cluster, dependent: &Location, owner: &str) {
    let found = cluster.inner.state.read().at(dependent).cloned();
    if let Some(object) = found {
        let change = |value: &mut Value| {
            let Some(metadata) = value["metadata"].as_object_mut() else { return };
            if let Some(owners) = metadata.get_mut("ownerReferences").and_then(Value::as_array_mut) {
                owners.retain(|reference| reference["uid"] != owner);
                if owners.is_empty() {
                    metadata.remove("ownerReferences");
                }
            }
        };
        // A dependent that disappeared needs no letting go.
        cluster.update(&dependent.resource, object.namespace(), object.name(), change).ok();
    }
}

fn delete_at(cluster: &Cluster, location: &Location, propagation: Propagation) {
    let found = cluster.inner.state.read().at(location).cloned();
    if let (Some(object), Ok(kind)) = (found, cluster.kind(&location.resource)) {
        let options = DeleteOptions { propagation: Some(propagation), ..DeleteOptions::default() };
        // Gone already is as good as deleted.
        cluster.remove(&kind, object.namespace(), object.name(), &options).ok();
    }
}

/// The owned objects that say their owner has to wait for them.
fn blocking_dependents(cluster: &Cluster, owner: &str) -> Vec<Location> {
    let state = cluster.inner.state.read();
    let blocks = |location: &Location| {
        let Some(object) = state.at(location) else { return false };
        let object = object.parse();
        let references = object["metadata"]["ownerReferences"].as_array().cloned().unwrap_or_default();
        references.iter().any(|one| one["uid"] == owner && one["blockOwnerDeletion"] == true)
    };
    state.dependents(owner).into_iter().filter(blocks).collect()
}

/// Lets an owner go once nothing that blocks its deletion is left.
fn continue_foreground(cluster: &Cluster, owner: &str) {
    let found = {
        let state = cluster.inner.state.read();
        state
            .find_uid(owner)
            .and_then(|location| Some((location.resource.clone(), state.at(location)?.clone())))
    };
    let Some((resource, object)) = found else { return };
    let value = object.parse();
    let waits = !value["metadata"]["deletionTimestamp"].is_null()
        && value["metadata"]["finalizers"]
            .as_array()
            .is_some_and(|list| list.iter().any(|one| one == FOREGROUND));
    if waits
        && blocking_dependents(cluster, owner).is_empty()
        && let Ok(kind) = cluster.kind(&resource)
    {
        drop_finalizer(cluster, &kind, &object, FOREGROUND);
    }
}

fn drop_finalizer(cluster: &Cluster, kind: &Kind, object: &Object, finalizer: &str) {
    let change = |value: &mut Value| {
        if let Some(finalizers) = value["metadata"]["finalizers"].as_array_mut() {
            finalizers.retain(|one| one != finalizer);
        }
    };
    // Somebody else may have let it go first.
    cluster.update(&kind.resource(), object.namespace(), object.name(), change).ok();
}
