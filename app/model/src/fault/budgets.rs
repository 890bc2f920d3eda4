//! What can be wrong with a budget.

use serde::{Deserialize, Serialize};

/// What is wrong with a budget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum BudgetFault {
    /// No number without a sign.
    #[error("write an amount such as 250, with a point before its decimals")]
    NoNumber,
    /// It is less than the smallest coin, of which there are so many digits.
    #[error("at most {0} digits after the point: there are no smaller coins")]
    TooFine(usize),
    /// More than any budget.
    #[error("at most 1000000000000")]
    TooHigh,
    /// It is nothing.
    #[error("write more than 0, or remove the budget")]
    Nothing,
    /// Nothing costs anything.
    #[error("no prices hold today, so nothing has a cost: set prices first")]
    NoPrices,
    /// Prices changed to this currency after the amount was asked for in another one.
    #[error("prices are in {0} by now: load the page again, and write the amount in that currency")]
    OtherCurrency(String),
    /// Somebody has set or removed it since.
    #[error(
        "somebody has changed this budget since you opened this page. Nothing of yours was saved: load the page \
         again, and make your change there"
    )]
    Changed,
}
