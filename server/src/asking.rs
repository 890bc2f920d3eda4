//! From a request's session to its caller.

use crate::console::Console;
use crate::guards::{Client, RequestId};
use access::Caller;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use database::DatabaseError;
use identity::sessions;
use model::{ConsoleError, System};
use std::sync::Arc;
use tower_sessions::Session;

/// Who makes a request.
#[derive(Clone, Debug)]
pub enum Asking {
    /// Nobody who is signed in.
    Nobody,
    /// A person, with what they may do now.
    Somebody(Arc<Caller>),
    /// It cannot be found out at the moment.
    Unknown(ConsoleError),
}

/// Finds out who makes the request, and notes it for the routes. Rights are read with every request: taking one away
/// has effect with the next.
pub async fn resolve_caller(
    State(console): State<Console>,
    session: Session,
    mut request: Request,
    next: Next,
) -> Response {
    let client = request.extensions().get::<Client>().map(|client| client.0);
    let request_id = request.extensions().get::<RequestId>().map(|id| id.0.to_string()).unwrap_or_default();
    let asking = match find(&console, &session).await {
        Ok(Some((account, session_hash))) => {
            match console.access().caller(account, Some(session_hash), request_id, client).await {
                Ok(caller) => Asking::Somebody(Arc::new(caller)),
                Err(error) => {
                    tracing::error!(error = &error as &dyn std::error::Error, "Rights cannot be read");
                    unavailable("rights cannot be read")
                }
            }
        }
        Ok(None) => Asking::Nobody,
        Err(cause) => unavailable(cause),
    };
    request.extensions_mut().insert(asking);
    next.run(request).await
}

fn unavailable(cause: &str) -> Asking {
    let system = System::Database;
    Asking::Unknown(ConsoleError::Unavailable { system, cause: cause.into(), may_be_done: false })
}

async fn find(
    console: &Console,
    session: &Session,
) -> Result<Option<(database::accounts::Account, String)>, &'static str> {
    let found = sessions::account(session).await.map_err(|error| {
        tracing::error!(%error, "A session cannot be read");
        "sessions cannot be read"
    })?;
    let Some((account, session_hash)) = found else { return Ok(None) };
    let account = console.database().account(account).await.map_err(|error: DatabaseError| {
        tracing::error!(error = &error as &dyn std::error::Error, "An account cannot be read");
        "accounts cannot be read"
    })?;
    Ok(account.filter(|account| account.is_enabled).map(|account| (account, session_hash)))
}
