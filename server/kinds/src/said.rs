//! What is said to people, before it is known who reads it.

use crate::texts::text_with;
use model::Language;

/// Something to say, in no language yet: what the console says is a key of its texts, what the cluster says stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Said {
    /// Words, names and numbers of the cluster: the same for every reader.
    Own(String),
    /// What the console says.
    Text(Text),
    /// Several parts of one sentence.
    Listed(Vec<Said>),
    /// Several sentences, or none.
    Sentences(Vec<Said>),
}

/// A key of the texts, and what stands in them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Text {
    key: &'static str,
    values: Vec<(&'static str, Said)>,
}

/// The text of a key. What has the forms `….one` and `….other` is asked for without the ending, with a value named `count`.
pub(crate) fn say(key: &'static str) -> Text {
    Text { key, values: Vec::new() }
}

/// A time of so many seconds in its two largest units, as `3 h 12 min`.
pub(crate) fn lasting(seconds: i64) -> Text {
    match seconds {
        0..60 => say("finding.lasting.seconds").with("seconds", seconds),
        60..3600 => say("finding.lasting.minutes").with("minutes", seconds / 60),
        3600..86_400 => {
            say("finding.lasting.hours").with("hours", seconds / 3600).with("minutes", seconds / 60 % 60)
        }
        _ => say("finding.lasting.days").with("days", seconds / 86_400).with("hours", seconds / 3600 % 24),
    }
}

impl Text {
    /// The text with a value in the place of its `{name}`.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<Said>) -> Self {
        // Some are kept for as long as the rows that show them.
        self.values.reserve_exact(1);
        self.values.push((name, value.into()));
        self
    }

    /// The words for a reader.
    pub fn in_language(&self, language: Language) -> String {
        let values: Vec<(&str, String)> =
            self.values.iter().map(|(name, value)| (*name, value.in_language(language))).collect();
        text_with(language, self.key, &values)
    }

    fn heap_bytes(&self) -> usize {
        let own = self.values.capacity() * size_of::<(&str, Said)>();
        own + self.values.iter().map(|(_, value)| value.heap_bytes()).sum::<usize>()
    }
}

impl Said {
    /// Not a word.
    pub(crate) fn nothing() -> Self {
        Self::Sentences(Vec::new())
    }

    /// And then another sentence.
    pub(crate) fn and(self, next: impl Into<Self>) -> Self {
        let mut sentences = match self {
            Self::Sentences(sentences) => sentences,
            one => vec![one],
        };
        sentences.reserve_exact(1);
        sentences.push(next.into());
        Self::Sentences(sentences)
    }

    /// The words for a reader.
    pub fn in_language(&self, language: Language) -> String {
        match self {
            Self::Own(words) => words.clone(),
            Self::Text(text) => text.in_language(language),
            Self::Listed(parts) => {
                let parts: Vec<String> = parts.iter().map(|part| part.in_language(language)).collect();
                parts.join(between_parts(language))
            }
            Self::Sentences(sentences) => {
                let mut words = String::new();
                for sentence in sentences {
                    let sentence = sentence.in_language(language);
                    if needs_space(&words, &sentence, language) {
                        words.push(' ');
                    }
                    words.push_str(&sentence);
                }
                words
            }
        }
    }

    /// Bytes on the heap.
    pub(crate) fn heap_bytes(&self) -> usize {
        match self {
            Self::Own(words) => words.capacity(),
            Self::Text(text) => text.heap_bytes(),
            Self::Listed(parts) | Self::Sentences(parts) => {
                parts.capacity() * size_of::<Self>() + parts.iter().map(Self::heap_bytes).sum::<usize>()
            }
        }
    }
}

fn between_parts(language: Language) -> &'static str {
    match language {
        Language::English => "; ",
        Language::Chinese => "；",
    }
}

/// Between Chinese sentences there is no space, but there is behind what a cluster says in English.
fn needs_space(before: &str, next: &str, language: Language) -> bool {
    let may_touch = match language {
        Language::English => false,
        Language::Chinese => !before.ends_with(|last: char| last.is_ascii()),
    };
    !before.is_empty() && !next.is_empty() && !may_touch
}

impl From<Text> for Said {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

impl From<String> for Said {
    fn from(words: String) -> Self {
        Self::Own(words)
    }
}

impl From<&str> for Said {
    fn from(words: &str) -> Self {
        Self::Own(words.to_owned())
    }
}

impl From<i64> for Said {
    fn from(number: i64) -> Self {
        Self::Own(number.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_each(said: &Said) -> Vec<String> {
        Language::ALL.iter().map(|language| said.in_language(*language)).collect()
    }

    #[test]
    fn a_count_chooses_the_form_where_the_language_has_one() {
        for (count, english, chinese) in [(1_i64, "1 pod", "1 个容器组"), (3, "3 pods", "3 个容器组")]
        {
            assert_eq!(in_each(&say("finding.pods").with("count", count).into()), [english, chinese]);
        }
    }

    #[test]
    fn a_time_is_said_in_two_units() {
        for (seconds, english, chinese) in [
            (59, "59 s", "59 秒"),
            (3_599, "59 min", "59 分钟"),
            (11_520, "3 h 12 min", "3 小时 12 分钟"),
            (277_200, "3 d 5 h", "3 天 5 小时"),
        ] {
            assert_eq!(in_each(&lasting(seconds).into()), [english, chinese]);
        }
    }

    #[test]
    fn sentences_follow_one_another_as_their_language_does() {
        let gone = || say("finding.deletion.waited").with("ago", lasting(60));

        let ours = Said::from(gone()).and(gone());
        let theirs = Said::from("Some content remains.").and(gone());
        let nothing = Said::nothing().and("").and(gone());

        assert_eq!(
            in_each(&ours),
            [
                "It should have been gone 1 min ago. It should have been gone 1 min ago.",
                "它在 1 分钟前就应消失。它在 1 分钟前就应消失。"
            ]
        );
        assert_eq!(in_each(&theirs)[1], "Some content remains. 它在 1 分钟前就应消失。");
        assert_eq!(in_each(&nothing)[0], "It should have been gone 1 min ago.");
    }

    #[test]
    fn what_a_cluster_says_is_not_looked_through_for_places() {
        let said = say("finding.node-says").with("said", "“template {said}”");

        assert_eq!(said.in_language(Language::English), "The node says: “template {said}”.");
    }
}
