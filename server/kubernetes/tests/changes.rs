//! What callers change in a cluster, through the real client and over the wire.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod drains;
mod echoes;
mod manifests;
mod support;
mod trials;

use model::{ConsoleError, KindSlug, Namespace, ObjectName, ResourceRef, TableQuery};
use playground_kubernetes::{Effect, FaultRule};
use resources_contract::{Action, DeleteWarning, Deletion, Outcome, Propagation, Resources, Target};
use serde_json::{Value, json};
use std::time::Duration;
use support::{Stage, eventually, harbour};

const WEB: &str = "deployments.apps";

/// A cluster in which the console's groups have their rights, and a deployment.
async fn stage() -> Stage {
    let stage = Stage::new().await;
    stage.bind_roles();
    stage.cluster.as_manager("kubectl").create(deployment("web", "web:1")).unwrap();
    stage
}

fn deployment(name: &str, image: &str) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"namespace": "shop", "name": name, "labels": {"app": name, "tier": "front"}},
        "spec": {"replicas": 2, "selector": {"matchLabels": {"app": name}}, "template": template(name, image)},
    })
}

fn template(name: &str, image: &str) -> Value {
    json!({"metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": "main", "image": image}]}})
}

fn named(kind: &str, namespace: Option<&str>, name: &str) -> ResourceRef {
    ResourceRef {
        cluster: harbour(),
        kind: KindSlug::parse(kind).unwrap(),
        namespace: namespace.map(|name| Namespace::parse(name).unwrap()),
        name: ObjectName::parse(name).unwrap(),
    }
}

fn web() -> ResourceRef {
    named("deployments", Some("shop"), "web")
}

fn target(stage: &Stage) -> Target {
    Target { resource: web(), uid: Some(live(stage)["metadata"]["uid"].as_str().unwrap().to_owned()) }
}

fn live(stage: &Stage) -> Value {
    stage.cluster.get(WEB, Some("shop"), "web").unwrap().parse()
}

fn fault(verb: &str, resource: &str, remaining: Option<u32>, effect: Effect) -> FaultRule {
    FaultRule {
        verbs: vec![verb.into()],
        resource: resource.into(),
        path_prefix: String::new(),
        remaining,
        effect,
    }
}

fn error_of(outcomes: &[Outcome]) -> Option<&ConsoleError> {
    outcomes.iter().find_map(|outcome| outcome.error.as_ref())
}

#[tokio::test]
async fn actions_change_the_object_that_was_seen() {
    let stage = stage().await;
    let ada = stage.administrator().await;
    let target = target(&stage);
    for action in [Action::Scale { replicas: 5 }, Action::Restart, Action::Pause] {
        let outcomes = ada.act(vec![target.clone()], action.clone()).await.unwrap();
        assert_eq!(error_of(&outcomes), None, "{action:?}");
    }

    let after = live(&stage);
    assert_eq!(after["spec"]["replicas"], 5);
    assert_eq!(after["spec"]["paused"], true);
    assert!(
        after["spec"]["template"]["metadata"]["annotations"]["kubectl.kubernetes.io/restartedAt"].is_string()
    );
}

#[tokio::test]
async fn each_of_several_objects_is_told_how_it_was() {
    let stage = stage().await;
    let ada = stage.administrator().await;
    let mut other = deployment("till", "till:1");
    other["spec"]["replicas"] = json!(4);
    stage.cluster.as_manager("kubectl").create(other).unwrap();
    let till = Target { resource: named("deployments", Some("shop"), "till"), uid: None };
    let both = vec![target(&stage), till];
    let scale = |replicas| Action::Scale { replicas };
    let undo = async |action| {
        let outcomes = ada.act(both.clone(), action).await.unwrap();
        outcomes.into_iter().map(|outcome| outcome.undo).collect::<Vec<_>>()
    };

    assert_eq!(undo(scale(4)).await, [Some(scale(2)), None], "one of them had four already");
    assert_eq!(undo(Action::Pause).await, [Some(Action::Resume), Some(Action::Resume)]);
    assert_eq!(undo(Action::Pause).await, [None, None]);
}

