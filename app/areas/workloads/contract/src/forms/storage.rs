//! Where data is kept.

use super::selectors::expressions;
use super::{METADATA, basics, section};
use crate::field::{Control, Field, Form};
use crate::rule::Rule;

/// Who may use a volume at the same time.
pub(super) const ACCESS_MODES: &[&str] =
    &["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"];

/// Whoever wants a volume for one pod alone shares it in no other way.
pub(super) const ALONE: Rule = Rule::Alone("ReadWriteOncePod");

/// Which of the volumes that there are a claim takes, where that is not left to its class.
const VOLUME: &[Field] = &[
    Field::new("volumeName", "volume-itself", Control::Names("persistentvolumes")).fixed(),
    Field::new("selector/matchLabels", "volume-labels", Control::Pairs).rule(Rule::Labels).fixed(),
    expressions("selector/matchExpressions", "volume-expressions").fixed(),
];

/// A claim for a volume.
pub static CLAIM: Form = Form {
    slug: "persistentvolumeclaims",
    begin: r#"{
        "apiVersion": "v1", "kind": "PersistentVolumeClaim",
        "metadata": {"name": "NAME", "namespace": "NAMESPACE"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Gi"}}}
    }"#,
    template: None,
    beside: None,
    follow_name: &[],
    sections: &[
        basics(METADATA),
        section(
            "storage",
            "spec",
            &[
                Field::new("resources/requests/storage", "storage", Control::Line)
                    .rule(Rule::Quantity)
                    .required(),
                Field::new("storageClassName", "storage-class", Control::Names("storageclasses")).fixed(),
                Field::new("accessModes", "access-modes", Control::Ticks(ACCESS_MODES))
                    .rule(ALONE)
                    .required()
                    .fixed(),
                Field::new("", "volume-chosen", Control::Group(VOLUME)),
                Field::new(
                    "volumeAttributesClassName",
                    "attributes-class",
                    Control::Names("volumeattributesclasses"),
                ),
                Field::new("volumeMode", "volume-mode", Control::Choice(&["", "Filesystem", "Block"]))
                    .fixed(),
                Field::new(
                    "dataSource",
                    "data-source",
                    Control::Group(&[
                        Field::new(
                            "kind",
                            "source-kind",
                            Control::Choice(&["", "PersistentVolumeClaim", "VolumeSnapshot"]),
                        )
                        .fixed(),
                        Field::new("name", "source-name", Control::Line).fixed(),
                        Field::new("apiGroup", "source-group", Control::Line)
                            .required()
                            .when("kind=VolumeSnapshot")
                            .fixed(),
                    ]),
                ),
            ],
        ),
    ],
};

/// A picture of what a volume holds at a moment (`snapshot.storage.k8s.io/v1`).
pub static SNAPSHOT: Form = Form {
    slug: "volumesnapshots.snapshot.storage.k8s.io",
    begin: r#"{
        "apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshot",
        "metadata": {"name": "NAME", "namespace": "NAMESPACE"},
        "spec": {"source": {"persistentVolumeClaimName": ""}}
    }"#,
    template: None,
    beside: None,
    follow_name: &[],
    sections: &[
        basics(METADATA),
        section(
            "snapshot",
            "spec",
            &[
                Field::new(
                    "source/persistentVolumeClaimName",
                    "snapshot-of",
                    Control::Names("persistentvolumeclaims"),
                )
                .required()
                .fixed(),
                Field::new(
                    "volumeSnapshotClassName",
                    "snapshot-class",
                    Control::Names("volumesnapshotclasses.snapshot.storage.k8s.io"),
                ),
            ],
        ),
    ],
};
