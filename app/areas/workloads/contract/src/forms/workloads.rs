//! What runs pods.

use super::pod::{CONTAINERS, PLACEMENT, VOLUMES};
use super::{METADATA, METADATA_OF_CLUSTER, basics, section};
use crate::field::{Beside, Control, Field, Form, Section, Variant};
use crate::rule::Rule;

const TEMPLATE: &str = "spec/template";
const POD: &str = "spec/template/spec";
const POD_OF_RUN: &str = "spec/jobTemplate/spec/template/spec";

const fn whole(path: &'static str, id: &'static str) -> Field {
    Field::new(path, id, Control::Number).rule(Rule::Whole(0, i32::MAX as i64))
}

const fn pod(base: &'static str) -> [Section; 3] {
    [
        section("containers", base, CONTAINERS),
        section("volumes", base, VOLUMES),
        section("placement", base, PLACEMENT),
    ]
}

const SERVICE: Section = Section {
    id: "service",
    object: 1,
    words: None,
    base: "",
    fields: &[
        Field::new("spec/type", "service-type", Control::Choice(&["ClusterIP", "NodePort", "LoadBalancer"])),
        Field::new(
            "spec/ports",
            "service-ports",
            Control::Items {
                begin: r#"{"port": 80, "targetPort": 80}"#,
                title: "port",
                fields: super::network::PORT,
            },
        )
        .required(),
    ],
};

const POD_LABELS: Field =
    Field::new("template/metadata/labels", "pod-labels", Control::Pairs).rule(Rule::Labels);

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
        basics(METADATA),
        pod("spec")[0],
        pod("spec")[1],
        section(
            "run",
            "spec",
            &[
                Field::new(
                    "restartPolicy",
                    "restart-policy",
                    Control::Choice(&["", "Always", "OnFailure", "Never"]),
                ),
                whole("activeDeadlineSeconds", "active-deadline"),
            ],
        ),
        pod("spec")[2],
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
        pod(POD)[0],
        pod(POD)[1],
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
                POD_LABELS,
            ],
        ),
        pod(POD)[2],
        SERVICE,
    ],
};

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
        pod(POD)[0],
        pod(POD)[1],
        section("claims", "spec", &[Field::new("volumeClaimTemplates", "claim-templates", Control::Items {
            begin: r#"{"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}"#,
            title: "metadata/name",
            fields: &[
                Field::new("metadata/name", "name", Control::Line).rule(Rule::Label).required(),
                Field::new("spec/resources/requests/storage", "storage", Control::Line).rule(Rule::Quantity).required(),
                Field::new("spec/storageClassName", "storage-class", Control::Names("storageclasses")),
                Field::new("spec/accessModes/0", "access-mode", Control::Choice(super::storage::ACCESS_MODES)),
            ],
        })
        .fixed()]),
        section("rollout", "spec", &[
            whole("replicas", "replicas"),
            Field::new("serviceName", "governing-service", Control::Names("services")).fixed(),
            Field::new("podManagementPolicy", "pod-management", Control::Choice(&["", "OrderedReady", "Parallel"])).fixed(),
            Field::new("updateStrategy/type", "strategy", Control::Choice(&["", "RollingUpdate", "OnDelete"])),
            whole("updateStrategy/rollingUpdate/partition", "partition").when("updateStrategy/type=RollingUpdate"),
            whole("minReadySeconds", "min-ready"),
            POD_LABELS,
        ]),
        pod(POD)[2],
        SERVICE,
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
        pod(POD)[0],
        pod(POD)[1],
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
                whole("minReadySeconds", "min-ready"),
                POD_LABELS,
            ],
        ),
        pod(POD)[2],
        SERVICE,
    ],
};

/// A job: pods that end.
pub static JOB: Form = Form {
    slug: "jobs",
    begin: r#"{
        "apiVersion": "batch/v1", "kind": "Job",
        "metadata": {"name": "NAME", "namespace": "NAMESPACE", "labels": {"app": "NAME"}},
        "spec": {
            "backoffLimit": 3,
            "template": {
                "metadata": {"labels": {"app": "NAME"}},
                "spec": {"restartPolicy": "Never", "containers": [{"name": "main", "image": ""}]}
            }
        }
    }"#,
    template: Some(TEMPLATE),
    beside: None,
    follow_name: &["metadata/labels/app", "spec/template/metadata/labels/app"],
    sections: &[
        basics(METADATA),
        pod(POD)[0],
        pod(POD)[1],
        section(
            "run",
            "spec",
            &[
                whole("completions", "completions"),
                whole("parallelism", "parallelism"),
                whole("backoffLimit", "backoff"),
                whole("activeDeadlineSeconds", "active-deadline"),
                whole("ttlSecondsAfterFinished", "ttl"),
                Field::new(
                    "template/spec/restartPolicy",
                    "restart-policy",
                    Control::Choice(&["Never", "OnFailure"]),
                ),
            ],
        ),
        pod(POD)[2],
    ],
};

