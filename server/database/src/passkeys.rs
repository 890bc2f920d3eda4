//! Passkeys: what an authenticator keeps for a person, of which the console knows the public half.

use crate::accounts::parse_id;
use crate::{Database, DatabaseError, now_seconds};
use uuid::Uuid;

/// The most passkeys of one account.
pub const MAX_PASSKEYS_PER_ACCOUNT: i64 = 20;

/// A passkey, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPasskey {
    /// Names it in forms and in the audit trail.
    pub id: Uuid,
    /// Whose it is.
    pub account_id: Uuid,
    /// What browsers call it.
    pub credential_id: String,
    /// The host at which it works.
    pub host: String,
    /// What its owner calls it.
    pub name: String,
    /// The public key, with what belongs to it, as JSON.
    pub credential: String,
    /// When it was added.
    pub created_at: i64,
    /// When it was last used.
    pub last_used_at: Option<i64>,
}

/// What became of a new passkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeyAdded {
    /// It is kept.
    Done,
    /// It is kept already.
    Known,
    /// The account has as many as it may.
    Full,
}

type Row = (String, String, String, String, String, String, i64, Option<i64>);

const COLUMNS: &str =
    "SELECT id, account_id, credential_id, host, name, credential, created_at, last_used_at FROM passkeys";

fn passkey(row: Row) -> Result<StoredPasskey, DatabaseError> {
    let (id, account, credential_id, host, name, credential, created_at, last_used_at) = row;
    let (id, account_id) = (parse_id(&id)?, parse_id(&account)?);
    Ok(StoredPasskey { id, account_id, credential_id, host, name, credential, created_at, last_used_at })
}

impl Database {
    /// Keeps a new passkey.
    pub async fn add_passkey(&self, new: &StoredPasskey) -> Result<PasskeyAdded, DatabaseError> {
        let mut change = self.change().await?;
        let (count,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM passkeys WHERE account_id = $1")
            .bind(new.account_id.to_string())
            .fetch_one(&mut *change)
            .await?;
        if count >= MAX_PASSKEYS_PER_ACCOUNT {
            return Ok(PasskeyAdded::Full);
        }
        let added = sqlx::query(
            "INSERT INTO passkeys (id, account_id, credential_id, host, name, credential, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (credential_id) DO NOTHING",
        )
        .bind(new.id.to_string())
        .bind(new.account_id.to_string())
        .bind(&new.credential_id)
        .bind(&new.host)
        .bind(&new.name)
        .bind(&new.credential)
        .bind(new.created_at)
        .execute(&mut *change)
        .await?
        .rows_affected();
        change.commit().await?;
        Ok(if added == 1 { PasskeyAdded::Done } else { PasskeyAdded::Known })
    }

    /// The passkeys of an account, in the order in which they were added.
    pub async fn passkeys_of(&self, account: Uuid) -> Result<Vec<StoredPasskey>, DatabaseError> {
        let query = format!("{COLUMNS} WHERE account_id = $1 ORDER BY created_at, id");
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(query))
            .bind(account.to_string())
            .fetch_all(self.readers())
            .await?;
        rows.into_iter().map(passkey).collect()
    }

    /// The passkey that browsers call so.
    pub async fn passkey(&self, credential_id: &str) -> Result<Option<StoredPasskey>, DatabaseError> {
        let query = format!("{COLUMNS} WHERE credential_id = $1");
        let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(query))
            .bind(credential_id)
            .fetch_optional(self.readers())
            .await?;
        row.map(passkey).transpose()
    }

    /// Writes down that a passkey was used to answer a challenge; `false` when that was answered before, or the passkey is
    /// gone.
    pub async fn use_passkey(
        &self,
        id: Uuid,
        credential: &str,
        challenge_hash: &str,
        challenge_ends: i64,
    ) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        sqlx::query("DELETE FROM answered_challenges WHERE expires_at < $1")
            .bind(now_seconds())
            .execute(&mut *change)
            .await?;
        let is_first = sqlx::query(
            "INSERT INTO answered_challenges (hash, expires_at) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING",
        )
        .bind(challenge_hash)
        .bind(challenge_ends)
        .execute(&mut *change)
        .await?
        .rows_affected();
        let used = sqlx::query("UPDATE passkeys SET credential = $1, last_used_at = $2 WHERE id = $3")
            .bind(credential)
            .bind(now_seconds())
            .bind(id.to_string())
            .execute(&mut *change)
            .await?
            .rows_affected();
        if is_first != 1 || used != 1 {
            return Ok(false);
        }
        change.commit().await?;
        Ok(true)
    }

    /// Forgets a passkey of an account; `false` when it has no such passkey.
    pub async fn remove_passkey(&self, account: Uuid, id: Uuid) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let removed = sqlx::query("DELETE FROM passkeys WHERE account_id = $1 AND id = $2")
            .bind(account.to_string())
            .bind(id.to_string())
            .execute(&mut *change)
            .await?
            .rows_affected();
        change.commit().await?;
        Ok(removed == 1)
    }
}
