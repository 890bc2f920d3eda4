//! What a person holds, as the tables have it, in few questions: it is asked with every request.

use crate::accounts::parse_id;
use crate::projects::{COLUMNS, Project, Row as ProjectRow, project};
use crate::workspaces::cluster_name;
use crate::{Database, DatabaseError};
use model::{ClusterName, Tier};
use uuid::Uuid;

/// A role that is held in a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredHold<P> {
    /// Where.
    pub place: P,
    /// The word or id of the role.
    pub role: String,
    /// The words of its permissions, when people made the role.
    pub own: Option<String>,
}

/// What a person holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredRights {
    /// The word or id of the role on the platform.
    pub role: String,
    /// The title of the role and the words of its permissions, when people made it.
    pub own_role: Option<(String, String)>,
    /// In clusters.
    pub clusters: Vec<StoredHold<ClusterName>>,
    /// In workspaces.
    pub workspaces: Vec<StoredHold<Uuid>>,
    /// In projects.
    pub project_roles: Vec<StoredHold<Uuid>>,
    /// The projects that any of it concerns.
    pub projects: Vec<Project>,
}

impl Database {
    /// What an account holds. One that does not exist holds nothing.
    pub async fn rights(&self, account: Uuid) -> Result<StoredRights, DatabaseError> {
        let platform: Option<(String, Option<String>, Option<String>)> = sqlx::query_as(
            "SELECT a.platform_role, r.title, r.permissions FROM accounts a \
             LEFT JOIN roles r ON r.id = a.platform_role AND r.tier = 'platform' WHERE a.id = $1",
        )
        .bind(account.to_string())
        .fetch_optional(self.readers())
        .await?;
        let Some((role, title, words)) = platform else { return Ok(StoredRights::default()) };
        let mut rights = StoredRights { role, own_role: title.zip(words), ..StoredRights::default() };

        let held: Vec<(String, String, String, Option<String>)> = sqlx::query_as(
            "SELECT m.tier, m.place, m.role, r.permissions FROM members m \
             LEFT JOIN roles r ON r.id = m.role AND r.tier = m.tier WHERE m.account_id = $1",
        )
        .bind(account.to_string())
        .fetch_all(self.readers())
        .await?;
        for (tier, place, role, own) in held {
            match Tier::parse(&tier) {
                Some(Tier::Cluster) => {
                    rights.clusters.push(StoredHold { place: cluster_name(&place)?, role, own });
                }
                Some(Tier::Workspace) => {
                    rights.workspaces.push(StoredHold { place: parse_id(&place)?, role, own });
                }
                Some(Tier::Project) => {
                    rights.project_roles.push(StoredHold { place: parse_id(&place)?, role, own });
                }
                _ => return Err(DatabaseError::Unreadable { what: "tier" }),
            }
        }
        if !rights.workspaces.is_empty() || !rights.project_roles.is_empty() {
            let question = format!(
                "SELECT DISTINCT {COLUMNS} FROM projects p JOIN members m ON m.account_id = $1 \
                 AND ((m.tier = 'project' AND m.place = p.id) OR (m.tier = 'workspace' AND m.place = p.workspace_id))"
            );
            let rows: Vec<ProjectRow> = sqlx::query_as(sqlx::AssertSqlSafe(question))
                .bind(account.to_string())
                .fetch_all(self.readers())
                .await?;
            rights.projects = rows.into_iter().map(project).collect::<Result<_, _>>()?;
        }
        Ok(rights)
    }
}
