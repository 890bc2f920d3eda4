//! The audit trail, for reading.

use leptos::prelude::*;
use model::{ConsoleError, ResourceRef, Timestamp};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// How many lines a page has.
pub const AUDIT_PAGE: u32 = 100;

/// What to look for in the trail. Empty fields ask for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AuditQuery {
    /// The account's name.
    pub person: String,
    /// What was asked for, such as `scale`.
    pub action: String,
    /// `allowed` or `refused`.
    pub decision: String,
    /// The cluster.
    pub cluster: String,
    /// The namespace.
    pub namespace: String,
    /// A part of the resource, the object's name, the address or the request's id.
    pub text: String,
    /// The first day, as `2026-11-26` in UTC.
    pub from: String,
    /// The last day.
    pub to: String,
    /// Lines before this one only: [`AuditPage::next`] of the page before.
    pub before: String,
}

/// A page of the trail, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditPage {
    /// At most [`AUDIT_PAGE`].
    pub lines: Vec<AuditLine>,
    /// Where the next page begins, if there is more.
    pub next: Option<String>,
    /// All actions that the trail knows, for choosing.
    pub actions: Vec<String>,
}

/// A line of the trail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditLine {
    /// When it was decided.
    pub at: Timestamp,
    /// Whose request; empty when nobody was signed in.
    pub person: String,
    /// From where.
    pub address: Option<String>,
    /// What was asked for, such as `scale`.
    pub action: String,
    /// To what, such as `deployments.apps`.
    pub resource: String,
    /// The cluster.
    pub cluster: Option<String>,
    /// The namespace.
    pub namespace: Option<String>,
    /// The object.
    pub name: Option<String>,
    /// Why it was refused, if it was.
    pub refused: Option<String>,
    /// How it went, if it was allowed and that is known: `done`, `failed`, `unknown`.
    pub outcome: Option<String>,
    /// The sentence of a failure.
    pub detail: String,
    /// The request's id, which stands in the logs too.
    pub request: String,
    /// The id of what the terminal showed, where that was recorded and the reader may replay it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recording: Option<String>,
}

/// A page of the audit trail.
#[server(endpoint = "people/audit", input = Json)]
pub async fn read_audit(
    /// What to look for.
    query: AuditQuery,
) -> Result<AuditPage, ConsoleError> {
    model::port::<dyn crate::People>()?.audit(query).await
}

/// How many changes a short list has.
pub const LATE_CHANGES: u32 = 10;

/// What people did last in the places whose trail the caller may see, newest first, at most [`LATE_CHANGES`]; `None` for
/// who may see no trail.
#[server(endpoint = "people/late-changes", input = Json)]
pub async fn read_late_changes() -> Result<Option<Vec<AuditLine>>, ConsoleError> {
    model::port::<dyn crate::People>()?.late_changes().await
}

/// The most lines of one object.
pub const CHANGES_OF: u32 = 200;

/// What people did to one object, or in one namespace, newest first, at most [`CHANGES_OF`]; `None` for who may not see the
/// trail of its place.
#[server(endpoint = "people/changes-of", input = Json)]
pub async fn read_changes_of(
    /// Which object.
    resource: ResourceRef,
) -> Result<Option<Vec<AuditLine>>, ConsoleError> {
    model::port::<dyn crate::People>()?.changes_of(resource).await
}
