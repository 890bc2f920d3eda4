//! Single values of the console's own.

use crate::{Database, DatabaseError};
use uuid::Uuid;

impl Database {
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
