//! The forms of one's own API tokens and code generator.

use super::account::{done, own_change, refused, refused_as_typed, unavailable};
use super::knock::{Knock, Signed};
use super::token_place::place_of;
use crate::account::show_once;
use crate::console::Console;
use account_contract::{AccountProblem, Done, Shown, Tab, path};
use axum::extract::{Form, State};
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use database::audit::Decision;
use database::tokens::TokenScope;
use identity::api_tokens::{self, TokenRefused};
use identity::second_factor::CodeRefused;
use serde::Deserialize;
use uuid::Uuid;

/// See `account_contract::path::ADD_TOKEN`.
#[derive(Deserialize)]
pub struct AddTokenForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    place: String,
    #[serde(default)]
    namespace: String,
    #[serde(default)]
    days: String,
}

/// See `account_contract::path::REVOKE_TOKEN`.
#[derive(Deserialize)]
pub struct TokenForm {
    #[serde(default)]
    token: String,
}

/// A form with a code.
#[derive(Deserialize)]
pub struct CodeForm {
    #[serde(default)]
    code: String,
}

/// Makes an API token, which the next page shows once.
pub async fn add_token(
    State(console): State<Console>,
    Signed(caller): Signed,
    Form(form): Form<AddTokenForm>,
) -> Response {
    let refused = |problem| refused_as_typed(Tab::Tokens, problem, path::ADD_TOKEN);
    let Some(scope) = TokenScope::parse(&form.scope) else {
        return refused(AccountProblem::TokenName);
    };
    let decision = own_change(&caller, "add_token", "create", "tokens.console.orrery");
    let name = Some(form.name.chars().take(64).collect());
    let found = place_of(&console, &caller, &form.place, &form.namespace, AccountProblem::TokenPlace).await;
    let place = match found {
        Ok(place) => place,
        Err(problem) => return refused(problem),
    };
    let reason = for_place(&form.place, &form.namespace);
    let decision = Decision { name, reason, ..decision };
    if let Err(error) = console.database().record_decision(&decision).await {
        return refused(unavailable(&error));
    }
    let hours = api_tokens::hours_of(&form.days);
    let (database, account) = (console.database(), caller.account_id);
    match api_tokens::issue_for(database, account, &form.name, scope, place, hours).await {
        Ok(token) => {
            let cookie = show_once(&console, &caller, &Shown::Token(token));
            ([(SET_COOKIE, cookie)], done(Tab::Tokens, Done::Token)).into_response()
        }
        Err(error) => refused(token_problem(&error)),
    }
}

/// What the trail adds of the place for which a token is made; empty for one that counts everywhere.
pub(super) fn for_place(place: &str, namespace: &str) -> String {
    match (place.trim(), namespace.trim()) {
        ("", _) => String::new(),
        (place, "") => format!("for {place}"),
        (place, namespace) => format!("for {namespace} in {place}"),
    }
}

/// Why there is no token, as the page says it.
pub(super) fn token_problem(error: &TokenRefused) -> AccountProblem {
    match error {
        TokenRefused::Name => AccountProblem::TokenName,
        TokenRefused::Expiry => AccountProblem::TokenExpiry,
        TokenRefused::TooMany => AccountProblem::TokenCount,
        TokenRefused::Database(error) => unavailable(error),
    }
}

/// Revokes an API token, with effect at once.
pub async fn revoke_token(
    State(console): State<Console>,
    Signed(caller): Signed,
    Form(form): Form<TokenForm>,
) -> Redirect {
    let Ok(id) = Uuid::parse_str(&form.token) else { return refused(Tab::Tokens, AccountProblem::NoToken) };
    let revoked = async {
        let decision = own_change(&caller, "revoke_token", "delete", "tokens.console.orrery");
        let decision = Decision { name: Some(id.to_string()), ..decision };
        console.database().record_decision(&decision).await?;
        console.database().revoke_token(caller.account_id, id).await
    };
    let answer = match revoked.await {
        Ok(true) => done(Tab::Tokens, Done::TokenRevoked),
        Ok(false) => refused(Tab::Tokens, AccountProblem::NoToken),
        Err(error) => refused(Tab::Tokens, unavailable(&error)),
    };
    console.access().announce_change();
    answer
}

/// Begins to set a code generator up.
pub async fn begin_factor(State(console): State<Console>, Signed(caller): Signed) -> Redirect {
    let begun = async {
        let decision = own_change(&caller, "begin_second_factor", "create", "secondfactors.console.orrery");
        console.database().record_decision(&decision).await?;
        console.factors().begin(caller.account_id).await
    };
    match begun.await {
        Ok(true) => done(Tab::Security, Done::FactorBegun),
        Ok(false) => refused(Tab::Security, AccountProblem::NoFactor),
        Err(error) => refused(Tab::Security, unavailable(&error)),
    }
}

/// Asks for the code generator from now on; the next page shows recovery codes once.
pub async fn confirm_factor(
    State(console): State<Console>,
    Signed(caller): Signed,
    knock: Knock,
    Form(form): Form<CodeForm>,
) -> Response {
    let decision = own_change(&caller, "confirm_second_factor", "create", "secondfactors.console.orrery");
    if let Err(error) = console.database().record_decision(&decision).await {
        return refused(Tab::Security, unavailable(&error)).into_response();
    }
    let (account, name) = (caller.account_id, &caller.name);
    match console.factors().confirm(account, name, &form.code, &knock.visitor).await {
        Ok(codes) => {
            let cookie = show_once(&console, &caller, &Shown::RecoveryCodes(codes));
            ([(SET_COOKIE, cookie)], done(Tab::Security, Done::Factor)).into_response()
        }
        Err(error) => refused(Tab::Security, code_problem(&error)).into_response(),
    }
}

/// Asks for no code generator any more, if a code shows that it is its owner who wants that.
pub async fn remove_factor(
    State(console): State<Console>,
    Signed(caller): Signed,
    knock: Knock,
    Form(form): Form<CodeForm>,
) -> Redirect {
    let (account, name) = (caller.account_id, &caller.name);
    if let Err(error) = console.factors().verify(account, name, &form.code, &knock.visitor).await {
        return refused(Tab::Security, code_problem(&error));
    }
    let removed = async {
        let decision = own_change(&caller, "remove_second_factor", "delete", "secondfactors.console.orrery");
        console.database().record_decision(&decision).await?;
        console.database().remove_factor(account).await
    };
    match removed.await {
        Ok(true) => done(Tab::Security, Done::FactorRemoved),
        Ok(false) => refused(Tab::Security, AccountProblem::NoFactor),
        Err(error) => refused(Tab::Security, unavailable(&error)),
    }
}

fn code_problem(error: &CodeRefused) -> AccountProblem {
    match error {
        CodeRefused::Wrong => AccountProblem::Code,
        CodeRefused::Exhausted => AccountProblem::CodesExhausted,
        CodeRefused::Nothing | CodeRefused::Sealed => AccountProblem::NoFactor,
        CodeRefused::Wait(_) => AccountProblem::Wait,
        CodeRefused::Database(error) => unavailable(error),
    }
}
