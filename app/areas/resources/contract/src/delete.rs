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
    /// What the reader should know.
    pub warnings: Vec<DeleteWarning>,
    /// Whether the name must be typed to confirm: namespaces, nodes, CRDs, volumes, or more than ten objects.
    pub confirm_by_name: bool,
}

/// Something people should know before they delete; every object is named as people call it, such as "Pod web-0".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeleteWarning {
    /// A controller makes it again.
    Again {
        /// What is deleted.
        what: String,
        /// The controller.
        controller: String,
    },
    /// It stays until its finalizers are done.
    Waits {
        /// What is deleted.
        what: String,
        /// The finalizers.
        finalizers: Vec<String>,
    },
    /// Nothing answers for services any more.
    Unanswered {
        /// What is deleted.
        what: String,
        /// The services.
        services: Vec<String>,
    },
    /// Others need it.
    Used {
        /// What is deleted.
        what: String,
        /// The first of them.
        by: Vec<String>,
        /// How many others there are.
        more: usize,
    },
}
