//! Projects of a workspace.

use crate::workspaces::check_texts;
use crate::{ForCaller, Tenants, seconds, view};
use access::roles::Permissions;
use access::{Command, Verb};
use database::DatabaseError;
use database::limits::{LimitChange, Limits, ProjectLimits};
use database::members::{Member, Place as Held};
use database::projects::Project;
use database::workspaces::Workspace;
use model::fault::{EntryFault, ProjectFault};
use model::{ClusterName, ConsoleError, FieldProblem, Namespace, PodSecurity, Thing, Tier, WorkspaceName};
use provisioner::{CreateProject, DeleteProject};
use std::collections::BTreeSet;
use uuid::Uuid;
use workspaces_contract::{
    Amounts, FreeNamespace, MoveProjectFields, ProjectFields, ProjectSummary, RemoveProjectFields,
};

/// Namespaces of the cluster itself: giving them away would give the cluster away.
fn is_of_the_cluster(namespace: &Namespace) -> bool {
    namespace.as_str().starts_with("kube-") || namespace.as_str() == "default"
}

/// Makes a namespace that exists a project of a workspace. It takes a right on the cluster as well: the namespace may be
/// anybody's.
fn adopt(workspace: &Workspace, namespace: &Namespace) -> Command {
    let name = Some(namespace.as_str());
    Command::in_workspace("adopt namespace", Verb::Create, "projects", workspace.id, name)
}

fn move_out(workspace: &Workspace, namespace: &Namespace) -> Command {
    let name = Some(namespace.as_str());
    Command::in_workspace("move project", Verb::Update, "projects", workspace.id, name)
}

fn move_in(workspace: &Workspace) -> Command {
    Command::in_workspace("move project", Verb::Create, "projects", workspace.id, None)
}

impl ForCaller {
    /// The projects of a workspace that the caller may see.
    pub(crate) fn project_rows(
        &self,
        workspace: &Workspace,
        projects: &[Project],
        members: &[Member],
        limits: &Limits,
    ) -> Vec<ProjectSummary> {
        let own = projects.iter().filter(|project| project.workspace == Some(workspace.id));
        let seen = own.filter(|project| self.sees_project(workspace, project));
        let row = |project: &Project| {
            let own = members.iter().filter(|member| member.place == Held::Project(project.id));
            let people: BTreeSet<_> = own.map(|member| member.account).collect();
            let state = self.tenants.provisioner.state(&project.cluster);
            ProjectSummary {
                cluster: project.cluster.clone(),
                namespace: project.namespace.clone(),
                title: project.title.clone(),
                description: project.description.clone(),
                members: people.len() as u64,
                is_missing: state.missing.contains(&project.namespace),
                created: seconds(project.created_at),
                pod_security: limits.pod_security.get(&project.id).copied().unwrap_or_default(),
            }
        };
        seen.map(row).collect()
    }

    /// Whether a project of a workspace is shown to the caller: who may look at the workspace alone sees none of them.
    pub(crate) fn sees_project(&self, workspace: &Workspace, project: &Project) -> bool {
        let all = Command::in_workspace("list", Verb::Update, "projects", workspace.id, None);
        let rights = &self.caller.rights;
        let held = rights.in_namespace(&project.cluster, &project.namespace);
        let of_projects = Permissions::all(Tier::Project);
        self.may(&all)
            || held.iter().any(|permission| of_projects.has(permission.word))
            || rights.platform.has("workspaces.view")
    }

    /// Other workspaces into which the caller may move projects.
    pub(crate) async fn other_workspaces(&self, not: &Workspace) -> Result<Vec<WorkspaceName>, ConsoleError> {
        let all = self.tenants.database.workspaces().await?;
        let others = all.into_iter().filter(|one| one.id != not.id && self.may(&move_in(one)));
        Ok(others.map(|one| one.name).collect())
    }

    /// Namespaces that are no workspace's, in clusters of this one where the caller may give them away.
    pub(crate) async fn free(&self, name: &WorkspaceName) -> Result<Vec<FreeNamespace>, ConsoleError> {
        let workspace = self.find_workspace(name).await?;
        let projects = self.tenants.database.projects().await?;
        let mut free = Vec::new();
        for cluster in workspace.clusters.iter().filter(|cluster| self.may_give_away(cluster)) {
            let owned = |namespace: &Namespace| {
                projects.iter().any(|project| {
                    project.cluster == *cluster
                        && project.namespace == *namespace
                        && project.workspace.is_some()
                })
            };
            // A cluster that does not answer has none to offer at the moment; its own page says why.
            let namespaces = self.tenants.kubernetes.namespaces(cluster).await.unwrap_or_default();
            let all = namespaces.into_iter().filter(|one| !is_of_the_cluster(one) && !owned(one));
            free.extend(all.map(|namespace| FreeNamespace { cluster: cluster.clone(), namespace }));
        }
        Ok(free)
    }

