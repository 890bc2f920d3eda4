//! What installing or removing ready-made rules would do.

use crate::rules::past::wrong;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use model::{Level, ResourceRef, Status, link};
use monitoring_contract::BuiltInPreview;
use resources_contract::{DiffLine, DocumentPreview, FieldConflict, PreviewOutcome};
use ui::{Banner, Card, DiffKind, DiffView, StatusMark, remark_words};

/// What it would do, and what was asked about to the letter.
pub fn change(preview: BuiltInPreview) -> AnyView {
    match preview {
        BuiltInPreview::Written(documents) => documents.into_iter().map(document).collect_view().into_any(),
        BuiltInPreview::Removed(objects) => removed(objects),
        BuiltInPreview::Wrong(problems) => wrong(problems),
    }
}

fn document(document: DocumentPreview) -> AnyView {
    let DocumentPreview { resource, outcome, diff, conflicts, warnings, remarks, .. } = document;
    let (level, word) = match outcome {
        PreviewOutcome::Created => (Level::Progressing, "created"),
        PreviewOutcome::Changed => (Level::Progressing, "changed"),
        PreviewOutcome::Unchanged => (Level::Inactive, "unchanged"),
    };
    let status = Status::new(level, text_of("built-in.outcome", word));
    let remarks = remarks.into_iter().map(|remark| remark_words(remark).to_owned());
    let warning = |warning: String| view! { <Banner level=Level::Warning>{warning}</Banner> };
    let conflict = |FieldConflict { manager, field, .. }: FieldConflict| {
        let words = text_with("built-in.conflict", &[("field", &field), ("manager", &manager)]);
        view! { <Banner level=Level::Warning>{words}</Banner> }
    };
    let name = resource.to_string();
    let title = text_with("built-in.change.of", &[("object", &name)]);
    view! {
        <Card title=name flush=true wide=true actions=move || view! { <StatusMark status/> }>
            {warnings.into_iter().chain(remarks).map(warning).collect_view()}
            {conflicts.into_iter().map(conflict).collect_view()}
            <DiffView title lines=Signal::stored(numbered(diff))/>
        </Card>
    }
    .into_any()
}

fn removed(objects: Vec<ResourceRef>) -> AnyView {
    let line = |object: ResourceRef| {
        let (href, words) = (link::object(&object), object.to_string());
        view! { <li><a href=href>{words}</a></li> }
    };
    view! {
        <Card title=text("built-in.goes")>
            <p class="card-text">{text("built-in.goes.text")}</p>
            <ul>{objects.into_iter().map(line).collect_view()}</ul>
        </Card>
    }
    .into_any()
}

/// Gives the lines of a difference their numbers in both texts.
fn numbered(diff: Vec<DiffLine>) -> Vec<ui::DiffLine> {
    let (mut before, mut after) = (0, 0);
    let line = |line| {
        let (kind, gone, come, text) = match line {
            DiffLine::Same(text) => (DiffKind::Same, 1, 1, text),
            DiffLine::Removed(text) => (DiffKind::Removed, 1, 0, text),
            DiffLine::Added(text) => (DiffKind::Added, 0, 1, text),
            DiffLine::Gap(lines) => {
                (DiffKind::Gap, lines, lines, text_with("built-in.gap", &[("count", &lines)]))
            }
        };
        (before, after) = (before + gone, after + come);
        let shown = |number: u32, counts: u32| (kind != DiffKind::Gap && counts > 0).then_some(number);
        ui::DiffLine { kind, before: shown(before, gone), after: shown(after, come), text }
    };
    diff.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_their_numbers_in_both_texts() {
        let diff = vec![
            DiffLine::Same("spec:".into()),
            DiffLine::Removed("  a: 1".into()),
            DiffLine::Added("  a: 2".into()),
            DiffLine::Same("  b: 1".into()),
        ];

        let numbers: Vec<_> = numbered(diff).into_iter().map(|line| (line.before, line.after)).collect();

        assert_eq!(numbers, [(Some(1), Some(1)), (Some(2), None), (None, Some(2)), (Some(3), Some(3))]);
    }
}
