//! What the audit trail holds of a person's own sign-ins.

use crate::{Database, DatabaseError};
use uuid::Uuid;

/// One try to sign in to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInRecord {
    /// When, in milliseconds since 1970.
    pub at_milliseconds: i64,
    /// Where from.
    pub address: Option<String>,
    /// `sign_in`, `second_factor` for the code that is asked for after it, or `acted_as` when somebody else did as they may.
    pub action: String,
    /// By which way: `password`, or the name of a provider. Older rows have none.
    pub way: Option<String>,
    /// Why it failed, empty when it did not; of `acted_as`, who it was and why.
    pub reason: String,
}

impl Database {
    /// The newest tries to sign in to an account, newest first.
    pub async fn sign_ins(&self, account: Uuid, limit: u32) -> Result<Vec<SignInRecord>, DatabaseError> {
        type Row = (i64, Option<String>, String, Option<String>, String);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT at_milliseconds, address, action, name, reason FROM audit \
             WHERE account_id = $1 AND action IN ('sign_in', 'second_factor', 'acted_as') \
             ORDER BY at_milliseconds DESC LIMIT $2",
        )
        .bind(account.to_string())
        .bind(i64::from(limit))
        .fetch_all(self.readers())
        .await?;
        let record = |(at_milliseconds, address, action, way, reason): Row| SignInRecord {
            at_milliseconds,
            address,
            action,
            way,
            reason,
        };
        Ok(rows.into_iter().map(record).collect())
    }
}
