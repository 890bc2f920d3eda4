//! In projects: what they are, and what runs there.

use super::rule::{both, cluster, console};
use super::{CHANGE, DELETE, NAMESPACED, PATCH, Permission, READ, WRITE};
use crate::need::{CONSOLE_GROUP, Verb};

const PODS: &[&str] = &[
    "pods",
    "pods/status",
    "podtemplates",
    "replicationcontrollers",
    "replicationcontrollers/scale",
    "replicationcontrollers/status",
];
const APPS: &[&str] = &[
    "controllerrevisions",
    "daemonsets",
    "daemonsets/status",
    "deployments",
    "deployments/scale",
    "deployments/status",
    "replicasets",
    "replicasets/scale",
    "replicasets/status",
    "statefulsets",
    "statefulsets/scale",
    "statefulsets/status",
];
const BATCH: &[&str] = &["cronjobs", "cronjobs/status", "jobs", "jobs/status"];
const SCALES: &[&str] = &["deployments/scale", "replicasets/scale", "statefulsets/scale"];
/// Parts that only the console knows: a change that is narrower than `patch` on the whole.
const OPERATED: &[&str] =
    &["daemonsets/operate", "deployments/operate", "replicasets/operate", "statefulsets/operate"];
const CLAIMS: &[&str] = &["resourceclaims", "resourceclaims/status", "resourceclaimtemplates"];

pub(super) const PERMISSIONS: &[Permission] = &[
    permission!(
        "project.view",
        "project",
        NAMESPACED,
        [],
        [
            // `objects` are whatever of a place may be seen: overviews are made of it.
            console(READ, CONSOLE_GROUP, &["objects", "projects"]),
            both(
                READ,
                "",
                &["events", "limitranges", "namespaces", "resourcequotas", "resourcequotas/status"]
            ),
            both(READ, "events.k8s.io", &["events"]),
            both(READ, "coordination.k8s.io", &["leases"]),
        ]
    ),
    permission!(
        "quotas.edit",
        "project",
        NAMESPACED,
        ["project.view"],
        [both(WRITE, "", &["limitranges", "resourcequotas"]),]
    ),
    permission!(
        "workloads.view",
        "workloads",
        NAMESPACED,
        ["project.view"],
        [
            both(READ, "", PODS),
            both(READ, "apps", APPS),
            both(READ, "batch", BATCH),
            both(READ, "autoscaling", &["horizontalpodautoscalers", "horizontalpodautoscalers/status"]),
            both(READ, "policy", &["poddisruptionbudgets", "poddisruptionbudgets/status"]),
            both(READ, "metrics.k8s.io", &["pods"]),
            both(READ, "resource.k8s.io", CLAIMS),
        ]
    ),
    permission!(
        "workloads.logs",
        "workloads",
        NAMESPACED,
        ["workloads.view"],
        [both(READ, "", &["pods/log"])]
    ),
    permission!(
        "workloads.exec",
        "workloads",
        NAMESPACED,
        ["workloads.view"],
        [
            both(&[Verb::Get, Verb::Create], "", &["pods/attach", "pods/exec", "pods/portforward"]),
            both(PATCH, "", &["pods/ephemeralcontainers"]),
        ]
    ),
    // Searches that people keep. Those of one's own need no permission.
    permission!(
        "searches.share",
        "workloads",
        NAMESPACED,
        ["workloads.logs"],
        [console(&[Verb::Create], CONSOLE_GROUP, &["searches"])]
    ),
    permission!(
        "searches.manage",
        "workloads",
        NAMESPACED,
        ["searches.share"],
        [console(WRITE, CONSOLE_GROUP, &["searches"])]
    ),
    // Where terminals are recorded, and seeing what they showed.
    permission!(
        "terminals.record",
        "workloads",
        NAMESPACED,
        ["project.view"],
        [console(WRITE, CONSOLE_GROUP, &["recordings/policy"])]
    ),
    permission!(
        "terminals.replay",
        "workloads",
        NAMESPACED,
        ["project.view"],
        [console(READ, CONSOLE_GROUP, &["recordings", "recordings/replay"])]
    ),
    permission!(
        "workloads.operate",
        "workloads",
        NAMESPACED,
        ["workloads.view"],
        [
            both(PATCH, "apps", SCALES),
            both(PATCH, "", &["replicationcontrollers/scale"]),
            console(PATCH, "apps", OPERATED),
            console(PATCH, "batch", &["cronjobs/operate", "jobs/operate"]),
            console(&[Verb::Create], "batch", &["cronjobs/trigger", "jobs/trigger"]),
            cluster(PATCH, "apps", &["daemonsets", "deployments", "replicasets", "statefulsets"]),
            cluster(PATCH, "batch", &["cronjobs", "jobs"]),
            cluster(&[Verb::Create], "batch", &["jobs"]),
            both(&[Verb::Create], "", &["pods/eviction"]),
        ]
    ),
    permission!(
        "workloads.edit",
        "workloads",
        NAMESPACED,
        ["workloads.operate"],
        [
            both(CHANGE, "", PODS),
            both(PATCH, "", &["pods/resize"]),
            both(CHANGE, "apps", APPS),
            both(CHANGE, "batch", BATCH),
            both(CHANGE, "autoscaling", &["horizontalpodautoscalers"]),
            both(CHANGE, "policy", &["poddisruptionbudgets"]),
            both(CHANGE, "resource.k8s.io", CLAIMS),
        ]
    ),
    permission!(
        "workloads.delete",
        "workloads",
        NAMESPACED,
        ["workloads.view"],
        [
            both(DELETE, "", PODS),
            both(DELETE, "apps", APPS),
            both(DELETE, "batch", BATCH),
            both(DELETE, "autoscaling", &["horizontalpodautoscalers"]),
            both(DELETE, "policy", &["poddisruptionbudgets"]),
            both(DELETE, "resource.k8s.io", CLAIMS),
        ]
    ),
];
