//! Rules as data: what is measured, of what, in which unit, and the expressions that give it.
//!
//! As those of cards, an expression names only series that exporters themselves give, and the first one is taken whose
//! series all exist. It says nothing about which object or project: the server forces that on every selector, and compares
//! the whole with the threshold.

use super::Severity;

/// What a template is about, which is what its form asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleAbout {
    /// A workload of a project.
    Workload,
    /// An ingress of a project.
    Ingress,
    /// A project as a whole.
    Project,
    /// A volume claim of a project, or all of them.
    Claim,
    /// A node, or all of them. Only who may see everything in a cluster makes such a rule.
    Node,
}

impl RuleAbout {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::Workload, Self::Ingress, Self::Project, Self::Claim, Self::Node];

    /// Its word in texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Workload => "workload",
            Self::Ingress => "ingress",
            Self::Project => "project",
            Self::Claim => "claim",
            Self::Node => "node",
        }
    }

    /// The kinds of objects that it can be about; none for a project, which says itself which one it is.
    pub fn kinds(self) -> &'static [&'static str] {
        match self {
            Self::Workload => &["deployments", "statefulsets", "daemonsets"],
            Self::Ingress => &["ingresses"],
            Self::Project => &[],
            Self::Claim => &["persistentvolumeclaims"],
            Self::Node => &["nodes"],
        }
    }

    /// Whether one object must be named; otherwise no name means all of them.
    pub fn needs_name(self) -> bool {
        matches!(self, Self::Workload | Self::Ingress)
    }

    /// Whether it is about a part of a project, and not about the cluster.
    pub fn is_in_project(self) -> bool {
        self != Self::Node
    }
}

/// How a threshold is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleUnit {
    /// In hundredths of a whole; what is measured is a share between 0 and 1.
    Percent,
    /// As a number of something.
    Count,
    /// Not at all: what is measured is either so or not.
    None,
}

impl RuleUnit {
    /// The number that an expression is compared with, of what was typed.
    pub fn to_measured(self, typed: f64) -> f64 {
        match self {
            Self::Percent => typed / 100.0,
            Self::Count => typed,
            Self::None => 0.0,
        }
    }

    /// What is typed for a number that an expression is compared with.
    pub fn to_typed(self, measured: f64) -> String {
        match self {
            // To the digits that the division keeps, and no further: 0.07 is 7 of a hundred, not 7.000000000000001.
            Self::Percent => ((measured * 1e14).round() / 1e12).to_string(),
            Self::Count => measured.to_string(),
            Self::None => String::new(),
        }
    }

    /// What the values of the expression count.
    pub fn of_values(self) -> model::Unit {
        match self {
            Self::Percent => model::Unit::Ratio,
            Self::Count | Self::None => model::Unit::Count,
        }
    }
}

/// A rule that only has to be filled in.
#[derive(Debug, PartialEq)]
pub struct RuleTemplate {
    /// Its word in addresses and texts.
    pub word: &'static str,
    /// What it is about.
    pub about: RuleAbout,
    /// In which unit its threshold is typed.
    pub unit: RuleUnit,
    /// The threshold that it begins with, as it is typed.
    pub threshold: f64,
    /// For how long it must last, as it begins.
    pub hold: &'static str,
    /// How bad it is, as it begins.
    pub severity: Severity,
    /// The expressions, the best first, for objects of a kind; an empty kind stands for every kind.
    picks: &'static [(&'static str, &'static [&'static str])],
}

impl RuleTemplate {
    /// All of them, in the order in which they are offered.
    pub const ALL: &'static [Self] = ALL;

    /// The template of this word.
    pub fn find(word: &str) -> Option<&'static Self> {
        ALL.iter().find(|template| template.word == word)
    }

    /// The expressions for objects of this kind, the best first.
    pub fn picks(&self, kind: &str) -> &'static [&'static str] {
        let fitting = self.picks.iter().find(|(own, _)| own.is_empty() || *own == kind);
        fitting.map_or(&[][..], |(_, picks)| *picks)
    }

    /// All its expressions.
    pub fn all_picks(&self) -> impl Iterator<Item = &'static str> {
        self.picks.iter().flat_map(|(_, picks)| picks.iter().copied())
    }
}

