//! What receivers have been told of, and the messages to them.

use crate::accounts::parse_id;
use crate::{Database, DatabaseError, now_seconds};
use sqlx::{Any, Transaction};
use std::collections::BTreeSet;
use uuid::Uuid;

/// For how many seconds messages are kept.
const KEPT_SECONDS: i64 = 30 * 24 * 3600;

/// An alert that a receiver was told of and that may still fire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldAlert {
    /// Tells it from others of its cluster.
    pub fingerprint: String,
    /// What was told, as JSON.
    pub alert: String,
    /// When it was told last, in seconds since 1970.
    pub told_at: i64,
    /// Since when it is not seen any more; none while it fires.
    pub gone_at: Option<i64>,
}

/// A message to a receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDelivery {
    /// To whom.
    pub receiver: Uuid,
    /// The word of the reason.
    pub reason: String,
    /// What it is about, in a line.
    pub subject: String,
    /// All of it, as JSON.
    pub content: String,
}

/// How far a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// It waits until it is due.
    Waiting,
    /// It is being sent.
    Sending,
    /// It was sent.
    Sent,
    /// It will not be sent.
    Failed,
    /// It may have been sent: the console ended meanwhile, or the receiver's system did not say.
    Unknown,
}

/// A message, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its id.
    pub id: Uuid,
    /// What is sent to whom, and why.
    pub message: NewDelivery,
    /// How far it is.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is to be tried, in seconds since 1970.
    pub due_at: i64,
    /// Why it was not delivered when it was tried last.
    pub problem: String,
    /// Since when it is there, in seconds since 1970.
    pub created_at: i64,
}

/// What is found out about one receiver and one cluster in one look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Alerts as they are now known: those that were told, and those that are not seen at this moment.
    pub known: Vec<ToldAlert>,
    /// Fingerprints of alerts that are forgotten.
    pub forgotten: Vec<String>,
    /// What is to be said about it.
    pub messages: Vec<NewDelivery>,
}

type Row = (String, String, String, String, String, String, i64, i64, String, i64);

const SELECT: &str = "SELECT id, receiver_id, reason, subject, content, state, attempts, due_at, problem, created_at \
                      FROM deliveries";

impl DeliveryState {
    const ALL: [(&'static str, Self); 5] = [
        ("waiting", Self::Waiting),
        ("sending", Self::Sending),
        ("sent", Self::Sent),
        ("failed", Self::Failed),
        ("unknown", Self::Unknown),
    ];

    fn word(self) -> &'static str {
        Self::ALL.into_iter().find(|(_, state)| *state == self).map_or("unknown", |(word, _)| word)
    }

    fn parse(word: &str) -> Result<Self, DatabaseError> {
        let found = Self::ALL.into_iter().find(|(known, _)| *known == word);
        found.map(|(_, state)| state).ok_or(DatabaseError::Unreadable { what: "state of a message" })
    }
}

fn delivery(row: Row) -> Result<Delivery, DatabaseError> {
    let (id, receiver, reason, subject, content, state, attempts, due_at, problem, created_at) = row;
    let message = NewDelivery { receiver: parse_id(&receiver)?, reason, subject, content };
    let state = DeliveryState::parse(&state)?;
    Ok(Delivery { id: parse_id(&id)?, message, state, attempts, due_at, problem, created_at })
}

async fn insert(
    change: &mut Transaction<'static, Any>,
    message: &NewDelivery,
    state: DeliveryState,
) -> Result<Uuid, DatabaseError> {
    let (id, now) = (Uuid::new_v4(), now_seconds());
    sqlx::query(
        "INSERT INTO deliveries (id, receiver_id, reason, subject, content, state, attempts, due_at, problem, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', $9)",
    )
    .bind(id.to_string())
    .bind(message.receiver.to_string())
    .bind(&message.reason)
    .bind(&message.subject)
    .bind(&message.content)
    .bind(state.word())
    .bind(i64::from(state == DeliveryState::Sending))
    .bind(now)
    .bind(now)
    .execute(&mut **change)
    .await?;
    Ok(id)
}

