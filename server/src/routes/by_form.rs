//! Commands that a browser sends by itself: their forms are posted to the address of their own page and name the server
//! function that they call. What is refused is answered with that page, the problems at its fields and what was typed, which
//! may be too long, and too much one's own, for an address.

use super::api::{self, FunctionPath};
use super::pages::render_with;
use super::problem;
use crate::asking::Asking;
use crate::console::Console;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{HeaderMap, LOCATION, SET_COOKIE};
use axum::http::uri::PathAndQuery;
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use http_body_util::BodyExt;
use model::{ConsoleError, FUNCTION, Refused};
use server_fn::error::{FromServerFnError, SERVER_FN_ERROR_HEADER};

/// Calls the function that a form names, as whoever is signed in. What went well leads to where the function says, or back to
/// the page. Any other request passes.
pub async fn call_by_form(State(console): State<Console>, request: Request, next: Next) -> Response {
    let is_somebody = matches!(request.extensions().get(), Some(Asking::Somebody(_)));
    if *request.method() != Method::POST || !is_somebody {
        return next.run(request).await;
    }
    let (mut head, body) = request.into_parts();
    let Ok(body) = body.collect().await else {
        return problem(&ConsoleError::Transport("the form did not arrive whole".into()));
    };
    let body = body.to_bytes();
    let sent: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
    let Some(function) = sent.iter().find(|(name, _)| name == FUNCTION).map(|(_, path)| path.clone()) else {
        return next.run(Request::from_parts(head, Body::from(body))).await;
    };
    let Ok(path) = function.parse::<Uri>() else { return StatusCode::NOT_FOUND.into_response() };

    let mut call = Request::from_parts(head.clone(), Body::from(body));
    *call.uri_mut() = path;
    let answer = api::call(State(console.clone()), call).await;
    let Some(called) = answer.extensions().get::<FunctionPath>().cloned() else { return answer };

    let (answered, body) = answer.into_parts();
    let mut response = if answered.headers.contains_key(SERVER_FN_ERROR_HEADER) {
        let Ok(body) = body.collect().await else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
        let refused = Refused::new(&function, ConsoleError::de(body.to_bytes()), sent);
        // The page itself is the one that a look at its address would give.
        head.method = Method::GET;
        render_with(console, Request::from_parts(head, Body::empty()), refused).await
    } else {
        Redirect::to(after(&answered.headers, &head.uri)).into_response()
    };
    for cookie in answered.headers.get_all(SET_COOKIE) {
        response.headers_mut().append(SET_COOKIE, cookie.clone());
    }
    response.extensions_mut().insert(called);
    response
}

/// Where a browser goes when it went well.
fn after<'a>(answered: &'a HeaderMap, page: &'a Uri) -> &'a str {
    let next = answered.get(LOCATION).and_then(|next| next.to_str().ok());
    next.or_else(|| page.path_and_query().map(PathAndQuery::as_str)).unwrap_or("/")
}
