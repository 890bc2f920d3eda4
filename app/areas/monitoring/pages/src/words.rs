//! The area's texts.

use model::Language;
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
