//! The worlds that come with the playground.

use std::time::Duration;

use playground_kubernetes::{Cluster, ClusterSettings};
use serde_json::Value;
use tokio::time::Instant;

use super::PATIENCE;
use crate::objects::{integer, is_condition_true, text};
use crate::{Options, start, world};

/// Something that is so at some time in every new harbour, if only for a moment.
type Sight = (&'static str, fn(&Cluster) -> bool);

const EXPECTED: &[Sight] = &[
    ("the storefront serves", |harbour| {
        let storefront = harbour.get("deployments.apps", Some("shop"), "storefront").unwrap().parse();
        integer(&storefront, "/status/availableReplicas").unwrap_or(0) >= 3
    }),
    ("a pod crashes over and over", |harbour| is_any_waiting(harbour, "CrashLoopBackOff")),
    ("an image cannot be pulled", |harbour| is_any_waiting(harbour, "ImagePullBackOff")),
    ("a pod has finished", |harbour| {
        pods(harbour).iter().any(|pod| text(pod, "/status/phase") == "Succeeded")
    }),
    ("a container ran out of memory", |harbour| {
        pods(harbour)
            .iter()
            .any(|pod| text(pod, "/status/containerStatuses/0/lastState/terminated/reason") == "OOMKilled")
    }),
    ("a node is short of memory", |harbour| {
        let node = harbour.get("nodes", None, "harbour-worker-4").unwrap();
        is_condition_true(&node.parse(), "MemoryPressure")
    }),
    ("a quota is used up", |harbour| {
        let quota = harbour.get("resourcequotas", Some("payments"), "payments").unwrap().parse();
        text(&quota, "/status/used/pods") == "7"
    }),
];

fn pods(cluster: &Cluster) -> Vec<Value> {
    cluster.list("pods", None).iter().map(|pod| pod.parse()).collect()
}

fn is_any_waiting(cluster: &Cluster, reason: &str) -> bool {
    pods(cluster).iter().any(|pod| text(pod, "/status/containerStatuses/0/state/waiting/reason") == reason)
}

/// Waits until each sight has been seen once.
async fn until_seen(cluster: &Cluster, sights: &[Sight]) {
    let mut missing = sights.to_vec();
    let end = Instant::now() + PATIENCE;
    while !missing.is_empty() {
        assert!(
            Instant::now() < end,
            "never seen: {:?}",
            missing.iter().map(|(what, _)| what).collect::<Vec<_>>()
        );
        missing.retain(|(_, is_so)| !is_so(cluster));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

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

#[test]
fn a_certificate_of_the_lantern_is_made_with_its_world() {
    let world = world::worlds().iter().find(|world| world.name == "lantern").unwrap();
    let cluster = Cluster::new(ClusterSettings { version: world.version, ..ClusterSettings::default() });

    world.fill(&cluster, jiff::Timestamp::now()).unwrap();

    let secret = cluster.get("secrets", Some("kiosk"), "kiosk-tls").unwrap().parse();
    // `-----BEGIN` as secrets hold it.
    assert!(secret["data"]["tls.crt"].as_str().unwrap().starts_with("LS0tLS1CRUdJTi"), "{secret}");
    assert!(secret["data"]["tls.key"].as_str().unwrap().starts_with("LS0tLS1CRUdJTi"), "{secret}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_playground_has_its_troubles_and_its_healthy_parts_and_survives_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let options = Options { snapshot: Some(directory.path().join("playground.tar")), ..Options::default() };
    let playground = start(options.clone()).await.unwrap();
    assert_eq!(playground.names().collect::<Vec<_>>(), ["harbour", "meadow", "lantern"]);
    assert!(playground.kubeconfig().contains("harbour"));

    let harbour = playground.cluster("harbour").unwrap().clone();
    until_seen(&harbour, EXPECTED).await;
    playground.stop().await.unwrap();
    let before = harbour.list("secrets", None).len();

    let again = start(options).await.unwrap();
    let harbour = again.cluster("harbour").unwrap();
    assert_eq!(harbour.list("secrets", None).len(), before);
    assert!(harbour.get("deployments.apps", Some("shop"), "checkout").is_some());
    again.stop().await.unwrap();
}
