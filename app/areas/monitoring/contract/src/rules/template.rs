//! Rules as data: what is measured, of what, in which unit, and the expressions that give it.
//!
//! As those of cards, an expression names only series that exporters themselves give, and the first one is taken whose
//! series all exist. It says nothing about which object or project: the server forces that on every selector, and compares
//! the whole with the threshold.

use super::{RuleComparison, RuleUnit, Severity, of_nodes, of_projects, of_workloads};

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
    /// On which side of the threshold it is bad, as it begins.
    pub comparison: RuleComparison,
    /// For how long it must last, as it begins.
    pub hold: &'static str,
    /// How bad it is, as it begins.
    pub severity: Severity,
    /// Whether it adds up what it measures: of several objects there would be one number.
    pub adds_up: bool,
    /// The expressions, the best first, for objects of a kind; an empty kind stands for every kind.
    picks: &'static [(&'static str, &'static [&'static str])],
}

impl RuleTemplate {
    /// All of them, in the order in which they are offered.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        [of_workloads::ALL, of_projects::ALL, of_nodes::ALL].into_iter().flatten()
    }

    /// The template of this word.
    pub fn find(word: &str) -> Option<&'static Self> {
        Self::all().find(|template| template.word == word)
    }

    /// One that is bad below its threshold, as it begins.
    pub(super) const fn below(self) -> Self {
        Self { comparison: RuleComparison::Below, ..self }
    }

    /// One that adds up what it measures.
    pub(super) const fn together(self) -> Self {
        Self { adds_up: true, ..self }
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

/// A template that is bad above its threshold, as it begins.
pub(super) const fn template(
    word: &'static str,
    about: RuleAbout,
    (unit, threshold): (RuleUnit, f64),
    (hold, severity): (&'static str, Severity),
    picks: &'static [(&'static str, &'static [&'static str])],
) -> RuleTemplate {
    RuleTemplate {
        word,
        about,
        unit,
        threshold,
        comparison: RuleComparison::Above,
        hold,
        severity,
        adds_up: false,
        picks,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use promql_parser::parser;

    #[test]
    fn every_expression_of_every_template_is_promql() {
        for template in RuleTemplate::all() {
            for pick in template.all_picks() {
                let parsed = parser::parse(pick);
                assert!(parsed.is_ok(), "{}: {pick}: {parsed:?}", template.word);
                assert_eq!(parsed.unwrap().value_type(), parser::value::ValueType::Vector, "{pick}");
            }
        }
    }

    #[test]
    fn every_template_has_an_expression_for_each_of_its_kinds_and_a_word_of_its_own() {
        for template in RuleTemplate::all() {
            assert_eq!(RuleTemplate::find(template.word), Some(template), "{} is there twice", template.word);
            let kinds = if template.about.kinds().is_empty() { &[""][..] } else { template.about.kinds() };
            for kind in kinds {
                assert!(!template.picks(kind).is_empty(), "{} of {kind}", template.word);
            }
            assert!(super::super::hold_seconds(template.hold).is_some(), "{}", template.word);
        }
    }

    #[test]
    fn what_does_not_add_up_tells_its_objects_apart() {
        let telling = [
            "pod",
            "node",
            "instance",
            "deployment",
            "statefulset",
            "daemonset",
            "ingress",
            "persistentvolumeclaim",
        ];
        for template in RuleTemplate::all().filter(|template| !template.about.kinds().is_empty()) {
            for pick in template.all_picks() {
                // Sides of an operation are joined by the labels that both have, so the first aggregation says them.
                let (_, by) = pick.split_once(" by (").unwrap();
                let (labels, _) = by.split_once(')').unwrap();
                let is_told = labels.split(", ").any(|label| telling.contains(&label));
                assert_eq!(is_told, !template.adds_up, "{}: {pick}", template.word);
            }
        }
    }

    #[test]
    fn no_expression_is_compared_with_anything_yet_and_none_says_which_object() {
        for pick in RuleTemplate::all().flat_map(RuleTemplate::all_picks) {
            let parser::Expr::Binary(top) = parser::parse(pick).unwrap() else { continue };
            assert!(!top.op.is_comparison_operator(), "{pick}");
            assert!(!pick.contains("namespace=") && !pick.contains("instance="), "{pick}");
        }
    }
}
