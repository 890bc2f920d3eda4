//! Alerts on lists that people keep, and what was found out about them.

use crate::accounts::parse_id;
use crate::workspaces::cluster_name;
use crate::{Database, DatabaseError, now_seconds};
use model::ClusterName;
use sqlx::{Any, Transaction};
use std::collections::BTreeMap;
use uuid::Uuid;

/// How many of them a cluster as a whole can have, and each of its projects.
pub const MOST_LIST_ALERTS: i64 = 100;

/// What is said of an alert on a list, apart from the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListAlertTerms {
    /// What it is called.
    pub name: String,
    /// The word for how bad it is.
    pub severity: String,
    /// How long an object must stay in the list, in seconds.
    pub hold_seconds: i64,
    /// How many objects must be in it at least.
    pub least: i64,
}

/// One to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewListAlert {
    /// Where.
    pub cluster: ClusterName,
    /// The project that it is about, if it is about one alone.
    pub project: Option<Uuid>,
    /// What is said of it.
    pub terms: ListAlertTerms,
    /// Which list, as JSON.
    pub query: String,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListAlert {
    /// Its id.
    pub id: Uuid,
    /// Where.
    pub cluster: ClusterName,
    /// What is said of it.
    pub terms: ListAlertTerms,
    /// Which list, as JSON.
    pub query: String,
    /// Whose rights count; none when that account is gone.
    pub writer: Option<Uuid>,
    /// Counts its changes.
    pub version: i64,
    /// The name of who saved it last.
    pub written_by: String,
    /// When, in seconds since 1970.
    pub written_at: i64,
    /// Since when it is switched off, in seconds since 1970; none while it is on.
    pub off_at: Option<i64>,
    /// What was found out about it.
    pub found: ListFound,
}

/// What was found out about a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListFound {
    /// Counts what was found out.
    pub looks: i64,
    /// The word for how the last look went; empty before the first one.
    pub standing: String,
    /// Why it found nothing out; empty when it did.
    pub cause: String,
    /// When something was found out last, in seconds since 1970.
    pub looked_at: Option<i64>,
    /// How many objects were in the list then.
    pub matched: i64,
}

/// An object in a list: its namespace, empty where it has none, and its name.
pub type ListedKey = (String, String);

/// That an object is in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Since when, in seconds since 1970.
    pub since: i64,
    /// Since when people are told of it; none as long as they are not.
    pub fired_at: Option<i64>,
}

/// What one look has changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListLook {
    /// How things are now; its number of looks is that of before.
    pub found: ListFound,
    /// Objects that are new in the list, or of which something else is known.
    pub put: Vec<(ListedKey, Listed)>,
    /// Objects that are not in it any more.
    pub gone: Vec<ListedKey>,
}

/// How keeping one went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeptListAlert {
    /// It is there, under this id.
    Done(Uuid),
    /// There are as many already as there can be.
    Full,
    /// Another one of the same place is called so.
    Taken,
}

/// How changing one went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangedListAlert {
    /// It is as it was wanted.
    Done,
    /// Another one of the same place is called so.
    Taken,
    /// Somebody else was first: their name.
    Newer(String),
    /// It is not there any more.
    Gone,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    cluster: String,
    writer_id: Option<String>,
    name: String,
    severity: String,
    hold_seconds: i64,
    least: i64,
    query: String,
    version: i64,
    written_by: String,
    written_at: i64,
    off_at: Option<i64>,
    looks: i64,
    standing: String,
    cause: String,
    looked_at: Option<i64>,
    matched: i64,
}

const SELECT: &str = "SELECT id, cluster, writer_id, name, severity, hold_seconds, least, query, version, written_by, \
                      written_at, off_at, looks, standing, cause, looked_at, matched FROM list_alerts";

impl Database {
    /// Keeps one, whose writer is this account.
    pub async fn add_list_alert(
        &self,
        new: &NewListAlert,
        writer: Uuid,
        by: &str,
    ) -> Result<KeptListAlert, DatabaseError> {
        let (id, now) = (Uuid::new_v4(), now_seconds());
        let project = new.project.map(|project| project.to_string());
        let mut change = self.change().await?;
        let (there,): (i64,) = sqlx::query_as(
            "SELECT COUNT(*) FROM list_alerts WHERE cluster = $1 AND COALESCE(project_id, '') = $2",
        )
        .bind(new.cluster.as_str())
        .bind(project.clone().unwrap_or_default())
        .fetch_one(&mut *change)
        .await?;
        if there >= MOST_LIST_ALERTS {
            return Ok(KeptListAlert::Full);
        }
        let added = sqlx::query(
            "INSERT INTO list_alerts (id, cluster, project_id, writer_id, name, severity, hold_seconds, least, query, \
             version, created_at, written_by, written_at, looks, standing, cause, looked_at, matched) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $11, $12, 0, '', '', NULL, 0)",
        )
        .bind(id.to_string())
        .bind(new.cluster.as_str())
        .bind(project)
        .bind(writer.to_string())
        .bind(&new.terms.name)
        .bind(&new.terms.severity)
        .bind(new.terms.hold_seconds)
        .bind(new.terms.least)
        .bind(&new.query)
        .bind(now)
        .bind(by)
        .bind(now)
        .execute(&mut *change)
        .await
        .map_err(DatabaseError::taken);
        match added {
            Ok(_) => change.commit().await?,
            Err(DatabaseError::NameTaken) => return Ok(KeptListAlert::Taken),
            Err(error) => return Err(error),
        }
        Ok(KeptListAlert::Done(id))
    }

