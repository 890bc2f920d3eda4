//! The platform's picture, and what everybody sees of the platform.

use super::*;
use notifier::{Encryption, MailSettings};

const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";

/// A form with a file, or without one.
fn picture(file: Option<&[u8]>) -> Request<Body> {
    let mut body = Vec::new();
    if let Some(file) = file {
        body.extend_from_slice(
            b"--x\r\nContent-Disposition: form-data; name=\"logo\"; filename=\"a.svg\"\r\n\
              Content-Type: text/html\r\n\r\n",
        );
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--x--\r\n");
    let mut request = post("/settings/platform/logo", "");
    *request.body_mut() = Body::from(body);
    with(request, CONTENT_TYPE, "multipart/form-data; boundary=x")
}

#[tokio::test]
async fn a_picture_is_everybodys_and_runs_nothing() {
    let world = World::new().await;
    let ada = world.signed_in().await;
    assert_eq!(world.send(get("/logo")).await.status(), StatusCode::NOT_FOUND);

    let kept = world.send(with(picture(Some(SVG.as_bytes())), COOKIE, &ada)).await;

    assert_eq!(kept.headers()[LOCATION], "/settings/platform");
    let shown = world.send(get("/logo")).await;
    assert_eq!(shown.headers()[CONTENT_TYPE], "image/svg+xml");
    assert_eq!(
        shown.headers()[CONTENT_SECURITY_POLICY],
        "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    );
    assert_eq!(text(shown).await, SVG);
    let page = text(world.send(get("/sign-in")).await).await;
    assert!(page.contains("src=\"/logo?v="), "{page}");
    world.send(with(picture(None), COOKIE, &ada)).await;
    assert_eq!(world.send(get("/logo")).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_no_picture_or_too_large_changes_nothing() {
    let world = World::new().await;
    let ada = world.signed_in().await;
    let large = [b"\x89PNG\r\n\x1a\n", &vec![0; 140 << 10][..]].concat();
    for (file, problem) in [(&b"<html></html>"[..], "kind"), (b"", "none"), (&large, "large")] {
        let answer = world.send(with(picture(Some(file)), COOKIE, &ada)).await;
        assert_eq!(answer.headers()[LOCATION], format!("/settings/platform?problem={problem}"));
    }
    assert_eq!(world.send(get("/logo")).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn only_who_may_changes_the_picture() {
    let world = World::new().await;
    let ada = world.signed_in().await;
    let ben = NewAccount { name: "Ben".into(), role: "regular".into(), ..NewAccount::default() };
    let ben = world.console.database().add_account(&ben).await.unwrap();
    let link = world.console.accounts().issue_link(Some(ben)).await.unwrap();
    let password = model::link::escape(PASSWORD);
    let form = format!("token={}&name=&password={password}&password_again={password}", link.reveal());
    let ben = cookie(&world.send(post("/setup", form)).await);

    let refused = world.send(with(picture(Some(SVG.as_bytes())), COOKIE, &ben)).await;
    let elsewhere = with(picture(Some(SVG.as_bytes())), ORIGIN, "https://evil.example");
    let from_elsewhere = world.send(with(elsewhere, COOKIE, &ada)).await;
    let plain = world.send(with(post("/settings/platform/logo", "logo=x"), COOKIE, &ada)).await;
    let nobody = world.send(picture(Some(SVG.as_bytes()))).await;

    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    assert_eq!(from_elsewhere.status(), StatusCode::FORBIDDEN);
    assert_eq!(plain.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(nobody.headers()[LOCATION], "/sign-in");
    assert_eq!(world.send(get("/logo")).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_link_for_a_forgotten_password_is_sent_only_where_mail_is() {
    let world = World::new().await;

    let answer = world.send(post("/sign-in/forgotten", "name=ada")).await;

    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_mail_that_cannot_be_sent_is_told_to_administrators_and_not_to_who_asks() {
    let settings = MailSettings {
        host: "127.0.0.1".into(),
        // Nobody listens there.
        port: 1,
        encryption: Encryption::None,
        credentials: None,
        from: "Orrery <orrery@example.org>".into(),
    };
    let world = World::with_mail(Mailer::new(&settings).unwrap()).await;
    let cookie = world.signed_in().await;
    let database = world.console.database();
    let ada = database.account_named("ada").await.unwrap().unwrap().id;
    database.describe_account(ada, "", "ada@example.org").await.unwrap();
    let ask = async |name: &str| {
        let answer = world.send(post("/sign-in/forgotten", format!("name={name}"))).await;
        (answer.status(), answer.headers()[LOCATION].clone(), text(answer).await)
    };

    let before = ask("ada").await;
    let is_kept = async {
        while database.unsent_mail(ada).await.unwrap().is_none() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), is_kept).await.unwrap();

    assert_eq!(before, ask("nobody").await);
    assert_eq!(before, ask("ada").await, "nor is it told later");
    assert_eq!(database.unsent_mails().await.unwrap().len(), 1);
    let page = text(world.send(with(get("/people/Ada"), COOKIE, &cookie)).await).await;
    assert!(page.contains("could not be sent") && page.contains("/api/people/send-link"), "{page}");
}

fn said(fields: &[(&str, &str)]) -> Request<Body> {
    let fields = fields.iter().map(|(name, value)| format!("fields[{name}]={}", model::link::escape(value)));
    post("/api/platform/change", fields.collect::<Vec<_>>().join("&"))
}

#[tokio::test]
async fn titles_end_in_what_the_platform_is_called() {
    let world = World::new().await;
    let ada = world.signed_in().await;
    let title = async |path: &str| {
        let page = text(world.send(with(get(path), COOKIE, &ada)).await).await;
        let rest = page.split_once("<title>").unwrap().1;
        rest.split_once("</title>").unwrap().0.to_owned()
    };
    let paths = ["/people", "/no/such/page", "/setup?token=x", "/invitation?token=x", "/sign-in/forgotten"];
    for path in paths {
        assert!(title(path).await.ends_with(" · Orrery"), "{path}: {}", title(path).await);
    }

    world.send(with(said(&[("name", "Harbour Cloud")]), COOKIE, &ada)).await;

    for path in paths {
        assert!(title(path).await.ends_with(" · Harbour Cloud"), "{path}: {}", title(path).await);
    }
}

#[tokio::test]
async fn pages_may_frame_the_sites_that_were_named_and_no_others() {
    let world = World::new().await;
    let ada = world.signed_in().await;
    let policy = async || {
        let page = world.send(with(get("/sites/Grafana"), COOKIE, &ada)).await;
        page.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned()
    };
    assert!(policy().await.contains("frame-src 'none'; "));

    let sites = "Grafana https://grafana.example.org/d/x?orgId=1";
    world.send(with(said(&[("sites", sites)]), COOKIE, &ada)).await;

    assert!(policy().await.contains("frame-src https://grafana.example.org; "), "{}", policy().await);
    let page = text(world.send(with(get("/sites/Grafana"), COOKIE, &ada)).await).await;
    assert!(page.contains("src=\"https://grafana.example.org/d/x?orgId=1\""), "{page}");
    let stranger = world.send(get("/sign-in")).await;
    assert!(stranger.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().contains("frame-src 'none'; "));
}

#[tokio::test]
async fn the_console_frames_neither_itself_nor_ports_of_pods() {
    let world = World::with_clusters("http://console.example", Vec::new(), Some("ports.example")).await;
    let ada = world.signed_in().await;
    let authority = world.console.surroundings().public_url().authority.clone();
    let port = world.console.surroundings().forward_authority(&"a".repeat(32));
    for host in [authority, port.unwrap()] {
        world.send(with(said(&[("sites", &format!("Own https://{host}/"))]), COOKIE, &ada)).await;
    }

    let page = world.send(with(get("/sites/Own"), COOKIE, &ada)).await;

    assert!(page.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().contains("frame-src 'none'; "));
}

#[tokio::test]
async fn an_announcement_goes_by_itself() {
    let world = World::new().await;
    let ada = world.signed_in().await;
    for (until, is_shown) in [("2020-01-01T00:00", false), ("2999-01-01T00:00", true)] {
        world.send(with(said(&[("announcement", "Tonight at ten"), ("until", until)]), COOKIE, &ada)).await;

        let page = text(world.send(with(get("/"), COOKIE, &ada)).await).await;
        assert_eq!(page.contains("Tonight at ten"), is_shown, "{until}");
    }
}
