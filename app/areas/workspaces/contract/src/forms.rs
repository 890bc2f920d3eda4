//! Commands about workspaces and projects, as forms send them. One that went well leads to its next page.

use crate::Amounts;
use leptos::prelude::*;
use model::{ClusterName, ConsoleError, Namespace, WorkspaceName};
use serde::{Deserialize, Serialize};

/// The fields of a workspace's form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspaceFields {
    /// The name. It is chosen once, and says which workspace is changed afterwards.
    #[serde(default)]
    pub name: String,
    /// For people.
    #[serde(default)]
    pub title: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// The clusters in which it may have projects.
    #[serde(default)]
    pub clusters: Vec<String>,
}

/// The fields of the form that removes a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveWorkspaceFields {
    /// Which.
    pub workspace: WorkspaceName,
    /// What was typed to confirm: its name.
    #[serde(default)]
    pub confirm: String,
}

/// The fields of a new project's form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectFields {
    /// The workspace.
    pub workspace: WorkspaceName,
    /// The cluster of a new namespace.
    #[serde(default)]
    pub cluster: String,
    /// The name of a new namespace.
    #[serde(default)]
    pub namespace: String,
    /// Namespaces that exist, as `cluster/namespace`, instead of a new one.
    #[serde(default)]
    pub existing: Vec<String>,
    /// For people.
    #[serde(default)]
    pub title: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// The quota, where the workspace is limited.
    #[serde(default)]
    pub quota: Amounts,
    /// The Pod Security level that pods of a new namespace must keep to; empty for the cluster's own.
    #[serde(default)]
    pub enforce: String,
    /// The level that is warned of.
    #[serde(default)]
    pub warn: String,
}

/// The fields of the form that moves a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveProjectFields {
    /// Its workspace.
    pub workspace: WorkspaceName,
    /// Its cluster.
    pub cluster: ClusterName,
    /// Its namespace.
    pub namespace: Namespace,
    /// The workspace to which it goes.
    #[serde(default)]
    pub to: String,
}

/// The fields of the form that ends a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveProjectFields {
    /// Its workspace.
    pub workspace: WorkspaceName,
    /// Its cluster.
    pub cluster: ClusterName,
    /// Its namespace.
    pub namespace: Namespace,
    /// Whether the namespace goes with everything in it.
    #[serde(default)]
    pub with_namespace: bool,
    /// What was typed to confirm: the namespace's name.
    #[serde(default)]
    pub confirm: String,
}

/// Makes a workspace.
#[server(endpoint = "workspaces/create")]
pub async fn create_workspace(
    /// The fields of the form.
    fields: WorkspaceFields,
) -> Result<(), ConsoleError> {
    let next = model::link::workspace_named(&fields.name, "");
    model::port::<dyn crate::Workspaces>()?.create_workspace(fields).await?;
    model::go_to(&next);
    Ok(())
}

/// Changes a workspace.
#[server(endpoint = "workspaces/change")]
pub async fn change_workspace(
    /// The fields of the form.
    fields: WorkspaceFields,
) -> Result<(), ConsoleError> {
    let next = model::link::workspace_named(&fields.name, "settings");
    model::port::<dyn crate::Workspaces>()?.change_workspace(fields).await?;
    model::go_to(&next);
    Ok(())
}

/// Removes a workspace.
#[server(endpoint = "workspaces/remove")]
pub async fn remove_workspace(
    /// The fields of the form.
    fields: RemoveWorkspaceFields,
) -> Result<(), ConsoleError> {
    model::port::<dyn crate::Workspaces>()?.remove_workspace(fields).await?;
    model::go_to(model::link::WORKSPACES);
    Ok(())
}

/// Makes a project.
#[server(endpoint = "workspaces/create-project")]
pub async fn create_project(
    /// The fields of the form.
    fields: ProjectFields,
) -> Result<(), ConsoleError> {
    let next = model::link::workspace(&fields.workspace);
    model::port::<dyn crate::Workspaces>()?.create_project(fields).await?;
    model::go_to(&next);
    Ok(())
}

/// Moves a project.
#[server(endpoint = "workspaces/move-project")]
pub async fn move_project(
    /// The fields of the form.
    fields: MoveProjectFields,
) -> Result<(), ConsoleError> {
    let next = model::link::workspace(&fields.workspace);
    model::port::<dyn crate::Workspaces>()?.move_project(fields).await?;
    model::go_to(&next);
    Ok(())
}

/// Ends a project.
#[server(endpoint = "workspaces/remove-project")]
pub async fn remove_project(
    /// The fields of the form.
    fields: RemoveProjectFields,
) -> Result<(), ConsoleError> {
    let next = model::link::workspace(&fields.workspace);
    model::port::<dyn crate::Workspaces>()?.remove_project(fields).await?;
    model::go_to(&next);
    Ok(())
}