#[tokio::test]
async fn a_paused_deployment_is_not_said_to_restart() {
    let stage = stage().await;
    let ada = stage.administrator().await;
    let target = target(&stage);
    let act = async |action| ada.act(vec![target.clone()], action).await.unwrap();
    act(Action::Pause).await;
    let before = live(&stage);

    let outcomes = act(Action::Restart).await;

    let error = error_of(&outcomes).unwrap();
    assert!(error.to_string().contains("resume it first"), "{error}");
    assert_eq!(live(&stage)["spec"], before["spec"]);
    act(Action::Resume).await;
    assert_eq!(error_of(&act(Action::Restart).await), None);
}

#[tokio::test]
async fn a_namesake_made_meanwhile_is_left_alone() {
    let stage = stage().await;
    let ada = stage.administrator().await;
    let seen = Target { resource: web(), uid: Some("11111111-2222-3333-4444-555555555555".into()) };

    for action in [Action::Pause, Action::Restart, Action::RollBack { revision: 1 }] {
        let outcomes = ada.act(vec![seen.clone()], action.clone()).await.unwrap();
        assert!(error_of(&outcomes).is_some(), "{action:?} was carried out");
    }
    let deletion = Deletion { targets: vec![seen], propagation: Propagation::Background };
    let outcomes = ada.delete(deletion).await.unwrap();
    assert!(matches!(error_of(&outcomes), Some(ConsoleError::Conflict { .. })), "{outcomes:?}");
    assert_eq!(live(&stage)["metadata"]["generation"], 1);
}

#[tokio::test]
async fn a_deployment_goes_back_to_the_template_of_a_revision() {
    let stage = stage().await;
    let uid = live(&stage)["metadata"]["uid"].clone();
    let mut old = template("web", "web:0");
    old["metadata"]["labels"]["pod-template-hash"] = json!("abc");
    stage
        .cluster
        .create(json!({
            "apiVersion": "apps/v1", "kind": "ReplicaSet",
            "metadata": {
                "namespace": "shop", "name": "web-abc", "labels": {"app": "web", "pod-template-hash": "abc"},
                "annotations": {"deployment.kubernetes.io/revision": "1"},
                "ownerReferences": [{
                    "apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": uid, "controller": true,
                }],
            },
            "spec": {"replicas": 0, "selector": {"matchLabels": {"app": "web", "pod-template-hash": "abc"}}, "template": old},
        }))
        .unwrap();

    let outcomes = stage
        .administrator()
        .await
        .act(vec![target(&stage)], Action::RollBack { revision: 1 })
        .await
        .unwrap();

    assert_eq!(error_of(&outcomes), None);
    let template = &live(&stage)["spec"]["template"];
    assert_eq!(template["spec"]["containers"][0]["image"], "web:0");
    assert_eq!(template["metadata"]["labels"], json!({"app": "web"}));
}

#[tokio::test]
async fn a_batch_with_one_foreign_object_changes_nothing() {
    let stage = stage().await;
    let editor = stage.caller("project-editor", &["shop"]).await;
    stage.add_pod("bank", "ledger");
    stage.add_pod("shop", "cart");
    let pods = ["shop/cart", "bank/ledger"]
        .map(|line| Target::from_line(&harbour(), &KindSlug::parse("pods").unwrap(), line).unwrap());

    let deletion = Deletion { targets: pods.to_vec(), propagation: Propagation::Background };
    assert!(matches!(editor.delete(deletion).await, Err(ConsoleError::Forbidden { .. })));
    assert!(stage.cluster.get("pods", Some("shop"), "cart").is_some());
}

