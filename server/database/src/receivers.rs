//! Who is told of alerts, as it is kept.

use crate::accounts::parse_id;
use crate::members::Place;
use crate::{Database, DatabaseError, now_seconds};
use uuid::Uuid;

/// A receiver that can be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReceiver {
    /// Whose alerts it hears; none for all.
    pub place: Option<Place>,
    /// What people call it.
    pub name: String,
    /// The word of the way in which it is told.
    pub channel: String,
    /// What may be shown, as JSON.
    pub settings: String,
    /// What may not, sealed.
    pub sealed_secrets: Option<String>,
}

/// A receiver, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredReceiver {
    /// Its id.
    pub id: Uuid,
    /// What was said about it.
    pub said: NewReceiver,
    /// Whether it is told.
    pub is_enabled: bool,
    /// Changes with every change.
    pub version: i64,
}

type Row = (String, String, String, String, String, String, Option<String>, Option<i64>, i64);

const SELECT: &str =
    "SELECT id, tier, place, name, channel, settings, sealed_secrets, disabled_at, version FROM receivers";

/// The tier of what is of no place.
const PLATFORM: &str = "platform";

fn columns(place: Option<&Place>) -> (&'static str, String) {
    place.map_or((PLATFORM, String::new()), |place| (place.tier().word(), place.key()))
}

fn receiver(row: Row) -> Result<StoredReceiver, DatabaseError> {
    let (id, tier, place, name, channel, settings, sealed_secrets, disabled_at, version) = row;
    let place = if tier == PLATFORM { None } else { Some(Place::parse(&tier, &place)?) };
    let said = NewReceiver { place, name, channel, settings, sealed_secrets };
    Ok(StoredReceiver { id: parse_id(&id)?, said, is_enabled: disabled_at.is_none(), version })
}

impl Database {
    /// All receivers, by place and name.
    pub async fn receivers(&self) -> Result<Vec<StoredReceiver>, DatabaseError> {
        let select = format!("{SELECT} ORDER BY tier, place, name, id");
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(select)).fetch_all(self.readers()).await?;
        rows.into_iter().map(receiver).collect()
    }

    /// One receiver.
    pub async fn receiver(&self, id: Uuid) -> Result<Option<StoredReceiver>, DatabaseError> {
        let select = format!("{SELECT} WHERE id = $1");
        let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(select))
            .bind(id.to_string())
            .fetch_optional(self.readers())
            .await?;
        row.map(receiver).transpose()
    }

    /// Adds a receiver under a new id. It is told from now on.
    pub async fn add_receiver(&self, id: Uuid, new: &NewReceiver) -> Result<(), DatabaseError> {
        let (tier, place) = columns(new.place.as_ref());
        let mut change = self.change().await?;
        sqlx::query(
            "INSERT INTO receivers (id, tier, place, name, channel, settings, sealed_secrets, version, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8)",
        )
        .bind(id.to_string())
        .bind(tier)
        .bind(place)
        .bind(&new.name)
        .bind(&new.channel)
        .bind(&new.settings)
        .bind(&new.sealed_secrets)
        .bind(now_seconds())
        .execute(&mut *change)
        .await?;
        change.commit().await?;
        Ok(())
    }

    /// Changes what is said about a receiver that is still at this version, its place and its way excepted; `false` when
    /// somebody else changed it. Of secrets only these are kept.
    pub async fn change_receiver(
        &self,
        id: Uuid,
        version: i64,
        said: &NewReceiver,
    ) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let changed = sqlx::query(
            "UPDATE receivers SET name = $1, settings = $2, sealed_secrets = $3, \
             version = version + 1 WHERE id = $4 AND version = $5",
        )
        .bind(&said.name)
        .bind(&said.settings)
        .bind(&said.sealed_secrets)
        .bind(id.to_string())
        .bind(version)
        .execute(&mut *change)
        .await?
        .rows_affected();
        change.commit().await?;
        Ok(changed == 1)
    }

    /// Lets a receiver be told, or not for now; `false` when there is none of that id. One that is not told forgets what it
    /// was told of, and gets nothing of what waits: what fires when it is told again is new to it.
    pub async fn enable_receiver(&self, id: Uuid, is_enabled: bool) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let changed =
            sqlx::query("UPDATE receivers SET disabled_at = $1, version = version + 1 WHERE id = $2")
                .bind((!is_enabled).then(now_seconds))
                .bind(id.to_string())
                .execute(&mut *change)
                .await?
                .rows_affected();
        if !is_enabled {
            for question in [
                "DELETE FROM told_alerts WHERE receiver_id = $1",
                "UPDATE deliveries SET state = 'failed', problem = 'the receiver was switched off' \
                 WHERE receiver_id = $1 AND state = 'waiting'",
            ] {
                sqlx::query(question).bind(id.to_string()).execute(&mut *change).await?;
            }
        }
        change.commit().await?;
        Ok(changed == 1)
    }

    /// Removes a receiver with everything that was sent to it; `false` when there is none.
    pub async fn remove_receiver(&self, id: Uuid) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let removed = sqlx::query("DELETE FROM receivers WHERE id = $1")
            .bind(id.to_string())
            .execute(&mut *change)
            .await?
            .rows_affected();
        change.commit().await?;
        Ok(removed == 1)
    }
}
