//! A Prometheus that stops, from the cluster to what is shown.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use monitoring_contract::{
    BoardId, BoardRequest, Measured, Monitoring, Panel, PanelContent, RankOf, RankingRequest, Subject, Window,
};
use playground::Options;
use prometheus::{ForCaller, Prometheus};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use test_stage::{Console, config, harbour};

/// How long a world may take to come up, and a pod to end, on a busy machine.
const LONG: Duration = Duration::from_secs(120);

/// Lets this many of the Prometheus run.
async fn scale(client: &kube::Client, replicas: u32) {
    let path = "/apis/apps/v1/namespaces/monitoring/statefulsets/prometheus-k8s";
    let body = format!(r#"{{"spec":{{"replicas":{replicas}}}}}"#).into_bytes();
    let call = http::Request::patch(path).header("content-type", "application/merge-patch+json");
    client.request::<serde_json::Value>(call.body(body).unwrap()).await.unwrap();
}

/// The first card of what runs in the cluster; `None` where nothing measures it yet.
async fn first(monitoring: &ForCaller) -> Option<Panel> {
    let (subject, window) = (Subject::Cluster(harbour()), Window::Last(300));
    let request = BoardRequest { subject, board: BoardId::Applications, window, compare: None };
    match monitoring.board(request).await {
        Ok(Measured::Answered(view)) => view.panels.into_iter().next(),
        Ok(Measured::Missing(_)) | Err(_) => None,
    }
}

/// The first card, once it is like this.
async fn until(monitoring: &ForCaller, is_it: impl Fn(&Panel) -> bool) -> Panel {
    let until = Instant::now() + LONG;
    loop {
        let found = first(monitoring).await;
        if let Some(found) = found.as_ref().filter(|panel| is_it(panel)) {
            return found.clone();
        }
        assert!(Instant::now() < until, "it never came: {found:?}");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

fn is_of_now(panel: &Panel) -> bool {
    panel.aged.is_none() && matches!(panel.content, PanelContent::Chart(_))
}

#[tokio::test]
async fn a_prometheus_that_stops_is_told_with_what_it_said_last_to_who_sees_the_same_and_to_nobody_else() {
    let playground = playground::start(Options::default()).await.unwrap();
    let client = kube::Client::try_from(config(playground.kubeconfig(), "harbour").await).unwrap();
    let console = Console::new(playground.kubeconfig(), "harbour").await;
    let ada = console.caller("ada", "administrator", None).await;
    let ben = console.caller("ben", "regular", Some(("shop", "project-viewer"))).await;
    // What was not found is looked for again only after a while.
    let began = Instant::now();
    let prometheus = loop {
        let (kubernetes, database) = (Arc::clone(&console.kubernetes), console.database.clone());
        let prometheus = Prometheus::new(kubernetes, database, BTreeMap::new());
        if first(&prometheus.for_caller(Arc::clone(&ada))).await.is_some_and(|panel| is_of_now(&panel)) {
            break prometheus;
        }
        assert!(began.elapsed() < LONG, "nothing measures the cluster");
        tokio::time::sleep(Duration::from_millis(500)).await;
    };
    let later = Arc::clone(&ada);
    let (ada, ben) = (prometheus.for_caller(ada), prometheus.for_caller(ben));
    let ranking = || RankingRequest {
        cluster: harbour(),
        of: RankOf::Pods,
        search: String::new(),
        workspace: None,
        sort: None,
    };
    ada.ranking(ranking()).await.unwrap();

    scale(&client, 0).await;
    let old = until(&ada, |panel| panel.aged.is_some()).await;

    assert!(matches!(old.content, PanelContent::Chart(_)), "{old:?}");
    let foreign = first(&ben).await.unwrap();
    assert!(foreign.aged.is_none() && matches!(foreign.content, PanelContent::Failed(_)), "{foreign:?}");
    // What was asked a moment ago is answered for a quarter of a minute.
    tokio::time::sleep(Duration::from_secs(16)).await;
    let Measured::Answered(ranked) = ada.ranking(ranking()).await.unwrap() else {
        panic!("it is not missing")
    };
    assert!(ranked.aged.is_some() && !ranked.rows.is_empty(), "{ranked:?}");
    assert!(ben.ranking(ranking()).await.is_err());
    assert!(ada.export_ranking(ranking()).await.is_err(), "a file does not say how old it is");
    // A console that begins now knows nothing of it, which is not that nothing fires.
    let begun = Prometheus::new(Arc::clone(&console.kubernetes), console.database.clone(), BTreeMap::new());
    let firing = begun.for_caller(later).firing().await.unwrap();
    let problem = firing.first().and_then(|of| of.problem.as_ref());
    assert!(problem.is_some_and(|error| error.to_string().contains("prometheus-k8s")), "{firing:?}");

    scale(&client, 1).await;
    until(&ada, is_of_now).await;
}
