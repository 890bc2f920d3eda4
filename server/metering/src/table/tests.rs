use super::*;
use monitoring_contract::{Day, PodsOf, Price, decimal};
use prometheus::MeteredDay;
use proptest::prelude::*;

const FIRST: Day = Day(20_758);

fn cluster() -> ClusterName {
    ClusterName::parse("harbour").unwrap()
}

fn plan(from: Day, currency: &str, cpu: &str) -> PricePlan {
    let prices = [cpu, "0.5", "0", "0", "0"].map(|text| Price::parse(text).unwrap());
    PricePlan { from, currency: Currency::parse(currency).unwrap(), prices, made_by: "ada".into() }
}

fn amounts(cpu: u64) -> Amounts {
    let mut amounts = Amounts::default();
    amounts.add(Measure::CpuBilled, cpu);
    amounts
}

/// Days on which namespaces used so many millionths of core hours.
fn metered(days: &[&[(&str, u64)]]) -> Metered {
    let day = |(place, users): (usize, &&[(&str, u64)])| MeteredDay {
        day: FIRST.plus(place as i64),
        hours: 24,
        points_of_usage: 288,
        points_of_objects: 288,
        users: users
            .iter()
            .map(|(name, cpu)| (User { kind: "namespaces", name: (*name).into() }, amounts(*cpu)))
            .collect(),
        warnings: Default::default(),
    };
    Metered { days: days.iter().enumerate().map(day).collect(), ..Metered::default() }
}

fn workspaces() -> Workspaces {
    let name = |text: &str| WorkspaceName::parse(text).unwrap();
    [("shop".into(), name("retail")), ("till".into(), name("retail")), ("bank".into(), name("money"))].into()
}

fn table(by: &Breakdown, metered: &Metered, plans: &[PricePlan], sort: Option<(&str, bool)>) -> Table {
    let (cluster, workspaces) = (cluster(), workspaces());
    let ingredients = Ingredients { cluster: &cluster, by, metered, workspaces: &workspaces, plans };
    let sort = sort.map(|(column, descending)| Sort { column: column.into(), descending });
    Table::of(&ingredients, sort.as_ref())
}

fn names(table: &Table) -> Vec<&str> {
    table.rows.iter().map(|(of, _)| of.name()).collect()
}

fn shown(entry: &Entry) -> Vec<String> {
    let money = entry.costs.money().into_iter();
    money.map(|money| format!("{} {}", decimal(money.millionths, 2), money.currency)).collect()
}

const ALL: Breakdown = Breakdown::Projects(OfWorkspace::Any);

#[test]
fn prices_that_change_in_the_middle_of_a_month_hold_from_their_day() {
    let metered = metered(&[&[("shop", 1_000_000)], &[("shop", 1_000_000)], &[("shop", 1_000_000)]]);
    let plans = [plan(FIRST.plus(-9), "EUR", "1"), plan(FIRST.plus(2), "EUR", "10")];

    let table = table(&ALL, &metered, &plans, None);

    assert_eq!(shown(&table.totals), ["12.00 EUR"]);
    assert_eq!(table.rows[0].1.by_day, [1_000_000, 1_000_000, 10_000_000]);
}

#[test]
fn another_currency_is_another_sum_and_days_before_any_price_cost_nothing() {
    let metered = metered(&[&[("shop", 1_000_000)], &[("shop", 1_000_000)], &[("shop", 1_000_000)]]);
    let plans = [plan(FIRST.plus(1), "USD", "3"), plan(FIRST.plus(2), "EUR", "10")];

    let table = table(&ALL, &metered, &plans, None);

    assert_eq!(shown(&table.totals), ["10.00 EUR", "3.00 USD"]);
    assert_eq!(table.totals.by_day, [0, 0, 10_000_000], "the chart counts in the currency of the last day");
}

#[test]
fn prices_of_a_day_of_which_nothing_is_over_are_not_those_that_the_chart_counts_in() {
    let metered = metered(&[&[("shop", 1_000_000), ("bank", 2_000_000)]]);

    // From today on, whose first hour is not over yet.
    let changed = [plan(FIRST, "EUR", "1"), plan(FIRST.plus(1), "USD", "3")];
    let table = table(&ALL, &metered, &changed, None);
    assert_eq!(table.currency, Currency::parse("EUR"));
    assert_eq!(
        (names(&table), table.totals.by_day.as_slice()),
        (vec!["bank", "shop"], [3_000_000].as_slice())
    );
}

#[test]
fn without_prices_processor_time_is_what_counts() {
    let metered = metered(&[&[("bank", 5), ("shop", 7), ("till", 6)]]);

    let table = table(&ALL, &metered, &[], None);

    assert_eq!(names(&table), ["shop", "till", "bank"]);
    assert_eq!((table.currency, table.totals.by_day.as_slice()), (None, [18].as_slice()));
    assert!(table.totals.costs.money().is_empty());
}

