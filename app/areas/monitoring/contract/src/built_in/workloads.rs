//! What runs in the cluster.

use super::rule::{BuiltInRule, rule};
use crate::Severity::{Info, Warning};

pub(super) const RULES: &[BuiltInRule] = &[
    rule(
        "KubePodCrashLooping",
        ("15m", Warning),
        "{{ $labels.container }} of {{ $labels.namespace }}/{{ $labels.pod }} ends again and again",
        &[
            r#"max by (namespace, pod, container) (max_over_time(kube_pod_container_status_waiting_reason{reason="CrashLoopBackOff"}[5m])) >= 1"#,
        ],
    ),
    // Pods of jobs wait for their turn.
    rule(
        "KubePodNotReady",
        ("15m", Warning),
        "{{ $labels.namespace }}/{{ $labels.pod }} has not come up",
        &[
            r#"max by (namespace, pod) (kube_pod_status_phase{phase=~"Pending|Unknown|Failed"}) > 0 unless on (namespace, pod) max by (namespace, pod) (kube_pod_owner{owner_kind="Job"})"#,
        ],
    ),
    // What ends again and again has a rule of its own.
    rule(
        "KubeContainerWaiting",
        ("1h", Warning),
        "{{ $labels.container }} of {{ $labels.namespace }}/{{ $labels.pod }} waits: {{ $labels.reason }}",
        &[
            r#"max by (namespace, pod, container, reason) (kube_pod_container_status_waiting_reason{reason!="CrashLoopBackOff"}) > 0"#,
        ],
    ),
    rule(
        "KubeContainerOOMKilled",
        ("0s", Warning),
        "{{ $labels.container }} of {{ $labels.namespace }}/{{ $labels.pod }} took more memory than it may",
        &[
            r#"max by (namespace, pod, container) (increase(kube_pod_container_status_restarts_total[10m])) > 0 and on (namespace, pod, container) max by (namespace, pod, container) (kube_pod_container_status_last_terminated_reason{reason="OOMKilled"}) == 1"#,
        ],
    ),
    rule(
        "CPUThrottlingHigh",
        ("15m", Info),
        "{{ $labels.container }} of {{ $labels.namespace }}/{{ $labels.pod }} is slowed down {{ $value | humanizePercentage }} of the time",
        &[
            r#"sum by (namespace, pod, container) (increase(container_cpu_cfs_throttled_periods_total{container!=""}[5m])) / sum by (namespace, pod, container) (increase(container_cpu_cfs_periods_total{container!=""}[5m])) > 0.25"#,
        ],
    ),
    rule(
        "KubeDeploymentReplicasMismatch",
        ("15m", Warning),
        "{{ $labels.namespace }}/{{ $labels.deployment }} has fewer replicas than it should",
        &[
            "max by (namespace, deployment) (kube_deployment_spec_replicas) > max by (namespace, deployment) (kube_deployment_status_replicas_available) and max by (namespace, deployment) (changes(kube_deployment_status_replicas_updated[10m])) == 0",
        ],
    ),
    rule(
        "KubeDeploymentRolloutStuck",
        ("15m", Warning),
        "The rollout of {{ $labels.namespace }}/{{ $labels.deployment }} does not go on",
        &[
            r#"max by (namespace, deployment) (kube_deployment_status_condition{condition="Progressing",status="false"}) == 1"#,
        ],
    ),
    rule(
        "KubeDeploymentGenerationMismatch",
        ("15m", Warning),
        "Nobody works on the last change of {{ $labels.namespace }}/{{ $labels.deployment }}",
        &[
            "max by (namespace, deployment) (kube_deployment_status_observed_generation) != max by (namespace, deployment) (kube_deployment_metadata_generation)",
        ],
    ),
    rule(
        "KubeStatefulSetReplicasMismatch",
        ("15m", Warning),
        "{{ $labels.namespace }}/{{ $labels.statefulset }} has fewer replicas than it should",
        &[
            "max by (namespace, statefulset) (kube_statefulset_replicas) > max by (namespace, statefulset) (kube_statefulset_status_replicas_ready) and max by (namespace, statefulset) (changes(kube_statefulset_status_replicas_updated[10m])) == 0",
        ],
    ),
    rule(
        "KubeStatefulSetUpdateNotRolledOut",
        ("15m", Warning),
        "The update of {{ $labels.namespace }}/{{ $labels.statefulset }} does not go on",
        &[
            "max by (namespace, statefulset) (max by (namespace, statefulset, revision) (kube_statefulset_status_current_revision) unless max by (namespace, statefulset, revision) (kube_statefulset_status_update_revision)) and max by (namespace, statefulset) (kube_statefulset_replicas) != max by (namespace, statefulset) (kube_statefulset_status_replicas_updated) and max by (namespace, statefulset) (changes(kube_statefulset_status_replicas_updated[10m])) == 0",
        ],
    ),
    rule(
        "KubeStatefulSetGenerationMismatch",
        ("15m", Warning),
        "Nobody works on the last change of {{ $labels.namespace }}/{{ $labels.statefulset }}",
        &[
            "max by (namespace, statefulset) (kube_statefulset_status_observed_generation) != max by (namespace, statefulset) (kube_statefulset_metadata_generation)",
        ],
    ),
    rule(
        "KubeDaemonSetRolloutStuck",
        ("15m", Warning),
        "{{ $labels.namespace }}/{{ $labels.daemonset }} lacks {{ $value }} pods",
        &[
            "max by (namespace, daemonset) (kube_daemonset_status_desired_number_scheduled) - max by (namespace, daemonset) (kube_daemonset_status_number_available) > 0 and max by (namespace, daemonset) (changes(kube_daemonset_status_updated_number_scheduled[10m])) == 0",
        ],
    ),
    rule(
        "KubeDaemonSetMisScheduled",
        ("15m", Info),
        "{{ $value }} pods of {{ $labels.namespace }}/{{ $labels.daemonset }} run where they should not",
        &["max by (namespace, daemonset) (kube_daemonset_status_number_misscheduled) > 0"],
    ),
    rule(
        "KubeJobNotCompleted",
        ("0s", Warning),
        "{{ $labels.namespace }}/{{ $labels.job_name }} has run for more than 12 hours",
        &[
            "time() - max by (namespace, job_name) (kube_job_status_start_time and kube_job_status_active > 0) > 43200",
        ],
    ),
    rule(
        "KubeJobFailed",
        ("15m", Warning),
        "{{ $labels.namespace }}/{{ $labels.job_name }} has failed",
        &[r#"max by (namespace, job_name) (kube_job_failed{condition="true"}) > 0"#],
    ),
    rule(
        "KubeHpaReplicasMismatch",
        ("15m", Warning),
        "{{ $labels.namespace }}/{{ $labels.horizontalpodautoscaler }} does not get the replicas that it wants",
        &[
            "max by (namespace, horizontalpodautoscaler) (kube_horizontalpodautoscaler_status_desired_replicas) != max by (namespace, horizontalpodautoscaler) (kube_horizontalpodautoscaler_status_current_replicas) and max by (namespace, horizontalpodautoscaler) (changes(kube_horizontalpodautoscaler_status_current_replicas[15m])) == 0",
        ],
    ),
    // One that may not move at all is always at its end.
    rule(
        "KubeHpaMaxedOut",
        ("15m", Warning),
        "{{ $labels.namespace }}/{{ $labels.horizontalpodautoscaler }} may not start more replicas",
        &[
            "max by (namespace, horizontalpodautoscaler) (kube_horizontalpodautoscaler_status_current_replicas) == max by (namespace, horizontalpodautoscaler) (kube_horizontalpodautoscaler_spec_max_replicas) unless max by (namespace, horizontalpodautoscaler) (kube_horizontalpodautoscaler_spec_min_replicas) == max by (namespace, horizontalpodautoscaler) (kube_horizontalpodautoscaler_spec_max_replicas)",
        ],
    ),
];
