//! Systems through which people sign in, as they are kept.

use crate::{Database, DatabaseError, now_seconds};

/// A provider, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredProvider {
    /// Names it in addresses.
    pub id: String,
    /// What is set, as JSON without secrets.
    pub settings: String,
    /// Its secret, sealed.
    pub sealed_secret: Option<String>,
    /// Changes with every change.
    pub version: i64,
    /// Whether people may sign in through it.
    pub is_enabled: bool,
}

/// How much a provider is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProviderUse {
    /// Accounts that sign in through it.
    pub accounts: i64,
    /// When somebody last did.
    pub last_used_at: Option<i64>,
}

type Row = (String, String, Option<String>, i64, Option<i64>);

const COLUMNS: &str = "SELECT id, settings, sealed_secret, version, disabled_at FROM identity_providers";

fn provider((id, settings, sealed_secret, version, disabled_at): Row) -> StoredProvider {
    StoredProvider { id, settings, sealed_secret, version, is_enabled: disabled_at.is_none() }
}

impl Database {
    /// All providers, in the order in which people are offered them.
    pub async fn providers(&self) -> Result<Vec<StoredProvider>, DatabaseError> {
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{COLUMNS} ORDER BY position, id")))
            .fetch_all(self.readers())
            .await?;
        Ok(rows.into_iter().map(provider).collect())
    }

    /// One provider.
    pub async fn provider(&self, id: &str) -> Result<Option<StoredProvider>, DatabaseError> {
        let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE id = $1")))
            .bind(id)
            .fetch_optional(self.readers())
            .await?;
        Ok(row.map(provider))
    }

    /// How much a provider is used.
    pub async fn provider_use(&self, id: &str) -> Result<ProviderUse, DatabaseError> {
        let (accounts, last_used_at): (i64, Option<i64>) = sqlx::query_as(
            "SELECT COUNT(*), MAX(last_used_at) FROM external_identities WHERE provider_id = $1",
        )
        .bind(id)
        .fetch_one(self.readers())
        .await?;
        Ok(ProviderUse { accounts, last_used_at })
    }

    /// Adds a provider as the last one.
    pub async fn add_provider(
        &self,
        id: &str,
        settings: &str,
        sealed_secret: Option<&str>,
    ) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        sqlx::query(
            "INSERT INTO identity_providers (id, settings, sealed_secret, position, version, created_at) \
             SELECT $1, $2, $3, COALESCE(MAX(position), 0) + 1, 1, $4 FROM identity_providers",
        )
        .bind(id)
        .bind(settings)
        .bind(sealed_secret)
        .bind(now_seconds())
        .execute(&mut *change)
        .await?;
        change.commit().await?;
        Ok(())
    }

    /// Changes a provider that is still at this version; `false` when somebody else changed it. Without a secret the one
    /// that is kept stays. Which places its settings mean is learnt anew.
    pub async fn change_provider(
        &self,
        id: &str,
        version: i64,
        settings: &str,
        sealed_secret: Option<&str>,
    ) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let changed = sqlx::query(
            "UPDATE identity_providers SET settings = $1, sealed_secret = COALESCE($2, sealed_secret), \
             version = version + 1 WHERE id = $3 AND version = $4",
        )
        .bind(settings)
        .bind(sealed_secret)
        .bind(id)
        .bind(version)
        .execute(&mut *change)
        .await?
        .rows_affected();
        if changed == 1 {
            sqlx::query("DELETE FROM mapped_places WHERE provider_id = $1")
                .bind(id)
                .execute(&mut *change)
                .await?;
        }
        change.commit().await?;
        Ok(changed == 1)
    }

    /// Lets people sign in through a provider, or not; the latter also ends the sessions that it began. `false` when
    /// there is none of that id.
    pub async fn enable_provider(&self, id: &str, is_enabled: bool) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let changed = sqlx::query(
            "UPDATE identity_providers SET disabled_at = $1, version = version + 1 WHERE id = $2",
        )
        .bind((!is_enabled).then(now_seconds))
        .bind(id)
        .execute(&mut *change)
        .await?
        .rows_affected();
        if !is_enabled {
            end_sessions(&mut change, id).await?;
        }
        change.commit().await?;
        Ok(changed == 1)
    }

    /// Removes a provider, its links to accounts, what its groups gave, and the sessions that it began. `false` when
    /// there is none.
    pub async fn remove_provider(&self, id: &str) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        end_sessions(&mut change, id).await?;
        sqlx::query("DELETE FROM members WHERE source = $1").bind(id).execute(&mut *change).await?;
        let removed = sqlx::query("DELETE FROM identity_providers WHERE id = $1")
            .bind(id)
            .execute(&mut *change)
            .await?
            .rows_affected();
        change.commit().await?;
        Ok(removed == 1)
    }

    /// Moves a provider one place up or down.
    pub async fn move_provider(&self, id: &str, is_up: bool) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        let ids: Vec<(String,)> = sqlx::query_as("SELECT id FROM identity_providers ORDER BY position, id")
            .fetch_all(&mut *change)
            .await?;
        let mut ids: Vec<String> = ids.into_iter().map(|(id,)| id).collect();
        let Some(here) = ids.iter().position(|known| known == id) else { return Ok(()) };
        let there = if is_up { here.checked_sub(1) } else { Some(here + 1) };
        let Some(there) = there.filter(|there| *there < ids.len()) else { return Ok(()) };
        ids.swap(here, there);
        for (position, id) in (1_i64..).zip(&ids) {
            sqlx::query("UPDATE identity_providers SET position = $1 WHERE id = $2")
                .bind(position)
                .bind(id)
                .execute(&mut *change)
                .await?;
        }
        change.commit().await?;
        Ok(())
    }
}

async fn end_sessions(
    change: &mut sqlx::Transaction<'static, sqlx::Any>,
    provider: &str,
) -> Result<(), DatabaseError> {
    sqlx::query(
        "DELETE FROM sessions WHERE id_hash IN (SELECT id_hash FROM provider_sessions WHERE provider_id = $1)",
    )
    .bind(provider)
    .execute(&mut **change)
    .await?;
    Ok(())
}
