//! Templates about workloads and ingresses of a project.

use super::RuleAbout::{Ingress, Workload};
use super::RuleUnit::{Cores, Count, Mebibytes, MegabitsPerSecond, Percent};
use super::Severity::{Critical, Warning};
use super::template::{RuleTemplate, template};

pub(super) const ALL: &[RuleTemplate] = &[
    // Container by container: one without a request or a limit has no share of it.
    template(
        "cpu-of-request",
        Workload,
        (Percent, 150.0),
        ("15m", Warning),
        &[(
            "",
            &[
                r#"sum by (namespace, pod, container) (rate(container_cpu_usage_seconds_total{container!="",container!="POD"}[5m])) / max by (namespace, pod, container) (kube_pod_container_resource_requests{resource="cpu"})"#,
                r#"max by (namespace, pod, container) (node_namespace_pod_container:container_cpu_usage_seconds_total:sum_irate) / max by (namespace, pod, container) (kube_pod_container_resource_requests{resource="cpu"})"#,
            ],
        )],
    ),
    template(
        "cpu-of-limit",
        Workload,
        (Percent, 90.0),
        ("15m", Warning),
        &[(
            "",
            &[
                r#"sum by (namespace, pod, container) (rate(container_cpu_usage_seconds_total{container!="",container!="POD"}[5m])) / max by (namespace, pod, container) (kube_pod_container_resource_limits{resource="cpu"})"#,
                r#"max by (namespace, pod, container) (node_namespace_pod_container:container_cpu_usage_seconds_total:sum_irate) / max by (namespace, pod, container) (kube_pod_container_resource_limits{resource="cpu"})"#,
            ],
        )],
    ),
    template(
        "memory-of-limit",
        Workload,
        (Percent, 90.0),
        ("5m", Warning),
        &[(
            "",
            &[
                r#"max by (namespace, pod, container) (container_memory_working_set_bytes{container!="",container!="POD"}) / max by (namespace, pod, container) (kube_pod_container_resource_limits{resource="memory"})"#,
                r#"max by (namespace, pod, container) (node_namespace_pod_container:container_memory_working_set_bytes) / max by (namespace, pod, container) (kube_pod_container_resource_limits{resource="memory"})"#,
            ],
        )],
    ),
    template(
        "replicas-unavailable",
        Workload,
        (Count, 0.0),
        ("10m", Warning),
        &[
            (
                "deployments",
                &["max by (namespace, deployment) (kube_deployment_status_replicas_unavailable)"],
            ),
            (
                "statefulsets",
                &[
                    "max by (namespace, statefulset) (kube_statefulset_replicas) - max by (namespace, statefulset) (kube_statefulset_status_replicas_ready)",
                ],
            ),
            ("daemonsets", &["max by (namespace, daemonset) (kube_daemonset_status_number_unavailable)"]),
        ],
    ),
    template(
        "restarts",
        Workload,
        (Count, 3.0),
        ("0s", Warning),
        &[("", &["sum by (namespace, pod) (increase(kube_pod_container_status_restarts_total[1h]))"])],
    ),
    template(
        "request-errors",
        Ingress,
        (Percent, 5.0),
        ("5m", Critical),
        &[(
            "",
            &[
                r#"sum by (ingress) (rate(nginx_ingress_controller_requests{status=~"5.."}[5m])) / sum by (ingress) (rate(nginx_ingress_controller_requests[5m]))"#,
            ],
        )],
    ),
    // All pods of the workload together.
    template(
        "cpu-used",
        Workload,
        (Cores, 2.0),
        ("15m", Warning),
        &[(
            "",
            &[
                r#"sum by (namespace) (rate(container_cpu_usage_seconds_total{container!="",container!="POD"}[5m]))"#,
                "sum by (namespace) (node_namespace_pod_container:container_cpu_usage_seconds_total:sum_irate)",
            ],
        )],
    )
    .together(),
    template(
        "memory-used",
        Workload,
        (Mebibytes, 2048.0),
        ("15m", Warning),
        &[(
            "",
            &[
                r#"sum by (namespace) (container_memory_working_set_bytes{container!="",container!="POD"})"#,
                "sum by (namespace) (node_namespace_pod_container:container_memory_working_set_bytes)",
            ],
        )],
    )
    .together(),
    template(
        "received",
        Workload,
        (MegabitsPerSecond, 100.0),
        ("15m", Warning),
        &[("", &["sum by (namespace) (rate(container_network_receive_bytes_total[5m]))"])],
    )
    .together(),
    template(
        "sent",
        Workload,
        (MegabitsPerSecond, 100.0),
        ("15m", Warning),
        &[("", &["sum by (namespace) (rate(container_network_transmit_bytes_total[5m]))"])],
    )
    .together(),
    // Of none that are wished there is no share.
    template(
        "replicas-unavailable-share",
        Workload,
        (Percent, 50.0),
        ("10m", Critical),
        &[
            (
                "deployments",
                &[
                    "max by (namespace, deployment) (kube_deployment_status_replicas_unavailable) / max by (namespace, deployment) (kube_deployment_spec_replicas > 0)",
                ],
            ),
            (
                "statefulsets",
                &[
                    "1 - max by (namespace, statefulset) (kube_statefulset_status_replicas_ready) / max by (namespace, statefulset) (kube_statefulset_replicas > 0)",
                ],
            ),
            (
                "daemonsets",
                &[
                    "max by (namespace, daemonset) (kube_daemonset_status_number_unavailable) / max by (namespace, daemonset) (kube_daemonset_status_desired_number_scheduled > 0)",
                ],
            ),
        ],
    ),
];
