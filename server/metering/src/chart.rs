//! What each day came to, as bars.

use crate::table::{Entry, Table};
use charts::DrawingError;
use model::Unit;
use model::chart::{Chart, Frame, Series};
use monitoring_contract::{Consumer, Currency, DAY_SECONDS, Day, PricePlan};
use prometheus::{Metered, MeteredDay};
use std::collections::BTreeMap;

/// How many rows are drawn by themselves; the others are one more.
const MOST_DRAWN: usize = 9;

/// Bars of the rows that came to most, and of all others together; nothing for a single day. A day that was not measured, or has no
/// prices in the currency that is counted in, is a gap.
pub fn chart(
    table: &Table,
    metered: &Metered,
    plans: &[PricePlan],
    days: (Day, Day),
) -> Result<Option<Chart>, DrawingError> {
    let frame = frame(days);
    if days.0 == days.1 || table.totals.by_day.iter().all(|came_to| *came_to == 0) {
        return Ok(None);
    }
    let is_counted = |day: &MeteredDay| {
        let is_measured = day.points_of_usage > 0 || !metered.knows_usage;
        let plan = PricePlan::on(plans, day.day);
        let is_in = |currency: Currency| plan.is_some_and(|plan| plan.currency == currency);
        is_measured && table.currency.is_none_or(is_in)
    };
    let place = |day: &MeteredDay| frame.point(day.day.start().0).filter(|_| is_counted(day));
    let places: Vec<Option<usize>> = metered.days.iter().map(place).collect();
    let mut largest: Vec<&(Consumer, Entry)> = table.rows.iter().collect();
    let sum = |entry: &Entry| entry.by_day.iter().map(|day| i128::from(*day)).sum::<i128>();
    largest.sort_by_key(|(_, entry)| std::cmp::Reverse(sum(entry)));
    largest.retain(|(_, entry)| sum(entry) > 0);
    let (drawn, others) = largest.split_at(largest.len().min(MOST_DRAWN));
    let names = names(drawn);
    let mut series: Vec<Series> = Vec::new();
    for ((of, entry), label) in drawn.iter().zip(names) {
        let key = if matches!(of, Consumer::Rest) { "rest" } else { "" };
        series.push(line(key, label, series.len(), points(frame, &places, &[entry])));
    }
    if !others.is_empty() {
        let entries: Vec<&Entry> = others.iter().map(|(_, entry)| entry).collect();
        series.push(line("others", String::new(), series.len(), points(frame, &places, &entries)));
    }
    let (svg, scale) = charts::bars(frame, Unit::Count, &series)?;
    Ok(Some(Chart { svg, scale, series, left_out: 0, warnings: Vec::new() }))
}

/// A point for each day, and one more at both ends: bars stand on their points, and so none is cut in half.
fn frame((first, last): (Day, Day)) -> Frame {
    Frame { start: first.plus(-1).start().0, end: last.plus(1).start().0, step: DAY_SECONDS as u32 }
}

fn line(key: &str, label: String, color: usize, values: Vec<Option<f64>>) -> Series {
    Series { key: key.to_owned(), label, color: color as u8, is_earlier: false, values }
}

/// What these came to on each day; nothing on days that have no place.
fn points(frame: Frame, places: &[Option<usize>], entries: &[&Entry]) -> Vec<Option<f64>> {
    let mut values = vec![None; frame.points()];
    for (index, place) in places.iter().enumerate() {
        let came_to: i64 = entries.iter().filter_map(|entry| entry.by_day.get(index)).sum();
        if let Some(value) = place.and_then(|place| values.get_mut(place)) {
            *value = Some(came_to as f64 / 1e6);
        }
    }
    values
}

/// What they are called; with their kind where two have the same name.
fn names(drawn: &[&(Consumer, Entry)]) -> Vec<String> {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    drawn.iter().for_each(|(of, _)| *counts.entry(of.name()).or_default() += 1);
    let name = |(of, _): &&(Consumer, Entry)| match of {
        Consumer::Object(object) if counts.get(of.name()).is_some_and(|count| *count > 1) => {
            format!("{}/{}", object.kind, object.name)
        }
        of => of.name().to_owned(),
    };
    drawn.iter().map(name).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use monitoring_contract::Price;

    const FIRST: Day = Day(20_758);

    fn entry(by_day: &[i64]) -> Entry {
        Entry { by_day: by_day.to_vec(), ..Entry::default() }
    }

    fn metered(points: &[u64]) -> Metered {
        let day = |(place, points): (usize, &u64)| MeteredDay {
            day: FIRST.plus(place as i64),
            hours: 24,
            points_of_usage: *points,
            points_of_objects: 0,
            users: BTreeMap::new(),
            warnings: Default::default(),
        };
        Metered {
            days: points.iter().enumerate().map(day).collect(),
            knows_usage: true,
            ..Metered::default()
        }
    }

    fn table(rows: usize, days: usize) -> Table {
        let rows = (0..rows).map(|row| {
            (Consumer::Other(format!("n{row:02}")), entry(&vec![(row as i64 + 1) * 1_000_000; days]))
        });
        Table { rows: rows.collect(), totals: entry(&vec![1; days]), currency: None }
    }

    #[test]
    fn the_largest_are_drawn_and_the_others_are_one_bar_that_completes_the_whole() {
        let chart =
            chart(&table(12, 2), &metered(&[288, 288]), &[], (FIRST, FIRST.plus(1))).unwrap().unwrap();

        assert_eq!(chart.series.len(), 10);
        assert_eq!((chart.series[0].label.as_str(), chart.series[9].key.as_str()), ("n11", "others"));
        let whole: f64 = chart.series.iter().filter_map(|series| series.values[1]).sum();
        assert_eq!(whole, (1..=12).map(f64::from).sum::<f64>());
        assert_eq!(chart.series[0].values, [None, Some(12.0), Some(12.0), None]);
    }

    #[test]
    fn a_day_that_was_not_measured_is_a_gap_and_not_a_zero() {
        let days = (FIRST, FIRST.plus(4));
        let chart = chart(&table(1, 3), &metered(&[288, 0, 12]), &[], days).unwrap().unwrap();

        assert_eq!(chart.series[0].values, [None, Some(1.0), None, Some(1.0), None, None, None]);
    }

    #[test]
    fn a_day_without_prices_or_with_prices_in_another_currency_is_a_gap_and_not_a_zero() {
        let plan = |from, code| PricePlan {
            from,
            currency: Currency::parse(code).unwrap(),
            prices: [Price::default(); 5],
            made_by: "ada".into(),
        };
        let plans = [plan(FIRST.plus(1), "USD"), plan(FIRST.plus(2), "EUR")];
        let in_euros = Table { currency: Currency::parse("EUR"), ..table(1, 3) };

        let days = (FIRST, FIRST.plus(2));
        let chart = chart(&in_euros, &metered(&[288, 288, 288]), &plans, days).unwrap().unwrap();

        assert_eq!(chart.series[0].values, [None, None, None, Some(1.0), None]);
    }

    #[test]
    fn a_single_day_and_nothing_at_all_are_not_drawn() {
        assert!(chart(&table(1, 1), &metered(&[288]), &[], (FIRST, FIRST)).unwrap().is_none());
        let nothing = Table { rows: Vec::new(), totals: entry(&[0, 0]), currency: None };
        assert!(chart(&nothing, &metered(&[288, 288]), &[], (FIRST, FIRST.plus(1))).unwrap().is_none());
    }
}
