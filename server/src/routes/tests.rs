//! Requests through all guards, in process. Each guard is shown to matter: the same request is sent to a router that
//! lacks it.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod account;
mod acting;
mod audit;
mod cluster_api;
mod embedded;
mod files;
mod forwards;
mod invitation;
mod matrix;
mod platform;
mod replicas;

use super::*;
use crate::console::{Parts, Stopping};
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
        let site = tempfile::tempdir().unwrap();
        std::fs::write(site.path().join("favicon.svg"), "<svg/>").unwrap();
        let console = Console::new(Parts {
            database: Database::in_memory().await.unwrap(),
            seal: Seal::random(),
            surroundings: Surroundings::new(
                PublicUrl::parse(public_url).unwrap(),
                "10.0.0.1:80".parse().unwrap(),
                Vec::new(),
            )
            .forwarding_below(forward_domain.map(str::to_owned)),
            sessions: Lifetime { idle: Duration::from_secs(3600), absolute: Duration::from_secs(7200) },
            site: Site::open(Some(site.path())).unwrap(),
            clusters,
            monitoring: Default::default(),
            records: Default::default(),
            notifications: Default::default(),
            stopping: Stopping::default(),
        })
        .unwrap();
        Self { console, _site: site }
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
async fn who_is_not_signed_in_is_sent_to_the_sign_in_page_and_back() {
    let world = World::new().await;

    let response = world.send(get("/clusters/harbour/pods?search=a%20b")).await;

    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(response.headers()[LOCATION], "/sign-in?next=%2Fclusters%2Fharbour%2Fpods%3Fsearch%3Da%2520b");
    assert_eq!(world.send(get("/sign-in")).await.status(), StatusCode::OK);
    assert_eq!(world.send(get("/setup?token=x")).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn the_first_administrator_signs_in_out_and_in_again() {
    let world = World::new().await;
    let first = world.signed_in().await;
    assert_eq!(world.send(with(get("/"), COOKIE, &first)).await.status(), StatusCode::OK);

    let out = world.send(with(post("/sign-out", ""), COOKIE, &first)).await;
    assert_eq!(out.headers()[LOCATION], "/sign-in");
    assert_eq!(
        world.send(with(get("/"), COOKIE, &first)).await.status(),
        StatusCode::SEE_OTHER,
        "the old cookie works after signing out"
    );

    let form = format!("name=ada&password={}&next=%2Fclusters%2Fharbour", model::link::escape(PASSWORD));
    let again = world.send(post("/sign-in", form)).await;
    assert_eq!(again.headers()[LOCATION], "/clusters/harbour");
    assert_ne!(cookie(&again), first);
}

#[tokio::test]
async fn a_wrong_password_leads_back_without_saying_which_part_was_wrong() {
    let world = World::new().await;
    world.signed_in().await;

    let wrong = world.send(post("/sign-in", "name=ada&password=wrong")).await;
    let unknown = world.send(post("/sign-in", "name=eve&password=wrong")).await;

    assert_eq!(wrong.headers()[LOCATION], "/sign-in?problem=wrong&name=ada");
    assert_eq!(unknown.headers()[LOCATION], "/sign-in?problem=wrong&name=eve");
    assert!(!wrong.headers().contains_key(SET_COOKIE));
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let world = World::new().await;
    world.signed_in().await;

    let mut locations = Vec::new();
    for _ in 0..12 {
        let mut request = post("/sign-in", "name=ada&password=wrong");
        request.extensions_mut().insert(Peer("192.0.2.1".parse::<IpAddr>().unwrap()));
        let response = world.send(request).await;
        locations.push(response.headers()[LOCATION].to_str().unwrap().to_owned());
    }

    assert!(
        locations[9].contains("problem=wrong") && locations[10].contains("problem=wait"),
        "{locations:?}"
    );
}

#[tokio::test]
async fn signing_in_leads_to_no_other_site() {
    let world = World::new().await;
    world.signed_in().await;
    let form = format!("name=ada&password={}&next=https%3A%2F%2Fevil.example", model::link::escape(PASSWORD));

    let response = world.send(post("/sign-in", form)).await;

    assert_eq!(response.headers()[LOCATION], "/");
}

#[tokio::test]
async fn a_session_that_was_planted_before_is_not_the_one_signed_in_with() {
    let world = World::new().await;
    let planted = "orrery=AAAAAAAAAAAAAAAAAAAAAA";
    world.signed_in().await;
    let form = format!("name=ada&password={}", model::link::escape(PASSWORD));

    let response = world.send(with(post("/sign-in", form), COOKIE, planted)).await;

    assert_ne!(cookie(&response), planted);
    assert_eq!(world.send(with(get("/"), COOKIE, planted)).await.status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_session_cookie_is_as_strict_as_the_scheme_allows() {
    let plain = World::new().await;
    plain.signed_in().await;
    let form = format!("name=ada&password={}", model::link::escape(PASSWORD));
    let plain = plain.send(post("/sign-in", form.clone())).await;
    let plain = plain.headers()[SET_COOKIE].to_str().unwrap().to_owned();

    let secure = World::at("https://console.example").await;
    let token = secure.console.accounts().issue_link(None).await.unwrap();
    let password = model::link::escape(PASSWORD);
    let form = format!("token={}&name=Ada&password={password}&password_again={password}", token.reveal());
    let request = with(post("/setup", form), ORIGIN, "https://console.example");
    let secure = secure.send(request).await;
    let cookie = secure.headers()[SET_COOKIE].to_str().unwrap();

    assert!(plain.starts_with("orrery=") && !plain.contains("Secure"), "{plain}");
    assert!(cookie.starts_with("__Host-orrery=") && !cookie.contains("Domain"), "{cookie}");
    for part in ["; HttpOnly", "; SameSite=Lax", "; Secure", "; Path=/", "; Max-Age=3600"] {
        assert!(cookie.contains(part), "{cookie} lacks {part}");
    }
    assert!(secure.headers().contains_key(STRICT_TRANSPORT_SECURITY));
}

#[tokio::test]
async fn nothing_is_changed_for_another_site() {
    let world = World::new().await;
    let cookie = world.signed_in().await;
    let forge = |origin: Option<&str>, site: Option<&str>| {
        let mut request = with(post("/sign-out", ""), COOKIE, &cookie);
        request.headers_mut().remove(ORIGIN);
        request.headers_mut().remove(SITE);
        if let Some(origin) = origin {
            request = with(request, ORIGIN, origin);
        }
        if let Some(site) = site {
            request = with(request, SITE, site);
        }
        request
    };

    for (origin, site) in [
        (None, None),
        (Some("null"), None),
        (Some("https://evil.example"), None),
        (Some("http://console.example.evil.example"), None),
        (Some("http://console.example:8080"), None),
        (Some("https://console.example"), None),
        (Some("http://console.example"), Some("cross-site")),
        (Some("http://console.example"), Some("same-site")),
        (None, Some("cross-site")),
        (None, Some("none")),
        (Some("null"), Some("same-origin")),
    ] {
        let response = world.send(forge(origin, site)).await;
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "origin {origin:?}, site {site:?}");
    }
    assert_eq!(
        world.send(with(get("/"), COOKIE, &cookie)).await.status(),
        StatusCode::OK,
        "the session was ended"
    );

    let unguarded: Router =
        Router::new().route(path::SIGN_OUT, axum::routing::post(|| async { "done" })).with_state(());
    let response = unguarded.oneshot(forge(Some("https://evil.example"), None)).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "without the guard it would have been done");
}

#[tokio::test]
async fn an_upgrade_from_another_site_is_refused_although_it_is_a_get() {
    let world = World::new().await;
    let upgrade = |origin: &str| with(with(get("/sign-in"), UPGRADE, "websocket"), ORIGIN, origin);

    assert_eq!(world.send(upgrade("https://evil.example")).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(world.send(upgrade("http://console.example")).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_foreign_name_for_this_server_gets_nothing_but_health() {
    let world = World::new().await;

    for host in ["evil.example", "console.example:8080", "console.example.evil.example", ""] {
        let response = world.send(with(get("/sign-in"), HOST, host)).await;
        assert_eq!(response.status(), StatusCode::MISDIRECTED_REQUEST, "{host:?}");
    }
    assert_eq!(world.send(with(get("/health/live"), HOST, "10.1.2.3:3080")).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn only_forms_and_json_of_a_sensible_size_are_read() {
    let world = World::new().await;
    let multipart = with(post("/sign-in", "x"), CONTENT_TYPE, "multipart/form-data; boundary=x");
    let plain = with(call("sign_in/me", "{}"), CONTENT_TYPE, "text/plain");
    let long = post("/sign-in", "x".repeat(SMALL_BODY + 1));
    let mut unannounced = post("/sign-in", "x".repeat(SMALL_BODY + 1));
    unannounced.headers_mut().remove("content-length");
    unannounced.headers_mut().insert("transfer-encoding", "chunked".parse().unwrap());

    assert_eq!(world.send(multipart).await.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(world.send(plain).await.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(world.send(long).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert!(world.send(unannounced).await.status().is_client_error());
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
async fn a_disabled_account_is_out_with_its_next_request() {
    let world = World::new().await;
    let cookie = world.signed_in().await;
    let ada = world.console.database().account_named("ada").await.unwrap().unwrap();
    let bea = NewAccount { name: "Bea".into(), role: "administrator".into(), ..NewAccount::default() };
    let bea = NewAccount { password_hash: Some("hash".into()), ..bea };
    world.console.database().add_account(&bea).await.unwrap();

    world.console.database().set_enabled(ada.id, false).await.unwrap();

    assert_eq!(world.send(with(get("/"), COOKIE, &cookie)).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(
        world.send(with(call("sign_in/me", "{}"), COOKIE, &cookie)).await.status(),
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn every_answer_tells_the_browser_what_this_site_never_does() {
    let world = World::new().await;
    let cookie = world.signed_in().await;

    for request in
        [get("/"), get("/sign-in"), get("/favicon.svg"), get("/health/live"), call("sign_in/me", "{}")]
    {
        let path = request.uri().to_string();
        let response = world.send(with(request, COOKIE, &cookie)).await;
        let headers = response.headers();
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers[REFERRER_POLICY], "same-origin", "{path}");
        assert_eq!(headers["cross-origin-opener-policy"], "same-origin", "{path}");
        assert!(
            headers[CONTENT_SECURITY_POLICY].to_str().unwrap().contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert!(headers.contains_key("x-request-id") && headers.contains_key("permissions-policy"), "{path}");
        if !path.contains('.') {
            assert_eq!(headers[CACHE_CONTROL], "no-store", "{path}");
        }
        assert!(!headers.contains_key("access-control-allow-origin"), "{path}");
    }
}

#[tokio::test]
async fn a_page_s_policy_admits_only_its_own_scripts() {
    let world = World::new().await;

    let (first, second) = (world.send(get("/sign-in")).await, world.send(get("/sign-in")).await);
    let policy =
        |response: &Response<Body>| response.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
    let (first_policy, second_policy) = (policy(&first), policy(&second));
    let nonce = first_policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
    let page = text(first).await;

    assert_ne!(first_policy, second_policy, "the nonce is the same for everybody");
    assert!(!first_policy.contains("unsafe-inline") && !first_policy.contains("'unsafe-eval'"));
    assert!(page.contains("<script"));
    for script in page.split("<script").skip(1) {
        let tag = script.split('>').next().unwrap();
        assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "a script without the nonce: <script{tag}>");
    }
    assert!(!page.contains(" style=\""), "an inline style, which the policy forbids");
}

#[tokio::test]
async fn a_page_that_does_not_exist_is_a_404() {
    let world = World::new().await;
    let cookie = world.signed_in().await;

    let response = world.send(with(get("/no/such/page"), COOKIE, &cookie)).await;

    assert_eq!(response.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn unusual_methods_are_not_answered() {
    let world = World::new().await;

    for method in [Method::TRACE, Method::PUT, Method::DELETE, Method::OPTIONS, Method::CONNECT] {
        let mut request = with(get("/sign-in"), ORIGIN, "http://console.example");
        *request.method_mut() = method.clone();
        assert_eq!(world.send(request).await.status(), StatusCode::METHOD_NOT_ALLOWED, "{method}");
    }
}

#[tokio::test]
async fn a_panic_is_an_answer_that_quotes_a_number() {
    let faulty: Router = Router::new()
        .route("/", axum::routing::get(|| async { panic!("told nobody") as &'static str }))
        .layer(from_fn_with_state(crate::guards::tests::behind_proxy("10.0.0.1"), observe));

    let response = faulty.oneshot(get("/")).await.unwrap();
    let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();

    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let text = text(response).await;
    assert!(text.contains(&id) && !text.contains("told nobody"), "{text}");
}

#[tokio::test]
async fn requests_are_numbered_apart() {
    let numbered: Router = Router::new()
        .route(
            "/",
            axum::routing::get(
                |axum::Extension(id): axum::Extension<RequestId>| async move { id.0.to_string() },
            ),
        )
        .layer(from_fn_with_state(crate::guards::tests::behind_proxy("10.0.0.1"), observe));

    let first = text(numbered.clone().oneshot(get("/")).await.unwrap()).await;
    let second = text(numbered.oneshot(get("/")).await.unwrap()).await;

    assert_ne!(first, second);
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
