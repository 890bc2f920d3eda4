//! A stretch of time between two moments.

use crate::words::text;
use crate::{Button, ButtonKind, Field, Glyph, Menu};
use leptos::prelude::*;
use model::{Timestamp, Window};

/// A menu with a form for a stretch between two moments, which an address gets as `from` and `to`. Fields for moments
/// know no zones, so theirs is UTC, and they say so.
#[component]
pub fn TimeMenu(
    /// What is looked at. A stretch between moments is the title, and stands in the form.
    window: Window,
    /// The path that the form leads to.
    #[prop(into)]
    action: String,
    /// What else the address says, as names and values.
    kept: Vec<(String, String)>,
) -> impl IntoView {
    let written = |moment: Timestamp| moment.to_rfc3339().chars().take(16).collect::<String>();
    let (title, from, to) = match window {
        Window::Between(from, to) => {
            let (from, to) = (written(from), written(to));
            (format!("{} – {}", from.replace('T', " "), to.replace('T', " ")), from, to)
        }
        Window::Last(_) => (text("time.between").to_owned(), String::new(), String::new()),
    };
    let kept = kept.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    let kept = kept.collect_view();
    view! {
        <Menu title glyph=Glyph::Clock>
            <form class="time-form" method="get" action=action>
                {kept}
                <Field name="from" label=text("time.from") value=Signal::stored(from) input_type="datetime-local" required=true/>
                <Field name="to" label=text("time.to") value=Signal::stored(to) input_type="datetime-local" required=true/>
                <p class="field-hint">{text("time.utc")}</p>
                <Button kind=ButtonKind::Primary form_type="submit">{text("time.show")}</Button>
            </form>
        </Menu>
    }
}
