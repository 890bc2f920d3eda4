//! Workspaces, as the contract asks for them.

use crate::{ForCaller, Tenants, seconds, valid, view};
use access::{Command, Verb};
use async_trait::async_trait;
use database::DatabaseError;
use database::members::{Member, Place as Held};
use database::projects::Project;
use database::workspaces::{Workspace, WorkspaceFacts};
use model::fault::{EntryFault, WorkspaceFault};
use model::{ClusterName, ConsoleError, FieldProblem, Thing, WorkspaceName};
use std::collections::BTreeSet;
use workspaces_contract::{
    DepartmentFields, DepartmentMemberFields, DepartmentRoleFields, Departments, FreeNamespace,
    InvitationFields, IsolationFields, MemberFields, MemberPlace, Members, MoveProjectFields,
    PodSecurityFields, ProjectFields, ProjectLimitFields, Quotas, RemoveDepartmentFields,
    RemoveInvitationFields, RemoveMemberFields, RemoveProjectFields, RemoveRoleFields, RemoveWorkspaceFields,
    Rights, RightsQuery, RoleFields, RolePlace, Roles, Standings, StorageClassFields, WhoCan, WhoCanQuery,
    WorkspaceFields, WorkspaceLimitFields, WorkspaceList, WorkspaceMay, WorkspaceSummary, WorkspaceView,
    Workspaces,
};

/// The longest title, in characters.
const LONGEST_TITLE: usize = 100;
/// The longest description, in characters.
const LONGEST_DESCRIPTION: usize = 1000;

/// Refuses texts that would not fit where they are shown.
pub(crate) fn check_texts(title: &str, description: &str) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    for (field, text, longest) in
        [("title", title, LONGEST_TITLE), ("description", description, LONGEST_DESCRIPTION)]
    {
        if text.trim().chars().count() > longest {
            problems.push(FieldProblem::of(field, EntryFault::Longest(longest)));
        }
    }
    problems
}

impl ForCaller {
    fn chosen_clusters(&self, texts: &[String], problems: &mut Vec<FieldProblem>) -> BTreeSet<ClusterName> {
        let known: BTreeSet<&ClusterName> =
            self.tenants.kubernetes.clusters().map(|cluster| cluster.name()).collect();
        let chosen: BTreeSet<ClusterName> =
            texts.iter().filter_map(|text| ClusterName::parse(text).ok()).collect();
        if chosen.is_empty() {
            problems.push(FieldProblem::of("clusters", EntryFault::NoneChosen));
        }
        if let Some(unknown) = chosen.iter().find(|name| !known.contains(name)) {
            problems.push(FieldProblem::of("clusters", WorkspaceFault::NoCluster(unknown.clone())));
        }
        chosen
    }

    pub(crate) fn all_clusters(&self) -> Vec<ClusterName> {
        self.tenants.kubernetes.clusters().map(|cluster| cluster.name().clone()).collect()
    }

    fn summary(&self, workspace: &Workspace, projects: &[Project], members: &[Member]) -> WorkspaceSummary {
        let own = projects.iter().filter(|project| {
            project.workspace == Some(workspace.id) && self.sees_project(workspace, project)
        });
        let people: BTreeSet<_> = members
            .iter()
            .filter(|member| member.place == Held::Workspace(workspace.id))
            .map(|member| member.account)
            .collect();
        WorkspaceSummary {
            name: workspace.name.clone(),
            title: workspace.title.clone(),
            description: workspace.description.clone(),
            clusters: workspace.clusters.iter().cloned().collect(),
            projects: own.count() as u64,
            members: people.len() as u64,
            created: seconds(workspace.created_at),
        }
    }
}

fn create(name: Option<&str>) -> Command {
    Command::on_platform("create workspace", Verb::Create, "workspaces", name)
}

fn change(workspace: &Workspace) -> Command {
    let name = Some(workspace.name.as_str());
    Command::in_workspace("change workspace", Verb::Update, "workspaces", workspace.id, name)
}

fn remove(workspace: &Workspace) -> Command {
    Command::on_platform("remove workspace", Verb::Delete, "workspaces", Some(workspace.name.as_str()))
}

