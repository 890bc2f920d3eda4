//! What things cost: told, and set from a day on.

use crate::ForCaller;
use crate::actions::set_prices;
use database::price_plans::{Added, MOST_PLANS, PricePlan as Kept};
use model::fault::PriceFault;
use model::{ClusterName, ConsoleError, FieldProblem, Timestamp};
use monitoring_contract::{Currency, Day, Price, PriceBook, PriceFields, PricePlan, Priced};

/// Today, in UTC.
pub fn today() -> Day {
    Day::of(Timestamp(database::now_seconds()))
}

impl ForCaller {
    /// The prices of a cluster.
    pub(crate) async fn prices(&self, cluster: &ClusterName) -> Result<PriceBook, ConsoleError> {
        Ok(PriceBook {
            today: today(),
            plans: self.plans(cluster).await?,
            may_change: self.caller.may(&set_prices(cluster)),
        })
    }

    /// Its plans alone.
    pub(crate) async fn plans(&self, cluster: &ClusterName) -> Result<Vec<PricePlan>, ConsoleError> {
        let kept = self.database.price_plans(cluster).await?;
        kept.into_iter().map(read).collect()
    }

    /// Sets prices from a day on, and answers them.
    pub(crate) async fn set_prices(&self, fields: PriceFields) -> Result<PricePlan, ConsoleError> {
        let cluster = fields.cluster.clone();
        self.known(&cluster)?;
        let action = set_prices(&cluster);
        self.access().require(&self.caller, &action).await?;
        let plans = self.plans(&cluster).await?;
        let version = plans.len() as i64;
        if fields.version != version {
            return Err(newer(""));
        }
        let plan = fields
            .check(&plans, today(), &self.caller.name)
            .map_err(|problems| ConsoleError::Invalid { problems })?;
        let action = action.saying(words(&plan));
        let (database, kept) = (self.database.clone(), written(&plan));
        let work = async move |_| {
            let added = database.add_price_plan(&cluster, version, &kept).await;
            match added? {
                Added::Done => Ok(plan),
                Added::Newer(by) => Err(newer(&by)),
                Added::Full => Err(ConsoleError::refused("from", PriceFault::Full(MOST_PLANS))),
            }
        };
        self.access().perform(&self.caller, action, work).await
    }
}

/// A plan in words of the audit trail.
fn words(plan: &PricePlan) -> String {
    let prices = Priced::ALL.map(|of| format!("{} {}", of.word(), plan.price(of))).join(", ");
    format!("from {} in {}: {prices}", plan.from, plan.currency)
}

fn newer(by: &str) -> ConsoleError {
    let fault = if by.is_empty() { PriceFault::Changed } else { PriceFault::ChangedBy(by.to_owned()) };
    ConsoleError::Conflict { problems: vec![FieldProblem::of("", fault)] }
}

fn read(kept: Kept) -> Result<PricePlan, ConsoleError> {
    let unreadable = || {
        tracing::error!(currency = kept.currency, "A price plan cannot be read");
        ConsoleError::from(database::DatabaseError::Unreadable { what: "price plan" })
    };
    let mut prices = [Price::default(); Priced::ALL.len()];
    for (price, billionths) in prices.iter_mut().zip(kept.prices) {
        *price = Price::of_billionths(billionths).ok_or_else(unreadable)?;
    }
    let currency = Currency::parse(&kept.currency).ok_or_else(unreadable)?;
    Ok(PricePlan { from: Day(kept.from_day), currency, prices, made_by: kept.made_by })
}

fn written(plan: &PricePlan) -> Kept {
    Kept {
        from_day: plan.from.0,
        currency: plan.currency.code().to_owned(),
        prices: Priced::ALL.map(|of| plan.price(of).billionths()),
        made_by: plan.made_by.clone(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn plan() -> PricePlan {
        let prices = ["0.031", "0.004", "0.0001", "0", "0.09"].map(|text| Price::parse(text).unwrap());
        let currency = Currency::parse("EUR").unwrap();
        PricePlan { from: Day::parse("2026-12-01").unwrap(), currency, prices, made_by: "ada".into() }
    }

    #[test]
    fn a_plan_is_kept_to_the_last_digit() {
        assert_eq!(read(written(&plan())).unwrap(), plan());
        assert!(read(Kept { currency: "COINS".into(), ..written(&plan()) }).is_err());
        assert!(read(Kept { prices: [-1, 0, 0, 0, 0], ..written(&plan()) }).is_err());
    }

    #[test]
    fn the_trail_says_which_prices_were_set() {
        assert_eq!(
            words(&plan()),
            "from 2026-12-01 in EUR: cpu 0.031, memory 0.004, storage 0.0001, received 0, sent 0.09"
        );
    }
}
