//! What pods use, as the cluster's metrics API tells it.

use crate::support::{Stage, eventually, harbour, pod};
use model::{ConsoleError, KindSlug, ResourceRef};
use playground_kubernetes::{ContainerUsage, Effect, FaultRule, Kubelet, Usage};
use resources_contract::{PodUse, PodUses, Resources};
use serde_json::{Value, json};
use std::sync::Arc;

/// Measures every pod but those that are new.
struct Measures;

impl Kubelet for Measures {
    fn pod_metrics(&self, pod: &Value) -> Option<Vec<ContainerUsage>> {
        let usage = Usage { cpu_nanocores: 2_000_000_000, memory_bytes: 64 << 10 };
        let is_measured = pod["metadata"]["name"] != "new";
        is_measured.then(|| vec![ContainerUsage { container: "main".into(), usage }])
    }
}

#[tokio::test]
async fn what_pods_use_is_told_to_who_may_see_them_and_never_guessed() {
    let stage = Stage::run_by(Arc::new(Measures)).await;
    for name in ["web-0", "new"] {
        stage.add_pod("shop", name);
    }
    let mut other = pod("shop", "other");
    other["metadata"]["labels"] = json!({"app": "other"});
    stage.cluster.create(other).unwrap();
    stage
        .cluster
        .create(json!({
            "apiVersion": "v1", "kind": "Service", "metadata": {"namespace": "shop", "name": "web"},
            "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]},
        }))
        .unwrap();
    let web = ResourceRef {
        cluster: harbour(),
        kind: KindSlug::parse("services").unwrap(),
        namespace: Some("shop".parse().unwrap()),
        name: "web".parse().unwrap(),
    };
    let (viewer, stranger) =
        (stage.caller("project-viewer", &["shop"]).await, stage.caller("project-viewer", &["bank"]).await);

    let used = eventually(
        || viewer.pod_use(web.clone()),
        |used| matches!(used, Ok(PodUses::Measured(pods)) if !pods.is_empty()),
    )
    .await;

    let expected = PodUse { pod: "web-0".parse().unwrap(), cores: Some(2.0), bytes: Some(65_536.0) };
    assert_eq!(used, Ok(PodUses::Measured(vec![expected])));
    assert_eq!(stranger.pod_use(web.clone()).await, Ok(PodUses::Unseen));
    stage.cluster.faults().add(FaultRule {
        path_prefix: "/apis/metrics.k8s.io".into(),
        effect: Effect::Unavailable,
        ..FaultRule::default()
    });
    assert!(matches!(viewer.pod_use(web).await, Err(ConsoleError::Unavailable { .. })));
}
