//! What overviews count and list.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod support;

use clusters_contract::Clusters;
use kubernetes::{ReadEvents, RolloutsOf, Workloads};
use model::{KindSlug, Level, Namespace, ObjectName, ResourceRef, Timestamp};
use playground_kubernetes::Cluster;
use resources_contract::Resources;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use support::{Stage, eventually, harbour, pod};

/// A set none of whose pods is there; its uid.
fn add_set(cluster: &Cluster, kind: &str, name: &str, owners: &Value) -> String {
    let labels = json!({"app": name});
    let (version, selector) = match kind {
        "ReplicaSet" => ("apps/v1", json!({"matchLabels": &labels})),
        _ => ("v1", labels.clone()),
    };
    let template = json!({
        "metadata": {"labels": labels},
        "spec": {"containers": [{"name": "main", "image": "registry.example/web:1"}]},
    });
    let set = json!({
        "apiVersion": version, "kind": kind,
        "metadata": {"namespace": "shop", "name": name, "ownerReferences": owners},
        "spec": {"replicas": 1, "selector": selector, "template": template},
        "status": {"replicas": 1, "availableReplicas": 0, "observedGeneration": 1},
    });
    let made = cluster.create(set).unwrap().parse();
    made["metadata"]["uid"].as_str().unwrap().to_owned()
}

fn owner(version: &str, kind: &str, name: &str, uid: &str) -> Value {
    json!([{"apiVersion": version, "kind": kind, "name": name, "uid": uid, "controller": true}])
}

fn add_failed_pod(cluster: &Cluster, name: &str, owners: Value) {
    let mut pod = pod("shop", name);
    pod["metadata"]["ownerReferences"] = owners;
    pod["status"] = json!({"phase": "Failed"});
    cluster.create(pod).unwrap();
}

#[tokio::test]
async fn sets_that_nothing_makes_are_workloads_and_others_are_parts_of_one() {
    let stage = Stage::with(|cluster| {
        let alone = add_set(cluster, "ReplicaSet", "alone", &json!([]));
        let old = add_set(cluster, "ReplicationController", "old", &json!([]));
        // Something else that makes sets; what has no owner left would be deleted.
        let canary = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"namespace": "shop", "name": "canary"}});
        let canary = cluster.create(canary).unwrap().parse();
        let rollout = owner("v1", "ConfigMap", "canary", canary["metadata"]["uid"].as_str().unwrap());
        let made = add_set(cluster, "ReplicaSet", "made", &rollout);
        add_failed_pod(cluster, "alone-a", owner("apps/v1", "ReplicaSet", "alone", &alone));
        add_failed_pod(cluster, "old-a", owner("v1", "ReplicationController", "old", &old));
        add_failed_pod(cluster, "made-a", owner("apps/v1", "ReplicaSet", "made", &made));
    })
    .await;
    let (ada, stranger) = (stage.administrator().await, stage.caller("project-viewer", &["bank"]).await);

    let overview = eventually(
        || ada.overview(harbour()),
        |overview| overview.as_ref().is_ok_and(|overview| overview.troubles_total == 3),
    );
    let overview = overview.await.unwrap();

    let mut told: Vec<String> =
        overview.troubles.iter().map(|trouble| trouble.resource.name.to_string()).collect();
    told.sort();
    assert_eq!(told, ["alone", "made-a", "old"]);
    assert_eq!(overview.summary.workloads, [(Level::Failed, 2)]);
    assert_eq!(overview.summary.level(), Level::Warning);
    assert_eq!(ada.attention().await.unwrap().troubles_total, 3);
    let of_stranger = stranger.overview(harbour()).await.unwrap();
    assert_eq!((of_stranger.troubles_total, of_stranger.summary.workloads), (0, Vec::new()));
    // Whoever may see as much is told the same, and nobody what was added up for somebody else.
    let (sue, member) = (stage.administrator().await, stage.caller("project-viewer", &["shop"]).await);
    let of_sue = sue.overview(harbour()).await.unwrap();
    assert_eq!((of_sue.troubles_total, of_sue.capacity.len()), (3, 3));
    let of_member = member.overview(harbour()).await.unwrap();
    assert_eq!((of_member.troubles_total, of_member.capacity.len()), (3, 0));
    assert_eq!(stranger.overview(harbour()).await.unwrap().troubles_total, 0);
}

