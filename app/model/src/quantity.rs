//! Kubernetes' quantities, as far as adding them up needs.

/// A quantity in thousandths: `500m` is 500, `2Gi` is 2147483648000. `None` when it is none.
pub fn thousandths(text: &str) -> Option<i128> {
    let text = text.trim();
    let digits = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    if (whole.is_empty() && part.is_empty()) || part.len() > 9 || whole.len() > 18 || part.contains('.') {
        return None;
    }
    let scale: i128 = match unit {
        "" => 1_000,
        "m" => 1,
        "k" => 1_000 * 1_000,
        "M" => 1_000 * 1_000_000,
        "G" => 1_000 * 1_000_000_000,
        "T" => 1_000 * 1_000_000_000_000,
        "P" => 1_000 * 1_000_000_000_000_000,
        "Ki" => 1_000 << 10,
        "Mi" => 1_000 << 20,
        "Gi" => 1_000 << 30,
        "Ti" => 1_000_i128 << 40,
        "Pi" => 1_000_i128 << 50,
        _ => return None,
    };
    let power = 10_i128.pow(part.len() as u32);
    let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let part: i128 = if part.is_empty() { 0 } else { part.parse().ok()? };
    Some(whole.checked_mul(power)?.checked_add(part)?.checked_mul(scale)? / power)
}

#[cfg(test)]
mod tests {
    use super::thousandths;

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
            ("1e3", None),
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
