#![doc = include_str!("../README.md")]

mod departments;
mod forms;
mod invitations;
mod members;
mod pod_security;
mod quotas;
mod requests;
mod rights;
mod roles;
mod standings;
mod storage_classes;
mod who_can;

pub use departments::*;
pub use forms::*;
pub use invitations::*;
pub use members::*;
pub use pod_security::*;
pub use quotas::*;
pub use requests::*;
pub use rights::*;
pub use roles::*;
pub use standings::*;
pub use storage_classes::*;
pub use who_can::*;

use async_trait::async_trait;
use leptos::prelude::*;
use model::{ClusterName, ConsoleError, Namespace, PodSecurity, Timestamp, WorkspaceName};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;
use std::collections::BTreeMap;

/// Questions and commands about tenants, on behalf of one caller.
#[async_trait]
pub trait Workspaces: Send + Sync {
    /// All workspaces that the caller may see.
    async fn workspaces(&self) -> Result<WorkspaceList, ConsoleError>;
    /// One workspace.
    async fn workspace(&self, name: WorkspaceName) -> Result<WorkspaceView, ConsoleError>;
    /// How the projects of a workspace are at this moment, and what they use.
    async fn standings(&self, workspace: WorkspaceName) -> Result<Standings, ConsoleError>;
    /// Makes a workspace; the caller administers it.
    async fn create_workspace(&self, fields: WorkspaceFields) -> Result<(), ConsoleError>;
    /// Changes what people say of a workspace.
    async fn change_workspace(&self, fields: WorkspaceFields) -> Result<(), ConsoleError>;
    /// Removes a workspace that has no projects any more.
    async fn remove_workspace(&self, fields: RemoveWorkspaceFields) -> Result<(), ConsoleError>;
    /// Makes a project in a workspace: with a new namespace, or of one that exists and is nobody's.
    async fn create_project(&self, fields: ProjectFields) -> Result<(), ConsoleError>;
    /// Moves a project to another workspace.
    async fn move_project(&self, fields: MoveProjectFields) -> Result<(), ConsoleError>;
    /// Ends a project, with its namespace or without.
    async fn remove_project(&self, fields: RemoveProjectFields) -> Result<(), ConsoleError>;
    /// Sets how much the pods of a project may ask of their nodes.
    async fn secure_pods(&self, fields: PodSecurityFields) -> Result<(), ConsoleError>;
    /// Namespaces that are no workspace's, which the caller may make projects of a workspace.
    async fn free_namespaces(&self, workspace: WorkspaceName) -> Result<Vec<FreeNamespace>, ConsoleError>;
    /// Quotas of a workspace, with what is used at this moment.
    async fn quotas(&self, workspace: WorkspaceName) -> Result<Quotas, ConsoleError>;
    /// Sets how much a workspace may have in a cluster: the most that quotas of its projects there may add up to.
    async fn limit_workspace(&self, fields: WorkspaceLimitFields) -> Result<(), ConsoleError>;
    /// Sets a project's quota and defaults.
    async fn limit_project(&self, fields: ProjectLimitFields) -> Result<(), ConsoleError>;
    /// Says which storage classes the projects of a workspace may make claims of in a cluster.
    async fn open_storage_classes(&self, fields: StorageClassFields) -> Result<(), ConsoleError>;
    /// Isolates a workspace or one of its projects, or opens it.
    async fn isolate(&self, fields: IsolationFields) -> Result<(), ConsoleError>;
    /// Who holds which role in a place.
    async fn members(&self, place: MemberPlace) -> Result<Members, ConsoleError>;
    /// Gives somebody a role in a place, or another one.
    async fn set_member(&self, fields: MemberFields) -> Result<(), ConsoleError>;
    /// Takes somebody's role in a place.
    async fn remove_member(&self, fields: RemoveMemberFields) -> Result<(), ConsoleError>;
    /// Makes an invitation to a place; answers the token of its link, which is not kept.
    async fn invite(&self, fields: InvitationFields) -> Result<String, ConsoleError>;
    /// Takes an invitation back.
    async fn remove_invitation(&self, fields: RemoveInvitationFields) -> Result<(), ConsoleError>;
    /// The departments of a workspace or of the whole console, and one of them in full.
    async fn departments(
        &self,
        place: RolePlace,
        chosen: Option<String>,
    ) -> Result<Departments, ConsoleError>;
    /// Makes a department, or changes one; answers its id.
    async fn save_department(&self, fields: DepartmentFields) -> Result<String, ConsoleError>;
    /// Removes a department that has none below it.
    async fn remove_department(&self, fields: RemoveDepartmentFields) -> Result<(), ConsoleError>;
    /// Puts somebody into a department, or takes them out.
    async fn set_department_member(&self, fields: DepartmentMemberFields) -> Result<(), ConsoleError>;
    /// Gives a department a role, or takes it.
    async fn set_department_role(&self, fields: DepartmentRoleFields) -> Result<(), ConsoleError>;
    /// The roles that can be held in a place, and all permissions that make sense there.
    async fn roles(&self, place: RolePlace) -> Result<Roles, ConsoleError>;
    /// Makes a role, or changes one.
    async fn save_role(&self, fields: RoleFields) -> Result<(), ConsoleError>;
    /// Removes a role that nobody holds.
    async fn remove_role(&self, fields: RemoveRoleFields) -> Result<(), ConsoleError>;
    /// Who can do something in a cluster, and why.
    async fn who_can(&self, cluster: ClusterName, query: WhoCanQuery) -> Result<WhoCan, ConsoleError>;
    /// What somebody may do in a place, and by what.
    async fn rights(&self, query: RightsQuery) -> Result<Rights, ConsoleError>;
}

