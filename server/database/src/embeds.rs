//! Links by which pages of other sites show a dashboard.

use crate::accounts::parse_id;
use crate::workspaces::cluster_name;
use crate::{Database, DatabaseError, now_seconds};
use model::ClusterName;
use uuid::Uuid;

/// Looks through a link are written down this often at the most.
const TOUCH_EVERY_SECONDS: i64 = 60;

/// A link to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEmbed {
    /// To which dashboard.
    pub dashboard: Uuid,
    /// Who makes it, and whose rights count.
    pub account: Uuid,
    /// What it is called.
    pub name: String,
    /// The sites that may show it, separated by spaces.
    pub origins: String,
    /// The panel that is shown alone, by its id.
    pub panel: Option<u32>,
    /// Over how long it is shown, in seconds.
    pub seconds: u32,
    /// What is chosen for variables, as JSON.
    pub chosen: String,
    /// When it ends, in seconds since 1970.
    pub expires_at: i64,
}

/// A link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Embed {
    /// Its id.
    pub id: Uuid,
    /// The cluster of its dashboard.
    pub cluster: ClusterName,
    /// What was wished for.
    pub new: NewEmbed,
    /// The name of who made it.
    pub made_by: String,
    /// When it was last looked through, to within a minute.
    pub last_used_at: Option<i64>,
}

type Row =
    (String, String, String, String, String, String, Option<i64>, i64, String, i64, String, Option<i64>);

const SELECT: &str = "SELECT e.id, d.cluster, e.dashboard_id, e.account_id, e.name, e.origins, e.panel, e.seconds, \
                      e.chosen, e.expires_at, a.name, e.last_used_at FROM embeds e \
                      JOIN dashboards d ON d.id = e.dashboard_id JOIN accounts a ON a.id = e.account_id";

impl Database {
    /// Keeps a link. `None` when its dashboard has so many already, or is gone.
    pub async fn add_embed(&self, new: &NewEmbed, most: usize) -> Result<Option<Uuid>, DatabaseError> {
        let id = Uuid::new_v4();
        let dashboard = new.dashboard.to_string();
        let mut change = self.change().await?;
        let (there, embeds): (i64, i64) = sqlx::query_as(
            "SELECT (SELECT COUNT(*) FROM dashboards WHERE id = $1), \
             (SELECT COUNT(*) FROM embeds WHERE dashboard_id = $2)",
        )
        .bind(&dashboard)
        .bind(&dashboard)
        .fetch_one(&mut *change)
        .await?;
        if there == 0 || usize::try_from(embeds).is_ok_and(|embeds| embeds >= most) {
            return Ok(None);
        }
        sqlx::query(
            "INSERT INTO embeds (id, dashboard_id, account_id, name, origins, panel, seconds, chosen, created_at, \
             expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(id.to_string())
        .bind(dashboard)
        .bind(new.account.to_string())
        .bind(&new.name)
        .bind(&new.origins)
        .bind(new.panel.map(i64::from))
        .bind(i64::from(new.seconds))
        .bind(&new.chosen)
        .bind(now_seconds())
        .bind(new.expires_at)
        .execute(&mut *change)
        .await?;
        change.commit().await?;
        Ok(Some(id))
    }

    /// The links of a dashboard, those too that have ended, the newest first.
    pub async fn embeds(&self, dashboard: Uuid) -> Result<Vec<Embed>, DatabaseError> {
        let question = format!("{SELECT} WHERE e.dashboard_id = $1 ORDER BY e.created_at DESC, e.id");
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(question))
            .bind(dashboard.to_string())
            .fetch_all(self.readers())
            .await?;
        rows.into_iter().map(embed).collect()
    }

    /// A link, ended or not.
    pub async fn embed(&self, id: Uuid) -> Result<Option<Embed>, DatabaseError> {
        let question = format!("{SELECT} WHERE e.id = $1");
        let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(question))
            .bind(id.to_string())
            .fetch_optional(self.readers())
            .await?;
        row.map(embed).transpose()
    }

    /// Notes now and then that somebody looks through a link.
    pub async fn touch_embed(&self, embed: &Embed) -> Result<(), DatabaseError> {
        let now = now_seconds();
        if embed.last_used_at.is_some_and(|last| now - last < TOUCH_EVERY_SECONDS) {
            return Ok(());
        }
        let mut change = self.change().await?;
        sqlx::query("UPDATE embeds SET last_used_at = $1 WHERE id = $2")
            .bind(now)
            .bind(embed.id.to_string())
            .execute(&mut *change)
            .await?;
        Ok(change.commit().await?)
    }

    /// Removes a link of a dashboard; `false` when it has none of that id.
    pub async fn remove_embed(&self, dashboard: Uuid, id: Uuid) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let removed = sqlx::query("DELETE FROM embeds WHERE id = $1 AND dashboard_id = $2")
            .bind(id.to_string())
            .bind(dashboard.to_string())
            .execute(&mut *change)
            .await?
            .rows_affected();
        change.commit().await?;
        Ok(removed == 1)
    }
}

fn embed(row: Row) -> Result<Embed, DatabaseError> {
    let (
        id,
        cluster,
        dashboard,
        account,
        name,
        origins,
        panel,
        seconds,
        chosen,
        expires_at,
        made_by,
        last_used_at,
    ) = row;
    let number = |value: i64| {
        u32::try_from(value)
            .map_err(|_| DatabaseError::Unreadable { what: "number of an embedded dashboard" })
    };
    let new = NewEmbed {
        dashboard: parse_id(&dashboard)?,
        account: parse_id(&account)?,
        name,
        origins,
        panel: panel.map(number).transpose()?,
        seconds: number(seconds)?,
        chosen,
        expires_at,
    };
    Ok(Embed { id: parse_id(&id)?, cluster: cluster_name(&cluster)?, new, made_by, last_used_at })
}
