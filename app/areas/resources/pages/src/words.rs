//! The area's texts.

use leptos::prelude::*;
use model::{Language, Need};
use resources_contract::FormFault;
use std::fmt::Display;
use ui::texts::Catalogue;

static TEXTS: Catalogue = Catalogue::new(&[
    (Language::English, include_str!("../../texts/en.json")),
    (Language::Chinese, include_str!("../../texts/zh.json")),
]);

pub fn text(key: &str) -> &str {
    TEXTS.text(key)
}

pub fn text_of(group: &str, member: &str) -> String {
    TEXTS.text_of(group, member)
}

pub fn text_with(key: &str, values: &[(&str, &dyn Display)]) -> String {
    TEXTS.text_with(key, values)
}

/// Which right is missing, and who can give it.
pub fn missing(need: &Need) -> String {
    text_with("missing", &[("verb", &need.verb), ("resource", &need.resource), ("who", &need.granted_by)])
}

/// What is wrong with a field, in the reader's language where it is the console that says it.
pub fn fault(said: Signal<Option<String>>) -> Signal<Option<String>> {
    Signal::derive(move || said.get().map(fault_words))
}

fn fault_words(said: String) -> String {
    match FormFault::parse(&said) {
        None => said,
        Some(FormFault::Replicas) => text("fault.replicas").to_owned(),
        Some(FormFault::Revision) => text("fault.revision").to_owned(),
        Some(FormFault::NoValue(line)) => text_with("fault.no-value", &[("line", &line)]),
        Some(FormFault::OpenQuotes(line)) => text_with("fault.open-quotes", &[("line", &line)]),
        Some(FormFault::Confirm(word)) => text_with("fault.confirm", &[("word", &word)]),
        Some(FormFault::Foreign) => text("fault.foreign").to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn every_text_is_written_in_every_language_and_used() {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");

        assert_eq!(ui::texts::check(&source, &TEXTS), Vec::<String>::new());
    }
}
