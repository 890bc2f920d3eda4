//! What a container is: its image, its program, what it takes, how it is asked whether it is well.

use super::OPTIONAL;
use super::mounts::{DEVICES, MOUNTS};
use super::profiles::{APP_ARMOR, SECCOMP, SELINUX};
use crate::field::{Control, Field, Variant};
use crate::forms::{line, quantity, whole};
use crate::host_time;
use crate::rule::Rule;

/// A key of a config map or a secret.
const MAP_KEY: &[Field] = &[
    Field::new("name", "config-map", Control::Names("configmaps")).required(),
    line("key", "key").rule(Rule::Key).required(),
    OPTIONAL,
];
const SECRET_KEY: &[Field] = &[
    Field::new("name", "secret", Control::Names("secrets")).required(),
    line("key", "key").rule(Rule::Key).required(),
    OPTIONAL,
];

/// What a container says of what it takes.
pub(super) const AMOUNTS: &[&str] = &[
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
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
            Control::ChoiceOrText(&[
                "metadata.name",
                "metadata.namespace",
                "metadata.uid",
                "spec.nodeName",
                "spec.serviceAccountName",
                "status.hostIP",
                "status.podIP",
                "status.podIPs",
            ]),
        )
        .required()],
    },
    Variant {
        key: "valueFrom/resourceFieldRef",
        id: "of-resources",
        begin: r#"{"resource": "limits.memory"}"#,
        fields: &[Field::new("resource", "of-resources", Control::Choice(AMOUNTS))],
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
                fields: &[
                    Field::new("name", "config-map", Control::Names("configmaps")).required(),
                    OPTIONAL,
                ],
            },
            Variant {
                key: "secretRef",
                id: "secret",
                begin: "{}",
                fields: &[Field::new("name", "secret", Control::Names("secrets")).required(), OPTIONAL],
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

/// What a program is asked by HTTP. Another host than the pod would be asked by the node for it: levels of Pod Security refuse
/// that.
const HTTP: &[Field] = &[
    line("path", "path").rule(Rule::Path).required(),
    Field::new("port", "port", Control::NumberOrText).rule(Rule::PortOrName).required(),
    Field::new("scheme", "scheme", Control::Choice(&["", "HTTP", "HTTPS"])),
    Field::new(
        "httpHeaders",
        "headers",
        Control::Items {
            begin: r#"{"name": "", "value": ""}"#,
            title: "name",
            fields: &[line("name", "name").rule(Rule::HeaderName).required(), line("value", "value")],
        },
    )
    .rule(Rule::Repeats),
];

const HANDLERS: &[Variant] = &[
    Variant { key: "", id: "none", begin: "", fields: &[] },
    Variant { key: "httpGet", id: "http", begin: r#"{"path": "/", "port": 80}"#, fields: HTTP },
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
const PROBE: [Field; 5] = [
    Field::new("", "handler", Control::OneOf(HANDLERS)),
    whole("initialDelaySeconds", "initial-delay"),
    whole("periodSeconds", "period"),
    whole("timeoutSeconds", "timeout"),
    whole("failureThreshold", "failure-threshold"),
];

/// Of those after which a container is ended.
const ENDING: &[Field] = &[
    PROBE[0],
    PROBE[1],
    PROBE[2],
    PROBE[3],
    PROBE[4],
    Field::new("terminationGracePeriodSeconds", "probe-grace", Control::Number)
        .rule(Rule::Whole(1, i32::MAX as i64)),
];

/// Only of this one more than one success may be asked for.
const READINESS: &[Field] = &[
    PROBE[0],
    PROBE[1],
    PROBE[2],
    PROBE[3],
    PROBE[4],
    Field::new("successThreshold", "success-threshold", Control::Number).rule(Rule::Whole(1, 1_000)),
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
        Variant { key: "httpGet", id: "http", begin: r#"{"path": "/", "port": 80}"#, fields: HTTP },
        Variant {
            key: "sleep",
            id: "pause",
            begin: r#"{"seconds": 5}"#,
            fields: &[whole("seconds", "pause-seconds").required()],
        },
    ]),
)];

/// How a container is changed while it runs.
const RESIZING: &[Field] = &[
    Field::new("resourceName", "resource", Control::Choice(&["cpu", "memory"])),
    Field::new("restartPolicy", "resize-by", Control::Choice(&["RestartContainer", "NotRequired"])),
];

/// What few containers need.
const RARER: &[Field] = &[
    DEVICES,
    Field::new(
        "resizePolicy",
        "resizing",
        Control::Items {
            begin: r#"{"resourceName": "memory", "restartPolicy": "RestartContainer"}"#,
            title: "resourceName",
            fields: RESIZING,
        },
    ),
    Field::new(
        "terminationMessagePolicy",
        "last-words",
        Control::Choice(&["", "File", "FallbackToLogsOnError"]),
    ),
];

const CONTAINER: [Field; 16] = [
    line("name", "name").rule(Rule::Label).required(),
    Field::new("image", "image", Control::Image).rule(Rule::Image).required(),
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
            quantity("requests/ephemeral-storage", "request-scratch"),
            quantity("limits/ephemeral-storage", "limit-scratch"),
            // A device is limited, and that is its request too.
            Field::new("limits", "other-limits", Control::Others(&["cpu", "memory", "ephemeral-storage"]))
                .rule(Rule::Quantity),
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
    Field::new(host_time::PLACE, "host-time", Control::HostTime),
    Field::new("livenessProbe", "liveness", Control::Group(ENDING)),
    Field::new("readinessProbe", "readiness", Control::Group(READINESS)),
    Field::new("startupProbe", "startup", Control::Group(ENDING)),
    Field::new("lifecycle/postStart", "post-start", Control::Group(HOOK)),
    Field::new("lifecycle/preStop", "pre-stop", Control::Group(HOOK)),
    Field::new(
        "securityContext",
        "security",
        Control::Group(&[
            Field::new("runAsNonRoot", "non-root", Control::Truth),
            whole("runAsUser", "user"),
            whole("runAsGroup", "group"),
            Field::new("readOnlyRootFilesystem", "read-only-root", Control::Truth),
            Field::new("allowPrivilegeEscalation", "escalation", Control::Truth),
            Field::new("privileged", "privileged", Control::Truth),
            Field::new("capabilities/drop", "drop", Control::Lines),
            Field::new("capabilities/add", "add", Control::Lines),
            SECCOMP[0],
            SECCOMP[1],
            APP_ARMOR[0],
            APP_ARMOR[1],
            SELINUX,
        ]),
    ),
    Field::new("", "container-rarer", Control::Group(RARER)),
];

/// Whether a container that runs first stays.
const SIDECAR: Field = Field::new("restartPolicy", "sidecar", Control::Choice(&["", "Always"]));

/// Of one that runs first. Only where it stays it is asked whether it is well, and may do something when it begins or ends.
const fn running_first(
    [
        name,
        image,
        pull,
        ports,
        resources,
        environment,
        program,
        mounts,
        time,
        liveness,
        readiness,
        startup,
        start,
        stop,
        security,
        rarer,
    ]: [Field; 16],
) -> [Field; 17] {
    const STAYS: &str = "restartPolicy=Always";
    [
        name,
        image,
        SIDECAR,
        pull,
        ports,
        resources,
        environment,
        program,
        mounts,
        time,
        liveness.when(STAYS),
        readiness.when(STAYS),
        startup.when(STAYS),
        start.when(STAYS),
        stop.when(STAYS),
        security,
        rarer,
    ]
}

const FIRST: [Field; 17] = running_first(CONTAINER);

/// The containers of a pod.
pub const CONTAINERS: &[Field] = &[
    Field::new(
        "containers",
        "containers",
        Control::Items { begin: r#"{"name": "", "image": ""}"#, title: "name", fields: &CONTAINER },
    )
    .required(),
    Field::new(
        "initContainers",
        "init-containers",
        Control::Items { begin: r#"{"name": "", "image": ""}"#, title: "name", fields: &FIRST },
    ),
];

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use crate::{Draft, forms};
    use serde_json::json;

    #[test]
    fn what_only_a_sidecar_has_goes_when_it_is_none_any_more() {
        let form = forms::find("deployments").unwrap();
        let mut draft = Draft::begin(form, "web", "shop");
        let place = "spec/template/spec/initContainers/0";
        let first = json!({
            "name": "proxy", "image": "proxy:1", "restartPolicy": "Always",
            "livenessProbe": {"tcpSocket": {"port": 80}, "terminationGracePeriodSeconds": 10},
        });
        draft.set(form, 0, "spec/template/spec/initContainers", Some(json!([first])));

        draft.set(form, 0, &format!("{place}/restartPolicy"), None);

        assert_eq!(draft.at(0, place), Some(&json!({"name": "proxy", "image": "proxy:1"})));
    }
}
