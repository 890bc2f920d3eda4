//! Searches that people keep by name: for themselves, or for whoever may look at a cluster or a project.

use crate::accounts::parse_id;
use crate::conditions::escaped;
use crate::workspaces::cluster_name;
use crate::{Database, DatabaseError, now_seconds};
use futures::TryStreamExt;
use model::{ClusterName, Namespace};
use uuid::Uuid;

/// How many searches a person can keep for themselves in a cluster.
pub const MOST_OWN: i64 = 100;
/// How many can be shared in a cluster as a whole, and in each of its projects.
pub const MOST_SHARED: i64 = 200;

/// Who finds a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Its owner alone.
    Owner,
    /// Whoever may look at the cluster.
    Cluster,
    /// Whoever may look at this project.
    Project(Uuid),
}

/// A search to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSavedSearch {
    /// Where.
    pub cluster: ClusterName,
    /// Whose it is.
    pub owner: Uuid,
    /// Who finds it.
    pub readers: Readers,
    /// What is searched.
    pub records: String,
    /// What it is called.
    pub name: String,
    /// What is looked for, as it was typed.
    pub query: String,
    /// The stretch of time, as it stands in addresses: from and to.
    pub window: (String, String),
}

/// A search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedSearch {
    /// Its id.
    pub id: Uuid,
    /// Where.
    pub cluster: ClusterName,
    /// Whose it is; none when that account is gone.
    pub owner: Option<Uuid>,
    /// Whether nobody else finds it.
    pub is_private: bool,
    /// The namespace of the project in which it is shared; none for the cluster as a whole.
    pub namespace: Option<Namespace>,
    /// What is searched.
    pub records: String,
    /// What it is called.
    pub name: String,
    /// What is looked for, as it was typed.
    pub query: String,
    /// The stretch of time, as it stands in addresses: from and to.
    pub window: (String, String),
    /// The name of who made it.
    pub made_by: String,
    /// When, in seconds since 1970.
    pub made_at: i64,
}

/// How keeping a search went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is there, under this id.
    Done(Uuid),
    /// There are as many already as there can be.
    Full,
    /// Another one of the same readers is called so.
    Taken,
}

/// How changing a search went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renamed {
    /// It is called so.
    Done,
    /// Another one of the same readers is called so.
    Taken,
    /// It is not there any more.
    Gone,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    cluster: String,
    owner_id: Option<String>,
    private_to: Option<String>,
    namespace: Option<String>,
    records: String,
    name: String,
    query: String,
    from_text: String,
    to_text: String,
    made_by: String,
    made_at: i64,
}

const SELECT: &str = "SELECT s.id, s.cluster, s.owner_id, s.private_to, p.namespace, s.records, s.name, s.query, \
                      s.from_text, s.to_text, s.made_by, s.made_at \
                      FROM saved_searches s LEFT JOIN projects p ON p.id = s.project_id \
                      WHERE (s.private_to IS NULL OR s.private_to = $1)";

impl Database {
    /// Keeps a search.
    pub async fn add_saved_search(&self, new: &NewSavedSearch, by: &str) -> Result<Kept, DatabaseError> {
        let id = Uuid::new_v4();
        let owner = new.owner.to_string();
        let (private_to, project, most) = match new.readers {
            Readers::Owner => (Some(owner.clone()), None, MOST_OWN),
            Readers::Cluster => (None, None, MOST_SHARED),
            Readers::Project(project) => (None, Some(project.to_string()), MOST_SHARED),
        };
        let mut change = self.change().await?;
        let (there,): (i64,) = sqlx::query_as(
            "SELECT COUNT(*) FROM saved_searches WHERE cluster = $1 AND COALESCE(private_to, '') = $2 \
             AND COALESCE(project_id, '') = $3",
        )
        .bind(new.cluster.as_str())
        .bind(private_to.clone().unwrap_or_default())
        .bind(project.clone().unwrap_or_default())
        .fetch_one(&mut *change)
        .await?;
        if there >= most {
            return Ok(Kept::Full);
        }
        let added = sqlx::query(
            "INSERT INTO saved_searches (id, cluster, project_id, private_to, owner_id, records, name, query, \
             from_text, to_text, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(id.to_string())
        .bind(new.cluster.as_str())
        .bind(project)
        .bind(private_to)
        .bind(owner)
        .bind(&new.records)
        .bind(&new.name)
        .bind(&new.query)
        .bind(&new.window.0)
        .bind(&new.window.1)
        .bind(by)
        .bind(now_seconds())
        .execute(&mut *change)
        .await
        .map_err(DatabaseError::taken);
        match added {
            Ok(_) => change.commit().await?,
            Err(DatabaseError::NameTaken) => return Ok(Kept::Taken),
            Err(error) => return Err(error),
        }
        Ok(Kept::Done(id))
    }

    /// All searches of a cluster that are shared, with those that this account keeps for itself, by name.
    pub async fn saved_searches(
        &self,
        cluster: &ClusterName,
        reader: Uuid,
    ) -> Result<Vec<SavedSearch>, DatabaseError> {
        let question = format!("{SELECT} AND s.cluster = $2 ORDER BY LOWER(s.name), s.id");
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(question))
            .bind(reader.to_string())
            .bind(cluster.as_str())
            .fetch_all(self.readers())
            .await?;
        rows.into_iter().map(saved_search).collect()
    }

