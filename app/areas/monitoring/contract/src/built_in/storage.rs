//! Volumes and the claims on them.

use super::rule::{BuiltInRule, rule};
use crate::Severity::{Critical, Warning};

pub(super) const RULES: &[BuiltInRule] = &[
    // What nobody may write to does not fill up.
    rule(
        "KubePersistentVolumeFillingUp",
        ("1m", Critical),
        "{{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} has {{ $value | humanizePercentage }} of its space left",
        &[
            r#"max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_available_bytes) / max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_capacity_bytes) < 0.03 unless on (namespace, persistentvolumeclaim) max by (namespace, persistentvolumeclaim) (kube_persistentvolumeclaim_access_mode{access_mode="ReadOnlyMany"}) == 1"#,
            "max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_available_bytes) / max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_capacity_bytes) < 0.03",
        ],
    ),
    rule(
        "KubePersistentVolumeFillingUp",
        ("1h", Warning),
        "{{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} will be full within four days, as it goes",
        &[
            r#"max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_available_bytes) / max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_capacity_bytes) < 0.15 and max by (namespace, persistentvolumeclaim) (predict_linear(kubelet_volume_stats_available_bytes[6h], 345600)) < 0 unless on (namespace, persistentvolumeclaim) max by (namespace, persistentvolumeclaim) (kube_persistentvolumeclaim_access_mode{access_mode="ReadOnlyMany"}) == 1"#,
            "max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_available_bytes) / max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_capacity_bytes) < 0.15 and max by (namespace, persistentvolumeclaim) (predict_linear(kubelet_volume_stats_available_bytes[6h], 345600)) < 0",
        ],
    ),
    rule(
        "KubePersistentVolumeInodesFillingUp",
        ("15m", Critical),
        "{{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} has {{ $value | humanizePercentage }} of its inodes left",
        &[
            "max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_inodes_free) / max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_inodes > 0) < 0.03",
        ],
    ),
    // Without the claim: a volume whose claim is gone is the one that fails to be taken back.
    rule(
        "KubePersistentVolumeErrors",
        ("5m", Critical),
        "The volume {{ $labels.persistentvolume }} is {{ $labels.phase }}",
        &[
            r#"max by (persistentvolume, phase) (kube_persistentvolume_status_phase{phase=~"Failed|Pending"}) > 0"#,
        ],
    ),
    rule(
        "KubePersistentVolumeClaimLost",
        ("5m", Critical),
        "The volume of {{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} is gone",
        &[
            r#"max by (namespace, persistentvolumeclaim) (kube_persistentvolumeclaim_status_phase{phase="Lost"}) > 0"#,
        ],
    ),
];
