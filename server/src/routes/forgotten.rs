//! Links for who has forgotten their password, by mail.

use super::knock::Knock;
use super::preferences::from_headers;
use super::sign_in::back;
use crate::console::Console;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use identity::{Forgotten, Visitor};
use model::Language;
use notifier::{Mailer, Outcome};
use serde::Deserialize;
use sign_in_contract::{SignInProblem, field, path};

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
    let Some(mailer) = console.mailer().cloned() else { return StatusCode::NOT_FOUND.into_response() };
    if let Err(wait) = console.accounts().may_have_forgotten(&form.name, &knock.visitor) {
        let seconds = (wait.as_secs() + 1).to_string();
        let problem = SignInProblem::Wait { seconds: 0 }.word().to_owned();
        return back(path::FORGOTTEN, &[(field::PROBLEM, problem), (field::SECONDS, seconds)])
            .into_response();
    }
    let language = from_headers(&headers).language;
    tokio::spawn(async move { write(&console, &mailer, &form.name, &knock.visitor, language).await });
    back(path::FORGOTTEN, &[(field::SENT, "1".to_owned())]).into_response()
}

async fn write(console: &Console, mailer: &Mailer, name: &str, visitor: &Visitor, language: Language) {
    let forgotten = match console.accounts().link_for_forgotten(name, visitor).await {
        Ok(Some(forgotten)) => forgotten,
        Ok(None) => return,
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            return tracing::error!(error, "A link for a forgotten password cannot be made");
        }
    };
    let (subject, text) = letter(&console.surroundings().public_url().to_string(), &forgotten, language);
    match mailer.send_text(&forgotten.email, subject, text).await {
        Outcome::Taken => {}
        Outcome::Refused(why) | Outcome::Later { why, .. } => {
            tracing::error!(account = %forgotten.name, %why, "A link for a forgotten password was not sent");
        }
    }
}

/// What stands in the mail. The address is the console's own, and never one that a browser named.
fn letter(console: &str, forgotten: &Forgotten, language: Language) -> (&'static str, String) {
    let (console, name) = (console.trim_end_matches('/'), &forgotten.name);
    let token = model::link::escape(forgotten.token.reveal());
    let link = format!("{console}{}?{}={token}", path::SET_UP, field::TOKEN);
    match language {
        Language::English => (
            "Choose another password",
            format!(
                "Somebody, most likely you, says to have forgotten the password of {name} at {console}.\n\n\
                 Choose another one here within a day:\n{link}\n\n\
                 If it was not you, there is nothing to do: without this link nothing changes.\n"
            ),
        ),
        Language::Chinese => (
            "重新设置密码",
            format!(
                "有人（很可能是您）表示忘记了 {name} 在 {console} 的密码。\n\n请在一天之内通过此链接重新设置：\n{link}\n\n\
                 如果不是您本人，无需任何操作：没有此链接，一切都不会改变。\n"
            ),
        ),
    }
}