    /// Those of a cluster and of its projects, by name.
    pub async fn list_alerts(&self, cluster: &ClusterName) -> Result<Vec<ListAlert>, DatabaseError> {
        let question = format!("{SELECT} WHERE cluster = $1 ORDER BY LOWER(name), id");
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(question))
            .bind(cluster.as_str())
            .fetch_all(self.readers())
            .await?;
        rows.into_iter().map(list_alert).collect()
    }

    /// Those of all clusters.
    pub async fn every_list_alert(&self) -> Result<Vec<ListAlert>, DatabaseError> {
        let question = format!("{SELECT} ORDER BY cluster, LOWER(name), id");
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(question)).fetch_all(self.readers()).await?;
        rows.into_iter().map(list_alert).collect()
    }

    /// Whether there is one.
    pub async fn has_list_alerts(&self) -> Result<bool, DatabaseError> {
        let found: Option<(String,)> =
            sqlx::query_as("SELECT id FROM list_alerts LIMIT 1").fetch_optional(self.readers()).await?;
        Ok(found.is_some())
    }

    /// One of a cluster.
    pub async fn list_alert(
        &self,
        cluster: &ClusterName,
        id: Uuid,
    ) -> Result<Option<ListAlert>, DatabaseError> {
        let question = format!("{SELECT} WHERE cluster = $1 AND id = $2");
        let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(question))
            .bind(cluster.as_str())
            .bind(id.to_string())
            .fetch_optional(self.readers())
            .await?;
        row.map(list_alert).transpose()
    }

    /// Changes what is said of one, if it is still at the version that was looked at. This account is its writer then. What
    /// does not last long enough by the new terms is not told any more.
    pub async fn change_list_alert(
        &self,
        id: Uuid,
        version: i64,
        terms: &ListAlertTerms,
        writer: Uuid,
        by: &str,
    ) -> Result<ChangedListAlert, DatabaseError> {
        let mut change = self.change().await?;
        let now = now_seconds();
        let changed = sqlx::query(
            "UPDATE list_alerts SET name = $1, severity = $2, hold_seconds = $3, least = $4, writer_id = $5, \
             written_by = $6, written_at = $7, changed_by = $8, version = version + 1 \
             WHERE id = $9 AND version = $10",
        )
        .bind(&terms.name)
        .bind(&terms.severity)
        .bind(terms.hold_seconds)
        .bind(terms.least)
        .bind(writer.to_string())
        .bind(by)
        .bind(now)
        .bind(by)
        .bind(id.to_string())
        .bind(version)
        .execute(&mut *change)
        .await
        .map_err(DatabaseError::taken);
        let changed = match changed {
            Ok(changed) => changed.rows_affected(),
            Err(DatabaseError::NameTaken) => return Ok(ChangedListAlert::Taken),
            Err(error) => return Err(error),
        };
        sqlx::query("UPDATE list_alert_matches SET fired_at = NULL WHERE list_alert_id = $1 AND since > $2")
            .bind(id.to_string())
            .bind(now - terms.hold_seconds)
            .execute(&mut *change)
            .await?;
        told(change, id, changed).await
    }

    /// Switches one off, or on again, if it is still at the version that was looked at. Nothing is known of it then. Its writer
    /// stays who that is.
    pub async fn switch_list_alert(
        &self,
        id: Uuid,
        version: i64,
        on: bool,
        by: &str,
    ) -> Result<ChangedListAlert, DatabaseError> {
        let mut change = self.change().await?;
        let switched = sqlx::query(
            "UPDATE list_alerts SET off_at = $1, changed_by = $2, looks = looks + 1, standing = '', cause = '', \
             looked_at = NULL, matched = 0, version = version + 1 WHERE id = $3 AND version = $4",
        )
        .bind((!on).then(now_seconds))
        .bind(by)
        .bind(id.to_string())
        .bind(version)
        .execute(&mut *change)
        .await?
        .rows_affected();
        if switched > 0 {
            sqlx::query("DELETE FROM list_alert_matches WHERE list_alert_id = $1")
                .bind(id.to_string())
                .execute(&mut *change)
                .await?;
        }
        told(change, id, switched).await
    }

    /// Removes one with all that is known of it, if it is still at the version that was looked at.
    pub async fn remove_list_alert(&self, id: Uuid, version: i64) -> Result<ChangedListAlert, DatabaseError> {
        let mut change = self.change().await?;
        let removed = sqlx::query("DELETE FROM list_alerts WHERE id = $1 AND version = $2")
            .bind(id.to_string())
            .bind(version)
            .execute(&mut *change)
            .await?
            .rows_affected();
        told(change, id, removed).await
    }

    /// What the lists of a cluster were found to hold.
    pub async fn listed(
        &self,
        cluster: &ClusterName,
    ) -> Result<BTreeMap<Uuid, BTreeMap<ListedKey, Listed>>, DatabaseError> {
        let rows: Vec<(String, String, String, i64, Option<i64>)> = sqlx::query_as(
            "SELECT m.list_alert_id, m.namespace, m.name, m.since, m.fired_at FROM list_alert_matches m \
             JOIN list_alerts l ON l.id = m.list_alert_id WHERE l.cluster = $1",
        )
        .bind(cluster.as_str())
        .fetch_all(self.readers())
        .await?;
        let mut listed: BTreeMap<Uuid, BTreeMap<ListedKey, Listed>> = BTreeMap::new();
        for (id, namespace, name, since, fired_at) in rows {
            let of_list = listed.entry(parse_id(&id)?).or_default();
            of_list.insert((namespace, name), Listed { since, fired_at });
        }
        Ok(listed)
    }

    /// Keeps what one look has changed, all of it or nothing. `false` when somebody else has found something out since, or
    /// the alert was changed: then it is looked at again.
    pub async fn keep_list_look(
        &self,
        id: Uuid,
        version: i64,
        look: &ListLook,
    ) -> Result<bool, DatabaseError> {
        let ListLook { found, put, gone } = look;
        let id = id.to_string();
        let mut change = self.change().await?;
        let kept = sqlx::query(
            "UPDATE list_alerts SET looks = looks + 1, standing = $1, cause = $2, looked_at = $3, matched = $4 \
             WHERE id = $5 AND version = $6 AND looks = $7",
        )
        .bind(&found.standing)
        .bind(&found.cause)
        .bind(found.looked_at)
        .bind(found.matched)
        .bind(&id)
        .bind(version)
        .bind(found.looks)
        .execute(&mut *change)
        .await?
        .rows_affected();
        if kept == 0 {
            return Ok(false);
        }
        for ((namespace, name), listed) in put {
            sqlx::query(
                "INSERT INTO list_alert_matches (list_alert_id, namespace, name, since, fired_at) \
                 VALUES ($1, $2, $3, $4, $5) ON CONFLICT (list_alert_id, namespace, name) \
                 DO UPDATE SET since = excluded.since, fired_at = excluded.fired_at",
            )
            .bind(&id)
            .bind(namespace)
            .bind(name)
            .bind(listed.since)
            .bind(listed.fired_at)
            .execute(&mut *change)
            .await?;
        }
        for (namespace, name) in gone {
            sqlx::query(
                "DELETE FROM list_alert_matches WHERE list_alert_id = $1 AND namespace = $2 AND name = $3",
            )
            .bind(&id)
            .bind(namespace)
            .bind(name)
            .execute(&mut *change)
            .await?;
        }
        change.commit().await?;
        Ok(true)
    }
}

