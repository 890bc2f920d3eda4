//! Ports of pods in browsers: each under an address of its own, so that what a pod serves is a site by itself and never
//! the console's. `POST …/forward` opens one and leads there.

mod carry;
mod headers;
mod pages;
mod pass;
mod port;
mod tunnels;

pub use port::{Opening, open_ports_of};

use crate::asking::Asking;
use crate::console::Console;
use crate::guards::{Client, RequestId, named_authority};
use crate::routes::preferences::{from_headers, language_of_browser};
use app::PortClosed;
use axum::Extension;
use axum::extract::{Form, Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::{HeaderMap, HeaderValue, LOCATION, SET_COOKIE};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use model::{ClusterName, ConsoleError, KindSlug, Namespace, ObjectName, ResourceRef, link};
use pass::Pass;
use serde::Deserialize;

pub use tunnels::Tunnels;

/// Where a browser arrives under a port's address, with a ticket. No program is likely to have this path.
const ARRIVAL: &str = "/.orrery/open";

/// The form that opens a port.
#[derive(Deserialize)]
pub struct OpenForm {
    #[serde(default)]
    port: String,
}

/// `POST /clusters/{cluster}/{kind}/{namespace}/{name}/forward`: opens a port, and leads to its address. What cannot be
/// opened is explained on the page of the object.
pub async fn open(
    State(console): State<Console>,
    Extension(asking): Extension<Asking>,
    Path(names): Path<(String, String, String, String)>,
    headers: HeaderMap,
    Form(form): Form<OpenForm>,
) -> Response {
    let language = from_headers(&headers).language;
    let Some(resource) = resource(&names) else {
        let what = format!("{} {}/{} in {}", names.1, names.2, names.3, names.0);
        return pages::refused(&console, ConsoleError::missing(what), language);
    };
    let caller = match asking {
        Asking::Somebody(caller) => caller,
        Asking::Nobody => return pages::refused(&console, ConsoleError::NotSignedIn, language),
        Asking::Unknown(error) => return pages::refused(&console, error, language),
    };
    let wanted = form.port.trim();
    match Opening::new(&console, caller, language).open(&resource, wanted).await {
        // A page and no redirect: policies for forms hold for where they lead to.
        Ok(address) => pages::leading_to(&address, wanted, &resource, language),
        Err(_) => {
            let tab = link::object_tab(&resource, "ports");
            Redirect::to(&format!("{tab}&port={}", link::escape(wanted))).into_response()
        }
    }
}

fn resource((cluster, kind, namespace, name): &(String, String, String, String)) -> Option<ResourceRef> {
    Some(ResourceRef {
        cluster: ClusterName::parse(cluster).ok()?,
        kind: KindSlug::parse(kind).ok()?,
        namespace: Some(Namespace::parse(namespace).ok()?),
        name: ObjectName::parse(name).ok()?,
    })
}

/// Answers what is asked under the address of a port; everything else goes on to the console.
pub async fn divert(State(console): State<Console>, request: Request, next: Next) -> Response {
    match named_authority(&request).and_then(|authority| console.surroundings().forwarded(authority)) {
        Some(id) => answer(&console, &id, request).await,
        None => next.run(request).await,
    }
}

async fn answer(console: &Console, id: &str, request: Request) -> Response {
    if request.uri().path() == ARRIVAL {
        return arrive(console, id, &request);
    }
    let Some(pass) = Pass::of_cookie(console, id, request.headers()) else {
        return stranger(console, request.headers());
    };
    let request_id = request.extensions().get().map(|id: &RequestId| id.0.to_string()).unwrap_or_default();
    let client = request.extensions().get().map(|client: &Client| client.0);
    match pass.holder(console, request_id, client).await {
        Ok(caller) => carry::carry(console, &pass, caller, request).await,
        Err(error) => pages::over(console, error, pass.language),
    }
}

/// Says to who comes without a pass that there is nothing to see.
fn stranger(console: &Console, headers: &HeaderMap) -> Response {
    let language = language_of_browser(headers);
    pages::closed(console, StatusCode::FORBIDDEN, &PortClosed::Stranger, language)
}

/// Exchanges a ticket for a cookie that only this address gets.
fn arrive(console: &Console, id: &str, request: &Request) -> Response {
    let query = form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes());
    let ticket = query.into_iter().find(|(name, _)| name == "ticket").map(|(_, value)| value.into_owned());
    let Some(cookie) = ticket.and_then(|ticket| Pass::exchange(console, id, &ticket)) else {
        return stranger(console, request.headers());
    };
    let headers = [(SET_COOKIE, cookie), (LOCATION, HeaderValue::from_static("/"))];
    (StatusCode::SEE_OTHER, headers).into_response()
}
