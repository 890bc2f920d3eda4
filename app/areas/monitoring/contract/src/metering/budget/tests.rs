//! What a month has come to beside its budget: at its borders, and when prices change their currency.

use super::*;
use proptest::prelude::*;

fn currency(code: &str) -> Currency {
    Currency::parse(code).unwrap()
}

fn money(code: &str, units: i64) -> Money {
    Money { currency: currency(code), millionths: units * 1_000_000 }
}

/// The month of a day, of which so many hours are over.
fn month(day: &str, hours: u32, spent: &[Money]) -> MonthSoFar {
    let (first, last) = Day::parse(day).unwrap().month();
    MonthSoFar { first, last, hours, priced_hours: hours, spent: spent.to_vec(), is_whole: true }
}

fn typed(amount: &str, code: &str) -> BudgetFields {
    BudgetFields {
        cluster: ClusterName::parse("harbour").unwrap(),
        of: BudgetOf::Cluster,
        edition: String::new(),
        currency: code.into(),
        amount: amount.into(),
    }
}

#[test]
fn every_coin_of_a_budget_is_kept_or_refused() {
    let read = |amount: &str, code: &str| typed(amount, code).check(Some(currency(code)));
    let coins = |amount: &str, code: &str| read(amount, code).map(|money| money.millionths);

    assert_eq!(read(" 250 ", "EUR"), Ok(money("EUR", 250)));
    assert_eq!(coins("007.50", "EUR"), Ok(7_500_000));
    assert_eq!(coins(".5000", "EUR"), Ok(500_000));
    assert_eq!(coins("0.125", "KWD"), Ok(125_000));
    assert_eq!(coins("1000000000000", "JPY"), Ok(HIGHEST));
    assert_eq!(coins("0.125", "EUR"), Err(BudgetFault::TooFine(2)));
    assert_eq!(coins("1.5", "JPY"), Err(BudgetFault::TooFine(0)));
    for high in ["1000000000000.01", "9999999999999999999999"] {
        assert_eq!(coins(high, "EUR"), Err(BudgetFault::TooHigh), "{high}");
    }
    for text in ["", ".", "-1", "+1", "1,5", "1e3", "abc", "1.2.3", "١"] {
        assert_eq!(coins(text, "EUR"), Err(BudgetFault::NoNumber), "{text}");
    }
    for nothing in ["0", "0.00", "000"] {
        assert_eq!(coins(nothing, "EUR"), Err(BudgetFault::Nothing), "{nothing}");
    }
    assert_eq!(typed("250", "EUR").check(None), Err(BudgetFault::NoPrices));
    for code in ["USD", ""] {
        let changed = Err(BudgetFault::OtherCurrency("EUR".into()));
        assert_eq!(typed("250", code).check(Some(currency("EUR"))), changed, "{code}");
    }
}

#[test]
fn a_budget_is_nearly_used_above_four_fifths_and_over_above_all_of_it() {
    let budget = money("EUR", 100);
    let standing = |millionths: i64| {
        let spent = Money { currency: currency("EUR"), millionths };
        month("2026-11-14", 300, &[spent]).standing(&budget, Some(currency("EUR")))
    };

    assert_eq!(standing(80_000_000), BudgetStanding::Kept);
    assert_eq!(standing(80_010_000), BudgetStanding::Nearly);
    assert_eq!(standing(100_000_000), BudgetStanding::Nearly);
    assert_eq!(standing(100_010_000), BudgetStanding::Over);
    assert_eq!(month("2026-11-01", 0, &[]).standing(&budget, None), BudgetStanding::Kept);
    assert_eq!(month("2026-11-14", 300, &[money("EUR", 124)]).percent(&budget), 124);
    assert_eq!(month("2026-11-14", 300, &[]).percent(&budget), 0);
}

#[test]
fn a_forecast_divides_by_the_share_of_the_month_that_is_over() {
    let eur = Some(currency("EUR"));
    let forecast = |day: &str, hours, spent| {
        let budget = money("EUR", 1000);
        month(day, hours, &[money("EUR", spent)]).forecast(&budget, eur).map(|money| money.millionths)
    };

    // Three days of thirty, of twenty-eight, of twenty-nine and of thirty-one.
    assert_eq!(forecast("2026-11-04", 72, 30), Some(300_000_000));
    assert_eq!(forecast("2026-02-04", 72, 30), Some(280_000_000));
    assert_eq!(forecast("2028-02-04", 72, 30), Some(290_000_000));
    assert_eq!(forecast("2026-12-04", 72, 30), Some(310_000_000));
    assert_eq!(forecast("2026-11-03", 71, 30), None, "a few days are no month");
    assert_eq!(forecast("2026-11-01", 0, 0), None);
    assert_eq!(forecast("2026-11-30", 720, 30), Some(30_000_000), "what is over is no guess");
    assert_eq!(forecast("2026-11-04", 77, 10), Some(93_510_000), "to the coin: 93.5064…");
}

#[test]
fn hours_before_any_prices_are_not_taken_for_free_ones() {
    let since = |priced_hours| {
        let month = MonthSoFar { priced_hours, ..month("2026-11-20", 480, &[money("EUR", 50)]) };
        (month.is_young(), month.forecast(&money("EUR", 1000), Some(currency("EUR"))))
    };

    // Twenty days are over, of which five have prices and cost ten each; ten more are left.
    assert_eq!(since(120), (false, Some(money("EUR", 150))));
    assert_eq!(since(71), (true, None));
}

