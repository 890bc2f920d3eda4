//! A table as a file.

use crate::port::Billed;
use crate::table::{Entry, Table};
use model::ClusterName;
use monitoring_contract::{Breakdown, Consumer, Costs, Currency, Measure, decimal};
use std::fmt::Write;

/// The whole table as comma-separated values with a heading (RFC 4180). Amounts are in core hours, GiB hours and GiB with six
/// digits; nothing stands where nothing was measured. What a spreadsheet would run as a formula is defused.
pub fn csv(table: &Table, by: &Breakdown) -> String {
    let currencies: Vec<Currency> =
        table.totals.costs.money().into_iter().map(|money| money.currency).collect();
    let mut text = String::from("kind,name");
    write_headings(&mut text, &currencies);
    for (of, entry) in &table.rows {
        let (kind, name) = named(of, by);
        let _ = write!(text, "{},{}", quoted(kind), quoted(name));
        write_figures(&mut text, entry, &currencies);
        text.push_str("\r\n");
    }
    text
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
    let nothing = Entry::default();
    for (cluster, billed) in rows {
        let (known, entry) = match billed {
            Billed::Known(entry, true) => ("all", entry),
            Billed::Known(entry, false) => ("a part", entry),
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
    text.push_str("\r\n");
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

        let text = csv(&table, &Breakdown::Nodes);

        let lines: Vec<&str> = text.lines().collect();
        assert!(
            lines[0].starts_with("kind,name,cpu-used (core hours),") && lines[0].ends_with(",cost (EUR)")
        );
        assert_eq!(lines[1], "\"\",\"'=1+1\",,,1.500000,,,,,,1.000000,3.100000");
        assert_eq!(lines[2], "\"\",\"on no machine\",,,,,,,,,,");
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
