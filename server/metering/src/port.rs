//! The contract, for one caller.

use crate::table::{Entry, Ingredients, Table};
use crate::{ForCaller, chart, csv};
use async_trait::async_trait;
use futures::future::join_all;
use model::{ClusterName, ConsoleError, Outage, Thing, Timestamp};
use monitoring_contract::cards::POINTS_PER_HOUR;
use monitoring_contract::{
    Bill, BillRequest, BillRow, Breakdown, Budget, BudgetFields, BudgetNews, BudgetRequest, BudgetView,
    CameTo, Consumption, ConsumptionRequest, Day, Measured, Metering, Missing, OfWorkspace, PriceBook,
    PriceFields, PricePlan, RemoveBudgetFields,
};
use prometheus::{Metered, MeteredBy, MeteredDay};
use std::collections::BTreeSet;

/// How many different warnings of what measures a cluster are told.
const MOST_SAID: usize = 3;

/// Everything that an answer is made of.
struct Whole {
    table: Table,
    metered: Metered,
    prices: PriceBook,
    days: (Day, Day),
}

/// What a cluster came to.
pub enum Billed {
    /// So much, and whether all of the period was measured.
    Known(Entry, bool),
    /// Nothing measures it.
    Unmeasured,
    /// What measures it failed.
    Failed(ConsoleError),
}

impl ForCaller {
    async fn whole(&self, request: &ConsumptionRequest) -> Result<Result<Whole, Missing>, ConsoleError> {
        let cluster = &request.cluster;
        let days = request.period.days(Timestamp(database::now_seconds()));
        let by = match &request.by {
            Breakdown::Workspaces | Breakdown::Projects(_) => MeteredBy::Projects,
            Breakdown::Nodes => MeteredBy::Nodes,
            Breakdown::Workloads(namespace) => MeteredBy::Workloads(namespace.clone()),
            Breakdown::Pods(namespace, of) => MeteredBy::Pods(namespace.clone(), of.clone()),
        };
        let metered = match self.prometheus.metered(cluster, &by, days).await? {
            Ok(metered) => metered,
            Err(missing) => return Ok(Err(missing)),
        };
        let (workspaces, prices) =
            (prometheus::workspaces(&self.database, cluster).await?, self.prices(cluster).await?);
        let ingredients = Ingredients {
            cluster,
            by: &request.by,
            metered: &metered,
            workspaces: &workspaces,
            plans: &prices.plans,
        };
        let table = Table::of(&ingredients, request.sort.as_ref());
        Ok(Ok(Whole { table, metered, prices, days }))
    }

    /// What each cluster came to.
    async fn billed(&self, request: BillRequest) -> Vec<(ClusterName, Billed)> {
        let BillRequest { period, workspace } = request;
        let by = match workspace {
            Some(name) => Breakdown::Projects(OfWorkspace::Named(name)),
            None => Breakdown::Workspaces,
        };
        let by = &by;
        let clusters = self.kubernetes.clusters().map(|cluster| cluster.name());
        // What the caller may not see measured was not asked for by its name.
        let seen = clusters.filter(|cluster| self.prometheus.sees_measured(cluster));
        let asked = seen.map(|cluster| async move {
            let request = ConsumptionRequest { cluster: cluster.clone(), period, by: by.clone(), sort: None };
            let billed = match self.whole(&request).await {
                Ok(Ok(whole)) => {
                    let is_whole = is_whole(&whole.metered);
                    Billed::Known(whole.table.totals, is_whole)
                }
                Ok(Err(_)) => Billed::Unmeasured,
                Err(error) => Billed::Failed(error),
            };
            (request.cluster, billed)
        });
        join_all(asked).await
    }

    /// What each cluster came to, as comma-separated values.
    pub async fn export_bill(&self, request: BillRequest) -> String {
        csv::bill(&self.billed(request).await)
    }

    /// The whole table as comma-separated values.
    pub async fn export_consumption(&self, request: ConsumptionRequest) -> Result<String, ConsoleError> {
        match self.whole(&request).await? {
            Ok(whole) => Ok(csv::csv(&whole.table, &whole.metered, &request.by)),
            Err(_) => Err(ConsoleError::unknown(Thing::Monitoring(request.cluster.to_string()))),
        }
    }
}

