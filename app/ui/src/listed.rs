//! What is put together from several words, with the marks of the reader's language.

use crate::words::{text, text_with};

/// Several names or words in one sentence.
pub fn listed<S: AsRef<str>>(names: &[S]) -> String {
    joined(names, text("listed.names"))
}

/// Several sentences, or parts of one in which names may be listed.
pub fn in_turn<S: AsRef<str>>(parts: &[S]) -> String {
    joined(parts, text("listed.parts"))
}

/// What follows words that stand in several places alike: which of them is meant, or what is to be said of it.
pub fn about_words(what: &str) -> String {
    text_with("listed.about", &[("what", &what)])
}

fn joined<S: AsRef<str>>(parts: &[S], between: &str) -> String {
    parts.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join(between)
}

#[cfg(test)]
mod tests {
    use super::*;
    use leptos::prelude::{Owner, provide_context};
    use model::{Language, Preferences};

    #[test]
    fn marks_between_words_are_those_of_the_readers_language() {
        let said = || format!("web{}", about_words(&in_turn(&[listed(&["a", "b"]), "c".to_owned()])));

        assert_eq!(said(), "web: a, b; c");
        Owner::new().with(|| {
            provide_context(Preferences { language: Language::Chinese, ..Preferences::default() });
            assert_eq!(said(), "web：a、b；c");
        });
    }
}
