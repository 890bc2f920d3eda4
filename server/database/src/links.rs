//! Links with which somebody chooses a password, once. Only hashes of their tokens are kept.

use crate::accounts::{ADMINISTRATOR, NewAccount, count_administrators, insert_account, parse_id};
use crate::{Database, DatabaseError, now_seconds};
use uuid::Uuid;

/// What a link that still works is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkPurpose {
    /// To make the first administrator.
    FirstAdministrator,
    /// To choose a password for this account.
    Password(Uuid),
}

impl Database {
    /// Keeps a link until it is used or `expires_at`. Links given out before for the same account stop working; those for
    /// the first administrator work until there is one, so that replicas which start together do not take each other's.
    pub async fn add_link(
        &self,
        token_hash: &str,
        account: Option<Uuid>,
        expires_at: i64,
    ) -> Result<(), DatabaseError> {
        let account = account.map(|id| id.to_string());
        let mut change = self.change().await?;
        sqlx::query("DELETE FROM one_time_links WHERE account_id = $1")
            .bind(account.clone())
            .execute(&mut *change)
            .await?;
        sqlx::query(
            "INSERT INTO one_time_links (token_hash, account_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
        )
        .bind(token_hash)
        .bind(account)
        .bind(now_seconds())
        .bind(expires_at)
        .execute(&mut *change)
        .await?;
        change.commit().await?;
        Ok(())
    }

    /// Whether a link was made for an account since a moment, in seconds since 1970, and has not been used. One whose mail
    /// could not be sent is none that somebody may have.
    pub async fn has_link_since(&self, account: Uuid, since: i64) -> Result<bool, DatabaseError> {
        let found: Option<i64> = sqlx::query_scalar(
            "SELECT created_at FROM one_time_links WHERE account_id = $1 AND created_at >= $2 AND NOT EXISTS \
             (SELECT 1 FROM unsent_mails WHERE account_id = $1 AND tried_at >= one_time_links.created_at)",
        )
        .bind(account.to_string())
        .bind(since)
        .fetch_optional(self.readers())
        .await?;
        Ok(found.is_some())
    }

    /// What a link is for, if it still works. Does not use it up.
    pub async fn link_purpose(&self, token_hash: &str) -> Result<Option<LinkPurpose>, DatabaseError> {
        let row: Option<(Option<String>,)> =
            sqlx::query_as("SELECT account_id FROM one_time_links WHERE token_hash = $1 AND expires_at > $2")
                .bind(token_hash)
                .bind(now_seconds())
                .fetch_optional(self.readers())
                .await?;
        row.map(|(account,)| purpose(account.as_deref())).transpose()
    }

    /// Uses up all links of its kind and makes the first administrator; `None` when the link does not work (any more), is
    /// for something else, or there is an administrator by now. Of several requests at once one wins.
    pub async fn use_link_for_administrator(
        &self,
        token_hash: &str,
        name: &str,
        password_hash: &str,
    ) -> Result<Option<Uuid>, DatabaseError> {
        let mut change = self.change().await?;
        // One statement for all of them: whoever is second waits for the first here, and then finds none.
        let links: Vec<(String, i64)> = sqlx::query_as(
            "DELETE FROM one_time_links WHERE account_id IS NULL RETURNING token_hash, expires_at",
        )
        .fetch_all(&mut *change)
        .await?;
        let now = now_seconds();
        let is_known = links.iter().any(|(hash, expires_at)| hash == token_hash && *expires_at > now);
        if !is_known || count_administrators(&mut *change).await? > 0 {
            return Ok(None);
        }
        let account = NewAccount {
            name: name.into(),
            role: ADMINISTRATOR.into(),
            password_hash: Some(password_hash.into()),
            ..NewAccount::default()
        };
        let id = insert_account(&mut change, &account).await?;
        change.commit().await?;
        Ok(Some(id))
    }

    /// Uses a link up and sets its account's password, which ends all its sessions and the waiting for a mail; `None` when the link does not work
    /// (any more) or is for something else.
    pub async fn use_link_for_password(
        &self,
        token_hash: &str,
        password_hash: &str,
    ) -> Result<Option<Uuid>, DatabaseError> {
        let mut change = self.change().await?;
        let row: Option<(String,)> = sqlx::query_as(
            "DELETE FROM one_time_links WHERE token_hash = $1 AND expires_at > $2 AND account_id IS NOT NULL \
             RETURNING account_id",
        )
        .bind(token_hash)
        .bind(now_seconds())
        .fetch_optional(&mut *change)
        .await?;
        let Some((account,)) = row else { return Ok(None) };
        sqlx::query("UPDATE accounts SET password_hash = $1, password_due_at = NULL WHERE id = $2")
            .bind(password_hash)
            .bind(account.clone())
            .execute(&mut *change)
            .await?;
        for ended in
            ["DELETE FROM sessions WHERE account_id = $1", "DELETE FROM unsent_mails WHERE account_id = $1"]
        {
            sqlx::query(ended).bind(account.clone()).execute(&mut *change).await?;
        }
        change.commit().await?;
        Ok(Some(parse_id(&account)?))
    }
}

fn purpose(account: Option<&str>) -> Result<LinkPurpose, DatabaseError> {
    account.map_or(Ok(LinkPurpose::FirstAdministrator), |id| Ok(LinkPurpose::Password(parse_id(id)?)))
}
