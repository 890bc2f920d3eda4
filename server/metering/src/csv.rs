//! A table as a file.

use crate::table::{Entry, Table};
use monitoring_contract::{Breakdown, Consumer, Currency, Measure, decimal};
use std::fmt::Write;

/// The whole table as comma-separated values with a heading (RFC 4180). Amounts are in core hours, GiB hours and GiB with six
/// digits; nothing stands where nothing was measured. What a spreadsheet would run as a formula is defused.
pub fn csv(table: &Table, by: &Breakdown) -> String {
    let currencies: Vec<Currency> =
        table.totals.costs.money().into_iter().map(|money| money.currency).collect();
    let mut text = String::from("kind,name");
    for measure in Measure::ALL {
        let _ = write!(text, ",{} ({})", measure.word(), unit(measure));
    }
    for currency in &currencies {
        let _ = write!(text, ",cost ({currency})");
    }
    text.push_str("\r\n");
    for (of, entry) in &table.rows {
        let (kind, name) = named(of, by);
        let _ = write!(text, "{},{}", quoted(kind), quoted(name));
        write_figures(&mut text, entry, &currencies);
        text.push_str("\r\n");
    }
    text
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
    use monitoring_contract::{Amounts, Costs, Day, Price, PricePlan};

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
}
