//! The forms for signing in, choosing a password and signing out. Each answers with a redirect.

use crate::console::Console;
use crate::guards::{Client, RequestId};
use axum::Extension;
use axum::extract::{Form, State};
use axum::http::header::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use identity::{Token, Visitor, sessions};
use serde::Deserialize;
use sign_in_contract::{SetUpProblem, SignInProblem, field, path, safe_next};
use tower_sessions::Session;

/// See [`path::SIGN_IN`].
#[derive(Deserialize)]
pub struct SignInForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
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
    Extension(client): Extension<Client>,
    Extension(request_id): Extension<RequestId>,
    session: Session,
    Form(form): Form<SignInForm>,
) -> Redirect {
    let visitor = visitor(client, &request_id);
    let problem = match console.accounts().verify(&form.name, form.password, &visitor).await {
        Ok(account) => match sessions::begin(&session, account).await {
            Ok(()) => return Redirect::to(safe_next(&form.next)),
            Err(error) => {
                tracing::error!(%error, "A session could not be begun");
                SignInProblem::Unavailable
            }
        },
        Err(refused) => {
            let problem = SignInProblem::from(&refused);
            if problem == SignInProblem::Unavailable {
                tracing::error!(error = &refused as &dyn std::error::Error, "Nobody can sign in");
            }
            problem
        }
    };
    let mut query = vec![(field::PROBLEM, problem.word().to_owned()), (field::NAME, form.name)];
    if let SignInProblem::Wait { seconds } = problem {
        query.push((field::SECONDS, seconds.to_string()));
    }
    if safe_next(&form.next) != "/" {
        query.push((field::NEXT, form.next));
    }
    back(path::SIGN_IN, &query)
}

/// Uses a one-time link up: sets the password and signs in, or leads back to the form.
pub async fn set_up(
    State(console): State<Console>,
    Extension(client): Extension<Client>,
    Extension(request_id): Extension<RequestId>,
    session: Session,
    Form(form): Form<SetUpForm>,
) -> Redirect {
    let visitor = visitor(client, &request_id);
    let problem = if form.password == form.password_again {
        let token = Token::presented(&form.token);
        match console.accounts().use_link(&token, &form.name, form.password, &visitor).await {
            Ok(account) => {
                console.access().announce_change();
                match sessions::begin(&session, account).await {
                    Ok(()) => return Redirect::to("/"),
                    // The password is set: the sign-in page is the way on.
                    Err(_) => return Redirect::to(path::SIGN_IN),
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
    back(path::SET_UP, &query)
}

/// Ends the session on the server and has the browser forget what it kept.
pub async fn sign_out(State(console): State<Console>, session: Session) -> Response {
    if let Err(error) = sessions::end(&session).await {
        tracing::error!(%error, "A session could not be ended");
        return Redirect::to("/").into_response();
    }
    console.access().announce_change();
    let mut response = Redirect::to(path::SIGN_IN).into_response();
    let name = HeaderName::from_static("clear-site-data");
    response.headers_mut().insert(name, HeaderValue::from_static("\"cache\""));
    response
}

fn visitor(client: Client, request_id: &RequestId) -> Visitor {
    Visitor { address: client.0, request_id: request_id.0.to_string() }
}

fn back(form: &str, query: &[(&str, String)]) -> Redirect {
    let query: Vec<String> =
        query.iter().map(|(name, value)| format!("{name}={}", model::link::escape(value))).collect();
    Redirect::to(&format!("{form}?{}", query.join("&")))
}
