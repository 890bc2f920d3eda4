//! What would become of an action, asked before it is carried out.

use crate::support::{Stage, eventually, pod};
use crate::{deployment, live, named, stage, target};
use model::{ConsoleError, Tier};
use resources_contract::{
    ActPreview, Action, ActionKind, DiffLine, EvictionFate, PreviewOutcome, Resources, RestartWay,
    TaintChange, TaintEffect, Target,
};
use serde_json::{Value, json};

async fn tried(stage: &Stage, targets: Vec<Target>, action: Action) -> ActPreview {
    stage.administrator().await.preview_act(targets, action).await.unwrap()
}

/// The lines of a difference that are not in both.
fn changed(preview: &ActPreview) -> Vec<String> {
    let line = |line: &DiffLine| match line {
        DiffLine::Added(text) => Some(format!("+{}", text.trim())),
        DiffLine::Removed(text) => Some(format!("-{}", text.trim())),
        DiffLine::Same(_) | DiffLine::Gap(_) => None,
    };
    preview.documents.iter().flat_map(|document| &document.diff).filter_map(line).collect()
}

#[tokio::test]
async fn another_number_of_replicas_is_shown_before_it_is_asked_for() {
    let stage = stage().await;
    let autoscaler = json!({
        "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
        "metadata": {"namespace": "shop", "name": "web"},
        "spec": {
            "maxReplicas": 9,
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
        },
    });
    stage.cluster.create(autoscaler).unwrap();
    let before = live(&stage);

    let found = tried(&stage, vec![target(&stage)], Action::Scale { replicas: 5 }).await;

    assert_eq!(changed(&found), ["-replicas: 2", "+replicas: 5"]);
    assert_eq!(found.documents[0].outcome, PreviewOutcome::Changed);
    assert_eq!(found.documents[0].restarts, None);
    let names: Vec<&str> = found.autoscalers.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["web"]);
    assert_eq!(live(&stage), before);
}

#[tokio::test]
async fn the_pods_that_a_restart_replaces_are_named() {
    let stage = stage().await;
    let running = |object: &mut Value| object["status"]["replicas"] = json!(2);
    stage.cluster.update("deployments.apps", Some("shop"), "web", running).unwrap();
    for name in ["web-b", "web-a"] {
        let mut pod = pod("shop", name);
        pod["metadata"]["labels"] = json!({"app": "web"});
        stage.cluster.create(pod).unwrap();
    }

    let found = tried(&stage, vec![target(&stage)], Action::Restart).await;

    let restarts = found.documents[0].restarts.as_ref().unwrap();
    assert_eq!((restarts.way, restarts.count), (RestartWay::Rolling, 2));
    assert_eq!(restarts.pods, ["web-a", "web-b"]);
    let paused = tried(&stage, vec![target(&stage)], Action::Pause).await;
    assert_eq!((changed(&paused), &paused.documents[0].restarts), (vec!["+paused: true".to_owned()], &None));
}

#[tokio::test]
async fn a_drain_says_what_leaves_what_waits_and_what_stands_in_the_way() {
    let stage = stage().await;
    let node = json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-1"}, "spec": {"podCIDR": "10.0.0.0/24"}});
    stage.cluster.create(node).unwrap();
    let budget = json!({
        "apiVersion": "policy/v1", "kind": "PodDisruptionBudget",
        "metadata": {"namespace": "shop", "name": "all-of-web"},
        "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}},
        "status": {"observedGeneration": 1, "disruptionsAllowed": 0},
    });
    stage.cluster.create(budget).unwrap();
    for (name, app, kind) in [
        ("held", "web", Some("ReplicaSet")),
        ("free", "other", Some("ReplicaSet")),
        ("agent", "other", Some("DaemonSet")),
        ("lonely", "other", None),
    ] {
        let mut made = pod("shop", name);
        made["metadata"]["labels"] = json!({"app": app});
        made["spec"]["nodeName"] = json!("node-1");
        made["status"] = json!({"phase": "Running"});
        if let Some(kind) = kind {
            let mut controller = deployment(&format!("of-{name}"), "web:1");
            controller["kind"] = json!(kind);
            let uid = stage.cluster.create(controller).unwrap().uid().to_owned();
            made["metadata"]["ownerReferences"] = json!([{
                "apiVersion": "apps/v1", "kind": kind, "name": format!("of-{name}"), "uid": uid,
                "controller": true,
            }]);
        }
        stage.cluster.create(made).unwrap();
    }
    let node = Target { resource: named("nodes", None, "node-1"), uid: None };

    let drain = Action::Drain { delete_empty_dir_data: false, force: false };
    let found = tried(&stage, vec![node.clone()], drain).await;

    let told: Vec<(&str, &EvictionFate)> =
        found.evictions.iter().map(|one| (one.pod.name.as_str(), &one.fate)).collect();
    let waits = EvictionFate::Waits { budget: "all-of-web".into() };
    assert_eq!(
        told,
        [
            ("lonely", &EvictionFate::Unmanaged),
            ("held", &waits),
            ("free", &EvictionFate::Leaves),
            ("agent", &EvictionFate::OfDaemonSet),
        ]
    );
    assert_eq!(changed(&found), ["+unschedulable: true"]);
    let after = stage.cluster.get("nodes", None, "node-1").unwrap().parse();
    assert!(after["spec"]["unschedulable"].is_null(), "nothing has changed");
}

