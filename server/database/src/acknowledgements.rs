//! Who looks after which alert.

use crate::{Database, DatabaseError, now_seconds};
use model::ClusterName;
use std::collections::BTreeSet;

/// Who looked after an alert that has ended is forgotten after so many seconds: it may only seem to have ended.
const FORGOTTEN_AFTER: i64 = 30 * 86_400;

/// That somebody looks after an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acknowledgement {
    /// Which alert: a digest of its labels.
    pub fingerprint: String,
    /// Who.
    pub made_by: String,
    /// What they say about it; may be empty.
    pub note: String,
    /// Since when.
    pub made_at: i64,
}

impl Database {
    /// Keeps who looks after an alert. Whoever did before does no more.
    pub async fn acknowledge(
        &self,
        cluster: &ClusterName,
        new: &Acknowledgement,
    ) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        sqlx::query(
            "INSERT INTO acknowledgements (cluster, fingerprint, made_by, note, made_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (cluster, fingerprint) DO UPDATE SET \
             made_by = excluded.made_by, note = excluded.note, made_at = excluded.made_at",
        )
        .bind(cluster.as_str())
        .bind(&new.fingerprint)
        .bind(&new.made_by)
        .bind(&new.note)
        .bind(new.made_at)
        .execute(&mut *change)
        .await?;
        change.commit().await?;
        Ok(())
    }

    /// Forgets who looks after an alert; `false` when nobody did.
    pub async fn withdraw_acknowledgement(
        &self,
        cluster: &ClusterName,
        fingerprint: &str,
    ) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let gone = sqlx::query("DELETE FROM acknowledgements WHERE cluster = $1 AND fingerprint = $2")
            .bind(cluster.as_str())
            .bind(fingerprint)
            .execute(&mut *change)
            .await?
            .rows_affected();
        change.commit().await?;
        Ok(gone == 1)
    }

    /// Forgets who looked after alerts of a cluster a month ago and more, except after these, which go on.
    pub async fn forget_acknowledgements(
        &self,
        cluster: &ClusterName,
        going_on: &BTreeSet<String>,
    ) -> Result<(), DatabaseError> {
        let before = now_seconds() - FORGOTTEN_AFTER;
        let old = self.acknowledgements(cluster).await?.into_iter().filter(|one| one.made_at < before);
        let ended: Vec<Acknowledgement> = old.filter(|one| !going_on.contains(&one.fingerprint)).collect();
        if ended.is_empty() {
            return Ok(());
        }
        let mut change = self.change().await?;
        for one in ended {
            // Somebody may look after it anew by now.
            sqlx::query(
                "DELETE FROM acknowledgements WHERE cluster = $1 AND fingerprint = $2 AND made_at < $3",
            )
            .bind(cluster.as_str())
            .bind(&one.fingerprint)
            .bind(before)
            .execute(&mut *change)
            .await?;
        }
        change.commit().await?;
        Ok(())
    }

    /// Who looks after the alerts of a cluster.
    pub async fn acknowledgements(
        &self,
        cluster: &ClusterName,
    ) -> Result<Vec<Acknowledgement>, DatabaseError> {
        let rows: Vec<(String, String, String, i64)> = sqlx::query_as(
            "SELECT fingerprint, made_by, note, made_at FROM acknowledgements WHERE cluster = $1",
        )
        .bind(cluster.as_str())
        .fetch_all(self.readers())
        .await?;
        let read =
            |(fingerprint, made_by, note, made_at)| Acknowledgement { fingerprint, made_by, note, made_at };
        Ok(rows.into_iter().map(read).collect())
    }
}
