//! How much money clusters, workspaces in them and projects may come to in a month.

use crate::accounts::parse_id;
use crate::workspaces::cluster_name;
use crate::{Database, DatabaseError, now_seconds};
use model::ClusterName;
use uuid::Uuid;

/// Whose budget it is, in a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BudgetPlace {
    /// The whole cluster's.
    Cluster,
    /// That of a workspace's projects in the cluster, by the workspace's id.
    Workspace(Uuid),
    /// A project's, by its id.
    Project(Uuid),
}

/// A budget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// In which cluster.
    pub cluster: ClusterName,
    /// Whose.
    pub place: BudgetPlace,
    /// The currency's code.
    pub currency: String,
    /// How much a month, in millionths of the currency's unit.
    pub millionths: i64,
    /// Another one each time that it is set.
    pub edition: String,
    /// The name of who set it.
    pub set_by: String,
    /// Since when, in seconds since 1970.
    pub set_at: i64,
}

/// A budget as somebody sets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewBudget {
    /// The currency's code.
    pub currency: String,
    /// How much a month, in millionths of the currency's unit.
    pub millionths: i64,
    /// The name of who sets it.
    pub set_by: String,
}

type Row = (String, Option<String>, Option<String>, String, i64, String, String, i64);

impl BudgetPlace {
    /// As rows name it.
    fn key(self) -> String {
        match self {
            Self::Cluster => String::new(),
            Self::Workspace(id) | Self::Project(id) => id.to_string(),
        }
    }

    fn workspace(self) -> Option<String> {
        matches!(self, Self::Workspace(_)).then(|| self.key())
    }

    fn project(self) -> Option<String> {
        matches!(self, Self::Project(_)).then(|| self.key())
    }
}

impl Database {
    /// All budgets, by cluster.
    pub async fn budgets(&self) -> Result<Vec<Budget>, DatabaseError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT cluster, workspace_id, project_id, currency, millionths, edition, set_by, set_at FROM budgets \
             ORDER BY cluster, place",
        )
        .fetch_all(self.readers())
        .await?;
        rows.into_iter().map(budget).collect()
    }

    /// Sets a budget in place of the one of the edition that somebody saw, or where they saw none, and answers it as it is kept now.
    /// Nothing is answered, and nothing is changed, where it is another one by now.
    pub async fn set_budget(
        &self,
        cluster: &ClusterName,
        place: BudgetPlace,
        new: &NewBudget,
        seen: Option<&str>,
    ) -> Result<Option<Budget>, DatabaseError> {
        let kept = Budget {
            cluster: cluster.clone(),
            place,
            currency: new.currency.clone(),
            millionths: new.millionths,
            edition: Uuid::new_v4().to_string(),
            set_by: new.set_by.clone(),
            set_at: now_seconds(),
        };
        let question = match seen {
            Some(_) => {
                "UPDATE budgets SET currency = $3, millionths = $4, edition = $5, set_by = $6, set_at = $7 \
                 WHERE cluster = $1 AND place = $2 AND edition = $8"
            }
            None => {
                "INSERT INTO budgets (cluster, place, currency, millionths, edition, set_by, set_at, workspace_id, \
                 project_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (cluster, place) DO NOTHING"
            }
        };
        let mut change = self.change().await?;
        let query = sqlx::query(question)
            .bind(cluster.as_str())
            .bind(place.key())
            .bind(&kept.currency)
            .bind(kept.millionths)
            .bind(&kept.edition)
            .bind(&kept.set_by)
            .bind(kept.set_at);
        let query = match seen {
            Some(seen) => query.bind(seen),
            None => query.bind(place.workspace()).bind(place.project()),
        };
        let set = query.execute(&mut *change).await?.rows_affected();
        change.commit().await?;
        Ok((set == 1).then_some(kept))
    }

    /// Removes the budget of the edition that somebody saw; `false` where it is another one by now, or none.
    pub async fn remove_budget(
        &self,
        cluster: &ClusterName,
        place: BudgetPlace,
        seen: &str,
    ) -> Result<bool, DatabaseError> {
        let mut change = self.change().await?;
        let removed = sqlx::query("DELETE FROM budgets WHERE cluster = $1 AND place = $2 AND edition = $3")
            .bind(cluster.as_str())
            .bind(place.key())
            .bind(seen)
            .execute(&mut *change)
            .await?
            .rows_affected();
        change.commit().await?;
        Ok(removed == 1)
    }
}

fn budget(row: Row) -> Result<Budget, DatabaseError> {
    let (cluster, workspace, project, currency, millionths, edition, set_by, set_at) = row;
    let place = match (workspace, project) {
        (Some(id), _) => BudgetPlace::Workspace(parse_id(&id)?),
        (None, Some(id)) => BudgetPlace::Project(parse_id(&id)?),
        (None, None) => BudgetPlace::Cluster,
    };
    Ok(Budget { cluster: cluster_name(&cluster)?, place, currency, millionths, edition, set_by, set_at })
}
