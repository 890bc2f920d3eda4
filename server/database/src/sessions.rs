//! Browsers that are signed in.

use crate::{Database, DatabaseError, now_seconds};
use uuid::Uuid;

/// The most sessions one account keeps; the oldest go first.
pub const MAX_SESSIONS_PER_ACCOUNT: i64 = 20;

/// A session, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSession {
    /// SHA-256 of the id in the cookie, in hexadecimal.
    pub id_hash: String,
    /// Whose it is.
    pub account_id: Option<Uuid>,
    /// What the session holds, as JSON.
    pub data: String,
    /// When it ends unless it is used before.
    pub expires_at: i64,
}

impl Database {
    /// Keeps a new session; `false` when there is one of that id. An account that has too many loses its oldest.
    pub async fn add_session(&self, session: &StoredSession) -> Result<bool, DatabaseError> {
        let account = session.account_id.map(|id| id.to_string());
        let mut change = self.change().await?;
        let added = sqlx::query(
            "INSERT INTO sessions (id_hash, account_id, data, created_at, expires_at) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (id_hash) DO NOTHING",
        )
        .bind(&session.id_hash)
        .bind(account.clone())
        .bind(&session.data)
        .bind(now_seconds())
        .bind(session.expires_at)
        .execute(&mut *change)
        .await?
        .rows_affected();
        if let Some(account) = account {
            sqlx::query(
                "DELETE FROM sessions WHERE account_id = $1 AND id_hash NOT IN \
                 (SELECT id_hash FROM sessions WHERE account_id = $1 ORDER BY created_at DESC, id_hash LIMIT $2) \
                 AND id_hash <> $3",
            )
            .bind(account)
            .bind(MAX_SESSIONS_PER_ACCOUNT)
            .bind(&session.id_hash)
            .execute(&mut *change)
            .await?;
        }
        change.commit().await?;
        Ok(added == 1)
    }

    /// Changes a session that exists. One that was ended meanwhile stays ended: `false`.
    pub async fn update_session(&self, session: &StoredSession) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let updated =
            sqlx::query("UPDATE sessions SET account_id = $1, data = $2, expires_at = $3 WHERE id_hash = $4")
                .bind(session.account_id.map(|id| id.to_string()))
                .bind(&session.data)
                .bind(session.expires_at)
                .bind(&session.id_hash)
                .execute(&mut *change)
                .await?
                .rows_affected();
        change.commit().await?;
        Ok(updated == 1)
    }

    /// The session of this id, unless it has ended.
    pub async fn session(&self, id_hash: &str) -> Result<Option<StoredSession>, DatabaseError> {
        let row: Option<(Option<String>, String, i64)> = sqlx::query_as(
            "SELECT account_id, data, expires_at FROM sessions WHERE id_hash = $1 AND expires_at > $2",
        )
        .bind(id_hash)
        .bind(now_seconds())
        .fetch_optional(self.readers())
        .await?;
        let Some((account_id, data, expires_at)) = row else { return Ok(None) };
        let account_id = account_id.as_deref().map(crate::accounts::parse_id).transpose()?;
        Ok(Some(StoredSession { id_hash: id_hash.to_owned(), account_id, data, expires_at }))
    }

    /// Ends a session.
    pub async fn end_session(&self, id_hash: &str) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        sqlx::query("DELETE FROM sessions WHERE id_hash = $1").bind(id_hash).execute(&mut *change).await?;
        change.commit().await?;
        Ok(())
    }

    /// Ends a session of this account; `false` when there is none of that id.
    pub async fn end_session_of(&self, account: Uuid, id_hash: &str) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let ended = sqlx::query("DELETE FROM sessions WHERE account_id = $1 AND id_hash = $2")
            .bind(account.to_string())
            .bind(id_hash)
            .execute(&mut *change)
            .await?
            .rows_affected();
        change.commit().await?;
        Ok(ended == 1)
    }

    /// Ends all sessions of this account but one; answers how many those were.
    pub async fn end_other_sessions(&self, account: Uuid, kept: &str) -> Result<u64, DatabaseError> {
        let mut change = self.change().await?;
        let ended = sqlx::query("DELETE FROM sessions WHERE account_id = $1 AND id_hash <> $2")
            .bind(account.to_string())
            .bind(kept)
            .execute(&mut *change)
            .await?
            .rows_affected();
        change.commit().await?;
        Ok(ended)
    }

    /// Ends all sessions of an account, and revokes all its API tokens.
    pub async fn sign_out_everywhere(&self, account: Uuid) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        for question in
            ["DELETE FROM sessions WHERE account_id = $1", "DELETE FROM api_tokens WHERE account_id = $1"]
        {
            sqlx::query(question).bind(account.to_string()).execute(&mut *change).await?;
        }
        change.commit().await?;
        Ok(())
    }

    /// The sessions of an account that have not ended, the newest first.
    pub async fn sessions_of(&self, account: Uuid) -> Result<Vec<StoredSession>, DatabaseError> {
        let rows: Vec<(String, String, i64)> = sqlx::query_as(
            "SELECT id_hash, data, expires_at FROM sessions WHERE account_id = $1 AND expires_at > $2 \
             ORDER BY created_at DESC, id_hash",
        )
        .bind(account.to_string())
        .bind(now_seconds())
        .fetch_all(self.readers())
        .await?;
        let session = |(id_hash, data, expires_at)| StoredSession {
            id_hash,
            account_id: Some(account),
            data,
            expires_at,
        };
        Ok(rows.into_iter().map(session).collect())
    }

    /// Removes what has expired, objects of the recycle bin too; answers how many sessions and links that were.
    pub async fn remove_expired(&self) -> Result<u64, DatabaseError> {
        let mut change = self.change().await?;
        let sessions = sqlx::query("DELETE FROM sessions WHERE expires_at <= $1")
            .bind(now_seconds())
            .execute(&mut *change)
            .await?;
        let links = sqlx::query("DELETE FROM one_time_links WHERE expires_at <= $1")
            .bind(now_seconds())
            .execute(&mut *change)
            .await?;
        crate::deliveries::forget_old(&mut change).await?;
        crate::deleted_objects::forget_old(&mut change).await?;
        change.commit().await?;
        Ok(sessions.rows_affected() + links.rows_affected())
    }
}
