//! Editing YAML: preview by a dry run with the difference and the conflicts, then apply.

use crate::act::{Sending, send_on_submit};
use crate::words::{text, text_of, text_with};
use leptos::html::Div;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::{ClusterName, ConsoleError, FieldProblem, KindSlug, Level, Namespace, Status, link};
use resources_contract::{
    Applied, ApplyByForm, Base, DiffLine, DocumentPreview, FieldConflict, ManifestChange, PreviewOutcome,
    preview_manifest, read_schema,
};
use ui::{
    Banner, Button, ButtonKind, Card, Checkbox, CodeEditor, DiffKind, DiffView, Glyph, LinkButton, Problem,
    StatusMark, use_toasts,
};

/// A text that is to become objects.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// Where.
    pub cluster: ClusterName,
    /// Namespace for documents that name none.
    pub namespace: Option<Namespace>,
    /// The kind whose schema helps with writing.
    pub kind: Option<KindSlug>,
    /// The text to begin with.
    pub text: String,
    /// What is edited; `None` for something new.
    pub base: Option<Base>,
    /// Where to go when it was applied.
    pub next: String,
    /// The address that throws the draft away.
    pub start_over: String,
}

impl Draft {
    fn change(&self, text: String) -> ManifestChange {
        ManifestChange {
            cluster: self.cluster.clone(),
            namespace: self.namespace.clone(),
            text,
            base: self.base.clone(),
            force: false,
        }
    }
}

type Previewed = Result<Vec<DocumentPreview>, ConsoleError>;

/// The editor with its two buttons. Without scripts it is a text area whose form applies at once.
pub fn editor(draft: &Draft) -> AnyView {
    let typed = RwSignal::new(draft.text.clone());
    let original = draft.text.clone();
    let preview = Action::new({
        let draft = draft.clone();
        move |text: &String| {
            let change = draft.change(text.clone());
            async move { preview_manifest(change).await }
        }
    });
    let previewed: Signal<Option<Previewed>> = preview.value().into();
    let sending = Sending::of::<ApplyByForm>();
    let toasts = use_toasts();
    let done = Callback::new(move |_: Vec<Applied>| toasts.say(Level::Healthy, text_of("done", "edit")));
    let schema = schema(draft);
    let problems = Signal::derive(move || {
        let from_preview = previewed.read().as_ref().and_then(|answer| answer.as_ref().err().cloned());
        with_lines(sending.error.get().or(from_preview))
    });
    let unchanged = {
        let has_base = draft.base.is_some();
        Signal::derive(move || {
            (has_base && *typed.read() == original).then(|| text("editor.unchanged").to_owned())
        })
    };
    let hidden = |name: &'static str, value: String| view! { <input type="hidden" name=name value=value/> };
    let on_preview = Callback::new(move |()| {
        sending.error.set(None);
        preview.dispatch(typed.get_untracked());
    });
    let start_over = draft.start_over.clone();
    // The answer stands below a text that is usually longer than the screen.
    let answer = NodeRef::<Div>::new();
    Effect::new(move |_| {
        let is_answered = previewed.read().is_some() || sending.error.read().is_some();
        if let Some(answer) = answer.get().filter(|_| is_answered) {
            request_animation_frame(move || answer.scroll_into_view());
        }
    });
    let submit = send_on_submit::<ApplyByForm>(sending, done);
    view! {
        <form
            class="yaml-form"
            method="post"
            action=ApplyByForm::url()
            on:submit=submit
        >
            {hidden("fields[cluster]", draft.cluster.to_string())}
            {hidden("fields[namespace]", draft.namespace.as_ref().map(ToString::to_string).unwrap_or_default())}
            {hidden("fields[next]", draft.next.clone())}
            {draft.base.as_ref().map(|base| hidden("fields[base]", base.to_field()))}
            <CodeEditor
                name="fields[text]"
                label=text("yaml")
                text=draft.text.clone()
                schema
                problems
                on_change=move |text| typed.set(text)
            />
            <div class="form-actions yaml-actions">
                <span class="needs-scripts">
                    <Button glyph=Glyph::Diff busy=preview.pending() on_press=on_preview>{text("preview")}</Button>
                </span>
                <Button kind=ButtonKind::Primary form_type="submit" busy=sending.is_busy disabled_because=when_alive(unchanged)>
                    {text("apply")}
                </Button>
                <LinkButton href=start_over kind=ButtonKind::Quiet>{text("start-over")}</LinkButton>
            </div>
            <div class="yaml-outcome" aria-live="polite" node_ref=answer>
                {move || outcome(previewed.get(), sending.error.get())}
            </div>
        </form>
    }
    .into_any()
}

