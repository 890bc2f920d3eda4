//! Passkeys: adding and removing one's own, and signing in with one.

use super::account::{done, own_change, refused, unavailable};
use super::cookies::Kept;
use super::knock::{Knock, Signed};
use super::sign_in::back;
use crate::console::Console;
use account_contract::{AccountProblem, Done, Tab};
use axum::Json;
use axum::extract::{Form, FromRequestParts, State};
use axum::http::header::{HOST, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use database::audit::Decision;
use identity::passkeys::{Asked, BY_PASSKEY, PasskeyRefused, Site};
use identity::sessions;
use serde::Deserialize;
use sign_in_contract::{SignInProblem, field, path, safe_next};
use std::convert::Infallible;
use tower_sessions::Session;
use uuid::Uuid;

/// Where the browser reaches the console; one of our own names, as `check_host` has seen to.
pub struct Here(Option<Site>);

impl FromRequestParts<Console> for Here {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, console: &Console) -> Result<Self, Infallible> {
        let named = match parts.uri.authority() {
            Some(authority) => Some(authority.as_str()),
            None => parts.headers.get(HOST).and_then(|host| host.to_str().ok()),
        };
        let scheme = console.surroundings().public_url().scheme();
        Ok(Self(named.and_then(|authority| Site::new(scheme, authority))))
    }
}

/// See `account_contract::path::ADD_PASSKEY`.
#[derive(Deserialize)]
pub struct AddForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    credential: String,
}

/// See `account_contract::path::REMOVE_PASSKEY`.
#[derive(Deserialize)]
pub struct RemoveForm {
    #[serde(default)]
    passkey: String,
}

/// See [`path::PASSKEY`].
#[derive(Deserialize)]
pub struct SignInForm {
    #[serde(default)]
    credential: String,
    #[serde(default)]
    next: String,
}

/// What the browser is to make.
pub async fn begin_adding(State(console): State<Console>, Signed(caller): Signed, here: Here) -> Response {
    let Some(site) = here.0 else { return StatusCode::NOT_FOUND.into_response() };
    asked(&console, console.passkeys().begin_adding(&site, caller.account_id, &caller.name).await)
}

/// Adds what the browser has made.
pub async fn add(
    State(console): State<Console>,
    Signed(caller): Signed,
    here: Here,
    headers: HeaderMap,
    Form(form): Form<AddForm>,
) -> Response {
    let tab = Tab::Security;
    let Some(site) = here.0 else { return refused(tab, AccountProblem::NoPasskey).into_response() };
    let decision = own_change(&caller, "add_passkey", "create", "passkeys.console.orrery");
    let decision = Decision { name: Some(form.name.chars().take(64).collect()), ..decision };
    if let Err(error) = console.database().record_decision(&decision).await {
        return refused(tab, unavailable(&error)).into_response();
    }
    let kept = Kept::Passkey.read(&console, &headers).unwrap_or_default();
    let added = console.passkeys().add(&site, caller.account_id, &form.name, &kept, &form.credential).await;
    let answer = match added {
        Ok(_) => done(tab, Done::Passkey),
        Err(error) => refused(tab, problem(&error)),
    };
    ([(SET_COOKIE, Kept::Passkey.forget(&console))], answer).into_response()
}

/// Removes a passkey, with effect at once.
pub async fn remove(
    State(console): State<Console>,
    Signed(caller): Signed,
    Form(form): Form<RemoveForm>,
) -> Redirect {
    let tab = Tab::Security;
    let Ok(id) = Uuid::parse_str(&form.passkey) else { return refused(tab, AccountProblem::NoPasskey) };
    let removed = async {
        let decision = own_change(&caller, "remove_passkey", "delete", "passkeys.console.orrery");
        let decision = Decision { name: Some(id.to_string()), ..decision };
        console.database().record_decision(&decision).await?;
        console.database().remove_passkey(caller.account_id, id).await
    };
    match removed.await {
        Ok(true) => done(tab, Done::PasskeyRemoved),
        Ok(false) => refused(tab, AccountProblem::NoPasskey),
        Err(error) => refused(tab, unavailable(&error)),
    }
}

