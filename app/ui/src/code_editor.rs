//! A text editor for YAML: a `<textarea>` that becomes a real editor where scripts run.

use crate::fault::problem_words;
use crate::refused::other_text;
use crate::vendor::{Mounted, Vendored};
use js_sys::{Object, Reflect};
use leptos::html::{Div, Textarea};
use leptos::prelude::*;
use leptos::reactive::send_wrapper_ext::SendOption;
use model::FieldProblem;
use serde_json::Value;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;

const CODE_MIRROR: Vendored =
    Vendored { global: "orreryEditor", script: "/vendor/editor.js", style: "/vendor/editor.css" };

/// Edits a YAML text. Without scripts, or while the editor is loading, it is a text area of the same name.
#[component]
pub fn CodeEditor(
    /// The form field's name.
    #[prop(into)]
    name: String,
    /// What it holds, for screen readers.
    #[prop(into)]
    label: String,
    /// The text to begin with. Setting it later replaces what was typed.
    #[prop(into)]
    text: Signal<String>,
    /// Only for reading.
    #[prop(optional)]
    readonly: bool,
    /// The schema of the text, as OpenAPI v3, for completion and hints.
    #[prop(optional, into)]
    schema: Signal<Option<Value>>,
    /// What is wrong with the text; problems with a line are shown there.
    #[prop(optional, into)]
    problems: Signal<Vec<FieldProblem>>,
    /// An older text to show the difference to, inside the editor.
    #[prop(optional, into)]
    original: Signal<Option<String>>,
    /// Called with the whole text after each change.
    #[prop(optional, into)]
    on_change: Option<Callback<String>>,
    /// Called when the page comes to life with another text in it than `text`: it was sent, and refused.
    #[prop(optional, into)]
    on_found: Option<Callback<String>>,
) -> impl IntoView {
    let area = NodeRef::<Textarea>::new();
    if let Some(on_found) = on_found {
        tell_what_is_found(area, text, on_found);
    }
    let host = NodeRef::<Div>::new();
    let editor = RwSignal::new(SendOption::new_local(None::<Editor>));
    let changed = move |value: String| {
        if let Some(area) = area.get_untracked() {
            area.set_value(&value);
        }
        on_change.iter().for_each(|on_change| on_change.run(value.clone()));
    };
    Effect::new(move |_| {
        let Some(host) = host.get() else { return };
        CODE_MIRROR.load(move || {
            let mounted = Editor::mount(&host, &text.get_untracked(), readonly, changed);
            // Fails only when the component is gone, and then nobody needs the editor.
            let _ = editor.try_set(SendOption::new_local(mounted));
        });
    });
    follow(editor, text, schema, problems, original);
    on_cleanup(move || {
        editor.try_with_untracked(|editor| editor.as_ref().map(Editor::destroy));
    });
    let is_mounted = move || editor.read().is_some();
    let rows = move || text.read().lines().count().clamp(12, 40).to_string();
    view! {
        <div class="code-editor" data-mounted=move || is_mounted().then_some("")>
            <textarea
                class="input code-editor-area"
                name=name
                aria-label=label
                readonly=readonly
                rows=rows
                spellcheck="false"
                autocapitalize="off"
                hidden=is_mounted
                prop:value=text
                node_ref=area
                on:input=move |event| {
                    on_change.iter().for_each(|on_change| on_change.run(event_target_value(&event)));
                }
                inner_html=crate::field::as_content(&text.read_untracked())
            ></textarea>
            <div class="code-editor-host" node_ref=host></div>
            <ul class="code-problems" aria-live="polite" aria-label=crate::words::text("editor.problems")>
                {move || problems.get().into_iter().map(problem).collect_view()}
            </ul>
        </div>
    }
}

/// Calls back with the text of the page that came to life, if it is another one than `text`.
fn tell_what_is_found(area: NodeRef<Textarea>, text: Signal<String>, on_found: Callback<String>) {
    Effect::new(move |_| {
        let Some(area) = area.get_untracked() else { return };
        if let Some(found) = other_text(&area, &text.get_untracked()) {
            on_found.run(found);
        }
    });
}

/// Hands to the editor what changes while it is there.
fn follow(
    editor: RwSignal<SendOption<Editor>>,
    text: Signal<String>,
    schema: Signal<Option<Value>>,
    problems: Signal<Vec<FieldProblem>>,
    original: Signal<Option<String>>,
) {
    Effect::new(move |_| with_editor(editor, |editor| editor.set_text(&text.read())));
    Effect::new(move |_| with_editor(editor, |editor| editor.set_schema(schema.read().as_ref())));
    Effect::new(move |_| with_editor(editor, |editor| editor.set_problems(&problems.read())));
    Effect::new(move |_| with_editor(editor, |editor| editor.diff(original.read().as_deref())));
}

