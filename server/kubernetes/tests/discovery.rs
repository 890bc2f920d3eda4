//! What a cluster serves, when it is slow to say or partly dead.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod support;

use model::{ConsoleError, KindSlug, TableQuery};
use playground_kubernetes::{Effect, FaultRule};
use resources_contract::Resources;
use support::{Stage, harbour};

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
