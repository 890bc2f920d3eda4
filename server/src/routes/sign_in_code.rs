//! The code that is asked for after the password.

use super::cookies::Kept;
use super::knock::Knock;
use super::sign_in::{LetIn, back, let_in};
use crate::console::Console;
use axum::extract::{Form, State};
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};
use database::now_seconds;
use identity::second_factor::CodeRefused;
use serde::{Deserialize, Serialize};
use sign_in_contract::{SignInProblem, field, path};
use tower_sessions::Session;
use uuid::Uuid;

/// For what it is sealed whose password was right.
const SEALED_FOR: &str = "a password that was right";

/// For what it is sealed whose code was right, while they choose a new password.
const SEALED_FOR_CODE: &str = "a code that was right";

/// How long somebody may take to look for their code.
const LIFETIME_SECONDS: i64 = 5 * 60;

/// Somebody whose password was right.
#[derive(Serialize, Deserialize)]
struct Halfway {
    account: Uuid,
    next: String,
    expires_at: i64,
}

/// Somebody whose password and code were right.
#[derive(Serialize, Deserialize)]
struct Proved {
    account: Uuid,
    expires_at: i64,
}

/// See [`path::CODE`].
#[derive(Deserialize)]
pub struct CodeForm {
    #[serde(default)]
    code: String,
}

/// Leads somebody whose password was right to where the code is asked for. There is no session yet.
pub(super) fn ask(console: &Console, account: Uuid, next: &str) -> Response {
    let halfway = Halfway { account, next: next.into(), expires_at: now_seconds() + LIFETIME_SECONDS };
    let sealed = console.registry().seal().seal_value(SEALED_FOR, &halfway);
    let form = back(path::CODE, &on(next));
    ([(SET_COOKIE, Kept::Code.keep(console, &sealed))], form).into_response()
}

/// Whether whoever chooses a new password has just given their code: each works once, and is not asked for again.
pub(super) fn was_right(console: &Console, headers: &HeaderMap, account: Uuid) -> bool {
    let cookie = Kept::Code.read(console, headers);
    let seal = console.registry().seal();
    let proved = cookie.and_then(|cookie| seal.open_value::<Proved>(SEALED_FOR_CODE, &cookie).ok());
    proved.is_some_and(|proved| proved.account == account && proved.expires_at > now_seconds())
}

/// Where to go afterwards, for the passkey that may answer there instead of a code: it cannot open what is sealed.
fn on(next: &str) -> Vec<(&'static str, String)> {
    if next == "/" { Vec::new() } else { vec![(field::NEXT, next.to_owned())] }
}

/// Signs in whose password was right before and whose code is right now.
pub async fn give_code(
    State(console): State<Console>,
    headers: HeaderMap,
    knock: Knock,
    session: Session,
    Form(form): Form<CodeForm>,
) -> Response {
    let cookie = Kept::Code.read(&console, &headers);
    let seal = console.registry().seal();
    let halfway = cookie.and_then(|cookie| seal.open_value::<Halfway>(SEALED_FOR, &cookie).ok());
    let Some(halfway) = halfway.filter(|halfway| halfway.expires_at > now_seconds()) else {
        return refused(path::SIGN_IN, SignInProblem::Late, "/");
    };
    let account = match console.database().account(halfway.account).await {
        Ok(Some(account)) if account.is_enabled => account,
        Ok(_) => return refused(path::SIGN_IN, SignInProblem::Disabled, "/"),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "Nobody can give a code");
            return refused(path::CODE, SignInProblem::Unavailable, &halfway.next);
        }
    };
    let checked = console.factors().verify(account.id, &account.name, &form.code, &knock.visitor).await;
    if let Err(error) = checked {
        return refused(path::CODE, problem(&error), &halfway.next);
    }
    match let_in(&console, &session, account.id, &knock, &halfway.next).await {
        Some(LetIn::Here(on)) => ([(SET_COOKIE, Kept::Code.forget(&console))], on).into_response(),
        Some(LetIn::AfterPassword(on)) => {
            let proved = Proved { account: account.id, expires_at: now_seconds() + LIFETIME_SECONDS };
            let sealed = seal.seal_value(SEALED_FOR_CODE, &proved);
            ([(SET_COOKIE, Kept::Code.keep(&console, &sealed))], on).into_response()
        }
        None => refused(path::CODE, SignInProblem::Unavailable, &halfway.next),
    }
}

fn problem(error: &CodeRefused) -> SignInProblem {
    match error {
        CodeRefused::Wrong => SignInProblem::Code,
        CodeRefused::Exhausted => SignInProblem::CodesExhausted,
        CodeRefused::Wait(wait) => {
            SignInProblem::Wait { seconds: u32::try_from(wait.as_secs() + 1).unwrap_or(u32::MAX) }
        }
        CodeRefused::Nothing => SignInProblem::Late,
        CodeRefused::Sealed | CodeRefused::Database(_) => {
            tracing::error!(error = error as &dyn std::error::Error, "A code cannot be checked");
            SignInProblem::Unavailable
        }
    }
}

fn refused(form: &str, problem: SignInProblem, next: &str) -> Response {
    let mut query = on(next);
    query.push((field::PROBLEM, problem.word().to_owned()));
    if let SignInProblem::Wait { seconds } = problem {
        query.push((field::SECONDS, seconds.to_string()));
    }
    back(form, &query).into_response()
}
