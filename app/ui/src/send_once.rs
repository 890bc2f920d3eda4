//! What becomes of a form whose button is pressed twice: browsers send it twice, and show the second answer alone. Of that a
//! code that was right says that it was used, and what is shown once is never seen.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlFormElement;

/// A press so soon after the one before is the other half of a double click and no wish of its own, in milliseconds.
const DOUBLE: f64 = 1_000.0;

/// Where a form keeps when it was sent, on the clock of events.
const SENT: &str = "data-sent";

/// As long as the component lives: no form that changes something is sent twice by one double click. Forms that scripts send
/// are left alone, which see to that themselves.
pub fn send_once() {
    Effect::new(|_| {
        let listener = window_event_listener(ev::submit, |event| {
            let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
            let form = form.filter(|form| !event.default_prevented() && form.method() == "post");
            let Some(form) = form else { return };
            let before = form.get_attribute(SENT).and_then(|moment| moment.parse().ok());
            let now = event.time_stamp();
            if is_other_half(before, now) {
                event.prevent_default();
            } else {
                let _ = form.set_attribute(SENT, &now.to_string());
            }
        });
        on_cleanup(move || listener.remove());
    });
}

fn is_other_half(before: Option<f64>, now: f64) -> bool {
    before.is_some_and(|before| now - before < DOUBLE)
}

#[cfg(test)]
mod tests {
    use super::is_other_half;

    #[test]
    fn a_double_click_is_one_wish_and_a_later_press_another() {
        assert!(!is_other_half(None, 5.0));
        assert!(is_other_half(Some(5_000.0), 5_180.0));
        assert!(!is_other_half(Some(5_000.0), 6_500.0));
    }
}
