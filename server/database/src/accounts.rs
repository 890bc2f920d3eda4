//! People who sign in.

use crate::{Database, DatabaseError, Dialect, now_seconds};
use uuid::Uuid;

/// The role on the platform whose holders may do everything. The database knows it to keep the last of them.
pub(crate) const ADMINISTRATOR: &str = "administrator";

/// Somebody who can sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Never changes and is never used again, so a name that passes to another person carries no rights along.
    pub id: Uuid,
    /// The name as it was chosen.
    pub name: String,
    /// What people call them; may be empty.
    pub full_name: String,
    /// Where they can be written to; may be empty.
    pub email: String,
    /// The word or id of their role on the platform.
    pub role: String,
    /// Whether they may sign in.
    pub is_enabled: bool,
    /// Whether the directory by which alone they come in does not know them any more, or they have not come through their provider
    /// for as long as it says; they are kept out then until they are there again.
    pub is_gone: bool,
    /// Since when there is this account, in seconds since 1970.
    pub created_at: i64,
}

/// An account to be made.
#[derive(Clone, Debug, Default)]
pub struct NewAccount {
    /// The name.
    pub name: String,
    /// What people call them.
    pub full_name: String,
    /// Where they can be written to.
    pub email: String,
    /// The word or id of their role on the platform.
    pub role: String,
    /// The hash of the password, if it is chosen already.
    pub password_hash: Option<String>,
}

type AccountRow = (String, String, String, String, String, Option<i64>, Option<i64>, i64);

const COLUMNS: &str =
    "SELECT id, name, full_name, email, platform_role, disabled_at, gone_at, created_at FROM accounts";

/// The form of a name that is compared: what a person types with another case or stray spaces is the same person.
pub fn name_key(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Whether nobody can have a name, so that tables need not be asked: PostgreSQL takes no text with the letter 0, and would answer
/// that the question failed where SQLite finds nobody.
fn is_nobodys(name: &str) -> bool {
    name.contains('\0')
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
        self.account_where("id", id.to_string()).await
    }

    /// The account with this name, in any case.
    pub async fn account_named(&self, name: &str) -> Result<Option<Account>, DatabaseError> {
        if is_nobodys(name) {
            return Ok(None);
        }
        self.account_where("name_key", name_key(name)).await
    }

    async fn account_where(
        &self,
        column: &'static str,
        value: String,
    ) -> Result<Option<Account>, DatabaseError> {
        let question = sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE {column} = $1"));
        let row: Option<AccountRow> =
            sqlx::query_as(question).bind(value).fetch_optional(self.readers()).await?;
        row.map(account).transpose()
    }

    /// All accounts by name.
    pub async fn accounts(&self) -> Result<Vec<Account>, DatabaseError> {
        let question = sqlx::AssertSqlSafe(format!("{COLUMNS} ORDER BY name_key"));
        let rows: Vec<AccountRow> = sqlx::query_as(question).fetch_all(self.readers()).await?;
        rows.into_iter().map(account).collect()
    }

    /// The stored password hash of an account that may sign in, with the account's id.
    pub async fn password_hash(&self, name: &str) -> Result<Option<(Uuid, String)>, DatabaseError> {
        if is_nobodys(name) {
            return Ok(None);
        }
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

    /// Gives an account another role on the platform. Takes effect with the next request, also of open sessions. The last
    /// administrator who can sign in keeps the role.
    pub async fn set_platform_role(&self, id: Uuid, role: &str) -> Result<(), DatabaseError> {
        let (mut change, before) = self.change_administrators().await?;
        // Replicas of the version before read `persona`; there `viewer` without memberships is nothing.
        sqlx::query("UPDATE accounts SET platform_role = $1, persona = $2 WHERE id = $3")
            .bind(role)
            .bind(persona(role))
            .bind(id.to_string())
            .execute(&mut *change)
            .await?;
        keep_an_administrator(&mut change, before).await?;
        change.commit().await?;
        Ok(())
    }

    /// Changes what people read of an account.
    pub async fn describe_account(
        &self,
        id: Uuid,
        full_name: &str,
        email: &str,
    ) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        sqlx::query("UPDATE accounts SET full_name = $1, email = $2 WHERE id = $3")
            .bind(full_name.trim())
            .bind(email.trim())
            .bind(id.to_string())
            .execute(&mut *change)
            .await?;
        change.commit().await?;
        Ok(())
    }

    /// Lets an account sign in, or not, whatever its directory said last; disabling also ends its sessions. The last administrator
    /// who can sign in stays enabled.
    pub async fn set_enabled(&self, id: Uuid, enabled: bool) -> Result<(), DatabaseError> {
        let (mut change, before) = self.change_administrators().await?;
        sqlx::query("UPDATE accounts SET disabled_at = $1, gone_at = NULL WHERE id = $2")
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
        keep_an_administrator(&mut change, before).await?;
        change.commit().await?;
        Ok(())
    }

    /// Removes an account with its sessions, links and memberships; what it did stays in the audit trail. The last
    /// administrator who can sign in stays.
    pub async fn remove_account(&self, id: Uuid) -> Result<(), DatabaseError> {
        let (mut change, before) = self.change_administrators().await?;
        sqlx::query("DELETE FROM accounts WHERE id = $1").bind(id.to_string()).execute(&mut *change).await?;
        keep_an_administrator(&mut change, before).await?;
        change.commit().await?;
        Ok(())
    }
}

