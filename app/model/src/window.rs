//! Which stretch of time is looked at.

use crate::Timestamp;
use crate::chart::Frame;
use serde::{Deserialize, Serialize};

/// The stretches that are offered, in seconds.
pub const PRESETS: [u32; 10] = [900, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 2_592_000];
/// The longest stretch that can be asked for, in seconds: half a year. Longer ones are what reports are for.
pub const LONGEST_SECONDS: u32 = 184 * 86_400;
/// The shortest: four samples of a usual scrape interval.
const SHORTEST_SECONDS: u32 = 60;
/// Distances between points, in seconds. Few of them, so that people who look at the same thing ask the same question.
const STEPS: [u32; 14] = [15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

/// A stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Window {
    /// The last so many seconds; moves with the clock.
    Last(u32),
    /// From one moment to another.
    Between(Timestamp, Timestamp),
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
            (from, "") => match stretch(from).ok_or(InvalidWindow::Unreadable)? {
                seconds if seconds < SHORTEST_SECONDS => Err(InvalidWindow::TooShort),
                seconds if seconds > LONGEST_SECONDS => Err(InvalidWindow::TooLong),
                seconds => Ok(Self::Last(seconds)),
            },
            (from, to) => {
                let (Some(from), Some(to)) = (moment(from), moment(to)) else {
                    return Err(InvalidWindow::Unreadable);
                };
                match to.0.checked_sub(from.0) {
                    None => Err(InvalidWindow::TooLong),
                    Some(seconds) if seconds <= 0 => Err(InvalidWindow::Backwards),
                    Some(seconds) if seconds < i64::from(SHORTEST_SECONDS) => Err(InvalidWindow::TooShort),
                    Some(seconds) if seconds > i64::from(LONGEST_SECONDS) => Err(InvalidWindow::TooLong),
                    Some(_) => Ok(Self::Between(from, to)),
                }
            }
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

    /// The points of time of a chart of this window at a moment: at most `points`, and a few. They stand on multiples of
    /// their distance, so that the same question is asked by everybody who looks within it.
    pub fn frame(self, now: Timestamp, points: u32) -> Frame {
        let (from, to) = match self {
            Self::Last(seconds) => (now.0 - i64::from(seconds), now.0),
            Self::Between(from, to) => (from.0, to.0),
        };
        let wanted = u32::try_from((to - from) / i64::from(points.max(1))).unwrap_or(u32::MAX);
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
