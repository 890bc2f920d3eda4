//! Amounts as text: one formatter for server and browser, so both halves write the same.

use model::Unit;

/// An amount with its unit in at most four significant characters: `250m`, `1.5`, `512 MiB`, `12.3 GiB`, `4,096`.
pub fn quantity(amount: f64, unit: Unit) -> String {
    match unit {
        Unit::Cores => cores(amount),
        Unit::Bytes => bytes(amount),
        Unit::Count if amount.fract() == 0.0 && amount.abs() < 9e15 => number(amount as i64),
        Unit::Count => short(amount),
        Unit::Ratio => format!("{} %", short(amount * 100.0)),
        Unit::Seconds => seconds(amount),
        Unit::BytesPerSecond => format!("{}/s", bytes(amount)),
        Unit::PerSecond => format!("{}/s", short(amount)),
        Unit::Percent => format!("{} %", short(amount)),
        Unit::Milliseconds => seconds(amount / 1000.0),
        Unit::BitsPerSecond => bits(amount),
    }
}

/// An amount beside an axis, where there is little room: from a million on numbers are in the unit that fits: `15 M`, `2.5 G`.
pub fn quantity_on_axis(amount: f64, unit: Unit) -> String {
    const UNITS: [&str; 6] = ["", "k", "M", "G", "T", "P"];
    let is_long = amount.abs() >= 1e6;
    match unit {
        Unit::Count if is_long => scaled(amount, 1000.0, &UNITS),
        Unit::PerSecond if is_long => format!("{}/s", scaled(amount, 1000.0, &UNITS)),
        unit => quantity(amount, unit),
    }
}

/// Bits in a second in the unit that fits: `850 bit/s`, `1.5 Mbit/s`.
fn bits(amount: f64) -> String {
    const UNITS: [&str; 6] = ["bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s", "Pbit/s"];
    scaled(amount, 1000.0, &UNITS)
}

/// A length of time in the unit that fits: `850 µs`, `12 ms`, `1.5 s`, `3 min`, `2.5 h`, `4 d`.
fn seconds(amount: f64) -> String {
    match amount.abs() {
        0.0 => "0 s".to_owned(),
        size if size < 0.000_999_5 => format!("{} µs", short(amount * 1e6)),
        size if size < 0.999_5 => format!("{} ms", short(amount * 1e3)),
        size if size < 120.0 => format!("{} s", short(amount)),
        size if size < 7200.0 => format!("{} min", short(amount / 60.0)),
        size if size < 172_800.0 => format!("{} h", short(amount / 3600.0)),
        _ => format!("{} d", short(amount / 86_400.0)),
    }
}

/// A whole number with its thousands apart: `12,345`.
pub fn number(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if value < 0 {
        text.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share of a whole in whole percent, kept between 0 and 100; 0 of nothing is 0.
pub fn percent(used: f64, of: f64) -> u8 {
    if of > 0.0 { (used / of * 100.0).round().clamp(0.0, 100.0) as u8 } else { 0 }
}

fn cores(amount: f64) -> String {
    // 0.9996 would be "1000m".
    if amount != 0.0 && amount.abs() < 0.999_5 {
        format!("{}m", (amount * 1000.0).round())
    } else {
        short(amount)
    }
}

fn bytes(amount: f64) -> String {
    const UNITS: [&str; 6] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
    scaled(amount, 1024.0, &UNITS)
}

/// An amount in the largest of these units, each of which is so many of the one before, in which it is at least one.
fn scaled(amount: f64, step: f64, units: &[&str; 6]) -> String {
    let mut amount = amount;
    let mut unit = 0;
    // 1023.95 would round up to "1024" of the smaller unit.
    while amount.abs() >= step - 0.05 && unit < units.len() - 1 {
        amount /= step;
        unit += 1;
    }
    format!("{} {}", short(amount), units.get(unit).copied().unwrap_or_default())
}

/// Two digits after the point below 10, one below 100, none above, and never a trailing zero.
fn short(amount: f64) -> String {
    let text = match amount.abs() {
        size if size < 9.995 => format!("{amount:.2}"),
        size if size < 99.95 => format!("{amount:.1}"),
        _ => return number(amount.round() as i64),
    };
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cores_below_one_are_milli_cores() {
        assert_eq!(quantity(0.25, Unit::Cores), "250m");
        assert_eq!(quantity(0.999, Unit::Cores), "999m");
        assert_eq!(quantity(0.9996, Unit::Cores), "1");
        assert_eq!(quantity(1.25, Unit::Cores), "1.25");
        assert_eq!(quantity(20.0, Unit::Cores), "20");
        assert_eq!(quantity(0.0, Unit::Cores), "0");
        assert_eq!(quantity(128.0, Unit::Cores), "128");
    }

    #[test]
    fn bytes_have_binary_prefixes() {
        assert_eq!(quantity(512.0 * 1024.0 * 1024.0, Unit::Bytes), "512 MiB");
        assert_eq!(quantity(1024.0 * 1024.0 - 1.0, Unit::Bytes), "1 MiB");
        assert_eq!(quantity(13_207_024_435.2, Unit::Bytes), "12.3 GiB");
        assert_eq!(quantity(0.0, Unit::Bytes), "0 B");
    }

    #[test]
    fn counts_have_their_thousands_apart() {
        assert_eq!(quantity(1_234_567.0, Unit::Count), "1,234,567");
        assert_eq!(number(-1000), "-1,000");
        assert_eq!(number(999), "999");
    }

    #[test]
    fn numbers_beside_an_axis_are_short() {
        assert_eq!(quantity_on_axis(15e9, Unit::Count), "15 G");
        assert_eq!(quantity_on_axis(-2.5e6, Unit::Count), "-2.5 M");
        assert_eq!(quantity_on_axis(2e6, Unit::PerSecond), "2 M/s");
        assert_eq!(quantity_on_axis(999_999.0, Unit::Count), "999,999");
        assert_eq!(quantity_on_axis(512.0 * 1024.0 * 1024.0, Unit::Bytes), "512 MiB");
    }

    #[test]
    fn measurements_have_their_units() {
        assert_eq!(quantity(0.423, Unit::Ratio), "42.3 %");
        assert_eq!(quantity(0.0005, Unit::Seconds), "500 µs");
        assert_eq!(quantity(0.25, Unit::Seconds), "250 ms");
        assert_eq!(quantity(1.5, Unit::Seconds), "1.5 s");
        assert_eq!(quantity(604_800.0, Unit::Seconds), "7 d");
        assert_eq!(quantity(2048.0, Unit::BytesPerSecond), "2 KiB/s");
        assert_eq!(quantity(12.5, Unit::PerSecond), "12.5/s");
        assert_eq!(quantity(42.3, Unit::Percent), "42.3 %");
        assert_eq!(quantity(0.25, Unit::Milliseconds), "250 µs");
        assert_eq!(quantity(1500.0, Unit::Milliseconds), "1.5 s");
        assert_eq!(quantity(850.0, Unit::BitsPerSecond), "850 bit/s");
        assert_eq!(quantity(999.96, Unit::BitsPerSecond), "1 kbit/s");
        assert_eq!(quantity(125e6, Unit::BitsPerSecond), "125 Mbit/s");
    }

    #[test]
    fn a_share_of_nothing_is_nothing() {
        assert_eq!(percent(3.0, 0.0), 0);
        assert_eq!(percent(5.0, 4.0), 100);
        assert_eq!(percent(1.0, 3.0), 33);
    }
}
