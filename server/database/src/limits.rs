//! How much workspaces and projects may have, and who may reach them.

use crate::accounts::parse_id;
use crate::workspaces::cluster_name;
use crate::{Database, DatabaseError, now_seconds};
use model::quantity::thousandths;
use model::{ClusterName, PodSecurity, PodSecurityLevel};
use sqlx::{Any, Transaction};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Kubernetes' quantities by the names of what they are of.
pub type Amounts = BTreeMap<String, String>;

/// What is written into a project's namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProjectLimits {
    /// Its quota.
    pub quota: Amounts,
    /// What containers get that say nothing themselves: `requests.cpu`, `limits.memory` and the like.
    pub defaults: Amounts,
}

/// All limits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Of workspaces, by cluster.
    pub workspaces: BTreeMap<(Uuid, ClusterName), Amounts>,
    /// Of projects.
    pub projects: BTreeMap<Uuid, ProjectLimits>,
    /// Storage classes of which projects of a workspace may make no claims, by cluster.
    pub closed_classes: BTreeMap<(Uuid, ClusterName), BTreeSet<String>>,
    /// Workspaces that only themselves may reach.
    pub isolated_workspaces: BTreeSet<Uuid>,
    /// Projects that only themselves may reach.
    pub isolated_projects: BTreeSet<Uuid>,
    /// What is asked of the pods of projects, where it is not what the cluster itself asks.
    pub pod_security: BTreeMap<Uuid, PodSecurity>,
}

/// A limit of a workspace that its projects would not keep to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exceeded {
    /// What is limited, such as `requests.cpu`.
    pub resource: String,
    /// The limit.
    pub limit: String,
    /// Namespaces of projects that have no quota for it, so that they could take any amount.
    pub without: Vec<String>,
}

/// A change that has to keep to the limits of workspaces.
#[derive(Clone, Debug)]
pub enum LimitChange {
    /// Limits of a workspace in a cluster, in place of all that it had there.
    Workspace(Uuid, ClusterName, Amounts),
    /// What is written into a project's namespace, in place of what was.
    Project(Uuid, ProjectLimits),
    /// A project goes to a workspace.
    Move(Uuid, Uuid),
}

/// Which limits quotas do not keep to: their sum is more, or one of them has none. `quotas` are of all projects that a
/// workspace has in one cluster, with the names of their namespaces.
pub fn exceeded(limits: &Amounts, quotas: &[(String, Amounts)]) -> Vec<Exceeded> {
    let over = |(resource, limit): (&String, &String)| {
        let most = thousandths(limit)?;
        let amounts = quotas.iter().map(|(_, quota)| quota.get(resource).and_then(|text| thousandths(text)));
        let sum: i128 = amounts.flatten().sum();
        let without = quotas.iter().filter(|(_, quota)| !quota.contains_key(resource));
        let without: Vec<String> = without.map(|(namespace, _)| namespace.clone()).collect();
        let is_over = sum > most || !without.is_empty();
        is_over.then(|| Exceeded { resource: resource.clone(), limit: limit.clone(), without })
    };
    limits.iter().filter_map(over).collect()
}

impl Database {
    /// All limits.
    pub async fn limits(&self) -> Result<Limits, DatabaseError> {
        let mut limits = Limits::default();
        let rows: Vec<(String, String, String, String)> =
            sqlx::query_as("SELECT workspace_id, cluster, resource, amount FROM workspace_limits")
                .fetch_all(self.readers())
                .await?;
        for (workspace, cluster, resource, amount) in rows {
            let key = (parse_id(&workspace)?, cluster_name(&cluster)?);
            limits.workspaces.entry(key).or_default().insert(resource, amount);
        }
        let rows: Vec<(String, String, String, String)> =
            sqlx::query_as("SELECT project_id, kind, resource, amount FROM project_limits")
                .fetch_all(self.readers())
                .await?;
        for (project, kind, resource, amount) in rows {
            let of_project = limits.projects.entry(parse_id(&project)?).or_default();
            let amounts = if kind == "quota" { &mut of_project.quota } else { &mut of_project.defaults };
            amounts.insert(resource, amount);
        }
        let rows: Vec<(String, String, String)> =
            sqlx::query_as("SELECT workspace_id, cluster, class FROM closed_storage_classes")
                .fetch_all(self.readers())
                .await?;
        for (workspace, cluster, class) in rows {
            let key = (parse_id(&workspace)?, cluster_name(&cluster)?);
            limits.closed_classes.entry(key).or_default().insert(class);
        }
        limits.isolated_workspaces =
            self.ids("SELECT id FROM workspaces WHERE isolated_at IS NOT NULL").await?;
        limits.isolated_projects = self.ids("SELECT id FROM projects WHERE isolated_at IS NOT NULL").await?;
        limits.pod_security = self.pod_security().await?;
        Ok(limits)
    }

