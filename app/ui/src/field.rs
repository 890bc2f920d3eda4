//! Fields of forms: label, input, hint, problem.

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

/// A line of text.
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
    /// Called with the text as it is typed.
    #[prop(optional, into)]
    on_input: Option<Callback<String>>,
) -> impl IntoView {
    let hint = told(hint);
    let described = described_by(&name, hint.is_some());
    let id = format!("{name}-input");
    let input = NodeRef::<html::Input>::new();
    Effect::new(move |before: Option<()>| {
        let value = value.get();
        let Some(input) = input.get_untracked() else { return };
        if input.value() == value {
            return;
        }
        match (before, on_input) {
            (Some(()), _) => input.set_value(&value),
            // Typed before the page came to life: it stays, and the page hears of it.
            (None, Some(on_input)) => on_input.run(input.value()),
            (None, None) => {}
        }
    });
    view! {
        <Surroundings name=name.clone() label hint problem>
            <input
                node_ref=input
                class="input"
                data-code=code.then_some("")
                id=id
                type=input_type
                name=name
                value=value.get_untracked()
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
    view! {
        <Surroundings name=name.clone() label hint problem>
            <textarea
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
                inner_html=typed(&value.read_untracked())
            ></textarea>
        </Surroundings>
    }
}

/// A text as the content of a `<textarea>`, which the framework writes without escaping it. The line break at its front
/// is one that browsers drop.
pub(crate) fn typed(text: &str) -> String {
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
    let option = move |(key, words): (String, String)| {
        let selected = *value.read() == key;
        view! { <option value=key selected=selected>{words}</option> }
    };
    view! {
        <Surroundings name=name.clone() label hint problem>
            <select
                class="input"
                id=id
                name=name
                aria-describedby=described
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
    view! {
        <label class="checkbox">
            <input
                type="checkbox"
                name=name
                value=value
                checked=checked.get_untracked()
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
            problems.iter().find(|problem| problem.field == field).map(|problem| problem.message.clone())
        })
    }
}
