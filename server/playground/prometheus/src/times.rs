//! Times in texts.

use jiff::Timestamp;

/// A time in milliseconds since 1970, as RFC 3339 has it.
pub(crate) fn written(at: i64) -> String {
    let time = Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH);
    format!("{time:.3}")
}

/// The other way.
pub(crate) fn read(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}
