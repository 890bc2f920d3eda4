//! Whole objects, for the parts of the server that understand them, through the real client and over the wire.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod support;

use model::{ConsoleError, KindSlug, Namespace, ObjectName, ResourceRef};
use serde_json::{Value, json};
use support::{Stage, harbour};

fn kind() -> KindSlug {
    KindSlug::parse("services").unwrap()
}

fn service(namespace: &str, name: &str, port: u16) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"namespace": namespace, "name": name},
        "spec": {"clusterIP": "None", "ports": [{"port": port}]},
    })
}

fn resource(name: &str) -> ResourceRef {
    let namespace = Some(Namespace::parse("shop").unwrap());
    ResourceRef { cluster: harbour(), kind: kind(), namespace, name: ObjectName::parse(name).unwrap() }
}

#[tokio::test]
async fn everybody_sees_whole_objects_of_their_projects_and_no_others() {
    let stage = Stage::new().await;
    stage.bind_roles();
    for namespace in ["shop", "bank"] {
        stage.cluster.create(service(namespace, "web", 80)).unwrap();
    }
    let (ada, ben) = (stage.administrator().await, stage.caller("project-viewer", &["shop"]).await);

    let namespaces = |objects: Option<Vec<Value>>| -> Vec<String> {
        let objects = objects.unwrap().into_iter().filter(|object| object["metadata"]["name"] == "web");
        objects.map(|object| object["metadata"]["namespace"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(namespaces(ada.whole_objects(&harbour(), &kind()).await.unwrap()), ["bank", "shop"]);
    assert_eq!(namespaces(ben.whole_objects(&harbour(), &kind()).await.unwrap()), ["shop"]);
    let none = KindSlug::parse("nothings.example.org").unwrap();
    assert_eq!(ada.whole_objects(&harbour(), &none).await.unwrap(), None);
}

#[tokio::test]
async fn a_new_object_is_not_put_in_place_of_one_that_came_up_meanwhile() {
    let stage = Stage::new().await;
    stage.bind_roles();
    let ada = stage.administrator().await;
    assert!(ada.whole_object(&resource("web")).await.unwrap().is_none());
    stage.cluster.create(service("shop", "web", 80)).unwrap();

    let late = ada.keep_object(&harbour(), &service("shop", "web", 81), None).await;

    assert!(matches!(late, Err(ConsoleError::Conflict { .. })), "{late:?}");
    let port = |name: &str| {
        stage.cluster.get("services", Some("shop"), name).unwrap().parse()["spec"]["ports"][0]["port"].clone()
    };
    assert_eq!(port("web"), 80);
    ada.keep_object(&harbour(), &service("shop", "other", 81), None).await.unwrap();
    assert_eq!(port("other"), 81);
}

#[tokio::test]
async fn what_was_read_is_kept_unless_somebody_was_faster_or_has_no_right() {
    let stage = Stage::new().await;
    stage.bind_roles();
    stage.cluster.as_manager("helm").create(service("shop", "web", 80)).unwrap();
    let (ada, ben) = (stage.administrator().await, stage.caller("project-viewer", &["shop"]).await);
    let (mut object, base) = ada.whole_object(&resource("web")).await.unwrap().unwrap();
    object["spec"]["publishNotReadyAddresses"] = json!(true);

    let refused = ben.keep_object(&harbour(), &object, Some(base.clone())).await;
    assert!(matches!(refused, Err(ConsoleError::Forbidden { .. })), "{refused:?}");
    let refused = ben.keep_object(&harbour(), &service("shop", "new", 80), None).await;
    assert!(matches!(refused, Err(ConsoleError::Forbidden { .. })), "{refused:?}");
    ada.keep_object(&harbour(), &object, Some(base.clone())).await.unwrap();
    let late = ada.keep_object(&harbour(), &object, Some(base)).await;

    assert!(matches!(late, Err(ConsoleError::Conflict { .. })), "{late:?}");
    let live = stage.cluster.get("services", Some("shop"), "web").unwrap().parse();
    assert_eq!(live["spec"]["publishNotReadyAddresses"], true);
    assert_eq!((&live["spec"]["ports"][0]["port"], &live["spec"]["clusterIP"]), (&json!(80), &json!("None")));
}
