//! Requests through all guards, in process.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod account;
mod acting;
mod audit;
mod cluster_api;
mod embedded;
mod files;
mod forms;
mod forwards;
mod guarded;
mod invitation;
mod leading;
mod matrix;
mod placed_tokens;
mod platform;
mod replicas;
mod signing_in;

use super::*;
use crate::console::{Parts, Reached, Stopping};
use crate::guards::{RequestId, Surroundings};
use crate::listener::Peer;
use crate::settings::PublicUrl;
use assets::Site;
use axum::body::Body;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN, REFERRER_POLICY,
    SET_COOKIE, STRICT_TRANSPORT_SECURITY, UPGRADE,
};
use axum::http::{HeaderName, Method, Request, Response, StatusCode};
use database::Database;
use database::accounts::NewAccount;
use http_body_util::BodyExt;
use identity::Seal;
use identity::sessions::Lifetime;
use notifier::Mailer;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt;

/// Server functions for whoever is not signed in.
const OPEN: [&str; 4] =
    ["/api/sign_in/invitation", "/api/sign_in/link", "/api/sign_in/newcomer", "/api/sign_in/ways"];

const PASSWORD: &str = "a walk along the harbour";
const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

struct World {
    console: Console,
    _site: tempfile::TempDir,
}

impl World {
    async fn new() -> Self {
        Self::at("http://console.example").await
    }

    async fn at(public_url: &str) -> Self {
        Self::with_clusters(public_url, Vec::new(), None).await
    }

    async fn with_clusters(
        public_url: &str,
        clusters: Vec<Arc<::kubernetes::Cluster>>,
        forward_domain: Option<&str>,
    ) -> Self {
        Self::made(public_url, clusters, forward_domain, Reached::default()).await
    }

    async fn with_mail(mailer: Mailer) -> Self {
        let reached = Reached { mailer: Some(mailer), ..Reached::default() };
        Self::made("http://console.example", Vec::new(), None, reached).await
    }

    async fn made(
        public_url: &str,
        clusters: Vec<Arc<::kubernetes::Cluster>>,
        forward_domain: Option<&str>,
        notifications: Reached,
    ) -> Self {
        let site = tempfile::tempdir().unwrap();
        std::fs::write(site.path().join("favicon.svg"), "<svg/>").unwrap();
        let surroundings = reached_at(public_url).forwarding_below(forward_domain.map(str::to_owned));
        let database = Database::in_memory().await.unwrap();
        let parts = Parts { notifications, ..parts(database, surroundings, site.path(), clusters) };
        Self { console: Console::new(parts).unwrap(), _site: site }
    }

    async fn send(&self, request: Request<Body>) -> Response<Body> {
        router(&self.console).oneshot(request).await.unwrap()
    }

    /// Makes Ada the administrator and answers her cookie.
    async fn signed_in(&self) -> String {
        let token = self.console.accounts().issue_link(None).await.unwrap();
        let form = format!(
            "token={}&name=Ada&password={}&password_again={}",
            token.reveal(),
            model::link::escape(PASSWORD),
            model::link::escape(PASSWORD)
        );
        let response = self.send(post("/setup", form)).await;
        assert_eq!(
            (response.status(), response.headers()[LOCATION].to_str().unwrap()),
            (StatusCode::SEE_OTHER, "/")
        );
        cookie(&response)
    }
}

/// A console that is reached under this address by a proxy.
fn reached_at(public_url: &str) -> Surroundings {
    let listener = "10.0.0.1:80".parse().unwrap();
    Surroundings::new(PublicUrl::parse(public_url).unwrap(), listener, Vec::new())
}

/// A console whose settings name nothing but what it cannot do without.
fn parts(
    database: Database,
    surroundings: Surroundings,
    site: &std::path::Path,
    clusters: Vec<Arc<::kubernetes::Cluster>>,
) -> Parts {
    Parts {
        database,
        seal: Seal::random(),
        surroundings,
        sessions: Lifetime { idle: Duration::from_secs(3600), absolute: Duration::from_secs(7200) },
        site: Site::open(Some(site)).unwrap(),
        clusters,
        provisioning: Default::default(),
        monitoring: Default::default(),
        records: Default::default(),
        notifications: Default::default(),
        stopping: Stopping::default(),
    }
}

fn get(path: &str) -> Request<Body> {
    Request::get(path).header(HOST, "console.example").body(Body::empty()).unwrap()
}

/// A form from one of our own pages.
fn post(path: &str, form: impl Into<String>) -> Request<Body> {
    let form = form.into();
    Request::post(path)
        .header(HOST, "console.example")
        .header(ORIGIN, "http://console.example")
        .header(SITE, "same-origin")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("content-length", form.len())
        .body(Body::from(form))
        .unwrap()
}

