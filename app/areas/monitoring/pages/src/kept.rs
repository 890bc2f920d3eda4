//! What can be done to something that is kept besides changing it: switching it off or on, and removing it.

use crate::words::text;
use leptos::prelude::*;
use ui::{ButtonKind, Card, Command, command_form};

/// Which one it is, as it was looked at: the fields that are not shown.
type Which = Vec<(&'static str, String)>;

/// The form that switches something off, or on again: what that is called, what it does, and what is said once it is done.
pub fn switch(
    action: &'static str,
    mut which: Which,
    is_off: bool,
    (title, explained, done): (&'static str, &'static str, &'static str),
) -> AnyView {
    which.push(("on", is_off.to_string()));
    let command = Command {
        kind: ButtonKind::Plain,
        hidden: which,
        done: Some(done.to_owned()),
        ..Command::new(action, title)
    };
    let form = command_form(command, move |_| view! { <p class="card-text">{explained}</p> }.into_any());
    view! { <Card title>{form}</Card> }.into_any()
}

/// The form that removes something: what that is called and what it does, and where the way back leads.
pub fn removal(
    action: &'static str,
    which: Which,
    back: String,
    (title, explained): (&'static str, &'static str),
) -> AnyView {
    let command = Command {
        kind: ButtonKind::Danger,
        hidden: which,
        cancel: Some((text("cancel").to_owned(), back)),
        ..Command::new(action, title)
    };
    let form = command_form(command, move |_| view! { <p class="card-text">{explained}</p> }.into_any());
    view! { <Card title>{form}</Card> }.into_any()
}
