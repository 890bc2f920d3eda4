//! Nodes that are emptied: what a drain waits for, and what it does not begin.

use crate::support::{Stage, eventually, pod};
use crate::{error_of, named, stage, template};
use database::audit;
use model::ConsoleError;
use playground_kubernetes::DeleteOptions;
use resources_contract::{Action, Job, Resources, Target};
use serde_json::{Value, json};
use std::time::Duration;

/// Adds a running pod on the node, and the controller that owns it.
fn add_on_node(stage: &Stage, name: &str, owner: Option<&str>) {
    let mut pod = pod("shop", name);
    pod["spec"]["nodeName"] = json!("node-1");
    pod["status"] = json!({"phase": "Running"});
    if let Some(kind) = owner {
        let controller = stage.cluster.create(json!({
            "apiVersion": "apps/v1", "kind": kind, "metadata": {"namespace": "shop", "name": name},
            "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": template("web", "web:1")},
        }));
        pod["metadata"]["ownerReferences"] = json!([{
            "apiVersion": "apps/v1", "kind": kind, "name": name, "uid": controller.unwrap().uid(), "controller": true,
        }]);
    }
    stage.cluster.create(pod).unwrap();
}

/// The part of a node agent that matters here: pods that are to go, go.
fn let_pods_go(stage: &Stage) -> tokio::task::JoinHandle<()> {
    let cluster = stage.cluster.clone();
    tokio::spawn(async move {
        loop {
            for pod in cluster.list("pods", None) {
                if pod.parse()["metadata"]["deletionTimestamp"].is_string() {
                    let at_once = DeleteOptions { grace_period_seconds: Some(0), ..DeleteOptions::default() };
                    let _ = cluster.delete("pods", pod.namespace(), pod.name(), at_once);
                }
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
}

fn step<'j>(job: &'j Job, name: &str) -> &'j str {
    let step = job.steps.iter().find(|step| step.resource.name.as_str() == name);
    step.map_or("", |step| step.status.word.as_str())
}

/// What the audit trail says of the drain.
async fn outcome_of_drain(stage: &Stage) -> Option<audit::Outcome> {
    let trail = stage.database.audit_trail(100).await.unwrap();
    trail.into_iter().find(|entry| entry.decision.action == "drain").unwrap().outcome
}

#[tokio::test]
async fn a_drain_waits_for_the_budget_and_goes_on_when_it_allows() {
    let stage = stage().await;
    let agent = let_pods_go(&stage);
    stage
        .cluster
        .create(json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-1"}}))
        .unwrap();
    add_on_node(&stage, "web-1", Some("ReplicaSet"));
    add_on_node(&stage, "agent-1", Some("DaemonSet"));
    let budget = json!({
        "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"namespace": "shop", "name": "web"},
        "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}},
        "status": {"observedGeneration": 1, "disruptionsAllowed": 0},
    });
    stage.cluster.create(budget).unwrap();
    let ada = stage.administrator().await;
    let node = Target { resource: named("nodes", None, "node-1"), uid: None };
    let drain = Action::Drain { delete_empty_dir_data: false, force: false };

    let id = ada.act(vec![node], drain).await.unwrap().remove(0).job.unwrap();
    let job = || ada.job(id.clone());
    eventually(job, |job| job.as_ref().is_ok_and(|job| step(job, "web-1") == "Waiting for budget"))
        .await
        .unwrap();
    assert!(stage.cluster.get("pods", Some("shop"), "web-1").is_some());
    assert_eq!(outcome_of_drain(&stage).await, None, "it has not ended");
    assert_eq!(stage.cluster.get("nodes", None, "node-1").unwrap().parse()["spec"]["unschedulable"], true);

    let allow = |budget: &mut Value| budget["status"]["disruptionsAllowed"] = json!(1);
    stage.cluster.update("poddisruptionbudgets.policy", Some("shop"), "web", allow).unwrap();
    let ended = eventually(job, |job| job.as_ref().is_ok_and(|job| job.ended.is_some())).await.unwrap();
    assert_eq!(ended.error, None);
    assert_eq!((step(&ended, "web-1"), step(&ended, "agent-1")), ("Gone", "Stays"));
    eventually(|| outcome_of_drain(&stage), |outcome| *outcome == Some(audit::Outcome::Done)).await;
    agent.abort();
}

#[tokio::test]
async fn a_drain_that_would_lose_something_does_nothing_and_names_the_pods() {
    let stage = stage().await;
    stage
        .cluster
        .create(json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-1"}}))
        .unwrap();
    add_on_node(&stage, "lonely", None);
    let node = Target { resource: named("nodes", None, "node-1"), uid: None };
    let drain = Action::Drain { delete_empty_dir_data: false, force: false };

    let outcomes = stage.administrator().await.act(vec![node], drain).await.unwrap();

    let Some(ConsoleError::Invalid { problems }) = error_of(&outcomes) else { panic!("{outcomes:?}") };
    assert_eq!(problems[0].field, "pods/shop/lonely");
    assert!(stage.cluster.get("nodes", None, "node-1").unwrap().parse()["spec"]["unschedulable"].is_null());
}
