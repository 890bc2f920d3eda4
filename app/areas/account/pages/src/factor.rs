//! The code generator, and what is shown once.

use crate::page::Answer;
use crate::words::{text, text_of, text_with};
use account_contract::{AccountProblem, AccountView, FactorView, Shown, field, path};
use leptos::prelude::*;
use model::{Level, Status};
use ui::{Button, ButtonKind, Card, CopyButton, Field, StatusMark};

/// Whether a problem is shown at a field of the form, and not above the page.
pub(crate) fn is_at_a_field(problem: AccountProblem) -> bool {
    matches!(problem, AccountProblem::Code | AccountProblem::CodesExhausted)
}

/// Setting a code generator up, or removing it.
pub(crate) fn card(account: &AccountView, answer: Answer) -> Option<AnyView> {
    // Who signs in only through providers gives their codes there.
    if !account.has_password && account.factor == FactorView::None {
        return None;
    }
    let problem = answer.problem.filter(|problem| is_at_a_field(*problem));
    let problem = problem.map(|problem| text_of("problem", problem.word()));
    let content = match account.factor.clone() {
        FactorView::None => none(),
        FactorView::Begun { secret, picture } => begun(secret, picture, problem),
        FactorView::Asked { recovery_codes } => asked(recovery_codes, problem),
        FactorView::Unreadable => view! { <p class="card-text">{text("factor.unreadable")}</p> }.into_any(),
    };
    Some(view! { <Card title=text("factor")>{content}</Card> }.into_any())
}

fn none() -> AnyView {
    view! {
        <p class="card-text">{text("factor.none")}</p>
        <form class="form-actions" method="post" action=path::BEGIN_FACTOR>
            <Button form_type="submit">{text("factor.begin")}</Button>
        </form>
    }
    .into_any()
}

fn begun(secret: String, picture: String, problem: Option<String>) -> AnyView {
    let shown = in_groups(&secret);
    view! {
        <ol class="factor-steps">
            <li>
                {text("factor.scan")}
                <div class="factor-picture" role="img" aria-label=text("factor.picture") inner_html=picture></div>
                <p class="factor-secret">
                    {text("factor.type")}" "<code>{shown}</code><CopyButton value=secret/>
                </p>
            </li>
            <li>{text("factor.confirm")}</li>
        </ol>
        {code_form(path::CONFIRM_FACTOR, ButtonKind::Primary, text("factor.on"), problem)}
    }
    .into_any()
}

fn asked(recovery_codes: i64, problem: Option<String>) -> AnyView {
    let left = text_with("factor.left", &[("count", &recovery_codes)]);
    view! {
        <StatusMark status=Status::new(Level::Healthy, text("factor.asked"))/>
        <p class="card-text">{left}</p>
        {code_form(path::REMOVE_FACTOR, ButtonKind::Danger, text("factor.off"), problem)}
    }
    .into_any()
}

fn code_form(action: &'static str, kind: ButtonKind, words: &str, problem: Option<String>) -> AnyView {
    let words = words.to_owned();
    view! {
        <form class="form" method="post" action=action>
            <Field
                name=field::CODE
                label=text("factor.code")
                problem=Signal::stored(problem)
                autocomplete="one-time-code"
                code=true
                required=true
            />
            <div class="form-actions"><Button kind=kind form_type="submit">{words}</Button></div>
        </form>
    }
    .into_any()
}

/// What was just made. It is in no other page.
pub(crate) fn shown(shown: Shown) -> AnyView {
    match shown {
        Shown::Token(token) => {
            let copied = token.clone();
            view! {
                <Card title=text("shown.token") wide=true>
                    <p class="card-text">{text("shown.token.text")}</p>
                    <p class="shown-once"><code>{token}</code><CopyButton value=copied/></p>
                </Card>
            }
            .into_any()
        }
        Shown::RecoveryCodes(codes) => {
            let all = codes.join("\n");
            let code = |code: String| view! { <li><code>{code}</code></li> };
            view! {
                <Card title=text("shown.codes") wide=true>
                    <p class="card-text">{text("shown.codes.text")}</p>
                    <ul class="shown-codes">{codes.into_iter().map(code).collect_view()}</ul>
                    <CopyButton value=all/>
                </Card>
            }
            .into_any()
        }
    }
}

/// Four letters at a time, for typing them in.
fn in_groups(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}
