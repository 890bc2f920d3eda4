//! Where a pod runs, and as whom.

use super::profiles::{APP_ARMOR, SECCOMP, SELINUX};
use crate::field::{Control, Field};
use crate::forms::selectors::expressions;
use crate::forms::{line, whole};
use crate::neighbours;
use crate::rule::Rule;

const TOLERATION: &[Field] = &[
    line("key", "key"),
    Field::new("operator", "operator", Control::Choice(&["", "Equal", "Exists"])),
    line("value", "value"),
    Field::new("effect", "effect", Control::Choice(&["", "NoSchedule", "PreferNoSchedule", "NoExecute"])),
    whole("tolerationSeconds", "toleration-seconds").when("effect=NoExecute"),
];

const SPREAD: &[Field] = &[
    Field::new("topologyKey", "topology-key", Control::Line).required(),
    Field::new("maxSkew", "max-skew", Control::Number).rule(Rule::Whole(1, 1_000)).required(),
    Field::new("whenUnsatisfiable", "unsatisfiable", Control::Choice(&["DoNotSchedule", "ScheduleAnyway"])),
    Field::new("labelSelector/matchLabels", "match-labels", Control::Pairs).rule(Rule::Labels),
    expressions("labelSelector/matchExpressions", "label-expressions"),
    Field::new("matchLabelKeys", "match-label-keys", Control::Lines).rule(Rule::Qualified),
    Field::new("minDomains", "min-domains", Control::Number)
        .rule(Rule::Whole(1, 1_000))
        .when("whenUnsatisfiable=DoNotSchedule"),
    Field::new("nodeAffinityPolicy", "spread-affinity", Control::Choice(&["", "Honor", "Ignore"])),
    Field::new("nodeTaintsPolicy", "spread-taints", Control::Choice(&["", "Honor", "Ignore"])),
];

/// What labels have to be like, of nodes.
const NODE_EXPRESSION: &[Field] = &[
    Field::new("key", "label", Control::NodeLabel).rule(Rule::Qualified).required(),
    Field::new(
        "operator",
        "operator",
        Control::Choice(&["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"]),
    )
    .required(),
    Field::new("values", "values", Control::NodeValues)
        .rule(Rule::LabelValue)
        .required()
        .when("operator=In|NotIn|Gt|Lt"),
];
const NODE_EXPRESSIONS: Control = Control::Items {
    begin: r#"{"key": "", "operator": "In", "values": []}"#,
    title: "key",
    fields: NODE_EXPRESSION,
};

const NODE_TERM: &[Field] =
    &[Field::new("matchExpressions", "expressions", NODE_EXPRESSIONS).rule(Rule::Repeats).required()];
const NODE_PREFERENCE: &[Field] = &[
    Field::new("weight", "weight", Control::Number).rule(Rule::Whole(1, 100)).required(),
    Field::new("preference/matchExpressions", "expressions", NODE_EXPRESSIONS).rule(Rule::Repeats).required(),
];

/// Which other pods, and how near.
const POD_TERM: &[Field] = &[
    line("topologyKey", "topology-key").required(),
    Field::new("labelSelector/matchLabels", "match-labels", Control::Pairs).rule(Rule::Labels),
    expressions("labelSelector/matchExpressions", "label-expressions"),
    Field::new("matchLabelKeys", "same-label-keys", Control::Lines).rule(Rule::Qualified),
    Field::new("mismatchLabelKeys", "other-label-keys", Control::Lines).rule(Rule::Qualified),
    Field::new("namespaces", "namespaces", Control::Lines).rule(Rule::Label),
    Field::new("namespaceSelector/matchLabels", "in-projects-with", Control::Pairs).rule(Rule::Labels),
    expressions("namespaceSelector/matchExpressions", "in-projects-like"),
];
const POD_PREFERENCE: &[Field] = &[
    Field::new("weight", "weight", Control::Number).rule(Rule::Whole(1, 100)).required(),
    line("podAffinityTerm/topologyKey", "topology-key").required(),
    Field::new("podAffinityTerm/labelSelector/matchLabels", "match-labels", Control::Pairs)
        .rule(Rule::Labels),
    expressions("podAffinityTerm/labelSelector/matchExpressions", "label-expressions"),
    Field::new("podAffinityTerm/matchLabelKeys", "same-label-keys", Control::Lines).rule(Rule::Qualified),
    Field::new("podAffinityTerm/mismatchLabelKeys", "other-label-keys", Control::Lines).rule(Rule::Qualified),
    Field::new("podAffinityTerm/namespaces", "namespaces", Control::Lines).rule(Rule::Label),
    Field::new("podAffinityTerm/namespaceSelector/matchLabels", "in-projects-with", Control::Pairs)
        .rule(Rule::Labels),
    expressions("podAffinityTerm/namespaceSelector/matchExpressions", "in-projects-like"),
];
const POD_TERMS: Control = Control::Items {
    begin: r#"{"topologyKey": "kubernetes.io/hostname"}"#,
    title: "topologyKey",
    fields: POD_TERM,
};
const POD_PREFERENCES: Control = Control::Items {
    begin: r#"{"weight": 100, "podAffinityTerm": {"topologyKey": "kubernetes.io/hostname"}}"#,
    title: "podAffinityTerm/topologyKey",
    fields: POD_PREFERENCE,
};

