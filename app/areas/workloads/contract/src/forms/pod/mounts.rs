//! Where the volumes of a pod are in its containers.

use crate::field::{Control, Field};
use crate::forms::line;
use crate::rule::Rule;

/// What is mounted below a mount.
const MOUNT_RARER: &[Field] = &[
    Field::new(
        "mountPropagation",
        "propagation",
        Control::Choice(&["", "None", "HostToContainer", "Bidirectional"]),
    ),
    Field::new(
        "recursiveReadOnly",
        "all-read-only",
        Control::Choice(&["", "Disabled", "IfPossible", "Enabled"]),
    ),
];

/// What a container mounts.
pub(super) const MOUNTS: &[Field] = &[
    line("name", "volume").rule(Rule::Label).required(),
    line("mountPath", "mount-path").rule(Rule::MountPath).required(),
    line("subPath", "sub-path").rule(Rule::Inside),
    line("subPathExpr", "sub-path-of-each").rule(Rule::Inside),
    Field::new("readOnly", "read-only", Control::Toggle),
    Field::new("", "mount-rarer", Control::Group(MOUNT_RARER)),
];

/// The claims that a container has as devices, without a file system.
pub(super) const DEVICES: Field = Field::new(
    "volumeDevices",
    "devices",
    Control::Items {
        begin: "{}",
        title: "name",
        fields: &[
            line("name", "volume").rule(Rule::Label).required(),
            line("devicePath", "device-path").rule(Rule::DevicePath).required(),
        ],
    },
);
