//! What things cost in clusters, from a day on.

use crate::{Database, DatabaseError, now_seconds};
use model::ClusterName;

/// How many plans a cluster can have.
pub const MOST_PLANS: i64 = 500;

/// What things cost from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricePlan {
    /// The first day on which it holds, counted from 1970.
    pub from_day: i64,
    /// The currency's code.
    pub currency: String,
    /// An hour of a core, a GiB of memory and of storage for an hour, a GiB received and sent: in billionths of the
    /// currency's unit.
    pub prices: [i64; 5],
    /// The name of who made it.
    pub made_by: String,
}

/// How adding a plan went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Added {
    /// It is there.
    Done,
    /// Somebody else was first: their name.
    Newer(String),
    /// There are [`MOST_PLANS`] already.
    Full,
}

type Row = (i64, String, i64, i64, i64, i64, i64, String);

impl Database {
    /// The plans of a cluster: those that begin first before the others, and of the same day those made first.
    pub async fn price_plans(&self, cluster: &ClusterName) -> Result<Vec<PricePlan>, DatabaseError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT from_day, currency, cpu, memory, storage, received, sent, made_by FROM price_plans \
             WHERE cluster = $1 ORDER BY from_day, number",
        )
        .bind(cluster.as_str())
        .fetch_all(self.readers())
        .await?;
        Ok(rows.into_iter().map(plan).collect())
    }

    /// Adds a plan to a cluster that has so many.
    pub async fn add_price_plan(
        &self,
        cluster: &ClusterName,
        there: i64,
        plan: &PricePlan,
    ) -> Result<Added, DatabaseError> {
        if there >= MOST_PLANS {
            return Ok(Added::Full);
        }
        let mut change = self.change().await?;
        let (count,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM price_plans WHERE cluster = $1")
            .bind(cluster.as_str())
            .fetch_one(&mut *change)
            .await?;
        if count == there {
            let [cpu, memory, storage, received, sent] = plan.prices;
            let added = sqlx::query(
                "INSERT INTO price_plans (cluster, number, from_day, currency, cpu, memory, storage, received, sent, \
                 made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            )
            .bind(cluster.as_str())
            .bind(there + 1)
            .bind(plan.from_day)
            .bind(&plan.currency)
            .bind(cpu)
            .bind(memory)
            .bind(storage)
            .bind(received)
            .bind(sent)
            .bind(&plan.made_by)
            .bind(now_seconds())
            .execute(&mut *change)
            .await
            .map_err(DatabaseError::taken);
            match added {
                Ok(_) => {
                    change.commit().await?;
                    return Ok(Added::Done);
                }
                // Another replica counted the same and was first.
                Err(DatabaseError::NameTaken) => {}
                Err(error) => return Err(error),
            }
        }
        drop(change);
        let newest: Option<(String,)> =
            sqlx::query_as("SELECT made_by FROM price_plans WHERE cluster = $1 ORDER BY number DESC LIMIT 1")
                .bind(cluster.as_str())
                .fetch_optional(self.readers())
                .await?;
        Ok(Added::Newer(newest.map(|(by,)| by).unwrap_or_default()))
    }
}

fn plan((from_day, currency, cpu, memory, storage, received, sent, made_by): Row) -> PricePlan {
    PricePlan { from_day, currency, prices: [cpu, memory, storage, received, sent], made_by }
}