/// Near to what a pod should run, and far from what. Several of these may be about one label of nodes.
const AFFINITY: &[Field] = &[
    Field::new(
        "nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms",
        "node-required",
        Control::Items {
            begin: r#"{"matchExpressions": [{"key": "", "operator": "In", "values": []}]}"#,
            title: "matchExpressions/0/key",
            fields: NODE_TERM,
        },
    )
    .rule(Rule::Repeats),
    Field::new(
        "nodeAffinity/preferredDuringSchedulingIgnoredDuringExecution",
        "node-preferred",
        Control::Items {
            begin: r#"{"weight": 100, "preference": {"matchExpressions": [{"key": "", "operator": "In", "values": []}]}}"#,
            title: "preference/matchExpressions/0/key",
            fields: NODE_PREFERENCE,
        },
    )
    .rule(Rule::Repeats),
    Field::new("podAffinity/requiredDuringSchedulingIgnoredDuringExecution", "near-required", POD_TERMS)
        .rule(Rule::Repeats),
    Field::new(
        "podAffinity/preferredDuringSchedulingIgnoredDuringExecution",
        "near-preferred",
        POD_PREFERENCES,
    )
    .rule(Rule::Repeats),
    Field::new("podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution", "far-required", POD_TERMS)
        .rule(Rule::Repeats),
    Field::new(
        "podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution",
        "far-preferred",
        POD_PREFERENCES,
    )
    .rule(Rule::Repeats),
];

/// How a pod is called, and how it finds others by their names.
const NAMES: &[Field] = &[
    line("hostname", "pod-hostname").rule(Rule::Label),
    line("subdomain", "pod-subdomain").rule(Rule::Label),
    Field::new("setHostnameAsFQDN", "full-hostname", Control::Toggle),
    Field::new(
        "dnsPolicy",
        "dns-policy",
        Control::Choice(&["", "ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"]),
    ),
    Field::new("dnsConfig/nameservers", "dns-servers", Control::Lines),
    Field::new("dnsConfig/searches", "dns-searches", Control::Lines),
    Field::new(
        "dnsConfig/options",
        "dns-options",
        Control::Items {
            begin: r#"{"name": "ndots", "value": "2"}"#,
            title: "name",
            fields: &[line("name", "name").required(), line("value", "value")],
        },
    ),
    Field::new(
        "hostAliases",
        "host-aliases",
        Control::Items {
            begin: r#"{"ip": "", "hostnames": []}"#,
            title: "ip",
            fields: &[
                line("ip", "address").required(),
                Field::new("hostnames", "hosts", Control::Lines).rule(Rule::Subdomain).required(),
            ],
        },
    ),
];

/// What runs a pod, and what it shares with its node.
const RUN_BY: &[Field] = &[
    Field::new("runtimeClassName", "runtime-class", Control::Names("runtimeclasses")).rule(Rule::Subdomain),
    line("schedulerName", "scheduler"),
    Field::new("hostPID", "host-processes", Control::Toggle),
    Field::new("hostIPC", "host-ipc", Control::Toggle),
];

/// Parameters of the kernel that each pod has for itself.
const PARAMETERS: Field = Field::new(
    "sysctls",
    "sysctls",
    Control::Items {
        begin: r#"{"name": "", "value": ""}"#,
        title: "name",
        fields: &[
            line("name", "name").rule(Rule::KernelParameter).required(),
            line("value", "value").required(),
        ],
    },
);