    async fn pod_security(&self) -> Result<BTreeMap<Uuid, PodSecurity>, DatabaseError> {
        let rows: Vec<(String, Option<String>, Option<String>)> = sqlx::query_as(
            "SELECT id, pod_security_enforce, pod_security_warn FROM projects \
             WHERE pod_security_enforce IS NOT NULL OR pod_security_warn IS NOT NULL",
        )
        .fetch_all(self.readers())
        .await?;
        let asked = rows.into_iter().map(|(id, enforce, warn)| {
            Ok((parse_id(&id)?, PodSecurity { enforce: level(enforce)?, warn: level(warn)? }))
        });
        asked.collect()
    }

    /// Asks something else of the pods of a project.
    pub async fn set_pod_security(&self, project: Uuid, asked: PodSecurity) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        sqlx::query("UPDATE projects SET pod_security_enforce = $1, pod_security_warn = $2 WHERE id = $3")
            .bind(asked.enforce.map(PodSecurityLevel::word))
            .bind(asked.warn.map(PodSecurityLevel::word))
            .bind(project.to_string())
            .execute(&mut *change)
            .await?;
        change.commit().await?;
        Ok(())
    }

    /// Warns of something else in the pods of a project, and asks the same of them.
    pub async fn set_pod_security_warning(
        &self,
        project: Uuid,
        warn: Option<PodSecurityLevel>,
    ) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        sqlx::query("UPDATE projects SET pod_security_warn = $1 WHERE id = $2")
            .bind(warn.map(PodSecurityLevel::word))
            .bind(project.to_string())
            .execute(&mut *change)
            .await?;
        change.commit().await?;
        Ok(())
    }

    async fn ids(&self, question: &'static str) -> Result<BTreeSet<Uuid>, DatabaseError> {
        let rows: Vec<(String,)> = sqlx::query_as(question).fetch_all(self.readers()).await?;
        rows.iter().map(|(id,)| parse_id(id)).collect()
    }

    /// Carries a change out if the workspace's projects keep to its limits then; otherwise nothing is changed, and the
    /// answer is what they would not keep to. Changes in one workspace wait for each other.
    pub async fn change_limits(&self, asked: &LimitChange) -> Result<Vec<Exceeded>, DatabaseError> {
        let mut change = self.change().await?;
        let concerned = match asked {
            LimitChange::Workspace(workspace, cluster, amounts) => {
                lock(&mut change, *workspace).await?;
                write_workspace(&mut change, *workspace, cluster, amounts).await?;
                Some((*workspace, cluster.clone()))
            }
            LimitChange::Project(project, limits) => {
                lock_project(&mut change, *project).await?;
                let home = home(&mut change, *project).await?;
                if let Some((workspace, _)) = &home {
                    lock(&mut change, *workspace).await?;
                }
                write_project(&mut change, *project, limits).await?;
                home
            }
            LimitChange::Move(project, workspace) => {
                lock_project(&mut change, *project).await?;
                lock(&mut change, *workspace).await?;
                crate::projects::put_into(&mut change, *project, Some(*workspace)).await?;
                home(&mut change, *project).await?
            }
        };
        let exceeded = match concerned {
            Some((workspace, cluster)) => check(&mut change, workspace, &cluster).await?,
            None => Vec::new(),
        };
        if exceeded.is_empty() {
            change.commit().await?;
        }
        Ok(exceeded)
    }

    /// Closes these storage classes to a workspace in a cluster, and opens all others.
    pub async fn close_storage_classes(
        &self,
        workspace: Uuid,
        cluster: &ClusterName,
        classes: &BTreeSet<String>,
    ) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        lock(&mut change, workspace).await?;
        sqlx::query("DELETE FROM closed_storage_classes WHERE workspace_id = $1 AND cluster = $2")
            .bind(workspace.to_string())
            .bind(cluster.as_str())
            .execute(&mut *change)
            .await?;
        for class in classes {
            sqlx::query(
                "INSERT INTO closed_storage_classes (workspace_id, cluster, class) VALUES ($1, $2, $3)",
            )
            .bind(workspace.to_string())
            .bind(cluster.as_str())
            .bind(class)
            .execute(&mut *change)
            .await?;
        }
        change.commit().await?;
        Ok(())
    }

    /// Makes a workspace reachable for itself only, or for everybody again.
    pub async fn isolate_workspace(&self, id: Uuid, is_isolated: bool) -> Result<(), DatabaseError> {
        self.isolate("UPDATE workspaces SET isolated_at = $1 WHERE id = $2", id, is_isolated).await
    }

    /// Makes a project reachable for itself only, or for everybody again.
    pub async fn isolate_project(&self, id: Uuid, is_isolated: bool) -> Result<(), DatabaseError> {
        self.isolate("UPDATE projects SET isolated_at = $1 WHERE id = $2", id, is_isolated).await
    }

    async fn isolate(
        &self,
        question: &'static str,
        id: Uuid,
        is_isolated: bool,
    ) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        let since = is_isolated.then(now_seconds);
        sqlx::query(question).bind(since).bind(id.to_string()).execute(&mut *change).await?;
        change.commit().await?;
        Ok(())
    }
}

