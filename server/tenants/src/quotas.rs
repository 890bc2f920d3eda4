//! How much workspaces and projects may have, and who may reach them.

use crate::actions::in_project;
use crate::{ForCaller, Tenants, storage_classes, valid};
use access::{Command, Resource, Verb};
use database::limits::{Exceeded, LimitChange, Limits, ProjectLimits, exceeded};
use database::projects::Project;
use database::workspaces::Workspace;
use model::fault::{QuotaFault, WorkspaceFault};
use model::{ClusterName, ConsoleError, FieldProblem, Namespace, Thing, WorkspaceName};
use provisioner::{ReadUse, Used};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;
use workspaces_contract::{
    Amounts, ClusterQuotas, DEFAULTED, IsolationFields, LIMITED, ProjectLimitFields, ProjectQuotas,
    QuotaLine, Quotas, WorkspaceLimitFields, as_number, read_amounts,
};

/// A workspace does not decide itself how much it may have.
pub(crate) fn limit_workspace(workspace: &Workspace) -> Command {
    let name = Some(workspace.name.as_str());
    Command::on_platform("limit workspace", Verb::Update, "workspaces", name)
}

fn limit_project(project: &Project) -> Command {
    in_project("limit project", Verb::Update, Resource::new("", "resourcequotas"), project)
}

fn isolate_workspace(workspace: &Workspace) -> Command {
    let name = Some(workspace.name.as_str());
    Command::in_workspace("isolate workspace", Verb::Update, "workspaces", workspace.id, name)
}

fn isolate_project(project: &Project) -> Command {
    let policies = Resource::new("networking.k8s.io", "networkpolicies");
    in_project("isolate project", Verb::Update, policies, project)
}

/// Names of what can be limited.
fn limited() -> [&'static str; LIMITED.len()] {
    LIMITED.map(|(name, _)| name)
}

impl ForCaller {
    pub(crate) async fn all_limits(&self) -> Result<Limits, ConsoleError> {
        self.tenants.database.limits().await.map_err(ConsoleError::from)
    }

    pub(crate) async fn read_quotas(&self, name: &WorkspaceName) -> Result<Quotas, ConsoleError> {
        let workspace = self.find_workspace(name).await?;
        let limits = self.all_limits().await?;
        let projects = self.tenants.database.projects().await?;
        let own: Vec<&Project> =
            projects.iter().filter(|project| project.workspace == Some(workspace.id)).collect();
        let mut clusters = Vec::new();
        for cluster in &workspace.clusters {
            let here: Vec<&Project> =
                own.iter().copied().filter(|project| project.cluster == *cluster).collect();
            clusters.push(self.cluster_quotas(&workspace, cluster, &here, &limits).await?);
        }
        Ok(Quotas {
            clusters,
            is_isolated: limits.isolated_workspaces.contains(&workspace.id),
            may_limit: self.may(&limit_workspace(&workspace)),
            may_isolate: self.may(&isolate_workspace(&workspace)),
        })
    }

    async fn cluster_quotas(
        &self,
        workspace: &Workspace,
        cluster: &ClusterName,
        projects: &[&Project],
        limits: &Limits,
    ) -> Result<ClusterQuotas, ConsoleError> {
        let read = ReadUse { workspace: workspace.id, cluster: cluster.clone() };
        let granted = self.grant(read).await?;
        // A cluster that does not answer hides what is used, not what may be.
        let (used, problem) = match self.tenants.provisioner.used(&granted).await {
            Ok(used) => (used, None),
            Err(error) => (Used::new(), Some(error.to_string())),
        };
        let classes = self.storage_classes(workspace, &granted, limits).await;
        let classes = classes.unwrap_or_else(|_| storage_classes::unknown(workspace, cluster, limits));
        let quotas = quotas_of(projects, limits);
        let of_workspace =
            limits.workspaces.get(&(workspace.id, cluster.clone())).cloned().unwrap_or_default();
        let seen = projects.iter().filter(|project| self.sees_project(workspace, project));
        let rows = seen.map(|project| {
            let limits = limits_of(project, limits);
            ProjectQuotas {
                namespace: project.namespace.clone(),
                title: project.title.clone(),
                used: used.get(&project.namespace).cloned().unwrap_or_default(),
                quota: limits.0.quota,
                defaults: limits.0.defaults,
                is_isolated: limits.1,
                may_limit: self.may(&limit_project(project)),
                may_isolate: self.may(&isolate_project(project)),
            }
        });
        Ok(ClusterQuotas {
            cluster: cluster.clone(),
            lines: lines(&of_workspace, &quotas, &used),
            classes,
            projects: rows.collect(),
            limits: of_workspace,
            problem,
        })
    }

