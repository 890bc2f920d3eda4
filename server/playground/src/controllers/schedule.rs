//! Cron schedules: five fields, lists, ranges, steps, names and the `@daily` family.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// When a cron job runs.
#[derive(Debug, PartialEq)]
pub struct Schedule {
    minutes: u64,
    hours: u64,
    days: u64,
    months: u64,
    weekdays: u64,
    any_day: bool,
    any_weekday: bool,
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// A schedule that never comes true (30 February) is given up after so many minutes: five years.
const HORIZON_MINUTES: i64 = 5 * 366 * 24 * 60;

impl Schedule {
    /// Reads a schedule; none when it makes no sense.
    pub fn parse(written: &str) -> Option<Self> {
        let written = match written.trim() {
            "@yearly" | "@annually" => "0 0 1 1 *",
            "@monthly" => "0 0 1 * *",
            "@weekly" => "0 0 * * 0",
            "@daily" | "@midnight" => "0 0 * * *",
            "@hourly" => "0 * * * *",
            other => other,
        };
        let fields: Vec<&str> = written.split_whitespace().collect();
        let [minutes, hours, days, months, weekdays] = fields[..] else { return None };
        let mut week = field(weekdays, 0, 7, &WEEKDAYS, 0)?;
        if week & (1 << 7) != 0 {
            week |= 1;
        }
        Some(Self {
            minutes: field(minutes, 0, 59, &[], 0)?,
            hours: field(hours, 0, 23, &[], 0)?,
            days: field(days, 1, 31, &[], 0)?,
            months: field(months, 1, 12, &MONTHS, 1)?,
            weekdays: week,
            any_day: days.starts_with(['*', '?']),
            any_weekday: weekdays.starts_with(['*', '?']),
        })
    }

    /// The first time after `moment`, in UTC.
    pub fn next_after(&self, moment: Timestamp) -> Option<Timestamp> {
        let minute = moment.as_second().div_euclid(60) + 1;
        let mut at = minute;
        while at - minute < HORIZON_MINUTES {
            let time = Timestamp::from_second(at * 60).ok()?;
            let civil = time.to_zoned(TimeZone::UTC).datetime();
            if !self.has_date(civil) {
                at += 1440 - (i64::from(civil.hour()) * 60 + i64::from(civil.minute()));
            } else if self.hours & (1 << civil.hour()) == 0 {
                at += 60 - i64::from(civil.minute());
            } else if self.minutes & (1 << civil.minute()) == 0 {
                at += 1;
            } else {
                return Some(time);
            }
        }
        None
    }

    /// The last time at or before `until` and after `since`.
    pub fn last_between(&self, since: Timestamp, until: Timestamp) -> Option<Timestamp> {
        // A job that was away for long needs its last date only; a day back is enough for every schedule but rare ones.
        let day_before = until - SignedDuration::from_hours(24);
        let mut at = self.next_after(since.max(day_before)).filter(|at| *at <= until)?;
        while let Some(next) = self.next_after(at).filter(|next| *next <= until) {
            at = next;
        }
        Some(at)
    }

    fn has_date(&self, civil: DateTime) -> bool {
        let day = self.days & (1 << civil.day()) != 0;
        let weekday = self.weekdays & (1 << civil.weekday().to_sunday_zero_offset()) != 0;
        // As cron always did: with both given, one is enough.
        let date = if self.any_day || self.any_weekday { day && weekday } else { day || weekday };
        date && self.months & (1 << civil.month()) != 0
    }
}

/// One field as a set of bits.
fn field(written: &str, lowest: u32, highest: u32, names: &[&str], first_name: u32) -> Option<u64> {
    let number = |text: &str| -> Option<u32> {
        let lower = text.to_ascii_lowercase();
        let named = names.iter().position(|name| *name == lower).map(|index| index as u32 + first_name);
        named.or_else(|| text.parse().ok()).filter(|number| (lowest..=highest).contains(number))
    };
    let mut bits = 0u64;
    for part in written.split(',') {
        let (range, step) = part.split_once('/').unwrap_or((part, "1"));
        let step: usize = step.parse().ok().filter(|step| *step > 0)?;
        let (from, to) = match range.split_once('-') {
            _ if matches!(range, "*" | "?") => (lowest, highest),
            Some((from, to)) => (number(from)?, number(to)?),
            None if part.contains('/') => (number(range)?, highest),
            None => (number(range)?, number(range)?),
        };
        if from > to {
            return None;
        }
        for value in (from..=to).step_by(step) {
            bits |= 1 << value;
        }
    }
    Some(bits)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn next(schedule: &str, after: &str) -> String {
        Schedule::parse(schedule).unwrap().next_after(after.parse().unwrap()).unwrap().to_string()
    }

    #[test]
    fn schedules_know_their_next_date() {
        assert_eq!(next("*/5 * * * *", "2026-03-01T10:02:30Z"), "2026-03-01T10:05:00Z");
        assert_eq!(next("30 4 * * *", "2026-03-01T10:02:30Z"), "2026-03-02T04:30:00Z");
        assert_eq!(next("0 9 * * mon-fri", "2026-03-06T09:00:00Z"), "2026-03-09T09:00:00Z");
        assert_eq!(next("@monthly", "2026-03-06T09:00:00Z"), "2026-04-01T00:00:00Z");
        assert_eq!(next("0 0 29 2 *", "2026-03-06T09:00:00Z"), "2028-02-29T00:00:00Z");
    }

    #[test]
    fn nonsense_is_no_schedule() {
        for wrong in ["", "* * * *", "60 * * * *", "*/0 * * * *", "5-1 * * * *", "x * * * *"] {
            assert_eq!(Schedule::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_last_date_before_now_is_found() {
        let schedule = Schedule::parse("0 * * * *").unwrap();
        let since = "2026-03-01T08:30:00Z".parse().unwrap();
        let until = "2026-03-01T12:10:00Z".parse().unwrap();

        assert_eq!(schedule.last_between(since, until).unwrap().to_string(), "2026-03-01T12:00:00Z");
        assert_eq!(schedule.last_between(until, until), None);
    }
}
