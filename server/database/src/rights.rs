//! What a person holds, as the tables have it, in few questions: it is asked with every request.

use crate::accounts::{Account, parse_id};
use crate::departments::held_by;
use crate::members::Place;
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
    /// What everybody who may sign in holds, by name. Costs four questions, however many there are.
    pub async fn rights_of_everybody(&self) -> Result<Vec<(Account, StoredRights)>, DatabaseError> {
        let (accounts, members) = (self.accounts().await?, self.members().await?);
        let (projects, roles) = (self.projects().await?, self.own_roles().await?);
        let words =
            |tier: Tier, id: &str| roles.iter().find(|role| role.tier == tier && role.id.to_string() == id);
        let rights = |account: &Account| {
            let own_role = words(Tier::Platform, &account.role);
            let mut rights = StoredRights {
                role: account.role.clone(),
                own_role: own_role.map(|role| (role.title.clone(), role.permissions.clone())),
                projects: projects.clone(),
                ..StoredRights::default()
            };
            for member in members.iter().filter(|member| member.account == account.id) {
                let own = words(member.place.tier(), &member.role).map(|role| role.permissions.clone());
                let role = member.role.clone();
                match &member.place {
                    Place::Cluster(name) => {
                        rights.clusters.push(StoredHold { place: name.clone(), role, own });
                    }
                    Place::Workspace(id) => rights.workspaces.push(StoredHold { place: *id, role, own }),
                    Place::Project(id) => rights.project_roles.push(StoredHold { place: *id, role, own }),
                }
            }
            rights
        };
        let enabled = accounts.into_iter().filter(|account| account.is_enabled);
        Ok(enabled.map(|account| (account.clone(), rights(&account))).collect())
    }

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

        let held = held_by("WHERE account_id = $1");
        let question = format!(
            "{held} SELECT DISTINCT m.tier, m.place, m.role, r.permissions FROM held m \
             LEFT JOIN roles r ON r.id = m.role AND r.tier = m.tier"
        );
        let rows: Vec<(String, String, String, Option<String>)> =
            sqlx::query_as(sqlx::AssertSqlSafe(question))
                .bind(account.to_string())
                .fetch_all(self.readers())
                .await?;
        for (tier, place, role, own) in rows {
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
                "{held} SELECT DISTINCT {COLUMNS} FROM projects p JOIN held m \
                 ON (m.tier = 'project' AND m.place = p.id) OR (m.tier = 'workspace' AND m.place = p.workspace_id)"
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
