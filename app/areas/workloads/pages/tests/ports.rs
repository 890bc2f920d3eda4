//! The tab with the ports of an object, rendered as the server does, over a port that answers what the test says.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use account_contract::OpenPort;
use async_trait::async_trait;
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use model::{ConsoleError, ResourceRef, Timestamp};
use std::sync::Arc;
use workloads_contract::{PortLine, Ports, PortsView};
use workloads_pages::ports_tab;

struct Fake {
    open: Vec<OpenPort>,
}

#[async_trait]
impl Ports for Fake {
    async fn ports(&self, _: ResourceRef, _: Option<String>) -> Result<PortsView, ConsoleError> {
        let line = PortLine { port: 80, name: "http".into(), protocol: "TCP".into(), behind: "8080".into() };
        Ok(PortsView { ports: vec![line], has_addresses: true, missing: None, problem: None })
    }

    async fn open_ports(&self, resource: ResourceRef) -> Result<Vec<OpenPort>, ConsoleError> {
        assert_eq!(resource, service());
        Ok(self.open.clone())
    }
}

fn service() -> ResourceRef {
    ResourceRef {
        cluster: "harbour".parse().unwrap(),
        kind: "services".parse().unwrap(),
        namespace: Some("shop".parse().unwrap()),
        name: "storefront".parse().unwrap(),
    }
}

fn open(id: &str, address: Option<&str>) -> OpenPort {
    OpenPort {
        id: id.into(),
        resource: service(),
        port: 80,
        pod: "storefront-0".parse().unwrap(),
        opened_at: Timestamp(1_795_407_600),
        until: Timestamp(1_795_418_400),
        address: address.map(str::to_owned),
    }
}

#[component]
fn Page() -> impl IntoView {
    ports_tab(service())
}

async fn render(open: Vec<OpenPort>) -> String {
    rendering::render("/?tab=ports", || {
        provide_context::<Arc<dyn Ports>>(Arc::new(Fake { open }));
        view! {
            <Router>
                <Routes fallback=|| "no such page"><Route path=path!("/") view=Page/></Routes>
            </Router>
        }
    })
    .await
}

#[tokio::test]
async fn what_is_open_stands_beside_what_opens_it_and_can_be_ended() {
    let html = render(vec![open("a1", Some("http://a1.ports.example/")), open("b2", None)]).await;

    assert!(html.contains("Open 80") && html.contains("Open in your browsers"), "{html}");
    assert!(html.contains("href=\"http://a1.ports.example/\""), "{html}");
    assert_eq!((html.matches("Go there").count(), html.matches("In another browser").count()), (1, 1));
    assert_eq!(html.matches("action=\"/account/ports/end\"").count(), 2, "{html}");
    assert!(html.contains("value=\"a1\"") && html.contains("value=\"b2\""), "{html}");
    assert!(html.contains("value=\"/clusters/harbour/services/shop/storefront?tab=ports\""), "{html}");
}

#[tokio::test]
async fn nothing_is_said_of_what_is_open_where_nothing_is() {
    let html = render(Vec::new()).await;

    assert!(html.contains("Open 80") && !html.contains("Open in your browsers"), "{html}");
}
