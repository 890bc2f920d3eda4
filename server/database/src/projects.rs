//! Projects: namespaces in which people hold roles.

use crate::accounts::parse_id;
use crate::members::{Place, forget_place};
use crate::workspaces::cluster_name;
use crate::{Database, DatabaseError, now_seconds};
use model::{ClusterName, Namespace, PodSecurity, PodSecurityLevel};
use uuid::Uuid;

/// A project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// Never used again, unlike the namespace's name.
    pub id: Uuid,
    /// Its cluster.
    pub cluster: ClusterName,
    /// Its namespace there.
    pub namespace: Namespace,
    /// The workspace that it belongs to, if it does to one.
    pub workspace: Option<Uuid>,
    /// For people; may be empty.
    pub title: String,
    /// What it is for; may be empty.
    pub description: String,
    /// Since when, in seconds since 1970.
    pub created_at: i64,
}

pub(crate) type Row = (String, String, String, Option<String>, String, String, i64);

pub(crate) const COLUMNS: &str =
    "p.id, p.cluster, p.namespace, p.workspace_id, p.title, p.description, p.created_at";

impl Database {
    /// Makes a namespace a project. It must not be one: [`DatabaseError::NameTaken`].
    pub async fn add_project(
        &self,
        cluster: &ClusterName,
        namespace: &Namespace,
        workspace: Option<Uuid>,
        title: &str,
        description: &str,
    ) -> Result<Uuid, DatabaseError> {
        let of_cluster = PodSecurity::default();
        self.add_secured_project(cluster, namespace, workspace, title, description, of_cluster).await
    }

    /// The same, with what is asked of its pods: nobody finds the project without, not even for a moment.
    pub async fn add_secured_project(
        &self,
        cluster: &ClusterName,
        namespace: &Namespace,
        workspace: Option<Uuid>,
        title: &str,
        description: &str,
        pod_security: PodSecurity,
    ) -> Result<Uuid, DatabaseError> {
        let id = Uuid::new_v4();
        let mut change = self.change().await?;
        sqlx::query(
            "INSERT INTO projects (id, cluster, namespace, workspace_id, title, description, created_at, \
             pod_security_enforce, pod_security_warn) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(id.to_string())
        .bind(cluster.as_str())
        .bind(namespace.as_str())
        .bind(workspace.map(|id| id.to_string()))
        .bind(title.trim())
        .bind(description.trim())
        .bind(now_seconds())
        .bind(pod_security.enforce.map(PodSecurityLevel::word))
        .bind(pod_security.warn.map(PodSecurityLevel::word))
        .execute(&mut *change)
        .await
        .map_err(DatabaseError::taken)?;
        change.commit().await?;
        Ok(id)
    }

    /// The project of a namespace; one that stands for itself is made when there is none.
    pub async fn ensure_project(
        &self,
        cluster: &ClusterName,
        namespace: &Namespace,
    ) -> Result<Uuid, DatabaseError> {
        if let Some(project) = self.project(cluster, namespace).await? {
            return Ok(project.id);
        }
        match self.add_project(cluster, namespace, None, "", "").await {
            Err(DatabaseError::NameTaken) => {
                let project = self.project(cluster, namespace).await?;
                project.map(|project| project.id).ok_or(DatabaseError::NameTaken)
            }
            other => other,
        }
    }

    /// Moves a project to another workspace, or to none. The roles people hold in the project stay; what they held by its
    /// workspace, or by departments of that, ends with this call.
    pub async fn move_project(&self, id: Uuid, workspace: Option<Uuid>) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        put_into(&mut change, id, workspace).await?;
        change.commit().await?;
        Ok(())
    }

    /// Forgets a project and who holds roles in it. The namespace stays as it is.
    pub async fn remove_project(&self, id: Uuid) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        forget_place(&mut change, &Place::Project(id)).await?;
        sqlx::query("DELETE FROM projects WHERE id = $1").bind(id.to_string()).execute(&mut *change).await?;
        change.commit().await?;
        Ok(())
    }

    /// All projects, by cluster and namespace.
    pub async fn projects(&self) -> Result<Vec<Project>, DatabaseError> {
        let question = format!("SELECT {COLUMNS} FROM projects p ORDER BY p.cluster, p.namespace");
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(question)).fetch_all(self.readers()).await?;
        rows.into_iter().map(project).collect()
    }

    /// The project of a namespace, if it is one.
    pub async fn project(
        &self,
        cluster: &ClusterName,
        namespace: &Namespace,
    ) -> Result<Option<Project>, DatabaseError> {
        let question = format!("SELECT {COLUMNS} FROM projects p WHERE p.cluster = $1 AND p.namespace = $2");
        let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(question))
            .bind(cluster.as_str())
            .bind(namespace.as_str())
            .fetch_optional(self.readers())
            .await?;
        row.map(project).transpose()
    }
}

pub(crate) async fn put_into(
    change: &mut sqlx::Transaction<'static, sqlx::Any>,
    id: Uuid,
    workspace: Option<Uuid>,
) -> Result<(), DatabaseError> {
    let workspace = workspace.map(|id| id.to_string());
    sqlx::query(
        "DELETE FROM department_roles WHERE tier = 'project' AND place = $1 AND department_id IN \
         (SELECT id FROM departments WHERE workspace_id IS NOT NULL AND workspace_id <> $2)",
    )
    .bind(id.to_string())
    .bind(workspace.clone().unwrap_or_default())
    .execute(&mut **change)
    .await?;
    sqlx::query("UPDATE projects SET workspace_id = $1 WHERE id = $2")
        .bind(workspace)
        .bind(id.to_string())
        .execute(&mut **change)
        .await?;
    Ok(())
}

pub(crate) fn project(row: Row) -> Result<Project, DatabaseError> {
    let (id, cluster, namespace, workspace, title, description, created_at) = row;
    Ok(Project {
        id: parse_id(&id)?,
        cluster: cluster_name(&cluster)?,
        namespace: Namespace::parse(&namespace)
            .map_err(|_| DatabaseError::Unreadable { what: "namespace" })?,
        workspace: workspace.as_deref().map(parse_id).transpose()?,
        title,
        description,
        created_at,
    })
}
