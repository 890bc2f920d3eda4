//! Trying the draft out, showing what would become of it, and sending it.

use super::editing::{Editing, words_of};
use super::quota::amount;
use super::{step_name, taken};
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use model::{ConsoleError, FieldProblem, Level, link};
use resources_contract::{
    DiffLine, DocumentPreview, PreviewOutcome, QuotaAfter, RestartWay, Restarts, apply_manifest,
    preview_manifest,
};
use serde_json::Value;
use ui::{
    Banner, Button, ButtonKind, Card, CopyButton, DiffKind, DiffView, Glyph, Problem, StatusMark, use_toasts,
};
use workloads_contract::{Draft, Form, check_pair};

/// What was found out about a text.
type Previewed = (String, Result<Vec<DocumentPreview>, ConsoleError>);

/// The foot of the form: try it out, send it, and what came of it.
pub fn foot(editing: Editing) -> AnyView {
    let preview = RwSignal::new(None::<Previewed>);
    let (is_previewing, is_sending) = (RwSignal::new(false), RwSignal::new(false));
    let refused = RwSignal::new(None::<ConsoleError>);
    let yaml = Memo::new(move |_| editing.draft.read().to_yaml());
    let is_previewed =
        Memo::new(move |_| matches!(&*preview.read(), Some((text, Ok(_))) if *text == *yaml.read()));
    let is_taken = Memo::new(move |_| {
        preview.read().as_ref().is_some_and(|(_, answer)| !taken::found(editing.is_new(), answer).is_empty())
    });
    let on_preview = Callback::new(move |()| {
        editing.shows_all.set(true);
        if is_previewing.get_untracked() || !editing.faults.read_untracked().is_empty() {
            return;
        }
        let asked = yaml.get_untracked();
        is_previewing.set(true);
        refused.set(None);
        leptos::task::spawn_local(async move {
            let problems = unfit(editing).await;
            let answer = match problems {
                Ok(()) => preview_manifest(editing.change(asked.clone())).await,
                Err(error) => Err(error),
            };
            // The page may have been left.
            if is_previewing.try_set(false).is_some() {
                return;
            }
            let mut problems = editing.draft.with_untracked(|draft| told(editing.form, draft, &answer));
            problems.extend(taken::found(editing.is_new(), &answer));
            editing.told.set(problems);
            preview.set(Some((asked, answer)));
        });
    });
    let toasts = use_toasts();
    let go = use_navigate();
    let on_send = Callback::new(move |()| {
        let (asked, go) = (yaml.get_untracked(), go.clone());
        is_sending.set(true);
        leptos::task::spawn_local(async move {
            let answer = apply_manifest(editing.change(asked)).await;
            if is_sending.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(applied) => {
                    editing.sent();
                    toasts.say(
                        Level::Healthy,
                        text_of("done", if editing.is_new() { "create" } else { "edit" }),
                    );
                    if let Some(first) = applied.first() {
                        go(&link::object(&first.resource), NavigateOptions::default());
                    }
                }
                Err(error) => refused.set(Some(error)),
            }
        });
    });
    let blocked = Signal::derive(move || {
        if let Some(fault) = editing.faults.read().first() {
            let count = editing.faults.read().len();
            let values: [(&str, &dyn std::fmt::Display); 2] =
                [("count", &count), ("first", &words_of(fault))];
            return Some(text_with("send.faults", &values));
        }
        if !is_previewed.get() {
            return Some(text("send.preview-first").to_owned());
        }
        is_taken.get().then(|| text("send.taken").to_owned())
    });
    let words = if editing.is_new() { text("send.create") } else { text("send.save") };
    view! {
        <div class="form-foot needs-scripts">
            <Button glyph=Glyph::Diff busy=is_previewing on_press=on_preview>{text("send.preview")}</Button>
            <Button kind=ButtonKind::Primary busy=is_sending disabled_because=blocked on_press=on_send>{words}</Button>
            <Button kind=ButtonKind::Quiet on_press=move |()| editing.start_over()>{text("send.start-over")}</Button>
        </div>
        {move || missing(editing)}
        <div class="form-outcome" aria-live="polite">
            {move || refused.get().map(|error| view! { <Problem error/> })}
            {move || preview.get().map(|(text, answer)| outcome(answer, text != *yaml.read()))}
        </div>
        {kubectl(yaml.into())}
    }
    .into_any()
}

/// What keeps the draft from being tried out, each as a sentence that says where.
fn missing(editing: Editing) -> AnyView {
    let faults = editing.faults.read();
    if !editing.shows_all.get() || faults.is_empty() {
        return ().into_any();
    }
    let line = |fault: &workloads_contract::Fault| {
        let section = editing.form.step_of(&fault.place).and_then(|step| editing.form.sections.get(step));
        let section = section.map(step_name).unwrap_or_default();
        // The last part that is a word names the field.
        let field = fault.place.rsplit('/').find(|part| part.parse::<usize>().is_err()).unwrap_or_default();
        view! { <li>{section}" · "<code>{field.to_owned()}</code>": "{words_of(fault)}</li> }
    };
    let lines = faults.iter().take(8).map(line).collect_view();
    view! { <Banner level=Level::Warning><p>{text("send.missing")}</p><ul>{lines}</ul></Banner> }.into_any()
}

