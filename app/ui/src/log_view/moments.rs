//! Times of lines in the reader's zone. Ten thousand lines are asked for at once, so the browser is asked for the zone's
//! offset once in a quarter of an hour, not for each line.

use crate::{local_time, preferences};
use leptos::prelude::*;
use model::Timestamp;
use std::collections::BTreeMap;

const SECOND: i64 = 1_000_000_000;
/// No zone changes its offset but at such a moment, in seconds.
const QUARTER: i64 = 900;

/// Writes times of day.
#[derive(Clone)]
pub struct Moments {
    zone: Option<String>,
    /// Whether the page lives: the first render of the browser equals the server's, which is in UTC.
    lives: RwSignal<bool>,
    offsets: StoredValue<BTreeMap<i64, i64>>,
}

impl Moments {
    /// In UTC at first, and in the reader's zone once the page lives.
    #[expect(clippy::new_without_default, reason = "it belongs to a page")]
    pub fn new() -> Self {
        let lives = RwSignal::new(false);
        Effect::new(move |_| lives.set(true));
        Self { zone: preferences().time_zone, lives, offsets: StoredValue::new(BTreeMap::new()) }
    }

    /// `2026-11-26 09:43:12.123`, in the reader's zone once the page lives.
    pub fn write(&self, at_nanoseconds: i64) -> String {
        let seconds = at_nanoseconds.div_euclid(SECOND);
        // On the server a page can be gone before its last piece is written.
        let lives = self.lives.try_get().unwrap_or(false);
        let offset = if lives { self.offset(seconds) } else { 0 };
        written(at_nanoseconds, offset)
    }

    fn offset(&self, seconds: i64) -> i64 {
        let quarter = seconds.div_euclid(QUARTER);
        if let Some(offset) = self.offsets.with_value(|known| known.get(&quarter).copied()) {
            return offset;
        }
        let offset = local_time::offset(Timestamp(quarter * QUARTER), self.zone.as_deref());
        self.offsets.update_value(|known| {
            known.insert(quarter, offset);
        });
        offset
    }
}

fn written(at_nanoseconds: i64, offset: i64) -> String {
    let seconds = at_nanoseconds.div_euclid(SECOND);
    let milliseconds = at_nanoseconds.rem_euclid(SECOND) / 1_000_000;
    let whole = Timestamp(seconds + offset).to_rfc3339();
    let text: String =
        whole.chars().take(19).map(|letter| if letter == 'T' { ' ' } else { letter }).collect();
    format!("{text}.{milliseconds:03}")
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn a_time_is_written_to_the_millisecond_with_its_zones_offset() {
        let at = 1_795_683_600_123_456_789;

        assert_eq!(written(at, 0), "2026-11-26 09:00:00.123");
        assert_eq!(written(at, 3600 * 9 + 1800), "2026-11-26 18:30:00.123");
    }
}