/// A call of a server function from one of our own pages.
fn call(function: &str, arguments: &str) -> Request<Body> {
    let mut request = post(&format!("/api/{function}"), arguments);
    request.headers_mut().insert(CONTENT_TYPE, "application/json".parse().unwrap());
    request
}

fn with(mut request: Request<Body>, name: HeaderName, value: &str) -> Request<Body> {
    request.headers_mut().insert(name, value.parse().unwrap());
    request
}

fn cookie(response: &Response<Body>) -> String {
    let line = response.headers()[SET_COOKIE].to_str().unwrap();
    line.split(';').next().unwrap().to_owned()
}

async fn text(response: Response<Body>) -> String {
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

#[tokio::test]
async fn every_server_function_is_post_only_and_asks_who_calls() {
    let world = World::new().await;
    let cookie = world.signed_in().await;
    let mut checked = 0;
    for (path, method) in server_fn::axum::server_fn_paths() {
        assert_eq!(method, Method::POST, "{path} can be called by a link");
        let by_link = world.send(with(get(path), COOKIE, &cookie)).await;
        assert_eq!(by_link.status(), StatusCode::METHOD_NOT_ALLOWED, "{path}");
        if OPEN.contains(&path) {
            continue;
        }
        let response = world.send(call(path.trim_start_matches("/api/"), "{}")).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(text(response).await, "\"NotSignedIn\"", "{path}");
        checked += 1;
    }
    assert!(checked > 10, "only {checked} server functions are known");
}

#[tokio::test]
async fn an_error_of_a_server_function_has_the_status_that_it_means() {
    let world = World::new().await;

    let refused = world.send(call("sign_in/me", "{}")).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(text(refused).await, "\"NotSignedIn\"");

    let cookie = world.signed_in().await;
    let nothing = world.send(with(call("sign_in/nothing", "{}"), COOKIE, &cookie)).await;
    assert_eq!(nothing.status(), StatusCode::NOT_FOUND);
    let me = world.send(with(call("sign_in/me", "{}"), COOKIE, &cookie)).await;
    assert_eq!(me.status(), StatusCode::OK);
    let me: model::Me = serde_json::from_str(&text(me).await).unwrap();
    assert_eq!((me.name.as_str(), me.role.as_str()), ("Ada", "administrator"));
    assert!(me.may("accounts.manage"));
}

#[tokio::test]
async fn a_page_that_does_not_exist_is_a_404() {
    let world = World::new().await;
    let cookie = world.signed_in().await;

    let response = world.send(with(get("/no/such/page"), COOKIE, &cookie)).await;

    assert_eq!(response.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn choices_are_remembered_in_a_cookie_that_pages_can_read() {
    let world = World::new().await;

    let response = world.send(post("/preferences", "theme=dark&language=zh-Hans&next=%2Fsign-in-not")).await;

    let line = response.headers()[SET_COOKIE].to_str().unwrap();
    assert!(line.starts_with("orrery-preferences=dark.zh; Path=/") && !line.contains("HttpOnly"), "{line}");
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_stream_or_a_file_is_only_for_who_is_signed_in() {
    let world = World::new().await;
    let live = "/live?feeds=%5B%7B%22feed%22%3A1%2C%22topic%22%3A%7B%22job%22%3A%22x%22%7D%7D%5D";

    assert_eq!(world.send(get(live)).await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(world.send(get("/clusters/harbour/pods.csv")).await.status(), StatusCode::SEE_OTHER);

    let cookie = world.signed_in().await;
    let stream = world.send(with(get(live), COOKIE, &cookie)).await;
    assert_eq!(stream.headers()[CONTENT_TYPE], "text/event-stream");
    let unknown = world.send(with(get("/clusters/harbour/pods.csv"), COOKIE, &cookie)).await;
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
    let nonsense = world.send(with(get("/live?feeds=nonsense"), COOKIE, &cookie)).await;
    assert_eq!(nonsense.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn readiness_follows_the_database_and_ends_when_stopping() {
    let world = World::new().await;
    assert_eq!(world.send(get("/health/ready")).await.status(), StatusCode::OK);

    world.console.stopping().announced.cancel();
    assert_eq!(world.send(get("/health/ready")).await.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(world.send(get("/health/live")).await.status(), StatusCode::OK);

    let broken = World::new().await;
    broken.console.database().close().await;
    let response = broken.send(get("/health/ready")).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(text(response).await, r#"{"ready":false,"stopping":false,"database":"fails"}"#);
}

#[tokio::test]
async fn without_its_database_the_console_says_so_and_not_that_nobody_is_signed_in() {
    let world = World::new().await;
    let cookie = world.signed_in().await;
    world.console.database().close().await;

    let response = world.send(with(call("sign_in/me", "{}"), COOKIE, &cookie)).await;

    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
}
