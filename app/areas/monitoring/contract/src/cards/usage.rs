//! What rankings are made of.

use model::Unit;

/// A column of a ranking.
#[derive(Debug)]
pub struct RankedColumn {
    /// Names its title.
    pub id: &'static str,
    /// What its values count.
    pub unit: Unit,
    /// Expressions that give it, the best first.
    pub picks: &'static [&'static str],
}

impl RankedColumn {
    /// Whether what a column of this name says of several can be added to what it says of all: not what they may take, which
    /// some of them may without a limit.
    pub fn adds_up(id: &str) -> bool {
        !id.ends_with("-quota")
    }
}

const fn column(id: &'static str, unit: Unit, picks: &'static [&'static str]) -> RankedColumn {
    RankedColumn { id, unit, picks }
}

/// Machines.
pub static RANKED_NODES: &[RankedColumn] = &[
    column(
        "cpu",
        Unit::Ratio,
        &[
            r#"1 - sum by (instance) (rate(node_cpu_seconds_total{mode=~"idle|iowait|steal"}[5m])) / count by (instance) (node_cpu_seconds_total{mode="idle"})"#,
            "instance:node_cpu_utilisation:rate5m",
            "node:node_cpu_utilisation:avg1m",
        ],
    ),
    column(
        "cpu-used",
        Unit::Cores,
        &[
            r#"sum by (instance) (rate(node_cpu_seconds_total{mode!~"idle|iowait|steal"}[5m]))"#,
            "node:node_cpu_utilisation:avg1m * node:node_num_cpu:sum",
        ],
    ),
    column(
        "load",
        Unit::Count,
        &[
            r#"max by (instance) (node_load5) / count by (instance) (node_cpu_seconds_total{mode="idle"})"#,
            "node:load5:ratio",
        ],
    ),
    column(
        "memory",
        Unit::Ratio,
        &[
            "1 - max by (instance) (node_memory_MemAvailable_bytes) / max by (instance) (node_memory_MemTotal_bytes)",
            "instance:node_memory_utilisation:ratio",
            "node:node_memory_utilisation:",
        ],
    ),
    column(
        "memory-used",
        Unit::Bytes,
        &[
            "max by (instance) (node_memory_MemTotal_bytes) - max by (instance) (node_memory_MemAvailable_bytes)",
            "node:node_memory_bytes_total:sum - node:node_memory_bytes_available:sum",
        ],
    ),
    column(
        "disk",
        Unit::Ratio,
        &[
            r#"max by (instance) (1 - node_filesystem_avail_bytes{device=~"/dev/.+",device!~"/dev/loop.+"} / node_filesystem_size_bytes{device=~"/dev/.+",device!~"/dev/loop.+"})"#,
            "node:disk_space_utilization:ratio",
        ],
    ),
    column(
        "disk-used",
        Unit::Bytes,
        &[
            // A disk may be mounted at several places.
            r#"sum by (instance) (max by (instance, device) (node_filesystem_size_bytes{device=~"/dev/.+",device!~"/dev/loop.+"} - node_filesystem_avail_bytes{device=~"/dev/.+",device!~"/dev/loop.+"}))"#,
        ],
    ),
    column(
        "inodes",
        Unit::Ratio,
        &[
            r#"max by (instance) (1 - node_filesystem_files_free{device=~"/dev/.+",device!~"/dev/loop.+"} / node_filesystem_files{device=~"/dev/.+",device!~"/dev/loop.+"})"#,
            "node:disk_inode_utilization:ratio",
        ],
    ),
    column(
        "pods",
        Unit::Ratio,
        &[
            r#"count by (node) (kube_pod_info * on (namespace, pod) group_left () max by (namespace, pod) (kube_pod_status_phase{phase="Running"} == 1)) / on (node) max by (node) (kube_node_status_allocatable{resource="pods"})"#,
            "node:pod_utilization:ratio",
        ],
    ),
];

const PROJECT_CPU: RankedColumn = column(
    "cpu",
    Unit::Cores,
    &[
        r#"sum by (namespace) (rate(container_cpu_usage_seconds_total{container!="",container!="POD"}[5m]))"#,
        "sum by (namespace) (namespace:container_cpu_usage_seconds_total:sum_rate)",
    ],
);
const PROJECT_MEMORY: RankedColumn = column(
    "memory",
    Unit::Bytes,
    &[
        r#"sum by (namespace) (container_memory_working_set_bytes{container!="",container!="POD"})"#,
        "sum by (namespace) (namespace:container_memory_usage_bytes_wo_cache:sum)",
    ],
);
const PROJECT_PODS: RankedColumn = column(
    "pods",
    Unit::Count,
    &[r#"sum by (namespace) (max by (namespace, pod) (kube_pod_status_phase{phase="Running"}))"#],
);
const PROJECT_RECEIVED: RankedColumn = column(
    "received",
    Unit::BytesPerSecond,
    &[r#"sum by (namespace) (rate(container_network_receive_bytes_total{pod!=""}[5m]))"#],
);
const PROJECT_SENT: RankedColumn = column(
    "sent",
    Unit::BytesPerSecond,
    &[r#"sum by (namespace) (rate(container_network_transmit_bytes_total{pod!=""}[5m]))"#],
);

/// Projects, with what their quotas let them take: limits, or requests where only those are limited. Of several quotas the
/// least counts.
pub static RANKED_NAMESPACES: &[RankedColumn] = &[
    PROJECT_CPU,
    column(
        "cpu-quota",
        Unit::Cores,
        &[
            r#"min by (namespace) (kube_resourcequota{resource="limits.cpu",type="hard"}) or min by (namespace) (kube_resourcequota{resource=~"cpu|requests.cpu",type="hard"})"#,
        ],
    ),
    PROJECT_MEMORY,
    column(
        "memory-quota",
        Unit::Bytes,
        &[
            r#"min by (namespace) (kube_resourcequota{resource="limits.memory",type="hard"}) or min by (namespace) (kube_resourcequota{resource=~"memory|requests.memory",type="hard"})"#,
        ],
    ),
    PROJECT_PODS,
    column(
        "pods-quota",
        Unit::Count,
        &[r#"min by (namespace) (kube_resourcequota{resource=~"count/pods|pods",type="hard"})"#],
    ),
    PROJECT_RECEIVED,
    PROJECT_SENT,
];

/// Workspaces, as sums of their projects. A quota that not every project has cannot be added.
pub static RANKED_WORKSPACES: &[RankedColumn] =
    &[PROJECT_CPU, PROJECT_MEMORY, PROJECT_PODS, PROJECT_RECEIVED, PROJECT_SENT];

/// Pods; workloads are sums of their pods.
pub static RANKED_PODS: &[RankedColumn] = &[
    column(
        "cpu",
        Unit::Cores,
        &[
            r#"sum by (namespace, pod) (rate(container_cpu_usage_seconds_total{container!="",container!="POD"}[5m]))"#,
            "sum by (namespace, pod) (node_namespace_pod_container:container_cpu_usage_seconds_total:sum_irate)",
        ],
    ),
    column(
        "memory",
        Unit::Bytes,
        &[
            r#"sum by (namespace, pod) (container_memory_working_set_bytes{container!="",container!="POD"})"#,
            "sum by (namespace, pod) (node_namespace_pod_container:container_memory_working_set_bytes)",
        ],
    ),
    column(
        "received",
        Unit::BytesPerSecond,
        &[r#"sum by (namespace, pod) (rate(container_network_receive_bytes_total{pod!=""}[5m]))"#],
    ),
    column(
        "sent",
        Unit::BytesPerSecond,
        &[r#"sum by (namespace, pod) (rate(container_network_transmit_bytes_total{pod!=""}[5m]))"#],
    ),
    column(
        "restarts",
        Unit::Count,
        &["sum by (namespace, pod) (increase(kube_pod_container_status_restarts_total[1h]))"],
    ),
];
