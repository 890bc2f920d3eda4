//! Another password.

use crate::page::Answer;
use crate::words::{text, text_of, text_with};
use account_contract::{AccountProblem, AccountView, field, path};
use leptos::prelude::*;
use sign_in_contract::{MIN_PASSWORD_CHARACTERS, check_password};
use ui::{Button, ButtonKind, Card, Field, NewPassword, new_password};

/// Whether a problem is shown at a field of the form, and not above the page.
pub(crate) fn is_at_a_field(problem: AccountProblem) -> bool {
    at_old(problem) || at_new(problem) || problem == AccountProblem::Different
}

fn at_old(problem: AccountProblem) -> bool {
    problem == AccountProblem::OldPassword
}

fn at_new(problem: AccountProblem) -> bool {
    use AccountProblem::{Common, LikeName, Long, Same, Short};
    matches!(problem, Short | Long | LikeName | Common | Same)
}

/// The form, or why there is none.
pub(crate) fn card(account: &AccountView, answer: Answer) -> AnyView {
    if !account.has_password {
        return view! { <Card title=text("password")><p class="card-text">{text("password.none")}</p></Card> }
            .into_any();
    }
    let name = account.name.clone();
    let user = name.clone();
    let said = move |is_here: fn(AccountProblem) -> bool| {
        answer.problem.filter(|problem| is_here(*problem)).map(words_of)
    };
    let fields = NewPassword {
        names: [field::PASSWORD, field::PASSWORD_AGAIN],
        labels: [text("password.new").to_owned(), text("password.again").to_owned()],
        hint: text_with("password.hint", &[("count", &MIN_PASSWORD_CHARACTERS)]),
        said: [said(at_new), said(|problem| problem == AccountProblem::Different)],
        different: words_of(AccountProblem::Different),
    };
    let chosen = new_password(fields, move |password| {
        check_password(&name, password).err().map(|problem| words_of(problem.into()))
    });
    view! {
        <Card title=text("password")>
            <form class="form" method="post" action=path::PASSWORD>
                <input type="text" name="username" autocomplete="username" value=user hidden=true/>
                <Field
                    name=field::OLD_PASSWORD
                    label=text("password.old")
                    problem=Signal::stored(said(at_old))
                    input_type="password"
                    autocomplete="current-password"
                    required=true
                />
                {chosen}
                <p class="field-hint">{text("password.ends-sessions")}</p>
                <div class="form-actions">
                    <Button kind=ButtonKind::Primary form_type="submit">{text("password.change")}</Button>
                </div>
            </form>
        </Card>
    }
    .into_any()
}

fn words_of(problem: AccountProblem) -> String {
    match problem {
        AccountProblem::Short => text_with("problem.short", &[("count", &MIN_PASSWORD_CHARACTERS)]),
        problem => text_of("problem", problem.word()),
    }
}
