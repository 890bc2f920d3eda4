//! Who holds which role where.

use crate::accounts::parse_id;
use crate::departments::held_by;
use crate::workspaces::cluster_name;
use crate::{Database, DatabaseError, now_seconds};
use model::{ClusterName, Tier};
use uuid::Uuid;

/// The source of what people gave for a time: it stands beside what they gave for good. No identity provider has this id.
const FOR_A_TIME: &str = "(for a time)";

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

    pub(crate) fn key(&self) -> String {
        match self {
            Self::Cluster(name) => name.to_string(),
            Self::Workspace(id) | Self::Project(id) => id.to_string(),
        }
    }

    pub(crate) fn parse(tier: &str, key: &str) -> Result<Self, DatabaseError> {
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
    /// Until when, in seconds since 1970; none for good.
    pub ends_at: Option<i64>,
    /// The department by which they hold it, if they do not hold it themselves.
    pub department: Option<Uuid>,
    /// Since when, in seconds since 1970.
    pub created_at: i64,
}

type Row =
    (String, String, String, Option<i64>, String, String, String, String, i64, Option<i64>, Option<String>);

/// Of what a question begins with, what it selects.
const SELECT: &str = "SELECT m.account_id, a.name, a.full_name, COALESCE(a.disabled_at, a.gone_at), m.tier, m.place, m.role, m.source, \
                      m.created_at, m.ends_at, m.department FROM held m JOIN accounts a ON a.id = m.account_id";

impl Database {
    /// Gives somebody a role in a place for good; one that they hold there from the same source is replaced, and so is what
    /// people gave them for a time.
    pub async fn set_member(&self, member: &NewMember) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        clear_ended(&mut change).await?;
        insert(&mut change, member).await?;
        change.commit().await?;
        Ok(())
    }

    /// Gives somebody a role in a place for a time, instead of whatever people gave them there before.
    pub async fn set_member_until(&self, member: &NewMember, ends_at: i64) -> Result<(), DatabaseError> {
        let mut change = self.change().await?;
        clear_ended(&mut change).await?;
        take(&mut change, member, "").await?;
        insert_until(&mut change, member, ends_at).await?;
        change.commit().await?;
        Ok(())
    }

    /// Takes from somebody what people gave them in a place; answers whether that was anything.
    pub async fn remove_member(&self, account: Uuid, place: &Place) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let removed = sqlx::query(
            "DELETE FROM members WHERE account_id = $1 AND tier = $2 AND place = $3 AND source IN ('', $4)",
        )
        .bind(account.to_string())
        .bind(place.tier().word())
        .bind(place.key())
        .bind(FOR_A_TIME)
        .execute(&mut *change)
        .await?
        .rows_affected();
        change.commit().await?;
        Ok(removed > 0)
    }

    /// Makes what somebody holds by the groups of an identity provider be this and nothing else. Answers whether that is
    /// a change.
    pub async fn set_members_by(
        &self,
        account: Uuid,
        source: &str,
        holds: &[(Place, String)],
    ) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let mut before: Vec<(String, String, String)> =
            sqlx::query_as("SELECT tier, place, role FROM members WHERE account_id = $1 AND source = $2")
                .bind(account.to_string())
                .bind(source)
                .fetch_all(&mut *change)
                .await?;
        let mut now: Vec<(String, String, String)> = holds
            .iter()
            .map(|(place, role)| (place.tier().word().to_owned(), place.key(), role.clone()))
            .collect();
        // Sorted here: PostgreSQL has an order of its own, in which `a-2` may come behind `a1`.
        before.sort_unstable();
        now.sort_unstable();
        if before == now {
            return Ok(false);
        }
        sqlx::query("DELETE FROM members WHERE account_id = $1 AND source = $2")
            .bind(account.to_string())
            .bind(source)
            .execute(&mut *change)
            .await?;
        for (place, role) in holds {
            let (place, role, source) = (place.clone(), role.clone(), source.to_owned());
            insert(&mut change, &NewMember { account, place, role, source }).await?;
        }
        change.commit().await?;
        Ok(true)
    }

    /// Who holds what in a place, themselves and by departments, by name.
    pub async fn members_of(&self, place: &Place) -> Result<Vec<Member>, DatabaseError> {
        let held = held_by("");
        let question =
            format!("{held} {SELECT} WHERE m.tier = $1 AND m.place = $2 ORDER BY a.name_key, m.source");
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(question))
            .bind(place.tier().word())
            .bind(place.key())
            .fetch_all(self.readers())
            .await?;
        rows.into_iter().map(member).collect()
    }

    /// What somebody holds anywhere but on the platform.
    pub async fn memberships_of(&self, account: Uuid) -> Result<Vec<Member>, DatabaseError> {
        let held = held_by("WHERE account_id = $1");
        let question = format!("{held} {SELECT} ORDER BY m.tier, m.place");
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(question))
            .bind(account.to_string())
            .fetch_all(self.readers())
            .await?;
        rows.into_iter().map(member).collect()
    }

    /// Everything that anybody holds anywhere.
    pub async fn members(&self) -> Result<Vec<Member>, DatabaseError> {
        let question = format!("{} {SELECT}", held_by(""));
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(question)).fetch_all(self.readers()).await?;
        rows.into_iter().map(member).collect()
    }
}

