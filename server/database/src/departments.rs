//! Departments: groups of people that hold roles together. Whoever is in one is in all above it too.

use crate::accounts::parse_id;
use crate::members::Place;
use crate::{Database, DatabaseError, Dialect, now_seconds};
use uuid::Uuid;

/// A department.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Department {
    /// Its id.
    pub id: Uuid,
    /// The workspace that it belongs to; none for one of the whole console.
    pub workspace: Option<Uuid>,
    /// The department that it is a part of.
    pub parent: Option<Uuid>,
    /// What people call it.
    pub title: String,
}

/// What everybody in a department holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DepartmentRole {
    /// The department.
    pub department: Uuid,
    /// Where.
    pub place: Place,
    /// The word or id of the role.
    pub role: String,
}

/// Somebody who is in a department itself, not only in one below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DepartmentMember {
    /// The department.
    pub department: Uuid,
    /// Who.
    pub account: Uuid,
    /// The name of the account.
    pub name: String,
    /// What people call them.
    pub full_name: String,
    /// Whether they may sign in.
    pub is_enabled: bool,
    /// Since when, in seconds since 1970.
    pub created_at: i64,
}

/// Begins a question with `held`: every role that somebody holds in a place at this moment, themselves or by a department.
/// A role whose time is over is none. `of` limits it to some accounts: a condition on `account_id`, or empty. `UNION` ends
/// also where departments were in a circle.
pub(crate) fn held_by(of: &str) -> String {
    let now = now_seconds();
    format!(
        "WITH RECURSIVE inside (account_id, department_id) AS ( \
         SELECT account_id, department_id FROM department_members {of} \
         UNION SELECT i.account_id, d.parent_id FROM inside i \
         JOIN departments d ON d.id = i.department_id WHERE d.parent_id IS NOT NULL), \
         held AS (SELECT account_id, tier, place, role, source, created_at, ends_at, NULL AS department \
         FROM (SELECT * FROM members WHERE ends_at IS NULL OR ends_at > {now}) AS lasting {of} \
         UNION ALL SELECT i.account_id, r.tier, r.place, r.role, '', r.created_at, CAST(NULL AS BIGINT), \
         r.department_id \
         FROM inside i JOIN department_roles r ON r.department_id = i.department_id)"
    )
}

impl Database {
    /// Makes a department.
    pub async fn add_department(
        &self,
        workspace: Option<Uuid>,
        parent: Option<Uuid>,
        title: &str,
    ) -> Result<Uuid, DatabaseError> {
        let id = Uuid::new_v4();
        let mut change = self.change().await?;
        sqlx::query(
            "INSERT INTO departments (id, workspace_id, parent_id, title, created_at) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(id.to_string())
        .bind(workspace.map(|id| id.to_string()))
        .bind(parent.map(|id| id.to_string()))
        .bind(title.trim())
        .bind(now_seconds())
        .execute(&mut *change)
        .await?;
        change.commit().await?;
        Ok(id)
    }

    /// Changes what a department is called and what it is a part of. Under itself, or anything below it, it cannot be:
    /// [`DatabaseError::InUse`].
    pub async fn change_department(
        &self,
        id: Uuid,
        parent: Option<Uuid>,
        title: &str,
    ) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        if self.dialect() == Dialect::Postgres {
            // Of two who put departments into each other at once, the second sees what the first has done: those of a circle
            // would be shown nowhere.
            sqlx::query("LOCK TABLE departments IN SHARE ROW EXCLUSIVE MODE").execute(&mut *change).await?;
        }
        let (is_below,): (i64,) = sqlx::query_as(
            "WITH RECURSIVE above (id, parent_id) AS ( \
             SELECT id, parent_id FROM departments WHERE id = $1 \
             UNION SELECT d.id, d.parent_id FROM above a JOIN departments d ON d.id = a.parent_id) \
             SELECT COUNT(*) FROM above WHERE id = $2",
        )
        .bind(parent.map(|id| id.to_string()).unwrap_or_default())
        .bind(id.to_string())
        .fetch_one(&mut *change)
        .await?;
        if is_below > 0 {
            return Err(DatabaseError::InUse);
        }
        sqlx::query("UPDATE departments SET title = $1, parent_id = $2 WHERE id = $3")
            .bind(title.trim())
            .bind(parent.map(|id| id.to_string()))
            .bind(id.to_string())
            .execute(&mut *change)
            .await?;
        change.commit().await?;
        Ok(())
    }

