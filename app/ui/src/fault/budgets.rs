//! What is wrong with budgets.

use crate::words::{text, text_with};
use model::fault::BudgetFault;

pub(super) fn budget_words(fault: &BudgetFault) -> String {
    let words = match fault {
        BudgetFault::TooFine(digits) => {
            return text_with("fault.budget.too-fine", &[("digits", digits)]);
        }
        BudgetFault::OtherCurrency(currency) => {
            return text_with("fault.budget.other-currency", &[("currency", currency)]);
        }
        BudgetFault::NoNumber => text("fault.budget.no-number"),
        BudgetFault::TooHigh => text("fault.budget.too-high"),
        BudgetFault::Nothing => text("fault.budget.nothing"),
        BudgetFault::NoPrices => text("fault.budget.no-prices"),
        BudgetFault::Changed => text("fault.budget.changed"),
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::tests::reads_as_it_says;
    use super::*;
    use model::Fault;

    #[test]
    fn faults_of_budgets_read_as_they_say() {
        let budget_faults = [
            BudgetFault::NoNumber,
            BudgetFault::TooFine(2),
            BudgetFault::TooHigh,
            BudgetFault::Nothing,
            BudgetFault::NoPrices,
            BudgetFault::OtherCurrency("USD".into()),
            BudgetFault::Changed,
        ];

        reads_as_it_says(budget_faults.map(Fault::from));
    }
}
