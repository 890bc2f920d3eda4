//! Choosing a password by a one-time link.

use crate::frame::{frame, said_of_platform};
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use sign_in_contract::{
    Link, MIN_PASSWORD_CHARACTERS, PasswordProblem, SetUpProblem, check_password, field, path, read_link,
};
use ui::{Button, ButtonKind, Field, LinkButton, NewPassword, Problem, awaited, new_password};

/// Name, when the link makes the first administrator, and the password twice. Checked while typing, and by the server.
#[component]
pub fn SetUpPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let token = query.get(field::TOKEN).unwrap_or_default();
    let problem = query.get(field::PROBLEM).and_then(|word| SetUpProblem::parse(&word));
    let name = query.get(field::NAME).unwrap_or_default();
    let asked = token.clone();
    let link = Resource::new_blocking(|| (), move |()| read_link(asked.clone()));
    let platform = said_of_platform();
    let content = move || {
        let (token, name) = (token.clone(), name.clone());
        Suspend::new(async move {
            let link = link.await;
            let platform = platform.await;
            let title = text("set-up.title").to_owned();
            let (account, name) = match link {
                Ok(Link::FirstAdministrator) => (None, name),
                Ok(Link::Password { name }) => (Some(name), String::new()),
                Ok(Link::Invalid) => {
                    return frame(&platform, text("set-up.used").to_owned(), None, used_up());
                }
                Err(error) => return frame(&platform, title, None, view! { <Problem error/> }.into_any()),
            };
            frame(&platform, title, general_words(problem), form(token, account, name, problem))
        })
    };
    view! { <Suspense>{awaited(content)}</Suspense> }
}

fn used_up() -> AnyView {
    view! {
        <p>{text("set-up.used.text")}</p>
        <div class="form-actions"><LinkButton href=path::SIGN_IN>{text("sign-in")}</LinkButton></div>
    }
    .into_any()
}

/// `account` is whose password it is, when that is settled; otherwise the name is asked for.
fn form(token: String, account: Option<String>, name: String, problem: Option<SetUpProblem>) -> AnyView {
    let asks_for_name = account.is_none();
    let introduction = match &account {
        None => text("set-up.first").to_owned(),
        Some(name) => text_with("set-up.for", &[("name", name)]),
    };
    let name = RwSignal::new(account.unwrap_or(name));
    let name_field = asks_for_name.then(|| name_field(name, problem));
    view! {
        <p>{introduction}</p>
        <form class="form" method="post" action=path::SET_UP>
            <input type="hidden" name=field::TOKEN value=token/>
            {name_field}
            {password_fields(name, problem)}
            <div class="form-actions">
                <Button kind=ButtonKind::Primary form_type="submit">{text("set-up")}</Button>
            </div>
        </form>
    }
    .into_any()
}

/// What is wrong that is no field's fault.
pub(crate) fn general_words(problem: Option<SetUpProblem>) -> Option<String> {
    let is_general = |problem: &SetUpProblem| {
        let at_fields = [SetUpProblem::Name, SetUpProblem::NameTaken, SetUpProblem::Different];
        !at_fields.contains(problem) && !matches!(problem, SetUpProblem::Password(_))
    };
    problem.filter(is_general).map(|problem| text_of("problem", problem.word()))
}

/// The field for a name that is chosen.
pub(crate) fn name_field(name: RwSignal<String>, problem: Option<SetUpProblem>) -> AnyView {
    let is_here = |problem: &SetUpProblem| matches!(problem, SetUpProblem::Name | SetUpProblem::NameTaken);
    let wrong = problem.filter(is_here).map(|problem| text_of("problem", problem.word()));
    view! {
        <Field
            name=field::NAME
            label=text("name")
            hint=text("choose-name.hint")
            value=name
            problem=Signal::stored(wrong)
            autocomplete="username"
            required=true
            on_input=move |value| name.set(value)
        />
    }
    .into_any()
}

/// The fields for a new password, checked while typing.
pub(crate) fn password_fields(name: RwSignal<String>, problem: Option<SetUpProblem>) -> AnyView {
    let different = text_of("problem", "different");
    let fields = NewPassword {
        names: [field::PASSWORD, field::PASSWORD_AGAIN],
        labels: [text("password").to_owned(), text("password.again").to_owned()],
        hint: text_with("password.hint", &[("count", &MIN_PASSWORD_CHARACTERS)]),
        said: [of_password(problem), (problem == Some(SetUpProblem::Different)).then(|| different.clone())],
        different,
    };
    new_password(fields, move |password| check_password(&name.read(), password).err().map(password_words))
}

fn of_password(problem: Option<SetUpProblem>) -> Option<String> {
    match problem {
        Some(SetUpProblem::Password(problem)) => Some(password_words(problem)),
        _ => None,
    }
}

fn password_words(problem: PasswordProblem) -> String {
    text_with(
        &format!("problem.{}", SetUpProblem::Password(problem).word()),
        &[("count", &MIN_PASSWORD_CHARACTERS)],
    )
}