fn problem(problem: FieldProblem) -> AnyView {
    let words = problem_words(&problem);
    let FieldProblem { field, line, .. } = problem;
    view! {
        <li>
            {line.map(|line| view! { <span class="problem-line">{crate::words::text_with("line", &[("line", &line)])}</span> })}
            {(!field.is_empty()).then(|| view! { <code>{field}</code> })}
            <span>{words}</span>
        </li>
    }
    .into_any()
}

fn with_editor(editor: RwSignal<SendOption<Editor>>, use_it: impl FnOnce(&Editor)) {
    if let Some(editor) = editor.read().as_ref() {
        use_it(editor);
    }
}

/// What the script says by itself, by its own words for it.
fn phrases() -> JsValue {
    let phrases = Object::new();
    for (phrase, words) in own_words() {
        // It fails only for an object that cannot be written to.
        let _ = Reflect::set(&phrases, &phrase.into(), &words.into());
    }
    phrases.into()
}

fn own_words() -> [(&'static str, &'static str); 21] {
    use crate::words::text;
    [
        ("Find", text("editor.find")),
        ("Replace", text("editor.replace-with")),
        ("next", text("editor.next")),
        ("previous", text("editor.previous")),
        ("all", text("editor.all")),
        ("match case", text("editor.case")),
        ("regexp", text("editor.regexp")),
        ("by word", text("editor.by-word")),
        ("replace", text("editor.replace")),
        ("replace all", text("editor.replace-all")),
        ("close", text("editor.close")),
        ("Go to line", text("editor.line")),
        ("go", text("editor.go")),
        ("Fold line", text("editor.fold")),
        ("Unfold line", text("editor.unfold")),
        ("folded code", text("editor.folded")),
        ("unfold", text("editor.folded.open")),
        ("$ unchanged lines", text("editor.unchanged")),
        ("Diagnostics", text("editor.diagnostics")),
        ("No diagnostics", text("editor.no-diagnostics")),
        ("Completions", text("editor.completions")),
    ]
}

/// An editor that the script made.
struct Editor {
    mounted: Mounted,
    // Kept as long as the script may call it.
    _on_change: Closure<dyn FnMut(String)>,
}

impl Editor {
    /// `None` when the script did not load or refuses; then the text area stays.
    fn mount(
        host: &JsValue,
        text: &str,
        readonly: bool,
        changed: impl FnMut(String) + 'static,
    ) -> Option<Self> {
        let on_change = Closure::<dyn FnMut(String)>::new(changed);
        let options: [(&str, &JsValue); 6] = [
            ("text", &text.into()),
            ("readonly", &readonly.into()),
            ("language", &"yaml".into()),
            ("label", &crate::words::text("editor").into()),
            ("phrases", &phrases()),
            ("onChange", on_change.as_ref()),
        ];
        let mounted = CODE_MIRROR.mount(host, &options)?;
        Some(Self { mounted, _on_change: on_change })
    }

    fn set_text(&self, text: &str) {
        if self.text().as_deref() != Some(text) {
            self.call("setText", &text.into());
        }
    }

    fn text(&self) -> Option<String> {
        self.call("getText", &JsValue::UNDEFINED).as_string()
    }

    fn set_schema(&self, schema: Option<&Value>) {
        let json = schema.map(Value::to_string);
        let schema = json.and_then(|json| js_sys::JSON::parse(&json).ok());
        self.call("setSchema", &schema.unwrap_or(JsValue::UNDEFINED));
    }

    fn set_problems(&self, problems: &[FieldProblem]) {
        let list = js_sys::Array::new();
        for problem in problems {
            let entry = Object::new();
            let line = problem.line.unwrap_or(1);
            let _ = Reflect::set(&entry, &"line".into(), &line.into());
            let _ = Reflect::set(&entry, &"message".into(), &problem_words(problem).into());
            list.push(&entry);
        }
        self.call("setProblems", &list);
    }

    fn diff(&self, original: Option<&str>) {
        self.call("diff", &original.map_or(JsValue::NULL, Into::into));
    }

    fn destroy(&self) {
        self.call("destroy", &JsValue::UNDEFINED);
    }

    fn call(&self, name: &str, argument: &JsValue) -> JsValue {
        self.mounted.call(name, std::slice::from_ref(argument))
    }
}
