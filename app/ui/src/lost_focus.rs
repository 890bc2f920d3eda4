//! What becomes of the focus when what had it is taken off the page: a row that somebody else deletes, a tab that is left, a
//! message that is answered. Browsers give it to nobody then, and whoever works by keys begins again at the top.

use crate::keys::rescue_focus;
use leptos::prelude::*;
use leptos::reactive::send_wrapper_ext::SendOption;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, MutationObserver, MutationObserverInit};

/// As long as the component lives: gives the focus to the page's own part when it was lost like this, and nobody who took
/// something away gave it to a neighbour.
pub(crate) fn watch() {
    Effect::new(move |_| {
        let last = Rc::new(RefCell::new(None::<Element>));
        let look = {
            let last = Rc::clone(&last);
            Closure::<dyn FnMut()>::new(move || {
                let is_gone = last.borrow().as_ref().is_some_and(|last| !last.is_connected());
                if is_gone {
                    *last.borrow_mut() = None;
                    request_animation_frame(give_back);
                }
            })
        };
        let Some(observer) = observer(&look) else { return };
        let focused = window_event_listener_untyped("focusin", move |event| {
            *last.borrow_mut() = event.target().and_then(|target| target.dyn_into().ok());
        });
        // Kept as long as the browser may call it.
        let kept = SendOption::new_local(Some((observer, look)));
        on_cleanup(move || {
            focused.remove();
            kept.as_ref().iter().for_each(|(observer, _)| observer.disconnect());
        });
    });
}

/// Calls whenever elements come or go.
fn observer(look: &Closure<dyn FnMut()>) -> Option<MutationObserver> {
    let observer = MutationObserver::new(look.as_ref().unchecked_ref()).ok()?;
    let options = MutationObserverInit::new();
    options.set_child_list(true);
    options.set_subtree(true);
    let body = document().body()?;
    observer.observe_with_options(&body, &options).ok()?;
    Some(observer)
}

/// What beside an open dialog would be given the focus does not take it.
const IN_DIALOG: &str = "dialog[open] button, dialog[open] a[href]";

fn give_back() {
    rescue_focus(IN_DIALOG);
}
