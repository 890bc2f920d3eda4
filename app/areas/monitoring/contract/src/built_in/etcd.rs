//! The database of the cluster. Only etcd has these series; calls by gRPC are told apart by its own services.

use super::rule::{BuiltInRule, rule};
use crate::Severity::{Critical, Warning};

pub(super) const RULES: &[BuiltInRule] = &[
    rule(
        "etcdDown",
        ("5m", Critical),
        "No member of etcd is measured any more",
        &["absent(etcd_server_has_leader)"],
    ),
    rule(
        "etcdMembersDown",
        ("10m", Warning),
        "{{ $value }} members of etcd that answered within the last day do not",
        &["max_over_time(count(etcd_server_has_leader)[1d:10m]) - count(etcd_server_has_leader) > 0"],
    ),
    rule(
        "etcdInsufficientMembers",
        ("3m", Critical),
        "Too few members of etcd answer for a majority",
        &["count(etcd_server_has_leader) < (max_over_time(count(etcd_server_has_leader)[1d:10m]) + 1) / 2"],
    ),
    rule(
        "etcdNoLeader",
        ("1m", Critical),
        "{{ $labels.instance }} knows no leader of etcd",
        &["max by (instance) (etcd_server_has_leader) == 0"],
    ),
    rule(
        "etcdHighNumberOfLeaderChanges",
        ("5m", Warning),
        "etcd has chosen another leader {{ $value | humanize }} times within 15 minutes",
        &["max(increase(etcd_server_leader_changes_seen_total[15m])) > 3"],
    ),
    rule(
        "etcdHighNumberOfFailedGRPCRequests",
        ("5m", Critical),
        "{{ $value | humanizePercentage }} of {{ $labels.grpc_method }} of etcd fail",
        &[
            r#"sum by (grpc_service, grpc_method) (rate(grpc_server_handled_total{grpc_code=~"DataLoss|DeadlineExceeded|FailedPrecondition|Internal|ResourceExhausted|Unavailable|Unknown",grpc_service=~"etcdserverpb.+"}[5m])) / sum by (grpc_service, grpc_method) (rate(grpc_server_handled_total{grpc_service=~"etcdserverpb.+"}[5m])) > 0.05"#,
        ],
    ),
    rule(
        "etcdHighNumberOfFailedGRPCRequests",
        ("10m", Warning),
        "{{ $value | humanizePercentage }} of {{ $labels.grpc_method }} of etcd fail",
        &[
            r#"sum by (grpc_service, grpc_method) (rate(grpc_server_handled_total{grpc_code=~"DataLoss|DeadlineExceeded|FailedPrecondition|Internal|ResourceExhausted|Unavailable|Unknown",grpc_service=~"etcdserverpb.+"}[5m])) / sum by (grpc_service, grpc_method) (rate(grpc_server_handled_total{grpc_service=~"etcdserverpb.+"}[5m])) > 0.01"#,
        ],
    ),
    rule(
        "etcdGRPCRequestsSlow",
        ("10m", Warning),
        "One in a hundred {{ $labels.grpc_method }} of etcd takes {{ $value | humanizeDuration }}",
        &[
            r#"histogram_quantile(0.99, sum by (grpc_method, le) (rate(grpc_server_handling_seconds_bucket{grpc_method!="Defragment",grpc_service=~"etcdserverpb.+",grpc_type="unary"}[5m]))) > 0.15"#,
        ],
    ),
    rule(
        "etcdMemberCommunicationSlow",
        ("10m", Warning),
        "A message from {{ $labels.instance }} to {{ $labels.To }} takes {{ $value | humanizeDuration }} there and back",
        &[
            "histogram_quantile(0.99, sum by (instance, To, le) (rate(etcd_network_peer_round_trip_time_seconds_bucket[5m]))) > 0.15",
        ],
    ),
    // How many, not how many in each second: five in each second would be thousands.
    rule(
        "etcdHighNumberOfFailedProposals",
        ("15m", Warning),
        "{{ $labels.instance }} has failed with {{ $value | humanize }} changes of etcd within 15 minutes",
        &["max by (instance) (increase(etcd_server_proposals_failed_total[15m])) > 5"],
    ),
    rule(
        "etcdHighFsyncDurations",
        ("10m", Critical),
        "The disk of {{ $labels.instance }} takes {{ $value | humanizeDuration }} to keep what etcd writes",
        &[
            "histogram_quantile(0.99, sum by (instance, le) (rate(etcd_disk_wal_fsync_duration_seconds_bucket[5m]))) > 1",
        ],
    ),
    rule(
        "etcdHighFsyncDurations",
        ("10m", Warning),
        "The disk of {{ $labels.instance }} takes {{ $value | humanizeDuration }} to keep what etcd writes",
        &[
            "histogram_quantile(0.99, sum by (instance, le) (rate(etcd_disk_wal_fsync_duration_seconds_bucket[5m]))) > 0.5",
        ],
    ),
    rule(
        "etcdHighCommitDurations",
        ("10m", Warning),
        "{{ $labels.instance }} takes {{ $value | humanizeDuration }} to write what etcd has decided",
        &[
            "histogram_quantile(0.99, sum by (instance, le) (rate(etcd_disk_backend_commit_duration_seconds_bucket[5m]))) > 0.25",
        ],
    ),
    rule(
        "etcdDatabaseQuotaLowSpace",
        ("10m", Critical),
        "The database of {{ $labels.instance }} has {{ $value | humanizePercentage }} of the size at which it takes no more",
        &[
            "max by (instance) (etcd_mvcc_db_total_size_in_bytes) / max by (instance) (etcd_server_quota_backend_bytes) > 0.9",
        ],
    ),
    rule(
        "etcdExcessiveDatabaseGrowth",
        ("10m", Warning),
        "The database of {{ $labels.instance }} will be full within four hours, as it goes",
        &[
            "max by (instance) (predict_linear(etcd_mvcc_db_total_size_in_bytes[4h], 14400)) > max by (instance) (etcd_server_quota_backend_bytes)",
        ],
    ),
];
