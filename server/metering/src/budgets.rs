//! Budgets: told to who sees what they are about, set and removed by who may, and what the present month has come to.

pub(crate) mod whose;

use crate::ForCaller;
use crate::actions::{remove_budget, set_budget};
use crate::budgets::whose::{Projects, Tables, Whose};
use crate::months::Sum;
use crate::port::is_whole;
use crate::prices::today;
use database::budgets::{Budget as Kept, NewBudget};
use futures::future::{join, join_all};
use model::fault::BudgetFault;
use model::{ClusterName, ConsoleError, FieldProblem, Namespace, Timestamp};
use monitoring_contract::{
    Budget, BudgetFields, BudgetNews, BudgetNotice, BudgetOf, BudgetRequest, BudgetStanding, BudgetView,
    Costs, Currency, Money, MonthSoFar, PricePlan, RemoveBudgetFields, SoFar, UnknownBudgets, decimal,
};
use prometheus::Metered;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What is known of the budgets of a cluster that somebody sees.
#[derive(Default)]
struct OfCluster {
    notices: Vec<BudgetNotice>,
    unknown: Option<UnknownBudgets>,
}

impl ForCaller {
    pub(crate) async fn read_budget(
        &self,
        request: BudgetRequest,
    ) -> Result<Option<BudgetView>, ConsoleError> {
        let BudgetRequest { cluster, of } = request;
        // Nobody has asked for a budget by looking at a page: what may not be seen is not there.
        if self.known(&cluster).is_err() {
            return Ok(None);
        }
        let tables = Tables::read(&self.database).await?;
        let Some(whose) = tables.named(&cluster, &of).filter(|whose| whose.is_seen_by(&self.caller)) else {
            return Ok(None);
        };
        let plans = self.plans(&cluster).await?;
        let (budget, so_far) = match tables.budget(&whose) {
            None => (None, None),
            Some(kept) => {
                let so_far = self.so_far(&whose, &tables, &plans).await;
                (Some(read(kept)?), Some(so_far))
            }
        };
        let currency = priced_in(&plans);
        let may_change = self.caller.may(&set_budget(&cluster, &of));
        Ok(Some(BudgetView { budget, so_far, currency, may_change }))
    }

    async fn so_far(&self, whose: &Whose, tables: &Tables, plans: &[PricePlan]) -> SoFar {
        let of = (!whose.is_cluster()).then(|| tables.with_budgets_in(&whose.cluster));
        match self.added_up(&whose.cluster, of).await {
            Some(Ok(Ok(metered))) => SoFar::Known(month(whose, &metered, plans)),
            Some(Ok(Err(_))) => SoFar::Unmeasured,
            Some(Err(error)) => SoFar::Failed(error),
            None => SoFar::Waiting,
        }
    }

    /// What a cluster has come to this month, or these of its projects: added up once for everybody, whoever asks first. Nothing
    /// while that takes longer than a page waits.
    async fn added_up(&self, cluster: &ClusterName, of: Option<Projects>) -> Option<Sum> {
        let today = today();
        let which = (cluster.clone(), of, (today.month().0, today));
        let (measuring, (cluster, of, days)) = (Arc::clone(&self.measuring), which.clone());
        let add_up = async move {
            let names: Option<BTreeSet<Namespace>> = of.map(|projects| projects.into_keys().collect());
            let metered = measuring.metered_of_projects(&cluster, names.as_ref(), days).await?;
            Ok::<_, ConsoleError>(metered.map(Arc::new))
        };
        self.months.get(which, add_up).await
    }

    pub(crate) async fn budget_news(&self) -> Result<BudgetNews, ConsoleError> {
        let budgets = self.database.budgets().await?;
        if budgets.is_empty() {
            return Ok(BudgetNews::default());
        }
        let tables = Tables::around(&self.database, budgets).await?;
        let clusters = self.kubernetes.clusters().map(|cluster| cluster.name());
        let seen = clusters.filter(|cluster| self.caller.may_see_cluster(cluster));
        let told = join_all(seen.map(|cluster| self.news_of(cluster, &tables))).await;
        let mut news = BudgetNews::default();
        for of_cluster in told {
            let OfCluster { notices, unknown } = of_cluster?;
            news.notices.extend(notices);
            news.unknown.extend(unknown);
        }
        news.notices.sort_by_key(|notice| Reverse(notice.percent));
        let left_out = news.notices.len().saturating_sub(BudgetNotice::MOST);
        news.left_out = u32::try_from(left_out).unwrap_or(u32::MAX);
        news.notices.truncate(BudgetNotice::MOST);
        Ok(news)
    }

    async fn news_of(&self, cluster: &ClusterName, tables: &Tables) -> Result<OfCluster, ConsoleError> {
        let mut seen = tables.budgets_in(cluster);
        seen.retain(|(whose, _)| whose.is_seen_by(&self.caller));
        if seen.is_empty() {
            return Ok(OfCluster::default());
        }
        let plans = self.plans(cluster).await?;
        let asked = |is_cluster: bool| seen.iter().any(|(whose, _)| whose.is_cluster() == is_cluster);
        let whole = async { if asked(true) { Some(self.added_up(cluster, None).await) } else { None } };
        let projects = async {
            let of = Some(tables.with_budgets_in(cluster));
            if asked(false) { Some(self.added_up(cluster, of).await) } else { None }
        };
        let (whole, projects) = join(whole, projects).await;
        let mut told = OfCluster::default();
        for (whose, kept) in &seen {
            let sum = if whose.is_cluster() { &whole } else { &projects };
            let problem = match sum {
                Some(Some(Ok(Ok(metered)))) => {
                    told.notices.extend(notice(whose, &read(kept)?.amount, metered, &plans));
                    continue;
                }
                // A cluster that nothing measures says so on its pages.
                Some(Some(Ok(Err(_)))) => continue,
                Some(Some(Err(error))) => Some(error.clone()),
                Some(None) | None => None,
            };
            told.unknown = Some(UnknownBudgets { cluster: cluster.clone(), problem });
        }
        Ok(told)
    }