/// Forgets who holds, or is invited to hold, anything in a place that is no more, who is told of its alerts, and by which
/// mail server.
pub(crate) async fn forget_place(
    change: &mut sqlx::Transaction<'static, sqlx::Any>,
    place: &Place,
) -> Result<(), DatabaseError> {
    for question in [
        "DELETE FROM members WHERE tier = $1 AND place = $2",
        "DELETE FROM department_roles WHERE tier = $1 AND place = $2",
        "DELETE FROM invitations WHERE tier = $1 AND place = $2",
        "DELETE FROM receivers WHERE tier = $1 AND place = $2",
        "DELETE FROM mail_servers WHERE tier = $1 AND place = $2",
    ] {
        sqlx::query(question).bind(place.tier().word()).bind(place.key()).execute(&mut **change).await?;
    }
    Ok(())
}

/// Gives a role for good. What people gave for a time in the same place goes with what they give now.
pub(crate) async fn insert(
    change: &mut sqlx::Transaction<'static, sqlx::Any>,
    member: &NewMember,
) -> Result<(), DatabaseError> {
    if member.source.is_empty() {
        take(change, member, FOR_A_TIME).await?;
    }
    insert_beside(change, member).await
}

/// Gives a role for good, beside what people gave for a time.
pub(crate) async fn insert_beside(
    change: &mut sqlx::Transaction<'static, sqlx::Any>,
    member: &NewMember,
) -> Result<(), DatabaseError> {
    write(change, member, &member.source, None).await
}

/// Takes what somebody has from a source where they are to have something else.
async fn take(
    change: &mut sqlx::Transaction<'static, sqlx::Any>,
    member: &NewMember,
    source: &str,
) -> Result<(), DatabaseError> {
    sqlx::query("DELETE FROM members WHERE account_id = $1 AND tier = $2 AND place = $3 AND source = $4")
        .bind(member.account.to_string())
        .bind(member.place.tier().word())
        .bind(member.place.key())
        .bind(source)
        .execute(&mut **change)
        .await?;
    Ok(())
}

/// Gives a role for a time, beside what they hold for good.
pub(crate) async fn insert_until(
    change: &mut sqlx::Transaction<'static, sqlx::Any>,
    member: &NewMember,
    ends_at: i64,
) -> Result<(), DatabaseError> {
    write(change, member, FOR_A_TIME, Some(ends_at)).await
}

/// Forgets roles whose time is over. Nobody sees them any more; this keeps the table short.
pub(crate) async fn clear_ended(
    change: &mut sqlx::Transaction<'static, sqlx::Any>,
) -> Result<(), DatabaseError> {
    sqlx::query("DELETE FROM members WHERE ends_at <= $1").bind(now_seconds()).execute(&mut **change).await?;
    Ok(())
}

async fn write(
    change: &mut sqlx::Transaction<'static, sqlx::Any>,
    member: &NewMember,
    source: &str,
    ends_at: Option<i64>,
) -> Result<(), DatabaseError> {
    sqlx::query(
        "INSERT INTO members (account_id, tier, place, role, source, created_at, ends_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (account_id, tier, place, source) DO UPDATE SET role = excluded.role, ends_at = excluded.ends_at",
    )
    .bind(member.account.to_string())
    .bind(member.place.tier().word())
    .bind(member.place.key())
    .bind(&member.role)
    .bind(source)
    .bind(now_seconds())
    .bind(ends_at)
    .execute(&mut **change)
    .await?;
    Ok(())
}

fn member(row: Row) -> Result<Member, DatabaseError> {
    let (account, name, full_name, disabled_at, tier, place, role, source, created_at, ends_at, department) =
        row;
    Ok(Member {
        department: department.as_deref().map(parse_id).transpose()?,
        account: parse_id(&account)?,
        name,
        full_name,
        is_enabled: disabled_at.is_none(),
        place: Place::parse(&tier, &place)?,
        role,
        source: if source == FOR_A_TIME { String::new() } else { source },
        ends_at,
        created_at,
    })
}
