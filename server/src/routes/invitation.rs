//! The form that accepts an invitation: as whoever is signed in, or with a new name and password.

use super::knock::Knock;
use super::sign_in::back;
use crate::asking::Asking;
use crate::console::Console;
use axum::Extension;
use axum::extract::{Form, State};
use axum::response::Redirect;
use identity::{BY_PASSWORD, SetUpRefused, Token, sessions};
use serde::Deserialize;
use sign_in_contract::{SetUpProblem, field, path};
use tenants::{AcceptRefused, Guest};
use tower_sessions::Session;

/// See [`path::INVITATION`].
#[derive(Deserialize)]
pub struct AcceptForm {
    #[serde(default)]
    token: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    password_again: String,
}

/// Uses an invitation up, or leads back to the form.
pub async fn accept(
    State(console): State<Console>,
    Extension(asking): Extension<Asking>,
    knock: Knock,
    session: Session,
    Form(form): Form<AcceptForm>,
) -> Redirect {
    let token = Token::presented(&form.token);
    let (is_new, guest) = match &asking {
        Asking::Somebody(caller) => (false, Ok(Guest::Account(caller.responsible().0))),
        Asking::Nobody | Asking::Unknown(_) => (true, newcomer(&console, &knock, &form).await),
    };
    let accepted = match guest {
        Ok(guest) => console.tenants().accept(&token, guest, &knock.visitor).await.map_err(problem_of),
        Err(problem) => Err(problem),
    };
    match accepted {
        Ok((account, place)) if is_new => {
            match sessions::begin(&session, account, &knock.beginning(BY_PASSWORD)).await {
                Ok(()) => Redirect::to(&place.contents()),
                // The account is there: the sign-in page is the way on.
                Err(_) => Redirect::to(path::SIGN_IN),
            }
        }
        Ok((_, place)) => Redirect::to(&place.contents()),
        Err(problem) => {
            let query = [
                (field::TOKEN, form.token),
                (field::PROBLEM, problem.word().to_owned()),
                (field::NAME, form.name),
            ];
            back(path::INVITATION, &query)
        }
    }
}

async fn newcomer(console: &Console, knock: &Knock, form: &AcceptForm) -> Result<Guest, SetUpProblem> {
    if form.password != form.password_again {
        return Err(SetUpProblem::Different);
    }
    // A password costs time: nothing is done for who has no invitation.
    let offer = console.tenants().offer(&Token::presented(&form.token)).await;
    if offer.map_err(|error| problem_of(error.into()))?.is_none() {
        return Err(SetUpProblem::Link);
    }
    let made = console.accounts().new_account(&form.name, form.password.clone(), &knock.visitor).await;
    made.map(Guest::New).map_err(|refused: SetUpRefused| SetUpProblem::from(&refused))
}

fn problem_of(refused: AcceptRefused) -> SetUpProblem {
    match refused {
        AcceptRefused::Gone | AcceptRefused::Disabled => SetUpProblem::Link,
        AcceptRefused::HoldsRole => SetUpProblem::HoldsRole,
        AcceptRefused::NameTaken => SetUpProblem::NameTaken,
        AcceptRefused::Database(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "An invitation could not be accepted");
            SetUpProblem::Unavailable
        }
    }
}
