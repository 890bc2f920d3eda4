//! The chain over the trail: every row's digest covers the digest before it.

use super::{Decision, Outcome};
use crate::accounts::parse_id;
use crate::{Database, DatabaseError, Dialect};
use sha2::{Digest, Sha256};
use sqlx::{Any, Transaction};
use uuid::Uuid;

/// Key of PostgreSQL's advisory lock under which rows are added; any number that no other program on the server uses.
const POSTGRES_LOCK: &str = "SELECT pg_advisory_xact_lock(7163228291)";

/// Rows that are read at once when the chain is verified.
const BATCH: i64 = 1_000;

/// A row of the trail.
pub(super) enum Link<'r> {
    Decision(Uuid, i64, &'r Decision),
    Outcome(Uuid, i64, &'r Outcome),
}

/// What a verification found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Rows in the chain that are as they were written.
    pub rows: u64,
    /// Rows from before there was a chain.
    pub before_the_chain: u64,
    /// The last digest: whoever has kept an earlier one elsewhere can look for it with `head`.
    pub head: Option<String>,
    /// The first row that is not as it was written, and how.
    pub broken: Option<Broken>,
}

/// A row that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Where in the chain.
    pub sequence: i64,
    /// What is wrong, as a sentence.
    pub how: String,
}

impl Link<'_> {
    fn kind(&self) -> &'static str {
        match self {
            Self::Decision(..) => "decision",
            Self::Outcome(..) => "outcome",
        }
    }

    fn id(&self) -> Uuid {
        match self {
            Self::Decision(id, ..) | Self::Outcome(id, ..) => *id,
        }
    }

    /// The digest of this row behind another one. Every field goes in with its length, so that no two rows have the same
    /// bytes.
    fn digest(&self, before: &str) -> String {
        let mut hash = Sha256::new();
        let mut add = |text: Option<&str>| {
            let length = text.map_or(u64::MAX, |text| text.len() as u64);
            hash.update(length.to_be_bytes());
            hash.update(text.unwrap_or_default());
        };
        add(Some(before));
        add(Some(self.kind()));
        add(Some(&self.id().to_string()));
        match self {
            Self::Decision(_, at, decision) => {
                let account = decision.account_id.map(|id| id.to_string());
                add(Some(&at.to_string()));
                for text in [
                    Some(decision.request_id.as_str()),
                    account.as_deref(),
                    Some(decision.account_name.as_str()),
                    decision.session_hash.as_deref(),
                    decision.address.as_deref(),
                    Some(decision.action.as_str()),
                    Some(decision.verb.as_str()),
                    Some(decision.resource.as_str()),
                    decision.cluster.as_deref(),
                    decision.namespace.as_deref(),
                    decision.name.as_deref(),
                    Some(if decision.is_allowed { "allowed" } else { "refused" }),
                    Some(decision.reason.as_str()),
                ] {
                    add(text);
                }
            }
            Self::Outcome(_, at, outcome) => {
                let (word, detail) = outcome.parts();
                add(Some(&at.to_string()));
                add(Some(word));
                add(Some(detail));
            }
        }
        format!("{:x}", hash.finalize())
    }
}

/// Adds a row to the chain, in the transaction that adds it to its table.
pub(super) async fn append(
    change: &mut Transaction<'static, Any>,
    link: &Link<'_>,
) -> Result<(), DatabaseError> {
    let last: Option<(i64, String)> =
        sqlx::query_as("SELECT sequence, digest FROM audit_chain ORDER BY sequence DESC LIMIT 1")
            .fetch_optional(&mut **change)
            .await?;
    let (sequence, before) = last.unwrap_or((0, String::new()));
    sqlx::query("INSERT INTO audit_chain (sequence, kind, row_id, digest) VALUES ($1, $2, $3, $4)")
        .bind(sequence + 1)
        .bind(link.kind())
        .bind(link.id().to_string())
        .bind(link.digest(&before))
        .execute(&mut **change)
        .await?;
    Ok(())
}

type ChainRow = (i64, String, String, String);