#[tokio::test]
async fn what_was_rolled_out_is_told_to_who_may_see_it_and_of_a_project_all_that_is_known() {
    let stage = Stage::with(|cluster| {
        let labels = json!({"app": "web"});
        let template = json!({
            "metadata": {"labels": labels},
            "spec": {"containers": [{"name": "web", "image": "registry.example/web:2"}]},
        });
        let spec = json!({"replicas": 0, "selector": {"matchLabels": labels}, "template": template});
        let deployment = json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"namespace": "shop", "name": "web"},
            "spec": spec,
        });
        let made = cluster.create(deployment).unwrap().parse();
        for (number, at) in [(2, "2020-01-01T00:00:00Z"), (3, "2999-01-01T00:00:00Z")] {
            let set = json!({
                "apiVersion": "apps/v1", "kind": "ReplicaSet",
                "metadata": {
                    "namespace": "shop", "name": format!("web-{number}"), "creationTimestamp": at,
                    "annotations": {"deployment.kubernetes.io/revision": number.to_string()},
                    "ownerReferences": owner("apps/v1", "Deployment", "web", made["metadata"]["uid"].as_str().unwrap()),
                },
                "spec": spec,
            });
            cluster.create(set).unwrap();
        }
    })
    .await;
    let (ada, stranger) = (stage.administrator().await, stage.caller("project-viewer", &["bank"]).await);
    let shop = ResourceRef {
        cluster: harbour(),
        kind: KindSlug::parse("namespaces").unwrap(),
        namespace: None,
        name: ObjectName::parse("shop").unwrap(),
    };

    let history = eventually(
        || ada.history(shop.clone()),
        |history| {
            history.as_ref().is_ok_and(|history| history.rollouts.iter().any(|rollout| rollout.number == 3))
        },
    );
    let history = history.await.unwrap();
    let attention = ada.attention().await.unwrap();

    let told: Vec<_> = history.rollouts.iter().map(|one| (one.resource.to_string(), one.number)).collect();
    assert!(told.contains(&("deployments/shop/web".to_owned(), 2)), "{told:?}");
    assert_eq!(history.rollouts[0].images, ["registry.example/web:2"]);
    assert_eq!(history.rollouts[0].kind_title, "Deployment");
    let late: Vec<i64> = attention.rollouts.iter().map(|rollout| rollout.number).collect();
    assert!(late.contains(&3) && !late.contains(&2), "{late:?}");
    assert_eq!(attention.rollouts_total, late.len() as u64);
    assert_eq!(stranger.attention().await.unwrap().rollouts_total, 0);
    assert!(stranger.history(shop).await.is_err(), "it is not theirs to see");

    // Charts mark those of a stretch of time, of one workload.
    let of = |kind: &str| RolloutsOf {
        namespace: Some(Namespace::parse("shop").unwrap()),
        kind: Some(KindSlug::parse(kind).unwrap()),
        name: Some("web".into()),
    };
    let in_2020 = (Timestamp(1_577_836_800), Timestamp(1_577_836_859));
    let (found, total) = ada.rollouts_of(&harbour(), &of("deployments"), in_2020, 10).await.unwrap().unwrap();
    let numbers: Vec<i64> = found.iter().map(|rollout| rollout.number).collect();
    assert_eq!((numbers, total), (vec![2], 1));
    let others = ada.rollouts_of(&harbour(), &of("statefulsets"), in_2020, 10).await.unwrap();
    assert_eq!(others, Some((Vec::new(), 0)), "another one may be called so");
    let theirs = stranger.rollouts_of(&harbour(), &of("deployments"), in_2020, 10).await.unwrap();
    assert!(theirs.is_none_or(|(found, _)| found.is_empty()), "it is not theirs to see");
}

