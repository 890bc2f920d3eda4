//! Editing YAML: preview by a dry run with the difference and the conflicts, then apply.

mod editing;

use crate::act::{Sending, folded, named, send_on_submit};
use crate::words::{text, text_of};
use editing::Editing;
use leptos::html::Div;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::{ClusterName, ConsoleError, FieldProblem, KindSlug, Level, Namespace, SentForm};
use resources_contract::{
    Applied, ApplyByForm, Base, DocumentPreview, FieldConflict, ManifestChange, PostedPreview,
    preview_manifest, read_schema,
};
use ui::{
    Banner, Button, ButtonKind, Checkbox, CodeEditor, Glyph, ObjectPreview, Problem, plain_table, use_toasts,
};

/// The fields of the form for the text, and for what it was written from.
const TEXT: &str = "fields[text]";
const BASE: &str = "fields[base]";

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
    /// The text shows what must not be kept outside the page.
    pub is_secret: bool,
}

impl Draft {
    fn change(&self, text: String, base: Option<Base>) -> ManifestChange {
        ManifestChange {
            cluster: self.cluster.clone(),
            namespace: self.namespace.clone(),
            text,
            base,
            force: false,
        }
    }
}

type Previewed = Result<Vec<DocumentPreview>, ConsoleError>;

/// The editor with its two buttons. With scripts a text can be applied when it was previewed as it is; without them a
/// preview is a page, and so is a text that was refused; the form can also apply at once. `version` is the live
/// version of what is edited: when it moves on, the reader sees both texts and decides.
pub fn editor(draft: &Draft, version: Option<Signal<String>>) -> AnyView {
    let editing = Editing::of(draft);
    let sending = Sending::of::<ApplyByForm>();
    let toasts = use_toasts();
    if let Some(PostedPreview { text, base, answer }) = use_context() {
        editing.sent(&text, base.as_deref());
        editing.preview.set(Some((text, answer)));
    }
    if let Some(sent) = use_context::<SentForm>().filter(|sent| sent.command() == ApplyByForm::PATH) {
        editing.sent(sent.value(TEXT).unwrap_or_default(), sent.value(BASE));
    }
    let was_refused = sending.error.read_untracked().is_some();
    let on_found = Callback::new(move |text: String| {
        if was_refused {
            editing.sent(&text, None);
        }
    });
    editing.keep(draft, toasts);
    if let (Some(base), Some(version)) = (&draft.base, version) {
        editing.watch(base.resource.clone(), version);
    }
    let done = Callback::new(move |_: Vec<Applied>| {
        editing.applied();
        toasts.say(Level::Healthy, text_of("done", "edit"));
    });
    let preview = preview(draft, editing);
    let on_preview = Callback::new(move |()| {
        sending.error.set(None);
        preview.run(());
    });
    // Whoever was refused because of others sees what is there now.
    Effect::new(move |_| {
        if matches!(*sending.error.read(), Some(ConsoleError::Conflict { .. })) {
            preview.run(());
        }
    });
    let (schema, problems) = (schema(draft), problems(editing, sending));
    let hidden = |name: &'static str, value: String| view! { <input type="hidden" name=name value=value/> };
    let has_base = draft.base.is_some();
    let base = move || editing.base.read().as_ref().map(Base::to_field);
    let buttons = buttons(draft, editing, sending, on_preview);
    let answer = NodeRef::<Div>::new();
    show_answers(answer, editing, sending);
    let submit = send_on_submit::<ApplyByForm>(sending, done);
    let by_hand = folded(by_hand(draft, editing));
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
            {has_base.then(|| view! { <input type="hidden" name=BASE value=base/> })}
            {move || notice(editing)}
            <CodeEditor
                name=TEXT
                label=text("yaml")
                text=editing.given
                schema
                problems
                original=Signal::derive(move || editing.theirs.read().as_ref().map(|theirs| theirs.text.clone()))
                on_change=move |text| editing.typed.set(text)
                on_found
            />
            {buttons}
            <div class="yaml-outcome" aria-live="polite" node_ref=answer>
                {move || refusal(sending.error.get(), editing.preview.read().is_some())}
                {move || outcome(editing, on_preview)}
            </div>
        </form>
        {by_hand}
    }
    .into_any()
}

/// Previewing the text, applying it, and throwing it away.
fn buttons(draft: &Draft, editing: Editing, sending: Sending, on_preview: Callback<()>) -> AnyView {
    let has_base = draft.base.is_some();
    let blocked = when_alive(Signal::derive(move || editing.why_not_apply(has_base).map(str::to_owned)));
    let start_over = draft.start_over.clone();
    view! {
        <div class="form-actions yaml-actions">
            <noscript>
                <button class="button" type="submit" formaction=start_over.clone()>{text("preview")}</button>
            </noscript>
            <span class="needs-scripts">
                <Button glyph=Glyph::Diff busy=editing.is_previewing on_press=on_preview>{text("preview")}</Button>
            </span>
            <Button kind=ButtonKind::Primary form_type="submit" busy=sending.is_busy disabled_because=blocked>
                {text("apply")}
            </Button>
            <a
                class="button"
                data-kind="quiet"
                href=start_over
                on:click=move |event| {
                    event.prevent_default();
                    event.stop_propagation();
                    editing.start_over();
                }
            >
                {text("start-over")}
            </a>
        </div>
    }
    .into_any()
}

/// Brings each answer into view: it stands below a text that is usually longer than the screen.
fn show_answers(answer: NodeRef<Div>, editing: Editing, sending: Sending) {
    Effect::new(move |_| {
        let is_answered = editing.preview.read().is_some() || sending.error.read().is_some();
        if let Some(answer) = answer.get().filter(|_| is_answered) {
            request_animation_frame(move || answer.scroll_into_view());
        }
    });
}

