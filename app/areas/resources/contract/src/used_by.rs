//! What refers to an object.

use crate::TreeNode;
use leptos::prelude::*;
use model::{ConsoleError, ResourceRef};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// Kinds whose objects others name, and need.
pub const REFERRED: [&str; 13] = [
    "clusterroles",
    "configmaps",
    "gatewayclasses.gateway.networking.k8s.io",
    "gateways.gateway.networking.k8s.io",
    "ingressclasses",
    "persistentvolumeclaims",
    "priorityclasses",
    "roles",
    "runtimeclasses",
    "secrets",
    "serviceaccounts",
    "services",
    "storageclasses",
];

/// The objects that name an object of one of the kinds [`REFERRED`], as far as the reader may see them.
#[server(endpoint = "resources/used-by", input = Json)]
pub async fn read_used_by(
    /// The object that they name.
    resource: ResourceRef,
) -> Result<UsedBy, ConsoleError> {
    model::port::<dyn crate::Resources>()?.used_by(resource).await
}

/// What refers to an object.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct UsedBy {
    /// The objects. Of what is made by one of them nothing is said.
    pub objects: Vec<TreeNode>,
    /// How many more there are.
    pub more: u32,
    /// Kinds of which it is not known, in the reader's language: the reader may not see them, or the cluster does not answer.
    pub unknown: Vec<String>,
}
