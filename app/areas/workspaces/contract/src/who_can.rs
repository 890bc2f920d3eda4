//! Who can do something in a cluster, and why.

use crate::InheritedRow;
use leptos::prelude::*;
use model::{ClusterName, ConsoleError};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// The verbs that can be asked about, in the order in which they are offered.
pub const VERBS: [&str; 7] = ["get", "list", "watch", "create", "update", "patch", "delete"];

/// What is asked, as the address of the page has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct WhoCanQuery {
    /// One of [`VERBS`].
    pub verb: String,
    /// To what: `pods`, `deployments.apps`, `pods/exec`, `deployments.apps/scale`.
    pub resource: String,
    /// In which namespace; empty for what has none, or all of them.
    pub namespace: String,
    /// To which object; empty for any.
    pub name: String,
}

/// Who can do it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WhoCan {
    /// People of the console, by name.
    pub people: Vec<PersonCan>,
    /// Whom the cluster's own bindings let do it, whoever made them; without the console's own groups.
    pub subjects: Vec<SubjectCan>,
    /// Whether bindings of the whole cluster are left out, because the caller may not see them.
    pub is_partial: bool,
    /// Why the cluster's own bindings are not known.
    pub problem: Option<String>,
}

/// Somebody of the console who can do it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonCan {
    /// The name with which they sign in.
    pub name: String,
    /// What people call them; may be empty.
    pub full_name: String,
    /// The roles that let them.
    pub by: Vec<InheritedRow>,
    /// Whether the cluster's own rules, as they are now, let them too; none when that is not known, or when the cluster has
    /// no word for it.
    pub cluster_agrees: Option<bool>,
}

/// Whom a binding of the cluster names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectCan {
    /// `User`, `Group` or `ServiceAccount`.
    pub kind: String,
    /// The name; `namespace/name` for an account.
    pub name: String,
    /// The namespace of the binding; none for one of the whole cluster.
    pub namespace: Option<String>,
    /// The binding.
    pub binding: String,
    /// `Role` or `ClusterRole`.
    pub role_kind: String,
    /// The role.
    pub role: String,
}

/// Who can do something in a cluster.
#[server(endpoint = "workspaces/who-can", input = Json)]
pub async fn read_who_can(
    /// The cluster.
    cluster: ClusterName,
    /// What is asked.
    query: WhoCanQuery,
) -> Result<WhoCan, ConsoleError> {
    model::port::<dyn crate::Workspaces>()?.who_can(cluster, query).await
}
