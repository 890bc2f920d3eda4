//! The board of a control plane.

use super::{Card, Form, by, card, one};
use model::Unit;

pub(super) static CONTROL_PLANE: &[Card] = &[
    // What only one of several shows, the one that leads, would not count them.
    card(
        "servers",
        Unit::Count,
        Form::Lines,
        &[
            one("api-servers", &["count(max by (instance) (apiserver_current_inflight_requests))"]),
            one(
                "controller-managers",
                &[
                    r#"count(max by (instance) (leader_election_master_status{name="kube-controller-manager"}))"#,
                ],
            ),
            one("schedulers", &["count(max by (instance) (scheduler_pending_pods))"]),
            one("etcd-members", &["count(max by (instance) (etcd_server_has_leader))"]),
        ],
    ),
    card(
        "api-requests",
        Unit::PerSecond,
        Form::Stacked,
        &[by(&["code"], &["sum by (code) (rate(apiserver_request_total[5m]))"])],
    ),
    card(
        "api-latency",
        Unit::Seconds,
        Form::Lines,
        &[
            one(
                "p99",
                &[
                    r#"histogram_quantile(0.99, sum by (le) (rate(apiserver_request_duration_seconds_bucket{verb!~"WATCH|WATCHLIST|CONNECT|PROXY",subresource!="log"}[5m])))"#,
                ],
            ),
            one(
                "p90",
                &[
                    r#"histogram_quantile(0.9, sum by (le) (rate(apiserver_request_duration_seconds_bucket{verb!~"WATCH|WATCHLIST|CONNECT|PROXY",subresource!="log"}[5m])))"#,
                ],
            ),
            one(
                "p50",
                &[
                    r#"histogram_quantile(0.5, sum by (le) (rate(apiserver_request_duration_seconds_bucket{verb!~"WATCH|WATCHLIST|CONNECT|PROXY",subresource!="log"}[5m])))"#,
                ],
            ),
            one(
                "average",
                &[
                    r#"sum(rate(apiserver_request_duration_seconds_sum{verb!~"WATCH|WATCHLIST|CONNECT|PROXY",subresource!="log"}[5m])) / sum(rate(apiserver_request_duration_seconds_count{verb!~"WATCH|WATCHLIST|CONNECT|PROXY",subresource!="log"}[5m]))"#,
                    "avg(apiserver:apiserver_request_duration:avg)",
                ],
            ),
        ],
    ),
    card(
        "api-verbs",
        Unit::PerSecond,
        Form::Stacked,
        &[by(&["verb"], &["sum by (verb) (rate(apiserver_request_total[5m]))"])],
    ),
    card(
        "api-latency-by-verb",
        Unit::Seconds,
        Form::Lines,
        &[by(
            &["verb"],
            &[
                r#"sum by (verb) (rate(apiserver_request_duration_seconds_sum{verb!~"WATCH|WATCHLIST|CONNECT|PROXY",subresource!="log"}[5m])) / sum by (verb) (rate(apiserver_request_duration_seconds_count{verb!~"WATCH|WATCHLIST|CONNECT|PROXY",subresource!="log"}[5m]))"#,
                "avg by (verb) (apiserver:apiserver_request_duration:avg_by_verb)",
            ],
        )],
    ),
    card(
        "api-errors",
        Unit::Ratio,
        Form::Lines,
        &[one(
            "failed",
            &[
                r#"(sum(rate(apiserver_request_total{code=~"5.."}[5m])) or vector(0)) / sum(rate(apiserver_request_total[5m]))"#,
            ],
        )],
    ),
    card(
        "api-failed-by-verb",
        Unit::Ratio,
        Form::Lines,
        &[by(
            &["verb"],
            &[
                r#"(sum by (verb) (rate(apiserver_request_total{code=~"5.."}[5m])) or sum by (verb) (rate(apiserver_request_total[5m])) * 0) / sum by (verb) (rate(apiserver_request_total[5m]))"#,
            ],
        )],
    ),
    // What the objectives of Kubernetes allow: a second, and for lists five of a project and thirty of a whole cluster.
    card(
        "api-slow-by-verb",
        Unit::Ratio,
        Form::Lines,
        &[by(
            &["verb"],
            &[
                r#"clamp_min(1 - sum by (verb) (rate(apiserver_request_duration_seconds_bucket{le=~"1([.]0)?",scope!~"namespace|cluster",verb=~"GET|LIST",subresource!~"proxy|attach|log|exec|portforward"}[5m]) or rate(apiserver_request_duration_seconds_bucket{le=~"5([.]0)?",scope="namespace",verb=~"GET|LIST",subresource!~"proxy|attach|log|exec|portforward"}[5m]) or rate(apiserver_request_duration_seconds_bucket{le=~"30([.]0)?",scope="cluster",verb=~"GET|LIST",subresource!~"proxy|attach|log|exec|portforward"}[5m]) or rate(apiserver_request_duration_seconds_bucket{le=~"1([.]0)?",verb=~"POST|PUT|PATCH|DELETE|APPLY",subresource!~"proxy|attach|log|exec|portforward"}[5m])) / sum by (verb) (rate(apiserver_request_duration_seconds_count{verb=~"GET|LIST|POST|PUT|PATCH|DELETE|APPLY",subresource!~"proxy|attach|log|exec|portforward"}[5m])), 0)"#,
            ],
        )],
    ),
    // What failed and what was too slow, beside what is usually allowed: how much of an error budget is spent.
    card(
        "api-budget",
        Unit::Ratio,
        Form::Lines,
        &[
            one(
                "reads",
                &[
                    r#"(clamp_min(sum(rate(apiserver_request_duration_seconds_count{verb=~"GET|LIST",subresource!~"proxy|attach|log|exec|portforward"}[5m])) - sum(rate(apiserver_request_duration_seconds_bucket{le=~"1([.]0)?",scope!~"namespace|cluster",verb=~"GET|LIST",subresource!~"proxy|attach|log|exec|portforward"}[5m]) or rate(apiserver_request_duration_seconds_bucket{le=~"5([.]0)?",scope="namespace",verb=~"GET|LIST",subresource!~"proxy|attach|log|exec|portforward"}[5m]) or rate(apiserver_request_duration_seconds_bucket{le=~"30([.]0)?",scope="cluster",verb=~"GET|LIST",subresource!~"proxy|attach|log|exec|portforward"}[5m])), 0) + (sum(rate(apiserver_request_total{code=~"5..",verb=~"GET|LIST"}[5m])) or vector(0))) / sum(rate(apiserver_request_total{verb=~"GET|LIST"}[5m]))"#,
                ],
            ),
            one(
                "writes",
                &[
                    r#"(clamp_min(sum(rate(apiserver_request_duration_seconds_count{verb=~"POST|PUT|PATCH|DELETE|APPLY",subresource!~"proxy|attach|log|exec|portforward"}[5m])) - sum(rate(apiserver_request_duration_seconds_bucket{le=~"1([.]0)?",verb=~"POST|PUT|PATCH|DELETE|APPLY",subresource!~"proxy|attach|log|exec|portforward"}[5m])), 0) + (sum(rate(apiserver_request_total{code=~"5..",verb=~"POST|PUT|PATCH|DELETE|APPLY"}[5m])) or vector(0))) / sum(rate(apiserver_request_total{verb=~"POST|PUT|PATCH|DELETE|APPLY"}[5m]))"#,
                ],
            ),
            one("allowed", &["max(apiserver_current_inflight_requests) * 0 + 0.01"]),
        ],
    ),
    card(
        "api-inflight",
        Unit::Count,
        Form::Stacked,
        &[by(&["request_kind"], &["sum by (request_kind) (apiserver_current_inflight_requests)"])],
    ),
    card(
        "etcd-size",
        Unit::Bytes,
        Form::Lines,
        &[by(
            &["instance"],
            &[
                "max by (instance) (etcd_mvcc_db_total_size_in_bytes)",
                "max by (instance) (apiserver_storage_size_bytes)",
            ],
        )],
    ),
    card(
        "etcd-wal",
        Unit::Seconds,
        Form::Lines,
        &[
            one(
                "p99",
                &[
                    "histogram_quantile(0.99, sum by (le) (rate(etcd_disk_wal_fsync_duration_seconds_bucket[5m])))",
                    r#"avg(etcd:etcd_disk_wal_fsync_duration:histogram_quantile{quantile="0.99"})"#,
                ],
            ),
            one(
                "p90",
                &[
                    "histogram_quantile(0.9, sum by (le) (rate(etcd_disk_wal_fsync_duration_seconds_bucket[5m])))",
                    r#"avg(etcd:etcd_disk_wal_fsync_duration:histogram_quantile{quantile="0.9"})"#,
                ],
            ),
            one(
                "p50",
                &[
                    "histogram_quantile(0.5, sum by (le) (rate(etcd_disk_wal_fsync_duration_seconds_bucket[5m])))",
                    r#"avg(etcd:etcd_disk_wal_fsync_duration:histogram_quantile{quantile="0.5"})"#,
                ],
            ),
            one(
                "average",
                &[
                    "sum(rate(etcd_disk_wal_fsync_duration_seconds_sum[5m])) / sum(rate(etcd_disk_wal_fsync_duration_seconds_count[5m]))",
                    "avg(etcd:etcd_disk_wal_fsync_duration:avg)",
                ],
            ),
        ],
    ),
    card(
        "etcd-commit",
        Unit::Seconds,
        Form::Lines,
        &[
            one(
                "p99",
                &[
                    "histogram_quantile(0.99, sum by (le) (rate(etcd_disk_backend_commit_duration_seconds_bucket[5m])))",
                    r#"avg(etcd:etcd_disk_backend_commit_duration:histogram_quantile{quantile="0.99"})"#,
                ],
            ),
            one(
                "p90",
                &[
                    "histogram_quantile(0.9, sum by (le) (rate(etcd_disk_backend_commit_duration_seconds_bucket[5m])))",
                    r#"avg(etcd:etcd_disk_backend_commit_duration:histogram_quantile{quantile="0.9"})"#,
                ],
            ),
            one(
                "p50",
                &[
                    "histogram_quantile(0.5, sum by (le) (rate(etcd_disk_backend_commit_duration_seconds_bucket[5m])))",
                    r#"avg(etcd:etcd_disk_backend_commit_duration:histogram_quantile{quantile="0.5"})"#,
                ],
            ),
            one(
                "average",
                &[
                    "sum(rate(etcd_disk_backend_commit_duration_seconds_sum[5m])) / sum(rate(etcd_disk_backend_commit_duration_seconds_count[5m]))",
                    "avg(etcd:etcd_disk_backend_commit_duration:avg)",
                ],
            ),
        ],
    ),
    card(
        "etcd-raft",
        Unit::PerSecond,
        Form::Lines,
        &[
            one("committed", &["sum(rate(etcd_server_proposals_committed_total[5m]))"]),
            one("applied", &["sum(rate(etcd_server_proposals_applied_total[5m]))"]),
            one("failed", &["sum(rate(etcd_server_proposals_failed_total[5m]))"]),
        ],
    ),
    card(
        "etcd-pending",
        Unit::Count,
        Form::Lines,
        &[by(&["instance"], &["max by (instance) (etcd_server_proposals_pending)"])],
    ),
    card(
        "etcd-traffic",
        Unit::BytesPerSecond,
        Form::Lines,
        &[
            one("received", &["sum(rate(etcd_network_client_grpc_received_bytes_total[5m]))"]),
            one("sent", &["sum(rate(etcd_network_client_grpc_sent_bytes_total[5m]))"]),
        ],
    ),
    card(
        "etcd-calls",
        Unit::PerSecond,
        Form::Lines,
        &[
            one(
                "calls",
                &[
                    r#"sum(rate(grpc_server_started_total{grpc_service=~"etcdserverpb.+"}[5m]))"#,
                    "sum(etcd:grpc_server_started:sum_irate)",
                ],
            ),
            one(
                "failed",
                &[
                    r#"sum(rate(grpc_server_handled_total{grpc_code!="OK",grpc_service=~"etcdserverpb.+"}[5m]))"#,
                    "sum(etcd:grpc_server_handled:sum_irate)",
                ],
            ),
        ],
    ),
    card(
        "etcd-messages",
        Unit::PerSecond,
        Form::Lines,
        &[
            one(
                "received",
                &[r#"sum(rate(grpc_server_msg_received_total{grpc_service=~"etcdserverpb.+"}[5m]))"#],
            ),
            one("sent", &[r#"sum(rate(grpc_server_msg_sent_total{grpc_service=~"etcdserverpb.+"}[5m]))"#]),
        ],
    ),
    // Who leads has one, who follows none.
    card(
        "etcd-members",
        Unit::Count,
        Form::Lines,
        &[by(&["instance"], &["max by (instance) (etcd_server_is_leader)"])],
    ),
    card(
        "etcd-leader",
        Unit::Count,
        Form::Lines,
        &[
            one("with-leader", &["sum(etcd_server_has_leader)"]),
            one("leader-changes", &["sum(increase(etcd_server_leader_changes_seen_total[1h]))"]),
        ],
    ),
    card(
        "scheduler-attempts",
        Unit::PerSecond,
        Form::Stacked,
        &[by(&["result"], &["sum by (result) (rate(scheduler_schedule_attempts_total[5m]))"])],
    ),
    card(
        "scheduler-latency",
        Unit::Seconds,
        Form::Lines,
        &[
            one(
                "p99",
                &[
                    "histogram_quantile(0.99, sum by (le) (rate(scheduler_scheduling_attempt_duration_seconds_bucket[5m])))",
                    "histogram_quantile(0.99, sum by (le) (rate(scheduler_e2e_scheduling_duration_seconds_bucket[5m])))",
                ],
            ),
            one(
                "p90",
                &[
                    "histogram_quantile(0.9, sum by (le) (rate(scheduler_scheduling_attempt_duration_seconds_bucket[5m])))",
                    "histogram_quantile(0.9, sum by (le) (rate(scheduler_e2e_scheduling_duration_seconds_bucket[5m])))",
                ],
            ),
            one(
                "p50",
                &[
                    "histogram_quantile(0.5, sum by (le) (rate(scheduler_scheduling_attempt_duration_seconds_bucket[5m])))",
                    "histogram_quantile(0.5, sum by (le) (rate(scheduler_e2e_scheduling_duration_seconds_bucket[5m])))",
                ],
            ),
            one(
                "average",
                &[
                    "sum(rate(scheduler_scheduling_attempt_duration_seconds_sum[5m])) / sum(rate(scheduler_scheduling_attempt_duration_seconds_count[5m]))",
                    "sum(rate(scheduler_e2e_scheduling_duration_seconds_sum[5m])) / sum(rate(scheduler_e2e_scheduling_duration_seconds_count[5m]))",
                    "avg(scheduler:scheduler_e2e_scheduling_duration:avg)",
                ],
            ),
        ],
    ),
    card(
        "scheduler-pending",
        Unit::Count,
        Form::Stacked,
        &[by(&["queue"], &["sum by (queue) (scheduler_pending_pods)"])],
    ),
    card(
        "queues",
        Unit::Count,
        Form::Lines,
        &[by(&["name"], &["topk(8, sum by (name) (workqueue_depth)) > 0"])],
    ),
];
