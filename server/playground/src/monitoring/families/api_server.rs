//! The API server, as it tells of itself.

use super::servers::{Histogram, Part, each};
use super::{Ask, Family};
use crate::monitoring::series::Rows;

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
];

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
