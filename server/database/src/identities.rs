//! Who people are at providers.

use crate::accounts::{NewAccount, insert_account, parse_id};
use crate::{Database, DatabaseError, now_seconds};
use uuid::Uuid;

/// Somebody at a provider: the issuer and what it calls them, for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who says so.
    pub issuer: String,
    /// Whom it means.
    pub subject: String,
}

/// An account's link to somebody at a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalIdentity {
    /// The person there.
    pub person: Person,
    /// Through which provider it was linked.
    pub provider_id: String,
    /// The account here.
    pub account_id: Uuid,
    /// The name there, for people to read.
    pub name_there: String,
    /// The role that a group there has given, if one has.
    pub given_role: Option<String>,
    /// Since when.
    pub linked_at: i64,
    /// When it was last used.
    pub last_used_at: Option<i64>,
}

type Row = (String, String, String, String, String, Option<String>, i64, Option<i64>);

const COLUMNS: &str = "SELECT issuer, subject, provider_id, account_id, name_there, given_role, linked_at, last_used_at \
                       FROM external_identities";

fn identity(row: Row) -> Result<ExternalIdentity, DatabaseError> {
    let (issuer, subject, provider_id, account, name_there, given_role, linked_at, last_used_at) = row;
    let account_id = parse_id(&account)?;
    let person = Person { issuer, subject };
    Ok(ExternalIdentity { person, provider_id, account_id, name_there, given_role, linked_at, last_used_at })
}

