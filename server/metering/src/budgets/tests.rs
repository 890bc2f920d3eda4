//! What a month came to for whom, of what was added up for all.

use super::*;
use database::budgets::BudgetPlace;
use monitoring_contract::{Amounts, Day, Measure, Price};
use prometheus::{MeteredDay, User};
use uuid::Uuid;

fn cluster() -> ClusterName {
    ClusterName::parse("harbour").unwrap()
}

/// A day on which each of these used so many core hours.
fn metered_day(day: Day, used: &[(&str, u64)]) -> MeteredDay {
    let users = used.iter().map(|(name, hours)| {
        let mut amounts = Amounts::default();
        amounts.add(Measure::CpuBilled, hours * 1_000_000);
        (User { kind: "namespaces", name: (*name).to_owned() }, amounts)
    });
    MeteredDay {
        day,
        hours: 24,
        points_of_usage: 288,
        points_of_objects: 288,
        users: users.collect(),
        warnings: BTreeSet::default(),
    }
}

fn metered(days: Vec<MeteredDay>) -> Metered {
    Metered { days, knows_usage: true, knows_objects: true, ..Metered::default() }
}

fn plan(from: Day, code: &str, cpu: &str) -> PricePlan {
    let mut prices = [Price::default(); 5];
    prices[0] = Price::parse(cpu).unwrap();
    PricePlan { from, currency: Currency::parse(code).unwrap(), prices, made_by: "ada".into() }
}

fn whose(of: &str, place: BudgetPlace, namespaces: &[&str]) -> Whose {
    let projects = namespaces.iter().map(|name| (Namespace::parse(name).unwrap(), Uuid::nil()));
    Whose::of_projects(cluster(), BudgetOf::try_from(of.to_owned()).unwrap(), place, projects.collect())
}

#[test]
fn each_is_told_what_its_own_projects_came_to_and_the_cluster_all_of_it() {
    let (id, first) = (Uuid::nil(), Day::parse("2028-02-01").unwrap());
    let used: &[(&str, u64)] = &[("shop", 3), ("bank", 4), ("", 5)];
    let days = metered(vec![metered_day(first, used), metered_day(first.plus(1), used)]);
    let plans = [plan(Day(0), "EUR", "2")];
    let spent = |whose: &Whose| {
        let month = month(whose, &days, &plans);
        assert_eq!((month.first, month.last.to_string().as_str(), month.hours), (first, "2028-02-29", 48));
        month.spent.iter().map(|money| money.millionths / 1_000_000).sum::<i64>()
    };

    assert_eq!(spent(&whose("project/shop", BudgetPlace::Project(id), &["shop"])), 12);
    assert_eq!(spent(&whose("workspace/retail", BudgetPlace::Workspace(id), &["shop", "bank"])), 28);
    assert_eq!(spent(&whose("cluster", BudgetPlace::Cluster, &[])), 48, "what is in no project counts, too");
    assert_eq!(spent(&whose("workspace/empty", BudgetPlace::Workspace(id), &[])), 0);
}

#[test]
fn a_gap_and_a_day_before_any_prices_are_no_cost_and_the_gap_is_told() {
    let (first, shop) = (Day::parse("2026-11-01").unwrap(), [("shop", 3)]);
    let whose = whose("project/shop", BudgetPlace::Project(Uuid::nil()), &["shop"]);
    let gap = MeteredDay { points_of_usage: 0, ..metered_day(first.plus(1), &[]) };
    let days = metered(vec![metered_day(first, &shop), gap, metered_day(first.plus(2), &shop)]);

    let month = month(&whose, &days, &[plan(first.plus(1), "EUR", "2")]);

    assert_eq!(month.spent, [Money { currency: Currency::parse("EUR").unwrap(), millionths: 6_000_000 }]);
    assert!(!month.is_whole);
    assert_eq!((month.hours, month.priced_hours), (72, 48));
}

#[test]
fn a_month_in_which_nothing_is_over_is_that_of_today() {
    let whose = whose("cluster", BudgetPlace::Cluster, &[]);

    let month = month(&whose, &metered(Vec::new()), &[plan(Day(0), "EUR", "2")]);

    // Somebody may run this at midnight.
    assert!(month.first <= today() && month.last.plus(1) >= today());
    assert!(month.spent.is_empty() && month.hours == 0 && month.is_whole);
}

#[test]
fn only_what_is_nearly_used_up_or_overspent_is_news() {
    let first = Day::parse("2026-11-01").unwrap();
    let whose = whose("project/shop", BudgetPlace::Project(Uuid::nil()), &["shop"]);
    let days = metered(vec![metered_day(first, &[("shop", 50)])]);
    let eur = Currency::parse("EUR").unwrap();
    let told = |budget: i64, plans: &[PricePlan]| {
        let budget = Money { currency: eur, millionths: budget * 1_000_000 };
        notice(&whose, &budget, &days, plans).map(|notice| (notice.percent, notice.is_over))
    };
    let plans = [plan(Day(0), "EUR", "2")];

    assert_eq!(told(125, &plans), None, "80 % of it");
    assert_eq!(told(124, &plans), Some((80, false)));
    assert_eq!(told(100, &plans), Some((100, false)));
    assert_eq!(told(50, &plans), Some((200, true)));
    // Prices in another currency from a day after this one on, which has come by now.
    let changed = [plan(Day(0), "EUR", "2"), plan(first.plus(1), "USD", "2")];
    let since = PricePlan::on(&changed, today()).is_some_and(|plan| plan.currency != eur);
    assert_eq!(told(124, &changed), (!since).then_some((80, false)));
    assert_eq!(told(50, &changed), Some((200, true)), "that is too much in any case");
}

#[test]
fn the_trail_says_how_much_was_set_for_whom() {
    let jpy = Money { currency: Currency::parse("JPY").unwrap(), millionths: 250_000_000 };
    let of = BudgetOf::try_from("workspace/retail".to_owned()).unwrap();

    assert_eq!(words(&of, &jpy), "workspace/retail: 250 JPY a month");
}
