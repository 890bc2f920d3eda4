//! Keyboard and focus habits shared by components.

use leptos::ev;
use leptos::html::Details;
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDetailsElement, KeyboardEvent};

/// Whether a key belongs to a field, an editor or an open dialog rather than to the page.
pub fn typing(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let in_field =
        "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true], dialog";
    event.is_composing() || target.is_some_and(|target| matches!(target.closest(in_field), Ok(Some(_))))
}

/// What browsers call every key that goes to what puts characters together, where they say so in no other way.
const COMPOSED: u32 = 229;

/// The key that was pressed in a field; nothing while a text is still being put together there, as in writing Chinese by its
/// sounds: Enter, Escape and the arrows choose among characters then.
pub fn key_in_field(event: &KeyboardEvent) -> String {
    meant_for_page(event.key(), event.is_composing() || event.key_code() == COMPOSED)
}

fn meant_for_page(key: String, is_composing: bool) -> String {
    if is_composing { String::new() } else { key }
}

/// Calls the handler for each plain key (no Ctrl, Alt or Cmd) pressed outside fields, for as long as the component
/// lives. The handler says whether it used the key; a used key does nothing else.
pub fn on_key(handler: impl Fn(&KeyboardEvent) -> bool + 'static) {
    on_any_key(move |event| {
        let with_modifier = event.ctrl_key() || event.meta_key() || event.alt_key();
        !with_modifier && !typing(event) && handler(event)
    });
}

/// Calls the handler for each key pressed anywhere. The handler says whether it used the key.
pub(crate) fn on_any_key(handler: impl Fn(&KeyboardEvent) -> bool + 'static) {
    // Held by the effect alone, which the server drops at once: what is bound to a thread must not outlive it there.
    let handler = Rc::new(handler);
    Effect::new(move |_| {
        let handler = Rc::clone(&handler);
        let listener = window_event_listener(ev::keydown, move |event| {
            if !event.default_prevented() && handler(&event) {
                event.prevent_default();
            }
        });
        on_cleanup(move || listener.remove());
    });
}

/// Closes a disclosure on Escape, on a click elsewhere and after a choice in it.
pub(crate) fn close_details_outside(details: NodeRef<Details>) {
    Effect::new(move |_| {
        let Some(details) = details.get() else { return };
        let is_inside = {
            let details = details.clone();
            move |event: &web_sys::Event| {
                let target = event.target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
                details.contains(target.as_ref())
            }
        };
        let clicked = {
            let details = details.clone();
            window_event_listener(ev::click, move |event| {
                if details.open() && (!is_inside(&event) || is_choice(&event, &details)) {
                    details.set_open(false);
                }
            })
        };
        let escaped = window_event_listener(ev::keydown, move |event| {
            if details.open() && event.key() == "Escape" {
                event.prevent_default();
                details.set_open(false);
                if let Ok(Some(summary)) = details.query_selector("summary") {
                    focus(&summary);
                }
            }
        });
        on_cleanup(move || {
            clicked.remove();
            escaped.remove();
        });
    });
}

/// Whether the click chose a line of the menu, after which it should close.
fn is_choice(event: &web_sys::Event, details: &HtmlDetailsElement) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let item = target.and_then(|target| target.closest(".menu-item, .menu-list a").ok().flatten());
    item.is_some_and(|item| details.contains(Some(&item)))
}

/// Gives the focus to the page's own part, unless somebody types: for when what had it is gone, or another page is
/// there. Browser only.
pub fn focus_main() {
    let is_typing = document().active_element().is_some_and(|focused| {
        matches!(
            focused.closest("input, textarea, select, [contenteditable=true], dialog[open]"),
            Ok(Some(_))
        )
    });
    let main = document().get_element_by_id("main").filter(|_| !is_typing);
    if let Some(main) = main.as_ref().and_then(|main| main.dyn_ref::<web_sys::HtmlElement>()) {
        // It begins below the bar, and is mostly longer than the screen: what is on the screen stays there.
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = main.focus_with_options(&options);
    }
}

/// When nothing has the focus: gives it to the element of a selector, or to the page's own part when there is none.
/// Browser only.
pub fn rescue_focus(selector: &str) {
    if !is_focus_lost() {
        return;
    }
    match document().query_selector(selector) {
        Ok(Some(element)) => focus(&element),
        _ => focus_main(),
    }
}

/// Whether nothing has the focus.
fn is_focus_lost() -> bool {
    document().active_element().is_none_or(|focused| focused.tag_name() == "BODY")
}

/// Gives the focus to the element of a selector, where there is one. Browser only.
pub fn give_focus(selector: &str) {
    if let Ok(Some(element)) = document().query_selector(selector) {
        focus(&element);
    }
}

/// Of a form that was refused: gives the focus to the first field that says what is wrong with it, unless somebody has gone
/// on elsewhere meanwhile. Browser only.
pub(crate) fn focus_wrong(form: &Element) {
    let focused = document().active_element();
    let is_elsewhere = !is_focus_lost() && focused.is_some_and(|focused| !form.contains(Some(&focused)));
    if is_elsewhere {
        return;
    }
    if let Ok(Some(field)) = form.query_selector("[aria-invalid=true]") {
        focus(&field);
    }
}

/// Of rows that come and go in an element: gives the focus to the row at this place, else to the last one, else to the
/// button beside them. Browser only.
pub fn focus_row(list: &Element, rows: &str, place: usize) {
    let row = || {
        let rows = list.query_selector_all(&format!(":scope > {rows}")).ok()?;
        let last = rows.length().checked_sub(1)?;
        let place = u32::try_from(place).map_or(last, |place| place.min(last));
        rows.item(place)?.dyn_into::<Element>().ok()
    };
    let control = row().and_then(|row| row.query_selector("summary, input, select, textarea").ok().flatten());
    let control = control.or_else(|| {
        list.query_selector(":scope > .button, :scope > .needs-scripts > .button").ok().flatten()
    });
    if let Some(control) = control {
        focus(&control);
    }
}

/// Focuses an element if it can have the focus.
pub(crate) fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<web_sys::HtmlElement>() {
        // A refusal leaves the focus where it was, which is as good.
        let _ = element.focus();
    }
}

#[cfg(test)]
mod tests {
    use super::meant_for_page;

    #[test]
    fn a_key_that_chooses_a_character_does_nothing_else() {
        assert_eq!(meant_for_page("Enter".to_owned(), true), "");
        assert_eq!(meant_for_page("Enter".to_owned(), false), "Enter");
    }
}
