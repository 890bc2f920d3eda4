//! What is asked for besides the password.

use crate::{Database, DatabaseError, now_seconds};
use uuid::Uuid;

/// A code generator of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFactor {
    /// Its secret, sealed.
    pub sealed_secret: String,
    /// Since when it is asked for; `None` while it is being set up.
    pub confirmed_at: Option<i64>,
    /// The last step of time of which a code was used: none works twice.
    pub last_step: i64,
}

impl Database {
    /// An account's code generator.
    pub async fn factor(&self, account: Uuid) -> Result<Option<StoredFactor>, DatabaseError> {
        let row: Option<(String, Option<i64>, i64)> = sqlx::query_as(
            "SELECT sealed_secret, confirmed_at, last_step FROM second_factors WHERE account_id = $1",
        )
        .bind(account.to_string())
        .fetch_optional(self.readers())
        .await?;
        Ok(row.map(|(sealed_secret, confirmed_at, last_step)| StoredFactor {
            sealed_secret,
            confirmed_at,
            last_step,
        }))
    }

    /// Begins to set a code generator up; `false` when there is one that is asked for.
    pub async fn begin_factor(&self, account: Uuid, sealed_secret: &str) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let begun = sqlx::query(
            "INSERT INTO second_factors (account_id, sealed_secret, created_at) VALUES ($1, $2, $3) \
             ON CONFLICT (account_id) DO UPDATE SET sealed_secret = excluded.sealed_secret, \
             created_at = excluded.created_at, last_step = 0 WHERE second_factors.confirmed_at IS NULL",
        )
        .bind(account.to_string())
        .bind(sealed_secret)
        .bind(now_seconds())
        .execute(&mut *change)
        .await?
        .rows_affected();
        change.commit().await?;
        Ok(begun == 1)
    }

    /// Asks for the code generator from now on, and keeps the recovery codes; `false` when it was not being set up.
    pub async fn confirm_factor(
        &self,
        account: Uuid,
        step: i64,
        code_hashes: &[String],
    ) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let confirmed = sqlx::query(
            "UPDATE second_factors SET confirmed_at = $1, last_step = $2 WHERE account_id = $3 \
             AND confirmed_at IS NULL",
        )
        .bind(now_seconds())
        .bind(step)
        .bind(account.to_string())
        .execute(&mut *change)
        .await?
        .rows_affected();
        if confirmed != 1 {
            return Ok(false);
        }
        sqlx::query("DELETE FROM recovery_codes WHERE account_id = $1")
            .bind(account.to_string())
            .execute(&mut *change)
            .await?;
        for hash in code_hashes {
            sqlx::query("INSERT INTO recovery_codes (account_id, code_hash) VALUES ($1, $2)")
                .bind(account.to_string())
                .bind(hash)
                .execute(&mut *change)
                .await?;
        }
        change.commit().await?;
        Ok(true)
    }

    /// Counts a code of the generator that is about to be tried; `false`, without counting, when `most` were tried since the last
    /// right one. It counts before the code is checked, so tries in parallel and at other replicas are counted too.
    pub async fn count_code(&self, account: Uuid, most: i64) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let counted =
            sqlx::query("UPDATE second_factors SET tries = tries + 1 WHERE account_id = $1 AND tries < $2")
                .bind(account.to_string())
                .bind(most)
                .execute(&mut *change)
                .await?
                .rows_affected();
        change.commit().await?;
        Ok(counted == 1)
    }

    /// Uses up a step of time; `false` when it, or a later one, was used before. Codes are counted anew afterwards.
    pub async fn use_step(&self, account: Uuid, step: i64) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let used = sqlx::query(
            "UPDATE second_factors SET last_step = $1, tries = 0 WHERE account_id = $2 AND last_step < $1",
        )
        .bind(step)
        .bind(account.to_string())
        .execute(&mut *change)
        .await?
        .rows_affected();
        change.commit().await?;
        Ok(used == 1)
    }

    /// Uses up a recovery code; `false` when there is none of that hash. Codes of the generator are counted anew afterwards.
    pub async fn use_recovery_code(&self, account: Uuid, code_hash: &str) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let used = sqlx::query("DELETE FROM recovery_codes WHERE account_id = $1 AND code_hash = $2")
            .bind(account.to_string())
            .bind(code_hash)
            .execute(&mut *change)
            .await?
            .rows_affected();
        if used == 1 {
            sqlx::query("UPDATE second_factors SET tries = 0 WHERE account_id = $1")
                .bind(account.to_string())
                .execute(&mut *change)
                .await?;
        }
        change.commit().await?;
        Ok(used == 1)
    }

    /// How many recovery codes are left.
    pub async fn recovery_codes_left(&self, account: Uuid) -> Result<i64, DatabaseError> {
        let (left,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM recovery_codes WHERE account_id = $1")
            .bind(account.to_string())
            .fetch_one(self.readers())
            .await?;
        Ok(left)
    }

    /// Forgets all with which somebody proves who they are besides the password, passkeys too; `false` when there was
    /// nothing of it.
    pub async fn forget_proofs(&self, account: Uuid) -> Result<bool, DatabaseError> {
        let had_factor = self.remove_factor(account).await?;
        let mut change = self.change().await?;
        let passkeys = sqlx::query("DELETE FROM passkeys WHERE account_id = $1")
            .bind(account.to_string())
            .execute(&mut *change)
            .await?
            .rows_affected();
        change.commit().await?;
        Ok(had_factor || passkeys > 0)
    }

    /// Asks for no second factor any more; `false` when none was asked for.
    pub async fn remove_factor(&self, account: Uuid) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let removed = sqlx::query("DELETE FROM second_factors WHERE account_id = $1")
            .bind(account.to_string())
            .execute(&mut *change)
            .await?
            .rows_affected();
        sqlx::query("DELETE FROM recovery_codes WHERE account_id = $1")
            .bind(account.to_string())
            .execute(&mut *change)
            .await?;
        change.commit().await?;
        Ok(removed == 1)
    }
}
