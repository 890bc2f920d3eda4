//! What pods keep.

use super::shared::{refers, sentence, terminating, words, yes};
use crate::column::{
    age, cluster_wide, count, flag, function, list, pairs, quantity_of, same_namespace, status, text, used_by,
};
use crate::said::say;
use crate::{Field, Health, Interner, Kind, Menu, Object, Relation, explain};
use model::{Level, Unit};

pub(super) fn persistent_volume_claims() -> Kind {
    Kind {
        menu: Menu::Storage,
        aliases: words(["pvc"]),
        status: Some(claim_status),
        explain: Some(explain::storage::claim),
        columns: vec![
            status(),
            quantity_of("capacity", "/status/capacity/storage", Unit::Bytes),
            quantity_of("requested", "/spec/resources/requests/storage", Unit::Bytes),
            list("access_modes", "/spec/accessModes/*"),
            cluster_wide("storage_class", "storageclasses", "/spec/storageClassName"),
            used_by("in_use_by", "pods", "volume_claims"),
            cluster_wide("volume", "persistentvolumes", "/spec/volumeName"),
            text("volume_mode", "/spec/volumeMode").hidden(),
            age(),
        ],
        relations: vec![
            refers("persistentvolumes", "/spec/volumeName"),
            refers("storageclasses", "/spec/storageClassName"),
            Relation::RefersToAny { path: "/spec/dataSource" },
        ],
        search: words(["/spec/volumeName", "/spec/storageClassName"]),
        ..Kind::plain("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims")
    }
}

fn claim_status(claim: &Object<'_>) -> Health {
    if let Some(status) = terminating(claim) {
        return status;
    }
    let resizing = |condition: &&Object<'_>| {
        condition.text_at("/status") == "True"
            && matches!(condition.text_at("/type"), "Resizing" | "FileSystemResizePending")
    };
    match claim.text_at("/status/phase") {
        "Bound" => match claim.items_at("/status/conditions").iter().find(resizing) {
            Some(condition) => Health::new(Level::Progressing, condition.text_at("/type"))
                .because(sentence(condition.text_at("/message"))),
            None => Health::new(Level::Healthy, "Bound"),
        },
        "Lost" => Health::new(Level::Failed, "Lost").because(say("reason.claim.lost")),
        _ => Health::new(Level::Progressing, "Pending").because(say("reason.claim.waits")),
    }
}

pub(super) fn persistent_volumes() -> Kind {
    Kind {
        namespaced: false,
        menu: Menu::Storage,
        aliases: words(["pv"]),
        status: Some(volume_status),
        explain: Some(explain::storage::volume),
        columns: vec![
            status(),
            quantity_of("capacity", "/spec/capacity/storage", Unit::Bytes),
            list("access_modes", "/spec/accessModes/*"),
            text("reclaim_policy", "/spec/persistentVolumeReclaimPolicy"),
            function("claim", claim),
            cluster_wide("storage_class", "storageclasses", "/spec/storageClassName"),
            function("driver", driver),
            text("volume_mode", "/spec/volumeMode").hidden(),
            age(),
        ],
        relations: vec![
            Relation::Refers {
                slug: "persistentvolumeclaims",
                path: "/spec/claimRef/name",
                namespace: Some("/spec/claimRef/namespace"),
            },
            refers("storageclasses", "/spec/storageClassName"),
        ],
        search: words(["/spec/claimRef/name", "/spec/csi/volumeHandle", "/spec/csi/driver"]),
        ..Kind::plain("", "v1", "PersistentVolume", "persistentvolumes")
    }
}

fn volume_status(volume: &Object<'_>) -> Health {
    let message = sentence(volume.text_at("/status/message"));
    terminating(volume).unwrap_or_else(|| match volume.text_at("/status/phase") {
        "Bound" => Health::new(Level::Healthy, "Bound"),
        "Available" => Health::new(Level::Healthy, "Available"),
        "Released" => Health::new(Level::Warning, "Released").because(say("reason.volume.released")),
        "Failed" => Health::new(Level::Failed, "Failed").because(message),
        _ => Health::new(Level::Progressing, "Pending").because(message),
    })
}

