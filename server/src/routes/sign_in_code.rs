//! The code that is asked for after the password.

use super::cookies::Kept;
use super::knock::Knock;
use crate::console::Console;
use axum::extract::{Form, State};
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use database::now_seconds;
use identity::second_factor::CodeRefused;
use identity::{BY_PASSWORD, sessions};
use serde::{Deserialize, Serialize};
use sign_in_contract::{SignInProblem, field, path, safe_next};
use tower_sessions::Session;
use uuid::Uuid;

/// For what it is sealed whose password was right.
const SEALED_FOR: &str = "a password that was right";

/// How long somebody may take to look for their code.
const LIFETIME_SECONDS: i64 = 5 * 60;

/// Somebody whose password was right.
#[derive(Serialize, Deserialize)]
struct Halfway {
    account: Uuid,
    next: String,
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
    ([(SET_COOKIE, Kept::Code.keep(console, &sealed))], Redirect::to(path::CODE)).into_response()
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
        return back(path::SIGN_IN, SignInProblem::Late).into_response();
    };
    let account = match console.database().account(halfway.account).await {
        Ok(Some(account)) if account.is_enabled => account,
        Ok(_) => return back(path::SIGN_IN, SignInProblem::Disabled).into_response(),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "Nobody can give a code");
            return back(path::CODE, SignInProblem::Unavailable).into_response();
        }
    };
    let checked = console.factors().verify(account.id, &account.name, &form.code, &knock.visitor).await;
    if let Err(refused) = checked {
        return back(path::CODE, problem(&refused)).into_response();
    }
    match sessions::begin(&session, account.id, &knock.beginning(BY_PASSWORD)).await {
        Ok(()) => {
            let forget = Kept::Code.forget(&console);
            ([(SET_COOKIE, forget)], Redirect::to(safe_next(&halfway.next))).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "A session could not be begun");
            back(path::CODE, SignInProblem::Unavailable).into_response()
        }
    }
}

fn problem(refused: &CodeRefused) -> SignInProblem {
    match refused {
        CodeRefused::Wrong => SignInProblem::Code,
        CodeRefused::Wait(wait) => {
            SignInProblem::Wait { seconds: u32::try_from(wait.as_secs() + 1).unwrap_or(u32::MAX) }
        }
        CodeRefused::Nothing => SignInProblem::Late,
        CodeRefused::Sealed | CodeRefused::Database(_) => {
            tracing::error!(error = refused as &dyn std::error::Error, "A code cannot be checked");
            SignInProblem::Unavailable
        }
    }
}

fn back(form: &str, problem: SignInProblem) -> Redirect {
    let seconds = match problem {
        SignInProblem::Wait { seconds } => format!("&{}={seconds}", field::SECONDS),
        _ => String::new(),
    };
    Redirect::to(&format!("{form}?{}={}{seconds}", field::PROBLEM, problem.word()))
}
