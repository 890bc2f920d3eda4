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
        "KubeStateMetricsShardingMismatch",
        ("15m", Critical),
        "Who tells of objects in {{ $labels.namespace }} does not agree on how many share the work",
        &["stdvar by (namespace) (kube_state_metrics_total_shards) != 0"],
    ),
    // Each part counts as a digit of its own, so that one missing and another one twice is no sum that is right.
    rule(
        "KubeStateMetricsShardsMissing",
        ("15m", Critical),
        "Nobody tells of some of the objects: a part of {{ $labels.namespace }} is missing",
        &[
            "2 ^ max by (namespace) (kube_state_metrics_total_shards) - 1 - sum by (namespace) (2 ^ max by (namespace, shard_ordinal) (kube_state_metrics_shard_ordinal)) != 0",
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
        "RuleGroupNotEvaluated",
        ("5m", Warning),
        "{{ $labels.instance }} has not evaluated {{ $labels.rule_group }} for ten of its intervals",
        &[
            "time() - max by (instance, rule_group) (prometheus_rule_group_last_evaluation_timestamp_seconds) > 10 * max by (instance, rule_group) (prometheus_rule_group_interval_seconds)",
        ],
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
        "PrometheusNotificationQueueRunningFull",
        ("15m", Warning),
        "What {{ $labels.instance }} has to tell Alertmanagers will be more than it can keep within half an hour",
        &[
            "max by (instance) (predict_linear(prometheus_notifications_queue_length[5m], 1800)) > max by (instance) (prometheus_notifications_queue_capacity)",
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
        "PrometheusTSDBReloadsFailing",
        ("4h", Warning),
        "{{ $labels.instance }} cannot read what it has on disk",
        &["sum by (instance) (increase(prometheus_tsdb_reloads_failures_total[3h])) > 0"],
    ),
    rule(
        "PrometheusDuplicateTimestamps",
        ("10m", Warning),
        "{{ $labels.instance }} drops {{ $value | humanize }} samples per second that came twice",
        &["sum by (instance) (rate(prometheus_target_scrapes_sample_duplicate_timestamp_total[5m])) > 0"],
    ),
    rule(
        "PrometheusOutOfOrderTimestamps",
        ("10m", Warning),
        "{{ $labels.instance }} drops {{ $value | humanize }} samples per second that came too late",
        &["sum by (instance) (rate(prometheus_target_scrapes_sample_out_of_order_total[5m])) > 0"],
    ),
    rule(
        "PrometheusTargetLimitHit",
        ("15m", Warning),
        "{{ $labels.instance }} leaves out targets: there are more than its limit",
        &["sum by (instance) (increase(prometheus_target_scrape_pool_exceeded_target_limit_total[5m])) > 0"],
    ),
    rule(
        "PrometheusLabelLimitHit",
        ("15m", Warning),
        "{{ $labels.instance }} leaves out targets: they have more labels than its limits allow",
        &["sum by (instance) (increase(prometheus_target_scrape_pool_exceeded_label_limits_total[5m])) > 0"],
    ),
    rule(
        "PrometheusTargetSyncFailure",
        ("5m", Critical),
        "{{ $labels.instance }} could not take over {{ $value | humanize }} targets within half an hour",
        &["sum by (instance) (increase(prometheus_target_sync_failed_total[30m])) > 0"],
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
        "AlertmanagerMembersInconsistent",
        ("15m", Critical),
        "{{ $labels.instance }} does not know all others of its group, so people may be told twice",
        &[
            "max by (namespace, service, instance) (max_over_time(alertmanager_cluster_members[5m])) < on (namespace, service) group_left () count by (namespace, service) (alertmanager_cluster_members)",
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
    rule(
        "PrometheusOperatorListErrors",
        ("15m", Warning),
        "{{ $value | humanizePercentage }} of the operator's lists for {{ $labels.controller }} fail",
        &[
            "sum by (controller) (rate(prometheus_operator_list_operations_failed_total[10m])) / sum by (controller) (rate(prometheus_operator_list_operations_total[10m])) > 0.4",
        ],
    ),
    rule(
        "PrometheusOperatorWatchErrors",
        ("15m", Warning),
        "{{ $value | humanizePercentage }} of the operator's watches for {{ $labels.controller }} fail",
        &[
            "sum by (controller) (rate(prometheus_operator_watch_operations_failed_total[5m])) / sum by (controller) (rate(prometheus_operator_watch_operations_total[5m])) > 0.4",
        ],
    ),
    rule(
        "PrometheusOperatorNodeLookupErrors",
        ("10m", Warning),
        "The operator cannot find the addresses of some nodes, whose kubelets are not measured",
        &["sum by (namespace) (rate(prometheus_operator_node_address_lookup_errors_total[5m])) > 0.1"],
    ),
    rule(
        "PrometheusOperatorNotReady",
        ("5m", Warning),
        "The operator does not work on {{ $labels.controller }}",
        &["min by (namespace, controller) (max_over_time(prometheus_operator_ready[5m])) == 0"],
    ),
    rule(
        "PrometheusOperatorRejectedResources",
        ("5m", Warning),
        "The operator leaves out {{ $value }} {{ $labels.resource }}: they are wrong",
        &[
            r#"max by (namespace, controller, resource) (min_over_time(prometheus_operator_managed_resources{state="rejected"}[5m])) > 0"#,
        ],
    ),
    rule(
        "ConfigReloaderSidecarErrors",
        ("10m", Warning),
        "{{ $labels.namespace }}/{{ $labels.pod }} does not take over its new configuration",
        &["max by (namespace, pod) (max_over_time(reloader_last_reload_successful[5m])) == 0"],
    ),
];