fn claim(volume: &Object<'_>, interner: &mut Interner) -> Field {
    let namespace = volume.at("/spec/claimRef/namespace").and_then(Object::text);
    interner.object_field("persistentvolumeclaims", namespace, volume.text_at("/spec/claimRef/name"))
}

/// The driver of a volume, or the kind of volume for those without one.
fn driver(volume: &Object<'_>, interner: &mut Interner) -> Field {
    const SOURCES: [&str; 6] = ["hostPath", "local", "nfs", "iscsi", "fc", "cephfs"];
    match volume.text_at("/spec/csi/driver") {
        "" => {
            let spec = volume.entries_at("/spec");
            let source = spec.iter().find(|(key, _)| SOURCES.contains(&key.as_ref()));
            source.map_or(Field::None, |(key, _)| interner.text_field(key))
        }
        driver => interner.text_field(driver),
    }
}

/// Yes for a class that claims take which name none.
fn default_class(class: &Object<'_>, _: &mut Interner) -> Field {
    yes(class, "/metadata/annotations/storageclass.kubernetes.io~1is-default-class")
}

pub(super) fn storage_classes() -> Kind {
    Kind {
        namespaced: false,
        menu: Menu::Storage,
        aliases: words(["sc"]),
        columns: vec![
            text("provisioner", "/provisioner"),
            text("reclaim_policy", "/reclaimPolicy"),
            text("binding_mode", "/volumeBindingMode"),
            flag("expandable", "/allowVolumeExpansion"),
            function("default", default_class),
            pairs("parameters", "/parameters").hidden(),
            age(),
        ],
        search: words(["/provisioner"]),
        ..Kind::plain("storage.k8s.io", "v1", "StorageClass", "storageclasses")
    }
}

pub(super) fn volume_attachments() -> Kind {
    Kind {
        rare: true,
        namespaced: false,
        menu: Menu::Storage,
        status: Some(attachment_status),
        columns: vec![
            status(),
            cluster_wide("volume", "persistentvolumes", "/spec/source/persistentVolumeName"),
            cluster_wide("node", "nodes", "/spec/nodeName"),
            text("attacher", "/spec/attacher"),
            age(),
        ],
        relations: vec![
            refers("persistentvolumes", "/spec/source/persistentVolumeName"),
            refers("nodes", "/spec/nodeName"),
        ],
        ..Kind::plain("storage.k8s.io", "v1", "VolumeAttachment", "volumeattachments")
    }
}

fn attachment_status(attachment: &Object<'_>) -> Health {
    for (path, word) in [("/status/detachError", "DetachError"), ("/status/attachError", "AttachError")] {
        if let Some(error) = attachment.at(path) {
            return Health::new(Level::Failed, word).because(sentence(error.text_at("/message")));
        }
    }
    match (attachment.at("/metadata/deletionTimestamp"), attachment.is_true("/status/attached")) {
        (Some(_), _) => Health::new(Level::Progressing, "Detaching"),
        (None, true) => Health::new(Level::Healthy, "Attached"),
        (None, false) => Health::new(Level::Progressing, "Attaching"),
    }
}

pub(super) fn volume_attributes_classes() -> Kind {
    Kind {
        rare: true,
        namespaced: false,
        menu: Menu::Storage,
        aliases: words(["vac"]),
        columns: vec![text("driver", "/driverName"), pairs("parameters", "/parameters"), age()],
        ..Kind::plain("storage.k8s.io", "v1", "VolumeAttributesClass", "volumeattributesclasses")
    }
}

pub(super) fn csi_drivers() -> Kind {
    Kind {
        rare: true,
        namespaced: false,
        menu: Menu::Storage,
        columns: vec![
            flag("attach_required", "/spec/attachRequired"),
            flag("pod_info", "/spec/podInfoOnMount"),
            flag("storage_capacity", "/spec/storageCapacity"),
            list("lifecycle_modes", "/spec/volumeLifecycleModes/*"),
            text("fs_group_policy", "/spec/fsGroupPolicy").hidden(),
            age(),
        ],
        ..Kind::plain("storage.k8s.io", "v1", "CSIDriver", "csidrivers")
    }
}