/// All workspaces that the caller may see.
#[server(endpoint = "workspaces/list", input = Json)]
pub async fn read_workspaces() -> Result<WorkspaceList, ConsoleError> {
    model::port::<dyn Workspaces>()?.workspaces().await
}

/// One workspace.
#[server(endpoint = "workspaces/read", input = Json)]
pub async fn read_workspace(
    /// Its name.
    name: WorkspaceName,
) -> Result<WorkspaceView, ConsoleError> {
    model::port::<dyn Workspaces>()?.workspace(name).await
}

/// Namespaces that are no workspace's, which the caller may make projects of a workspace.
#[server(endpoint = "workspaces/free-namespaces", input = Json)]
pub async fn read_free_namespaces(
    /// The workspace.
    workspace: WorkspaceName,
) -> Result<Vec<FreeNamespace>, ConsoleError> {
    model::port::<dyn Workspaces>()?.free_namespaces(workspace).await
}

/// The workspaces that somebody may see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorkspaceList {
    /// By name.
    pub workspaces: Vec<WorkspaceSummary>,
    /// Whether the caller may make one.
    pub may_create: bool,
    /// The clusters in which a new one may have projects.
    pub clusters: Vec<ClusterName>,
}

/// A workspace in one row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorkspaceSummary {
    /// In addresses.
    pub name: WorkspaceName,
    /// For people; may be empty.
    pub title: String,
    /// What it is for; may be empty.
    pub description: String,
    /// The clusters in which it may have projects.
    pub clusters: Vec<ClusterName>,
    /// How many projects it has.
    pub projects: u64,
    /// How many people hold a role in it.
    pub members: u64,
    /// Since when.
    pub created: Timestamp,
}

/// A workspace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorkspaceView {
    /// The row.
    pub summary: WorkspaceSummary,
    /// Its projects that the caller may see, by cluster and namespace.
    pub projects: Vec<ProjectSummary>,
    /// What the caller may do in it.
    pub may: WorkspaceMay,
    /// All clusters, for its settings.
    pub clusters: Vec<ClusterName>,
    /// Other workspaces to which the caller may move projects.
    pub others: Vec<WorkspaceName>,
    /// Clusters that do not say yet what the console says, and why.
    pub behind: Vec<(ClusterName, String)>,
    /// What is limited in each cluster: a project that comes into it needs a quota of that.
    pub limited: BTreeMap<ClusterName, Vec<String>>,
}

/// What the caller may do in a workspace. Nothing relies on it but what is offered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspaceMay {
    /// Change its settings.
    pub change: bool,
    /// Remove it.
    pub remove: bool,
    /// Make projects.
    pub create_projects: bool,
    /// Move and end projects, and say what is asked of their pods.
    pub manage_projects: bool,
    /// See who holds roles.
    pub see_members: bool,
    /// Make roles.
    pub manage_roles: bool,
}

/// A project in one row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProjectSummary {
    /// Its cluster.
    pub cluster: ClusterName,
    /// Its namespace there.
    pub namespace: Namespace,
    /// For people; may be empty.
    pub title: String,
    /// What it is for; may be empty.
    pub description: String,
    /// How many people hold a role in the project itself.
    pub members: u64,
    /// Whether the cluster has not got the namespace.
    pub is_missing: bool,
    /// Since when it is a project.
    pub created: Timestamp,
    /// What its workspace asks of its pods.
    #[serde(default)]
    pub pod_security: PodSecurity,
}

/// A namespace that is no workspace's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreeNamespace {
    /// Its cluster.
    pub cluster: ClusterName,
    /// Its name.
    pub namespace: Namespace,
}