/// A reason against pressing holds only where scripts can see the text; before that the button works.
fn when_alive(reason: Signal<Option<String>>) -> Signal<Option<String>> {
    let lives = RwSignal::new(false);
    Effect::new(move |_| lives.set(true));
    Signal::derive(move || reason.get().filter(|_| lives.get()))
}

/// The schema of the kind, fetched once the page lives: it only helps with typing.
fn schema(draft: &Draft) -> Signal<Option<serde_json::Value>> {
    let (cluster, kind) = (draft.cluster.clone(), draft.kind.clone());
    let fetched = RwSignal::new(None);
    Effect::new(move |_| {
        let Some(kind) = kind.clone() else { return };
        let cluster = cluster.clone();
        leptos::task::spawn_local(async move {
            let schema = read_schema(cluster, kind).await.ok();
            // The editor may be gone by now; without a schema it is only less helpful.
            let _ = fetched.try_set(schema.and_then(|schema| serde_json::from_str(&schema).ok()));
        });
    });
    fetched.into()
}

/// The problems that can be shown in the text.
fn with_lines(error: Option<ConsoleError>) -> Vec<FieldProblem> {
    match error {
        Some(ConsoleError::Invalid { problems }) => problems,
        _ => Vec::new(),
    }
}

/// What the cluster would make of the text, or why it would not.
fn outcome(previewed: Option<Previewed>, refused: Option<ConsoleError>) -> AnyView {
    if let Some(ConsoleError::Conflict { problems }) = refused {
        let conflict =
            |problem: FieldProblem| FieldConflict { manager: problem.message, field: problem.field };
        return conflicts(problems.into_iter().map(conflict).collect());
    }
    if let Some(error) = refused {
        return view! { <Problem error/> }.into_any();
    }
    match previewed {
        None => ().into_any(),
        Some(Err(error)) => view! { <Problem error/> }.into_any(),
        Some(Ok(documents)) => {
            let all: Vec<FieldConflict> =
                documents.iter().flat_map(|document| document.conflicts.clone()).collect();
            let conflicts = (!all.is_empty()).then(|| conflicts(all));
            view! { {conflicts}{documents.into_iter().map(document).collect_view()} }.into_any()
        }
    }
}

/// Whose fields the change would touch, and the choice: take them over, or leave them theirs.
fn conflicts(conflicts: Vec<FieldConflict>) -> AnyView {
    let conflict = |FieldConflict { manager, field }: FieldConflict| {
        view! { <tr><th scope="row"><code>{field}</code></th><td>{manager}</td></tr> }
    };
    view! {
        <Banner level=Level::Warning>
            <p><strong>{text("conflicts")}</strong></p>
            <p>{text("conflicts.text")}</p>
            <table class="table plain-table" aria-label=text("conflicts")>
                <thead>
                    <tr>
                        <th scope="col" class="heading">{text("conflicts.field")}</th>
                        <th scope="col" class="heading">{text("conflicts.owner")}</th>
                    </tr>
                </thead>
                <tbody>{conflicts.into_iter().map(conflict).collect_view()}</tbody>
            </table>
            <Checkbox
                name="fields[force]"
                value="true"
                label=text("conflicts.take-over")
                hint=text("conflicts.take-over.hint")
            />
        </Banner>
    }
    .into_any()
}

fn document(document: DocumentPreview) -> AnyView {
    let DocumentPreview { resource, outcome, diff, warnings, .. } = document;
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
            <DiffView title lines=Signal::stored(numbered(diff))/>
        </Card>
    }
    .into_any()
}

/// Gives the lines of a difference their numbers in both texts.
fn numbered(diff: Vec<DiffLine>) -> Vec<ui::DiffLine> {
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
