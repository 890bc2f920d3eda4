//! How volumes and their snapshots are made.
//!
//! The parameters are those that the drivers' own documents name; a driver that is not here takes them as keys and values.

use super::{METADATA_OF_CLUSTER, basics, section};
use crate::field::{Control, Field, Form};
use crate::rule::Rule;

const fn line(path: &'static str, id: &'static str) -> Field {
    Field::new(path, id, Control::Line).fixed()
}

const FILE_SYSTEM: Field = line("csi.storage.k8s.io~1fstype", "file-system");

const EBS: &[Field] = &[
    Field::new(
        "type",
        "disk-type",
        Control::Choice(&["", "gp3", "gp2", "io1", "io2", "sc1", "st1", "standard"]),
    )
    .fixed(),
    line("iops", "iops").rule(Rule::Whole(1, 1_000_000)),
    line("throughput", "throughput").rule(Rule::Whole(1, 1_000_000)),
    ENCRYPTED,
    FILE_SYSTEM,
];

const ENCRYPTED: Field = Field::new("encrypted", "encrypted", Control::ToggleText).fixed();

const GCE: &[Field] = &[
    Field::new(
        "type",
        "disk-type",
        Control::Choice(&["", "pd-balanced", "pd-ssd", "pd-standard", "pd-extreme", "hyperdisk-balanced"]),
    )
    .fixed(),
    Field::new("replication-type", "replication", Control::Choice(&["", "none", "regional-pd"])).fixed(),
    FILE_SYSTEM,
];

const AZURE: &[Field] = &[
    Field::new(
        "skuName",
        "disk-type",
        Control::Choice(&[
            "",
            "StandardSSD_LRS",
            "Standard_LRS",
            "Premium_LRS",
            "Premium_ZRS",
            "StandardSSD_ZRS",
            "PremiumV2_LRS",
            "UltraSSD_LRS",
        ]),
    )
    .fixed(),
    FILE_SYSTEM,
];

const CINDER: &[Field] = &[line("type", "disk-type"), line("availability", "zone"), FILE_SYSTEM];

const NFS: &[Field] = &[
    line("server", "server").rule(Rule::Subdomain).required(),
    line("share", "share").rule(Rule::Path).required(),
    line("subDir", "sub-path"),
];

const SMB: &[Field] = &[
    line("source", "share").required(),
    line("csi.storage.k8s.io~1node-stage-secret-name", "login-secret"),
    line("csi.storage.k8s.io~1node-stage-secret-namespace", "login-namespace").rule(Rule::Label),
];

/// With which secrets Ceph's drivers make volumes and reach them.
const CEPH_SECRETS: [Field; 4] = [
    line("csi.storage.k8s.io~1provisioner-secret-name", "making-secret").required(),
    line("csi.storage.k8s.io~1provisioner-secret-namespace", "making-namespace").rule(Rule::Label).required(),
    line("csi.storage.k8s.io~1node-stage-secret-name", "login-secret").required(),
    line("csi.storage.k8s.io~1node-stage-secret-namespace", "login-namespace").rule(Rule::Label).required(),
];

const CEPH_RBD: &[Field] = &[
    line("clusterID", "ceph-cluster").required(),
    line("pool", "pool").required(),
    line("imageFeatures", "image-features"),
    CEPH_SECRETS[0],
    CEPH_SECRETS[1],
    CEPH_SECRETS[2],
    CEPH_SECRETS[3],
    FILE_SYSTEM,
];

const CEPH_FS: &[Field] = &[
    line("clusterID", "ceph-cluster").required(),
    line("fsName", "ceph-file-system").required(),
    line("pool", "pool"),
    CEPH_SECRETS[0],
    CEPH_SECRETS[1],
    CEPH_SECRETS[2],
    CEPH_SECRETS[3],
];

const QINGCLOUD: &[Field] = &[
    line("type", "disk-type").rule(Rule::Whole(0, 1_000)).required(),
    line("minSize", "least-size").rule(Rule::Whole(0, 1_000_000)),
    line("maxSize", "most-size").rule(Rule::Whole(0, 1_000_000)),
    line("stepSize", "step-size").rule(Rule::Whole(0, 1_000_000)),
    line("tags", "tags"),
    FILE_SYSTEM,
];

const NEONSAN: &[Field] =
    &[line("poolName", "pool").required(), line("repCount", "replicas").rule(Rule::Whole(1, 3)), FILE_SYSTEM];

const LONGHORN: &[Field] = &[
    line("numberOfReplicas", "replicas").rule(Rule::Whole(1, 20)),
    line("staleReplicaTimeout", "stale-after").rule(Rule::Whole(0, 1_000_000)),
    FILE_SYSTEM,
];

const VSPHERE: &[Field] =
    &[line("storagepolicyname", "storage-policy"), line("datastoreurl", "data-store"), FILE_SYSTEM];

const fn of(driver: &'static str, fields: &'static [Field]) -> Field {
    Field::new("parameters", "parameters-of-driver", Control::Group(fields)).when(driver)
}

/// Where volumes may be made: at one of these, each of which is a place by one label of nodes or several.
const TOPOLOGIES: Control = Control::Items {
    begin: r#"{"matchLabelExpressions": [{"key": "topology.kubernetes.io/zone", "values": []}]}"#,
    title: "",
    fields: &[Field::new(
        "matchLabelExpressions",
        "topology-labels",
        Control::Items {
            begin: r#"{"key": "topology.kubernetes.io/zone", "values": []}"#,
            title: "key",
            fields: &[
                Field::new("key", "label", Control::Line).rule(Rule::Qualified).required(),
                Field::new("values", "topology-values", Control::Lines).rule(Rule::LabelValue).required(),
            ],
        },
    )
    .required()],
};

