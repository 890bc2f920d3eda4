//! What a search says: words and `field:value` terms. The server decides what they mean; this only takes them apart
//! for chips.

/// One part of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The term exactly as it was typed.
    pub text: String,
    /// Whether it limits a field (`status:failed`, `app=web`) rather than being a free word.
    pub is_field: bool,
}

/// Takes a search apart at its spaces; quoted parts stay whole.
pub fn terms(search: &str) -> Vec<Term> {
    let mut terms = Vec::new();
    let mut text = String::new();
    let mut is_quoted = false;
    for character in search.chars() {
        match character {
            '"' => is_quoted = !is_quoted,
            ' ' | '\t' | '\n' if !is_quoted => {
                finish(&mut terms, &mut text);
                continue;
            }
            _ => {}
        }
        text.push(character);
    }
    finish(&mut terms, &mut text);
    terms
}

fn finish(terms: &mut Vec<Term>, text: &mut String) {
    if !text.is_empty() {
        let text = std::mem::take(text);
        let is_field = text.find([':', '=', '<', '>']).is_some_and(|at| at > 0);
        terms.push(Term { text, is_field });
    }
}

/// The search without one of its terms.
pub fn without(search: &str, index: usize) -> String {
    let terms = terms(search).into_iter().enumerate();
    let kept: Vec<String> = terms.filter(|(at, _)| *at != index).map(|(_, term)| term.text).collect();
    kept.join(" ")
}

/// The search with a term for a field, in place of any other term for that field; `None` only takes them out.
pub fn with_field(search: &str, field: &str, value: Option<&str>) -> String {
    let is_same = |term: &Term| term.text.strip_prefix(field).is_some_and(|rest| rest.starts_with(':'));
    let mut kept: Vec<String> =
        terms(search).into_iter().filter(|term| !is_same(term)).map(|term| term.text).collect();
    if let Some(value) = value {
        let quote = if value.contains(' ') { "\"" } else { "" };
        kept.push(format!("{field}:{quote}{value}{quote}"));
    }
    kept.join(" ")
}

/// The value of a field's term, without quotes.
pub fn field_value(search: &str, field: &str) -> Option<String> {
    terms(search).iter().find_map(|term| {
        let value = term.text.strip_prefix(field)?.strip_prefix(':')?;
        Some(value.trim_matches('"').to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(search: &str) -> Vec<String> {
        terms(search).into_iter().map(|term| term.text).collect()
    }

    #[test]
    fn quoted_parts_stay_whole() {
        assert_eq!(
            texts(r#"web  status:"not ready" app=shop"#),
            ["web", r#"status:"not ready""#, "app=shop"]
        );
        assert_eq!(texts(r#"open:"never closed"#), [r#"open:"never closed"#]);
        assert!(texts("  ").is_empty());
    }

    #[test]
    fn words_are_no_fields() {
        let fields: Vec<bool> =
            terms("web status:failed app=x :odd restarts>3").iter().map(|t| t.is_field).collect();

        assert_eq!(fields, [false, true, true, false, true]);
    }

    #[test]
    fn a_field_is_replaced_not_repeated() {
        let search = "web status:failed";

        assert_eq!(with_field(search, "status", Some("warning")), "web status:warning");
        assert_eq!(with_field(search, "status", None), "web");
        assert_eq!(with_field(search, "node", Some("a b")), r#"web status:failed node:"a b""#);
        assert_eq!(field_value(r#"node:"a b""#, "node").as_deref(), Some("a b"));
        assert_eq!(without(search, 0), "status:failed");
    }
}
