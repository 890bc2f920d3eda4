//! Links for who has forgotten their password, by mail.

use super::knock::Knock;
use super::preferences::from_headers;
use super::sign_in::back;
use crate::console::Console;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use identity::Visitor;
use model::Language;
use serde::Deserialize;
use sign_in_contract::{SignInProblem, field, path};
use tenants::Letters;

/// See [`path::FORGOTTEN`].
#[derive(Deserialize)]
pub struct ForgottenForm {
    #[serde(default)]
    name: String,
}

/// Says the same to everybody, at once: whether there is somebody of that name shows in nothing that comes back.
pub async fn send_link(
    State(console): State<Console>,
    headers: HeaderMap,
    knock: Knock,
    Form(form): Form<ForgottenForm>,
) -> Response {
    let Some(letters) = console.tenants().letters.clone() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if let Err(wait) = console.accounts().may_have_forgotten(&form.name, &knock.visitor) {
        let seconds = (wait.as_secs() + 1).to_string();
        let problem = SignInProblem::Wait { seconds: 0 }.word().to_owned();
        let told = [(field::NAME, form.name), (field::PROBLEM, problem), (field::SECONDS, seconds)];
        return back(path::FORGOTTEN, &told).into_response();
    }
    let language = from_headers(&headers).language;
    tokio::spawn(async move { write(&console, &letters, &form.name, &knock.visitor, language).await });
    back(path::FORGOTTEN, &[(field::SENT, "1".to_owned())]).into_response()
}

async fn write(console: &Console, letters: &Letters, name: &str, visitor: &Visitor, language: Language) {
    let forgotten = match console.accounts().link_for_forgotten(name, visitor).await {
        Ok(Some(forgotten)) => forgotten,
        Ok(None) => return,
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            return tracing::error!(error, "A link for a forgotten password cannot be made");
        }
    };
    if let Err(error) = letters.send(&forgotten, language).await {
        let error = &error as &dyn std::error::Error;
        tracing::error!(account = %forgotten.name, error, "A link for a forgotten password was not sent");
    }
}