#[test]
fn projects_are_the_parts_of_their_workspaces() {
    let metered =
        metered(&[&[("bank", 1), ("shop", 2), ("kube-system", 4)], &[("till", 8), ("kube-system", 16)]]);
    let of = |by: &Breakdown| table(by, &metered, &[], Some(("name", false)));

    let all = of(&Breakdown::Workspaces);
    assert_eq!(names(&all), ["", "money", "retail"]);
    let cpu = |entry: &Entry| entry.amounts.get(Measure::CpuBilled);
    assert_eq!(
        all.rows.iter().map(|(_, entry)| cpu(entry)).collect::<Vec<_>>(),
        [Some(20), Some(1), Some(10)]
    );
    let retail = of(&Breakdown::Projects(OfWorkspace::Named(WorkspaceName::parse("retail").unwrap())));
    assert_eq!((names(&retail), cpu(&retail.totals)), (vec!["shop", "till"], Some(10)));
    let none = of(&Breakdown::Projects(OfWorkspace::None));
    assert_eq!((names(&none), cpu(&none.totals)), (vec!["kube-system"], Some(20)));
}

#[test]
fn what_has_no_page_still_has_a_row() {
    let mut metered = metered(&[&[]]);
    let users = [("deployments", "web"), ("", "canary"), ("", ""), ("persistentvolumeclaims", "data")];
    for (kind, name) in users {
        metered.days[0].users.insert(User { kind, name: name.into() }, amounts(1));
    }
    let shop = Namespace::parse("shop").unwrap();

    let table = table(&Breakdown::Workloads(shop.clone()), &metered, &[], Some(("name", false)));

    assert_eq!(names(&table), ["", "canary", "data", "web"]);
    assert!(matches!(&table.rows[0].0, Consumer::Rest) && matches!(&table.rows[1].0, Consumer::Other(_)));
    let Consumer::Object(web) = &table.rows[3].0 else { panic!("{:?}", table.rows) };
    assert_eq!((web.kind.as_str(), web.namespace.as_ref()), ("deployments", Some(&shop)));
}

#[test]
fn pods_are_in_their_project() {
    let mut metered = metered(&[&[]]);
    for name in ["web-0", ""] {
        metered.days[0].users.insert(User { kind: "pods", name: name.into() }, amounts(1));
    }
    let shop = Namespace::parse("shop").unwrap();

    let table = table(&Breakdown::Pods(shop.clone(), PodsOf::Nothing), &metered, &[], Some(("name", false)));

    let Consumer::Object(pod) = &table.rows[1].0 else { panic!("{:?}", table.rows) };
    assert_eq!(
        (pod.kind.as_str(), pod.namespace.as_ref(), names(&table)),
        ("pods", Some(&shop), vec!["", "web-0"])
    );
}

#[test]
fn what_is_not_known_comes_last_whichever_way_it_is_sorted() {
    let mut metered = metered(&[&[("bank", 5), ("shop", 7)]]);
    metered.days[0].users.insert(User { kind: "namespaces", name: "empty".into() }, Amounts::default());

    for (descending, expected) in [(true, ["shop", "bank", "empty"]), (false, ["bank", "shop", "empty"])] {
        assert_eq!(names(&table(&ALL, &metered, &[], Some(("cpu-billed", descending)))), expected);
    }
}

proptest! {
    #[test]
    fn rows_add_up_to_the_total_to_the_last_digit(
        days in proptest::collection::vec(proptest::collection::vec((0_usize..6, 0_u64..1 << 50), 0..8), 1..40),
        change in 0_i64..40,
    ) {
        let known = ["bank", "shop", "till", "kube-system", "blog", "monitoring"];
        let days: Vec<Vec<(&str, u64)>> = days
            .iter()
            .map(|day| day.iter().map(|(name, cpu)| (known[*name], *cpu)).collect())
            .collect();
        let days: Vec<&[(&str, u64)]> = days.iter().map(Vec::as_slice).collect();
        let metered = metered(&days);
        let plans = [plan(FIRST, "EUR", "0.031"), plan(FIRST.plus(change), "USD", "0.123456789")];

        for by in [Breakdown::Workspaces, ALL] {
            let table = table(&by, &metered, &plans, None);
            let (mut amounts, mut costs) = (Amounts::default(), Costs::default());
            for (_, entry) in &table.rows {
                amounts.add_all(&entry.amounts);
                costs.add_all(&entry.costs);
            }
            prop_assert_eq!(amounts, table.totals.amounts);
            prop_assert_eq!(&costs, &table.totals.costs);
        }
        // Whatever the rows are, the whole is the same.
        let (workspaces, projects) = (table(&Breakdown::Workspaces, &metered, &plans, None), table(&ALL, &metered, &plans, None));
        prop_assert_eq!(workspaces.totals.costs, projects.totals.costs);
    }
}
