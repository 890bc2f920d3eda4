//! What a list may hold, as far as that is known: a button for each. Pressed it is in the list, pressed again it is not.

use super::controls::Part;
use crate::words::text_with;
use leptos::prelude::*;
use serde_json::Value;

/// So many have a button; whoever means another types it.
const MOST: usize = 12;

/// How a list of texts stands at its place.
#[derive(Clone, Copy)]
pub struct Written {
    pub read: fn(Option<&Value>) -> Vec<String>,
    pub write: fn(Vec<String>) -> Option<Value>,
}

/// The buttons; nothing as long as nothing is known.
pub fn buttons(part: &Part, known: Signal<Vec<String>>, legend: &'static str, written: Written) -> AnyView {
    let (editing, spot) = (part.editing, part.spot.clone());
    let chosen = {
        let spot = spot.clone();
        Memo::new(move |_| (written.read)(editing.draft.read().at(spot.object, &spot.path)))
    };
    let button = move |word: String| {
        let (is_in, pressed, spot) = (word.clone(), word.clone(), spot.clone());
        let on_press = move |_| {
            editing.set(spot.object, &spot.path, (written.write)(turned(chosen.get_untracked(), &pressed)));
        };
        view! {
            <button type="button" aria-pressed=move || chosen.read().contains(&is_in).to_string() on:click=on_press>
                {word}
            </button>
        }
    };
    let buttons = move || {
        let known = known.read();
        let more = known.len().saturating_sub(MOST);
        let more = (more > 0)
            .then(|| view! { <p class="field-hint">{text_with("offered.more", &[("count", &more)])}</p> });
        (!known.is_empty()).then(|| {
            view! {
                <fieldset class="segments needs-scripts">
                    <legend>{legend}</legend>
                    {known.iter().take(MOST).cloned().map(&button).collect_view()}
                </fieldset>
                {more}
            }
        })
    };
    buttons.into_any()
}

/// The list with a text that was not in it, or without one that was.
fn turned(mut list: Vec<String>, word: &str) -> Vec<String> {
    let before = list.len();
    list.retain(|other| other != word);
    if list.len() == before {
        list.push(word.to_owned());
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_puts_a_text_in_and_takes_it_out() {
        let list = || vec!["a".to_owned(), "b".to_owned()];

        assert_eq!(turned(list(), "a"), ["b"]);
        assert_eq!(turned(list(), "c"), ["a", "b", "c"]);
    }
}
