//! What a project may use, and how it is kept from harm.

use super::selectors::expressions;
use super::{METADATA, basics, quantity, section};
use crate::field::{Control, Field, Form, Variant};
use crate::rule::Rule;

/// A limit of everything in a namespace together.
pub static RESOURCE_QUOTA: Form = Form {
    slug: "resourcequotas",
    begin: r#"{
        "apiVersion": "v1", "kind": "ResourceQuota",
        "metadata": {"name": "NAME", "namespace": "NAMESPACE"},
        "spec": {"hard": {}}
    }"#,
    template: None,
    beside: None,
    follow_name: &[],
    sections: &[
        basics(METADATA),
        section(
            "compute",
            "spec/hard",
            &[
                quantity("requests.cpu", "request-cpu"),
                quantity("limits.cpu", "limit-cpu"),
                quantity("requests.memory", "request-memory"),
                quantity("limits.memory", "limit-memory"),
                quantity("requests.ephemeral-storage", "request-scratch"),
                quantity("requests.storage", "request-storage"),
            ],
        ),
        section(
            "counts",
            "spec/hard",
            &[
                quantity("pods", "count-pods"),
                quantity("count~1deployments.apps", "count-deployments"),
                quantity("count~1statefulsets.apps", "count-stateful-sets"),
                quantity("count~1daemonsets.apps", "count-daemon-sets"),
                quantity("count~1jobs.batch", "count-jobs"),
                quantity("count~1cronjobs.batch", "count-cron-jobs"),
                quantity("services", "count-services"),
                quantity("services.loadbalancers", "count-load-balancers"),
                quantity("services.nodeports", "count-node-ports"),
                quantity("count~1ingresses.networking.k8s.io", "count-ingresses"),
                quantity("persistentvolumeclaims", "count-claims"),
                quantity("configmaps", "count-config-maps"),
                quantity("secrets", "count-secrets"),
            ],
        ),
        section(
            "all-limits",
            "spec",
            &[
                Field::new("hard", "hard", Control::Pairs).rule(Rule::Quantity).required(),
                Field::new(
                    "scopes",
                    "scopes",
                    Control::Ticks(&["Terminating", "NotTerminating", "BestEffort", "NotBestEffort"]),
                )
                .fixed(),
                Field::new("scopeSelector/matchExpressions", "scope-expressions", SCOPES)
                    .rule(Rule::Repeats)
                    .fixed(),
            ],
        ),
    ],
};

/// Of which pods a quota is by more than a word: by their priority, or because they are near or far from those of others.
const SCOPES: Control = Control::Items {
    begin: r#"{"scopeName": "PriorityClass", "operator": "In", "values": []}"#,
    title: "scopeName",
    fields: &[
        Field::new("scopeName", "scope", Control::Choice(&["PriorityClass", "CrossNamespacePodAffinity"]))
            .required(),
        Field::new("operator", "operator", Control::Choice(&["In", "NotIn", "Exists", "DoesNotExist"]))
            .required(),
        Field::new("values", "priority-classes", Control::Lines).required().when("operator=In|NotIn"),
    ],
};

/// What containers can have.
const COMPUTE: [Field; 3] =
    [quantity("cpu", "cpu"), quantity("memory", "memory"), quantity("ephemeral-storage", "scratch")];
/// The same by their names.
const RESOURCES: &[&str] = &["cpu", "memory", "ephemeral-storage"];
/// And claims.
const AMOUNTS: &[Field] = &[COMPUTE[0], COMPUTE[1], COMPUTE[2], quantity("storage", "storage")];

/// Limits and defaults of each container, pod or claim in a namespace.
pub static LIMIT_RANGE: Form = Form {
    slug: "limitranges",
    begin: r#"{
        "apiVersion": "v1", "kind": "LimitRange",
        "metadata": {"name": "NAME", "namespace": "NAMESPACE"},
        "spec": {"limits": [{
            "type": "Container",
            "default": {"cpu": "500m", "memory": "500Mi"}, "defaultRequest": {"cpu": "10m", "memory": "10Mi"}
        }]}
    }"#,
    template: None,
    beside: None,
    follow_name: &[],
    sections: &[
        basics(METADATA),
        section(
            "limits",
            "spec",
            &[Field::new(
                "limits",
                "limits",
                Control::Items {
                    begin: r#"{"type": "Container"}"#,
                    title: "type",
                    fields: &[
                        Field::new(
                            "type",
                            "limit-type",
                            Control::Choice(&["Container", "Pod", "PersistentVolumeClaim"]),
                        ),
                        Field::new("defaultRequest", "default-request", Control::Group(&COMPUTE))
                            .when("type=Container"),
                        Field::new("default", "default-limit", Control::Group(&COMPUTE))
                            .when("type=Container"),
                        // A device is limited, and that is its request too.
                        Field::new("default", "other-limits", Control::Others(RESOURCES))
                            .rule(Rule::Quantity)
                            .when("type=Container"),
                        Field::new("min", "least", Control::Group(AMOUNTS)),
                        Field::new("max", "most", Control::Group(AMOUNTS)),
                        Field::new("maxLimitRequestRatio", "ratio", Control::Group(&COMPUTE)),
                    ],
                },
            )
            .required()],
        ),
    ],
};

const COUNT: &[Field] =
    &[Field::new("", "pod-count", Control::NumberOrText).rule(Rule::NumberOrPercent).required()];