#[async_trait]
impl Workspaces for ForCaller {
    async fn workspaces(&self) -> Result<WorkspaceList, ConsoleError> {
        let database = &self.tenants.database;
        let all = database.workspaces().await?;
        let projects = database.projects().await?;
        let members = database.members().await?;
        let seen = all.iter().filter(|workspace| self.may(&view(workspace)));
        let may_create = self.may(&create(None));
        Ok(WorkspaceList {
            workspaces: seen.map(|workspace| self.summary(workspace, &projects, &members)).collect(),
            clusters: if may_create { self.all_clusters() } else { Vec::new() },
            may_create,
        })
    }

    async fn workspace(&self, name: WorkspaceName) -> Result<WorkspaceView, ConsoleError> {
        let workspace = self.find_workspace(&name).await?;
        let database = &self.tenants.database;
        let projects = database.projects().await?;
        let members = database.members().await?;
        let in_workspace =
            |name, verb, plural| self.may(&Command::in_workspace(name, verb, plural, workspace.id, None));
        let may = WorkspaceMay {
            change: self.may(&change(&workspace)),
            remove: self.may(&remove(&workspace)),
            create_projects: in_workspace("create project", Verb::Create, "projects"),
            manage_projects: in_workspace("move project", Verb::Update, "projects"),
            see_members: in_workspace("read members", Verb::List, "members"),
            manage_roles: in_workspace("save role", Verb::Create, "roles"),
        };
        let others = if may.manage_projects { self.other_workspaces(&workspace).await? } else { Vec::new() };
        let states =
            workspace.clusters.iter().map(|cluster| (cluster, self.tenants.provisioner.state(cluster)));
        let behind = states.filter_map(|(cluster, state)| Some((cluster.clone(), state.problem?)));
        Ok(WorkspaceView {
            summary: self.summary(&workspace, &projects, &members),
            projects: self.project_rows(&workspace, &projects, &members, &self.all_limits().await?),
            clusters: if may.change { self.all_clusters() } else { Vec::new() },
            behind: behind.collect(),
            limited: self.limited_in(workspace.id).await?,
            others,
            may,
        })
    }

    async fn standings(&self, workspace: WorkspaceName) -> Result<Standings, ConsoleError> {
        self.read_standings(&workspace).await
    }

    async fn create_workspace(&self, fields: WorkspaceFields) -> Result<(), ConsoleError> {
        self.require(&create(Some(fields.name.trim()))).await?;
        let mut problems = check_texts(&fields.title, &fields.description);
        let clusters = self.chosen_clusters(&fields.clusters, &mut problems);
        let name = WorkspaceName::parse(fields.name.trim());
        problems.extend(name.as_ref().err().map(|error| FieldProblem::of("name", error.rule)));
        let (true, Ok(name)) = (problems.is_empty(), name) else {
            return Err(ConsoleError::Invalid { problems });
        };
        let facts = WorkspaceFacts { title: fields.title, description: fields.description, clusters };
        let founder = self.caller.account_id;
        let action = create(Some(name.as_str()));
        let work = async move |tenants: Tenants, _| match tenants
            .database
            .add_workspace(&name, &facts, founder)
            .await
        {
            Ok(_) => Ok(()),
            Err(DatabaseError::NameTaken) => Err(ConsoleError::refused("name", WorkspaceFault::NameTaken)),
            Err(error) => Err(error.into()),
        };
        self.perform(action, work).await
    }

    async fn change_workspace(&self, fields: WorkspaceFields) -> Result<(), ConsoleError> {
        let name = WorkspaceName::parse(&fields.name)
            .map_err(|_| ConsoleError::unknown(Thing::Workspace(fields.name.to_string())))?;
        let workspace = self.find_workspace(&name).await?;
        self.require(&change(&workspace)).await?;
        let mut problems = check_texts(&fields.title, &fields.description);
        let clusters = self.chosen_clusters(&fields.clusters, &mut problems);
        valid(problems)?;
        let facts = WorkspaceFacts { title: fields.title, description: fields.description, clusters };
        let action = change(&workspace);
        let work = async move |tenants: Tenants, _| match tenants
            .database
            .change_workspace(workspace.id, &facts)
            .await
        {
            Err(DatabaseError::InUse) => Err(ConsoleError::refused("clusters", WorkspaceFault::ClusterInUse)),
            other => other.map_err(ConsoleError::from),
        };
        self.perform(action, work).await
    }

