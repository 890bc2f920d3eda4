//! What was used and what it costs.

mod amounts;
mod bill;
mod budget;
mod day;
mod form;
mod money;

pub use amounts::{Amounts, Measure};
pub use bill::{Bill, BillRequest, BillRow, CameTo, read_bill};
pub use budget::{
    Budget, BudgetFields, BudgetNews, BudgetNotice, BudgetOf, BudgetRequest, BudgetStanding, BudgetView,
    ChangedBudget, HasNoBudget, MonthSoFar, RemoveBudget, RemoveBudgetFields, SetBudget, SoFar,
    UnknownBudgets, read_budget, read_budgets, remove_budget, set_budget,
};
pub use day::{DAY_SECONDS, Day, InvalidPeriod, LONGEST_PERIOD, Period};
pub use form::PriceFields;
pub use money::{Cost, Costs, Currency, Money, Price, PricePlan, Priced, decimal};

use crate::Measured;
use async_trait::async_trait;
use leptos::prelude::*;
use model::chart::Chart;
use model::{ClusterName, ConsoleError, KindSlug, Namespace, ObjectName, ResourceRef, Sort, WorkspaceName};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// Questions about what was used, and changes of what it costs, on behalf of one caller. Every answer holds only what that
/// caller may see measured.
#[async_trait]
pub trait Metering: Send + Sync {
    /// What was used in a period, and what it costs.
    async fn consumption(&self, request: ConsumptionRequest) -> Result<Measured<Consumption>, ConsoleError>;
    /// What was used in each cluster in a period, and what it costs, of what the caller may see measured there.
    async fn bill(&self, request: BillRequest) -> Result<Bill, ConsoleError>;
    /// Sets prices from a day on, and answers them as they are kept.
    async fn save_prices(&self, fields: PriceFields) -> Result<PricePlan, ConsoleError>;
    /// The budget of something, and how it stands; nothing where the caller may not see what that came to, or there is no such
    /// thing.
    async fn budget(&self, request: BudgetRequest) -> Result<Option<BudgetView>, ConsoleError>;
    /// The budgets in all clusters that are nearly used up or overspent, of what the caller may see.
    async fn budgets(&self) -> Result<BudgetNews, ConsoleError>;
    /// Sets a budget, and answers it as it is kept now.
    async fn set_budget(&self, fields: BudgetFields) -> Result<Budget, ConsoleError>;
    /// Removes a budget.
    async fn remove_budget(&self, fields: RemoveBudgetFields) -> Result<(), ConsoleError>;
}

/// What was used in a period, and what it costs.
#[server(endpoint = "monitoring/consumption", input = Json)]
pub async fn read_consumption(
    /// Of what, when.
    request: ConsumptionRequest,
) -> Result<Measured<Consumption>, ConsoleError> {
    model::port::<dyn Metering>()?.consumption(request).await
}

/// Sets prices from a day on. Without scripts the browser goes back to the page of the form, with the days that it shows.
#[server(endpoint = "monitoring/save-prices")]
pub async fn save_prices(
    /// The fields of the form.
    fields: PriceFields,
) -> Result<ChangedPrices, ConsoleError> {
    let (cluster, before) = (fields.cluster.clone(), fields.version);
    let plan = model::port::<dyn Metering>()?.save_prices(fields).await?;
    Ok(ChangedPrices { cluster, before, plan })
}

/// Of what, when.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ConsumptionRequest {
    /// Where.
    pub cluster: ClusterName,
    /// Which days.
    pub period: Period,
    /// What each row is.
    pub by: Breakdown,
    /// By which column: `name`, `cost` or the word of a measure. `None` is the usual one.
    pub sort: Option<Sort>,
}

impl ConsumptionRequest {
    /// Reads what an address says, by the names of its parts. Days that cannot be metered are told beside it, and those of
    /// [`Period::default`] are taken instead.
    pub fn parse(cluster: ClusterName, said: impl Fn(&str) -> String) -> (Self, Option<InvalidPeriod>) {
        let period = Period::parse(&said("period"), &said("from"), &said("to"));
        let sort = Sort::parse(&said("sort"));
        let by = Breakdown::parse(&said("by"), &said("workspace"), &said("project"), &said("workload"));
        (Self { cluster, period: period.unwrap_or_default(), by, sort }, period.err())
    }

