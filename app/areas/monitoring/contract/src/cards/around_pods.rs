//! Boards of what pods write to and are reached by: claims of volumes, and ingresses.

use super::{Card, Form, by, card, one};
use model::Unit;

pub(super) static CLAIM: &[Card] = &[
    card(
        "volume",
        Unit::Bytes,
        Form::Lines,
        &[
            one("used", &["max(kubelet_volume_stats_used_bytes)"]),
            one("capacity", &["max(kubelet_volume_stats_capacity_bytes)"]),
        ],
    ),
    card(
        "volume-inodes",
        Unit::Count,
        Form::Lines,
        &[
            one("used", &["max(kubelet_volume_stats_inodes_used)"]),
            one("capacity", &["max(kubelet_volume_stats_inodes)"]),
        ],
    ),
];

pub(super) static INGRESS: &[Card] = &[
    card(
        "requests",
        Unit::PerSecond,
        Form::Stacked,
        &[by(&["status"], &["sum by (status) (rate(nginx_ingress_controller_requests[5m]))"])],
    ),
    card(
        "success",
        Unit::Ratio,
        Form::Lines,
        &[one(
            "succeeded",
            &[
                r#"1 - (sum(rate(nginx_ingress_controller_requests{status=~"[45].."}[5m])) or vector(0)) / sum(rate(nginx_ingress_controller_requests[5m]))"#,
            ],
        )],
    ),
    card(
        "latency",
        Unit::Seconds,
        Form::Lines,
        &[
            one(
                "p99",
                &[
                    "histogram_quantile(0.99, sum by (le) (rate(nginx_ingress_controller_request_duration_seconds_bucket[5m])))",
                ],
            ),
            one(
                "p95",
                &[
                    "histogram_quantile(0.95, sum by (le) (rate(nginx_ingress_controller_request_duration_seconds_bucket[5m])))",
                ],
            ),
            one(
                "p50",
                &[
                    "histogram_quantile(0.5, sum by (le) (rate(nginx_ingress_controller_request_duration_seconds_bucket[5m])))",
                ],
            ),
            one(
                "average",
                &[
                    "sum(rate(nginx_ingress_controller_request_duration_seconds_sum[5m])) / sum(rate(nginx_ingress_controller_request_duration_seconds_count[5m]))",
                ],
            ),
        ],
    ),
    card(
        "answers",
        Unit::BytesPerSecond,
        Form::Lines,
        &[
            one("received", &["sum(rate(nginx_ingress_controller_request_size_sum[5m]))"]),
            one("sent", &["sum(rate(nginx_ingress_controller_response_size_sum[5m]))"]),
        ],
    ),
];
