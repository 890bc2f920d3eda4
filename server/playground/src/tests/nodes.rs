//! Scheduling, draining and losing nodes.

use jiff::{SignedDuration, Timestamp};
use playground_kubernetes::{Cluster, ClusterSettings};
use serde_json::{Value, json};
use std::time::Duration;

use super::{Laboratory, deployment};
use crate::objects::{Key, integer, is_condition_true, is_deleting, is_pod_ready, precise_time, text};

const STOREFRONT: &str = "registry.sunfield.example/shop/storefront:5.2.0";

#[tokio::test(flavor = "multi_thread")]
async fn a_pod_without_a_node_says_why_and_starts_when_there_is_room() {
    let laboratory = Laboratory::new(2);
    laboratory.add(
        &json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "large", "namespace": "shop" },
            "spec": { "containers": [{
                "name": "main", "image": STOREFRONT, "resources": { "requests": { "memory": "12Gi" } },
            }] },
        })
        .to_string(),
    );

    laboratory
        .until("the scheduler has spoken", |laboratory| !laboratory.events("FailedScheduling").is_empty())
        .await;
    assert_eq!(
        laboratory.events("FailedScheduling")[0],
        "0/2 nodes are available: 2 Insufficient memory. preemption: 0/2 nodes are available: \
         2 No preemption victims found for incoming pod."
    );

    laboratory.add(
        "apiVersion: v1\nkind: Node\nmetadata: { name: big }\nstatus: { allocatable: { cpu: '8', memory: 64Gi, pods: '110' } }\n",
    );
    laboratory
        .until("the large pod runs", |laboratory| {
            text(&laboratory.get("pods", "large"), "/status/phase") == "Running"
        })
        .await;
    assert_eq!(text(&laboratory.get("pods", "large"), "/spec/nodeName"), "big");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_budget_counts_what_may_be_disturbed() {
    let laboratory = Laboratory::new(2);
    laboratory.add(&deployment("front", STOREFRONT, 3));
    laboratory.add(
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: front, namespace: shop }\n\
         spec: { minAvailable: 2, selector: { matchLabels: { app: front } } }\n",
    );

    laboratory
        .until("one pod may be disturbed", |laboratory| {
            let budget = laboratory.get("poddisruptionbudgets.policy", "front");
            integer(&budget, "/status/disruptionsAllowed") == Some(1)
        })
        .await;

    let mut budgets = laboratory.site.cluster.subscribe("poddisruptionbudgets.policy");
    let victim = laboratory.pods()[0].clone();
    laboratory.site.delete("pods", &Key::of(&victim)).unwrap();
    let allows =
        |count: i64| move |budget: &Value| integer(budget, "/status/disruptionsAllowed") == Some(count);
    Laboratory::follow("none may be disturbed while one is missing", &mut budgets, allows(0)).await;
    Laboratory::follow("the pod has been replaced", &mut budgets, allows(1)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_budget_forgets_evictions_once_the_pods_are_gone() {
    let laboratory = Laboratory::new(2);
    laboratory.add(&deployment("front", STOREFRONT, 3));
    laboratory.add(
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: front, namespace: shop }\n\
         spec: { minAvailable: 1, selector: { matchLabels: { app: front } } }\n",
    );
    let allowed = |laboratory: &Laboratory| {
        integer(&laboratory.get("poddisruptionbudgets.policy", "front"), "/status/disruptionsAllowed")
    };
    laboratory.until("two pods may be disturbed", |laboratory| allowed(laboratory) == Some(2)).await;
    let mut budgets = laboratory.site.cluster.subscribe("poddisruptionbudgets.policy");
    let pod = crate::objects::name(&laboratory.pods()[0]).to_owned();

    // From the near future, because the two minutes that this counts are two seconds here, and a busy machine may miss them.
    let evicted = laboratory.site.clock.later(Duration::from_secs(600));
    laboratory.change("poddisruptionbudgets.policy", "front", |budget| {
        budget["status"]["disruptedPods"] =
            json!({ pod.as_str(): crate::objects::time(evicted), "gone": "2026-01-01T00:00:00Z" });
    });

    let counts_as_gone = |budget: &Value| {
        let evicted = &budget["status"]["disruptedPods"];
        integer(budget, "/status/disruptionsAllowed") == Some(1)
            && evicted["gone"].is_null()
            && evicted[&pod].is_string()
    };
    Laboratory::follow("the evicted pod counts as gone", &mut budgets, counts_as_gone).await;
    let has_stayed = |budget: &Value| {
        budget["status"].get("disruptedPods").is_none()
            && integer(budget, "/status/disruptionsAllowed") == Some(2)
    };
    Laboratory::follow("a pod that was not deleted counts again", &mut budgets, has_stayed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pods_leave_a_node_that_fell_silent() {
    let laboratory = Laboratory::new(1);
    laboratory.add(&deployment("front", STOREFRONT, 2));
    laboratory
        .until("both pods are ready", |laboratory| {
            laboratory.pods().iter().filter(|pod| is_pod_ready(pod)).count() == 2
        })
        .await;
    laboratory
        .site
        .cluster
        .update("nodes", None, "node-0", |node| {
            node["metadata"]["annotations"] = json!({ "playground.orrery.dev/behaviour": "lost-contact" });
        })
        .unwrap();

    laboratory
        .until("the node is unknown", |laboratory| {
            let node = laboratory.site.get("nodes", "", "node-0").unwrap();
            let ready =
                crate::objects::condition(&node, "Ready").map(|ready| text(ready, "/status").to_owned());
            ready.as_deref() == Some("Unknown")
        })
        .await;
    laboratory
        .until("its pods are to go", |laboratory| {
            let (going, staying): (Vec<_>, Vec<_>) =
                laboratory.pods().into_iter().partition(|pod| is_deleting(pod));
            going.len() == 2 && staying.len() == 2
        })
        .await;
    assert!(laboratory.pods().iter().all(|pod| !is_condition_true(pod, "Ready")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_world_restored_after_an_hour_has_lost_no_node() {
    let before = Laboratory::new(2);
    let is_ready = |laboratory: &Laboratory| {
        let nodes = laboratory.site.list_all("nodes");
        nodes.iter().all(|node| is_condition_true(node, "Ready"))
    };
    before.until("the nodes are ready", is_ready).await;
    before.stop.cancel();
    let saved = before.site.cluster.snapshot();

    let cluster = Cluster::new(ClusterSettings::default());
    cluster.restore(&saved).unwrap();
    let hour_ago = precise_time(Timestamp::now() - SignedDuration::from_hours(1));
    for lease in cluster.list("leases.coordination.k8s.io", Some("kube-node-lease")) {
        let age = |lease: &mut Value| lease["spec"]["renewTime"] = hour_ago.as_str().into();
        cluster.update("leases.coordination.k8s.io", lease.namespace(), lease.name(), age).unwrap();
    }
    let mut nodes = cluster.subscribe("nodes");
    let after = Laboratory::around(cluster);
    after.run();
    after
        .until("every node has reported", |laboratory| {
            let leases = laboratory.site.list("leases.coordination.k8s.io", "kube-node-lease");
            leases.iter().all(|lease| text(lease, "/spec/renewTime") != hour_ago)
        })
        .await;
    after.until("the nodes are ready", is_ready).await;

    while let Some(change) = nodes.try_next() {
        assert!(is_condition_true(&change.object.parse(), "Ready"), "{} was lost", change.object.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_knows_the_addresses_of_its_ready_pods() {
    let laboratory = Laboratory::new(1);
    laboratory.add(&deployment("front", STOREFRONT, 2));
    laboratory.add(
        "apiVersion: v1\nkind: Service\nmetadata: { name: front, namespace: shop }\n\
         spec: { selector: { app: front }, ports: [{ port: 80, targetPort: http }] }\n",
    );

    laboratory
        .until("both addresses are there", |laboratory| {
            laboratory
                .site
                .get("endpoints", "shop", "front")
                .is_some_and(|endpoints| crate::objects::array(&endpoints, "/subsets/0/addresses").len() == 2)
        })
        .await;
    let endpoints = laboratory.get("endpoints", "front");
    assert_eq!(integer(&endpoints, "/subsets/0/ports/0/port"), Some(8080));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_namespace_is_emptied_before_it_goes() {
    let laboratory = Laboratory::new(1);
    laboratory.add(&deployment("front", STOREFRONT, 2));
    laboratory.until("a pod runs", |laboratory| laboratory.pods().iter().any(|pod| is_pod_ready(pod))).await;

    laboratory.site.delete("namespaces", &Key::new("", "shop")).unwrap();

    laboratory
        .until("the namespace is gone", |laboratory| laboratory.site.get("namespaces", "", "shop").is_none())
        .await;
    assert!(laboratory.pods().is_empty());
}