    /// What stands in an address for it, as names and values.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let pair = |name: &str, value: String| (name.to_owned(), value);
        let mut pairs = match self.period {
            Period::Days(from, to) => vec![pair("from", from.to_string()), pair("to", to.to_string())],
            period if period == Period::default() => Vec::new(),
            period => vec![pair("period", period.word().to_owned())],
        };
        pairs.extend(self.by.pairs());
        pairs.extend(self.sort.as_ref().map(|sort| pair("sort", sort.to_string())));
        pairs
    }
}

/// What each row of the answer is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Breakdown {
    /// A workspace, with its projects in the cluster; one row is for projects in none.
    Workspaces,
    /// A project.
    Projects(OfWorkspace),
    /// A machine.
    Nodes,
    /// A workload of a project, or a claim of it.
    Workloads(Namespace),
    /// A pod of a project.
    Pods(Namespace, PodsOf),
}

/// Which projects.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum OfWorkspace {
    /// All.
    Any,
    /// Those in no workspace.
    None,
    /// Those in this one.
    Named(WorkspaceName),
}

/// Which pods of a project.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PodsOf {
    /// Those of a workload that has a page.
    Workload(KindSlug, ObjectName),
    /// Those of something that has none, by its name.
    Other(ObjectName),
    /// Those of no workload.
    Nothing,
}

/// What stands in addresses for "in no workspace". No workspace can be called so.
const NO_WORKSPACE: &str = "-";
/// What stands in addresses for "of no workload". No workload can be called so.
const NO_WORKLOAD: &str = "-";

impl PodsOf {
    /// Those of what a row of workloads tells of; nothing where that has no pods.
    pub fn row(of: &Consumer) -> Option<Self> {
        match of {
            Consumer::Object(claim) if claim.kind.as_str() == "persistentvolumeclaims" => None,
            Consumer::Object(workload) => Some(Self::Workload(workload.kind.clone(), workload.name.clone())),
            Consumer::Other(name) => ObjectName::parse(name).ok().map(Self::Other),
            Consumer::Rest => Some(Self::Nothing),
            Consumer::Workspace(_) => None,
        }
    }

    /// Whether they are those of what has this kind, as in addresses, and this name; both are empty for no workload.
    pub fn is(&self, kind: &str, name: &str) -> bool {
        match self {
            Self::Workload(own_kind, own_name) => own_kind.as_str() == kind && own_name.as_str() == name,
            Self::Other(own_name) => kind.is_empty() && own_name.as_str() == name,
            Self::Nothing => kind.is_empty() && name.is_empty(),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        match text.split_once('/') {
            None if text == NO_WORKLOAD => Some(Self::Nothing),
            None => ObjectName::parse(text).ok().map(Self::Other),
            Some((kind, name)) => {
                Some(Self::Workload(KindSlug::parse(kind).ok()?, ObjectName::parse(name).ok()?))
            }
        }
    }

    fn address(&self) -> String {
        match self {
            Self::Workload(kind, name) => format!("{kind}/{name}"),
            Self::Other(name) => name.to_string(),
            Self::Nothing => NO_WORKLOAD.to_owned(),
        }
    }
}

impl Breakdown {
    /// Its word in addresses and texts.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Workspaces => "workspaces",
            Self::Projects(_) => "projects",
            Self::Nodes => "nodes",
            Self::Workloads(_) => "workloads",
            Self::Pods(..) => "pods",
        }
    }

    /// Reads what an address says; what makes no sense is taken as absent.
    pub fn parse(word: &str, workspace: &str, project: &str, workload: &str) -> Self {
        match (word, Namespace::parse(project)) {
            ("projects", _) => Self::Projects(match (workspace, WorkspaceName::parse(workspace)) {
                (_, Ok(name)) => OfWorkspace::Named(name),
                (NO_WORKSPACE, _) => OfWorkspace::None,
                _ => OfWorkspace::Any,
            }),
            ("nodes", _) => Self::Nodes,
            ("workloads", Ok(namespace)) => Self::Workloads(namespace),
            ("pods", Ok(namespace)) => match PodsOf::parse(workload) {
                Some(of) => Self::Pods(namespace, of),
                None => Self::Workloads(namespace),
            },
            ("workloads" | "pods", Err(_)) => Self::Projects(OfWorkspace::Any),
            _ => Self::Workspaces,
        }
    }

    /// What stands in an address for it, as names and values.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut pairs = vec![pair("by", self.word())];
        match self {
            Self::Projects(OfWorkspace::None) => pairs.push(pair("workspace", NO_WORKSPACE)),
            Self::Projects(OfWorkspace::Named(name)) => pairs.push(pair("workspace", name.as_str())),
            Self::Workloads(namespace) => pairs.push(pair("project", namespace.as_str())),
            Self::Pods(namespace, of) => {
                pairs.extend([pair("project", namespace.as_str()), pair("workload", &of.address())]);
            }
            Self::Workspaces | Self::Nodes | Self::Projects(OfWorkspace::Any) => {}
        }
        pairs
    }
}

