//! The form that ends acting as somebody else.

use super::account::own_change;
use super::problem;
use crate::acting::turn;
use crate::asking::Asking;
use crate::console::Console;
use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use database::audit::Decision;
use tower_sessions::Session;

/// Has whoever acts as somebody be themselves again. For others there is nothing to end.
pub async fn end(
    State(console): State<Console>,
    Extension(asking): Extension<Asking>,
    session: Session,
) -> Response {
    let Asking::Somebody(caller) = asking else { return Redirect::to("/").into_response() };
    if caller.acting.is_none() {
        return Redirect::to("/").into_response();
    }
    let back = Redirect::to(&model::link::person(&caller.name));
    let (account, account_name) = caller.responsible();
    let decision = own_change(&caller, "end acting", "delete", "accounts.console.orrery/act");
    let decision = Decision { account_id: Some(account), account_name, ..decision };
    if let Err(error) = console.database().record_decision(&decision).await {
        // Being oneself again is never refused; what was done in between is in the trail.
        tracing::error!(error = &error as &dyn std::error::Error, "The end of acting is not recorded");
    }
    match turn(&console, &session, None).await {
        Ok(()) => back.into_response(),
        Err(error) => problem(&error),
    }
}
