//! What terminals showed, in pieces, and where that is recorded.

mod policies;
mod search;

pub use policies::RecordedCluster;
pub use search::{RecordingFilter, RecordingScope};

use crate::accounts::parse_id;
use crate::workspaces::cluster_name;
use crate::{Database, DatabaseError, now_milliseconds};
use model::{ClusterName, Namespace};
use sqlx::Row;
use sqlx::any::AnyRow;
use uuid::Uuid;

/// How a recording ended whose replica was gone before it could say so.
pub const CUT: &str = "cut";

const DAY_MILLISECONDS: i64 = 24 * 3600 * 1000;

/// A recording that begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRecording {
    /// Its id.
    pub id: Uuid,
    /// The request of the terminal, as the audit trail knows it.
    pub request: String,
    /// Whose terminal it is.
    pub account: Uuid,
    /// What they were called then.
    pub person: String,
    /// What the audit trail calls the terminal.
    pub action: String,
    /// Where.
    pub cluster: ClusterName,
    /// The namespace; none for a node.
    pub namespace: Option<Namespace>,
    /// The project that the namespace is.
    pub project: Option<Uuid>,
    /// The pod or the node.
    pub name: String,
    /// How large the terminal is at first, in characters.
    pub size: (u16, u16),
    /// For how many days it is kept when it has ended.
    pub days: u32,
}

/// A recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRecording {
    /// What was known when it began.
    pub begun: NewRecording,
    /// The container; empty where no shell ran.
    pub container: String,
    /// When it began, in milliseconds since 1970.
    pub started_milliseconds: i64,
    /// When something of it was kept last.
    pub written_milliseconds: i64,
    /// When it ended; none while it goes on.
    pub ended_milliseconds: Option<i64>,
    /// How it ended, in a word.
    pub ending: String,
    /// What there is to say about that.
    pub ending_detail: String,
    /// How many pieces it has.
    pub chunks: i64,
    /// What was written to the terminal, in bytes.
    pub size_bytes: i64,
}

/// What is to be kept of a recording that goes on, or has ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordingProgress {
    /// Which one.
    pub id: Uuid,
    /// The container; empty while no shell runs.
    pub container: String,
    /// A new piece with its place, if there is one.
    pub chunk: Option<(i64, String)>,
    /// How many pieces there are with it.
    pub chunks: i64,
    /// What was written to the terminal so far, in bytes.
    pub size_bytes: i64,
    /// How it ended and what there is to say about that; none while it goes on.
    pub ended: Option<(String, String)>,
}

const COLUMNS: &str = "SELECT id, request_id, account_id, account_name, action, cluster, namespace, project_id, name, \
    container, wide, high, days, started_milliseconds, written_milliseconds, ended_milliseconds, ending, ending_detail, \
    chunks, size_bytes FROM recordings";

impl Database {
    /// Begins a recording.
    pub async fn begin_recording(&self, new: &NewRecording) -> Result<(), DatabaseError> {
        let now = now_milliseconds();
        let mut change = self.change().await?;
        sqlx::query(
            "INSERT INTO recordings (id, request_id, account_id, account_name, action, cluster, namespace, project_id, \
             name, container, wide, high, days, started_milliseconds, written_milliseconds, ending, ending_detail, \
             chunks, size_bytes) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', $10, $11, $12, $13, $13, '', '', 0, 0)",
        )
        .bind(new.id.to_string())
        .bind(&new.request)
        .bind(new.account.to_string())
        .bind(&new.person)
        .bind(&new.action)
        .bind(new.cluster.as_str())
        .bind(new.namespace.as_ref().map(ToString::to_string))
        .bind(new.project.map(|project| project.to_string()))
        .bind(&new.name)
        .bind(i64::from(new.size.0))
        .bind(i64::from(new.size.1))
        .bind(i64::from(new.days))
        .bind(now)
        .execute(&mut *change)
        .await?;
        Ok(change.commit().await?)
    }

