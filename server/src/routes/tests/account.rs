//! One's own account, and the ways through providers, as browsers use them.

use super::*;
use axum::http::header::USER_AGENT;
use database::sessions::StoredSession;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

pub(super) fn location(response: &Response<Body>) -> &str {
    response.headers()[LOCATION].to_str().unwrap()
}

async fn sign_in(world: &World, password: &str) -> Response<Body> {
    let form = format!("name=ada&password={}", model::link::escape(password));
    world.send(with(post("/sign-in", form), USER_AGENT, FIREFOX)).await
}

async fn page(world: &World, cookie: &str, tab: &str) -> String {
    text(world.send(with(get(&format!("/account?tab={tab}")), COOKIE, cookie)).await).await
}

fn change(old: &str, new: &str, again: &str) -> Request<Body> {
    let escape = model::link::escape;
    let form =
        format!("old_password={}&password={}&password_again={}", escape(old), escape(new), escape(again));
    post("/account/password", form)
}

#[tokio::test]
async fn the_page_shows_the_sessions_in_words_and_marks_this_one() {
    let world = World::new().await;
    world.signed_in().await;
    let here = cookie(&sign_in(&world, PASSWORD).await);
    let _ = sign_in(&world, "wrong").await;

    let html = page(&world, &here, "sessions").await;

    assert!(html.contains("Firefox on Linux") && html.contains("This session"), "{html}");
    assert!(html.contains("Unknown browser"), "the session in which the account was made: {html}");
    assert!(html.contains("wrong name or password"), "{html}");
}

