//! Numbers as Prometheus reads, adds and writes them.

use std::fmt::Write;

/// A number as Prometheus writes it: the shortest text that means it, without an exponent.
pub fn format_number(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "+Inf".to_owned() } else { "-Inf".to_owned() }
    } else {
        value.to_string()
    }
}

/// A number as Go prints it: with an exponent where it is very small or large.
pub fn format_go(value: f64) -> String {
    let is_plain = value == 0.0 || !value.is_finite() || (1e-4..1e21).contains(&value.abs());
    if is_plain { format_number(value) } else { format_scientific(value) }
}

/// A number with an exponent of at least two digits, as in `1e+00`.
pub fn format_scientific(value: f64) -> String {
    if !value.is_finite() {
        return format_number(value);
    }
    let text = format!("{value:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
    format!("{mantissa}e{sign}{digits:0>2}")
}

/// The units of durations and their milliseconds, the largest first.
const UNITS: [(&str, i64); 7] = [
    ("y", 365 * 86_400_000),
    ("w", 7 * 86_400_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1000),
    ("ms", 1),
];

/// Reads a duration such as `1h30m` in milliseconds: units from large to small, each once. `0` needs no unit.
pub fn duration(text: &str) -> Option<i64> {
    if text == "0" {
        return Some(0);
    }
    let mut rest = text;
    let mut total = 0i64;
    let mut next = 0;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let amount: i64 = rest.get(..digits)?.parse().ok()?;
        rest = &rest[digits..];
        let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let place = UNITS.iter().position(|(unit, _)| *unit == &rest[..letters])?;
        if place < next {
            return None;
        }
        next = place + 1;
        rest = &rest[letters..];
        total = total.checked_add(amount.checked_mul(UNITS[place].1)?)?;
    }
    (!text.is_empty()).then_some(total)
}

/// Writes a duration of so many milliseconds, such as `1h30m`.
pub fn format_duration(milliseconds: i64) -> String {
    if milliseconds == 0 {
        return "0s".to_owned();
    }
    let mut rest = milliseconds;
    let mut text = String::new();
    for (unit, size) in UNITS {
        // Years, weeks and days are written only where nothing remains.
        let is_exact_only = matches!(unit, "y" | "w");
        if rest < size || (is_exact_only && rest % size != 0) {
            continue;
        }
        let _ = write!(text, "{}{unit}", rest / size);
        rest %= size;
    }
    text
}

/// A sum that remembers what rounding loses (Kahan, Neumaier).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sum {
    pub(crate) sum: f64,
    lost: f64,
}

impl Sum {
    pub(crate) fn add(&mut self, value: f64) {
        let total = self.sum + value;
        self.lost += if self.sum.abs() >= value.abs() {
            (self.sum - total) + value
        } else {
            (value - total) + self.sum
        };
        self.sum = total;
    }

    pub(crate) fn total(self) -> f64 {
        if self.sum.is_infinite() { self.sum } else { self.sum + self.lost }
    }
}

/// The smaller of two; no number if one of them is none.
pub(crate) fn least(one: f64, other: f64) -> f64 {
    if one.is_nan() || other.is_nan() { f64::NAN } else { one.min(other) }
}

/// The larger of two; no number if one of them is none.
pub(crate) fn most(one: f64, other: f64) -> f64 {
    if one.is_nan() || other.is_nan() { f64::NAN } else { one.max(other) }
}

/// The quantile of some values, interpolated between neighbours.
pub(crate) fn quantile(quantile: f64, values: &mut [f64]) -> f64 {
    if values.is_empty() || quantile.is_nan() {
        return f64::NAN;
    }
    if quantile < 0.0 {
        return f64::NEG_INFINITY;
    }
    if quantile > 1.0 {
        return f64::INFINITY;
    }
    // What is no number comes first.
    values.sort_by(|one, other| match (one.is_nan(), other.is_nan()) {
        (true, true) => std::cmp::Ordering::Equal,
        (true, false) => std::cmp::Ordering::Less,
        (false, true) => std::cmp::Ordering::Greater,
        (false, false) => one.total_cmp(other),
    });
    let rank = quantile * (values.len() - 1) as f64;
    let lower = rank.floor() as usize;
    let upper = (lower + 1).min(values.len() - 1);
    let weight = rank - rank.floor();
    values[lower] * (1.0 - weight) + values[upper] * weight
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_from_large_to_small() {
        assert_eq!(duration("1h30m"), Some(5_400_000));
        assert_eq!(duration("1m500ms"), Some(60_500));
        assert_eq!(duration("0"), Some(0));
        for wrong in ["", "5", "m", "1m1h", "1h1h", "-1m", "1 m", "1x", "99999999999999999999s"] {
            assert_eq!(duration(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn durations_are_written_as_they_are_read() {
        for text in ["1h30m", "15s", "2d", "1w", "1m500ms", "0s"] {
            assert_eq!(format_duration(duration(text.trim_start_matches("0s")).unwrap_or(0)), text);
        }
    }

    #[test]
    fn numbers_have_no_exponent() {
        assert_eq!(format_number(1e21), "1000000000000000000000");
        assert_eq!(format_number(f64::NEG_INFINITY), "-Inf");
        assert_eq!(format_number(0.1), "0.1");
        assert_eq!(format_go(1e300), "1e+300");
        assert_eq!(format_go(0.5), "0.5");
        assert_eq!(format_scientific(1.0), "1e+00");
        assert_eq!(format_scientific(0.025), "2.5e-02");
    }
}
