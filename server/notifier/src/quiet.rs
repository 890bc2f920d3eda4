//! Whether it is one of a receiver's quiet times, by the clock of the place that it names.

use crate::receiver::{Receiver, Said};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use notifications_contract::{QuietTime, QuietTimes};

impl Receiver {
    /// When it is not told, and whether that is so at a moment, in seconds since 1970; none for never.
    pub fn quiet(&self, now: i64) -> Option<QuietTimes> {
        let Said { quiet, quiet_zone, .. } = &self.said;
        let has_times = QuietTime::parse_lines(quiet).is_ok_and(|times| !times.is_empty());
        (has_times && clock(quiet_zone, now).is_some()).then(|| QuietTimes {
            times: quiet.clone(),
            zone: quiet_zone.clone(),
            is_now: is_quiet(&self.said, now),
        })
    }
}

/// Whether a receiver is not told at a moment, in seconds since 1970. What cannot be read is no quiet time: it is better told
/// once too often.
pub fn is_quiet(said: &Said, now: i64) -> bool {
    let times = QuietTime::parse_lines(&said.quiet).unwrap_or_default();
    if times.is_empty() {
        return false;
    }
    let clock = clock(&said.quiet_zone, now);
    clock.is_some_and(|(day, minute)| times.iter().any(|time| time.holds(day, minute)))
}

/// The day of the week, counted from Monday on, and the minute of the day that the clocks of a zone show. When they are put
/// back, an hour is shown twice; when they are put forward, one is not shown at all.
fn clock(zone: &str, now: i64) -> Option<(usize, u16)> {
    let shown = Timestamp::from_second(now).ok()?.to_zoned(TimeZone::get(zone).ok()?);
    let day = usize::try_from(shown.weekday().to_monday_zero_offset()).ok()?;
    let minute = i32::from(shown.hour()) * 60 + i32::from(shown.minute());
    Some((day, u16::try_from(minute).ok()?))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::tests::receiver;

    fn quiet(times: &str, zone: &str, at: &str) -> bool {
        let mut said = receiver("slack", &[]).said;
        (said.quiet, said.quiet_zone) = (times.to_owned(), zone.to_owned());
        is_quiet(&said, at.parse::<Timestamp>().unwrap().as_second())
    }

    #[test]
    fn a_night_is_that_of_the_place_and_not_of_the_console() {
        let berlin = |at: &str| quiet("sat 22:00-02:00", "Europe/Berlin", at);

        // A Saturday in winter, when Berlin is an hour ahead.
        assert!(!berlin("2026-11-28T20:59:59Z") && berlin("2026-11-28T21:00:00Z"));
        assert!(berlin("2026-11-29T00:59:59Z") && !berlin("2026-11-29T01:00:00Z"));
        // And one in summer, when it is two.
        assert!(!berlin("2026-07-04T19:59:59Z") && berlin("2026-07-04T20:00:00Z"));
        assert!(quiet("sat 22:00-02:00", "UTC", "2026-11-28T22:00:00Z"));
        assert!(quiet("sun 00:00-24:00", "Asia/Shanghai", "2026-11-28T16:00:00Z"), "it is Sunday there");
        assert!(quiet("sun 00:00-00:30", "Asia/Kolkata", "2026-11-28T18:30:00Z"), "half an hour apart");
    }

    #[test]
    fn clocks_that_are_put_forward_or_back_are_read_as_they_show() {
        let berlin = |times: &str, at: &str| quiet(times, "Europe/Berlin", at);

        // On 29 March 2026 clocks go from 2 to 3: what lies between does not come, and what goes beyond ends by the clock.
        assert!(berlin("sat 22:00-03:00", "2026-03-29T00:59:59Z"));
        assert!(!berlin("sat 22:00-03:00", "2026-03-29T01:00:00Z"), "it is 3 at once");
        assert!(!berlin("sun 02:00-03:00", "2026-03-29T00:59:59Z"));
        assert!(!berlin("sun 02:00-03:00", "2026-03-29T01:00:00Z"));
        // On 25 October 2026 they go from 3 to 2: that hour is quiet twice.
        assert!(berlin("sun 02:00-03:00", "2026-10-25T00:30:00Z"));
        assert!(berlin("sun 02:00-03:00", "2026-10-25T01:30:00Z"));
        assert!(!berlin("sun 02:00-03:00", "2026-10-25T02:00:00Z"));
    }

    #[test]
    fn every_zone_that_can_be_chosen_has_a_clock_wherever_the_console_runs() {
        for zone in model::time_zones() {
            assert!(clock(zone, 1_800_000_000).is_some(), "{zone}");
        }
        assert_eq!(clock("Mars/Olympus", 0), None);
    }

    #[test]
    fn what_is_shown_of_them_is_what_holds() {
        let shown = |times: &str, zone: &str, at: &str| {
            let mut receiver = receiver("slack", &[]);
            (receiver.said.quiet, receiver.said.quiet_zone) = (times.to_owned(), zone.to_owned());
            receiver.quiet(at.parse::<Timestamp>().unwrap().as_second())
        };
        let night = |is_now| {
            let (times, zone) = ("sat 22:00-02:00".to_owned(), "Europe/Berlin".to_owned());
            Some(QuietTimes { times, zone, is_now })
        };

        let berlin = |at: &str| shown("sat 22:00-02:00", "Europe/Berlin", at);
        assert_eq!(berlin("2026-11-28T20:59:59Z"), night(false));
        assert_eq!(berlin("2026-11-28T21:00:00Z"), night(true));
        for (times, zone) in [("", ""), ("sat", "UTC"), ("sat 22:00-02:00", "Mars/Olympus")] {
            assert_eq!(shown(times, zone, "2026-11-28T22:30:00Z"), None, "{times} {zone}");
        }
    }

    #[test]
    fn what_is_not_said_or_cannot_be_read_is_not_quiet() {
        let saturday = "2026-11-28T22:30:00Z";

        assert!(!quiet("", "UTC", saturday) && !quiet("sat", "UTC", saturday));
        assert!(!quiet("sat 22:00-23:00", "Mars/Olympus", saturday));
    }
}
