//! What clusters do wrong: each time the message names the system and the cause, and the rest of the page lives.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod support;

use kube::config::AuthInfo;
use model::{ConsoleError, KindSlug, ResourceRef, TableQuery};
use playground_kubernetes::{Effect, FaultRule};
use resources_contract::Resources;
use serde_json::json;
use support::{Stage, administrator_by, eventually, harbour, pod};

fn of(kind: &str) -> TableQuery {
    TableQuery::of(harbour(), KindSlug::parse(kind).unwrap())
}

fn on_lists_of_pods(remaining: Option<u32>, effect: Effect) -> FaultRule {
    FaultRule {
        verbs: vec!["list".into()],
        resource: "pods".into(),
        remaining,
        effect,
        ..FaultRule::default()
    }
}

#[tokio::test]
async fn a_certificate_of_somebody_else_is_said_to_be_the_cause() {
    let (stage, other) = (Stage::new().await, Stage::new().await);
    let mut config = stage.config().await;
    config.root_cert = other.config().await.root_cert;

    let error = administrator_by(config).await.table(of("pods")).await.unwrap_err();

    assert!(matches!(error, ConsoleError::Unavailable { .. }), "{error:?}");
    let message = error.to_string();
    assert!(message.starts_with("cluster harbour did not answer as it should: "), "{message}");
    assert!(message.contains("certificate"), "{message}");
}

#[tokio::test]
async fn a_token_that_has_expired_is_said_to_be_the_consoles_own() {
    let stage = Stage::new().await;
    let mut config = stage.config().await;
    config.auth_info = AuthInfo { token: Some("expired".to_owned().into()), ..AuthInfo::default() };

    let error = administrator_by(config).await.table(of("pods")).await.unwrap_err();

    assert_eq!(
        error.to_string(),
        "cluster harbour did not answer as it should: it does not accept the console's own credential any more; \
         renew it in the console's kubeconfig"
    );
}

#[tokio::test]
async fn a_cluster_that_trickles_holds_up_only_what_trickles() {
    let stage = Stage::with(|cluster| {
        cluster.insert_bulk((0..400).map(|n| pod("shop", &format!("web-{n}"))));
        cluster.faults().add(on_lists_of_pods(None, Effect::SlowBytes { bytes_per_second: 100 }));
    })
    .await;
    let ada = stage.administrator().await;

    let (pods, namespaces) = tokio::join!(ada.table(of("pods")), ada.table(of("namespaces")));

    assert!(namespaces.unwrap().total >= 2);
    assert_eq!(
        pods.unwrap_err().to_string(),
        "cluster harbour did not answer as it should: pods are still being read"
    );
}

#[tokio::test]
async fn a_list_whose_place_is_forgotten_begins_again_and_mixes_nothing() {
    let stage = Stage::with(|cluster| {
        cluster.insert_bulk((0..1_203).map(|n| pod("shop", &format!("web-{n:04}"))));
        // The first page comes; the token for the second is too old.
        cluster.faults().add(on_lists_of_pods(Some(1), Effect::Delay { milliseconds: 0 }));
        cluster.faults().add(on_lists_of_pods(Some(1), Effect::Gone));
    })
    .await;
    let ada = stage.administrator().await;

    let is_complete =
        |table: &Result<model::Table, _>| table.as_ref().is_ok_and(|table| table.total == 1_203);
    eventually(|| ada.table(of("pods")), is_complete).await.unwrap();

    assert!(stage.cluster.faults().rules().iter().all(|rule| rule.remaining == Some(0)));
}

/// What etcd takes for one object, in bytes (`--max-request-bytes`).
const LARGEST: usize = 3 << 19;

#[tokio::test]
async fn objects_of_a_megabyte_and_a_half_are_shown_like_others() {
    let large = |name: &str| {
        json!({
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": format!("{name}.example.org")},
            "spec": {"group": "example.org", "scope": "Namespaced",
                     "names": {"plural": name, "singular": name, "kind": "Thing"},
                     "versions": [{"name": "v1", "served": true, "storage": true,
                                   "schema": {"openAPIV3Schema": {"type": "object",
                                              "description": "x".repeat(LARGEST - (64 << 10))}}}]},
        })
    };
    let stage = Stage::with(|cluster| drop(cluster.create(large("before")).unwrap())).await;
    let ada = stage.administrator().await;
    let definitions = of("customresourcedefinitions");
    let has = |count: u64| {
        move |table: &Result<model::Table, ConsoleError>| {
            table.as_ref().is_ok_and(|table| table.total == count)
        }
    };
    let before =
        eventually(|| ada.table(definitions.clone()), |table| table.as_ref().is_ok_and(|t| t.total > 0))
            .await
            .unwrap();

    stage.cluster.create(large("after")).unwrap();
    eventually(|| ada.table(definitions.clone()), has(before.total + 1)).await.unwrap();

    let after = ResourceRef {
        cluster: harbour(),
        kind: "customresourcedefinitions".parse().unwrap(),
        namespace: None,
        name: "after.example.org".parse().unwrap(),
    };
    assert_eq!(ada.object(after.clone()).await.unwrap().resource, after);
}
