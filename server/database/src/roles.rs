//! Roles that people made. Those that come with the console are not here.

use crate::accounts::parse_id;
use crate::members::clear_ended;
use crate::{Database, DatabaseError, now_seconds};
use model::Tier;
use uuid::Uuid;

/// A role that somebody made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnRole {
    /// Its id; what members rows hold.
    pub id: Uuid,
    /// Where it counts.
    pub tier: Tier,
    /// The workspace in which alone it may be given, if it belongs to one.
    pub workspace: Option<Uuid>,
    /// What people call it.
    pub title: String,
    /// What it is for.
    pub description: String,
    /// Words of permissions, with spaces between.
    pub permissions: String,
    /// Since when, in seconds since 1970.
    pub created_at: i64,
}

type Row = (String, String, Option<String>, String, String, String, i64);

impl Database {
    /// Makes a role.
    pub async fn add_role(
        &self,
        tier: Tier,
        workspace: Option<Uuid>,
        title: &str,
        description: &str,
        permissions: &str,
    ) -> Result<Uuid, DatabaseError> {
        let id = Uuid::new_v4();
        let mut change = self.change().await?;
        sqlx::query(
            "INSERT INTO roles (id, tier, workspace_id, title, description, permissions, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(id.to_string())
        .bind(tier.word())
        .bind(workspace.map(|id| id.to_string()))
        .bind(title.trim())
        .bind(description.trim())
        .bind(permissions)
        .bind(now_seconds())
        .execute(&mut *change)
        .await?;
        change.commit().await?;
        Ok(id)
    }

    /// Changes a role for everybody who holds it, from their next request on; `false` when it does not allow any more what it
    /// allowed `before`.
    pub async fn change_role(
        &self,
        id: Uuid,
        before: &str,
        title: &str,
        description: &str,
        permissions: &str,
    ) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let changed = sqlx::query(
            "UPDATE roles SET title = $1, description = $2, permissions = $3 WHERE id = $4 AND permissions = $5",
        )
        .bind(title.trim())
        .bind(description.trim())
        .bind(permissions)
        .bind(id.to_string())
        .bind(before)
        .execute(&mut *change)
        .await?
        .rows_affected();
        change.commit().await?;
        Ok(changed == 1)
    }

    /// Removes a role that nobody holds, no department has and no invitation offers: otherwise [`DatabaseError::InUse`].
    pub async fn remove_role(&self, id: Uuid) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        clear_ended(&mut change).await?;
        let (holders,): (i64,) = sqlx::query_as(
            "SELECT (SELECT COUNT(*) FROM members WHERE role = $1) \
             + (SELECT COUNT(*) FROM accounts WHERE platform_role = $1) \
             + (SELECT COUNT(*) FROM department_roles WHERE role = $1) \
             + (SELECT COUNT(*) FROM invitations WHERE role = $1)",
        )
        .bind(id.to_string())
        .fetch_one(&mut *change)
        .await?;
        if holders > 0 {
            return Err(DatabaseError::InUse);
        }
        sqlx::query("DELETE FROM roles WHERE id = $1").bind(id.to_string()).execute(&mut *change).await?;
        change.commit().await?;
        Ok(())
    }

    /// All of them, by title.
    pub async fn own_roles(&self) -> Result<Vec<OwnRole>, DatabaseError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, tier, workspace_id, title, description, permissions, created_at FROM roles ORDER BY title",
        )
        .fetch_all(self.readers())
        .await?;
        rows.into_iter().map(role).collect()
    }
}

fn role(row: Row) -> Result<OwnRole, DatabaseError> {
    let (id, tier, workspace, title, description, permissions, created_at) = row;
    Ok(OwnRole {
        id: parse_id(&id)?,
        tier: Tier::parse(&tier).ok_or(DatabaseError::Unreadable { what: "tier" })?,
        workspace: workspace.as_deref().map(parse_id).transpose()?,
        title,
        description,
        permissions,
        created_at,
    })
}
