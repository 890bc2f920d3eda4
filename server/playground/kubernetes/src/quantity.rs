//! Amounts of resources: `500m`, `1.5Gi`, `2e3`.

/// An amount in thousandths, and whether it was written with a power of two.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Quantity {
    pub(crate) thousandths: i128,
    binary: bool,
}

const BINARY: [(&str, u32); 6] = [("Ki", 10), ("Mi", 20), ("Gi", 30), ("Ti", 40), ("Pi", 50), ("Ei", 60)];
const DECIMAL: [(&str, i32); 9] =
    [("n", -9), ("u", -6), ("m", -3), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18)];

impl Quantity {
    pub(crate) const ZERO: Self = Self { thousandths: 0, binary: false };

    /// A whole number.
    pub(crate) fn whole(number: i64) -> Self {
        Self { thousandths: i128::from(number) * 1000, binary: false }
    }

    /// Reads an amount; none when it is malformed.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if let Some((number, power)) =
            BINARY.iter().find_map(|(suffix, power)| Some((text.strip_suffix(suffix)?, power)))
        {
            return Some(Self { thousandths: decimal(number, 3)? << power, binary: true });
        }
        if let Some((number, exponent)) =
            DECIMAL.iter().find_map(|(suffix, power)| Some((text.strip_suffix(suffix)?, power)))
        {
            return Some(Self { thousandths: decimal(number, 3 + exponent)?, binary: false });
        }
        let (number, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let exponent: i32 = exponent.parse().ok().filter(|exponent: &i32| exponent.abs() <= 18)?;
        Some(Self { thousandths: decimal(number, 3 + exponent)?, binary: false })
    }

    /// Reads an amount from JSON, where it may also be a number.
    pub(crate) fn from_json(value: &serde_json::Value) -> Option<Self> {
        match value {
            serde_json::Value::String(text) => Self::parse(text),
            serde_json::Value::Number(number) => Self::parse(&number.to_string()),
            _ => None,
        }
    }
}

impl std::ops::Add for Quantity {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { thousandths: self.thousandths + other.thousandths, binary: self.binary || other.binary }
    }
}

impl std::ops::Sub for Quantity {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { thousandths: self.thousandths - other.thousandths, binary: self.binary || other.binary }
    }
}

impl std::fmt::Display for Quantity {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.thousandths % 1000 != 0 {
            return write!(formatter, "{}m", self.thousandths);
        }
        let whole = self.thousandths / 1000;
        let (mut number, mut suffix) = (whole, "");
        if self.binary {
            for (name, power) in BINARY {
                if whole != 0 && whole % (1 << power) == 0 {
                    (number, suffix) = (whole >> power, name);
                }
            }
        } else {
            for (name, power) in DECIMAL.into_iter().filter(|(_, power)| *power > 0) {
                let unit = 10_i128.pow(power.unsigned_abs());
                if whole != 0 && whole % unit == 0 {
                    (number, suffix) = (whole / unit, name);
                }
            }
        }
        write!(formatter, "{number}{suffix}")
    }
}

/// A decimal number times a power of ten, rounded up.
fn decimal(text: &str, power: i32) -> Option<i128> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if (whole.is_empty() && fraction.is_empty()) || digits.len() > 30 {
        return None;
    }
    let all: i128 = format!("{whole}{fraction}").parse().ok().filter(|number: &i128| *number >= 0)?;
    let power = power - i32::try_from(fraction.len()).ok()?;
    let scale = 10_i128.checked_pow(power.unsigned_abs())?;
    let scaled = if power >= 0 { all.checked_mul(scale)? } else { (all + scale - 1) / scale };
    Some(sign * scaled)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::Quantity;

    #[test]
    fn amounts_are_read_and_written_in_their_shortest_form() {
        let cases = [
            ("500m", "500m"),
            ("0.5", "500m"),
            ("1", "1"),
            ("1024Mi", "1Gi"),
            ("1.5Gi", "1536Mi"),
            ("1000", "1k"),
            ("2e3", "2k"),
            ("100M", "100M"),
            ("1n", "1m"),
            ("0", "0"),
        ];
        for (text, shown) in cases {
            assert_eq!(Quantity::parse(text).unwrap().to_string(), shown, "{text}");
        }
    }

    #[test]
    fn nonsense_is_no_amount() {
        for text in ["", "abc", "1GiB", "--1", "1.2.3", "Gi"] {
            assert_eq!(Quantity::parse(text), None, "{text}");
        }
    }
}
