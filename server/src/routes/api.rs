//! Server functions. They are public HTTP endpoints: whoever calls has passed the same guards as a page.

use crate::asking::{Asking, ask_when_sent};
use crate::console::Console;
use crate::guards::{LARGE_BODY, SMALL_BODY, limit_body};
use crate::ports;
use crate::routes::problem;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{LOCATION, REFERER};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http_body_util::BodyExt;
use model::ConsoleError;
use model::sent::{COMMAND, ERROR};
use server_fn::error::{FromServerFnError, SERVER_FN_ERROR_HEADER, ServerFnUrlError};

/// Functions that serve who is not signed in.
const OPEN: [&str; 5] = [
    "/api/sign_in/invitation",
    "/api/sign_in/link",
    "/api/sign_in/me",
    "/api/sign_in/newcomer",
    "/api/sign_in/ways",
];

/// Only POST: a GET that does something could be called by a picture on a foreign page.
pub fn router(console: &Console) -> Router<Console> {
    Router::new()
        .route("/api/{*function}", post(call))
        .route_layer(from_fn_with_state(console.clone(), ask_when_sent))
        .route_layer(from_fn(true_status))
        .route_layer(from_fn(check_caller))
}

/// Which function answered, for the console's own figures: all of them share one route.
#[derive(Clone, Debug)]
pub struct FunctionPath(pub String);

async fn call(State(console): State<Console>, mut request: Request) -> Response {
    forget_last_error(request.headers_mut());
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

/// A form without scripts is led back to the page that it is on, whose address may say what was wrong the last time.
fn forget_last_error(headers: &mut HeaderMap) {
    let page = headers.get(REFERER).and_then(|page| page.to_str().ok());
    let Some(mut page) = page.filter(|page| page.contains(COMMAND)).map(str::to_owned) else { return };
    ServerFnUrlError::<ConsoleError>::strip_error_info(&mut page);
    if let Ok(page) = HeaderValue::from_str(&page) {
        headers.insert(REFERER, page);
    }
}

/// Leptos answers every error of a server function with 500; this sets the status that the error means, so that proxies,
/// logs and people who look at the network see it too. A form that was sent without scripts is sent once more to its page,
/// which shows the error and what was typed.
async fn true_status(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if !response.headers().contains_key(SERVER_FN_ERROR_HEADER) {
        return response;
    }
    if let Some(page) = page_with_error(response.headers()) {
        *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
        response.headers_mut().insert(LOCATION, page);
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(body) = body.collect().await else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let bytes = body.to_bytes();
    let error = ConsoleError::de(bytes.clone());
    parts.status = StatusCode::from_u16(error.status_code()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    // Without knowing its page a form cannot be led back, and nowhere else would it be said what is wrong.
    parts.headers.remove(LOCATION);
    Response::from_parts(parts, Body::from(bytes))
}

/// Where a form's page shows what is wrong: always one of the console, since what was typed is sent there.
fn page_with_error(headers: &HeaderMap) -> Option<HeaderValue> {
    let page = Uri::try_from(headers.get(LOCATION)?.as_bytes()).ok()?;
    let page =
        page.path_and_query().filter(|page| page.query().is_some_and(|query| query.contains(ERROR)))?;
    // Two slashes at the front would be another host.
    HeaderValue::from_str(page.as_str()).ok().filter(|_| !page.path().starts_with("//"))
}
