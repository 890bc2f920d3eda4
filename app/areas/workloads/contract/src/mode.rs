//! Modes of files: people write them in octal, and manifests hold them as numbers.

use serde_json::Value;

/// The number that a mode such as `0640` or `0o640` stands for; the text as it is where it stands for none.
pub fn read_mode(text: &str) -> Value {
    let text = text.trim();
    let digits = text.strip_prefix("0o").unwrap_or(text);
    let is_octal = digits.bytes().all(|digit| matches!(digit, b'0'..=b'7'));
    match i64::from_str_radix(digits, 8) {
        Ok(mode) if is_octal => Value::from(mode),
        _ => Value::from(text),
    }
}

/// A mode as people write it, such as `0640`; what is no mode as it is.
pub fn write_mode(value: &Value) -> String {
    match (value, value.as_u64()) {
        (Value::Null, _) => String::new(),
        (Value::String(text), _) => text.clone(),
        (_, Some(mode)) => format!("{mode:04o}"),
        (other, None) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn a_mode_is_written_in_octal() {
        for (text, mode) in [("0644", 420), ("644", 420), (" 0o400 ", 256), ("0", 0), ("1204", 644)] {
            assert_eq!(read_mode(text), json!(mode), "{text}");
        }
        for text in ["", "u+x", "0888", "-1", "+7", "0o", "77777777777777777777777"] {
            assert_eq!(read_mode(text), json!(text));
        }
        assert_eq!(write_mode(&json!(420)), "0644");
        assert_eq!(write_mode(&json!(7)), "0007");
        assert_eq!(write_mode(&json!("u+x")), "u+x");
        assert_eq!(write_mode(&json!(-1)), "-1");
        assert_eq!(write_mode(&Value::Null), "");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_as_the_same(mode in 0..=i64::MAX) {
            prop_assert_eq!(read_mode(&write_mode(&json!(mode))), json!(mode));
        }
    }
}