/// What any browser is to answer to whose passkey it holds.
pub async fn begin_sign_in(State(console): State<Console>, here: Here) -> Response {
    let Some(site) = here.0 else { return StatusCode::NOT_FOUND.into_response() };
    asked(&console, console.passkeys().begin_sign_in(&site))
}

/// Signs in whose passkey has answered. No code is asked for: the device was unlocked by its owner.
pub async fn sign_in(
    State(console): State<Console>,
    here: Here,
    headers: HeaderMap,
    knock: Knock,
    session: Session,
    Form(form): Form<SignInForm>,
) -> Response {
    let Some(site) = here.0 else { return not_signed_in(SignInProblem::Passkey, &form.next) };
    let kept = Kept::Passkey.read(&console, &headers).unwrap_or_default();
    let account = match console.passkeys().sign_in(&site, &kept, &form.credential, &knock.visitor).await {
        Ok(account) => account,
        Err(error) => return not_signed_in(sign_in_problem(&error), &form.next),
    };
    if let Err(error) = sessions::begin(&session, account, &knock.beginning(BY_PASSKEY)).await {
        tracing::error!(%error, "A session could not be begun");
        return not_signed_in(SignInProblem::Unavailable, &form.next);
    }
    let forget = [Kept::Passkey, Kept::Code].map(|kept| (SET_COOKIE, kept.forget(&console)));
    let mut response = Redirect::to(safe_next(&form.next)).into_response();
    response.headers_mut().extend(forget);
    response
}

fn asked(console: &Console, asked: Result<Asked, PasskeyRefused>) -> Response {
    match asked {
        Ok(Asked { options, kept }) => {
            ([(SET_COOKIE, Kept::Passkey.keep(console, &kept))], Json(options)).into_response()
        }
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "No passkey can be asked for");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

fn not_signed_in(problem: SignInProblem, next: &str) -> Response {
    let mut query = vec![(field::PROBLEM, problem.word().to_owned())];
    if let SignInProblem::Wait { seconds } = problem {
        query.push((field::SECONDS, seconds.to_string()));
    }
    if safe_next(next) != "/" {
        query.push((field::NEXT, next.to_owned()));
    }
    back(path::SIGN_IN, &query).into_response()
}

fn problem(error: &PasskeyRefused) -> AccountProblem {
    match error {
        PasskeyRefused::Name => AccountProblem::PasskeyName,
        PasskeyRefused::Known => AccountProblem::PasskeyKnown,
        PasskeyRefused::Full => AccountProblem::PasskeyCount,
        PasskeyRefused::NoPassword => AccountProblem::NoPassword,
        PasskeyRefused::Wait(_) => AccountProblem::Wait,
        PasskeyRefused::Database(error) => unavailable(error),
        PasskeyRefused::Wrong(_)
        | PasskeyRefused::Late
        | PasskeyRefused::Unknown
        | PasskeyRefused::Disabled => {
            tracing::info!(error = error as &dyn std::error::Error, "A passkey was not added");
            AccountProblem::Passkey
        }
    }
}

fn sign_in_problem(error: &PasskeyRefused) -> SignInProblem {
    match error {
        PasskeyRefused::Late => SignInProblem::PasskeyLate,
        PasskeyRefused::Disabled => SignInProblem::Disabled,
        PasskeyRefused::Wait(wait) => {
            SignInProblem::Wait { seconds: u32::try_from(wait.as_secs() + 1).unwrap_or(u32::MAX) }
        }
        PasskeyRefused::Database(_) => {
            tracing::error!(error = error as &dyn std::error::Error, "Nobody can sign in");
            SignInProblem::Unavailable
        }
        PasskeyRefused::Wrong(_)
        | PasskeyRefused::Unknown
        | PasskeyRefused::NoPassword
        | PasskeyRefused::Name
        | PasskeyRefused::Known
        | PasskeyRefused::Full => {
            tracing::info!(error = error as &dyn std::error::Error, "A passkey did not open");
            SignInProblem::Passkey
        }
    }
}
