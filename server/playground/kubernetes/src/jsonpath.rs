//! The part of `JSONPath` that printer columns use: fields, indexes, wildcards and `?(@.a=="b")` filters.

use serde_json::Value;

/// A parsed path.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct JsonPath(Vec<Step>);

#[derive(Debug, Clone, PartialEq)]
enum Step {
    Field(String),
    Index(i64),
    All,
    Where(Vec<String>, Value),
}

impl JsonPath {
    /// Reads `.spec.names[0].kind`, with or without braces; none when it is something this server cannot follow.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches('{').trim_end_matches('}').trim_start_matches('$');
        let mut steps = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some(inner) = rest.strip_prefix('[') {
                let end = closing_bracket(inner)?;
                steps.push(bracket(inner[..end].trim())?);
                rest = &inner[end + 1..];
            } else {
                let field = rest.strip_prefix('.').unwrap_or(rest);
                if field.starts_with('.') {
                    return None;
                }
                let mut name = String::new();
                let mut consumed = 0;
                let mut characters = field.chars();
                while let Some(character) = characters.next() {
                    match character {
                        '.' | '[' => break,
                        '\\' => {
                            consumed += 1;
                            if let Some(escaped) = characters.next() {
                                name.push(escaped);
                                consumed += escaped.len_utf8();
                            }
                        }
                        other => {
                            name.push(other);
                            consumed += other.len_utf8();
                        }
                    }
                }
                rest = &field[consumed..];
                match name.as_str() {
                    "" => {}
                    "*" => steps.push(Step::All),
                    _ => steps.push(Step::Field(name)),
                }
            }
        }
        Some(Self(steps))
    }

    /// Every value the path leads to.
    pub(crate) fn find<'a>(&self, value: &'a Value) -> Vec<&'a Value> {
        let mut found = vec![value];
        for step in &self.0 {
            found = found.into_iter().flat_map(|value| follow(step, value)).collect();
        }
        found
    }

    /// The path as a JSON pointer, if it only names fields.
    pub(crate) fn pointer(&self) -> Option<String> {
        self.0.iter().try_fold(String::new(), |pointer, step| match step {
            Step::Field(name) => Some(format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))),
            _ => None,
        })
    }
}

fn closing_bracket(text: &str) -> Option<usize> {
    let mut quote = None;
    for (index, character) in text.char_indices() {
        match (quote, character) {
            (None, ']') => return Some(index),
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), close) if open == close => quote = None,
            _ => {}
        }
    }
    None
}

fn bracket(text: &str) -> Option<Step> {
    if text == "*" {
        return Some(Step::All);
    }
    if let Some(name) = unquote(text) {
        return Some(Step::Field(name));
    }
    if let Some(condition) = text.strip_prefix("?(").and_then(|text| text.strip_suffix(')')) {
        let (left, right) = condition.split_once("==")?;
        let path = left.trim().strip_prefix("@.")?.split('.').map(str::to_owned).collect();
        let right = right.trim();
        let wanted = unquote(right).map(Value::String).or_else(|| serde_json::from_str(right).ok())?;
        return Some(Step::Where(path, wanted));
    }
    text.parse().ok().map(Step::Index)
}

fn unquote(text: &str) -> Option<String> {
    let inner = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote).map(str::to_owned);
    inner('"').or_else(|| inner('\''))
}

fn follow<'a>(step: &Step, value: &'a Value) -> Vec<&'a Value> {
    match (step, value) {
        (Step::Field(name), _) => value.get(name).into_iter().collect(),
        (Step::Index(index), Value::Array(list)) => {
            let length = i64::try_from(list.len()).unwrap_or(i64::MAX);
            let index = if *index < 0 { length + index } else { *index };
            usize::try_from(index).ok().and_then(|index| list.get(index)).into_iter().collect()
        }
        (Step::All, Value::Array(list)) => list.iter().collect(),
        (Step::All, Value::Object(fields)) => fields.values().collect(),
        (Step::Where(path, wanted), Value::Array(list)) => list
            .iter()
            .filter(|one| path.iter().try_fold(*one, |value, name| value.get(name)) == Some(wanted))
            .collect(),
        _ => Vec::new(),
    }
}

/// Values as a table shows them.
pub(crate) fn text(values: &[&Value]) -> String {
    let one = |value: &&Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    values.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{JsonPath, text};
    use serde_json::json;

    #[test]
    fn paths_lead_to_fields_elements_and_matches() {
        let object = json!({
            "spec": {"hosts": ["a", "b"]}, "metadata": {"labels": {"example.org/tier": "gold"}},
            "status": {"conditions": [{"type": "Ready", "status": "True"}, {"type": "Other", "status": "False"}]},
        });
        let cases = [
            (".spec.hosts[0]", "a"),
            ("{.spec.hosts[*]}", "a b"),
            (".spec.hosts[-1]", "b"),
            (".metadata.labels.example\\.org/tier", "gold"),
            (".metadata.labels['example.org/tier']", "gold"),
            (".status.conditions[?(@.type==\"Ready\")].status", "True"),
            (".spec.missing.deeper", ""),
        ];
        for (path, expected) in cases {
            assert_eq!(text(&JsonPath::parse(path).unwrap().find(&object)), expected, "{path}");
        }
    }
}
