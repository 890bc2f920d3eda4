//! The tab of receivers of logs, rendered as the server does, over a port that answers what the test says.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use async_trait::async_trait;
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use model::{ConsoleError, ResourceRef};
use std::sync::Arc;
use workloads_contract::{LogReceivers, OnlyCluster, ReceiverAnswer, ReceiverLogin, ReceiverTrial};
use workloads_pages::{is_log_receiver, log_receiver_tab};

#[derive(Clone)]
struct Fake(Result<Vec<ReceiverTrial>, ConsoleError>);

#[async_trait]
impl LogReceivers for Fake {
    async fn try_receiver(&self, _: ResourceRef) -> Result<Vec<ReceiverTrial>, ConsoleError> {
        self.0.clone()
    }
}

fn object(kind: &str) -> ResourceRef {
    ResourceRef {
        cluster: "harbour".parse().unwrap(),
        kind: kind.parse().unwrap(),
        namespace: Some("shop".parse().unwrap()),
        name: "logs".parse().unwrap(),
    }
}

#[component]
fn OfOutput() -> impl IntoView {
    log_receiver_tab(object("outputs.fluentbit.fluent.io"))
}

async fn render(address: &str, answer: Result<Vec<ReceiverTrial>, ConsoleError>) -> String {
    rendering::render(address, || {
        provide_context::<Arc<dyn LogReceivers>>(Arc::new(Fake(answer)));
        view! {
            <Router>
                <Routes fallback=|| "no such page">
                    <Route path=path!("/output") view=OfOutput/>
                </Routes>
            </Router>
        }
    })
    .await
}

fn trial(answer: ReceiverAnswer, is_through_cluster: bool, login: ReceiverLogin) -> ReceiverTrial {
    ReceiverTrial { address: "logs.example:9200".into(), answer, is_through_cluster, login }
}

#[tokio::test]
async fn nobody_is_asked_before_the_button_is_pressed() {
    let html = render("/output?tab=connection", Err(ConsoleError::invalid("", "was asked"))).await;

    assert!(html.contains("Test the connection") && !html.contains("was asked"), "{html}");
    assert!(html.contains("method=\"get\"") && html.contains("name=\"try\" value=\"now\""), "{html}");
    let html = render("/output?tab=connection&try=now", Err(ConsoleError::invalid("", "was asked"))).await;
    assert!(html.contains("was asked"), "{html}");
}

#[tokio::test]
async fn what_came_of_it_is_told_address_by_address() {
    let (product, version, name) = ("OpenSearch".into(), "2.19.1".into(), "<logs>".into());
    let trials = vec![
        trial(ReceiverAnswer::LogStore { product, version, name }, true, ReceiverLogin::NotThroughCluster),
        trial(ReceiverAnswer::Silent("it took too long".into()), false, ReceiverLogin::Shown),
        trial(ReceiverAnswer::OnlyCluster(OnlyCluster::NoHttp), false, ReceiverLogin::None),
    ];

    let html = render("/output?tab=connection&try=now", Ok(trials)).await;

    let part = |index: usize| html.split("<li>").nth(index).unwrap();
    assert!(part(1).contains("OpenSearch 2.19.1, cluster &lt;logs&gt;"), "{html}");
    assert!(part(1).contains("through the API server") && part(1).contains("passes no logins on"), "{html}");
    assert!(part(2).contains("it took too long") && part(2).contains("Asked by the console"), "{html}");
    assert!(part(3).contains("speaks no HTTP") && !part(3).contains("Asked by"), "{html}");
}

#[test]
fn only_what_says_where_logs_go_has_the_tab() {
    assert!(is_log_receiver(&object("outputs.fluentbit.fluent.io")));
    assert!(is_log_receiver(&object("clusteroutputs.fluentbit.fluent.io")));
    assert!(!is_log_receiver(&object("secrets")));
}
