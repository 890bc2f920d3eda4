//! Deletion, with what goes along.

use crate::{Outcome, Target, TreeNode};
use leptos::prelude::*;
use model::ConsoleError;
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// What goes along when these are deleted; changes nothing.
#[server(endpoint = "resources/preview-delete", input = Json)]
pub async fn preview_delete(
    /// The objects.
    targets: Vec<Target>,
) -> Result<DeletePlan, ConsoleError> {
    model::port::<dyn crate::Resources>()?.preview_delete(targets).await
}

/// Deletes, one by one; the answer says how each went.
#[server(endpoint = "resources/delete", input = Json)]
pub async fn delete_objects(
    /// What to delete, and how.
    deletion: Deletion,
) -> Result<Vec<Outcome>, ConsoleError> {
    model::port::<dyn crate::Resources>()?.delete(deletion).await
}

/// What to delete, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deletion {
    /// The objects.
    pub targets: Vec<Target>,
    /// What happens to the objects they own.
    pub propagation: Propagation,
}

/// What happens to owned objects, in Kubernetes' words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Propagation {
    /// They are deleted afterwards.
    #[default]
    Background,
    /// They are deleted first.
    Foreground,
    /// They stay.
    Orphan,
}

/// What a deletion would do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeletePlan {
    /// The targets with what they own.
    pub trees: Vec<TreeNode>,
    /// How many objects of each kind go, by the kind's title, targets included.
    pub counts: Vec<(String, u64)>,
    /// What the reader should know: finalizers that block, services that lose their pods, owners that recreate it.
    pub warnings: Vec<String>,
    /// Whether the name must be typed to confirm: namespaces, nodes, CRDs, volumes, or more than ten objects.
    pub confirm_by_name: bool,
}
