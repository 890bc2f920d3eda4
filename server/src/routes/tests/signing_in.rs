//! Signing in and out, and what a session is worth.

use super::*;

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
async fn a_sign_in_page_that_was_left_open_leads_to_where_it_was_going() {
    let world = World::new().await;
    let session = world.signed_in().await;
    let leads = async |page: &str| {
        let response = world.send(with(get(page), COOKIE, &session)).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER, "{page}");
        response.headers()[LOCATION].to_str().unwrap().to_owned()
    };

    assert_eq!(
        leads("/sign-in?next=%2Fclusters%2Fharbour%2Fpods%3Fsearch%3Da%2520b").await,
        "/clusters/harbour/pods?search=a%20b"
    );
    assert_eq!(leads("/sign-in").await, "/");
    assert_eq!(leads("/sign-in?next=%2F%2Fevil.example").await, "/");
    assert_eq!(leads("/sign-in?next=%2Fsign-in").await, "/");
}

#[tokio::test]
async fn a_page_that_finds_its_stream_refused_can_find_out_whether_it_is_signed_out() {
    let world = World::new().await;
    let session = world.signed_in().await;

    let nobody = world.send(get("/live?feeds=%5B%5D")).await;
    let somebody = world.send(with(get("/live?feeds=%5B%5D"), COOKIE, &session)).await;

    assert_eq!((nobody.status(), somebody.status()), (StatusCode::UNAUTHORIZED, StatusCode::OK));
    let told = tokio::time::timeout(Duration::from_secs(60), text(somebody)).await;
    assert!(told.is_ok(), "a stream of nothing has an end");
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
async fn every_other_cookie_is_as_strict_as_the_sessions() {
    let all = [
        Kept::Journey,
        Kept::Newcomer,
        Kept::Link,
        Kept::Code,
        Kept::Passkey,
        Kept::Shown,
        Kept::WayOut,
        Kept::Port,
    ];
    for (address, beginning) in
        [("https://console.example", "__Host-orrery-"), ("http://console.example", "orrery-")]
    {
        let World { console, .. } = &World::at(address).await;
        for cookie in all {
            for line in
                [cookie.keep(console, "sealed"), cookie.keep_open(console, "sealed"), cookie.forget(console)]
            {
                let line = line.to_str().unwrap();
                assert!(line.starts_with(beginning) && !line.contains("Domain"), "{line}");
                for part in ["; Path=/;", "; HttpOnly", "; SameSite=Lax"] {
                    assert!(line.contains(part), "{line} lacks {part}");
                }
                assert_eq!(line.ends_with("; Secure"), address.starts_with("https"), "{line}");
            }
        }
    }
}

#[tokio::test]
async fn signing_out_has_the_browser_forget_the_pages() {
    let world = World::new().await;
    let cookie = world.signed_in().await;

    let out = world.send(with(post("/sign-out", ""), COOKIE, &cookie)).await;

    assert_eq!(out.headers()["clear-site-data"], "\"cache\"");
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
async fn who_is_asked_for_a_new_password_gets_in_with_no_other() {
    let world = World::new().await;
    let before = world.signed_in().await;
    let database = world.console.database();
    let ada = database.account_named("ada").await.unwrap().unwrap();
    let escape = model::link::escape;
    let sign_in = |password: &str| post("/sign-in", format!("name=ada&password={}", escape(password)));
    let choose = |token: &str, password: &str| {
        let password = escape(password);
        post("/setup", format!("token={token}&password={password}&password_again={password}"))
    };

    assert!(database.ask_for_password(ada.id).await.unwrap());
    assert_eq!(world.send(with(get("/"), COOKIE, &before)).await.status(), StatusCode::SEE_OTHER);
    let response = world.send(sign_in(PASSWORD)).await;
    let location = response.headers()[LOCATION].to_str().unwrap().to_owned();
    assert!(!response.headers().contains_key(SET_COOKIE), "there is a session with the old one");
    let token =
        location.strip_prefix("/setup?token=").and_then(|rest| rest.strip_suffix("&problem=due")).unwrap();
    let page = text(world.send(get(&location)).await).await;
    assert!(page.contains("asks you to choose a new password"), "{page}");

    let same = world.send(choose(token, PASSWORD)).await;
    assert!(same.headers()[LOCATION].to_str().unwrap().contains("problem=same"));
    let chosen = world.send(choose(token, "another walk entirely")).await;
    assert_eq!(chosen.headers()[LOCATION], "/");
    assert_eq!(world.send(with(get("/"), COOKIE, &cookie(&chosen))).await.status(), StatusCode::OK);
    assert_eq!(world.send(sign_in("another walk entirely")).await.headers()[LOCATION], "/");
}
