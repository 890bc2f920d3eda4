//! What was allowed or refused, to whom, and how it went. Rows are only ever added.

use crate::{Database, DatabaseError, now_milliseconds};
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
    /// Why it was refused; empty when it was allowed.
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
    /// When, in milliseconds since 1970.
    pub at_milliseconds: i64,
    /// The decision.
    pub decision: Decision,
    /// How it went, once that is known.
    pub outcome: Option<Outcome>,
}

impl Database {
    /// Writes a decision. When this has returned the row is on the disk.
    pub async fn record_decision(&self, decision: &Decision) -> Result<Uuid, DatabaseError> {
        let id = Uuid::new_v4();
        let mut change = self.change().await?;
        sqlx::query(
            "INSERT INTO audit (id, at_milliseconds, request_id, account_id, account_name, session_hash, address, \
             action, verb, resource, cluster, namespace, name, decision, reason) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        )
        .bind(id.to_string())
        .bind(now_milliseconds())
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
        change.commit().await?;
        Ok(id)
    }

    /// Writes how an allowed action went.
    pub async fn record_outcome(&self, decision: Uuid, outcome: &Outcome) -> Result<(), DatabaseError> {
        let (word, detail) = match outcome {
            Outcome::Done => ("done", ""),
            Outcome::Failed(detail) => ("failed", detail.as_str()),
            Outcome::Unknown(detail) => ("unknown", detail.as_str()),
        };
        let mut change = self.change().await?;
        sqlx::query(
            "INSERT INTO audit_outcomes (audit_id, at_milliseconds, outcome, detail) VALUES ($1, $2, $3, $4)",
        )
        .bind(decision.to_string())
        .bind(now_milliseconds())
        .bind(word)
        .bind(detail)
        .execute(&mut *change)
        .await?;
        change.commit().await?;
        Ok(())
    }

    /// The newest lines of the trail, newest first.
    pub async fn audit_trail(&self, limit: u32) -> Result<Vec<AuditEntry>, DatabaseError> {
        use sqlx::Row;
        let rows = sqlx::query(
            "SELECT audit.at_milliseconds AS decided_at, request_id, account_id, account_name, session_hash, address, \
             action, verb, resource, cluster, namespace, name, decision, reason, outcome, detail \
             FROM audit LEFT JOIN audit_outcomes ON audit_outcomes.audit_id = audit.id \
             ORDER BY decided_at DESC LIMIT $1",
        )
        .bind(i64::from(limit))
        .fetch_all(self.readers())
        .await?;
        rows.iter()
            .map(|row| {
                let account: Option<String> = row.try_get("account_id")?;
                let detail = || row.try_get::<String, _>("detail");
                Ok(AuditEntry {
                    at_milliseconds: row.try_get("decided_at")?,
                    decision: Decision {
                        request_id: row.try_get("request_id")?,
                        account_id: account.as_deref().map(crate::accounts::parse_id).transpose()?,
                        account_name: row.try_get("account_name")?,
                        session_hash: row.try_get("session_hash")?,
                        address: row.try_get("address")?,
                        action: row.try_get("action")?,
                        verb: row.try_get("verb")?,
                        resource: row.try_get("resource")?,
                        cluster: row.try_get("cluster")?,
                        namespace: row.try_get("namespace")?,
                        name: row.try_get("name")?,
                        is_allowed: row.try_get::<String, _>("decision")? == "allowed",
                        reason: row.try_get("reason")?,
                    },
                    outcome: match row.try_get::<Option<String>, _>("outcome")?.as_deref() {
                        Some("done") => Some(Outcome::Done),
                        Some("failed") => Some(Outcome::Failed(detail()?)),
                        Some(_) => Some(Outcome::Unknown(detail()?)),
                        None => None,
                    },
                })
            })
            .collect()
    }
}