/// The command that does the same.
fn by_hand(draft: &Draft, editing: Editing) -> Signal<String> {
    if let Some(base) = &draft.base {
        return Signal::stored(format!("kubectl edit {}", named(&base.resource)));
    }
    let namespace = draft.namespace.as_ref().map(|namespace| format!(" --namespace {namespace}"));
    let namespace = namespace.unwrap_or_default();
    Signal::derive(move || {
        let text = editing.typed.read();
        format!("kubectl apply --server-side{namespace} -f - <<'EOF'\n{}\nEOF", text.trim_end())
    })
}

/// Asks what the cluster would make of the text as it is now.
fn preview(draft: &Draft, editing: Editing) -> Callback<()> {
    let draft = draft.clone();
    Callback::new(move |()| {
        if editing.is_previewing.get_untracked() {
            return;
        }
        let asked = editing.typed.get_untracked();
        let change = draft.change(asked.clone(), editing.base.get_untracked());
        editing.is_previewing.set(true);
        leptos::task::spawn_local(async move {
            let answer = preview_manifest(change).await;
            // The editor may be gone by now.
            let _ = editing.is_previewing.try_set(false);
            let _ = editing.preview.try_set(Some((asked, answer)));
        });
    })
}

/// What the reader should know before going on: the object has moved on, or this is an older draft.
fn notice(editing: Editing) -> AnyView {
    if editing.theirs.read().is_some() {
        let actions = move || {
            view! {
                <Button on_press=move |()| editing.keep_mine()>{text("editor.keep-mine")}</Button>
                " "
                <Button on_press=move |()| editing.start_over()>{text("editor.take-theirs")}</Button>
            }
        };
        return view! {
            <Banner level=Level::Warning actions>
                <strong>{text("editor.moved")}</strong>
                " "
                {text("editor.moved.text")}
            </Banner>
        }
        .into_any();
    }
    if editing.is_restored.get() {
        return view! { <Banner level=Level::Inactive>{text("editor.restored")}</Banner> }.into_any();
    }
    ().into_any()
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

/// What is shown in the text of what was refused, or of what a preview of the same text says.
fn problems(editing: Editing, sending: Sending) -> Signal<Vec<FieldProblem>> {
    Signal::derive(move || {
        let from_preview = match &*editing.preview.read() {
            Some((text, Err(error))) if *text == *editing.typed.read() => Some(error.clone()),
            _ => None,
        };
        with_lines(sending.error.get().or(from_preview))
    })
}

/// The problems that can be shown in the text.
fn with_lines(error: Option<ConsoleError>) -> Vec<FieldProblem> {
    match error {
        Some(ConsoleError::Invalid { problems }) => problems,
        _ => Vec::new(),
    }
}

/// Why the text was not applied. A conflict is shown by the preview that follows it, as soon as there is one.
fn refusal(refused: Option<ConsoleError>, is_previewed: bool) -> AnyView {
    match refused {
        None => ().into_any(),
        Some(ConsoleError::Conflict { .. }) if is_previewed => ().into_any(),
        Some(error) => view! { <Problem error/> }.into_any(),
    }
}

/// What the cluster would make of the text, or why it would not.
fn outcome(editing: Editing, on_preview: Callback<()>) -> AnyView {
    let Some((_, answer)) = editing.preview.get() else { return ().into_any() };
    let is_old = move || !editing.is_previewed();
    let old = move || {
        is_old().then(|| {
            let again = move || view! { <Button on_press=on_preview>{text("preview")}</Button> };
            view! { <Banner level=Level::Inactive actions=again>{text("editor.preview-old")}</Banner> }
        })
    };
    let answer = match answer {
        Err(error) => view! { <Problem error/> }.into_any(),
        Ok(documents) => {
            let all: Vec<FieldConflict> =
                documents.iter().flat_map(|document| document.conflicts.clone()).collect();
            let conflicts = (!all.is_empty()).then(|| conflicts(all));
            let document = |preview: DocumentPreview| view! { <ObjectPreview preview/> };
            view! { {conflicts}{documents.into_iter().map(document).collect_view()} }.into_any()
        }
    };
    view! { {old}<div class="yaml-answer" data-old=move || is_old().then_some("")>{answer}</div> }.into_any()
}

/// Whose fields the change would touch, both values, and the choice: take them over, or leave them theirs.
fn conflicts(conflicts: Vec<FieldConflict>) -> AnyView {
    let value = |value: Option<String>| match value {
        Some(value) => view! { <code>{value}</code> }.into_any(),
        None => view! { <span class="hint">{text("conflicts.absent")}</span> }.into_any(),
    };
    let conflict = move |FieldConflict { manager, field, theirs, yours }: FieldConflict| {
        view! {
            <tr>
                <th scope="row"><code>{field}</code></th>
                <td data-heading=text("conflicts.owner")>{manager}</td>
                <td data-heading=text("conflicts.theirs")>{value(theirs)}</td>
                <td data-heading=text("conflicts.yours")>{value(yours)}</td>
            </tr>
        }
    };
    let headings =
        [text("conflicts.field"), text("conflicts.owner"), text("conflicts.theirs"), text("conflicts.yours")];
    let rows = conflicts.into_iter().map(conflict).collect_view().into_any();
    view! {
        <Banner level=Level::Warning>
            <p><strong>{text("conflicts")}</strong></p>
            <p>{text("conflicts.text")}</p>
            {plain_table(text("conflicts"), &headings, rows)}
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