/// What was used, answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Consumption {
    /// The first day.
    pub first: Day,
    /// The last day, which may not be over yet.
    pub last: Day,
    /// How many hours of the period are over.
    pub hours: u32,
    /// In how many of them usage was measured; nothing where it is not measured at all.
    pub hours_of_usage: Option<u32>,
    /// In how many of them requests, claims and owners were known; nothing where they are not at all.
    pub hours_of_objects: Option<u32>,
    /// The days about which only a part of what measures the cluster answered, in order: more was used than is told of them.
    pub partial: Vec<Day>,
    /// What it said about that.
    pub said: Vec<String>,
    /// Series without which something is not known here.
    pub lacking: Vec<String>,
    /// At most [`Consumption::MOST_ROWS`] rows, in order.
    pub rows: Vec<ConsumptionRow>,
    /// How many there are in all.
    pub total: u64,
    /// All of them together.
    pub totals: Figures,
    /// What each day came to, as bars; nothing for a single day.
    pub chart: Option<Chart>,
    /// What the chart counts: money in this currency, or core hours where there are no prices.
    pub chart_currency: Option<Currency>,
    /// What the prices are and were.
    pub prices: PriceBook,
    /// What answered, for people: `monitoring/prometheus-k8s`.
    pub source: String,
}

impl Consumption {
    /// The most rows that are sent.
    pub const MOST_ROWS: usize = 500;
}

/// What the prices of a cluster are and were.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceBook {
    /// Today, in UTC.
    pub today: Day,
    /// All plans, those that begin first before the others.
    pub plans: Vec<PricePlan>,
    /// Whether the caller may set prices.
    pub may_change: bool,
}

impl PriceBook {
    /// How many plans there are. None is ever changed or removed.
    pub fn version(&self) -> i64 {
        self.plans.len() as i64
    }

    /// Takes over a plan that was just made, unless it is there already: it stands behind those that begin before it or with it.
    pub fn take_over(&mut self, ChangedPrices { before, plan, .. }: &ChangedPrices) {
        if self.version() == *before {
            let place = self.plans.partition_point(|known| known.from <= plan.from);
            self.plans.insert(place, plan.clone());
        }
    }
}

/// What became of the prices of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedPrices {
    /// Of which.
    pub cluster: ClusterName,
    /// How many plans there were before.
    pub before: i64,
    /// What was set.
    pub plan: PricePlan,
}

/// What something used and what that costs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// How much.
    pub amounts: Amounts,
    /// What it costs, in each currency that it was priced in.
    pub costs: Vec<Money>,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsumptionRow {
    /// What it is.
    pub of: Consumer,
    /// What it used and what that costs.
    pub figures: Figures,
}