    /// A search of a cluster, if it is shared or this account's own.
    pub async fn saved_search(
        &self,
        cluster: &ClusterName,
        reader: Uuid,
        id: Uuid,
    ) -> Result<Option<SavedSearch>, DatabaseError> {
        let question = format!("{SELECT} AND s.cluster = $2 AND s.id = $3");
        let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(question))
            .bind(reader.to_string())
            .bind(cluster.as_str())
            .bind(id.to_string())
            .fetch_optional(self.readers())
            .await?;
        row.map(saved_search).transpose()
    }

    /// Of the searches of all clusters that are shared or this account's own, and whose name has these words in it, what `pick`
    /// makes of the first ones; those that begin with the words come first. Nothing is read behind the last that is wanted.
    ///
    /// Case is what the database takes for it: for SQLite only that of the letters A to Z.
    pub async fn find_saved_searches<T>(
        &self,
        reader: Uuid,
        words: &str,
        most: usize,
        mut pick: impl FnMut(SavedSearch) -> Option<T>,
    ) -> Result<Vec<T>, DatabaseError> {
        let begins = format!("{}%", escaped(words));
        let question = format!(
            "{SELECT} AND LOWER(s.name) LIKE LOWER($2) ESCAPE '\\' \
             ORDER BY CASE WHEN LOWER(s.name) LIKE LOWER($3) ESCAPE '\\' THEN 0 ELSE 1 END, \
             LOWER(s.name), s.cluster, s.id"
        );
        let mut rows = sqlx::query_as::<sqlx::Any, Row>(sqlx::AssertSqlSafe(question))
            .bind(reader.to_string())
            .bind(format!("%{begins}"))
            .bind(begins)
            .fetch(self.readers());
        let mut found = Vec::new();
        while found.len() < most
            && let Some(row) = rows.try_next().await?
        {
            found.extend(pick(saved_search(row)?));
        }
        Ok(found)
    }

    /// Gives a search another name.
    pub async fn rename_saved_search(&self, id: Uuid, name: &str) -> Result<Renamed, DatabaseError> {
        let mut change = self.change().await?;
        let renamed = sqlx::query("UPDATE saved_searches SET name = $1 WHERE id = $2")
            .bind(name)
            .bind(id.to_string())
            .execute(&mut *change)
            .await
            .map_err(DatabaseError::taken);
        match renamed {
            Ok(renamed) if renamed.rows_affected() == 0 => return Ok(Renamed::Gone),
            Ok(_) => change.commit().await?,
            Err(DatabaseError::NameTaken) => return Ok(Renamed::Taken),
            Err(error) => return Err(error),
        }
        Ok(Renamed::Done)
    }

    /// Forgets a search. Answers whether it was there.
    pub async fn remove_saved_search(&self, id: Uuid) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let removed = sqlx::query("DELETE FROM saved_searches WHERE id = $1")
            .bind(id.to_string())
            .execute(&mut *change)
            .await?
            .rows_affected();
        change.commit().await?;
        Ok(removed > 0)
    }
}

fn saved_search(row: Row) -> Result<SavedSearch, DatabaseError> {
    let namespace = row.namespace.as_deref().map(Namespace::parse).transpose();
    Ok(SavedSearch {
        id: parse_id(&row.id)?,
        cluster: cluster_name(&row.cluster)?,
        owner: row.owner_id.as_deref().map(parse_id).transpose()?,
        is_private: row.private_to.is_some(),
        namespace: namespace.map_err(|_| DatabaseError::Unreadable { what: "namespace" })?,
        records: row.records,
        name: row.name,
        query: row.query,
        window: (row.from_text, row.to_text),
        made_by: row.made_by,
        made_at: row.made_at,
    })
}
