//! What carries measurements further: to storage elsewhere, and the rulers of Thanos.

use super::rule::{BuiltInRule, rule};
use crate::Severity::{Critical, Info, Warning};

pub(super) const RULES: &[BuiltInRule] = &[
    rule(
        "PrometheusRemoteStorageFailures",
        ("15m", Critical),
        "{{ $value | humanizePercentage }} of what {{ $labels.instance }} sends to {{ $labels.url }} does not arrive",
        &[
            "sum by (instance, remote_name, url) (rate(prometheus_remote_storage_samples_failed_total[5m])) / (sum by (instance, remote_name, url) (rate(prometheus_remote_storage_samples_failed_total[5m])) + sum by (instance, remote_name, url) (rate(prometheus_remote_storage_samples_total[5m]))) > 0.01",
        ],
    ),
    rule(
        "PrometheusRemoteWriteBehind",
        ("15m", Critical),
        "What {{ $labels.instance }} sends to {{ $labels.url }} is {{ $value | humanizeDuration }} behind",
        &[
            "max by (instance) (max_over_time(prometheus_remote_storage_highest_timestamp_in_seconds[5m])) - on (instance) group_right () max by (instance, remote_name, url) (max_over_time(prometheus_remote_storage_queue_highest_sent_timestamp_seconds[5m])) > 120",
        ],
    ),
    rule(
        "PrometheusRemoteWriteDesiredShards",
        ("15m", Warning),
        "{{ $labels.instance }} would need {{ $value | humanize }} ways to {{ $labels.url }} at once, and may not have as many",
        &[
            "max by (instance, remote_name, url) (max_over_time(prometheus_remote_storage_shards_desired[5m])) > max by (instance, remote_name, url) (max_over_time(prometheus_remote_storage_shards_max[5m]))",
        ],
    ),
    rule(
        "ThanosRuleQueueIsDroppingAlerts",
        ("5m", Critical),
        "{{ $labels.instance }} drops {{ $value | humanize }} alerts per second, for which it has no room",
        &["sum by (instance) (rate(thanos_alert_queue_alerts_dropped_total[5m])) > 0"],
    ),
    rule(
        "ThanosRuleSenderIsFailingAlerts",
        ("5m", Critical),
        "{{ $labels.instance }} drops {{ $value | humanize }} alerts per second that no Alertmanager takes",
        &["sum by (instance) (rate(thanos_alert_sender_alerts_dropped_total[5m])) > 0"],
    ),
    rule(
        "ThanosRuleHighRuleEvaluationWarnings",
        ("15m", Info),
        "{{ $labels.instance }} evaluates rules on answers that are not whole",
        &["sum by (instance) (rate(thanos_rule_evaluation_with_warnings_total[5m])) > 0"],
    ),
    rule(
        "ThanosRuleConfigReloadFailure",
        ("5m", Info),
        "{{ $labels.instance }} cannot read its rules",
        &["max by (instance) (thanos_rule_config_last_reload_successful) == 0"],
    ),
    rule(
        "ThanosRuleQueryHighDNSFailures",
        ("15m", Warning),
        "{{ $labels.instance }} does not find whom it asks: {{ $value | humanizePercentage }} of its questions for names fail",
        &[
            "sum by (instance) (rate(thanos_rule_query_apis_dns_failures_total[5m])) / sum by (instance) (rate(thanos_rule_query_apis_dns_lookups_total[5m])) > 0.01",
        ],
    ),
    rule(
        "ThanosRuleAlertmanagerHighDNSFailures",
        ("15m", Warning),
        "{{ $labels.instance }} does not find whom it tells: {{ $value | humanizePercentage }} of its questions for names fail",
        &[
            "sum by (instance) (rate(thanos_rule_alertmanagers_dns_failures_total[5m])) / sum by (instance) (rate(thanos_rule_alertmanagers_dns_lookups_total[5m])) > 0.01",
        ],
    ),
];