/// How many pods of an application must stay when some are moved away (`policy/v1`).
pub static DISRUPTION_BUDGET: Form = Form {
    slug: "poddisruptionbudgets",
    begin: r#"{
        "apiVersion": "policy/v1", "kind": "PodDisruptionBudget",
        "metadata": {"name": "NAME", "namespace": "NAMESPACE"},
        "spec": {"maxUnavailable": 1, "selector": {"matchLabels": {"app": "NAME"}}}
    }"#,
    template: None,
    beside: None,
    follow_name: &["spec/selector/matchLabels/app"],
    sections: &[
        basics(METADATA),
        section(
            "budget",
            "spec",
            &[
                Field::new("selector/matchLabels", "selector", Control::PodLabels).rule(Rule::Labels),
                expressions("selector/matchExpressions", "label-expressions"),
                Field::new(
                    "",
                    "budget",
                    Control::OneOf(&[
                        Variant { key: "maxUnavailable", id: "at-most-away", begin: "1", fields: COUNT },
                        Variant { key: "minAvailable", id: "at-least-there", begin: "1", fields: COUNT },
                    ]),
                ),
                Field::new(
                    "unhealthyPodEvictionPolicy",
                    "unhealthy",
                    Control::Choice(&["", "IfHealthyBudget", "AlwaysAllow"]),
                ),
            ],
        ),
    ],
};

const PEER: &[Field] = &[Field::new(
    "",
    "peer",
    Control::OneOf(&[
        Variant {
            key: "ipBlock",
            id: "addresses",
            begin: r#"{"cidr": ""}"#,
            fields: &[
                Field::new("cidr", "cidr", Control::Line).rule(Rule::Cidr).required(),
                Field::new("except", "except", Control::Lines).rule(Rule::Cidr),
            ],
        },
        Variant {
            key: "",
            id: "pods-with",
            begin: r#"{"podSelector": {}}"#,
            fields: &[
                Field::new("podSelector/matchLabels", "selector", Control::Pairs).rule(Rule::Labels),
                expressions("podSelector/matchExpressions", "label-expressions"),
                Field::new("namespaceSelector/matchLabels", "namespaces-with", Control::Pairs)
                    .rule(Rule::Labels),
                expressions("namespaceSelector/matchExpressions", "namespace-expressions"),
            ],
        },
    ]),
)];

const PEERS: Control =
    Control::Items { begin: r#"{"podSelector": {}}"#, title: "ipBlock/cidr", fields: PEER };

const PORTS: Control = Control::Items {
    begin: r#"{"port": 80, "protocol": "TCP"}"#,
    title: "port",
    fields: &[
        Field::new("protocol", "protocol", Control::Choice(&["", "TCP", "UDP", "SCTP"])),
        Field::new("port", "port", Control::NumberOrText).rule(Rule::PortOrName),
        Field::new("endPort", "end-port", Control::Number).rule(Rule::Port),
    ],
};

/// Through which ports. None would mean all of them: that is chosen, and does not come of taking the last one away.
const THROUGH: Field = Field::new(
    "",
    "let-through",
    Control::OneOf(&[
        Variant { key: "", id: "every-port", begin: "", fields: &[] },
        Variant {
            key: "ports",
            id: "ports-named",
            begin: r#"[{"port": 80, "protocol": "TCP"}]"#,
            fields: &[Field::new("", "ports", PORTS).required()],
        },
    ]),
);

/// From whom. No peer would mean anybody: that is chosen, and does not come of taking the last one away.
const SOURCES: Field = Field::new(
    "",
    "sources",
    Control::OneOf(&[
        Variant {
            key: "from",
            id: "sources-named",
            begin: r#"[{"podSelector": {}}]"#,
            fields: &[Field::new("", "peers-from", PEERS).required()],
        },
        Variant { key: "", id: "any-source", begin: "", fields: &[] },
    ]),
);

/// To whom, in the same way.
const DESTINATIONS: Field = Field::new(
    "",
    "destinations",
    Control::OneOf(&[
        Variant {
            key: "to",
            id: "destinations-named",
            begin: r#"[{"podSelector": {}}]"#,
            fields: &[Field::new("", "peers-to", PEERS).required()],
        },
        Variant { key: "", id: "any-destination", begin: "", fields: &[] },
    ]),
);

/// Who may talk to the pods of an application, and to whom they may.
pub static NETWORK_POLICY: Form = Form {
    slug: "networkpolicies",
    begin: r#"{
        "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
        "metadata": {"name": "NAME", "namespace": "NAMESPACE"},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress"]}
    }"#,
    template: None,
    beside: None,
    follow_name: &[],
    sections: &[
        basics(METADATA),
        section(
            "about",
            "spec",
            &[
                Field::new("podSelector/matchLabels", "about-pods", Control::PodLabels).rule(Rule::Labels),
                expressions("podSelector/matchExpressions", "label-expressions"),
                Field::new("policyTypes", "directions", Control::Ticks(&["Ingress", "Egress"])).required(),
            ],
        ),
        section(
            "inbound",
            "spec",
            &[Field::new(
                "ingress",
                "inbound",
                Control::Items {
                    begin: r#"{"from": [{"podSelector": {}}]}"#,
                    title: "",
                    fields: &[SOURCES, THROUGH],
                },
            )],
        ),
        section(
            "outbound",
            "spec",
            &[Field::new(
                "egress",
                "outbound",
                Control::Items {
                    begin: r#"{"to": [{"podSelector": {}}]}"#,
                    title: "",
                    fields: &[DESTINATIONS, THROUGH],
                },
            )],
        ),
    ],
};

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests;
