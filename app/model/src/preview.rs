//! What would become of objects: what a dry run of the cluster answers, as every area that changes objects shows it.

use crate::ResourceRef;
use serde::{Deserialize, Serialize};

/// What the cluster would make of one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentPreview {
    /// Which object.
    pub resource: ResourceRef,
    /// What would happen to it.
    pub outcome: PreviewOutcome,
    /// The difference between the live object and the result, as YAML lines; secret values are masked.
    pub diff: Vec<DiffLine>,
    /// Fields that others own and that this changes.
    pub conflicts: Vec<FieldConflict>,
    /// Warnings of the API server.
    pub warnings: Vec<String>,
    /// What the console warns of.
    pub remarks: Vec<PreviewRemark>,
    /// What happens to the pods that are there, where it changes what pods are made from.
    pub restarts: Option<Restarts>,
    /// Limits of its namespace of which it takes more, as far as the reader may see them.
    pub quotas: Vec<QuotaAfter>,
}

/// What becomes of one limit of a namespace. Amounts are in thousandths.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotaAfter {
    /// The quota object.
    pub quota: String,
    /// What is limited, such as `requests.cpu`.
    pub resource: String,
    /// How much is used by now.
    pub used: i64,
    /// How much would be, with what stands before it in the same change.
    pub after: i64,
    /// How much may be.
    pub hard: i64,
}

/// What a change of a pod template does to the pods that are there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restarts {
    /// How they are replaced.
    pub way: RestartWay,
    /// How many pods it concerns.
    pub count: u32,
    /// Pods of a stateful set below this number stay as they are; 0 means that none does.
    pub from_ordinal: u32,
    /// The first of them by name, as far as the caller may see them.
    pub pods: Vec<String>,
}

impl Restarts {
    /// Pods that are named.
    pub const MOST_NAMED: usize = 12;
}

/// How pods get what their template says by then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RestartWay {
    /// Some at a time.
    Rolling,
    /// All end before the new ones start.
    AllAtOnce,
    /// Each when somebody deletes it.
    OnDeletion,
    /// When the rollout is resumed.
    WhenResumed,
    /// The containers are restarted in the pod, which stays.
    InPlace,
}

/// What would happen to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PreviewOutcome {
    /// It would be created.
    Created,
    /// It would be changed.
    Changed,
    /// It is already so.
    Unchanged,
}

/// What the console warns of, beside the API server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PreviewRemark {
    /// The same text creates its namespace, so it was not tried out.
    NamespaceFirst,
    /// Lines were deleted that others own: they stay, because the caller may not replace the object.
    LinesStay,
}

/// A line of a difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DiffLine {
    /// In both.
    Same(String),
    /// Only in the result.
    Added(String),
    /// Only in the live object.
    Removed(String),
    /// So many equal lines are left out.
    Gap(u32),
}

/// A field with another owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldConflict {
    /// The field manager that owns it.
    pub manager: String,
    /// The field, as `.spec.replicas`.
    pub field: String,
    /// Its value in the live object, where it has one that may be shown.
    pub theirs: Option<String>,
    /// Its value in the text, where it has one.
    pub yours: Option<String>,
}

impl FieldConflict {
    /// A field and its owner, before its values are known.
    pub fn new(manager: impl Into<String>, field: impl Into<String>) -> Self {
        Self { manager: manager.into(), field: field.into(), theirs: None, yours: None }
    }
}
