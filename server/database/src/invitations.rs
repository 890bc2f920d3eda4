//! Links with which somebody takes a role in a place, once. Only hashes of their tokens are kept.

use crate::accounts::{NewAccount, insert_account, parse_id};
use crate::members::{NewMember, Place, insert_beside};
use crate::{Database, DatabaseError, now_seconds};
use sqlx::{Any, Transaction};
use uuid::Uuid;

/// A role that is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewInvitation {
    /// Where.
    pub place: Place,
    /// The word or id of the role.
    pub role: String,
    /// For whom, in the words of who invites; may be empty.
    pub note: String,
    /// Who invites.
    pub invited_by: Uuid,
    /// Until when it can be accepted, in seconds since 1970.
    pub expires_at: i64,
}

/// An invitation that nobody has accepted yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: Uuid,
    /// What it offers.
    pub offer: NewInvitation,
    /// Since when there is it, in seconds since 1970.
    pub created_at: i64,
}

/// How an invitation was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// The role is theirs.
    Done(Uuid),
    /// It is used up, has expired or was taken back.
    Gone,
    /// They hold a role in that place already, which is not replaced; the invitation still works.
    HoldsRole,
}

type Row = (String, String, String, String, String, String, i64, i64);

const SELECT: &str =
    "SELECT id, tier, place, role, note, invited_by, created_at, expires_at FROM invitations";

impl Database {
    /// Keeps an invitation until it is accepted, taken back, or its time is over.
    pub async fn add_invitation(&self, token_hash: &str, new: &NewInvitation) -> Result<Uuid, DatabaseError> {
        let id = Uuid::new_v4();
        let mut change = self.change().await?;
        sqlx::query("DELETE FROM invitations WHERE expires_at <= $1")
            .bind(now_seconds())
            .execute(&mut *change)
            .await?;
        sqlx::query(
            "INSERT INTO invitations (id, token_hash, tier, place, role, note, invited_by, created_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(id.to_string())
        .bind(token_hash)
        .bind(new.place.tier().word())
        .bind(new.place.key())
        .bind(&new.role)
        .bind(new.note.trim())
        .bind(new.invited_by.to_string())
        .bind(now_seconds())
        .bind(new.expires_at)
        .execute(&mut *change)
        .await?;
        change.commit().await?;
        Ok(id)
    }

    /// What a link offers, if it still works. Does not use it up.
    pub async fn invitation(&self, token_hash: &str) -> Result<Option<Invitation>, DatabaseError> {
        let question = format!("{SELECT} WHERE token_hash = $1 AND expires_at > $2");
        let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(question))
            .bind(token_hash)
            .bind(now_seconds())
            .fetch_optional(self.readers())
            .await?;
        row.map(invitation).transpose()
    }

    /// The invitations to a place that still work, the newest first.
    pub async fn invitations_to(&self, place: &Place) -> Result<Vec<Invitation>, DatabaseError> {
        let question = format!(
            "{SELECT} WHERE tier = $1 AND place = $2 AND expires_at > $3 ORDER BY created_at DESC, id"
        );
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(question))
            .bind(place.tier().word())
            .bind(place.key())
            .bind(now_seconds())
            .fetch_all(self.readers())
            .await?;
        rows.into_iter().map(invitation).collect()
    }

    /// Takes an invitation to a place back; `false` when there is none of that id.
    pub async fn remove_invitation(&self, id: Uuid, place: &Place) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let removed = sqlx::query("DELETE FROM invitations WHERE id = $1 AND tier = $2 AND place = $3")
            .bind(id.to_string())
            .bind(place.tier().word())
            .bind(place.key())
            .execute(&mut *change)
            .await?
            .rows_affected();
        change.commit().await?;
        Ok(removed > 0)
    }

    /// Uses an invitation up for an account that is there. Of several requests at once one wins.
    pub async fn accept_invitation(
        &self,
        token_hash: &str,
        account: Uuid,
    ) -> Result<Accepted, DatabaseError> {
        let mut change = self.change().await?;
        let Some(invitation) = take(&mut change, token_hash).await? else { return Ok(Accepted::Gone) };
        let place = &invitation.offer.place;
        let (holds,): (i64,) = sqlx::query_as(
            "SELECT COUNT(*) FROM members WHERE account_id = $1 AND tier = $2 AND place = $3 AND source = ''",
        )
        .bind(account.to_string())
        .bind(place.tier().word())
        .bind(place.key())
        .fetch_one(&mut *change)
        .await?;
        if holds > 0 {
            return Ok(Accepted::HoldsRole);
        }
        join(&mut change, invitation, account).await?;
        change.commit().await?;
        Ok(Accepted::Done(account))
    }

    /// Uses an invitation up and makes the account that accepts it. [`DatabaseError::NameTaken`] when the name is
    /// somebody's: the invitation still works then.
    pub async fn accept_invitation_as_new(
        &self,
        token_hash: &str,
        new: &NewAccount,
    ) -> Result<Accepted, DatabaseError> {
        let mut change = self.change().await?;
        let Some(invitation) = take(&mut change, token_hash).await? else { return Ok(Accepted::Gone) };
        let account = insert_account(&mut change, new).await?;
        join(&mut change, invitation, account).await?;
        change.commit().await?;
        Ok(Accepted::Done(account))
    }
}

async fn take(
    change: &mut Transaction<'static, Any>,
    token_hash: &str,
) -> Result<Option<Invitation>, DatabaseError> {
    let row: Option<Row> = sqlx::query_as(
        "DELETE FROM invitations WHERE token_hash = $1 AND expires_at > $2 \
         RETURNING id, tier, place, role, note, invited_by, created_at, expires_at",
    )
    .bind(token_hash)
    .bind(now_seconds())
    .fetch_optional(&mut **change)
    .await?;
    row.map(invitation).transpose()
}

/// What somebody holds there for a time stays: whoever made the link could not know of it.
async fn join(
    change: &mut Transaction<'static, Any>,
    invitation: Invitation,
    account: Uuid,
) -> Result<(), DatabaseError> {
    let NewInvitation { place, role, .. } = invitation.offer;
    insert_beside(change, &NewMember { account, place, role, source: String::new() }).await
}

fn invitation(row: Row) -> Result<Invitation, DatabaseError> {
    let (id, tier, place, role, note, invited_by, created_at, expires_at) = row;
    let (place, invited_by) = (Place::parse(&tier, &place)?, parse_id(&invited_by)?);
    let offer = NewInvitation { place, role, note, invited_by, expires_at };
    Ok(Invitation { id: parse_id(&id)?, offer, created_at })
}