    async fn remove_workspace(&self, fields: RemoveWorkspaceFields) -> Result<(), ConsoleError> {
        let workspace = self.find_workspace(&fields.workspace).await?;
        self.require(&remove(&workspace)).await?;
        if fields.confirm.trim() != workspace.name.as_str() {
            return Err(ConsoleError::refused("confirm", EntryFault::Exactly(workspace.name.to_string())));
        }
        let action = remove(&workspace);
        let work =
            async move |tenants: Tenants, _| match tenants.database.remove_workspace(workspace.id).await {
                Err(DatabaseError::InUse) => {
                    Err(ConsoleError::refused("confirm", WorkspaceFault::HasProjects))
                }
                other => other.map_err(ConsoleError::from),
            };
        self.perform(action, work).await
    }

    async fn create_project(&self, fields: ProjectFields) -> Result<(), ConsoleError> {
        self.make_project(fields).await
    }

    async fn move_project(&self, fields: MoveProjectFields) -> Result<(), ConsoleError> {
        self.change_owner(fields).await
    }

    async fn remove_project(&self, fields: RemoveProjectFields) -> Result<(), ConsoleError> {
        self.end_project(fields).await
    }

    async fn secure_pods(&self, fields: PodSecurityFields) -> Result<(), ConsoleError> {
        self.set_pod_security(fields).await
    }

    async fn free_namespaces(&self, workspace: WorkspaceName) -> Result<Vec<FreeNamespace>, ConsoleError> {
        self.free(&workspace).await
    }

    async fn quotas(&self, workspace: WorkspaceName) -> Result<Quotas, ConsoleError> {
        self.read_quotas(&workspace).await
    }

    async fn limit_workspace(&self, fields: WorkspaceLimitFields) -> Result<(), ConsoleError> {
        self.set_workspace_limits(fields).await
    }

    async fn limit_project(&self, fields: ProjectLimitFields) -> Result<(), ConsoleError> {
        self.set_project_limits(fields).await
    }

    async fn open_storage_classes(&self, fields: StorageClassFields) -> Result<(), ConsoleError> {
        self.set_storage_classes(fields).await
    }

    async fn isolate(&self, fields: IsolationFields) -> Result<(), ConsoleError> {
        self.set_isolation(fields).await
    }

    async fn members(&self, place: MemberPlace) -> Result<Members, ConsoleError> {
        self.read_members(place).await
    }

    async fn set_member(&self, fields: MemberFields) -> Result<(), ConsoleError> {
        self.give_role(fields).await
    }

    async fn remove_member(&self, fields: RemoveMemberFields) -> Result<(), ConsoleError> {
        self.take_role(fields).await
    }

    async fn invite(&self, fields: InvitationFields) -> Result<String, ConsoleError> {
        self.make_invitation(fields).await
    }

    async fn remove_invitation(&self, fields: RemoveInvitationFields) -> Result<(), ConsoleError> {
        self.drop_invitation(fields).await
    }

    async fn departments(
        &self,
        place: RolePlace,
        chosen: Option<String>,
    ) -> Result<Departments, ConsoleError> {
        self.read_departments(place, chosen).await
    }

    async fn save_department(&self, fields: DepartmentFields) -> Result<String, ConsoleError> {
        self.write_department(fields).await
    }

    async fn remove_department(&self, fields: RemoveDepartmentFields) -> Result<(), ConsoleError> {
        self.drop_department(fields).await
    }

    async fn set_department_member(&self, fields: DepartmentMemberFields) -> Result<(), ConsoleError> {
        self.change_department_member(fields).await
    }

    async fn set_department_role(&self, fields: DepartmentRoleFields) -> Result<(), ConsoleError> {
        self.change_department_role(fields).await
    }

    async fn roles(&self, place: RolePlace) -> Result<Roles, ConsoleError> {
        self.read_roles(place).await
    }

    async fn save_role(&self, fields: RoleFields) -> Result<(), ConsoleError> {
        self.write_role(fields).await
    }

    async fn remove_role(&self, fields: RemoveRoleFields) -> Result<(), ConsoleError> {
        self.drop_role(fields).await
    }

    async fn who_can(&self, cluster: ClusterName, query: WhoCanQuery) -> Result<WhoCan, ConsoleError> {
        self.ask_who_can(cluster, query).await
    }

    async fn rights(&self, query: RightsQuery) -> Result<Rights, ConsoleError> {
        self.read_rights(query).await
    }
}
