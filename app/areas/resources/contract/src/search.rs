//! Search over all kinds and clusters.

use leptos::prelude::*;
use model::{Cause, ClusterName, ConsoleError, KindSlug, ResourceRef, Status, System};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// Objects of all kinds and clusters whose name, labels, images or addresses contain every word of the text.
#[server(endpoint = "resources/search", input = Json)]
pub async fn search(
    /// Words, all of which must match.
    text: String,
) -> Result<SearchResults, ConsoleError> {
    model::port::<dyn crate::Resources>()?.search(text).await
}

/// What was found, and where could not be looked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SearchResults {
    /// By cluster and kind, best first.
    pub groups: Vec<SearchGroup>,
    /// What could not be searched, or only as it was before.
    pub missing: Vec<Unsearched>,
}

/// What could not be searched, or only as it was before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsearched {
    /// In which system.
    pub system: System,
    /// Which kinds, some of them, in the reader's language; empty where it is all that the system has.
    pub kinds: Vec<String>,
    /// How many kinds there are beside those that are named.
    pub more: usize,
    /// Why.
    pub why: Cause,
}

/// What was found of one kind in one cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchGroup {
    /// The cluster.
    pub cluster: ClusterName,
    /// The kind.
    pub kind: KindSlug,
    /// The kind in the reader's language, plural.
    pub kind_title: String,
    /// The best hits.
    pub hits: Vec<Hit>,
    /// How many there are.
    pub total: u64,
}

/// Something found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    /// Which object.
    pub resource: ResourceRef,
    /// How well it is.
    pub status: Option<Status>,
    /// The label, image or address that matched, when it was not the name.
    pub matched: Option<String>,
}
