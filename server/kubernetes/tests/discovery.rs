//! What a cluster serves, when it is slow to say or partly dead.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod support;

use clusters_contract::Clusters;
use model::{ConsoleError, KindSlug, TableQuery};
use playground_kubernetes::{Effect, FaultRule};
use resources_contract::Resources;
use support::{Stage, eventually, harbour};

#[tokio::test]
async fn a_cluster_that_does_not_say_what_it_serves_is_named() {
    let stage = Stage::with(|cluster| {
        cluster.faults().add(FaultRule {
            verbs: vec!["get".into()],
            path_prefix: "/api".into(),
            effect: Effect::Delay { milliseconds: 600_000 },
            ..FaultRule::default()
        });
    })
    .await;
    let pods = TableQuery::of(harbour(), KindSlug::parse("pods").unwrap());

    let error = stage.administrator().await.table(pods).await.unwrap_err();

    assert!(matches!(error, ConsoleError::Unavailable { .. }), "{error:?}");
    assert_eq!(error.to_string(), "cluster harbour did not answer as it should: no answer within 5 s");
}

#[tokio::test]
async fn requests_do_not_grow_with_the_number_of_viewers() {
    let stage = Stage::new().await;
    stage.add_pod("shop", "web-0");
    let ada = stage.administrator().await;
    let overview = eventually(
        || ada.overview(harbour()),
        |overview| overview.as_ref().is_ok_and(|overview| overview.summary.error.is_none()),
    )
    .await
    .unwrap();
    assert!(overview.summary.version.is_some());
    ada.navigation(harbour()).await.unwrap();

    // A fault that does nothing but count.
    let count = FaultRule {
        remaining: Some(1_000),
        effect: Effect::Delay { milliseconds: 0 },
        ..FaultRule::default()
    };
    stage.cluster.faults().add(count);
    let bob = stage.caller("project-viewer", &["shop"]).await;
    for _ in 0..10 {
        for viewer in [&ada, &bob] {
            viewer.overview(harbour()).await.unwrap();
            viewer.fleet().await.unwrap();
            viewer.navigation(harbour()).await.unwrap();
        }
    }

    // Stores that had only begun, and what the cluster serves, may have been asked for meanwhile, on nobody's behalf.
    let requests = 1_000 - stage.cluster.faults().rules()[0].remaining.unwrap();
    assert!(requests <= 20, "{requests} requests for 60 questions");
}
