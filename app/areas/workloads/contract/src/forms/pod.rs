//! The pod: containers, volumes, where it runs.

use crate::field::{Control, Field, Variant};
use crate::log_files;
use crate::rule::Rule;

const fn line(path: &'static str, id: &'static str) -> Field {
    Field::new(path, id, Control::Line)
}

const fn number(path: &'static str, id: &'static str) -> Field {
    Field::new(path, id, Control::Number).rule(Rule::Whole(0, i32::MAX as i64))
}

const fn quantity(path: &'static str, id: &'static str) -> Field {
    Field::new(path, id, Control::Line).rule(Rule::Quantity)
}

/// A key of a config map or a secret.
const MAP_KEY: &[Field] = &[
    Field::new("name", "config-map", Control::Names("configmaps")).required(),
    line("key", "key").rule(Rule::Key).required(),
];
const SECRET_KEY: &[Field] = &[
    Field::new("name", "secret", Control::Names("secrets")).required(),
    line("key", "key").rule(Rule::Key).required(),
];

const VARIABLE_SOURCE: &[Variant] = &[
    Variant { key: "valueFrom/configMapKeyRef", id: "config-map", begin: "{}", fields: MAP_KEY },
    Variant { key: "valueFrom/secretKeyRef", id: "secret", begin: "{}", fields: SECRET_KEY },
    Variant {
        key: "valueFrom/fieldRef",
        id: "of-pod",
        begin: r#"{"fieldPath": "metadata.name"}"#,
        fields: &[Field::new(
            "fieldPath",
            "of-pod",
            Control::Choice(&[
                "metadata.name",
                "metadata.namespace",
                "metadata.uid",
                "spec.nodeName",
                "spec.serviceAccountName",
                "status.hostIP",
                "status.podIP",
            ]),
        )],
    },
    Variant {
        key: "valueFrom/resourceFieldRef",
        id: "of-resources",
        begin: r#"{"resource": "limits.memory"}"#,
        fields: &[Field::new(
            "resource",
            "of-resources",
            Control::Choice(&["limits.cpu", "limits.memory", "requests.cpu", "requests.memory"]),
        )],
    },
    Variant { key: "", id: "value", begin: "", fields: &[line("value", "value")] },
];

const VARIABLES: &[Field] = &[
    line("name", "name").rule(Rule::Variable).required(),
    Field::new("", "source", Control::OneOf(VARIABLE_SOURCE)),
];

const ALL_OF: &[Field] = &[
    Field::new(
        "",
        "all-of",
        Control::OneOf(&[
            Variant {
                key: "configMapRef",
                id: "config-map",
                begin: "{}",
                fields: &[Field::new("name", "config-map", Control::Names("configmaps")).required()],
            },
            Variant {
                key: "secretRef",
                id: "secret",
                begin: "{}",
                fields: &[Field::new("name", "secret", Control::Names("secrets")).required()],
            },
        ]),
    ),
    line("prefix", "prefix"),
];

const PORTS: &[Field] = &[
    line("name", "name").rule(Rule::PortName),
    Field::new("containerPort", "container-port", Control::Number).rule(Rule::Port).required(),
    Field::new("protocol", "protocol", Control::Choice(&["", "TCP", "UDP", "SCTP"])),
];

const MOUNTS: &[Field] = &[
    line("name", "volume").rule(Rule::Label).required(),
    line("mountPath", "mount-path").rule(Rule::Path).required(),
    line("subPath", "sub-path"),
    Field::new("readOnly", "read-only", Control::Toggle),
];

const HANDLERS: &[Variant] = &[
    Variant { key: "", id: "none", begin: "", fields: &[] },
    Variant {
        key: "httpGet",
        id: "http",
        begin: r#"{"path": "/", "port": 80}"#,
        fields: &[
            line("path", "path").rule(Rule::Path).required(),
            Field::new("port", "port", Control::NumberOrText).rule(Rule::PortOrName).required(),
            Field::new("scheme", "scheme", Control::Choice(&["", "HTTP", "HTTPS"])),
        ],
    },
    Variant {
        key: "tcpSocket",
        id: "tcp",
        begin: r#"{"port": 80}"#,
        fields: &[Field::new("port", "port", Control::NumberOrText).rule(Rule::PortOrName).required()],
    },
    Variant {
        key: "exec",
        id: "command",
        begin: r#"{"command": []}"#,
        fields: &[Field::new("command", "command", Control::Lines).required()],
    },
    Variant {
        key: "grpc",
        id: "grpc",
        begin: r#"{"port": 80}"#,
        fields: &[
            Field::new("port", "port", Control::Number).rule(Rule::Port).required(),
            line("service", "service"),
        ],
    },
];

