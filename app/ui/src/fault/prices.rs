//! What is wrong with prices.

use crate::words::{text, text_with};
use model::fault::PriceFault;

pub(super) fn price_words(fault: &PriceFault) -> String {
    let words = match fault {
        PriceFault::TooLate(last) => {
            return text_with("fault.price.too-late", &[("last", last)]);
        }
        PriceFault::Over(today) => {
            return text_with("fault.price.over", &[("today", today)]);
        }
        PriceFault::Full(most) => {
            return text_with("fault.price.full", &[("most", most)]);
        }
        PriceFault::ChangedBy(by) => {
            return text_with("fault.price.changed-by", &[("by", by)]);
        }
        PriceFault::Currency => text("fault.price.currency"),
        PriceFault::NoNumber => text("fault.price.no-number"),
        PriceFault::TooFine => text("fault.price.too-fine"),
        PriceFault::TooHigh => text("fault.price.too-high"),
        PriceFault::Changed => text("fault.price.changed"),
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::tests::reads_as_it_says;
    use super::*;
    use model::Fault;

    #[test]
    fn faults_of_prices_read_as_they_say() {
        let price_faults = [
            PriceFault::Currency,
            PriceFault::NoNumber,
            PriceFault::TooFine,
            PriceFault::TooHigh,
            PriceFault::TooLate("two words".into()),
            PriceFault::Over("two words".into()),
            PriceFault::Full(7),
            PriceFault::Changed,
            PriceFault::ChangedBy("two words".into()),
        ];

        reads_as_it_says(price_faults.map(Fault::from));
    }
}
