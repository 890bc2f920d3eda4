//! A table as a file.

use crate::port::{Billed, hours, is_whole};
use crate::table::{Entry, Table};
use model::ClusterName;
use monitoring_contract::{Breakdown, Consumer, Costs, Currency, Measure, decimal};
use prometheus::Metered;
use std::fmt::Write;

/// What stands where all of a period was measured.
const ALL: &str = "all";
/// What stands where only a part of it was.
const A_PART: &str = "a part";

/// The whole table as comma-separated values with a heading (RFC 4180). Amounts are in core hours, GiB hours and GiB with six
/// digits; nothing stands where nothing was measured. Each line ends with how much of the period is known: lines are taken out of
/// files and added up elsewhere. What a spreadsheet would run as a formula is defused.
pub fn csv(table: &Table, metered: &Metered, by: &Breakdown) -> String {
    let currencies: Vec<Currency> =
        table.totals.costs.money().into_iter().map(|money| money.currency).collect();
    let mut text = String::from("kind,name");
    write_headings(&mut text, &currencies);
    text.push_str(",known,hours,hours of usage,hours of objects\r\n");
    let known = known(metered);
    for (of, entry) in &table.rows {
        let (kind, name) = named(of, by);
        let _ = write!(text, "{},{}", quoted(kind), quoted(name));
        write_figures(&mut text, entry, &currencies);
        let _ = write!(text, ",{known}\r\n");
    }
    text
}

/// How much of the period was measured: whether all, how many of its hours are over, and in how many of them usage was measured, and
/// requests, claims and owners were known. Nothing stands for what is not measured in the cluster at all.
fn known(metered: &Metered) -> String {
    let all: u32 = metered.days.iter().map(|day| day.hours).sum();
    let of_usage = metered.knows_usage.then(|| hours(metered, |day| day.points_of_usage).to_string());
    let of_objects = metered.knows_objects.then(|| hours(metered, |day| day.points_of_objects).to_string());
    let known = if is_whole(metered) { ALL } else { A_PART };
    let (of_usage, of_objects) = (of_usage.unwrap_or_default(), of_objects.unwrap_or_default());
    format!("{},{all},{of_usage},{of_objects}", quoted(known))
}

/// What each cluster came to as comma-separated values, and how much of that is known: nothing stands where nothing is.
pub fn bill(rows: &[(ClusterName, Billed)]) -> String {
    let mut costs = Costs::default();
    for (_, billed) in rows {
        if let Billed::Known(entry, _) = billed {
            costs.add_all(&entry.costs);
        }
    }
    let currencies: Vec<Currency> = costs.money().into_iter().map(|money| money.currency).collect();
    let mut text = String::from("cluster,known");
    write_headings(&mut text, &currencies);
    text.push_str("\r\n");
    let nothing = Entry::default();
    for (cluster, billed) in rows {
        let (known, entry) = match billed {
            Billed::Known(entry, true) => (ALL, entry),
            Billed::Known(entry, false) => (A_PART, entry),
            Billed::Unmeasured => ("not measured", &nothing),
            Billed::Failed(_) => ("not known now", &nothing),
        };
        let _ = write!(text, "{},{}", quoted(cluster.as_str()), quoted(known));
        write_figures(&mut text, entry, &currencies);
        text.push_str("\r\n");
    }
    text
}

fn write_headings(text: &mut String, currencies: &[Currency]) {
    for measure in Measure::ALL {
        let _ = write!(text, ",{} ({})", measure.word(), unit(measure));
    }
    for currency in currencies {
        let _ = write!(text, ",cost ({currency})");
    }
}

fn write_figures(text: &mut String, entry: &Entry, currencies: &[Currency]) {
    for measure in Measure::ALL {
        let amount = entry.amounts.get(measure).map(|amount| decimal(measure.millionths(amount), 6));
        let _ = write!(text, ",{}", amount.unwrap_or_default());
    }
    for currency in currencies {
        let cost = entry.costs.of(*currency).map(|cost| decimal(cost.millionths(6), 6));
        let _ = write!(text, ",{}", cost.unwrap_or_default());
    }
}

fn unit(measure: Measure) -> &'static str {
    match measure {
        Measure::Received | Measure::Sent => "GiB",
        measure if measure.is_cpu() => "core hours",
        _ => "GiB hours",
    }
}

