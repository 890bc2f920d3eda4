//! All routes, and in which order a request passes the guards before it reaches one.

mod account;
mod account_keys;
mod acting;
mod api;
pub mod assets;
mod audit;
mod cluster_api;
mod cookies;
mod dashboards;
mod embedded;
mod export;
mod files;
mod forgotten;
mod health;
mod invitation;
mod knock;
mod kubeconfig;
mod live;
mod log;
pub mod metrics;
mod pages;
mod passkeys;
mod platform;
mod posted;
mod posted_form;
pub mod preferences;
mod providers;
mod recordings;
mod records;
mod sign_in;
mod sign_in_code;
mod sign_in_with;
mod terminal;
mod token_place;
mod value;

pub use api::FunctionPath;
pub use cookies::Kept;
pub use knock::not_ones_own;

use crate::asking::{ask_when_sent, resolve_caller};
use crate::console::Console;
use crate::forwards;
use crate::guards::{
    FILE_BODY, SMALL_BODY, check_host, check_origin, limit_body, limit_file, observe, resolve_client,
    secure_headers,
};
use assets::serve_assets;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use export::serve_export;
use identity::sessions::Store;
use model::ConsoleError;
use sign_in_contract::path;
use tower_http::compression::CompressionLayer;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};

/// The console's routes with their guards. The last layer named is the first that a request meets.
pub fn router(console: &Console) -> Router {
    let surroundings = console.surroundings();
    Router::new()
        .merge(forms(console))
        .merge(pictures(console))
        .route(platform_contract::path::LOGO, get(platform::show))
        .merge(ways())
        .merge(api::router(console))
        .route("/audit/trail.csv", get(audit::as_csv))
        .route("/audit/trail.json", get(audit::as_json))
        .route("/live", get(live::live))
        .route("/terminal", get(terminal::terminal))
        .route("/clusters/{cluster}/{kind}/{namespace}/{name}/log", get(log::log))
        .route("/clusters/{cluster}/logs/file", get(records::file))
        .route("/clusters/{cluster}/recordings/{id}/file", get(recordings::file))
        .route("/clusters/{cluster}/monitoring/dashboards/{id}/file", get(dashboards::file))
        .route("/clusters/{cluster}/{kind}/{namespace}/{name}/file", get(files::file).post(files::upload))
        .route("/clusters/{cluster}/{kind}/{namespace}/{name}/folder", get(files::folder))
        .route("/clusters/{cluster}/{kind}/{namespace}/{name}/value", get(value::value))
        .route("/clusters/{cluster}/{kind}/{namespace}/{name}/forward", post(forwards::open))
        .merge(pages::router(console))
        .layer(from_fn_with_state(console.clone(), serve_export))
        .layer(from_fn_with_state(console.clone(), resolve_caller))
        .layer(session_layer(console))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(console.site().clone(), serve_assets))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .layer(from_fn_with_state(surroundings.clone(), check_origin))
        .merge(for_providers())
        // Shown in pages of other sites, which bring no session along; one that comes all the same does not count.
        .merge(embedded::router())
        // Programs come from no page either, and no cookie counts for them.
        .merge(cluster_api::router())
        .layer(from_fn_with_state(surroundings.clone(), check_host))
        .layer(from_fn_with_state(surroundings.clone(), secure_headers))
        // Ports of pods have addresses of their own, and nothing of the console is there.
        .layer(from_fn_with_state(console.clone(), forwards::divert))
        .layer(from_fn_with_state(surroundings.clone(), resolve_client))
        .layer(from_fn_with_state(surroundings.clone(), observe))
        .with_state(console.clone())
}

