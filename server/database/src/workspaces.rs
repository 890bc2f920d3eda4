//! Workspaces: people and projects that belong together.

use crate::accounts::parse_id;
use crate::{Database, DatabaseError, now_seconds};
use model::{ClusterName, WorkspaceName};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// Never used again, unlike the name.
    pub id: Uuid,
    /// In addresses.
    pub name: WorkspaceName,
    /// For people; may be empty.
    pub title: String,
    /// What it is for; may be empty.
    pub description: String,
    /// The clusters in which it may have projects.
    pub clusters: BTreeSet<ClusterName>,
    /// Since when, in seconds since 1970.
    pub created_at: i64,
}

/// What people say of a workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkspaceFacts {
    /// For people.
    pub title: String,
    /// What it is for.
    pub description: String,
    /// The clusters in which it may have projects.
    pub clusters: BTreeSet<ClusterName>,
}

type Row = (String, String, String, String, i64);

impl Database {
    /// Makes a workspace whose first member is `administrator`. The name must be free.
    pub async fn add_workspace(
        &self,
        name: &WorkspaceName,
        facts: &WorkspaceFacts,
        administrator: Uuid,
    ) -> Result<Uuid, DatabaseError> {
        let id = Uuid::new_v4();
        let mut change = self.change().await?;
        sqlx::query(
            "INSERT INTO workspaces (id, name, title, description, created_at) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(id.to_string())
        .bind(name.as_str())
        .bind(facts.title.trim())
        .bind(facts.description.trim())
        .bind(now_seconds())
        .execute(&mut *change)
        .await
        .map_err(DatabaseError::taken)?;
        allow_clusters(&mut change, id, &facts.clusters).await?;
        crate::members::insert(
            &mut change,
            &crate::members::NewMember {
                account: administrator,
                place: crate::members::Place::Workspace(id),
                role: "workspace-admin".into(),
                source: String::new(),
            },
        )
        .await?;
        change.commit().await?;
        Ok(id)
    }

    /// Changes what people say of a workspace. A cluster in which it has projects stays allowed: [`DatabaseError::InUse`].
    pub async fn change_workspace(&self, id: Uuid, facts: &WorkspaceFacts) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        sqlx::query("UPDATE workspaces SET title = $1, description = $2 WHERE id = $3")
            .bind(facts.title.trim())
            .bind(facts.description.trim())
            .bind(id.to_string())
            .execute(&mut *change)
            .await?;
        sqlx::query("DELETE FROM workspace_clusters WHERE workspace_id = $1")
            .bind(id.to_string())
            .execute(&mut *change)
            .await?;
        allow_clusters(&mut change, id, &facts.clusters).await?;
        let (left_out,): (i64,) = sqlx::query_as(
            "SELECT COUNT(*) FROM projects WHERE workspace_id = $1 AND cluster NOT IN \
             (SELECT cluster FROM workspace_clusters WHERE workspace_id = $1)",
        )
        .bind(id.to_string())
        .fetch_one(&mut *change)
        .await?;
        if left_out > 0 {
            return Err(DatabaseError::InUse);
        }
        change.commit().await?;
        Ok(())
    }

    /// Removes a workspace with its members, roles and departments. Its projects must have gone before: [`DatabaseError::InUse`].
    pub async fn remove_workspace(&self, id: Uuid) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        crate::members::forget_place(&mut change, &crate::members::Place::Workspace(id)).await?;
        sqlx::query("DELETE FROM workspaces WHERE id = $1")
            .bind(id.to_string())
            .execute(&mut *change)
            .await
            .map_err(DatabaseError::in_use)?;
        change.commit().await?;
        Ok(())
    }

    /// All workspaces by name.
    pub async fn workspaces(&self) -> Result<Vec<Workspace>, DatabaseError> {
        let rows: Vec<Row> =
            sqlx::query_as("SELECT id, name, title, description, created_at FROM workspaces ORDER BY name")
                .fetch_all(self.readers())
                .await?;
        let clusters: Vec<(String, String)> =
            sqlx::query_as("SELECT workspace_id, cluster FROM workspace_clusters")
                .fetch_all(self.readers())
                .await?;
        rows.into_iter()
            .map(|row| {
                let own = clusters.iter().filter(|(id, _)| *id == row.0);
                let own: BTreeSet<ClusterName> =
                    own.map(|(_, cluster)| cluster_name(cluster)).collect::<Result<_, _>>()?;
                workspace(&row, own)
            })
            .collect()
    }

    /// The workspace of this name.
    pub async fn workspace(&self, name: &WorkspaceName) -> Result<Option<Workspace>, DatabaseError> {
        let row: Option<Row> =
            sqlx::query_as("SELECT id, name, title, description, created_at FROM workspaces WHERE name = $1")
                .bind(name.as_str())
                .fetch_optional(self.readers())
                .await?;
        let Some(row) = row else { return Ok(None) };
        let clusters: Vec<(String,)> =
            sqlx::query_as("SELECT cluster FROM workspace_clusters WHERE workspace_id = $1")
                .bind(&row.0)
                .fetch_all(self.readers())
                .await?;
        let clusters = clusters.iter().map(|(cluster,)| cluster_name(cluster)).collect::<Result<_, _>>()?;
        workspace(&row, clusters).map(Some)
    }
}

async fn allow_clusters(
    change: &mut sqlx::Transaction<'static, sqlx::Any>,
    id: Uuid,
    clusters: &BTreeSet<ClusterName>,
) -> Result<(), DatabaseError> {
    for cluster in clusters {
        sqlx::query("INSERT INTO workspace_clusters (workspace_id, cluster) VALUES ($1, $2)")
            .bind(id.to_string())
            .bind(cluster.as_str())
            .execute(&mut **change)
            .await?;
    }
    Ok(())
}

pub(crate) fn cluster_name(text: &str) -> Result<ClusterName, DatabaseError> {
    ClusterName::parse(text).map_err(|_| DatabaseError::Unreadable { what: "cluster name" })
}

fn workspace(row: &Row, clusters: BTreeSet<ClusterName>) -> Result<Workspace, DatabaseError> {
    let (id, name, title, description, created_at) = row;
    Ok(Workspace {
        id: parse_id(id)?,
        name: WorkspaceName::parse(name).map_err(|_| DatabaseError::Unreadable { what: "workspace name" })?,
        title: title.clone(),
        description: description.clone(),
        clusters,
        created_at: *created_at,
    })
}
