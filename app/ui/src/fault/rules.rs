//! What is wrong with rules of alerts.

use super::quoted;
use crate::words::{text, text_with};
use model::fault::{BuiltInFault, RuleFault};

pub(super) fn rule_words(fault: &RuleFault) -> String {
    let words = match fault {
        RuleFault::Hold(said) => {
            return text_with("fault.rule.hold", &[("said", &quoted(said))]);
        }
        RuleFault::Interval(said) => {
            return text_with("fault.rule.interval", &[("said", &quoted(said))]);
        }
        RuleFault::Runbook(longest) => {
            return text_with("fault.rule.runbook", &[("longest", longest)]);
        }
        RuleFault::Threshold(said) => {
            return text_with("fault.rule.threshold", &[("said", &quoted(said))]);
        }
        RuleFault::ManyTargets { given, most } => {
            return text_with("fault.rule.many-targets", &[("given", given), ("most", most)]);
        }
        RuleFault::UnknownNodes(names) => {
            return text_with("fault.rule.unknown-nodes", &[("names", names)]);
        }
        RuleFault::NameTaken(group) => {
            return text_with("fault.rule.name-taken", &[("group", group)]);
        }
        RuleFault::Unmeasured(cluster) => {
            return text_with("fault.rule.unmeasured", &[("cluster", cluster)]);
        }
        RuleFault::NotMeasured(metrics) => {
            return text_with("fault.rule.not-measured", &[("metrics", metrics)]);
        }
        RuleFault::NoNamespace { namespace, cluster } => {
            return text_with("fault.rule.no-namespace", &[("namespace", namespace), ("cluster", cluster)]);
        }
        RuleFault::UnreadableOff(annotation) => {
            return text_with("fault.rule.unreadable-off", &[("annotation", annotation)]);
        }
        RuleFault::TemplateTooEarly(wait) => {
            return text_with("fault.rule.template-too-early", &[("wait", wait)]);
        }
        RuleFault::QueryTooEarly(wait) => {
            return text_with("fault.rule.query-too-early", &[("wait", wait)]);
        }
        RuleFault::Severity => text("fault.rule.severity"),
        RuleFault::Braces => text("fault.rule.braces"),
        RuleFault::NoQuery => text("fault.rule.no-query"),
        RuleFault::Template => text("fault.rule.template"),
        RuleFault::Kind => text("fault.rule.kind"),
        RuleFault::Comparison => text("fault.rule.comparison"),
        RuleFault::NoTarget => text("fault.rule.no-target"),
        RuleFault::OneTarget => text("fault.rule.one-target"),
        RuleFault::NodesOfAll => text("fault.rule.nodes-of-all"),
        RuleFault::Unreadable => text("fault.rule.unreadable"),
        RuleFault::Records => text("fault.rule.records"),
        RuleFault::Off => text("fault.rule.off"),
        RuleFault::On => text("fault.rule.on"),
        RuleFault::NoGroup => text("fault.rule.no-group"),
        RuleFault::NoValue => text("fault.rule.no-value"),
        RuleFault::BeforeProject => text("fault.rule.before-project"),
    };
    words.to_owned()
}

pub(super) fn built_in_words(fault: &BuiltInFault) -> String {
    let words = match fault {
        BuiltInFault::NoGroup(group) => {
            return text_with("fault.built-in.no-group", &[("group", &quoted(group))]);
        }
        BuiltInFault::NoRules(cluster) => {
            return text_with("fault.built-in.no-rules", &[("cluster", cluster)]);
        }
        BuiltInFault::Unmeasured(cluster) => {
            return text_with("fault.built-in.unmeasured", &[("cluster", cluster)]);
        }
        BuiltInFault::NotInstalled(group) => {
            return text_with("fault.built-in.not-installed", &[("group", group)]);
        }
        BuiltInFault::Nothing(group) => {
            return text_with("fault.built-in.nothing", &[("group", group)]);
        }
        BuiltInFault::Off(group) => {
            return text_with("fault.built-in.off", &[("group", group)]);
        }
        BuiltInFault::OfWorkspace(namespace) => {
            return text_with("fault.built-in.of-workspace", &[("namespace", namespace)]);
        }
        BuiltInFault::NameTaken { name, namespace } => {
            return text_with("fault.built-in.name-taken", &[("name", name), ("namespace", namespace)]);
        }
        BuiltInFault::Act => text("fault.built-in.act"),
        BuiltInFault::Changed => text("fault.built-in.changed"),
        BuiltInFault::NotMeasured => text("fault.built-in.not-measured"),
    };
    words.to_owned()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::super::tests::reads_as_it_says;
    use super::*;
    use model::{ClusterName, Fault, Namespace};

    #[test]
    fn faults_of_rules_of_alerts_read_as_they_say() {
        let rule_faults = [
            RuleFault::Severity,
            RuleFault::Hold("two words".into()),
            RuleFault::Interval("two words".into()),
            RuleFault::Braces,
            RuleFault::Runbook(7),
            RuleFault::NoQuery,
            RuleFault::Template,
            RuleFault::Kind,
            RuleFault::Threshold("two words".into()),
            RuleFault::Comparison,
            RuleFault::NoTarget,
            RuleFault::OneTarget,
            RuleFault::ManyTargets { given: 7, most: 7 },
            RuleFault::UnknownNodes("two words".into()),
            RuleFault::NodesOfAll,
            RuleFault::NameTaken("two words".into()),
            RuleFault::Unreadable,
            RuleFault::Records,
            RuleFault::UnreadableOff("two words".into()),
            RuleFault::Off,
            RuleFault::On,
            RuleFault::NoGroup,
            RuleFault::Unmeasured(ClusterName::parse("harbour").unwrap()),
            RuleFault::NotMeasured("two words".into()),
            RuleFault::NoNamespace {
                namespace: Namespace::parse("shop").unwrap(),
                cluster: ClusterName::parse("harbour").unwrap(),
            },
            RuleFault::NoValue,
            RuleFault::TemplateTooEarly("two words".into()),
            RuleFault::QueryTooEarly("two words".into()),
            RuleFault::BeforeProject,
        ];
        let built_in_faults = [
            BuiltInFault::NoGroup("two words".into()),
            BuiltInFault::Act,
            BuiltInFault::NoRules(ClusterName::parse("harbour").unwrap()),
            BuiltInFault::Changed,
            BuiltInFault::Unmeasured(ClusterName::parse("harbour").unwrap()),
            BuiltInFault::NotInstalled("two words".into()),
            BuiltInFault::Nothing("two words".into()),
            BuiltInFault::Off("two words".into()),
            BuiltInFault::OfWorkspace(Namespace::parse("shop").unwrap()),
            BuiltInFault::NameTaken {
                name: "two words".into(),
                namespace: Namespace::parse("shop").unwrap(),
            },
            BuiltInFault::NotMeasured,
        ];

        reads_as_it_says(rule_faults.map(Fault::from));
        reads_as_it_says(built_in_faults.map(Fault::from));
    }
}
