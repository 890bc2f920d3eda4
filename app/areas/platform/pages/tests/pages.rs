//! What is said of the platform, rendered as the server does.

use async_trait::async_trait;
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use model::{Announcement, ConsoleError, GrantedBy, Need, Platform, PlatformLink, Timestamp};
use platform_contract::{PlatformFields, PlatformSettings};
use platform_pages::{PlatformPage, SitePage};
use std::sync::Arc;

struct Fake(Result<Platform, ConsoleError>);

#[async_trait]
impl PlatformSettings for Fake {
    async fn settings(&self) -> Result<Platform, ConsoleError> {
        self.0.clone()
    }

    async fn change(&self, _: PlatformFields) -> Result<(), ConsoleError> {
        Ok(())
    }
}

async fn render(address: &str, said: Result<Platform, ConsoleError>) -> String {
    rendering::render(address, || {
        provide_context::<Arc<dyn PlatformSettings>>(Arc::new(Fake(said)));
        view! {
            <Router>
                <Routes fallback=|| "no such page">
                    <Route path=path!("/settings/platform") view=PlatformPage/>
                </Routes>
            </Router>
        }
    })
    .await
}

#[tokio::test]
async fn what_is_said_stands_in_the_form() {
    let platform = Platform {
        name: "Harbour Cloud".into(),
        announcement: Some(Announcement {
            text: "An upgrade <tonight>".into(),
            is_warning: true,
            until: Some(Timestamp(1_800_000_000)),
        }),
        links: vec![PlatformLink { title: "Help".into(), href: "https://help.example.org".into() }],
        sites: vec![grafana()],
        logo: Some("/logo?v=1".into()),
    };

    let html = render("/settings/platform?problem=kind", Ok(platform)).await;

    for words in [
        "value=\"Harbour Cloud\"",
        "An upgrade &lt;tonight",
        "Help https://help.example.org",
        "value=\"2027-01-15T08:00\"",
        "Grafana https://grafana.example.org/d/nodes?var-cluster={cluster}",
        "src=\"/logo?v=1\"",
        "This is no SVG, PNG or WebP picture.",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
}

#[tokio::test]
async fn who_may_not_change_it_is_told() {
    let need = Need {
        verb: "get".into(),
        resource: "settings.console.orrery".into(),
        cluster: None,
        namespace: None,
        granted_by: GrantedBy::Administrator,
    };
    let html = render("/settings/platform", Err(ConsoleError::Forbidden { need, said: None })).await;

    assert!(html.contains("settings.console.orrery") && !html.contains("<form"), "{html}");
}

fn grafana() -> PlatformLink {
    let href = "https://grafana.example.org/d/nodes?var-cluster={cluster}";
    PlatformLink { title: "Nodes in Grafana".into(), href: href.into() }
}

async fn site(address: &str) -> String {
    rendering::render(address, || {
        provide_context(Platform { sites: vec![grafana()], ..Platform::default() });
        view! {
            <Router>
                <Routes fallback=|| "no such page">
                    <Route path=path!("/sites/:site") view=SitePage/>
                    <Route path=path!("/clusters/:cluster/sites/:site") view=SitePage/>
                </Routes>
            </Router>
        }
    })
    .await
}

#[tokio::test]
async fn a_site_is_shown_in_a_frame_that_reaches_nothing_of_the_console() {
    let html = site("/clusters/harbour/sites/Nodes%20in%20Grafana").await;

    for words in [
        "src=\"https://grafana.example.org/d/nodes?var-cluster=harbour\"",
        "title=\"Nodes in Grafana\"",
        "referrerpolicy=\"no-referrer\"",
        "from https://grafana.example.org, with",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    let sandbox = html.split_once("sandbox=\"").and_then(|(_, rest)| rest.split_once('"'));
    let (sandbox, _) = sandbox.unwrap_or_default();
    assert!(sandbox.contains("allow-scripts"), "{html}");
    assert!(!sandbox.contains("top-navigation") && !sandbox.contains("modals"), "{sandbox}");
}

#[tokio::test]
async fn only_sites_that_were_named_are_shown() {
    for address in ["/sites/Nodes%20in%20Grafana", "/clusters/harbour/sites/https:%2F%2Fevil.example"] {
        let html = site(address).await;

        assert!(!html.contains("<iframe"), "{address}: {html}");
    }
}
