//! The pod: containers, volumes, where it runs.

mod container;
mod placement;

use super::{line, quantity, section};
use crate::field::{Control, Field, Section, Variant};
use crate::log_files;
use crate::rule::Rule;

/// The steps about a pod whose spec is there: its containers, its volumes, and where it runs.
pub const fn sections(base: &'static str) -> [Section; 3] {
    [
        section("containers", base, container::CONTAINERS),
        section("volumes", base, VOLUMES),
        section("placement", base, placement::PLACEMENT),
    ]
}

/// The labels of the pods that something makes, beside its own.
pub const LABELS: Field =
    Field::new("template/metadata/labels", "pod-labels", Control::Pairs).rule(Rule::Labels);

/// The annotations of the pods that something makes, beside its own.
pub const ANNOTATIONS: Field = Field::new("template/metadata/annotations", "pod-annotations", Control::Pairs);

/// Whether a pod starts although what is named is not there.
const OPTIONAL: Field = Field::new("optional", "optional", Control::Toggle);

/// Who may do what with files, in octal.
const fn mode(path: &'static str, id: &'static str) -> Field {
    Field::new(path, id, Control::Mode).rule(Rule::Mode)
}

/// Which keys of a config map or a secret are files, and where.
const AS_FILES: Field = Field::new(
    "items",
    "as-files",
    Control::Items {
        begin: r#"{"key": "", "path": ""}"#,
        title: "key",
        fields: &[
            line("key", "key").rule(Rule::Key).required(),
            line("path", "file").rule(Rule::Inside).required(),
            mode("mode", "file-mode"),
        ],
    },
)
.rule(Rule::Repeats);

const VOLUME: &[Field] = &[
    line("name", "name").rule(Rule::Label).required(),
    Field::new(
        "",
        "volume-source",
        Control::OneOf(&[
            Variant {
                key: "emptyDir",
                id: "empty-dir",
                begin: "{}",
                fields: &[
                    Field::new("medium", "medium", Control::Choice(&["", "Memory"])),
                    quantity("sizeLimit", "size-limit"),
                ],
            },
            Variant {
                key: "persistentVolumeClaim",
                id: "claim",
                begin: "{}",
                fields: &[
                    Field::new("claimName", "claim", Control::Names("persistentvolumeclaims")).required(),
                    Field::new("readOnly", "read-only", Control::Toggle),
                ],
            },
            Variant {
                key: "configMap",
                id: "config-map",
                begin: "{}",
                fields: &[
                    Field::new("name", "config-map", Control::Names("configmaps")).required(),
                    AS_FILES,
                    mode("defaultMode", "default-mode"),
                    OPTIONAL,
                ],
            },
            Variant {
                key: "secret",
                id: "secret",
                begin: "{}",
                fields: &[
                    Field::new("secretName", "secret", Control::Names("secrets")).required(),
                    AS_FILES,
                    mode("defaultMode", "default-mode"),
                    OPTIONAL,
                ],
            },
            Variant {
                key: "hostPath",
                id: "host-path",
                begin: r#"{"path": "/"}"#,
                fields: &[line("path", "path").rule(Rule::Path).required()],
            },
        ]),
    ),
];

/// The volumes of a pod, and the logs on them.
const VOLUMES: &[Field] = &[
    Field::new(
        "volumes",
        "volumes",
        Control::Items { begin: r#"{"name": "", "emptyDir": {}}"#, title: "name", fields: VOLUME },
    ),
    Field::new(log_files::PLACE, "log-files", Control::LogFiles),
];