#[test]
fn another_currency_is_never_counted_as_if_it_were_the_budgets() {
    let (budget, eur, usd) = (money("EUR", 100), Some(currency("EUR")), Some(currency("USD")));
    let mixed = month("2026-11-14", 300, &[money("EUR", 50), money("USD", 900)]);

    assert_eq!(mixed.standing(&budget, usd), BudgetStanding::OtherCurrency);
    assert_eq!(mixed.standing(&budget, eur), BudgetStanding::OtherCurrency);
    assert_eq!((mixed.percent(&budget), mixed.forecast(&budget, eur)), (50, None));

    // Changed today: nothing is in the new one yet, and tomorrow will be.
    let before = month("2026-11-14", 300, &[money("EUR", 90)]);
    assert_eq!(before.standing(&budget, usd), BudgetStanding::OtherCurrency);
    assert_eq!(before.forecast(&budget, usd), None);

    // Whatever the other one is worth, this is more than the budget.
    let over = month("2026-11-14", 300, &[money("EUR", 101), money("USD", 1)]);
    assert_eq!(over.standing(&budget, usd), BudgetStanding::Over);
    let free = month("2026-11-14", 300, &[money("EUR", 10), money("USD", 0)]);
    assert_eq!(free.standing(&budget, eur), BudgetStanding::Kept, "nothing in another one is nothing");
}

#[test]
fn what_was_saved_stands_beside_the_month_that_is_known_and_a_first_one_beside_one_that_is_added_up() {
    let saved = |edition: &str, units| {
        let (set_by, set_at) = ("ada".to_owned(), Timestamp(1_795_405_680));
        Budget { amount: money("EUR", units), set_by, set_at, edition: edition.into() }
    };
    let eur = Some(currency("EUR"));
    let mut view = BudgetView { budget: None, so_far: None, currency: eur, may_change: true };

    view.change(Some(saved("e1", 250)));
    assert_eq!((view.budget.clone(), view.so_far.clone()), (Some(saved("e1", 250)), Some(SoFar::Waiting)));

    let known = Some(SoFar::Known(month("2026-11-14", 300, &[money("EUR", 90)])));
    view.so_far.clone_from(&known);
    view.change(Some(saved("e2", 300)));
    assert_eq!((view.budget.clone(), view.so_far.clone()), (Some(saved("e2", 300)), known));

    view.change(None);
    assert_eq!(view, BudgetView { budget: None, so_far: None, currency: eur, may_change: true });
}

#[test]
fn whose_budget_it_is_is_read_back_and_stands_beside_its_consumption() {
    let cluster = ClusterName::parse("harbour").unwrap();
    for (text, page) in [
        ("cluster", ""),
        ("workspace/retail", "?by=projects&workspace=retail"),
        ("project/shop", "?by=workloads&project=shop"),
    ] {
        let of = BudgetOf::try_from(text.to_owned()).unwrap();
        assert_eq!(of.to_string(), text);
        assert_eq!(serde_json::to_string(&of).unwrap(), format!("{text:?}"));
        assert_eq!(of.page(&cluster), format!("/clusters/harbour/monitoring/consumption{page}"));
        let said = |name: &str| {
            let pairs = page.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
            pairs.filter(|(own, _)| *own == name).map(|(_, value)| value).next().unwrap_or_default()
        };
        let by = Breakdown::parse(said("by"), said("workspace"), said("project"), "");
        assert_eq!(BudgetOf::beside(&by), Some(of));
    }
    for text in ["", "clusters", "cluster/harbour", "project/", "project/no/place", "workspace/-"] {
        assert!(BudgetOf::try_from(text.to_owned()).is_err(), "{text}");
    }
    assert_eq!(BudgetOf::beside(&Breakdown::Projects(OfWorkspace::None)), None);
}

proptest! {
    #[test]
    fn nothing_that_is_kept_or_measured_breaks_the_arithmetic(
        budget in 1..=HIGHEST,
        spent in 0..=i64::MAX,
        hours in 0_u32..=744,
        day in -100_000_i64..2_000_000,
    ) {
        let currency = currency("EUR");
        let (first, last) = Day(day).month();
        let spent = Money { currency, millionths: spent };
        let month =
            MonthSoFar { first, last, hours, priced_hours: hours, spent: vec![spent], is_whole: true };
        let budget = Money { currency, millionths: budget };

        let standing = month.standing(&budget, Some(currency));
        prop_assert_eq!(standing == BudgetStanding::Over, spent.millionths > budget.millionths);
        prop_assert!(standing != BudgetStanding::Kept || month.percent(&budget) <= 80);
        if let Some(forecast) = month.forecast(&budget, Some(currency)) {
            // A month that has more hours than are over comes to no less than it has.
            prop_assert!(hours > month.hours_in_all() || forecast.millionths >= spent.millionths - 5_000);
        }
        let is_kept = typed(&budget.millionths.to_string(), "EUR").check(Some(currency)).is_ok();
        prop_assert_eq!(is_kept, budget.millionths <= HIGHEST / 1_000_000);
    }
}
