//! Where terminals are recorded.

use crate::{Database, DatabaseError};
use model::{ClusterName, Namespace};
use uuid::Uuid;

/// What a cluster records as a whole: for how many days it is kept, where it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecordedCluster {
    /// Shells of its nodes.
    pub node_days: Option<u32>,
    /// Terminals in all its namespaces.
    pub project_days: Option<u32>,
}

fn days(stored: Option<i64>) -> Option<u32> {
    stored.and_then(|days| u32::try_from(days).ok())
}

impl Database {
    /// What a cluster records as a whole.
    pub async fn recorded_cluster(&self, cluster: &ClusterName) -> Result<RecordedCluster, DatabaseError> {
        let row: Option<(Option<i64>, Option<i64>)> =
            sqlx::query_as("SELECT node_days, project_days FROM recorded_clusters WHERE cluster = $1")
                .bind(cluster.as_str())
                .fetch_optional(self.readers())
                .await?;
        let (node_days, project_days) = row.unwrap_or_default();
        Ok(RecordedCluster { node_days: days(node_days), project_days: days(project_days) })
    }

    /// The project that a namespace is, if it is one, and for how many days that keeps recordings, if it makes any.
    pub async fn recorded_project(
        &self,
        cluster: &ClusterName,
        namespace: &Namespace,
    ) -> Result<Option<(Uuid, Option<u32>)>, DatabaseError> {
        let row: Option<(String, Option<i64>)> =
            sqlx::query_as("SELECT id, recorded_days FROM projects WHERE cluster = $1 AND namespace = $2")
                .bind(cluster.as_str())
                .bind(namespace.as_str())
                .fetch_optional(self.readers())
                .await?;
        row.map(|(id, stored)| Ok((crate::accounts::parse_id(&id)?, days(stored)))).transpose()
    }

    /// Lets a project record its terminals, or not.
    pub async fn record_project(&self, project: Uuid, days: Option<u32>) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        sqlx::query("UPDATE projects SET recorded_days = $1 WHERE id = $2")
            .bind(days.map(i64::from))
            .bind(project.to_string())
            .execute(&mut *change)
            .await?;
        Ok(change.commit().await?)
    }

    /// Lets a cluster record shells of its nodes, or not.
    pub async fn record_nodes(&self, cluster: &ClusterName, days: Option<u32>) -> Result<(), DatabaseError> {
        let words = "INSERT INTO recorded_clusters (cluster, node_days) VALUES ($1, $2) \
                     ON CONFLICT (cluster) DO UPDATE SET node_days = excluded.node_days";
        self.record_cluster(words, cluster, days).await
    }

    /// Lets a cluster record terminals in all its namespaces, or leaves that to them.
    pub async fn record_projects(
        &self,
        cluster: &ClusterName,
        days: Option<u32>,
    ) -> Result<(), DatabaseError> {
        let words = "INSERT INTO recorded_clusters (cluster, project_days) VALUES ($1, $2) \
                     ON CONFLICT (cluster) DO UPDATE SET project_days = excluded.project_days";
        self.record_cluster(words, cluster, days).await
    }

    async fn record_cluster(
        &self,
        words: &'static str,
        cluster: &ClusterName,
        days: Option<u32>,
    ) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        sqlx::query(words).bind(cluster.as_str()).bind(days.map(i64::from)).execute(&mut *change).await?;
        Ok(change.commit().await?)
    }
}
