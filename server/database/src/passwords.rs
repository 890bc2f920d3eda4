//! A person's own password.

use crate::{Database, DatabaseError, now_seconds};
use uuid::Uuid;

impl Database {
    /// The stored hash of an account's password; `None` when it has none, as one that came through a provider.
    pub async fn password_hash_of(&self, account: Uuid) -> Result<Option<String>, DatabaseError> {
        let row: Option<(Option<String>,)> =
            sqlx::query_as("SELECT password_hash FROM accounts WHERE id = $1 AND disabled_at IS NULL")
                .bind(account.to_string())
                .fetch_optional(self.readers())
                .await?;
        Ok(row.and_then(|(hash,)| hash))
    }

    /// Whether a new password is to be chosen when somebody signs in with the one that the account has.
    pub async fn is_password_due(&self, account: Uuid) -> Result<bool, DatabaseError> {
        let row: Option<(Option<i64>,)> =
            sqlx::query_as("SELECT password_due_at FROM accounts WHERE id = $1")
                .bind(account.to_string())
                .fetch_optional(self.readers())
                .await?;
        Ok(row.is_some_and(|(due_at,)| due_at.is_some()))
    }

    /// Has a new password chosen the next time that somebody signs in with the one that the account has, and ends all its
    /// sessions. `false` when it has none.
    pub async fn ask_for_password(&self, account: Uuid) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let asked = sqlx::query(
            "UPDATE accounts SET password_due_at = $1 WHERE id = $2 AND password_hash IS NOT NULL",
        )
        .bind(now_seconds())
        .bind(account.to_string())
        .execute(&mut *change)
        .await?
        .rows_affected();
        if asked != 1 {
            return Ok(false);
        }
        sqlx::query("DELETE FROM sessions WHERE account_id = $1")
            .bind(account.to_string())
            .execute(&mut *change)
            .await?;
        change.commit().await?;
        Ok(true)
    }

    /// Sets a new password in place of `old_hash`, and ends all sessions of the account but the one in which it was
    /// chosen. One-time links stop working. `false` when somebody else changed the password meanwhile.
    pub async fn change_password(
        &self,
        account: Uuid,
        old_hash: &str,
        new_hash: &str,
        kept_session: Option<&str>,
    ) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let changed = sqlx::query(
            "UPDATE accounts SET password_hash = $1, password_due_at = NULL \
             WHERE id = $2 AND password_hash = $3 AND disabled_at IS NULL",
        )
        .bind(new_hash)
        .bind(account.to_string())
        .bind(old_hash)
        .execute(&mut *change)
        .await?
        .rows_affected();
        if changed != 1 {
            return Ok(false);
        }
        sqlx::query("DELETE FROM sessions WHERE account_id = $1 AND id_hash <> $2")
            .bind(account.to_string())
            .bind(kept_session.unwrap_or_default())
            .execute(&mut *change)
            .await?;
        sqlx::query("DELETE FROM one_time_links WHERE account_id = $1")
            .bind(account.to_string())
            .execute(&mut *change)
            .await?;
        change.commit().await?;
        Ok(true)
    }
}
