//! What stands before every route. A guard is shown to matter: the same request is sent to a router that lacks it.

use super::*;

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
    let mut twice = get("/sign-in");
    twice.headers_mut().append(HOST, "evil.example".parse().unwrap());
    assert_eq!(world.send(twice).await.status(), StatusCode::MISDIRECTED_REQUEST, "two names");
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

/// A request that comes when what was known of its sender is old, and after something has happened.
fn slowly(request: Request<Body>, meanwhile: impl Future<Output = ()> + Send + 'static) -> Request<Body> {
    let (parts, body) = request.into_parts();
    let late = async move {
        meanwhile.await;
        tokio::time::sleep(access::FRESH + Duration::from_millis(50)).await;
        body.collect().await.map(http_body_util::Collected::to_bytes)
    };
    Request::from_parts(parts, Body::from_stream(futures::stream::once(late)))
}

#[tokio::test]
async fn who_keeps_half_of_a_request_back_has_no_more_than_they_have_at_its_end() {
    for (path, form) in [
        ("/account/tokens/add", "name=late&scope=full&days=300"),
        ("/api/people/create", "fields[name]=late&fields[role]=administrator"),
    ] {
        for is_over in [false, true] {
            let world = World::new().await;
            let cookie = world.signed_in().await;
            let database = world.console.database().clone();
            let ada = database.account_named("Ada").await.unwrap().unwrap().id;
            let tables = database.clone();
            let meanwhile = async move {
                for session in tables.sessions_of(ada).await.unwrap().iter().filter(|_| is_over) {
                    tables.end_session(&session.id_hash).await.unwrap();
                }
            };

            world.send(slowly(with(post(path, form), COOKIE, &cookie), meanwhile)).await;

            let has_token = !database.tokens_of(ada).await.unwrap().is_empty();
            let has_account = database.account_named("late").await.unwrap().is_some();
            assert_eq!(has_token || has_account, !is_over, "{path}");
        }
    }
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
