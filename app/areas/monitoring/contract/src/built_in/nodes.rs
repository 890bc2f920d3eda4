//! Nodes, as the cluster knows them.

use super::rule::{BuiltInRule, rule};
use crate::Severity::{Critical, Info, Warning};

pub(super) const RULES: &[BuiltInRule] = &[
    rule(
        "KubeNodeNotReady",
        ("10m", Critical),
        "{{ $labels.node }} is not ready",
        &[r#"max by (node) (kube_node_status_condition{condition="Ready",status="true"}) == 0"#],
    ),
    rule(
        "KubeNodeReadinessFlapping",
        ("15m", Warning),
        "{{ $labels.node }} was ready and not ready in turns {{ $value }} times within 15 minutes",
        &[r#"max by (node) (changes(kube_node_status_condition{condition="Ready",status="true"}[15m])) > 2"#],
    ),
    rule(
        "KubeNodePressure",
        ("10m", Warning),
        "{{ $labels.node }} tells of {{ $labels.condition }}",
        &[
            r#"max by (node, condition) (kube_node_status_condition{condition=~"DiskPressure|MemoryPressure|PIDPressure",status="true"}) == 1"#,
        ],
    ),
    // Of each node by itself: that none at all is measured any more is not all that can go wrong.
    rule(
        "KubeletDown",
        ("15m", Critical),
        "The kubelet of {{ $labels.node }} does not answer the monitoring",
        &["max by (node) (kube_node_info) unless on (node) max by (node) (kubelet_node_name)"],
    ),
    // Pods that have ended stand in the exporter's list and take no place.
    rule(
        "KubeletTooManyPods",
        ("15m", Info),
        "{{ $labels.node }} holds {{ $value | humanizePercentage }} of the pods for which it has room",
        &[
            r#"sum by (node) (max by (node, namespace, pod) (kube_pod_info{node!=""}) * on (namespace, pod) group_left () max by (namespace, pod) (kube_pod_status_phase{phase=~"Pending|Running"} == 1)) / max by (node) (kube_node_status_allocatable{resource="pods"}) > 0.95"#,
        ],
    ),
    rule(
        "KubeletPlegDurationHigh",
        ("5m", Warning),
        "The kubelet of {{ $labels.instance }} needs {{ $value | humanizeDuration }} to look at its containers",
        &[
            "histogram_quantile(0.99, sum by (instance, le) (rate(kubelet_pleg_relist_duration_seconds_bucket[5m]))) >= 10",
        ],
    ),
    rule(
        "KubeletPodStartUpLatencyHigh",
        ("15m", Warning),
        "The kubelet of {{ $labels.instance }} needs {{ $value | humanizeDuration }} to start a pod",
        &[
            "histogram_quantile(0.99, sum by (instance, le) (rate(kubelet_pod_worker_duration_seconds_bucket[5m]))) > 60",
        ],
    ),
];
