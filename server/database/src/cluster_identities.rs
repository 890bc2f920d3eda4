//! Which cluster is meant by a name.

use crate::members::{Place, forget_place};
use crate::{Database, DatabaseError, now_milliseconds, now_seconds};
use model::{ClusterName, Tier};
use std::collections::BTreeMap;

/// Everything that is kept of a cluster besides what is held in it and in its projects. Recordings of terminals are evidence, as
/// the audit trail is: they stay for as long as was said.
const KEPT_OF_A_CLUSTER: [&str; 14] = [
    "DELETE FROM workspace_clusters WHERE cluster = $1",
    "DELETE FROM workspace_limits WHERE cluster = $1",
    "DELETE FROM closed_storage_classes WHERE cluster = $1",
    "DELETE FROM dashboards WHERE cluster = $1",
    "DELETE FROM saved_searches WHERE cluster = $1",
    "DELETE FROM list_alerts WHERE cluster = $1",
    "DELETE FROM acknowledgements WHERE cluster = $1",
    "DELETE FROM price_plans WHERE cluster = $1",
    "DELETE FROM budgets WHERE cluster = $1",
    "DELETE FROM deleted_objects WHERE cluster = $1",
    "DELETE FROM open_ports WHERE cluster = $1",
    "DELETE FROM recorded_clusters WHERE cluster = $1",
    "DELETE FROM kept_events WHERE cluster = $1",
    "DELETE FROM kept_event_spans WHERE cluster = $1",
];

impl Database {
    /// The uid that a cluster of this name is known by. The first one that is met becomes it.
    pub async fn meet_cluster(&self, cluster: &ClusterName, uid: &str) -> Result<String, DatabaseError> {
        let known: Option<(String,)> =
            sqlx::query_as("SELECT uid FROM cluster_identities WHERE cluster = $1")
                .bind(cluster.as_str())
                .fetch_optional(self.readers())
                .await?;
        if let Some((known,)) = known {
            return Ok(known);
        }
        let mut change = self.change().await?;
        sqlx::query(
            "INSERT INTO cluster_identities (cluster, uid, learnt_at) VALUES ($1, $2, $3) \
             ON CONFLICT (cluster) DO NOTHING",
        )
        .bind(cluster.as_str())
        .bind(uid)
        .bind(now_seconds())
        .execute(&mut *change)
        .await?;
        let (known,): (String,) = sqlx::query_as("SELECT uid FROM cluster_identities WHERE cluster = $1")
            .bind(cluster.as_str())
            .fetch_one(&mut *change)
            .await?;
        change.commit().await?;
        Ok(known)
    }

    /// Under which other names the cluster of this uid is known, or was.
    pub async fn other_names_of(
        &self,
        cluster: &ClusterName,
        uid: &str,
    ) -> Result<Vec<String>, DatabaseError> {
        let rows: Vec<(String,)> = sqlx::query_as(
            "SELECT cluster FROM cluster_identities WHERE uid = $1 AND cluster <> $2 ORDER BY cluster",
        )
        .bind(uid)
        .bind(cluster.as_str())
        .fetch_all(self.readers())
        .await?;
        Ok(rows.into_iter().map(|(name,)| name).collect())
    }

    /// Takes another cluster for the one that is meant by a name; `false` when the name does not mean `known` any more. What
    /// people hold there, its projects and all else that was kept of the old one stays, or is removed.
    pub async fn accept_cluster(
        &self,
        cluster: &ClusterName,
        known: &str,
        found: &str,
        keep: bool,
    ) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let accepted = sqlx::query(
            "UPDATE cluster_identities SET uid = $1, learnt_at = $2 WHERE cluster = $3 AND uid = $4",
        )
        .bind(found)
        .bind(now_seconds())
        .bind(cluster.as_str())
        .bind(known)
        .execute(&mut *change)
        .await?
        .rows_affected();
        if accepted == 0 {
            return Ok(false);
        }
        if keep {
            // A cluster that was restored has other namespaces of the same names: they are learnt anew.
            sqlx::query("UPDATE projects SET namespace_uid = NULL WHERE cluster = $1")
                .bind(cluster.as_str())
                .execute(&mut *change)
                .await?;
        } else {
            forget_cluster(&mut change, cluster).await?;
            sqlx::query("UPDATE cluster_identities SET apart_since = $1 WHERE cluster = $2")
                .bind(now_milliseconds())
                .bind(cluster.as_str())
                .execute(&mut *change)
                .await?;
        }
        change.commit().await?;
        Ok(true)
    }

    /// The clusters whose names others had before, by name: until when, in milliseconds since 1970, what is written down under it
    /// is of another one.
    pub async fn clusters_apart(&self) -> Result<BTreeMap<String, i64>, DatabaseError> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT cluster, apart_since FROM cluster_identities WHERE apart_since IS NOT NULL",
        )
        .fetch_all(self.readers())
        .await?;
        Ok(rows.into_iter().collect())
    }
}

async fn forget_cluster(
    change: &mut sqlx::Transaction<'static, sqlx::Any>,
    cluster: &ClusterName,
) -> Result<(), DatabaseError> {
    let projects: Vec<(String,)> = sqlx::query_as("SELECT id FROM projects WHERE cluster = $1")
        .bind(cluster.as_str())
        .fetch_all(&mut **change)
        .await?;
    let mut places = vec![Place::Cluster(cluster.clone())];
    for (id,) in &projects {
        places.push(Place::parse(Tier::Project.word(), id)?);
    }
    for place in &places {
        forget_place(change, place).await?;
        sqlx::query("DELETE FROM api_tokens WHERE tier = $1 AND place = $2")
            .bind(place.tier().word())
            .bind(place.key())
            .execute(&mut **change)
            .await?;
    }
    // As requests write them. Those that were decided stay as history.
    sqlx::query("DELETE FROM access_requests WHERE state = 'open' AND (place = $1 OR place LIKE $2)")
        .bind(format!("cluster/{cluster}"))
        .bind(format!("project/{cluster}/%"))
        .execute(&mut **change)
        .await?;
    for question in KEPT_OF_A_CLUSTER {
        sqlx::query(question).bind(cluster.as_str()).execute(&mut **change).await?;
    }
    sqlx::query("DELETE FROM projects WHERE cluster = $1")
        .bind(cluster.as_str())
        .execute(&mut **change)
        .await?;
    Ok(())
}
