//! Asking for a link to choose another password with.

use crate::frame::frame;
use crate::sign_in::words;
use crate::words::text;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use sign_in_contract::{SignInProblem, Ways, field, path, read_ways};
use ui::{Button, ButtonKind, Field, LinkButton, awaited};

/// Takes a name, and says the same whether there is somebody of that name or not.
#[component]
pub fn ForgottenPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let problem = query.get(field::PROBLEM);
    let problem = problem.and_then(|word| SignInProblem::parse(&word, query.get(field::SECONDS).as_deref()));
    let name = query.get(field::NAME).unwrap_or_default();
    let is_sent = query.get(field::SENT).is_some();
    let ways = Resource::new_blocking(|| (), |()| read_ways());
    let content = move || {
        let name = name.clone();
        Suspend::new(async move {
            let Ways { sends_links, platform, .. } = ways.await.unwrap_or_default();
            let content = match (is_sent, sends_links) {
                (true, _) => told(text("forgotten.sent")),
                (false, true) => form(name),
                (false, false) => told(text("sign-in.help")),
            };
            frame(&platform, text("forgotten.title").to_owned(), problem.map(words), content)
        })
    };
    view! { <Suspense>{awaited(content)}</Suspense> }
}

fn form(name: String) -> AnyView {
    view! {
        <p>{text("forgotten.text")}</p>
        <form class="form" method="post" action=path::FORGOTTEN>
            <Field
                name=field::NAME
                label=text("name")
                value=Signal::stored(name)
                autocomplete="username"
                required=true
            />
            <div class="form-actions">
                <Button kind=ButtonKind::Primary form_type="submit">{text("forgotten.send")}</Button>
                <LinkButton href=path::SIGN_IN>{text("forgotten.back")}</LinkButton>
            </div>
        </form>
    }
    .into_any()
}

fn told(words: &'static str) -> AnyView {
    view! {
        <p>{words}</p>
        <div class="form-actions"><LinkButton href=path::SIGN_IN>{text("forgotten.back")}</LinkButton></div>
    }
    .into_any()
}
