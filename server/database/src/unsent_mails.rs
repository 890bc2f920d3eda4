//! Mails to people that could not be sent.

use crate::accounts::parse_id;
use crate::{Database, DatabaseError};
use model::Language;
use uuid::Uuid;

/// The longest reason that is kept, in characters.
const LONGEST_REASON: usize = 500;

/// The last mail to somebody, which could not be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsentMail {
    /// To whom.
    pub account_id: Uuid,
    /// When it was tried, in seconds since 1970.
    pub tried_at: i64,
    /// Why it could not be sent; its beginning is kept.
    pub why: String,
    /// The language that it was in.
    pub language: Language,
}

type Row = (String, i64, String, String);

impl Database {
    /// Keeps that a mail could not be sent, in place of what was kept about one before.
    pub async fn keep_unsent_mail(&self, mail: &UnsentMail) -> Result<(), DatabaseError> {
        let why: String = mail.why.chars().take(LONGEST_REASON).collect();
        let mut change = self.change().await?;
        sqlx::query(
            "INSERT INTO unsent_mails (account_id, tried_at, why, language) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (account_id) DO UPDATE SET tried_at = excluded.tried_at, why = excluded.why, \
             language = excluded.language",
        )
        .bind(mail.account_id.to_string())
        .bind(mail.tried_at)
        .bind(why)
        .bind(mail.language.tag())
        .execute(&mut *change)
        .await?;
        change.commit().await?;
        Ok(())
    }

    /// Forgets what was kept about somebody's mail: one was sent.
    pub async fn forget_unsent_mail(&self, account: Uuid) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        sqlx::query("DELETE FROM unsent_mails WHERE account_id = $1")
            .bind(account.to_string())
            .execute(&mut *change)
            .await?;
        change.commit().await?;
        Ok(())
    }

    /// The last mail to somebody, if it could not be sent.
    pub async fn unsent_mail(&self, account: Uuid) -> Result<Option<UnsentMail>, DatabaseError> {
        let row: Option<Row> = sqlx::query_as(
            "SELECT account_id, tried_at, why, language FROM unsent_mails WHERE account_id = $1",
        )
        .bind(account.to_string())
        .fetch_optional(self.readers())
        .await?;
        row.map(mail).transpose()
    }

    /// The last mail to each person to whom it could not be sent.
    pub async fn unsent_mails(&self) -> Result<Vec<UnsentMail>, DatabaseError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT account_id, tried_at, why, language FROM unsent_mails ORDER BY tried_at DESC, account_id",
        )
        .fetch_all(self.readers())
        .await?;
        rows.into_iter().map(mail).collect()
    }
}

fn mail((account, tried_at, why, tag): Row) -> Result<UnsentMail, DatabaseError> {
    // A later version may know more languages than this one.
    let language = Language::ALL.into_iter().find(|language| language.tag() == tag).unwrap_or_default();
    Ok(UnsentMail { account_id: parse_id(&account)?, tried_at, why, language })
}
