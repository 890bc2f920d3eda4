//! The form for prices.

use crate::metering::{Currency, Day, Price, PricePlan, Priced};
use model::fault::{PriceFault, QuestionFault};
use model::{ClusterName, FieldProblem};
use serde::{Deserialize, Serialize};

/// No plan begins later than so many days from now: further away it is a slip of the finger.
const FURTHEST_DAYS: i64 = 1826;

/// Prices as they were typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceFields {
    /// For which cluster.
    pub cluster: ClusterName,
    /// How many plans the page showed.
    #[serde(default)]
    pub version: i64,
    /// From which day.
    #[serde(default)]
    pub from: String,
    /// The currency's code.
    #[serde(default)]
    pub currency: String,
    /// For an hour of a core.
    #[serde(default)]
    pub cpu: String,
    /// For a GiB of memory for an hour.
    #[serde(default)]
    pub memory: String,
    /// For a GiB of storage for an hour.
    #[serde(default)]
    pub storage: String,
    /// For a GiB that was received.
    #[serde(default)]
    pub received: String,
    /// For a GiB that was sent.
    #[serde(default)]
    pub sent: String,
}

impl PriceFields {
    fn typed(&self, of: Priced) -> &str {
        match of {
            Priced::Cpu => &self.cpu,
            Priced::Memory => &self.memory,
            Priced::Storage => &self.storage,
            Priced::Received => &self.received,
            Priced::Sent => &self.sent,
        }
    }

    /// The plan that was typed, beside those that there are; or what is wrong at which field.
    pub fn check(&self, plans: &[PricePlan], today: Day, by: &str) -> Result<PricePlan, Vec<FieldProblem>> {
        let mut problems = Vec::new();
        let from = Day::parse(self.from.trim());
        match from {
            None => problems.push(FieldProblem::of("from", QuestionFault::Day)),
            Some(from) => problems.extend(day_problem(plans, today, from)),
        }
        let currency = Currency::parse(&self.currency);
        if currency.is_none() {
            problems.push(FieldProblem::of("currency", PriceFault::Currency));
        }
        let mut prices = [Price::default(); Priced::ALL.len()];
        for (of, price) in Priced::ALL.into_iter().zip(&mut prices) {
            match Price::parse(self.typed(of)) {
                Ok(read) => *price = read,
                Err(wrong) => problems.push(FieldProblem::of(of.word(), wrong)),
            }
        }
        match (from, currency) {
            (Some(from), Some(currency)) if problems.is_empty() => {
                Ok(PricePlan { from, currency, prices, made_by: by.to_owned() })
            }
            _ => Err(problems),
        }
    }
}

/// Why no plan can begin on a day.
fn day_problem(plans: &[PricePlan], today: Day, from: Day) -> Option<FieldProblem> {
    let fault = if from > today.plus(FURTHEST_DAYS) {
        PriceFault::TooLate(today.plus(FURTHEST_DAYS).to_string())
    } else if from < today && PricePlan::on(plans, today).is_some() {
        PriceFault::Over(today.to_string())
    } else {
        return None;
    };
    Some(FieldProblem::of("from", fault))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    const TODAY: Day = Day(20_784);

    fn fields(from: &str) -> PriceFields {
        PriceFields {
            cluster: ClusterName::parse("harbour").unwrap(),
            version: 0,
            from: from.into(),
            currency: "eur".into(),
            cpu: "0.031".into(),
            memory: "0.004".into(),
            storage: String::new(),
            received: String::new(),
            sent: String::new(),
        }
    }

    #[test]
    fn the_first_prices_may_hold_for_days_that_are_over_and_later_ones_may_not() {
        let first = fields("2026-01-01").check(&[], TODAY, "ada").unwrap();
        let first = [first];

        let late = fields("2026-01-02").check(&first, TODAY, "ada").unwrap_err();
        assert!(late[0].field == "from" && late[0].message.contains("2026-11-27"), "{late:?}");
        assert!(fields("2026-11-27").check(&first, TODAY, "ada").is_ok());
        assert!(fields("2027-01-01").check(&first, TODAY, "ada").is_ok());
        let future = [fields("2027-01-01").check(&[], TODAY, "ada").unwrap()];
        assert!(fields("2026-10-01").check(&future, TODAY, "ada").is_ok(), "no prices held yet");
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_its_field_at_once() {
        let wrong = PriceFields {
            from: "tomorrow".into(),
            currency: "COINS".into(),
            cpu: "1,5".into(),
            sent: "0.12345678901".into(),
            ..fields("")
        };

        let problems = wrong.check(&[], TODAY, "ada").unwrap_err();

        let at: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(at, ["from", "currency", "cpu", "sent"]);
        assert_eq!(fields("2099-01-01").check(&[], TODAY, "ada").unwrap_err()[0].field, "from");
    }
}
