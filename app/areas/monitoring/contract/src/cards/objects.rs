//! Boards of single objects. The server forces on every selector which object it is.

use super::cluster::{NOT_READY, OBJECTS, SETTINGS, SHARE_NOT_READY};
use super::{Card, Form, Line, by, card, one, one_of};
use model::Unit;

const DISK: &[Line] = &[
    one("read", &["sum(rate(node_disk_read_bytes_total[5m]))"]),
    one("written", &["sum(rate(node_disk_written_bytes_total[5m]))"]),
];
const OPERATIONS: &[Line] = &[
    one("reads", &["sum(rate(node_disk_reads_completed_total[5m]))"]),
    one("writes", &["sum(rate(node_disk_writes_completed_total[5m]))"]),
];

pub(super) static NODE: &[Card] = &[
    card(
        "cpu-modes",
        Unit::Cores,
        Form::Stacked,
        &[by(&["mode"], &[r#"sum by (mode) (rate(node_cpu_seconds_total{mode!="idle"}[5m]))"#])],
    ),
    card(
        "memory",
        Unit::Bytes,
        Form::Lines,
        &[
            one("used", &["max(node_memory_MemTotal_bytes - node_memory_MemAvailable_bytes)"]),
            one("total", &["max(node_memory_MemTotal_bytes)"]),
        ],
    ),
    card(
        "load",
        Unit::Count,
        Form::Lines,
        &[
            one("1m", &["max(node_load1)"]),
            one("5m", &["max(node_load5)"]),
            one("15m", &["max(node_load15)"]),
            one("cores", &[r#"count(node_cpu_seconds_total{mode="idle"})"#]),
        ],
    ),
    card(
        "disk",
        Unit::Ratio,
        Form::Lines,
        &[by(
            &["mountpoint"],
            &[
                r#"max by (mountpoint) (1 - node_filesystem_avail_bytes{device=~"/dev/.+",device!~"/dev/loop.+"} / node_filesystem_size_bytes{device=~"/dev/.+",device!~"/dev/loop.+"})"#,
            ],
        )],
    ),
    // A disk may be mounted at several places.
    card(
        "disk-space",
        Unit::Bytes,
        Form::Lines,
        &[
            one(
                "used",
                &[
                    r#"sum(max by (device) (node_filesystem_size_bytes{device=~"/dev/.+",device!~"/dev/loop.+"} - node_filesystem_avail_bytes{device=~"/dev/.+",device!~"/dev/loop.+"}))"#,
                ],
            ),
            one(
                "capacity",
                &[
                    r#"sum(max by (device) (node_filesystem_size_bytes{device=~"/dev/.+",device!~"/dev/loop.+"}))"#,
                ],
            ),
        ],
    ),
    card(
        "inodes",
        Unit::Ratio,
        Form::Lines,
        &[by(
            &["mountpoint"],
            &[
                r#"max by (mountpoint) (1 - node_filesystem_files_free{device=~"/dev/.+",device!~"/dev/loop.+"} / node_filesystem_files{device=~"/dev/.+",device!~"/dev/loop.+"})"#,
            ],
        )],
    ),
    card(
        "inode-counts",
        Unit::Count,
        Form::Lines,
        &[
            one(
                "used",
                &[
                    r#"sum(max by (device) (node_filesystem_files{device=~"/dev/.+",device!~"/dev/loop.+"} - node_filesystem_files_free{device=~"/dev/.+",device!~"/dev/loop.+"}))"#,
                ],
            ),
            one(
                "capacity",
                &[r#"sum(max by (device) (node_filesystem_files{device=~"/dev/.+",device!~"/dev/loop.+"}))"#],
            ),
        ],
    ),
    card("disk-throughput", Unit::BytesPerSecond, Form::Lines, DISK),
    card("disk-operations", Unit::PerSecond, Form::Lines, OPERATIONS),
    card(
        "network",
        Unit::BytesPerSecond,
        Form::Lines,
        &[
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
        ],
    ),
    card(
        "node-pods",
        Unit::Count,
        Form::Lines,
        &[
            one("running", &["sum(kubelet_running_pods)", "count(max by (namespace, pod) (kube_pod_info))"]),
            // Only what is known of the pod itself says on which node it is.
            one(
                "not-ready",
                &[
                    r#"sum(max by (namespace, pod) (kube_pod_info) * on (namespace, pod) (max by (namespace, pod) (kube_pod_status_phase{phase!="Succeeded"}) - on (namespace, pod) (max by (namespace, pod) (kube_pod_status_ready{condition="true"}) or max by (namespace, pod) (kube_pod_status_phase) * 0)))"#,
                ],
            ),
            one(
                "ended-well",
                &[
                    r#"sum(max by (namespace, pod) (kube_pod_info) * on (namespace, pod) max by (namespace, pod) (kube_pod_status_phase{phase="Succeeded"}))"#,
                ],
            ),
            one("capacity", &[r#"max(kube_node_status_allocatable{resource="pods"})"#]),
        ],
    ),
];

pub(super) static NAMESPACE: &[Card] = &[
    card("cpu-by-pod", Unit::Cores, Form::Stacked, POD_CPU),
    card("memory-by-pod", Unit::Bytes, Form::Stacked, POD_MEMORY),
    card("memory-parts", Unit::Bytes, Form::Lines, MEMORY_PARTS),
    card(
        "quota",
        Unit::Ratio,
        Form::Lines,
        &[by(
            &["resource"],
            &[
                // Each quota is about pods of its own: what one lets be used says nothing of another.
                r#"max by (resource) (max by (resourcequota, resource) (kube_resourcequota{type="used"}) / max by (resourcequota, resource) (kube_resourcequota{type="hard"} > 0))"#,
            ],
        )],
    ),
    card(
        "pods-by-phase",
        Unit::Count,
        Form::Stacked,
        &[by(&["phase"], &["sum by (phase) (max by (pod, phase) (kube_pod_status_phase)) > 0"])],
    ),
    card("pods-not-ready", Unit::Count, Form::Lines, NOT_READY),
    card("share-not-ready", Unit::Ratio, Form::Lines, SHARE_NOT_READY),
    card("traffic", Unit::BytesPerSecond, Form::Lines, TRAFFIC),
    card("restarts", Unit::Count, Form::Lines, RESTARTS),
    card("objects", Unit::Count, Form::Lines, OBJECTS),
    card("settings", Unit::Count, Form::Lines, SETTINGS),
];

const POD_CPU: &[Line] = &[by(
    &["pod"],
    &[
        r#"sum by (pod) (rate(container_cpu_usage_seconds_total{container!="",container!="POD"}[5m]))"#,
        "sum by (pod) (node_namespace_pod_container:container_cpu_usage_seconds_total:sum_irate)",
    ],
)];
const POD_MEMORY: &[Line] = &[by(
    &["pod"],
    &[
        r#"sum by (pod) (container_memory_working_set_bytes{container!="",container!="POD"})"#,
        "sum by (pod) (node_namespace_pod_container:container_memory_working_set_bytes)",
    ],
)];
/// Of pods: an exporter tells of its machine under the same name, without one.
const TRAFFIC: &[Line] = &[
    one("received", &[r#"sum(rate(container_network_receive_bytes_total{pod!=""}[5m]))"#]),
    one("sent", &[r#"sum(rate(container_network_transmit_bytes_total{pod!=""}[5m]))"#]),
];
const RESTARTS: &[Line] =
    &[by(&["pod"], &["sum by (pod) (increase(kube_pod_container_status_restarts_total[1h])) > 0"])];

/// What is wished of a workload, and what there is of it.
const REPLICAS: &[Line] = &[
    one_of("deployments", "wanted", &["max(kube_deployment_spec_replicas)"]),
    one_of("deployments", "ready", &["max(kube_deployment_status_replicas_ready)"]),
    one_of("statefulsets", "wanted", &["max(kube_statefulset_replicas)"]),
    one_of("statefulsets", "ready", &["max(kube_statefulset_status_replicas_ready)"]),
    one_of("daemonsets", "wanted", &["max(kube_daemonset_status_desired_number_scheduled)"]),
    one_of("daemonsets", "ready", &["max(kube_daemonset_status_number_ready)"]),
    one_of("replicasets", "wanted", &["max(kube_replicaset_spec_replicas)"]),
    one_of("replicasets", "ready", &["max(kube_replicaset_status_ready_replicas)"]),
    one_of("jobs", "running", &["max(kube_job_status_active)"]),
    one_of("jobs", "succeeded", &["max(kube_job_status_succeeded)"]),
    one_of("jobs", "failed", &["max(kube_job_status_failed)"]),
    one_of("cronjobs", "running", &["max(kube_cronjob_status_active)"]),
];

/// How much of what is wished is not ready. While it is rolled out there may be more than is wished.
const LACKING: &[Line] = &[
    one_of(
        "deployments",
        "not-ready",
        &[
            "clamp_min(1 - max(kube_deployment_status_replicas_ready) / max(kube_deployment_spec_replicas), 0)",
        ],
    ),
    one_of(
        "statefulsets",
        "not-ready",
        &["clamp_min(1 - max(kube_statefulset_status_replicas_ready) / max(kube_statefulset_replicas), 0)"],
    ),
    one_of(
        "daemonsets",
        "not-ready",
        &[
            "clamp_min(1 - max(kube_daemonset_status_number_ready) / max(kube_daemonset_status_desired_number_scheduled), 0)",
        ],
    ),
];

pub(super) static WORKLOAD: &[Card] = &[
    card("replicas", Unit::Count, Form::Lines, REPLICAS),
    card("share-not-ready", Unit::Ratio, Form::Lines, LACKING),
    card("cpu-by-pod", Unit::Cores, Form::Stacked, POD_CPU),
    card("memory-by-pod", Unit::Bytes, Form::Stacked, POD_MEMORY),
    card("memory-parts", Unit::Bytes, Form::Lines, MEMORY_PARTS),
    // Of those containers that have a limit: what the others use is no share of it.
    card(
        "cpu-of-limit",
        Unit::Ratio,
        Form::Lines,
        &[by(
            &["pod"],
            &[
                r#"sum by (pod) (sum by (pod, container) (rate(container_cpu_usage_seconds_total{container!="",container!="POD"}[5m])) and max by (pod, container) (kube_pod_container_resource_limits{resource="cpu"})) / sum by (pod) (max by (pod, container) (kube_pod_container_resource_limits{resource="cpu"}))"#,
            ],
        )],
    ),
    card(
        "memory-of-limit",
        Unit::Ratio,
        Form::Lines,
        &[by(
            &["pod"],
            &[
                r#"sum by (pod) (sum by (pod, container) (container_memory_working_set_bytes{container!="",container!="POD"}) and max by (pod, container) (kube_pod_container_resource_limits{resource="memory"})) / sum by (pod) (max by (pod, container) (kube_pod_container_resource_limits{resource="memory"}))"#,
            ],
        )],
    ),
    card("traffic", Unit::BytesPerSecond, Form::Lines, TRAFFIC),
    card("restarts", Unit::Count, Form::Lines, RESTARTS),
];

pub(super) static POD: &[Card] = &[
    card(
        "cpu",
        Unit::Cores,
        Form::Lines,
        &[
            by(
                &["container"],
                &[
                    r#"sum by (container) (rate(container_cpu_usage_seconds_total{container!="",container!="POD"}[5m]))"#,
                    "sum by (container) (node_namespace_pod_container:container_cpu_usage_seconds_total:sum_irate)",
                ],
            ),
            one(
                "requested",
                &[r#"sum(max by (container) (kube_pod_container_resource_requests{resource="cpu"}))"#],
            ),
            one(
                "limit",
                &[r#"sum(max by (container) (kube_pod_container_resource_limits{resource="cpu"}))"#],
            ),
        ],
    ),
    card(
        "memory",
        Unit::Bytes,
        Form::Lines,
        &[
            by(
                &["container"],
                &[
                    r#"sum by (container) (container_memory_working_set_bytes{container!="",container!="POD"})"#,
                    "sum by (container) (node_namespace_pod_container:container_memory_working_set_bytes)",
                ],
            ),
            one(
                "requested",
                &[r#"sum(max by (container) (kube_pod_container_resource_requests{resource="memory"}))"#],
            ),
            one(
                "limit",
                &[r#"sum(max by (container) (kube_pod_container_resource_limits{resource="memory"}))"#],
            ),
        ],
    ),
    card("memory-parts", Unit::Bytes, Form::Lines, MEMORY_PARTS),
    card("traffic", Unit::BytesPerSecond, Form::Lines, TRAFFIC),
    card(
        "throttling",
        Unit::Ratio,
        Form::Lines,
        &[by(
            &["container"],
            &[
                r#"sum by (container) (rate(container_cpu_cfs_throttled_periods_total{container!=""}[5m])) / sum by (container) (rate(container_cpu_cfs_periods_total{container!=""}[5m]))"#,
            ],
        )],
    ),
    card(
        "filesystem",
        Unit::BytesPerSecond,
        Form::Lines,
        &[
            one("read", &[r#"sum(rate(container_fs_reads_bytes_total{container!=""}[5m]))"#]),
            one("written", &[r#"sum(rate(container_fs_writes_bytes_total{container!=""}[5m]))"#]),
        ],
    ),
    card(
        "restarts",
        Unit::Count,
        Form::Lines,
        &[by(
            &["container"],
            &["sum by (container) (increase(kube_pod_container_status_restarts_total[1h]))"],
        )],
    ),
    card(
        "processes",
        Unit::Count,
        Form::Lines,
        &[by(
            &["container"],
            &[r#"sum by (container) (container_processes{container!="",container!="POD"})"#],
        )],
    ),
    card(
        "threads",
        Unit::Count,
        Form::Lines,
        &[by(&["container"], &[r#"sum by (container) (container_threads{container!="",container!="POD"})"#])],
    ),
];

/// What cannot be taken back counts against the limit; what is cached can.
const MEMORY_PARTS: &[Line] = &[
    one("working-set", &[r#"sum(container_memory_working_set_bytes{container!="",container!="POD"})"#]),
    one("resident", &[r#"sum(container_memory_rss{container!="",container!="POD"})"#]),
    one("cached", &[r#"sum(container_memory_cache{container!="",container!="POD"})"#]),
    one("with-cache", &[r#"sum(container_memory_usage_bytes{container!="",container!="POD"})"#]),
];
