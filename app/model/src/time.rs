//! Moments, as the wire carries them.

use serde::{Deserialize, Serialize};

/// A moment: seconds since 1970 in UTC. Pages render it absolutely on the server and relatively in the browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Seconds from this moment to `now`, never negative: clocks apart must not give negative ages.
    pub fn age_seconds(self, now: Self) -> i64 {
        (now.0 - self.0).max(0)
    }

    /// `2026-11-23T04:20:00Z`, without any date library in the browser.
    pub fn to_rfc3339(self) -> String {
        let (days, seconds) = (self.0.div_euclid(86_400), self.0.rem_euclid(86_400));
        let (year, month, day) = civil_from_days(days);
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }

    /// Reads a moment as other systems write it, to the second: `2026-11-23T04:20:00.5+02:00`.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let (clock, rest) = text.split_at_checked(19)?;
        let zone = rest
            .strip_prefix('.')
            .map_or(rest, |rest| rest.trim_start_matches(|character: char| character.is_ascii_digit()));
        let ahead = match (zone.split_at_checked(1)?, zone.split_once(':')) {
            (("Z" | "z", ""), _) => 0,
            ((sign @ ("+" | "-"), _), Some((hours, minutes))) => {
                let number = |text: &str| {
                    let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
                    is_number.then(|| text.parse::<i64>().ok()).flatten()
                };
                let seconds = number(&hours[1..])? * 3600 + number(minutes)? * 60;
                if sign == "-" { -seconds } else { seconds }
            }
            _ => return None,
        };
        Some(Self(Self::parse_minutes(clock)?.0 - ahead))
    }

    /// What a form's field for a moment shows: `2026-11-23T04:20`, in UTC.
    pub fn to_minutes(self) -> String {
        self.to_rfc3339().chars().take(16).collect()
    }

    /// Reads what a form's field for a moment says: `2026-11-23T04:20`, in UTC; seconds and `Z` may follow.
    pub fn parse_minutes(text: &str) -> Option<Self> {
        let text = text.strip_suffix('Z').unwrap_or(text);
        let (date, time) = text.split_once('T')?;
        let numbers = |text: &str, sign: char| -> Option<Vec<i64>> {
            let is_number = |part: &str| {
                !part.is_empty() && part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit())
            };
            text.split(sign).map(|part| is_number(part).then(|| part.parse().ok()).flatten()).collect()
        };
        let (&[year, month, day], time) = (numbers(date, '-')?.as_slice(), numbers(time, ':')?) else {
            return None;
        };
        let (&[hour, minute] | &[hour, minute, _]) = time.as_slice() else { return None };
        let second = time.get(2).copied().unwrap_or(0);
        let days = days_from_civil(year, month, day);
        // A day that there is not becomes another one.
        if civil_from_days(days) != (year, month, day) || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        Some(Self(days * 86_400 + hour * 3600 + minute * 60 + second))
    }
}

/// The day count since 1970-01-01 of a proleptic Gregorian date; the other way of [`civil_from_days`].
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Proleptic Gregorian date of a day count since 1970-01-01, after Howard Hinnant's "chrono-Compatible Low-Level Date
/// Algorithms".
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_rfc_3339() {
        assert_eq!(Timestamp(0).to_rfc3339(), "1970-01-01T00:00:00Z");
        assert_eq!(Timestamp(951_782_399).to_rfc3339(), "2000-02-28T23:59:59Z");
        assert_eq!(Timestamp(951_782_400).to_rfc3339(), "2000-02-29T00:00:00Z");
        assert_eq!(Timestamp(1_795_407_600).to_rfc3339(), "2026-11-23T04:20:00Z");
        assert_eq!(Timestamp(-1).to_rfc3339(), "1969-12-31T23:59:59Z");
    }

    #[test]
    fn a_field_for_a_moment_is_read_back() {
        for seconds in [0, 951_782_400, 1_795_407_600, 4_102_444_740] {
            let text = Timestamp(seconds).to_rfc3339();
            assert_eq!(Timestamp::parse_minutes(&text), Some(Timestamp(seconds)));
            assert_eq!(Timestamp::parse_minutes(&text[..16]), Some(Timestamp(seconds - seconds % 60)));
        }
        for wrong in
            ["", "2026-02-30T00:00", "2026-11-26", "2026-11-26T24:00", "a-b-cT0:0", "2026-11-26T1:2:3:4"]
        {
            assert_eq!(Timestamp::parse_minutes(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_moment_of_another_zone_is_the_same_moment() {
        let noon = Timestamp::parse_minutes("2026-11-23T12:00");
        for text in [
            "2026-11-23T12:00:00Z",
            "2026-11-23T12:00:00.123456789Z",
            "2026-11-23T14:00:00.60602144+02:00",
            "2026-11-23T17:30:00+05:30",
            "2026-11-22T23:00:00-13:00",
        ] {
            assert_eq!(Timestamp::parse_rfc3339(text), noon, "{text}");
        }
        for wrong in [
            "",
            "2026-11-23",
            "2026-11-23T12:00:00",
            "2026-11-23T12:00:00+2",
            "2026-11-23T12:00:00+2:00",
            "2026-11-23T12:00:00.5",
            "2026-11-23T12:00:00Zé",
            "2026-11-23T12:00:0é",
        ] {
            assert_eq!(Timestamp::parse_rfc3339(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn ages_are_never_negative() {
        assert_eq!(Timestamp(100).age_seconds(Timestamp(40)), 0);
    }
}
