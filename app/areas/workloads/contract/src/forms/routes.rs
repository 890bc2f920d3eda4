//! Routes of the Gateway API.

mod filters;

use super::{METADATA, basics, section};
use crate::field::{Control, Field, Form, Section};
use crate::rule::Rule;
use filters::{OF_CALLS, OF_REQUESTS};

const PARENT: &[Field] = &[
    Field::new("name", "gateway", Control::Names("gateways.gateway.networking.k8s.io"))
        .rule(Rule::Subdomain)
        .required(),
    Field::new("namespace", "gateway-namespace", Control::Names("namespaces")).rule(Rule::Label),
    Field::new("sectionName", "listener", Control::Line).rule(Rule::Subdomain),
    Field::new("port", "listener-port", Control::Number).rule(Rule::Port),
];

/// Two listeners of one gateway are two parents of one name.
const PARENTS: Field = Field::new(
    "parentRefs",
    "gateways",
    Control::Items { begin: r#"{"name": ""}"#, title: "name", fields: PARENT },
)
.rule(Rule::Repeats)
.required();

const HOSTS: Field = Field::new("hostnames", "hosts", Control::Lines).rule(Rule::Host);

const ENTRY: Section = section("entry", "spec", &[PARENTS, HOSTS]);

const BACKEND: &[Field] = &[
    Field::new("name", "service", Control::Names("services")).required(),
    // Other kinds of backends, such as services of several clusters, may be without.
    Field::new("port", "port", Control::Number).rule(Rule::Port).required().when("kind=|Service"),
    Field::new("weight", "backend-weight", Control::Number).rule(Rule::Whole(0, 1_000_000)),
    Field::new("namespace", "backend-namespace", Control::Names("namespaces")).rule(Rule::Label),
];

/// One service may be there with two of its ports.
const BACKENDS: Field = Field::new(
    "backendRefs",
    "backends",
    Control::Items { begin: r#"{"name": "", "port": 80}"#, title: "name", fields: BACKEND },
)
.rule(Rule::Repeats);

/// A value of a header or of a parameter that requests are compared with.
const fn compared(match_type: &'static str) -> [Field; 3] {
    [
        Field::new("name", "name", Control::Line).rule(Rule::HeaderName).required(),
        Field::new("value", "value", Control::Line).required(),
        Field::new("type", match_type, Control::Choice(&["", "Exact", "RegularExpression"])),
    ]
}

const HEADER: &[Field] = &compared("match-type");
const PARAMETER: &[Field] = &compared("parameter-match");

const HEADERS: Field = Field::new(
    "headers",
    "headers",
    Control::Items { begin: r#"{"name": "", "value": ""}"#, title: "name", fields: HEADER },
);

const MATCH: &[Field] = &[
    Field::new("path/type", "path-type", Control::Choice(&["", "PathPrefix", "Exact", "RegularExpression"])),
    Field::new("path/value", "path", Control::Line).rule(Rule::RoutePath).when("path/type=|PathPrefix|Exact"),
    Field::new("path/value", "path", Control::Line).when("path/type=RegularExpression"),
    Field::new(
        "method",
        "method",
        Control::Choice(&[
            "", "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH",
        ]),
    ),
    HEADERS,
    Field::new(
        "queryParams",
        "query-parameters",
        Control::Items { begin: r#"{"name": "", "value": ""}"#, title: "name", fields: PARAMETER },
    ),
];

/// What a new rule of a route is.
const NEW_RULE: &str = r#"{
    "matches": [{"path": {"type": "PathPrefix", "value": "/"}}],
    "backendRefs": [{"name": "", "port": 80}]
}"#;

const RULE: &[Field] = &[
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
    OF_REQUESTS,
    BACKENDS,
    Field::new("timeouts/request", "request-timeout", Control::Line).rule(Rule::Span),
    Field::new("timeouts/backendRequest", "backend-timeout", Control::Line).rule(Rule::Span),
];

const fn rules(begin: &'static str, title: &'static str, fields: &'static [Field]) -> Field {
    Field::new("rules", "rules", Control::Items { begin, title, fields }).rule(Rule::Repeats)
}

/// An HTTP route (`gateway.networking.k8s.io/v1`).
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
        ENTRY,
        section("routes", "spec", &[rules(NEW_RULE, "matches/0/path/value", RULE)]),
    ],
};

const CALL: &[Field] = &[
    Field::new("method/type", "call-match", Control::Choice(&["", "Exact", "RegularExpression"])),
    Field::new("method/service", "grpc-service", Control::Line)
        .rule(Rule::GrpcService)
        .when("method/type=|Exact"),
    Field::new("method/method", "method", Control::Line).rule(Rule::GrpcMethod).when("method/type=|Exact"),
    Field::new("method/service", "grpc-service", Control::Line).when("method/type=RegularExpression"),
    Field::new("method/method", "method", Control::Line).when("method/type=RegularExpression"),
    HEADERS,
];

const OF_A_CALL: &[Field] = &[
    Field::new("matches", "matches", Control::Items { begin: "{}", title: "method/service", fields: CALL })
        .rule(Rule::Repeats),
    OF_CALLS,
    BACKENDS,
];

/// A route of gRPC (`gateway.networking.k8s.io/v1`).
pub static GRPC_ROUTE: Form = Form {
    slug: "grpcroutes.gateway.networking.k8s.io",
    begin: r#"{
        "apiVersion": "gateway.networking.k8s.io/v1", "kind": "GRPCRoute",
        "metadata": {"name": "NAME", "namespace": "NAMESPACE"},
        "spec": {
            "parentRefs": [{"name": ""}],
            "rules": [{"backendRefs": [{"name": "", "port": 80}]}]
        }
    }"#,
    template: None,
    beside: None,
    follow_name: &[],
    sections: &[
        basics(METADATA),
        ENTRY,
        section(
            "routes",
            "spec",
            &[rules(r#"{"backendRefs": [{"name": "", "port": 80}]}"#, "matches/0/method/service", OF_A_CALL)],
        ),
    ],
};

/// Connections go to backends, and nothing else is asked of them.
const CONNECTION: &[Field] = &[BACKENDS.required()];

const CONNECTIONS: Section = section(
    "routes",
    "spec",
    &[rules(r#"{"backendRefs": [{"name": "", "port": 443}]}"#, "backendRefs/0/name", CONNECTION).required()],
);

/// A route of connections that are encrypted to their end. Which version there is depends on the cluster.
pub static TLS_ROUTE: Form = Form {
    slug: "tlsroutes.gateway.networking.k8s.io",
    begin: r#"{
        "apiVersion": "gateway.networking.k8s.io/v1", "kind": "TLSRoute",
        "metadata": {"name": "NAME", "namespace": "NAMESPACE"},
        "spec": {
            "parentRefs": [{"name": ""}],
            "rules": [{"backendRefs": [{"name": "", "port": 443}]}]
        }
    }"#,
    template: None,
    beside: None,
    follow_name: &[],
    sections: &[basics(METADATA), ENTRY, CONNECTIONS],
};

/// A route of all that comes in at a port. Which version there is depends on the cluster.
pub static TCP_ROUTE: Form = Form {
    slug: "tcproutes.gateway.networking.k8s.io",
    begin: r#"{
        "apiVersion": "gateway.networking.k8s.io/v1", "kind": "TCPRoute",
        "metadata": {"name": "NAME", "namespace": "NAMESPACE"},
        "spec": {
            "parentRefs": [{"name": ""}],
            "rules": [{"backendRefs": [{"name": "", "port": 443}]}]
        }
    }"#,
    template: None,
    beside: None,
    follow_name: &[],
    sections: &[basics(METADATA), section("entry", "spec", &[PARENTS]), CONNECTIONS],
};