/// A storage class (`storage.k8s.io/v1`).
pub static STORAGE_CLASS: Form = Form {
    slug: "storageclasses",
    begin: r#"{
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
        "metadata": {"name": "NAME"},
        "provisioner": "",
        "reclaimPolicy": "Delete",
        "volumeBindingMode": "WaitForFirstConsumer",
        "allowVolumeExpansion": true
    }"#,
    template: None,
    beside: None,
    follow_name: &[],
    sections: &[
        basics(METADATA_OF_CLUSTER),
        section(
            "class",
            "",
            &[
                Field::new(
                    "provisioner",
                    "provisioner",
                    Control::Named { kind: "csidrivers", also: DRIVERS },
                )
                .required()
                .fixed(),
                Field::new("reclaimPolicy", "reclaim", Control::Choice(&["Delete", "Retain"])).fixed(),
                Field::new(
                    "volumeBindingMode",
                    "binding",
                    Control::Choice(&["WaitForFirstConsumer", "Immediate"]),
                )
                .fixed(),
                Field::new("allowVolumeExpansion", "expansion", Control::Toggle),
                Field::new(
                    "metadata/annotations/storageclass.kubernetes.io~1is-default-class",
                    "default-class",
                    Control::ToggleText,
                ),
                Field::new("mountOptions", "mount-options", Control::Lines),
                Field::new("allowedTopologies", "topologies", TOPOLOGIES).fixed(),
            ],
        ),
        section(
            "parameters",
            "",
            &[
                of("provisioner=ebs.csi.aws.com", EBS),
                of("provisioner=pd.csi.storage.gke.io", GCE),
                of("provisioner=disk.csi.azure.com", AZURE),
                of("provisioner=cinder.csi.openstack.org", CINDER),
                of("provisioner=csi.vsphere.vmware.com", VSPHERE),
                of("provisioner=rbd.csi.ceph.com", CEPH_RBD),
                of("provisioner=cephfs.csi.ceph.com", CEPH_FS),
                of("provisioner=nfs.csi.k8s.io", NFS),
                of("provisioner=smb.csi.k8s.io", SMB),
                of("provisioner=driver.longhorn.io", LONGHORN),
                of("provisioner=disk.csi.qingcloud.com", QINGCLOUD),
                of("provisioner=neonsan.csi.qingcloud.com", NEONSAN),
                Field::new("parameters", "parameters", Control::Pairs).fixed(),
            ],
        ),
    ],
};

/// The drivers whose parameters this form knows; any other can be named.
const DRIVERS: &[&str] = &[
    "cephfs.csi.ceph.com",
    "cinder.csi.openstack.org",
    "csi.vsphere.vmware.com",
    "disk.csi.azure.com",
    "disk.csi.qingcloud.com",
    "driver.longhorn.io",
    "ebs.csi.aws.com",
    "neonsan.csi.qingcloud.com",
    "nfs.csi.k8s.io",
    "pd.csi.storage.gke.io",
    "rbd.csi.ceph.com",
    "smb.csi.k8s.io",
];

/// How snapshots are made (`snapshot.storage.k8s.io/v1`).
pub static SNAPSHOT_CLASS: Form = Form {
    slug: "volumesnapshotclasses.snapshot.storage.k8s.io",
    begin: r#"{
        "apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshotClass",
        "metadata": {"name": "NAME"},
        "driver": "",
        "deletionPolicy": "Delete"
    }"#,
    template: None,
    beside: None,
    follow_name: &[],
    sections: &[
        basics(METADATA_OF_CLUSTER),
        section(
            "class",
            "",
            &[
                Field::new("driver", "driver", Control::Named { kind: "csidrivers", also: DRIVERS })
                    .required()
                    .fixed(),
                Field::new("deletionPolicy", "deletion-policy", Control::Choice(&["Delete", "Retain"])),
                Field::new("parameters", "parameters", Control::Pairs).fixed(),
            ],
        ),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Draft;
    use serde_json::json;

    #[test]
    fn a_place_for_volumes_has_labels_and_values() {
        let mut draft = Draft::begin(&STORAGE_CLASS, "fast", "");
        draft.set(&STORAGE_CLASS, 0, "provisioner", Some(json!("ebs.csi.aws.com")));
        let zone = |values: &[&str]| json!({"key": "topology.kubernetes.io/zone", "values": values});
        let place = "allowedTopologies/0/matchLabelExpressions";
        let topologies = json!([{"matchLabelExpressions": [zone(&[])]}]);
        draft.set(&STORAGE_CLASS, 0, "allowedTopologies", Some(topologies));

        let found: Vec<String> = draft.faults(&STORAGE_CLASS).into_iter().map(|fault| fault.place).collect();
        assert_eq!(found, [format!("0/{place}/0/values")]);
        draft.set(&STORAGE_CLASS, 0, &format!("{place}/0/values"), Some(json!(["a", "b"])));
        assert_eq!(draft.faults(&STORAGE_CLASS), []);
        assert_eq!(draft.at(0, place), Some(&json!([zone(&["a", "b"])])));
    }

    #[test]
    fn every_driver_that_is_suggested_has_its_parameters_and_no_other_has() {
        let parameters = STORAGE_CLASS.sections.iter().find(|section| section.id == "parameters");
        let mut known: Vec<&str> = parameters
            .into_iter()
            .flat_map(|section| section.fields)
            .filter_map(|field| field.when.strip_prefix("provisioner="))
            .collect();
        known.sort_unstable();

        assert_eq!(known, DRIVERS);
    }
}
