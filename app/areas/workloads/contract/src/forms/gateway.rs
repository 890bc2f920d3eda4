//! Routes of the Gateway API.

use super::selectors::expressions;
use super::{METADATA, basics, section};
use crate::field::{Control, Field, Form};
use crate::rule::Rule;

const PARENT: &[Field] = &[
    Field::new("name", "gateway", Control::Names("gateways.gateway.networking.k8s.io"))
        .rule(Rule::Subdomain)
        .required(),
    Field::new("namespace", "gateway-namespace", Control::Names("namespaces")).rule(Rule::Label),
    Field::new("sectionName", "listener", Control::Line).rule(Rule::Subdomain),
    Field::new("port", "listener-port", Control::Number).rule(Rule::Port),
];

const HEADER: &[Field] = &[
    Field::new("name", "name", Control::Line).required(),
    Field::new("value", "value", Control::Line).required(),
    Field::new("type", "match-type", Control::Choice(&["", "Exact", "RegularExpression"])),
];

const MATCH: &[Field] = &[
    Field::new("path/type", "path-type", Control::Choice(&["", "PathPrefix", "Exact", "RegularExpression"])),
    Field::new("path/value", "path", Control::Line),
    Field::new(
        "method",
        "method",
        Control::Choice(&[
            "", "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH",
        ]),
    ),
    Field::new(
        "headers",
        "headers",
        Control::Items { begin: r#"{"name": "", "value": ""}"#, title: "name", fields: HEADER },
    ),
];

const BACKEND: &[Field] = &[
    Field::new("name", "service", Control::Names("services")).required(),
    Field::new("port", "port", Control::Number).rule(Rule::Port).required(),
    Field::new("weight", "weight", Control::Number).rule(Rule::Whole(0, 1_000_000)),
    Field::new("namespace", "backend-namespace", Control::Names("namespaces")).rule(Rule::Label),
];

/// What a new rule of a route is.
const NEW_RULE: &str = r#"{
    "matches": [{"path": {"type": "PathPrefix", "value": "/"}}],
    "backendRefs": [{"name": "", "port": 80}]
}"#;

/// An HTTP route of the Gateway API (`gateway.networking.k8s.io/v1`).
pub static HTTP_ROUTE: Form = Form {
    slug: "httproutes.gateway.networking.k8s.io",
    begin: r#"{
        "apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute",
        "metadata": {"name": "NAME", "namespace": "NAMESPACE"},
        "spec": {
            "parentRefs": [{"name": ""}],
            "rules": [{
                "matches": [{"path": {"type": "PathPrefix", "value": "/"}}],
                "backendRefs": [{"name": "", "port": 80}]
            }]
        }
    }"#,
    template: None,
    beside: None,
    follow_name: &[],
    sections: &[
        basics(METADATA),
        section(
            "entry",
            "spec",
            &[
                Field::new(
                    "parentRefs",
                    "gateways",
                    Control::Items { begin: r#"{"name": ""}"#, title: "name", fields: PARENT },
                )
                .required(),
                Field::new("hostnames", "hosts", Control::Lines),
            ],
        ),
        section(
            "routes",
            "spec",
            &[Field::new(
                "rules",
                "rules",
                Control::Items {
                    begin: NEW_RULE,
                    title: "matches/0/path/value",
                    fields: &[
                        Field::new(
                            "matches",
                            "matches",
                            Control::Items {
                                begin: r#"{"path": {"type": "PathPrefix", "value": "/"}}"#,
                                title: "path/value",
                                fields: MATCH,
                            },
                        )
                        .rule(Rule::Repeats),
                        Field::new(
                            "backendRefs",
                            "backends",
                            Control::Items {
                                begin: r#"{"name": "", "port": 80}"#,
                                title: "name",
                                fields: BACKEND,
                            },
                        ),
                        Field::new("timeouts/request", "request-timeout", Control::Line),
                    ],
                },
            )
            .rule(Rule::Repeats)],
        ),
    ],
};

const LISTENER: &[Field] = &[
    Field::new("name", "name", Control::Line).rule(Rule::Subdomain).required(),
    Field::new("protocol", "protocol", Control::Choice(&["HTTP", "HTTPS", "TLS", "TCP", "UDP"])),
    Field::new("port", "port", Control::Number).rule(Rule::Port).required(),
    Field::new("hostname", "host", Control::Line).rule(Rule::Host),
    Field::new(
        "tls",
        "listener-tls",
        Control::Group(&[
            Field::new("mode", "tls-mode", Control::Choice(&["", "Terminate", "Passthrough"])),
            Field::new(
                "certificateRefs",
                "tls",
                Control::Items {
                    begin: r#"{"name": ""}"#,
                    title: "name",
                    fields: &[Field::new("name", "tls-secret", Control::Names("secrets")).required()],
                },
            ),
        ]),
    ),
    Field::new(
        "allowedRoutes/namespaces/from",
        "routes-from",
        Control::Choice(&["", "Same", "All", "Selector"]),
    ),
    Field::new("allowedRoutes/namespaces/selector/matchLabels", "namespaces-with", Control::Pairs)
        .rule(Rule::Labels)
        .when("allowedRoutes/namespaces/from=Selector"),
    expressions("allowedRoutes/namespaces/selector/matchExpressions", "namespace-expressions")
        .when("allowedRoutes/namespaces/from=Selector"),
];

/// A gateway: where traffic comes in (`gateway.networking.k8s.io/v1`).
pub static GATEWAY: Form = Form {
    slug: "gateways.gateway.networking.k8s.io",
    begin: r#"{
        "apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway",
        "metadata": {"name": "NAME", "namespace": "NAMESPACE"},
        "spec": {
            "gatewayClassName": "",
            "listeners": [{"name": "http", "protocol": "HTTP", "port": 80}]
        }
    }"#,
    template: None,
    beside: None,
    follow_name: &[],
    sections: &[
        basics(METADATA),
        section(
            "listeners",
            "spec",
            &[
                Field::new(
                    "gatewayClassName",
                    "gateway-class",
                    Control::Names("gatewayclasses.gateway.networking.k8s.io"),
                )
                .rule(Rule::Subdomain)
                .required(),
                Field::new(
                    "listeners",
                    "listeners",
                    Control::Items {
                        begin: r#"{"name": "", "protocol": "HTTP", "port": 80}"#,
                        title: "name",
                        fields: LISTENER,
                    },
                )
                .required(),
            ],
        ),
    ],
};
