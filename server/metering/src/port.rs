//! The contract, for one caller.

use crate::table::{Ingredients, Table};
use crate::{ForCaller, chart, csv};
use async_trait::async_trait;
use model::{ClusterName, ConsoleError, Timestamp};
use monitoring_contract::cards::POINTS_PER_HOUR;
use monitoring_contract::{
    Breakdown, Consumption, ConsumptionRequest, Day, Measured, Metering, Missing, PriceBook, PriceFields,
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

impl ForCaller {
    async fn whole(&self, request: &ConsumptionRequest) -> Result<Result<Whole, Missing>, ConsoleError> {
        let cluster = &request.cluster;
        let days = request.period.days(Timestamp(database::now_seconds()));
        let by = match &request.by {
            Breakdown::Workspaces | Breakdown::Projects(_) => MeteredBy::Projects,
            Breakdown::Nodes => MeteredBy::Nodes,
            Breakdown::Workloads(namespace) => MeteredBy::Workloads(namespace.clone()),
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
            last: days.1,
        };
        let table = Table::of(&ingredients, request.sort.as_ref());
        Ok(Ok(Whole { table, metered, prices, days }))
    }

    /// The whole table as comma-separated values.
    pub async fn export_consumption(&self, request: ConsumptionRequest) -> Result<String, ConsoleError> {
        match self.whole(&request).await? {
            Ok(whole) => Ok(csv::csv(&whole.table, &request.by)),
            Err(_) => {
                Err(ConsoleError::NotFound { what: format!("the monitoring of cluster {}", request.cluster) })
            }
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

    async fn save_prices(&self, fields: PriceFields) -> Result<(), ConsoleError> {
        self.set_prices(fields).await
    }
}

impl Whole {
    fn answer(self, cluster: &ClusterName) -> Result<Consumption, ConsoleError> {
        let Self { table, metered, prices, days } = self;
        let drawn = chart::chart(&table, &metered, days).map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, %cluster, "A chart cannot be drawn");
            ConsoleError::Unavailable {
                system: model::System::Monitoring(cluster.to_string()),
                cause: error.to_string(),
                may_be_done: false,
            }
        })?;
        let hours = |points: fn(&MeteredDay) -> u64| {
            let points: u64 = metered.days.iter().map(points).sum();
            u32::try_from(points / u64::from(POINTS_PER_HOUR)).unwrap_or(u32::MAX)
        };
        let partial = metered.days.iter().filter(|day| !day.warnings.is_empty());
        let said: BTreeSet<&String> = partial.clone().flat_map(|day| &day.warnings).collect();
        Ok(Consumption {
            partial: partial.map(|day| day.day).collect(),
            said: said.into_iter().take(MOST_SAID).cloned().collect(),
            first: days.0,
            last: days.1,
            hours: metered.days.iter().map(|day| day.hours).sum(),
            hours_of_usage: metered.knows_usage.then(|| hours(|day| day.points_of_usage)),
            hours_of_objects: metered.knows_objects.then(|| hours(|day| day.points_of_objects)),
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
