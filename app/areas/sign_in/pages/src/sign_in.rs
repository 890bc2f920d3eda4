//! Signing in.

use crate::frame::frame;
use crate::words::{text, text_with};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use sign_in_contract::{SignInProblem, field, path, safe_next};
use ui::{Button, ButtonKind, Field};

/// Name and password. The server answers the form with a redirect: to the page that was wanted, or back here with what
/// was wrong in the address.
#[component]
pub fn SignInPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let problem = query.get(field::PROBLEM);
    let problem = problem.and_then(|word| SignInProblem::parse(&word, query.get(field::SECONDS).as_deref()));
    let next = safe_next(&query.get(field::NEXT).unwrap_or_default()).to_owned();
    let name = query.get(field::NAME).unwrap_or_default();
    let form = view! {
        <form class="form" method="post" action=path::SIGN_IN>
            <input type="hidden" name=field::NEXT value=next/>
            <Field
                name=field::NAME
                label=text("name")
                value=RwSignal::new(name)
                autocomplete="username"
                required=true
            />
            <Field
                name=field::PASSWORD
                label=text("password")
                input_type="password"
                autocomplete="current-password"
                required=true
            />
            <div class="form-actions">
                <Button kind=ButtonKind::Primary form_type="submit">{text("sign-in")}</Button>
            </div>
        </form>
        <p class="hint">{text("sign-in.help")}</p>
    };
    frame(text("sign-in.title").to_owned(), problem.map(words), form.into_any())
}

fn words(problem: SignInProblem) -> String {
    match problem {
        SignInProblem::Wrong => text("problem.wrong").to_owned(),
        SignInProblem::Wait { seconds } => text_with("problem.wait-seconds", &[("count", &seconds)]),
        SignInProblem::Unavailable => text("problem.unavailable").to_owned(),
    }
}
