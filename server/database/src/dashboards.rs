//! Dashboards that people keep, for a cluster or for a project of it.

use crate::accounts::parse_id;
use crate::workspaces::cluster_name;
use crate::{Database, DatabaseError, now_seconds};
use model::{ClusterName, Namespace};
use uuid::Uuid;

/// How many dashboards a cluster or a project can have.
pub const MOST_DASHBOARDS: i64 = 200;

/// A dashboard to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDashboard {
    /// Where.
    pub cluster: ClusterName,
    /// For which project; none for the cluster as a whole.
    pub project: Option<Uuid>,
    /// What it is called.
    pub name: String,
    /// What stands in it.
    pub document: String,
}

/// A dashboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dashboard {
    /// Its id.
    pub id: Uuid,
    /// Where.
    pub cluster: ClusterName,
    /// Its project's namespace; none for the cluster as a whole.
    pub namespace: Option<Namespace>,
    /// What it is called.
    pub name: String,
    /// What stands in it.
    pub document: String,
    /// Counts its changes.
    pub version: i64,
    /// The name of who changed it last.
    pub changed_by: String,
    /// When, in seconds since 1970.
    pub changed_at: i64,
}

/// How a change of a dashboard went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// It is as it was wanted.
    Done,
    /// Somebody else was first: their name.
    Newer(String),
    /// It is not there any more.
    Gone,
}

type Row = (String, String, Option<String>, String, String, i64, String, i64);

const SELECT: &str = "SELECT d.id, d.cluster, p.namespace, d.name, d.document, d.version, d.changed_by, \
                      d.changed_at FROM dashboards d LEFT JOIN projects p ON p.id = d.project_id";

impl Database {
    /// Keeps a dashboard. `None` when its place has [`MOST_DASHBOARDS`] already.
    pub async fn add_dashboard(&self, new: &NewDashboard, by: &str) -> Result<Option<Uuid>, DatabaseError> {
        let (id, now) = (Uuid::new_v4(), now_seconds());
        let project = new.project.map(|project| project.to_string());
        let mut change = self.change().await?;
        let (there,): (i64,) = sqlx::query_as(
            "SELECT COUNT(*) FROM dashboards WHERE cluster = $1 AND COALESCE(project_id, '') = $2",
        )
        .bind(new.cluster.as_str())
        .bind(project.clone().unwrap_or_default())
        .fetch_one(&mut *change)
        .await?;
        if there >= MOST_DASHBOARDS {
            return Ok(None);
        }
        sqlx::query(
            "INSERT INTO dashboards (id, cluster, project_id, name, document, version, created_at, changed_by, \
             changed_at) VALUES ($1, $2, $3, $4, $5, 1, $6, $7, $8)",
        )
        .bind(id.to_string())
        .bind(new.cluster.as_str())
        .bind(project)
        .bind(&new.name)
        .bind(&new.document)
        .bind(now)
        .bind(by)
        .bind(now)
        .execute(&mut *change)
        .await?;
        change.commit().await?;
        Ok(Some(id))
    }

    /// All dashboards of a cluster and of its projects, by name.
    pub async fn dashboards(&self, cluster: &ClusterName) -> Result<Vec<Dashboard>, DatabaseError> {
        let question = format!("{SELECT} WHERE d.cluster = $1 ORDER BY LOWER(d.name), d.id");
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(question))
            .bind(cluster.as_str())
            .fetch_all(self.readers())
            .await?;
        rows.into_iter().map(dashboard).collect()
    }

    /// A dashboard of a cluster or of one of its projects.
    pub async fn dashboard(
        &self,
        cluster: &ClusterName,
        id: Uuid,
    ) -> Result<Option<Dashboard>, DatabaseError> {
        let question = format!("{SELECT} WHERE d.cluster = $1 AND d.id = $2");
        let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(question))
            .bind(cluster.as_str())
            .bind(id.to_string())
            .fetch_optional(self.readers())
            .await?;
        row.map(dashboard).transpose()
    }

    /// Changes a dashboard, if it is still at the version that was looked at.
    pub async fn change_dashboard(
        &self,
        id: Uuid,
        version: i64,
        name: &str,
        document: &str,
        by: &str,
    ) -> Result<Changed, DatabaseError> {
        let mut change = self.change().await?;
        let changed = sqlx::query(
            "UPDATE dashboards SET name = $1, document = $2, version = version + 1, changed_by = $3, \
             changed_at = $4 WHERE id = $5 AND version = $6",
        )
        .bind(name)
        .bind(document)
        .bind(by)
        .bind(now_seconds())
        .bind(id.to_string())
        .bind(version)
        .execute(&mut *change)
        .await?
        .rows_affected();
        self.told(change, id, changed).await
    }

    /// Removes a dashboard, if it is still at the version that was looked at.
    pub async fn remove_dashboard(&self, id: Uuid, version: i64) -> Result<Changed, DatabaseError> {
        let mut change = self.change().await?;
        let removed = sqlx::query("DELETE FROM dashboards WHERE id = $1 AND version = $2")
            .bind(id.to_string())
            .bind(version)
            .execute(&mut *change)
            .await?
            .rows_affected();
        self.told(change, id, removed).await
    }

    async fn told(
        &self,
        mut change: sqlx::Transaction<'static, sqlx::Any>,
        id: Uuid,
        changed: u64,
    ) -> Result<Changed, DatabaseError> {
        if changed > 0 {
            change.commit().await?;
            return Ok(Changed::Done);
        }
        let newer: Option<(String,)> = sqlx::query_as("SELECT changed_by FROM dashboards WHERE id = $1")
            .bind(id.to_string())
            .fetch_optional(&mut *change)
            .await?;
        Ok(newer.map_or(Changed::Gone, |(by,)| Changed::Newer(by)))
    }
}

fn dashboard(row: Row) -> Result<Dashboard, DatabaseError> {
    let (id, cluster, namespace, name, document, version, changed_by, changed_at) = row;
    let namespace = namespace.as_deref().map(Namespace::parse).transpose();
    Ok(Dashboard {
        id: parse_id(&id)?,
        cluster: cluster_name(&cluster)?,
        namespace: namespace.map_err(|_| DatabaseError::Unreadable { what: "namespace" })?,
        name,
        document,
        version,
        changed_by,
        changed_at,
    })
}