/// How a program is asked whether it is well.
const PROBE: &[Field] = &[
    Field::new("", "handler", Control::OneOf(HANDLERS)),
    number("initialDelaySeconds", "initial-delay"),
    number("periodSeconds", "period"),
    number("timeoutSeconds", "timeout"),
    number("failureThreshold", "failure-threshold"),
];

const HOOK: &[Field] = &[Field::new(
    "",
    "handler",
    Control::OneOf(&[
        Variant { key: "", id: "none", begin: "", fields: &[] },
        Variant {
            key: "exec",
            id: "command",
            begin: r#"{"command": []}"#,
            fields: &[Field::new("command", "command", Control::Lines).required()],
        },
        Variant {
            key: "httpGet",
            id: "http",
            begin: r#"{"path": "/", "port": 80}"#,
            fields: &[
                line("path", "path").rule(Rule::Path).required(),
                Field::new("port", "port", Control::NumberOrText).rule(Rule::PortOrName).required(),
            ],
        },
    ]),
)];

const CONTAINER: &[Field] = &[
    line("name", "name").rule(Rule::Label).required(),
    line("image", "image").rule(Rule::Image).required(),
    Field::new("imagePullPolicy", "pull-policy", Control::Choice(&["", "IfNotPresent", "Always", "Never"])),
    Field::new(
        "ports",
        "ports",
        Control::Items { begin: r#"{"containerPort": 80}"#, title: "containerPort", fields: PORTS },
    ),
    Field::new(
        "resources",
        "resources",
        Control::Group(&[
            quantity("requests/cpu", "request-cpu"),
            quantity("requests/memory", "request-memory"),
            quantity("limits/cpu", "limit-cpu"),
            quantity("limits/memory", "limit-memory"),
        ]),
    ),
    Field::new(
        "",
        "environment",
        Control::Group(&[
            Field::new(
                "env",
                "env",
                Control::Items { begin: r#"{"name": "", "value": ""}"#, title: "name", fields: VARIABLES },
            ),
            Field::new(
                "envFrom",
                "env-from",
                Control::Items { begin: r#"{"configMapRef": {}}"#, title: "", fields: ALL_OF },
            ),
        ]),
    ),
    Field::new(
        "",
        "program",
        Control::Group(&[
            Field::new("command", "command", Control::Lines),
            Field::new("args", "args", Control::Lines),
            line("workingDir", "working-dir").rule(Rule::Path),
        ]),
    ),
    Field::new("volumeMounts", "mounts", Control::Items { begin: "{}", title: "", fields: MOUNTS }),
    Field::new("livenessProbe", "liveness", Control::Group(PROBE)),
    Field::new("readinessProbe", "readiness", Control::Group(PROBE)),
    Field::new("startupProbe", "startup", Control::Group(PROBE)),
    Field::new("lifecycle/postStart", "post-start", Control::Group(HOOK)),
    Field::new("lifecycle/preStop", "pre-stop", Control::Group(HOOK)),
    Field::new(
        "securityContext",
        "security",
        Control::Group(&[
            Field::new("runAsNonRoot", "non-root", Control::Truth),
            number("runAsUser", "user"),
            number("runAsGroup", "group"),
            Field::new("readOnlyRootFilesystem", "read-only-root", Control::Truth),
            Field::new("allowPrivilegeEscalation", "escalation", Control::Truth),
            Field::new("privileged", "privileged", Control::Truth),
            Field::new("capabilities/drop", "drop", Control::Lines),
            Field::new("capabilities/add", "add", Control::Lines),
        ]),
    ),
];

/// The containers of a pod.
pub const CONTAINERS: &[Field] = &[
    Field::new(
        "containers",
        "containers",
        Control::Items { begin: r#"{"name": "", "image": ""}"#, title: "name", fields: CONTAINER },
    )
    .required(),
    Field::new(
        "initContainers",
        "init-containers",
        Control::Items { begin: r#"{"name": "", "image": ""}"#, title: "name", fields: CONTAINER },
    ),
];

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
                    Field::new("optional", "optional", Control::Toggle),
                ],
            },
            Variant {
                key: "secret",
                id: "secret",
                begin: "{}",
                fields: &[
                    Field::new("secretName", "secret", Control::Names("secrets")).required(),
                    Field::new("optional", "optional", Control::Toggle),
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
pub const VOLUMES: &[Field] = &[
    Field::new(
        "volumes",
        "volumes",
        Control::Items { begin: r#"{"name": "", "emptyDir": {}}"#, title: "name", fields: VOLUME },
    ),
    Field::new(log_files::PLACE, "log-files", Control::LogFiles),
];

const TOLERATION: &[Field] = &[
    line("key", "key"),
    Field::new("operator", "operator", Control::Choice(&["", "Equal", "Exists"])),
    line("value", "value"),
    Field::new("effect", "effect", Control::Choice(&["", "NoSchedule", "PreferNoSchedule", "NoExecute"])),
];

const SPREAD: &[Field] = &[
    Field::new("topologyKey", "topology-key", Control::Line).required(),
    Field::new("maxSkew", "max-skew", Control::Number).rule(Rule::Whole(1, 1_000)).required(),
    Field::new("whenUnsatisfiable", "unsatisfiable", Control::Choice(&["DoNotSchedule", "ScheduleAnyway"])),
    Field::new("labelSelector/matchLabels", "match-labels", Control::Pairs).rule(Rule::Labels),
];

/// What labels have to be like, of nodes.
const NODE_EXPRESSION: &[Field] = &[
    line("key", "label").required(),
    Field::new(
        "operator",
        "operator",
        Control::Choice(&["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"]),
    )
    .required(),
    Field::new("values", "values", Control::Lines),
];
const NODE_EXPRESSIONS: Control = Control::Items {
    begin: r#"{"key": "", "operator": "In", "values": []}"#,
    title: "key",
    fields: NODE_EXPRESSION,
};

const NODE_TERM: &[Field] = &[Field::new("matchExpressions", "expressions", NODE_EXPRESSIONS).required()];
const NODE_PREFERENCE: &[Field] = &[
    Field::new("weight", "weight", Control::Number).rule(Rule::Whole(1, 100)).required(),
    Field::new("preference/matchExpressions", "expressions", NODE_EXPRESSIONS).required(),
];

/// Which other pods, and how near.
const POD_TERM: &[Field] = &[
    line("topologyKey", "topology-key").required(),
    Field::new("labelSelector/matchLabels", "match-labels", Control::Pairs).rule(Rule::Labels),
    Field::new("namespaces", "namespaces", Control::Lines),
];
const POD_PREFERENCE: &[Field] = &[
    Field::new("weight", "weight", Control::Number).rule(Rule::Whole(1, 100)).required(),
    line("podAffinityTerm/topologyKey", "topology-key").required(),
    Field::new("podAffinityTerm/labelSelector/matchLabels", "match-labels", Control::Pairs)
        .rule(Rule::Labels),
    Field::new("podAffinityTerm/namespaces", "namespaces", Control::Lines),
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

/// Near to what a pod should run, and far from what.
const AFFINITY: &[Field] = &[
    Field::new(
        "nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms",
        "node-required",
        Control::Items {
            begin: r#"{"matchExpressions": [{"key": "", "operator": "In", "values": []}]}"#,
            title: "matchExpressions/0/key",
            fields: NODE_TERM,
        },
    ),
    Field::new(
        "nodeAffinity/preferredDuringSchedulingIgnoredDuringExecution",
        "node-preferred",
        Control::Items {
            begin: r#"{"weight": 100, "preference": {"matchExpressions": [{"key": "", "operator": "In", "values": []}]}}"#,
            title: "preference/matchExpressions/0/key",
            fields: NODE_PREFERENCE,
        },
    ),
    Field::new("podAffinity/requiredDuringSchedulingIgnoredDuringExecution", "near-required", POD_TERMS),
    Field::new(
        "podAffinity/preferredDuringSchedulingIgnoredDuringExecution",
        "near-preferred",
        POD_PREFERENCES,
    ),
    Field::new("podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution", "far-required", POD_TERMS),
    Field::new(
        "podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution",
        "far-preferred",
        POD_PREFERENCES,
    ),
];

/// Where a pod runs, and as whom.
pub const PLACEMENT: &[Field] = &[
    Field::new("nodeSelector", "node-selector", Control::Pairs).rule(Rule::Labels),
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
    Field::new(
        "imagePullSecrets",
        "pull-secrets",
        Control::Items {
            begin: "{}",
            title: "name",
            fields: &[Field::new("name", "secret", Control::Names("secrets")).required()],
        },
    ),
    number("terminationGracePeriodSeconds", "grace"),
    Field::new("hostNetwork", "host-network", Control::Toggle),
    Field::new(
        "securityContext",
        "pod-security",
        Control::Group(&[
            Field::new("runAsNonRoot", "non-root", Control::Truth),
            number("runAsUser", "user"),
            number("runAsGroup", "group"),
            number("fsGroup", "fs-group"),
            Field::new(
                "seccompProfile/type",
                "seccomp",
                Control::Choice(&["", "RuntimeDefault", "Unconfined"]),
            ),
        ]),
    ),
];