#[tokio::test]
async fn what_uses_an_object_is_told_before_it_is_deleted() {
    let stage = stage().await;
    let settings = named("configmaps", Some("shop"), "settings");
    let map = json!({
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"namespace": "shop", "name": "settings"},
    });
    stage.cluster.create(map).unwrap();
    let mut till = deployment("till", "till:1");
    till["spec"]["template"]["spec"]["containers"][0]["envFrom"] =
        json!([{"configMapRef": {"name": "settings"}}]);
    stage.cluster.create(till).unwrap();
    let ada = stage.administrator().await;

    let used = eventually(
        || ada.used_by(settings.clone()),
        |used| used.as_ref().is_ok_and(|used| !used.objects.is_empty()),
    );
    let used = used.await.unwrap();
    let names: Vec<&str> = used.objects.iter().map(|user| user.resource.name.as_str()).collect();
    assert_eq!((names, used.more), (vec!["till"], 0));
    let target = Target { resource: settings.clone(), uid: None };
    let plan = ada.preview_delete(vec![target]).await.unwrap();
    let [DeleteWarning::Used { by, more: 0, .. }] = &plan.warnings[..] else { panic!("{:?}", plan.warnings) };
    assert_eq!(*by, ["Deployment till"]);

    let stranger = stage.caller("project-viewer", &["bank"]).await;
    assert!(matches!(stranger.used_by(settings).await, Err(ConsoleError::Forbidden { .. })));
}

#[tokio::test]
async fn a_binding_in_another_namespace_uses_an_account_and_is_told_to_who_may_see_it() {
    let stage = stage().await;
    let group = "rbac.authorization.k8s.io";
    let account = json!({
        "apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"namespace": "shop", "name": "robot"},
    });
    stage.cluster.create(account).unwrap();
    let binding = json!({
        "apiVersion": format!("{group}/v1"), "kind": "RoleBinding",
        "metadata": {"namespace": "bank", "name": "lent"},
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": "view"},
        "subjects": [{"kind": "ServiceAccount", "name": "robot", "namespace": "shop"}],
    });
    stage.cluster.create(binding).unwrap();
    let robot = named("serviceaccounts", Some("shop"), "robot");
    let ada = stage.administrator().await;

    let used = eventually(
        || ada.used_by(robot.clone()),
        |used| used.as_ref().is_ok_and(|used| !used.objects.is_empty()),
    );

    let used = used.await.unwrap();
    let users: Vec<String> = used.objects.iter().map(|user| user.resource.to_string()).collect();
    assert_eq!(users, ["rolebindings/bank/lent"]);
    let own = stage.caller("project-admin", &["shop"]).await.used_by(robot).await.unwrap();
    assert!(own.objects.is_empty(), "it is of another project: {own:?}");
}

#[tokio::test]
async fn a_change_whose_answer_is_lost_is_sent_once_and_said_to_be_unclear() {
    let stage = stage().await;
    let mut template = template("report", "report:1");
    template["spec"]["restartPolicy"] = json!("Never");
    let cron_job = json!({
        "apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"namespace": "shop", "name": "report"},
        "spec": {"schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": template}}},
    });
    stage.cluster.create(cron_job).unwrap();
    stage.cluster.faults().add(fault("create", "jobs.batch", None, Effect::UnavailableAfterwards));
    let report = Target { resource: named("cronjobs", Some("shop"), "report"), uid: None };

    let outcomes = stage.administrator().await.act(vec![report.clone()], Action::Trigger).await.unwrap();
    let unclear = matches!(error_of(&outcomes), Some(ConsoleError::Unavailable { may_be_done: true, .. }));
    assert!(unclear, "{outcomes:?}");
    assert_eq!(stage.cluster.count("jobs.batch"), 1);

    stage.cluster.faults().clear();
    let outcomes = stage.administrator().await.act(vec![report], Action::Trigger).await.unwrap();
    let created = outcomes[0].created.clone().unwrap();
    assert!(created.name.as_str().starts_with("report-manual-"));
    let job = stage.cluster.get("jobs.batch", Some("shop"), created.name.as_str()).unwrap().parse();
    assert_eq!(job["metadata"]["ownerReferences"][0]["kind"], "CronJob");
}

