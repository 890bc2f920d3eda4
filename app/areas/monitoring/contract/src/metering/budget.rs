//! How much something may come to in a month, and what the present one has come to.

use crate::metering::{Breakdown, Currency, Day, Money, OfWorkspace};
use leptos::prelude::*;
use model::fault::BudgetFault;
use model::{ClusterName, ConsoleError, Namespace, Timestamp, WorkspaceName, link};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;
use std::fmt;

/// More than so many percent of a budget are nearly all of it.
const NEARLY: i128 = 80;
/// A month is forecast once so many of its hours that have prices are over: before that, one busy day would be a month of them.
const FORECAST_AFTER_HOURS: u32 = 72;
/// The highest budget, in millionths of a currency's unit.
const HIGHEST: i64 = 1_000_000_000_000 * 1_000_000;
/// Digits of a millionth.
const DIGITS: usize = 6;

/// The budget of something, and how it stands; nothing where the caller may not see what that came to.
#[server(endpoint = "monitoring/budget", input = Json)]
pub async fn read_budget(
    /// Whose.
    request: BudgetRequest,
) -> Result<Option<BudgetView>, ConsoleError> {
    model::port::<dyn crate::metering::Metering>()?.budget(request).await
}

/// The budgets in all clusters that are nearly used up or overspent, of what the caller may see.
#[server(endpoint = "monitoring/budgets", input = Json)]
pub async fn read_budgets() -> Result<BudgetNews, ConsoleError> {
    model::port::<dyn crate::metering::Metering>()?.budgets().await
}

/// Sets a budget. Without scripts the browser goes back to the page of the form, with the days that it shows.
#[server(endpoint = "monitoring/set-budget")]
pub async fn set_budget(
    /// The fields of the form.
    fields: BudgetFields,
) -> Result<ChangedBudget, ConsoleError> {
    let whose = BudgetRequest { cluster: fields.cluster.clone(), of: fields.of.clone() };
    let budget = model::port::<dyn crate::metering::Metering>()?.set_budget(fields).await?;
    Ok(ChangedBudget { whose, budget: Some(budget) })
}

/// Removes a budget. Without scripts as [`set_budget`].
#[server(endpoint = "monitoring/remove-budget")]
pub async fn remove_budget(
    /// The fields of the form.
    fields: RemoveBudgetFields,
) -> Result<ChangedBudget, ConsoleError> {
    let whose = BudgetRequest { cluster: fields.cluster.clone(), of: fields.of.clone() };
    model::port::<dyn crate::metering::Metering>()?.remove_budget(fields).await?;
    Ok(ChangedBudget { whose, budget: None })
}

/// Whose budget it is, in a cluster. As text it is `cluster`, `workspace/retail` or `project/shop`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum BudgetOf {
    /// That of everything that runs there.
    Cluster,
    /// That of the workspace's projects there.
    Workspace(WorkspaceName),
    /// The project's.
    Project(Namespace),
}

/// Nothing that has a budget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HasNoBudget(String);

impl fmt::Display for HasNoBudget {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "nothing that has a budget: {:?}", self.0)
    }
}

impl BudgetOf {
    /// Whose budget stands beside what a consumption is broken down by.
    pub fn beside(by: &Breakdown) -> Option<Self> {
        match by {
            Breakdown::Workspaces | Breakdown::Nodes | Breakdown::Projects(OfWorkspace::Any) => {
                Some(Self::Cluster)
            }
            Breakdown::Projects(OfWorkspace::Named(name)) => Some(Self::Workspace(name.clone())),
            Breakdown::Workloads(namespace) => Some(Self::Project(namespace.clone())),
            Breakdown::Projects(OfWorkspace::None) | Breakdown::Pods(..) => None,
        }
    }

    /// The page of its consumption.
    pub fn page(&self, cluster: &ClusterName) -> String {
        match self {
            Self::Cluster => link::consumption(cluster),
            Self::Workspace(name) => link::workspace_consumption(cluster, name),
            Self::Project(namespace) => link::project_consumption(cluster, namespace),
        }
    }

    /// Its word in texts.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Cluster => "cluster",
            Self::Workspace(_) => "workspace",
            Self::Project(_) => "project",
        }
    }

    /// What it is called; empty for the cluster itself.
    pub fn name(&self) -> &str {
        match self {
            Self::Cluster => "",
            Self::Workspace(name) => name.as_str(),
            Self::Project(namespace) => namespace.as_str(),
        }
    }
}

impl fmt::Display for BudgetOf {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cluster => formatter.write_str(self.word()),
            other => write!(formatter, "{}/{}", other.word(), other.name()),
        }
    }
}