/// What uses something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Consumer {
    /// A workspace.
    Workspace(WorkspaceName),
    /// An object: a project, a machine, a workload, a claim, a pod.
    Object(ResourceRef),
    /// Something whose object has no page, by its name.
    Other(String),
    /// What belongs to none of the others: projects in no workspace, what lies on no machine, pods without a workload,
    /// containers without a pod.
    Rest,
}

impl Consumer {
    /// Its name; empty for the rest.
    pub fn name(&self) -> &str {
        match self {
            Self::Workspace(name) => name.as_str(),
            Self::Object(object) => object.name.as_str(),
            Self::Other(name) => name,
            Self::Rest => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::unwrap_used, reason = "a failing test should panic")]
    fn a_request_is_read_back_from_its_address() {
        let days = Period::Days(Day(20_758), Day(20_759));
        for period in Period::NAMED.into_iter().chain([days]) {
            for sort in [None, Some(Sort { column: "cost".into(), descending: true })] {
                let cluster = ClusterName::parse("harbour").unwrap();
                let by = Breakdown::Projects(OfWorkspace::None);
                let request = ConsumptionRequest { cluster: cluster.clone(), period, by, sort };
                let pairs = request.pairs();
                let said = |name: &str| {
                    pairs
                        .iter()
                        .find(|(own, _)| own == name)
                        .map(|(_, value)| value.clone())
                        .unwrap_or_default()
                };
                assert_eq!(ConsumptionRequest::parse(cluster, said), (request, None));
            }
        }
    }

    #[test]
    #[expect(clippy::unwrap_used, reason = "a failing test should panic")]
    fn a_plan_that_was_just_made_stands_where_the_server_tells_it_later() {
        let plan = |from: i64, made_by: &str| PricePlan {
            from: Day(from),
            currency: Currency::parse("EUR").unwrap(),
            prices: [Price::default(); Priced::ALL.len()],
            made_by: made_by.to_owned(),
        };
        let mut book = PriceBook { plans: vec![plan(10, "a"), plan(20, "b")], ..PriceBook::default() };
        let set =
            |before, plan| ChangedPrices { cluster: ClusterName::parse("harbour").unwrap(), before, plan };

        for changed in [set(1, plan(20, "b")), set(2, plan(10, "c")), set(3, plan(30, "d"))] {
            book.take_over(&changed);
        }

        let told: Vec<&str> = book.plans.iter().map(|plan| plan.made_by.as_str()).collect();
        assert_eq!(told, ["a", "c", "b", "d"]);
        assert_eq!(PricePlan::on(&book.plans, Day(15)).unwrap().made_by, "c", "the later of one day holds");
    }

    #[test]
    fn every_breakdown_has_an_address() {
        let all = [
            ("workspaces", "", "", ""),
            ("projects", "", "", ""),
            ("projects", "-", "", ""),
            ("projects", "retail", "", ""),
            ("nodes", "", "", ""),
            ("workloads", "", "shop", ""),
            ("pods", "", "shop", "deployments/web"),
            ("pods", "", "shop", "canary"),
            ("pods", "", "shop", "-"),
        ];
        for (word, workspace, project, workload) in all {
            let by = Breakdown::parse(word, workspace, project, workload);
            let pairs = by.pairs();
            let said = |name: &str| {
                pairs.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value.as_str())
            };
            let said = (said("by"), said("workspace"), said("project"), said("workload"));
            assert_eq!(said, (word, workspace, project, workload));
        }
        for word in ["workloads", "pods"] {
            let lost = Breakdown::parse(word, "", "no/place", "deployments/web");
            assert_eq!(lost, Breakdown::Projects(OfWorkspace::Any));
        }
        for workload in ["", "deployments/", "/web", "deployments/a/b"] {
            assert_eq!(Breakdown::parse("pods", "", "shop", workload).word(), "workloads", "{workload}");
        }
        assert_eq!(Breakdown::parse("planets", "", "", ""), Breakdown::Workspaces);
    }
}
