//! The code that is asked for after the password.

use crate::frame::{frame, said_of_platform};
use crate::sign_in::{passkey, words};
use crate::words::text;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use sign_in_contract::{SignInProblem, field, path};
use ui::{Button, ButtonKind, Field, awaited};

/// Asks for a code of the generator, a recovery code, or a passkey in their place.
#[component]
pub fn CodePage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let problem = query.get(field::PROBLEM);
    let problem = problem.and_then(|word| SignInProblem::parse(&word, query.get(field::SECONDS).as_deref()));
    let next = query.get(field::NEXT).unwrap_or_default();
    let platform = said_of_platform();
    let content = move || {
        let next = next.clone();
        Suspend::new(async move {
            frame(&platform.await, text("code.title").to_owned(), None, form(&next, problem))
        })
    };
    view! { <Suspense>{awaited(content)}</Suspense> }
}

fn form(next: &str, problem: Option<SignInProblem>) -> AnyView {
    view! {
        <p>{text("code.text")}</p>
        <form class="form" method="post" action=path::CODE>
            <Field
                name=field::CODE
                label=text("code")
                hint=text("code.hint")
                problem=Signal::stored(problem.map(words))
                autocomplete="one-time-code"
                code=true
                required=true
            />
            <div class="form-actions">
                <Button kind=ButtonKind::Primary form_type="submit">{text("sign-in")}</Button>
            </div>
        </form>
        <p class="sign-in-or">{text("sign-in.or")}</p>
        {passkey(next)}
        <p class="hint">{text("code.help")}</p>
    }
    .into_any()
}
