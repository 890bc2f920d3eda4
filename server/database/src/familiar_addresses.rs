//! From where people have signed in.

use crate::{Database, DatabaseError, now_milliseconds};
use uuid::Uuid;

/// For so long a network is remembered after somebody signed in from it.
const REMEMBERED_MILLISECONDS: i64 = 90 * 24 * 60 * 60 * 1000;

impl Database {
    /// Notes that somebody signed in from a network, and forgets those from which they have not for 90 days.
    pub async fn note_familiar_network(&self, account: Uuid, network: &str) -> Result<(), DatabaseError> {
        let now = now_milliseconds();
        let mut change = self.change().await?;
        sqlx::query("DELETE FROM familiar_addresses WHERE account_id = $1 AND seen_milliseconds < $2")
            .bind(account.to_string())
            .bind(now - REMEMBERED_MILLISECONDS)
            .execute(&mut *change)
            .await?;
        sqlx::query(
            "INSERT INTO familiar_addresses (account_id, network, seen_milliseconds) VALUES ($1, $2, $3) \
             ON CONFLICT (account_id, network) DO UPDATE SET seen_milliseconds = excluded.seen_milliseconds",
        )
        .bind(account.to_string())
        .bind(network)
        .bind(now)
        .execute(&mut *change)
        .await?;
        change.commit().await?;
        Ok(())
    }

    /// Whether somebody has signed in from a network within 90 days.
    pub async fn is_familiar_network(&self, name: &str, network: &str) -> Result<bool, DatabaseError> {
        let Some(account) = self.account_named(name).await? else { return Ok(false) };
        let seen: Option<i64> = sqlx::query_scalar(
            "SELECT seen_milliseconds FROM familiar_addresses WHERE account_id = $1 AND network = $2",
        )
        .bind(account.id.to_string())
        .bind(network)
        .fetch_optional(self.readers())
        .await?;
        Ok(seen.is_some_and(|seen| seen >= now_milliseconds() - REMEMBERED_MILLISECONDS))
    }
}
