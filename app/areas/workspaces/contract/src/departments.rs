//! Departments: groups of people that hold roles together.

use crate::{MemberPlace, RolePlace, RoleSummary};
use leptos::prelude::*;
use model::{ConsoleError, Thing, Timestamp, WorkspaceName};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// The departments of a workspace, or of the whole console.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Departments {
    /// Each before those below it; beside each other by title.
    pub departments: Vec<DepartmentRow>,
    /// The one that was asked for.
    pub chosen: Option<DepartmentView>,
    /// Whether the caller may change anything.
    pub may_change: bool,
}

/// A department in one row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DepartmentRow {
    /// Its id.
    pub id: String,
    /// The id of the department that it is a part of.
    pub parent: Option<String>,
    /// What people call it.
    pub title: String,
    /// How many departments are above it.
    pub depth: u32,
    /// How many people are in it or anything below it.
    pub people: u64,
    /// What its people hold by it itself.
    pub roles: Vec<DepartmentRole>,
}

/// What people hold by a department.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DepartmentRole {
    /// Where; none for a place that the caller may not know.
    pub place: Option<MemberPlace>,
    /// The role there.
    pub role: RoleSummary,
}

/// A department.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DepartmentView {
    /// The row.
    pub row: DepartmentRow,
    /// Who is in it itself, by name.
    pub members: Vec<DepartmentMember>,
    /// What its people hold by departments above it: title of the department, and the role.
    pub inherited: Vec<(String, DepartmentRole)>,
    /// Departments of which it can become a part: ids with titles.
    pub parents: Vec<(String, String)>,
    /// Where its people can be given roles.
    pub places: Vec<MemberPlace>,
    /// The roles that can be given in any of these places.
    pub roles: Vec<RoleSummary>,
    /// Names of accounts that are not in it, for choosing.
    pub candidates: Vec<String>,
}

/// Somebody in a department.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DepartmentMember {
    /// The account's name.
    pub name: String,
    /// What people call them; may be empty.
    pub full_name: String,
    /// Whether they may sign in.
    pub is_enabled: bool,
    /// Since when they are in it.
    pub since: Timestamp,
}

/// The fields of the form for a new department, or another title or parent of one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepartmentFields {
    /// The workspace; empty for the whole console.
    #[serde(default)]
    pub workspace: String,
    /// Which; empty for a new one.
    #[serde(default)]
    pub id: String,
    /// What people call it.
    #[serde(default)]
    pub title: String,
    /// The id of the department that it is a part of; empty for none.
    #[serde(default)]
    pub parent: String,
}

/// The fields of the form that removes a department.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveDepartmentFields {
    /// The workspace; empty for the whole console.
    #[serde(default)]
    pub workspace: String,
    /// Which.
    #[serde(default)]
    pub id: String,
}

/// The fields of the form that puts somebody into a department, or takes them out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepartmentMemberFields {
    /// The workspace; empty for the whole console.
    #[serde(default)]
    pub workspace: String,
    /// Which department.
    #[serde(default)]
    pub id: String,
    /// The account's name.
    #[serde(default)]
    pub name: String,
    /// Whether they leave it.
    #[serde(default)]
    pub leaves: bool,
}

/// The fields of the form that gives a department a role, or takes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepartmentRoleFields {
    /// The workspace; empty for the whole console.
    #[serde(default)]
    pub workspace: String,
    /// Which department.
    #[serde(default)]
    pub id: String,
    /// Where.
    pub place: MemberPlace,
    /// The word or id of the role; empty to take what it has there.
    #[serde(default)]
    pub role: String,
}

/// The place that a form's field names: a workspace, or the whole console when it is empty.
pub fn department_place(workspace: &str) -> Result<RolePlace, ConsoleError> {
    if workspace.is_empty() {
        return Ok(RolePlace::Platform);
    }
    let unknown = |_| ConsoleError::unknown(Thing::Workspace(workspace.to_string()));
    WorkspaceName::parse(workspace).map(RolePlace::Workspace).map_err(unknown)
}

/// The departments of a workspace, or of the whole console.
#[server(endpoint = "workspaces/departments", input = Json)]
pub async fn read_departments(
    /// Of what.
    place: RolePlace,
    /// The id of one to look at.
    chosen: Option<String>,
) -> Result<Departments, ConsoleError> {
    model::port::<dyn crate::Workspaces>()?.departments(place, chosen).await
}

/// Makes a department, or changes one.
#[server(endpoint = "workspaces/save-department")]
pub async fn save_department(
    /// The fields of the form.
    fields: DepartmentFields,
) -> Result<(), ConsoleError> {
    let workspace = fields.workspace.clone();
    let id = model::port::<dyn crate::Workspaces>()?.save_department(fields).await?;
    model::go_to(&model::link::department(&workspace, &id));
    Ok(())
}

/// Removes a department that has none below it.
#[server(endpoint = "workspaces/remove-department")]
pub async fn remove_department(
    /// The fields of the form.
    fields: RemoveDepartmentFields,
) -> Result<(), ConsoleError> {
    let next = model::link::departments(&fields.workspace);
    model::port::<dyn crate::Workspaces>()?.remove_department(fields).await?;
    model::go_to(&next);
    Ok(())
}

/// Puts somebody into a department, or takes them out.
#[server(endpoint = "workspaces/set-department-member")]
pub async fn set_department_member(
    /// The fields of the form.
    fields: DepartmentMemberFields,
) -> Result<(), ConsoleError> {
    let next = model::link::department(&fields.workspace, &fields.id);
    model::port::<dyn crate::Workspaces>()?.set_department_member(fields).await?;
    model::go_to(&next);
    Ok(())
}

/// Gives a department a role, or takes it.
#[server(endpoint = "workspaces/set-department-role")]
pub async fn set_department_role(
    /// The fields of the form.
    fields: DepartmentRoleFields,
) -> Result<(), ConsoleError> {
    let next = model::link::department(&fields.workspace, &fields.id);
    model::port::<dyn crate::Workspaces>()?.set_department_role(fields).await?;
    model::go_to(&next);
    Ok(())
}
