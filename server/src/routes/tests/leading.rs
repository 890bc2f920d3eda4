//! Where the browser is led afterwards: whatever a link or a form asks for, to a page of the console.

use super::*;
use providers_contract::{Kind, Settings, System};

/// What browsers, or programs between, have read as the address of another site.
const ELSEWHERE: &[&str] = &[
    "https://evil.example",
    "http://evil.example/",
    "HTTPS://EVIL.EXAMPLE",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "http:\\\\evil.example",
    "ftp://evil.example",
    "//evil.example",
    "//evil.example/clusters",
    "//console.example@evil.example",
    "//evil.example:80",
    "//[::1]/",
    "//2130706433/",
    "///evil.example",
    "////evil.example",
    "/////evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\\evil.example",
    "/\\/evil.example",
    "/\\\\evil.example",
    "\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "\t//evil.example",
    "\n//evil.example",
    " //evil.example",
    "\u{a0}//evil.example",
    "/ /evil.example",
    "\0//evil.example",
    "/\u{b}/evil.example",
    "\u{feff}//evil.example",
    "/\u{2044}evil.example",
    "\u{ff0f}\u{ff0f}evil.example",
    "\u{3002}evil.example",
    "/clusters\r\nLocation: https://evil.example",
    "/clusters\r\nSet-Cookie: orrery=planted",
    "/clusters\u{560a}\u{560d}Location: https://evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "javascript://console.example/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "blob:https://evil.example/1",
    "file:///etc/passwd",
    "view-source:https://evil.example",
    "about:blank",
    "console.example.evil.example",
    "evil.example",
    "evil.example/clusters",
    "@evil.example",
    ".evil.example",
    ":80",
    "?next=https://evil.example",
    "#https://evil.example",
    "%2f%2fevil.example",
    "%68ttps://evil.example",
    "/sign-in?next=//evil.example",
    "/sign-out",
];

/// What a CAS service says of every ticket.
const GRACE: &str = "<cas:serviceResponse xmlns:cas=\"http://www.yale.edu/tp/cas\"><cas:authenticationSuccess>\
    <cas:user>grace</cas:user></cas:authenticationSuccess></cas:serviceResponse>";

fn location(response: &Response<Body>) -> String {
    response.headers()[LOCATION].to_str().unwrap().to_owned()
}

/// A provider that is on this machine, and where it is.
async fn provider(world: &World) -> (String, String) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/cas", listener.local_addr().unwrap());
    let routes = Router::new().route("/cas/p3/serviceValidate", axum::routing::get(|| async { GRACE }));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    let mut settings = Settings::draft(Kind::Cas);
    settings.name = "Company".into();
    settings.makes_accounts = true;
    if let System::Cas(cas) = &mut settings.system {
        cas.address.clone_from(&address);
    }
    (world.console.registry().add(&settings, "").await.unwrap(), address)
}

/// To a provider, back, and to where that leads.
async fn through(world: &World, (id, there): &(String, String), next: &str) -> String {
    let sent = world.send(get(&format!("/sign-in/with/{id}?next={}", model::link::escape(next)))).await;
    let address = location(&sent);
    assert!(address.starts_with(&format!("{there}/login?")), "{next:?} led to {address}");
    let state = address.split("state%3D").nth(1).unwrap();
    let arriving = get(&format!("/sign-in/callback/{id}?state={state}&ticket=ST-1"));
    location(&world.send(with(arriving, COOKIE, &cookie(&sent))).await)
}

#[tokio::test]
async fn signing_in_with_a_password_leads_nowhere_else() {
    let world = World::new().await;
    world.signed_in().await;
    let sign_in = async |next: &str| {
        let form =
            format!("name=ada&password={}&next={}", model::link::escape(PASSWORD), model::link::escape(next));
        location(&world.send(post("/sign-in", form)).await)
    };

    assert_eq!(sign_in("/clusters/harbour").await, "/clusters/harbour");
    for next in ELSEWHERE {
        assert_eq!(sign_in(next).await, "/", "{next:?}");
    }
}

#[tokio::test]
async fn a_wrong_password_keeps_no_way_to_anywhere_else() {
    let world = World::new().await;
    let knock = async |next: &str| {
        let form = format!("name=ada&password=wrong&next={}", model::link::escape(next));
        location(&world.send(post("/sign-in", form)).await)
    };

    assert!(knock("/clusters").await.contains("next=%2Fclusters"));
    for next in ELSEWHERE {
        assert!(!knock(next).await.contains("next="), "{next:?}");
    }
}

#[tokio::test]
async fn signing_in_through_a_provider_leads_nowhere_else() {
    let world = World::new().await;
    let provider = provider(&world).await;

    assert_eq!(through(&world, &provider, "/clusters/harbour").await, "/clusters/harbour");
    for next in ELSEWHERE {
        assert_eq!(through(&world, &provider, next).await, "/", "{next:?}");
    }
}

#[tokio::test]
async fn signing_out_leads_to_the_sign_in_page_whatever_is_asked_for() {
    let world = World::new().await;

    for next in ELSEWHERE {
        let escaped = model::link::escape(next);
        let out = post(&format!("/sign-out?next={escaped}&left={escaped}"), format!("next={escaped}"));
        assert_eq!(location(&world.send(out).await), "/sign-in", "{next:?}");
        // On to a provider leads only what the console has sealed itself.
        let way = get(&format!("/sign-in/way-out?next={escaped}"));
        let planted = with(way, COOKIE, &format!("orrery-way-out={escaped}"));
        assert_eq!(location(&world.send(planted).await), "/sign-in", "{next:?}");
    }
}

#[tokio::test]
async fn choosing_how_the_console_looks_leads_nowhere_else() {
    let world = World::new().await;
    let choose = async |next: &str| {
        let form = format!("theme=dark&next={}", model::link::escape(next));
        location(&world.send(post("/preferences", form)).await)
    };

    assert_eq!(choose("/clusters").await, "/clusters");
    for next in ELSEWHERE {
        assert_eq!(choose(next).await, "/", "{next:?}");
    }
}
