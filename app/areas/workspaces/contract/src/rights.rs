//! What somebody may do in a place, and by what.

use crate::{InheritedRow, MemberPlace};
use leptos::prelude::*;
use model::ConsoleError;
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// What is asked, as the address of the page has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct RightsQuery {
    /// Whose; empty for the reader's own.
    pub person: String,
    /// A [`MemberPlace`] as text; empty for the platform.
    pub place: String,
    /// A namespace of the place, when that is a cluster; empty for the cluster as a whole.
    pub namespace: String,
}

/// What somebody may do in a place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rights {
    /// The name with which they sign in.
    pub person: String,
    /// What people call them; may be empty.
    pub full_name: String,
    /// Whether it is the reader.
    pub is_self: bool,
    /// Whether they may sign in: who may not can do nothing of it.
    pub is_enabled: bool,
    /// The place; none for the platform.
    pub place: Option<MemberPlace>,
    /// Every permission that makes sense there, in the order in which they are told.
    pub permissions: Vec<PermissionHeld>,
    /// Clusters and workspaces that the reader may ask about.
    pub places: Vec<MemberPlace>,
    /// Names of people, for choosing; none when the reader may not see who can sign in.
    pub people: Vec<String>,
}

/// A permission, and what gives it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PermissionHeld {
    /// Its word.
    pub word: String,
    /// What it concerns, for grouping.
    pub subject: String,
    /// The roles that give it; none when it is not held.
    pub by: Vec<InheritedRow>,
}

/// What somebody may do in a place, and by what.
#[server(endpoint = "workspaces/rights", input = Json)]
pub async fn read_rights(
    /// What is asked.
    query: RightsQuery,
) -> Result<Rights, ConsoleError> {
    model::port::<dyn crate::Workspaces>()?.rights(query).await
}
