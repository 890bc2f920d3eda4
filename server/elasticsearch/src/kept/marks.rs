//! What was looked for, in the messages that were found by it.

use crate::rows::MARKS;
use database::kept_events::words;
use records_contract::{Query, Term};
use std::ops::Range;

/// A message with marks around what was looked for.
pub fn marked(message: &str, query: &Query) -> String {
    let message = message.replace(MARKS.0, "").replace(MARKS.1, "");
    let found = words(&message);
    let mut hits: Vec<Range<usize>> = query.words().flat_map(|term| hits(&found, term)).collect();
    hits.sort_by_key(|hit| hit.start);
    let (mut text, mut at) = (String::new(), 0);
    for hit in hits {
        if hit.start >= at {
            text.extend([&message[at..hit.start], MARKS.0, &message[hit.clone()], MARKS.1]);
            at = hit.end;
        }
    }
    text.push_str(&message[at..]);
    text
}

/// Where the words of a term stand, one behind the other.
fn hits(found: &[(Range<usize>, String)], term: &Term) -> Vec<Range<usize>> {
    let (text, may_go_on) = match term {
        Term::Word { text, .. } => (text, true),
        Term::Phrase { text, .. } => (text, false),
        Term::Field { .. } => return Vec::new(),
    };
    let wanted: Vec<String> = words(text).into_iter().map(|(_, word)| word).collect();
    let Some((last, before)) = wanted.split_last() else { return Vec::new() };
    let fits = |some: &&[(Range<usize>, String)]| {
        let begins = some.iter().zip(before).all(|((_, word), wanted)| word == wanted);
        let ends = some.last().is_some_and(|(_, word)| word == last || may_go_on && word.starts_with(last));
        begins && ends
    };
    let place = |some: &[(Range<usize>, String)]| Some(some.first()?.0.start..some.last()?.0.end);
    found.windows(wanted.len()).filter(fits).filter_map(place).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use records_contract::Of;

    fn shown(typed: &str, message: &str) -> String {
        let marked = marked(message, &Query::parse(Of::Events, typed).unwrap());
        marked.replace(MARKS.0, "[").replace(MARKS.1, "]")
    }

    #[test]
    fn words_and_phrases_are_marked_where_they_stand() {
        assert_eq!(shown("back-off reason:x", "Back-off restarting, back"), "[Back-off] restarting, back");
        assert_eq!(shown("rest off", "Back-off restarting"), "Back-[off] [restarting]");
        assert_eq!(shown("\"back off\" -restarting", "Back-off restarting"), "[Back-off] restarting");
        assert_eq!(shown("\"back of\"", "Back-off restarting"), "Back-off restarting");
        assert_eq!(shown("back back-off", "Back-off"), "[Back]-off");
        assert_eq!(shown("--- größe", "Größe 1"), "[Größe] 1");
    }

    #[test]
    fn a_message_brings_no_marks_of_its_own() {
        assert_eq!(shown("a", "\u{e000}a\u{e001} b"), "[a] b");
    }
}