impl From<BudgetOf> for String {
    fn from(of: BudgetOf) -> Self {
        of.to_string()
    }
}

impl TryFrom<String> for BudgetOf {
    type Error = HasNoBudget;

    fn try_from(text: String) -> Result<Self, HasNoBudget> {
        let read = match text.split_once('/') {
            None if text == "cluster" => Some(Self::Cluster),
            Some(("workspace", name)) => WorkspaceName::parse(name).ok().map(Self::Workspace),
            Some(("project", name)) => Namespace::parse(name).ok().map(Self::Project),
            _ => None,
        };
        read.ok_or(HasNoBudget(text))
    }
}

/// Whose budget is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BudgetRequest {
    /// In which cluster.
    pub cluster: ClusterName,
    /// Whose.
    pub of: BudgetOf,
}

/// A budget as it was typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetFields {
    /// In which cluster.
    pub cluster: ClusterName,
    /// Whose.
    pub of: BudgetOf,
    /// The edition of the budget that the page showed; empty where it showed none.
    #[serde(default)]
    pub edition: String,
    /// The code of the currency in which the page asked for the amount.
    #[serde(default)]
    pub currency: String,
    /// How much a month.
    #[serde(default)]
    pub amount: String,
}

/// Which budget is to go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveBudgetFields {
    /// In which cluster.
    pub cluster: ClusterName,
    /// Whose.
    pub of: BudgetOf,
    /// The edition of the budget that the page showed.
    #[serde(default)]
    pub edition: String,
}

impl BudgetFields {
    /// The amount that was typed, in the currency of the prices that hold: nobody meant it in that who was asked in another one.
    pub fn check(&self, currency: Option<Currency>) -> Result<Money, BudgetFault> {
        let currency = currency.ok_or(BudgetFault::NoPrices)?;
        if self.currency != currency.code() {
            return Err(BudgetFault::OtherCurrency(currency.code().to_owned()));
        }
        let text = self.amount.trim();
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !are_digits(whole) || !are_digits(decimals) || whole.len() + decimals.len() == 0 {
            return Err(BudgetFault::NoNumber);
        }
        // Zeros at the end say nothing.
        let decimals = decimals.trim_end_matches('0');
        if decimals.len() > currency.digits() {
            return Err(BudgetFault::TooFine(currency.digits()));
        }
        let padded = format!("{whole}{decimals:0<DIGITS$}");
        let millionths: i64 = padded.parse().map_err(|_| BudgetFault::TooHigh)?;
        match millionths {
            0 => Err(BudgetFault::Nothing),
            1..=HIGHEST => Ok(Money { currency, millionths }),
            _ => Err(BudgetFault::TooHigh),
        }
    }
}

/// What became of a budget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedBudget {
    /// Whose it is.
    pub whose: BudgetRequest,
    /// As it is kept now; none where it was removed.
    pub budget: Option<Budget>,
}

/// A budget of something, and how it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BudgetView {
    /// The budget; none where none is set.
    pub budget: Option<Budget>,
    /// What this month has come to; not asked for where there is no budget.
    pub so_far: Option<SoFar>,
    /// The currency of the prices that hold today; none where none do, and then there is no budget to be set.
    pub currency: Option<Currency>,
    /// Whether the caller may set it.
    pub may_change: bool,
}

impl BudgetView {
    /// Takes over what the budget was just set to, or that it was removed. What the month has come to is the same beside any budget;
    /// where none was set it has not been asked for yet.
    pub fn change(&mut self, budget: Option<Budget>) {
        let known = self.so_far.take();
        self.so_far = budget.is_some().then(|| known.unwrap_or(SoFar::Waiting));
        self.budget = budget;
    }
}

/// How much something may come to in a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// How much.
    pub amount: Money,
    /// The name of who set it.
    pub set_by: String,
    /// Since when.
    pub set_at: Timestamp,
    /// Another one each time that it is set.
    pub edition: String,
}

/// What is known of the present month.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SoFar {
    /// It has come to so much.
    Known(MonthSoFar),
    /// It is still being added up: whoever asks again in a moment is told.
    Waiting,
    /// Nothing measures the cluster.
    Unmeasured,
    /// What measures it failed.
    Failed(ConsoleError),
}

/// What a month has come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthSoFar {
    /// Its first day, in UTC.
    pub first: Day,
    /// Its last day, which is to come or today.
    pub last: Day,
    /// How many of its hours are over.
    pub hours: u32,
    /// How many of those are on days that have prices.
    pub priced_hours: u32,
    /// What it costs so far, in each currency that it was priced in.
    pub spent: Vec<Money>,
    /// Whether all of the hours that are over were measured.
    pub is_whole: bool,
}

