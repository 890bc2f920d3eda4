//! Manifests as YAML, as people write them: block style, strings plain where that is safe.

use serde_json::Value;
use std::fmt::Write;

/// The order in which people expect the parts of an object; others follow as they come.
const FIRST: [&str; 9] =
    ["apiVersion", "kind", "metadata", "name", "namespace", "labels", "annotations", "type", "spec"];

/// Writes documents, separated by `---`.
pub fn to_yaml(documents: &[Value]) -> String {
    let mut text = String::new();
    for (index, document) in documents.iter().enumerate() {
        if index > 0 {
            text.push_str("---\n");
        }
        write(&mut text, document, 0, false);
    }
    text
}

/// Writes a value at an indentation. `inline` says that the line has begun, behind a dash.
fn write(text: &mut String, value: &Value, depth: usize, inline: bool) {
    match value {
        Value::Object(object) if !object.is_empty() => {
            let mut is_first = true;
            let mut keys: Vec<&String> = object.keys().collect();
            keys.sort_by_key(|key| FIRST.iter().position(|first| first == key).unwrap_or(FIRST.len()));
            for key in keys {
                if !(inline && is_first) {
                    indent(text, depth);
                }
                is_first = false;
                let _ = write!(text, "{}:", scalar(key));
                behind_key(text, &object[key], depth);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                if !(inline && index == 0) {
                    indent(text, depth);
                }
                text.push_str("- ");
                write(text, item, depth + 1, true);
            }
        }
        Value::String(words) if is_block(words) => block(text, words, depth),
        scalar => {
            let _ = writeln!(text, "{}", plain(scalar));
        }
    }
}

fn behind_key(text: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Object(object) if !object.is_empty() => {
            text.push('\n');
            write(text, value, depth + 1, false);
        }
        Value::Array(items) if !items.is_empty() => {
            text.push('\n');
            // A list stands under its key, not further in, as kubectl writes it.
            write(text, value, depth, false);
        }
        Value::String(words) if is_block(words) => {
            text.push(' ');
            block(text, words, depth + 1);
        }
        scalar => {
            let _ = writeln!(text, " {}", plain(scalar));
        }
    }
}

fn indent(text: &mut String, depth: usize) {
    text.extend(std::iter::repeat_n("  ", depth));
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(words) => scalar(words),
        // `{}` and `[]`, numbers, booleans and null are the same in JSON.
        other => other.to_string(),
    }
}

/// Several lines are written as such when nothing in them would be lost by it.
fn is_block(words: &str) -> bool {
    let has_only_lines = words.chars().all(|letter| letter == '\n' || letter == '\t' || !letter.is_control());
    let begins_well = !words.starts_with([' ', '\n', '\t']);
    let is_blank = |line: &str| !line.is_empty() && line.trim().is_empty();
    words.trim_end_matches('\n').contains('\n')
        && has_only_lines
        && begins_well
        && !words.lines().any(is_blank)
}

fn block(text: &mut String, words: &str, depth: usize) {
    let body = words.trim_end_matches('\n');
    let ends = words.len() - body.len();
    text.push_str(match ends {
        0 => "|-\n",
        1 => "|\n",
        _ => "|+\n",
    });
    for line in body.split('\n') {
        if !line.is_empty() {
            indent(text, depth);
        }
        text.push_str(line);
        text.push('\n');
    }
    text.extend(std::iter::repeat_n('\n', ends.saturating_sub(1)));
}