fn level(word: Option<String>) -> Result<Option<PodSecurityLevel>, DatabaseError> {
    let unreadable = DatabaseError::Unreadable { what: "pod security level" };
    word.map(|word| PodSecurityLevel::parse(&word).ok_or(unreadable)).transpose()
}

/// The workspace and the cluster of a project.
async fn home(
    change: &mut Transaction<'static, Any>,
    project: Uuid,
) -> Result<Option<(Uuid, ClusterName)>, DatabaseError> {
    let row: Option<(Option<String>, String)> =
        sqlx::query_as("SELECT workspace_id, cluster FROM projects WHERE id = $1")
            .bind(project.to_string())
            .fetch_optional(&mut **change)
            .await?;
    let Some((Some(workspace), cluster)) = row else { return Ok(None) };
    Ok(Some((parse_id(&workspace)?, cluster_name(&cluster)?)))
}

/// A project stays where it is until the change is over: whoever would move it, or give it other limits, waits here. It is
/// locked ahead of its workspace, so that nobody waits for each other.
async fn lock_project(change: &mut Transaction<'static, Any>, project: Uuid) -> Result<(), DatabaseError> {
    sqlx::query("UPDATE projects SET title = title WHERE id = $1")
        .bind(project.to_string())
        .execute(&mut **change)
        .await?;
    Ok(())
}

/// Whoever changes limits of the same workspace waits here, so that the sum is of what really is.
async fn lock(change: &mut Transaction<'static, Any>, workspace: Uuid) -> Result<(), DatabaseError> {
    sqlx::query("UPDATE workspaces SET title = title WHERE id = $1")
        .bind(workspace.to_string())
        .execute(&mut **change)
        .await?;
    Ok(())
}

