//! When a cron job runs, as Kubernetes' controller reckons it. A time table is read as that does, to the letter: `7` is no
//! Sunday, and `*/2` is not every day.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::iter;
use workloads_contract::{NextRun, NextRuns};

/// So many runs are told.
const TOLD: usize = 5;
/// What does not come within so many years does not come, as far as the controller cares: 30 February.
const YEARS: i16 = 5;

/// When a cron job would run next, after `now`.
pub(crate) fn next_runs(schedule: &str, time_zone: &str, now: Timestamp) -> NextRuns {
    let zone = match time_zone {
        "" => TimeZone::UTC,
        name => match TimeZone::get(name) {
            Ok(zone) => zone,
            Err(_) => return NextRuns::NoZone,
        },
    };
    if schedule.starts_with("@every ") {
        return NextRuns::SinceItsStart;
    }
    let Some(table) = Table::read(schedule) else { return NextRuns::NoTable };
    let first = table.after(now.as_second().div_euclid(60), &zone);
    let minutes = iter::successors(first, |minute| table.after(*minute, &zone));
    NextRuns::At(minutes.take(TOLD).filter_map(|minute| run(minute, &zone)).collect())
}

fn run(minute: i64, zone: &TimeZone) -> Option<NextRun> {
    let zoned = at(minute)?.to_zoned(zone.clone());
    let there = zoned.strftime("%Y-%m-%d %H:%M %:z").to_string();
    let offset_seconds = i64::from(zoned.offset().seconds());
    Some(NextRun { at: model::Timestamp(minute * 60), there, offset_seconds })
}

/// A minute since 1970.
fn at(minute: i64) -> Option<Timestamp> {
    Timestamp::from_second(minute * 60).ok()
}

/// A time table.
#[derive(Clone, Copy, Debug)]
struct Table {
    minutes: Part,
    hours: Part,
    days: Part,
    months: Part,
    weekdays: Part,
}

/// One of its parts, as bits.
#[derive(Clone, Copy, Debug, Default)]
struct Part {
    bits: u64,
    is_any: bool,
}

/// What may stand in a part.
struct Bounds {
    least: u32,
    most: u32,
    names: &'static [&'static str],
}