impl Database {
    /// Begins to add to the chain: whoever else does waits.
    pub(super) async fn change_chain(&self) -> Result<Transaction<'static, Any>, sqlx::Error> {
        let mut change = self.change().await?;
        if self.dialect() == Dialect::Postgres {
            sqlx::query(POSTGRES_LOCK).execute(&mut *change).await?;
        }
        Ok(change)
    }

    /// Reads the whole trail and says whether each row is as it was written and none is missing.
    pub async fn verify_audit(&self) -> Result<Verified, DatabaseError> {
        let (all, chained): (i64, i64) = (self.count("audit").await?, self.count_chained().await?);
        let before_the_chain = u64::try_from(all - chained).unwrap_or_default();
        let mut found = Verified { rows: 0, before_the_chain, head: None, broken: None };
        let (mut sequence, mut before) = (0, String::new());
        loop {
            let rows: Vec<ChainRow> = sqlx::query_as(
                "SELECT sequence, kind, row_id, digest FROM audit_chain WHERE sequence > $1 ORDER BY sequence LIMIT $2",
            )
            .bind(sequence)
            .bind(BATCH)
            .fetch_all(self.readers())
            .await?;
            if rows.is_empty() {
                found.broken = self.put_in(sequence).await?;
                return Ok(found);
            }
            for row in rows {
                if let Some(how) = self.broken(&row, sequence, &before).await? {
                    found.broken = Some(Broken { sequence: row.0, how });
                    return Ok(found);
                }
                (sequence, before) = (row.0, row.3);
                found.rows += 1;
                found.head = Some(before.clone());
            }
        }
    }

    /// A row of the trail that is not in the chain, although it says that it is from when there was one. One that says that it
    /// is from before counts among those.
    async fn put_in(&self, last: i64) -> Result<Option<Broken>, DatabaseError> {
        let Some(begin) = self.begin_of_chain().await? else { return Ok(None) };
        for (kind, question) in [
            (
                "decision",
                "SELECT t.id FROM audit t LEFT JOIN audit_chain c ON c.kind = 'decision' AND c.row_id = t.id \
                 WHERE t.at_milliseconds >= $1 AND c.row_id IS NULL ORDER BY t.at_milliseconds LIMIT 1",
            ),
            (
                "the outcome of decision",
                "SELECT t.audit_id FROM audit_outcomes t \
                 LEFT JOIN audit_chain c ON c.kind = 'outcome' AND c.row_id = t.audit_id \
                 WHERE t.at_milliseconds >= $1 AND c.row_id IS NULL ORDER BY t.at_milliseconds LIMIT 1",
            ),
        ] {
            let row: Option<(String,)> =
                sqlx::query_as(question).bind(begin).fetch_optional(self.readers()).await?;
            if let Some((id,)) = row {
                let how = format!("{kind} {id} is in the trail and has no row here: it was put in");
                return Ok(Some(Broken { sequence: last + 1, how }));
            }
        }
        Ok(None)
    }

    /// When the first row of the chain was written, in milliseconds since 1970.
    async fn begin_of_chain(&self) -> Result<Option<i64>, DatabaseError> {
        let row: Option<(i64,)> = sqlx::query_as(
            "SELECT COALESCE(o.at_milliseconds, d.at_milliseconds) FROM audit_chain c \
             LEFT JOIN audit_outcomes o ON c.kind = 'outcome' AND o.audit_id = c.row_id \
             JOIN audit d ON d.id = c.row_id ORDER BY c.sequence LIMIT 1",
        )
        .fetch_optional(self.readers())
        .await?;
        Ok(row.map(|(begin,)| begin))
    }

    async fn broken(&self, row: &ChainRow, last: i64, before: &str) -> Result<Option<String>, DatabaseError> {
        let (sequence, kind, id, digest) = row;
        if *sequence != last + 1 {
            return Ok(Some(format!("rows {} to {} are missing", last + 1, sequence - 1)));
        }
        let id = parse_id(id)?;
        let is_as_written = match kind.as_str() {
            "decision" => {
                let Some(entry) = self.audit_entry(id).await? else {
                    return Ok(Some(format!("decision {id} is missing")));
                };
                Link::Decision(id, entry.at_milliseconds, &entry.decision).digest(before) == *digest
            }
            _ => {
                let Some((at, outcome)) = self.audit_outcome(id).await? else {
                    return Ok(Some(format!("the outcome of decision {id} is missing")));
                };
                Link::Outcome(id, at, &outcome).digest(before) == *digest
            }
        };
        Ok((!is_as_written).then(|| format!("{kind} {id} is not as it was written")))
    }

    async fn audit_outcome(&self, id: Uuid) -> Result<Option<(i64, Outcome)>, DatabaseError> {
        let row: Option<(i64, String, String)> =
            sqlx::query_as("SELECT at_milliseconds, outcome, detail FROM audit_outcomes WHERE audit_id = $1")
                .bind(id.to_string())
                .fetch_optional(self.readers())
                .await?;
        Ok(row.map(|(at, word, detail)| {
            let outcome = match word.as_str() {
                "done" => Outcome::Done,
                "failed" => Outcome::Failed(detail),
                _ => Outcome::Unknown(detail),
            };
            (at, outcome)
        }))
    }

    async fn count(&self, table: &'static str) -> Result<i64, DatabaseError> {
        let question = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
        let (count,): (i64,) = sqlx::query_as(question).fetch_one(self.readers()).await?;
        Ok(count)
    }

    async fn count_chained(&self) -> Result<i64, DatabaseError> {
        let (count,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM audit_chain WHERE kind = 'decision'")
            .fetch_one(self.readers())
            .await?;
        Ok(count)
    }
}
