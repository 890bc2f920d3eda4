//! What keeps pods running.

use super::{METADATA, METADATA_OF_POD, basics, pod, section, whole};
use crate::field::{Beside, Control, Field, Form, Section, Settled};
use crate::rule::Rule;

const TEMPLATE: &str = "spec/template";
const POD: &str = "spec/template/spec";

const SERVICE_TYPE: Field =
    Field::new("spec/type", "service-type", Control::Choice(&["ClusterIP", "NodePort", "LoadBalancer"]));
const SERVICE_PORTS: Field = Field::new(
    "spec/ports",
    "service-ports",
    Control::Items {
        begin: r#"{"port": 80, "targetPort": 80}"#,
        title: "port",
        fields: super::network::PORT,
    },
)
.required();

const SERVICE: Section = Section {
    id: "service",
    object: 1,
    words: None,
    base: "",
    fields: &[SERVICE_TYPE, SERVICE_PORTS],
    settled: Settled::No,
};

/// Of a stateful set, whose pods have names only where its service has no address of its own.
const GOVERNING_SERVICE: Section = Section {
    fields: &[
        SERVICE_TYPE,
        Field::new("spec/clusterIP", "cluster-ip", Control::Line).when("spec/type=ClusterIP"),
        SERVICE_PORTS,
    ],
    ..SERVICE
};

/// A pod that nothing makes anew. Almost nothing of it can be changed later.
pub static POD_ALONE: Form = Form {
    slug: "pods",
    begin: r#"{
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": "NAME", "namespace": "NAMESPACE", "labels": {"app": "NAME"}},
        "spec": {"containers": [{"name": "main", "image": ""}]}
    }"#,
    template: Some(""),
    beside: Some(Beside::Service),
    follow_name: &["metadata/labels/app"],
    sections: &[
        basics(METADATA_OF_POD),
        pod::sections("spec")[0],
        pod::sections("spec")[1].settled(Settled::Once),
        section(
            "run",
            "spec",
            &[
                Field::new(
                    "restartPolicy",
                    "restart-policy",
                    Control::Choice(&["", "Always", "OnFailure", "Never"]),
                )
                .fixed(),
                whole("activeDeadlineSeconds", "active-deadline"),
            ],
        ),
        pod::sections("spec")[2],
        SERVICE,
    ],
};

/// A deployment, possibly with a service.
pub static DEPLOYMENT: Form = Form {
    slug: "deployments",
    begin: r#"{
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "NAME", "namespace": "NAMESPACE", "labels": {"app": "NAME"}},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": {"app": "NAME"}},
            "template": {
                "metadata": {"labels": {"app": "NAME"}},
                "spec": {"containers": [{"name": "main", "image": ""}]}
            }
        }
    }"#,
    template: Some(TEMPLATE),
    beside: Some(Beside::Service),
    follow_name: &[
        "metadata/labels/app",
        "spec/selector/matchLabels/app",
        "spec/template/metadata/labels/app",
    ],
    sections: &[
        basics(METADATA),
        pod::sections(POD)[0],
        pod::sections(POD)[1],
        section(
            "rollout",
            "spec",
            &[
                whole("replicas", "replicas"),
                Field::new("strategy/type", "strategy", Control::Choice(&["", "RollingUpdate", "Recreate"])),
                Field::new("strategy/rollingUpdate/maxSurge", "max-surge", Control::NumberOrText)
                    .rule(Rule::NumberOrPercent)
                    .when("strategy/type=RollingUpdate"),
                Field::new("strategy/rollingUpdate/maxUnavailable", "max-unavailable", Control::NumberOrText)
                    .rule(Rule::NumberOrPercent)
                    .when("strategy/type=RollingUpdate"),
                whole("minReadySeconds", "min-ready"),
                whole("progressDeadlineSeconds", "progress-deadline"),
                whole("revisionHistoryLimit", "history"),
                pod::LABELS,
                pod::ANNOTATIONS,
                pod::POOLS,
            ],
        ),
        pod::sections(POD)[2],
        SERVICE,
    ],
};

/// What a new volume of each pod is.
const NEW_CLAIM: &str = r#"{
    "metadata": {"name": "data"},
    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Gi"}}}
}"#;