/// A cron job: jobs by the clock.
pub static CRON_JOB: Form = Form {
    slug: "cronjobs",
    begin: r#"{
        "apiVersion": "batch/v1", "kind": "CronJob",
        "metadata": {"name": "NAME", "namespace": "NAMESPACE", "labels": {"app": "NAME"}},
        "spec": {
            "schedule": "0 * * * *",
            "concurrencyPolicy": "Forbid",
            "jobTemplate": {"spec": {"backoffLimit": 3, "template": {
                "metadata": {"labels": {"app": "NAME"}},
                "spec": {"restartPolicy": "Never", "containers": [{"name": "main", "image": ""}]}
            }}}
        }
    }"#,
    template: Some("spec/jobTemplate/spec/template"),
    beside: None,
    follow_name: &["metadata/labels/app", "spec/jobTemplate/spec/template/metadata/labels/app"],
    sections: &[
        basics(METADATA),
        section(
            "schedule",
            "spec",
            &[
                Field::new("schedule", "schedule", Control::Line).rule(Rule::Schedule).required(),
                Field::new("timeZone", "time-zone", Control::Line),
                Field::new(
                    "concurrencyPolicy",
                    "concurrency",
                    Control::Choice(&["Allow", "Forbid", "Replace"]),
                ),
                Field::new("suspend", "suspended", Control::Toggle),
                whole("startingDeadlineSeconds", "starting-deadline"),
                whole("successfulJobsHistoryLimit", "kept-successes"),
                whole("failedJobsHistoryLimit", "kept-failures"),
            ],
        ),
        pod(POD_OF_RUN)[0],
        pod(POD_OF_RUN)[1],
        section(
            "run",
            "spec/jobTemplate/spec",
            &[
                whole("completions", "completions"),
                whole("parallelism", "parallelism"),
                whole("backoffLimit", "backoff"),
                whole("activeDeadlineSeconds", "active-deadline"),
                whole("ttlSecondsAfterFinished", "ttl"),
                Field::new(
                    "template/spec/restartPolicy",
                    "restart-policy",
                    Control::Choice(&["Never", "OnFailure"]),
                ),
            ],
        ),
        pod(POD_OF_RUN)[2],
    ],
};

const TARGET: &[Field] = &[
    Field::new("type", "target-type", Control::Choice(&["Utilization", "AverageValue"])),
    whole("averageUtilization", "utilization").when("type=Utilization"),
    Field::new("averageValue", "average-value", Control::Line).rule(Rule::Quantity).when("type=AverageValue"),
];

/// What a target of a metric that is no resource can be.
const AVERAGE: &[Field] = &[
    Field::new("metric/name", "metric", Control::Line).required(),
    Field::new("target/averageValue", "average-value", Control::Line).rule(Rule::Quantity).required(),
];

const METRIC: &[Variant] = &[
    Variant {
        key: "resource",
        id: "resource",
        begin: r#"{"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}"#,
        fields: &[
            Field::new("name", "resource", Control::Choice(&["cpu", "memory"])),
            Field::new("target", "target", Control::Group(TARGET)),
        ],
    },
    Variant {
        key: "pods",
        id: "pods",
        begin: r#"{"metric": {"name": ""}, "target": {"type": "AverageValue", "averageValue": "1"}}"#,
        fields: AVERAGE,
    },
    Variant {
        key: "external",
        id: "external",
        begin: r#"{"metric": {"name": ""}, "target": {"type": "AverageValue", "averageValue": "1"}}"#,
        fields: AVERAGE,
    },
];

/// A horizontal pod autoscaler.
pub static AUTOSCALER: Form = Form {
    slug: "horizontalpodautoscalers",
    begin: r#"{
        "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "NAME", "namespace": "NAMESPACE"},
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "NAME"},
            "minReplicas": 1,
            "maxReplicas": 5,
            "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}}]
        }
    }"#,
    template: None,
    beside: None,
    follow_name: &["spec/scaleTargetRef/name"],
    sections: &[
        basics(METADATA),
        section(
            "scaling",
            "spec",
            &[
                Field::new(
                    "scaleTargetRef/kind",
                    "target-kind",
                    Control::Choice(&["Deployment", "StatefulSet", "ReplicaSet"]),
                ),
                Field::new("scaleTargetRef/name", "target-name", Control::Names("deployments")).required(),
                whole("minReplicas", "min-replicas"),
                Field::new("maxReplicas", "max-replicas", Control::Number)
                    .rule(Rule::Whole(1, 100_000))
                    .required(),
                Field::new(
                    "metrics",
                    "metrics",
                    Control::Items {
                        begin: r#"{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}}"#,
                        title: "",
                        fields: &[Field::new("", "metric-kind", Control::OneOf(METRIC))],
                    },
                ),
                Field::new(
                    "behavior",
                    "behaviour",
                    Control::Group(&[
                        whole("scaleDown/stabilizationWindowSeconds", "down-window"),
                        whole("scaleUp/stabilizationWindowSeconds", "up-window"),
                    ]),
                ),
            ],
        ),
    ],
};

/// How important pods are (`scheduling.k8s.io/v1`).
pub static PRIORITY_CLASS: Form = Form {
    slug: "priorityclasses",
    begin: r#"{
        "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass",
        "metadata": {"name": "NAME"},
        "value": 1000
    }"#,
    template: None,
    beside: None,
    follow_name: &[],
    sections: &[
        basics(METADATA_OF_CLUSTER),
        section(
            "priority",
            "",
            &[
                // Above this are the cluster's own.
                Field::new("value", "priority-value", Control::Number)
                    .rule(Rule::Whole(-2_147_483_648, 1_000_000_000))
                    .required()
                    .fixed(),
                Field::new("globalDefault", "global-default", Control::Toggle),
                Field::new(
                    "preemptionPolicy",
                    "preemption",
                    Control::Choice(&["", "PreemptLowerPriority", "Never"]),
                )
                .fixed(),
                Field::new("description", "description", Control::Line),
            ],
        ),
    ],
};
