//! Roles and what they are made of.

use leptos::prelude::*;
use model::{ConsoleError, Tier, WorkspaceName};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// Where roles are made: everywhere, or for one workspace and its projects.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RolePlace {
    /// Roles that can be given everywhere at their tier.
    Platform,
    /// Roles of one workspace.
    Workspace(WorkspaceName),
}

/// A role in one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleSummary {
    /// The word of one that comes with the console, or the id of one that people made.
    pub id: String,
    /// What people call one that they made; none for those that come with the console, which pages name by their word.
    pub title: Option<String>,
}

/// The roles that can be held in a place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Roles {
    /// Those that come with the console first.
    pub roles: Vec<RoleView>,
    /// All permissions, in the order in which they are told.
    pub permissions: Vec<PermissionView>,
    /// The tiers at which the caller may make roles here.
    pub tiers: Vec<Tier>,
}

/// A role.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoleView {
    /// The row.
    pub summary: RoleSummary,
    /// Where it counts.
    pub tier: Tier,
    /// What it is for; empty for those that come with the console.
    pub description: String,
    /// Words of its permissions.
    pub permissions: Vec<String>,
    /// How many people hold it.
    pub holders: u64,
    /// Whether the caller may change it.
    pub may_change: bool,
}

/// A permission.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PermissionView {
    /// Its word.
    pub word: String,
    /// What it concerns, for grouping.
    pub subject: String,
    /// At which tiers roles may hold it.
    pub tiers: Vec<Tier>,
    /// Words of the permissions that come with it.
    pub includes: Vec<String>,
}

/// The fields of a role's form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleFields {
    /// The id of the role that is changed; empty for a new one.
    #[serde(default)]
    pub id: String,
    /// The workspace whose role it is; empty for one that can be given everywhere.
    #[serde(default)]
    pub workspace: String,
    /// Where it counts.
    pub tier: Tier,
    /// What people call it.
    #[serde(default)]
    pub title: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// Words of its permissions.
    #[serde(default)]
    pub permissions: Vec<String>,
    /// Of a role that is changed: what it allowed when the form was made, as [`RoleView::seen`] tells it. Empty where nobody
    /// has looked.
    #[serde(default)]
    pub seen: String,
}

impl RoleView {
    /// What it allows, so that a change can say what it was made of.
    pub fn seen(&self) -> String {
        self.permissions.join(" ")
    }
}

/// The fields of the form that removes a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveRoleFields {
    /// The role.
    pub id: String,
    /// The workspace whose role it is; empty for one that can be given everywhere.
    #[serde(default)]
    pub workspace: String,
}

/// The roles that can be held in a place.
#[server(endpoint = "workspaces/roles", input = Json)]
pub async fn read_roles(
    /// Where.
    place: RolePlace,
) -> Result<Roles, ConsoleError> {
    model::port::<dyn crate::Workspaces>()?.roles(place).await
}

/// Makes or changes a role.
#[server(endpoint = "workspaces/save-role")]
pub async fn save_role(
    /// The fields of the form.
    fields: RoleFields,
) -> Result<(), ConsoleError> {
    let next = model::link::roles_of(&fields.workspace);
    model::port::<dyn crate::Workspaces>()?.save_role(fields).await?;
    model::go_to(&next);
    Ok(())
}

/// Removes a role.
#[server(endpoint = "workspaces/remove-role")]
pub async fn remove_role(
    /// The fields of the form.
    fields: RemoveRoleFields,
) -> Result<(), ConsoleError> {
    let next = model::link::roles_of(&fields.workspace);
    model::port::<dyn crate::Workspaces>()?.remove_role(fields).await?;
    model::go_to(&next);
    Ok(())
}
