//! With what providers are asked again whether those who signed in there still may.

use crate::accounts::parse_id;
use crate::{Database, DatabaseError, now_seconds};
use sqlx::{Any, Transaction};
use uuid::Uuid;

/// An open session that a provider began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderSession {
    /// The hash of the session's id.
    pub id_hash: String,
    /// Whose it is.
    pub account_id: Uuid,
    /// Their name.
    pub account_name: String,
    /// The refresh token, sealed; none when the provider gave none.
    pub sealed_refresh: Option<String>,
    /// When the provider was asked about it last, in seconds since 1970.
    pub asked_at: Option<i64>,
}

/// How long what is kept of a session waits for its next id: that comes at once.
const ASIDE_SECONDS: i64 = 60;

impl Database {
    /// Keeps with what a provider is asked again about a session that it began just now, or was asked about last at this moment.
    pub async fn keep_refresh(
        &self,
        id_hash: &str,
        sealed: &str,
        asked_at: i64,
    ) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        sqlx::query("UPDATE provider_sessions SET sealed_refresh = $1, asked_at = $2 WHERE id_hash = $3")
            .bind(sealed)
            .bind(asked_at)
            .bind(id_hash)
            .execute(&mut *change)
            .await?;
        change.commit().await?;
        Ok(())
    }

    /// Takes a session for asking its provider about it with this token, and counts it as asked about at `now`. `false` when it was
    /// asked about after `before`, or has another token by now: somebody else asks, or has asked.
    pub async fn claim_refresh(
        &self,
        id_hash: &str,
        sealed: &str,
        before: i64,
        now: i64,
    ) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let claimed = sqlx::query(
            "UPDATE provider_sessions SET asked_at = $1 WHERE id_hash = $2 AND sealed_refresh = $3 AND asked_at <= $4",
        )
        .bind(now)
        .bind(id_hash)
        .bind(sealed)
        .bind(before)
        .execute(&mut *change)
        .await?
        .rows_affected();
        change.commit().await?;
        Ok(claimed == 1)
    }

    /// Keeps what follows a token, and when the provider was asked with it, with whichever session has the token by now: sessions
    /// get new ids while a provider is asked.
    pub async fn renew_refresh(&self, sealed: &str, next: &str, asked_at: i64) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        sqlx::query(
            "UPDATE provider_sessions SET sealed_refresh = $1, asked_at = $2 WHERE sealed_refresh = $3",
        )
        .bind(next)
        .bind(asked_at)
        .bind(sealed)
        .execute(&mut *change)
        .await?;
        change.commit().await?;
        Ok(())
    }

    /// Ends a session that a provider began, to go on under another id: what the provider knows of it, and what it is asked again
    /// with, waits under the name that is answered until [`Database::take_up`]. `None` when no provider began it.
    pub async fn set_aside(&self, id_hash: &str) -> Result<Option<String>, DatabaseError> {
        let aside = format!("aside-{}", Uuid::new_v4().simple());
        let now = now_seconds();
        let mut change = self.change().await?;
        sqlx::query(
            "INSERT INTO sessions (id_hash, account_id, data, created_at, expires_at) VALUES ($1, NULL, '{}', $2, $3)",
        )
        .bind(&aside)
        .bind(now)
        .bind(now + ASIDE_SECONDS)
        .execute(&mut *change)
        .await?;
        let moved = give_to(&mut change, id_hash, &aside).await?;
        if !moved {
            return Ok(None);
        }
        sqlx::query("DELETE FROM sessions WHERE id_hash = $1").bind(id_hash).execute(&mut *change).await?;
        change.commit().await?;
        Ok(Some(aside))
    }

    /// Gives what was set aside to a session. `false` when the provider has ended it meanwhile.
    pub async fn take_up(&self, aside: &str, id_hash: &str) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let moved = give_to(&mut change, aside, id_hash).await?;
        sqlx::query("DELETE FROM sessions WHERE id_hash = $1").bind(aside).execute(&mut *change).await?;
        change.commit().await?;
        Ok(moved)
    }

    /// What is kept of a session, and when its provider was asked last.
    pub async fn refresh_of(&self, id_hash: &str) -> Result<Option<(String, i64)>, DatabaseError> {
        let row: Option<(Option<String>, Option<i64>)> =
            sqlx::query_as("SELECT sealed_refresh, asked_at FROM provider_sessions WHERE id_hash = $1")
                .bind(id_hash)
                .fetch_optional(self.readers())
                .await?;
        Ok(row.and_then(|(sealed, asked_at)| Some((sealed?, asked_at?))))
    }

    /// About whom a provider was not asked since a moment, who waits longest first.
    pub async fn to_ask_again(&self, provider: &str, since: i64) -> Result<Vec<String>, DatabaseError> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT b.subject, MIN(b.asked_at) FROM provider_sessions b JOIN sessions s ON s.id_hash = b.id_hash \
             WHERE b.provider_id = $1 AND b.sealed_refresh IS NOT NULL AND b.asked_at <= $2 AND s.expires_at > $3 \
             GROUP BY b.subject ORDER BY MIN(b.asked_at), b.subject",
        )
        .bind(provider)
        .bind(since)
        .bind(now_seconds())
        .fetch_all(self.readers())
        .await?;
        Ok(rows.into_iter().map(|(subject, _)| subject).collect())
    }

    /// The open sessions that a provider began for somebody.
    pub async fn sessions_through(
        &self,
        provider: &str,
        subject: &str,
    ) -> Result<Vec<ProviderSession>, DatabaseError> {
        type Row = (String, String, String, Option<String>, Option<i64>);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT b.id_hash, a.id, a.name, b.sealed_refresh, b.asked_at FROM provider_sessions b \
             JOIN sessions s ON s.id_hash = b.id_hash JOIN accounts a ON a.id = s.account_id \
             WHERE b.provider_id = $1 AND b.subject = $2 AND s.expires_at > $3 ORDER BY b.id_hash",
        )
        .bind(provider)
        .bind(subject)
        .bind(now_seconds())
        .fetch_all(self.readers())
        .await?;
        let session = |(id_hash, account, account_name, sealed_refresh, asked_at): Row| {
            let account_id = parse_id(&account)?;
            Ok(ProviderSession { id_hash, account_id, account_name, sealed_refresh, asked_at })
        };
        rows.into_iter().map(session).collect()
    }

    /// Ends these sessions; answers how many of them were open.
    pub async fn end_sessions(&self, id_hashes: &[String]) -> Result<u64, DatabaseError> {
        let mut change = self.change().await?;
        let mut ended = 0;
        for id_hash in id_hashes {
            let question = sqlx::query("DELETE FROM sessions WHERE id_hash = $1").bind(id_hash);
            ended += question.execute(&mut *change).await?.rows_affected();
        }
        change.commit().await?;
        Ok(ended)
    }
}

/// Makes what a provider knows of a session part of another one. `false` when it knows nothing of it.
async fn give_to(
    change: &mut Transaction<'static, Any>,
    id_hash: &str,
    other: &str,
) -> Result<bool, DatabaseError> {
    let moved = sqlx::query("UPDATE provider_sessions SET id_hash = $1 WHERE id_hash = $2")
        .bind(other)
        .bind(id_hash)
        .execute(&mut **change)
        .await?
        .rows_affected();
    Ok(moved == 1)
}
