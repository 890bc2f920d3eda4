//! Times at which a receiver is not told, by the clock of a place: days of the week, from when until when.

use model::Fault;
use model::fault::ReceiverFault;
use serde::{Deserialize, Serialize};

/// The most quiet times of one receiver.
pub const MOST_QUIET_TIMES: usize = 20;

/// The longest line that says one, in bytes: all days by their names, and two times.
const LONGEST_LINE: usize = 64;

/// The days of a week, as they are typed.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The minutes of a day.
const DAY_MINUTES: u16 = 24 * 60;

/// When a receiver is not told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuietTimes {
    /// The times, as [`QuietTime::parse_lines`] reads them.
    pub times: String,
    /// By the clock of which time zone.
    pub zone: String,
    /// Whether it is one of them now.
    pub is_now: bool,
}

/// A stretch of time on some days of each week. One that ends no later than it begins ends on the day after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuietTime {
    /// On which days it begins, from Monday on.
    days: [bool; 7],
    /// In minutes of the day.
    from: u16,
    /// In minutes of the day; as many as a day has for its end.
    until: u16,
}

impl QuietTime {
    /// Quiet times as they are typed, one in a line, such as `sat 22:00-02:00` or `mon-fri,sun 00:00-08:00`.
    pub fn parse_lines(text: &str) -> Result<Vec<Self>, Fault> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let read = |line: &str| Self::parse(line).ok_or_else(|| ReceiverFault::NoQuietTime(line.to_owned()));
        let all: Vec<Self> = lines.map(read).collect::<Result<_, _>>()?;
        if all.len() > MOST_QUIET_TIMES {
            return Err(ReceiverFault::ManyQuietTimes { most: MOST_QUIET_TIMES, many: all.len() }.into());
        }
        Ok(all)
    }

    fn parse(line: &str) -> Option<Self> {
        if line.len() > LONGEST_LINE {
            return None;
        }
        let line = line.to_lowercase();
        let (days, times) = line.split_once(char::is_whitespace)?;
        let (from, until) = times.trim().split_once('-')?;
        let (from, until) = (minute(from.trim())?, minute(until.trim())?);
        let is_stretch = from != until && from < DAY_MINUTES;
        is_stretch.then_some(Self { days: week(days)?, from, until })
    }

    /// Whether it begins on every day.
    pub fn is_daily(&self) -> bool {
        self.days == [true; 7]
    }

    /// The days on which it begins, as they are typed: from one to another, from Monday on.
    pub fn days(&self) -> Vec<(&'static str, &'static str)> {
        let mut stretches: Vec<(&str, &str)> = Vec::new();
        let mut goes_on = false;
        for (day, begins) in DAYS.into_iter().zip(self.days) {
            match stretches.last_mut() {
                Some((_, last)) if begins && goes_on => *last = day,
                _ if begins => stretches.push((day, day)),
                _ => {}
            }
            goes_on = begins;
        }
        stretches
    }

    /// From when until when, as that is typed.
    pub fn hours(&self) -> (String, String) {
        let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        (clock(self.from), clock(self.until))
    }

    /// Whether it is one of these times at a minute of a day, which is counted from Monday on.
    pub fn holds(&self, day: usize, minute: u16) -> bool {
        let begins_on = |day: usize| self.days.get(day % 7).copied().unwrap_or(false);
        let has_begun = begins_on(day) && minute >= self.from;
        if self.from < self.until {
            return has_begun && minute < self.until;
        }
        has_begun || begins_on(day + 6) && minute < self.until
    }
}

/// Days between commas, and from one to another one.
fn week(text: &str) -> Option<[bool; 7]> {
    let day = |text: &str| DAYS.iter().position(|day| *day == text);
    let mut days = [false; 7];
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (day(first)?, day(last)?);
        // It may go beyond Sunday.
        let many = (last + 7 - first) % 7;
        for at in first..=first + many {
            *days.get_mut(at % 7)? = true;
        }
    }
    Some(days)
}