impl Database {
    /// What a receiver has been told of in a cluster.
    pub async fn told_alerts(&self, receiver: Uuid, cluster: &str) -> Result<Vec<ToldAlert>, DatabaseError> {
        let rows: Vec<(String, String, i64, Option<i64>)> = sqlx::query_as(
            "SELECT fingerprint, alert, told_at, gone_at FROM told_alerts \
             WHERE receiver_id = $1 AND cluster = $2 ORDER BY fingerprint",
        )
        .bind(receiver.to_string())
        .bind(cluster)
        .fetch_all(self.readers())
        .await?;
        let told =
            |(fingerprint, alert, told_at, gone_at)| ToldAlert { fingerprint, alert, told_at, gone_at };
        Ok(rows.into_iter().map(told).collect())
    }

    /// The receivers that were told of something that may still go on, each with the clusters where that is.
    pub async fn told_clusters(&self) -> Result<BTreeSet<(Uuid, String)>, DatabaseError> {
        let rows: Vec<(String, String)> =
            sqlx::query_as("SELECT DISTINCT receiver_id, cluster FROM told_alerts")
                .fetch_all(self.readers())
                .await?;
        rows.into_iter().map(|(receiver, cluster)| Ok((parse_id(&receiver)?, cluster))).collect()
    }

