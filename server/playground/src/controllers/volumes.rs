//! Brings claims and volumes together, and makes volumes where a storage class can.

use std::sync::Arc;
use std::time::Duration;

use playground_kubernetes::Status;
use serde_json::{Value, json};

use super::{Controller, Outcome, Watch};
use crate::objects::{Key, annotation, array, is_deleting, name, set, text, uid};
use crate::quantity;
use crate::selector::selects;
use crate::site::Site;

const COMPONENT: &str = "persistentvolume-controller";
const SELECTED_NODE: &str = "volume.kubernetes.io/selected-node";
const DEFAULT_CLASS: &str = "storageclass.kubernetes.io/is-default-class";

/// Volumes carry no namespace, so their keys are told from claims' by this one, which no namespace can have.
const VOLUME: &str = "/volume";

/// The controller of `PersistentVolumeClaims` and `PersistentVolumes`.
pub struct Volumes;

impl Controller for Volumes {
    fn name(&self) -> &'static str {
        COMPONENT
    }

    fn watches(&self) -> Vec<Watch> {
        vec![
            Watch { kind: "persistentvolumeclaims", keys: |_, claim| claim_keys(claim) },
            Watch { kind: "persistentvolumes", keys: |site, volume| volume_keys(site, volume) },
            Watch { kind: "storageclasses.storage.k8s.io", keys: |site, _| unbound(site) },
        ]
    }

    fn reconcile(&mut self, site: &Site, key: &Key) -> Outcome {
        if key.namespace == VOLUME { look_at_volume(site, &key.name) } else { look_at_claim(site, key) }
    }
}

fn claim_keys(claim: &Value) -> Vec<Key> {
    let volume = text(claim, "/spec/volumeName");
    let mut keys = vec![Key::of(claim)];
    if !volume.is_empty() {
        keys.push(Key::new(VOLUME, volume));
    }
    keys
}

fn volume_keys(site: &Site, volume: &Value) -> Vec<Key> {
    let mut keys = vec![Key::new(VOLUME, name(volume))];
    let reference = &volume["spec"]["claimRef"];
    if reference.is_object() {
        keys.push(Key::new(text(reference, "/namespace"), text(reference, "/name")));
    } else {
        keys.extend(unbound(site));
    }
    keys
}

fn unbound(site: &Site) -> Vec<Key> {
    let claims = site.list_all("persistentvolumeclaims");
    claims
        .iter()
        .filter(|claim| text(claim, "/status/phase") != "Bound")
        .map(|claim| Key::of(claim))
        .collect()
}

fn look_at_claim(site: &Site, key: &Key) -> Outcome {
    let Some(claim) = site.at("persistentvolumeclaims", key) else { return Ok(None) };
    if is_deleting(&claim) {
        return Ok(None);
    }
    let volume_name = text(&claim, "/spec/volumeName");
    if !volume_name.is_empty() {
        return match site.get("persistentvolumes", "", volume_name) {
            Some(volume) => bind(site, &claim, &volume),
            None => lose(site, &claim),
        };
    }
    let Some(claim) = with_default_class(site, key, claim)? else { return Ok(None) };
    if let Some(volume) = matching_volume(site, &claim) {
        return bind(site, &claim, &volume);
    }
    set_phase(site, &claim, "Pending")?;
    provision(site, &claim)
}

/// A claim that names no class gets the default one; an empty name means none is wanted.
fn with_default_class(site: &Site, key: &Key, claim: Arc<Value>) -> Result<Option<Arc<Value>>, Status> {
    if claim.pointer("/spec/storageClassName").is_some_and(|class| !class.is_null()) {
        return Ok(Some(claim));
    }
    let classes = site.list_all("storageclasses.storage.k8s.io");
    let Some(class) = classes.iter().find(|class| annotation(class, DEFAULT_CLASS) == "true") else {
        set_phase(site, &claim, "Pending")?;
        let message = "no persistent volumes available for this claim and no storage class is set";
        site.normal(&claim, "FailedBinding", message, COMPONENT);
        return Ok(None);
    };
    let class_name = name(class).to_owned();
    site.update("persistentvolumeclaims", key, |claim| claim["spec"]["storageClassName"] = class_name.into())
        .map(Some)
}

/// The smallest free volume that is large enough and of the right sort.
fn matching_volume(site: &Site, claim: &Value) -> Option<Arc<Value>> {
    let wanted = quantity::parse(text(claim, "/spec/resources/requests/storage"));
    let capacity = |volume: &Value| quantity::parse(text(volume, "/spec/capacity/storage"));
    let reserved = |volume: &Value| {
        let reference = &volume["spec"]["claimRef"];
        reference.is_null()
            || (Key::new(text(reference, "/namespace"), text(reference, "/name")) == Key::of(claim)
                && [uid(claim), ""].contains(&text(reference, "/uid")))
    };
    site.list_all("persistentvolumes")
        .into_iter()
        .filter(|volume| {
            let modes = array(volume, "/spec/accessModes");
            reserved(volume)
                && !is_deleting(volume)
                && text(volume, "/spec/storageClassName") == text(claim, "/spec/storageClassName")
                && capacity(volume) >= wanted
                && array(claim, "/spec/accessModes").iter().all(|mode| modes.contains(mode))
                && selects(&claim["spec"]["selector"], volume)
        })
        .min_by(|one, other| capacity(one).total_cmp(&capacity(other)))
}

