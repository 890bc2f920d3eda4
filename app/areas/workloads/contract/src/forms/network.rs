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
    Field::new("appProtocol", "app-protocol", Control::Line),
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
                Field::new("selector", "selector", Control::PodLabels).rule(Rule::Labels),
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
                    "sessionAffinityConfig/clientIP/timeoutSeconds",
                    "affinity-seconds",
                    Control::Number,
                )
                .rule(Rule::Whole(1, 86_400))
                .when("sessionAffinity=ClientIP"),
                Field::new(
                    "internalTrafficPolicy",
                    "inner-traffic",
                    Control::Choice(&["", "Cluster", "Local"]),
                )
                .when("type=ClusterIP|NodePort|LoadBalancer"),
                Field::new(
                    "externalTrafficPolicy",
                    "traffic-policy",
                    Control::Choice(&["", "Cluster", "Local"]),
                )
                .when("type=NodePort|LoadBalancer"),
                Field::new("healthCheckNodePort", "health-port", Control::Number)
                    .rule(Rule::Port)
                    .when("type=LoadBalancer&externalTrafficPolicy=Local")
                    .fixed(),
                Field::new(
                    "trafficDistribution",
                    "near-traffic",
                    Control::Choice(&["", "PreferClose", "PreferSameZone", "PreferSameNode"]),
                )
                .when("type=ClusterIP|NodePort|LoadBalancer"),
                Field::new(
                    "ipFamilyPolicy",
                    "family-policy",
                    Control::Choice(&["", "SingleStack", "PreferDualStack", "RequireDualStack"]),
                )
                .when("type=ClusterIP|NodePort|LoadBalancer"),
                Field::new("ipFamilies", "families", Control::Ticks(&["IPv4", "IPv6"]))
                    .when("type=ClusterIP|NodePort|LoadBalancer"),
                Field::new("allocateLoadBalancerNodePorts", "balancer-node-ports", Control::Truth)
                    .when("type=LoadBalancer"),
                Field::new("loadBalancerClass", "balancer-class", Control::Line)
                    .when("type=LoadBalancer")
                    .fixed(),
                Field::new("loadBalancerSourceRanges", "source-ranges", Control::Lines)
                    .rule(Rule::Cidr)
                    .when("type=LoadBalancer"),
                Field::new("externalIPs", "external-addresses", Control::Lines)
                    .when("type=ClusterIP|NodePort|LoadBalancer"),
                Field::new("publishNotReadyAddresses", "unready-too", Control::Toggle),
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
                        // Without one, the controller takes a certificate of its own.
                        Field::new("secretName", "tls-secret", Control::Names("secrets")),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Draft;
    use serde_json::json;

    #[test]
    fn an_ingress_may_leave_the_certificate_to_its_controller() {
        let mut draft = Draft::begin(&INGRESS, "web", "shop");
        draft.set(&INGRESS, 0, "spec/rules/0/http/paths/0/backend/service/name", Some(json!("web")));
        draft.set(&INGRESS, 0, "spec/tls", Some(json!([{"hosts": ["shop.example.com"]}])));

        assert_eq!(draft.faults(&INGRESS), []);
    }

    #[test]
    fn what_only_services_with_an_outside_have_goes_with_it() {
        let mut draft = Draft::begin(&SERVICE, "web", "shop");
        let set = |draft: &mut Draft, path: &str, value| draft.set(&SERVICE, 0, path, Some(value));
        set(&mut draft, "spec/type", json!("LoadBalancer"));
        set(&mut draft, "spec/externalTrafficPolicy", json!("Local"));
        set(&mut draft, "spec/healthCheckNodePort", json!(30_990));
        set(&mut draft, "spec/loadBalancerSourceRanges", json!(["10.0.0.0/8"]));
        set(&mut draft, "spec/allocateLoadBalancerNodePorts", json!(false));
        set(&mut draft, "spec/ipFamilyPolicy", json!("PreferDualStack"));
        set(&mut draft, "spec/ipFamilies", json!(["IPv6", "IPv4"]));
        set(&mut draft, "spec/trafficDistribution", json!("PreferClose"));

        set(&mut draft, "spec/type", json!("NodePort"));
        assert_eq!(draft.at(0, "spec/loadBalancerSourceRanges"), None);
        assert_eq!(draft.at(0, "spec/allocateLoadBalancerNodePorts"), None);
        assert_eq!(draft.at(0, "spec/healthCheckNodePort"), None);
        assert_eq!(draft.at(0, "spec/externalTrafficPolicy"), Some(&json!("Local")));
        set(&mut draft, "spec/type", json!("ClusterIP"));
        assert_eq!(draft.at(0, "spec/externalTrafficPolicy"), None);
        assert_eq!(draft.at(0, "spec/ipFamilies"), Some(&json!(["IPv6", "IPv4"])));
        set(&mut draft, "spec/type", json!("ExternalName"));
        for gone in ["ipFamilyPolicy", "ipFamilies", "trafficDistribution"] {
            assert_eq!(draft.at(0, &format!("spec/{gone}")), None, "{gone}");
        }
    }

    #[test]
    fn a_port_for_health_goes_when_traffic_is_spread_over_all_nodes() {
        let mut draft = Draft::begin(&SERVICE, "web", "shop");
        let set = |draft: &mut Draft, path: &str, value| draft.set(&SERVICE, 0, path, Some(value));
        set(&mut draft, "spec/type", json!("LoadBalancer"));
        set(&mut draft, "spec/externalTrafficPolicy", json!("Local"));
        set(&mut draft, "spec/healthCheckNodePort", json!(70_000));

        assert_eq!(draft.faults(&SERVICE)[0].place, "0/spec/healthCheckNodePort");
        set(&mut draft, "spec/externalTrafficPolicy", json!("Cluster"));
        assert_eq!(draft.at(0, "spec/healthCheckNodePort"), None);
        assert_eq!(draft.faults(&SERVICE), []);
    }
}
