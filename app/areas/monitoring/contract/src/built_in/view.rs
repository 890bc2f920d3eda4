//! Ready-made rules as they are looked at.

use model::{FieldProblem, Namespace, ResourceRef};
use resources_contract::DocumentPreview;
use serde::{Deserialize, Serialize};

/// The catalogue beside what is installed of it in a cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum BuiltInBook {
    /// The cluster has no objects of this kind at all, so there is nothing that could keep a rule.
    NotServed,
    /// Nothing that measures the cluster was found, so no expression can be chosen.
    Unmeasured,
    /// This.
    Known(BuiltInList),
}

/// The groups of the catalogue.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BuiltInList {
    /// All of them, in order.
    pub groups: Vec<BuiltInGroupView>,
    /// The projects in which the caller may make a rule.
    pub may_make_in: Vec<Namespace>,
    /// What is installed, in a word that changes with it.
    pub seen: String,
}

/// A group of the catalogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BuiltInGroupView {
    /// Its word.
    pub word: String,
    /// How it is in the cluster.
    pub standing: BuiltInStanding,
    /// Its object, where it is installed.
    pub object: Option<ResourceRef>,
    /// The rules of the catalogue, in order.
    pub rules: Vec<BuiltInRuleView>,
    /// The alerts of its object that the catalogue does not have.
    pub own: Vec<String>,
}

/// How a group is in a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BuiltInStanding {
    /// It is not there.
    Absent,
    /// It is as the catalogue would write it now.
    Current,
    /// It is as the console has written it, and would be written otherwise now.
    Older,
    /// Somebody has changed it since the console wrote it.
    Changed,
}

impl BuiltInStanding {
    /// Its word in texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Current => "current",
            Self::Older => "older",
            Self::Changed => "changed",
        }
    }
}

/// A rule of the catalogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BuiltInRuleView {
    /// What names it among all.
    pub key: String,
    /// The name of its alerts.
    pub alert: String,
    /// The word for how bad it is.
    pub severity: String,
    /// For how long it must last.
    pub hold: String,
    /// What is wrong, in a line, as it is kept.
    pub summary: String,
    /// In PromQL, as it would be kept in this cluster; none where its series are not measured.
    pub query: Option<String>,
    /// The metrics that are not measured and that it would need.
    pub lacking: Vec<String>,
    /// How it is in its group's object.
    pub kept: BuiltInKept,
    /// Other objects that have an alert of this name, as project and name.
    pub elsewhere: Vec<String>,
}

/// How a rule of the catalogue is in the object of its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BuiltInKept {
    /// It is not there.
    Absent,
    /// It is there as the catalogue says.
    Same,
    /// It is there, and says something else.
    Otherwise,
    /// Somebody has switched it off: it waits there, and nothing evaluates it.
    Off,
}

/// What installing or removing would do: tried out in the cluster, and nothing changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum BuiltInPreview {
    /// What would become of these objects.
    Written(Vec<DocumentPreview>),
    /// These objects would go.
    Removed(Vec<ResourceRef>),
    /// The form does not say it yet.
    Wrong(Vec<FieldProblem>),
}
