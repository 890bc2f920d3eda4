//! The volumes of a pod, and the logs on them.

use super::OPTIONAL;
use super::container::AMOUNTS;
use crate::field::{Control, Field, Variant};
use crate::forms::storage::{ACCESS_MODES, ALONE};
use crate::forms::{line, quantity};
use crate::log_files;
use crate::rule::Rule;

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

const READ_ONLY: Field = Field::new("readOnly", "read-only", Control::Toggle);
const DEFAULT_MODE: Field = mode("defaultMode", "default-mode");

/// What a pod says of itself in files; variables hold less.
const PARTS_OF_POD: &[&str] =
    &["metadata.labels", "metadata.annotations", "metadata.name", "metadata.namespace", "metadata.uid"];

/// What the pod, or one of its containers, says of itself.
const SAID: &[Variant] = &[
    Variant {
        key: "fieldRef",
        id: "of-pod",
        begin: r#"{"fieldPath": "metadata.labels"}"#,
        fields: &[Field::new("fieldPath", "of-pod", Control::ChoiceOrText(PARTS_OF_POD)).required()],
    },
    Variant {
        key: "resourceFieldRef",
        id: "of-resources",
        begin: r#"{"containerName": "", "resource": "limits.memory"}"#,
        fields: &[
            line("containerName", "measured-container").rule(Rule::Label).required(),
            Field::new("resource", "of-resources", Control::Choice(AMOUNTS)),
        ],
    },
];

/// What the pod says of itself, as files.
const SAID_IN_FILES: Field = Field::new(
    "items",
    "files-of-pod",
    Control::Items {
        begin: r#"{"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}}"#,
        title: "path",
        fields: &[
            line("path", "file").rule(Rule::Inside).required(),
            Field::new("", "holds", Control::OneOf(SAID)),
            mode("mode", "file-mode"),
        ],
    },
)
.required();

/// A token expires after ten minutes at least, and no number is longer than this one.
const LIFETIME: Rule = Rule::Whole(600, 1 << 32);

/// What lies together in one volume.
const PROJECTED: &[Field] = &[Field::new(
    "",
    "projected-source",
    Control::OneOf(&[
        Variant {
            key: "configMap",
            id: "config-map",
            begin: "{}",
            fields: &[
                Field::new("name", "config-map", Control::Names("configmaps")).required(),
                AS_FILES,
                OPTIONAL,
            ],
        },
        Variant {
            key: "secret",
            id: "secret",
            begin: "{}",
            fields: &[Field::new("name", "secret", Control::Names("secrets")).required(), AS_FILES, OPTIONAL],
        },
        Variant { key: "downwardAPI", id: "downward", begin: "{}", fields: &[SAID_IN_FILES] },
        Variant {
            key: "serviceAccountToken",
            id: "token",
            begin: r#"{"path": "token"}"#,
            fields: &[
                line("path", "file").rule(Rule::Inside).required(),
                line("audience", "audience"),
                Field::new("expirationSeconds", "token-lifetime", Control::Number).rule(LIFETIME),
            ],
        },
    ]),
)];

/// A claim that is made for each pod, and goes with it.
const OF_ONE_POD: &[Field] = &[
    quantity("volumeClaimTemplate/spec/resources/requests/storage", "storage").required(),
    Field::new(
        "volumeClaimTemplate/spec/storageClassName",
        "storage-class",
        Control::Names("storageclasses"),
    ),
    Field::new("volumeClaimTemplate/spec/accessModes", "access-modes", Control::Ticks(ACCESS_MODES))
        .rule(ALONE)
        .required(),
    Field::new(
        "volumeClaimTemplate/spec/volumeMode",
        "volume-mode",
        Control::Choice(&["", "Filesystem", "Block"]),
    ),
];

/// What a CSI driver makes for one pod without a claim.
const CSI: &[Field] = &[
    Field::new("driver", "driver", Control::Names("csidrivers")).required(),
    Field::new("volumeAttributes", "volume-attributes", Control::Pairs),
    Field::new("nodePublishSecretRef/name", "login-secret", Control::Names("secrets")),
    line("fsType", "file-system"),
    READ_ONLY,
];

const HOST_PATH: &[Field] = &[
    line("path", "path").rule(Rule::Path).required(),
    Field::new(
        "type",
        "path-is",
        Control::Choice(&[
            "",
            "Directory",
            "DirectoryOrCreate",
            "File",
            "FileOrCreate",
            "Socket",
            "CharDevice",
            "BlockDevice",
        ]),
    ),
];

const NFS: &[Field] =
    &[line("server", "server").required(), line("path", "path").rule(Rule::Path).required(), READ_ONLY];

/// What is in an image, as files.
const IMAGE: &[Field] = &[
    line("reference", "volume-image").rule(Rule::Image).required(),
    Field::new("pullPolicy", "pull-policy", Control::Choice(&["", "IfNotPresent", "Always", "Never"])),
];

