//! People, their personas and where they are members.

use crate::{Database, DatabaseError, now_seconds};
use model::{ClusterName, Namespace, Persona};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Somebody who can sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Never changes and is never used again, so a name that passes to another person carries no rights along.
    pub id: Uuid,
    /// The name as it was chosen.
    pub name: String,
    /// What they may do, at most.
    pub persona: Persona,
    /// Where, for all but administrators.
    pub memberships: BTreeSet<(ClusterName, Namespace)>,
    /// Whether they may sign in.
    pub is_enabled: bool,
}

/// An account to be made.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// The name.
    pub name: String,
    /// The persona.
    pub persona: Persona,
    /// Where, for all but administrators.
    pub memberships: BTreeSet<(ClusterName, Namespace)>,
    /// The hash of the password, if it is chosen already.
    pub password_hash: Option<String>,
}

type AccountRow = (String, String, String, Option<i64>);

/// The form of a name that is compared: what a person types with another case or stray spaces is the same person.
pub fn name_key(name: &str) -> String {
    name.trim().to_lowercase()
}

impl Database {
    /// Makes an account. The name must be free.
    pub async fn add_account(&self, new: &NewAccount) -> Result<Uuid, DatabaseError> {
        let mut change = self.change().await?;
        let id = insert_account(&mut change, new).await?;
        change.commit().await?;
        Ok(id)
    }

    /// The account with this id.
    pub async fn account(&self, id: Uuid) -> Result<Option<Account>, DatabaseError> {
        let row: Option<AccountRow> =
            sqlx::query_as("SELECT id, name, persona, disabled_at FROM accounts WHERE id = $1")
                .bind(id.to_string())
                .fetch_optional(self.readers())
                .await?;
        self.complete(row).await
    }

    /// The account with this name, in any case.
    pub async fn account_named(&self, name: &str) -> Result<Option<Account>, DatabaseError> {
        let row: Option<AccountRow> =
            sqlx::query_as("SELECT id, name, persona, disabled_at FROM accounts WHERE name_key = $1")
                .bind(name_key(name))
                .fetch_optional(self.readers())
                .await?;
        self.complete(row).await
    }

    /// All accounts by name.
    pub async fn accounts(&self) -> Result<Vec<Account>, DatabaseError> {
        let rows: Vec<AccountRow> =
            sqlx::query_as("SELECT id, name, persona, disabled_at FROM accounts ORDER BY name_key")
                .fetch_all(self.readers())
                .await?;
        let mut accounts = Vec::with_capacity(rows.len());
        for row in rows {
            accounts.extend(self.complete(Some(row)).await?);
        }
        Ok(accounts)
    }

    /// The stored password hash of an account that may sign in, with the account's id.
    pub async fn password_hash(&self, name: &str) -> Result<Option<(Uuid, String)>, DatabaseError> {
        let row: Option<(String, Option<String>)> = sqlx::query_as(
            "SELECT id, password_hash FROM accounts WHERE name_key = $1 AND disabled_at IS NULL",
        )
        .bind(name_key(name))
        .fetch_optional(self.readers())
        .await?;
        match row {
            Some((id, Some(hash))) => Ok(Some((parse_id(&id)?, hash))),
            _ => Ok(None),
        }
    }

    /// Whether an enabled administrator has chosen a password: without one nobody can get in.
    pub async fn has_administrator(&self) -> Result<bool, DatabaseError> {
        Ok(count_administrators(self.readers()).await? > 0)
    }