#[tokio::test]
async fn whoever_may_not_do_it_is_not_told_what_would_become_of_it() {
    let stage = stage().await;
    let viewer = stage.caller("project-viewer", &["shop"]).await;

    let refused = viewer.preview_act(vec![target(&stage)], Action::Restart).await;

    assert!(matches!(refused, Err(ConsoleError::Forbidden { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_taint_is_set_and_says_beforehand_who_has_to_leave() {
    let stage = stage().await;
    let node = json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-1"}});
    stage.cluster.create(node).unwrap();
    for (name, tolerations) in [("stays", json!([{"operator": "Exists"}])), ("goes", json!([]))] {
        let mut made = pod("shop", name);
        made["spec"]["nodeName"] = json!("node-1");
        made["spec"]["tolerations"] = tolerations;
        stage.cluster.create(made).unwrap();
    }
    let node = Target { resource: named("nodes", None, "node-1"), uid: None };
    let change = TaintChange {
        key: "dedicated".into(),
        value: "gpu".into(),
        effect: TaintEffect::NoExecute,
        remove: false,
    };
    let action = Action::Taint(change);

    let found = tried(&stage, vec![node.clone()], action.clone()).await;
    let leaving: Vec<&str> = found.evictions.iter().map(|one| one.pod.name.as_str()).collect();
    assert_eq!(leaving, ["goes"]);

    let outcomes = stage.administrator().await.act(vec![node], action).await.unwrap();
    assert_eq!(outcomes[0].error, None);
    let taint = stage.cluster.get("nodes", None, "node-1").unwrap().parse()["spec"]["taints"][0].clone();
    assert_eq!((&taint["key"], &taint["effect"]), (&json!("dedicated"), &json!("NoExecute")));
}

#[tokio::test]
async fn a_projects_pods_pull_with_a_secret_that_is_made_the_default_until_it_is_taken_away() {
    let stage = stage().await;
    let account = json!({
        "apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"namespace": "shop", "name": "default"},
        "imagePullSecrets": [{"name": "mirror"}],
    });
    stage.cluster.apply(account).unwrap();
    let secret = json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"namespace": "shop", "name": "registry"},
        "type": "kubernetes.io/dockerconfigjson", "data": {".dockerconfigjson": "eyJhdXRocyI6e319"},
    });
    stage.cluster.create(secret).unwrap();
    let ada = stage.administrator().await;
    let resource = named("secrets", Some("shop"), "registry");
    let registry = Target { resource: resource.clone(), uid: None };
    let offered = |action: ActionKind| {
        let (ada, resource) = (&ada, resource.clone());
        async move {
            let object = ada.object(resource).await.unwrap();
            object.actions.iter().any(|offered| offered.action == action)
        }
    };
    eventually(|| offered(ActionKind::PullByDefault), |is_offered| *is_offered).await;

    let found = tried(&stage, vec![registry.clone()], Action::PullByDefault).await;
    assert_eq!(found.documents[0].resource, named("serviceaccounts", Some("shop"), "default"));
    assert!(changed(&found).iter().any(|line| line.contains("registry")), "{found:?}");

    let outcomes = ada.act(vec![registry.clone()], Action::PullByDefault).await.unwrap();
    assert_eq!((&outcomes[0].error, &outcomes[0].undo), (&None, &Some(Action::NotPullByDefault)));
    eventually(|| offered(ActionKind::NotPullByDefault), |is_offered| *is_offered).await;
    assert_eq!(ada.object(resource.clone()).await.unwrap().pulled_by_default, Some(true));
    stage.add_pod("shop", "web-0");
    let pod = stage.cluster.get("pods", Some("shop"), "web-0").unwrap().parse();
    assert_eq!(pod["spec"]["imagePullSecrets"], json!([{"name": "mirror"}, {"name": "registry"}]));

    let outcomes = ada.act(vec![registry], Action::NotPullByDefault).await.unwrap();
    assert_eq!(outcomes[0].error, None);
    let account = stage.cluster.get("serviceaccounts", Some("shop"), "default").unwrap().parse();
    assert_eq!(account["imagePullSecrets"], json!([{"name": "mirror"}]));
}

#[tokio::test]
async fn who_may_change_secrets_and_no_accounts_makes_none_the_default() {
    let stage = stage().await;
    let role = stage.database.add_role(Tier::Project, None, "Secrets", "", "secrets.edit").await.unwrap();
    let keeper = stage.caller(&role.to_string(), &["shop"]).await;
    let registry = Target { resource: named("secrets", Some("shop"), "registry"), uid: None };

    for action in [Action::PullByDefault, Action::NotPullByDefault] {
        let refused = keeper.act(vec![registry.clone()], action.clone()).await;
        assert!(matches!(refused, Err(ConsoleError::Forbidden { .. })), "{action:?}: {refused:?}");
        let refused = keeper.preview_act(vec![registry.clone()], action.clone()).await;
        assert!(matches!(refused, Err(ConsoleError::Forbidden { .. })), "{action:?}: {refused:?}");
    }
}