#[async_trait]
impl Metering for ForCaller {
    async fn consumption(&self, request: ConsumptionRequest) -> Result<Measured<Consumption>, ConsoleError> {
        match self.whole(&request).await? {
            Ok(whole) => Ok(Measured::Answered(Box::new(whole.answer(&request.cluster)?))),
            Err(missing) => Ok(Measured::Missing(missing)),
        }
    }

    async fn bill(&self, request: BillRequest) -> Result<Bill, ConsoleError> {
        let (mut rows, mut totals) = (Vec::new(), Entry::default());
        for (cluster, billed) in self.billed(request).await {
            let came_to = match billed {
                Billed::Known(entry, is_whole) => {
                    totals.amounts.add_all(&entry.amounts);
                    totals.costs.add_all(&entry.costs);
                    CameTo::Known { figures: entry.figures(), is_whole }
                }
                Billed::Unmeasured => CameTo::Unmeasured,
                Billed::Failed(error) => CameTo::Failed(error),
            };
            rows.push(BillRow { cluster, came_to });
        }
        Ok(Bill { rows, totals: totals.figures() })
    }

    async fn save_prices(&self, fields: PriceFields) -> Result<PricePlan, ConsoleError> {
        self.set_prices(fields).await
    }

    async fn budget(&self, request: BudgetRequest) -> Result<Option<BudgetView>, ConsoleError> {
        self.read_budget(request).await
    }

    async fn budgets(&self) -> Result<BudgetNews, ConsoleError> {
        self.budget_news().await
    }

    async fn set_budget(&self, fields: BudgetFields) -> Result<Budget, ConsoleError> {
        self.change_budget(fields).await
    }

    async fn remove_budget(&self, fields: RemoveBudgetFields) -> Result<(), ConsoleError> {
        self.end_budget(fields).await
    }
}

/// In how many hours something was measured.
pub(crate) fn hours(metered: &Metered, points: fn(&MeteredDay) -> u64) -> u32 {
    let points: u64 = metered.days.iter().map(points).sum();
    u32::try_from(points / u64::from(POINTS_PER_HOUR)).unwrap_or(u32::MAX)
}

/// Whether all that is measured in a cluster was measured in all of the hours.
pub(crate) fn is_whole(metered: &Metered) -> bool {
    let all: u32 = metered.days.iter().map(|day| day.hours).sum();
    let is_partial = metered.days.iter().any(|day| !day.warnings.is_empty());
    let lacks_usage = metered.knows_usage && hours(metered, |day| day.points_of_usage) < all;
    let lacks_objects = metered.knows_objects && hours(metered, |day| day.points_of_objects) < all;
    !is_partial && !lacks_usage && !lacks_objects
}

impl Whole {
    fn answer(self, cluster: &ClusterName) -> Result<Consumption, ConsoleError> {
        let Self { table, metered, prices, days } = self;
        let hours_of_usage = metered.knows_usage.then(|| hours(&metered, |day| day.points_of_usage));
        let hours_of_objects = metered.knows_objects.then(|| hours(&metered, |day| day.points_of_objects));
        let drawn = chart::chart(&table, &metered, &prices.plans, days).map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, %cluster, "A chart cannot be drawn");
            ConsoleError::Unavailable {
                system: model::System::Monitoring(cluster.to_string()),
                cause: Outage::Undrawn(error.to_string()).into(),
                may_be_done: false,
            }
        })?;
        let partial = metered.days.iter().filter(|day| !day.warnings.is_empty());
        let said: BTreeSet<&String> = partial.clone().flat_map(|day| &day.warnings).collect();
        Ok(Consumption {
            partial: partial.map(|day| day.day).collect(),
            said: said.into_iter().take(MOST_SAID).cloned().collect(),
            first: days.0,
            last: days.1,
            hours: metered.days.iter().map(|day| day.hours).sum(),
            hours_of_usage,
            hours_of_objects,
            rows: table.first_rows(Consumption::MOST_ROWS),
            total: table.rows.len() as u64,
            totals: table.totals.figures(),
            chart_currency: table.currency,
            chart: drawn,
            prices,
            lacking: metered.lacking,
            source: metered.source,
        })
    }
}
