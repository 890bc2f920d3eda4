//! Kubernetes' quantities, as far as adding them up needs.

/// The highest power of ten that is read: more than any amount that Kubernetes keeps.
const HIGHEST_POWER: i32 = 18;
/// The most that a quantity can be, in thousandths: more is as much, as in Kubernetes.
const MOST: i128 = 9_223_372_036_854_775_807_000;

/// A quantity in thousandths: `500m` is 500, `2Gi` is 2147483648000, `1e3` is 1000000. What is finer is rounded up, as
/// Kubernetes does. `None` when it is none.
pub fn thousandths(text: &str) -> Option<i128> {
    let text = text.trim();
    let digits = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    if (whole.is_empty() && part.is_empty()) || part.len() > 9 || whole.len() > 18 || part.contains('.') {
        return None;
    }
    let (times, divided) = scale(unit)?;
    let power = 10_i128.pow(part.len() as u32);
    let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let part: i128 = if part.is_empty() { 0 } else { part.parse().ok()? };
    let amount = whole.checked_mul(power)?.checked_add(part)?.checked_mul(times)?;
    let divisor = power.checked_mul(divided)?;
    Some((amount / divisor + i128::from(amount % divisor > 0)).min(MOST))
}

/// How many thousandths one of a unit is, as a number and what it is divided by.
fn scale(unit: &str) -> Option<(i128, i128)> {
    let times: i128 = match unit {
        "n" => return Some((1, 1_000_000)),
        "u" => return Some((1, 1_000)),
        "m" => 1,
        "" => 1_000,
        "k" => 1_000 * 1_000,
        "M" => 1_000 * 1_000_000,
        "G" => 1_000 * 1_000_000_000,
        "T" => 1_000 * 1_000_000_000_000,
        "P" => 1_000 * 1_000_000_000_000_000,
        "E" => 1_000 * 1_000_000_000_000_000_000,
        "Ki" => 1_000 << 10,
        "Mi" => 1_000 << 20,
        "Gi" => 1_000 << 30,
        "Ti" => 1_000_i128 << 40,
        "Pi" => 1_000_i128 << 50,
        "Ei" => 1_000_i128 << 60,
        _ => return exponent(unit),
    };
    Some((times, 1))
}

/// The scale of a power of ten, such as `e6`, `E-3` or `e+2`.
fn exponent(unit: &str) -> Option<(i128, i128)> {
    let power: i32 = unit.strip_prefix(['e', 'E'])?.parse().ok()?;
    let scale =
        (-HIGHEST_POWER..=HIGHEST_POWER).contains(&power).then(|| 10_i128.pow(power.unsigned_abs()))?;
    Some(if power < 0 { (1_000, scale) } else { (1_000 * scale, 1) })
}

#[cfg(test)]
mod tests {
    use super::{MOST, thousandths};

    #[test]
    fn quantities_are_read_in_thousandths() {
        for (text, expected) in [
            ("500m", Some(500)),
            ("2", Some(2_000)),
            ("0.5", Some(500)),
            (".25", Some(250)),
            ("1Ki", Some(1_024_000)),
            ("999999999999999999.123456789P", None),
            ("1.5Gi", Some(1_610_612_736_000)),
            ("1e3", Some(1_000_000)),
            ("129e6", Some(129_000_000_000)),
            ("1E3", Some(1_000_000)),
            ("1.5e+2", Some(150_000)),
            ("25E-1", Some(2_500)),
            ("2E", Some(2_000_000_000_000_000_000_000)),
            ("1Ei", Some(1_152_921_504_606_846_976_000)),
            ("999999999999999999P", Some(MOST)),
            ("500u", Some(1)),
            ("1500000n", Some(2)),
            ("0.1m", Some(1)),
            ("0n", Some(0)),
            ("1e", None),
            ("1e1.5", None),
            ("1e99", None),
            ("-1", None),
            ("", None),
            ("Mi", None),
            ("1 Gi", None),
            ("1.2.3", None),
        ] {
            assert_eq!(thousandths(text), expected, "{text:?}");
        }
    }
}
