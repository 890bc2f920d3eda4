//! Choosing a name, for somebody who came through a provider.

use crate::frame::{frame, said_of_platform};
use crate::sign_in::words;
use crate::words::{text, text_with};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use sign_in_contract::{Newcomer, SignInProblem, field, path, read_newcomer};
use ui::{Button, ButtonKind, Field, LinkButton, Problem, awaited};

/// Asks for a name when the one that somebody has at their provider is somebody else's here.
#[component]
pub fn ChooseNamePage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let problem = query.get(field::PROBLEM).and_then(|word| SignInProblem::parse(&word, None));
    let tried = query.get(field::NAME);
    let newcomer = Resource::new_blocking(|| (), |()| read_newcomer());
    let platform = said_of_platform();
    let content = move || {
        let tried = tried.clone();
        Suspend::new(async move {
            let newcomer = newcomer.await;
            let platform = platform.await;
            let content = match newcomer {
                Ok(Some(newcomer)) => form(newcomer, tried, problem),
                Ok(None) => too_late(),
                Err(error) => view! { <Problem error/> }.into_any(),
            };
            frame(&platform, text("choose-name").to_owned(), None, content)
        })
    };
    view! { <Suspense>{awaited(content)}</Suspense> }
}

fn form(newcomer: Newcomer, tried: Option<String>, problem: Option<SignInProblem>) -> AnyView {
    let Newcomer { name, provider } = newcomer;
    let introduction = match name.as_str() {
        "" => text_with("choose-name.none", &[("provider", &provider)]),
        name => text_with("choose-name.taken", &[("name", &name), ("provider", &provider)]),
    };
    view! {
        <p>{introduction}</p>
        <form class="form" method="post" action=path::CHOOSE_NAME>
            <Field
                name=field::NAME
                label=text("name")
                hint=text("choose-name.hint")
                value=Signal::stored(tried.unwrap_or(name))
                problem=Signal::stored(problem.map(words))
                autocomplete="username"
                required=true
            />
            <div class="form-actions">
                <Button kind=ButtonKind::Primary form_type="submit">{text("choose-name.go")}</Button>
            </div>
        </form>
    }
    .into_any()
}

fn too_late() -> AnyView {
    view! {
        <p>{text("choose-name.late")}</p>
        <div class="form-actions"><LinkButton href=path::SIGN_IN>{text("sign-in")}</LinkButton></div>
    }
    .into_any()
}
