//! What people have asked for: a role in a place, for good or for a time.

use crate::accounts::parse_id;
use crate::members::{NewMember, clear_ended, insert, insert_until};
use crate::{Database, DatabaseError, now_seconds};
use sqlx::{Any, Transaction};
use uuid::Uuid;

/// How many requests of one person can be open at once.
pub const MOST_OPEN: i64 = 20;

/// For how many seconds a request waits for somebody who decides.
pub const WAITS_SECONDS: i64 = 14 * 24 * 3600;

/// For how many seconds one that was decided is told to who asked. The audit trail keeps it for ever.
const TOLD_SECONDS: i64 = 90 * 24 * 3600;

/// A role to be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccessRequest {
    /// By whom.
    pub account: Uuid,
    /// Where, as addresses write it: the place may be one that does not exist.
    pub place: String,
    /// The word or id of the role.
    pub role: String,
    /// Why.
    pub reason: String,
    /// For how many hours; none for good.
    pub hours: Option<u32>,
}

/// How far a request has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestState {
    /// It waits.
    Open,
    /// The role was given.
    Approved,
    /// It was not.
    Refused,
    /// Who asked took it back.
    Withdrawn,
    /// Nobody decided in time.
    Lapsed,
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessRequest {
    /// Its id.
    pub id: Uuid,
    /// What is asked for.
    pub asked: NewAccessRequest,
    /// The name of who asks.
    pub name: String,
    /// What people call them.
    pub full_name: String,
    /// Since when, in seconds since 1970.
    pub created_at: i64,
    /// How far it has come.
    pub state: RequestState,
    /// The name of who decided; empty when nobody has.
    pub decided_by: String,
    /// Why it was refused.
    pub answer: String,
    /// Until when the role that was given is held, if not for good.
    pub ends_at: Option<i64>,
}

/// How asking went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// It is kept until somebody decides.
    Done(Uuid),
    /// They have asked for that already.
    AlreadyOpen,
    /// [`MOST_OPEN`] of theirs are open.
    TooMany,
}

type Row = (
    String,
    String,
    String,
    String,
    String,
    String,
    String,
    Option<i64>,
    i64,
    String,
    String,
    String,
    Option<i64>,
);

const SELECT: &str = "SELECT r.id, r.account_id, a.name, a.full_name, r.place, r.role, r.reason, r.hours, \
                      r.created_at, r.state, r.decided_by, r.answer, r.ends_at \
                      FROM access_requests r JOIN accounts a ON a.id = r.account_id";

impl RequestState {
    fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Lapsed => "lapsed",
        }
    }

    fn parse(word: &str) -> Result<Self, DatabaseError> {
        let all = [Self::Open, Self::Approved, Self::Refused, Self::Withdrawn, Self::Lapsed];
        let found = all.into_iter().find(|state| state.word() == word);
        found.ok_or(DatabaseError::Unreadable { what: "state of a request" })
    }
}

impl Database {
    /// Keeps a request until somebody decides, at most one of a person for a role in a place.
    pub async fn add_access_request(&self, new: &NewAccessRequest) -> Result<Asked, DatabaseError> {
        let id = Uuid::new_v4();
        let now = now_seconds();
        let mut change = self.change().await?;
        sqlx::query("UPDATE access_requests SET state = 'lapsed' WHERE state = 'open' AND created_at <= $1")
            .bind(now - WAITS_SECONDS)
            .execute(&mut *change)
            .await?;
        sqlx::query("DELETE FROM access_requests WHERE state <> 'open' AND created_at <= $1")
            .bind(now - TOLD_SECONDS)
            .execute(&mut *change)
            .await?;
        let open: Vec<(String, String)> = sqlx::query_as(
            "SELECT place, role FROM access_requests WHERE account_id = $1 AND state = 'open'",
        )
        .bind(new.account.to_string())
        .fetch_all(&mut *change)
        .await?;
        if open.iter().any(|(place, role)| *place == new.place && *role == new.role) {
            return Ok(Asked::AlreadyOpen);
        }
        if i64::try_from(open.len()).unwrap_or(i64::MAX) >= MOST_OPEN {
            return Ok(Asked::TooMany);
        }
        let added = sqlx::query(
            "INSERT INTO access_requests (id, account_id, place, role, reason, hours, created_at, state) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, 'open')",
        )
        .bind(id.to_string())
        .bind(new.account.to_string())
        .bind(&new.place)
        .bind(&new.role)
        .bind(&new.reason)
        .bind(new.hours.map(i64::from))
        .bind(now)
        .execute(&mut *change)
        .await
        .map_err(DatabaseError::taken);
        match added {
            Ok(_) => change.commit().await?,
            // The same form was sent twice at once.
            Err(DatabaseError::NameTaken) => return Ok(Asked::AlreadyOpen),
            Err(error) => return Err(error),
        }
        Ok(Asked::Done(id))
    }

