//! How many pods run, and which come first where there is not room for all.

use super::selectors::expressions;
use super::{METADATA, METADATA_OF_CLUSTER, basics, section, whole};
use crate::field::{Control, Field, Form, Variant};
use crate::rule::Rule;

/// How much of CPU or memory is aimed at.
const TARGET: &[Field] = &[
    Field::new("type", "target-type", Control::Choice(&["Utilization", "AverageValue"])),
    Field::new("averageUtilization", "utilization", Control::Number)
        .rule(Rule::Whole(1, 1_000_000))
        .required()
        .when("type=Utilization"),
    AVERAGE_VALUE,
];
const AVERAGE_VALUE: Field = Field::new("averageValue", "average-value", Control::Line)
    .rule(Rule::Quantity)
    .required()
    .when("type=AverageValue");

/// How much is aimed at of what is not the pods' own.
const TARGET_ELSEWHERE: &[Field] = &[
    Field::new("type", "target-type", Control::Choice(&["Value", "AverageValue"])),
    Field::new("value", "total-value", Control::Line).rule(Rule::Quantity).required().when("type=Value"),
    AVERAGE_VALUE,
];

const METRIC_NAME: Field = Field::new("metric/name", "metric", Control::Line).required();
const METRIC_LABELS: Field =
    Field::new("metric/selector/matchLabels", "metric-labels", Control::Pairs).rule(Rule::Labels);
const METRIC_EXPRESSIONS: Field = expressions("metric/selector/matchExpressions", "label-expressions");
const RESOURCE: Field = Field::new("name", "resource", Control::Choice(&["cpu", "memory"]));

const METRIC: &[Variant] = &[
    Variant {
        key: "resource",
        id: "resource",
        begin: r#"{"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}"#,
        fields: &[RESOURCE, Field::new("target", "target", Control::Group(TARGET))],
    },
    Variant {
        key: "containerResource",
        id: "container-resource",
        begin: r#"{"name": "cpu", "container": "", "target": {"type": "Utilization", "averageUtilization": 70}}"#,
        fields: &[
            Field::new("container", "measured-container", Control::Line).rule(Rule::Label).required(),
            RESOURCE,
            Field::new("target", "target", Control::Group(TARGET)),
        ],
    },
    Variant {
        key: "pods",
        id: "pods",
        begin: r#"{"metric": {"name": ""}, "target": {"type": "AverageValue", "averageValue": "1"}}"#,
        fields: &[
            METRIC_NAME,
            METRIC_LABELS,
            METRIC_EXPRESSIONS,
            Field::new("target/averageValue", "average-value", Control::Line).rule(Rule::Quantity).required(),
        ],
    },
    Variant {
        key: "object",
        id: "object",
        begin: r#"{
            "describedObject": {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "name": ""},
            "metric": {"name": ""},
            "target": {"type": "Value", "value": "1"}
        }"#,
        fields: &[
            Field::new("describedObject/kind", "object-kind", Control::Line).required(),
            Field::new("describedObject/apiVersion", "object-version", Control::Line),
            Field::new("describedObject/name", "object-name", Control::Line).required(),
            METRIC_NAME,
            METRIC_LABELS,
            METRIC_EXPRESSIONS,
            Field::new("target", "target", Control::Group(TARGET_ELSEWHERE)),
        ],
    },
    Variant {
        key: "external",
        id: "external",
        begin: r#"{"metric": {"name": ""}, "target": {"type": "AverageValue", "averageValue": "1"}}"#,
        fields: &[
            METRIC_NAME,
            METRIC_LABELS,
            METRIC_EXPRESSIONS,
            Field::new("target", "target", Control::Group(TARGET_ELSEWHERE)),
        ],
    },
];

/// By how much at once, and within which time.
const STEPS: Control = Control::Items {
    begin: r#"{"type": "Percent", "value": 100, "periodSeconds": 60}"#,
    title: "",
    fields: &[
        Field::new("type", "step-type", Control::Choice(&["Pods", "Percent"])),
        Field::new("value", "step-value", Control::Number).rule(Rule::Whole(1, i32::MAX as i64)).required(),
        Field::new("periodSeconds", "step-period", Control::Number).rule(Rule::Whole(1, 1_800)).required(),
    ],
};
/// So far back an autoscaler may look, in seconds.
const LONGEST_WINDOW: Rule = Rule::Whole(0, 3_600);
/// Which of several steps is taken.
const SELECT: Control = Control::Choice(&["", "Max", "Min", "Disabled"]);

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
                Field::new("scaleTargetRef", "target-kind", Control::ScaledKind),
                Field::new("scaleTargetRef/name", "target-name", Control::ScaledName).required(),
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
                        Field::new("scaleDown/stabilizationWindowSeconds", "down-window", Control::Number)
                            .rule(LONGEST_WINDOW),
                        Field::new("scaleDown/policies", "down-steps", STEPS),
                        Field::new("scaleDown/selectPolicy", "down-select", SELECT),
                        Field::new("scaleUp/stabilizationWindowSeconds", "up-window", Control::Number)
                            .rule(LONGEST_WINDOW),
                        Field::new("scaleUp/policies", "up-steps", STEPS),
                        Field::new("scaleUp/selectPolicy", "up-select", SELECT),
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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::Draft;
    use serde_json::{Value, json};

    #[test]
    fn metrics_of_every_kind_are_good_as_the_cluster_keeps_them() {
        let metric = json!({"name": "requests", "selector": {"matchLabels": {"path": "till"}}});
        let value = json!({"type": "Value", "value": "10k"});
        let utilization = json!({"type": "Utilization", "averageUtilization": 70});
        let ingress = json!({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "name": "web"});
        let metrics = json!([
            {"type": "Resource", "resource": {"name": "memory", "target": {"type": "AverageValue", "averageValue": "1Gi"}}},
            {"type": "ContainerResource", "containerResource": {"name": "cpu", "container": "web", "target": utilization}},
            {"type": "Pods", "pods": {"metric": metric, "target": {"type": "AverageValue", "averageValue": "5"}}},
            {"type": "Object", "object": {"describedObject": ingress, "metric": metric, "target": value}},
            {"type": "External", "external": {"metric": metric, "target": value}},
        ]);
        let mut draft = Draft::begin(&AUTOSCALER, "web", "shop");

        draft.set(&AUTOSCALER, 0, "spec/metrics", Some(metrics));

        assert_eq!(draft.faults(&AUTOSCALER), []);
    }

    #[test]
    fn what_every_kind_of_metric_begins_with_lacks_only_names() {
        for variant in METRIC {
            let mut draft = Draft::begin(&AUTOSCALER, "web", "shop");
            let begin: Value = serde_json::from_str(variant.begin).unwrap();
            draft.set(&AUTOSCALER, 0, "spec/metrics", Some(json!([{ variant.key: begin }])));

            for fault in draft.faults(&AUTOSCALER) {
                let is_name = fault.place.ends_with("/name") || fault.place.ends_with("/container");
                assert!(is_name && fault.text == "fault.required", "{}: {fault:?}", variant.id);
            }
        }
    }

    #[test]
    fn a_target_is_measured_in_one_way() {
        let mut draft = Draft::begin(&AUTOSCALER, "web", "shop");
        let target = "spec/metrics/0/resource/target";

        draft.set(&AUTOSCALER, 0, &format!("{target}/type"), Some(json!("AverageValue")));

        assert_eq!(draft.at(0, target), Some(&json!({"type": "AverageValue"})));
        assert_eq!(draft.faults(&AUTOSCALER)[0].place, format!("0/{target}/averageValue"));
    }
}