    pub(crate) async fn change_budget(&self, fields: BudgetFields) -> Result<Budget, ConsoleError> {
        let cluster = fields.cluster.clone();
        self.known(&cluster)?;
        let action = set_budget(&cluster, &fields.of);
        self.access().require(&self.caller, &action).await?;
        let place = self.find(&cluster, &fields.of).await?.place;
        let plans = self.plans(&cluster).await?;
        let amount = fields.check(priced_in(&plans));
        let amount = amount.map_err(|fault| ConsoleError::refused("amount", fault))?;
        let action = action.saying(words(&fields.of, &amount));
        let new = NewBudget {
            currency: amount.currency.code().to_owned(),
            millionths: amount.millionths,
            set_by: self.caller.name.clone(),
        };
        let (database, edition) = (self.database.clone(), fields.edition);
        let work = async move |_| {
            let seen = Some(edition.as_str()).filter(|edition| !edition.is_empty());
            let kept = database.set_budget(&cluster, place, &new, seen).await?;
            read(&kept.ok_or_else(changed)?)
        };
        self.access().perform(&self.caller, action, work).await
    }

    pub(crate) async fn end_budget(&self, fields: RemoveBudgetFields) -> Result<(), ConsoleError> {
        let RemoveBudgetFields { cluster, of, edition } = fields;
        self.known(&cluster)?;
        let action = remove_budget(&cluster, &of);
        self.access().require(&self.caller, &action).await?;
        let place = self.find(&cluster, &of).await?.place;
        let (action, database) = (action.saying(of.to_string()), self.database.clone());
        let work = async move |_| {
            if database.remove_budget(&cluster, place, &edition).await? { Ok(()) } else { Err(changed()) }
        };
        self.access().perform(&self.caller, action, work).await
    }

    /// What is meant in a cluster, for who may set its budget.
    async fn find(&self, cluster: &ClusterName, of: &BudgetOf) -> Result<Whose, ConsoleError> {
        let tables = Tables::read(&self.database).await?;
        tables.named(cluster, of).ok_or_else(|| whose::unknown(cluster, of))
    }
}

/// The currency of the prices that hold today.
fn priced_in(plans: &[PricePlan]) -> Option<Currency> {
    PricePlan::on(plans, today()).map(|plan| plan.currency)
}

/// A budget in words of the audit trail.
fn words(of: &BudgetOf, amount: &Money) -> String {
    let Money { currency, millionths } = amount;
    format!("{of}: {} {currency} a month", decimal(*millionths, currency.digits()))
}

fn changed() -> ConsoleError {
    ConsoleError::Conflict { problems: vec![FieldProblem::of("", BudgetFault::Changed)] }
}

fn read(kept: &Kept) -> Result<Budget, ConsoleError> {
    let currency = Currency::parse(&kept.currency).ok_or_else(|| {
        tracing::error!(currency = kept.currency, "A budget cannot be read");
        ConsoleError::from(database::DatabaseError::Unreadable { what: "budget" })
    })?;
    Ok(Budget {
        amount: Money { currency, millionths: kept.millionths },
        set_by: kept.set_by.clone(),
        set_at: Timestamp(kept.set_at),
        edition: kept.edition.clone(),
    })
}

/// What something has come to of what was added up for all.
fn month(whose: &Whose, metered: &Metered, plans: &[PricePlan]) -> MonthSoFar {
    let (mut costs, mut priced_hours) = (Costs::default(), 0);
    for day in &metered.days {
        let Some(plan) = PricePlan::on(plans, day.day) else { continue };
        priced_hours += day.hours;
        for (user, amounts) in &day.users {
            if whose.has(&user.name) {
                costs.add(plan.currency, plan.cost(amounts));
            }
        }
    }
    // Where nothing is over yet it is the month of today.
    let (first, last) = metered.days.first().map_or_else(today, |day| day.day).month();
    MonthSoFar {
        first,
        last,
        hours: metered.days.iter().map(|day| day.hours).sum(),
        priced_hours,
        spent: costs.money(),
        is_whole: is_whole(metered),
    }
}

/// What there is to tell of a budget, if it is nearly used up or overspent.
fn notice(whose: &Whose, budget: &Money, metered: &Metered, plans: &[PricePlan]) -> Option<BudgetNotice> {
    let month = month(whose, metered, plans);
    let is_over = match month.standing(budget, priced_in(plans)) {
        BudgetStanding::Over => true,
        BudgetStanding::Nearly => false,
        BudgetStanding::Kept | BudgetStanding::OtherCurrency => return None,
    };
    Some(BudgetNotice {
        cluster: whose.cluster.clone(),
        of: whose.of.clone(),
        budget: *budget,
        spent: month.spent_in(budget.currency),
        percent: month.percent(budget),
        is_over,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests;