    /// Whether the caller may give namespaces of a cluster to a workspace.
    fn may_give_away(&self, cluster: &ClusterName) -> bool {
        self.caller.rights.in_cluster(cluster).has("cluster.edit")
    }

    pub(crate) async fn make_project(&self, fields: ProjectFields) -> Result<(), ConsoleError> {
        let workspace = self.find_workspace(&fields.workspace).await?;
        let create = Command::in_workspace("create project", Verb::Create, "projects", workspace.id, None);
        self.require(&create).await?;
        if fields.existing.is_empty() {
            return self.make_namespace(workspace, fields).await;
        }
        let free = self.free(&fields.workspace).await?;
        for chosen in &fields.existing {
            let found = free.iter().find(|one| format!("{}/{}", one.cluster, one.namespace) == *chosen);
            let refused = || ConsoleError::refused("existing", ProjectFault::NotToGive(chosen.clone()));
            let found = found.ok_or_else(refused)?;
            let (cluster, namespace) = (found.cluster.clone(), found.namespace.clone());
            let quota = self.check_new_project(&workspace, &cluster, &namespace, &fields.quota).await?;
            let (action, id) = (adopt(&workspace, &namespace), workspace.id);
            let work = async move |tenants: Tenants, _| {
                // One that was another namespace of this name is forgotten by asking, so that this one is given.
                if let Some(known) = tenants.database.project(&cluster, &namespace).await? {
                    tenants.provisioner.is_replaced(&known).await?;
                }
                let project = tenants.database.ensure_project(&cluster, &namespace).await;
                let project = project?;
                if !quota.is_empty() {
                    give_quota(&tenants, project, quota).await?;
                }
                put_into(&tenants, project, id, "existing").await
            };
            self.perform(action, work).await?;
        }
        self.all_caught_up(&workspace.clusters).await;
        Ok(())
    }

    async fn make_namespace(&self, workspace: Workspace, fields: ProjectFields) -> Result<(), ConsoleError> {
        let mut problems = check_texts(&fields.title, &fields.description);
        let namespace = Namespace::parse(fields.namespace.trim());
        problems.extend(namespace.as_ref().err().map(|error| FieldProblem::of("namespace", error.rule)));
        let cluster =
            ClusterName::parse(&fields.cluster).ok().filter(|name| workspace.clusters.contains(name));
        if cluster.is_none() {
            problems.push(FieldProblem::of("cluster", ProjectFault::Cluster));
        }
        if namespace.as_ref().is_ok_and(is_of_the_cluster) {
            problems.push(FieldProblem::of("namespace", ProjectFault::OfTheCluster));
        }
        let (true, Ok(namespace), Some(cluster)) = (problems.is_empty(), namespace, cluster) else {
            return Err(ConsoleError::Invalid { problems });
        };
        let quota = self.check_new_project(&workspace, &cluster, &namespace, &fields.quota).await?;
        let none = PodSecurity::default();
        let pod_security = self.asked_of_pods(&cluster, none, &fields.enforce, &fields.warn).await?;
        let action = CreateProject {
            workspace: workspace.id,
            cluster: cluster.clone(),
            namespace: namespace.clone(),
            pod_security,
        };
        let work = async move |tenants: Tenants, granted| {
            // First in the cluster: a name that is taken there is somebody's.
            if let Err(error) = tenants.provisioner.create_namespace(&granted).await {
                return Err(taken(error.into()));
            }
            let CreateProject { workspace, cluster, namespace, pod_security } = granted.action();
            let (title, description) = (&fields.title, &fields.description);
            let add = || {
                let (database, workspace) = (&tenants.database, Some(*workspace));
                database.add_secured_project(cluster, namespace, workspace, title, description, *pod_security)
            };
            let project = match add().await {
                // It was a project once, and its namespace was deleted by hand.
                Err(DatabaseError::NameTaken) => {
                    // The provisioner may have found that out by itself, a moment ago.
                    if let Some(old) = tenants.database.project(cluster, namespace).await? {
                        tenants.database.remove_project(old.id).await?;
                    }
                    add().await?
                }
                added => added?,
            };
            if quota.is_empty() { Ok(()) } else { give_quota(&tenants, project, quota).await }
        };
        self.perform(action, work).await?;
        self.caught_up(&cluster).await;
        Ok(())
    }