impl Database {
    /// Begins a change that may take an administrator away: two of them wait for each other, so that they cannot take the
    /// last two. Answers how many there are.
    async fn change_administrators(
        &self,
    ) -> Result<(sqlx::Transaction<'static, sqlx::Any>, i64), DatabaseError> {
        let mut change = self.change().await?;
        if self.dialect() == Dialect::Postgres {
            sqlx::query("LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE").execute(&mut *change).await?;
        }
        let count = count_administrators(&mut *change).await?;
        Ok((change, count))
    }
}

async fn keep_an_administrator(
    change: &mut sqlx::Transaction<'static, sqlx::Any>,
    before: i64,
) -> Result<(), DatabaseError> {
    if before > 0 && count_administrators(&mut **change).await? == 0 {
        return Err(DatabaseError::LastAdministrator);
    }
    Ok(())
}

fn account(row: AccountRow) -> Result<Account, DatabaseError> {
    let (id, name, full_name, email, role, disabled_at, gone_at, created_at) = row;
    let (id, is_gone) = (parse_id(&id)?, gone_at.is_some());
    let is_enabled = disabled_at.is_none() && !is_gone;
    Ok(Account { id, name, full_name, email, role, is_enabled, is_gone, created_at })
}

fn persona(role: &str) -> &'static str {
    if role == ADMINISTRATOR { "administrator" } else { "viewer" }
}

/// Enabled administrators who have chosen a password.
pub(crate) async fn count_administrators(
    executor: impl sqlx::Executor<'_, Database = sqlx::Any>,
) -> Result<i64, sqlx::Error> {
    let (count,): (i64,) = sqlx::query_as(
        "SELECT COUNT(*) FROM accounts \
         WHERE platform_role = 'administrator' AND disabled_at IS NULL AND password_hash IS NOT NULL",
    )
    .fetch_one(executor)
    .await?;
    Ok(count)
}

pub(crate) fn parse_id(text: &str) -> Result<Uuid, DatabaseError> {
    Uuid::parse_str(text).map_err(|_| DatabaseError::Unreadable { what: "id" })
}

pub(crate) async fn insert_account(
    change: &mut sqlx::Transaction<'static, sqlx::Any>,
    new: &NewAccount,
) -> Result<Uuid, DatabaseError> {
    let id = Uuid::new_v4();
    sqlx::query(
        "INSERT INTO accounts \
         (id, name, name_key, full_name, email, persona, platform_role, password_hash, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(id.to_string())
    .bind(new.name.trim())
    .bind(name_key(&new.name))
    .bind(new.full_name.trim())
    .bind(new.email.trim())
    .bind(persona(&new.role))
    .bind(&new.role)
    .bind(new.password_hash.clone())
    .bind(now_seconds())
    .execute(&mut **change)
    .await
    .map_err(DatabaseError::taken)?;
    Ok(id)
}
