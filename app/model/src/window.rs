//! Which stretch of time is looked at.

use crate::Timestamp;
use crate::chart::Frame;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::RangeInclusive;

/// The stretches that are offered, in seconds.
pub const PRESETS: [u32; 11] =
    [300, 900, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 2_592_000];
/// The longest stretch that can be asked for, in seconds: half a year. Longer ones are what reports are for.
pub const LONGEST_SECONDS: u32 = 184 * 86_400;
/// The shortest: four samples of a usual scrape interval.
const SHORTEST_SECONDS: u32 = 60;
/// Distances between points, in seconds. Few of them, so that people who look at the same thing ask the same question, and below
/// a usual scrape interval only where somebody looks at minutes.
const STEPS: [u32; 16] =
    [1, 3, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

/// The moments of the years 0 to 9999: whoever counts milliseconds or days of them stays far from the end of numbers.
const MOMENTS: RangeInclusive<i64> = -62_167_219_200..=253_402_300_799;

/// A stretch of time. One that arrives from somewhere is one that [`Window::parse`] would have read: it decides how much is
/// asked for, and how much room answers take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Sent")]
pub enum Window {
    /// The last so many seconds; moves with the clock.
    Last(u32),
    /// From one moment to another.
    Between(Timestamp, Timestamp),
}

/// A stretch of time as whoever sends it says it.
#[derive(Deserialize)]
enum Sent {
    Last(u32),
    Between(Timestamp, Timestamp),
}

impl TryFrom<Sent> for Window {
    type Error = InvalidWindow;

    fn try_from(sent: Sent) -> Result<Self, InvalidWindow> {
        match sent {
            Sent::Last(seconds) => Self::last(seconds),
            Sent::Between(from, to) => Self::between(from, to),
        }
    }
}

/// A stretch of time that cannot be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidWindow {
    /// It is no moment and no stretch.
    Unreadable,
    /// It ends before it begins.
    Backwards,
    /// It is longer than [`LONGEST_SECONDS`].
    TooLong,
    /// It is shorter than a minute.
    TooShort,
}

impl InvalidWindow {
    /// By which word texts know it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Backwards => "backwards",
            Self::TooLong => "too-long",
            Self::TooShort => "too-short",
        }
    }
}

impl fmt::Display for InvalidWindow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "a stretch of time that cannot be looked at: {}", self.word())
    }
}

impl Default for Window {
    fn default() -> Self {
        Self::Last(3600)
    }
}

impl Window {
    /// Reads what an address or a form says: `from` is a stretch such as `1h` when `to` is empty, otherwise both are
    /// moments: seconds since 1970, or `2026-11-26T13:00` in UTC. Both empty is the last hour.
    pub fn parse(from: &str, to: &str) -> Result<Self, InvalidWindow> {
        match (from.trim(), to.trim()) {
            ("", "") => Ok(Self::default()),
            (from, "") => Self::last(stretch(from).ok_or(InvalidWindow::Unreadable)?),
            (from, to) => match (moment(from), moment(to)) {
                (Some(from), Some(to)) => Self::between(from, to),
                _ => Err(InvalidWindow::Unreadable),
            },
        }
    }

    fn last(seconds: u32) -> Result<Self, InvalidWindow> {
        match seconds {
            seconds if seconds < SHORTEST_SECONDS => Err(InvalidWindow::TooShort),
            seconds if seconds > LONGEST_SECONDS => Err(InvalidWindow::TooLong),
            seconds => Ok(Self::Last(seconds)),
        }
    }

    fn between(from: Timestamp, to: Timestamp) -> Result<Self, InvalidWindow> {
        if !(MOMENTS.contains(&from.0) && MOMENTS.contains(&to.0)) {
            return Err(InvalidWindow::Unreadable);
        }
        match to.0 - from.0 {
            seconds if seconds <= 0 => Err(InvalidWindow::Backwards),
            seconds if seconds < i64::from(SHORTEST_SECONDS) => Err(InvalidWindow::TooShort),
            seconds if seconds > i64::from(LONGEST_SECONDS) => Err(InvalidWindow::TooLong),
            _ => Ok(Self::Between(from, to)),
        }
    }

    /// What an address says, as values of `from` and `to`; [`Window::parse`] reads it back.
    pub fn to_texts(self) -> (String, String) {
        match self {
            Self::Last(seconds) => (stretch_text(seconds), String::new()),
            Self::Between(from, to) => (from.0.to_string(), to.0.to_string()),
        }
    }

    /// How long it is, in seconds.
    pub fn seconds(self) -> u32 {
        match self {
            Self::Last(seconds) => seconds,
            Self::Between(from, to) => u32::try_from(to.0.saturating_sub(from.0)).unwrap_or(LONGEST_SECONDS),
        }
    }

    /// Its last moment, seen from this one.
    pub fn end(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Last(_) => now,
            Self::Between(_, to) => to,
        }
    }

    /// The points of time of a chart of this window at a moment: at most `points`, and a few. They stand on multiples of
    /// their distance, so that the same question is asked by everybody who looks within it.
    pub fn frame(self, now: Timestamp, points: u32) -> Frame {
        let (from, to) = match self {
            Self::Last(seconds) => (now.0 - i64::from(seconds), now.0),
            Self::Between(from, to) => (from.0, to.0),
        };
        let points = i64::from(points.max(1));
        let wanted = u32::try_from((to - from + points - 1) / points).unwrap_or(u32::MAX);
        let step = STEPS.into_iter().find(|step| *step >= wanted).unwrap_or(86_400);
        let aligned = |moment: i64| moment.div_euclid(i64::from(step)) * i64::from(step);
        Frame { start: aligned(from), end: aligned(to), step }
    }
}

