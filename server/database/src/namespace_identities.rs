//! Which namespace is meant by a project: one that is made anew under its name is another one.

use crate::accounts::parse_id;
use crate::members::{Place, forget_place};
use crate::{Database, DatabaseError};
use model::{ClusterName, Namespace};
use sqlx::{Any, Transaction};
use uuid::Uuid;

/// A project, and which namespace it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meant {
    /// The project.
    pub project: Uuid,
    /// What its namespace is called.
    pub namespace: Namespace,
    /// The uid of its namespace; none as long as nobody has looked.
    pub uid: Option<String>,
}

impl Database {
    /// Which namespaces of a cluster are meant by its projects.
    pub async fn meant_namespaces(&self, cluster: &ClusterName) -> Result<Vec<Meant>, DatabaseError> {
        let rows: Vec<(String, String, Option<String>)> = sqlx::query_as(
            "SELECT id, namespace, namespace_uid FROM projects WHERE cluster = $1 ORDER BY namespace",
        )
        .bind(cluster.as_str())
        .fetch_all(self.readers())
        .await?;
        let meant = |(id, namespace, uid): (String, String, Option<String>)| {
            let namespace =
                Namespace::parse(&namespace).map_err(|_| DatabaseError::Unreadable { what: "namespace" })?;
            Ok(Meant { project: parse_id(&id)?, namespace, uid })
        };
        rows.into_iter().map(meant).collect()
    }

    /// Whether a project is known to be another namespace than the one of this uid, which its cluster has named just now; where it
    /// has named none, or nobody has looked yet, it is the one that was meant.
    pub async fn is_another_namespace(
        &self,
        project: Uuid,
        uid: Option<&str>,
    ) -> Result<bool, DatabaseError> {
        let Some(uid) = uid else { return Ok(false) };
        let found: Option<(String,)> =
            sqlx::query_as("SELECT id FROM projects WHERE id = $1 AND namespace_uid <> $2")
                .bind(project.to_string())
                .bind(uid)
                .fetch_optional(self.readers())
                .await?;
        Ok(found.is_some())
    }

    /// Notes of projects which namespaces they are. What was noted before stays.
    pub async fn learn_namespaces(&self, learnt: &[(Uuid, String)]) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        learn(&mut change, learnt).await?;
        change.commit().await?;
        Ok(())
    }

    /// The same, as the cluster of this uid has said it; `false`, and nothing is noted, where the name means another one by now.
    pub async fn learn_namespaces_of(
        &self,
        cluster: &ClusterName,
        cluster_uid: &str,
        learnt: &[(Uuid, String)],
    ) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        if !is_meant(&mut change, cluster, cluster_uid).await? {
            return Ok(false);
        }
        learn(&mut change, learnt).await?;
        change.commit().await?;
        Ok(true)
    }

    /// Forgets a project, with who holds roles in it, if it is still the namespace of this uid, in the cluster of that one.
    pub async fn forget_replaced(
        &self,
        (cluster, cluster_uid): (&ClusterName, &str),
        project: Uuid,
        uid: &str,
    ) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        if !is_meant(&mut change, cluster, cluster_uid).await? {
            return Ok(false);
        }
        let forgotten = sqlx::query("DELETE FROM projects WHERE id = $1 AND namespace_uid = $2")
            .bind(project.to_string())
            .bind(uid)
            .execute(&mut *change)
            .await?
            .rows_affected();
        if forgotten == 0 {
            return Ok(false);
        }
        forget_place(&mut change, &Place::Project(project)).await?;
        change.commit().await?;
        Ok(true)
    }

    /// Says no longer which namespace the project of this name is, because it is about to be made again on purpose. Answers the
    /// project and what it was, for [`Database::learn_namespaces`] when nothing comes of that.
    pub async fn unlearn_namespace(
        &self,
        cluster: &ClusterName,
        namespace: &Namespace,
    ) -> Result<Option<(Uuid, String)>, DatabaseError> {
        let mut change = self.change().await?;
        let row: Option<(String, Option<String>)> =
            sqlx::query_as("SELECT id, namespace_uid FROM projects WHERE cluster = $1 AND namespace = $2")
                .bind(cluster.as_str())
                .bind(namespace.as_str())
                .fetch_optional(&mut *change)
                .await?;
        let Some((id, Some(uid))) = row else { return Ok(None) };
        sqlx::query("UPDATE projects SET namespace_uid = NULL WHERE id = $1")
            .bind(&id)
            .execute(&mut *change)
            .await?;
        change.commit().await?;
        Ok(Some((parse_id(&id)?, uid)))
    }
}

/// Whether a cluster's name means the one of this uid. Written to, so that whoever accepts another one at this moment waits or is
/// waited for: what was said by the one before is not learnt of the one after.
async fn is_meant(
    change: &mut Transaction<'static, Any>,
    cluster: &ClusterName,
    uid: &str,
) -> Result<bool, DatabaseError> {
    let meant = sqlx::query("UPDATE cluster_identities SET uid = uid WHERE cluster = $1 AND uid = $2")
        .bind(cluster.as_str())
        .bind(uid)
        .execute(&mut **change)
        .await?
        .rows_affected();
    Ok(meant == 1)
}

async fn learn(
    change: &mut Transaction<'static, Any>,
    learnt: &[(Uuid, String)],
) -> Result<(), DatabaseError> {
    for (project, uid) in learnt {
        sqlx::query("UPDATE projects SET namespace_uid = $1 WHERE id = $2 AND namespace_uid IS NULL")
            .bind(uid)
            .bind(project.to_string())
            .execute(&mut **change)
            .await?;
    }
    Ok(())
}
