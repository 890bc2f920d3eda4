//! Passkeys: signing in with a device or a security key.

use crate::page::Answer;
use crate::words::{text, text_of};
use account_contract::{AccountProblem, AccountView, PasskeyView, field, path};
use leptos::prelude::*;
use ui::{Button, ButtonKind, Card, Field, PasskeyAsk, PasskeyForm, Since, plain_table};

/// Whether a problem is shown at a field of the form, and not above the page.
pub(crate) fn is_at_a_field(problem: AccountProblem) -> bool {
    problem == AccountProblem::PasskeyName
}

/// The passkeys, and the form for another one.
pub(crate) fn card(account: &AccountView, answer: Answer) -> Option<AnyView> {
    // Who signs in only through providers proves there who they are: what is taken from them there is taken here too.
    if !account.has_password && account.passkeys.is_empty() {
        return None;
    }
    let table = (!account.passkeys.is_empty()).then(|| {
        let headings = [
            text("passkey.name"),
            text("passkey.host"),
            text("passkey.added"),
            text("last-used"),
            text("action"),
        ];
        let rows = account.passkeys.iter().cloned().map(row).collect_view().into_any();
        plain_table(text("passkeys"), &headings, rows)
    });
    let form = account.has_password.then(|| form(answer));
    Some(
        view! {
            <Card title=text("passkeys") flush=true wide=true>
                <p class="card-text padded">{text("passkeys.text")}</p>
                {table}
                {form}
            </Card>
        }
        .into_any(),
    )
}

fn form(answer: Answer) -> AnyView {
    let problem = answer.problem.filter(|problem| is_at_a_field(*problem));
    let problem = problem.map(|problem| text_of("problem", problem.word()));
    view! {
        <div class="padded passkey-form">
            <PasskeyForm
                ask=PasskeyAsk::Make
                begin=path::BEGIN_PASSKEY
                action=path::ADD_PASSKEY
                answer=field::CREDENTIAL
                submit=text("passkey.add")
                instead=|| view! { <p class="card-text">{text("passkey.impossible")}</p> }
            >
                <Field
                    name=field::NAME
                    label=text("passkey.name")
                    hint=text("passkey.name.hint")
                    problem=Signal::stored(problem)
                    autocomplete="off"
                    required=true
                />
            </PasskeyForm>
            <noscript><p class="card-text">{text("passkey.scripts")}</p></noscript>
        </div>
    }
    .into_any()
}

fn row(passkey: PasskeyView) -> AnyView {
    let PasskeyView { id, name, host, added_at, last_used } = passkey;
    let about = ui::about_words(&name);
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td data-heading=text("passkey.host")>{host}</td>
            <td data-heading=text("passkey.added")><Since at=added_at in_words=true/></td>
            <td data-heading=text("last-used")>
                {match last_used {
                    Some(at) => view! { <Since at in_words=true/> }.into_any(),
                    None => text("never").to_owned().into_any(),
                }}
            </td>
            <td>
                <form method="post" action=path::REMOVE_PASSKEY>
                    <input type="hidden" name=field::PASSKEY value=id/>
                    <Button form_type="submit" kind=ButtonKind::Danger>
                        {text("passkey.remove")}<span class="visually-hidden">{about}</span>
                    </Button>
                </form>
            </td>
        </tr>
    }
    .into_any()
}
