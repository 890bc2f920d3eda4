//! Trying the draft out, showing what would become of it, and sending it.

use super::editing::{Editing, words_of};
use super::{step_name, taken};
use crate::by_hand::folded;
use crate::words::{text, text_of, text_with};
use leptos::html::Div;
use leptos::prelude::*;
use model::{ConsoleError, DocumentPreview, FieldConflict, FieldProblem, Level, PreviewOutcome, link};
use resources_contract::{Applied, apply_manifest, preview_manifest};
use ui::{Banner, Button, ButtonKind, Glyph, ObjectPreview, Problem, use_leading, use_toasts};
use workloads_contract::{Draft, Form, check_pair};

/// What was found out about a text.
pub type Previewed = (String, Result<Vec<DocumentPreview>, ConsoleError>);

/// What came of the form without scripts, when its page is shown because of that.
#[derive(Default)]
pub struct Came {
    pub preview: Option<Previewed>,
    pub refused: Option<ConsoleError>,
}

/// The foot of the form: try it out, send it, and what came of it.
pub fn foot(editing: Editing, step: RwSignal<usize>, came: Came) -> AnyView {
    let Came { preview, refused } = came;
    let answer = refused.as_ref().or(preview.as_ref().and_then(|(_, answer)| answer.as_ref().err()));
    if let Some(error) = answer {
        editing.told.set(editing.draft.with_untracked(|draft| told(editing.form, draft, error)));
    }
    if let Some((_, answer)) = &preview {
        editing.told.update(|told| told.extend(taken::found(editing.is_new(), answer)));
    }
    let (preview, refused) = (RwSignal::new(preview), RwSignal::new(refused));
    let (is_previewing, is_sending) = (RwSignal::new(false), RwSignal::new(false));
    let yaml = Memo::new(move |_| editing.draft.read().to_yaml());
    let is_previewed =
        Memo::new(move |_| matches!(&*preview.read(), Some((text, Ok(_))) if *text == *yaml.read()));
    let is_taken = Memo::new(move |_| {
        preview.read().as_ref().is_some_and(|(_, answer)| !taken::found(editing.is_new(), answer).is_empty())
    });
    let came = NodeRef::<Div>::new();
    let on_preview = Callback::new(move |()| {
        editing.shows_all.set(true);
        if !editing.faults.read_untracked().is_empty() {
            show(came);
            return;
        }
        if is_previewing.get_untracked() {
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
            let told = |error| editing.draft.with_untracked(|draft| told(editing.form, draft, error));
            let mut problems = answer.as_ref().err().map(told).unwrap_or_default();
            problems.extend(taken::found(editing.is_new(), &answer));
            editing.told.set(problems);
            preview.set(Some((asked, answer)));
            show(came);
        });
    });
    let (toasts, leading) = (use_toasts(), use_leading());
    let on_send = Callback::new(move |()| {
        let (asked, here) = (yaml.get_untracked(), leading.here());
        is_sending.set(true);
        leptos::task::spawn_local(async move {
            let answer = apply_manifest(editing.change(asked)).await.and_then(Applied::all_well);
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
                        here.lead_to(&link::object(&first.resource));
                    }
                }
                Err(error) => {
                    refused.set(Some(error));
                    show(came);
                }
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
        <div class="form-outcome" aria-live="polite" node_ref=came>
            {move || missing(editing, step)}
            {move || refused.get().map(|error| view! { <Problem error/> })}
            {move || preview.get().map(|(text, answer)| outcome(answer, text != *yaml.read()))}
        </div>
        {kubectl(yaml.into())}
    }
    .into_any()
}

/// Brings what came of a press into view: it stands below fields that are mostly longer than the window.
fn show(came: NodeRef<Div>) {
    if let Some(came) = came.get_untracked() {
        request_animation_frame(move || came.scroll_into_view());
    }
}

/// What keeps the draft from being tried out, each as a sentence that says where and leads there.
fn missing(editing: Editing, step: RwSignal<usize>) -> AnyView {
    let faults = editing.faults.read();
    if !editing.shows_all.get() || faults.is_empty() {
        return ().into_any();
    }
    let line = |fault: &workloads_contract::Fault| {
        let index = editing.form.step_of(&fault.place);
        let section = index.and_then(|index| editing.form.sections.get(index)).map(step_name);
        // The last part that is a word names the field.
        let field = fault.place.rsplit('/').find(|part| part.parse::<usize>().is_err()).unwrap_or_default();
        let input = format!("{}-input", fault.place);
        let href = format!("#{input}");
        let go = move |event: leptos::ev::MouseEvent| {
            // The router would take it for a way to another page.
            event.prevent_default();
            event.stop_propagation();
            lead_to(step, index, &input);
        };
        view! {
            <li>
                {section.unwrap_or_default()}" · "<a href=href on:click=go><code>{field.to_owned()}</code></a>": "
                {words_of(fault)}
            </li>
        }
    };
    let lines = faults.iter().take(8).map(line).collect_view();
    view! { <Banner level=Level::Warning><p>{text("send.missing")}</p><ul>{lines}</ul></Banner> }.into_any()
}

/// Goes to the step of a field, and there to its input.
fn lead_to(step: RwSignal<usize>, index: Option<usize>, input: &str) {
    if let Some(index) = index.filter(|index| *index != step.get_untracked()) {
        step.set(index);
    }
    let input = format!("[id=\"{input}\"]");
    // By then the step is drawn, and what is folded around what is wrong is open.
    request_animation_frame(move || ui::give_focus(&input));
}

/// A certificate is held against its key before anything is sent.
async fn unfit(editing: Editing) -> Result<(), ConsoleError> {
    let Some((certificate, key)) = editing.draft.with_untracked(Draft::certificate) else { return Ok(()) };
    let problems = check_pair(certificate, key).await?;
    if problems.is_empty() { Ok(()) } else { Err(ConsoleError::Invalid { problems }) }
}

/// What the server says about fields, under the paths of the controls that it can be told at.
fn told(form: &Form, draft: &Draft, error: &ConsoleError) -> Vec<FieldProblem> {
    let ConsoleError::Invalid { problems } = error else { return Vec::new() };
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
        Ok(documents) => documents.into_iter().map(beside_form).collect_view().into_any(),
    };
    view! { {old}<div data-old=is_old.then_some("") class="form-previews">{content}</div> }.into_any()
}

/// What something new takes is said beside the form while it is filled in.
fn beside_form(mut preview: DocumentPreview) -> AnyView {
    if preview.outcome == PreviewOutcome::Created {
        preview.quotas.clear();
    }
    document(preview)
}

/// What would become of an object, and whose fields that would touch.
pub fn document(preview: DocumentPreview) -> AnyView {
    let conflict = |conflict: &FieldConflict| {
        let values: [(&str, &dyn std::fmt::Display); 2] =
            [("field", &conflict.field), ("manager", &conflict.manager)];
        let words = text_with("send.conflict", &values);
        view! { <Banner level=Level::Warning>{words}</Banner> }
    };
    let conflicts = preview.conflicts.iter().map(conflict).collect_view();
    view! { {conflicts}<ObjectPreview preview/> }.into_any()
}

/// The same by hand.
pub fn kubectl(yaml: Signal<String>) -> AnyView {
    let command =
        Signal::derive(move || format!("kubectl apply --server-side -f - <<'EOF'\n{}EOF", yaml.read()));
    folded(command)
}