impl Database {
    /// Whose account a person at a provider uses.
    pub async fn identity(&self, person: &Person) -> Result<Option<ExternalIdentity>, DatabaseError> {
        let query = format!("{COLUMNS} WHERE issuer = $1 AND subject = $2");
        let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(query))
            .bind(&person.issuer)
            .bind(&person.subject)
            .fetch_optional(self.readers())
            .await?;
        row.map(identity).transpose()
    }

    /// The people at providers who use an account.
    pub async fn identities_of(&self, account: Uuid) -> Result<Vec<ExternalIdentity>, DatabaseError> {
        let query = format!("{COLUMNS} WHERE account_id = $1 ORDER BY linked_at, issuer, subject");
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(query))
            .bind(account.to_string())
            .fetch_all(self.readers())
            .await?;
        rows.into_iter().map(identity).collect()
    }

    /// Links a person to an account that is there; `false` when they are linked to one already.
    pub async fn link_identity(
        &self,
        person: &Person,
        provider: &str,
        account: Uuid,
        name_there: &str,
    ) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let is_new = insert_identity(&mut change, person, provider, account, name_there).await?;
        change.commit().await?;
        Ok(is_new)
    }

    /// Makes an account for a person who came for the first time. [`DatabaseError::NameTaken`] when the name is somebody's.
    pub async fn add_account_for(
        &self,
        person: &Person,
        provider: &str,
        new: &NewAccount,
        name_there: &str,
    ) -> Result<Uuid, DatabaseError> {
        let mut change = self.change().await?;
        let account = insert_account(&mut change, new).await?;
        if !insert_identity(&mut change, person, provider, account, name_there).await? {
            // The same person came twice at once: the first request made the account.
            return Err(DatabaseError::NameTaken);
        }
        change.commit().await?;
        Ok(account)
    }

    /// Notes that a person came, under which name, and which role their groups give them now.
    pub async fn use_identity(
        &self,
        person: &Person,
        name_there: &str,
        given_role: Option<&str>,
    ) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        sqlx::query(
            "UPDATE external_identities SET last_used_at = $1, name_there = $2, given_role = $3 \
             WHERE issuer = $4 AND subject = $5",
        )
        .bind(now_seconds())
        .bind(name_there)
        .bind(given_role)
        .bind(&person.issuer)
        .bind(&person.subject)
        .execute(&mut *change)
        .await?;
        change.commit().await?;
        Ok(())
    }

    /// Unlinks a person from an account, unless nothing else would be left to sign in with, and ends the sessions that
    /// began with them. `false` when nothing was done.
    pub async fn unlink_identity(&self, account: Uuid, person: &Person) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let removed = sqlx::query(
            "DELETE FROM external_identities WHERE account_id = $1 AND issuer = $2 AND subject = $3 AND \
             (EXISTS (SELECT 1 FROM accounts WHERE id = $1 AND password_hash IS NOT NULL) OR \
             (SELECT COUNT(*) FROM external_identities WHERE account_id = $1) > 1)",
        )
        .bind(account.to_string())
        .bind(&person.issuer)
        .bind(&person.subject)
        .execute(&mut *change)
        .await?
        .rows_affected();
        change.commit().await?;
        Ok(removed == 1)
    }

    /// Notes that a session was begun by a provider, so that it can end it.
    pub async fn note_provider_session(
        &self,
        id_hash: &str,
        provider: &str,
        subject: &str,
        session_there: Option<&str>,
    ) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        sqlx::query(
            "INSERT INTO provider_sessions (id_hash, provider_id, subject, session_there) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (id_hash) DO NOTHING",
        )
        .bind(id_hash)
        .bind(provider)
        .bind(subject)
        .bind(session_there)
        .execute(&mut *change)
        .await?;
        change.commit().await?;
        Ok(())
    }

    /// Ends the session that a provider began and calls by this name. Nothing is written where there is none: anybody may
    /// name one.
    pub async fn end_session_there(&self, provider: &str, session_there: &str) -> Result<u64, DatabaseError> {
        let found: Vec<(String,)> = sqlx::query_as(
            "SELECT id_hash FROM provider_sessions WHERE provider_id = $1 AND session_there = $2",
        )
        .bind(provider)
        .bind(session_there)
        .fetch_all(self.readers())
        .await?;
        let mut ended = 0;
        for (id_hash,) in found {
            let mut change = self.change().await?;
            let question = sqlx::query("DELETE FROM sessions WHERE id_hash = $1").bind(id_hash);
            ended += question.execute(&mut *change).await?.rows_affected();
            change.commit().await?;
        }
        Ok(ended)
    }

    /// Ends the sessions that a provider began: the one that it calls by this name, or all of this person. Each token that
    /// asks for it is heard once: `None` for the second time.
    pub async fn end_provider_sessions(
        &self,
        provider: &str,
        subject: Option<&str>,
        session_there: Option<&str>,
        token: (&str, i64),
    ) -> Result<Option<u64>, DatabaseError> {
        let mut change = self.change().await?;
        let is_new = sqlx::query(
            "INSERT INTO used_tokens (provider_id, token_id, expires_at) VALUES ($1, $2, $3) \
             ON CONFLICT (provider_id, token_id) DO NOTHING",
        )
        .bind(provider)
        .bind(token.0)
        .bind(token.1)
        .execute(&mut *change)
        .await?
        .rows_affected();
        if is_new == 0 {
            return Ok(None);
        }
        let ended = sqlx::query(
            "DELETE FROM sessions WHERE id_hash IN (SELECT id_hash FROM provider_sessions WHERE provider_id = $1 \
             AND ($2 IS NULL OR subject = $2) AND ($3 IS NULL OR session_there = $3))",
        )
        .bind(provider)
        .bind(subject)
        .bind(session_there)
        .execute(&mut *change)
        .await?
        .rows_affected();
        sqlx::query("DELETE FROM used_tokens WHERE expires_at < $1")
            .bind(now_seconds())
            .execute(&mut *change)
            .await?;
        change.commit().await?;
        Ok(Some(ended))
    }
}

async fn insert_identity(
    change: &mut sqlx::Transaction<'static, sqlx::Any>,
    person: &Person,
    provider: &str,
    account: Uuid,
    name_there: &str,
) -> Result<bool, DatabaseError> {
    let added = sqlx::query(
        "INSERT INTO external_identities (issuer, subject, provider_id, account_id, name_there, linked_at) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (issuer, subject) DO NOTHING",
    )
    .bind(&person.issuer)
    .bind(&person.subject)
    .bind(provider)
    .bind(account.to_string())
    .bind(name_there)
    .bind(now_seconds())
    .execute(&mut **change)
    .await?
    .rows_affected();
    Ok(added == 1)
}
