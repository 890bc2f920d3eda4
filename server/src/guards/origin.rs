//! Nothing is changed on behalf of another site. Browsers say where a request comes from in `Sec-Fetch-Site` and
//! `Origin`, and no page can forge either; so no token is needed, and none can leak.

use super::{Surroundings, refuse};
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, ORIGIN, UPGRADE};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

/// Answers 403 to whatever could change something (all but GET and HEAD, and upgrades, which are GETs) unless it comes
/// from a page of the console itself.
pub async fn check_origin(
    State(surroundings): State<Surroundings>,
    request: Request,
    next: Next,
) -> Response {
    let is_harmless = matches!(*request.method(), Method::GET | Method::HEAD);
    let is_upgrade = request.headers().contains_key(UPGRADE);
    // No foreign page can send this header without asking first, and what it calls ignores cookies.
    let has_token = presented_token(request.headers()).is_some();
    if (is_harmless && !is_upgrade) || has_token || is_from_here(&surroundings, request.headers()) {
        return next.run(request).await;
    }
    refuse(StatusCode::FORBIDDEN, "This request does not come from a page of this console.\n")
}

/// The API token that a request presents in place of a session.
pub fn presented_token(headers: &HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

/// Every header that is there must say so, and one must be there.
fn is_from_here(surroundings: &Surroundings, headers: &HeaderMap) -> bool {
    let mut origins = headers.get_all(ORIGIN).iter();
    let origin =
        origins.next().map(|origin| origin.to_str().is_ok_and(|text| surroundings.is_our_origin(text)));
    let site = headers.get("sec-fetch-site").map(|site| site == "same-origin");
    origins.next().is_none()
        && origin.unwrap_or(true)
        && site.unwrap_or(true)
        && (origin.is_some() || site.is_some())
}
