//! Boards of whole clusters.

use super::{Card, Form, Line, by, card, one};
use model::Unit;

pub(super) static USAGE: &[Card] = &[
    card(
        "cluster-cpu",
        Unit::Cores,
        Form::Lines,
        &[
            one(
                "used",
                &[
                    r#"sum(rate(node_cpu_seconds_total{mode!~"idle|iowait|steal"}[5m]))"#,
                    r#"sum(rate(container_cpu_usage_seconds_total{container!=""}[5m]))"#,
                ],
            ),
            one("requested", &[ACTIVE_CPU_REQUESTS]),
            one("allocatable", &[r#"sum(max by (node) (kube_node_status_allocatable{resource="cpu"}))"#]),
        ],
    ),
    card(
        "cluster-memory",
        Unit::Bytes,
        Form::Lines,
        &[
            one(
                "used",
                &[
                    "sum(node_memory_MemTotal_bytes - node_memory_MemAvailable_bytes)",
                    r#"sum(container_memory_working_set_bytes{container!=""})"#,
                ],
            ),
            one("requested", &[ACTIVE_MEMORY_REQUESTS]),
            one("allocatable", &[r#"sum(max by (node) (kube_node_status_allocatable{resource="memory"}))"#]),
        ],
    ),
    card(
        "cluster-pods",
        Unit::Count,
        Form::Lines,
        &[
            one("running", &[r#"sum(max by (namespace, pod) (kube_pod_status_phase{phase="Running"}))"#]),
            one("capacity", &[r#"sum(max by (node) (kube_node_status_allocatable{resource="pods"}))"#]),
        ],
    ),
    card(
        "cluster-disk",
        Unit::Bytes,
        Form::Lines,
        &[
            one(
                "used",
                &[
                    r#"sum(max by (instance, device) (node_filesystem_size_bytes{device=~"/dev/.+",device!~"/dev/loop.+"} - node_filesystem_avail_bytes{device=~"/dev/.+",device!~"/dev/loop.+"}))"#,
                ],
            ),
            one(
                "capacity",
                &[
                    r#"sum(max by (instance, device) (node_filesystem_size_bytes{device=~"/dev/.+",device!~"/dev/loop.+"}))"#,
                ],
            ),
        ],
    ),
    card(
        "nodes",
        Unit::Count,
        Form::Lines,
        &[
            one(
                "ready",
                &[r#"sum(max by (node) (kube_node_status_condition{condition="Ready",status="true"}))"#],
            ),
            one(
                "not-ready",
                &[r#"sum(max by (node) (kube_node_status_condition{condition="Ready",status!="true"}))"#],
            ),
            one("all", &["count(max by (node) (kube_node_info))"]),
        ],
    ),
    card(
        "pods-by-phase",
        Unit::Count,
        Form::Stacked,
        &[by(&["phase"], &["sum by (phase) (max by (namespace, pod, phase) (kube_pod_status_phase)) > 0"])],
    ),
];

/// What is asked for by pods that have not ended: those that have still stand in the exporter's list.
const ACTIVE_CPU_REQUESTS: &str = r#"sum(max by (namespace, pod, container) (kube_pod_container_resource_requests{resource="cpu"}) * on (namespace, pod) group_left () max by (namespace, pod) (kube_pod_status_phase{phase=~"Pending|Running"} == 1))"#;
const ACTIVE_MEMORY_REQUESTS: &str = r#"sum(max by (namespace, pod, container) (kube_pod_container_resource_requests{resource="memory"}) * on (namespace, pod) group_left () max by (namespace, pod) (kube_pod_status_phase{phase=~"Pending|Running"} == 1))"#;

const READ_WRITTEN: &[Line] = &[
    one("read", &["sum(rate(node_disk_read_bytes_total[5m]))"]),
    one("written", &["sum(rate(node_disk_written_bytes_total[5m]))"]),
];
const OPERATIONS: &[Line] = &[
    one("reads", &["sum(rate(node_disk_reads_completed_total[5m]))"]),
    one("writes", &["sum(rate(node_disk_writes_completed_total[5m]))"]),
];
/// Devices that are not a machine's own ways to the network: what they carry is counted there as well.
const NETWORK: &[Line] = &[
    one(
        "received",
        &[
            r#"sum(rate(node_network_receive_bytes_total{device!~"lo|veth.+|cali.+|cilium.+|lxc.+|flannel.+|cni.+|docker.+|br-.+|tunl.+|dummy.+|kube.+|vxlan.+|nodelocaldns"}[5m]))"#,
        ],
    ),
    one(
        "sent",
        &[
            r#"sum(rate(node_network_transmit_bytes_total{device!~"lo|veth.+|cali.+|cilium.+|lxc.+|flannel.+|cni.+|docker.+|br-.+|tunl.+|dummy.+|kube.+|vxlan.+|nodelocaldns"}[5m]))"#,
        ],
    ),
];

pub(super) static MACHINES: &[Card] = &[
    card(
        "cpu-by-node",
        Unit::Ratio,
        Form::Lines,
        &[by(
            &["instance", "node"],
            &[
                r#"1 - sum by (instance) (rate(node_cpu_seconds_total{mode=~"idle|iowait|steal"}[5m])) / count by (instance) (node_cpu_seconds_total{mode="idle"})"#,
                "instance:node_cpu_utilisation:rate5m",
                "node:node_cpu_utilisation:avg1m",
            ],
        )],
    ),
    card(
        "memory-by-node",
        Unit::Ratio,
        Form::Lines,
        &[by(
            &["instance", "node"],
            &[
                "1 - max by (instance) (node_memory_MemAvailable_bytes) / max by (instance) (node_memory_MemTotal_bytes)",
                "instance:node_memory_utilisation:ratio",
                "node:node_memory_utilisation:",
            ],
        )],
    ),
    // All machines together: the work that waits, on the processors that there are.
    card(
        "cluster-load",
        Unit::Count,
        Form::Lines,
        &[
            one(
                "1m",
                &[r#"sum(node_load1) / count(node_cpu_seconds_total{mode="idle"})"#, "avg(node:load1:ratio)"],
            ),
            one(
                "5m",
                &[r#"sum(node_load5) / count(node_cpu_seconds_total{mode="idle"})"#, "avg(node:load5:ratio)"],
            ),
            one(
                "15m",
                &[
                    r#"sum(node_load15) / count(node_cpu_seconds_total{mode="idle"})"#,
                    "avg(node:load15:ratio)",
                ],
            ),
        ],
    ),
    card(
        "load1-by-node",
        Unit::Count,
        Form::Lines,
        &[by(
            &["instance", "node"],
            &[
                r#"max by (instance) (node_load1) / count by (instance) (node_cpu_seconds_total{mode="idle"})"#,
                "instance:node_load1_per_cpu:ratio",
                "node:load1:ratio",
            ],
        )],
    ),
    card(
        "load-by-node",
        Unit::Count,
        Form::Lines,
        &[by(
            &["instance", "node"],
            &[
                r#"max by (instance) (node_load5) / count by (instance) (node_cpu_seconds_total{mode="idle"})"#,
                "node:load5:ratio",
            ],
        )],
    ),
    card(
        "load15-by-node",
        Unit::Count,
        Form::Lines,
        &[by(
            &["instance", "node"],
            &[
                r#"max by (instance) (node_load15) / count by (instance) (node_cpu_seconds_total{mode="idle"})"#,
                "node:load15:ratio",
            ],
        )],
    ),
    card(
        "disk-by-node",
        Unit::Ratio,
        Form::Lines,
        &[by(
            &["instance", "node"],
            &[
                r#"max by (instance) (1 - node_filesystem_avail_bytes{device=~"/dev/.+",device!~"/dev/loop.+"} / node_filesystem_size_bytes{device=~"/dev/.+",device!~"/dev/loop.+"})"#,
                "node:disk_space_utilization:ratio",
            ],
        )],
    ),
    card(
        "inodes-by-node",
        Unit::Ratio,
        Form::Lines,
        &[by(
            &["instance", "node"],
            &[
                r#"max by (instance) (1 - node_filesystem_files_free{device=~"/dev/.+",device!~"/dev/loop.+"} / node_filesystem_files{device=~"/dev/.+",device!~"/dev/loop.+"})"#,
                "node:disk_inode_utilization:ratio",
            ],
        )],
    ),
    card(
        "cluster-inodes",
        Unit::Count,
        Form::Lines,
        &[
            one(
                "used",
                &[
                    r#"sum(max by (instance, device) (node_filesystem_files{device=~"/dev/.+",device!~"/dev/loop.+"} - node_filesystem_files_free{device=~"/dev/.+",device!~"/dev/loop.+"}))"#,
                    "sum(node:node_inodes_total:) - sum(node:node_inodes_free:)",
                ],
            ),
            one(
                "capacity",
                &[
                    r#"sum(max by (instance, device) (node_filesystem_files{device=~"/dev/.+",device!~"/dev/loop.+"}))"#,
                    "sum(node:node_inodes_total:)",
                ],
            ),
        ],
    ),
    card("disk-throughput", Unit::BytesPerSecond, Form::Lines, READ_WRITTEN),
    card("disk-operations", Unit::PerSecond, Form::Lines, OPERATIONS),
    card("network", Unit::BytesPerSecond, Form::Lines, NETWORK),
    // Not every installation says which node a kubelet is on: then its address does.
    card(
        "kubelet-pods",
        Unit::Count,
        Form::Lines,
        &[by(
            &["node", "instance"],
            &[
                r#"max by (node) (kubelet_running_pods{node!=""}) or max by (instance) (kubelet_running_pods{node=""})"#,
                r#"max by (node) (kubelet_running_pod_count{node!=""}) or max by (instance) (kubelet_running_pod_count{node=""})"#,
            ],
        )],
    ),
    card(
        "kubelet-pleg",
        Unit::Seconds,
        Form::Lines,
        &[by(
            &["node", "instance"],
            &[
                r#"histogram_quantile(0.99, sum by (node, le) (rate(kubelet_pleg_relist_duration_seconds_bucket{node!=""}[5m])) or sum by (instance, le) (rate(kubelet_pleg_relist_duration_seconds_bucket{node=""}[5m])))"#,
                r#"max by (node) (node_quantile:kubelet_pleg_relist_duration_seconds:histogram_quantile{quantile="0.99"})"#,
            ],
        )],
    ),
];

pub(super) static APPLICATIONS: &[Card] = &[
    card(
        "cpu-by-namespace",
        Unit::Cores,
        Form::Stacked,
        &[by(
            &["namespace"],
            &[
                r#"sum by (namespace) (rate(container_cpu_usage_seconds_total{container!="",container!="POD"}[5m]))"#,
                "sum by (namespace) (namespace:container_cpu_usage_seconds_total:sum_rate)",
            ],
        )],
    ),
    card(
        "memory-by-namespace",
        Unit::Bytes,
        Form::Stacked,
        &[by(
            &["namespace"],
            &[
                r#"sum by (namespace) (container_memory_working_set_bytes{container!="",container!="POD"})"#,
                "sum by (namespace) (namespace:container_memory_usage_bytes_wo_cache:sum)",
            ],
        )],
    ),
    card(
        "received-by-namespace",
        Unit::BytesPerSecond,
        Form::Stacked,
        &[by(
            &["namespace"],
            &[r#"sum by (namespace) (rate(container_network_receive_bytes_total{pod!=""}[5m]))"#],
        )],
    ),
    card(
        "sent-by-namespace",
        Unit::BytesPerSecond,
        Form::Stacked,
        &[by(
            &["namespace"],
            &[r#"sum by (namespace) (rate(container_network_transmit_bytes_total{pod!=""}[5m]))"#],
        )],
    ),
    card(
        "pods-by-phase",
        Unit::Count,
        Form::Stacked,
        &[by(&["phase"], &["sum by (phase) (max by (namespace, pod, phase) (kube_pod_status_phase)) > 0"])],
    ),
    card("pods-not-ready", Unit::Count, Form::Lines, NOT_READY),
    card("share-not-ready", Unit::Ratio, Form::Lines, SHARE_NOT_READY),
    card(
        "restarts-by-namespace",
        Unit::Count,
        Form::Lines,
        &[by(
            &["namespace"],
            &["sum by (namespace) (increase(kube_pod_container_status_restarts_total[1h])) > 0"],
        )],
    ),
    card(
        "project-count",
        Unit::Count,
        Form::Lines,
        &[one("projects", &["count(max by (namespace) (kube_namespace_created))"])],
    ),
    card(
        "pod-count",
        Unit::Count,
        Form::Lines,
        &[
            one("pods", &["count(max by (namespace, pod) (kube_pod_info))"]),
            one("running", &[r#"sum(max by (namespace, pod) (kube_pod_status_phase{phase="Running"}))"#]),
        ],
    ),
    card("objects", Unit::Count, Form::Lines, OBJECTS),
    card("settings", Unit::Count, Form::Lines, SETTINGS),
];

/// Pods that should be ready and are not: all but those that have done their work. One that has found no node has no condition
/// that says so.
pub(super) const NOT_READY: &[Line] = &[one(
    "not-ready",
    &[
        r#"sum(max by (namespace, pod) (kube_pod_status_phase{phase!="Succeeded"})) - sum(max by (namespace, pod) (kube_pod_status_ready{condition="true"}) or max by (namespace, pod) (kube_pod_status_phase) * 0)"#,
    ],
)];

/// The same beside all pods that should be ready.
pub(super) const SHARE_NOT_READY: &[Line] = &[one(
    "not-ready",
    &[
        r#"1 - sum(max by (namespace, pod) (kube_pod_status_ready{condition="true"}) or max by (namespace, pod) (kube_pod_status_phase) * 0) / sum(max by (namespace, pod) (kube_pod_status_phase{phase!="Succeeded"}))"#,
    ],
)];

/// Objects that nothing runs for.
pub(super) const SETTINGS: &[Line] = &[
    one("configmaps", &["count(kube_configmap_info)"]),
    one("secrets", &["count(kube_secret_info)"]),
    one("volumes", &["count(kube_persistentvolume_capacity_bytes)"]),
    one("autoscalers", &["count(kube_horizontalpodautoscaler_spec_max_replicas)"]),
    one("replicasets", &["count(kube_replicaset_spec_replicas)"]),
];

/// Objects that people make to have something run.
pub(super) const OBJECTS: &[Line] = &[
    one("deployments", &["count(kube_deployment_spec_replicas)"]),
    one("statefulsets", &["count(kube_statefulset_replicas)"]),
    one("daemonsets", &["count(kube_daemonset_status_desired_number_scheduled)"]),
    one("jobs", &["count(kube_job_info)"]),
    one("cronjobs", &["count(kube_cronjob_info)"]),
    one("claims", &["count(kube_persistentvolumeclaim_info)"]),
    one("services", &["count(kube_service_info)"]),
    one("ingresses", &["count(kube_ingress_info)"]),
];
