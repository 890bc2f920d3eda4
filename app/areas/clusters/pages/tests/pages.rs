//! The fleet and a cluster's overview, rendered as the server does, over a port that answers what the test says.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use async_trait::async_trait;
use clusters_contract::{
    AnotherCluster, Attention, ClusterOverview, ClusterSummary, Clusters, Component, ComponentState,
    FailedCheck, Navigation, Part, QuotaUse, Rollout, Trouble,
};
use clusters_pages::{AttentionCards, Fleet, OverviewPage};
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use model::{
    ClusterName, ConsoleError, KindSlug, Level, Namespace, ObjectName, ResourceRef, Status, System, Timestamp,
};
use std::sync::Arc;

struct Fake {
    fleet: Result<Vec<ClusterSummary>, ConsoleError>,
    overview: Result<ClusterOverview, ConsoleError>,
    attention: Result<Attention, ConsoleError>,
}

#[async_trait]
impl Clusters for Fake {
    async fn fleet(&self) -> Result<Vec<ClusterSummary>, ConsoleError> {
        self.fleet.clone()
    }

    async fn attention(&self) -> Result<Attention, ConsoleError> {
        self.attention.clone()
    }

    async fn overview(&self, _: ClusterName) -> Result<ClusterOverview, ConsoleError> {
        self.overview.clone()
    }

    async fn components(&self, cluster: ClusterName) -> Result<Vec<Component>, ConsoleError> {
        let check = |name: &str, reason: Option<&str>| FailedCheck {
            name: name.into(),
            reason: reason.map(str::to_owned),
        };
        let failing = vec![check("etcd", Some("no leader")), check("log", None)];
        let etcd = ComponentState::NotAlive(failing);
        let silent = ComponentState::Silent { holder: "control-1".into(), at: Timestamp(1_795_405_680) };
        let parts = [(Part::ApiServer, etcd), (Part::Scheduler, silent)];
        let parts = parts.map(|(part, state)| Component { part, state });
        Ok(if cluster.as_str() == "harbour" { parts.into() } else { Vec::new() })
    }

    async fn navigation(&self, _: ClusterName) -> Result<Navigation, ConsoleError> {
        Err(ConsoleError::Internal { reference: "these pages do not read it".into() })
    }
}

async fn render(address: &str, fake: Fake) -> String {
    rendering::render(address, || {
        provide_context::<Arc<dyn Clusters>>(Arc::new(fake));
        view! {
            <Router>
                <Routes fallback=|| "no such page">
                    <Route path=path!("/") view=Fleet/>
                    <Route path=path!("/attention") view=AttentionCards/>
                    <Route path=path!("/clusters/:cluster") view=OverviewPage/>
                </Routes>
            </Router>
        }
    })
    .await
}

fn unreachable() -> ConsoleError {
    let system = System::Cluster("quarry".into());
    ConsoleError::Unavailable { system, cause: "connection refused".into(), may_be_done: false }
}

fn summary(name: &str, error: Option<ConsoleError>) -> ClusterSummary {
    ClusterSummary {
        name: ClusterName::parse(name).unwrap(),
        version: Some("v1.34.2".into()),
        error,
        nodes: vec![],
        pods: vec![(Level::Failed, 3)],
        workloads: vec![],
    }
}

fn overview(troubles: Vec<Trouble>) -> ClusterOverview {
    ClusterOverview {
        summary: summary("harbour", None),
        revision: "1".into(),
        capacity: vec![],
        troubles_total: troubles.len() as u64,
        troubles,
        warnings: vec![],
        quotas: vec![],
        counts: vec![],
        dead_groups: vec![("metrics.k8s.io".into(), "no endpoints".into())],
        another: None,
    }
}

fn at(address: &str, fleet: Vec<ClusterSummary>, troubles: Vec<Trouble>) -> impl Future<Output = String> {
    render(
        address,
        Fake { fleet: Ok(fleet), overview: Ok(overview(troubles)), attention: Err(unreachable()) },
    )
}

fn deployment() -> ResourceRef {
    ResourceRef {
        cluster: ClusterName::parse("harbour").unwrap(),
        kind: KindSlug::parse("deployments").unwrap(),
        namespace: Some(Namespace::parse("shop").unwrap()),
        name: ObjectName::parse("checkout").unwrap(),
    }
}

fn trouble() -> Trouble {
    let status = Status::new(Level::Failed, "3 unavailable").because("0 of 3 pods are available.");
    Trouble { resource: deployment(), kind_title: "Deployment".into(), status, created: None }
}

#[tokio::test]
async fn another_cluster_under_a_name_is_told_of_with_the_form_that_accepts_it() {
    let another =
        AnotherCluster { known: "one-uid".into(), found: "two-uid".into(), since: Timestamp(1_795_405_680) };
    let answers = |another| Fake {
        fleet: Ok(vec![]),
        overview: Ok(ClusterOverview { another, ..overview(vec![]) }),
        attention: Err(unreachable()),
    };

    let html = render("/clusters/harbour", answers(Some(another))).await;

    assert!(html.contains("Another cluster answers under this name"), "{html}");
    assert!(html.contains("one-uid") && html.contains("value=\"two-uid\""), "{html}");
    assert!(html.contains("/api/clusters/accept") && html.contains("value=\"remove\""), "{html}");
    let html = render("/clusters/harbour", answers(None)).await;
    assert!(!html.contains("/api/clusters/accept"), "{html}");
}