/// What came of a change that is only carried out at the version that was looked at.
async fn told(
    mut change: Transaction<'static, Any>,
    id: Uuid,
    changed: u64,
) -> Result<ChangedListAlert, DatabaseError> {
    if changed > 0 {
        change.commit().await?;
        return Ok(ChangedListAlert::Done);
    }
    let newer: Option<(String,)> =
        sqlx::query_as("SELECT COALESCE(changed_by, written_by) FROM list_alerts WHERE id = $1")
            .bind(id.to_string())
            .fetch_optional(&mut *change)
            .await?;
    Ok(newer.map_or(ChangedListAlert::Gone, |(by,)| ChangedListAlert::Newer(by)))
}

fn list_alert(row: Row) -> Result<ListAlert, DatabaseError> {
    let Row { name, severity, hold_seconds, least, looks, standing, cause, looked_at, matched, .. } = row;
    Ok(ListAlert {
        id: parse_id(&row.id)?,
        cluster: cluster_name(&row.cluster)?,
        terms: ListAlertTerms { name, severity, hold_seconds, least },
        query: row.query,
        writer: row.writer_id.as_deref().map(parse_id).transpose()?,
        version: row.version,
        written_by: row.written_by,
        written_at: row.written_at,
        off_at: row.off_at,
        found: ListFound { looks, standing, cause, looked_at, matched },
    })
}
