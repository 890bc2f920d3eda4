//! Templates about nodes: only who may see everything in a cluster writes rules by them.

use super::RuleAbout::Node;
use super::RuleUnit::{self, Count, Gibibytes, MegabitsPerSecond, MegabytesPerSecond, PerSecond, Percent};
use super::Severity::{Critical, Warning};
use super::template::{RuleTemplate, template};

pub(super) const ALL: &[RuleTemplate] = &[
    template(
        "node-cpu",
        Node,
        (Percent, 90.0),
        ("15m", Warning),
        &[(
            "",
            &[
                r#"1 - sum by (instance) (rate(node_cpu_seconds_total{mode=~"idle|iowait|steal"}[5m])) / count by (instance) (node_cpu_seconds_total{mode="idle"})"#,
                "max by (node) (node:node_cpu_utilisation:avg1m)",
            ],
        )],
    ),
    template(
        "node-memory",
        Node,
        (Percent, 90.0),
        ("10m", Warning),
        &[(
            "",
            &[
                "1 - max by (instance) (node_memory_MemAvailable_bytes) / max by (instance) (node_memory_MemTotal_bytes)",
                "max by (node) (node:node_memory_utilisation:)",
            ],
        )],
    ),
    template(
        "node-disk",
        Node,
        (Percent, 85.0),
        ("15m", Warning),
        &[(
            "",
            &[
                r#"max by (instance, mountpoint) (1 - node_filesystem_avail_bytes{device=~"/dev/.+",device!~"/dev/loop.+"} / node_filesystem_size_bytes{device=~"/dev/.+",device!~"/dev/loop.+"})"#,
                "max by (node) (node:disk_space_utilization:ratio)",
            ],
        )],
    ),
    template(
        "node-inodes",
        Node,
        (Percent, 85.0),
        ("15m", Warning),
        &[(
            "",
            &[
                r#"max by (instance, mountpoint) (1 - node_filesystem_files_free{device=~"/dev/.+",device!~"/dev/loop.+"} / node_filesystem_files{device=~"/dev/.+",device!~"/dev/loop.+"})"#,
                "max by (node) (node:disk_inode_utilization:ratio)",
            ],
        )],
    ),
    template(
        "node-not-ready",
        Node,
        (RuleUnit::None, 0.0),
        ("5m", Critical),
        &[(
            "",
            &[r#"max by (node) (kube_node_status_condition{condition="Ready",status=~"false|unknown"})"#],
        )],
    ),
    // Pods that have ended stand in the exporter's list and take no place.
    template(
        "node-pods",
        Node,
        (Percent, 95.0),
        ("15m", Warning),
        &[(
            "",
            &[
                r#"sum by (node) (max by (node, namespace, pod) (kube_pod_info{node!=""}) * on (namespace, pod) group_left () max by (namespace, pod) (kube_pod_status_phase{phase=~"Pending|Running"} == 1)) / max by (node) (kube_node_status_allocatable{resource="pods"})"#,
            ],
        )],
    ),
    template(
        "node-load1",
        Node,
        (Count, 2.0),
        ("15m", Warning),
        &[(
            "",
            &[
                r#"max by (instance) (node_load1) / count by (instance) (node_cpu_seconds_total{mode="idle"})"#,
                "max by (node) (node:load1:ratio)",
            ],
        )],
    ),
    template(
        "node-load5",
        Node,
        (Count, 2.0),
        ("15m", Warning),
        &[(
            "",
            &[
                r#"max by (instance) (node_load5) / count by (instance) (node_cpu_seconds_total{mode="idle"})"#,
                "max by (node) (node:load5:ratio)",
            ],
        )],
    ),
    template(
        "node-load15",
        Node,
        (Count, 2.0),
        ("5m", Warning),
        &[(
            "",
            &[
                r#"max by (instance) (node_load15) / count by (instance) (node_cpu_seconds_total{mode="idle"})"#,
                "max by (node) (node:load15:ratio)",
            ],
        )],
    ),
    template(
        "node-memory-left",
        Node,
        (Gibibytes, 1.0),
        ("10m", Warning),
        &[(
            "",
            &[
                "max by (instance) (node_memory_MemAvailable_bytes)",
                "max by (node) (node:node_memory_bytes_available:sum)",
            ],
        )],
    )
    .below(),
    template(
        "node-disk-left",
        Node,
        (Gibibytes, 10.0),
        ("15m", Warning),
        &[(
            "",
            &[
                r#"min by (instance, mountpoint) (node_filesystem_avail_bytes{device=~"/dev/.+",device!~"/dev/loop.+"})"#,
                "max by (node) (node:disk_space_available:)",
            ],
        )],
    )
    .below(),
    template(
        "node-disk-read",
        Node,
        (MegabytesPerSecond, 200.0),
        ("15m", Warning),
        &[(
            "",
            &[
                "sum by (instance) (rate(node_disk_read_bytes_total[5m]))",
                "max by (node) (node:data_volume_throughput_bytes_read:sum)",
            ],
        )],
    ),
    template(
        "node-disk-written",
        Node,
        (MegabytesPerSecond, 200.0),
        ("15m", Warning),
        &[(
            "",
            &[
                "sum by (instance) (rate(node_disk_written_bytes_total[5m]))",
                "max by (node) (node:data_volume_throughput_bytes_written:sum)",
            ],
        )],
    ),
    template(
        "node-disk-reads",
        Node,
        (PerSecond, 2000.0),
        ("15m", Warning),
        &[(
            "",
            &[
                "sum by (instance) (rate(node_disk_reads_completed_total[5m]))",
                "max by (node) (node:data_volume_iops_reads:sum)",
            ],
        )],
    ),
    template(
        "node-disk-writes",
        Node,
        (PerSecond, 2000.0),
        ("15m", Warning),
        &[(
            "",
            &[
                "sum by (instance) (rate(node_disk_writes_completed_total[5m]))",
                "max by (node) (node:data_volume_iops_writes:sum)",
            ],
        )],
    ),
    template(
        "node-received",
        Node,
        (MegabitsPerSecond, 800.0),
        ("15m", Warning),
        &[(
            "",
            &[
                r#"sum by (instance) (rate(node_network_receive_bytes_total{device!~"lo|veth.+|cali.+|cilium.+|lxc.+|flannel.+|cni.+|docker.+|br-.+|tunl.+|dummy.+|kube.+|vxlan.+|nodelocaldns"}[5m]))"#,
                "max by (node) (node:node_net_bytes_received:sum_irate)",
            ],
        )],
    ),
    template(
        "node-sent",
        Node,
        (MegabitsPerSecond, 800.0),
        ("15m", Warning),
        &[(
            "",
            &[
                r#"sum by (instance) (rate(node_network_transmit_bytes_total{device!~"lo|veth.+|cali.+|cilium.+|lxc.+|flannel.+|cni.+|docker.+|br-.+|tunl.+|dummy.+|kube.+|vxlan.+|nodelocaldns"}[5m]))"#,
                "max by (node) (node:node_net_bytes_transmitted:sum_irate)",
            ],
        )],
    ),
    // Of the pods that have not ended well, those that are not ready.
    template(
        "node-pods-not-ready",
        Node,
        (Percent, 50.0),
        ("15m", Warning),
        &[(
            "",
            &[
                r#"sum by (node) (max by (node, namespace, pod) (kube_pod_info{node!=""}) * on (namespace, pod) group_left () (max by (namespace, pod) (kube_pod_status_ready{condition=~"false|unknown"}) unless on (namespace, pod) max by (namespace, pod) (kube_pod_status_phase{phase="Succeeded"} == 1))) / sum by (node) (max by (node, namespace, pod) (kube_pod_info{node!=""}) * on (namespace, pod) group_left () max by (namespace, pod) (kube_pod_status_phase{phase!="Succeeded"}))"#,
            ],
        )],
    ),
];