    /// Keeps what is new of recordings, all of it or nothing; what was kept already stays as it is. Answers which
    /// recordings are not there any more.
    pub async fn keep_recordings(&self, all: &[RecordingProgress]) -> Result<Vec<Uuid>, DatabaseError> {
        let now = now_milliseconds();
        let mut gone = Vec::new();
        let mut change = self.change().await?;
        for progress in all {
            let (ending, detail) = progress.ended.clone().unwrap_or_default();
            let done = sqlx::query(
                "UPDATE recordings SET container = $1, chunks = $2, size_bytes = $3, written_milliseconds = $4, \
                 ended_milliseconds = $5, ending = $6, ending_detail = $7 WHERE id = $8",
            )
            .bind(&progress.container)
            .bind(progress.chunks)
            .bind(progress.size_bytes)
            .bind(now)
            .bind(progress.ended.is_some().then_some(now))
            .bind(ending)
            .bind(detail)
            .bind(progress.id.to_string())
            .execute(&mut *change)
            .await?;
            if done.rows_affected() == 0 {
                gone.push(progress.id);
                continue;
            }
            let Some((place, document)) = &progress.chunk else { continue };
            sqlx::query(
                "INSERT INTO recording_chunks (recording_id, place, document) VALUES ($1, $2, $3) \
                 ON CONFLICT (recording_id, place) DO NOTHING",
            )
            .bind(progress.id.to_string())
            .bind(*place)
            .bind(document)
            .execute(&mut *change)
            .await?;
        }
        change.commit().await?;
        Ok(gone)
    }

    /// One recording.
    pub async fn recording(&self, id: Uuid) -> Result<Option<StoredRecording>, DatabaseError> {
        let question = sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE id = $1"));
        let row = sqlx::query(question).bind(id.to_string()).fetch_optional(self.readers()).await?;
        row.as_ref().map(stored).transpose()
    }

    /// Some pieces of a recording from this place on, in order.
    pub async fn recording_chunks(
        &self,
        id: Uuid,
        from: i64,
        limit: u32,
    ) -> Result<Vec<(i64, String)>, DatabaseError> {
        Ok(sqlx::query_as(
            "SELECT place, document FROM recording_chunks WHERE recording_id = $1 AND place >= $2 ORDER BY place LIMIT $3",
        )
        .bind(id.to_string())
        .bind(from)
        .bind(i64::from(limit))
        .fetch_all(self.readers())
        .await?)
    }

    /// Ends recordings of which nothing was heard since that moment: their replica is gone. Answers how many.
    pub async fn cut_recordings(&self, silent_since_milliseconds: i64) -> Result<u64, DatabaseError> {
        let mut change = self.change().await?;
        let done = sqlx::query(
            "UPDATE recordings SET ended_milliseconds = written_milliseconds, ending = $1 \
             WHERE ended_milliseconds IS NULL AND written_milliseconds < $2",
        )
        .bind(CUT)
        .bind(silent_since_milliseconds)
        .execute(&mut *change)
        .await?;
        change.commit().await?;
        Ok(done.rows_affected())
    }

    /// Removes some recordings whose time is over. Answers how many; none when no more are there.
    pub async fn remove_old_recordings(&self, limit: u32) -> Result<u64, DatabaseError> {
        let mut change = self.change().await?;
        let done = sqlx::query(
            "DELETE FROM recordings WHERE id IN (SELECT id FROM recordings WHERE ended_milliseconds IS NOT NULL \
             AND ended_milliseconds + days * $1 <= $2 ORDER BY ended_milliseconds LIMIT $3)",
        )
        .bind(DAY_MILLISECONDS)
        .bind(now_milliseconds())
        .bind(i64::from(limit))
        .execute(&mut *change)
        .await?;
        change.commit().await?;
        Ok(done.rows_affected())
    }
}

fn stored(row: &AnyRow) -> Result<StoredRecording, DatabaseError> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let number = |column: &str| row.try_get::<i64, _>(column);
    let small = |column: &str| Ok::<_, sqlx::Error>(u16::try_from(number(column)?).unwrap_or(u16::MAX));
    let namespace: Option<String> = row.try_get("namespace")?;
    let unreadable = |_| DatabaseError::Unreadable { what: "namespace" };
    let project: Option<String> = row.try_get("project_id")?;
    let begun = NewRecording {
        id: parse_id(&text("id")?)?,
        request: text("request_id")?,
        account: parse_id(&text("account_id")?)?,
        person: text("account_name")?,
        action: text("action")?,
        cluster: cluster_name(&text("cluster")?)?,
        namespace: namespace.as_deref().map(Namespace::parse).transpose().map_err(unreadable)?,
        project: project.as_deref().map(parse_id).transpose()?,
        name: text("name")?,
        size: (small("wide")?, small("high")?),
        days: u32::try_from(number("days")?).unwrap_or(u32::MAX),
    };
    Ok(StoredRecording {
        begun,
        container: text("container")?,
        started_milliseconds: number("started_milliseconds")?,
        written_milliseconds: number("written_milliseconds")?,
        ended_milliseconds: row.try_get("ended_milliseconds")?,
        ending: text("ending")?,
        ending_detail: text("ending_detail")?,
        chunks: number("chunks")?,
        size_bytes: number("size_bytes")?,
    })
}
