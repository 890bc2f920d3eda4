//! Whether the data of a claim can be copied, as far as the cluster lets that be known before it is tried.

use crate::caller::ForCaller;
use crate::cluster::Cluster;
use crate::slug::built_in;
use crate::store::Store;
use kinds::Object;
use model::{KindSlug, ResourceRef};
use resources_contract::{CopyHindrance, CopyHindrances};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// How long a page waits for a kind that nobody looked at before.
const PATIENCE: Duration = Duration::from_secs(2);

const SNAPSHOT_CLASSES: &str = "volumesnapshotclasses.snapshot.storage.k8s.io";

/// What a cluster has for volumes. What it was not told in time is not known.
#[derive(Default)]
struct Storage {
    /// The claim's volume.
    volume: Option<Value>,
    /// The claim's class.
    class: Option<Value>,
    /// The CSI drivers that are installed.
    installed: Option<BTreeSet<String>>,
    /// The drivers that there are snapshot classes for.
    snapshotting: Option<BTreeSet<String>>,
}

impl ForCaller {
    /// Why no snapshot and no copy can be made of a claim; of other objects nothing. Nothing else leaves this function: whoever
    /// sees a claim may know what can be made of it, also where classes and volumes are not theirs to see.
    pub(super) async fn copying(
        &self,
        cluster: &Arc<Cluster>,
        resource: &ResourceRef,
        claim: &Object<'_>,
    ) -> CopyHindrances {
        if resource.kind.as_str() != "persistentvolumeclaims" {
            return CopyHindrances::default();
        }
        let (volumes, classes) = (built_in("persistentvolumes"), built_in("storageclasses"));
        let (drivers, snapshot_classes) = (built_in("csidrivers"), built_in(SNAPSHOT_CLASSES));
        let (volumes, classes, drivers, snapshot_classes) = tokio::join!(
            followed(cluster, &volumes),
            followed(cluster, &classes),
            followed(cluster, &drivers),
            followed(cluster, &snapshot_classes),
        );
        Storage {
            volume: volumes.and_then(|store| named(&store, claim.text_at("/spec/volumeName"))),
            class: classes.and_then(|store| named(&store, claim.text_at("/spec/storageClassName"))),
            installed: drivers.map(|store| texts(&store, "/metadata/name")),
            snapshotting: snapshot_classes.map(|store| texts(&store, "/driver")),
        }
        .hindrances()
    }
}

impl Storage {
    fn hindrances(&self) -> CopyHindrances {
        match self.driver() {
            Ok(Some(driver)) => {
                let without_class =
                    self.snapshotting.as_ref().is_some_and(|drivers| !drivers.contains(driver));
                let hindrance = || CopyHindrance::NoSnapshotClass { driver: driver.to_owned() };
                CopyHindrances { snapshot: without_class.then(hindrance), clone: None }
            }
            Ok(None) => CopyHindrances::default(),
            Err(hindrance) => CopyHindrances { snapshot: Some(hindrance.clone()), clone: Some(hindrance) },
        }
    }

    /// The driver that keeps the claim's volume or would make one, where that is known.
    fn driver(&self) -> Result<Option<&str>, CopyHindrance> {
        if let Some(volume) = &self.volume {
            let driver = volume.pointer("/spec/csi/driver").and_then(Value::as_str);
            return driver.map(Some).ok_or(CopyHindrance::NotByDriver);
        }
        let provisioner = self.class.as_ref().and_then(|class| class["provisioner"].as_str());
        let Some(provisioner) = provisioner else { return Ok(None) };
        // A driver need not enter itself; then a snapshot class that is for it tells as much.
        let has = |drivers: &Option<BTreeSet<String>>| {
            drivers.as_ref().is_some_and(|drivers| drivers.contains(provisioner))
        };
        if self.installed.is_none() || has(&self.installed) || has(&self.snapshotting) {
            return Ok(Some(provisioner));
        }
        Err(CopyHindrance::NoDriver { provisioner: provisioner.to_owned() })
    }
}

async fn followed(cluster: &Arc<Cluster>, kind: &KindSlug) -> Option<Arc<Store>> {
    tokio::time::timeout(PATIENCE, cluster.loaded(kind)).await.ok()?.ok()
}

/// The object of a name, of a kind whose objects are in no namespace.
fn named(store: &Store, name: &str) -> Option<Value> {
    let state = store.read();
    let row = state.find(None, name)?;
    state.value(&row.uid)
}

/// The texts at a JSON pointer in all objects of a kind.
fn texts(store: &Store, path: &str) -> BTreeSet<String> {
    let state = store.read();
    let text = |uid: &str| Some(state.value(uid)?.pointer(path)?.as_str()?.to_owned());
    state.rows().filter_map(|row| text(&row.uid)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const DISKS: &str = "disks.example";

    fn drivers(names: &[&str]) -> Option<BTreeSet<String>> {
        Some(names.iter().map(|name| (*name).to_owned()).collect())
    }

    fn on_disk() -> Option<Value> {
        Some(json!({"spec": {"csi": {"driver": DISKS}}}))
    }

    #[test]
    fn a_snapshot_needs_a_class_of_the_same_driver_and_a_copy_does_not() {
        let of =
            |snapshotting| Storage { volume: on_disk(), snapshotting, ..Storage::default() }.hindrances();

        assert_eq!(of(drivers(&[DISKS])), CopyHindrances::default());
        let without = of(drivers(&["other.example"]));
        assert_eq!(without.snapshot, Some(CopyHindrance::NoSnapshotClass { driver: DISKS.into() }));
        assert_eq!(without.clone, None);
        assert_eq!(of(None), CopyHindrances::default(), "what is not known hinders nothing");
    }

    #[test]
    fn a_volume_that_no_driver_keeps_is_not_copied() {
        let volume = Some(json!({"spec": {"nfs": {"server": "10.0.0.9", "path": "/tape"}}}));
        let installed = drivers(&[DISKS]);

        let found = Storage { volume, installed, ..Storage::default() }.hindrances();

        assert_eq!(
            (found.snapshot, found.clone),
            (Some(CopyHindrance::NotByDriver), Some(CopyHindrance::NotByDriver))
        );
    }

    #[test]
    fn a_claim_without_a_volume_goes_by_its_class() {
        let of = |installed, snapshotting| {
            let class = Some(json!({"provisioner": DISKS}));
            Storage { class, installed, snapshotting, volume: None }.hindrances()
        };
        let missing = Some(CopyHindrance::NoDriver { provisioner: DISKS.into() });

        let without = of(drivers(&[]), drivers(&[]));
        assert_eq!((without.snapshot, without.clone), (missing.clone(), missing));
        assert_eq!(of(drivers(&[DISKS]), drivers(&[DISKS])), CopyHindrances::default());
        assert_eq!(
            of(drivers(&[]), drivers(&[DISKS])),
            CopyHindrances::default(),
            "it entered itself nowhere"
        );
        assert_eq!(of(None, None), CopyHindrances::default());
        assert_eq!(Storage::default().hindrances(), CopyHindrances::default());
    }
}
