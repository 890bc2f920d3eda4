//! The difference between two states of an object, as YAML lines.

use crate::change::text;
use kinds::Object;
use resources_contract::DiffLine;
use similar::{ChangeTag, TextDiff};

/// Equal lines that are shown around each difference.
const CONTEXT: usize = 3;

/// The difference between the live object and the result; nothing live means that it is new. Secret values are hidden
/// on both sides, and those that differ are still seen to differ.
pub(crate) fn diff(live: Option<Object<'_>>, result: Object<'_>) -> Vec<DiffLine> {
    let secret = text::is_secret(&result);
    let mut before = live.map_or(Object::Null, text::editable);
    let mut after = text::editable(result);
    if secret {
        text::hide_both(&mut before, &mut after);
    }
    let before = if before == Object::Null { String::new() } else { text::to_yaml(&before) };
    lines(&before, &text::to_yaml(&after))
}

/// The difference between two parts of objects, such as pod templates.
pub(crate) fn of_parts(before: &Object<'_>, after: &Object<'_>) -> Vec<DiffLine> {
    lines(&text::to_yaml(before), &text::to_yaml(after))
}

fn lines(before: &str, after: &str) -> Vec<DiffLine> {
    let diff = TextDiff::from_lines(before, after);
    let mut lines = Vec::new();
    let mut shown_until = 0;
    for group in diff.grouped_ops(CONTEXT) {
        let begins = group.first().map_or(0, |operation| operation.old_range().start);
        push_gap(&mut lines, begins - shown_until);
        for change in group.iter().flat_map(|operation| diff.iter_changes(operation)) {
            let line = change.value().trim_end_matches('\n').to_owned();
            lines.push(match change.tag() {
                ChangeTag::Equal => DiffLine::Same(line),
                ChangeTag::Delete => DiffLine::Removed(line),
                ChangeTag::Insert => DiffLine::Added(line),
            });
        }
        shown_until = group.last().map_or(shown_until, |operation| operation.old_range().end);
    }
    if !lines.is_empty() {
        push_gap(&mut lines, before.lines().count() - shown_until);
    }
    lines
}

fn push_gap(lines: &mut Vec<DiffLine>, left_out: usize) {
    if left_out > 0 {
        lines.push(DiffLine::Gap(u32::try_from(left_out).unwrap_or(u32::MAX)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(lines: std::ops::Range<u32>) -> String {
        lines.map(|line| format!("line {line}\n")).collect()
    }

    #[test]
    fn lines_far_from_a_change_are_counted_instead_of_shown() {
        let before = numbered(0..20);
        let after = before.replace("line 10\n", "line ten\n");

        let same = |line: u32| DiffLine::Same(format!("line {line}"));
        let mut expected = vec![DiffLine::Gap(7), same(7), same(8), same(9)];
        expected.extend([DiffLine::Removed("line 10".into()), DiffLine::Added("line ten".into())]);
        expected.extend([same(11), same(12), same(13), DiffLine::Gap(6)]);
        assert_eq!(lines(&before, &after), expected);
    }

    #[test]
    fn equal_texts_have_no_difference_and_a_new_one_is_all_added() {
        assert_eq!(lines(&numbered(0..20), &numbered(0..20)), []);
        assert_eq!(lines("", "a\nb\n"), [DiffLine::Added("a".into()), DiffLine::Added("b".into())]);
    }
}
