//! The words of messages, by which they are found.

use std::ops::Range;

/// The words of a text in small letters, each with where it stands. Letters of scripts that put no spaces between words are a
/// word each.
pub fn words(text: &str) -> Vec<(Range<usize>, String)> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut begun = None;
    for (at, letter) in text.char_indices().chain([(text.len(), ' ')]) {
        let is_inside = letter.is_alphanumeric() && !is_word(letter);
        if is_inside {
            begun = begun.or(Some(at));
            continue;
        }
        found.extend(begun.take().map(|from| from..at));
        if is_word(letter) {
            found.push(at..at + letter.len_utf8());
        }
    }
    found.into_iter().map(|range| (range.clone(), text[range].to_lowercase())).collect()
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric()
        && matches!(letter, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// A text as it is searched: its words with a space around each.
pub(super) fn searched(text: &str) -> String {
    let words = joined(text);
    if words.is_empty() { String::new() } else { format!(" {words} ") }
}

/// The pattern that finds the words of a text, one behind the other, of which the last may go on. Nothing is found by a text
/// without words.
pub(super) fn pattern(text: &str, may_go_on: bool) -> Option<String> {
    let words = joined(text);
    let end = if may_go_on { "%" } else { " %" };
    (!words.is_empty()).then(|| format!("% {words}{end}"))
}

fn joined(text: &str) -> String {
    words(text).into_iter().map(|(_, word)| word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_letters_and_digits_in_small_letters() {
        assert_eq!(searched("Back-off restarting pod web_0 (v1.2)"), " back off restarting pod web 0 v1 2 ");
        assert_eq!(searched("拉取镜像 OK"), " 拉 取 镜 像 ok ");
        assert_eq!(searched("--- !"), "");
    }

    #[test]
    fn a_word_is_where_it_stands() {
        let text = "Größe: 12";

        let found: Vec<&str> = words(text).into_iter().map(|(range, _)| &text[range]).collect();

        assert_eq!(found, ["Größe", "12"]);
    }

    #[test]
    fn a_pattern_holds_words_and_nothing_that_patterns_are_made_of() {
        assert_eq!(pattern("Back-off", true).as_deref(), Some("% back off%"));
        assert_eq!(pattern("100% of_it", false).as_deref(), Some("% 100 of it %"));
        assert_eq!(pattern("%", true), None);
    }
}
