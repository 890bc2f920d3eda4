//! Objects as YAML: reading, previewing a change, applying it.

use leptos::prelude::*;
use model::{ClusterName, ConsoleError, KindSlug, Namespace, ResourceRef};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// The object as YAML, without what the server writes itself. Secret values are hidden unless `reveal`, which needs the
/// right to read them and is audited.
#[server(endpoint = "resources/manifest", input = Json)]
pub async fn read_manifest(
    /// Which object.
    resource: ResourceRef,
    /// Show secret values, which is audited.
    reveal: bool,
) -> Result<Manifest, ConsoleError> {
    model::port::<dyn crate::Resources>()?.manifest(resource, reveal).await
}

/// The JSON schema of a kind as JSON text, references resolved, for completion in the editor.
#[server(endpoint = "resources/schema", input = Json)]
pub async fn read_schema(
    /// The cluster.
    cluster: ClusterName,
    /// The kind.
    kind: KindSlug,
) -> Result<String, ConsoleError> {
    model::port::<dyn crate::Resources>()?.schema(cluster, kind).await
}

/// What the cluster would make of a change: a server-side dry run of every document. Changes nothing.
#[server(endpoint = "resources/preview", input = Json)]
pub async fn preview_manifest(
    /// The text and what it is based on.
    change: ManifestChange,
) -> Result<Vec<DocumentPreview>, ConsoleError> {
    model::port::<dyn crate::Resources>()?.preview(change).await
}

/// Makes the change. Nothing is sent unless the dry run of every document succeeds; a conflict that is not forced
/// changes nothing.
#[server(endpoint = "resources/apply", input = Json)]
pub async fn apply_manifest(
    /// The text and what it is based on.
    change: ManifestChange,
) -> Result<Vec<Applied>, ConsoleError> {
    model::port::<dyn crate::Resources>()?.apply(change).await
}

/// An object as YAML.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The text.
    pub text: String,
    /// What a change of it is based on.
    pub base: Base,
    /// Whether values in it are hidden; such a text cannot be applied.
    pub hidden: bool,
}

/// The state of an object that a change starts from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    /// Which object.
    pub resource: ResourceRef,
    /// Its identity.
    pub uid: String,
    /// Its version.
    pub resource_version: String,
}

/// A text to apply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestChange {
    /// Where.
    pub cluster: ClusterName,
    /// Namespace for documents that name none.
    pub namespace: Option<Namespace>,
    /// One or more YAML documents.
    pub text: String,
    /// What is being edited; `None` creates or updates whatever the text names.
    pub base: Option<Base>,
    /// Take over fields that others own.
    pub force: bool,
}

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

/// A document that was applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// Which object.
    pub resource: ResourceRef,
    /// What happened to it, or should have.
    pub outcome: PreviewOutcome,
    /// Why it failed, if it did although its dry run succeeded; documents after it were not sent.
    pub error: Option<ConsoleError>,
}
