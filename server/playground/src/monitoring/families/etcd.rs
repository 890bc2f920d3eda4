//! etcd, as it tells of itself.

use super::servers::{DISK_BOUNDS, Histogram, Part, each};
use super::{Ask, Family};
use crate::monitoring::series::Rows;

/// The calls of etcd: service, method, kind and how many times per second.
const CALLS: [(&str, &str, &str, f64); 4] = [
    ("etcdserverpb.KV", "Range", "unary", 41.0),
    ("etcdserverpb.KV", "Txn", "unary", 19.0),
    ("etcdserverpb.Watch", "Watch", "bidi_stream", 0.4),
    ("etcdserverpb.Lease", "LeaseKeepAlive", "bidi_stream", 0.2),
];

const WAL: Histogram = Histogram { job: "etcd", rate: 24.0, quick: 0.0022, slow: 0.014, bounds: DISK_BOUNDS };
const COMMIT: Histogram =
    Histogram { job: "etcd", rate: 9.0, quick: 0.0061, slow: 0.027, bounds: DISK_BOUNDS };

pub static FAMILIES: &[Family] = &[
    Family::gauge(
        "etcd_server_has_leader",
        "Whether or not a leader exists. 1 is existence, 0 is not.",
        |ask, rows| {
            each(ask, rows, "etcd", &[], |_, _| Some(1.0));
        },
    ),
    Family::gauge(
        "etcd_server_is_leader",
        "Whether or not this member is a leader. 1 if is, 0 otherwise.",
        |ask, rows| {
            each(ask, rows, "etcd", &[], |_, _| Some(1.0));
        },
    ),
    Family::counter(
        "etcd_server_leader_changes_seen_total",
        "The number of leader changes seen.",
        |ask, rows| {
            each(ask, rows, "etcd", &[], |_, _| Some(1.0));
        },
    ),
    Family::counter(
        "etcd_server_proposals_committed_total",
        "The total number of consensus proposals committed.",
        |ask, rows| {
            each(ask, rows, "etcd", &[], |server, at| Some(server.counted(at, 19.4)));
        },
    ),
    Family::counter(
        "etcd_server_proposals_applied_total",
        "The total number of consensus proposals applied.",
        |ask, rows| {
            each(ask, rows, "etcd", &[], |server, at| Some(server.counted(at, 19.4)));
        },
    ),
    Family::counter(
        "etcd_server_proposals_failed_total",
        "The total number of failed proposals seen.",
        |ask, rows| {
            each(ask, rows, "etcd", &[], |server, at| Some(server.counted(at, 0.00004)));
        },
    ),
    Family::gauge(
        "etcd_server_proposals_pending",
        "The current number of pending proposals to commit.",
        |ask, rows| {
            each(ask, rows, "etcd", &[], |server, at| Some((server.busy(at) * 2.0 - 1.6).max(0.0).round()));
        },
    ),
    Family::gauge(
        "etcd_server_quota_backend_bytes",
        "Current backend storage quota size in bytes.",
        |ask, rows| {
            each(ask, rows, "etcd", &[], |_, _| Some(2_147_483_648.0));
        },
    ),
    Family::gauge(
        "etcd_mvcc_db_total_size_in_bytes",
        "Total size of the underlying database physically allocated in bytes.",
        |ask, rows| {
            each(ask, rows, "etcd", &[], |server, at| Some(server.database(at)));
        },
    ),
    Family::gauge(
        "etcd_mvcc_db_total_size_in_use_in_bytes",
        "Total size of the underlying database logically in use in bytes.",
        |ask, rows| {
            each(ask, rows, "etcd", &[], |server, at| Some((server.database(at) * 0.46).floor()));
        },
    ),
    Family::counter(
        "etcd_network_client_grpc_received_bytes_total",
        "The total number of bytes received from grpc clients.",
        |ask, rows| {
            each(ask, rows, "etcd", &[], |server, at| Some(server.counted(at, 38_000.0)));
        },
    ),
    Family::counter(
        "etcd_network_client_grpc_sent_bytes_total",
        "The total number of bytes sent to grpc clients.",
        |ask, rows| {
            each(ask, rows, "etcd", &[], |server, at| Some(server.counted(at, 410_000.0)));
        },
    ),
    Family::counter(
        "grpc_server_started_total",
        "Total number of RPCs started on the server.",
        |ask, rows| {
            calls(ask, rows, None, 1.0);
        },
    ),
    Family::counter(
        "grpc_server_handled_total",
        "Total number of RPCs completed on the server, regardless of success or failure.",
        |ask, rows| {
            calls(ask, rows, Some("OK"), 0.9997);
            calls(ask, rows, Some("Unavailable"), 0.0003);
        },
    ),
    Family::counter(
        "grpc_server_msg_received_total",
        "Total number of RPC stream messages received on the server.",
        |ask, rows| {
            calls(ask, rows, None, 1.1);
        },
    ),
    Family::counter(
        "grpc_server_msg_sent_total",
        "Total number of gRPC stream messages sent by the server.",
        |ask, rows| {
            calls(ask, rows, None, 1.7);
        },
    ),
    Family::histogram(
        "etcd_disk_wal_fsync_duration_seconds_bucket",
        "The latency distributions of fsync called by WAL.",
        |ask, rows| {
            WAL.each(ask, rows, Part::Buckets);
        },
    ),
    Family::histogram(
        "etcd_disk_wal_fsync_duration_seconds_sum",
        "The latency distributions of fsync called by WAL.",
        |ask, rows| {
            WAL.each(ask, rows, Part::Sum);
        },
    ),
    Family::histogram(
        "etcd_disk_wal_fsync_duration_seconds_count",
        "The latency distributions of fsync called by WAL.",
        |ask, rows| {
            WAL.each(ask, rows, Part::Count);
        },
    ),
    Family::histogram(
        "etcd_disk_backend_commit_duration_seconds_bucket",
        "The latency distributions of commit called by backend.",
        |ask, rows| {
            COMMIT.each(ask, rows, Part::Buckets);
        },
    ),
    Family::histogram(
        "etcd_disk_backend_commit_duration_seconds_sum",
        "The latency distributions of commit called by backend.",
        |ask, rows| {
            COMMIT.each(ask, rows, Part::Sum);
        },
    ),
    Family::histogram(
        "etcd_disk_backend_commit_duration_seconds_count",
        "The latency distributions of commit called by backend.",
        |ask, rows| {
            COMMIT.each(ask, rows, Part::Count);
        },
    ),
];

fn calls(ask: &Ask, rows: &mut Rows, code: Option<&'static str>, factor: f64) {
    for (service, method, kind, rate) in CALLS {
        let mut labels = vec![("grpc_service", service), ("grpc_method", method), ("grpc_type", kind)];
        labels.extend(code.map(|code| ("grpc_code", code)));
        each(ask, rows, "etcd", &labels, move |server, at| Some(server.counted(at, rate * factor)));
    }
}
