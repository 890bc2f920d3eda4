//! Takes snapshots of volumes, as the snapshot controller and a driver beside it do together.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Controller, Outcome, Watch};
use crate::clock::seconds_between;
use crate::objects::{Key, annotation, flag, is_deleting, name, namespace, text, time, time_at, uid};
use crate::site::{Site, ignore_missing};

const COMPONENT: &str = "snapshot-controller";
const SNAPSHOTS: &str = "volumesnapshots.snapshot.storage.k8s.io";
const CONTENTS: &str = "volumesnapshotcontents.snapshot.storage.k8s.io";
const CLASSES: &str = "volumesnapshotclasses.snapshot.storage.k8s.io";
const DEFAULT_CLASS: &str = "snapshot.storage.kubernetes.io/is-default-class";

/// How long a driver takes to copy a volume.
const TAKES: Duration = Duration::from_secs(8);
/// How long to wait before what was missing is looked for again.
const AGAIN: Duration = Duration::from_secs(15);

/// The controller of `VolumeSnapshots`, in clusters that have the kind.
pub struct Snapshots;

impl Controller for Snapshots {
    fn name(&self) -> &'static str {
        COMPONENT
    }

    fn watches(&self) -> Vec<Watch> {
        vec![
            Watch::itself(SNAPSHOTS),
            Watch { kind: CONTENTS, keys: |_, content| vec![snapshot_of(content)] },
        ]
    }

    fn reconcile(&mut self, site: &Site, key: &Key) -> Outcome {
        match site.at(SNAPSHOTS, key) {
            None => forget(site, key),
            Some(snapshot) if is_deleting(&snapshot) || flag(&snapshot, "/status/readyToUse") => Ok(None),
            Some(snapshot) => take(site, key, &snapshot),
        }
    }
}

fn snapshot_of(content: &Value) -> Key {
    let part = |member: &str| text(content, &format!("/spec/volumeSnapshotRef/{member}"));
    Key::new(part("namespace"), part("name"))
}

/// What a snapshot that is gone leaves behind goes with it, where its class says so.
fn forget(site: &Site, key: &Key) -> Outcome {
    for content in site.list_all(CONTENTS) {
        if snapshot_of(&content) == *key && text(&content, "/spec/deletionPolicy") == "Delete" {
            site.delete(CONTENTS, &Key::of(&content))?;
        }
    }
    Ok(None)
}

fn take(site: &Site, key: &Key, snapshot: &Value) -> Outcome {
    if let Some(begun) = time_at(snapshot, "/status/creationTime") {
        let passed = seconds_between(begun, site.clock.now());
        let left = TAKES.as_secs_f64() - passed;
        return if left > 0.0 {
            Ok(Some(Duration::from_secs_f64(left)))
        } else {
            finish(site, key, snapshot)
        };
    }
    match begin(site, snapshot) {
        Ok((content, size)) => {
            let bound = name(&content).to_owned();
            if let Err(status) = site.create(content)
                && status.code != 409
            {
                return Err(status);
            }
            let status = json!({
                "boundVolumeSnapshotContentName": bound, "creationTime": time(site.clock.now()),
                "readyToUse": false, "restoreSize": size,
            });
            site.write_status(SNAPSHOTS, key, status)?;
            Ok(Some(TAKES))
        }
        Err(why) => {
            site.warning(snapshot, "SnapshotContentCreationFailed", &why, COMPONENT);
            let message = format!("Failed to create snapshot content with error {why}");
            let error = json!({ "message": message, "time": time(site.clock.now()) });
            let is_new = text(snapshot, "/status/error/message") != message;
            if is_new {
                site.write_status(SNAPSHOTS, key, json!({ "readyToUse": false, "error": error }))?;
            }
            Ok(Some(AGAIN))
        }
    }
}

/// What holds the copy of a snapshot's volume, and its size; or why there is none.
fn begin(site: &Site, snapshot: &Value) -> Result<(Value, String), String> {
    let claim_name = text(snapshot, "/spec/source/persistentVolumeClaimName");
    let claim = site.get("persistentvolumeclaims", namespace(snapshot), claim_name).ok_or_else(|| {
        format!("snapshot controller failed to get claim: persistentvolumeclaim \"{claim_name}\" not found")
    })?;
    let volume = site
        .get("persistentvolumes", "", text(&claim, "/spec/volumeName"))
        .filter(|_| text(&claim, "/status/phase") == "Bound")
        .ok_or_else(|| {
            format!("the PVC {claim_name} is not yet bound to a PV, will not attempt to take a snapshot")
        })?;
    let class = class(site, snapshot)?;
    let driver = text(&class, "/driver");
    if text(&volume, "/spec/csi/driver") != driver {
        return Err(format!(
            "the volume of {claim_name} was not made by the driver {driver} of the snapshot class"
        ));
    }
    let content = json!({
        "apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshotContent",
        "metadata": { "name": format!("snapcontent-{}", uid(snapshot)) },
        "spec": {
            "driver": driver,
            "deletionPolicy": text(&class, "/deletionPolicy"),
            "volumeSnapshotClassName": name(&class),
            "source": { "volumeHandle": text(&volume, "/spec/csi/volumeHandle") },
            "volumeSnapshotRef": {
                "apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshot",
                "namespace": namespace(snapshot), "name": name(snapshot), "uid": uid(snapshot),
            },
        },
    });
    Ok((content, text(&volume, "/spec/capacity/storage").to_owned()))
}

fn class(site: &Site, snapshot: &Value) -> Result<Arc<Value>, String> {
    let wanted = text(snapshot, "/spec/volumeSnapshotClassName");
    if !wanted.is_empty() {
        let missing = || format!("volumesnapshotclass.snapshot.storage.k8s.io \"{wanted}\" not found");
        return site.get(CLASSES, "", wanted).ok_or_else(missing);
    }
    let classes = site.list_all(CLASSES);
    let usual = classes.into_iter().find(|class| annotation(class, DEFAULT_CLASS) == "true");
    usual.ok_or_else(|| "cannot find default snapshot class".to_owned())
}

fn finish(site: &Site, key: &Key, snapshot: &Value) -> Outcome {
    let content = Key::new("", text(snapshot, "/status/boundVolumeSnapshotContentName"));
    let size = crate::quantity::parse(text(snapshot, "/status/restoreSize"));
    let handle = format!("snap-{}", uid(snapshot));
    let status = json!({ "readyToUse": true, "snapshotHandle": handle, "restoreSize": size as u64 });
    // One that somebody deleted meanwhile is not waited for.
    ignore_missing(site.write_status(CONTENTS, &content, status))?;
    let mut status = snapshot["status"].clone();
    status["readyToUse"] = true.into();
    site.write_status(SNAPSHOTS, key, status)?;
    let message = format!("Snapshot {}/{} is ready to use.", key.namespace, key.name);
    site.normal(snapshot, "SnapshotReady", &message, COMPONENT);
    Ok(None)
}
