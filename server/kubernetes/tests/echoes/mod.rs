//! What was changed is on the next page, although the console hears of it by a watch that may take its time.

use crate::support::{Stage, eventually, harbour};
use crate::{WEB, deployment, fault, live, named, stage, target, web};
use kubernetes::DeletedObject;
use model::{ConsoleError, KindSlug, TableQuery};
use playground_kubernetes::{Effect, FaultRule};
use resources_contract::{
    Action, Deletion, Job, ManifestChange, ManyAction, ManyWork, MetadataChange, Propagation, Resources,
    Target,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// From now on the watch of this resource says nothing.
async fn silence(stage: &Stage, resource: &str) {
    stage.cluster.faults().add(fault("watch", resource, Some(1), Effect::WatchHalfOpen));
    let is_silent = |rules: &Vec<FaultRule>| rules.iter().all(|rule| rule.remaining == Some(0));
    eventually(|| async { stage.cluster.faults().rules() }, is_silent).await;
}

/// Makes a change of which the watch tells a moment after it is done.
async fn told_late<T>(stage: &Stage, resource: &str, change: impl Future<Output = T>) -> T {
    silence(stage, resource).await;
    let before = stage.cluster.resource_version();
    let is_done = |version: &u64| *version > before;
    let tell = async {
        eventually(|| async { stage.cluster.resource_version() }, is_done).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        stage.cluster.faults().clear();
    };
    tokio::join!(change, tell).0
}

fn applying(object: &Value) -> ManifestChange {
    ManifestChange { cluster: harbour(), namespace: None, text: object.to_string(), base: None, force: false }
}

fn deployments() -> TableQuery {
    TableQuery::of(harbour(), KindSlug::parse("deployments").unwrap())
}

#[tokio::test]
async fn the_next_page_shows_what_was_done() {
    let stage = stage().await;
    let ada = stage.administrator().await;
    ada.table(deployments()).await.unwrap();
    let names = async || {
        let table = ada.table(deployments()).await.unwrap();
        table.rows.iter().map(|row| row.name.to_string()).collect::<Vec<_>>()
    };

    let annotations = BTreeMap::from([("example.com/note".to_owned(), Some("seen".to_owned()))]);
    let note = Action::SetMetadata(MetadataChange { annotations, ..MetadataChange::default() });
    told_late(&stage, WEB, ada.act(vec![target(&stage)], note)).await.unwrap();
    let page = ada.object(web()).await.unwrap();
    let note = ("example.com/note".to_owned(), "seen".to_owned());
    assert!(page.annotations.contains(&note), "{:?}", page.annotations);

    told_late(&stage, WEB, ada.apply(applying(&deployment("till", "till:1")))).await.unwrap();
    assert_eq!(names().await, ["till", "web"]);

    let (targets, propagation) = (vec![target(&stage)], Propagation::Background);
    told_late(&stage, WEB, ada.delete(Deletion { targets, propagation })).await.unwrap();
    assert_eq!(names().await, ["till"]);
}

#[tokio::test]
async fn what_was_made_again_is_heard_of_when_all_of_it_was_made() {
    let stage = stage().await;
    let ada = stage.administrator().await;
    ada.table(deployments()).await.unwrap();
    let deleted = |name: &str| DeletedObject {
        resource: named("deployments", Some("shop"), name),
        group: "apps".into(),
        plural: "deployments".into(),
        kind: "Deployment".into(),
        manifest: deployment(name, "till:1"),
    };

    let restore = async {
        let mut made = Vec::new();
        for name in ["till", "scale"] {
            made.extend(ada.restore(deleted(name)).await.unwrap());
        }
        ada.hear(&harbour(), &made).await;
    };
    told_late(&stage, WEB, restore).await;

    let table = ada.table(deployments()).await.unwrap();
    let names: Vec<&str> = table.rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["scale", "till", "web"]);
}

#[tokio::test]
async fn the_list_shows_what_a_job_has_done_as_soon_as_it_has_ended() {
    let stage = stage().await;
    let ada = stage.administrator().await;
    assert_eq!(ada.table(deployments()).await.unwrap().total, 1);
    let what = ManyAction::Delete(Propagation::Background);
    let work = ManyWork { query: deployments(), what, count: 1, is_trial: false, is_undo: false };

    let deleted = async {
        let id = ada.begin_many(work).await.unwrap();
        let has_ended = |job: &Result<Job, ConsoleError>| job.as_ref().is_ok_and(|job| job.ended.is_some());
        let job = eventually(|| ada.job(id.clone()), has_ended).await.unwrap();
        (job.many.unwrap().failed, ada.table(deployments()).await.unwrap().total)
    };

    assert_eq!(told_late(&stage, WEB, deleted).await, (0, 0));
}

#[tokio::test]
async fn a_node_is_shown_closed_as_soon_as_its_drain_has_begun() {
    let stage = stage().await;
    let node = json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-1"}});
    stage.cluster.create(node).unwrap();
    let ada = stage.administrator().await;
    let nodes = || TableQuery::of(harbour(), KindSlug::parse("nodes").unwrap());
    ada.table(nodes()).await.unwrap();
    let target = Target { resource: named("nodes", None, "node-1"), uid: None };
    let drain = Action::Drain { delete_empty_dir_data: false, force: false };

    let outcomes = told_late(&stage, "nodes", ada.act(vec![target], drain)).await.unwrap();

    assert!(outcomes[0].job.is_some(), "{outcomes:?}");
    let rows = ada.table(nodes()).await.unwrap().rows;
    assert!(format!("{:?}", rows[0].cells).contains("SchedulingDisabled"), "{rows:?}");
}

#[tokio::test]
async fn a_change_is_answered_although_its_watch_says_nothing() {
    let stage = stage().await;
    let ada = stage.administrator().await;
    ada.table(deployments()).await.unwrap();
    silence(&stage, WEB).await;

    let scaled = ada.act(vec![target(&stage)], Action::Scale { replicas: 5 });
    let outcomes = tokio::time::timeout(Duration::from_secs(20), scaled).await.expect("it waits");

    assert_eq!(outcomes.unwrap()[0].error, None);
    assert_eq!(live(&stage)["spec"]["replicas"], json!(5));
}

#[tokio::test]
async fn a_kind_that_was_just_defined_is_known() {
    let stage = stage().await;
    let ada = stage.administrator().await;
    let trees = || TableQuery::of(harbour(), KindSlug::parse("trees.fruit.example").unwrap());
    // By now the console knows what the cluster served before.
    assert!(ada.table(trees()).await.is_err());

    let schema = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
    let definition = json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "trees.fruit.example"},
        "spec": {
            "group": "fruit.example", "scope": "Namespaced",
            "names": {"plural": "trees", "singular": "tree", "kind": "Tree", "listKind": "TreeList"},
            "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": schema}}],
        },
    });
    ada.apply(applying(&definition)).await.unwrap();

    assert_eq!(ada.table(trees()).await.unwrap().total, 0);
}
