//! The machines under the nodes, as their exporter sees them.

use super::rule::{BuiltInRule, rule};
use crate::Severity::{Critical, Info, Warning};

pub(super) const RULES: &[BuiltInRule] = &[
    rule(
        "NodeCPUHighUsage",
        ("30m", Info),
        "The processors of {{ $labels.instance }} are {{ $value | humanizePercentage }} busy",
        &[
            r#"1 - sum by (instance) (rate(node_cpu_seconds_total{mode=~"idle|iowait|steal"}[5m])) / count by (instance) (node_cpu_seconds_total{mode="idle"}) > 0.9"#,
            "instance:node_cpu_utilisation:rate5m > 0.9",
            "node:node_cpu_utilisation:avg1m > 0.9",
        ],
    ),
    rule(
        "NodeSystemSaturation",
        ("15m", Warning),
        "{{ $value | humanize }} processes wait for each processor of {{ $labels.instance }}",
        &[
            r#"max by (instance) (node_load5) / count by (instance) (node_cpu_seconds_total{mode="idle"}) > 2"#,
            "node:load5:ratio > 2",
        ],
    ),
    rule(
        "NodeMemoryHighUtilization",
        ("15m", Warning),
        "{{ $value | humanizePercentage }} of the memory of {{ $labels.instance }} is used",
        &[
            "1 - max by (instance) (node_memory_MemAvailable_bytes) / max by (instance) (node_memory_MemTotal_bytes) > 0.9",
            "instance:node_memory_utilisation:ratio > 0.9",
            "node:node_memory_utilisation: > 0.9",
        ],
    ),
    rule(
        "NodeFilesystemAlmostOutOfSpace",
        ("30m", Critical),
        "{{ $labels.mountpoint }} of {{ $labels.instance }} has {{ $value | humanizePercentage }} of its space left",
        &[
            r#"min by (instance, mountpoint) (node_filesystem_avail_bytes{device=~"/dev/.+",device!~"/dev/loop.+"} / node_filesystem_size_bytes{device=~"/dev/.+",device!~"/dev/loop.+"} and node_filesystem_readonly{device=~"/dev/.+"} == 0) < 0.03"#,
            "1 - node:disk_space_utilization:ratio < 0.03",
        ],
    ),
    rule(
        "NodeFilesystemAlmostOutOfSpace",
        ("30m", Warning),
        "{{ $labels.mountpoint }} of {{ $labels.instance }} has {{ $value | humanizePercentage }} of its space left",
        &[
            r#"min by (instance, mountpoint) (node_filesystem_avail_bytes{device=~"/dev/.+",device!~"/dev/loop.+"} / node_filesystem_size_bytes{device=~"/dev/.+",device!~"/dev/loop.+"} and node_filesystem_readonly{device=~"/dev/.+"} == 0) < 0.1"#,
            "1 - node:disk_space_utilization:ratio < 0.1",
        ],
    ),
    rule(
        "NodeFilesystemSpaceFillingUp",
        ("1h", Critical),
        "{{ $labels.mountpoint }} of {{ $labels.instance }} will be full within four hours, as it goes",
        &[
            r#"min by (instance, mountpoint) (node_filesystem_avail_bytes{device=~"/dev/.+",device!~"/dev/loop.+"} / node_filesystem_size_bytes{device=~"/dev/.+",device!~"/dev/loop.+"} and predict_linear(node_filesystem_avail_bytes{device=~"/dev/.+",device!~"/dev/loop.+"}[6h], 14400) < 0 and node_filesystem_readonly{device=~"/dev/.+"} == 0) < 0.2"#,
        ],
    ),
    rule(
        "NodeFilesystemSpaceFillingUp",
        ("1h", Warning),
        "{{ $labels.mountpoint }} of {{ $labels.instance }} will be full within a day, as it goes",
        &[
            r#"min by (instance, mountpoint) (node_filesystem_avail_bytes{device=~"/dev/.+",device!~"/dev/loop.+"} / node_filesystem_size_bytes{device=~"/dev/.+",device!~"/dev/loop.+"} and predict_linear(node_filesystem_avail_bytes{device=~"/dev/.+",device!~"/dev/loop.+"}[6h], 86400) < 0 and node_filesystem_readonly{device=~"/dev/.+"} == 0) < 0.4"#,
        ],
    ),
    rule(
        "NodeFilesystemAlmostOutOfFiles",
        ("1h", Critical),
        "{{ $labels.mountpoint }} of {{ $labels.instance }} has {{ $value | humanizePercentage }} of its inodes left",
        &[
            r#"min by (instance, mountpoint) (node_filesystem_files_free{device=~"/dev/.+",device!~"/dev/loop.+"} / node_filesystem_files{device=~"/dev/.+",device!~"/dev/loop.+"} and node_filesystem_readonly{device=~"/dev/.+"} == 0) < 0.03"#,
            "1 - node:disk_inode_utilization:ratio < 0.03",
        ],
    ),
    rule(
        "NodeFilesystemAlmostOutOfFiles",
        ("1h", Warning),
        "{{ $labels.mountpoint }} of {{ $labels.instance }} has {{ $value | humanizePercentage }} of its inodes left",
        &[
            r#"min by (instance, mountpoint) (node_filesystem_files_free{device=~"/dev/.+",device!~"/dev/loop.+"} / node_filesystem_files{device=~"/dev/.+",device!~"/dev/loop.+"} and node_filesystem_readonly{device=~"/dev/.+"} == 0) < 0.1"#,
            "1 - node:disk_inode_utilization:ratio < 0.1",
        ],
    ),
    rule(
        "NodeFilesystemFilesFillingUp",
        ("1h", Critical),
        "{{ $labels.mountpoint }} of {{ $labels.instance }} will be out of inodes within four hours, as it goes",
        &[
            r#"min by (instance, mountpoint) (node_filesystem_files_free{device=~"/dev/.+",device!~"/dev/loop.+"} / node_filesystem_files{device=~"/dev/.+",device!~"/dev/loop.+"} and predict_linear(node_filesystem_files_free{device=~"/dev/.+",device!~"/dev/loop.+"}[6h], 14400) < 0 and node_filesystem_readonly{device=~"/dev/.+"} == 0) < 0.2"#,
        ],
    ),
    rule(
        "NodeFilesystemFilesFillingUp",
        ("1h", Warning),
        "{{ $labels.mountpoint }} of {{ $labels.instance }} will be out of inodes within a day, as it goes",
        &[
            r#"min by (instance, mountpoint) (node_filesystem_files_free{device=~"/dev/.+",device!~"/dev/loop.+"} / node_filesystem_files{device=~"/dev/.+",device!~"/dev/loop.+"} and predict_linear(node_filesystem_files_free{device=~"/dev/.+",device!~"/dev/loop.+"}[6h], 86400) < 0 and node_filesystem_readonly{device=~"/dev/.+"} == 0) < 0.4"#,
        ],
    ),
    rule(
        "NodeNetworkReceiveErrs",
        ("1h", Warning),
        "{{ $value | humanizePercentage }} of what {{ $labels.device }} of {{ $labels.instance }} receives is broken",
        &[
            "max by (instance, device) (rate(node_network_receive_errs_total[5m]) / rate(node_network_receive_packets_total[5m])) > 0.01",
        ],
    ),
    rule(
        "NodeNetworkTransmitErrs",
        ("1h", Warning),
        "{{ $value | humanizePercentage }} of what {{ $labels.device }} of {{ $labels.instance }} sends is broken",
        &[
            "max by (instance, device) (rate(node_network_transmit_errs_total[5m]) / rate(node_network_transmit_packets_total[5m])) > 0.01",
        ],
    ),
    rule(
        "NodeNetworkInterfaceFlapping",
        ("2m", Warning),
        "{{ $labels.device }} of {{ $labels.instance }} goes up and down",
        &[
            r#"max by (instance, device) (changes(node_network_up{device!~"veth.+|cali.+|cilium.+|lxc.+"}[5m])) > 2"#,
        ],
    ),
    rule(
        "NodeHighNumberConntrackEntriesUsed",
        ("5m", Warning),
        "{{ $value | humanizePercentage }} of the places for connections of {{ $labels.instance }} are taken",
        &[
            "max by (instance) (node_nf_conntrack_entries) / max by (instance) (node_nf_conntrack_entries_limit) > 0.75",
        ],
    ),
    rule(
        "NodeFileDescriptorLimit",
        ("15m", Critical),
        "{{ $value | humanizePercentage }} of the file descriptors of {{ $labels.instance }} are taken",
        &["max by (instance) (node_filefd_allocated) / max by (instance) (node_filefd_maximum) > 0.9"],
    ),
    rule(
        "NodeFileDescriptorLimit",
        ("15m", Warning),
        "{{ $value | humanizePercentage }} of the file descriptors of {{ $labels.instance }} are taken",
        &["max by (instance) (node_filefd_allocated) / max by (instance) (node_filefd_maximum) > 0.7"],
    ),
    // Only while it does not come closer by itself.
    rule(
        "NodeClockSkewDetected",
        ("10m", Warning),
        "The clock of {{ $labels.instance }} is {{ $value | humanizeDuration }} off",
        &[
            "max by (instance) (node_timex_offset_seconds > 0.05 and deriv(node_timex_offset_seconds[5m]) >= 0 or node_timex_offset_seconds < -0.05 and deriv(node_timex_offset_seconds[5m]) <= 0)",
        ],
    ),
    rule(
        "NodeClockNotSynchronising",
        ("10m", Warning),
        "The clock of {{ $labels.instance }} is not set by any other",
        &[
            "max by (instance) (max_over_time(node_timex_sync_status[5m]) == 0 and node_timex_maxerror_seconds >= 16)",
            "max by (instance) (max_over_time(node_timex_sync_status[5m])) == 0",
        ],
    ),
    rule(
        "NodeTextFileCollectorScrapeError",
        ("15m", Warning),
        "The exporter of {{ $labels.instance }} cannot read a file with measurements",
        &["max by (instance) (node_textfile_scrape_error) == 1"],
    ),
    rule(
        "NodeRAIDDegraded",
        ("15m", Critical),
        "{{ $labels.device }} of {{ $labels.instance }} lacks {{ $value }} disks",
        &[
            r#"max by (instance, device) (node_md_disks_required) - max by (instance, device) (node_md_disks{state="active"}) > 0"#,
        ],
    ),
    rule(
        "NodeRAIDDiskFailure",
        ("5m", Warning),
        "{{ $value }} disks of {{ $labels.device }} of {{ $labels.instance }} have failed",
        &[r#"max by (instance, device) (node_md_disks{state="failed"}) > 0"#],
    ),
];
