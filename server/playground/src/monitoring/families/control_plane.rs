//! The control plane, etcd and the cluster's name service, as they tell of themselves.

use playground_promql::{NAME, format_number};

use super::targets::{self, Scraped};
use super::{Ask, Family};
use crate::monitoring::load::{Load, Pattern, noise};
use crate::monitoring::series::Rows;
use crate::objects::hash;

/// What is asked of the API server: verb, resource, scope, and how many times per second.
const REQUESTS: [(&str, &str, &str, f64); 16] = [
    ("GET", "leases", "resource", 9.0),
    ("PUT", "leases", "resource", 6.5),
    ("GET", "pods", "resource", 2.6),
    ("LIST", "pods", "cluster", 0.4),
    ("WATCH", "pods", "cluster", 0.21),
    ("PATCH", "pods", "resource", 0.9),
    ("GET", "nodes", "resource", 1.2),
    ("PATCH", "nodes", "resource", 0.35),
    ("LIST", "nodes", "cluster", 0.12),
    ("GET", "endpointslices", "resource", 1.6),
    ("LIST", "configmaps", "namespace", 0.3),
    ("GET", "configmaps", "resource", 3.4),
    ("WATCH", "deployments", "cluster", 0.16),
    ("PUT", "deployments", "resource", 0.22),
    ("POST", "events", "resource", 1.1),
    ("POST", "subjectaccessreviews", "cluster", 2.9),
];

/// How requests are answered: the code and its part.
const CODES: [(&str, f64); 4] = [("200", 0.971), ("404", 0.019), ("409", 0.008), ("500", 0.002)];

const REQUEST_BOUNDS: &[f64] = &[
    0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 15.0,
    20.0, 30.0, 45.0, 60.0,
];
const DISK_BOUNDS: &[f64] =
    &[0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096, 8.192];
const NAME_BOUNDS: &[f64] = &[
    0.00025, 0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048,
    4.096, 8.192,
];

/// The calls of etcd: service, method, kind and how many times per second.
const CALLS: [(&str, &str, &str, f64); 4] = [
    ("etcdserverpb.KV", "Range", "unary", 41.0),
    ("etcdserverpb.KV", "Txn", "unary", 19.0),
    ("etcdserverpb.Watch", "Watch", "bidi_stream", 0.4),
    ("etcdserverpb.Lease", "LeaseKeepAlive", "bidi_stream", 0.2),
];

pub static FAMILIES: &[Family] = &[
    Family::counter(
        "apiserver_request_total",
        "Counter of apiserver requests broken out for each verb, dry run value, group, version, resource, scope, component, and HTTP response code.",
        requests,
    ),
    Family::histogram(
        "apiserver_request_duration_seconds_bucket",
        "Response latency distribution in seconds for each verb, resource, subresource, scope and component.",
        |ask, rows| {
            durations(ask, rows, Part::Buckets);
        },
    ),
    Family::histogram(
        "apiserver_request_duration_seconds_sum",
        "Response latency distribution in seconds.",
        |ask, rows| {
            durations(ask, rows, Part::Sum);
        },
    ),
    Family::histogram(
        "apiserver_request_duration_seconds_count",
        "Response latency distribution in seconds.",
        |ask, rows| {
            durations(ask, rows, Part::Count);
        },
    ),
    Family::gauge(
        "apiserver_current_inflight_requests",
        "Maximal number of currently used inflight request limit of this apiserver per request kind in last second.",
        |ask, rows| {
            for (kind, most) in [("readOnly", 7.0), ("mutating", 3.0)] {
                each(ask, rows, "apiserver", &[("request_kind", kind)], move |server, at| {
                    Some((server.busy(at) * most).round())
                });
            }
        },
    ),
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

/// Which part of a histogram.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Buckets,
    Sum,
    Count,
}

/// A server that is scraped.
#[derive(Clone)]
struct Server {
    scraped: Scraped,
    seed: u64,
    created: i64,
}

/// As long as a server ran before the one of now, in milliseconds.
const BEFORE: i64 = 35 * 86_400_000;

impl Server {
    /// When the process of a time began.
    fn started(&self, at: i64) -> i64 {
        if at >= self.created { self.created } else { self.created - BEFORE }
    }

    fn work(&self, rate: f64, salt: u64) -> Load {
        Load {
            average: rate,
            pattern: Pattern::Steady,
            together: self.seed,
            alone: self.seed.rotate_left(21) ^ salt,
        }
    }

    /// So much per second since the process began.
    fn total(&self, at: i64, rate: f64) -> f64 {
        let load = self.work(rate, rate.to_bits());
        load.total(at) - load.total(self.started(at))
    }

    fn counted(&self, at: i64, rate: f64) -> f64 {
        self.total(at, rate).floor()
    }

    /// How busy it is; one on average.
    fn busy(&self, at: i64) -> f64 {
        self.work(1.0, 77).speed(at)
    }

    /// A database grows until it is defragmented at night.
    fn database(&self, at: i64) -> f64 {
        let day = (at as f64 / 86_400_000.0 - 0.08).fract();
        let (wander, _) = noise(at as f64 / 7_200_000.0, self.seed);
        ((96.0 + 41.0 * day + 3.0 * wander) * 1_048_576.0 / 4096.0).floor() * 4096.0
    }
}