    pub(crate) async fn change_owner(&self, fields: MoveProjectFields) -> Result<(), ConsoleError> {
        let workspace = self.find_workspace(&fields.workspace).await?;
        let project = self.project_of(&workspace, &fields.cluster, &fields.namespace).await?;
        self.require(&move_out(&workspace, &project.namespace)).await?;
        let to = WorkspaceName::parse(&fields.to).map_err(|error| ConsoleError::refused("to", error.rule))?;
        let to = self.find_workspace(&to).await?;
        self.grant(move_in(&to)).await?;
        if !to.clusters.contains(&project.cluster) {
            let fault = ProjectFault::NoWayTo { workspace: to.name, cluster: project.cluster };
            return Err(ConsoleError::refused("to", fault));
        }
        self.check_project(&project).await?;
        let action = move_out(&workspace, &project.namespace);
        let work = async move |tenants: Tenants, _| put_into(&tenants, project.id, to.id, "to").await;
        self.perform(action, work).await?;
        self.caught_up(&fields.cluster).await;
        Ok(())
    }

    pub(crate) async fn end_project(&self, fields: RemoveProjectFields) -> Result<(), ConsoleError> {
        let workspace = self.find_workspace(&fields.workspace).await?;
        let project = self.project_of(&workspace, &fields.cluster, &fields.namespace).await?;
        let (cluster, namespace) = (project.cluster.clone(), project.namespace.clone());
        let action = DeleteProject { workspace: workspace.id, cluster: cluster.clone(), namespace };
        self.require(&action).await?;
        if fields.confirm.trim() != project.namespace.as_str() {
            let namespace = project.namespace.to_string();
            return Err(ConsoleError::refused("confirm", EntryFault::Exactly(namespace)));
        }
        let work = async move |tenants: Tenants, granted: access::Granted<DeleteProject>| {
            if fields.with_namespace
                && let Err(error) = tenants.provisioner.delete_namespace(&granted).await
            {
                return Err(error.into());
            }
            tenants.database.remove_project(project.id).await.map_err(ConsoleError::from)
        };
        self.perform(action, work).await?;
        self.caught_up(&cluster).await;
        Ok(())
    }

    pub(crate) async fn project_of(
        &self,
        workspace: &Workspace,
        cluster: &ClusterName,
        namespace: &Namespace,
    ) -> Result<Project, ConsoleError> {
        let found = self.tenants.database.project(cluster, namespace).await?;
        // A path may name one workspace and the project of another.
        let own =
            found.filter(|project| project.workspace == Some(workspace.id) && self.may(&view(workspace)));
        own.ok_or_else(|| {
            ConsoleError::unknown(Thing::ProjectOf {
                namespace: namespace.to_string(),
                workspace: workspace.name.to_string(),
            })
        })
    }
}

async fn give_quota(tenants: &Tenants, project: Uuid, quota: Amounts) -> Result<(), ConsoleError> {
    let limits = ProjectLimits { quota, ..ProjectLimits::default() };
    let exceeded = tenants.database.change_limits(&LimitChange::Project(project, limits)).await;
    match exceeded?.first() {
        None => Ok(()),
        Some(first) => Err(ConsoleError::refused(first.resource.clone(), ProjectFault::QuotaTaken)),
    }
}

/// Puts a project into a workspace, unless that has limits to which it does not keep.
async fn put_into(
    tenants: &Tenants,
    project: Uuid,
    workspace: Uuid,
    field: &'static str,
) -> Result<(), ConsoleError> {
    let exceeded = tenants.database.change_limits(&LimitChange::Move(project, workspace)).await;
    let exceeded = exceeded?;
    if exceeded.is_empty() {
        return Ok(());
    }
    let over: Vec<String> = exceeded.iter().map(|one| format!("{} {}", one.resource, one.limit)).collect();
    Err(ConsoleError::refused(field, ProjectFault::NoRoom(over.join(", "))))
}

/// A name that is taken in the cluster is a matter of the field.
fn taken(error: ConsoleError) -> ConsoleError {
    match error {
        ConsoleError::Conflict { .. } => ConsoleError::refused("namespace", ProjectFault::NameTaken),
        other => other,
    }
}
