//! How well an object is, before it is known who reads it.

use crate::Said;
use crate::texts::text;
use model::{Language, Level, Status};
use std::borrow::Cow;

/// How well an object is, for readers of any language: a row is kept once for all of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Health {
    /// Shape and colour.
    pub level: Level,
    /// The word by which people search and which orders columns, whatever they read: `CrashLoopBackOff`, `2 unavailable`.
    pub word: String,
    /// Why; nothing when the word says all.
    pub reason: Said,
}

impl Health {
    /// One whose word says all.
    pub fn new(level: Level, word: impl Into<String>) -> Self {
        Self { level, word: word.into(), reason: Said::nothing() }
    }

    /// The same with the reason for it.
    #[must_use]
    pub fn because(mut self, reason: impl Into<Said>) -> Self {
        self.reason = reason.into();
        self
    }

    /// What a reader is told.
    pub fn in_language(&self, language: Language) -> Status {
        Status::new(self.level, self.word_in(language)).because(self.reason.in_language(language))
    }

    /// The word that a reader sees. What Kubernetes calls so stays as it is: whoever looks it up finds nothing else.
    pub fn word_in(&self, language: Language) -> Cow<'_, str> {
        if language == Language::English {
            return Cow::Borrowed(&self.word);
        }
        let (count, words) = match self.word.split_once(' ') {
            Some((count, words)) if count.bytes().all(|digit| digit.is_ascii_digit()) => (count, words),
            _ => ("", self.word.as_str()),
        };
        let key = format!("word.{}", words.to_lowercase().replace(' ', "-"));
        // A custom resource may be "Unavailable", which is no number of pods.
        match text(language, &key).filter(|written| written.contains("{count}") != count.is_empty()) {
            Some(written) => Cow::Owned(written.replace("{count}", count)),
            None => Cow::Borrowed(&self.word),
        }
    }

    /// Bytes on the heap.
    pub(crate) fn heap_bytes(&self) -> usize {
        self.word.capacity() + self.reason.heap_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text_keys;
    use std::path::Path;

    fn in_chinese(word: &str) -> String {
        Health::new(Level::Warning, word).in_language(Language::Chinese).word
    }

    #[test]
    fn what_the_console_says_is_told_in_the_readers_language_and_what_kubernetes_says_stays() {
        for (word, told) in [
            ("2 unavailable", "2 个不可用"),
            ("Last run failed", "上次运行失败"),
            ("CrashLoopBackOff", "CrashLoopBackOff"),
            ("Unavailable", "Unavailable"),
            ("Ready,SchedulingDisabled", "Ready,SchedulingDisabled"),
            ("", ""),
        ] {
            assert_eq!(in_chinese(word), told);
            assert_eq!(Health::new(Level::Warning, word).in_language(Language::English).word, word);
        }
    }

    #[test]
    fn words_are_written_as_the_sources_say_them() {
        let code = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));

        for key in text_keys(Language::English).filter(|key| key.starts_with("word.")) {
            let word = text(Language::English, key).unwrap_or_default();
            assert!(
                code.contains(&format!("\"{}\"", word.replace("{count}", "{}"))),
                "no status is called {word}"
            );
            let said = word.replace("{count}", "7");
            assert_ne!(in_chinese(&said), said, "{key} is not what {word} is looked up by");
        }
        let said = code.split("Health::new(").skip(1);
        for words in said.filter_map(|behind| behind.lines().next()?.split('"').nth(1)) {
            assert!(!words.contains(' ') || in_chinese(words) != words, "{words} is said in English alone");
        }
    }

    /// The sources below a folder, each without the tests at its end.
    fn sources(folder: &Path) -> String {
        let entries = std::fs::read_dir(folder).expect("the crate has sources");
        let paths = entries.map(|entry| entry.expect("the folder can be read").path());
        let read = |path: std::path::PathBuf| match path.is_dir() {
            true => sources(&path),
            false => {
                let file = std::fs::read_to_string(&path).expect("a source can be read");
                file.split("#[cfg(test)]").next().unwrap_or_default().to_owned()
            }
        };
        paths.map(read).collect()
    }
}
