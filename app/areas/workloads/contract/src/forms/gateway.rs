//! Gateways, of the Gateway API. What goes through them is in `routes`.

use super::selectors::expressions;
use super::{METADATA, basics, section};
use crate::field::{Control, Field, Form};
use crate::rule::Rule;

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