#[tokio::test]
async fn a_job_is_run_again_beside_the_first() {
    let stage = stage().await;
    let mut template = template("migrate", "migrate:1");
    template["spec"]["restartPolicy"] = json!("Never");
    let job = json!({
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"namespace": "shop", "name": "migrate"},
        "spec": {"backoffLimit": 0, "template": template},
    });
    stage.cluster.create(job).unwrap();
    let migrate = Target { resource: named("jobs", Some("shop"), "migrate"), uid: None };

    let editor = stage.caller("project-editor", &["shop"]).await;
    let outcomes = editor.act(vec![migrate.clone()], Action::Trigger).await.unwrap();

    let created = outcomes[0].created.clone().unwrap();
    assert!(created.name.as_str().starts_with("migrate-again-"), "{created}");
    assert_eq!(stage.cluster.count("jobs.batch"), 2);
    let viewer = stage.caller("project-viewer", &["shop"]).await;
    assert!(matches!(viewer.act(vec![migrate], Action::Trigger).await, Err(ConsoleError::Forbidden { .. })));
}

#[tokio::test]
async fn nobody_waits_a_day_because_a_cluster_says_so() {
    let stage = stage().await;
    let day = Effect::TooManyRequests { retry_after_seconds: 86_400 };
    stage.cluster.faults().add(fault("patch", WEB, None, day.clone()));
    stage.cluster.faults().add(fault("get", WEB, None, day));
    let ada = stage.administrator().await;

    // Far above what the console waits for anything, far below a day.
    let both = tokio::time::timeout(Duration::from_secs(60), async {
        (
            ada.act(vec![target(&stage)], Action::Restart).await.unwrap(),
            ada.manifest(web(), false).await.unwrap_err(),
        )
    });
    let (outcomes, error) = both.await.expect("it waited");

    assert!(
        matches!(error_of(&outcomes), Some(ConsoleError::Unavailable { may_be_done: false, .. })),
        "{outcomes:?}"
    );
    assert!(error.to_string().contains("asks to be left alone for 86400 s"), "{error}");
}

#[tokio::test]
async fn a_service_for_which_others_answer_too_is_not_said_to_be_lost() {
    let stage = stage().await;
    let ada = stage.administrator().await;
    let manager = stage.cluster.as_manager("kubectl");
    for name in ["blue", "green"] {
        let mut made = deployment(name, "web:1");
        made["spec"]["template"]["metadata"]["labels"]["tier"] = json!("front");
        manager.create(made).unwrap();
    }
    let labels = json!({"app": "green", "tier": "front"});
    manager
        .create(json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"namespace": "shop", "name": "green-0", "labels": labels},
            "spec": {"containers": [{"name": "main", "image": "web:1"}]},
        }))
        .unwrap();
    manager
        .create(json!({
            "apiVersion": "v1", "kind": "Service", "metadata": {"namespace": "shop", "name": "front"},
            "spec": {"selector": {"tier": "front"}, "ports": [{"port": 80}]},
        }))
        .unwrap();
    for slug in ["services", "pods"] {
        ada.table(TableQuery::of(harbour(), KindSlug::parse(slug).unwrap())).await.unwrap();
    }

    let target = |name| Target { resource: named("deployments", Some("shop"), name), uid: None };
    let of_one = ada.preview_delete(vec![target("blue")]).await.unwrap().warnings;
    let of_both = ada.preview_delete(vec![target("blue"), target("green")]).await.unwrap().warnings;

    let is_lost = |warning: &&DeleteWarning| matches!(warning, DeleteWarning::Unanswered { .. });
    let lost = |warnings: &[DeleteWarning]| warnings.iter().filter(is_lost).count();
    assert_eq!((lost(&of_one), lost(&of_both)), (0, 2), "{of_one:?} {of_both:?}");
}
