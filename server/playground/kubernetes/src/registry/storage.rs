//! storage.k8s.io.

use super::Subresource::Status;
use super::cells;
use super::{AGE, BuiltIn, NAME, at, with};
use crate::defaults;

/// Classes, drivers and attachments of volumes.
pub(crate) static KINDS: &[BuiltIn] = &[
    BuiltIn {
        group: "storage.k8s.io",
        kind: "StorageClass",
        plural: "storageclasses",
        short: &["sc"],
        namespaced: false,
        columns: &[
            with("Name", cells::storage_class_name),
            at("Provisioner", "/provisioner"),
            at("ReclaimPolicy", "/reclaimPolicy"),
            at("VolumeBindingMode", "/volumeBindingMode"),
            with("AllowVolumeExpansion", |object| cells::boolean(object, "/allowVolumeExpansion")),
            AGE,
        ],
        default: defaults::storage_class,
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        group: "storage.k8s.io",
        kind: "VolumeAttachment",
        plural: "volumeattachments",
        namespaced: false,
        subresources: &[Status],
        columns: &[
            NAME,
            at("Attacher", "/spec/attacher"),
            at("PV", "/spec/source/persistentVolumeName"),
            at("Node", "/spec/nodeName"),
            with("Attached", |object| cells::boolean(object, "/status/attached")),
            AGE,
        ],
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        group: "storage.k8s.io",
        kind: "CSIDriver",
        plural: "csidrivers",
        namespaced: false,
        columns: &[
            NAME,
            with("AttachRequired", |object| cells::boolean_or(object, "/spec/attachRequired", true)),
            with("PodInfoOnMount", |object| cells::boolean(object, "/spec/podInfoOnMount")),
            with("StorageCapacity", |object| cells::boolean(object, "/spec/storageCapacity")),
            with("TokenRequests", |object| cells::or_unset(object, "/spec/tokenRequests/0/audience")),
            with("RequiresRepublish", |object| cells::boolean(object, "/spec/requiresRepublish")),
            with("Modes", |object| cells::joined(object, "/spec/volumeLifecycleModes")),
            AGE,
        ],
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        group: "storage.k8s.io",
        kind: "CSINode",
        plural: "csinodes",
        namespaced: false,
        columns: &[NAME, with("Drivers", |object| cells::count(object, "/spec/drivers")), AGE],
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        group: "storage.k8s.io",
        kind: "CSIStorageCapacity",
        plural: "csistoragecapacities",
        columns: &[NAME, at("StorageClassName", "/storageClassName"), at("Capacity", "/capacity")],
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        group: "storage.k8s.io",
        since: 34,
        kind: "VolumeAttributesClass",
        plural: "volumeattributesclasses",
        short: &["vac"],
        namespaced: false,
        columns: &[NAME, at("DriverName", "/driverName"), AGE],
        ..BuiltIn::PLAIN
    },
];
