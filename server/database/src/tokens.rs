//! Keys with which programs call the console as their owner.

use crate::accounts::parse_id;
use crate::members::Place;
use crate::open_ports::read_port_handle;
use crate::projects::{COLUMNS as OF_PROJECT, Project, Row as ProjectRow, project};
use crate::workspaces::cluster_name;
use crate::{Database, DatabaseError, now_seconds};
use model::{ClusterName, Namespace, WorkspaceName};
use uuid::Uuid;

/// The most keys of one account.
pub const MAX_TOKENS_PER_ACCOUNT: i64 = 50;

/// Uses of a key are written down this often at the most.
const TOUCH_EVERY_SECONDS: i64 = 60;

/// What a key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenScope {
    /// Only read.
    Read,
    /// All that its owner may do.
    Full,
}

impl TokenScope {
    /// The stable word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Full => "full",
        }
    }

    /// The scope of a stable word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Read, Self::Full].into_iter().find(|scope| scope.word() == word)
    }
}

/// A key, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredToken {
    /// Names it in forms and in the audit trail.
    pub id: Uuid,
    /// Whose it is.
    pub account_id: Uuid,
    /// What its owner calls it.
    pub name: String,
    /// What it may do.
    pub scope: TokenScope,
    /// The one place in which it counts; none when it counts everywhere.
    pub place: Option<Place>,
    /// When it was made.
    pub created_at: i64,
    /// When it ends.
    pub expires_at: i64,
    /// When it was last used, to within a minute.
    pub last_used_at: Option<i64>,
    /// From where.
    pub last_address: Option<String>,
}

/// How far a key reaches at this moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenReach {
    /// As far as its owner.
    Everywhere,
    /// A cluster with everything in it.
    Cluster(ClusterName),
    /// A workspace, and its projects.
    Workspace {
        /// Its id.
        id: Uuid,
        /// Its name.
        name: WorkspaceName,
        /// What is in it now.
        projects: Vec<Project>,
    },
    /// A project.
    Project(Project),
    /// Nowhere any more: the key or its place is gone.
    Nowhere,
}

/// For which place a key is, by its name of now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenPlace {
    /// Wherever its owner holds something.
    Everywhere,
    /// A cluster.
    Cluster(ClusterName),
    /// A workspace.
    Workspace(WorkspaceName),
    /// A project.
    Project(ClusterName, Namespace),
    /// One that is gone.
    Gone,
}

/// A key as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedToken {
    /// As it is kept.
    pub token: StoredToken,
    /// For which place it is.
    pub place: TokenPlace,
}

/// With what the hash of a key begins that counts in one place only.
const PLACED: &str = "placed ";

/// What stands in the place of a session's hash while a program calls with a key.
const HANDLE: &str = "token";

impl StoredToken {
    /// What stands in the place of a session's hash while a program calls with this key: a grant lives no longer than it.
    pub fn handle(&self) -> String {
        format!("{HANDLE} {} {}", self.scope.word(), self.id)
    }
}

/// The scope and the id in what stands in the place of a session's hash, when it is a key.
pub fn read_handle(session: &str) -> Option<(TokenScope, Uuid)> {
    let mut parts = session.split(' ');
    let (word, scope, id) = (parts.next()?, parts.next()?, parts.next()?);
    if word != HANDLE {
        return None;
    }
    Some((TokenScope::parse(scope)?, Uuid::parse_str(id).ok()?))
}

type Row =
    (String, String, String, String, i64, i64, Option<i64>, Option<String>, Option<String>, Option<String>);

/// The same, and what its place is called: as a workspace, or as a project by its cluster and namespace.
type ListedRow = (
    String,
    String,
    String,
    String,
    i64,
    i64,
    Option<i64>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
);

const COLUMNS: &str = "SELECT id, account_id, name, scope, created_at, expires_at, last_used_at, last_address, tier, place \
                       FROM api_tokens";

fn token(row: Row) -> Result<StoredToken, DatabaseError> {
    let (id, account, name, scope, created_at, expires_at, last_used_at, last_address, tier, place) = row;
    Ok(StoredToken {
        place: placed(tier, place)?,
        id: parse_id(&id)?,
        account_id: parse_id(&account)?,
        name,
        scope: TokenScope::parse(&scope).ok_or(DatabaseError::Unreadable { what: "token's scope" })?,
        created_at,
        expires_at,
        last_used_at,
        last_address,
    })
}

