//! The forms for signing in, choosing a password and signing out. Each answers with a redirect.

use super::knock::Knock;
use super::{sign_in_code, sign_in_with};
use crate::console::Console;
use axum::extract::{Form, State};
use axum::http::HeaderMap;
use axum::http::header::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use database::DatabaseError;
use identity::{BY_PASSWORD, Doors, SignedIn, Token, sessions};
use serde::Deserialize;
use sign_in_contract::{SetUpProblem, SignInProblem, field, path, safe_next};
use tower_sessions::Session;
use uuid::Uuid;

/// See [`path::SIGN_IN`].
#[derive(Deserialize)]
pub struct SignInForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
    #[serde(default)]
    provider: String,
}

/// See [`path::SET_UP`].
#[derive(Deserialize)]
pub struct SetUpForm {
    #[serde(default)]
    token: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    password_again: String,
}

/// Signs in, or leads back to the form.
pub async fn sign_in(
    State(console): State<Console>,
    knock: Knock,
    session: Session,
    Form(form): Form<SignInForm>,
) -> Response {
    let SignInForm { name, password, next, provider } = form;
    let problem = match doors(&console, &provider).await {
        Ok(doors) => match console.accounts().verify_with(&name, password, &doors, &knock.visitor).await {
            Ok(SignedIn::Here(account)) => {
                match console.factors().is_asked(account).await {
                    Ok(true) => return sign_in_code::ask(&console, account, safe_next(&next)),
                    Ok(false) => {}
                    Err(error) => return unavailable(&error).into_response(),
                }
                match let_in(&console, &session, account, &knock, &next).await {
                    Some(LetIn::Here(on) | LetIn::AfterPassword(on)) => return on.into_response(),
                    None => SignInProblem::Unavailable,
                }
            }
            Ok(SignedIn::In(provider, arrived)) => {
                return sign_in_with::enter(&console, &provider, *arrived, &next, &knock, &session).await;
            }
            Err(refused) => {
                let problem = SignInProblem::from(&refused);
                if problem == SignInProblem::Unavailable {
                    tracing::error!(error = &refused as &dyn std::error::Error, "Nobody can sign in");
                }
                problem
            }
        },
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "Nobody can sign in");
            SignInProblem::Unavailable
        }
    };
    let mut query = vec![(field::PROBLEM, problem.word().to_owned()), (field::NAME, name)];
    if let SignInProblem::Wait { seconds } = problem {
        query.push((field::SECONDS, seconds.to_string()));
    }
    if !provider.is_empty() {
        query.push((field::PROVIDER, provider));
    }
    if safe_next(&next) != "/" {
        query.push((field::NEXT, next));
    }
    back(path::SIGN_IN, &query).into_response()
}

/// Where somebody goes whose password was right, and their code where one is asked for.
pub(super) enum LetIn {
    /// In: there is a session.
    Here(Redirect),
    /// To where they choose a new password first. There is no session yet.
    AfterPassword(Redirect),
}

/// Begins the session of somebody who has proved who they are, unless a new password is asked for: then they choose that first.
/// Nothing when neither can be done.
pub(super) async fn let_in(
    console: &Console,
    session: &Session,
    account: Uuid,
    knock: &Knock,
    next: &str,
) -> Option<LetIn> {
    match new_password(console, account).await {
        Ok(None) => {}
        Ok(Some(first)) => return Some(LetIn::AfterPassword(first)),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "Nobody can sign in");
            return None;
        }
    }
    match sessions::begin(session, account, &knock.beginning(BY_PASSWORD)).await {
        Ok(()) => Some(LetIn::Here(Redirect::to(safe_next(next)))),
        Err(error) => {
            tracing::error!(%error, "A session could not be begun");
            None
        }
    }
}

/// Where a new password is chosen, if one is asked for. The link there is as good as one that an administrator hands over.
async fn new_password(console: &Console, account: Uuid) -> Result<Option<Redirect>, DatabaseError> {
    if !console.database().is_password_due(account).await? {
        return Ok(None);
    }
    let token = console.accounts().issue_link(Some(account)).await?;
    let query =
        [(field::TOKEN, token.reveal().to_owned()), (field::PROBLEM, SetUpProblem::Due.word().to_owned())];
    Ok(Some(back(path::SET_UP, &query)))
}

/// Without knowing whether a code is to be asked for, nobody gets in.
fn unavailable(error: &DatabaseError) -> Redirect {
    tracing::error!(error = error as &dyn std::error::Error, "Nobody can sign in");
    back(path::SIGN_IN, &[(field::PROBLEM, SignInProblem::Unavailable.word().to_owned())])
}

/// Where a password is tried: in the directory that was chosen, or here and in all.
async fn doors(console: &Console, chosen: &str) -> Result<Doors, DatabaseError> {
    let mut directories = console.registry().all().await?;
    directories.retain(|provider| {
        provider.is_enabled
            && provider.kind().takes_passwords()
            && (chosen.is_empty() || provider.id == chosen)
    });
    Ok(Doors { is_here_closed: !chosen.is_empty(), directories })
}

/// Uses a one-time link up: sets the password and signs in, or leads back to the form.
pub async fn set_up(
    State(console): State<Console>,
    headers: HeaderMap,
    knock: Knock,
    session: Session,
    Form(form): Form<SetUpForm>,
) -> Response {
    let problem = if form.password == form.password_again {
        let token = Token::presented(&form.token);
        match console.accounts().use_link(&token, &form.name, form.password, &knock.visitor).await {
            Ok(account) => {
                console.access().announce_change();
                // Whoever reads somebody's mail has not got their second factor.
                match console.factors().is_asked(account).await {
                    Ok(true) if !sign_in_code::was_right(&console, &headers, account) => {
                        return sign_in_code::ask(&console, account, "/");
                    }
                    Ok(_) => {}
                    Err(error) => return unavailable(&error).into_response(),
                }
                match sessions::begin(&session, account, &knock.beginning(BY_PASSWORD)).await {
                    Ok(()) => return Redirect::to("/").into_response(),
                    // The password is set: the sign-in page is the way on.
                    Err(_) => return Redirect::to(path::SIGN_IN).into_response(),
                }
            }
            Err(refused) => {
                let problem = SetUpProblem::from(&refused);
                if problem == SetUpProblem::Unavailable {
                    tracing::error!(
                        error = &refused as &dyn std::error::Error,
                        "A password could not be set"
                    );
                }
                problem
            }
        }
    } else {
        SetUpProblem::Different
    };
    let query =
        [(field::TOKEN, form.token), (field::PROBLEM, problem.word().to_owned()), (field::NAME, form.name)];
    back(path::SET_UP, &query).into_response()
}

/// Ends the session on the server and has the browser forget what it kept.
pub async fn sign_out(State(console): State<Console>, session: Session) -> Response {
    let mut response = sign_in_with::left(&console, &session).await;
    if let Err(error) = sessions::end(&session).await {
        tracing::error!(%error, "A session could not be ended");
        return Redirect::to("/").into_response();
    }
    console.access().announce_change();
    let name = HeaderName::from_static("clear-site-data");
    response.headers_mut().insert(name, HeaderValue::from_static("\"cache\""));
    response
}

/// Back to a form, with what was wrong in its address.
pub(super) fn back(form: &str, query: &[(&str, String)]) -> Redirect {
    let query: Vec<String> =
        query.iter().map(|(name, value)| format!("{name}={}", model::link::escape(value))).collect();
    if query.is_empty() { Redirect::to(form) } else { Redirect::to(&format!("{form}?{}", query.join("&"))) }
}