#[tokio::test]
async fn a_password_is_changed_with_the_old_one_and_ends_the_other_sessions() {
    let world = World::new().await;
    let elsewhere = world.signed_in().await;
    let here = cookie(&sign_in(&world, PASSWORD).await);
    let new = "another walk entirely";

    for (request, problem) in [
        (change("wrong", new, new), "old-password"),
        (change(PASSWORD, new, "something else here"), "different"),
        (change(PASSWORD, "short", "short"), "short"),
        (change(PASSWORD, "qwertyuiop123", "qwertyuiop123"), "common"),
    ] {
        let response = world.send(with(request, COOKIE, &here)).await;
        assert_eq!(location(&response), format!("/account?tab=security&problem={problem}"));
    }
    let response = world.send(with(change(PASSWORD, new, new), COOKIE, &here)).await;

    assert_eq!(location(&response), "/account?tab=security&done=password");
    assert_eq!(world.send(with(get("/"), COOKIE, &here)).await.status(), StatusCode::OK);
    assert_eq!(world.send(with(get("/"), COOKIE, &elsewhere)).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(location(&sign_in(&world, new).await), "/");
}

#[tokio::test]
async fn a_session_is_ended_from_another_one_and_only_its_owner_s() {
    let world = World::new().await;
    let elsewhere = world.signed_in().await;
    let here = cookie(&sign_in(&world, PASSWORD).await);
    let database = world.console.database();
    let ada = database.account_named("ada").await.unwrap().unwrap();
    let eve = NewAccount { name: "Eve".into(), role: "regular".into(), ..NewAccount::default() };
    let eve = database.add_account(&eve).await.unwrap();
    let of_eve = StoredSession {
        id_hash: "eve".into(),
        account_id: Some(eve),
        data: "{}".into(),
        expires_at: database::now_seconds() + 60,
    };
    database.add_session(&of_eve).await.unwrap();
    let changes = world.console.access().changed();

    let foreign = world.send(with(post("/account/sessions/end", "session=eve"), COOKIE, &here)).await;
    assert_eq!(location(&foreign), "/account?tab=sessions&problem=no-session");
    assert!(database.session("eve").await.unwrap().is_some());
    let sessions = identity::sessions::open_sessions(database, ada.id).await.unwrap();
    let other = sessions.iter().find(|session| session.beginning.agent.is_empty()).unwrap();
    let end = post("/account/sessions/end", format!("session={}", other.id_hash));
    assert_eq!(location(&world.send(with(end, COOKIE, &here)).await), "/account?tab=sessions&done=session");

    assert_eq!(world.send(with(get("/"), COOKIE, &elsewhere)).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(world.send(with(get("/"), COOKIE, &here)).await.status(), StatusCode::OK);
    assert!(changes.has_changed().unwrap(), "open streams were not told");
}

#[tokio::test]
async fn nobody_changes_an_account_without_a_session_or_from_another_site() {
    let world = World::new().await;
    let here = world.signed_in().await;
    for path in ["/account/password", "/account/sessions/end", "/account/link", "/account/unlink"] {
        let nobody = world.send(post(path, "")).await;
        assert_eq!(location(&nobody), "/sign-in", "{path}");
        let forged = with(with(post(path, ""), COOKIE, &here), ORIGIN, "https://evil.example");
        assert_eq!(world.send(forged).await.status(), StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn who_comes_from_a_provider_without_having_been_sent_there_is_not_signed_in() {
    let world = World::new().await;
    let settings = providers_contract::Settings::draft(providers_contract::Kind::GitHub);
    let id = world.console.registry().add(&settings, "secret").await.unwrap();

    let planted = world.send(get(&format!("/sign-in/callback/{id}?code=x&state=y"))).await;
    let unknown = world.send(get("/sign-in/with/nothing")).await;

    assert_eq!(location(&planted), "/sign-in?problem=foreign");
    assert_eq!(location(&unknown), "/sign-in?problem=provider-refused");
}

#[tokio::test]
async fn a_browser_is_sent_to_a_provider_with_a_cookie_that_nobody_else_has() {
    let world = World::at("https://console.example").await;
    let settings = providers_contract::Settings::draft(providers_contract::Kind::GitHub);
    let id = world.console.registry().add(&settings, "secret").await.unwrap();

    let sent = world.send(get(&format!("/sign-in/with/{id}?next=https%3A%2F%2Fevil.example"))).await;
    let line = sent.headers()[SET_COOKIE].to_str().unwrap().to_owned();

    assert!(location(&sent).starts_with("https://github.com/login/oauth/authorize?"), "{}", location(&sent));
    let address = location(&sent);
    assert!(address.contains("code_challenge_method=S256") && !address.contains("secret"), "{address}");
    assert!(line.starts_with("__Host-orrery-journey="), "{line}");
    for part in ["; HttpOnly", "; SameSite=Lax", "; Secure", "; Path=/", "; Max-Age=900"] {
        assert!(line.contains(part), "{line} lacks {part}");
    }
    assert!(line.len() < 4096 && !line.contains("Domain"), "{line}");
    let state = address.split("state=").nth(1).unwrap().split('&').next().unwrap();
    let journey = line.split(';').next().unwrap();
    let mixed = with(get(&format!("/sign-in/callback/{id}?code=x&state=planted")), COOKIE, journey);
    assert_eq!(location(&world.send(mixed).await), "/sign-in?problem=foreign");
    assert!(!journey.contains(state), "the state stands in the cookie");
}

#[tokio::test]
async fn a_provider_calls_from_no_page_and_must_prove_who_it_is() {
    let world = World::new().await;
    let mut request = post("/sign-in/back-channel/nobody", "logout_token=a.b.c");
    request.headers_mut().remove(ORIGIN);
    request.headers_mut().remove(SITE);

    let response = world.send(request).await;

    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn providers_are_managed_by_administrators_alone() {
    let world = World::new().await;
    let here = world.signed_in().await;
    let ada = world.console.database().account_named("ada").await.unwrap().unwrap();
    let form = "provider=company&name=Company&issuer=https%3A%2F%2Flogin.example&client_id=orrery&name_claim=name&scopes=&\
                groups_claim=groups&secret=hush&do=save";
    let add = || with(post("/settings/providers/new/openid", form), COOKIE, &here);

    let added = world.send(add()).await;
    assert_eq!(location(&added), "/settings/providers/company?done=saved");
    let html = text(world.send(with(get("/settings/providers/company"), COOKIE, &here)).await).await;
    assert!(html.contains("https://login.example") && !html.contains("hush"), "{html}");
    assert!(html.contains("http://console.example/sign-in/callback/company"), "{html}");

    let another = NewAccount {
        name: "Grace".into(),
        role: "administrator".into(),
        password_hash: Some("x".into()),
        ..NewAccount::default()
    };
    world.console.database().add_account(&another).await.unwrap();
    world.console.database().set_platform_role(ada.id, "regular").await.unwrap();
    let refused = world.send(add()).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    let refused = text(refused).await;
    for mistaken in [
        form.replace("name=Company", "name="),
        form.replace("&scopes=", "&scopes=&mappings=ops%20%3D%20emperor%20%40%20cluster%2Fharbour"),
    ] {
        let mistaken = with(post("/settings/providers/new/openid", mistaken), COOKIE, &here);
        assert_eq!(text(world.send(mistaken).await).await, refused, "it was looked at first");
    }
    let delete = with(post("/settings/providers/change", "provider=company&do=delete"), COOKIE, &here);
    assert_eq!(world.send(delete).await.status(), StatusCode::FORBIDDEN);
    let list = text(world.send(with(get("/settings/providers"), COOKIE, &here)).await).await;
    assert!(!list.contains("https://login.example"), "{list}");
    for function in ["providers/list", "providers/draft"] {
        let call = with(call(function, r#"{"kind":"openid"}"#), COOKIE, &here);
        assert_eq!(world.send(call).await.status(), StatusCode::FORBIDDEN, "{function}");
    }
    assert_eq!(world.console.registry().all().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_form_with_mistakes_comes_back_with_what_was_typed_but_not_with_the_secret() {
    let world = World::new().await;
    let here = world.signed_in().await;
    let form = "name=Company&issuer=http%3A%2F%2Flogin.example&client_id=my-client&name_claim=name&secret=hush&do=save";

    let html =
        text(world.send(with(post("/settings/providers/new/openid", form), COOKIE, &here)).await).await;

    assert!(
        html.contains("value=\"my-client\"") && html.contains("secrets are not sent in the clear"),
        "{html}"
    );
    assert!(!html.contains("hush"), "{html}");
}

#[tokio::test]
async fn trying_out_does_not_send_a_kept_secret_to_a_new_address() {
    let world = World::new().await;
    let here = world.signed_in().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut settings = providers_contract::Settings::draft(providers_contract::Kind::Directory);
    settings.name = "Staff".into();
    if let providers_contract::System::Directory(directory) = &mut settings.system {
        directory.address = "ldap://127.0.0.1:9".into();
        directory.bind_name = "cn=service".into();
        directory.people_base = "dc=example".into();
    }
    let id = world.console.registry().add(&settings, "service secret").await.unwrap();
    let thief = tokio::spawn(async move {
        use tokio::io::AsyncReadExt;
        let mut seen = Vec::new();
        while let Ok(Ok((mut stream, _))) =
            tokio::time::timeout(Duration::from_secs(3), listener.accept()).await
        {
            let mut buffer = [0; 1024];
            let read = tokio::time::timeout(Duration::from_millis(500), stream.read(&mut buffer)).await;
            if let Ok(Ok(count)) = read {
                seen.extend_from_slice(&buffer[..count]);
            }
        }
        seen
    });
    let mut fields = settings.to_fields();
    fields.insert("address".into(), format!("ldap://{address}"));
    fields.insert("do".into(), "test".into());
    let pairs: Vec<String> =
        fields.iter().map(|(name, value)| format!("{name}={}", model::link::escape(value))).collect();
    let request = post(&format!("/settings/providers/{id}"), pairs.join("&"));

    let html = text(world.send(with(request, COOKIE, &here)).await).await;

    assert!(html.contains("It does not work yet"), "{html}");
    let seen = String::from_utf8_lossy(&thief.await.unwrap()).into_owned();
    assert!(!seen.contains("service secret"), "{seen}");
}

/// The secret on the page as the code of this moment.
async fn code_of(world: &World, steps: i64) -> String {
    let ada = world.console.database().account_named("ada").await.unwrap().unwrap();
    let set_up = world.console.factors().set_up(ada.id, "Ada").await.unwrap();
    let secret = totp_rs::Secret::try_from_base32(set_up.unwrap().secret).unwrap();
    let generator = totp_rs::Builder::new().with_secret(secret).with_account_name("Ada").build().unwrap();
    generator.generate(u64::try_from(database::now_seconds() + steps * 30).unwrap()).to_string()
}

#[tokio::test]
async fn with_a_code_generator_the_password_alone_opens_nothing() {
    let world = World::new().await;
    let here = world.signed_in().await;
    world.send(with(post("/account/factor/begin", ""), COOKIE, &here)).await;
    let code = code_of(&world, 0).await;
    let confirmed =
        world.send(with(post("/account/factor/confirm", format!("code={code}")), COOKIE, &here)).await;
    assert_eq!(location(&confirmed), "/account?tab=security&done=factor");
    let shown = cookie(&confirmed);
    let both = format!("{here}; {shown}");
    let page = world.send(with(get("/account?tab=security&done=factor"), COOKIE, &both)).await;
    let forgets = page
        .headers()
        .get_all(SET_COOKIE)
        .iter()
        .any(|line| line.to_str().unwrap().starts_with("orrery-shown=;"));
    assert!(forgets, "the recovery codes are shown again");
    let html = text(page).await;
    let recovery = html.split("<ul class=\"shown-codes\">").nth(1).unwrap();
    let recovery = recovery.split("<code>").nth(1).unwrap().split('<').next().unwrap().to_owned();

    let halfway = sign_in(&world, PASSWORD).await;
    assert_eq!(location(&halfway), "/sign-in/code");
    let halfway = cookie(&halfway);
    assert!(halfway.starts_with("orrery-code="), "{halfway}");
    assert_eq!(world.send(with(get("/"), COOKIE, &halfway)).await.status(), StatusCode::SEE_OTHER);
    for (cookie, code, to) in [
        ("", "000000", "/sign-in?problem=late"),
        ("orrery-code=made-up", "000000", "/sign-in?problem=late"),
        (&*halfway, "000000", "/sign-in/code?problem=code"),
        (&*halfway, &*code, "/sign-in/code?problem=code"),
    ] {
        let answer = world.send(with(post("/sign-in/code", format!("code={code}")), COOKIE, cookie)).await;
        assert_eq!(location(&answer), to, "{cookie} {code}");
    }
    let inside = world.send(with(post("/sign-in/code", format!("code={recovery}")), COOKIE, &halfway)).await;
    assert_eq!(location(&inside), "/");

    // Whoever reads somebody's mail, where links go, has not got their generator.
    let ada = world.console.database().account_named("ada").await.unwrap().unwrap();
    let link = world.console.accounts().issue_link(Some(ada.id)).await.unwrap();
    let password = model::link::escape("another walk along the harbour");
    let form = format!("token={}&name=&password={password}&password_again={password}", link.reveal());
    assert_eq!(location(&world.send(post("/setup", form)).await), "/sign-in/code");

    // A new password is asked for after the code, and the code not once more after that.
    assert!(world.console.database().ask_for_password(ada.id).await.unwrap());
    let halfway = cookie(&sign_in(&world, "another walk along the harbour").await);
    let codes = html.split("<ul class=\"shown-codes\">").nth(1).unwrap();
    let second = codes.split("<code>").nth(2).unwrap().split('<').next().unwrap();
    let asked = world.send(with(post("/sign-in/code", format!("code={second}")), COOKIE, &halfway)).await;
    let (to, proved) = (location(&asked).to_owned(), cookie(&asked));
    assert!(proved.starts_with("orrery-code="), "{proved}");
    let token = to.strip_prefix("/setup?token=").and_then(|rest| rest.strip_suffix("&problem=due")).unwrap();
    let password = model::link::escape("a third walk, and uphill");
    let form = format!("token={token}&name=&password={password}&password_again={password}");
    assert_eq!(location(&world.send(with(post("/setup", form), COOKIE, &proved)).await), "/");
}

#[tokio::test]
async fn passkeys_are_asked_for_by_name_and_what_was_not_asked_opens_nothing() {
    let world = World::new().await;
    let here = world.signed_in().await;

    let asked = world.send(post("/sign-in/passkey/begin", "")).await;
    assert_eq!(asked.status(), StatusCode::OK);
    let kept = cookie(&asked);
    assert!(kept.starts_with("orrery-passkey="), "{kept}");
    let options = text(asked).await;
    assert!(
        options.contains("\"rpId\":\"console.example\"") && options.contains("\"required\""),
        "{options}"
    );
    let made = world.send(with(post("/account/passkeys/begin", ""), COOKIE, &here)).await;
    assert!(text(made).await.contains("\"name\":\"Ada\""));
    let nobody = world.send(post("/account/passkeys/begin", "")).await;
    assert_eq!(location(&nobody), "/sign-in");

    for (cookie, to) in [
        ("", "/sign-in?problem=passkey-late&next=%2Fsearch"),
        ("orrery-passkey=made-up", "/sign-in?problem=passkey-late&next=%2Fsearch"),
        (&*kept, "/sign-in?problem=passkey&next=%2Fsearch"),
    ] {
        let answer =
            world.send(with(post("/sign-in/passkey", "credential={}&next=/search"), COOKIE, cookie)).await;
        assert_eq!(location(&answer), to);
    }
    for (path, form, problem) in [
        ("/account/passkeys/add", "name=Laptop&credential={}", "passkey"),
        ("/account/passkeys/add", "name=&credential={}", "passkey-name"),
        ("/account/passkeys/remove", "passkey=1", "no-passkey"),
    ] {
        let answer = world.send(with(post(path, form), COOKIE, &here)).await;
        assert_eq!(location(&answer), format!("/account?tab=security&problem={problem}"));
    }
    let ada = world.console.database().account_named("ada").await.unwrap().unwrap();
    assert_eq!(world.console.database().passkeys_of(ada.id).await.unwrap(), []);
}

#[tokio::test]
async fn there_are_no_passkeys_for_a_number() {
    let world = World::at("http://10.0.0.1").await;
    let mut request = post("/sign-in/passkey/begin", "");
    request.headers_mut().insert(HOST, "10.0.0.1".parse().unwrap());
    request.headers_mut().insert(ORIGIN, "http://10.0.0.1".parse().unwrap());

    assert_eq!(world.send(request).await.status(), StatusCode::NOT_FOUND);
}

pub(super) fn bearer(request: Request<Body>, token: &str) -> Request<Body> {
    let mut request = with(request, http::header::AUTHORIZATION, &format!("Bearer {token}"));
    request.headers_mut().remove(ORIGIN);
    request.headers_mut().remove(SITE);
    request
}

#[tokio::test]
async fn a_token_calls_as_its_owner_and_never_changes_the_account() {
    let world = World::new().await;
    let here = world.signed_in().await;
    let made = post("/account/tokens/add", "name=deploy&scope=full&days=30");
    let made = world.send(with(made, COOKIE, &here)).await;
    assert_eq!(location(&made), "/account?tab=tokens&done=token");
    let both = format!("{here}; {}", cookie(&made));
    let html = text(world.send(with(get("/account?tab=tokens&done=token"), COOKIE, &both)).await).await;
    let token = html.split("<code>orrery_").nth(1).unwrap().split('<').next().unwrap();
    let token = format!("orrery_{token}");

    let me = world.send(bearer(call("sign_in/me", "{}"), &token)).await;
    assert_eq!(me.status(), StatusCode::OK);
    assert!(text(me).await.contains("Ada (token deploy)"));
    for path in [
        "/account/password",
        "/account/tokens/add",
        "/account/tokens/revoke",
        "/account/factor/begin",
        "/account/passkeys/begin",
        "/account/passkeys/add",
        "/account/passkeys/remove",
    ] {
        let refused = world.send(bearer(post(path, "name=x&scope=full&days=1"), &token)).await;
        assert_eq!(location(&refused), "/sign-in", "{path}");
        let with_cookie = bearer(with(post(path, ""), COOKIE, &here), &token);
        assert_eq!(
            location(&world.send(with_cookie).await),
            "/sign-in",
            "{path} with a cookie beside the token"
        );
    }
    let in_address = world.send(call(&format!("sign_in/me?token={token}"), "{}")).await;
    assert_eq!(in_address.status(), StatusCode::UNAUTHORIZED);
    let wrong = world.send(bearer(call("sign_in/me", "{}"), "orrery_wrong")).await;
    assert_eq!(wrong.status(), StatusCode::UNAUTHORIZED);

    let ada = world.console.database().account_named("ada").await.unwrap().unwrap();
    let id = world.console.database().tokens_of(ada.id).await.unwrap()[0].token.id;
    world.send(with(post("/account/tokens/revoke", format!("token={id}")), COOKIE, &here)).await;
    assert_eq!(world.send(bearer(call("sign_in/me", "{}"), &token)).await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_token_that_may_only_read_is_refused_changes_and_the_trail_names_it() {
    let world = World::new().await;
    world.signed_in().await;
    let ada = world.console.database().account_named("ada").await.unwrap().unwrap();
    let scope = database::tokens::TokenScope::Read;
    let database = world.console.database();
    let token = identity::api_tokens::issue(database, ada.id, "watcher", scope, 1).await.unwrap();
    let settings = providers_contract::Settings::draft(providers_contract::Kind::GitHub);
    let id = world.console.registry().add(&settings, "secret").await.unwrap();

    let list = world.send(bearer(call("providers/list", "{}"), &token)).await;
    assert_eq!(list.status(), StatusCode::OK);
    let handle = database.tokens_of(ada.id).await.unwrap()[0].token.handle();
    let caller = world.console.access().caller(ada, Some(handle), "1".into(), None).await.unwrap();
    let managed = crate::providers::Managed::new(world.console.clone(), Arc::new(caller));
    assert!(managed.act(&id, crate::providers::Act::Delete).await.is_err());
    let trail = database.audit_trail(5).await.unwrap();
    let refusal = trail.iter().find(|entry| !entry.decision.is_allowed).unwrap();
    assert!(refusal.decision.session_hash.as_deref().unwrap().starts_with("token read "), "{refusal:?}");
    assert_eq!(refusal.decision.reason, "this API token may only read");
}
