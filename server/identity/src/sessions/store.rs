//! The table of sessions.

use super::{ACCOUNT, ACTING, SIGNED_IN_AT, hash};
use async_trait::async_trait;
use database::sessions::StoredSession;
use database::{Database, DatabaseError};
use serde_json::Value;
use std::time::Duration;
use time::OffsetDateTime;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result as StoreResult};

/// How long sessions live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    /// Without being used.
    pub idle: Duration,
    /// Whether used or not.
    pub absolute: Duration,
}

/// The session table as `tower-sessions` wants it.
#[derive(Clone, Debug)]
pub struct Store {
    database: Database,
    lifetime: Lifetime,
}

impl Store {
    /// Sessions in this database.
    pub fn new(database: Database, lifetime: Lifetime) -> Self {
        Self { database, lifetime }
    }

    /// The row of a session. It ends when it is not used or when its absolute lifetime is over, whichever comes first, so
    /// whoever asks the table alone, such as an open stream, gets the right answer.
    fn stored(&self, record: &Record) -> StoreResult<StoredSession> {
        let account_id = record.data.get(ACCOUNT).and_then(Value::as_str).and_then(|id| id.parse().ok());
        let signed_in_at = record.data.get(SIGNED_IN_AT).and_then(Value::as_i64);
        let absolute = i64::try_from(self.lifetime.absolute.as_secs()).unwrap_or(i64::MAX);
        let last = signed_in_at.map_or(i64::MAX, |moment| moment.saturating_add(absolute));
        let acting = record.data.get(ACTING).and_then(|acting| acting.get("until")?.as_i64());
        let last = acting.map_or(last, |until| last.min(until));
        Ok(StoredSession {
            id_hash: hash(record.id),
            account_id,
            data: serde_json::to_string(&record.data).map_err(|error| Error::Encode(error.to_string()))?,
            expires_at: record.expiry_date.unix_timestamp().min(last),
        })
    }
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> StoreResult<()> {
        // 128 random bits do not meet; if they do, the second must not get the first one's session.
        while !self.database.add_session(&self.stored(record)?).await.map_err(backend)? {
            record.id = Id::default();
        }
        Ok(())
    }

    async fn save(&self, record: &Record) -> StoreResult<()> {
        // A session that was ended while its last request ran stays ended.
        self.database.update_session(&self.stored(record)?).await.map_err(backend)?;
        Ok(())
    }

    async fn load(&self, id: &Id) -> StoreResult<Option<Record>> {
        let Some(stored) = self.database.session(&hash(*id)).await.map_err(backend)? else { return Ok(None) };
        Ok(Some(Record {
            id: *id,
            data: serde_json::from_str(&stored.data).map_err(|error| Error::Decode(error.to_string()))?,
            expiry_date: OffsetDateTime::from_unix_timestamp(stored.expires_at)
                .map_err(|error| Error::Decode(error.to_string()))?,
        }))
    }

    async fn delete(&self, id: &Id) -> StoreResult<()> {
        self.database.end_session(&hash(*id)).await.map_err(backend)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is used as a function of `map_err`")]
pub(super) fn backend(error: DatabaseError) -> Error {
    tracing::error!(error = &error as &dyn std::error::Error, "Sessions cannot be read or written");
    Error::Backend(error.to_string())
}
