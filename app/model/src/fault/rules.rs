//! What can be wrong with rules of alerts.

use crate::{ClusterName, Namespace};
use serde::{Deserialize, Serialize};

/// What is wrong with a rule of an alert, or with where it is to be kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum RuleFault {
    /// It does not say how bad it is.
    #[error("choose one of critical, warning and info")]
    Severity,
    /// It does not say for how long it must last.
    #[error("{0:?} is no duration of at most a week; write one like 5m")]
    Hold(String),
    /// It does not say how often it is evaluated.
    #[error("{0:?} is no duration of a second to a week; write one like 30s")]
    Interval(String),
    /// What its text opens is not closed.
    #[error("must close every brace that it opens, as in {{{{ $labels.pod }}}} or {{{{ $value }}}}")]
    Braces,
    /// No address.
    #[error("write an address that begins with https://, of at most {0} characters")]
    Runbook(usize),
    /// There is no query.
    #[error("write a query, such as up == 0")]
    NoQuery,
    /// None of the templates.
    #[error("choose one of the templates")]
    Template,
    /// None of the kinds that its template is about.
    #[error("choose one of the kinds")]
    Kind,
    /// No threshold.
    #[error("{0:?} is no number from 0 on; write one like 85")]
    Threshold(String),
    /// None of the comparisons.
    #[error("choose one of the comparisons")]
    Comparison,
    /// It names no object.
    #[error("write the name of at least one")]
    NoTarget,
    /// It names several where their values would be added up.
    #[error("name one alone: this adds up what it measures of all that are named")]
    OneTarget,
    /// It names too many.
    #[error("these are {given} names; a rule takes at most {most}")]
    ManyTargets {
        /// How many there are.
        given: usize,
        /// How many there may be.
        most: usize,
    },
    /// It names nodes that nothing measures.
    #[error("no node called {0} is measured here")]
    UnknownNodes(String),
    /// It is about nodes, and its writer may see projects alone.
    #[error("a rule about nodes needs the right to see everything that is measured in the cluster")]
    NodesOfAll,
    /// Its group has one of that name.
    #[error("the group {0} has a rule of this name already")]
    NameTaken(String),
    /// The object that keeps it holds something else.
    #[error("its groups are no list of groups with rules: correct it as YAML")]
    Unreadable,
    /// It is no alert.
    #[error("it records a series: change it as YAML")]
    Records,
    /// What its object says of those that are switched off cannot be read.
    #[error("the annotation {0} of its object is no list of rules: correct or remove it as YAML")]
    UnreadableOff(String),
    /// It is to be switched off, and is.
    #[error("it is switched off already")]
    Off,
    /// It is to be switched on, and is.
    #[error("it is not switched off")]
    On,
    /// Its group is not there, of which something is said.
    #[error("somebody has removed the group, so this can be said once the rule is switched on")]
    NoGroup,
    /// Nothing measures its cluster.
    #[error("nothing that measures {0} was found, so no template fits: write a query")]
    Unmeasured(ClusterName),
    /// What it asks for is not measured.
    #[error("this cluster's monitoring does not measure {0}")]
    NotMeasured(String),
    /// Its project is not there.
    #[error("there is no {namespace} in {cluster}")]
    NoNamespace {
        /// The namespace.
        namespace: Namespace,
        /// The cluster.
        cluster: ClusterName,
    },
    /// Its query has no value at a moment.
    #[error("gives a range or a text; a rule needs a value at a moment, such as rate(…[5m]) > 0")]
    NoValue,
    /// Its template reads what was before its project.
    #[error("reads what was measured before the project was made: keep it in {0}")]
    TemplateTooEarly(String),
    /// Its query reads what was before its project.
    #[error(
        "reads what was measured before the project was made: shorten ranges and offsets, or keep it in {0}"
    )]
    QueryTooEarly(String),
    /// Its query names a moment before its project.
    #[error("names a moment before the project was made: leave out what stands behind @")]
    BeforeProject,
}

/// What is wrong with installing or removing ready-made rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum BuiltInFault {
    /// A group that is not in the catalogue.
    #[error("there is no group {0:?}")]
    NoGroup(String),
    /// Neither installing nor removing.
    #[error("choose whether to install or to remove them")]
    Act,
    /// The cluster does not know such objects.
    #[error("{0} has no objects that keep rules")]
    NoRules(ClusterName),
    /// They are not what the form began with.
    #[error("somebody has changed these rules since they were shown: look at them once more")]
    Changed,
    /// Nothing measures the cluster.
    #[error("nothing measures {0}")]
    Unmeasured(ClusterName),
    /// A group is to be removed that is not there.
    #[error("{0} is not installed")]
    NotInstalled(String),
    /// Of a group no rule is left to install.
    #[error("of {0} there is nothing to install: it is not measured, or others warn of it")]
    Nothing(String),
    /// Of a group no rule is left to install but those that are switched off.
    #[error("of {0} there is nothing to install but what is switched off: switch that on among the rules")]
    Off(String),
    /// They would be kept where a workspace could change them.
    #[error("{0} is a project of a workspace: choose one that is of none")]
    OfWorkspace(Namespace),
    /// Another object is called so.
    #[error("there is another object called {name} in {namespace}: rename or remove it first")]
    NameTaken {
        /// The name.
        name: String,
        /// The namespace.
        namespace: Namespace,
    },
    /// What a rule asks for is not measured.
    #[error("this cluster's monitoring does not measure what the rule asks for")]
    NotMeasured,
}