/// Where a pod runs, and as whom.
pub const PLACEMENT: &[Field] = &[
    Field::new("nodeSelector", "node-selector", Control::Pairs).rule(Rule::Labels),
    Field::new(neighbours::PLACE, "neighbours", Control::Neighbours),
    Field::new("affinity", "affinities", Control::Group(AFFINITY)),
    Field::new(
        "tolerations",
        "tolerations",
        Control::Items { begin: r#"{"operator": "Exists"}"#, title: "", fields: TOLERATION },
    ),
    Field::new(
        "topologySpreadConstraints",
        "spread",
        Control::Items {
            begin: r#"{"topologyKey": "kubernetes.io/hostname", "maxSkew": 1, "whenUnsatisfiable": "ScheduleAnyway"}"#,
            title: "",
            fields: SPREAD,
        },
    ),
    Field::new("priorityClassName", "priority", Control::Names("priorityclasses")),
    Field::new("serviceAccountName", "account", Control::Names("serviceaccounts")),
    Field::new("automountServiceAccountToken", "token-mounted", Control::Truth),
    Field::new(
        "imagePullSecrets",
        "pull-secrets",
        Control::Items {
            begin: "{}",
            title: "name",
            fields: &[Field::new("name", "secret", Control::Names("secrets")).required()],
        },
    ),
    whole("terminationGracePeriodSeconds", "grace"),
    Field::new("hostNetwork", "host-network", Control::Toggle),
    Field::new("", "names", Control::Group(NAMES)),
    Field::new("shareProcessNamespace", "shared-processes", Control::Toggle),
    Field::new("", "run-by", Control::Group(RUN_BY)),
    Field::new(
        "securityContext",
        "pod-security",
        Control::Group(&[
            Field::new("runAsNonRoot", "non-root", Control::Truth),
            whole("runAsUser", "user"),
            whole("runAsGroup", "group"),
            whole("fsGroup", "fs-group"),
            Field::new(
                "fsGroupChangePolicy",
                "fs-group-change",
                Control::Choice(&["", "OnRootMismatch", "Always"]),
            ),
            Field::new("supplementalGroups", "more-groups", Control::Numbers)
                .rule(Rule::Between(0, i32::MAX as i64)),
            SECCOMP[0],
            SECCOMP[1],
            APP_ARMOR[0],
            APP_ARMOR[1],
            SELINUX,
            PARAMETERS,
        ]),
    ),
];

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use crate::{Draft, forms};
    use serde_json::json;

    #[test]
    fn several_rules_may_be_about_one_label_of_nodes() {
        let form = forms::find("deployments").unwrap();
        let mut draft = Draft::begin(form, "web", "shop");
        draft.set(form, 0, "spec/template/spec/containers/0/image", Some(json!("nginx")));
        let term = |app: &str| json!({"topologyKey": "zone", "labelSelector": {"matchLabels": {"app": app}}});
        let preference = |app: &str| json!({"weight": 1, "podAffinityTerm": term(app)});
        let near = json!({
            "requiredDuringSchedulingIgnoredDuringExecution": [term("a"), term("b")],
            "preferredDuringSchedulingIgnoredDuringExecution": [preference("a"), preference("b")],
        });
        let sizes = json!([
            {"key": "size", "operator": "Gt", "values": ["2"]}, {"key": "size", "operator": "Lt", "values": ["8"]},
        ]);
        let nodes = json!({
            "requiredDuringSchedulingIgnoredDuringExecution": {
                "nodeSelectorTerms": [{"matchExpressions": &sizes}, {"matchExpressions": &sizes}],
            },
            "preferredDuringSchedulingIgnoredDuringExecution": [
                {"weight": 1, "preference": {"matchExpressions": &sizes}},
                {"weight": 2, "preference": {"matchExpressions": &sizes}},
            ],
        });
        let affinity = json!({"nodeAffinity": nodes, "podAffinity": &near, "podAntiAffinity": &near});

        draft.set(form, 0, "spec/template/spec/affinity", Some(affinity));

        assert_eq!(draft.faults(form), []);
    }

    #[test]
    fn what_nodes_have_to_be_like_is_told_at_its_field_and_values_go_with_the_operator() {
        let form = forms::find("deployments").unwrap();
        let mut draft = Draft::begin(form, "web", "shop");
        draft.set(form, 0, "spec/template/spec/containers/0/image", Some(json!("nginx")));
        let all = "spec/template/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution";
        let all = format!("{all}/nodeSelectorTerms");
        let place = format!("{all}/0/matchExpressions/0");
        for (expression, told) in [
            (json!({"key": "zone", "operator": "In", "values": ["a"]}), None),
            (json!({"key": "cores", "operator": "Gt", "values": ["7"]}), None),
            (json!({"key": "gpu", "operator": "Exists"}), None),
            (json!({"key": "a zone", "operator": "Exists"}), Some(("key", "fault.qualified"))),
            (json!({"key": "zone", "operator": "NotIn", "values": []}), Some(("values", "fault.required"))),
            (
                json!({"key": "zone", "operator": "In", "values": ["a b"]}),
                Some(("values", "fault.label-value")),
            ),
        ] {
            draft.set(form, 0, &all, Some(json!([{"matchExpressions": [&expression]}])));

            let faults = draft.faults(form).into_iter().map(|fault| (fault.place, fault.text));
            let expected = told.map(|(field, text)| (format!("0/{place}/{field}"), text));
            assert_eq!(faults.collect::<Vec<_>>(), Vec::from_iter(expected), "{expression}");
        }

        draft.set(form, 0, &format!("{place}/operator"), Some(json!("DoesNotExist")));
        assert_eq!(draft.at(0, &place), Some(&json!({"key": "zone", "operator": "DoesNotExist"})));
    }
}
