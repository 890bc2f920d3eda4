//! From a request's session to its caller.

use crate::console::Console;
use crate::guards::{Client, RequestId, hear_out, presented_token};
use access::{Acting, Caller, Refused};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Extensions;
use axum::middleware::Next;
use axum::response::Response;
use database::DatabaseError;
use database::accounts::Account;
use identity::sessions::{ActingAs, Whose};
use identity::{api_tokens, sessions};
use model::cause::KeptOutage;
use model::{ConsoleError, System};
use std::sync::Arc;
use tower_sessions::Session;
use uuid::Uuid;

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
    let asking = match presented_token(request.headers()) {
        // Whoever presents a token is nobody else besides: a cookie that comes along does not count.
        Some(token) if takes_tokens(request.uri().path()) => {
            ask_token(&console, token, request.extensions()).await
        }
        Some(_) => Asking::Nobody,
        None => asking(&console, find(&console, &session).await, request.extensions()).await,
    };
    request.extensions_mut().insert(asking);
    next.run(request).await
}

/// Waits until all of a request has come, and finds out anew who makes it where that took long. Otherwise whoever keeps half of
/// a request back could send the rest when they hold the right no more, or when their session has ended. For routes whose
/// bodies are bounded and read as a whole.
pub async fn ask_when_sent(State(console): State<Console>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let body = match hear_out(body).await {
        Ok(body) => body,
        Err(refused) => return refused,
    };
    let slow = match parts.extensions.get() {
        Some(Asking::Somebody(caller)) if caller.is_stale() => Some(Arc::clone(caller)),
        _ => None,
    };
    if let Some(caller) = slow {
        let asking = match console.access().renewed(&caller).await {
            Ok(now) => Asking::Somebody(Arc::new(now)),
            Err(Refused::Unrecorded(error)) => unreadable(&error),
            Err(_) => Asking::Nobody,
        };
        parts.extensions.insert(asking);
    }
    next.run(Request::from_parts(parts, Body::from(body))).await
}

/// Who makes a request with this token.
pub async fn ask_token(console: &Console, token: &str, of_request: &Extensions) -> Asking {
    let address = of_request.get::<Client>().map(|client| client.0.to_string());
    asking(console, find_by_token(console, token, address.as_deref()).await, of_request).await
}

/// The caller with the rights of this moment.
async fn asking(console: &Console, found: Finding, of_request: &Extensions) -> Asking {
    let Found { account, session_hash, acting } = match found {
        Ok(Some(found)) => found,
        Ok(None) => return Asking::Nobody,
        Err(outage) => return unavailable(outage),
    };
    let client = of_request.get::<Client>().map(|client| client.0);
    let request_id = of_request.get::<RequestId>().map(|id| id.0.to_string()).unwrap_or_default();
    let access = console.access();
    let caller = match access.caller(account, Some(session_hash), request_id, client).await {
        Ok(caller) => Caller { acting, ..caller },
        Err(error) => return unreadable(&error),
    };
    match access.check_acting(&caller).await {
        Ok(()) => Asking::Somebody(Arc::new(caller)),
        Err(Refused::Unrecorded(error)) => unreadable(&error),
        // Never as themselves instead: they may do more than the page said that they saw.
        Err(_) => Asking::Nobody,
    }
}

fn unreadable(error: &DatabaseError) -> Asking {
    tracing::error!(error = error as &dyn std::error::Error, "Rights cannot be read");
    unavailable(KeptOutage::Rights)
}

/// An account, its session or what stands in the place of one, and who uses that in truth.
struct Found {
    account: Account,
    session_hash: String,
    acting: Option<Acting>,
}

/// Whom a cookie or token belongs to, if it belongs to anybody.
type Finding = Result<Option<Found>, KeptOutage>;

fn unavailable(outage: KeptOutage) -> Asking {
    let system = System::Database;
    Asking::Unknown(ConsoleError::Unavailable { system, cause: outage.into(), may_be_done: false })
}

/// Where programs call: never the pages and forms with which people change their accounts.
fn takes_tokens(path: &str) -> bool {
    path == "/live" || path.starts_with("/api/")
}

/// The account of a token, with the token's handle in the place of a session. The trail names both.
async fn find_by_token(console: &Console, token: &str, address: Option<&str>) -> Finding {
    let unreadable = |error: DatabaseError| {
        tracing::error!(error = &error as &dyn std::error::Error, "A token cannot be read");
        KeptOutage::Tokens
    };
    let found = api_tokens::presented(console.database(), token, address).await.map_err(unreadable)?;
    let Some(token) = found else { return Ok(None) };
    let account = console.database().account(token.account_id).await.map_err(unreadable)?;
    let account = account.filter(|account| account.is_enabled);
    Ok(account.map(|account| {
        let name = format!("{} (token {})", account.name, token.name);
        Found { account: Account { name, ..account }, session_hash: token.handle(), acting: None }
    }))
}

async fn find(console: &Console, session: &Session) -> Finding {
    let found = sessions::whose(session).await.map_err(|error| {
        tracing::error!(%error, "A session cannot be read");
        KeptOutage::Sessions
    })?;
    let Some(Whose { account, id_hash: session_hash, acting }) = found else { return Ok(None) };
    let Some(own) = enabled(console, account).await? else { return Ok(None) };
    let Some(ActingAs { account, may_change, until }) = acting else {
        return Ok(Some(Found { account: own, session_hash, acting: None }));
    };
    let acting = Some(Acting { account_id: own.id, name: own.name, may_change, until });
    let other = enabled(console, account).await?;
    Ok(other.map(|account| Found { account, session_hash, acting }))
}

/// The account, if it may sign in.
async fn enabled(console: &Console, account: Uuid) -> Result<Option<Account>, KeptOutage> {
    let account = console.database().account(account).await.map_err(|error: DatabaseError| {
        tracing::error!(error = &error as &dyn std::error::Error, "An account cannot be read");
        KeptOutage::Accounts
    })?;
    Ok(account.filter(|account| account.is_enabled))
}
