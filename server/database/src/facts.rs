//! Single values of the console's own.

use crate::{Database, DatabaseError};
use uuid::Uuid;

impl Database {
    /// A single value; `None` when nothing is said.
    pub async fn fact(&self, name: &str) -> Result<Option<String>, DatabaseError> {
        let value = sqlx::query_scalar("SELECT value FROM facts WHERE name = $1")
            .bind(name)
            .fetch_optional(self.readers())
            .await?;
        Ok(value)
    }

    /// Keeps a single value, or takes it away.
    pub async fn set_fact(&self, name: &str, value: Option<&str>) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        let query = match value {
            Some(value) => sqlx::query(
                "INSERT INTO facts (name, value) VALUES ($1, $2) \
                 ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            )
            .bind(name)
            .bind(value),
            None => sqlx::query("DELETE FROM facts WHERE name = $1").bind(name),
        };
        query.execute(&mut *change).await?;
        change.commit().await?;
        Ok(())
    }

    /// By which name clusters know what belongs to this console and not to another one. Chosen once, for all replicas.
    pub async fn console_id(&self) -> Result<Uuid, DatabaseError> {
        let mut change = self.change().await?;
        sqlx::query(
            "INSERT INTO facts (name, value) VALUES ('console_id', $1) ON CONFLICT (name) DO NOTHING",
        )
        .bind(Uuid::new_v4().to_string())
        .execute(&mut *change)
        .await?;
        let (id,): (String,) = sqlx::query_as("SELECT value FROM facts WHERE name = 'console_id'")
            .fetch_one(&mut *change)
            .await?;
        change.commit().await?;
        crate::accounts::parse_id(&id)
    }
}