    pub(crate) async fn set_workspace_limits(
        &self,
        fields: WorkspaceLimitFields,
    ) -> Result<(), ConsoleError> {
        let workspace = self.find_workspace(&fields.workspace).await?;
        let action = limit_workspace(&workspace);
        self.require(&action).await?;
        if !workspace.clusters.contains(&fields.cluster) {
            return Err(ConsoleError::refused("cluster", WorkspaceFault::ForeignCluster));
        }
        let amounts = read_amounts(&fields.limits, &limited(), "");
        let amounts = amounts.map_err(|problems| ConsoleError::Invalid { problems })?;
        let change = LimitChange::Workspace(workspace.id, fields.cluster, amounts);
        self.change_limits(action, change, "").await
    }

    pub(crate) async fn set_project_limits(&self, fields: ProjectLimitFields) -> Result<(), ConsoleError> {
        let workspace = self.find_workspace(&fields.workspace).await?;
        let project = self.project_of(&workspace, &fields.cluster, &fields.namespace).await?;
        let action = limit_project(&project);
        self.require(&action).await?;
        self.check_project(&project).await?;
        let quota = read_amounts(&fields.quota, &limited(), "");
        let defaults = read_amounts(&fields.defaults, &DEFAULTED, "default.");
        let (quota, defaults) = match (quota, defaults) {
            (Ok(quota), Ok(defaults)) => (quota, defaults),
            (quota, defaults) => {
                let wrong = quota.err().into_iter().chain(defaults.err());
                return Err(ConsoleError::Invalid { problems: wrong.flatten().collect() });
            }
        };
        valid(above_limits(&defaults))?;
        let change = LimitChange::Project(project.id, ProjectLimits { quota, defaults });
        self.change_limits(action, change, "").await?;
        self.caught_up(&fields.cluster).await;
        Ok(())
    }

    /// Carries a change of limits out, or says at which fields it does not keep to those of the workspace.
    pub(crate) async fn change_limits(
        &self,
        action: Command,
        change: LimitChange,
        stem: &'static str,
    ) -> Result<(), ConsoleError> {
        let work = async move |tenants: Tenants, _| {
            let exceeded = tenants.database.change_limits(&change).await?;
            if exceeded.is_empty() { Ok(()) } else { Err(told(&exceeded, stem)) }
        };
        self.perform(action, work).await
    }

    /// Refuses a new project whose quota would not keep to the limits of its workspace.
    pub(crate) async fn check_new_project(
        &self,
        workspace: &Workspace,
        cluster: &ClusterName,
        namespace: &Namespace,
        quota: &Amounts,
    ) -> Result<Amounts, ConsoleError> {
        let quota = read_amounts(quota, &limited(), "");
        let quota = quota.map_err(|problems| ConsoleError::Invalid { problems })?;
        let limits = self.all_limits().await?;
        let Some(of_workspace) = limits.workspaces.get(&(workspace.id, cluster.clone())) else {
            return Ok(quota);
        };
        let projects = self.tenants.database.projects().await?;
        let here =
            projects.iter().filter(|one| one.workspace == Some(workspace.id) && one.cluster == *cluster);
        let mut quotas = quotas_of(&here.collect::<Vec<_>>(), &limits);
        quotas.push((namespace.to_string(), quota.clone()));
        let exceeded = exceeded(of_workspace, &quotas);
        if exceeded.is_empty() { Ok(quota) } else { Err(told(&exceeded, "")) }
    }

    /// What is limited in each cluster of a workspace.
    pub(crate) async fn limited_in(
        &self,
        workspace: Uuid,
    ) -> Result<BTreeMap<ClusterName, Vec<String>>, ConsoleError> {
        let limits = self.all_limits().await?;
        let own = limits.workspaces.into_iter().filter(|((id, _), _)| *id == workspace);
        Ok(own.map(|((_, cluster), amounts)| (cluster, amounts.into_keys().collect())).collect())
    }