/// What a place is called now: by the workspace, or the cluster and the namespace of the project, that has its id.
fn named(
    place: Option<&Place>,
    workspace: Option<String>,
    project: Option<(String, String)>,
) -> Result<TokenPlace, DatabaseError> {
    Ok(match (place, workspace, project) {
        (None, ..) => TokenPlace::Everywhere,
        (Some(Place::Cluster(name)), ..) => TokenPlace::Cluster(name.clone()),
        (Some(Place::Workspace(_)), Some(name), _) => TokenPlace::Workspace(workspace_name(&name)?),
        (Some(Place::Project(_)), _, Some((cluster, namespace))) => TokenPlace::Project(
            cluster_name(&cluster)?,
            Namespace::parse(&namespace).map_err(|_| DatabaseError::Unreadable { what: "namespace" })?,
        ),
        _ => TokenPlace::Gone,
    })
}

fn workspace_name(text: &str) -> Result<WorkspaceName, DatabaseError> {
    WorkspaceName::parse(text).map_err(|_| DatabaseError::Unreadable { what: "workspace's name" })
}

/// A place from its columns. Half a place is none that a key could count in.
fn placed(tier: Option<String>, place: Option<String>) -> Result<Option<Place>, DatabaseError> {
    match (tier, place) {
        (None, None) => Ok(None),
        (Some(tier), Some(place)) => Place::parse(&tier, &place).map(Some),
        _ => Err(DatabaseError::Unreadable { what: "token's place" }),
    }
}

impl Database {
    /// Keeps a new key; `false` when the account has too many.
    pub async fn add_token(&self, new: &StoredToken, token_hash: &str) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let (count,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM api_tokens WHERE account_id = $1")
            .bind(new.account_id.to_string())
            .fetch_one(&mut *change)
            .await?;
        if count >= MAX_TOKENS_PER_ACCOUNT {
            return Ok(false);
        }
        sqlx::query(
            "INSERT INTO api_tokens (id, account_id, name, token_hash, scope, created_at, expires_at, tier, place) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(new.id.to_string())
        .bind(new.account_id.to_string())
        .bind(&new.name)
        .bind(if new.place.is_some() { format!("{PLACED}{token_hash}") } else { token_hash.to_owned() })
        .bind(new.scope.word())
        .bind(new.created_at)
        .bind(new.expires_at)
        .bind(new.place.as_ref().map(|place| place.tier().word()))
        .bind(new.place.as_ref().map(Place::key))
        .execute(&mut *change)
        .await?;
        change.commit().await?;
        Ok(true)
    }

    /// An account's keys with what their places are called, also those that have expired, the newest first: one question, however
    /// many there are.
    pub async fn tokens_of(&self, account: Uuid) -> Result<Vec<ListedToken>, DatabaseError> {
        let rows: Vec<ListedRow> = sqlx::query_as(
            "SELECT t.id, t.account_id, t.name, t.scope, t.created_at, t.expires_at, t.last_used_at, t.last_address, \
             t.tier, t.place, w.name AS workspace, p.cluster, p.namespace FROM api_tokens t \
             LEFT JOIN workspaces w ON t.tier = 'workspace' AND w.id = t.place \
             LEFT JOIN projects p ON t.tier = 'project' AND p.id = t.place \
             WHERE t.account_id = $1 ORDER BY t.created_at DESC, t.id",
        )
        .bind(account.to_string())
        .fetch_all(self.readers())
        .await?;
        let listed = |row: ListedRow| {
            let (
                id,
                account,
                name,
                scope,
                created,
                expires,
                used,
                address,
                tier,
                place,
                of,
                cluster,
                namespace,
            ) = row;
            let token = token((id, account, name, scope, created, expires, used, address, tier, place))?;
            let place = named(token.place.as_ref(), of, cluster.zip(namespace))?;
            Ok(ListedToken { token, place })
        };
        rows.into_iter().map(listed).collect()
    }

    /// The key of this hash, unless it has expired. Notes now and then that it is used.
    pub async fn use_token(
        &self,
        token_hash: &str,
        address: Option<&str>,
    ) -> Result<Option<StoredToken>, DatabaseError> {
        let query = format!("{COLUMNS} WHERE token_hash IN ($1, $2) AND expires_at > $3");
        let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(query))
            .bind(token_hash)
            .bind(format!("{PLACED}{token_hash}"))
            .bind(now_seconds())
            .fetch_optional(self.readers())
            .await?;
        let Some(found) = row.map(token).transpose()? else { return Ok(None) };
        let now = now_seconds();
        if found.last_used_at.is_none_or(|last| now - last >= TOUCH_EVERY_SECONDS) {
            let mut change = self.change().await?;
            sqlx::query("UPDATE api_tokens SET last_used_at = $1, last_address = $2 WHERE id = $3")
                .bind(now)
                .bind(address)
                .bind(found.id.to_string())
                .execute(&mut *change)
                .await?;
            change.commit().await?;
        }
        Ok(Some(found))
    }

