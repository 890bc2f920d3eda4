//! Room: what was asked for and promised, and what there is.

use super::rule::{BuiltInRule, rule};
use crate::Severity::{Info, Warning};

pub(super) const RULES: &[BuiltInRule] = &[
    // With the largest node away. A cluster of one node has no spare one, and is not warned of that for ever.
    rule(
        "KubeCPUOvercommit",
        ("10m", Info),
        "Pods ask for more CPU than is left when the largest node fails",
        &[
            r#"sum(max by (namespace, pod, container) (kube_pod_container_resource_requests{resource="cpu"}) * on (namespace, pod) group_left () max by (namespace, pod) (kube_pod_status_phase{phase=~"Pending|Running"} == 1)) - (sum(max by (node) (kube_node_status_allocatable{resource="cpu"})) - max(kube_node_status_allocatable{resource="cpu"})) > 0 and count(max by (node) (kube_node_status_allocatable{resource="cpu"})) > 1"#,
        ],
    ),
    rule(
        "KubeMemoryOvercommit",
        ("10m", Info),
        "Pods ask for more memory than is left when the largest node fails",
        &[
            r#"sum(max by (namespace, pod, container) (kube_pod_container_resource_requests{resource="memory"}) * on (namespace, pod) group_left () max by (namespace, pod) (kube_pod_status_phase{phase=~"Pending|Running"} == 1)) - (sum(max by (node) (kube_node_status_allocatable{resource="memory"})) - max(kube_node_status_allocatable{resource="memory"})) > 0 and count(max by (node) (kube_node_status_allocatable{resource="memory"})) > 1"#,
        ],
    ),
    rule(
        "KubeCPUQuotaOvercommit",
        ("5m", Info),
        "Quotas promise {{ $value | humanizePercentage }} of the CPU that there is",
        &[
            r#"sum(min by (namespace) (kube_resourcequota{resource=~"cpu|requests.cpu",type="hard"})) / sum(max by (node) (kube_node_status_allocatable{resource="cpu"})) > 1.5"#,
        ],
    ),
    rule(
        "KubeMemoryQuotaOvercommit",
        ("5m", Info),
        "Quotas promise {{ $value | humanizePercentage }} of the memory that there is",
        &[
            r#"sum(min by (namespace) (kube_resourcequota{resource=~"memory|requests.memory",type="hard"})) / sum(max by (node) (kube_node_status_allocatable{resource="memory"})) > 1.5"#,
        ],
    ),
    rule(
        "KubeQuotaAlmostFull",
        ("15m", Info),
        "{{ $value | humanizePercentage }} of {{ $labels.resource }} of {{ $labels.namespace }}/{{ $labels.resourcequota }} is used",
        &[
            r#"max by (namespace, resourcequota, resource) (kube_resourcequota{type="used"}) / max by (namespace, resourcequota, resource) (kube_resourcequota{type="hard"} > 0) > 0.9 < 1"#,
        ],
    ),
    rule(
        "KubeQuotaFullyUsed",
        ("15m", Warning),
        "All of {{ $labels.resource }} of {{ $labels.namespace }}/{{ $labels.resourcequota }} is used",
        &[
            r#"max by (namespace, resourcequota, resource) (kube_resourcequota{type="used"}) / max by (namespace, resourcequota, resource) (kube_resourcequota{type="hard"} > 0) >= 1"#,
        ],
    ),
];
