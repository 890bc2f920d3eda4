//! Pods with a name and a disk of their own, started and replaced in order.

use std::collections::BTreeMap;
use std::sync::Arc;

use playground_kubernetes::Status;
use serde_json::{Value, json};

use super::replica_set::{is_available, owned_pods, set_generation};
use super::revision::{self, REVISION_LABEL};
use super::template::{create_pod, delete_pod, pod_from};
use super::{Controller, Outcome, Watch};
use crate::objects::{
    Key, array, controller_key, integer, is_deleting, is_pod_finished, is_pod_ready, label, name, namespace,
    set, text,
};
use crate::site::Site;

const COMPONENT: &str = "statefulset-controller";

/// The controller of `StatefulSets`.
pub struct StatefulSets;

impl Controller for StatefulSets {
    fn name(&self) -> &'static str {
        COMPONENT
    }

    fn watches(&self) -> Vec<Watch> {
        vec![
            Watch::itself("statefulsets.apps"),
            Watch { kind: "pods", keys: |_, pod| controller_key(pod, "StatefulSet").into_iter().collect() },
        ]
    }

    fn reconcile(&mut self, site: &Site, key: &Key) -> Outcome {
        let Some(set) = site.at("statefulsets.apps", key) else { return Ok(None) };
        if is_deleting(&set) {
            return Ok(None);
        }
        let revision = revision::ensure(site, &set)?;
        let result = step(site, &set, &revision);
        write_status(site, &set, &revision)?;
        result.map(|()| None)
    }
}

fn ordinal(pod: &Value) -> i64 {
    name(pod).rsplit('-').next().and_then(|number| number.parse().ok()).unwrap_or(-1)
}

fn by_ordinal(site: &Site, set: &Value) -> BTreeMap<i64, Arc<Value>> {
    owned_pods(site, set).into_iter().map(|pod| (ordinal(&pod), pod)).collect()
}

/// Does what may be done now: one pod at a time, unless the set allows it in parallel.
fn step(site: &Site, set: &Value, revision: &str) -> Result<(), Status> {
    let start = integer(set, "/spec/ordinals/start").unwrap_or(0);
    let end = start + integer(set, "/spec/replicas").unwrap_or(1);
    let in_order = text(set, "/spec/podManagementPolicy") != "Parallel";
    let pods = by_ordinal(site, set);
    for ordinal in start..end {
        match pods.get(&ordinal) {
            None => create(site, set, ordinal, revision)?,
            Some(pod) if is_pod_finished(pod) && !is_deleting(pod) => delete_pod(site, pod, set, COMPONENT)?,
            Some(pod) if is_pod_ready(pod) && !is_deleting(pod) => continue,
            Some(_) => {}
        }
        if in_order {
            return Ok(());
        }
    }
    for (_, pod) in pods.iter().rev().filter(|(ordinal, _)| **ordinal >= end || **ordinal < start) {
        if !is_deleting(pod) {
            delete_pod(site, pod, set, COMPONENT)?;
        }
        if in_order {
            return Ok(());
        }
    }
    update(site, set, revision, &pods)
}

/// Replaces the highest pod of an older revision, when all others are well.
fn update(site: &Site, set: &Value, revision: &str, pods: &BTreeMap<i64, Arc<Value>>) -> Result<(), Status> {
    if text(set, "/spec/updateStrategy/type") == "OnDelete" {
        return Ok(());
    }
    let partition = integer(set, "/spec/updateStrategy/rollingUpdate/partition").unwrap_or(0);
    for (_, pod) in pods.iter().rev().filter(|(ordinal, _)| **ordinal >= partition) {
        if is_deleting(pod) {
            return Ok(());
        }
        if label(pod, REVISION_LABEL) != revision {
            return delete_pod(site, pod, set, COMPONENT);
        }
        if !is_pod_ready(pod) {
            return Ok(());
        }
    }
    Ok(())
}

fn create(site: &Site, set: &Value, ordinal: i64, revision: &str) -> Result<(), Status> {
    let pod_name = format!("{}-{ordinal}", name(set));
    let mut pod = pod_from(&set["spec"]["template"], set);
    pod["metadata"]["name"] = pod_name.as_str().into();
    pod["metadata"]["labels"]["apps.kubernetes.io/pod-index"] = ordinal.to_string().into();
    pod["metadata"]["labels"]["statefulset.kubernetes.io/pod-name"] = pod_name.as_str().into();
    pod["metadata"]["labels"][REVISION_LABEL] = revision.into();
    pod["spec"]["hostname"] = pod_name.as_str().into();
    if let Some(service) = set.pointer("/spec/serviceName") {
        pod["spec"]["subdomain"] = service.clone();
    }
    let mut volumes = array(&pod, "/spec/volumes").to_vec();
    for template in array(set, "/spec/volumeClaimTemplates") {
        let claim = format!("{}-{pod_name}", name(template));
        ensure_claim(site, set, template, &claim)?;
        volumes.retain(|volume| text(volume, "/name") != name(template));
        volumes.push(json!({ "name": name(template), "persistentVolumeClaim": { "claimName": claim } }));
    }
    if !volumes.is_empty() {
        pod["spec"]["volumes"] = volumes.into();
    }
    create_pod(site, pod, set, COMPONENT)
}

fn ensure_claim(site: &Site, set: &Value, template: &Value, claim: &str) -> Result<(), Status> {
    if site.get("persistentvolumeclaims", namespace(set), claim).is_some() {
        return Ok(());
    }
    let mut made = json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim",
        "metadata": {
            "name": claim, "namespace": namespace(set), "labels": set["spec"]["selector"]["matchLabels"],
        },
        "spec": template["spec"],
    });
    if let Some(annotations) = template.pointer("/metadata/annotations") {
        made["metadata"]["annotations"] = annotations.clone();
    }
    site.create(made)?;
    let message = format!("create Claim {claim} for {} success", name(template));
    site.normal(set, "SuccessfulCreate", &message, COMPONENT);
    Ok(())
}

fn write_status(site: &Site, set: &Value, revision: &str) -> Result<(), Status> {
    let pods: Vec<_> = owned_pods(site, set).into_iter().filter(|pod| !is_pod_finished(pod)).collect();
    let minimum_ready = integer(set, "/spec/minReadySeconds").unwrap_or(0);
    let count = |test: &dyn Fn(&Value) -> bool| pods.iter().filter(|pod| test(pod)).count();
    let updated = count(&|pod| label(pod, REVISION_LABEL) == revision);
    let before = text(set, "/status/currentRevision");
    let complete = updated == pods.len() && count(&is_pod_ready) == pods.len();
    let current = if complete || before.is_empty() { revision } else { before };
    let mut status = set["status"].clone();
    for (field, number) in [
        ("replicas", pods.len()),
        ("readyReplicas", count(&is_pod_ready)),
        ("availableReplicas", count(&|pod| is_available(site, pod, minimum_ready))),
        ("currentReplicas", count(&|pod| label(pod, REVISION_LABEL) == current)),
        ("updatedReplicas", updated),
    ] {
        self::set(&mut status, &format!("/{field}"), number.into());
    }
    self::set(&mut status, "/currentRevision", current.into());
    self::set(&mut status, "/updateRevision", revision.into());
    self::set(&mut status, "/collisionCount", 0.into());
    set_generation(&mut status, set);
    site.write_status("statefulsets.apps", &Key::of(set), status)
}
