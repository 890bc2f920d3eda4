//! Who comes in by a provider, and who is gone from there.

use crate::accounts::parse_id;
use crate::{Database, DatabaseError, now_seconds};
use uuid::Uuid;

/// An account that somebody at a provider uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolled {
    /// What the provider calls them for ever.
    pub subject: String,
    /// The account.
    pub account_id: Uuid,
    /// Its name.
    pub account_name: String,
    /// Whether they were found to be gone.
    pub is_gone: bool,
    /// Whether nothing else lets them in: no password and no other provider.
    pub is_only_way: bool,
    /// How many sessions that the provider began are open.
    pub sessions: u64,
    /// When they came through it last.
    pub last_used_at: Option<i64>,
}

impl Enrolled {
    /// Whether anything ends when they are gone.
    pub fn has_something_to_lose(&self) -> bool {
        self.is_only_way || self.sessions > 0
    }

    /// Whether they have not come since a moment, in seconds since 1970, and have nothing open, nor another way in.
    pub fn is_idle_since(&self, moment: i64) -> bool {
        let has_come_before = self.last_used_at.is_some_and(|at| at < moment);
        has_come_before && self.is_only_way && !self.is_gone && self.sessions == 0
    }
}

impl Database {
    /// Everybody who comes in by a provider and is not disabled here.
    pub async fn enrolled(&self, provider: &str) -> Result<Vec<Enrolled>, DatabaseError> {
        type Row = (String, String, String, Option<i64>, i64, i64, i64, Option<i64>);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT i.subject, a.id, a.name, a.gone_at, \
             (SELECT COUNT(*) FROM accounts p WHERE p.id = a.id AND p.password_hash IS NOT NULL), \
             (SELECT COUNT(*) FROM external_identities o WHERE o.account_id = a.id), \
             (SELECT COUNT(*) FROM provider_sessions b JOIN sessions s ON s.id_hash = b.id_hash \
             WHERE b.provider_id = i.provider_id AND b.subject = i.subject AND s.expires_at > $1), \
             i.last_used_at FROM external_identities i JOIN accounts a ON a.id = i.account_id \
             WHERE i.provider_id = $2 AND a.disabled_at IS NULL ORDER BY i.subject",
        )
        .bind(now_seconds())
        .bind(provider)
        .fetch_all(self.readers())
        .await?;
        let one = |(subject, id, account_name, gone_at, passwords, ways, sessions, last_used_at): Row| {
            Ok(Enrolled {
                subject,
                account_id: parse_id(&id)?,
                account_name,
                is_gone: gone_at.is_some(),
                is_only_way: passwords == 0 && ways == 1,
                sessions: sessions.unsigned_abs(),
                last_used_at,
            })
        };
        rows.into_iter().map(one).collect()
    }

    /// Somebody is not at their provider any more: the sessions that it began end, and, where it is the only way in, all others and
    /// whatever calls in their name is kept out.
    pub async fn note_departure(&self, provider: &str, who: &Enrolled) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        sqlx::query(
            "DELETE FROM sessions WHERE id_hash IN \
             (SELECT id_hash FROM provider_sessions WHERE provider_id = $1 AND subject = $2)",
        )
        .bind(provider)
        .bind(&who.subject)
        .execute(&mut *change)
        .await?;
        if who.is_only_way {
            sqlx::query("UPDATE accounts SET gone_at = $1 WHERE id = $2")
                .bind(now_seconds())
                .bind(who.account_id.to_string())
                .execute(&mut *change)
                .await?;
            sqlx::query("DELETE FROM sessions WHERE account_id = $1")
                .bind(who.account_id.to_string())
                .execute(&mut *change)
                .await?;
        }
        change.commit().await?;
        Ok(())
    }

    /// Somebody is there again.
    pub async fn note_return(&self, account: Uuid) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        sqlx::query("UPDATE accounts SET gone_at = NULL WHERE id = $1")
            .bind(account.to_string())
            .execute(&mut *change)
            .await?;
        change.commit().await?;
        Ok(())
    }
}