    /// How far the key of this id reaches now.
    pub async fn reach_of_token(&self, id: Uuid) -> Result<TokenReach, DatabaseError> {
        let row: Option<(Option<String>, Option<String>)> =
            sqlx::query_as("SELECT tier, place FROM api_tokens WHERE id = $1")
                .bind(id.to_string())
                .fetch_optional(self.readers())
                .await?;
        match row {
            None => Ok(TokenReach::Nowhere),
            Some((tier, place)) => self.reach(placed(tier, place)?.as_ref()).await,
        }
    }

    /// How far a key reaches now that counts in this place.
    pub async fn reach(&self, place: Option<&Place>) -> Result<TokenReach, DatabaseError> {
        let id = match place {
            None => return Ok(TokenReach::Everywhere),
            Some(Place::Cluster(name)) => return Ok(TokenReach::Cluster(name.clone())),
            Some(Place::Workspace(id)) => {
                let row: Option<(String,)> = sqlx::query_as("SELECT name FROM workspaces WHERE id = $1")
                    .bind(id.to_string())
                    .fetch_optional(self.readers())
                    .await?;
                let Some((name,)) = row else { return Ok(TokenReach::Nowhere) };
                let name = workspace_name(&name)?;
                let projects = self.projects_where("p.workspace_id = $1", *id).await?;
                return Ok(TokenReach::Workspace { id: *id, name, projects });
            }
            Some(Place::Project(id)) => *id,
        };
        let found = self.projects_where("p.id = $1", id).await?.into_iter().next();
        Ok(found.map_or(TokenReach::Nowhere, TokenReach::Project))
    }

    async fn projects_where(&self, condition: &str, id: Uuid) -> Result<Vec<Project>, DatabaseError> {
        let question = format!("SELECT {OF_PROJECT} FROM projects p WHERE {condition}");
        let rows: Vec<ProjectRow> = sqlx::query_as(sqlx::AssertSqlSafe(question))
            .bind(id.to_string())
            .fetch_all(self.readers())
            .await?;
        rows.into_iter().map(project).collect()
    }

    /// Removes a key of this account; `false` when there is none of that id.
    pub async fn revoke_token(&self, account: Uuid, id: Uuid) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let removed = sqlx::query("DELETE FROM api_tokens WHERE account_id = $1 AND id = $2")
            .bind(account.to_string())
            .bind(id.to_string())
            .execute(&mut *change)
            .await?
            .rows_affected();
        change.commit().await?;
        Ok(removed == 1)
    }

    /// Whether a caller's session, or the key or the open port in its place, has not ended.
    pub async fn is_open(&self, session: &str) -> Result<bool, DatabaseError> {
        if let Some(port) = read_port_handle(session) {
            return self.is_port_open(port).await;
        }
        let Some((_, id)) = read_handle(session) else { return Ok(self.session(session).await?.is_some()) };
        let row: Option<(i64,)> = sqlx::query_as("SELECT expires_at FROM api_tokens WHERE id = $1")
            .bind(id.to_string())
            .fetch_optional(self.readers())
            .await?;
        Ok(row.is_some_and(|(expires_at,)| expires_at > now_seconds()))
    }
}
