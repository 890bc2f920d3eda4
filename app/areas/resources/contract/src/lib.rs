#![doc = include_str!("../README.md")]

mod act;
mod bin;
mod data;
mod delete;
mod environment;
mod form;
mod history;
mod logs;
mod manifest;
mod many;
mod object;
mod outside;
mod pod_use;
mod posted_trial;
mod search;
mod table;
mod trial;
mod used_by;

pub use act::{
    Action, Job, JobStep, MetadataChange, OfferedAction, Outcome, PodLeaving, TaintChange, TaintEffect,
    Target, act_on, read_job,
};
pub use bin::{
    DeletedLine, DeletedList, DeletedQuery, KEPT_DAYS, RecycleBin, Restore, RestoreFields, read_deleted,
    restore,
};
pub use data::{DataEntry, DataValue, read_data, value_address};
pub use delete::{DeletePlan, DeleteWarning, Deletion, Propagation, delete_objects, preview_delete};
pub use environment::{ContainerEnvironment, Variable, VariableValue, read_environment};
pub use form::{
    ActByForm, ActFields, ApplyByForm, ApplyFields, DeleteByForm, DeleteFields, PostedPreview, act_by_form,
    apply_by_form, confirmation_word, delete_by_form, to_lines,
};
pub use history::{History, Rollout, Writing, WrittenPart, read_history};
pub use logs::{LogPage, LogRequest, read_log};
pub use manifest::{
    Applied, Base, Manifest, ManifestChange, apply_manifest, preview_manifest, read_manifest, read_schema,
};
pub use many::{
    Many, ManyAction, ManyByForm, ManyFields, ManyWork, StopByForm, UndoByForm, many_by_form, stop_by_form,
    undo_by_form,
};
pub use model::{
    ActionKind, DiffLine, DocumentPreview, FieldConflict, PreviewOutcome, QuotaAfter, RestartWay, Restarts,
};
pub use object::{
    Amounts, Condition, Container, ContainerRole, CopyHindrance, CopyHindrances, EventView, Fact, Finding,
    ObjectView, Owner, PodFacts, Probe, Requested, Revision, TerminalOffer, TreeNode, read_object,
};
pub use outside::{Outside, Through, Way};
pub use pod_use::{PodUse, PodUses, read_pod_use};
pub use posted_trial::{PostedTrial, TRIAL};
pub use search::{Hit, SearchGroup, SearchResults, Unsearched, search};
pub use table::read_table;
pub use trial::{ActPreview, Eviction, EvictionFate, preview_act};
pub use used_by::{REFERRED, UsedBy, read_used_by};

use async_trait::async_trait;
use model::{ClusterName, ConsoleError, KindSlug, ResourceRef, Table, TableQuery};

/// Questions and commands about objects of any kind, on behalf of one caller. Every answer holds only what that caller
/// may see.
#[async_trait]
pub trait Resources: Send + Sync {
    /// A page of a kind's objects.
    async fn table(&self, query: TableQuery) -> Result<Table, ConsoleError>;
    /// One object with what belongs to it.
    async fn object(&self, resource: ResourceRef) -> Result<ObjectView, ConsoleError>;
    /// The object as YAML; secret values are hidden unless `reveal`, which is audited.
    async fn manifest(&self, resource: ResourceRef, reveal: bool) -> Result<Manifest, ConsoleError>;
    /// The JSON schema of a kind, for completion.
    async fn schema(&self, cluster: ClusterName, kind: KindSlug) -> Result<String, ConsoleError>;
    /// What the cluster would make of a change; changes nothing.
    async fn preview(&self, change: ManifestChange) -> Result<Vec<DocumentPreview>, ConsoleError>;
    /// Makes the change. Nothing is sent unless the dry run of every document succeeds.
    async fn apply(&self, change: ManifestChange) -> Result<Vec<Applied>, ConsoleError>;
    /// What goes along when these are deleted.
    async fn preview_delete(&self, targets: Vec<Target>) -> Result<DeletePlan, ConsoleError>;
    /// Deletes, one by one; the answer says how each went.
    async fn delete(&self, deletion: Deletion) -> Result<Vec<Outcome>, ConsoleError>;
    /// Carries out an action on each target; the answer says how each went.
    async fn act(&self, targets: Vec<Target>, action: Action) -> Result<Vec<Outcome>, ConsoleError>;
    /// What the cluster would make of an action on each of at most [`ActPreview::MOST`] targets; changes nothing.
    async fn preview_act(&self, targets: Vec<Target>, action: Action) -> Result<ActPreview, ConsoleError>;
    /// Begins work on everything that a query finds; answers with the id of its job.
    async fn begin_many(&self, work: ManyWork) -> Result<String, ConsoleError>;
    /// A piece of long work, such as a drain.
    async fn job(&self, id: String) -> Result<Job, ConsoleError>;
    /// Lets a piece of work on many objects end with what is under way.
    async fn stop_job(&self, id: String) -> Result<(), ConsoleError>;
    /// Takes back what work on many objects did that has ended; answers with the id of the job that does.
    async fn undo_job(&self, id: String) -> Result<String, ConsoleError>;
    /// The environment of the containers of a pod or workload; values of secrets are left out.
    async fn environment(&self, resource: ResourceRef) -> Result<Vec<ContainerEnvironment>, ConsoleError>;
    /// What a config map or a secret holds; values of secrets are left out unless `reveal`, which is audited.
    async fn data(&self, resource: ResourceRef, reveal: bool) -> Result<Vec<DataEntry>, ConsoleError>;
    /// What refers to an object, as far as the caller may see it.
    async fn used_by(&self, resource: ResourceRef) -> Result<UsedBy, ConsoleError>;
    /// What the pods of an object use at this moment.
    async fn pod_use(&self, resource: ResourceRef) -> Result<PodUses, ConsoleError>;
    /// How an object came to be as it is, as far as its cluster remembers that.
    async fn history(&self, resource: ResourceRef) -> Result<History, ConsoleError>;
    /// The last lines of a container's log.
    async fn log(&self, request: LogRequest) -> Result<LogPage, ConsoleError>;
    /// Objects of all kinds and clusters whose name, labels, images or addresses contain the text.
    async fn search(&self, text: String) -> Result<SearchResults, ConsoleError>;
}