    /// Sets what an account may do and where. Takes effect with the next request, also of open sessions.
    pub async fn set_rights(
        &self,
        id: Uuid,
        persona: Persona,
        memberships: &BTreeSet<(ClusterName, Namespace)>,
    ) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        sqlx::query("UPDATE accounts SET persona = $1 WHERE id = $2")
            .bind(persona.word())
            .bind(id.to_string())
            .execute(&mut *change)
            .await?;
        sqlx::query("DELETE FROM memberships WHERE account_id = $1")
            .bind(id.to_string())
            .execute(&mut *change)
            .await?;
        insert_memberships(&mut change, id, memberships).await?;
        change.commit().await?;
        Ok(())
    }

    /// Lets an account sign in, or not; disabling also ends its sessions.
    pub async fn set_enabled(&self, id: Uuid, enabled: bool) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        sqlx::query("UPDATE accounts SET disabled_at = $1 WHERE id = $2")
            .bind((!enabled).then(now_seconds))
            .bind(id.to_string())
            .execute(&mut *change)
            .await?;
        if !enabled {
            sqlx::query("DELETE FROM sessions WHERE account_id = $1")
                .bind(id.to_string())
                .execute(&mut *change)
                .await?;
        }
        change.commit().await?;
        Ok(())
    }

    async fn complete(&self, row: Option<AccountRow>) -> Result<Option<Account>, DatabaseError> {
        let Some((id, name, persona, disabled_at)) = row else { return Ok(None) };
        let memberships: Vec<(String, String)> =
            sqlx::query_as("SELECT cluster, namespace FROM memberships WHERE account_id = $1")
                .bind(&id)
                .fetch_all(self.readers())
                .await?;
        let unreadable = |what| DatabaseError::Unreadable { what };
        Ok(Some(Account {
            id: parse_id(&id)?,
            name,
            persona: Persona::parse(&persona).ok_or_else(|| unreadable("persona"))?,
            memberships: memberships
                .into_iter()
                .map(|(cluster, namespace)| {
                    let cluster = ClusterName::parse(&cluster).map_err(|_| unreadable("cluster name"))?;
                    let namespace = Namespace::parse(&namespace).map_err(|_| unreadable("namespace"))?;
                    Ok((cluster, namespace))
                })
                .collect::<Result<_, DatabaseError>>()?,
            is_enabled: disabled_at.is_none(),
        }))
    }
}

/// Enabled administrators who have chosen a password.
pub(crate) async fn count_administrators(
    executor: impl sqlx::Executor<'_, Database = sqlx::Any>,
) -> Result<i64, sqlx::Error> {
    let (count,): (i64,) = sqlx::query_as(
        "SELECT COUNT(*) FROM accounts \
         WHERE persona = 'administrator' AND disabled_at IS NULL AND password_hash IS NOT NULL",
    )
    .fetch_one(executor)
    .await?;
    Ok(count)
}

pub(crate) fn parse_id(text: &str) -> Result<Uuid, DatabaseError> {
    Uuid::parse_str(text).map_err(|_| DatabaseError::Unreadable { what: "account id" })
}

pub(crate) async fn insert_account(
    change: &mut sqlx::Transaction<'static, sqlx::Any>,
    new: &NewAccount,
) -> Result<Uuid, DatabaseError> {
    let id = Uuid::new_v4();
    sqlx::query(
        "INSERT INTO accounts (id, name, name_key, persona, password_hash, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id.to_string())
    .bind(new.name.trim())
    .bind(name_key(&new.name))
    .bind(new.persona.word())
    .bind(new.password_hash.clone())
    .bind(now_seconds())
    .execute(&mut **change)
    .await
    .map_err(|error| match &error {
        sqlx::Error::Database(said) if said.is_unique_violation() => DatabaseError::NameTaken,
        _ => DatabaseError::Failed(error),
    })?;
    insert_memberships(change, id, &new.memberships).await?;
    Ok(id)
}

async fn insert_memberships(
    change: &mut sqlx::Transaction<'static, sqlx::Any>,
    id: Uuid,
    memberships: &BTreeSet<(ClusterName, Namespace)>,
) -> Result<(), DatabaseError> {
    for (cluster, namespace) in memberships {
        sqlx::query("INSERT INTO memberships (account_id, cluster, namespace) VALUES ($1, $2, $3)")
            .bind(id.to_string())
            .bind(cluster.as_str())
            .bind(namespace.as_str())
            .execute(&mut **change)
            .await?;
    }
    Ok(())
}
