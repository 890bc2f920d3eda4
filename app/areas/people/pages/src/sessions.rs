//! Where somebody is signed in, and the end of it.

use crate::person::place_words;
use crate::words::{text, text_of};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use people_contract::{ActOnPerson, Person, PersonSession, PersonToken};
use ui::{ButtonKind, Card, Command, Since, Until, command_form, plain_table};
use workspaces_contract::Reach;

/// Their sessions and API tokens, for who may change the account; one's own are ended on the page of one's account.
pub fn sessions(person: &Person, on_change: Callback<String>) -> AnyView {
    let table = if person.sessions.is_empty() {
        view! { <p class="card-note">{text("sessions.none")}</p> }.into_any()
    } else {
        let headings = [text("browser"), text("address"), text("signed-in.at"), text("seen")];
        plain_table(text("sessions"), &headings, person.sessions.iter().map(row).collect_view().into_any())
    };
    let has_any = !person.tokens.is_empty() || !person.sessions.is_empty();
    let end = (has_any && !person.is_self).then(|| {
        let command = Command {
            kind: ButtonKind::Danger,
            hidden: vec![("fields[name]", person.row.name.clone()), ("fields[act]", "sign-out".to_owned())],
            done: Some(text("done.signed-out").to_owned()),
            on_done: Some(on_change),
            ..Command::new(ActOnPerson::PATH, text("person.sign-out"))
        };
        let form = command_form(command, |_| view! { <p>{text("person.sign-out.text")}</p> }.into_any());
        view! { <div class="card-note">{form}</div> }
    });
    let tokens = tokens(&person.tokens);
    view! {
        <Card title=text("sessions") flush=true>
            {table}
            {tokens}
            {end}
        </Card>
    }
    .into_any()
}

fn tokens(tokens: &[PersonToken]) -> AnyView {
    if tokens.is_empty() {
        return view! { <p class="card-note">{text("tokens.none")}</p> }.into_any();
    }
    let headings = [text("token.name"), text("token.scope"), text("token.place"), text("token.ends")];
    plain_table(text("tokens"), &headings, tokens.iter().map(token_row).collect_view().into_any())
}

fn token_row(token: &PersonToken) -> AnyView {
    let reach = match &token.reach {
        Reach::Everywhere => text("reach.everywhere").to_owned(),
        Reach::Within(place) => place_words(place),
        Reach::Nowhere => text("reach.nowhere").to_owned(),
    };
    view! {
        <tr>
            <th scope="row">{token.name.clone()}</th>
            <td data-heading=text("token.scope")>
                {text_of("scope", if token.is_read_only { "read" } else { "full" })}
            </td>
            <td data-heading=text("token.place")>{reach}</td>
            <td data-heading=text("token.ends")><Until at=token.ends/></td>
        </tr>
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
