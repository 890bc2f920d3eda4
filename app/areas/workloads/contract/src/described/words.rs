//! What a schema says of a field, cut to what a form has room for.

use super::kept;
use crate::field::Words;
use serde_json::Value;

/// A hint is a sentence, or so many characters of one.
const LONGEST: usize = 180;

/// What is said of a property of this name.
pub(super) fn words(name: &str, said: &Value, resolved: &Value) -> Words {
    let text = |key: &str| said[key].as_str().or_else(|| resolved[key].as_str()).unwrap_or_default();
    let description = text("description").trim();
    let hint = first_sentence(description);
    let more = if hint == description { "" } else { description };
    let usual = said.get("default").or_else(|| resolved.get("default")).map(usual).unwrap_or_default();
    Words { name: kept(name), hint: kept(&hint), more: kept(more), usual: kept(&usual) }
}

/// A default as one would type it.
fn usual(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        // An empty object is there so that what is in it gets its own defaults.
        Value::Object(object) if object.is_empty() => String::new(),
        other => other.to_string(),
    }
}

/// The first sentence on one line, cut at a word where it is long.
fn first_sentence(text: &str) -> String {
    let paragraph = text.split("\n\n").next().unwrap_or_default();
    let line = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = line.match_indices(". ").map(|(place, _)| place + 1).find(|end| ends_sentence(&line[..*end]));
    let sentence = &line[..end.unwrap_or(line.len())];
    if sentence.chars().count() <= LONGEST {
        return sentence.to_owned();
    }
    let cut: String = sentence.chars().take(LONGEST).collect();
    let cut = cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words);
    format!("{} …", cut.trim_end_matches([',', ';', ':']))
}

/// Not behind `e.g.` and its like.
fn ends_sentence(text: &str) -> bool {
    let word = text.rsplit(' ').next().unwrap_or_default().trim_start_matches('(').to_lowercase();
    !matches!(word.as_str(), "e.g." | "i.e." | "etc." | "cf." | "vs.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_hint_is_the_first_sentence() {
        assert_eq!(first_sentence("One thing.\nAnother, e.g. this."), "One thing.");
        assert_eq!(first_sentence("A name, e.g. web. More."), "A name, e.g. web.");
        assert_eq!(first_sentence("No full stop\n\nMore"), "No full stop");
        assert_eq!(first_sentence("Version 1.2 of it"), "Version 1.2 of it");
        assert_eq!(first_sentence(""), "");
        let long = first_sentence(&"word ".repeat(100));
        assert!(long.ends_with("word …") && long.chars().count() <= LONGEST + 2, "{long}");
    }

    #[test]
    fn all_of_it_is_kept_where_it_is_more_than_that() {
        let of = |description: &str| words("a", &json!({ "description": description }), &Value::Null);

        assert_eq!((of("Short.").hint, of("Short.").more), ("Short.", ""));
        assert_eq!((of("Short. Long.").hint, of("Short. Long.").more), ("Short.", "Short. Long."));
    }

    #[test]
    fn a_default_reads_as_it_would_be_typed() {
        let of = |default: Value| words("a", &json!({ "default": default }), &Value::Null).usual;

        assert_eq!(of(json!("RSA")), "RSA");
        assert_eq!(of(json!(30)), "30");
        assert_eq!(of(json!(false)), "false");
        assert_eq!(of(json!(["a"])), r#"["a"]"#);
        assert_eq!(of(json!({})), "");
        assert_eq!(words("a", &json!({}), &json!({"default": 1, "description": "Of the type."})).usual, "1");
    }
}
