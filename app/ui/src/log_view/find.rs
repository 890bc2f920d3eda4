//! Finding lines: by a text, by a regular expression, or by fields.

use super::parse;
use js_sys::{Function, Reflect};
use live::LogLine;
use model::live::LogSource;
use wasm_bindgen::{JsCast, JsValue};

/// What lines are looked for.
pub enum Query {
    /// Any.
    Nothing,
    /// That contain this, whatever its letters' case. In lower case.
    Text(String),
    /// That this expression matches, by the browser's own engine.
    Expression(Function, JsValue),
    /// That have all of these fields.
    Fields(Vec<Term>),
}

/// `key=value` or `key!=value`.
#[derive(Debug, PartialEq, Eq)]
pub struct Term {
    key: String,
    value: String,
    is_not: bool,
}

impl Query {
    /// Reads what was typed; an expression that makes no sense is told in the browser's words.
    pub fn read(typed: &str, is_expression: bool) -> Result<Self, String> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Ok(Self::Nothing);
        }
        if is_expression {
            return expression(typed);
        }
        Ok(match terms(typed) {
            Some(terms) => Self::Fields(terms),
            None => Self::Text(typed.to_lowercase()),
        })
    }

    pub fn is_nothing(&self) -> bool {
        matches!(self, Self::Nothing)
    }

    /// Whether it is what is looked for.
    pub fn finds(&self, line: &LogLine, sources: &[LogSource]) -> bool {
        match self {
            Self::Nothing => false,
            Self::Text(text) => contains_lower(&line.text, text),
            Self::Expression(test, expression) => {
                let found = test.call1(expression, &JsValue::from_str(&line.text));
                found.is_ok_and(|found| found.is_truthy())
            }
            Self::Fields(terms) => terms.iter().all(|term| term.holds(line, sources)),
        }
    }
}

impl Term {
    fn holds(&self, line: &LogLine, sources: &[LogSource]) -> bool {
        let source = sources.get(line.source as usize);
        let value = match self.key.as_str() {
            "level" => parse::level(&line.text).map(|level| level.word().to_owned()),
            "pod" => source.map(|source| source.pod.to_string()),
            "container" => source.map(|source| source.container.clone()),
            key => parse::field(&line.text, key),
        };
        let wanted = if self.key == "level" { level_word(&self.value) } else { &self.value };
        let is_it = value.is_some_and(|value| value.eq_ignore_ascii_case(wanted));
        is_it != self.is_not
    }
}

/// Whether a text contains a part that is in lower case. All lines of a log are asked at once, and again with each new one,
/// so those that are ASCII, as nearly all are, are not copied.
fn contains_lower(text: &str, part: &str) -> bool {
    if text.is_ascii() {
        text.as_bytes().windows(part.len().max(1)).any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
    } else {
        text.to_lowercase().contains(part)
    }
}

/// Levels have several names.
fn level_word(word: &str) -> &str {
    match word {
        "warn" => "warning",
        "err" => "error",
        word => word,
    }
}

/// `level=error order!=17`, when everything that was typed reads so.
fn terms(typed: &str) -> Option<Vec<Term>> {
    let term = |word: &str| {
        let (key, value) = word.split_once('=')?;
        let (key, is_not) = key.strip_suffix('!').map_or((key, false), |key| (key, true));
        let is_key = !key.is_empty()
            && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'));
        (is_key && !value.is_empty()).then(|| Term { key: key.to_owned(), value: value.to_owned(), is_not })
    };
    typed.split_whitespace().map(term).collect()
}

/// The browser's own engine costs nothing to download.
fn expression(typed: &str) -> Result<Query, String> {
    let made = || {
        let class: Function = Reflect::get(&js_sys::global(), &"RegExp".into())?.dyn_into()?;
        let arguments = js_sys::Array::of2(&typed.into(), &"iu".into());
        let expression = Reflect::construct(&class, &arguments)?;
        let test: Function = Reflect::get(&expression, &"test".into())?.dyn_into()?;
        Ok::<_, JsValue>(Query::Expression(test, expression))
    };
    made().map_err(|error| {
        let words = Reflect::get(&error, &"message".into()).ok().and_then(|message| message.as_string());
        words.unwrap_or_default()
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn line(text: &str) -> LogLine {
        LogLine { number: 0, at_nanoseconds: 0, source: 0, text: text.into(), after_gap: false }
    }

    fn finds(typed: &str, text: &str) -> bool {
        let sources = [LogSource { pod: "web-0".parse().unwrap(), container: "web".into() }];
        Query::read(typed, false).unwrap().finds(&line(text), &sources)
    }

    #[test]
    fn a_text_is_found_in_any_case_and_fields_by_their_values() {
        assert!(finds("Slow", "a SLOW answer") && !finds("slow", "fast") && !finds("slow answer", "slow"));
        assert!(finds("ÄRGER", "viel ärger") && !finds("ärger", "arger"));
        assert!(finds("level=error", "level=error msg=x") && !finds("level=error", "an error, level=info"));
        assert!(finds("level=warn order=17", "{\"level\":\"WARNING\",\"order\":17}"));
        assert!(finds("level!=info", "level=error") && !finds("level!=info", "level=info"));
        assert!(finds("pod=web-0 container=web", "anything") && !finds("pod=web-1", "anything"));
        assert!(finds("a=b c", "a=b c"), "not everything is a field, so it is a text");
        assert!(Query::read("  ", false).unwrap().is_nothing());
    }
}
