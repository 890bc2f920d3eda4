//! Server functions. They are public HTTP endpoints: whoever calls has passed the same guards as a page.

use crate::asking::Asking;
use crate::console::Console;
use crate::guards::{LARGE_BODY, SMALL_BODY, limit_body};
use crate::ports;
use crate::routes::problem;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http_body_util::BodyExt;
use model::ConsoleError;
use server_fn::error::{FromServerFnError, SERVER_FN_ERROR_HEADER};

/// Functions that serve who is not signed in.
const OPEN: [&str; 5] = [
    "/api/sign_in/invitation",
    "/api/sign_in/link",
    "/api/sign_in/me",
    "/api/sign_in/newcomer",
    "/api/sign_in/ways",
];

/// Only POST: a GET that does something could be called by a picture on a foreign page.
pub fn router() -> Router<Console> {
    Router::new()
        .route("/api/{*function}", post(call))
        .route_layer(from_fn(true_status))
        .route_layer(from_fn(check_caller))
}

/// Which function answered, for the console's own figures: all of them share one route.
#[derive(Clone, Debug)]
pub struct FunctionPath(pub String);

async fn call(State(console): State<Console>, request: Request) -> Response {
    let (path, method) = (request.uri().path(), request.method().clone());
    if server_fn::axum::get_server_fn_service(path, method).is_none() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let function = FunctionPath(request.uri().path().to_owned());
    let context = move || ports::provide(&console);
    let mut response = leptos_axum::handle_server_fns_with_context(context, request).await.into_response();
    response.extensions_mut().insert(function);
    response
}

/// Who is not signed in can call only what says so, and has nothing long to say. The functions themselves would refuse
/// too, for want of a port, but only after reading their arguments.
async fn check_caller(request: Request, next: Next) -> Response {
    let limit = match request.extensions().get() {
        Some(Asking::Somebody(_)) => LARGE_BODY,
        _ if OPEN.contains(&request.uri().path()) => SMALL_BODY,
        Some(Asking::Unknown(error)) => return problem(error),
        Some(Asking::Nobody) | None => return problem(&ConsoleError::NotSignedIn),
    };
    limit_body(State(limit), request, next).await
}

/// Leptos answers every error of a server function with 500; this sets the status that the error means, so that proxies,
/// logs and people who look at the network see it too.
async fn true_status(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    // A form sent without scripts is led back to its page, with the error in the address.
    if !response.headers().contains_key(SERVER_FN_ERROR_HEADER) || response.status().is_redirection() {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(body) = body.collect().await else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let bytes = body.to_bytes();
    let error = ConsoleError::de(bytes.clone());
    parts.status = StatusCode::from_u16(error.status_code()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Response::from_parts(parts, Body::from(bytes))
}
