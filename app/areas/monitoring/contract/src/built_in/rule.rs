//! Ready-made rules as data: what is wrong, from when on, and the expressions that say so.
//!
//! As those of cards, an expression names only series that exporters themselves give, without labels that an installation is
//! free to choose, such as `job`: a rule that waits for `up{job="…"}` never fires where the job is called otherwise, and one
//! that misses it always does. The first expression is taken whose series all exist, and a rule without one is not offered.

use super::{
    capacity, certificates, control_plane, etcd, machines, nodes, remote, storage, watching, workloads,
};
use crate::Severity;

/// Ready-made rules that belong together: installed, updated and removed as one object.
#[derive(Debug, PartialEq)]
pub struct BuiltInGroup {
    /// Its word in addresses, names and texts.
    pub word: &'static str,
    /// Its rules, in order.
    pub rules: &'static [BuiltInRule],
}

impl BuiltInGroup {
    /// All of them, in the order in which they are offered.
    pub const ALL: &'static [Self] = &[
        Self { word: "nodes", rules: nodes::RULES },
        Self { word: "machines", rules: machines::RULES },
        Self { word: "workloads", rules: workloads::RULES },
        Self { word: "capacity", rules: capacity::RULES },
        Self { word: "storage", rules: storage::RULES },
        Self { word: "control-plane", rules: control_plane::RULES },
        Self { word: "etcd", rules: etcd::RULES },
        Self { word: "certificates", rules: certificates::RULES },
        Self { word: "monitoring", rules: watching::RULES },
        Self { word: "remote", rules: remote::RULES },
    ];

    /// The group of this word.
    pub fn find(word: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|group| group.word == word)
    }

    /// The name of its object, and of the group of rules in it.
    pub fn name(&self) -> String {
        format!("orrery-built-in-{}", self.word)
    }
}

/// A ready-made rule.
#[derive(Debug, PartialEq)]
pub struct BuiltInRule {
    /// The name of its alerts: the usual one, where there is a usual rule that means the same. A group may hold it once for each
    /// severity.
    pub alert: &'static str,
    /// For how long it must last, as Prometheus writes it.
    pub hold: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in a line, as it is kept in the cluster for whoever is told of it.
    pub summary: &'static str,
    /// The whole expressions, the best first.
    pub picks: &'static [&'static str],
}

impl BuiltInRule {
    /// What names it among all: its alert and how bad it is.
    pub fn key(&self) -> String {
        format!("{}/{}", self.alert, self.severity.word())
    }

    /// The rule that is named so.
    pub fn find(key: &str) -> Option<&'static Self> {
        BuiltInGroup::ALL.iter().flat_map(|group| group.rules).find(|rule| rule.key() == key)
    }

    /// The metric that is measured wherever this one can be: of what is only there while something is wrong, one that always
    /// is; of all others themselves.
    pub fn sign_of(metric: &str) -> &str {
        RARE.iter().find(|(rare, _)| *rare == metric).map_or(metric, |(_, sign)| *sign)
    }
}

/// Metrics that exporters show only while something is wrong, or has just happened, and what they show at all times.
const RARE: &[(&str, &str)] = &[
    ("aggregator_unavailable_apiservice_total", "aggregator_unavailable_apiservice"),
    ("kube_job_failed", "kube_job_status_failed"),
    ("kube_job_status_start_time", "kube_job_status_active"),
    ("kube_pod_container_status_last_terminated_reason", "kube_pod_container_status_restarts_total"),
    ("kube_pod_container_status_waiting_reason", "kube_pod_container_status_restarts_total"),
    ("nginx_ingress_controller_ssl_expire_time_seconds", "nginx_ingress_controller_requests"),
];

pub(super) const fn rule(
    alert: &'static str,
    (hold, severity): (&'static str, Severity),
    summary: &'static str,
    picks: &'static [&'static str],
) -> BuiltInRule {
    BuiltInRule { alert, hold, severity, summary, picks }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::hold_seconds;
    use promql_parser::parser::{self, value::ValueType};
    use std::collections::BTreeSet;

    fn all() -> impl Iterator<Item = &'static BuiltInRule> {
        BuiltInGroup::ALL.iter().flat_map(|group| group.rules)
    }

    #[test]
    fn every_expression_is_promql_that_gives_series() {
        for rule in all() {
            assert!(!rule.picks.is_empty(), "{}", rule.alert);
            for pick in rule.picks {
                let parsed = parser::parse(pick);
                assert!(parsed.is_ok(), "{}: {pick}: {parsed:?}", rule.alert);
                assert_eq!(parsed.unwrap().value_type(), ValueType::Vector, "{pick}");
            }
        }
    }

    #[test]
    fn every_rule_is_found_by_its_name_and_severity_and_says_how_long_it_waits() {
        for rule in all() {
            assert_eq!(BuiltInRule::find(&rule.key()), Some(rule), "{} is there twice", rule.key());
            assert!(hold_seconds(rule.hold).is_some(), "{}: {}", rule.alert, rule.hold);
            assert!(!rule.summary.is_empty() && rule.summary.chars().count() <= 200, "{}", rule.alert);
            assert_eq!(
                rule.summary.matches("{{").count(),
                rule.summary.matches("}}").count(),
                "{}: {}",
                rule.alert,
                rule.summary
            );
        }
    }

    #[test]
    fn an_alert_belongs_to_one_group() {
        let mut seen = BTreeSet::new();
        for group in BuiltInGroup::ALL {
            assert_eq!(BuiltInGroup::find(group.word), Some(group));
            let own: BTreeSet<&str> = group.rules.iter().map(|rule| rule.alert).collect();
            for alert in own {
                assert!(seen.insert(alert), "{alert} is in two groups");
            }
        }
    }

    #[test]
    fn no_expression_waits_for_labels_that_an_installation_chooses() {
        for pick in all().flat_map(|rule| rule.picks) {
            for label in ["job", "endpoint", "service", "prometheus", "cluster"] {
                for before in ["{", ","] {
                    for sign in ["=", "!="] {
                        assert!(!pick.contains(&format!("{before}{label}{sign}")), "{label}: {pick}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_rarely_there_is_known_by_what_always_is() {
        for (rare, sign) in RARE {
            assert_eq!((BuiltInRule::sign_of(rare), BuiltInRule::sign_of(sign)), (*sign, *sign));
        }
    }
}