/// A stateful set: pods with names and volumes of their own.
pub static STATEFUL_SET: Form = Form {
    slug: "statefulsets",
    begin: r#"{
        "apiVersion": "apps/v1", "kind": "StatefulSet",
        "metadata": {"name": "NAME", "namespace": "NAMESPACE", "labels": {"app": "NAME"}},
        "spec": {
            "replicas": 1,
            "serviceName": "NAME",
            "selector": {"matchLabels": {"app": "NAME"}},
            "template": {
                "metadata": {"labels": {"app": "NAME"}},
                "spec": {"containers": [{"name": "main", "image": ""}]}
            }
        }
    }"#,
    template: Some(TEMPLATE),
    beside: Some(Beside::Service),
    follow_name: &[
        "metadata/labels/app",
        "spec/serviceName",
        "spec/selector/matchLabels/app",
        "spec/template/metadata/labels/app",
    ],
    sections: &[
        basics(METADATA),
        pod::sections(POD)[0],
        pod::sections(POD)[1],
        section(
            "claims",
            "spec",
            &[Field::new(
                "volumeClaimTemplates",
                "claim-templates",
                Control::Items {
                    begin: NEW_CLAIM,
                    title: "metadata/name",
                    fields: &[
                        Field::new("metadata/name", "name", Control::Line).rule(Rule::Label).required(),
                        Field::new("spec/resources/requests/storage", "storage", Control::Line)
                            .rule(Rule::Quantity)
                            .required(),
                        Field::new(
                            "spec/storageClassName",
                            "storage-class",
                            Control::Names("storageclasses"),
                        ),
                        Field::new(
                            "spec/accessModes",
                            "access-modes",
                            Control::Ticks(super::storage::ACCESS_MODES),
                        )
                        .rule(super::storage::ALONE)
                        .required(),
                        Field::new(
                            "spec/volumeMode",
                            "volume-mode",
                            Control::Choice(&["", "Filesystem", "Block"]),
                        ),
                    ],
                },
            )
            .fixed()],
        ),
        section(
            "rollout",
            "spec",
            &[
                whole("replicas", "replicas"),
                Field::new("serviceName", "governing-service", Control::Names("services")).fixed(),
                Field::new(
                    "podManagementPolicy",
                    "pod-management",
                    Control::Choice(&["", "OrderedReady", "Parallel"]),
                )
                .fixed(),
                Field::new(
                    "updateStrategy/type",
                    "strategy",
                    Control::Choice(&["", "RollingUpdate", "OnDelete"]),
                ),
                whole("updateStrategy/rollingUpdate/partition", "partition")
                    .when("updateStrategy/type=RollingUpdate"),
                Field::new("updateStrategy/rollingUpdate/maxUnavailable", "most-away", Control::NumberOrText)
                    .rule(Rule::NumberOrPercent)
                    .when("updateStrategy/type=RollingUpdate"),
                whole("ordinals/start", "first-ordinal"),
                whole("minReadySeconds", "min-ready"),
                whole("revisionHistoryLimit", "history"),
                Field::new(
                    "persistentVolumeClaimRetentionPolicy/whenDeleted",
                    "claims-when-deleted",
                    Control::Choice(&["", "Retain", "Delete"]),
                ),
                Field::new(
                    "persistentVolumeClaimRetentionPolicy/whenScaled",
                    "claims-when-scaled",
                    Control::Choice(&["", "Retain", "Delete"]),
                ),
                pod::LABELS,
                pod::ANNOTATIONS,
                pod::POOLS,
            ],
        ),
        pod::sections(POD)[2],
        GOVERNING_SERVICE,
    ],
};

/// A daemon set: a pod on each node.
pub static DAEMON_SET: Form = Form {
    slug: "daemonsets",
    begin: r#"{
        "apiVersion": "apps/v1", "kind": "DaemonSet",
        "metadata": {"name": "NAME", "namespace": "NAMESPACE", "labels": {"app": "NAME"}},
        "spec": {
            "selector": {"matchLabels": {"app": "NAME"}},
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "20%"}},
            "template": {
                "metadata": {"labels": {"app": "NAME"}},
                "spec": {"containers": [{"name": "main", "image": ""}]}
            }
        }
    }"#,
    template: Some(TEMPLATE),
    beside: Some(Beside::Service),
    follow_name: &[
        "metadata/labels/app",
        "spec/selector/matchLabels/app",
        "spec/template/metadata/labels/app",
    ],
    sections: &[
        basics(METADATA),
        pod::sections(POD)[0],
        pod::sections(POD)[1],
        section(
            "rollout",
            "spec",
            &[
                Field::new(
                    "updateStrategy/type",
                    "strategy",
                    Control::Choice(&["", "RollingUpdate", "OnDelete"]),
                ),
                Field::new(
                    "updateStrategy/rollingUpdate/maxUnavailable",
                    "max-unavailable",
                    Control::NumberOrText,
                )
                .rule(Rule::NumberOrPercent)
                .when("updateStrategy/type=RollingUpdate"),
                Field::new("updateStrategy/rollingUpdate/maxSurge", "max-surge", Control::NumberOrText)
                    .rule(Rule::NumberOrPercent)
                    .when("updateStrategy/type=RollingUpdate"),
                whole("minReadySeconds", "min-ready"),
                whole("revisionHistoryLimit", "history"),
                pod::LABELS,
                pod::ANNOTATIONS,
                pod::POOLS,
            ],
        ),
        pod::sections(POD)[2],
        SERVICE,
    ],
};
