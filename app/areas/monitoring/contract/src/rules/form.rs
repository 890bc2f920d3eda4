//! The forms that make, change, switch and remove rules.

use super::{RuleComparison, RuleTargets, RuleTemplate, RuleUnit, Severity, hold_seconds};
use crate::plain;
use model::fault::{EntryFault, RuleFault};
use model::{ClusterName, FieldProblem};
use serde::{Deserialize, Serialize};

/// The object that rules go into when nobody says another one.
pub const OWN_OBJECT: &str = "orrery-alerts";
/// The group that they go into.
pub const OWN_GROUP: &str = "alerts";

/// The longest name of a rule, in characters.
const LONGEST_NAME: usize = 100;
/// The longest summary.
const LONGEST_SUMMARY: usize = 200;
/// The longest description.
const LONGEST_DESCRIPTION: usize = 2000;
/// The longest address of a runbook.
const LONGEST_RUNBOOK: usize = 500;
/// The highest threshold: what is above that was a slip.
const HIGHEST: f64 = 1e15;

/// The fields of the form of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RuleFields {
    /// Where.
    pub cluster: ClusterName,
    /// In which project.
    #[serde(default)]
    pub namespace: String,
    /// In which object.
    #[serde(default)]
    pub object: String,
    /// In which group of it.
    #[serde(default)]
    pub group: String,
    /// Which of the group's rules, counted from 0; empty for a new one.
    #[serde(default)]
    pub index: String,
    /// How often all rules of the group are evaluated, as Prometheus writes it; empty for as the monitoring decides, and for a
    /// new rule in a group that there is: as that says.
    #[serde(default)]
    pub interval: String,
    /// The version of the object that was looked at; empty for a new rule.
    #[serde(default)]
    pub version: String,
    /// What it is called.
    #[serde(default)]
    pub name: String,
    /// The word of its template; empty for a query of one's own.
    #[serde(default)]
    pub template: String,
    /// The kind of what the template is about, where there are several.
    #[serde(default)]
    pub kind: String,
    /// The names of what the template is about, with commas or spaces between them; empty for all, where that is possible.
    #[serde(default)]
    pub target: String,
    /// From where on it is bad, in the template's unit.
    #[serde(default)]
    pub threshold: String,
    /// The word for the side of the threshold on which it is bad; empty for as the template begins.
    #[serde(default)]
    pub comparison: String,
    /// In PromQL, without a template.
    #[serde(default)]
    pub query: String,
    /// How bad it is.
    #[serde(default)]
    pub severity: String,
    /// For how long it must last, as Prometheus writes it.
    #[serde(default)]
    pub hold: String,
    /// What is wrong, in a line.
    #[serde(default)]
    pub summary: String,
    /// What is wrong, at length.
    #[serde(default)]
    pub description: String,
    /// Where to read what to do.
    #[serde(default)]
    pub runbook: String,
}

/// A rule as it is wished: every field has passed its rule, the query excepted, which only the server can read.
#[derive(Clone, Debug, PartialEq)]
pub struct RulePlan {
    /// What it is called.
    pub name: String,
    /// What is measured.
    pub source: RuleSource,
    /// How bad it is.
    pub severity: Severity,
    /// For how long it must last, as Prometheus writes it.
    pub hold: String,
    /// What is wrong, in a line; may be empty.
    pub summary: String,
    /// What is wrong, at length; may be empty.
    pub description: String,
    /// Where to read what to do; may be empty.
    pub runbook: String,
}

/// What a rule measures.
#[derive(Clone, Debug, PartialEq)]
pub enum RuleSource {
    /// What a template says, of each of its objects, beyond a threshold.
    Template {
        /// Which template.
        template: &'static RuleTemplate,
        /// Of which objects; none for all, or for the project itself.
        targets: Option<RuleTargets>,
        /// The number that the expression is compared with.
        threshold: f64,
        /// On which side of it it is bad.
        comparison: RuleComparison,
    },
    /// A query of somebody's own.
    Query(String),
}

impl RuleFields {
    /// An empty form.
    pub fn new(cluster: ClusterName) -> Self {
        let none = String::new;
        Self {
            cluster,
            namespace: none(),
            object: none(),
            group: none(),
            index: none(),
            interval: none(),
            version: none(),
            name: none(),
            template: none(),
            kind: none(),
            target: none(),
            threshold: none(),
            comparison: none(),
            query: none(),
            severity: none(),
            hold: none(),
            summary: none(),
            description: none(),
            runbook: none(),
        }
    }

    /// The rule, or what is wrong at which field.
    pub fn check(&self) -> Result<RulePlan, Vec<FieldProblem>> {
        let mut problems = Vec::new();
        self.check_texts(&mut problems);
        let severity = Severity::parse(&self.severity);
        if severity.is_none() {
            problems.push(FieldProblem::of("severity", RuleFault::Severity));
        }
        if hold_seconds(&self.hold).is_none() {
            problems.push(FieldProblem::of("hold", RuleFault::Hold(self.hold.clone())));
        }
        let source = self.check_source(&mut problems);
        match (source, severity) {
            (Some(source), Some(severity)) if problems.is_empty() => Ok(RulePlan {
                name: self.name.trim().to_owned(),
                source,
                severity,
                hold: self.hold.trim().to_owned(),
                summary: plain(&self.summary),
                description: plain(&self.description),
                runbook: self.runbook.trim().to_owned(),
            }),
            _ => Err(problems),
        }
    }

