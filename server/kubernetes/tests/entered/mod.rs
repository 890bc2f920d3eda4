//! Nodes that are entered by a pod for one terminal.

use crate::support::{Stage, eventually, harbour};
use crate::{Browser, begin_at, patience, stage};
use database::audit::Outcome;
use kubernetes::{ForCaller, TerminalPatience};
use model::terminal::{ImageName, NodeShell, TerminalEnd, TerminalNews, TerminalPlace};
use model::{ConsoleError, ResourceRef};
use serde_json::{Value, json};
use std::time::Duration;

/// A terminal on a node.
fn enter(caller: &ForCaller) -> Browser {
    let node = ResourceRef {
        cluster: harbour(),
        kind: "nodes".parse().unwrap(),
        namespace: None,
        name: "node-0".parse().unwrap(),
    };
    let shell = NodeShell { node, image: ImageName::parse("busybox:1.37").unwrap() };
    let patience = TerminalPatience { look: Duration::from_millis(20), ..patience() };
    begin_at(caller, TerminalPlace::Node(shell), patience)
}

/// A pod as it is now, if it is there.
fn pod_at(stage: &Stage, pod: &ResourceRef) -> Option<Value> {
    let namespace = pod.namespace.as_ref().map(model::Namespace::as_str);
    stage.cluster.get("pods", namespace, pod.name.as_str()).map(|pod| pod.parse())
}

/// Opens a node, and lets the node say that the pod for it runs.
async fn entered(stage: &Stage, caller: &ForCaller) -> (Browser, ResourceRef) {
    let mut browser = enter(caller);
    let news = browser.news().await;
    let TerminalNews::Created { pod } = news else { panic!("{news:?}") };
    let running = json!([{"name": "shell", "state": {"running": {}}}]);
    let report = |pod: &mut Value| pod["status"] = json!({"phase": "Running", "containerStatuses": running});
    stage.cluster.update("pods", Some("kube-system"), pod.name.as_str(), report).unwrap();
    loop {
        match browser.news().await {
            TerminalNews::Preparing { .. } => {}
            TerminalNews::Opened { container, shell: None } if container == "shell" => return (browser, pod),
            news => panic!("{news:?}"),
        }
    }
}

/// Waits until a pod is gone, or on its way: no agent lives here that would let it go.
async fn is_deleted(stage: &Stage, pod: &ResourceRef) {
    let look = || async { pod_at(stage, pod) };
    let is_going =
        |pod: &Option<Value>| pod.as_ref().is_none_or(|pod| pod["metadata"]["deletionTimestamp"].is_string());
    eventually(look, is_going).await;
}

#[tokio::test]
async fn a_node_is_entered_by_a_pod_that_goes_with_the_shell() {
    let stage = stage().await;
    let administrator = stage.administrator().await;
    let (mut browser, pod) = entered(&stage, &administrator).await;
    let made = pod_at(&stage, &pod).unwrap();
    assert_eq!(
        (made["spec"]["nodeName"].as_str(), made["spec"]["hostPID"].as_bool()),
        (Some("node-0"), Some(true))
    );
    assert_eq!(made["spec"]["containers"][0]["securityContext"]["privileged"], true);

    browser.type_in("hello").await;
    browser.type_in("exit").await;

    assert_eq!(browser.end().await, TerminalEnd::Exited { code: 3, because: None });
    assert!(browser.screen.contains("hello"));
    is_deleted(&stage, &pod).await;
    let trail = stage.database.audit_trail(10).await.unwrap();
    let entry = trail.iter().find(|entry| entry.decision.action == "node_shell").unwrap();
    assert_eq!(
        (entry.decision.resource.as_str(), entry.decision.name.as_deref()),
        ("nodes/shell", Some("node-0"))
    );
    assert_eq!(entry.outcome, Some(Outcome::Done));
}

#[tokio::test]
async fn a_node_is_left_when_the_right_ends_and_when_the_browser_goes() {
    let stage = stage().await;
    let (account, administrator) = stage.account(access::roles::ADMINISTRATOR, &[]).await;
    let (browser, pod) = entered(&stage, &administrator).await;
    drop(browser);
    is_deleted(&stage, &pod).await;

    let (mut browser, pod) = entered(&stage, &administrator).await;
    stage.database.set_platform_role(account, "regular").await.unwrap();
    assert!(matches!(browser.end().await, TerminalEnd::Refused(ConsoleError::Forbidden { .. })));
    is_deleted(&stage, &pod).await;
}

#[tokio::test]
async fn who_may_not_enter_nodes_makes_no_pod() {
    let stage = stage().await;
    let editor = stage.caller("project-editor", &["shop", "kube-system"]).await;

    let end = enter(&editor).end().await;

    let TerminalEnd::Refused(ConsoleError::Forbidden { need, .. }) = end else { panic!("{end:?}") };
    assert_eq!((need.verb.as_str(), need.resource.as_str()), ("create", "nodes/shell"));
    let trail = stage.database.audit_trail(10).await.unwrap();
    assert!(trail.iter().any(|entry| entry.decision.action == "node_shell" && !entry.decision.is_allowed));
}
