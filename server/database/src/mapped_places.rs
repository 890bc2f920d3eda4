//! Which places the settings of identity providers mean: they name them, and names are given again.

use crate::accounts::parse_id;
use crate::{Database, DatabaseError};
use uuid::Uuid;

impl Database {
    /// The id of the workspace or project that a provider's settings mean by a name. The first one that is met after they were
    /// written becomes it.
    pub async fn meet_place(&self, provider: &str, place: &str, id: Uuid) -> Result<Uuid, DatabaseError> {
        const KNOWN: &str = "SELECT id FROM mapped_places WHERE provider_id = $1 AND place = $2";
        let known: Option<(String,)> =
            sqlx::query_as(KNOWN).bind(provider).bind(place).fetch_optional(self.readers()).await?;
        if let Some((known,)) = known {
            return parse_id(&known);
        }
        let mut change = self.change().await?;
        sqlx::query(
            "INSERT INTO mapped_places (provider_id, place, id) VALUES ($1, $2, $3) \
             ON CONFLICT (provider_id, place) DO NOTHING",
        )
        .bind(provider)
        .bind(place)
        .bind(id.to_string())
        .execute(&mut *change)
        .await?;
        let (known,): (String,) =
            sqlx::query_as(KNOWN).bind(provider).bind(place).fetch_one(&mut *change).await?;
        change.commit().await?;
        parse_id(&known)
    }
}
