//! Search over everything, and what it says about what it could not search.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod support;

use model::System;
use playground_kubernetes::{Cluster, Effect, FaultRule};
use resources_contract::{Resources, SearchResults, Unsearched};
use serde_json::json;
use support::{Stage, eventually};

const WIDGETS: &str = "widgets.example.org";

/// A kind that no page was ever opened of, with an object.
fn add_widgets(cluster: &Cluster) {
    cluster
        .create(json!({
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": WIDGETS},
            "spec": {"group": "example.org", "scope": "Namespaced",
                     "names": {"plural": "widgets", "singular": "widget", "kind": "Widget"},
                     "versions": [{"name": "v1", "served": true, "storage": true,
                                   "schema": {"openAPIV3Schema": {"type": "object",
                                              "x-kubernetes-preserve-unknown-fields": true}}}]},
        }))
        .unwrap();
    cluster
        .create(json!({
            "apiVersion": "example.org/v1", "kind": "Widget",
            "metadata": {"namespace": "shop", "name": "sprocket", "labels": {"colour": "teal"}},
        }))
        .unwrap();
    cluster
        .create(json!({"apiVersion": "v1", "kind": "ServiceAccount",
                       "metadata": {"namespace": "shop", "name": "sprocket-reader"}}))
        .unwrap();
}

fn names(results: &SearchResults) -> Vec<String> {
    let hits = results.groups.iter().flat_map(|group| &group.hits);
    let mut names: Vec<String> = hits.map(|hit| hit.resource.name.to_string()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn kinds_that_nobody_looked_at_are_searched_too() {
    let stage = Stage::with(add_widgets).await;
    let viewer = stage.caller("project-viewer", &["shop"]).await;
    let stranger = stage.caller("project-viewer", &["bank"]).await;

    let found = eventually(
        || async { viewer.search("sprocket".into()).await.unwrap() },
        |found| names(found) == ["sprocket", "sprocket-reader"],
    )
    .await;
    assert!(found.groups.iter().any(|group| group.kind.as_str() == WIDGETS), "{found:?}");

    let by_label = viewer.search("colour=teal".into()).await.unwrap();
    assert_eq!(names(&by_label), ["sprocket"]);
    assert!(stranger.search("sprocket".into()).await.unwrap().groups.is_empty());
}

#[tokio::test]
async fn what_could_not_be_searched_is_named_with_the_reason() {
    for (effect, reason) in [
        (Effect::Delay { milliseconds: 600_000 }, "still being read for the first time"),
        (Effect::Unavailable, "it answered 503"),
    ] {
        let stage = Stage::with(|cluster| {
            add_widgets(cluster);
            cluster.faults().add(FaultRule {
                verbs: vec!["list".into()],
                resource: WIDGETS.into(),
                effect,
                ..FaultRule::default()
            });
        })
        .await;
        let ada = stage.administrator().await;

        let is_named = |found: &SearchResults| {
            let is_meant = |missing: &Unsearched| {
                let is_widgets = missing.kinds.iter().any(|kind| kind.contains("Widget"));
                let is_told = missing.why.outage.is_some() && missing.why.words.contains(reason);
                missing.system == System::Cluster("harbour".into()) && is_widgets && is_told
            };
            names(found) == ["sprocket-reader"] && found.missing.iter().any(is_meant)
        };
        eventually(|| async { ada.search("sprocket".into()).await.unwrap() }, is_named).await;
    }
}
