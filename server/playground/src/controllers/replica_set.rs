//! Keeps as many pods of one template as wished.

use std::sync::Arc;
use std::time::Duration;

use playground_kubernetes::Status;
use serde_json::{Value, json};

use super::template::{create_pod, delete_pod, pod_from};
use super::{Controller, Outcome, Watch};
use crate::objects::{
    Key, array, controller_key, controller_of, integer, is_condition_true, is_controlled_by, is_deleting,
    is_pod_active, is_pod_ready, label, remove_condition, set, set_condition, text, time_at,
};
use crate::selector::selects;
use crate::site::Site;

const COMPONENT: &str = "replicaset-controller";

/// The controller of `ReplicaSets`.
pub struct ReplicaSets;

impl Controller for ReplicaSets {
    fn name(&self) -> &'static str {
        COMPONENT
    }

    fn watches(&self) -> Vec<Watch> {
        vec![
            Watch::itself("replicasets.apps"),
            Watch { kind: "pods", keys: |site, pod| owner_or_candidates(site, pod) },
        ]
    }

    fn reconcile(&mut self, site: &Site, key: &Key) -> Outcome {
        let Some(set) = site.at("replicasets.apps", key) else { return Ok(None) };
        if is_deleting(&set) {
            return Ok(None);
        }
        adopt(site, &set)?;
        let pods = owned_pods(site, &set);
        let result = scale(site, &set, &pods);
        write_status(site, &set, result.as_ref().err())?;
        let minimum_ready = integer(&set, "/spec/minReadySeconds").unwrap_or(0);
        result.map(|()| (minimum_ready > 0).then(|| Duration::from_secs(minimum_ready.unsigned_abs())))
    }
}

fn owner_or_candidates(site: &Site, pod: &Value) -> Vec<Key> {
    if controller_of(pod).is_some() {
        return controller_key(pod, "ReplicaSet").into_iter().collect();
    }
    let sets = site.list("replicasets.apps", crate::objects::namespace(pod));
    sets.iter().filter(|set| selects(&set["spec"]["selector"], pod)).map(|set| Key::of(set)).collect()
}

/// Pods without a controller that the selector selects become the set's own.
fn adopt(site: &Site, set: &Value) -> Result<(), Status> {
    for pod in site.list("pods", crate::objects::namespace(set)) {
        let orphan = controller_of(&pod).is_none() && is_pod_active(&pod);
        if orphan && selects(&set["spec"]["selector"], &pod) {
            let reference = crate::objects::controller_reference(set);
            site.update("pods", &Key::of(&pod), |pod| {
                let mut owners = array(pod, "/metadata/ownerReferences").to_vec();
                owners.push(reference);
                crate::objects::set(pod, "/metadata/ownerReferences", owners.into());
            })?;
        }
    }
    Ok(())
}

/// The pods a workload manages, whatever their state.
pub fn owned_pods(site: &Site, owner: &Value) -> Vec<Arc<Value>> {
    let mut pods = site.list("pods", crate::objects::namespace(owner));
    pods.retain(|pod| is_controlled_by(pod, owner));
    pods
}

fn scale(site: &Site, set: &Value, pods: &[Arc<Value>]) -> Result<(), Status> {
    let mut active: Vec<_> = pods.iter().filter(|pod| is_pod_active(pod)).collect();
    let wished = integer(set, "/spec/replicas").unwrap_or(1).max(0) as usize;
    for _ in active.len()..wished {
        create_pod(site, pod_from(&set["spec"]["template"], set), set, COMPONENT)?;
    }
    active.sort_by_key(|pod| deletion_rank(pod));
    let surplus = active.len().saturating_sub(wished);
    for pod in active.into_iter().take(surplus) {
        delete_pod(site, pod, set, COMPONENT)?;
    }
    Ok(())
}

/// Which pods go first: unassigned, then pending, then not ready, then cheap, then young ones.
fn deletion_rank(pod: &Value) -> (bool, bool, bool, i64, i64, String) {
    let cost =
        crate::objects::annotation(pod, "controller.kubernetes.io/pod-deletion-cost").parse().unwrap_or(0);
    let created = time_at(pod, "/metadata/creationTimestamp").map_or(0, jiff::Timestamp::as_second);
    (
        !text(pod, "/spec/nodeName").is_empty(),
        text(pod, "/status/phase") != "Pending",
        is_pod_ready(pod),
        cost,
        -created,
        crate::objects::name(pod).to_owned(),
    )
}

fn write_status(site: &Site, set: &Value, refusal: Option<&Status>) -> Result<(), Status> {
    let pods = owned_pods(site, set);
    let active: Vec<_> = pods.iter().filter(|pod| is_pod_active(pod)).collect();
    let ready = active.iter().filter(|pod| is_pod_ready(pod)).count();
    let minimum_ready = integer(set, "/spec/minReadySeconds").unwrap_or(0);
    let labels = &set["spec"]["template"]["metadata"]["labels"];
    let labelled = active
        .iter()
        .filter(|pod| crate::objects::texts(labels, "").all(|(key, value)| label(pod, key) == value));
    let mut status = set["status"].clone();
    crate::objects::set(&mut status, "/replicas", active.len().into());
    crate::objects::set(&mut status, "/fullyLabeledReplicas", labelled.count().into());
    crate::objects::set(&mut status, "/readyReplicas", ready.into());
    let available = active.iter().filter(|pod| is_available(site, pod, minimum_ready)).count();
    crate::objects::set(&mut status, "/availableReplicas", available.into());
    set_generation(&mut status, set);
    match refusal {
        // Each refusal names another pod; writing it anew would wake this controller at once, again and again.
        Some(_) if is_condition_true(set, "ReplicaFailure") => {}
        Some(refusal) => {
            let now = site.clock.now();
            set_condition(&mut status, "ReplicaFailure", "True", "FailedCreate", &refusal.message, now);
        }
        None => remove_condition(&mut status, "ReplicaFailure"),
    }
    site.write_status("replicasets.apps", &Key::of(set), status)
}

/// Whether a pod has been ready for long enough.
pub fn is_available(site: &Site, pod: &Value, minimum_ready_seconds: i64) -> bool {
    if !is_pod_ready(pod) {
        return false;
    }
    let since = crate::objects::condition(pod, "Ready")
        .and_then(|condition| time_at(condition, "/lastTransitionTime"))
        .unwrap_or_default();
    minimum_ready_seconds == 0
        || crate::clock::seconds_between(since, site.clock.now()) >= minimum_ready_seconds as f64
}

/// Notes which version of the spec a status is about.
pub fn set_generation(status: &mut Value, object: &Value) {
    set(status, "/observedGeneration", object.pointer("/metadata/generation").cloned().unwrap_or(json!(1)));
}
