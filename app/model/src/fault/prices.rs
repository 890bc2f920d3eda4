//! What can be wrong with prices.

use serde::{Deserialize, Serialize};

/// What is wrong with prices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum PriceFault {
    /// No currency.
    #[error("write a code of ISO 4217, such as EUR, USD or CNY")]
    Currency,
    /// No number without a sign.
    #[error("write a number such as 0.031, with a point before its decimals")]
    NoNumber,
    /// More digits than are kept.
    #[error("at most nine digits after the point are kept: write no more of them")]
    TooFine,
    /// More than any price.
    #[error("at most 1000000")]
    TooHigh,
    /// They would begin too late: this is the last day.
    #[error("at most five years from now: {0} at the latest")]
    TooLate(String),
    /// They would begin on a day that is over: this is today.
    #[error("days that are over keep their prices: choose {0} or a later day")]
    Over(String),
    /// There are as many as are kept.
    #[error("there are {0} already, which is as many as are kept")]
    Full(i64),
    /// Somebody has set others since.
    #[error(
        "somebody has set prices since you opened this page. Nothing of yours was saved: load the page again, \
         and make your change there"
    )]
    Changed,
    /// This person has set others since.
    #[error(
        "{0} has set prices since you opened this page. Nothing of yours was saved: load the page again, and \
         make your change there"
    )]
    ChangedBy(String),
}