fn named<'c>(of: &'c Consumer, by: &Breakdown) -> (&'c str, &'c str) {
    match of {
        Consumer::Workspace(name) => ("workspaces", name.as_str()),
        Consumer::Object(object) => (object.kind.as_str(), object.name.as_str()),
        Consumer::Other(name) => ("", name),
        Consumer::Rest => match by {
            Breakdown::Workspaces => ("", "in no workspace"),
            Breakdown::Projects(_) => ("", "in no project"),
            Breakdown::Nodes => ("", "on no machine"),
            Breakdown::Workloads(_) => ("", "of no workload"),
            Breakdown::Pods(..) => ("", "in no pod"),
        },
    }
}

fn quoted(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use monitoring_contract::{Amounts, Day, Price, PricePlan};
    use prometheus::MeteredDay;
    use std::collections::BTreeMap;

    #[test]
    fn a_formula_behind_a_blank_is_defused_too() {
        assert_eq!([quoted("\t=1+1"), quoted("a\tb")], ["\"'\t=1+1\"", "\"a\tb\""]);
    }

    #[test]
    fn a_file_knows_no_zero_for_nothing_and_runs_no_formula() {
        let mut amounts = Amounts::default();
        amounts.add(Measure::CpuBilled, 1_500_000);
        amounts.add(Measure::Sent, 1 << 30);
        let prices = ["2", "0", "0", "0", "0.1"].map(|text| Price::parse(text).unwrap());
        let currency = Currency::parse("EUR").unwrap();
        let plan = PricePlan { from: Day(0), currency, prices, made_by: String::new() };
        let mut costs = Costs::default();
        costs.add(currency, plan.cost(&amounts));
        let entry = Entry { amounts, costs, by_day: Vec::new() };
        let rows = vec![(Consumer::Other("=1+1".into()), entry.clone()), (Consumer::Rest, Entry::default())];
        let table = Table { rows, totals: entry, currency: Some(currency) };

        let text = csv(&table, &metered(288), &Breakdown::Nodes);

        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with("kind,name,cpu-used (core hours),"), "{text}");
        assert!(lines[0].ends_with(",cost (EUR),known,hours,hours of usage,hours of objects"), "{text}");
        assert_eq!(lines[1], "\"\",\"'=1+1\",,,1.500000,,,,,,1.000000,3.100000,\"all\",24,24,");
        assert_eq!(lines[2], "\"\",\"on no machine\",,,,,,,,,,,\"all\",24,24,");
    }

    #[test]
    fn each_line_says_in_how_many_hours_something_was_measured() {
        let rows = vec![(Consumer::Rest, Entry::default())];
        let table = Table { rows, totals: Entry::default(), currency: None };
        let answered_in_part = |mut metered: Metered| {
            metered.days[0].warnings = ["a store is down".to_owned()].into();
            metered
        };

        let part = csv(&table, &metered(144), &Breakdown::Nodes);
        let unsure = csv(&table, &answered_in_part(metered(288)), &Breakdown::Nodes);

        assert!(part.ends_with(",\"a part\",24,12,\r\n"), "{part}");
        assert!(unsure.ends_with(",\"a part\",24,24,\r\n"), "{unsure}");
    }

    /// A day with so many points at which usage was measured, in a cluster where nothing tells of objects.
    fn metered(points_of_usage: u64) -> Metered {
        let day = MeteredDay {
            day: Day(20_758),
            hours: 24,
            points_of_usage,
            points_of_objects: 0,
            users: BTreeMap::new(),
            warnings: Default::default(),
        };
        Metered { days: vec![day], knows_usage: true, ..Metered::default() }
    }

    #[test]
    fn a_file_of_all_clusters_says_of_each_how_much_is_known() {
        let mut amounts = Amounts::default();
        amounts.add(Measure::CpuBilled, 1_500_000);
        let known = Entry { amounts, ..Entry::default() };
        let failed = model::ConsoleError::NotSignedIn;
        let rows = [
            ("harbour", Billed::Known(known, false)),
            ("quarry", Billed::Unmeasured),
            ("orchard", Billed::Failed(failed)),
        ];
        let rows = rows.map(|(name, billed)| (ClusterName::parse(name).unwrap(), billed));

        let text = bill(&rows);

        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with("cluster,known,cpu-used (core hours),"), "{text}");
        assert_eq!(lines[1], "\"harbour\",\"a part\",,,1.500000,,,,,,");
        assert_eq!(lines[2], "\"quarry\",\"not measured\",,,,,,,,,");
        assert!(lines[3].starts_with("\"orchard\",\"not known now\",,"));
    }
}
