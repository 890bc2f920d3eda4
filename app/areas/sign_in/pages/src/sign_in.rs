//! Signing in.

use crate::frame::frame;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use sign_in_contract::{OtherWay, SignInProblem, Ways, field, path, read_ways, safe_next};
use ui::{Button, ButtonKind, Field, PasskeyAsk, PasskeyForm, Select, awaited};

/// What the address says.
#[derive(Clone, Debug, Default)]
struct Asked {
    next: String,
    name: String,
    provider: String,
    left: Option<String>,
}

/// Name and password, and the ways through providers. The server answers the form with a redirect: to the page that was
/// wanted, or back here with what was wrong in the address.
#[component]
pub fn SignInPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let problem = query.get(field::PROBLEM);
    let problem = problem.and_then(|word| SignInProblem::parse(&word, query.get(field::SECONDS).as_deref()));
    let asked = Asked {
        next: safe_next(&query.get(field::NEXT).unwrap_or_default()).to_owned(),
        name: query.get(field::NAME).unwrap_or_default(),
        provider: query.get(field::PROVIDER).unwrap_or_default(),
        left: query.get(field::LEFT),
    };
    let ways = Resource::new_blocking(|| (), |()| read_ways());
    let content = move || {
        let asked = asked.clone();
        Suspend::new(async move {
            // Whoever has a password of the console gets in also while the providers cannot be read.
            let ways = ways.await.unwrap_or_default();
            let platform = ways.platform.clone();
            let title = text_with("sign-in.title", &[("name", &platform.name())]);
            frame(&platform, title, problem.map(words), form(&asked, ways))
        })
    };
    view! { <Suspense>{awaited(content)}</Suspense> }
}

fn form(asked: &Asked, ways: Ways) -> AnyView {
    let Ways { others: ways, sends_links, .. } = ways;
    let (directories, elsewhere): (Vec<_>, Vec<_>) = ways.into_iter().partition(|way| way.takes_passwords);
    let left = asked.left.as_ref().and_then(|id| elsewhere.iter().find(|way| way.id == *id)).map(still_there);
    let next = asked.next.clone();
    view! {
        {left}
        <form class="form" method="post" action=path::SIGN_IN>
            <input type="hidden" name=field::NEXT value=next/>
            <Field
                name=field::NAME
                label=text("name")
                value=RwSignal::new(asked.name.clone())
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
            {directory(directories, asked.provider.clone())}
            <div class="form-actions">
                <Button kind=ButtonKind::Primary form_type="submit">{text("sign-in")}</Button>
            </div>
        </form>
        {others(elsewhere, &asked.next)}
        {passkey(&asked.next)}
        {forgotten(sends_links)}
    }
    .into_any()
}

/// What to do without a password.
fn forgotten(sends_links: bool) -> AnyView {
    match sends_links {
        true => {
            view! { <p class="hint"><a href=path::FORGOTTEN>{text("sign-in.forgotten")}</a></p> }.into_any()
        }
        false => view! { <p class="hint">{text("sign-in.help")}</p> }.into_any(),
    }
}

/// Whose password it is, when it could be another system's.
fn directory(directories: Vec<OtherWay>, chosen: String) -> Option<AnyView> {
    if directories.is_empty() {
        return None;
    }
    let any = (String::new(), text("sign-in.any").to_owned());
    let options = directories.into_iter().map(|way| (way.id, way.name));
    let options: Vec<(String, String)> = std::iter::once(any).chain(options).collect();
    let choice = view! {
        <Select
            name=field::PROVIDER
            label=text("sign-in.password-of")
            value=Signal::stored(chosen)
            options=Signal::stored(options)
        />
    };
    Some(choice.into_any())
}

/// Links and not forms: a form may not lead to another site.
fn others(ways: Vec<OtherWay>, next: &str) -> Option<AnyView> {
    if ways.is_empty() {
        return None;
    }
    let next =
        if next == "/" { String::new() } else { format!("?{}={}", field::NEXT, model::link::escape(next)) };
    let link = |way: OtherWay| {
        let href = format!("{}/{}{next}", path::WITH, model::link::escape(&way.id));
        let words = text_with("sign-in.with", &[("name", &way.name)]);
        view! { <a class="button" href=href rel="external">{words}</a> }
    };
    let links = ways.into_iter().map(link).collect_view();
    Some(
        view! {
            <p class="sign-in-or">{text("sign-in.or")}</p>
            <div class="sign-in-others">{links}</div>
        }
        .into_any(),
    )
}

/// Signs in with a passkey, which asks for nothing besides.
pub(crate) fn passkey(next: &str) -> AnyView {
    let next = next.to_owned();
    view! {
        <div class="sign-in-others">
            <PasskeyForm
                ask=PasskeyAsk::Unlock
                begin=path::BEGIN_PASSKEY
                action=path::PASSKEY
                answer=field::CREDENTIAL
                submit=text("sign-in.passkey")
            >
                <input type="hidden" name=field::NEXT value=next/>
            </PasskeyForm>
        </div>
    }
    .into_any()
}

/// Signing out here leaves somebody signed in at the provider: the next person at this browser could come in as them.
fn still_there(way: &OtherWay) -> AnyView {
    let words = text_with("sign-in.left", &[("name", &way.name)]);
    let link = text_with("sign-in.leave", &[("name", &way.name)]);
    view! {
        <div class="sign-in-left">
            <p>{words}</p>
            <a class="button" href=path::WAY_OUT rel="external">{link}</a>
        </div>
    }
    .into_any()
}

pub(crate) fn words(problem: SignInProblem) -> String {
    match problem {
        SignInProblem::Wait { seconds } => text_with("problem.wait-seconds", &[("count", &seconds)]),
        problem => text_of("problem", problem.word()),
    }
}
