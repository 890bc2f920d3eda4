//! What watches all the others.
//!
//! There is no rule here that always fires: that is for receivers outside the cluster which miss it, and nobody else.

use super::rule::{BuiltInRule, rule};
use crate::Severity::{Critical, Warning};

pub(super) const RULES: &[BuiltInRule] = &[
    rule(
        "TargetDown",
        ("10m", Warning),
        "{{ $value | humanizePercentage }} of the targets of {{ $labels.job }} do not answer",
        &["count by (job, namespace, service) (up == 0) / count by (job, namespace, service) (up) > 0.1"],
    ),
    rule(
        "KubeStateMetricsDown",
        ("15m", Critical),
        "Nobody tells the monitoring of the cluster's objects",
        &["absent(kube_pod_info)"],
    ),
    rule(
        "KubeStateMetricsListErrors",
        ("15m", Critical),
        "{{ $value | humanizePercentage }} of the lists of who tells of objects fail",
        &[
            r#"sum(rate(kube_state_metrics_list_total{result="error"}[5m])) / sum(rate(kube_state_metrics_list_total[5m])) > 0.01"#,
        ],
    ),
    rule(
        "KubeStateMetricsWatchErrors",
        ("15m", Critical),
        "{{ $value | humanizePercentage }} of the watches of who tells of objects fail",
        &[
            r#"sum(rate(kube_state_metrics_watch_total{result="error"}[5m])) / sum(rate(kube_state_metrics_watch_total[5m])) > 0.01"#,
        ],
    ),
    rule(
        "PrometheusBadConfig",
        ("10m", Critical),
        "{{ $labels.instance }} cannot read its configuration",
        &["max by (instance) (max_over_time(prometheus_config_last_reload_successful[5m])) == 0"],
    ),
    rule(
        "PrometheusRuleFailures",
        ("15m", Critical),
        "{{ $labels.instance }} could not evaluate {{ $value | humanize }} rules within five minutes",
        &["sum by (instance) (increase(prometheus_rule_evaluation_failures_total[5m])) > 0"],
    ),
    rule(
        "PrometheusMissingRuleEvaluations",
        ("15m", Warning),
        "{{ $labels.instance }} is too slow for its rules",
        &["sum by (instance) (increase(prometheus_rule_group_iterations_missed_total[5m])) > 0"],
    ),
    rule(
        "PrometheusNotConnectedToAlertmanagers",
        ("10m", Warning),
        "{{ $labels.instance }} knows no Alertmanager",
        &["max by (instance) (max_over_time(prometheus_notifications_alertmanagers_discovered[5m])) < 1"],
    ),
    rule(
        "PrometheusErrorSendingAlerts",
        ("15m", Critical),
        "{{ $value | humanizePercentage }} of what {{ $labels.instance }} tells {{ $labels.alertmanager }} does not arrive",
        &[
            "sum by (instance, alertmanager) (rate(prometheus_notifications_errors_total[5m])) / sum by (instance, alertmanager) (rate(prometheus_notifications_sent_total[5m])) > 0.03",
        ],
    ),
    rule(
        "PrometheusNotIngestingSamples",
        ("10m", Warning),
        "{{ $labels.instance }} keeps nothing of what it measures",
        &["sum by (instance) (rate(prometheus_tsdb_head_samples_appended_total[5m])) <= 0"],
    ),
    rule(
        "PrometheusTSDBCompactionsFailing",
        ("4h", Warning),
        "{{ $labels.instance }} cannot put its samples together on disk",
        &["sum by (instance) (increase(prometheus_tsdb_compactions_failed_total[3h])) > 0"],
    ),
    rule(
        "AlertmanagerFailedReload",
        ("10m", Critical),
        "{{ $labels.instance }} cannot read its configuration",
        &["max by (instance) (max_over_time(alertmanager_config_last_reload_successful[5m])) == 0"],
    ),
    rule(
        "AlertmanagerFailedToSendAlerts",
        ("5m", Warning),
        "{{ $value | humanizePercentage }} of what {{ $labels.instance }} sends by {{ $labels.integration }} does not arrive",
        &[
            "sum by (instance, integration) (rate(alertmanager_notifications_failed_total[5m])) / sum by (instance, integration) (rate(alertmanager_notifications_total[5m])) > 0.01",
        ],
    ),
    rule(
        "AlertmanagerConfigInconsistent",
        ("20m", Critical),
        "{{ $value }} configurations are in use in one group of Alertmanagers",
        &[
            r#"count by (namespace, service) (count_values by (namespace, service) ("config_hash", alertmanager_config_hash)) > 1"#,
        ],
    ),
    rule(
        "PrometheusOperatorSyncFailed",
        ("10m", Warning),
        "{{ $value }} objects could not be taken over into {{ $labels.controller }}",
        &[r#"max by (namespace, controller) (prometheus_operator_syncs{status="failed"}) > 0"#],
    ),
    rule(
        "PrometheusOperatorReconcileErrors",
        ("10m", Warning),
        "{{ $value | humanizePercentage }} of the operator's work on {{ $labels.controller }} fails",
        &[
            "sum by (controller) (rate(prometheus_operator_reconcile_errors_total[5m])) / sum by (controller) (rate(prometheus_operator_reconcile_operations_total[5m])) > 0.1",
        ],
    ),
];
