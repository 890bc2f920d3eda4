//! What a line of a log says about itself: its level, and its fields when it is JSON or `key=value`.

use serde_json::Value;

/// How bad a line says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineLevel {
    Debug,
    Info,
    Warning,
    Error,
}

/// What a line says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    pub level: Option<LineLevel>,
    /// The sentence of a line that is a JSON object.
    pub message: Option<String>,
    /// The other fields of a line that is a JSON object.
    pub fields: Vec<(String, String)>,
}

const MESSAGES: [&str; 4] = ["msg", "message", "log", "event"];
const LEVELS: [&str; 6] = ["level", "severity", "lvl", "loglevel", "log.level", "log_level"];
/// How far into a line its level is looked for: behind the time and the name of the program.
const HEAD: usize = 90;

impl LineLevel {
    pub fn word(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    fn of(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().as_str() {
            "error" | "err" | "fatal" | "panic" | "critical" | "crit" | "alert" | "emerg" | "emergency"
            | "severe" => Some(Self::Error),
            "warn" | "warning" => Some(Self::Warning),
            "info" | "information" | "notice" => Some(Self::Info),
            "debug" | "trace" | "verbose" | "finest" => Some(Self::Debug),
            _ => None,
        }
    }
}

/// Reads a line.
pub fn parse(text: &str) -> Parsed {
    match object(text) {
        Some(object) => of_object(object),
        None => Parsed { level: level_of_text(text), ..Parsed::default() },
    }
}

/// A field of a line, whether it is JSON or `key=value`.
pub fn field(text: &str, key: &str) -> Option<String> {
    if let Some(object) = object(text) {
        return object.get(key).map(words);
    }
    text.match_indices(key).find_map(|(at, key)| {
        let before = text.as_bytes()[..at].last().copied();
        let value = text[at + key.len()..].strip_prefix('=').filter(|_| !before.is_some_and(is_of_key))?;
        Some(match value.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next().unwrap_or_default().to_owned(),
            None => value.split_whitespace().next().unwrap_or_default().to_owned(),
        })
    })
}

/// Whether a letter can be part of a key, so that what follows it is not a key of its own.
fn is_of_key(letter: u8) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, b'_' | b'.' | b'-')
}

/// The level of a line, without its other fields.
pub fn level(text: &str) -> Option<LineLevel> {
    match object(text) {
        Some(object) => LEVELS.iter().find_map(|key| LineLevel::of(&words(object.get(*key)?))),
        None => level_of_text(text),
    }
}

fn object(text: &str) -> Option<serde_json::Map<String, Value>> {
    let text = text.trim();
    if !text.starts_with('{') || !text.ends_with('}') {
        return None;
    }
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Some(object),
        _ => None,
    }
}

fn of_object(object: serde_json::Map<String, Value>) -> Parsed {
    let mut parsed = Parsed::default();
    for (key, value) in object {
        let words = words(&value);
        if parsed.level.is_none() && LEVELS.contains(&key.as_str()) {
            parsed.level = LineLevel::of(&words);
        }
        if parsed.message.is_none() && MESSAGES.contains(&key.as_str()) {
            parsed.message = Some(words);
        } else {
            parsed.fields.push((key, words));
        }
    }
    parsed
}

fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// `level=warn`, ` WARN `, `[warn]`, or klog's `W1126`.
fn level_of_text(text: &str) -> Option<LineLevel> {
    let end = text.char_indices().map(|(at, _)| at).take_while(|at| *at <= HEAD).last().unwrap_or(0);
    let head = if text.len() <= HEAD { text } else { &text[..end] };
    let klog = head.as_bytes();
    if let [letter @ (b'I' | b'W' | b'E' | b'F'), digits @ ..] = klog
        && digits.len() >= 5
        && digits[..4].iter().all(u8::is_ascii_digit)
        && digits[4] == b' '
    {
        return Some(match letter {
            b'I' => LineLevel::Info,
            b'W' => LineLevel::Warning,
            _ => LineLevel::Error,
        });
    }
    if let Some(level) = LEVELS.iter().find_map(|key| field(head, key)) {
        return LineLevel::of(&level);
    }
    let words = head.split(|character: char| !character.is_ascii_alphanumeric());
    // In a sentence "error" is a word like others; as a level it is set apart by its letters.
    words
        .filter(|word| word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_uppercase()))
        .find_map(LineLevel::of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_found_where_programs_write_them() {
        for (line, expected) in [
            ("2026-11-26T09:00:00Z WARN  storefront slow answer", Some(LineLevel::Warning)),
            ("time=2026-11-26T09:00:00Z level=error msg=\"payment failed\"", Some(LineLevel::Error)),
            ("E1126 09:00:00.000000       1 reflector.go:1] failed", Some(LineLevel::Error)),
            ("{\"level\":\"debug\",\"msg\":\"query\"}", Some(LineLevel::Debug)),
            ("[INFO] plugin/reload: Running", Some(LineLevel::Info)),
            ("log.level=warn msg=slow", Some(LineLevel::Warning)),
            ("retry_level=3 level=error", Some(LineLevel::Error)),
            ("it said that an error happened", None),
            ("Exited", None),
            ("", None),
        ] {
            assert_eq!(level(line), expected, "{line:?}");
            assert_eq!(parse(line).level, expected, "{line:?}");
        }
    }

    #[test]
    fn fields_are_read_from_json_and_from_pairs() {
        let json = "{\"level\":\"info\",\"msg\":\"answered\",\"rows\":12,\"at\":{\"x\":1}}";
        let pairs = "time=1 level=info msg=\"order accepted\" order=17 reorder=2";

        assert_eq!(field(json, "rows").as_deref(), Some("12"));
        assert_eq!(parse(json).message.as_deref(), Some("answered"));
        assert_eq!(parse(json).fields.len(), 3);
        assert_eq!(field(pairs, "msg").as_deref(), Some("order accepted"));
        assert_eq!(field(pairs, "order").as_deref(), Some("17"));
        assert_eq!(field(pairs, "nothing"), None);
        assert_eq!(
            field("request_id=7 x.id=8 id=9", "id").as_deref(),
            Some("9"),
            "not the end of another key"
        );
        assert_eq!(field("idid=7", "id"), None);
        assert_eq!(field("x=é,id=9 id=10", "id").as_deref(), Some("9"));
        assert_eq!(parse("{broken"), Parsed::default());
    }

    #[test]
    fn a_long_line_of_any_letters_is_read() {
        assert_eq!(level(&"é".repeat(500)), None);
    }
}
