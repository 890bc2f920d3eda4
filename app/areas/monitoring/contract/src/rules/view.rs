//! Rules as they are looked at.

use super::{RuleSource, Severity};
use crate::RuleState;
use model::chart::Chart;
use model::{Cause, FieldProblem, Level, Namespace, ResourceRef, Timestamp, Unit};
use serde::{Deserialize, Serialize};

/// The rules of a cluster, as far as the caller may see them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum RuleBook {
    /// The cluster has no objects of this kind at all, so there is nothing that could keep a rule.
    NotServed,
    /// These.
    Known(RuleList),
}

/// Objects with rules, and where the caller may make another one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RuleList {
    /// The objects: those of the console first, then by project and name.
    pub objects: Vec<RuleObject>,
    /// Why it is not known how the rules are, if it is not.
    pub unknown: Option<Cause>,
    /// The projects in which the caller may make a rule.
    pub may_make_in: Vec<Namespace>,
    /// Whether the caller may see everything that is measured; otherwise rules are confined to their project.
    pub sees_everything: bool,
}

/// An object that holds rules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleObject {
    /// Which one.
    pub resource: ResourceRef,
    /// What keeps it as it is, in its own words, such as `Helm`; empty when nobody says so.
    pub managed_by: String,
    /// Whether the caller may change it.
    pub may_change: bool,
    /// Whether it says which of its rules are switched off in a way that cannot be read.
    #[serde(default)]
    pub has_unreadable_off: bool,
    /// Its groups, in order.
    pub groups: Vec<RuleGroup>,
}

/// Rules that are evaluated together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleGroup {
    /// Its name.
    pub name: String,
    /// How often it is evaluated, as it is written; empty where the monitoring decides.
    pub interval: String,
    /// Its rules, in order, with those that are switched off at their places.
    pub rules: Vec<KeptRule>,
}

/// A rule as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptRule {
    /// Its name, or that of the series which it records.
    pub name: String,
    /// Whether it warns; otherwise it records a series.
    pub is_alert: bool,
    /// In PromQL.
    pub query: String,
    /// The word for how bad it is; may be empty.
    pub severity: String,
    /// For how long it must last, as it is written; may be empty.
    pub hold: String,
    /// What is wrong, in a line; may be empty.
    pub summary: String,
    /// What is wrong, at length; may be empty.
    pub description: String,
    /// Where to read what to do; may be empty.
    pub runbook: String,
    /// How it is; `None` when the monitoring has not taken it up.
    pub state: Option<RuleState>,
    /// Whether it is switched off: nothing evaluates it.
    #[serde(default)]
    pub is_off: bool,
}

/// What stands in the form of a template.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilledTemplate {
    /// Its word.
    pub word: String,
    /// The kind of what it is about; empty where there is no choice.
    pub kind: String,
    /// The names of what it is about, as they are typed; empty for all.
    pub target: String,
    /// From where on it is bad, in the template's unit.
    pub threshold: String,
    /// The word for the side of the threshold on which it is bad.
    #[serde(default)]
    pub comparison: String,
}

impl FilledTemplate {
    /// What is measured, as its form says it; none for a query of somebody's own.
    pub fn of(source: &RuleSource) -> Option<Self> {
        let RuleSource::Template { template, targets, threshold, comparison } = source else { return None };
        let (kind, target) = match targets {
            Some(targets) => (targets.kind().to_string(), targets.to_string()),
            None => Default::default(),
        };
        let threshold = template.unit.to_typed(*threshold);
        let comparison = comparison.word().to_owned();
        Some(Self { word: template.word.to_owned(), kind, target, threshold, comparison })
    }
}

/// A rule with what its form needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenedRule {
    /// The rule.
    pub rule: KeptRule,
    /// The template that says the same, if one does.
    pub template: Option<FilledTemplate>,
    /// How often the rules of its group are evaluated, as it is written; empty where the monitoring decides.
    #[serde(default)]
    pub interval: String,
    /// The version of its object, for changing it.
    pub version: String,
    /// What keeps its object as it is; empty when nobody says so.
    pub managed_by: String,
    /// Whether the caller may see everything that is measured; otherwise the rule is confined to its project.
    pub sees_everything: bool,
}

/// What a rule would have done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum RulePreview {
    /// This.
    Shown(Box<RulePast>),
    /// The fields do not say a rule yet.
    Wrong(Vec<FieldProblem>),
    /// Nothing measures the cluster.
    Unmeasured,
}

/// What a rule would have done in a stretch of the past.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RulePast {
    /// The query as it would be kept.
    pub query: String,
    /// The project to which it is confined, if it is.
    pub confined_to: Option<Namespace>,
    /// What was measured, without the comparison where there is one; none when nothing was.
    pub chart: Option<Chart>,
    /// With what it is compared, if with a number.
    pub threshold: Option<f64>,
    /// What the values count.
    pub unit: Unit,
    /// Seconds between the points that were looked at.
    pub step: u32,
    /// When it would have fired, the latest first, at most [`RulePast::MOST`].
    pub episodes: Vec<Episode>,
    /// How often it would have fired.
    pub fired: u32,
    /// For how long in all, in seconds.
    pub seconds: u32,
    /// For how many series.
    pub series: u32,
}

impl RulePast {
    /// How many episodes are told.
    pub const MOST: usize = 20;
}

/// A stretch of time in which a rule would have fired.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Episode {
    /// For which series, as PromQL writes it.
    pub series: String,
    /// From when.
    pub from: Timestamp,
    /// For how long, in seconds.
    pub seconds: u32,
    /// Whether it would still fire.
    pub is_open: bool,
}

/// How bad it is, in the words that the console offers.
impl Severity {
    /// All of them, the worst first.
    pub const ALL: [Self; 3] = [Self::Critical, Self::Warning, Self::Info];

    /// The word that stands in the rule.
    pub fn word(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }

    /// How well something is of which it is said.
    pub fn level(self) -> Level {
        match self {
            Self::Critical => Level::Failed,
            Self::Warning => Level::Warning,
            Self::Info => Level::Inactive,
        }
    }

    /// The severity of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.word() == word)
    }
}
