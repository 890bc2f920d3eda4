//! Inviting somebody who has no account yet, or one that the reader does not know.

use crate::members::options;
use crate::names;
use crate::words::{text, text_of};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::link;
use ui::{ButtonKind, Card, Command, CopyButton, Field, Select, Until, command_form, plain_table};
use workspaces_contract::{
    INVITATION_DAYS, InvitationLink, InvitationRow, Invite, MemberPlace, Members, RemoveInvitation,
};

/// Where the pages of invitations begin.
const INVITATION: &str = "/invitation?token=";

/// The form, the link that it gave last, and the invitations that still work.
pub fn invitations(
    place: &MemberPlace,
    members: &Members,
    invited: RwSignal<Option<String>>,
    on_change: Callback<String>,
) -> AnyView {
    let on_done = Callback::new(move |answer: String| {
        invited.set(Some(answer.clone()));
        on_change.run(answer);
    });
    let command = Command {
        hidden: vec![("invitation[place]", place.to_string())],
        fields: &["role", "note", "days"],
        on_done: Some(on_done),
        ..Command::new(Invite::PATH, text("invitation.make"))
    };
    let usual = members.roles.last().map(|role| role.id.clone()).unwrap_or_default();
    let roles = options(&members.roles);
    let days = INVITATION_DAYS.map(|days| (days.to_string(), text_of("days", &days.to_string())));
    let form = command_form(command, |problems| {
        view! {
            <Field
                name="invitation[note]"
                label=text("invitation.for")
                hint=text("invitation.for.hint")
                problem=problems.at("note")
                autocomplete="off"
            />
            <Select
                name="invitation[role]"
                label=text("invitation.role")
                options=Signal::stored(roles)
                value=Signal::stored(usual)
                problem=problems.at("role")
            />
            <Select
                name="invitation[days]"
                label=text("invitation.days")
                options=Signal::stored(days.to_vec())
                value=Signal::stored("7".to_owned())
                problem=problems.at("days")
            />
        }
        .into_any()
    });
    let open = (!members.invitations.is_empty()).then(|| {
        let headings = ["invitation.for", "role", "invitation.by", "invitation.until", "manage"].map(text);
        let rows = members.invitations.iter().map(|row| open_row(place, row, on_change));
        plain_table(text("invitation.open"), &headings, rows.collect_view().into_any())
    });
    // The link must not stand in an address, so only scripts can show it.
    view! {
        <Card title=text("invitation.title") flush=true>
            <div class="card-note">
                <p>{text("invitation.text")}</p>
                <div class="form-row needs-scripts">{form}</div>
                <noscript><p>{text("invitation.needs-scripts")}</p></noscript>
                {move || shown(&invited.get()?)}
            </div>
            {open}
        </Card>
    }
    .into_any()
}

fn shown(answer: &str) -> Option<AnyView> {
    let InvitationLink { token } = serde_json::from_str(answer).ok()?;
    let origin = window().location().origin().unwrap_or_default();
    let address = format!("{origin}{INVITATION}{}", link::escape(&token));
    let shown = view! {
        <div class="secret-link" role="status">
            <p>{text("invitation.link")}</p>
            <code>{address.clone()}</code>
            <CopyButton value=address/>
        </div>
    };
    Some(shown.into_any())
}

fn open_row(place: &MemberPlace, row: &InvitationRow, on_change: Callback<String>) -> AnyView {
    let note = if row.note.is_empty() { text("invitation.nobody").to_owned() } else { row.note.clone() };
    let command = Command {
        kind: ButtonKind::Plain,
        hidden: vec![("fields[place]", place.to_string()), ("fields[id]", row.id.clone())],
        about: Some(note.clone()),
        done: Some(text("done.invitation-removed").to_owned()),
        on_done: Some(on_change),
        ..Command::new(RemoveInvitation::PATH, text("invitation.take-back"))
    };
    view! {
        <tr>
            <th scope="row">{note}</th>
            <td data-heading=text("role")>{names::role(&row.role)}</td>
            <td data-heading=text("invitation.by")>{row.invited_by.clone()}</td>
            <td data-heading=text("invitation.until")><Until at=row.expires/></td>
            <td><div class="in-row">{command_form(command, |_| ().into_any())}</div></td>
        </tr>
    }
    .into_any()
}
