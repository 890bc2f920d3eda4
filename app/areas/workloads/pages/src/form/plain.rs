//! Controls for one value: a line, a text, a tick, a choice.

use super::controls::Part;
use crate::words::text;
use leptos::prelude::*;
use serde_json::Value;
use workloads_contract::written::{read_choice, text_of_value, to_text};

impl Part {
    /// Its label without the mark of what must be filled.
    pub fn name(&self) -> &str {
        self.label.trim_end_matches(REQUIRED)
    }

    /// The value as text.
    pub fn text(&self) -> Signal<String> {
        let (editing, spot) = (self.editing, self.spot.clone());
        Memo::new(move |_| text_of_value(editing.draft.read().at(spot.object, &spot.path))).into()
    }

    /// Takes a text; an empty one takes the value away.
    pub fn on_text(&self, read: fn(&str) -> Value) -> Callback<String> {
        let (editing, spot) = (self.editing, self.spot.clone());
        Callback::new(move |text: String| {
            // The value of a variable is there even when it is empty.
            let stays = spot.path.ends_with("/value");
            let new = (!text.is_empty() || stays).then(|| read(&text));
            editing.set(spot.object, &spot.path, new);
        })
    }

    pub fn line(&self, required: bool, read: fn(&str) -> Value) -> AnyView {
        let label = labelled(&self.label, required);
        let input_type = if self.spot.path.ends_with("/password") { "password" } else { "text" };
        view! {
            <ui::Field
                name=self.spot.place()
                label
                value=self.text()
                hint=self.hint.clone()
                placeholder=self.usual.clone()
                problem=self.problem
                input_type
                code=true
                on_input=self.on_text(read)
            />
        }
        .into_any()
    }

    /// A line that can be written in more than one way. While it is typed it stays as it is typed.
    pub fn typed(&self, read: fn(&str) -> Value, write: fn(&Value) -> String) -> AnyView {
        let (editing, spot) = (self.editing, self.spot.clone());
        let value = {
            let spot = spot.clone();
            Memo::new(move |_| {
                editing.draft.read().at(spot.object, &spot.path).map(write).unwrap_or_default()
            })
        };
        let typed = RwSignal::new(None::<String>);
        let shown = Signal::derive(move || match typed.get() {
            Some(typed) if write(&read(&typed)) == *value.read() => typed,
            _ => value.get(),
        });
        let on_input = Callback::new(move |text: String| {
            let new = (!text.trim().is_empty()).then(|| read(&text));
            typed.set(Some(text));
            editing.set(spot.object, &spot.path, new);
        });
        view! {
            <ui::Field
                name=self.spot.place()
                label=self.label.clone()
                value=shown
                hint=self.hint.clone()
                placeholder=self.usual.clone()
                problem=self.problem
                code=true
                on_input
            />
        }
        .into_any()
    }

    /// Long texts are those that must be there, such as certificates.
    pub fn area(&self, required: bool) -> AnyView {
        let lines = if required { 6 } else { 3 };
        view! {
            <ui::TextArea
                name=self.spot.place()
                label=labelled(&self.label, required)
                value=self.text()
                hint=self.hint.clone()
                problem=self.problem
                lines=lines
                on_input=self.on_text(to_text)
            />
        }
        .into_any()
    }

    pub fn toggle(&self, yes: Value) -> AnyView {
        let (editing, spot) = (self.editing, self.spot.clone());
        let value = self.text();
        let on_change = Callback::new(move |is_on: bool| {
            editing.set(spot.object, &spot.path, is_on.then(|| yes.clone()));
        });
        view! {
            <ui::Checkbox
                name=self.spot.place()
                label=self.label.clone()
                checked=Signal::derive(move || *value.read() == "true")
                hint=self.hint.clone()
                on_change
            />
        }
        .into_any()
    }

    /// One of some texts, or whatever is typed instead.
    pub fn choice_or_text(&self, options: &'static [&'static str]) -> AnyView {
        let (editing, spot, value) = (self.editing, self.spot.clone(), self.text());
        let is_other = move || !options.contains(&value.read().as_str());
        // What is typed may be one of the choices for a moment.
        let is_typed = RwSignal::new(untrack(is_other));
        let has_line = Memo::new(move |_| is_typed.get() || is_other());
        let chosen = Signal::derive(move || if has_line.get() { String::new() } else { value.get() });
        let known = options.iter().map(|option| ((*option).to_owned(), (*option).to_owned()));
        let words: Vec<(String, String)> =
            known.chain([(String::new(), text("choice.other").to_owned())]).collect();
        let on_change = Callback::new(move |word: String| {
            is_typed.set(word.is_empty());
            editing.set(spot.object, &spot.path, Some(Value::from(word)));
        });
        let part = self.clone();
        let line = move || {
            view! {
                <ui::Field
                    name=part.spot.place()
                    label=labelled(text("choice.which"), true)
                    value=part.text()
                    hint=text("choice.which.hint")
                    problem=part.problem
                    code=true
                    on_input=part.on_text(to_text)
                />
            }
        };
        view! {
            <ui::Select
                name=format!("{}?", self.spot.place())
                label=self.label.clone()
                options=Signal::stored(words)
                value=chosen
                hint=self.hint.clone()
                on_change
            />
            <Show when=move || has_line.get()>{line()}</Show>
        }
        .into_any()
    }

    pub fn choice(&self, options: &'static [&'static str]) -> AnyView {
        let known = options.iter().map(|option| {
            let words = match *option {
                "" if !self.usual.is_empty() => self.usual.clone(),
                "" => text("choice.usual").to_owned(),
                "true" => text("choice.yes").to_owned(),
                "false" => text("choice.no").to_owned(),
                word => word.to_owned(),
            };
            ((*option).to_owned(), words)
        });
        let known: Vec<(String, String)> = known.collect();
        let value = self.text();
        // What others wrote is kept, and shown.
        let options = Signal::derive(move || {
            let mut options = known.clone();
            let value = value.get();
            if !options.iter().any(|(option, _)| *option == value) {
                options.push((value.clone(), value));
            }
            options
        });
        let (editing, spot) = (self.editing, self.spot.clone());
        let on_change = Callback::new(move |chosen: String| {
            editing.set(spot.object, &spot.path, read_choice(&chosen));
        });
        view! {
            <ui::Select
                name=self.spot.place()
                label=self.label.clone()
                options
                value
                hint=self.hint.clone()
                problem=self.problem
                on_change
            />
        }
        .into_any()
    }
}

/// A label that says that the field must be filled.
pub fn labelled(label: &str, required: bool) -> String {
    if required { format!("{label}{REQUIRED}") } else { label.to_owned() }
}

/// Behind the label of what must be filled.
const REQUIRED: &str = " *";