    /// What is measured, apart from how it is told: enough to look at the past.
    pub fn check_measured(&self) -> Result<RuleSource, Vec<FieldProblem>> {
        let mut problems = Vec::new();
        let source = self.check_source(&mut problems);
        if hold_seconds(&self.hold).is_none() {
            problems.push(FieldProblem::of("hold", RuleFault::Hold(self.hold.clone())));
        }
        source.filter(|_| problems.is_empty()).ok_or(problems)
    }

    fn check_texts(&self, problems: &mut Vec<FieldProblem>) {
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > LONGEST_NAME || name.contains(char::is_control) {
            problems.push(FieldProblem::of("name", EntryFault::Line(LONGEST_NAME)));
        }
        for (field, value, longest) in [
            ("summary", &self.summary, LONGEST_SUMMARY),
            ("description", &self.description, LONGEST_DESCRIPTION),
        ] {
            if value.chars().count() > longest {
                problems.push(FieldProblem::of(field, EntryFault::Longest(longest)));
            } else if !is_closed(value) {
                problems.push(FieldProblem::of(field, RuleFault::Braces));
            }
        }
        let interval = self.interval.trim();
        let is_often = hold_seconds(interval).is_some_and(|seconds| seconds > 0);
        if !(interval.is_empty() || is_often) {
            problems.push(FieldProblem::of("interval", RuleFault::Interval(interval.to_owned())));
        }
        let runbook = self.runbook.trim();
        let is_address = runbook.starts_with("https://") || runbook.starts_with("http://");
        let is_short = runbook.chars().count() <= LONGEST_RUNBOOK && !runbook.contains(char::is_whitespace);
        if !(runbook.is_empty() || is_address && is_short) {
            problems.push(FieldProblem::of("runbook", RuleFault::Runbook(LONGEST_RUNBOOK)));
        }
    }

    fn check_source(&self, problems: &mut Vec<FieldProblem>) -> Option<RuleSource> {
        if self.template.is_empty() {
            let query = plain(&self.query);
            if query.is_empty() {
                problems.push(FieldProblem::of("query", RuleFault::NoQuery));
                return None;
            }
            return Some(RuleSource::Query(query));
        }
        let Some(template) = RuleTemplate::find(&self.template) else {
            problems.push(FieldProblem::of("template", RuleFault::Template));
            return None;
        };
        let targets = self.check_target(template, problems)?;
        let threshold = self.check_threshold(template.unit, problems)?;
        let comparison = self.check_comparison(template, problems)?;
        Some(RuleSource::Template { template, targets, threshold, comparison })
    }

    /// The objects; `None` when something is wrong with them.
    fn check_target(
        &self,
        template: &RuleTemplate,
        problems: &mut Vec<FieldProblem>,
    ) -> Option<Option<RuleTargets>> {
        let kinds = template.about.kinds();
        let kind = if self.kind.is_empty() {
            kinds.first().copied()
        } else {
            kinds.iter().copied().find(|kind| *kind == self.kind)
        };
        let Some(kind) = kind else {
            if kinds.is_empty() {
                return Some(None);
            }
            problems.push(FieldProblem::of("kind", RuleFault::Kind));
            return None;
        };
        let targets = RuleTargets::typed(template, kind, &self.target);
        targets.map_err(|problem| problems.push(problem)).ok()
    }

    fn check_threshold(&self, unit: RuleUnit, problems: &mut Vec<FieldProblem>) -> Option<f64> {
        if unit == RuleUnit::None {
            return Some(unit.to_measured(0.0));
        }
        match self.threshold.trim().parse::<f64>() {
            // A zero with a sign would be written with it.
            Ok(typed) if (0.0..=HIGHEST).contains(&typed) => Some(unit.to_measured(typed.abs())),
            _ => {
                problems.push(FieldProblem::of("threshold", RuleFault::Threshold(self.threshold.clone())));
                None
            }
        }
    }

    fn check_comparison(
        &self,
        template: &RuleTemplate,
        problems: &mut Vec<FieldProblem>,
    ) -> Option<RuleComparison> {
        // What is either so or not is never compared otherwise.
        if self.comparison.is_empty() || template.unit == RuleUnit::None {
            return Some(template.comparison);
        }
        let comparison = RuleComparison::parse(&self.comparison);
        if comparison.is_none() {
            problems.push(FieldProblem::of("comparison", RuleFault::Comparison));
        }
        comparison
    }
}

/// Whether everything that `{{` opens is closed by `}}`.
fn is_closed(text: &str) -> bool {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((inside, after)) = after.split_once("}}") else { return false };
        if before.contains("}}") || inside.contains("{{") {
            return false;
        }
        rest = after;
    }
    !rest.contains("}}")
}

/// A rule as it was looked at, for removing and switching it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookedAtRule {
    /// Where.
    pub cluster: ClusterName,
    /// In which project.
    #[serde(default)]
    pub namespace: String,
    /// In which object.
    #[serde(default)]
    pub object: String,
    /// In which group of it.
    #[serde(default)]
    pub group: String,
    /// Which of the group's rules, counted from 0 with those that are switched off.
    #[serde(default)]
    pub index: String,
    /// The version of the object that was looked at.
    #[serde(default)]
    pub version: String,
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests;
