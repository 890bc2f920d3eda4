//! The pages, rendered by Leptos.

use crate::asking::{Asking, ask_when_sent};
use crate::console::Console;
use crate::guards::{LARGE_BODY, limit_body};
use crate::platform;
use crate::ports;
use crate::routes::{posted, posted_form, preferences};
use app::{App, Around, cluster_of, is_in_unknown_cluster, shell};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use clusters_contract::Clusters;
use leptos::prelude::{expect_context, provide_context};
use leptos_axum::{AxumRouteListing, ResponseOptions, generate_route_list, render_route_with_context};
use model::ConsoleError;
use sign_in_contract::{field, path, safe_next};
use std::sync::{Arc, LazyLock};
use workspaces_contract::Requests;

/// Pages that nobody needs to be signed in for.
const OPEN: [&str; 6] =
    [path::SIGN_IN, path::SET_UP, path::INVITATION, path::CHOOSE_NAME, path::CODE, path::FORGOTTEN];

/// Pages with an editor.
const EDITORS: [&str; 2] = ["/clusters/{cluster}/create", "/clusters/{cluster}/{kind}/{namespace}/{name}"];

/// Pages with a form of an object.
const FORMS: [&str; 2] =
    ["/clusters/{cluster}/new/{kind}", "/clusters/{cluster}/{kind}/{namespace}/{name}/form"];

/// Whether the forms of a page are posted to its address and have a route there.
fn has_own_forms(path: &str) -> bool {
    OPEN.contains(&path)
        || path == path::PREFERENCES
        || path.strip_prefix(providers_contract::path::PROVIDERS).is_some_and(|rest| rest.starts_with('/'))
}

/// All pages there are. Found once: while Leptos looks for them, whatever any request of this process begins to load
/// waits for ever.
pub(super) static PAGES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(App));

/// All pages; any other address answers 404 with the page that says so.
pub fn router(console: &Console) -> Router<Console> {
    let context = {
        let console = console.clone();
        move || ports::provide(&console)
    };
    // Not `leptos_routes`: that would also mount the server functions, past the guards of `api`.
    let pages = &*PAGES;
    let render = render_route_with_context::<Console, _>(pages.clone(), context, shell);
    // A page for any other address is the fallback's business: it answers with 404.
    let named = pages.iter().filter(|page| !page.path().contains("{*"));
    let routes = named.fold(Router::new(), |routes, page| routes.route(page.path(), get(render.clone())));
    // What comes without scripts: forms that were refused, on pages with an editor also a text to preview, and forms of
    // objects as they are filled in.
    let limit = || from_fn_with_state(LARGE_BODY, limit_body);
    let when_sent = || from_fn_with_state(console.clone(), ask_when_sent);
    let pages = PAGES.iter().map(AxumRouteListing::path).filter(|path| !path.contains("{*"));
    let routes = pages.filter(|path| !has_own_forms(path)).fold(routes, |routes, path| {
        let forms = match path {
            path if EDITORS.contains(&path) => post(posted::refused_or_preview),
            path if FORMS.contains(&path) => post(posted_form::refused_or_filled_in),
            _ => post(posted::refused),
        };
        routes.route(path, forms.route_layer(when_sent()).route_layer(limit()))
    });
    let surround = from_fn_with_state(console.clone(), surround);
    routes.fallback(not_found).layer(surround).layer(from_fn(require_sign_in))
}

/// Finds what stands around the page before it is rendered. A page of a cluster that is not there says so, and with its
/// status too.
async fn surround(State(console): State<Console>, request: Request, next: Next) -> Response {
    let request = around(&console, request).await;
    let is_unknown = match request.extensions().get::<Result<Around, ConsoleError>>() {
        Some(Ok(around)) => is_in_unknown_cluster(request.uri().path(), &around.navigation),
        _ => false,
    };
    let mut response = next.run(request).await;
    if is_unknown && response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}

async fn around(console: &Console, mut request: Request) -> Request {
    let around = match request.extensions().get() {
        Some(Asking::Somebody(caller)) => {
            let language = preferences::from_headers(request.headers()).language;
            let reader = console.kubernetes().for_caller((**caller).clone(), language);
            let navigation = match cluster_of(request.uri().path()) {
                Some(cluster) => reader.navigation(cluster).await.map(Some),
                None => Ok(None),
            };
            let requests = console.tenants().for_caller(Arc::clone(caller)).requests_to_decide().await.ok();
            let platform = platform::shown(console).await;
            Some(Ok(Around { me: caller.me(), navigation, requests, platform }))
        }
        Some(Asking::Unknown(error)) => Some(Err(error.clone())),
        Some(Asking::Nobody) | None => None,
    };
    if let Some(around) = around {
        request.extensions_mut().insert::<Result<Around, ConsoleError>>(around);
    }
    request
}

/// A page with something for it in its context: for forms that come back with what was typed.
pub(super) async fn render_with<T: Clone + Send + Sync + 'static>(
    console: Console,
    request: Request,
    given: T,
) -> Response {
    let request = around(&console, request).await;
    let context = move || {
        ports::provide(&console);
        provide_context(given.clone());
    };
    leptos_axum::render_app_async_with_context(context, shell)(request).await
}

async fn not_found(State(console): State<Console>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let context = move || {
        ports::provide(&console);
        expect_context::<ResponseOptions>().set_status(StatusCode::NOT_FOUND);
    };
    leptos_axum::render_app_async_with_context(context, shell)(request).await
}

/// Sends who is not signed in to the sign-in page, and from there back. The pages do not rely on it: without a caller
/// they have no ports.
async fn require_sign_in(request: Request, next: Next) -> Response {
    let is_open = OPEN.contains(&request.uri().path());
    let is_nobody = matches!(request.extensions().get(), Some(Asking::Nobody) | None);
    if is_nobody && !is_open {
        let here = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let target = match here {
            "/" => path::SIGN_IN.to_owned(),
            here => format!("{}?{}={}", path::SIGN_IN, field::NEXT, model::link::escape(here)),
        };
        return Redirect::to(&target).into_response();
    }
    if !is_nobody && request.uri().path() == path::SIGN_IN {
        // A page of another tab, which was asked to sign in before this browser was: it goes where it wanted to.
        return Redirect::to(safe_next(&wanted(request.uri()))).into_response();
    }
    next.run(request).await
}

/// Where the sign-in page leads to afterwards, as its address says.
fn wanted(page: &Uri) -> String {
    let mut query = form_urlencoded::parse(page.query().unwrap_or_default().as_bytes());
    query.find(|(name, _)| name == field::NEXT).map(|(_, value)| value.into_owned()).unwrap_or_default()
}