#[tokio::test]
async fn what_needs_somebody_is_told_with_where_it_is() {
    let quota = QuotaUse {
        quota: deployment(),
        resource: "requests.cpu".into(),
        used: "19".into(),
        hard: "20".into(),
        share: 0.95,
    };
    let attention = Attention {
        troubles: vec![trouble()],
        troubles_total: 31,
        quotas: vec![quota],
        ..Attention::default()
    };
    let attention = Ok(attention);

    let html =
        render("/attention", Fake { fleet: Ok(vec![]), overview: Err(unreachable()), attention }).await;

    assert!(html.contains("harbour / shop") && html.contains("0 of 3 pods are available."), "{html}");
    assert!(html.contains("30 more") && html.contains("requests.cpu") && html.contains("19 / 20"), "{html}");
}

#[tokio::test]
async fn what_was_rolled_out_since_yesterday_is_told_whoever_did_it() {
    let rollout = |number: i64, images: &[&str]| Rollout {
        resource: deployment(),
        kind_title: "Deployment".into(),
        number,
        at: Timestamp(1_795_405_680),
        images: images.iter().map(|image| (*image).to_owned()).collect(),
        cause: String::new(),
    };
    let rollouts = vec![rollout(7, &["shop/checkout:2.1"]), rollout(1, &[])];
    let answers =
        |attention| Fake { fleet: Ok(vec![]), overview: Err(unreachable()), attention: Ok(attention) };

    let html =
        render("/attention", answers(Attention { rollouts, rollouts_total: 5, ..Attention::default() }))
            .await;

    assert!(html.contains("Rolled out since yesterday") && html.contains("3 more"), "{html}");
    assert!(html.contains("Revision 7") && html.contains("shop/checkout:2.1"), "{html}");
    assert!(
        html.contains("New") && html.contains("/clusters/harbour/deployments/shop/checkout?tab=revisions"),
        "{html}"
    );
    let quiet = render("/attention", answers(Attention::default())).await;
    assert!(!quiet.contains("Rolled out since yesterday"), "{quiet}");
}

#[tokio::test]
async fn the_cluster_in_trouble_comes_first_and_an_unreachable_one_says_why() {
    let fleet = vec![summary("harbour", None), summary("quarry", Some(unreachable()))];

    let html = at("/", fleet, vec![]).await;

    assert!(html.find("/clusters/quarry").unwrap() < html.find("/clusters/harbour").unwrap(), "{html}");
    assert!(html.contains("connection refused"), "{html}");
    assert!(html.contains("/clusters/harbour/pods?search=status%3Afailed"), "{html}");
}

#[tokio::test]
async fn a_cluster_says_how_many_of_its_nodes_and_workloads_are_unwell() {
    let unwell = |nodes, workloads| ClusterSummary {
        nodes: vec![(Level::Failed, nodes), (Level::Healthy, 4)],
        workloads: vec![(Level::Warning, workloads), (Level::Failed, workloads), (Level::Inactive, 1)],
        ..summary("harbour", None)
    };

    for (cluster, words) in [
        (unwell(1, 0), "1 node unwell"),
        (unwell(0, 1), "2 workloads unwell"),
        (unwell(2, 8), "2 nodes, 16 workloads unwell"),
        (unwell(0, 0), "Healthy"),
    ] {
        let html = at("/", vec![cluster], vec![]).await;
        assert!(html.contains(&format!("class=\"status-word\">{words}<")), "{words}: {html}");
    }
}

#[tokio::test]
async fn a_fleet_of_none_says_so() {
    assert!(at("/", vec![], vec![]).await.contains("No cluster to see"));
}

#[tokio::test]
async fn an_overview_leads_to_what_is_unwell_and_names_dead_apis() {
    let html = at("/clusters/harbour", vec![], vec![trouble()]).await;

    assert!(html.contains("href=\"/clusters/harbour/deployments/shop/checkout\""), "{html}");
    assert!(html.contains("0 of 3 pods are available."));
    assert!(html.contains("metrics.k8s.io") && html.contains("no endpoints"), "{html}");
    let line = |title: &str| format!("class=\"health-title\">{title}<");
    assert!(
        html.contains(&line("Pods")) && !html.contains(&line("Workloads")),
        "it is told of pods only: {html}"
    );
}

#[tokio::test]
async fn each_part_of_the_control_plane_says_how_it_is() {
    let html = at("/clusters/harbour", vec![], vec![]).await;

    assert!(
        html.contains("Control plane") && html.contains("Checks that fail: etcd (no leader), log"),
        "{html}"
    );
    assert!(html.contains("Not alive"), "{html}");
    assert!(html.contains("Not heard of since") && html.contains("control-1"), "{html}");
}

#[tokio::test]
async fn a_well_cluster_says_so_and_a_broken_one_offers_to_retry() {
    assert!(at("/clusters/harbour", vec![], vec![]).await.contains("Everything is well"));

    let broken = Fake { fleet: Ok(vec![]), overview: Err(unreachable()), attention: Err(unreachable()) };
    assert!(render("/clusters/quarry", broken).await.contains("connection refused"));
}