/// How a budget stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BudgetStanding {
    /// There is enough of it left.
    Kept,
    /// More than four fifths of it are used.
    Nearly,
    /// More than all of it is used.
    Over,
    /// Something is priced in another currency than it is in, so that it cannot be said.
    OtherCurrency,
}

impl BudgetStanding {
    /// Its word in texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Nearly => "nearly",
            Self::Over => "over",
            Self::OtherCurrency => "other-currency",
        }
    }
}

impl MonthSoFar {
    /// What was spent in a currency.
    pub fn spent_in(&self, currency: Currency) -> Money {
        let own = self.spent.iter().filter(|money| money.currency == currency);
        let millionths = own.map(|money| money.millionths).fold(0, i64::saturating_add);
        Money { currency, millionths }
    }

    /// How many hours the month has.
    pub fn hours_in_all(&self) -> u32 {
        let days = self.last.0.saturating_sub(self.first.0).saturating_add(1);
        u32::try_from(days.saturating_mul(24)).unwrap_or(u32::MAX)
    }

    /// How much of a budget is used, in whole percent, those that are not full left out.
    pub fn percent(&self, budget: &Money) -> u32 {
        let spent = i128::from(self.spent_in(budget.currency).millionths);
        let percent = spent * 100 / i128::from(budget.millionths.max(1));
        u32::try_from(percent.max(0)).unwrap_or(u32::MAX)
    }

    /// Whether something of it is priced in another currency than a budget, or will be.
    pub fn is_in_others(&self, budget: &Money, priced_in: Option<Currency>) -> bool {
        let is_other = |currency: Currency| currency != budget.currency;
        self.spent.iter().any(|money| is_other(money.currency) && money.millionths > 0)
            || priced_in.is_some_and(is_other)
    }

    /// How a budget stands, while prices are in some currency now.
    pub fn standing(&self, budget: &Money, priced_in: Option<Currency>) -> BudgetStanding {
        let (spent, most) =
            (i128::from(self.spent_in(budget.currency).millionths), i128::from(budget.millionths));
        if spent > most {
            return BudgetStanding::Over;
        }
        if self.is_in_others(budget, priced_in) {
            BudgetStanding::OtherCurrency
        } else if spent * 100 > most * NEARLY {
            BudgetStanding::Nearly
        } else {
            BudgetStanding::Kept
        }
    }

    /// Whether too little that has prices is over to forecast the rest.
    pub fn is_young(&self) -> bool {
        self.priced_hours < FORECAST_AFTER_HOURS
    }

    /// What the month will have come to if each hour that is left costs as much as those with prices so far. Nothing in its first
    /// days, and nothing where a part is in another currency than the budget.
    pub fn forecast(&self, budget: &Money, priced_in: Option<Currency>) -> Option<Money> {
        if self.is_in_others(budget, priced_in) || self.is_young() {
            return None;
        }
        let spent = self.spent_in(budget.currency);
        let left = self.hours_in_all().saturating_sub(self.hours);
        let millionths = i128::from(spent.millionths);
        let whole = millionths + millionths * i128::from(left) / i128::from(self.priced_hours);
        let coin = 10_i128.pow(DIGITS.saturating_sub(budget.currency.digits()) as u32);
        let rounded = whole.saturating_add(coin / 2) / coin * coin;
        Some(Money { millionths: i64::try_from(rounded).unwrap_or(i64::MAX), ..spent })
    }
}

/// What there is to tell of budgets.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BudgetNews {
    /// Those that are nearly used up or overspent, those of which most is used first.
    pub notices: Vec<BudgetNotice>,
    /// How many more there are.
    pub left_out: u32,
    /// Clusters of whose budgets it is not known now.
    pub unknown: Vec<UnknownBudgets>,
}

/// A budget that is nearly used up or overspent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetNotice {
    /// In which cluster.
    pub cluster: ClusterName,
    /// Whose.
    pub of: BudgetOf,
    /// How much this month may come to.
    pub budget: Money,
    /// What it has come to, in the currency of the budget.
    pub spent: Money,
    /// How much of the budget that is, in percent.
    pub percent: u32,
    /// Whether it is more than the budget.
    pub is_over: bool,
}

impl BudgetNotice {
    /// The most that are told.
    pub const MOST: usize = 20;
}

/// A cluster of whose budgets it is not known now how they stand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnknownBudgets {
    /// Which.
    pub cluster: ClusterName,
    /// What failed; none while it is still being added up.
    pub problem: Option<ConsoleError>,
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests;
