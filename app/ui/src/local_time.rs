//! Moments on a clock of some zone, by the browser's own date formatter. Browser only.

use js_sys::{Date, Function, Object, Reflect};
use model::Timestamp;
use wasm_bindgen::{JsCast, JsValue};

/// A moment as `Date.prototype.toLocaleString` writes it. `None` where that throws, as it does at zones that it does not
/// know, which an older browser's may be.
pub(crate) fn formatted(at: Timestamp, language: &str, options: &[(&str, &str)]) -> Option<String> {
    let told = Object::new();
    for (name, value) in options {
        let _ = Reflect::set(&told, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    let date = date(at);
    let format: Function = Reflect::get(&date, &"toLocaleString".into()).ok()?.dyn_into().ok()?;
    format.call2(&date, &JsValue::from_str(language), &told).ok()?.as_string()
}

/// How many seconds clocks of a zone are before UTC at a moment; those of the reader's system when none is named. 0 for
/// a zone that the browser does not know.
pub(crate) fn offset(at: Timestamp, zone: Option<&str>) -> i64 {
    let Some(zone) = zone else { return -(date(at).get_timezone_offset() as i64) * 60 };
    let options = [
        ("timeZone", zone),
        ("year", "numeric"),
        ("month", "2-digit"),
        ("day", "2-digit"),
        ("hour", "2-digit"),
        ("minute", "2-digit"),
        ("second", "2-digit"),
        ("hourCycle", "h23"),
    ];
    // Swedish writes dates as ISO 8601 does.
    let words = formatted(at, "sv-SE", &options).map(|words| words.replacen(' ', "T", 1));
    let there = words.and_then(|words| Timestamp::parse_minutes(&words));
    there.map_or(0, |there| there.0 - at.0)
}

fn date(at: Timestamp) -> Date {
    Date::new(&JsValue::from_f64(at.0 as f64 * 1000.0))
}
