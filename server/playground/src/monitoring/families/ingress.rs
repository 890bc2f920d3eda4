//! What comes in from outside, as the ingress controller counts it.

use playground_promql::{NAME, format_number};
use serde_json::Value;

use super::{Ask, Family};
use crate::monitoring::load::{Load, Pattern};
use crate::monitoring::series::{Rows, Target};
use crate::objects::{array, hash, name, namespace, text, uid};

const BOUNDS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// How requests are answered that do not fail: the status, the method and the part.
const ANSWERS: [(&str, &str, f64); 5] = [
    ("200", "GET", 0.798),
    ("200", "POST", 0.13),
    ("301", "GET", 0.03),
    ("404", "GET", 0.035),
    ("403", "POST", 0.007),
];

pub static FAMILIES: &[Family] = &[
    Family::counter(
        "nginx_ingress_controller_requests",
        "The total number of client requests.",
        |ask, rows| {
            for (status, method, part) in ANSWERS {
                each(ask, rows, &[("status", status), ("method", method)], move |work, _, failing| {
                    (work * (1.0 - failing) * part).floor()
                });
            }
            each(ask, rows, &[("status", "502"), ("method", "GET")], |work, _, failing| {
                (work * failing).floor()
            });
        },
    ),
    Family::histogram(
        "nginx_ingress_controller_request_duration_seconds_bucket",
        "The request processing time in seconds.",
        |ask, rows| {
            for bound in BOUNDS.into_iter().chain([f64::INFINITY]) {
                let written = format_number(bound);
                each(ask, rows, &[("le", &written)], move |work, slow, _| {
                    let within = |usual: f64| 1.0 - (-(bound / usual).powf(1.4)).exp();
                    ((work - slow) * within(0.045) + slow * within(0.62)).floor()
                });
            }
        },
    ),
    Family::histogram(
        "nginx_ingress_controller_request_duration_seconds_sum",
        "The request processing time in seconds.",
        |ask, rows| {
            each(ask, rows, &[], |work, slow, _| 0.911 * ((work - slow) * 0.045 + slow * 0.62));
        },
    ),
    Family::histogram(
        "nginx_ingress_controller_request_duration_seconds_count",
        "The request processing time in seconds.",
        |ask, rows| {
            each(ask, rows, &[], |work, _, _| work.floor());
        },
    ),
    Family::counter(
        "nginx_ingress_controller_request_size_sum",
        "The request length (including request line, header, and request body).",
        |ask, rows| {
            each(ask, rows, &[], |work, _, _| (work * 870.0).floor());
        },
    ),
    Family::counter(
        "nginx_ingress_controller_response_size_sum",
        "The response length (including request line, header, and request body).",
        |ask, rows| {
            each(ask, rows, &[], |work, _, _| (work * 14_300.0).floor());
        },
    ),
    Family::counter(
        "nginx_ingress_controller_bytes_sent_sum",
        "The number of bytes sent to a client.",
        |ask, rows| {
            each(ask, rows, &[], |work, _, _| (work * 14_300.0).floor());
        },
    ),
    Family::gauge(
        "nginx_ingress_controller_ssl_expire_time_seconds",
        "Number of seconds since 1970 to the SSL Certificate expire.",
        certificates,
    ),
];

/// A series for each host of each ingress whose certificate is there. It lasts for ninety days and is renewed on the last.
fn certificates(ask: &Ask, rows: &mut Rows) {
    let (site, target) = (ask.inventory.site(), controller());
    for ingress in site.list_all("ingresses.networking.k8s.io") {
        for tls in array(&ingress, "/spec/tls") {
            let secret = text(tls, "/secretName");
            if site.get("secrets", namespace(&ingress), secret).is_none() {
                continue;
            }
            for host in array(tls, "/hosts").iter().filter_map(Value::as_str) {
                let labels = [
                    (NAME, ask.metric),
                    ("exported_namespace", namespace(&ingress)),
                    ("host", host),
                    ("secret_name", secret),
                    ("class", "k8s.io/ingress-nginx"),
                ];
                let seed = hash(format!("{}{host}", uid(&ingress)).as_bytes());
                rows.add(&target, &labels, move || Some(Box::new(move |at| Some(ends(at, seed)))));
            }
        }
    }
}

