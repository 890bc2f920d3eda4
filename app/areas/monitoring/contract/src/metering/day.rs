//! Days in UTC, and the stretches of them that are metered.

use model::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::RangeInclusive;

/// Seconds of a day.
pub const DAY_SECONDS: i64 = 86_400;
/// The longest period, in days: a quarter. Each day costs what measures the cluster a dozen questions, once.
pub const LONGEST_PERIOD: i64 = 92;

/// A day in UTC, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(pub i64);

impl Day {
    /// The day that a moment lies in.
    pub fn of(moment: Timestamp) -> Self {
        Self(moment.0.div_euclid(DAY_SECONDS))
    }

    /// When it begins.
    pub fn start(self) -> Timestamp {
        Timestamp(self.0 * DAY_SECONDS)
    }

    /// Reads `2026-11-27`.
    pub fn parse(text: &str) -> Option<Self> {
        let is_whole = text.len() == 10 && text.is_ascii();
        let moment = is_whole.then(|| Timestamp::parse_minutes(&format!("{text}T00:00")))??;
        Some(Self::of(moment))
    }

    /// The day so many days later.
    #[must_use]
    pub fn plus(self, days: i64) -> Self {
        Self(self.0 + days)
    }

    /// The first and the last day of its month.
    pub fn month(self) -> (Self, Self) {
        let first = self.first_of_month();
        // 31 days after its first day is always the month after it, in its first days.
        (first, first.plus(31).first_of_month().plus(-1))
    }

    /// The first day of its month.
    fn first_of_month(self) -> Self {
        let day_of_month = self.to_string().rsplit('-').next().and_then(|day| day.parse().ok()).unwrap_or(1);
        self.plus(1 - day_of_month)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.start().to_rfc3339();
        formatter.write_str(text.split('T').next().unwrap_or_default())
    }
}

/// The days of the years 0 to 9999.
const DAYS: RangeInclusive<i64> = -719_528..=2_932_896;

/// Which days are metered. What arrives from somewhere are days that [`Period::parse`] would have read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Sent")]
pub enum Period {
    /// Today and the six days before: what a first look waits for grows with the days.
    #[default]
    Week,
    /// Today and the 29 days before.
    Thirty,
    /// From the first of this month until now.
    ThisMonth,
    /// The whole month before this one.
    LastMonth,
    /// From one day to another, both included.
    Days(Day, Day),
}

/// Days as whoever sends them says them.
#[derive(Deserialize)]
enum Sent {
    Week,
    Thirty,
    ThisMonth,
    LastMonth,
    Days(Day, Day),
}

impl TryFrom<Sent> for Period {
    type Error = InvalidPeriod;

    fn try_from(sent: Sent) -> Result<Self, InvalidPeriod> {
        match sent {
            Sent::Week => Ok(Self::Week),
            Sent::Thirty => Ok(Self::Thirty),
            Sent::ThisMonth => Ok(Self::ThisMonth),
            Sent::LastMonth => Ok(Self::LastMonth),
            Sent::Days(first, last) => Self::between(first, last),
        }
    }
}

/// Days that cannot be metered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidPeriod {
    /// One of them is no day.
    Unreadable,
    /// The last one is before the first one.
    Backwards,
    /// There are more than [`LONGEST_PERIOD`].
    TooLong,
}

impl fmt::Display for InvalidPeriod {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "days that cannot be metered: {self:?}")
    }
}

impl Period {
    /// Those that have a name, in order.
    pub const NAMED: [Self; 4] = [Self::Week, Self::Thirty, Self::ThisMonth, Self::LastMonth];