    /// Keeps what was found out, all of it or nothing; nothing of a receiver that was removed or switched off since it was
    /// looked for.
    pub async fn keep_look(&self, receiver: Uuid, cluster: &str, look: &Look) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        // Written to, so that whoever switches it off at this moment waits or is waited for.
        let is_told = sqlx::query("UPDATE receivers SET name = name WHERE id = $1 AND disabled_at IS NULL")
            .bind(receiver.to_string())
            .execute(&mut *change)
            .await?
            .rows_affected();
        if is_told == 0 {
            return Ok(());
        }
        for known in &look.known {
            sqlx::query(
                "INSERT INTO told_alerts (receiver_id, cluster, fingerprint, alert, told_at, gone_at) \
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (receiver_id, cluster, fingerprint) \
                 DO UPDATE SET alert = excluded.alert, told_at = excluded.told_at, gone_at = excluded.gone_at",
            )
            .bind(receiver.to_string())
            .bind(cluster)
            .bind(&known.fingerprint)
            .bind(&known.alert)
            .bind(known.told_at)
            .bind(known.gone_at)
            .execute(&mut *change)
            .await?;
        }
        for fingerprint in &look.forgotten {
            sqlx::query(
                "DELETE FROM told_alerts WHERE receiver_id = $1 AND cluster = $2 AND fingerprint = $3",
            )
            .bind(receiver.to_string())
            .bind(cluster)
            .bind(fingerprint)
            .execute(&mut *change)
            .await?;
        }
        for message in &look.messages {
            insert(&mut change, message, DeliveryState::Waiting).await?;
        }
        change.commit().await?;
        Ok(())
    }

    /// Adds a message that is being sent right now.
    pub async fn begin_delivery(&self, message: &NewDelivery) -> Result<Uuid, DatabaseError> {
        let mut change = self.change().await?;
        let id = insert(&mut change, message, DeliveryState::Sending).await?;
        change.commit().await?;
        Ok(id)
    }

    /// Messages that are due at a moment, in seconds since 1970, the oldest first; of each receiver only so many, so that none keeps
    /// others waiting, and none to these receivers.
    pub async fn due_deliveries(
        &self,
        now: i64,
        (most, of_one): (i64, i64),
        not_to: &[Uuid],
    ) -> Result<Vec<Delivery>, DatabaseError> {
        // An empty list is nothing that every database reads; no receiver has an empty id.
        let places: Vec<String> = (0..not_to.len()).map(|place| format!(", ${}", place + 4)).collect();
        let select = format!(
            "{SELECT} WHERE id IN (SELECT id FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY receiver_id \
             ORDER BY due_at, created_at, id) AS turn FROM deliveries WHERE state = 'waiting' AND due_at <= $1 \
             AND receiver_id NOT IN (''{})) AS due WHERE turn <= $2) ORDER BY due_at, created_at, id LIMIT $3",
            places.concat()
        );
        let mut question = sqlx::query_as::<Any, Row>(sqlx::AssertSqlSafe(select));
        question = question.bind(now).bind(of_one).bind(most);
        for receiver in not_to {
            question = question.bind(receiver.to_string());
        }
        let rows = question.fetch_all(self.readers()).await?;
        rows.into_iter().map(delivery).collect()
    }

    /// Takes a message for sending; `false` when another replica has.
    pub async fn claim_delivery(&self, id: Uuid) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let claimed = sqlx::query(
            "UPDATE deliveries SET state = 'sending', attempts = attempts + 1, due_at = $1 \
             WHERE id = $2 AND state = 'waiting'",
        )
        .bind(now_seconds())
        .bind(id.to_string())
        .execute(&mut *change)
        .await?
        .rows_affected();
        change.commit().await?;
        Ok(claimed == 1)
    }

    /// Says what came of a message that was taken, and when it is tried again, if it waits.
    pub async fn end_delivery(
        &self,
        id: Uuid,
        state: DeliveryState,
        due_at: i64,
        problem: &str,
    ) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        sqlx::query(
            "UPDATE deliveries SET state = $1, due_at = $2, problem = $3 WHERE id = $4 AND state = 'sending'",
        )
        .bind(state.word())
        .bind(due_at)
        .bind(problem)
        .bind(id.to_string())
        .execute(&mut *change)
        .await?;
        change.commit().await?;
        Ok(())
    }

    /// Gives up messages that were taken so many seconds ago and of which nothing was heard since: whoever took them has
    /// ended. Answers how many.
    pub async fn give_up_deliveries(&self, after_seconds: i64) -> Result<u64, DatabaseError> {
        let mut change = self.change().await?;
        let given_up =
            sqlx::query("UPDATE deliveries SET state = 'unknown' WHERE state = 'sending' AND due_at <= $1")
                .bind(now_seconds() - after_seconds)
                .execute(&mut *change)
                .await?
                .rows_affected();
        change.commit().await?;
        Ok(given_up)
    }

    /// What was sent to a receiver last, the newest first.
    pub async fn deliveries_to(&self, receiver: Uuid, most: i64) -> Result<Vec<Delivery>, DatabaseError> {
        let select = format!("{SELECT} WHERE receiver_id = $1 ORDER BY created_at DESC, id LIMIT $2");
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(select))
            .bind(receiver.to_string())
            .bind(most)
            .fetch_all(self.readers())
            .await?;
        rows.into_iter().map(delivery).collect()
    }

    /// Takes a lease, or holds on to it, for so many seconds; `false` while somebody else has it.
    pub async fn hold_lease(&self, name: &str, holder: &str, seconds: i64) -> Result<bool, DatabaseError> {
        let now = now_seconds();
        let mut change = self.change().await?;
        let held = sqlx::query(
            "INSERT INTO leases (name, holder, until) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE \
             SET holder = excluded.holder, until = excluded.until \
             WHERE leases.holder = excluded.holder OR leases.until <= $4",
        )
        .bind(name)
        .bind(holder)
        .bind(now + seconds)
        .bind(now)
        .execute(&mut *change)
        .await?
        .rows_affected();
        change.commit().await?;
        Ok(held == 1)
    }
}

/// Forgets what was sent long ago.
pub(crate) async fn forget_old(change: &mut Transaction<'static, Any>) -> Result<(), DatabaseError> {
    sqlx::query("DELETE FROM deliveries WHERE created_at <= $1 AND state NOT IN ('waiting', 'sending')")
        .bind(now_seconds() - KEPT_SECONDS)
        .execute(&mut **change)
        .await?;
    Ok(())
}
