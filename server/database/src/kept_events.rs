//! Events of clusters that nobody else keeps, for a while.

mod search;
mod words;

pub use search::{EventBar, EventColumn, EventCondition, EventFilter, EventTest};
pub use words::words;

use crate::{Database, DatabaseError};
use model::ClusterName;
use sha2::{Digest, Sha256};
use sqlx::{Any, Transaction};

/// Clusters themselves keep events for an hour. Whoever was away for less than this finds there what happened meanwhile.
pub const BRIDGED_MILLISECONDS: i64 = 45 * 60_000;

/// Rows that are written with one statement.
const AT_ONCE: usize = 50;
/// Rows that are removed with one change.
const REMOVED: i64 = 5_000;

/// An event, as it was when it had happened so many times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptEvent {
    /// Names it in its cluster.
    pub uid: String,
    /// How often it had happened by then.
    pub times: i64,
    /// When it happened last, in milliseconds since 1970.
    pub at_milliseconds: i64,
    /// To an object in which namespace; empty for none.
    pub namespace: String,
    /// Of which kind, as manifests say it.
    pub kind: String,
    /// Of which name.
    pub name: String,
    /// One word for machines.
    pub reason: String,
    /// `Normal` or `Warning`.
    pub sort: String,
    /// What recorded it.
    pub source: String,
    /// What happened.
    pub message: String,
}

impl KeptEvent {
    /// What tells it from others of its moment: the same whenever it is kept.
    pub fn place(&self) -> i64 {
        let digest = Sha256::digest(format!("{} {}", self.uid, self.times));
        let mut first = [0; 8];
        for (to, from) in first.iter_mut().zip(digest.iter()) {
            *to = *from;
        }
        i64::from_be_bytes(first) & i64::MAX
    }
}

impl Database {
    /// Keeps events of a cluster, and notes that they are kept up to this moment. Those that are kept already stay as they are.
    /// Answers how many were new.
    pub async fn keep_events(
        &self,
        cluster: &ClusterName,
        events: &[KeptEvent],
        now_milliseconds: i64,
    ) -> Result<u64, DatabaseError> {
        let mut change = self.change().await?;
        let mut new = 0;
        for some in events.chunks(AT_ONCE) {
            new += insert(&mut change, cluster, some).await?;
        }
        note(&mut change, cluster, now_milliseconds).await?;
        change.commit().await?;
        Ok(new)
    }

    /// The stretches of time in which events of a cluster were kept, the oldest first: their beginnings and ends, in
    /// milliseconds since 1970.
    pub async fn event_spans(&self, cluster: &ClusterName) -> Result<Vec<(i64, i64)>, DatabaseError> {
        let spans = sqlx::query_as(
            "SELECT from_milliseconds, until_milliseconds FROM kept_event_spans WHERE cluster = $1 \
             ORDER BY from_milliseconds",
        )
        .bind(cluster.as_str())
        .fetch_all(self.readers())
        .await?;
        Ok(spans)
    }

    /// Lets go of events that are older than a moment, and of the oldest of each cluster that has more than so many. Answers
    /// how many went.
    pub async fn trim_events(&self, oldest_milliseconds: i64, most: i64) -> Result<u64, DatabaseError> {
        let clusters: Vec<(String,)> =
            sqlx::query_as("SELECT DISTINCT cluster FROM kept_event_spans").fetch_all(self.readers()).await?;
        let mut gone = 0;
        for (cluster,) in clusters {
            gone += self.trim_events_of(&cluster, oldest_milliseconds, most).await?;
        }
        Ok(gone)
    }

