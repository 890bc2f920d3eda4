//! Templates about projects as a whole, and about their volume claims.

use super::RuleAbout::{Claim, Project};
use super::RuleUnit::{Count, Percent};
use super::Severity::Warning;
use super::template::{RuleTemplate, template};

pub(super) const ALL: &[RuleTemplate] = &[
    template(
        "quota-used",
        Project,
        (Percent, 90.0),
        ("15m", Warning),
        &[(
            "",
            &[
                r#"max by (namespace, resourcequota, resource) (kube_resourcequota{type="used"}) / max by (namespace, resourcequota, resource) (kube_resourcequota{type="hard"} > 0)"#,
            ],
        )],
    ),
    // A pod that has ended is not ready either, and that is well.
    template(
        "pods-not-ready",
        Project,
        (Count, 0.0),
        ("15m", Warning),
        &[(
            "",
            &[
                r#"sum by (namespace) (max by (namespace, pod) (kube_pod_status_ready{condition=~"false|unknown"}) unless on (namespace, pod) max by (namespace, pod) (kube_pod_status_phase{phase="Succeeded"} == 1))"#,
            ],
        )],
    ),
    // By what is left for users, not by what is used: a part may be reserved.
    template(
        "volume-filling",
        Claim,
        (Percent, 85.0),
        ("15m", Warning),
        &[(
            "",
            &[
                "1 - max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_available_bytes) / max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_capacity_bytes)",
                "max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_used_bytes) / max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_capacity_bytes)",
            ],
        )],
    ),
    template(
        "volume-inodes",
        Claim,
        (Percent, 85.0),
        ("15m", Warning),
        &[(
            "",
            &[
                "max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_inodes_used) / max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_inodes > 0)",
            ],
        )],
    ),
];
