//! The few pages of the console's own that are shown around ports. They stand by themselves: under these addresses there
//! are no styles and scripts of the console.

use crate::console::Console;
use crate::routes::Kept;
use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY, REFRESH, SET_COOKIE,
};
use axum::response::{Html, IntoResponse, Response};
use model::{ConsoleError, ResourceRef};

const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
const STYLE: &str = ":root{color-scheme:light dark}body{max-width:34rem;margin:12vh auto;padding:0 1.5rem;\
                     font:1rem/1.5 system-ui,sans-serif}h1{font-size:1.5rem}";

fn page(status: StatusCode, title: &str, words: &str, link: &str, link_words: &str) -> Response {
    let [title, words, link, link_words] = [title, words, link, link_words].map(escape);
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{title}</title><style>{STYLE}</style><h1>{title}</h1><p>{words}</p>\
         <p><a href=\"{link}\">{link_words}</a></p></html>"
    );
    let headers: [(HeaderName, &str); 3] =
        [(CONTENT_SECURITY_POLICY, POLICY), (CACHE_CONTROL, "no-store"), (REFERRER_POLICY, "no-referrer")];
    (status, headers, Html(html)).into_response()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Leads on to the address of a port.
pub fn leading_to(address: &str, port: &str, resource: &ResourceRef) -> Response {
    let title = format!("Opening port {port} of {}", resource.name);
    let words = "This page leads on by itself.";
    let mut response = page(StatusCode::OK, &title, words, address, "Go there now");
    if let Ok(refresh) = HeaderValue::from_str(&format!("0;url={address}")) {
        response.headers_mut().insert(REFRESH, refresh);
    }
    response
}

/// Says that a pass is good for nothing any more, and takes it away: what a page asks for all the time is not refused, and
/// written down, again and again.
pub fn over(console: &Console, error: &ConsoleError) -> Response {
    let home = console.surroundings().public_url().to_string();
    let mut response = closed(&home, StatusCode::FORBIDDEN, Some(error));
    response.headers_mut().insert(SET_COOKIE, Kept::Port.forget(console));
    response
}

/// Says that nothing is shown, and why.
pub fn closed(console: &str, status: StatusCode, error: Option<&ConsoleError>) -> Response {
    let words = match error {
        None => "This address is for who opened it, in the browser in which they did, and until they sign out. Open \
                 the port again on the page of its pod or service."
            .to_owned(),
        Some(ConsoleError::NotSignedIn) => {
            "Whoever opened this address has signed out. Sign in to the console, and open the port again.".to_owned()
        }
        Some(error) => format!("{error}."),
    };
    page(status, "This port is not open", &words, console, "To the console")
}
