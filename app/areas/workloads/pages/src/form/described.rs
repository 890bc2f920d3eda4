//! Controls for what a kind's schema describes, in the words that it has for it.

use super::controls::{Part, Spot, fields};
use super::editing::Editing;
use super::plain::labelled;
use crate::words::{text, text_with};
use leptos::prelude::*;
use workloads_contract::written::{text_of_value, to_decimal};
use workloads_contract::{Control, Field, Words};

/// What the control of a described field needs.
pub fn part(
    editing: Editing,
    spot: &Spot,
    field: &Field,
    words: Words,
    problem: Signal<Option<String>>,
) -> Part {
    // A line shows what holds in itself, a choice among what can be chosen.
    let shows_usual = matches!(
        field.control,
        Control::Line
            | Control::Number
            | Control::NumberOrText
            | Control::Decimal
            | Control::Truth
            | Control::Choice(_)
    );
    let usual = usual(&field.control, words.usual);
    let (hint, usual) = match shows_usual {
        true => (words.hint.to_owned(), usual),
        false => (format!("{} {usual}", words.hint).trim().to_owned(), String::new()),
    };
    Part { editing, spot: spot.clone(), label: labelled(words.name, field.required), hint, problem, usual }
}

/// What holds where nothing is said, as a sentence; empty when the schema does not say.
fn usual(control: &Control, value: &str) -> String {
    let value = match (control, value) {
        (_, "") => return String::new(),
        (Control::Truth, "true") => text("choice.yes"),
        (Control::Truth, "false") => text("choice.no"),
        (_, value) => value,
    };
    text_with("usual", &[("value", &value)])
}

/// A described control, with all that is said of it where that is more than a sentence.
pub fn around(words: Words, control: &Control, content: AnyView) -> AnyView {
    // What folds says it inside.
    let more = (!matches!(control, Control::Object(_))).then(|| more(words));
    view! { <div class="form-own">{content}{more}</div> }.into_any()
}

fn more(words: Words) -> AnyView {
    if words.more.is_empty() {
        return ().into_any();
    }
    view! {
        <details class="form-more">
            <summary>{text("more")}</summary>
            <p>{words.more}</p>
        </details>
    }
    .into_any()
}

/// A number that need not be whole: `1.` is on the way to `1.5`.
pub fn decimal(part: &Part) -> AnyView {
    part.typed(to_decimal, |value| text_of_value(Some(value)))
}

/// An object in an object: folded away unless something stands in it or must. What is in it is drawn when it is opened for
/// the first time, for schemas go deep.
pub fn object(part: &Part, field: &'static Field, inner: &'static [Field]) -> AnyView {
    let (editing, spot, problem) = (part.editing, part.spot.clone(), part.problem);
    let is_filled = untrack(|| {
        let draft = editing.draft.read();
        let value = draft.at(spot.object, &spot.path);
        value.is_some_and(|value| value.as_object().is_none_or(|object| !object.is_empty()))
    });
    let begins_open = is_filled || field.required;
    let is_open = RwSignal::new(begins_open);
    let place = spot.place();
    let is_wrong = Memo::new(move |_| is_wrong_in(editing, &place));
    Effect::new(move |_| {
        if is_wrong.get() {
            is_open.set(true);
        }
    });
    let was_open = Memo::new(move |before: Option<&bool>| before == Some(&true) || is_open.get());
    let on_toggle = move |event| {
        is_open.set(event_target::<web_sys::Element>(&event).has_attribute("open"));
    };
    let words = field.words.unwrap_or_default();
    view! {
        <details class="form-group" prop:open=is_open open=begins_open on:toggle=on_toggle>
            <summary>{part.label.clone()}<span class="hint">{part.hint.clone()}</span></summary>
            <p class="field-problem" aria-live="polite">{move || problem.get()}</p>
            {more(words)}
            <Show when=move || was_open.get()>
                <div class="form-fields">{fields(editing, &spot, inner)}</div>
            </Show>
        </details>
    }
    .into_any()
}

/// Whether something is wrong with a place or with what is in it, as far as it is told.
fn is_wrong_in(editing: Editing, place: &str) -> bool {
    let is_in =
        |other: &str| other.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let has_fault = editing.shows_all.get() && editing.faults.read().iter().any(|fault| is_in(&fault.place));
    has_fault || editing.is_told_below(place)
}

/// An object that is all there is in its step, so that nothing is folded.
pub fn step(editing: Editing, spot: &Spot, words: Words, inner: &'static [Field]) -> AnyView {
    let place = spot.place();
    let problem = move || editing.problem(&place);
    view! {
        <p class="field-problem form-intro" aria-live="polite">{problem}</p>
        <div class="form-intro">{more(words)}</div>
        {fields(editing, spot, inner)}
    }
    .into_any()
}

/// What no control can show: where it is written, and whether anything is.
pub fn as_yaml(part: &Part) -> AnyView {
    let (text_there, problem) = (part.text(), part.problem);
    let said =
        move || if text_there.read().is_empty() { text("only-yaml") } else { text("only-yaml.filled") };
    view! {
        <div class="field form-yaml-only" data-wrong=move || problem.read().is_some().then_some("")>
            <span class="field-label">{part.label.clone()}</span>
            <p class="field-hint">{part.hint.clone()}</p>
            <p class="form-only-yaml">{said}</p>
            <p class="field-problem" aria-live="polite">{move || problem.get()}</p>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_is_said_as_people_say_it() {
        assert_eq!(usual(&Control::Line, ""), "");
        assert_eq!(usual(&Control::Line, "RSA"), "Default: RSA");
        assert_eq!(usual(&Control::Truth, "false"), "Default: No");
    }
}