const SOURCES: &[Variant] = &[
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
            READ_ONLY,
        ],
    },
    Variant {
        key: "ephemeral",
        id: "ephemeral",
        begin: r#"{"volumeClaimTemplate": {"spec": {
            "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Gi"}}
        }}}"#,
        fields: OF_ONE_POD,
    },
    Variant {
        key: "configMap",
        id: "config-map",
        begin: "{}",
        fields: &[
            Field::new("name", "config-map", Control::Names("configmaps")).required(),
            AS_FILES,
            DEFAULT_MODE,
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
            DEFAULT_MODE,
            OPTIONAL,
        ],
    },
    Variant { key: "downwardAPI", id: "downward", begin: "{}", fields: &[SAID_IN_FILES, DEFAULT_MODE] },
    Variant {
        key: "projected",
        id: "projected",
        begin: r#"{"sources": [{"configMap": {}}]}"#,
        fields: &[
            Field::new(
                "sources",
                "projected-sources",
                Control::Items { begin: r#"{"configMap": {}}"#, title: "", fields: PROJECTED },
            )
            .required(),
            DEFAULT_MODE,
        ],
    },
    Variant { key: "csi", id: "csi", begin: "{}", fields: CSI },
    Variant { key: "nfs", id: "nfs", begin: r#"{"path": "/"}"#, fields: NFS },
    Variant { key: "image", id: "image", begin: "{}", fields: IMAGE },
    Variant { key: "hostPath", id: "host-path", begin: r#"{"path": "/"}"#, fields: HOST_PATH },
];

const VOLUME: &[Field] = &[
    line("name", "name").rule(Rule::Label).required(),
    Field::new("", "volume-source", Control::OneOf(SOURCES)),
];

/// The volumes of a pod, and the logs on them.
pub(super) const VOLUMES: &[Field] = &[
    Field::new(
        "volumes",
        "volumes",
        Control::Items { begin: r#"{"name": "", "emptyDir": {}}"#, title: "name", fields: VOLUME },
    ),
    Field::new(log_files::PLACE, "log-files", Control::LogFiles),
];

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::{Draft, forms};
    use serde_json::{Value, json};

    const PLACE: &str = "spec/template/spec/volumes";

    /// What is wrong with the only volume of a deployment.
    fn faults(draft: &Draft) -> Vec<(String, &'static str)> {
        let form = forms::find("deployments").unwrap();
        let faults = draft.faults(form).into_iter().map(|fault| (fault.place, fault.text));
        let start = format!("0/{PLACE}/0/");
        faults
            .filter_map(|(place, text)| place.strip_prefix(&start).map(|rest| (rest.to_owned(), text)))
            .collect()
    }

    fn with(volume: &Value) -> Draft {
        let form = forms::find("deployments").unwrap();
        let mut draft = Draft::begin(form, "web", "shop");
        draft.set(form, 0, PLACE, Some(json!([volume])));
        draft
    }

    #[test]
    fn what_every_volume_begins_with_lacks_only_what_people_must_say() {
        for source in SOURCES {
            let begin: Value = serde_json::from_str(source.begin).unwrap();

            for (place, text) in faults(&with(&json!({"name": "data", source.key: begin}))) {
                assert_eq!(text, "fault.required", "{}: {place}", source.id);
            }
        }
    }

    #[test]
    fn sources_that_lie_together_are_checked_each_by_itself_and_stay_what_they_are() {
        let form = forms::find("deployments").unwrap();
        let labels = json!([{"path": "../labels", "fieldRef": {"fieldPath": "metadata.labels"}}]);
        let sources = json!([
            {"downwardAPI": {"items": labels}},
            {"serviceAccountToken": {"path": "token", "expirationSeconds": 60}},
        ]);
        let mut draft = with(&json!({"name": "all", "projected": {"sources": sources}}));
        let token = "projected/sources/1/serviceAccountToken";

        let found = [
            ("projected/sources/0/downwardAPI/items/0/path".to_owned(), "fault.inside"),
            (format!("{token}/expirationSeconds"), "fault.whole"),
        ];
        assert_eq!(faults(&draft), found);

        let items = "projected/sources/0/downwardAPI/items";
        draft.set(form, 0, &format!("{PLACE}/0/{items}/0/path"), Some(json!("labels")));
        draft.set(form, 0, &format!("{PLACE}/0/{token}/expirationSeconds"), None);
        assert_eq!(faults(&draft), []);
        draft.set(form, 0, &format!("{PLACE}/0/{token}/path"), None);
        assert_eq!(faults(&draft), [(format!("{token}/path"), "fault.required")]);
        assert_eq!(draft.at(0, &format!("{PLACE}/0/{token}")), Some(&json!({})), "it is a token still");
    }
}
