//! The scheduler and the cluster's name service, as they tell of themselves, and the processes of all servers.

use super::servers::{DISK_BOUNDS, Histogram, Part, each};
use super::{Ask, Family};
use crate::monitoring::load::noise;
use crate::monitoring::series::Rows;

const NAME_BOUNDS: &[f64] = &[
    0.00025, 0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048,
    4.096, 8.192,
];

const SCHEDULING: Histogram =
    Histogram { job: "kube-scheduler", rate: 0.042, quick: 0.0035, slow: 0.02, bounds: DISK_BOUNDS };
const NAMES: Histogram =
    Histogram { job: "coredns", rate: 27.8, quick: 0.0004, slow: 0.009, bounds: NAME_BOUNDS };

pub static FAMILIES: &[Family] = &[
    Family::counter(
        "scheduler_schedule_attempts_total",
        "Number of attempts to schedule pods, by the result.",
        |ask, rows| {
            for (result, rate) in [("scheduled", 0.031), ("unschedulable", 0.011), ("error", 0.0002)] {
                let labels = [("result", result), ("profile", "default-scheduler")];
                each(ask, rows, "kube-scheduler", &labels, move |server, at| Some(server.counted(at, rate)));
            }
        },
    ),
    Family::gauge("scheduler_pending_pods", "Number of pending pods, by the queue type.", pending),
    Family::histogram(
        "scheduler_scheduling_attempt_duration_seconds_bucket",
        "Scheduling attempt latency in seconds.",
        |ask, rows| {
            SCHEDULING.each(ask, rows, Part::Buckets);
        },
    ),
    Family::histogram(
        "scheduler_scheduling_attempt_duration_seconds_sum",
        "Scheduling attempt latency in seconds.",
        |ask, rows| {
            SCHEDULING.each(ask, rows, Part::Sum);
        },
    ),
    Family::histogram(
        "scheduler_scheduling_attempt_duration_seconds_count",
        "Scheduling attempt latency in seconds.",
        |ask, rows| {
            SCHEDULING.each(ask, rows, Part::Count);
        },
    ),
    Family::counter(
        "coredns_dns_requests_total",
        "Counter of DNS requests made per zone, protocol and family.",
        |ask, rows| {
            for (kind, rate) in [("A", 14.0), ("AAAA", 13.0), ("SRV", 0.6), ("PTR", 0.2)] {
                let labels = [
                    ("type", kind),
                    ("zone", "."),
                    ("proto", "udp"),
                    ("family", "1"),
                    ("server", "dns://:53"),
                ];
                each(ask, rows, "coredns", &labels, move |server, at| Some(server.counted(at, rate)));
            }
        },
    ),
    Family::counter("coredns_dns_responses_total", "Counter of response status codes.", |ask, rows| {
        for (code, rate) in [("NOERROR", 20.0), ("NXDOMAIN", 7.6), ("SERVFAIL", 0.02)] {
            let labels = [("rcode", code), ("zone", "."), ("server", "dns://:53")];
            each(ask, rows, "coredns", &labels, move |server, at| Some(server.counted(at, rate)));
        }
    }),
    Family::counter("coredns_cache_hits_total", "The count of cache hits.", |ask, rows| {
        each(ask, rows, "coredns", &[("type", "success")], |server, at| Some(server.counted(at, 19.0)));
    }),
    Family::counter("coredns_cache_misses_total", "The count of cache misses.", |ask, rows| {
        each(ask, rows, "coredns", &[], |server, at| Some(server.counted(at, 8.6)));
    }),
    Family::histogram(
        "coredns_dns_request_duration_seconds_bucket",
        "Histogram of the time (in seconds) each request took per zone.",
        |ask, rows| {
            NAMES.each(ask, rows, Part::Buckets);
        },
    ),
    Family::histogram(
        "coredns_dns_request_duration_seconds_sum",
        "Histogram of the time (in seconds) each request took per zone.",
        |ask, rows| {
            NAMES.each(ask, rows, Part::Sum);
        },
    ),
    Family::histogram(
        "coredns_dns_request_duration_seconds_count",
        "Histogram of the time (in seconds) each request took per zone.",
        |ask, rows| {
            NAMES.each(ask, rows, Part::Count);
        },
    ),
    Family::counter(
        "process_cpu_seconds_total",
        "Total user and system CPU time spent in seconds.",
        |ask, rows| {
            for job in SERVERS {
                each(ask, rows, job, &[], |server, at| Some(server.total(at, 0.08)));
            }
        },
    ),
    Family::gauge("process_resident_memory_bytes", "Resident memory size in bytes.", |ask, rows| {
        for job in SERVERS {
            each(ask, rows, job, &[], |server, at| {
                let (wander, _) = noise(at as f64 / 900_000.0, server.seed);
                Some(((90.0 + (server.seed % 300) as f64) * 1_048_576.0 * (1.0 + 0.07 * wander)).floor())
            });
        }
    }),
    Family::gauge(
        "process_start_time_seconds",
        "Start time of the process since unix epoch in seconds.",
        |ask, rows| {
            for job in SERVERS {
                each(ask, rows, job, &[], |server, at| Some((server.started(at) / 1000) as f64));
            }
        },
    ),
    Family::gauge("go_goroutines", "Number of goroutines that currently exist.", |ask, rows| {
        for job in SERVERS {
            each(ask, rows, job, &[], |server, at| Some((180.0 + 300.0 * server.busy(at)).floor()));
        }
    }),
    Family::gauge(
        "node_collector_zone_size",
        "Gauge measuring number of registered Nodes per zones.",
        |ask, rows| {
            let nodes = ask.inventory.nodes().len() as f64;
            each(ask, rows, "kube-controller-manager", &[("zone", "default")], move |_, _| Some(nodes));
        },
    ),
    Family::gauge(
        "prometheus_config_last_reload_successful",
        "Whether the last configuration reload attempt was successful.",
        |ask, rows| {
            each(ask, rows, "prometheus-k8s", &[], |_, _| Some(1.0));
        },
    ),
    Family::gauge(
        "prometheus_notifications_alertmanagers_discovered",
        "The number of alertmanagers discovered and active.",
        |ask, rows| {
            each(ask, rows, "prometheus-k8s", &[], |_, _| Some(1.0));
        },
    ),
    Family::counter(
        "prometheus_rule_evaluation_failures_total",
        "The total number of rule evaluation failures.",
        |ask, rows| {
            each(ask, rows, "prometheus-k8s", &[], |_, _| Some(0.0));
        },
    ),
    Family::gauge(
        "alertmanager_config_last_reload_successful",
        "Whether the last configuration reload attempt was successful.",
        |ask, rows| {
            each(ask, rows, "alertmanager-main", &[], |_, _| Some(1.0));
        },
    ),
    Family::counter(
        "prometheus_tsdb_head_samples_appended_total",
        "Total number of appended samples.",
        |ask, rows| {
            each(ask, rows, "prometheus-k8s", &[("type", "float")], |server, at| {
                Some(server.counted(at, 1_450.0))
            });
        },
    ),
    Family::gauge("prometheus_tsdb_head_series", "Total number of series in the head block.", |ask, rows| {
        each(ask, rows, "prometheus-k8s", &[], |server, at| {
            Some((41_000.0 + 6_000.0 * server.busy(at)).floor())
        });
    }),
];

/// Who tells how its own process is.
const SERVERS: [&str; 7] = [
    "apiserver",
    "etcd",
    "kube-scheduler",
    "kube-controller-manager",
    "coredns",
    "kube-state-metrics",
    "prometheus-k8s",
];

/// How many pods wait for a node now.
fn pending(ask: &Ask, rows: &mut Rows) {
    let all = Rows::everything();
    let pods = ask.inventory.pods(&all);
    let waiting = pods.present().iter().filter(|pod| !pod.is_scheduled && pod.phase == "Pending");
    let since = waiting.clone().map(|pod| pod.created).min().unwrap_or(i64::MAX);
    let waiting = waiting.count() as f64;
    for (queue, amount) in [("active", 0.0), ("backoff", 0.0), ("gated", 0.0), ("unschedulable", waiting)] {
        each(ask, rows, "kube-scheduler", &[("queue", queue)], move |_, at| {
            Some(if at >= since { amount } else { 0.0 })
        });
    }
}