/// When a certificate of a time in milliseconds ends, in seconds since 1970.
fn ends(at: i64, seed: u64) -> f64 {
    const LASTS: i64 = 90 * 86_400;
    let phase = i64::try_from(seed % (90 * 86_400)).unwrap_or(0);
    let renewed = (at.div_euclid(1000) - phase).div_euclid(LASTS);
    ((renewed + 1) * LASTS + phase) as f64
}

/// The controller, as it is scraped.
fn controller() -> Target {
    Target {
        service: "ingress-nginx-controller-metrics".to_owned(),
        endpoint: "metrics".to_owned(),
        container: "controller".to_owned(),
        ..Target::new("ingress-nginx-controller-metrics", "ingress-nginx:10254")
    }
}

/// A series for each rule's host and path of each ingress. The function gets all requests so far, the slow ones,
/// and the part of all that fails.
fn each(
    ask: &Ask,
    rows: &mut Rows,
    extra: &[(&str, &str)],
    value: impl Fn(f64, f64, f64) -> f64 + Clone + Send + Sync + 'static,
) {
    let target = controller();
    for ingress in ask.inventory.site().list_all("ingresses.networking.k8s.io") {
        for (host, path, service) in places(&ingress) {
            let seed = hash(format!("{}{host}{path}", uid(&ingress)).as_bytes());
            let load = |average: f64, salt: u64| Load {
                average,
                pattern: Pattern::Customers,
                together: seed ^ salt,
                alone: seed.rotate_left(13) ^ salt,
            };
            let rate = 3.0 + (seed % 37) as f64;
            let (all, slow) = (load(rate, 0), load(rate * 0.06, 5));
            let labels = [
                (NAME, ask.metric),
                ("ingress", name(&ingress)),
                ("exported_namespace", namespace(&ingress)),
                ("exported_service", &service),
                ("host", &host),
                ("path", &path),
                ("controller_class", "k8s.io/ingress-nginx"),
            ];
            let labels: Vec<(&str, &str)> = labels.iter().chain(extra).copied().collect();
            let failing = failing(ask, namespace(&ingress), &service);
            let value = value.clone();
            // The controller has counted from the same moment on.
            let start = all_began(ask.inventory.now());
            rows.add(&target, &labels, move || {
                Some(Box::new(move |at| {
                    let since = |load: &Load| load.total(at) - load.total(start);
                    (at >= start).then(|| value(since(&all), since(&slow), failing))
                }))
            });
        }
    }
}

/// The beginning of the year before, so that a counter does not move its beginning with each question.
fn all_began(now: i64) -> i64 {
    const YEAR: i64 = 365 * 86_400_000;
    now.div_euclid(YEAR) * YEAR - YEAR
}

/// The part of the requests to a service that fail: few, more where some of its pods are not ready, and most where none
/// is.
fn failing(ask: &Ask, namespace: &str, service: &str) -> f64 {
    let endpoints = ask.inventory.site().get("endpoints", namespace, service);
    let subsets = endpoints.as_deref().map_or(&[][..], |endpoints| array(endpoints, "/subsets"));
    let any = |pointer: &str| subsets.iter().any(|subset| !array(subset, pointer).is_empty());
    match (any("/addresses"), any("/notReadyAddresses")) {
        (true, false) => 0.0012,
        (true, true) => 0.034,
        (false, _) => 0.91,
    }
}

fn places(ingress: &Value) -> Vec<(String, String, String)> {
    let mut places = Vec::new();
    for rule in array(ingress, "/spec/rules") {
        for path in array(rule, "/http/paths") {
            places.push((
                text(rule, "/host").to_owned(),
                text(path, "/path").to_owned(),
                text(path, "/backend/service/name").to_owned(),
            ));
        }
    }
    places
}