/// A time of day in minutes, of two numbers with two digits each.
fn minute(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |text: &str| {
        let is_number = text.len() == 2 && text.bytes().all(|letter| letter.is_ascii_digit());
        is_number.then(|| text.parse::<u16>().ok()).flatten()
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let at = hours * 60 + minutes;
    (minutes < 60 && at <= DAY_MINUTES).then_some(at)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn one(text: &str) -> QuietTime {
        QuietTime::parse_lines(text).unwrap().remove(0)
    }

    fn at(hours: u16, minutes: u16) -> u16 {
        hours * 60 + minutes
    }

    #[test]
    fn a_stretch_begins_with_its_first_minute_and_has_ended_with_its_last() {
        let lunch = one("mon-fri 12:00-13:30");

        assert!(lunch.holds(0, at(12, 0)) && lunch.holds(4, at(13, 29)));
        assert!(!lunch.holds(0, at(11, 59)) && !lunch.holds(0, at(13, 30)) && !lunch.holds(5, at(12, 30)));
    }

    #[test]
    fn what_goes_beyond_midnight_belongs_to_the_day_on_which_it_begins() {
        let night = one("Sat 22:00-02:00");

        assert!(night.holds(5, at(22, 0)) && night.holds(5, at(23, 59)));
        assert!(night.holds(6, 0) && night.holds(6, at(1, 59)) && !night.holds(6, at(2, 0)));
        assert!(!night.holds(5, at(1, 0)) && !night.holds(6, at(23, 0)));
        let sunday = one("sun 22:00-02:00");
        assert!(sunday.holds(0, at(1, 0)), "the week begins again");
        for midnight in ["mon 22:00-24:00", "mon 22:00-00:00"] {
            assert!(one(midnight).holds(0, at(23, 59)) && !one(midnight).holds(1, 0), "{midnight}");
        }
    }

    #[test]
    fn days_are_named_one_by_one_and_from_one_to_another() {
        let days = |text: &str| {
            let time = one(&format!("{text} 00:00-24:00"));
            (0..7).filter(|day| time.holds(*day, 0) && time.holds(*day, at(23, 59))).collect::<Vec<_>>()
        };

        assert_eq!(days("mon,wed"), [0, 2]);
        assert_eq!(days("fri-mon"), [0, 4, 5, 6]);
        assert_eq!(days("mon-sun"), [0, 1, 2, 3, 4, 5, 6]);
        assert_eq!(days("sat-sun,wed"), [2, 5, 6]);
    }

    #[test]
    fn it_is_told_as_stretches_of_days_and_hours() {
        let told = |text: &str| {
            let time = one(text);
            (time.days(), time.hours(), time.is_daily())
        };
        let hours = |from: &str, until: &str| (from.to_owned(), until.to_owned());

        let workdays = vec![("mon", "fri"), ("sun", "sun")];
        assert_eq!(told("mon-fri,sun 00:00-24:00"), (workdays, hours("00:00", "24:00"), false));
        let around_sunday = vec![("mon", "mon"), ("fri", "sun")];
        assert_eq!(told("fri-mon 22:05-07:30"), (around_sunday, hours("22:05", "07:30"), false));
        assert_eq!(told("sat-fri 22:00-07:00"), (vec![("mon", "sun")], hours("22:00", "07:00"), true));
    }

    #[test]
    fn what_is_no_time_is_named_and_there_are_not_too_many() {
        for text in [
            "sat",
            "sat 22:00",
            "sat 22:00-22:00",
            "sat 24:00-02:00",
            "sat 00:00-00:00",
            "sat 22:00-25:00",
            "sat 22:60-23:00",
            "sat 2:00-3:00",
            "sat +1:00-03:00",
            "someday 22:00-23:00",
            "sat, 22:00-23:00",
            &format!("{}sat 22:00-23:00", "sat,".repeat(13)),
        ] {
            let fault = QuietTime::parse_lines(&format!("mon 01:00-02:00\n {text} ")).unwrap_err();
            assert_eq!(fault, Fault::from(ReceiverFault::NoQuietTime(text.to_owned())));
        }
        let many = "mon 01:00-02:00\n".repeat(MOST_QUIET_TIMES + 1);
        let fault = QuietTime::parse_lines(&many).unwrap_err();
        assert_eq!(fault, Fault::from(ReceiverFault::ManyQuietTimes { most: 20, many: 21 }));
        assert_eq!(QuietTime::parse_lines(" \n"), Ok(Vec::new()));
    }
}
