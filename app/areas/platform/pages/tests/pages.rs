//! What is said of the platform, rendered as the server does.

use async_trait::async_trait;
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use model::{Announcement, ConsoleError, GrantedBy, Need, Platform, PlatformLink};
use platform_contract::{PlatformFields, PlatformSettings};
use platform_pages::PlatformPage;
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
        announcement: Some(Announcement { text: "An upgrade <tonight>".into(), is_warning: true }),
        links: vec![PlatformLink { title: "Help".into(), href: "https://help.example.org".into() }],
        logo: Some("/logo?v=1".into()),
    };

    let html = render("/settings/platform?problem=kind", Ok(platform)).await;

    for words in [
        "value=\"Harbour Cloud\"",
        "An upgrade &lt;tonight",
        "Help https://help.example.org",
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
