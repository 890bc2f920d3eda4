//! Fields of forms: label, input, hint, problem. In a form that was refused without scripts they hold what was typed.

use crate::fault::problem_words;
use crate::refused::{is_refused, other_text, ticked, typed};
use crate::words::text;
use leptos::html;
use leptos::prelude::*;
use model::{ConsoleError, FieldProblem};

/// What belongs around every input: its label, a hint, what is wrong with it.
#[component]
fn Surroundings(
    name: String,
    label: String,
    hint: Option<String>,
    problem: Signal<Option<String>>,
    children: Children,
) -> impl IntoView {
    let (hint_id, problem_id) = (format!("{name}-hint"), format!("{name}-problem"));
    view! {
        <div class="field" data-wrong=move || problem.read().is_some().then_some("")>
            <label for=format!("{name}-input")>{label}</label>
            {children()}
            {hint.map(|hint| view! { <p class="field-hint" id=hint_id>{hint}</p> })}
            <p class="field-problem" id=problem_id aria-live="polite">{move || problem.get()}</p>
        </div>
    }
}

/// The ids of the texts that describe a field.
fn described_by(name: &str, has_hint: bool) -> String {
    if has_hint { format!("{name}-hint {name}-problem") } else { format!("{name}-problem") }
}

/// A hint, unless it is empty.
fn told(hint: Option<String>) -> Option<String> {
    hint.filter(|hint| !hint.is_empty())
}

/// The hint of a secret in a form that was refused: it is not sent back.
fn asked_again(hint: Option<String>) -> String {
    let again = text("field.again");
    hint.map_or_else(|| again.to_owned(), |hint| format!("{hint} {again}"))
}

/// A line of text. What is typed into a `password` is never sent back.
#[component]
pub fn Field(
    /// The form field's name; also its id's stem, so it must be unique on the page.
    #[prop(into)]
    name: String,
    /// What it asks.
    #[prop(into)]
    label: String,
    /// What stands in it.
    #[prop(optional, into)]
    value: Signal<String>,
    /// How to fill it.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    problem: Signal<Option<String>>,
    /// The HTML type: `text`, `password`, `number`, `search`.
    #[prop(default = "text")]
    input_type: &'static str,
    /// What the browser may fill in.
    #[prop(optional)]
    autocomplete: Option<&'static str>,
    /// An example, when the hint does not give one.
    #[prop(optional, into)]
    placeholder: Option<String>,
    /// Must be filled.
    #[prop(optional)]
    required: bool,
    /// Set in the monospaced face: names, images, quantities.
    #[prop(optional)]
    code: bool,
    /// The id of a `<datalist>` with suggestions.
    #[prop(optional, into)]
    list: Option<String>,
    /// Has the focus first in its dialog, though other fields come before it.
    #[prop(optional)]
    first: bool,
    /// Called with the text as it is typed.
    #[prop(optional, into)]
    on_input: Option<Callback<String>>,
) -> impl IntoView {
    let is_secret = input_type == "password";
    let hint = told(hint);
    let hint = if is_secret && is_refused() { Some(asked_again(hint)) } else { hint };
    let described = described_by(&name, hint.is_some());
    let id = format!("{name}-input");
    let sent = if is_secret { None } else { typed(&name) };
    let input = NodeRef::<html::Input>::new();
    follow(input, value, on_input);
    view! {
        <Surroundings name=name.clone() label hint problem>
            <input
                node_ref=input
                class="input"
                data-code=code.then_some("")
                data-first=first.then_some("")
                id=id
                type=input_type
                name=name
                value=sent.unwrap_or_else(|| value.get_untracked())
                autocomplete=autocomplete
                placeholder=placeholder
                list=list
                required=required
                spellcheck="false"
                aria-describedby=described
                aria-invalid=move || problem.read().is_some().then_some("true")
                on:input=move |event| {
                    if let Some(on_input) = on_input {
                        on_input.run(event_target_value(&event));
                    }
                }
            />
        </Surroundings>
    }
}

/// Writes what is set later into an input.
fn follow(input: NodeRef<html::Input>, value: Signal<String>, on_input: Option<Callback<String>>) {
    Effect::new(move |before: Option<()>| {
        let value = value.get();
        let Some(input) = input.get_untracked() else { return };
        if input.value() == value {
            return;
        }
        match (before, on_input) {
            (Some(()), _) => input.set_value(&value),
            // Typed before the page came to life, or before the form was refused: it stays, and the page hears of it.
            (None, Some(on_input)) => on_input.run(input.value()),
            (None, None) => {}
        }
    });
}