pub(super) fn csi_nodes() -> Kind {
    Kind {
        rare: true,
        namespaced: false,
        menu: Menu::Storage,
        columns: vec![
            list("drivers", "/spec/drivers/*/name"),
            count("driver_count", "/spec/drivers/*"),
            age(),
        ],
        relations: vec![refers("nodes", "/metadata/name")],
        ..Kind::plain("storage.k8s.io", "v1", "CSINode", "csinodes")
    }
}

pub(super) fn csi_storage_capacities() -> Kind {
    Kind {
        rare: true,
        menu: Menu::Storage,
        columns: vec![
            cluster_wide("storage_class", "storageclasses", "/storageClassName"),
            quantity_of("capacity", "/capacity", Unit::Bytes),
            quantity_of("largest_volume", "/maximumVolumeSize", Unit::Bytes),
            pairs("topology", "/nodeTopology/matchLabels"),
            age(),
        ],
        relations: vec![refers("storageclasses", "/storageClassName")],
        ..Kind::plain("storage.k8s.io", "v1", "CSIStorageCapacity", "csistoragecapacities")
    }
}

const SNAPSHOTS: &str = "snapshot.storage.k8s.io";

fn snapshot_kind(kind: &'static str, plural: &'static str) -> Kind {
    Kind {
        slug: format!("{plural}.{SNAPSHOTS}").into(),
        menu: Menu::Storage,
        ..Kind::plain(SNAPSHOTS, "v1", kind, plural)
    }
}

fn snapshot_status(snapshot: &Object<'_>) -> Health {
    if let Some(status) = terminating(snapshot) {
        return status;
    }
    match (snapshot.at("/status/error"), snapshot.is_true("/status/readyToUse")) {
        (Some(error), _) => Health::new(Level::Failed, "Error").because(sentence(error.text_at("/message"))),
        (None, true) => Health::new(Level::Healthy, "ReadyToUse"),
        (None, false) => Health::new(Level::Progressing, "Pending").because(say("reason.snapshot.taken")),
    }
}

pub(super) fn volume_snapshots() -> Kind {
    Kind {
        aliases: words(["vs"]),
        status: Some(snapshot_status),
        explain: Some(explain::storage::snapshot),
        columns: vec![
            status(),
            same_namespace("claim", "persistentvolumeclaims", "/spec/source/persistentVolumeClaimName"),
            quantity_of("restore_size", "/status/restoreSize", Unit::Bytes),
            cluster_wide(
                "snapshot_class",
                "volumesnapshotclasses.snapshot.storage.k8s.io",
                "/spec/volumeSnapshotClassName",
            ),
            age(),
        ],
        relations: vec![refers("persistentvolumeclaims", "/spec/source/persistentVolumeClaimName")],
        ..snapshot_kind("VolumeSnapshot", "volumesnapshots")
    }
}

pub(super) fn volume_snapshot_classes() -> Kind {
    Kind {
        namespaced: false,
        aliases: words(["vsclass"]),
        columns: vec![text("driver", "/driver"), text("deletion_policy", "/deletionPolicy"), age()],
        ..snapshot_kind("VolumeSnapshotClass", "volumesnapshotclasses")
    }
}

pub(super) fn volume_snapshot_contents() -> Kind {
    Kind {
        rare: true,
        namespaced: false,
        aliases: words(["vsc"]),
        status: Some(snapshot_status),
        explain: Some(explain::storage::snapshot),
        columns: vec![
            status(),
            quantity_of("restore_size", "/status/restoreSize", Unit::Bytes),
            text("driver", "/spec/driver"),
            text("deletion_policy", "/spec/deletionPolicy"),
            text("snapshot", "/spec/volumeSnapshotRef/name"),
            age(),
        ],
        ..snapshot_kind("VolumeSnapshotContent", "volumesnapshotcontents")
    }
}
