//! How an object came to be as it is.

use leptos::prelude::*;
use model::{ConsoleError, ResourceRef, Timestamp};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// How an object came to be as it is, as far as its cluster remembers that, whoever did it with what.
#[server(endpoint = "resources/history", input = Json)]
pub async fn read_history(
    /// Which object.
    resource: ResourceRef,
) -> Result<History, ConsoleError> {
    model::port::<dyn crate::Resources>()?.history(resource).await
}

/// How an object came to be as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// Of a namespace, what was rolled out in it, the newest first, at most [`History::MOST_ROLLOUTS`]. Workloads know their own
    /// revisions.
    pub rollouts: Vec<Rollout>,
    /// Who wrote it last, and the config maps and secrets that its pods read; the newest first.
    pub writings: Vec<Writing>,
}

impl History {
    /// The most rollouts that are told.
    pub const MOST_ROLLOUTS: usize = 200;
}

/// A revision of a workload that came into being.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rollout {
    /// The workload.
    pub resource: ResourceRef,
    /// Its kind in the reader's language.
    pub kind_title: String,
    /// The number of the revision: the first one made the workload.
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// Its images.
    pub images: Vec<String>,
    /// What caused it, from the annotation `kubernetes.io/change-cause`.
    pub cause: String,
}

/// That somebody wrote an object. Of several times under one name the cluster remembers the last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Writing {
    /// When.
    pub at: Timestamp,
    /// The name under which the cluster knows who wrote: `kubectl-client-side-apply`, `helm`.
    pub by: String,
    /// What of it.
    pub part: WrittenPart,
    /// The object, if it is another one than was asked about.
    pub about: Option<ResourceRef>,
}

/// What of an object was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WrittenPart {
    /// What it is to be.
    Object,
    /// How many replicas it is to have, by itself.
    Scale,
}

impl Writing {
    /// The name under which the console writes.
    pub const CONSOLE: &'static str = "orrery";
}