/// What forms of pages are sent to.
fn forms(console: &Console) -> Router<Console> {
    Router::new()
        .route(path::SIGN_IN, post(sign_in::sign_in))
        .route(path::SET_UP, post(sign_in::set_up))
        .route(path::INVITATION, post(invitation::accept))
        .route(path::CODE, post(sign_in_code::give_code))
        .route(path::FORGOTTEN, post(forgotten::send_link))
        .route(path::CHOOSE_NAME, post(sign_in_with::choose_name))
        .route(path::SIGN_OUT, post(sign_in::sign_out))
        .route(account_contract::path::PASSWORD, post(account::change_password))
        .route(account_contract::path::END_SESSION, post(account::end_session))
        .route(account_contract::path::END_PORT, post(account::end_port))
        .route(account_contract::path::ADD_TOKEN, post(account_keys::add_token))
        .route(account_contract::path::REVOKE_TOKEN, post(account_keys::revoke_token))
        .route(account_contract::path::KUBECONFIG, post(kubeconfig::download))
        .route(account_contract::path::BEGIN_FACTOR, post(account_keys::begin_factor))
        .route(account_contract::path::CONFIRM_FACTOR, post(account_keys::confirm_factor))
        .route(account_contract::path::REMOVE_FACTOR, post(account_keys::remove_factor))
        .route(account_contract::path::BEGIN_PASSKEY, post(passkeys::begin_adding))
        .route(account_contract::path::ADD_PASSKEY, post(passkeys::add))
        .route(account_contract::path::REMOVE_PASSKEY, post(passkeys::remove))
        .route(path::BEGIN_PASSKEY, post(passkeys::begin_sign_in))
        .route(path::PASSKEY, post(passkeys::sign_in))
        .route(account_contract::path::LINK, post(account::link))
        .route(account_contract::path::UNLINK, post(account::unlink))
        .route(providers_contract::path::CHANGE, post(providers::act))
        .route(&format!("{}/{{kind}}", providers_contract::path::NEW), post(providers::add))
        .route(&format!("{}/{{id}}", providers_contract::path::PROVIDERS), post(providers::change))
        .route(people_contract::END_ACTING, post(acting::end))
        .route(path::PREFERENCES, post(preferences::choose))
        .route_layer(from_fn_with_state(console.clone(), ask_when_sent))
        .route_layer(from_fn_with_state(SMALL_BODY, limit_body))
}

/// Forms that carry a file.
fn pictures(console: &Console) -> Router<Console> {
    Router::new()
        .route(platform_contract::path::CHANGE_LOGO, post(platform::change))
        .layer(DefaultBodyLimit::max(FILE_BODY))
        .route_layer(from_fn_with_state(console.clone(), ask_when_sent))
        .route_layer(from_fn(limit_file))
}

/// The way to a provider, and back.
fn ways() -> Router<Console> {
    Router::new()
        .route(&format!("{}/{{id}}", path::WITH), get(sign_in_with::go))
        .route(&format!("{}/{{id}}", path::CALLBACK), get(sign_in_with::come_back))
        .route(path::WAY_OUT, get(sign_in_with::way_out))
}

/// What a provider calls by itself, so it comes from no page. What it says is signed, or names what only it knows.
fn for_providers() -> Router<Console> {
    Router::new()
        .route(&format!("{}/{{id}}", path::BACK_CHANNEL), post(sign_in_with::back_channel))
        .route(&format!("{}/{{id}}", path::CALLBACK), post(sign_in_with::back_channel))
        .route_layer(from_fn_with_state(SMALL_BODY, limit_body))
}

/// Sessions in a cookie. Lax and not Strict: a link to the console from a ticket should find its reader signed in, and
/// nothing is changed by following links.
fn session_layer(console: &Console) -> SessionManagerLayer<Store> {
    let is_https = console.surroundings().public_url().is_https;
    let store = Store::new(console.database().clone(), console.sessions());
    let idle = i64::try_from(console.sessions().idle.as_secs()).unwrap_or(i64::MAX);
    SessionManagerLayer::new(store)
        // The prefix makes browsers refuse the cookie from anywhere but this host by https; without https they would
        // refuse it altogether.
        .with_name(if is_https { "__Host-orrery" } else { "orrery" })
        .with_secure(is_https)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnInactivity(time::Duration::seconds(idle)))
}

/// An error as JSON, with the status that it means: what server functions answer too.
pub(crate) fn problem(error: &ConsoleError) -> Response {
    let status = StatusCode::from_u16(error.status_code()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(error)).into_response()
}

#[cfg(test)]
mod tests;
