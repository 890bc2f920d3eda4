//! Where somebody is signed in, and the end of it.

use crate::words::{text, text_with};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use people_contract::{ActOnPerson, Person, PersonSession};
use ui::{ButtonKind, Card, Command, Since, command_form, plain_table};

/// Their sessions and how many tokens they have, for who may change the account; one's own are ended on the page of one's account.
pub fn sessions(person: &Person, on_change: Callback<String>) -> AnyView {
    let table = if person.sessions.is_empty() {
        view! { <p class="card-note">{text("sessions.none")}</p> }.into_any()
    } else {
        let headings = [text("browser"), text("address"), text("signed-in.at"), text("seen")];
        plain_table(text("sessions"), &headings, person.sessions.iter().map(row).collect_view().into_any())
    };
    let tokens = text_with("tokens.count", &[("count", &person.tokens.to_string())]);
    let has_any = person.tokens > 0 || !person.sessions.is_empty();
    let end = (has_any && !person.is_self).then(|| {
        let command = Command {
            kind: ButtonKind::Danger,
            hidden: vec![("fields[name]", person.row.name.clone()), ("fields[act]", "sign-out".to_owned())],
            on_done: Some(on_change),
            ..Command::new(ActOnPerson::PATH, text("person.sign-out"))
        };
        let form = command_form(command, |_| view! { <p>{text("person.sign-out.text")}</p> }.into_any());
        view! { <div class="card-note">{form}</div> }
    });
    view! {
        <Card title=text("sessions") flush=true>
            {table}
            <p class="card-note">{tokens}</p>
            {end}
        </Card>
    }
    .into_any()
}

fn row(session: &PersonSession) -> AnyView {
    let browser = match session.browser.as_str() {
        "" => text("browser.unknown").to_owned(),
        browser => browser.to_owned(),
    };
    view! {
        <tr>
            <th scope="row">{browser}</th>
            <td data-heading=text("address")><code>{session.address.clone()}</code></td>
            <td data-heading=text("signed-in.at")><Since at=session.since with_time=true/></td>
            <td data-heading=text("seen")><Since at=session.seen/></td>
        </tr>
    }
    .into_any()
}
