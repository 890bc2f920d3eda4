//! Who holds which role where.

use crate::accounts::parse_id;
use crate::workspaces::cluster_name;
use crate::{Database, DatabaseError, now_seconds};
use model::{ClusterName, Tier};
use uuid::Uuid;

/// Where a role is held.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// In a whole cluster.
    Cluster(ClusterName),
    /// In a workspace, by its id.
    Workspace(Uuid),
    /// In a project, by its id.
    Project(Uuid),
}

impl Place {
    /// The tier.
    pub fn tier(&self) -> Tier {
        match self {
            Self::Cluster(_) => Tier::Cluster,
            Self::Workspace(_) => Tier::Workspace,
            Self::Project(_) => Tier::Project,
        }
    }

    fn key(&self) -> String {
        match self {
            Self::Cluster(name) => name.to_string(),
            Self::Workspace(id) | Self::Project(id) => id.to_string(),
        }
    }

    fn parse(tier: &str, key: &str) -> Result<Self, DatabaseError> {
        match Tier::parse(tier) {
            Some(Tier::Cluster) => cluster_name(key).map(Self::Cluster),
            Some(Tier::Workspace) => parse_id(key).map(Self::Workspace),
            Some(Tier::Project) => parse_id(key).map(Self::Project),
            _ => Err(DatabaseError::Unreadable { what: "place" }),
        }
    }
}

/// A role to be held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMember {
    /// By whom.
    pub account: Uuid,
    /// Where.
    pub place: Place,
    /// The word or id of the role.
    pub role: String,
    /// Empty for what people said; the identity provider's id for what its groups said.
    pub source: String,
}

/// A role that is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// By whom.
    pub account: Uuid,
    /// The name of the account.
    pub name: String,
    /// What people call them.
    pub full_name: String,
    /// Whether they may sign in.
    pub is_enabled: bool,
    /// Where.
    pub place: Place,
    /// The word or id of the role.
    pub role: String,
    /// Empty for what people said; the identity provider's id for what its groups said.
    pub source: String,
    /// Since when, in seconds since 1970.
    pub created_at: i64,
}

type Row = (String, String, String, Option<i64>, String, String, String, String, i64);

const SELECT: &str = "SELECT m.account_id, a.name, a.full_name, a.disabled_at, m.tier, m.place, m.role, m.source, \
                      m.created_at FROM members m JOIN accounts a ON a.id = m.account_id";

impl Database {
    /// Gives somebody a role in a place; one that they hold there from the same source is replaced.
    pub async fn set_member(&self, member: &NewMember) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        insert(&mut change, member).await?;
        change.commit().await?;
        Ok(())
    }

    /// Takes from somebody what people gave them in a place; answers whether that was anything.
    pub async fn remove_member(&self, account: Uuid, place: &Place) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let removed = sqlx::query(
            "DELETE FROM members WHERE account_id = $1 AND tier = $2 AND place = $3 AND source = ''",
        )
        .bind(account.to_string())
        .bind(place.tier().word())
        .bind(place.key())
        .execute(&mut *change)
        .await?
        .rows_affected();
        change.commit().await?;
        Ok(removed > 0)
    }

    /// Who holds what in a place, by name.
    pub async fn members_of(&self, place: &Place) -> Result<Vec<Member>, DatabaseError> {
        let question = format!("{SELECT} WHERE m.tier = $1 AND m.place = $2 ORDER BY a.name_key, m.source");
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(question))
            .bind(place.tier().word())
            .bind(place.key())
            .fetch_all(self.readers())
            .await?;
        rows.into_iter().map(member).collect()
    }

    /// What somebody holds anywhere but on the platform.
    pub async fn memberships_of(&self, account: Uuid) -> Result<Vec<Member>, DatabaseError> {
        let question = format!("{SELECT} WHERE m.account_id = $1 ORDER BY m.tier, m.place");
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(question))
            .bind(account.to_string())
            .fetch_all(self.readers())
            .await?;
        rows.into_iter().map(member).collect()
    }

    /// Everything that anybody holds anywhere.
    pub async fn members(&self) -> Result<Vec<Member>, DatabaseError> {
        let rows: Vec<Row> = sqlx::query_as(SELECT).fetch_all(self.readers()).await?;
        rows.into_iter().map(member).collect()
    }
}

pub(crate) async fn insert(
    change: &mut sqlx::Transaction<'static, sqlx::Any>,
    member: &NewMember,
) -> Result<(), DatabaseError> {
    sqlx::query(
        "INSERT INTO members (account_id, tier, place, role, source, created_at) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (account_id, tier, place, source) DO UPDATE SET role = excluded.role",
    )
    .bind(member.account.to_string())
    .bind(member.place.tier().word())
    .bind(member.place.key())
    .bind(&member.role)
    .bind(&member.source)
    .bind(now_seconds())
    .execute(&mut **change)
    .await?;
    Ok(())
}

fn member(row: Row) -> Result<Member, DatabaseError> {
    let (account, name, full_name, disabled_at, tier, place, role, source, created_at) = row;
    Ok(Member {
        account: parse_id(&account)?,
        name,
        full_name,
        is_enabled: disabled_at.is_none(),
        place: Place::parse(&tier, &place)?,
        role,
        source,
        created_at,
    })
}
