//! The API server and what works beside it.
//!
//! That a server is gone is told by its own series: they end with its last scrape, whatever its job is called. Where they were
//! never measured, as in clusters whose control plane somebody else runs, the rule is not offered.

use super::rule::{BuiltInRule, rule};
use crate::Severity::{Critical, Info, Warning};

pub(super) const RULES: &[BuiltInRule] = &[
    rule(
        "KubeAPIDown",
        ("5m", Critical),
        "No API server is measured any more",
        &["absent(apiserver_request_total)"],
    ),
    rule(
        "KubeAPIErrorsHigh",
        ("10m", Critical),
        "{{ $value | humanizePercentage }} of the requests to the API server fail by its own fault",
        &[
            r#"sum(rate(apiserver_request_total{code=~"5.."}[5m])) / sum(rate(apiserver_request_total[5m])) > 0.03"#,
        ],
    ),
    // Lists may take long, and watches do.
    rule(
        "KubeAPILatencyHigh",
        ("15m", Warning),
        "One in a hundred {{ $labels.verb }} requests to the API server takes {{ $value | humanizeDuration }}",
        &[
            r#"histogram_quantile(0.99, sum by (verb, le) (rate(apiserver_request_duration_seconds_bucket{subresource!~"attach|exec|log|portforward|proxy",verb=~"APPLY|DELETE|GET|PATCH|POST|PUT"}[5m]))) > 1"#,
        ],
    ),
    rule(
        "KubeAPITerminatedRequests",
        ("5m", Warning),
        "The API server ends {{ $value | humanizePercentage }} of its requests unanswered",
        &[
            "sum(rate(apiserver_request_terminations_total[10m])) / (sum(rate(apiserver_request_total[10m])) + sum(rate(apiserver_request_terminations_total[10m]))) > 0.2",
        ],
    ),
    rule(
        "KubeAggregatedAPIDown",
        ("5m", Warning),
        "The API {{ $labels.name }} was not there {{ $value | humanizePercentage }} of the last ten minutes",
        &["max by (name) (avg_over_time(aggregator_unavailable_apiservice[10m])) > 0.15"],
    ),
    rule(
        "KubeAggregatedAPIErrors",
        ("0s", Warning),
        "The API {{ $labels.name }} was gone {{ $value | humanize }} times within ten minutes",
        &["sum by (name) (increase(aggregator_unavailable_apiservice_total[10m])) > 4"],
    ),
    rule(
        "KubeSchedulerDown",
        ("15m", Critical),
        "No scheduler is measured any more",
        &["absent(scheduler_schedule_attempts_total)"],
    ),
    rule(
        "KubeControllerManagerDown",
        ("15m", Critical),
        "No controller manager is measured any more",
        &["absent(node_collector_zone_size)"],
    ),
    rule(
        "KubeClientErrors",
        ("15m", Warning),
        "{{ $value | humanizePercentage }} of the requests of {{ $labels.instance }} to the API server fail by the server's fault",
        &[
            r#"sum by (instance, job) (rate(rest_client_requests_total{code=~"5.."}[5m])) / sum by (instance, job) (rate(rest_client_requests_total[5m])) > 0.01"#,
        ],
    ),
    rule(
        "KubeVersionMismatch",
        ("4h", Info),
        "{{ $value }} versions of Kubernetes run in the cluster",
        &[
            r#"count(count by (minor_version) (label_replace(kubernetes_build_info, "minor_version", "$1", "git_version", "(v[0-9]+[.][0-9]+).*"))) > 1"#,
            r#"count(count by (minor_version) (label_replace(kube_node_info, "minor_version", "$1", "kubelet_version", "(v[0-9]+[.][0-9]+).*"))) > 1"#,
        ],
    ),
    rule(
        "CoreDNSDown",
        ("5m", Critical),
        "No server of the cluster's names is measured any more",
        &["absent(coredns_dns_requests_total)"],
    ),
    rule(
        "CoreDNSErrorsHigh",
        ("10m", Critical),
        "{{ $value | humanizePercentage }} of the questions for names fail",
        &[
            r#"sum(rate(coredns_dns_responses_total{rcode="SERVFAIL"}[5m])) / sum(rate(coredns_dns_responses_total[5m])) > 0.03"#,
        ],
    ),
    rule(
        "CoreDNSLatencyHigh",
        ("10m", Warning),
        "One in a hundred questions for names takes {{ $value | humanizeDuration }}",
        &[
            "histogram_quantile(0.99, sum by (le) (rate(coredns_dns_request_duration_seconds_bucket[5m]))) > 4",
        ],
    ),
];
