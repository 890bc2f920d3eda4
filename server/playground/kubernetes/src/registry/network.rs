//! networking.k8s.io and discovery.k8s.io.

use super::Subresource::Status;
use super::cells;
use super::{AGE, BuiltIn, NAME, at, with};
use crate::{defaults, validation};

/// Ingresses, policies and where services lead.
pub(crate) static KINDS: &[BuiltIn] = &[
    BuiltIn {
        group: "networking.k8s.io",
        kind: "Ingress",
        plural: "ingresses",
        short: &["ing"],
        subresources: &[Status],
        generation: true,
        columns: &[
            NAME,
            with("Class", |object| cells::or_none(object, "/spec/ingressClassName")),
            with("Hosts", cells::ingress_hosts),
            with("Address", cells::load_balancer_addresses),
            with("Ports", cells::ingress_ports),
            AGE,
        ],
        validate: validation::ingress,
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        group: "networking.k8s.io",
        kind: "IngressClass",
        plural: "ingressclasses",
        namespaced: false,
        generation: true,
        columns: &[
            NAME,
            at("Controller", "/spec/controller"),
            with("Parameters", cells::ingress_parameters),
            AGE,
        ],
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        group: "networking.k8s.io",
        kind: "NetworkPolicy",
        plural: "networkpolicies",
        short: &["netpol"],
        generation: true,
        columns: &[
            NAME,
            with("Pod-Selector", |object| cells::label_selector(&object["spec"]["podSelector"])),
            AGE,
        ],
        validate: validation::network_policy,
        default: defaults::network_policy,
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        group: "networking.k8s.io",
        since: 33,
        kind: "IPAddress",
        plural: "ipaddresses",
        short: &["ip"],
        namespaced: false,
        columns: &[NAME, with("ParentRef", cells::parent_reference), AGE],
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        group: "networking.k8s.io",
        since: 33,
        kind: "ServiceCIDR",
        plural: "servicecidrs",
        namespaced: false,
        subresources: &[Status],
        columns: &[NAME, with("CIDRs", |object| cells::joined(object, "/spec/cidrs")), AGE],
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        group: "discovery.k8s.io",
        kind: "EndpointSlice",
        plural: "endpointslices",
        generation: true,
        columns: &[
            NAME,
            at("AddressType", "/addressType"),
            with("Ports", cells::slice_ports),
            with("Endpoints", cells::slice_endpoints),
            AGE,
        ],
        ..BuiltIn::PLAIN
    },
];