fn servers(ask: &Ask, job: &str) -> Vec<Server> {
    targets::of_job(ask, job)
        .map(|scraped| {
            let seed = hash(format!("{job}{}", scraped.target.pod).as_bytes());
            Server { seed, created: scraped.created(), scraped: scraped.clone() }
        })
        .collect()
}

fn each(
    ask: &Ask,
    rows: &mut Rows,
    job: &str,
    extra: &[(&str, &str)],
    value: impl Fn(&Server, i64) -> Option<f64> + Clone + Send + Sync + 'static,
) {
    if !rows.can_be("job", job) {
        return;
    }
    for server in servers(ask, job) {
        let labels: Vec<(&str, &str)> = [(NAME, ask.metric)].iter().chain(extra).copied().collect();
        let target = server.scraped.target.clone();
        let value = value.clone();
        rows.add(&target, &labels, || {
            Some(Box::new(move |at| if server.scraped.is_up(at) { value(&server, at) } else { None }))
        });
    }
}

fn request_labels<'a>(verb: &'a str, resource: &'a str, scope: &'a str) -> [(&'a str, &'a str); 6] {
    let group = match resource {
        "leases" => "coordination.k8s.io",
        "deployments" => "apps",
        "endpointslices" => "discovery.k8s.io",
        "subjectaccessreviews" => "authorization.k8s.io",
        _ => "",
    };
    [
        ("verb", verb),
        ("resource", resource),
        ("scope", scope),
        ("group", group),
        ("version", "v1"),
        ("component", "apiserver"),
    ]
}

fn requests(ask: &Ask, rows: &mut Rows) {
    for (verb, resource, scope, rate) in REQUESTS {
        for (code, part) in CODES {
            let mut labels = request_labels(verb, resource, scope).to_vec();
            labels.push(("code", code));
            each(ask, rows, "apiserver", &labels, move |server, at| Some(server.counted(at, rate * part)));
        }
    }
}

fn durations(ask: &Ask, rows: &mut Rows, part: Part) {
    for (verb, resource, scope, rate) in REQUESTS {
        let quick = match verb {
            "LIST" => 0.06,
            "WATCH" => 25.0,
            "POST" | "PUT" | "PATCH" => 0.014,
            _ => 0.004,
        };
        let histogram =
            Histogram { job: "apiserver", rate, quick, slow: quick * 9.0, bounds: REQUEST_BOUNDS };
        histogram.each_with(ask, rows, part, &request_labels(verb, resource, scope));
    }
}

fn calls(ask: &Ask, rows: &mut Rows, code: Option<&'static str>, factor: f64) {
    for (service, method, kind, rate) in CALLS {
        let mut labels = vec![("grpc_service", service), ("grpc_method", method), ("grpc_type", kind)];
        labels.extend(code.map(|code| ("grpc_code", code)));
        each(ask, rows, "etcd", &labels, move |server, at| Some(server.counted(at, rate * factor)));
    }
}

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

/// How long something takes: mostly one time, and now and then a longer one.
struct Histogram {
    job: &'static str,
    /// How many times per second.
    rate: f64,
    /// The usual time in seconds.
    quick: f64,
    /// The other.
    slow: f64,
    bounds: &'static [f64],
}

const WAL: Histogram = Histogram { job: "etcd", rate: 24.0, quick: 0.0022, slow: 0.014, bounds: DISK_BOUNDS };
const COMMIT: Histogram =
    Histogram { job: "etcd", rate: 9.0, quick: 0.0061, slow: 0.027, bounds: DISK_BOUNDS };
const SCHEDULING: Histogram =
    Histogram { job: "kube-scheduler", rate: 0.042, quick: 0.0035, slow: 0.02, bounds: DISK_BOUNDS };
const NAMES: Histogram =
    Histogram { job: "coredns", rate: 27.8, quick: 0.0004, slow: 0.009, bounds: NAME_BOUNDS };

impl Histogram {
    fn each(&self, ask: &Ask, rows: &mut Rows, part: Part) {
        self.each_with(ask, rows, part, &[]);
    }

    fn each_with(&self, ask: &Ask, rows: &mut Rows, part: Part, extra: &[(&str, &str)]) {
        let (rate, quick, slow) = (self.rate, self.quick, self.slow);
        // What is slow comes in waves of its own, so that quantiles move.
        let both =
            move |server: &Server, at: i64| (server.total(at, rate * 0.93), server.total(at, rate * 0.07));
        match part {
            Part::Count => each(ask, rows, self.job, extra, move |server, at| {
                let (usual, rare) = both(server, at);
                Some((usual + rare).floor())
            }),
            Part::Sum => each(ask, rows, self.job, extra, move |server, at| {
                let (usual, rare) = both(server, at);
                // The mean of the distribution below.
                Some(0.903 * (usual * quick + rare * slow))
            }),
            Part::Buckets => {
                for bound in self.bounds.iter().copied().chain([f64::INFINITY]) {
                    let written = format_number(bound);
                    let labels: Vec<(&str, &str)> =
                        extra.iter().copied().chain([("le", written.as_str())]).collect();
                    each(ask, rows, self.job, &labels, move |server, at| {
                        let (usual, rare) = both(server, at);
                        Some((usual * within(bound, quick) + rare * within(bound, slow)).floor())
                    });
                }
            }
        }
    }
}

/// The part that takes no longer than so many seconds (a Weibull distribution of shape 1.5).
fn within(bound: f64, usual: f64) -> f64 {
    1.0 - (-(bound / usual).powf(1.5)).exp()
}
