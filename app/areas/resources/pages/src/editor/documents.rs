//! What would become of objects: whether each changes, the difference, and which pods that restarts.

use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use model::{Level, Status, Unit, link};
use resources_contract::{DiffLine, DocumentPreview, PreviewOutcome, QuotaAfter, RestartWay, Restarts};
use ui::{Banner, Card, DiffKind, DiffView, StatusMark};

/// One object.
pub(crate) fn document(document: DocumentPreview) -> AnyView {
    let DocumentPreview { resource, outcome, diff, warnings, restarts, quotas, .. } = document;
    let (level, word) = match outcome {
        PreviewOutcome::Created => (Level::Progressing, "created"),
        PreviewOutcome::Changed => (Level::Progressing, "changed"),
        PreviewOutcome::Unchanged => (Level::Inactive, "unchanged"),
    };
    let status = Status::new(level, text_of("outcome", word));
    let name = resource.to_string();
    let title = text_with("preview.of", &[("object", &name)]);
    let warning = |warning: String| view! { <Banner level=Level::Warning>{warning}</Banner> };
    let href = link::object(&resource);
    let exists = outcome != PreviewOutcome::Created;
    view! {
        <Card
            title=name
            flush=true
            wide=true
            actions=move || view! { <StatusMark status/>{exists.then(|| view! { <a href=href>{text("show")}</a> })} }
        >
            {warnings.into_iter().map(warning).collect_view()}
            {restarts.as_ref().map(restarted)}
            {quotas.iter().map(quota).collect_view()}
            <DiffView title lines=Signal::stored(numbered(diff))/>
        </Card>
    }
    .into_any()
}

/// What becomes of a limit of the namespace.
fn quota(after: &QuotaAfter) -> AnyView {
    let QuotaAfter { quota, resource, used, after, hard } = after;
    let unit = match resource.as_str() {
        resource if resource.contains("memory") || resource.contains("storage") => Unit::Bytes,
        resource if resource.contains("cpu") => Unit::Cores,
        _ => Unit::Count,
    };
    let amount = |thousandths: &i64| ui::quantity::quantity(*thousandths as f64 / 1_000.0, unit);
    let values: [(&str, &dyn std::fmt::Display); 5] = [
        ("quota", quota),
        ("resource", resource),
        ("used", &amount(used)),
        ("after", &amount(after)),
        ("hard", &amount(hard)),
    ];
    let (level, words) = if after > hard {
        (Level::Warning, text_with("quota.over", &values))
    } else {
        (Level::Inactive, text_with("quota.after", &values))
    };
    view! { <Banner level>{words}</Banner> }.into_any()
}

/// Which pods a change replaces, and how.
fn restarted(restarts: &Restarts) -> AnyView {
    let count: &[(&str, &dyn std::fmt::Display)] = &[("count", &restarts.count)];
    let words = match restarts.way {
        RestartWay::Rolling => text_with("restarts.rolling", count),
        RestartWay::AllAtOnce => text_with("restarts.all-at-once", count),
        RestartWay::OnDeletion => text_with("restarts.on-deletion", count),
        RestartWay::WhenResumed => text_with("restarts.when-resumed", count),
        RestartWay::InPlace => text("restarts.in-place").to_owned(),
    };
    let below = (restarts.from_ordinal > 0)
        .then(|| view! { <p>{text_with("restarts.partition", &[("number", &restarts.from_ordinal)])}</p> });
    let named = (!restarts.pods.is_empty()).then(|| {
        let names = restarts.pods.join(", ");
        view! { <p class="hint"><code>{names}</code></p> }
    });
    view! { <Banner level=Level::Progressing><p>{words}</p>{below}{named}</Banner> }.into_any()
}

/// Gives the lines of a difference their numbers in both texts.
pub(crate) fn numbered(diff: Vec<DiffLine>) -> Vec<ui::DiffLine> {
    let (mut before, mut after) = (1, 1);
    let line = |line| match line {
        DiffLine::Same(text) => {
            let line = ui::DiffLine { kind: DiffKind::Same, before: Some(before), after: Some(after), text };
            (before, after) = (before + 1, after + 1);
            line
        }
        DiffLine::Removed(text) => {
            before += 1;
            ui::DiffLine { kind: DiffKind::Removed, before: Some(before - 1), after: None, text }
        }
        DiffLine::Added(text) => {
            after += 1;
            ui::DiffLine { kind: DiffKind::Added, before: None, after: Some(after - 1), text }
        }
        DiffLine::Gap(lines) => {
            (before, after) = (before + lines, after + lines);
            let text = text_with("diff.gap", &[("count", &lines)]);
            ui::DiffLine { kind: DiffKind::Gap, before: None, after: None, text }
        }
    };
    diff.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_their_numbers_across_a_gap() {
        let diff = vec![
            DiffLine::Gap(10),
            DiffLine::Same("spec:".into()),
            DiffLine::Removed("  replicas: 1".into()),
            DiffLine::Added("  replicas: 2".into()),
            DiffLine::Same("  paused: true".into()),
        ];

        let numbers: Vec<_> = numbered(diff).into_iter().map(|line| (line.before, line.after)).collect();
        assert_eq!(
            numbers,
            [(None, None), (Some(11), Some(11)), (Some(12), None), (None, Some(12)), (Some(13), Some(13))]
        );
    }
}