    /// What somebody has asked for, the newest first.
    pub async fn access_requests_of(&self, account: Uuid) -> Result<Vec<AccessRequest>, DatabaseError> {
        let question = format!("{SELECT} WHERE r.account_id = $1 ORDER BY r.created_at DESC, r.id");
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(question))
            .bind(account.to_string())
            .fetch_all(self.readers())
            .await?;
        rows.into_iter().map(request).collect()
    }

    /// Every request of somebody who may sign in that waits, the oldest first.
    pub async fn open_access_requests(&self) -> Result<Vec<AccessRequest>, DatabaseError> {
        let question = format!(
            "{SELECT} WHERE r.state = 'open' AND r.created_at > $1 AND a.disabled_at IS NULL AND a.gone_at IS NULL \
             ORDER BY r.created_at, r.id"
        );
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(question))
            .bind(now_seconds() - WAITS_SECONDS)
            .fetch_all(self.readers())
            .await?;
        rows.into_iter().map(request).collect()
    }

    /// Gives what was asked for and says who decided. Of several who decide at once one does: `false` when the request
    /// does not wait any more.
    pub async fn approve_access_request(
        &self,
        id: Uuid,
        decided_by: &str,
        member: &NewMember,
        ends_at: Option<i64>,
    ) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        if !close(&mut change, id, RequestState::Approved, decided_by, "", ends_at).await? {
            return Ok(false);
        }
        clear_ended(&mut change).await?;
        match ends_at {
            Some(ends_at) => insert_until(&mut change, member, ends_at).await?,
            None => insert(&mut change, member).await?,
        }
        change.commit().await?;
        Ok(true)
    }

    /// Does not give what was asked for, and says why. `false` when the request does not wait any more.
    pub async fn refuse_access_request(
        &self,
        id: Uuid,
        decided_by: &str,
        answer: &str,
    ) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let is_closed = close(&mut change, id, RequestState::Refused, decided_by, answer, None).await?;
        change.commit().await?;
        Ok(is_closed)
    }

    /// Takes back what somebody asked for themselves. `false` when it does not wait any more or is not theirs.
    pub async fn withdraw_access_request(&self, id: Uuid, account: Uuid) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let (own,): (i64,) =
            sqlx::query_as("SELECT COUNT(*) FROM access_requests WHERE id = $1 AND account_id = $2")
                .bind(id.to_string())
                .bind(account.to_string())
                .fetch_one(&mut *change)
                .await?;
        if own == 0 || !close(&mut change, id, RequestState::Withdrawn, "", "", None).await? {
            return Ok(false);
        }
        change.commit().await?;
        Ok(true)
    }
}

async fn close(
    change: &mut Transaction<'static, Any>,
    id: Uuid,
    state: RequestState,
    decided_by: &str,
    answer: &str,
    ends_at: Option<i64>,
) -> Result<bool, DatabaseError> {
    let now = now_seconds();
    let closed = sqlx::query(
        "UPDATE access_requests SET state = $1, decided_by = $2, answer = $3, decided_at = $4, ends_at = $5 \
         WHERE id = $6 AND state = 'open' AND created_at > $7",
    )
    .bind(state.word())
    .bind(decided_by)
    .bind(answer)
    .bind(now)
    .bind(ends_at)
    .bind(id.to_string())
    .bind(now - WAITS_SECONDS)
    .execute(&mut **change)
    .await?
    .rows_affected();
    Ok(closed > 0)
}

fn request(row: Row) -> Result<AccessRequest, DatabaseError> {
    let (id, account, name, full_name, place, role, reason, hours, created_at, state, by, answer, ends) = row;
    let has_lapsed = created_at <= now_seconds() - WAITS_SECONDS;
    let state = match RequestState::parse(&state)? {
        RequestState::Open if has_lapsed => RequestState::Lapsed,
        state => state,
    };
    let hours = hours.and_then(|hours| u32::try_from(hours).ok());
    Ok(AccessRequest {
        id: parse_id(&id)?,
        asked: NewAccessRequest { account: parse_id(&account)?, place, role, reason, hours },
        name,
        full_name,
        created_at,
        state,
        decided_by: by,
        answer,
        ends_at: ends,
    })
}