const MINUTES: Bounds = Bounds { least: 0, most: 59, names: &[] };
const HOURS: Bounds = Bounds { least: 0, most: 23, names: &[] };
const DAYS: Bounds = Bounds { least: 1, most: 31, names: &[] };
const MONTHS: Bounds = Bounds {
    least: 1,
    most: 12,
    names: &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
};
const WEEKDAYS: Bounds =
    Bounds { least: 0, most: 6, names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"] };

impl Table {
    fn read(written: &str) -> Option<Self> {
        let written = match written {
            "@yearly" | "@annually" => "0 0 1 1 *",
            "@monthly" => "0 0 1 * *",
            "@weekly" => "0 0 * * 0",
            "@daily" | "@midnight" => "0 0 * * *",
            "@hourly" => "0 * * * *",
            other => other,
        };
        let parts: Vec<&str> = written.split_whitespace().collect();
        let [minutes, hours, days, months, weekdays] = parts.as_slice() else { return None };
        Some(Self {
            minutes: Part::read(minutes, &MINUTES)?,
            hours: Part::read(hours, &HOURS)?,
            days: Part::read(days, &DAYS)?,
            months: Part::read(months, &MONTHS)?,
            weekdays: Part::read(weekdays, &WEEKDAYS)?,
        })
    }

    /// The first minute after another one at which the clocks of a zone show what the table says. When they are put back it
    /// may come twice; what they do not show when they are put forward does not come.
    fn after(&self, minute: i64, zone: &TimeZone) -> Option<i64> {
        // Each minute of years would be looked at for one that is none of them.
        if self.minutes.bits == 0 || self.hours.bits == 0 {
            return None;
        }
        let mut minute = minute + 1;
        let last_year = zone.to_datetime(at(minute)?).year() + YEARS;
        loop {
            let clock = zone.to_datetime(at(minute)?);
            if clock.year() > last_year {
                return None;
            }
            minute += if !self.has_date(clock.date()) {
                left_of(clock.date(), minute, zone)?
            } else if !self.hours.has(clock.hour()) {
                i64::from(60 - clock.minute())
            } else if self.minutes.has(clock.minute()) {
                return Some(minute);
            } else {
                1
            };
        }
    }

    /// Where both a day of the month and one of the week are said, one of them is enough.
    fn has_date(&self, date: Date) -> bool {
        let day = self.days.has(date.day());
        let weekday = self.weekdays.has(date.weekday().to_sunday_zero_offset());
        let is_any = self.days.is_any || self.weekdays.is_any;
        let is_day = if is_any { day && weekday } else { day || weekday };
        is_day && self.months.has(date.month())
    }
}

/// How many minutes a day still has: at least one, also on one that begins twice.
fn left_of(day: Date, minute: i64, zone: &TimeZone) -> Option<i64> {
    let next = day.tomorrow().ok()?.to_zoned(zone.clone()).ok()?;
    Some((next.timestamp().as_second().div_euclid(60) - minute).max(1))
}

impl Part {
    fn has(self, value: i8) -> bool {
        self.bits & (1 << value) != 0
    }

    fn read(written: &str, bounds: &Bounds) -> Option<Self> {
        let mut ranges = written.split(',').filter(|range| !range.is_empty());
        ranges.try_fold(Self::default(), |all, range| {
            let one = Self::range(range, bounds)?;
            Some(Self { bits: all.bits | one.bits, is_any: all.is_any || one.is_any })
        })
    }

    fn range(written: &str, bounds: &Bounds) -> Option<Self> {
        let (range, step) = match written.split_once('/') {
            Some((range, step)) => (range, Some(step.parse().ok().filter(|step: &usize| *step > 0)?)),
            None => (written, None),
        };
        let (low, high) = range.split_once('-').map_or((range, None), |(low, high)| (low, Some(high)));
        let is_all = matches!(low, "*" | "?");
        let (first, last) = match high {
            _ if is_all => (bounds.least, bounds.most),
            Some(high) => (bounds.number(low)?, bounds.number(high)?),
            None if step.is_some() => (bounds.number(low)?, bounds.most),
            None => (bounds.number(low)?, bounds.number(low)?),
        };
        if first < bounds.least || last > bounds.most || first > last {
            return None;
        }
        let step = step.unwrap_or(1);
        let bits = (first..=last).step_by(step).fold(0u64, |bits, value| bits | (1u64 << value));
        Some(Self { bits, is_any: is_all && step == 1 })
    }
}

impl Bounds {
    fn number(&self, text: &str) -> Option<u32> {
        let named = (self.least..).zip(self.names).find(|(_, name)| name.eq_ignore_ascii_case(text));
        named.map(|(number, _)| number).or_else(|| text.parse().ok())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn there(schedule: &str, zone: &str, now: &str) -> Vec<String> {
        match next_runs(schedule, zone, now.parse().unwrap()) {
            NextRuns::At(runs) => runs.into_iter().map(|run| run.there).collect(),
            other => vec![format!("{other:?}")],
        }
    }

    #[test]
    fn a_table_runs_by_the_clocks_of_its_zone() {
        assert_eq!(
            there("30 4 * * *", "Europe/Zurich", "2026-03-27T10:00:00Z"),
            [
                "2026-03-28 04:30 +01:00",
                "2026-03-29 04:30 +02:00",
                "2026-03-30 04:30 +02:00",
                "2026-03-31 04:30 +02:00",
                "2026-04-01 04:30 +02:00",
            ]
        );
        let now = "2026-03-27T10:00:00Z".parse().unwrap();
        let NextRuns::At(runs) = next_runs("30 4 * * *", "Europe/Zurich", now) else { panic!("it runs") };
        let offsets: Vec<i64> = runs[..2].iter().map(|run| run.offset_seconds).collect();
        assert_eq!(offsets, [3600, 7200]);
        assert_eq!(there("@monthly", "", "2026-11-23T09:00:00Z")[0], "2026-12-01 00:00 +00:00");
        assert_eq!(there("0 9 * * Mon-Fri", "", "2026-03-06T09:00:00Z")[0], "2026-03-09 09:00 +00:00");
        assert_eq!(there("5/20 * * * *", "", "2026-03-06T09:05:00Z")[0], "2026-03-06 09:25 +00:00");
        assert_eq!(there("0 0 29 2 *", "", "2026-03-06T09:00:00Z")[0], "2028-02-29 00:00 +00:00");
        for never in ["0 0 30 2 *", ", * * * *"] {
            assert_eq!(there(never, "", "2026-03-06T09:00:00Z"), Vec::<String>::new(), "{never}");
        }
    }

    #[test]
    fn an_hour_that_comes_twice_runs_twice_and_one_that_does_not_come_not_at_all() {
        let back = there("30 2 * * *", "Europe/Zurich", "2026-10-24T22:00:00Z");
        let forward = there("30 2 * * *", "Europe/Zurich", "2026-03-28T22:00:00Z");

        assert_eq!(back[..2], ["2026-10-25 02:30 +02:00", "2026-10-25 02:30 +01:00"]);
        assert_eq!(forward[0], "2026-03-30 02:30 +02:00");
    }

    #[test]
    fn of_a_day_of_the_month_and_one_of_the_week_one_is_enough_unless_one_is_any() {
        assert_eq!(there("0 0 13 * 5", "", "2026-03-01T00:00:00Z")[0], "2026-03-06 00:00 +00:00");
        assert_eq!(there("0 0 13 * *", "", "2026-03-01T00:00:00Z")[0], "2026-03-13 00:00 +00:00");
        assert_eq!(there("0 0 */2 * 1", "", "2026-03-01T00:00:00Z")[0], "2026-03-02 00:00 +00:00");
    }

    #[test]
    fn what_the_controller_does_not_read_is_no_table() {
        let wrong = [
            "",
            "* * * *",
            "60 * * * *",
            "*/0 * * * *",
            "5-1 * * * *",
            "x * * * *",
            "* * * * 7",
            "0 0 L * *",
        ];
        for written in wrong.into_iter().chain(["TZ=UTC 0 * * * *", "@noon", "-1 * * * *", "1-2-3 * * * *"]) {
            assert_eq!(there(written, "", "2026-03-01T00:00:00Z"), ["NoTable"], "{written}");
        }
        assert_eq!(there("@every 5m", "", "2026-03-01T00:00:00Z"), ["SinceItsStart"]);
        assert_eq!(there("@daily", "Mars/Olympus", "2026-03-01T00:00:00Z"), ["NoZone"]);
    }

    /// So many minutes are looked at one by one.
    const LOOKED_AT: i64 = 3 * 1_440;

    /// A part of a table with values up to `most`.
    fn part(least: u32, most: u32) -> impl Strategy<Value = String> {
        prop_oneof![
            Just("*".to_owned()),
            (least..=most).prop_map(|value| value.to_string()),
            (1..=most).prop_map(|step| format!("*/{step}")),
            (least..=most / 2, most / 2..=most).prop_map(|(first, last)| format!("{first}-{last}")),
        ]
    }

    proptest! {
        #[test]
        fn the_next_run_is_the_first_minute_at_which_clocks_show_what_the_table_says(
            parts in (part(0, 59), part(0, 23), part(1, 31), part(0, 6)),
            // Clocks are changed there within a day of these moments.
            (zone, around) in prop_oneof![
                Just(("Europe/Zurich", "2026-03-29T01:00:00Z")),
                Just(("Europe/Zurich", "2026-10-25T01:00:00Z")),
                Just(("Australia/Lord_Howe", "2026-04-04T15:00:00Z")),
                Just(("Australia/Lord_Howe", "2026-10-03T15:30:00Z")),
                Just(("America/Santiago", "2026-09-06T04:00:00Z")),
                Just(("Asia/Kathmandu", "2026-12-31T18:15:00Z")),
            ],
            minutes in -1_500i64..1_500,
        ) {
            let (minute, hour, day, weekday) = parts;
            let table = Table::read(&format!("{minute} {hour} {day} * {weekday}")).unwrap();
            let zone = TimeZone::get(zone).unwrap();
            let start = around.parse::<Timestamp>().unwrap().as_second() / 60 + minutes;
            let shows = |minute: &i64| {
                let clock = zone.to_datetime(at(*minute).unwrap());
                table.has_date(clock.date()) && table.hours.has(clock.hour()) && table.minutes.has(clock.minute())
            };

            let found = table.after(start, &zone);

            match (start + 1..=start + LOOKED_AT).find(shows) {
                Some(first) => prop_assert_eq!(found, Some(first)),
                None => prop_assert!(found.is_none_or(|found| found > start + LOOKED_AT)),
            }
        }
    }
}
