//! Of a cluster as a whole.

use super::rule::{ANY, both, cluster, console};
use super::{CLUSTER, EVERYTHING, PATCH, Permission, READ, WRITE};
use crate::need::Verb;

pub(super) const PERMISSIONS: &[Permission] = &[
    permission!(
        "cluster.view",
        "cluster",
        CLUSTER,
        [],
        [
            both(
                READ,
                "",
                &["namespaces", "nodes", "nodes/status", "persistentvolumes", "persistentvolumes/status"]
            ),
            both(READ, "admissionregistration.k8s.io", &[ANY]),
            both(READ, "apiextensions.k8s.io", &[ANY]),
            both(READ, "apiregistration.k8s.io", &[ANY]),
            both(READ, "certificates.k8s.io", &[ANY]),
            both(READ, "flowcontrol.apiserver.k8s.io", &[ANY]),
            both(READ, "gateway.networking.k8s.io", &["gatewayclasses"]),
            both(READ, "metrics.k8s.io", &["nodes"]),
            both(READ, "networking.k8s.io", &["ingressclasses", "ipaddresses", "servicecidrs"]),
            both(READ, "node.k8s.io", &[ANY]),
            both(READ, "rbac.authorization.k8s.io", &["clusterrolebindings", "clusterroles"]),
            both(READ, "resource.k8s.io", &[ANY]),
            both(READ, "scheduling.k8s.io", &[ANY]),
            both(READ, "snapshot.storage.k8s.io", &[ANY]),
            both(READ, "storage.k8s.io", &[ANY]),
        ]
    ),
    permission!(
        "nodes.operate",
        "cluster",
        CLUSTER,
        ["cluster.view", "workloads.view"],
        [
            console(&[Verb::Patch], "", &["nodes/cordon", "nodes/drain"]),
            cluster(PATCH, "", &["nodes"]),
            both(&[Verb::Create], "", &["pods/eviction"]),
        ]
    ),
    // Whoever holds this is root on every node: the pod behind it is privileged.
    permission!(
        "nodes.shell",
        "cluster",
        CLUSTER,
        ["cluster.view", "workloads.view"],
        [
            console(&[Verb::Create], "", &["nodes/shell"]),
            cluster(&[Verb::Create, Verb::Get, Verb::Delete], "", &["pods"]),
            cluster(&[Verb::Create, Verb::Get], "", &["pods/attach"]),
        ]
    ),
    permission!(
        "cluster.edit",
        "cluster",
        CLUSTER,
        ["nodes.operate"],
        [
            both(WRITE, "", &["namespaces", "nodes", "persistentvolumes"]),
            both(WRITE, "gateway.networking.k8s.io", &["gatewayclasses"]),
            both(WRITE, "networking.k8s.io", &["ingressclasses"]),
            both(WRITE, "node.k8s.io", &["runtimeclasses"]),
            both(WRITE, "resource.k8s.io", &["deviceclasses"]),
            both(WRITE, "scheduling.k8s.io", &["priorityclasses"]),
            both(WRITE, "snapshot.storage.k8s.io", &["volumesnapshotclasses", "volumesnapshotcontents"]),
            both(WRITE, "storage.k8s.io", &[ANY]),
        ]
    ),
    permission!("cluster.everything", "cluster", CLUSTER, [], [both(EVERYTHING, ANY, &[ANY])]),
];