    pub(crate) async fn set_isolation(&self, fields: IsolationFields) -> Result<(), ConsoleError> {
        let workspace = self.find_workspace(&fields.workspace).await?;
        let is_isolated = fields.isolated;
        if fields.project.is_empty() {
            let (action, id) = (isolate_workspace(&workspace), workspace.id);
            let work = async move |tenants: Tenants, _| {
                let done = tenants.database.isolate_workspace(id, is_isolated).await;
                done.map_err(ConsoleError::from)
            };
            self.perform(action, work).await?;
            self.all_caught_up(&workspace.clusters).await;
            return Ok(());
        }
        let unknown = || ConsoleError::unknown(Thing::ProjectCalled(fields.project.clone()));
        let (cluster, namespace) = fields.project.split_once('/').ok_or_else(unknown)?;
        let cluster = ClusterName::parse(cluster).map_err(|_| unknown())?;
        let namespace = Namespace::parse(namespace).map_err(|_| unknown())?;
        let project = self.project_of(&workspace, &cluster, &namespace).await?;
        let (action, id) = (isolate_project(&project), project.id);
        self.require(&action).await?;
        self.check_project(&project).await?;
        let work = async move |tenants: Tenants, _| {
            let done = tenants.database.isolate_project(id, is_isolated).await;
            done.map_err(ConsoleError::from)
        };
        self.perform(action, work).await?;
        self.caught_up(&cluster).await;
        Ok(())
    }
}

fn limits_of(project: &Project, limits: &Limits) -> (ProjectLimits, bool) {
    let own = limits.projects.get(&project.id).cloned().unwrap_or_default();
    (own, limits.isolated_projects.contains(&project.id))
}

fn quotas_of(projects: &[&Project], limits: &Limits) -> Vec<(String, Amounts)> {
    let quota = |project: &&Project| (project.namespace.to_string(), limits_of(project, limits).0.quota);
    projects.iter().map(quota).collect()
}

/// What is limited anywhere, with sums.
fn lines(limits: &Amounts, quotas: &[(String, Amounts)], used: &Used) -> Vec<QuotaLine> {
    let named: BTreeSet<&String> =
        limits.keys().chain(quotas.iter().flat_map(|(_, quota)| quota.keys())).collect();
    let sum = |amounts: Vec<&String>| amounts.into_iter().filter_map(|text| as_number(text)).sum::<f64>();
    let line = |name: &str| {
        let with_quota = quotas.iter().filter(|(_, quota)| quota.contains_key(name));
        let counted = with_quota
            .filter_map(|(namespace, _)| used.iter().find(|(own, _)| own.as_str() == namespace)?.1.get(name));
        let counted: Vec<&String> = counted.collect();
        QuotaLine {
            resource: name.to_owned(),
            limit: limits.get(name).cloned(),
            given: sum(quotas.iter().filter_map(|(_, quota)| quota.get(name)).collect()),
            used: (!counted.is_empty()).then(|| sum(counted)),
        }
    };
    LIMITED
        .iter()
        .filter(|(name, _)| named.iter().any(|own| own == name))
        .map(|(name, _)| line(name))
        .collect()
}

/// Requests of containers may not be more than their limits.
fn above_limits(defaults: &Amounts) -> Vec<FieldProblem> {
    let is_above = |name: &&str| {
        let amount = |of: &str| defaults.get(&format!("{of}.{name}")).and_then(|text| as_number(text));
        amount("requests").zip(amount("limits")).is_some_and(|(request, limit)| request > limit)
    };
    let wrong = ["cpu", "memory"].into_iter().filter(is_above);
    wrong.map(|name| FieldProblem::of(format!("default.requests.{name}"), QuotaFault::AboveLimit)).collect()
}

fn told(exceeded: &[Exceeded], stem: &str) -> ConsoleError {
    let problem = |one: &Exceeded| {
        let limit = one.limit.clone();
        let fault = match one.without.as_slice() {
            [] => QuotaFault::Sum(limit),
            without => QuotaFault::Needed { limit, without: without.join(", ") },
        };
        FieldProblem::of(format!("{stem}{}", one.resource), fault)
    };
    ConsoleError::Invalid { problems: exceeded.iter().map(problem).collect() }
}
