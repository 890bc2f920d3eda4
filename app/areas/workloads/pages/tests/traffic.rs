//! The drawing of what may reach pods, rendered as the server does, over a port that answers what the test says.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use async_trait::async_trait;
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use model::{ClusterName, ConsoleError, ResourceRef};
use serde_json::Value;
use std::sync::Arc;
use workloads_contract::{Peer, Traffic, TrafficRule, TrafficView, Way};
use workloads_pages::{has_traffic, traffic_tab};

#[derive(Clone)]
struct Fake(TrafficView);

#[async_trait]
impl Traffic for Fake {
    async fn traffic(&self, _: ResourceRef) -> Result<TrafficView, ConsoleError> {
        Ok(self.0.clone())
    }

    async fn traffic_of_draft(&self, _: ClusterName, _: Value) -> Result<TrafficView, ConsoleError> {
        Ok(self.0.clone())
    }
}

fn object(kind: &str, name: &str) -> ResourceRef {
    ResourceRef {
        cluster: "harbour".parse().unwrap(),
        kind: kind.parse().unwrap(),
        namespace: Some("shop".parse().unwrap()),
        name: name.parse().unwrap(),
    }
}

#[component]
fn OfWorkload() -> impl IntoView {
    traffic_tab(object("deployments", "web"))
}

#[component]
fn OfPolicy() -> impl IntoView {
    traffic_tab(object("networkpolicies", "front"))
}

async fn render(address: &str, view: TrafficView) -> String {
    rendering::render(address, || {
        provide_context::<Arc<dyn Traffic>>(Arc::new(Fake(view)));
        view! {
            <Router>
                <Routes fallback=|| "no such page">
                    <Route path=path!("/workload") view=OfWorkload/>
                    <Route path=path!("/policy") view=OfPolicy/>
                </Routes>
            </Router>
        }
    })
    .await
}

fn rule(policy: &str, peer: Peer, ports: &[&str]) -> TrafficRule {
    let ports = ports.iter().map(|port| (*port).to_owned()).collect();
    TrafficRule { policy: object("networkpolicies", policy), peer, ports }
}

fn pods(pods: &str, namespaces: Option<&str>, found: u32) -> Peer {
    Peer::Pods {
        pods: pods.into(),
        namespaces: namespaces.map(str::to_owned),
        found,
        places: if found > 0 { vec!["shop".into(), "edge".into()] } else { Vec::new() },
        more_places: u32::from(found > 9),
    }
}

#[tokio::test]
async fn each_side_says_who_through_which_ports_and_which_policy_says_so() {
    let incoming = Way::Only(vec![
        rule("front", pods("app=<edge>", Some("team=a"), 12), &["TCP 8080", "TCP http"]),
        rule("also", pods("app=<edge>", Some("team=a"), 12), &["TCP 8080", "TCP http"]),
        rule("front", pods("", None, 0), &[]),
        rule("front", pods("", Some("kubernetes.io/metadata.name=edge"), 1), &[]),
        rule("front", Peer::Addresses { cidr: "10.0.0.0/8".into(), except: vec!["10.1.0.0/16".into()] }, &[]),
    ]);
    let policies = vec![object("networkpolicies", "also"), object("networkpolicies", "front")];
    let view = TrafficView { pods: 3, policies, incoming, outgoing: Way::Open };

    let html = render("/workload", view.clone()).await;

    assert!(html.contains("Pods with app=&lt;edge&gt; of projects with team=a"), "{html}");
    assert!(
        html.contains("12 pods now, in shop, edge and 1 more") && html.contains("TCP 8080, TCP http"),
        "{html}"
    );
    assert_eq!(html.matches("TCP 8080").count(), 1, "what two policies say alike is said once: {html}");
    assert!(html.contains("by front, also"), "{html}");
    assert!(html.contains("All pods of this project") && html.contains("nobody at the moment"), "{html}");
    assert!(html.contains("All pods of project edge"), "{html}");
    assert!(html.contains("10.0.0.0/8 without 10.1.0.0/16") && html.contains("every port"), "{html}");
    assert!(html.contains("They may reach everything: no policy says otherwise."), "{html}");
    assert!(
        html.contains("/clusters/harbour/networkpolicies/shop/also\"") && html.contains("3 pods"),
        "{html}"
    );

    // A policy needs not say that it says it.
    let html = render("/policy", view).await;
    assert!(!html.contains("by front") && !html.contains("Network policies about them"), "{html}");
}

#[tokio::test]
async fn nothing_let_through_and_no_policy_are_told_apart() {
    let closed = TrafficView {
        pods: 1,
        policies: vec![object("networkpolicies", "deny")],
        incoming: Way::Only(Vec::new()),
        outgoing: Way::Only(vec![rule("deny", Peer::Anybody, &["UDP 53"])]),
    };
    let html = render("/workload", closed).await;
    assert!(
        html.contains("Nothing may reach them.") && html.contains("Whoever") && html.contains("UDP 53"),
        "{html}"
    );

    let none = TrafficView { pods: 1, policies: Vec::new(), incoming: Way::Open, outgoing: Way::Open };
    let html = render("/workload", none).await;
    assert!(html.contains("No network policy is about these pods"), "{html}");
}

#[test]
fn what_has_pods_has_the_tab() {
    assert!(has_traffic(&object("deployments", "web")) && has_traffic(&object("networkpolicies", "x")));
    assert!(!has_traffic(&object("services", "web")) && !has_traffic(&object("configmaps", "web")));
}
