//! In projects: what is beside workloads.

use super::rule::{ANY, CUSTOM, both, console};
use super::{NAMESPACED, Permission, READ, WRITE};
use crate::need::Verb;

const SERVICES: &[&str] = &["endpoints", "services", "services/status"];
const INGRESSES: &[&str] = &["ingresses", "ingresses/status", "networkpolicies"];
const ROUTES: &[&str] = &[ANY];
const SNAPSHOTS: &[&str] = &["volumesnapshots", "volumesnapshots/status"];
const ROLES: &[&str] = &["rolebindings", "roles"];
const SETTINGS: &[&str] = &["configmaps", "serviceaccounts"];

pub(super) const PERMISSIONS: &[Permission] = &[
    permission!(
        "network.view",
        "network",
        NAMESPACED,
        ["project.view"],
        [
            both(READ, "", SERVICES),
            both(READ, "discovery.k8s.io", &["endpointslices"]),
            both(READ, "networking.k8s.io", INGRESSES),
            both(READ, "gateway.networking.k8s.io", ROUTES),
        ]
    ),
    permission!(
        "network.edit",
        "network",
        NAMESPACED,
        ["network.view"],
        [
            both(WRITE, "", SERVICES),
            both(WRITE, "discovery.k8s.io", &["endpointslices"]),
            both(WRITE, "networking.k8s.io", INGRESSES),
            both(
                WRITE,
                "gateway.networking.k8s.io",
                &[
                    "backendtlspolicies",
                    "gateways",
                    "grpcroutes",
                    "httproutes",
                    "referencegrants",
                    "tcproutes",
                    "tlsroutes",
                    "udproutes"
                ]
            ),
        ]
    ),
    permission!(
        "configuration.view",
        "configuration",
        NAMESPACED,
        ["project.view"],
        [both(READ, "", SETTINGS)]
    ),
    permission!(
        "configuration.edit",
        "configuration",
        NAMESPACED,
        ["configuration.view"],
        [both(WRITE, "", SETTINGS)]
    ),
    // Names and types only: the console lists secrets without their values, which the cluster cannot.
    permission!(
        "secrets.view",
        "configuration",
        NAMESPACED,
        ["project.view"],
        [console(&[Verb::List, Verb::Watch], "", &["secrets"]),]
    ),
    permission!(
        "secrets.read",
        "configuration",
        NAMESPACED,
        ["secrets.view"],
        [both(READ, "", &["secrets"])]
    ),
    permission!(
        "secrets.edit",
        "configuration",
        NAMESPACED,
        ["secrets.read"],
        [both(WRITE, "", &["secrets"])]
    ),
    permission!(
        "storage.view",
        "storage",
        NAMESPACED,
        ["project.view"],
        [
            both(READ, "", &["persistentvolumeclaims", "persistentvolumeclaims/status"]),
            both(READ, "snapshot.storage.k8s.io", SNAPSHOTS),
            both(READ, "storage.k8s.io", &["csistoragecapacities"]),
        ]
    ),
    permission!(
        "storage.edit",
        "storage",
        NAMESPACED,
        ["storage.view"],
        [both(WRITE, "", &["persistentvolumeclaims"]), both(WRITE, "snapshot.storage.k8s.io", SNAPSHOTS),]
    ),
    permission!(
        "access.view",
        "members",
        NAMESPACED,
        ["project.view"],
        [both(READ, "rbac.authorization.k8s.io", ROLES),]
    ),
    // The cluster itself refuses to give away more than the giver has.
    permission!(
        "access.edit",
        "members",
        NAMESPACED,
        ["access.view"],
        [both(WRITE, "rbac.authorization.k8s.io", ROLES),]
    ),
];

pub(super) const OF_CUSTOM_KINDS: &[Permission] = &[
    permission!("custom.view", "custom", NAMESPACED, ["project.view"], [both(READ, CUSTOM, &[ANY])]),
    permission!("custom.edit", "custom", NAMESPACED, ["custom.view"], [both(WRITE, CUSTOM, &[ANY])]),
];
