//! Objects of clusters that were deleted through the console, kept for a while.

use crate::accounts::parse_id;
use crate::workspaces::cluster_name;
use crate::{Database, DatabaseError, now_seconds};
use model::ClusterName;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Objects of a cluster that are kept at most. Beyond that the oldest go before their time.
pub const MOST_DELETED: i64 = 20_000;

/// An object that was deleted, without what stood in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeletedObject {
    /// Names it among those that are kept.
    pub id: Uuid,
    /// With what it went: the id of one deletion.
    pub deletion: Uuid,
    /// 0 for what was chosen, more for what was in it, in the order in which they can be made again.
    pub place: i64,
    /// How many more there were than could be kept.
    pub left_out: i64,
    /// Where it was.
    pub cluster: ClusterName,
    /// Its API group.
    pub group: String,
    /// The plural of its kind, as in paths.
    pub plural: String,
    /// Its kind, as manifests say it.
    pub kind: String,
    /// Its kind, as addresses of the console say it.
    pub slug: String,
    /// Its namespace.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// The name of who deleted it.
    pub deleted_by: String,
    /// When, in seconds since 1970.
    pub deleted_at: i64,
    /// Until when it is kept.
    pub kept_until: i64,
}

type Row = (
    String,
    String,
    i64,
    i64,
    String,
    String,
    String,
    String,
    String,
    Option<String>,
    String,
    String,
    i64,
    i64,
);

const SELECT: &str = "SELECT id, deletion, place, left_out, cluster, api_group, plural, kind, slug, namespace, name, \
                      deleted_by, deleted_at, kept_until FROM deleted_objects";

impl Database {
    /// Keeps objects that go together, each with its document, and lets those go whose time is over.
    pub async fn keep_deleted(&self, objects: &[(DeletedObject, String)]) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        for (object, document) in objects {
            sqlx::query(
                "INSERT INTO deleted_objects (id, deletion, place, left_out, cluster, api_group, plural, kind, slug, \
                 namespace, name, document, deleted_by, deleted_at, kept_until) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
            )
            .bind(object.id.to_string())
            .bind(object.deletion.to_string())
            .bind(object.place)
            .bind(object.left_out)
            .bind(object.cluster.as_str())
            .bind(&object.group)
            .bind(&object.plural)
            .bind(&object.kind)
            .bind(&object.slug)
            .bind(&object.namespace)
            .bind(&object.name)
            .bind(document)
            .bind(&object.deleted_by)
            .bind(object.deleted_at)
            .bind(object.kept_until)
            .execute(&mut *change)
            .await?;
        }
        forget_old(&mut change).await?;
        if let Some((object, _)) = objects.first() {
            let_go(&mut change, object.cluster.as_str()).await?;
        }
        Ok(change.commit().await?)
    }

    /// What was chosen to be deleted in a cluster and is still kept, the newest first: by the second, then by the id of the
    /// deletion.
    pub async fn deleted_objects(&self, cluster: &ClusterName) -> Result<Vec<DeletedObject>, DatabaseError> {
        let question = format!(
            "{SELECT} WHERE cluster = $1 AND place = 0 AND kept_until > $2 ORDER BY deleted_at DESC, deletion DESC"
        );
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(question))
            .bind(cluster.as_str())
            .bind(now_seconds())
            .fetch_all(self.readers())
            .await?;
        rows.into_iter().map(object).collect()
    }

    /// How many objects that are still kept went along with what was chosen, by the id of the deletion.
    pub async fn deleted_along(&self, cluster: &ClusterName) -> Result<Vec<(Uuid, i64)>, DatabaseError> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT deletion, COUNT(*) FROM deleted_objects WHERE cluster = $1 AND place > 0 GROUP BY deletion",
        )
        .bind(cluster.as_str())
        .fetch_all(self.readers())
        .await?;
        rows.into_iter().map(|(deletion, count)| Ok((parse_id(&deletion)?, count))).collect()
    }

    /// What went with one deletion and is still kept, in order, with the documents.
    pub async fn deleted_together(
        &self,
        deletion: Uuid,
    ) -> Result<Vec<(DeletedObject, String)>, DatabaseError> {
        let question = format!("{SELECT} WHERE deletion = $1 AND kept_until > $2 ORDER BY place, id");
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(question))
            .bind(deletion.to_string())
            .bind(now_seconds())
            .fetch_all(self.readers())
            .await?;
        let documents: Vec<(String, String)> =
            sqlx::query_as("SELECT id, document FROM deleted_objects WHERE deletion = $1 ORDER BY place, id")
                .bind(deletion.to_string())
                .fetch_all(self.readers())
                .await?;
        let mut documents: BTreeMap<String, String> = documents.into_iter().collect();
        let mut together = Vec::new();
        for row in rows {
            if let Some(document) = documents.remove(&row.0) {
                together.push((object(row)?, document));
            }
        }
        Ok(together)
    }

    /// Forgets an object: it is there again.
    pub async fn forget_deleted(&self, id: Uuid) -> Result<(), DatabaseError> {
        self.forget("DELETE FROM deleted_objects WHERE id = $1", id).await
    }

    /// Forgets what went together: it did not go after all.
    pub async fn forget_deletion(&self, deletion: Uuid) -> Result<(), DatabaseError> {
        self.forget("DELETE FROM deleted_objects WHERE deletion = $1", deletion).await
    }

    async fn forget(&self, which: &'static str, id: Uuid) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        sqlx::query(which).bind(id.to_string()).execute(&mut *change).await?;
        Ok(change.commit().await?)
    }
}

/// Forgets what was promised to be kept no longer.
pub(crate) async fn forget_old(
    change: &mut sqlx::Transaction<'static, sqlx::Any>,
) -> Result<(), DatabaseError> {
    sqlx::query("DELETE FROM deleted_objects WHERE kept_until <= $1")
        .bind(now_seconds())
        .execute(&mut **change)
        .await?;
    Ok(())
}

/// Lets the oldest go where there are too many.
async fn let_go(
    change: &mut sqlx::Transaction<'static, sqlx::Any>,
    cluster: &str,
) -> Result<(), DatabaseError> {
    let (there,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM deleted_objects WHERE cluster = $1")
        .bind(cluster)
        .fetch_one(&mut **change)
        .await?;
    if there > MOST_DELETED {
        sqlx::query(
            "DELETE FROM deleted_objects WHERE id IN (SELECT id FROM deleted_objects WHERE cluster = $1 \
             ORDER BY deleted_at, place DESC, id LIMIT $2)",
        )
        .bind(cluster)
        .bind(there - MOST_DELETED)
        .execute(&mut **change)
        .await?;
    }
    Ok(())
}

fn object(row: Row) -> Result<DeletedObject, DatabaseError> {
    let (id, deletion, place, left_out, cluster, group, plural, kind, slug, namespace, name, by, at, until) =
        row;
    Ok(DeletedObject {
        id: parse_id(&id)?,
        deletion: parse_id(&deletion)?,
        place,
        left_out,
        cluster: cluster_name(&cluster)?,
        group,
        plural,
        kind,
        slug,
        namespace,
        name,
        deleted_by: by,
        deleted_at: at,
        kept_until: until,
    })
}
