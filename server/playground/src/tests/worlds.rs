//! The worlds that come with the playground.

use std::time::Duration;

use playground_kubernetes::{Cluster, ClusterSettings};

use crate::objects::{integer, is_condition_true, text};
use crate::{Options, start, world};

#[test]
fn every_object_of_every_world_is_accepted() {
    for world in world::worlds() {
        let cluster = Cluster::new(ClusterSettings { version: world.version, ..ClusterSettings::default() });
        if let Err(problem) = world.fill(&cluster, jiff::Timestamp::now()) {
            panic!("{}: {problem}", world.name);
        }
        assert!(cluster.list("nodes", None).len() < 10);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_playground_has_its_troubles_and_its_healthy_parts_and_survives_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let options = Options { snapshot: Some(directory.path().join("playground.tar")), ..Options::default() };
    let playground = start(options.clone()).await.unwrap();
    assert_eq!(playground.names().collect::<Vec<_>>(), ["harbour", "meadow", "lantern"]);
    assert!(playground.kubeconfig().contains("harbour"));

    let harbour = playground.cluster("harbour").unwrap().clone();
    let deployment = |name: &str| harbour.get("deployments.apps", Some("shop"), name).unwrap().parse();
    let pods = || harbour.list("pods", None).iter().map(|pod| pod.parse()).collect::<Vec<_>>();
    let settled = || {
        let reason = |reason: &str| {
            pods().iter().any(|pod| text(pod, "/status/containerStatuses/0/state/waiting/reason") == reason)
        };
        integer(&deployment("storefront"), "/status/availableReplicas").unwrap_or(0) >= 3
            && reason("CrashLoopBackOff")
            && reason("ImagePullBackOff")
            && pods().iter().any(|pod| text(pod, "/status/phase") == "Succeeded")
            && pods().iter().any(|pod| {
                text(pod, "/status/containerStatuses/0/lastState/terminated/reason") == "OOMKilled"
            })
            && is_condition_true(
                &harbour.get("nodes", None, "harbour-worker-4").unwrap().parse(),
                "MemoryPressure",
            )
    };
    for _ in 0..1200 {
        if settled() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(settled(), "after two minutes the world is not what it should be");
    let quota = harbour.get("resourcequotas", Some("payments"), "payments").unwrap().parse();
    assert_eq!(text(&quota, "/status/used/pods"), "7");
    playground.stop().await.unwrap();
    let before = harbour.list("secrets", None).len();

    let again = start(options).await.unwrap();
    let harbour = again.cluster("harbour").unwrap();
    assert_eq!(harbour.list("secrets", None).len(), before);
    assert!(harbour.get("deployments.apps", Some("shop"), "checkout").is_some());
    again.stop().await.unwrap();
}
