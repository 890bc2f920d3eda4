#![doc = include_str!("../README.md")]

mod policy;

pub use policy::{
    Days, KEPT_DAYS, LONGEST_DAYS, PolicyFields, PolicyOf, PolicyView, RecordTerminals, read_days,
    record_terminals,
};

use async_trait::async_trait;
use leptos::prelude::*;
use model::{ClusterName, ConsoleError, Timestamp};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// Questions and commands about recordings of terminals, on behalf of one caller.
#[async_trait]
pub trait Recordings: Send + Sync {
    /// Recordings of a cluster that the caller may replay, and what is recorded there.
    async fn recordings(&self, query: RecordingsQuery) -> Result<RecordingsPage, ConsoleError>;
    /// What is known of one without showing it.
    async fn recording(&self, cluster: ClusterName, id: String) -> Result<RecordingLine, ConsoleError>;
    /// What one shows, as plain text. It is in the audit trail.
    async fn transcript(&self, cluster: ClusterName, id: String) -> Result<Transcript, ConsoleError>;
    /// Says whether terminals are recorded in a place, and for how long that is kept.
    async fn record(&self, fields: PolicyFields) -> Result<(), ConsoleError>;
}

/// How many recordings a page has.
pub const RECORDINGS_PAGE: u32 = 50;

/// What to look for among recordings. Empty fields ask for nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordingsQuery {
    /// Where.
    pub cluster: ClusterName,
    /// The namespace.
    pub namespace: String,
    /// The name of whose terminals they are.
    pub person: String,
    /// The first day, as `2026-11-26` in UTC.
    pub from: String,
    /// The last day.
    pub to: String,
    /// Recordings before this one only: [`RecordingsPage::next`] of the page before.
    pub before: String,
}

/// A page of recordings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordingsPage {
    /// At most [`RECORDINGS_PAGE`], the newest first; `None` for who may only say what is recorded.
    pub lines: Option<Vec<RecordingLine>>,
    /// Where the next page begins, if there is more.
    pub next: Option<String>,
    /// What is recorded in this place.
    pub policy: PolicyView,
}

/// A recording.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordingLine {
    /// Its id.
    pub id: String,
    /// Whose terminal it was.
    pub person: String,
    /// Where.
    pub cluster: ClusterName,
    /// The namespace; none for a node.
    pub namespace: Option<String>,
    /// The pod or the node.
    pub name: String,
    /// The container; empty where no shell ran.
    pub container: String,
    /// What the audit trail calls it: `terminal`, `debug`, `node_shell`.
    pub action: String,
    /// When it began.
    pub started: Timestamp,
    /// How long it was, in seconds; so far, while it goes on.
    pub seconds: u64,
    /// How it ended, in a word of [`ENDINGS`]; none while it goes on.
    pub ending: Option<String>,
    /// What there is to say about that.
    pub ending_detail: String,
    /// What was written to the terminal, in bytes.
    pub size_bytes: u64,
    /// Until when it is kept; none while it goes on.
    pub kept_until: Option<Timestamp>,
    /// The request, as the audit trail knows it.
    pub request: String,
}

/// How recordings end.
pub const ENDINGS: [&str; 10] =
    ["cut", "exited", "failed", "full", "idle", "lost", "no-shell", "refused", "stopping", "unrecorded"];

/// What a terminal showed, as plain text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transcript {
    /// Its lines, without colours and the like.
    pub text: String,
    /// Whether there is more than is shown here.
    pub is_cut: bool,
}

/// Recordings of a cluster, and what is recorded there.
#[server(endpoint = "recordings/list", input = Json)]
pub async fn read_recordings(
    /// What is looked for.
    query: RecordingsQuery,
) -> Result<RecordingsPage, ConsoleError> {
    model::port::<dyn Recordings>()?.recordings(query).await
}

/// What is known of a recording without showing it.
#[server(endpoint = "recordings/read", input = Json)]
pub async fn read_recording(
    /// Where.
    cluster: ClusterName,
    /// Which.
    id: String,
) -> Result<RecordingLine, ConsoleError> {
    model::port::<dyn Recordings>()?.recording(cluster, id).await
}

/// What a recording shows, as plain text. It is in the audit trail.
#[server(endpoint = "recordings/transcript", input = Json)]
pub async fn read_transcript(
    /// Where.
    cluster: ClusterName,
    /// Which.
    id: String,
) -> Result<Transcript, ConsoleError> {
    model::port::<dyn Recordings>()?.transcript(cluster, id).await
}