#[tokio::test]
async fn namespaces_say_what_becomes_of_them_and_how_many_workloads_in_them_are_unwell() {
    let stage = Stage::with(|cluster| {
        add_set(cluster, "ReplicaSet", "alone", &json!([]));
        add_set(cluster, "ReplicationController", "old", &json!([]));
        let going = json!({
            "apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "going"},
            "status": {"phase": "Terminating"},
        });
        cluster.create(going).unwrap();
    })
    .await;
    let names =
        |names: &[&str]| names.iter().map(|name| name.parse().unwrap()).collect::<BTreeSet<Namespace>>();
    let asked = names(&["shop", "bank", "going", "nowhere"]);
    let (ada, member) = (stage.administrator().await, stage.caller("project-viewer", &["bank"]).await);
    let harbour = harbour();

    let of_ada = eventually(
        || ada.workloads_in(&harbour, &asked),
        |found| found.as_ref().is_ok_and(|found| found.values().any(|count| count.all == 2)),
    );
    let of_ada = of_ada.await.unwrap();

    let two = Workloads { unwell: 2, all: 2 };
    assert_eq!(of_ada.get(&"shop".parse().unwrap()), Some(&two));
    assert_eq!(
        of_ada.get(&"bank".parse().unwrap()),
        Some(&Workloads::default()),
        "there are none, which is known"
    );
    let of_member = member.workloads_in(&harbour, &asked).await.unwrap();
    assert_eq!(
        of_member.into_keys().collect::<BTreeSet<_>>(),
        names(&["bank"]),
        "others are not theirs to see"
    );
    let statuses = stage.kubernetes.namespace_statuses(&harbour).await.unwrap();
    let word = |name: &str| statuses.get(&name.parse().unwrap()).map(|status| status.word.as_str());
    assert_eq!((word("shop"), word("going"), word("nowhere")), (Some("Active"), Some("Terminating"), None));
}

#[tokio::test]
async fn the_control_plane_is_told_of_to_who_may_read_its_leases() {
    let stage = Stage::new().await;
    let (ada, member) = (stage.administrator().await, stage.caller("project-viewer", &["shop"]).await);

    let parts = ada.components(harbour()).await.unwrap();

    assert!(!parts.is_empty());
    assert_eq!(member.components(harbour()).await.unwrap(), [], "they see nodes, as every member does");
}

fn event(name: &str, count: u32) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Event", "metadata": {"namespace": "shop", "name": name},
        "involvedObject": {"apiVersion": "v1", "kind": "Pod", "namespace": "shop", "name": "web-0", "uid": "none"},
        "reason": "BackOff", "type": "Warning", "message": "Back-off", "count": count,
        "source": {"component": "kubelet"}, "lastTimestamp": "2026-11-26T09:00:10Z",
    })
}

/// How long it is waited for a cluster to tell what happens.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

/// How often events have happened that did since, in the parts in which they are read.
async fn happened(cluster: &kubernetes::Cluster, read: &mut ReadEvents, most: usize) -> Vec<Vec<i64>> {
    let mut happening = cluster.happened(read, PATIENCE).await.unwrap();
    let mut parts = Vec::new();
    while let Some(events) = happening.next(most).await {
        parts.push(events.into_iter().map(|event| event.times).collect());
    }
    *read = happening.read();
    parts
}

#[tokio::test]
async fn events_are_read_once_each_time_they_happen() {
    let stage = Stage::with(|cluster| drop(cluster.create(event("one", 1)).unwrap())).await;
    let cluster = std::sync::Arc::clone(stage.kubernetes.clusters().next().unwrap());
    let mut read = ReadEvents::default();

    let mut seen = happened(&cluster, &mut read, 100).await.concat();
    assert_eq!(seen, [1]);
    assert!(happened(&cluster, &mut read, 100).await.is_empty(), "nothing happened since");
    stage.cluster.create(event("two", 2)).unwrap();
    while seen.len() < 2 {
        seen.extend(happened(&cluster, &mut read, 100).await.concat());
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let again = happened(&cluster, &mut ReadEvents::default(), 100).await.concat();

    assert_eq!(seen, [1, 2]);
    assert_eq!(again.len(), 2, "whoever begins reads all that are there");
}

#[tokio::test]
async fn however_many_events_there_are_so_many_are_read_at_a_time() {
    let stage = Stage::with(|cluster| {
        for number in 1..=5 {
            cluster.create(event(&format!("event-{number}"), number)).unwrap();
        }
    });
    let stage = stage.await;
    let cluster = std::sync::Arc::clone(stage.kubernetes.clusters().next().unwrap());

    let parts = happened(&cluster, &mut ReadEvents::default(), 2).await;

    assert_eq!(parts.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
    let mut all = parts.concat();
    all.sort_unstable();
    assert_eq!(all, [1, 2, 3, 4, 5]);
}