fn bind(site: &Site, claim: &Value, volume: &Value) -> Outcome {
    let reference = json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "name": name(claim),
        "namespace": crate::objects::namespace(claim), "uid": uid(claim),
    });
    let owner = text(volume, "/spec/claimRef/uid");
    if !owner.is_empty() && owner != uid(claim) {
        return lose(site, claim);
    }
    site.update("persistentvolumes", &Key::of(volume), |volume| {
        volume["spec"]["claimRef"] = reference;
        set(volume, "/status/phase", "Bound".into());
    })?;
    let volume_name = name(volume).to_owned();
    let capacity = volume["spec"]["capacity"].clone();
    site.update("persistentvolumeclaims", &Key::of(claim), |claim| {
        claim["spec"]["volumeName"] = volume_name.into();
        set(claim, "/metadata/annotations/pv.kubernetes.io~1bind-completed", "yes".into());
        let modes = claim["spec"]["accessModes"].clone();
        claim["status"] = json!({ "phase": "Bound", "accessModes": modes, "capacity": capacity });
    })?;
    Ok(None)
}

fn lose(site: &Site, claim: &Value) -> Outcome {
    if annotation(claim, "pv.kubernetes.io/bind-completed").is_empty() {
        set_phase(site, claim, "Pending")?;
        return Ok(None);
    }
    if text(claim, "/status/phase") != "Lost" {
        set_phase(site, claim, "Lost")?;
        let message = "Bound claim has lost its PersistentVolume. Data on the volume is lost!";
        site.warning(claim, "ClaimLost", message, COMPONENT);
    }
    Ok(None)
}

fn set_phase(site: &Site, claim: &Value, phase: &str) -> Result<(), Status> {
    let mut status = claim["status"].clone();
    set(&mut status, "/phase", phase.into());
    site.write_status("persistentvolumeclaims", &Key::of(claim), status)
}

/// Makes a volume for a claim, if its class has a provisioner and does not wait for a pod.
fn provision(site: &Site, claim: &Value) -> Outcome {
    let class_name = text(claim, "/spec/storageClassName");
    if class_name.is_empty() {
        let message = "no persistent volumes available for this claim and no storage class is set";
        site.normal(claim, "FailedBinding", message, COMPONENT);
        return Ok(Some(Duration::from_secs(60)));
    }
    let Some(class) = site.get("storageclasses.storage.k8s.io", "", class_name) else {
        let message = format!("storageclass.storage.k8s.io \"{class_name}\" not found");
        site.warning(claim, "ProvisioningFailed", &message, COMPONENT);
        return Ok(Some(Duration::from_secs(60)));
    };
    let node = annotation(claim, SELECTED_NODE);
    let waits = text(&class, "/volumeBindingMode") == "WaitForFirstConsumer";
    if waits && node.is_empty() {
        let message = "waiting for first consumer to be created before binding";
        site.normal(claim, "WaitForFirstConsumer", message, COMPONENT);
        return Ok(Some(Duration::from_secs(300)));
    }
    if text(&class, "/provisioner") == "kubernetes.io/no-provisioner" {
        let message = "no persistent volumes available for this claim and no provisioner makes one";
        site.normal(claim, "FailedBinding", message, COMPONENT);
        return Ok(Some(Duration::from_secs(60)));
    }
    let volume = make_volume(claim, &class, node);
    let message = format!("Successfully provisioned volume {}", name(&volume));
    match site.create(volume) {
        Err(status) if status.code != 409 => return Err(status),
        _ => site.normal(claim, "ProvisioningSucceeded", &message, text(&class, "/provisioner")),
    }
    Ok(None)
}

fn make_volume(claim: &Value, class: &Value, node: &str) -> Value {
    let volume_name = format!("pvc-{}", uid(claim));
    let mut volume = json!({
        "apiVersion": "v1", "kind": "PersistentVolume",
        "metadata": {
            "name": volume_name,
            "annotations": { "pv.kubernetes.io/provisioned-by": text(class, "/provisioner") },
        },
        "spec": {
            "accessModes": claim["spec"]["accessModes"], "storageClassName": name(class), "volumeMode": "Filesystem",
            "capacity": { "storage": text(claim, "/spec/resources/requests/storage") },
            "persistentVolumeReclaimPolicy": class.get("reclaimPolicy").cloned().unwrap_or(json!("Delete")),
            "csi": {
                "driver": text(class, "/provisioner"), "volumeHandle": volume_name, "fsType": "ext4",
            },
            "claimRef": {
                "apiVersion": "v1", "kind": "PersistentVolumeClaim", "name": name(claim),
                "namespace": crate::objects::namespace(claim), "uid": uid(claim),
            },
        },
        "status": { "phase": "Bound" },
    });
    if !node.is_empty() && text(class, "/parameters/reach") == "node" {
        volume["spec"]["nodeAffinity"] = json!({ "required": { "nodeSelectorTerms": [{ "matchExpressions": [
            { "key": "kubernetes.io/hostname", "operator": "In", "values": [node] },
        ] }] } });
    }
    volume
}

fn look_at_volume(site: &Site, volume_name: &str) -> Outcome {
    let key = Key::new("", volume_name);
    let Some(volume) = site.at("persistentvolumes", &key) else { return Ok(None) };
    let reference = &volume["spec"]["claimRef"];
    if is_deleting(&volume) {
        return Ok(None);
    }
    if reference.is_null() {
        site.update("persistentvolumes", &key, |volume| set(volume, "/status/phase", "Available".into()))?;
        return Ok(None);
    }
    let claim = site.get("persistentvolumeclaims", text(reference, "/namespace"), text(reference, "/name"));
    let owner = text(reference, "/uid");
    if owner.is_empty() || claim.is_some_and(|claim| uid(&claim) == owner) {
        return Ok(None);
    }
    if text(&volume, "/spec/persistentVolumeReclaimPolicy") == "Delete" {
        site.delete("persistentvolumes", &key)?;
    } else {
        site.update("persistentvolumes", &key, |volume| set(volume, "/status/phase", "Released".into()))?;
    }
    Ok(None)
}
