//! Two texts compared.

use crate::words::{text, text_of, text_with};
use leptos::prelude::*;

/// What a line of a comparison is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiffKind {
    /// In both texts.
    Same,
    /// Only in the new text.
    Added,
    /// Only in the old text.
    Removed,
    /// Lines left out here.
    Gap,
}

impl DiffKind {
    fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Gap => "gap",
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Self::Same => " ",
            Self::Added => "+",
            Self::Removed => "−",
            Self::Gap => "⋯",
        }
    }
}

/// A line of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffLine {
    /// What it is.
    pub kind: DiffKind,
    /// Its number in the old text.
    pub before: Option<u32>,
    /// Its number in the new text.
    pub after: Option<u32>,
    /// The line.
    pub text: String,
}

/// Gives the lines of a difference their numbers in both texts.
pub fn numbered(diff: Vec<model::DiffLine>) -> Vec<DiffLine> {
    let (mut before, mut after) = (1, 1);
    let line = |line| match line {
        model::DiffLine::Same(text) => {
            let line = DiffLine { kind: DiffKind::Same, before: Some(before), after: Some(after), text };
            (before, after) = (before + 1, after + 1);
            line
        }
        model::DiffLine::Removed(text) => {
            before += 1;
            DiffLine { kind: DiffKind::Removed, before: Some(before - 1), after: None, text }
        }
        model::DiffLine::Added(text) => {
            after += 1;
            DiffLine { kind: DiffKind::Added, before: None, after: Some(after - 1), text }
        }
        model::DiffLine::Gap(lines) => {
            (before, after) = (before + lines, after + lines);
            let text = text_with("diff.gap", &[("count", &lines)]);
            DiffLine { kind: DiffKind::Gap, before: None, after: None, text }
        }
    };
    diff.into_iter().map(line).collect()
}

/// The difference of two texts, unified or side by side.
#[component]
pub fn DiffView(
    /// What is compared, for screen readers.
    #[prop(into)]
    title: String,
    /// All lines in order, removed before added.
    #[prop(into)]
    lines: Signal<Vec<DiffLine>>,
    /// Old to the left, new to the right. Narrow screens show one below the other all the same.
    #[prop(optional, into)]
    side_by_side: Signal<bool>,
) -> impl IntoView {
    let has_changes = Memo::new(move |_| {
        lines.read().iter().any(|line| matches!(line.kind, DiffKind::Added | DiffKind::Removed))
    });
    let rows = move || {
        let lines = lines.get();
        if side_by_side.get() {
            pairs(lines).into_iter().map(pair).collect_view().into_any()
        } else {
            lines.into_iter().map(unified).collect_view().into_any()
        }
    };
    view! {
        <Show
            when=move || has_changes.get()
            fallback=|| view! { <p class="diff-nothing">{text("diff.nothing")}</p> }
        >
            <div class="diff" data-layout=move || if side_by_side.get() { "split" } else { "unified" }>
                <table aria-label=title.clone()>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </Show>
    }
}

fn unified(line: DiffLine) -> AnyView {
    let number = |number: Option<u32>| number.map(|number| number.to_string());
    let (before, after) = (number(line.before), number(line.after));
    view! {
        <tr>
            <td class="diff-number">{before}</td>
            <td class="diff-number">{after}</td>
            {side(Some(line))}
        </tr>
    }
    .into_any()
}

fn pair((old, new): (Option<DiffLine>, Option<DiffLine>)) -> AnyView {
    let number = |line: &Option<DiffLine>, pick: fn(&DiffLine) -> Option<u32>| {
        line.as_ref().and_then(pick).map(|number| number.to_string())
    };
    view! {
        <tr>
            <td class="diff-number">{number(&old, |line| line.before)}</td>
            {side(old)}
            <td class="diff-number">{number(&new, |line| line.after)}</td>
            {side(new)}
        </tr>
    }
    .into_any()
}

fn side(line: Option<DiffLine>) -> AnyView {
    let Some(DiffLine { kind, text, .. }) = line else {
        return view! { <td class="diff-text" data-kind="absent"></td> }.into_any();
    };
    let spoken = match kind {
        DiffKind::Added | DiffKind::Removed => {
            Some(view! { <span class="visually-hidden">{text_of("diff", kind.word())}</span> })
        }
        DiffKind::Same | DiffKind::Gap => None,
    };
    view! {
        <td class="diff-text" data-kind=kind.word()>
            {spoken}
            <span class="diff-sign" aria-hidden="true">{kind.sign()}</span>
            <code>{text}</code>
        </td>
    }
    .into_any()
}

/// Puts the removed lines of a block beside the added ones.
fn pairs(lines: Vec<DiffLine>) -> Vec<(Option<DiffLine>, Option<DiffLine>)> {
    let mut pairs = Vec::with_capacity(lines.len());
    let (mut removed, mut added) = (Vec::new(), Vec::new());
    for line in lines {
        match line.kind {
            DiffKind::Removed if added.is_empty() => removed.push(line),
            DiffKind::Removed => {
                finish(&mut pairs, &mut removed, &mut added);
                removed.push(line);
            }
            DiffKind::Added => added.push(line),
            DiffKind::Same | DiffKind::Gap => {
                finish(&mut pairs, &mut removed, &mut added);
                pairs.push((Some(line.clone()), Some(line)));
            }
        }
    }
    finish(&mut pairs, &mut removed, &mut added);
    pairs
}

fn finish(
    pairs: &mut Vec<(Option<DiffLine>, Option<DiffLine>)>,
    removed: &mut Vec<DiffLine>,
    added: &mut Vec<DiffLine>,
) {
    let count = removed.len().max(added.len());
    let (mut old, mut new) = (removed.drain(..), added.drain(..));
    pairs.extend((0..count).map(|_| (old.next(), new.next())));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_their_numbers_across_a_gap() {
        let diff = vec![
            model::DiffLine::Gap(10),
            model::DiffLine::Same("spec:".into()),
            model::DiffLine::Removed("  replicas: 1".into()),
            model::DiffLine::Added("  replicas: 2".into()),
            model::DiffLine::Same("  paused: true".into()),
        ];

        let numbers: Vec<_> = numbered(diff).into_iter().map(|line| (line.before, line.after)).collect();
        assert_eq!(
            numbers,
            [(None, None), (Some(11), Some(11)), (Some(12), None), (None, Some(12)), (Some(13), Some(13))]
        );
    }

    fn line(kind: DiffKind, text: &str) -> DiffLine {
        DiffLine { kind, before: None, after: None, text: text.into() }
    }

    #[test]
    fn a_changed_line_stands_beside_what_it_was() {
        let lines = vec![
            line(DiffKind::Same, "a"),
            line(DiffKind::Removed, "b"),
            line(DiffKind::Removed, "c"),
            line(DiffKind::Added, "B"),
            line(DiffKind::Same, "d"),
        ];

        let texts: Vec<(Option<String>, Option<String>)> = pairs(lines)
            .into_iter()
            .map(|(old, new)| (old.map(|line| line.text), new.map(|line| line.text)))
            .collect();

        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            texts,
            [(some("a"), some("a")), (some("b"), some("B")), (some("c"), None), (some("d"), some("d")),]
        );
    }
}
