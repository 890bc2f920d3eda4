//! How many pods run, and which come first where there is not room for all.

use super::{METADATA, METADATA_OF_CLUSTER, basics, section, whole};
use crate::field::{Control, Field, Form, Variant};
use crate::rule::Rule;

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

/// What a new metric is.
const NEW_METRIC: &str = r#"{
    "type": "Resource",
    "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}
}"#;

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
                        begin: NEW_METRIC,
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