/// A certificate is held against its key before anything is sent.
async fn unfit(editing: Editing) -> Result<(), ConsoleError> {
    let draft = editing.draft.get_untracked();
    if draft.at(0, "type").and_then(Value::as_str) != Some("kubernetes.io/tls") {
        return Ok(());
    }
    let part = |key: &str| {
        draft.at(0, &format!("stringData/{key}")).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let problems = check_pair(part("tls.crt"), part("tls.key")).await?;
    if problems.is_empty() { Ok(()) } else { Err(ConsoleError::Invalid { problems }) }
}

/// What the server says about fields, under the paths of the controls that it can be told at.
fn told(
    form: &Form,
    draft: &Draft,
    answer: &Result<Vec<DocumentPreview>, ConsoleError>,
) -> Vec<FieldProblem> {
    let Err(ConsoleError::Invalid { problems }) = answer else { return Vec::new() };
    let mut problems = problems.clone();
    for problem in &mut problems {
        let path = problem.field.replace('[', "/").replace(']', "").replace('.', "/").replace("tls/", "tls.");
        let path = draft.told_at(form, &path);
        let nearest = form.nearest(&format!("0/{path}"));
        problem.field = nearest.and_then(|place| Some(place.split_once('/')?.1.to_owned())).unwrap_or(path);
    }
    problems
}

fn outcome(answer: Result<Vec<DocumentPreview>, ConsoleError>, is_old: bool) -> AnyView {
    let old = is_old.then(|| view! { <Banner level=Level::Inactive>{text("send.old")}</Banner> });
    let content = match answer {
        Err(error) => view! { <Problem error/> }.into_any(),
        Ok(documents) => documents.into_iter().map(document).collect_view().into_any(),
    };
    view! { {old}<div data-old=is_old.then_some("") class="form-previews">{content}</div> }.into_any()
}

fn document(document: DocumentPreview) -> AnyView {
    let DocumentPreview { resource, outcome, diff, warnings, conflicts, restarts, quotas } = document;
    // What something new takes is said beside the form while it is filled in.
    let quotas = if outcome == PreviewOutcome::Changed { quotas } else { Vec::new() };
    let (level, word) = match outcome {
        PreviewOutcome::Created => (Level::Progressing, "created"),
        PreviewOutcome::Changed => (Level::Progressing, "changed"),
        PreviewOutcome::Unchanged => (Level::Inactive, "unchanged"),
    };
    let status = model::Status::new(level, text_of("outcome", word));
    let name = resource.to_string();
    let warning = |warning: String| view! { <Banner level=Level::Warning>{warning}</Banner> };
    let conflict = |conflict: resources_contract::FieldConflict| {
        let values: [(&str, &dyn std::fmt::Display); 2] =
            [("field", &conflict.field), ("manager", &conflict.manager)];
        let words = text_with("send.conflict", &values);
        view! { <Banner level=Level::Warning>{words}</Banner> }
    };
    let title = text_with("send.preview-of", &[("object", &name)]);
    view! {
        <Card title=name flush=true wide=true actions=move || view! { <StatusMark status/> }>
            {warnings.into_iter().map(warning).collect_view()}
            {conflicts.into_iter().map(conflict).collect_view()}
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
    let is_bytes = resource.contains("memory") || resource.contains("storage");
    let amount = |thousandths: &i64| amount(i128::from(*thousandths), is_bytes);
    let values: [(&str, &dyn std::fmt::Display); 3] =
        [("used", &amount(used)), ("after", &amount(after)), ("hard", &amount(hard))];
    let (level, words) = if after > hard {
        (Level::Warning, text_with("quota.over", &values))
    } else {
        (Level::Inactive, text_with("quota.line", &values))
    };
    let (resource, quota) = (resource.clone(), quota.clone());
    view! { <Banner level><code>{resource}</code>" "{quota}": "{words}</Banner> }.into_any()
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
fn numbered(diff: Vec<DiffLine>) -> Vec<ui::DiffLine> {
    let (mut before, mut after) = (0, 0);
    let line = |line| {
        let (kind, is_before, is_after, text) = match line {
            DiffLine::Same(text) => (DiffKind::Same, true, true, text),
            DiffLine::Removed(text) => (DiffKind::Removed, true, false, text),
            DiffLine::Added(text) => (DiffKind::Added, false, true, text),
            DiffLine::Gap(lines) => {
                (before, after) = (before + lines, after + lines);
                let text = text_with("send.gap", &[("count", &lines)]);
                return ui::DiffLine { kind: DiffKind::Gap, before: None, after: None, text };
            }
        };
        before += u32::from(is_before);
        after += u32::from(is_after);
        ui::DiffLine { kind, before: is_before.then_some(before), after: is_after.then_some(after), text }
    };
    diff.into_iter().map(line).collect()
}

/// The same by hand.
fn kubectl(yaml: Signal<String>) -> AnyView {
    let command =
        Signal::derive(move || format!("kubectl apply --server-side -f - <<'EOF'\n{}EOF", yaml.read()));
    view! {
        <details class="kubectl">
            <summary>{text("kubectl")}</summary>
            <div class="kubectl-body"><CopyButton value=command/><pre><code>{move || command.get()}</code></pre></div>
        </details>
    }
    .into_any()
}