const fn template(
    word: &'static str,
    about: RuleAbout,
    (unit, threshold): (RuleUnit, f64),
    (hold, severity): (&'static str, Severity),
    picks: &'static [(&'static str, &'static [&'static str])],
) -> RuleTemplate {
    RuleTemplate { word, about, unit, threshold, hold, severity, picks }
}

use RuleAbout::{Claim, Ingress, Node, Project, Workload};
use RuleUnit::{Count, Percent};
use Severity::{Critical, Warning};

const ALL: &[RuleTemplate] = &[
    // Container by container: one without a request or a limit has no share of it.
    template(
        "cpu-of-request",
        Workload,
        (Percent, 150.0),
        ("15m", Warning),
        &[(
            "",
            &[
                r#"sum by (namespace, pod, container) (rate(container_cpu_usage_seconds_total{container!="",container!="POD"}[5m])) / max by (namespace, pod, container) (kube_pod_container_resource_requests{resource="cpu"})"#,
                r#"max by (namespace, pod, container) (node_namespace_pod_container:container_cpu_usage_seconds_total:sum_irate) / max by (namespace, pod, container) (kube_pod_container_resource_requests{resource="cpu"})"#,
            ],
        )],
    ),
    template(
        "cpu-of-limit",
        Workload,
        (Percent, 90.0),
        ("15m", Warning),
        &[(
            "",
            &[
                r#"sum by (namespace, pod, container) (rate(container_cpu_usage_seconds_total{container!="",container!="POD"}[5m])) / max by (namespace, pod, container) (kube_pod_container_resource_limits{resource="cpu"})"#,
                r#"max by (namespace, pod, container) (node_namespace_pod_container:container_cpu_usage_seconds_total:sum_irate) / max by (namespace, pod, container) (kube_pod_container_resource_limits{resource="cpu"})"#,
            ],
        )],
    ),
    template(
        "memory-of-limit",
        Workload,
        (Percent, 90.0),
        ("5m", Warning),
        &[(
            "",
            &[
                r#"max by (namespace, pod, container) (container_memory_working_set_bytes{container!="",container!="POD"}) / max by (namespace, pod, container) (kube_pod_container_resource_limits{resource="memory"})"#,
                r#"max by (namespace, pod, container) (node_namespace_pod_container:container_memory_working_set_bytes) / max by (namespace, pod, container) (kube_pod_container_resource_limits{resource="memory"})"#,
            ],
        )],
    ),
    template(
        "replicas-unavailable",
        Workload,
        (Count, 0.0),
        ("10m", Warning),
        &[
            (
                "deployments",
                &["max by (namespace, deployment) (kube_deployment_status_replicas_unavailable)"],
            ),
            (
                "statefulsets",
                &[
                    "max by (namespace, statefulset) (kube_statefulset_replicas) - max by (namespace, statefulset) (kube_statefulset_status_replicas_ready)",
                ],
            ),
            ("daemonsets", &["max by (namespace, daemonset) (kube_daemonset_status_number_unavailable)"]),
        ],
    ),
    template(
        "restarts",
        Workload,
        (Count, 3.0),
        ("0s", Warning),
        &[("", &["sum by (namespace, pod) (increase(kube_pod_container_status_restarts_total[1h]))"])],
    ),
    template(
        "request-errors",
        Ingress,
        (Percent, 5.0),
        ("5m", Critical),
        &[(
            "",
            &[
                r#"sum by (ingress) (rate(nginx_ingress_controller_requests{status=~"5.."}[5m])) / sum by (ingress) (rate(nginx_ingress_controller_requests[5m]))"#,
            ],
        )],
    ),
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
        "node-cpu",
        Node,
        (Percent, 90.0),
        ("15m", Warning),
        &[(
            "",
            &[
                r#"1 - sum by (instance) (rate(node_cpu_seconds_total{mode=~"idle|iowait|steal"}[5m])) / count by (instance) (node_cpu_seconds_total{mode="idle"})"#,
                "max by (node) (node:node_cpu_utilisation:avg1m)",
            ],
        )],
    ),
    template(
        "node-memory",
        Node,
        (Percent, 90.0),
        ("10m", Warning),
        &[(
            "",
            &[
                "1 - max by (instance) (node_memory_MemAvailable_bytes) / max by (instance) (node_memory_MemTotal_bytes)",
                "max by (node) (node:node_memory_utilisation:)",
            ],
        )],
    ),
    template(
        "node-disk",
        Node,
        (Percent, 85.0),
        ("15m", Warning),
        &[(
            "",
            &[
                r#"max by (instance, mountpoint) (1 - node_filesystem_avail_bytes{device=~"/dev/.+",device!~"/dev/loop.+"} / node_filesystem_size_bytes{device=~"/dev/.+",device!~"/dev/loop.+"})"#,
                "max by (node) (node:disk_space_utilization:ratio)",
            ],
        )],
    ),
    template(
        "node-inodes",
        Node,
        (Percent, 85.0),
        ("15m", Warning),
        &[(
            "",
            &[
                r#"max by (instance, mountpoint) (1 - node_filesystem_files_free{device=~"/dev/.+",device!~"/dev/loop.+"} / node_filesystem_files{device=~"/dev/.+",device!~"/dev/loop.+"})"#,
                "max by (node) (node:disk_inode_utilization:ratio)",
            ],
        )],
    ),
    template(
        "node-not-ready",
        Node,
        (RuleUnit::None, 0.0),
        ("5m", Critical),
        &[(
            "",
            &[r#"max by (node) (kube_node_status_condition{condition="Ready",status=~"false|unknown"})"#],
        )],
    ),
    // Pods that have ended stand in the exporter's list and take no place.
    template(
        "node-pods",
        Node,
        (Percent, 95.0),
        ("15m", Warning),
        &[(
            "",
            &[
                r#"sum by (node) (max by (node, namespace, pod) (kube_pod_info{node!=""}) * on (namespace, pod) group_left () max by (namespace, pod) (kube_pod_status_phase{phase=~"Pending|Running"} == 1)) / max by (node) (kube_node_status_allocatable{resource="pods"})"#,
            ],
        )],
    ),
];

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use promql_parser::parser;

    #[test]
    fn every_expression_of_every_template_is_promql() {
        for template in RuleTemplate::ALL {
            for pick in template.all_picks() {
                let parsed = parser::parse(pick);
                assert!(parsed.is_ok(), "{}: {pick}: {parsed:?}", template.word);
                assert_eq!(parsed.unwrap().value_type(), parser::value::ValueType::Vector, "{pick}");
            }
        }
    }

    #[test]
    fn every_template_has_an_expression_for_each_of_its_kinds_and_a_word_of_its_own() {
        for template in RuleTemplate::ALL {
            assert_eq!(RuleTemplate::find(template.word), Some(template), "{} is there twice", template.word);
            let kinds = if template.about.kinds().is_empty() { &[""][..] } else { template.about.kinds() };
            for kind in kinds {
                assert!(!template.picks(kind).is_empty(), "{} of {kind}", template.word);
            }
            assert!(super::super::hold_seconds(template.hold).is_some(), "{}", template.word);
        }
    }

    #[test]
    fn a_percentage_is_converted_once_and_nothing_is_a_threshold() {
        assert_eq!(Percent.to_measured(85.0), 0.85);
        assert_eq!((Percent.to_measured(0.0), Count.to_measured(0.0)), (0.0, 0.0));
        assert_eq!(Count.to_measured(3.0), 3.0);
        assert_eq!(Percent.of_values(), model::Unit::Ratio);
        for tenths in 0..=2000_u32 {
            let typed = (f64::from(tenths) / 10.0).to_string();
            assert_eq!(Percent.to_typed(Percent.to_measured(typed.parse().unwrap())), typed);
        }
        assert_eq!((Count.to_typed(3.0), RuleUnit::None.to_typed(0.0)), ("3".into(), String::new()));
    }

    #[test]
    fn no_expression_is_compared_with_anything_yet_and_none_says_which_object() {
        for pick in RuleTemplate::ALL.iter().flat_map(RuleTemplate::all_picks) {
            let parser::Expr::Binary(top) = parser::parse(pick).unwrap() else { continue };
            assert!(!top.op.is_comparison_operator(), "{pick}");
            assert!(!pick.contains("namespace=") && !pick.contains("instance="), "{pick}");
        }
    }
}
