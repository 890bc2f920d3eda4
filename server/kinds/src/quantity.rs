//! Amounts as Kubernetes writes them.

/// The value of a Kubernetes quantity such as `250m`, `1Gi`, `1e3` or `0.5`.
pub fn quantity(text: &str) -> Option<f64> {
    let end = text.find(|c: char| !matches!(c, '0'..='9' | '.' | '+' | '-')).unwrap_or(text.len());
    let (number, suffix) = text.split_at(end);
    if !number.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let number: f64 = number.parse().ok()?;
    let factor = match suffix {
        "" => 1.0,
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "E" => 1e18,
        "Ki" => 2f64.powi(10),
        "Mi" => 2f64.powi(20),
        "Gi" => 2f64.powi(30),
        "Ti" => 2f64.powi(40),
        "Pi" => 2f64.powi(50),
        "Ei" => 2f64.powi(60),
        // A decimal exponent; its digits were cut off at the letter.
        _ => return exponent(text),
    };
    // Division by a whole power of ten rounds better than multiplication with its inexact inverse.
    Some(if factor < 1.0 { number / factor.recip().round() } else { number * factor })
}

fn exponent(text: &str) -> Option<f64> {
    let (_, digits) = text.split_once(['e', 'E'])?;
    let digits = digits.strip_prefix(['+', '-']).unwrap_or(digits);
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten().filter(|value: &f64| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quantities_of_all_forms_are_read() {
        for (text, value) in [
            ("0", 0.0),
            ("250m", 0.25),
            ("100n", 1e-7),
            ("1.5", 1.5),
            ("1Gi", 1_073_741_824.0),
            ("129M", 129e6),
            ("128974848", 128_974_848.0),
            ("129e6", 129e6),
            ("1E3", 1000.0),
            ("2E", 2e18),
            ("-1", -1.0),
            ("+.5", 0.5),
        ] {
            assert_eq!(quantity(text), Some(value), "{text}");
        }
        for text in ["", "m", "1x", "1 Gi", "1e", "1e1.5", "Infinity", "NaN", "1KiB", "--1", "1e999"] {
            assert_eq!(quantity(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn thousandths_are_the_number_divided(thousandths in 0u32..10_000_000) {
            prop_assert_eq!(quantity(&format!("{thousandths}m")), Some(f64::from(thousandths) / 1000.0));
        }

        #[test]
        fn binary_suffixes_are_powers_of_1024(number in 0u32..1_000_000, power in 0usize..6) {
            let suffix = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"][power];
            let value = f64::from(number) * 1024f64.powi(power as i32 + 1);

            prop_assert_eq!(quantity(&format!("{number}{suffix}")), Some(value));
        }

        #[test]
        fn no_text_makes_it_panic_or_answer_nonsense(text in "[0-9.eE+mKMGi-]{0,12}") {
            if let Some(value) = quantity(&text) {
                prop_assert!(value.is_finite());
            }
        }
    }
}