/// Several lines of text.
#[component]
pub fn TextArea(
    /// The form field's name.
    #[prop(into)]
    name: String,
    /// What it asks.
    #[prop(into)]
    label: String,
    /// What stands in it.
    #[prop(optional, into)]
    value: Signal<String>,
    /// How to fill it.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    problem: Signal<Option<String>>,
    /// Lines shown at once.
    #[prop(default = 6)]
    lines: u32,
    /// Called with the text as it is typed.
    #[prop(optional, into)]
    on_input: Option<Callback<String>>,
) -> impl IntoView {
    let hint = told(hint);
    let described = described_by(&name, hint.is_some());
    let id = format!("{name}-input");
    let sent = typed(&name);
    let area = NodeRef::<html::Textarea>::new();
    if is_refused() {
        Effect::new(move |_| {
            let Some(area) = area.get_untracked() else { return };
            let Some(sent) = other_text(&area, &value.read_untracked()) else { return };
            area.set_value(&sent);
            if let Some(on_input) = on_input {
                on_input.run(sent);
            }
        });
    }
    view! {
        <Surroundings name=name.clone() label hint problem>
            <textarea
                node_ref=area
                class="input"
                data-code=""
                id=id
                name=name
                rows=lines
                spellcheck="false"
                prop:value=value
                aria-describedby=described
                aria-invalid=move || problem.read().is_some().then_some("true")
                on:input=move |event| {
                    if let Some(on_input) = on_input {
                        on_input.run(event_target_value(&event));
                    }
                }
                inner_html=as_content(&sent.unwrap_or_else(|| value.get_untracked()))
            ></textarea>
        </Surroundings>
    }
}

/// A text as the content of a `<textarea>`, which the framework writes without escaping it. The line break at its front
/// is one that browsers drop.
pub fn as_content(text: &str) -> String {
    format!("\n{}", escaped(text))
}

/// A text as the content of an element that holds only text.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// One of several.
#[component]
pub fn Select(
    /// The form field's name.
    #[prop(into)]
    name: String,
    /// What it asks.
    #[prop(into)]
    label: String,
    /// Values and their words.
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
    /// The value chosen.
    #[prop(optional, into)]
    value: Signal<String>,
    /// How to choose.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    problem: Signal<Option<String>>,
    /// Called with the value when it changes.
    #[prop(optional, into)]
    on_change: Option<Callback<String>>,
) -> impl IntoView {
    let hint = told(hint);
    let described = described_by(&name, hint.is_some());
    let id = format!("{name}-input");
    let sent = StoredValue::new(typed(&name));
    let option = move |(key, words): (String, String)| {
        let selected = sent.get_value().map_or_else(|| *value.read() == key, |sent| sent == key);
        view! { <option value=key selected=selected>{words}</option> }
    };
    let select = NodeRef::<html::Select>::new();
    if is_refused() {
        Effect::new(move |_| {
            let Some(select) = select.get_untracked() else { return };
            let sent = select.value();
            if let Some(on_change) = on_change.filter(|_| sent != *value.read_untracked()) {
                on_change.run(sent);
            }
        });
    }
    view! {
        <Surroundings name=name.clone() label hint problem>
            <select
                node_ref=select
                class="input"
                id=id
                name=name
                aria-describedby=described
                aria-invalid=move || problem.read().is_some().then_some("true")
                on:change=move |event| {
                    if let Some(on_change) = on_change {
                        on_change.run(event_target_value(&event));
                    }
                }
            >
                {move || options.get().into_iter().map(option).collect_view()}
            </select>
        </Surroundings>
    }
}

/// Yes or no.
#[component]
pub fn Checkbox(
    /// The form field's name.
    #[prop(into)]
    name: String,
    /// What yes means.
    #[prop(into)]
    label: String,
    /// The value sent when it is checked.
    #[prop(default = "on".to_owned(), into)]
    value: String,
    /// Whether it is checked.
    #[prop(optional, into)]
    checked: Signal<bool>,
    /// What follows from yes.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Called when it changes.
    #[prop(optional, into)]
    on_change: Option<Callback<bool>>,
) -> impl IntoView {
    let hint = told(hint);
    let sent = ticked(&name, &value);
    let input = NodeRef::<html::Input>::new();
    if is_refused() {
        Effect::new(move |_| {
            let Some(input) = input.get_untracked() else { return };
            let sent = input.default_checked();
            if sent == checked.get_untracked() {
                return;
            }
            input.set_checked(sent);
            if let Some(on_change) = on_change {
                on_change.run(sent);
            }
        });
    }
    view! {
        <label class="checkbox">
            <input
                node_ref=input
                type="checkbox"
                name=name
                value=value
                checked=sent.unwrap_or_else(|| checked.get_untracked())
                prop:checked=checked
                on:change=move |event| {
                    if let Some(on_change) = on_change {
                        on_change.run(event_target_checked(&event));
                    }
                }
            />
            <span class="tick-words">
                {label}
                {hint.map(|hint| view! { <span class="field-hint">{hint}</span> })}
            </span>
        </label>
    }
}

/// What a form's answer says about each of its fields.
#[derive(Clone, Copy)]
pub struct FormProblems(Signal<Vec<FieldProblem>>);

impl FormProblems {
    /// Takes the problems out of the last answer; none while there is no answer.
    pub fn of(error: Signal<Option<ConsoleError>>) -> Self {
        Self(Signal::derive(move || match &*error.read() {
            Some(ConsoleError::Invalid { problems } | ConsoleError::Conflict { problems }) => {
                problems.clone()
            }
            _ => Vec::new(),
        }))
    }

    /// What is wrong with one field.
    pub fn at(self, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            let problems = self.0.read();
            problems.iter().find(|problem| problem.field == field).map(problem_words)
        })
    }
}