/// `90s`, `30m`, `6h` or `7d`, whichever is whole.
fn stretch_text(seconds: u32) -> String {
    match seconds {
        _ if seconds.is_multiple_of(86_400) => format!("{}d", seconds / 86_400),
        _ if seconds.is_multiple_of(3600) => format!("{}h", seconds / 3600),
        _ if seconds.is_multiple_of(60) => format!("{}m", seconds / 60),
        _ => format!("{seconds}s"),
    }
}

fn stretch(text: &str) -> Option<u32> {
    let unit = match text.chars().last()? {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        _ => return None,
    };
    text[..text.len() - 1].parse::<u32>().ok()?.checked_mul(unit)
}

fn moment(text: &str) -> Option<Timestamp> {
    if let Ok(seconds) = text.parse::<i64>() {
        return (0..=253_402_300_799).contains(&seconds).then_some(Timestamp(seconds));
    }
    Timestamp::parse_minutes(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_address_says_which_stretch() {
        assert_eq!(Window::parse("", ""), Ok(Window::Last(3600)));
        assert_eq!(Window::parse("15m", ""), Ok(Window::Last(900)));
        assert_eq!(Window::parse("2026-11-26T13:00", "2026-11-26T14:00").map(Window::seconds), Ok(3600));
        assert_eq!(Window::parse("1000", "1060"), Ok(Window::Between(Timestamp(1000), Timestamp(1060))));
    }

    #[test]
    fn a_stretch_that_makes_no_sense_is_told_apart() {
        assert_eq!(Window::parse("soon", ""), Err(InvalidWindow::Unreadable));
        assert_eq!(Window::parse("1h", "now"), Err(InvalidWindow::Unreadable));
        assert_eq!(Window::parse("2000", "1000"), Err(InvalidWindow::Backwards));
        assert_eq!(Window::parse("400d", ""), Err(InvalidWindow::TooLong));
        assert_eq!(Window::parse("10s", ""), Err(InvalidWindow::TooShort));
        assert_eq!(Window::parse("99999999999d", ""), Err(InvalidWindow::Unreadable));
    }

    #[test]
    fn what_is_sent_is_no_other_stretch_than_what_can_be_typed() {
        let sent = |json: &str| serde_json::from_str::<Window>(json).ok();

        assert_eq!(sent(r#"{"Last":900}"#), Some(Window::Last(900)));
        let hour = Window::Between(Timestamp(0), Timestamp(3600));
        assert_eq!(sent(r#"{"Between":[0,3600]}"#), Some(hour));
        for window in [hour, Window::Last(60)] {
            assert_eq!(sent(&serde_json::to_string(&window).unwrap_or_default()), Some(window));
        }
        // Each would be a chart of more points than there is memory.
        for json in [
            r#"{"Between":[0,4000000000000000]}"#,
            r#"{"Between":[-9223372036854775808,9223372036854775807]}"#,
            r#"{"Between":[9223372036854775000,9223372036854775807]}"#,
            r#"{"Between":[0,15897601]}"#,
            r#"{"Between":[3600,0]}"#,
            r#"{"Last":4294967295}"#,
            r#"{"Last":0}"#,
        ] {
            assert_eq!(sent(json), None, "{json}");
        }
    }

    #[test]
    fn points_are_seconds_apart_only_where_somebody_looks_that_closely() {
        let step = |seconds| Window::Last(seconds).frame(Timestamp(1_795_409_280), 180).step;

        assert_eq!([60, 180, 181, 540, 541, 900, 3600].map(step), [1, 1, 3, 3, 15, 15, 30]);
    }

    proptest! {
        #[test]
        fn every_window_survives_its_address(seconds in 60_u32..=LONGEST_SECONDS, from in 0_i64..4_000_000_000) {
            for window in [Window::Last(seconds), Window::Between(Timestamp(from), Timestamp(from + i64::from(seconds)))] {
                let (from, to) = window.to_texts();
                prop_assert_eq!(Window::parse(&from, &to), Ok(window));
            }
        }

        #[test]
        fn a_frame_has_few_points_on_multiples_of_its_step(
            seconds in 60_u32..=LONGEST_SECONDS, now in 1_000_000_000_i64..2_000_000_000, points in 50_u32..600,
        ) {
            let frame = Window::Last(seconds).frame(Timestamp(now), points);

            prop_assert_eq!(frame.start.rem_euclid(i64::from(frame.step)), 0);
            prop_assert_eq!(frame.end.rem_euclid(i64::from(frame.step)), 0);
            prop_assert!(frame.points() <= points as usize + 3 || frame.step == 86_400);
            prop_assert_eq!(frame.point(frame.at(frame.points() - 1).0), Some(frame.points() - 1));
            let shifted = frame.earlier(86_400);
            prop_assert_eq!(shifted.points(), frame.points());
        }

        #[test]
        fn viewers_within_a_step_ask_the_same(seconds in 60_u32..=604_800, now in 1_000_000_000_i64..2_000_000_000) {
            let first = Window::Last(seconds).frame(Timestamp(now), 180);
            let begin = now.div_euclid(i64::from(first.step)) * i64::from(first.step);
            let at_begin = Window::Last(seconds).frame(Timestamp(begin), 180);
            prop_assert_eq!(first.end, at_begin.end);
        }
    }
}
