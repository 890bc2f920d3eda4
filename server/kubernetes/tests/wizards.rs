//! What forms ask about a cluster.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod support;

use model::{ConsoleError, KindSlug, Namespace, ObjectName, PodSecurityLevel, ResourceRef};
use serde_json::{Value, json};
use support::{Stage, eventually, harbour};
use workloads_contract::{ClaimSource, LimitOf, Wizards};

fn shop() -> Namespace {
    Namespace::parse("shop").unwrap()
}

fn resource(kind: &str, name: &str) -> ResourceRef {
    ResourceRef {
        cluster: harbour(),
        kind: KindSlug::parse(kind).unwrap(),
        namespace: Some(shop()),
        name: ObjectName::parse(name).unwrap(),
    }
}

fn claim(name: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"namespace": "shop", "name": name},
        "spec": {
            "accessModes": ["ReadWriteOnce", "ReadOnlyMany"], "storageClassName": "fast",
            "volumeMode": "Filesystem", "resources": {"requests": {"storage": "20Gi"}},
        },
    })
}

/// Snapshots as their definition makes them, and a kind that can be scaled.
fn add_kinds(cluster: &playground_kubernetes::Cluster) {
    let schema = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
    let scale =
        json!({"scale": {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"}});
    let snapshots = ("snapshot.storage.k8s.io", "volumesnapshots", "VolumeSnapshot", json!({}));
    let kilns = ("pots.example", "kilns", "Kiln", scale);
    for (group, plural, kind, subresources) in [snapshots, kilns] {
        let definition = cluster.create(json!({
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {
                "name": format!("{plural}.{group}"),
                "annotations": {"api-approved.kubernetes.io": "https://example.com"},
            },
            "spec": {
                "group": group, "scope": "Namespaced",
                "names": {"plural": plural, "singular": kind.to_lowercase(), "kind": kind, "listKind": format!("{kind}List")},
                "versions": [{
                    "name": "v1", "served": true, "storage": true, "subresources": subresources,
                    "schema": {"openAPIV3Schema": schema},
                }],
            },
        }));
        definition.unwrap();
    }
}

#[tokio::test]
async fn a_claim_is_copied_under_a_name_that_is_free_and_by_whoever_sees_it() {
    let stage = Stage::with(|cluster| {
        for name in ["data", "data-copy"] {
            cluster.create(claim(name)).unwrap();
        }
    })
    .await;
    let editor = stage.caller("project-editor", &["shop"]).await;
    let stranger = stage.caller("project-editor", &["bank"]).await;
    let source = resource("persistentvolumeclaims", "data");

    let found = editor.claim_source(source.clone()).await.unwrap();
    let refused = stranger.claim_source(source).await;
    let gone = editor.claim_source(resource("persistentvolumeclaims", "none")).await;
    let other = editor.claim_source(resource("configmaps", "data")).await;

    let expected = ClaimSource {
        name: Some("data-copy-2".into()),
        storage: Some("20Gi".into()),
        storage_class: Some("fast".into()),
        access_modes: vec!["ReadWriteOnce".into(), "ReadOnlyMany".into()],
        volume_mode: Some("Filesystem".into()),
    };
    assert_eq!(found, expected);
    assert!(matches!(refused, Err(ConsoleError::Forbidden { .. })), "{refused:?}");
    assert!(matches!(gone, Err(ConsoleError::NotFound { .. })), "{gone:?}");
    assert!(matches!(other, Err(ConsoleError::Invalid { .. })), "{other:?}");
}

#[tokio::test]
async fn a_snapshot_is_restored_as_large_as_it_is_and_otherwise_like_its_claim() {
    let stage = Stage::with(|cluster| {
        add_kinds(cluster);
        cluster.create(claim("data")).unwrap();
        for (name, of) in [("nightly", "data"), ("orphan", "lost")] {
            let snapshot = json!({
                "apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshot",
                "metadata": {"namespace": "shop", "name": name},
                "spec": {"source": {"persistentVolumeClaimName": of}},
                "status": {"restoreSize": "8Gi"},
            });
            cluster.create(snapshot).unwrap();
        }
    })
    .await;
    let ada = stage.administrator().await;
    let source = |name: &str| resource("volumesnapshots.snapshot.storage.k8s.io", name);

    let nightly = ada.claim_source(source("nightly")).await.unwrap();
    let orphan = ada.claim_source(source("orphan")).await.unwrap();

    assert_eq!(nightly.name.as_deref(), Some("data-restored"));
    assert_eq!((nightly.storage.as_deref(), nightly.storage_class.as_deref()), (Some("8Gi"), Some("fast")));
    let expected =
        ClaimSource { name: Some("lost".into()), storage: Some("8Gi".into()), ..ClaimSource::default() };
    assert_eq!(orphan, expected, "what is lost may be restored under its name");
}

#[tokio::test]
async fn kinds_that_a_cluster_can_scale_are_named_with_their_version() {
    let stage = Stage::with(add_kinds).await;
    let (ada, viewer) = (stage.administrator().await, stage.caller("project-viewer", &["shop"]).await);
    let names = |kinds: Vec<workloads_contract::Scalable>| -> Vec<String> {
        kinds.into_iter().map(|kind| format!("{} {} {}", kind.slug, kind.api_version, kind.kind)).collect()
    };

    let has_kilns =
        |kinds: &Vec<String>| kinds.contains(&"kilns.pots.example pots.example/v1 Kiln".to_owned());
    let all = eventually(|| async { names(ada.scalable(harbour()).await.unwrap()) }, has_kilns).await;
    let of_viewer = names(viewer.scalable(harbour()).await.unwrap());

    for kind in ["deployments apps/v1 Deployment", "replicationcontrollers v1 ReplicationController"] {
        assert!(
            all.contains(&kind.to_owned()) && of_viewer.contains(&kind.to_owned()),
            "{all:?} {of_viewer:?}"
        );
    }
    assert!(!all.iter().any(|kind| kind.starts_with("daemonsets") || kind.starts_with("volumesnapshots")));
    assert!(has_kilns(&of_viewer), "{of_viewer:?}");
}

#[tokio::test]
async fn limits_of_a_project_are_told_to_its_members() {
    let stage = Stage::with(|cluster| {
        let limits = json!([{"type": "Container", "max": {"cpu": "2"}, "default": {"memory": "128Mi"}}]);
        let range = json!({
            "apiVersion": "v1", "kind": "LimitRange", "metadata": {"namespace": "shop", "name": "usual"},
            "spec": {"limits": limits},
        });
        cluster.create(range).unwrap();
    })
    .await;
    let viewer = stage.caller("project-viewer", &["shop"]).await;
    let stranger = stage.caller("project-viewer", &["bank"]).await;

    let lines = viewer.limits(harbour(), shop()).await.unwrap();
    let refused = stranger.limits(harbour(), shop()).await;

    let told: Vec<_> = lines.iter().map(|line| (line.of, &*line.resource, line.most.as_deref())).collect();
    assert_eq!(told, [(LimitOf::Container, "cpu", Some("2")), (LimitOf::Container, "memory", None)]);
    assert!(matches!(refused, Err(ConsoleError::Forbidden { .. })), "{refused:?}");
}

#[tokio::test]
async fn the_level_that_a_namespace_asks_of_its_pods_is_told_to_who_may_see_it() {
    let stage = Stage::with(|cluster| {
        let labels = json!({"pod-security.kubernetes.io/enforce": "baseline"});
        let namespace = json!({
            "apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": labels},
        });
        cluster.apply(namespace).unwrap();
    });
    let stage = stage.await;
    let viewer = stage.caller("project-viewer", &["shop"]).await;
    let stranger = stage.caller("project-viewer", &["bank"]).await;

    let told = viewer.pod_security(harbour(), shop()).await;

    assert_eq!(told, Ok(Some(PodSecurityLevel::Baseline)));
    assert_eq!(stranger.pod_security(harbour(), shop()).await, Ok(None));
    let bank = Namespace::parse("bank").unwrap();
    assert_eq!(stranger.pod_security(harbour(), bank).await, Ok(None), "it says none");
}
