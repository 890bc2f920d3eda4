//! The few pages of the console's own that are shown around ports. They stand by themselves: under these addresses there
//! are no styles and scripts of the console.

use crate::console::Console;
use crate::routes::Kept;
use app::{PortClosed, PortPage, port_closed, port_opening};
use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY, REFRESH, SET_COOKIE,
};
use axum::response::{Html, IntoResponse, Response};
use leptos::prelude::{Owner, provide_context};
use model::{ConsoleError, Language, Preferences, ResourceRef};

const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
const STYLE: &str = ":root{color-scheme:light dark}body{max-width:34rem;margin:12vh auto;padding:0 1.5rem;\
                     font:1rem/1.5 system-ui,sans-serif}h1{font-size:1.5rem}";

fn page(status: StatusCode, language: Language, page: PortPage, link: &str) -> Response {
    let PortPage { title, words, link: link_words } = page;
    let [title, words, link, link_words] =
        [title.as_str(), words.as_str(), link, link_words.as_str()].map(escape);
    let language = language.tag();
    let html = format!(
        "<!doctype html><html lang=\"{language}\"><meta charset=\"utf-8\"><meta name=\"viewport\" \
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

/// Words in a language.
fn said_in(language: Language, say: impl FnOnce() -> PortPage) -> PortPage {
    let owner = Owner::new_root(None);
    owner.with(|| {
        provide_context(Preferences { language, ..Preferences::default() });
        say()
    })
}

/// Leads on to the address of a port.
pub fn leading_to(address: &str, port: &str, resource: &ResourceRef, language: Language) -> Response {
    let words = said_in(language, || port_opening(port, resource.name.as_str()));
    let mut response = page(StatusCode::OK, language, words, address);
    if let Ok(refresh) = HeaderValue::from_str(&format!("0;url={address}")) {
        response.headers_mut().insert(REFRESH, refresh);
    }
    response
}

/// Says that a pass is good for nothing any more, and takes it away: what a page asks for all the time is not refused, and
/// written down, again and again. What may go well in a while takes nothing away.
pub fn over(console: &Console, error: ConsoleError, language: Language) -> Response {
    let why = match error {
        error if error.may_pass() => return refused(console, error, language),
        ConsoleError::NotSignedIn => PortClosed::Ended,
        error => PortClosed::Failed(error),
    };
    let mut response = closed(console, StatusCode::FORBIDDEN, &why, language);
    response.headers_mut().insert(SET_COOKIE, Kept::Port.forget(console));
    response
}

/// Says that nothing is shown, and why.
pub fn closed(console: &Console, status: StatusCode, why: &PortClosed, language: Language) -> Response {
    let words = said_in(language, || port_closed(why));
    page(status, language, words, &console.surroundings().public_url().to_string())
}

/// Says why something is not opened.
pub fn refused(console: &Console, error: ConsoleError, language: Language) -> Response {
    let status = StatusCode::from_u16(error.status_code()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    closed(console, status, &PortClosed::Failed(error), language)
}
