//! Only requests for our own host: a foreign name that points here (DNS rebinding) gets nothing.

use super::{Surroundings, refuse};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::HOST;
use axum::middleware::Next;
use axum::response::Response;

/// Host and port that a request is for, as it names them: HTTP/2 does so in its address. Whoever names two names none.
pub fn named_authority(request: &Request) -> Option<&str> {
    match request.uri().authority() {
        Some(authority) => Some(authority.as_str()),
        None => {
            let mut hosts = request.headers().get_all(HOST).iter();
            // What stands in front may go by the other one (RFC 9112, 3.2).
            hosts.next().filter(|_| hosts.next().is_none())?.to_str().ok()
        }
    }
}

/// Answers 421 unless the request names the console's own host. Health checks come by address and are excepted: they
/// tell nothing.
pub async fn check_host(State(surroundings): State<Surroundings>, request: Request, next: Next) -> Response {
    let is_ours = named_authority(&request).is_some_and(|authority| surroundings.is_our_authority(authority));
    if is_ours || request.uri().path().starts_with("/health/") {
        return next.run(request).await;
    }
    refuse(
        StatusCode::MISDIRECTED_REQUEST,
        "This console is not known under that name: open it under its own, or set public-url to this one.\n",
    )
}
