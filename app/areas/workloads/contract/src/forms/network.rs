//! How programs are reached.

use super::{METADATA, METADATA_OF_CLUSTER, basics, section};
use crate::field::{Control, Field, Form};
use crate::rule::Rule;

/// A port of a service.
pub(super) const PORT: &[Field] = &[
    Field::new("name", "name", Control::Line).rule(Rule::Label),
    Field::new("port", "port", Control::Number).rule(Rule::Port).required(),
    Field::new("targetPort", "target-port", Control::NumberOrText).rule(Rule::PortOrName),
    Field::new("nodePort", "node-port", Control::Number).rule(Rule::Port),
    Field::new("protocol", "protocol", Control::Choice(&["", "TCP", "UDP", "SCTP"])),
];

/// A service.
pub static SERVICE: Form = Form {
    slug: "services",
    begin: r#"{
        "apiVersion": "v1", "kind": "Service",
        "metadata": {"name": "NAME", "namespace": "NAMESPACE"},
        "spec": {"type": "ClusterIP", "selector": {"app": "NAME"}, "ports": [{"port": 80, "targetPort": 80}]}
    }"#,
    template: None,
    beside: None,
    follow_name: &["spec/selector/app"],
    sections: &[
        basics(METADATA),
        section(
            "service",
            "spec",
            &[
                Field::new(
                    "type",
                    "service-type",
                    Control::Choice(&["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"]),
                ),
                Field::new("clusterIP", "cluster-ip", Control::Line).when("type=ClusterIP"),
                Field::new("externalName", "external-name", Control::Line)
                    .rule(Rule::Host)
                    .required()
                    .when("type=ExternalName"),
                Field::new("selector", "selector", Control::Pairs).rule(Rule::Labels),
                Field::new(
                    "ports",
                    "service-ports",
                    Control::Items {
                        begin: r#"{"port": 80, "targetPort": 80}"#,
                        title: "port",
                        fields: PORT,
                    },
                ),
                Field::new("sessionAffinity", "affinity", Control::Choice(&["", "None", "ClientIP"])),
                Field::new(
                    "externalTrafficPolicy",
                    "traffic-policy",
                    Control::Choice(&["", "Cluster", "Local"]),
                )
                .when("type=LoadBalancer"),
            ],
        ),
    ],
};

/// No field of it is required: most ingresses have none.
const DEFAULT_BACKEND: &[Field] = &[
    Field::new("service/name", "service", Control::Names("services")),
    Field::new("service/port/number", "port", Control::Number).rule(Rule::Port),
    Field::new("service/port/name", "port-name", Control::Line).rule(Rule::PortName),
];

const ROUTE: &[Field] = &[
    Field::new("path", "path", Control::Line).rule(Rule::Path),
    Field::new("pathType", "path-type", Control::Choice(&["Prefix", "Exact", "ImplementationSpecific"])),
    Field::new("backend/service/name", "service", Control::Names("services")).required(),
    Field::new("backend/service/port/number", "port", Control::Number).rule(Rule::Port),
    Field::new("backend/service/port/name", "port-name", Control::Line).rule(Rule::PortName),
];

/// What a new host of an ingress is, and a new path of a host.
const NEW_HOST: &str = r#"{"http": {"paths": [
    {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "", "port": {"number": 80}}}}
]}}"#;
const NEW_ROUTE: &str =
    r#"{"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "", "port": {"number": 80}}}}"#;

/// An ingress.
pub static INGRESS: Form = Form {
    slug: "ingresses",
    begin: r#"{
        "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
        "metadata": {"name": "NAME", "namespace": "NAMESPACE"},
        "spec": {"rules": [{"host": "", "http": {"paths": [
            {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "", "port": {"number": 80}}}}
        ]}}]}
    }"#,
    template: None,
    beside: None,
    follow_name: &[],
    sections: &[
        basics(METADATA),
        section(
            "routes",
            "spec",
            &[
                Field::new("ingressClassName", "ingress-class", Control::Names("ingressclasses")),
                Field::new(
                    "rules",
                    "rules",
                    Control::Items {
                        begin: NEW_HOST,
                        title: "host",
                        fields: &[
                            Field::new("host", "host", Control::Line).rule(Rule::Host),
                            Field::new(
                                "http/paths",
                                "paths",
                                Control::Items { begin: NEW_ROUTE, title: "", fields: ROUTE },
                            )
                            .required(),
                        ],
                    },
                ),
                Field::new("defaultBackend", "default-backend", Control::Group(DEFAULT_BACKEND)),
            ],
        ),
        section(
            "tls",
            "spec",
            &[Field::new(
                "tls",
                "tls",
                Control::Items {
                    begin: r#"{"hosts": []}"#,
                    title: "",
                    fields: &[
                        Field::new("secretName", "tls-secret", Control::Names("secrets")).required(),
                        Field::new("hosts", "hosts", Control::Lines),
                    ],
                },
            )],
        ),
    ],
};

/// Which controller serves the ingresses that name the class (`networking.k8s.io/v1`).
pub static INGRESS_CLASS: Form = Form {
    slug: "ingressclasses",
    begin: r#"{
        "apiVersion": "networking.k8s.io/v1", "kind": "IngressClass",
        "metadata": {"name": "NAME"},
        "spec": {"controller": ""}
    }"#,
    template: None,
    beside: None,
    follow_name: &[],
    sections: &[
        basics(METADATA_OF_CLUSTER),
        section(
            "class",
            "",
            &[
                Field::new("spec/controller", "controller", Control::Line).required().fixed(),
                Field::new(
                    "metadata/annotations/ingressclass.kubernetes.io~1is-default-class",
                    "default-ingress-class",
                    Control::ToggleText,
                ),
                Field::new(
                    "spec/parameters",
                    "class-parameters",
                    Control::Group(&[
                        Field::new("apiGroup", "source-group", Control::Line).rule(Rule::Subdomain),
                        Field::new("kind", "source-kind", Control::Line),
                        Field::new("name", "source-name", Control::Line),
                        Field::new(
                            "scope",
                            "parameters-scope",
                            Control::Choice(&["", "Cluster", "Namespace"]),
                        ),
                        Field::new("namespace", "namespace", Control::Names("namespaces"))
                            .rule(Rule::Label)
                            .required()
                            .when("scope=Namespace"),
                    ]),
                ),
            ],
        ),
    ],
};