    /// Its word in addresses and texts; empty where it is told by its days.
    pub fn word(self) -> &'static str {
        match self {
            Self::ThisMonth => "this-month",
            Self::LastMonth => "last-month",
            Self::Week => "week",
            Self::Thirty => "thirty",
            Self::Days(..) => "",
        }
    }

    /// Reads what an address or a form says: a word, or two days where both are given.
    pub fn parse(word: &str, from: &str, to: &str) -> Result<Self, InvalidPeriod> {
        let (from, to) = (from.trim(), to.trim());
        if from.is_empty() && to.is_empty() {
            let named = Self::NAMED.into_iter().find(|period| period.word() == word);
            return match (named, word) {
                (Some(period), _) => Ok(period),
                (None, "") => Ok(Self::default()),
                (None, _) => Err(InvalidPeriod::Unreadable),
            };
        }
        match (Day::parse(from), Day::parse(to)) {
            (Some(first), Some(last)) => Self::between(first, last),
            _ => Err(InvalidPeriod::Unreadable),
        }
    }

    fn between(first: Day, last: Day) -> Result<Self, InvalidPeriod> {
        match (first, last) {
            (first, last) if !(DAYS.contains(&first.0) && DAYS.contains(&last.0)) => {
                Err(InvalidPeriod::Unreadable)
            }
            (first, last) if last < first => Err(InvalidPeriod::Backwards),
            (first, last) if last.0 - first.0 >= LONGEST_PERIOD => Err(InvalidPeriod::TooLong),
            (first, last) => Ok(Self::Days(first, last)),
        }
    }

    /// The first and the last day, as of now. Whoever sends days of their own gets no more than [`LONGEST_PERIOD`] of them.
    pub fn days(self, now: Timestamp) -> (Day, Day) {
        let today = Day::of(now);
        match self {
            Self::ThisMonth => (today.first_of_month(), today),
            Self::LastMonth => {
                let last = today.first_of_month().plus(-1);
                (last.first_of_month(), last)
            }
            Self::Week => (today.plus(-6), today),
            Self::Thirty => (today.plus(-29), today),
            Self::Days(first, last) => (first, last.min(first.plus(LONGEST_PERIOD - 1))),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_minutes(text).unwrap()
    }

    fn days(period: Period, now: &str) -> (String, String) {
        let (first, last) = period.days(at(now));
        (first.to_string(), last.to_string())
    }

    #[test]
    fn months_begin_on_the_first_and_know_leap_years() {
        let pair = |first: &str, last: &str| (first.to_owned(), last.to_owned());

        assert_eq!(days(Period::ThisMonth, "2026-11-27T08:30"), pair("2026-11-01", "2026-11-27"));
        assert_eq!(days(Period::LastMonth, "2026-11-01T00:00"), pair("2026-10-01", "2026-10-31"));
        assert_eq!(days(Period::LastMonth, "2028-03-31T23:59"), pair("2028-02-01", "2028-02-29"));
        assert_eq!(days(Period::LastMonth, "2027-01-15T12:00"), pair("2026-12-01", "2026-12-31"));
        assert_eq!(days(Period::Week, "2026-11-27T08:30"), pair("2026-11-21", "2026-11-27"));
        assert_eq!(days(Period::Thirty, "2026-11-27T08:30"), pair("2026-10-29", "2026-11-27"));
    }

    #[test]
    fn a_month_ends_where_the_next_one_begins() {
        let month = |day: &str| {
            let (first, last) = Day::parse(day).unwrap().month();
            (first.to_string(), last.to_string())
        };
        let pair = |first: &str, last: &str| (first.to_owned(), last.to_owned());

        assert_eq!(month("2026-11-30"), pair("2026-11-01", "2026-11-30"));
        assert_eq!(month("2026-12-01"), pair("2026-12-01", "2026-12-31"));
        assert_eq!(month("2026-02-28"), pair("2026-02-01", "2026-02-28"));
        assert_eq!(month("2028-02-01"), pair("2028-02-01", "2028-02-29"));
        assert_eq!(month("2100-02-14"), pair("2100-02-01", "2100-02-28"));
    }

    #[test]
    fn what_is_no_period_is_told() {
        let parse = Period::parse;

        assert_eq!(parse("", "", ""), Ok(Period::Week));
        assert_eq!(parse("last-month", "", " "), Ok(Period::LastMonth));
        assert_eq!(parse("yesterday", "", ""), Err(InvalidPeriod::Unreadable));
        assert_eq!(parse("week", "2026-11-01", "2026-11-02"), Ok(Period::Days(Day(20_758), Day(20_759))));
        assert_eq!(parse("", "2026-11-01", ""), Err(InvalidPeriod::Unreadable));
        assert_eq!(parse("", "2026-02-30", "2026-03-01"), Err(InvalidPeriod::Unreadable));
        assert_eq!(parse("", "2026-11-02", "2026-11-01"), Err(InvalidPeriod::Backwards));
        assert_eq!(parse("", "2026-01-01", "2026-04-02"), Ok(Period::Days(Day(20_454), Day(20_545))));
        assert_eq!(parse("", "2026-01-01", "2026-04-03"), Err(InvalidPeriod::TooLong));
    }

    #[test]
    fn what_is_sent_are_no_other_days_than_what_can_be_typed() {
        let sent = |json: &str| serde_json::from_str::<Period>(json).ok();

        for period in Period::NAMED.into_iter().chain([Period::Days(Day(20_758), Day(20_759))]) {
            assert_eq!(sent(&serde_json::to_string(&period).unwrap()), Some(period));
        }
        for json in [
            r#"{"Days":[0,92]}"#,
            r#"{"Days":[1,0]}"#,
            r#"{"Days":[9223372036854775807,9223372036854775807]}"#,
            r#"{"Days":[-9223372036854775808,9223372036854775807]}"#,
        ] {
            assert_eq!(sent(json), None, "{json}");
        }
    }

    #[test]
    fn nobody_gets_more_days_than_there_are_for_one() {
        let (first, last) = Period::Days(Day(0), Day(1_000_000)).days(at("2026-11-27T08:30"));

        assert_eq!(last.0 - first.0 + 1, LONGEST_PERIOD);
    }

    proptest! {
        #[test]
        fn a_day_is_read_back(number in -100_000_i64..2_000_000) {
            let day = Day(number);
            prop_assert_eq!(Day::parse(&day.to_string()), Some(day));
            prop_assert_eq!(Day::of(Timestamp(day.start().0 + DAY_SECONDS - 1)), day);
        }

        #[test]
        fn every_day_is_in_its_month_and_months_follow_each_other(number in -100_000_i64..2_000_000) {
            let (first, last) = Day(number).month();
            prop_assert!(first <= Day(number) && Day(number) <= last);
            prop_assert!((28..=31).contains(&(last.0 - first.0 + 1)));
            prop_assert_eq!(last.month(), (first, last));
            prop_assert_eq!(last.plus(1).month().0, last.plus(1));
        }
    }
}
