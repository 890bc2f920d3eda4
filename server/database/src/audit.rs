//! What was allowed or refused, to whom, and how it went. Rows are only ever added.

mod chain;
mod search;

pub use chain::{Broken, Verified};
pub use search::{AuditFilter, AuditScope};

use crate::{Database, DatabaseError, now_milliseconds};
use chain::Link;
use std::collections::HashMap;
use uuid::Uuid;

/// A decision, as it is written before anything is done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// The request in whose course it was made.
    pub request_id: String,
    /// Whose request.
    pub account_id: Option<Uuid>,
    /// The name at that time.
    pub account_name: String,
    /// The hash of the session's id.
    pub session_hash: Option<String>,
    /// The address the request came from.
    pub address: Option<String>,
    /// What was asked for, such as `scale`.
    pub action: String,
    /// The verb of the right, such as `patch`.
    pub verb: String,
    /// The resource of the right, such as `deployments.apps/scale`.
    pub resource: String,
    /// The cluster.
    pub cluster: Option<String>,
    /// The namespace.
    pub namespace: Option<String>,
    /// The object.
    pub name: Option<String>,
    /// Whether it was allowed.
    pub is_allowed: bool,
    /// Why it was refused; of what was allowed, more about what was asked for, such as the path of a file.
    pub reason: String,
}

/// How an allowed action went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was carried out.
    Done,
    /// It was not carried out, for this reason.
    Failed(String),
    /// It may have been carried out: no good answer came back, as this says.
    Unknown(String),
}

/// A line of the trail, for reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Which line.
    pub id: Uuid,
    /// When, in milliseconds since 1970.
    pub at_milliseconds: i64,
    /// The decision.
    pub decision: Decision,
    /// How it went, once that is known.
    pub outcome: Option<Outcome>,
}

/// Each action by stepping from one to the next in their index: a trail has millions of rows and some hundred actions.
pub(crate) const ACTIONS: &str = "WITH RECURSIVE actions (action) AS (SELECT MIN(action) FROM audit UNION ALL \
     SELECT (SELECT MIN(audit.action) FROM audit WHERE audit.action > actions.action) FROM actions \
     WHERE actions.action IS NOT NULL) SELECT action FROM actions WHERE action IS NOT NULL ORDER BY action";

/// The last row of each account in the index of those that matter here.
pub(crate) const LAST_SIGN_INS: &str = "SELECT accounts.id, (SELECT audit.at_milliseconds FROM audit \
     WHERE audit.account_id = accounts.id AND action IN ('sign_in', 'choose_password') AND decision = 'allowed' \
     ORDER BY audit.at_milliseconds DESC LIMIT 1) FROM accounts";

impl Database {
    /// Writes a decision. When this has returned the row is on the disk.
    pub async fn record_decision(&self, decision: &Decision) -> Result<Uuid, DatabaseError> {
        let decision = &decision.keepable();
        let id = Uuid::new_v4();
        let at = now_milliseconds();
        let mut change = self.change_chain().await?;
        sqlx::query(
            "INSERT INTO audit (id, at_milliseconds, request_id, account_id, account_name, session_hash, address, \
             action, verb, resource, cluster, namespace, name, decision, reason) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        )
        .bind(id.to_string())
        .bind(at)
        .bind(&decision.request_id)
        .bind(decision.account_id.map(|id| id.to_string()))
        .bind(&decision.account_name)
        .bind(decision.session_hash.clone())
        .bind(decision.address.clone())
        .bind(&decision.action)
        .bind(&decision.verb)
        .bind(&decision.resource)
        .bind(decision.cluster.clone())
        .bind(decision.namespace.clone())
        .bind(decision.name.clone())
        .bind(if decision.is_allowed { "allowed" } else { "refused" })
        .bind(&decision.reason)
        .execute(&mut *change)
        .await?;
        chain::append(&mut change, &Link::Decision(id, at, decision)).await?;
        change.commit().await?;
        Ok(id)
    }

    /// Writes how an allowed action went.
    pub async fn record_outcome(&self, decision: Uuid, outcome: &Outcome) -> Result<(), DatabaseError> {
        let outcome = &outcome.keepable();
        let (word, detail) = outcome.parts();
        let at = now_milliseconds();
        let mut change = self.change_chain().await?;
        sqlx::query(
            "INSERT INTO audit_outcomes (audit_id, at_milliseconds, outcome, detail) VALUES ($1, $2, $3, $4)",
        )
        .bind(decision.to_string())
        .bind(at)
        .bind(word)
        .bind(detail)
        .execute(&mut *change)
        .await?;
        chain::append(&mut change, &Link::Outcome(decision, at, outcome)).await?;
        change.commit().await?;
        Ok(())
    }

    /// The newest lines of the trail, newest first.
    pub async fn audit_trail(&self, limit: u32) -> Result<Vec<AuditEntry>, DatabaseError> {
        self.search_audit(&AuditFilter::default(), limit).await
    }

    /// All actions that the trail knows, by name.
    pub async fn audit_actions(&self) -> Result<Vec<String>, DatabaseError> {
        let rows: Vec<(String,)> = sqlx::query_as(ACTIONS).fetch_all(self.readers()).await?;
        Ok(rows.into_iter().map(|(action,)| action).collect())
    }

    /// When each account last signed in, in milliseconds since 1970.
    pub async fn last_sign_ins(&self) -> Result<HashMap<Uuid, i64>, DatabaseError> {
        let rows: Vec<(String, Option<i64>)> =
            sqlx::query_as(LAST_SIGN_INS).fetch_all(self.readers()).await?;
        let signed_in = rows.into_iter().filter_map(|(id, at)| Some((id, at?)));
        signed_in.map(|(id, at)| Ok((crate::accounts::parse_id(&id)?, at))).collect()
    }
}

/// A text that both databases keep: PostgreSQL takes none with this letter, which a program in a container may say. What cannot be
/// kept would be missing in the trail.
fn keepable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

impl Decision {
    fn keepable(&self) -> Self {
        Self {
            account_name: keepable(&self.account_name),
            name: self.name.as_deref().map(keepable),
            reason: keepable(&self.reason),
            ..self.clone()
        }
    }
}

impl Outcome {
    fn keepable(&self) -> Self {
        match self {
            Self::Done => Self::Done,
            Self::Failed(detail) => Self::Failed(keepable(detail)),
            Self::Unknown(detail) => Self::Unknown(keepable(detail)),
        }
    }

    fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Done => ("done", ""),
            Self::Failed(detail) => ("failed", detail),
            Self::Unknown(detail) => ("unknown", detail),
        }
    }
}
