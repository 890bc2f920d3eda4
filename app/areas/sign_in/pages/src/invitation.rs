//! What an invitation offers, and accepting it.

use crate::frame::{frame, said_of_platform};
use crate::set_up::{general_words, name_field, password_fields};
use crate::words::{text, text_with};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use sign_in_contract::{Invitation, SetUpProblem, field, path, read_invitation};
use ui::{Button, ButtonKind, LinkButton, Problem, Until, awaited, role_words};
use workspaces_contract::MemberPlace;

/// Who invites to what, and the form: one button for who is signed in, a name and a password for who is new here.
#[component]
pub fn InvitationPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let token = query.get(field::TOKEN).unwrap_or_default();
    let problem = query.get(field::PROBLEM).and_then(|word| SetUpProblem::parse(&word));
    let name = query.get(field::NAME).unwrap_or_default();
    let asked = token.clone();
    let invitation = Resource::new_blocking(|| (), move |()| read_invitation(asked.clone()));
    let platform = said_of_platform();
    let content = move || {
        let (token, name) = (token.clone(), name.clone());
        Suspend::new(async move {
            let invitation = invitation.await;
            let platform = platform.await;
            let title = text("invitation.title").to_owned();
            match invitation {
                Ok(Some(invitation)) => {
                    let content = offer(&invitation, token, name, problem);
                    frame(&platform, title, general_words(problem), content)
                }
                Ok(None) => frame(&platform, text("invitation.gone").to_owned(), None, gone()),
                Err(error) => frame(&platform, title, None, view! { <Problem error/> }.into_any()),
            }
        })
    };
    view! { <Suspense>{awaited(content)}</Suspense> }
}

fn gone() -> AnyView {
    view! {
        <p>{text("invitation.gone.text")}</p>
        <div class="form-actions"><LinkButton href=path::SIGN_IN>{text("sign-in")}</LinkButton></div>
    }
    .into_any()
}

fn offer(invitation: &Invitation, token: String, name: String, problem: Option<SetUpProblem>) -> AnyView {
    let role = role_words(&invitation.role.id, invitation.role.title.as_deref());
    let place = place_words(&invitation.place);
    let offer = text_with(
        "invitation.offer",
        &[("host", &invitation.invited_by), ("place", &place), ("role", &role)],
    );
    let form = match &invitation.reader {
        Some(reader) => as_reader(token, reader),
        None => as_newcomer(token, name, problem),
    };
    view! {
        <p>{offer}</p>
        <p>{text("invitation.until")}" "<Until at=invitation.expires/></p>
        {form}
    }
    .into_any()
}

fn place_words(place: &MemberPlace) -> String {
    match place {
        MemberPlace::Cluster(name) => text_with("place.cluster", &[("name", name)]),
        MemberPlace::Workspace(name) => text_with("place.workspace", &[("name", name)]),
        MemberPlace::Project(cluster, namespace) => {
            text_with("place.project", &[("name", namespace), ("cluster", cluster)])
        }
    }
}

fn as_reader(token: String, reader: &str) -> AnyView {
    let accept = text_with("invitation.accept.as", &[("name", &reader)]);
    view! {
        <form class="form" method="post" action=path::INVITATION>
            <input type="hidden" name=field::TOKEN value=token/>
            <div class="form-actions">
                <Button kind=ButtonKind::Primary form_type="submit">{accept}</Button>
            </div>
        </form>
    }
    .into_any()
}

fn as_newcomer(token: String, name: String, problem: Option<SetUpProblem>) -> AnyView {
    let here = format!("{}?{}={}", path::INVITATION, field::TOKEN, model::link::escape(&token));
    let sign_in = format!("{}?{}={}", path::SIGN_IN, field::NEXT, model::link::escape(&here));
    let name = RwSignal::new(name);
    view! {
        <p>{text("invitation.known")}" "<a href=sign_in>{text("invitation.sign-in")}</a></p>
        <h2 class="sign-in-part">{text("invitation.new")}</h2>
        <form class="form" method="post" action=path::INVITATION>
            <input type="hidden" name=field::TOKEN value=token/>
            {name_field(name, problem)}
            {password_fields(name, problem)}
            <div class="form-actions">
                <Button kind=ButtonKind::Primary form_type="submit">{text("invitation.accept")}</Button>
            </div>
        </form>
    }
    .into_any()
}
