//! How long something must last, as Prometheus writes it.

/// The durations that are offered.
pub const HOLDS: [&str; 8] = ["0s", "1m", "5m", "10m", "15m", "30m", "1h", "6h"];

/// The longest, in seconds: what lasts longer is no alert any more.
const LONGEST: u32 = 7 * 86_400;

/// Its units, the longest first, as they must follow each other.
const UNITS: [(&str, u64); 7] = [
    ("y", 31_536_000_000),
    ("w", 604_800_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1000),
    ("ms", 1),
];

/// A duration such as `5m` or `1h30m`, in seconds. `None` when it is none, or longer than a week.
pub fn hold_seconds(text: &str) -> Option<u32> {
    let mut rest = text.trim();
    if rest == "0" {
        return Some(0);
    }
    let (mut total, mut units) = (0_u64, UNITS.as_slice());
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|letter: char| !letter.is_ascii_digit())?;
        let (number, after) = rest.split_at(digits);
        let letters = after.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at(letters);
        let place = units.iter().position(|(name, _)| *name == unit)?;
        let (_, milliseconds) = units.get(place)?;
        total = total.checked_add(number.parse::<u64>().ok()?.checked_mul(*milliseconds)?)?;
        units = units.get(place + 1..)?;
        rest = after;
    }
    u32::try_from(total / 1000).ok().filter(|seconds| *seconds <= LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_prometheus_writes_them() {
        for (text, seconds) in [
            ("0s", Some(0)),
            ("0", Some(0)),
            ("5m", Some(300)),
            ("1h30m", Some(5400)),
            ("90s", Some(90)),
            ("1500ms", Some(1)),
            ("1w", Some(604_800)),
            ("8d", None),
            ("", None),
            ("5", None),
            ("m5", None),
            ("30m1h", None),
            ("5m5m", None),
            ("-5m", None),
            ("99999999999999999999y", None),
        ] {
            assert_eq!(hold_seconds(text), seconds, "{text:?}");
        }
        assert!(HOLDS.into_iter().all(|hold| hold_seconds(hold).is_some()));
    }
}
