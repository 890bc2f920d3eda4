//! Containers that are added to pods to look into others.

use crate::support::{Stage, eventually};
use crate::{Browser, begin, patience, request, stage};
use database::audit::Outcome;
use kubernetes::{ForCaller, TerminalPatience};
use model::ConsoleError;
use model::terminal::{ImageName, TerminalEnd, TerminalNews, TerminalRequest};
use serde_json::{Value, json};
use std::time::Duration;

/// A terminal in a container that is added, of this image.
fn debug(caller: &ForCaller, image: &str) -> Browser {
    let debug = ImageName::parse(image).ok();
    let patience = TerminalPatience { look: Duration::from_millis(20), ..patience() };
    begin(caller, TerminalRequest { debug, ..request(Some("main")) }, patience)
}

/// Says how the node stands with the container that was added to the pod, once there is one, and returns what it is.
async fn report(stage: &Stage, state: &Value) -> Value {
    let added = |pod: &Value| pod["spec"]["ephemeralContainers"].as_array()?.last().cloned();
    let read =
        || async { stage.cluster.get("pods", Some("shop"), "web-0").and_then(|pod| added(&pod.parse())) };
    let container = eventually(read, Option::is_some).await.unwrap();
    let status = json!([{"name": container["name"], "state": state}]);
    let report = |pod: &mut Value| pod["status"]["ephemeralContainerStatuses"] = status;
    stage.cluster.update("pods", Some("shop"), "web-0", report).unwrap();
    container
}

#[tokio::test]
async fn a_container_is_added_to_look_into_one_without_a_shell() {
    let stage = stage().await;
    let editor = stage.caller("project-editor", &["shop"]).await;
    let mut browser = debug(&editor, "busybox:1.37");

    let news = browser.news().await;
    let TerminalNews::Preparing { container: name, reason } = news else { panic!("{news:?}") };
    assert_eq!(reason, "");
    report(&stage, &json!({"waiting": {"reason": "ContainerCreating"}})).await;
    let creating = TerminalNews::Preparing { container: name.clone(), reason: "ContainerCreating".into() };
    assert_eq!(browser.news().await, creating);
    let added = report(&stage, &json!({"running": {}})).await;
    assert_eq!(browser.news().await, TerminalNews::Opened { container: name.clone(), shell: None });
    browser.type_in("exit").await;

    assert_eq!(browser.end().await, TerminalEnd::Exited { code: 3, because: None });
    let of = |key: &str| added[key].as_str().unwrap_or_default().to_owned();
    assert_eq!(
        [of("name"), of("image"), of("targetContainerName")],
        [name, "busybox:1.37".into(), "main".into()]
    );
    let trail = stage.database.audit_trail(10).await.unwrap();
    let entry = trail.iter().find(|entry| entry.decision.action == "debug").unwrap();
    assert_eq!(entry.decision.resource, "pods/ephemeralcontainers");
    assert_eq!(entry.outcome, Some(Outcome::Done));
}

#[tokio::test]
async fn an_image_that_cannot_be_had_ends_the_wait_with_its_reason() {
    let stage = stage().await;
    let editor = stage.caller("project-editor", &["shop"]).await;
    let mut browser = debug(&editor, "busybox:none");

    report(&stage, &json!({"waiting": {"reason": "ErrImagePull", "message": "no such tag"}})).await;

    assert_eq!(browser.end().await, TerminalEnd::Failed { message: "ErrImagePull: no such tag".into() });
}

#[tokio::test]
async fn whoever_may_only_look_adds_nothing() {
    let stage = stage().await;
    let viewer = stage.caller("project-viewer", &["shop"]).await;

    let end = debug(&viewer, "busybox:1.37").end().await;

    let TerminalEnd::Refused(ConsoleError::Forbidden { need, .. }) = end else { panic!("{end:?}") };
    assert_eq!((need.verb.as_str(), need.resource.as_str()), ("patch", "pods/ephemeralcontainers"));
    let pod = stage.cluster.get("pods", Some("shop"), "web-0").unwrap().parse();
    assert!(pod["spec"].get("ephemeralContainers").is_none());
}