    /// Removes a department with what its people hold by it. Departments below it must have gone before:
    /// [`DatabaseError::InUse`].
    pub async fn remove_department(&self, id: Uuid) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        sqlx::query("DELETE FROM departments WHERE id = $1")
            .bind(id.to_string())
            .execute(&mut *change)
            .await
            .map_err(DatabaseError::in_use)?;
        change.commit().await?;
        Ok(())
    }

    /// Puts somebody into a department, or takes them out of it; answers whether that changed anything.
    pub async fn set_department_member(
        &self,
        department: Uuid,
        account: Uuid,
        is_in: bool,
    ) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let changed = if is_in {
            sqlx::query(
                "INSERT INTO department_members (department_id, account_id, created_at) VALUES ($1, $2, $3) \
                 ON CONFLICT (department_id, account_id) DO NOTHING",
            )
            .bind(department.to_string())
            .bind(account.to_string())
            .bind(now_seconds())
            .execute(&mut *change)
            .await?
        } else {
            sqlx::query("DELETE FROM department_members WHERE department_id = $1 AND account_id = $2")
                .bind(department.to_string())
                .bind(account.to_string())
                .execute(&mut *change)
                .await?
        };
        change.commit().await?;
        Ok(changed.rows_affected() > 0)
    }

    /// Gives a department a role in a place, in place of another that it has there; without one, takes it.
    pub async fn set_department_role(
        &self,
        department: Uuid,
        place: &Place,
        role: Option<&str>,
    ) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        sqlx::query("DELETE FROM department_roles WHERE department_id = $1 AND tier = $2 AND place = $3")
            .bind(department.to_string())
            .bind(place.tier().word())
            .bind(place.key())
            .execute(&mut *change)
            .await?;
        if let Some(role) = role {
            sqlx::query(
                "INSERT INTO department_roles (department_id, tier, place, role, created_at) \
                 VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(department.to_string())
            .bind(place.tier().word())
            .bind(place.key())
            .bind(role)
            .bind(now_seconds())
            .execute(&mut *change)
            .await?;
        }
        change.commit().await?;
        Ok(())
    }

    /// All departments, by title.
    pub async fn departments(&self) -> Result<Vec<Department>, DatabaseError> {
        let rows: Vec<(String, Option<String>, Option<String>, String)> =
            sqlx::query_as("SELECT id, workspace_id, parent_id, title FROM departments ORDER BY title, id")
                .fetch_all(self.readers())
                .await?;
        let department =
            |(id, workspace, parent, title): (String, Option<String>, Option<String>, String)| {
                Ok(Department {
                    id: parse_id(&id)?,
                    workspace: workspace.as_deref().map(parse_id).transpose()?,
                    parent: parent.as_deref().map(parse_id).transpose()?,
                    title,
                })
            };
        rows.into_iter().map(department).collect()
    }

    /// What departments hold.
    pub async fn department_roles(&self) -> Result<Vec<DepartmentRole>, DatabaseError> {
        let rows: Vec<(String, String, String, String)> = sqlx::query_as(
            "SELECT department_id, tier, place, role FROM department_roles ORDER BY tier, place, department_id",
        )
        .fetch_all(self.readers())
        .await?;
        let role = |(department, tier, place, role): (String, String, String, String)| {
            let (department, place) = (parse_id(&department)?, Place::parse(&tier, &place)?);
            Ok(DepartmentRole { department, place, role })
        };
        rows.into_iter().map(role).collect()
    }

    /// Who is in which department itself, by name.
    pub async fn department_members(&self) -> Result<Vec<DepartmentMember>, DatabaseError> {
        type Row = (String, String, String, String, Option<i64>, i64);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT m.department_id, a.id, a.name, a.full_name, COALESCE(a.disabled_at, a.gone_at), m.created_at \
             FROM department_members m JOIN accounts a ON a.id = m.account_id ORDER BY a.name_key",
        )
        .fetch_all(self.readers())
        .await?;
        let member = |(department, account, name, full_name, disabled_at, created_at): Row| {
            let (department, account) = (parse_id(&department)?, parse_id(&account)?);
            let is_enabled = disabled_at.is_none();
            Ok(DepartmentMember { department, account, name, full_name, is_enabled, created_at })
        };
        rows.into_iter().map(member).collect()
    }
}
