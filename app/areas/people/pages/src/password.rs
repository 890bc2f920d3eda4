//! Somebody's password: a link to choose one, and having another one chosen.

use crate::words::text;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use people_contract::{ActOnPerson, NewLink, Person};
use ui::{ButtonKind, Card, Command, command_form};

/// What can be done about a password, for who may open a way into the account.
pub(crate) fn password(
    person: &Person,
    invited: RwSignal<Option<String>>,
    on_change: Callback<String>,
) -> AnyView {
    let command = Command {
        kind: ButtonKind::Plain,
        hidden: vec![("name", person.row.name.clone())],
        on_done: Some(Callback::new(move |answer: String| invited.set(Some(answer)))),
        ..Command::new(NewLink::PATH, text("link.new"))
    };
    let form = command_form(command, |_| view! { <p>{text("link.new.text")}</p> }.into_any());
    let due = person.is_password_due.then(|| view! { <p>{text("password.due")}</p> });
    let may_ask = person.has_password && !person.is_self && !person.is_password_due;
    let ask = may_ask.then(|| ask(person, on_change));
    // The link must not stand in an address, so only scripts can show it.
    view! {
        <Card title=text("password")>
            {due}
            <div class="needs-scripts">{form}</div>
            <noscript><p>{text("link.command")}</p></noscript>
            {ask}
        </Card>
    }
    .into_any()
}

/// For whoever has heard that others know a password, or may.
fn ask(person: &Person, on_change: Callback<String>) -> AnyView {
    let command = Command {
        kind: ButtonKind::Plain,
        hidden: vec![("fields[name]", person.row.name.clone()), ("fields[act]", "new-password".to_owned())],
        done: Some(text("done.asked").to_owned()),
        on_done: Some(on_change),
        ..Command::new(ActOnPerson::PATH, text("password.ask"))
    };
    let form = command_form(command, |_| view! { <p>{text("password.ask.text")}</p> }.into_any());
    view! {
        <hr/>
        {form}
    }
    .into_any()
}