/// A string without quotes where every reader takes it for this string.
fn scalar(words: &str) -> String {
    let is_word = |letter: char| {
        letter.is_alphanumeric()
            || matches!(letter, '_' | '-' | '.' | '/' | '+' | '(' | ')' | '=' | ';' | '$' | '^' | '~' | '<')
    };
    let is_inner = |letter: char| {
        is_word(letter)
            || matches!(
                letter,
                ' ' | ','
                    | '\''
                    | '"'
                    | '>'
                    | '@'
                    | '%'
                    | '&'
                    | '*'
                    | '!'
                    | '|'
                    | '{'
                    | '}'
                    | '['
                    | ']'
                    | '`'
                    | '?'
            )
    };
    let mut letters = words.chars();
    let begins = letters
        .next()
        .is_some_and(|first| first.is_alphanumeric() || matches!(first, '_' | '/' | '.' | '$' | '('));
    let colon = words.contains(": ") || words.ends_with(':') || words.contains(" #");
    let inner = words.chars().all(|letter| is_inner(letter) || letter == ':');
    let looks_otherwise = is_other_type(words);
    if begins && inner && !colon && !words.ends_with(' ') && !looks_otherwise {
        return words.to_owned();
    }
    // JSON strings are YAML strings.
    Value::from(words).to_string()
}

/// What some reader takes for a number, a date, a truth value or nothing.
fn is_other_type(words: &str) -> bool {
    const WORDS: [&str; 14] = [
        "true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", ".nan", ".inf", "inf", "infinity",
    ];
    let lower = words.to_ascii_lowercase();
    let digits = lower.trim_start_matches(['+', '-', '.']);
    WORDS.contains(&lower.as_str())
        || (digits.starts_with(|letter: char| letter.is_ascii_digit())
            && digits.bytes().all(|byte| {
                byte.is_ascii_digit()
                    || matches!(
                        byte,
                        b'.' | b'_' | b'-' | b'+' | b':' | b'e' | b'x' | b'o' | b'a'..=b'f' | b't' | b'z'
                    )
            }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_manifest_reads_as_people_write_it() {
        let deployment = json!({
            "spec": {"replicas": 2, "template": {"spec": {"containers": [
                {"image": "nginx:1.27", "name": "web", "args": ["-c", "true"], "env": [{"name": "A", "value": "1"}]},
            ], "volumes": [{"emptyDir": {}, "name": "tmp"}]}}},
            "kind": "Deployment", "apiVersion": "apps/v1",
            "metadata": {"name": "web", "labels": {"app": "web"}},
        });

        let expected = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels:
    app: web
spec:
  replicas: 2
  template:
    spec:
      containers:
      - name: web
        args:
        - \"-c\"
        - \"true\"
        env:
        - name: A
          value: \"1\"
        image: nginx:1.27
      volumes:
      - name: tmp
        emptyDir: {}
";
        assert_eq!(to_yaml(&[deployment]), expected);
    }

    #[test]
    fn what_another_reader_could_misunderstand_stands_in_quotes() {
        for words in [
            "no",
            "1",
            "1e3",
            "0x1f",
            "2026-11-26",
            "12:30",
            "- a",
            "a: b",
            "#x",
            "",
            " a",
            "a ",
            "*x",
            "null",
            "~",
            "@a",
            "%a",
            "key:",
        ] {
            assert_eq!(scalar(words), Value::from(words).to_string(), "{words:?}");
        }
        for words in ["web", "nginx:1.27", "/data", "http://x:80/a?b=c", "a b, c", "*.example.com"] {
            let is_plain = scalar(words) == words;
            assert_eq!(is_plain, !words.starts_with('*'), "{words:?}");
        }
    }

    #[test]
    fn several_lines_stay_lines() {
        let map = json!({"data": {"a.conf": "one\n  two\n\nthree\n", "b": "x\ny", "c": "x\ny\n\n"}});

        let text = to_yaml(&[map, json!({"a": [[1, 2], "p\nq"]})]);

        assert!(text.contains("a.conf: |\n    one\n      two\n\n    three\n"), "{text}");
        assert!(text.contains("b: |-\n    x\n    y\n") && text.contains("c: |+\n    x\n    y\n\n"), "{text}");
        assert!(text.ends_with("---\na:\n- - 1\n  - 2\n- |-\n  p\n  q\n"), "{text}");
    }
}