async fn write_workspace(
    change: &mut Transaction<'static, Any>,
    workspace: Uuid,
    cluster: &ClusterName,
    amounts: &Amounts,
) -> Result<(), DatabaseError> {
    sqlx::query("DELETE FROM workspace_limits WHERE workspace_id = $1 AND cluster = $2")
        .bind(workspace.to_string())
        .bind(cluster.as_str())
        .execute(&mut **change)
        .await?;
    for (resource, amount) in amounts {
        sqlx::query(
            "INSERT INTO workspace_limits (workspace_id, cluster, resource, amount) VALUES ($1, $2, $3, $4)",
        )
        .bind(workspace.to_string())
        .bind(cluster.as_str())
        .bind(resource)
        .bind(amount)
        .execute(&mut **change)
        .await?;
    }
    Ok(())
}

pub(crate) async fn write_project(
    change: &mut Transaction<'static, Any>,
    project: Uuid,
    limits: &ProjectLimits,
) -> Result<(), DatabaseError> {
    sqlx::query("DELETE FROM project_limits WHERE project_id = $1")
        .bind(project.to_string())
        .execute(&mut **change)
        .await?;
    for (kind, amounts) in [("quota", &limits.quota), ("default", &limits.defaults)] {
        for (resource, amount) in amounts {
            sqlx::query(
                "INSERT INTO project_limits (project_id, kind, resource, amount) VALUES ($1, $2, $3, $4)",
            )
            .bind(project.to_string())
            .bind(kind)
            .bind(resource)
            .bind(amount)
            .execute(&mut **change)
            .await?;
        }
    }
    Ok(())
}

async fn check(
    change: &mut Transaction<'static, Any>,
    workspace: Uuid,
    cluster: &ClusterName,
) -> Result<Vec<Exceeded>, DatabaseError> {
    let limits: Vec<(String, String)> = sqlx::query_as(
        "SELECT resource, amount FROM workspace_limits WHERE workspace_id = $1 AND cluster = $2",
    )
    .bind(workspace.to_string())
    .bind(cluster.as_str())
    .fetch_all(&mut **change)
    .await?;
    let rows: Vec<(String, Option<String>, Option<String>)> = sqlx::query_as(
        "SELECT p.namespace, l.resource, l.amount FROM projects p \
         LEFT JOIN project_limits l ON l.project_id = p.id AND l.kind = 'quota' \
         WHERE p.workspace_id = $1 AND p.cluster = $2 ORDER BY p.namespace",
    )
    .bind(workspace.to_string())
    .bind(cluster.as_str())
    .fetch_all(&mut **change)
    .await?;
    let mut quotas: BTreeMap<String, Amounts> = BTreeMap::new();
    for (namespace, resource, amount) in rows {
        let quota = quotas.entry(namespace).or_default();
        quota.extend(resource.zip(amount));
    }
    Ok(exceeded(&limits.into_iter().collect(), &quotas.into_iter().collect::<Vec<_>>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amounts(pairs: &[(&str, &str)]) -> Amounts {
        pairs.iter().map(|(name, amount)| ((*name).to_owned(), (*amount).to_owned())).collect()
    }

    #[test]
    fn the_sum_of_quotas_may_reach_the_limit_and_not_exceed_it() {
        let limits = amounts(&[("requests.cpu", "2"), ("requests.memory", "4Gi")]);
        let shop = ("shop".to_owned(), amounts(&[("requests.cpu", "1500m"), ("requests.memory", "1Gi")]));
        let fits = ("bank".to_owned(), amounts(&[("requests.cpu", "0.5"), ("requests.memory", "3072Mi")]));
        let over = ("bank".to_owned(), amounts(&[("requests.cpu", "501m"), ("requests.memory", "1Gi")]));

        assert_eq!(exceeded(&limits, &[shop.clone(), fits]), []);
        let told = exceeded(&limits, &[shop, over]);
        assert_eq!(told.iter().map(|one| one.resource.as_str()).collect::<Vec<_>>(), ["requests.cpu"]);
    }

    #[test]
    fn a_project_without_a_quota_keeps_to_no_limit() {
        let limits = amounts(&[("pods", "10")]);
        let quotas = [("shop".to_owned(), amounts(&[("pods", "5")])), ("bank".to_owned(), Amounts::new())];

        assert_eq!(exceeded(&limits, &quotas)[0].without, ["bank"]);
        assert_eq!(exceeded(&limits, &[]), []);
    }
}
