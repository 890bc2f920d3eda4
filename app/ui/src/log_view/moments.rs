//! Times of lines in the reader's zone. Ten thousand lines are asked for at once, so the browser is asked for the zone's
//! offset once in a quarter of an hour, not for each line.

use crate::preferences;
use js_sys::{Date, Function, Object, Reflect};
use leptos::prelude::*;
use std::collections::BTreeMap;
use wasm_bindgen::{JsCast, JsValue};

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
        let offset = asked(quarter * QUARTER, self.zone.as_deref());
        self.offsets.update_value(|known| {
            known.insert(quarter, offset);
        });
        offset
    }
}

fn written(at_nanoseconds: i64, offset: i64) -> String {
    let seconds = at_nanoseconds.div_euclid(SECOND);
    let milliseconds = at_nanoseconds.rem_euclid(SECOND) / 1_000_000;
    let whole = model::Timestamp(seconds + offset).to_rfc3339();
    let text: String =
        whole.chars().take(19).map(|letter| if letter == 'T' { ' ' } else { letter }).collect();
    format!("{text}.{milliseconds:03}")
}

/// The zone's offset from UTC at a moment, in seconds, by the browser's own date formatter.
fn asked(seconds: i64, zone: Option<&str>) -> i64 {
    let date = Date::new(&JsValue::from_f64(seconds as f64 * 1000.0));
    let Some(zone) = zone else { return -(date.get_timezone_offset() as i64) * 60 };
    let options = Object::new();
    for (name, value) in [
        ("timeZone", zone),
        ("year", "numeric"),
        ("month", "2-digit"),
        ("day", "2-digit"),
        ("hour", "2-digit"),
        ("minute", "2-digit"),
        ("second", "2-digit"),
        ("hourCycle", "h23"),
    ] {
        let _ = Reflect::set(&options, &name.into(), &value.into());
    }
    // Swedish writes dates as ISO 8601 does. It throws at zones that it does not know, which an older browser's may be.
    let format = Reflect::get(&date, &"toLocaleString".into()).ok();
    let format = format.and_then(|format| format.dyn_into::<Function>().ok());
    let text = format.and_then(|format| format.call2(&date, &"sv-SE".into(), &options).ok()?.as_string());
    let there = text.map(|text| Date::parse(&format!("{}Z", text.replacen(' ', "T", 1))));
    there.filter(|there| there.is_finite()).map_or(0, |there| (there / 1000.0) as i64 - seconds)
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