    async fn trim_events_of(
        &self,
        cluster: &str,
        oldest_milliseconds: i64,
        most: i64,
    ) -> Result<u64, DatabaseError> {
        let beyond: Option<(i64,)> = sqlx::query_as(
            "SELECT at_milliseconds FROM kept_events WHERE cluster = $1 \
             ORDER BY at_milliseconds DESC, place DESC LIMIT 1 OFFSET $2",
        )
        .bind(cluster)
        .bind(most)
        .fetch_optional(self.readers())
        .await?;
        let oldest =
            beyond.map_or(oldest_milliseconds, |(at,)| oldest_milliseconds.max(at.saturating_add(1)));
        let mut gone = 0;
        loop {
            let mut change = self.change().await?;
            let removed = sqlx::query(
                "DELETE FROM kept_events WHERE cluster = $1 AND (uid, times) IN (SELECT uid, times FROM kept_events \
                 WHERE cluster = $2 AND at_milliseconds < $3 ORDER BY at_milliseconds LIMIT $4)",
            )
            .bind(cluster)
            .bind(cluster)
            .bind(oldest)
            .bind(REMOVED)
            .execute(&mut *change)
            .await?
            .rows_affected();
            change.commit().await?;
            gone += removed;
            if removed == 0 {
                break;
            }
        }
        self.trim_spans(cluster, oldest).await?;
        Ok(gone)
    }

    /// Says no longer that events were kept before a moment.
    async fn trim_spans(&self, cluster: &str, oldest: i64) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        sqlx::query("DELETE FROM kept_event_spans WHERE cluster = $1 AND until_milliseconds < $2")
            .bind(cluster)
            .bind(oldest)
            .execute(&mut *change)
            .await?;
        sqlx::query(
            "UPDATE kept_event_spans SET from_milliseconds = $1 WHERE cluster = $2 AND from_milliseconds < $3",
        )
        .bind(oldest)
        .bind(cluster)
        .bind(oldest)
        .execute(&mut *change)
        .await?;
        Ok(change.commit().await?)
    }
}

async fn insert(
    change: &mut Transaction<'static, Any>,
    cluster: &ClusterName,
    events: &[KeptEvent],
) -> Result<u64, DatabaseError> {
    const COLUMNS: usize = 13;
    let row = |row: usize| {
        let places: Vec<String> =
            (1..=COLUMNS).map(|column| format!("${}", row * COLUMNS + column)).collect();
        format!("({})", places.join(", "))
    };
    let rows: Vec<String> = (0..events.len()).map(row).collect();
    let question = format!(
        "INSERT INTO kept_events (cluster, uid, times, at_milliseconds, place, namespace, kind, name, reason, sort, source, \
         message, words) VALUES {} ON CONFLICT (cluster, uid, times) DO NOTHING",
        rows.join(", ")
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(question));
    for event in events {
        query = query
            .bind(cluster.as_str())
            .bind(event.uid.as_str())
            .bind(event.times)
            .bind(event.at_milliseconds)
            .bind(event.place())
            .bind(event.namespace.as_str())
            .bind(event.kind.as_str())
            .bind(event.name.as_str())
            .bind(event.reason.as_str())
            .bind(event.sort.as_str())
            .bind(event.source.as_str())
            .bind(event.message.as_str())
            .bind(words::searched(&event.message));
    }
    Ok(query.execute(&mut **change).await?.rows_affected())
}

/// Goes on with the last stretch of time, or begins one where nobody knows what was missed.
async fn note(
    change: &mut Transaction<'static, Any>,
    cluster: &ClusterName,
    now: i64,
) -> Result<(), DatabaseError> {
    let goes_on = sqlx::query(
        "UPDATE kept_event_spans SET until_milliseconds = CASE WHEN until_milliseconds > $1 \
         THEN until_milliseconds ELSE $2 END WHERE cluster = $3 AND until_milliseconds >= $4 \
         AND from_milliseconds = (SELECT MAX(from_milliseconds) FROM kept_event_spans WHERE cluster = $5)",
    )
    .bind(now)
    .bind(now)
    .bind(cluster.as_str())
    .bind(now - BRIDGED_MILLISECONDS)
    .bind(cluster.as_str())
    .execute(&mut **change)
    .await?
    .rows_affected();
    if goes_on == 0 {
        sqlx::query(
            "INSERT INTO kept_event_spans (cluster, from_milliseconds, until_milliseconds) VALUES ($1, $2, $3) \
             ON CONFLICT (cluster, from_milliseconds) DO NOTHING",
        )
        .bind(cluster.as_str())
        .bind(now)
        .bind(now)
        .execute(&mut **change)
        .await?;
    }
    Ok(())
}
